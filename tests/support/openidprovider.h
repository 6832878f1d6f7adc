// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/cloud.h"
#include "core/waiting.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QProcess>
#include <QStandardPaths>
#include <QUrl>

namespace causeway::test {

//! The real OpenID provider of tests/provider, as prepare.sh put it into a folder, and a person with a headless browser.
class OpenIdProvider
{
public:
    static QString clientId() { return QStringLiteral("6f1ec0de-0000-4000-8000-000000000001"); }
    static QString tenant() { return QStringLiteral("3338040d-6c67-4c5b-b112-36a304b66dad"); }

    explicit OpenIdProvider(QString folder) : m_folder(std::move(folder)) {}
    ~OpenIdProvider()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(OpenIdProvider)

    //! Why it cannot be started here; empty: it can.
    [[nodiscard]] QString absence() const
    {
        if (QStandardPaths::findExecutable(QStringLiteral("node")).isEmpty())
            return QStringLiteral("Node.js is not installed");
        if (!QFileInfo::exists(m_folder + QStringLiteral("/ready")))
            return QStringLiteral("tests/provider/prepare.sh has not put the OpenID provider into ") + m_folder;
        return {};
    }
    //! Takes its origin from its first line; false: it did not come up.
    bool start()
    {
        m_process.setWorkingDirectory(m_folder);
        m_process.setStandardErrorFile(QProcess::nullDevice()); // warns that it is for development
        m_process.start(QStringLiteral("node"), {QStringLiteral("provider.mjs")});
        while (m_origin.isEmpty()) {
            if (!m_process.waitForReadyRead(20'000))
                return false;
            readLines();
        }
        return true;
    }
    [[nodiscard]] const QString &origin() const { return m_origin; }
    //! A cloud that signs in there. Its cache entries are named as Azure's are, so that another library takes them for its own.
    [[nodiscard]] CloudProfile cloud() const
    {
        CloudProfile cloud = cloudAt(QStringLiteral("custom"), clouds().first().armOrigin, m_origin);
        cloud.cacheEnvironment = clouds().first().cacheEnvironment;
        return cloud;
    }

    //! How often it said that: its line is written before the answer is.
    int count(const char *event, const char *grant = nullptr)
    {
        while (m_process.waitForReadyRead(0)) { }
        readLines();
        int found = 0;
        for (const QJsonObject &each : std::as_const(m_events))
            found += each.value(QLatin1String("event")) == QLatin1String(event) && (!grant || each.value(QLatin1String("grant")) == QLatin1String(grant)) ? 1 : 0;
        return found;
    }
    int refreshes() { return count("grant.success", "refresh_token"); }

    //! The person, who goes where the address leads; what she read last.
    QCoro::Task<Result<ProcessOutcome>> visit(QUrl address, QStringList options = {}) { return run(QStringLiteral("browser.mjs"), QStringList{QString::fromLatin1(address.toEncoded())} + options); }
    //! A script of the folder; `input`: a file for its stdin.
    QCoro::Task<Result<ProcessOutcome>> run(QString script, QStringList arguments, QString input = {})
    {
        const QStringList line = QStringList{m_folder + QLatin1Char('/') + script} + arguments;
        const PrepareProcess prepare = [input](QProcess &process) {
            if (!input.isEmpty())
                process.setStandardInputFile(input);
        };
        const QString program = QStringLiteral("node");
        const Context context;
        Result<ProcessOutcome> outcome = co_await runProcess(program, line, prepare, context);
        co_return outcome;
    }

private:
    void readLines()
    {
        while (m_process.canReadLine()) {
            const QByteArray line = m_process.readLine().trimmed();
            if (line.startsWith("READY "))
                m_origin = QString::fromLatin1(line.mid(6));
            else
                m_events.append(QJsonDocument::fromJson(line).object());
        }
    }
    QString m_folder;
    QProcess m_process;
    QString m_origin;
    QList<QJsonObject> m_events;
};

} // namespace causeway::test
