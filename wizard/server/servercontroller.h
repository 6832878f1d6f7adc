// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/result.h"
#include "session/azuresession.h"

#include <QCoroTask>
#include <QObject>
#include <QString>
#include <stop_token>

namespace causeway::wizard {

//! Asks whether a server name is free, while it is being typed: after a pause, the latest question only. And what a server
//! elsewhere is like.
class ServerController final : public QObject
{
    Q_OBJECT
public:
    enum class Name { Unknown, Asking, Free, Taken, NotAsked };
    enum class Look { NotAsked, Asking, Found, Failed };

    ServerController(AzureSession &session, QObject *parent = nullptr);
    ~ServerController() override;

    //! An empty or malformed name is not asked about.
    void checkName(const QString &name, const QString &location, bool wellFormed);
    [[nodiscard]] Name name() const { return m_name; }
    [[nodiscard]] const QString &message() const { return m_message; }

    //! Reads a server that no list holds: another subscription's, by its pasted id.
    void look(const ResourceId &server);
    [[nodiscard]] Look looked() const { return m_look; }
    //! Of the server that was looked at; Found only.
    [[nodiscard]] const ServerEntry &found() const { return m_found; }
    [[nodiscard]] const Error &lookError() const { return m_lookError; }

Q_SIGNALS:
    void nameChanged();
    void lookChanged();

private:
    QCoro::Task<> ask(QString name, QString location, Context context, quint64 generation);
    QCoro::Task<> read(ResourceId server, Context context, quint64 generation);
    void setName(Name name, const QString &message);

    AzureSession &m_session;
    Name m_name = Name::Unknown;
    QString m_message;
    QString m_asked;
    std::stop_source m_stop;
    quint64 m_generation = 0;
    Look m_look = Look::NotAsked;
    ResourceId m_looked;
    ServerEntry m_found;
    Error m_lookError;
    std::stop_source m_lookStop;
    quint64 m_lookGeneration = 0;
};

} // namespace causeway::wizard
