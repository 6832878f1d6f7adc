// SPDX-License-Identifier: Apache-2.0
#include "approvals/queue.h"

#include "azure/arm/armclient.h"
#include "core/waiting.h"
#include "domain/types.h"

namespace causeway {

QCoro::Task<Result<QList<Connection>>> connectionsOf(ArmClient *client, ResourceId server, Context context)
{
    const QString path = server.toString() + QStringLiteral("/privateEndpointConnections");
    Result<QJsonArray> items = co_await client->list(path, version::postgresql, context);
    if (!items)
        co_return items.error();
    QList<Connection> connections;
    for (const QJsonValue item : *items)
        connections.append(connectionFromJson(item.toObject()));
    co_return connections;
}

QCoro::Task<Result<ApprovalQueue>> collectApprovals(ArmClient *client, QStringList subscriptions, Context context)
{
    ApprovalQueue queue;
    for (const QString &subscription : subscriptions) {
        const QString path = QStringLiteral("/subscriptions/%1/providers/%2").arg(subscription, type::server);
        Result<QJsonArray> servers = co_await client->list(path, version::postgresql, context);
        if (!servers) {
            if (servers.error().kind == ErrorKind::Cancelled || subscriptions.size() == 1)
                co_return servers.error();
            queue.unread.append(UnreadServer{ResourceId::subscription(subscription), servers.error()});
            continue;
        }
        for (const QJsonValue item : *servers) {
            Result<ResourceId> id = ResourceId::parse(item.toObject()[QLatin1String("id")].toString());
            if (!id)
                continue;
            const ResourceId server = *id;
            Result<QList<Connection>> connections = co_await connectionsOf(client, server, context);
            if (connections)
                queue.connections.append(*connections);
            else if (connections.error().kind == ErrorKind::Cancelled)
                co_return connections.error();
            else
                queue.unread.append(UnreadServer{server, connections.error()});
        }
    }
    co_return queue;
}

static QJsonObject decisionBody(Decision decision, const QString &comment)
{
    QJsonObject state;
    state[QLatin1String("status")] = decision == Decision::Approve ? QStringLiteral("Approved") : QStringLiteral("Rejected");
    if (!comment.isEmpty())
        state[QLatin1String("description")] = comment;
    QJsonObject properties;
    properties[QLatin1String("privateLinkServiceConnectionState")] = state;
    QJsonObject body;
    body[QLatin1String("properties")] = properties;
    return body;
}

// What was asked is understood; it is the connection's state that does not allow it.
static Error rejectedStays(const Connection &connection)
{
    Error error = Error::invalid(QStringLiteral("RejectedStays"), QStringLiteral("A rejected connection cannot be approved: the requester has to delete the private endpoint and create it again."), connection.name);
    error.kind = ErrorKind::Conflict;
    return error;
}

QCoro::Task<Result<Connection>> decide(ArmClient *client, Connection connection, Decision decision, QString comment, Context context)
{
    if (decision == Decision::Approve && connection.state == ConnectionState::Rejected)
        co_return rejectedStays(connection);
    ArmRequest request;
    request.method = decision == Decision::Remove ? "DELETE" : "PUT";
    request.path = connection.id.toString();
    request.apiVersion = version::postgresql;
    if (decision != Decision::Remove)
        request.body = QJsonValue(decisionBody(decision, comment));
    Result<QJsonValue> done = co_await client->sendAndWait(request, context);
    if (!done)
        co_return done.error();
    if (decision == Decision::Remove) {
        connection.state = ConnectionState::Disconnected;
        connection.stateText = QStringLiteral("Disconnected");
        co_return connection;
    }
    Result<QJsonObject> now = co_await client->get(request.path, request.apiVersion, context);
    if (!now)
        co_return now.error();
    co_return connectionFromJson(*now);
}

} // namespace causeway
