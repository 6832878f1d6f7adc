// SPDX-License-Identifier: Apache-2.0
// A subscription of a tenant in which the account is a guest: found, acted on with that tenant's token, and pinned as its.
#include "engine/journal.h"
#include "tests/support/cliline.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace causeway;
using test::CliOutcome;

namespace {

const QString world = QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/contoso.json");
const QString guest = QStringLiteral("engineer@contoso.example"), stranger = QStringLiteral("owner@contoso.example"), native = QStringLiteral("owner@fabrikam.example");
const QString fabrikam = QStringLiteral("b0f7ab08-bb4e-42d3-82fa-a6afa56ccfd6");

} // namespace

class TestOtherTenant : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_setup;

    static CliOutcome runAs(const QString &user, QStringList line)
    {
        line << QStringLiteral("--sandbox=") + world << QStringLiteral("--as") << user << QStringLiteral("--yes");
        return test::runLine(line);
    }
    [[nodiscard]] QString planned() const
    {
        const QString file = m_folder->filePath(QStringLiteral("p.plan.json"));
        const CliOutcome outcome = runAs(guest, {QStringLiteral("plan"), m_setup, QStringLiteral("--out"), file});
        if (outcome.code != 0)
            qFatal("no plan: %s", qPrintable(outcome.all()));
        return file;
    }
    static QJsonObject jsonIn(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    }
    //! A run that stopped before its first step.
    static void record(const QJsonObject &json, const QString &id)
    {
        const auto plan = Plan::fromJson(json);
        QVERIFY2(plan.ok(), plan ? "" : qPrintable(describe(plan.error())));
        const auto journal = Journal::open(sandboxFolder(world) + QStringLiteral("/journal.sqlite"));
        QVERIFY(journal.ok());
        QVERIFY(test::await((*journal)->begin(id, *plan, wallNow())).ok());
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->path().toLocal8Bit());
        qputenv("XDG_CONFIG_HOME", m_folder->path().toLocal8Bit());
        QFile example(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/data-engineer-only.json"));
        QVERIFY(example.open(QIODevice::ReadOnly));
        QFile setup(m_folder->filePath(QStringLiteral("f.causeway.json")));
        QVERIFY(setup.open(QIODevice::WriteOnly));
        setup.write(example.readAll().replace("Contoso Data", "Fabrikam Analytics").replace("rg-data", "rg-analytics").replace("adf-contoso-data", "adf-fabrikam-data"));
        m_setup = setup.fileName();
    }

    void aGuestActsThere()
    {
        const CliOutcome applied = runAs(guest, {QStringLiteral("apply"), m_setup});
        QVERIFY2(applied.code == 0 && applied.err.contains(QLatin1String("4 resources made")), qPrintable(applied.all()));
        const CliOutcome again = runAs(native, {QStringLiteral("plan"), m_setup, QStringLiteral("--json")}); // seen from inside, it is all there
        QCOMPARE(again.json()[QLatin1String("identity")][QLatin1String("tenant")].toString(), fabrikam);
        QVERIFY2(again.err.contains(QLatin1String("No changes")), qPrintable(again.all()));
    }

    void thePlanNamesItsTenant()
    {
        const QString plan = planned();
        QCOMPARE(jsonIn(plan)[QLatin1String("identity")][QLatin1String("tenant")].toString(), fabrikam);
        const CliOutcome other = runAs(native, {QStringLiteral("apply"), plan});
        QVERIFY2(other.code == 3 && other.err.contains(guest), qPrintable(other.all()));
        const CliOutcome applied = runAs(guest, {QStringLiteral("apply"), plan});
        QVERIFY2(applied.code == 0 && applied.err.contains(QLatin1String("4 resources made")), qPrintable(applied.all()));
    }

    void whoReachesItNot()
    {
        const CliOutcome refused = runAs(stranger, {QStringLiteral("plan"), m_setup});
        QVERIFY2(refused.code == 2 && refused.err.contains(QLatin1String("\"Fabrikam Analytics\"")) && refused.err.contains(QLatin1String("\"Contoso Production\"")), qPrintable(refused.all()));
    }

    void resumed()
    {
        record(jsonIn(planned()), QStringLiteral("20261120-120000-abcdef"));
        const CliOutcome other = runAs(stranger, {QStringLiteral("resume")});
        QVERIFY2(other.code == 3 && other.err.contains(guest), qPrintable(other.all()));
        const CliOutcome resumed = runAs(guest, {QStringLiteral("resume")});
        QVERIFY2(resumed.code == 0 && resumed.err.contains(QLatin1String("4 resources made")), qPrintable(resumed.all()));
    }

    //! The same person, in no tenant where that subscription is: what was begun where, and where one is now.
    void resumedElsewhere()
    {
        QJsonObject plan = jsonIn(planned());
        QJsonObject identity = plan[QLatin1String("identity")].toObject();
        identity.insert(QStringLiteral("tenant"), QStringLiteral("11111111-1111-4111-8111-111111111111"));
        identity.insert(QStringLiteral("subscription"), QStringLiteral("22222222-2222-4222-8222-222222222222"));
        plan.insert(QStringLiteral("identity"), identity);
        record(plan, QStringLiteral("20261120-120000-abcdef"));
        const CliOutcome refused = runAs(guest, {QStringLiteral("resume"), QStringLiteral("--json")});
        QVERIFY2(refused.code == 2, qPrintable(refused.all()));
        QVERIFY2(refused.json()[QLatin1String("error")][QLatin1String("code")].toString() == QLatin1String("AnotherAccount"), qPrintable(refused.all()));
        QVERIFY2(refused.err.contains(QLatin1String("11111111-1111-4111-8111-111111111111")), qPrintable(refused.all()));
    }
};

QTEST_GUILESS_MAIN(TestOtherTenant)
#include "tst_othertenant.moc"
