// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/result.h"

#include <QCoroTask>
#include <QObject>
#include <QString>
#include <stop_token>

namespace causeway {
class AzureSession;
class Clock;
} // namespace causeway

namespace causeway::wizard {

//! Asks whether a server name is free, while it is being typed: after a pause, the latest question only.
class ServerController final : public QObject
{
    Q_OBJECT
public:
    enum class Name { Unknown, Asking, Free, Taken, NotAsked };

    ServerController(AzureSession &session, QObject *parent = nullptr);
    ~ServerController() override;

    //! An empty or malformed name is not asked about.
    void checkName(const QString &name, const QString &location, bool wellFormed);
    [[nodiscard]] Name name() const { return m_name; }
    [[nodiscard]] const QString &message() const { return m_message; }

Q_SIGNALS:
    void nameChanged();

private:
    QCoro::Task<> ask(QString name, QString location, Context context, quint64 generation);
    void setName(Name name, const QString &message);

    AzureSession &m_session;
    Name m_name = Name::Unknown;
    QString m_message;
    QString m_asked;
    std::stop_source m_stop;
    quint64 m_generation = 0;
};

} // namespace causeway::wizard
