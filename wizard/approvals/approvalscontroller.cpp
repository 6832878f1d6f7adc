// SPDX-License-Identifier: Apache-2.0
#include "wizard/approvals/approvalscontroller.h"

#include "session/azuresession.h"

#include <QPointer>

namespace causeway::wizard {

ApprovalsController::ApprovalsController(AzureSession &session, QObject *parent) : QObject(parent), m_session(session)
{
    // What somebody decided is not carried out, nor sent again, as another one. The queue is read anew when it is looked at.
    connect(&session, &AzureSession::accountChanged, this, [this] {
        m_stop.request_stop();
        m_decisionStop.request_stop();
        m_decisionStop = std::stop_source();
    });
}

ApprovalsController::~ApprovalsController()
{
    m_stop.request_stop();
    m_decisionStop.request_stop();
}

void ApprovalsController::load(const ResourceId &server)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_server = server;
    m_state = State::Busy;
    Q_EMIT changed();
    Context context;
    context.stop = m_stop.get_token();
    collect(server, context, ++m_generation);
}

QCoro::Task<> ApprovalsController::collect(ResourceId server, Context context, quint64 generation)
{
    const QPointer<ApprovalsController> self(this);
    ArmClient *client = &m_session.client();
    const QStringList subscriptions(m_session.subscription());
    ApprovalQueue queue;
    std::optional<Error> error;
    if (server.isEmpty()) {
        Result<ApprovalQueue> all = co_await collectApprovals(client, subscriptions, context);
        if (all)
            queue = *all;
        else
            error = all.error();
    } else {
        Result<QList<Connection>> own = co_await connectionsOf(client, server, context);
        if (own)
            queue.connections = *own;
        else if (own.error().kind != ErrorKind::NotFound) // a server that is still to be made has no connections
            error = own.error();
    }
    if (!self || generation != m_generation)
        co_return;
    m_queue = queue;
    m_error = error;
    m_state = error ? State::Failed : State::Ready;
    Q_EMIT changed();
}

void ApprovalsController::decide(const Connection &connection, Decision decision, const QString &comment)
{
    if (m_deciding.contains(connection.id.key()))
        return;
    m_deciding.insert(connection.id.key());
    Q_EMIT changed();
    Context context;
    context.stop = m_decisionStop.get_token();
    carryOut(connection, decision, comment, context);
}

QCoro::Task<> ApprovalsController::carryOut(Connection connection, Decision decision, QString comment, Context context)
{
    const QPointer<ApprovalsController> self(this);
    ArmClient *client = &m_session.client();
    Result<Connection> outcome = co_await causeway::decide(client, connection, decision, comment, context);
    if (!self)
        co_return;
    m_deciding.remove(connection.id.key());
    if (!outcome) {
        Q_EMIT refused(connection, outcome.error());
        Q_EMIT changed();
        co_return;
    }
    Q_EMIT decided(*outcome, decision);
    load(m_server);
}

} // namespace causeway::wizard
