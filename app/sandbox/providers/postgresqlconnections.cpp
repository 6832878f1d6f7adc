// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresql.h"
#include "sandbox/providers/postgresqlparts.h"

#include <QCryptographicHash>
#include <algorithm>

//! The server's side of Private Link: who asked, what the owner decided, and how the consumers hear of it (facts §2.10, §7).

namespace causeway::sandbox::postgresql {

namespace {

QString connectionsType() { return typeOf("privateEndpointConnections"_t); }
QString statusPath() { return "properties.privateLinkServiceConnectionState.status"_t; }

//! Where a connection can be seen: the server is there, and the id names one.
Response listConnections(Call &call)
{
    const Resource *server = visibleServer(call);
    if (!server)
        return notFound(serverIdOf(call.id));
    QJsonArray items;
    for (const Resource *connection : call.state.list(server->id, connectionsType()))
        items.append(connection->body);
    return call.world.page(call, items);
}

Response getConnection(Call &call)
{
    const Resource *connection = call.state.find(call.id);
    return connection ? Response::json(200, connection->body) : notFound(call.state.find(serverIdOf(call.id)) ? call.id : serverIdOf(call.id));
}

//! Only the decision counts; the rest of the resource may come along, as the Azure CLI sends it.
Refusal checkDecision(const QJsonObject &body)
{
    const QJsonValue properties = body.value("properties"_t);
    if (!properties.isUndefined() && !properties.isObject())
        return wrongType("properties"_t, "System.Object"_t);
    const QJsonValue state = properties.toObject().value("privateLinkServiceConnectionState"_t);
    if (!state.isUndefined() && !state.isNull() && !state.isObject())
        return wrongType("properties.privateLinkServiceConnectionState"_t, "System.Object"_t);
    const QJsonValue status = state.toObject().value("status"_t);
    const QJsonValue description = state.toObject().value("description"_t);
    if (status.isUndefined() || status.isNull())
        return missingParameter("PrivateLinkServiceConnectionState.Status"_t);
    if (!status.isString())
        return wrongType(statusPath(), "System.String"_t);
    if (!description.isUndefined() && !description.isNull() && !description.isString())
        return wrongType("properties.privateLinkServiceConnectionState.description"_t, "System.String"_t);
    if (!QStringList{"Approved"_t, "Rejected"_t}.contains(status.toString(), Qt::CaseInsensitive))
        return invalidValue("PrivateLinkServiceConnectionState.Status"_t);
    return {};
}

Response decide(Call &call)
{
    Resource *server = visibleServer(call);
    if (!server)
        return parentNotFound(call.id);
    const Resource *connection = call.state.find(call.id);
    if (!connection)
        return notFound(call.id);
    // Whether an explicit decision needs this right beside privateEndpointConnections/write is not settled (facts §8).
    const QString action = "Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action"_t;
    if (call.state.setting("postgresqlApprovalNeedsBoth"_t, true).toBool()
        && !call.world.allowed(call.request.principal, action, server->id))
        return call.world.forbidden(call.request.principal, action, server->id);
    if (Refusal refusal = checkDecision(call.body))
        return *refusal;
    if (Refusal refusal = notWritable(call, *server))
        return *refusal;
    const QJsonObject wanted = at(call.body, "properties.privateLinkServiceConnectionState"_t).toObject();
    const bool approve = wanted.value("status"_t).toString().compare("Approved"_t, Qt::CaseInsensitive) == 0;
    const QJsonObject arguments{{"status"_t, approve ? "Approved"_t : "Rejected"_t},
                                {"description"_t, wanted.value("description"_t).toString()}};
    return accept(call, *server, {"UpsertPrivateEndpointConnectionManagementOperation"_t, "connectionDecided"_t, connection->id,
                                  around(call.state, "postgresqlDecisionSeconds"_t, 90, 30), arguments});
}

Response dropConnection(Call &call)
{
    Resource *server = visibleServer(call);
    Resource *connection = server ? call.state.find(call.id) : nullptr;
    if (!connection)
        return Response::empty(204);
    if (Refusal refusal = notWritable(call, *server))
        return *refusal;
    setAt(connection->body, "properties.provisioningState"_t, "Deleting"_t);
    return accept(call, *server, {"DropPrivateEndpointConnectionManagementOperation"_t, "connectionDropped"_t, connection->id,
                                  around(call.state, "postgresqlDecisionSeconds"_t, 90, 30)});
}

//! Rejected is the end of a connection: the request is accepted and fails later (recorded).
bool impossible(const State &state, const QString &from, const QString &to)
{
    return from == "Rejected"_t && (to == "Approved"_t || !state.setting("postgresqlRejectAgain"_t, true).toBool());
}

void connectionDecided(World &world, const Transition &transition, TimePoint now)
{
    State &state = world.state();
    Resource *connection = state.find(transition.target);
    const QString status = transition.arguments.value("status"_t).toString();
    if (!connection || impossible(state, textAt(*connection, statusPath()), status))
        return conclude(world, transition, now, unexpected(state));
    const QString description = transition.arguments.value("description"_t).toString();
    QJsonObject shown{{"status"_t, status}, {"actionsRequired"_t, "None"_t}};
    if (!description.isEmpty())
        shown.insert("description"_t, description);
    setAt(connection->body, "properties.privateLinkServiceConnectionState"_t, shown);
    connection->changed = now;
    conclude(world, transition, now);
    state.record(connection->id, status.toLower(), now, objectIdOf(transition));
    tellConsumer(state, *connection, status, description, now);
}

void connectionDropped(World &world, const Transition &transition, TimePoint now)
{
    State &state = world.state();
    conclude(world, transition, now);
    const Resource *connection = state.find(transition.target);
    if (!connection)
        return;
    tellConsumer(state, *connection, "Disconnected"_t, {}, now);
    state.remove(transition.target);
    state.record(transition.target, "removed"_t, now, objectIdOf(transition));
}

// --- private link resources ---------------------------------------------------------------------------------------------

QJsonObject privateLinkResource(const Resource &server)
{
    const QString group = "postgresqlServer"_t;
    return {{"id"_t, server.id + "/privateLinkResources/"_t + group}, {"name"_t, group}, {"type"_t, typeOf("privateLinkResources"_t)},
            {"properties"_t, QJsonObject{{"groupId"_t, group}, {"requiredMembers"_t, QJsonArray{group}},
                                         {"requiredZoneNames"_t, QJsonArray{privateLinkZone()}}}}};
}

Response listLinkResources(Call &call)
{
    const Resource *server = visibleServer(call);
    if (!server)
        return notFound(serverIdOf(call.id));
    return Response::json(200, {{"value"_t, QJsonArray{privateLinkResource(*server)}}});
}

Response getLinkResource(Call &call)
{
    const Resource *server = visibleServer(call);
    if (!server)
        return notFound(serverIdOf(call.id));
    const bool known = call.names.value(3).compare("postgresqlServer"_t, Qt::CaseInsensitive) == 0;
    return known ? Response::json(200, privateLinkResource(*server)) : notFound(call.id);
}

// --- for the consumers --------------------------------------------------------------------------------------------------

//! As Network words an error that a provider gave it.
QString wrapped(const QString &text)
{
    return "Call to Microsoft.DBforPostgreSQL/flexibleServers failed. Error message: "_t + text;
}

} // namespace

void tellConsumer(State &state, const Resource &connection, const QString &status, const QString &description, TimePoint now)
{
    const QString managedBy = connection.hidden.value("managedBy"_t).toString();
    Transition news;
    news.due = now + (managedBy.isEmpty() ? state.duration("connectionEchoSeconds"_t, 5)
                                          : state.duration("connectionDiscoverySeconds"_t, 180));
    news.provider = managedBy.isEmpty() ? "Microsoft.Network"_t : "Microsoft.DataFactory"_t;
    news.kind = "connectionDecided"_t;
    news.target = managedBy.isEmpty() ? textAt(connection, "properties.privateEndpoint.id"_t) : managedBy;
    news.arguments = {{"status"_t, status}, {"description"_t, description}, {"connection"_t, connection.id}};
    state.schedule(std::move(news));
}

void addConnectionRoutes(std::vector<Route> &routes)
{
    const QString prefix = "Microsoft.DBforPostgreSQL/flexibleServers/"_t;
    const QString pattern = serverPattern("/privateEndpointConnections"_t);
    routes.push_back({"GET", pattern, prefix + "privateEndpointConnections/read"_t, listConnections, false});
    routes.push_back({"GET", pattern + "/{connection}"_t, prefix + "privateEndpointConnections/read"_t, getConnection, false});
    routes.push_back({"PUT", pattern + "/{connection}"_t, prefix + "privateEndpointConnections/write"_t, decide});
    routes.push_back({"DELETE", pattern + "/{connection}"_t, prefix + "privateEndpointConnections/delete"_t, dropConnection});
    routes.push_back({"GET", serverPattern("/privateLinkResources"_t), prefix + "privateLinkResources/read"_t, listLinkResources, false});
    routes.push_back({"GET", serverPattern("/privateLinkResources/{group}"_t), prefix + "privateLinkResources/read"_t, getLinkResource, false});
}

QList<Step> connectionSteps()
{
    return {{"connectionDecided"_t, connectionDecided}, {"connectionDropped"_t, connectionDropped}};
}

} // namespace causeway::sandbox::postgresql

namespace causeway::sandbox {

std::optional<Response> canConnect(World &world, const QString &id)
{
    const Resource *server = world.state().find(id);
    if (!server || server->type != postgresql::serversType() || !postgresql::isVisible(world.state(), *server))
        return postgresql::notFound(id);
    if (!postgresql::textAt(*server, QStringLiteral("properties.network.delegatedSubnetResourceId")).isEmpty())
        return Response::error(400, QStringLiteral("PrivateEndpointFeatureNotSupportedOnServer"),
                               postgresql::wrapped(QStringLiteral("Private endpoint feature is not supported on server '%1'.").arg(server->name)));
    const QString state = postgresql::textAt(*server, QStringLiteral("properties.state"));
    if (state != QStringLiteral("Ready"))
        return Response::error(world.state().setting(QStringLiteral("postgresqlBusyStatus"), 409).toInt(), QStringLiteral("ServerIsBusy"),
                               postgresql::wrapped(QStringLiteral("Cannot complete operation while server '%1' is busy processing another "
                                                                  "operation. Try again later.").arg(server->name)));
    const QStringList locks = world.locksAgainst(server->id, false);
    if (!locks.isEmpty())
        return Response::error(409, QStringLiteral("ScopeLocked"), postgresql::wrapped(World::lockedText(server->id, locks, false)));
    return {};
}

QString addConnection(World &world, const ConnectionRequest &request, TimePoint now)
{
    State &state = world.state();
    const Resource *server = state.find(request.server);
    const QString base = server ? server->id : request.server;
    QString endpoint = request.endpointName;
    if (state.setting(QStringLiteral("postgresqlPlainConnectionNames"), false).toBool())
        endpoint.replace(u'.', u'-');

    Resource connection;
    connection.name = endpoint + u'.' + state.newGuid();
    connection.id = base + QStringLiteral("/privateEndpointConnections/") + connection.name;
    connection.type = postgresql::connectionsType();
    connection.created = connection.changed = now;
    QJsonObject decision{{QStringLiteral("status"), request.autoApproved ? QStringLiteral("Approved") : QStringLiteral("Pending")},
                         {QStringLiteral("actionsRequired"), QStringLiteral("None")}};
    const bool show = state.setting(QStringLiteral("postgresqlShowRequestMessage"), true).toBool();
    const QString description = request.autoApproved ? QStringLiteral("Auto-Approved") : show ? request.description : QString();
    if (!description.isEmpty())
        decision.insert(QStringLiteral("description"), description);
    connection.body = {
        {QStringLiteral("id"), connection.id}, {QStringLiteral("name"), connection.name}, {QStringLiteral("type"), connection.type},
        {QStringLiteral("properties"),
         QJsonObject{{QStringLiteral("privateEndpoint"), QJsonObject{{QStringLiteral("id"), request.privateEndpointId}}},
                     {QStringLiteral("groupIds"), QJsonArray{QStringLiteral("postgresqlServer")}},
                     {QStringLiteral("privateLinkServiceConnectionState"), decision},
                     {QStringLiteral("provisioningState"), QStringLiteral("Succeeded")}}}};
    connection.hidden = {{QStringLiteral("tenant"), request.tenant}, {QStringLiteral("managedBy"), request.managedBy}};
    const QString id = connection.id;
    state.put(std::move(connection));
    state.record(id, QStringLiteral("created"), now, request.by);
    if (request.autoApproved)
        state.record(id, QStringLiteral("approved"), now, request.by);
    return id;
}

std::optional<QJsonObject> whyNotDisconnect(const World &world, const QString &connection)
{
    const QStringList locks = world.locksAgainst(connection, true);
    if (locks.isEmpty())
        return {};
    QString proxy = connection;
    proxy.replace(QStringLiteral("/privateEndpointConnections/"), QStringLiteral("/privateEndpointConnectionProxies/"), Qt::CaseInsensitive);
    return QJsonObject{{QStringLiteral("code"), QStringLiteral("ScopeLocked")},
                       {QStringLiteral("message"), postgresql::wrapped(World::lockedText(proxy, locks, true))}};
}

bool removeConnection(World &world, const QString &connection, TimePoint now, const QString &by)
{
    if (!world.state().remove(connection))
        return false;
    world.state().record(connection, QStringLiteral("deleted"), now, by);
    return true;
}

const Resource *connectionOf(const State &state, const QString &server, const QString &privateEndpointId)
{
    for (const Resource *connection : state.list(server, postgresql::connectionsType())) {
        const QString endpoint = postgresql::textAt(*connection, QStringLiteral("properties.privateEndpoint.id"));
        if (key(endpoint) == key(privateEndpointId))
            return connection;
    }
    return nullptr;
}

QString entraToken(const State &state, const QString &objectId)
{
    const QByteArray seed = QByteArray::number(state.seed) + '/' + objectId.toLower().toUtf8();
    const QByteArray part = QCryptographicHash::hash(seed, QCryptographicHash::Sha256).toHex().left(24);
    return QStringLiteral("entra:") + objectId.toLower() + u':' + QString::fromLatin1(part);
}

const Resource *serverOfHost(const State &state, const QString &host)
{
    const QString name = host.toLower().section(u'.', 0, 0);
    const QString zone = host.toLower().section(u'.', 1);
    if (zone != QStringLiteral("postgres.database.azure.com") && zone != privateLinkZone())
        return nullptr;
    for (const auto &[id, resource] : state.resources) {
        if (resource.type == postgresql::serversType() && resource.name.toLower() == name)
            return &resource;
    }
    return nullptr;
}

QString computedSignIn(const State &state, const Resource &server, const QString &database, const QString &user, const QString &secret)
{
    const auto setting = [&](const char *name) { return postgresql::textAt(server, QStringLiteral("properties.authConfig.") + QString::fromLatin1(name)); };
    const bool byPassword = setting("passwordAuth") == QStringLiteral("Enabled") && !secret.isEmpty()
        && user == postgresql::textAt(server, QStringLiteral("properties.administratorLogin"))
        && secret == server.hidden.value(QStringLiteral("password")).toString();
    const QList<const Resource *> administrators = state.list(server.id, postgresql::typeOf(QStringLiteral("administrators")));
    const bool byToken = setting("activeDirectoryAuth") == QStringLiteral("Enabled")
        && std::ranges::any_of(administrators, [&](const Resource *each) {
               return postgresql::textAt(*each, QStringLiteral("properties.principalName")) == user
                   && entraToken(state, postgresql::textAt(*each, QStringLiteral("properties.objectId"))) == secret;
           });
    if (!byPassword && !byToken)
        return QStringLiteral("28P01");
    return state.find(server.id + QStringLiteral("/databases/") + database) ? QString() : QStringLiteral("3D000");
}

QString privateLinkZone()
{
    return QStringLiteral("privatelink.postgres.database.azure.com");
}

} // namespace causeway::sandbox
