// SPDX-License-Identifier: Apache-2.0
#include "wizard/server/servercontroller.h"

#include <QPointer>
#include <QTimer>

namespace causeway::wizard {

// Long enough that a name is not asked about letter by letter, short enough to feel live. A person types in wall
// time, so this is not the Clock's.
static constexpr int typingPauseMs = 300;

ServerController::ServerController(AzureSession &session, QObject *parent) : QObject(parent), m_session(session) {}

ServerController::~ServerController()
{
    m_stop.request_stop();
    m_lookStop.request_stop();
}

void ServerController::setName(Name name, const QString &message)
{
    m_name = name;
    m_message = message;
    Q_EMIT nameChanged();
}

void ServerController::checkName(const QString &name, const QString &location, bool wellFormed)
{
    const QString question = name + QLatin1Char('@') + location;
    if (question == m_asked)
        return;
    m_asked = question;
    m_stop.request_stop();
    const quint64 generation = ++m_generation;
    if (!wellFormed || name.isEmpty() || location.isEmpty()) {
        setName(Name::NotAsked, {});
        return;
    }
    setName(Name::Asking, {});
    m_stop = std::stop_source();
    Context context;
    context.stop = m_stop.get_token();
    QTimer::singleShot(typingPauseMs, this, [this, name, location, context, generation] {
        if (generation == m_generation)
            ask(name, location, context, generation);
    });
}

QCoro::Task<> ServerController::ask(QString name, QString location, Context context, quint64 generation)
{
    const QPointer<ServerController> self(this);
    Result<NameAnswer> answer = co_await m_session.checkServerName(name, location, context);
    if (!self || generation != m_generation)
        co_return;
    if (!answer)
        setName(Name::Unknown, {}); // advisory: Create will tell
    else
        setName(answer->available ? Name::Free : Name::Taken, answer->message);
}

void ServerController::look(const ResourceId &server)
{
    if (server == m_looked)
        return;
    m_looked = server;
    m_lookStop.request_stop();
    ++m_lookGeneration;
    m_look = server.isEmpty() ? Look::NotAsked : Look::Asking;
    Q_EMIT lookChanged();
    if (server.isEmpty())
        return;
    m_lookStop = std::stop_source();
    Context context;
    context.stop = m_lookStop.get_token();
    read(server, context, m_lookGeneration);
}

QCoro::Task<> ServerController::read(ResourceId server, Context context, quint64 generation)
{
    const QPointer<ServerController> self(this);
    Result<ServerEntry> entry = co_await m_session.readServer(server, context);
    if (!self || generation != m_lookGeneration)
        co_return;
    if (entry)
        m_found = *entry;
    else
        m_lookError = entry.error();
    m_look = entry ? Look::Found : Look::Failed;
    Q_EMIT lookChanged();
}

} // namespace causeway::wizard
