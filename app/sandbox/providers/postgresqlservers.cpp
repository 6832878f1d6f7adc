// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresql.h"
#include "sandbox/providers/postgresqlparts.h"

#include <algorithm>

namespace causeway::sandbox::postgresql {

namespace {

//! Newest minor versions of spring 2026, when the private endpoint recording (17.9) was made.
QString minorVersionOf(const QString &version)
{
    static const QHash<QString, QString> minors{{"11"_t, "22"_t}, {"12"_t, "22"_t}, {"13"_t, "23"_t}, {"14"_t, "22"_t},
                                                {"15"_t, "17"_t}, {"16"_t, "13"_t}, {"17"_t, "9"_t},  {"18"_t, "3"_t}};
    return minors.value(version, "0"_t);
}

// --- reading ------------------------------------------------------------------------------------------------------------

Response getServer(Call &call)
{
    const Resource *server = visibleServer(call);
    return server ? Response::json(200, shown(call.state, *server)) : notFound(call.id);
}

Response listServers(Call &call)
{
    const QString scope = call.resourceGroup.isEmpty() ? "/subscriptions/"_t + call.subscription
                                                       : "/subscriptions/%1/resourceGroups/%2"_t.arg(call.subscription, call.resourceGroup);
    QJsonArray items;
    for (const Resource *server : call.state.list(scope, serversType())) {
        if (isVisible(call.state, *server))
            items.append(shown(call.state, *server));
    }
    return call.world.page(call, items);
}

//! Replicas and log files exist in the contract; a server of this world has none.
Response listNothing(Call &call)
{
    return visibleServer(call) ? Response::json(200, {{"value"_t, QJsonArray()}}) : notFound(serverIdOf(call.id));
}

// --- create -------------------------------------------------------------------------------------------------------------

Response nameRefused(const Call &call, bool dropping)
{
    const QString text = dropping ? "Operations on a server group in dropping state are not allowed."_t
                                  : "Specified server name is already used."_t;
    return Response::error(call.state.setting("postgresqlNameTakenStatus"_t, 409).toInt(),
                           call.state.setting("postgresqlNameTakenCode"_t, "ServerNameAlreadyExists"_t).toString(), text);
}

//! Members that only the service writes (recorded body of a new server).
void addReadOnly(QJsonObject &body, const QString &name, TimePoint now)
{
    setAt(body, "properties.fullyQualifiedDomainName"_t, name.toLower() + ".postgres.database.azure.com"_t);
    setAt(body, "properties.minorVersion"_t, minorVersionOf(at(body, "properties.version"_t).toString()));
    setAt(body, "properties.state"_t, "Provisioning"_t);
    setAt(body, "properties.replica"_t, QJsonObject{{"role"_t, "Primary"_t}, {"capacity"_t, 6}});
    setAt(body, "properties.replicationRole"_t, "Primary"_t);
    setAt(body, "properties.replicaCapacity"_t, 6);
    const bool standby = at(body, "properties.highAvailability.mode"_t).toString() != "Disabled"_t;
    setAt(body, "properties.highAvailability.state"_t, standby ? "CreatingStandby"_t : "NotEnabled"_t);
    setAt(body, "systemData"_t, QJsonObject{{"createdAt"_t, toText(now)}});
}

void makeDatabase(State &state, const QString &server, const Resource &database)
{
    if (QStringList{"postgres"_t, "azure_maintenance"_t, "azure_sys"_t}.contains(database.name))
        return;
    state.emitEffect("createDatabase"_t, key(server),
                     {{"name"_t, database.name}, {"charset"_t, textAt(database, "properties.charset"_t)}, {"collation"_t, textAt(database, "properties.collation"_t)}});
}

void makeRole(State &state, const QString &server, const Resource &administrator)
{
    state.emitEffect("addEntraRole"_t, key(server),
                     {{"name"_t, textAt(administrator, "properties.principalName"_t)},
                      {"token"_t, entraToken(state, textAt(administrator, "properties.objectId"_t))}, {"admin"_t, true}});
}

//! A cluster of its own for a server that was there before: it knows nothing of what the server holds.
void startAgain(State &state, const Resource &server, TimePoint now)
{
    Transition adopted;
    adopted.due = now;
    adopted.provider = providerName();
    adopted.kind = "serverAdopted"_t;
    adopted.target = server.id;
    adopted.waitsFor = state.emitEffect("startServer"_t, key(server.id), startArguments(server));
    state.schedule(std::move(adopted));
    for (const Resource *database : state.list(server.id, typeOf("databases"_t)))
        makeDatabase(state, server.id, *database);
    for (const Resource *administrator : state.list(server.id, typeOf("administrators"_t)))
        makeRole(state, server.id, *administrator);
}

Response createServer(Call &call)
{
    const QString name = call.names.value(2);
    if (!nameWellFormed(name))
        return invalidValue("ServerName"_t);
    if (nameTaken(call.state, name, call.id))
        return nameRefused(call, false);
    NewServer made = newServer(call);
    if (made.refusal)
        return *made.refusal;

    Resource server;
    server.id = call.id;
    server.type = serversType();
    server.name = name;
    addReadOnly(made.body, name, call.now);
    server.body = made.body;
    server.body.insert("id"_t, server.id);
    server.body.insert("name"_t, name);
    server.body.insert("type"_t, server.type);
    server.created = server.changed = call.now;
    const QString password = at(call.body, "properties.administratorLoginPassword"_t).toString();
    server.hidden.insert("password"_t, password);
    keepWorldDefaults(call.state, server);

    // A weak password has been seen to surface only at the end, as InternalServerError (facts §2.3).
    const QString login = textAt(server, "properties.administratorLogin"_t);
    const bool weak = !login.isEmpty() && !passwordIsStrong(password, login);
    Resource &kept = call.state.put(std::move(server));
    const quint64 effect = weak ? 0 : call.state.emitEffect("startServer"_t, key(kept.id), startArguments(kept));
    return accept(call, kept, {"UpsertServerManagementOperationV2"_t, "serverCreated"_t, kept.id,
                               around(call.state, "postgresqlCreateSeconds"_t, 330, 30), {{"weak"_t, weak}}, effect});
}

// --- change -------------------------------------------------------------------------------------------------------------

Response changeServer(Call &call, Resource &server, const QString &word)
{
    if (Refusal refusal = notWritable(call, server))
        return *refusal;
    const NewServer changed = changedServer(call, server);
    if (changed.refusal)
        return *changed.refusal;

    const QString password = at(call.body, "properties.administratorLoginPassword"_t).toString();
    const QString login = at(changed.body, "properties.administratorLogin"_t).toString();
    const bool weak = !password.isEmpty() && !passwordIsStrong(password, login);
    quint64 effect = 0;
    if (!password.isEmpty() && !weak) {
        effect = call.state.emitEffect("setPassword"_t, key(server.id), {{"login"_t, login}, {"password"_t, password}});
        server.hidden.insert("nextPassword"_t, password);
    }
    const bool upgrade = at(changed.body, "properties.version"_t) != at(server.body, "properties.version"_t);
    const Milliseconds after = upgrade ? call.state.duration("postgresqlUpgradeSeconds"_t, 600)
                                       : call.state.duration("postgresqlUpdateSeconds"_t, 60);
    setServerState(server, "Updating"_t);
    return accept(call, server, {word, "serverChanged"_t, server.id, after, {{"weak"_t, weak}, {"body"_t, changed.body}}, effect});
}

Response putServer(Call &call)
{
    if (Refusal refusal = checkTypes(call.body))
        return *refusal;
    Resource *server = call.state.find(call.id);
    if (!server)
        return createServer(call);
    if (textAt(*server, "properties.state"_t) == "Dropping"_t)
        return nameRefused(call, true);
    return changeServer(call, *server, "UpsertServerManagementOperationV2"_t);
}

Response patchServer(Call &call)
{
    Resource *server = visibleServer(call);
    if (!server)
        return notFound(call.id);
    if (Refusal refusal = checkTypes(call.body))
        return *refusal;
    return changeServer(call, *server, "UpdateServerManagementOperationV2"_t);
}

Response deleteServer(Call &call)
{
    Resource *server = call.state.find(call.id);
    if (!server)
        return Response::empty(204);
    if (!server->hidden.value("operation"_t).toString().isEmpty())
        return busy(call, *server).value_or(Response::empty(204));
    setServerState(*server, "Dropping"_t);
    const quint64 effect = call.state.emitEffect("removeServer"_t, key(server->id), {});
    return accept(call, *server, {"DropServerManagementOperation"_t, "serverDropped"_t, server->id,
                                  call.state.duration("postgresqlDeleteSeconds"_t, 90), {}, effect});
}

// --- what happens later -------------------------------------------------------------------------------------------------

void scheduleStandby(State &state, const Resource &server, TimePoint now)
{
    if (textAt(server, "properties.highAvailability.state"_t) != "CreatingStandby"_t)
        return;
    Transition standby;
    standby.due = now + state.duration("postgresqlStandbySeconds"_t, 180);
    standby.provider = providerName();
    standby.kind = "standbyHealthy"_t;
    standby.target = server.id;
    state.schedule(std::move(standby));
}

void serverCreated(World &world, const Transition &transition, TimePoint now)
{
    State &state = world.state();
    Resource *server = state.find(transition.target);
    if (!server)
        return conclude(world, transition, now, unexpected(state));
    const bool weak = transition.arguments.value("weak"_t).toBool();
    if (const Failure failure = weak ? unexpected(state) : failureOf(state, transition.outcome)) {
        if (!weak)
            state.emitEffect("removeServer"_t, key(transition.target), {});
        conclude(world, transition, now, failure);
        state.remove(transition.target);
        return;
    }
    keepEndpoint(*server, transition.outcome);
    setServerState(*server, "Ready"_t);
    server->changed = now;
    // Writes right after create often meet ServerIsBusy (facts §2.9); never for more than ten seconds of the world.
    const Milliseconds window = std::min(state.duration("postgresqlBusyAfterCreateSeconds"_t, 8), Milliseconds(10000));
    server->hidden.insert("busyUntil"_t, static_cast<double>((now + window).time_since_epoch().count()));
    scheduleStandby(state, *server, now);
    conclude(world, transition, now);
    addDefaultDatabases(state, *server, now);
    state.record(transition.target, "created"_t, now, objectIdOf(transition));
}

void serverAdopted(World &world, const Transition &transition, TimePoint /*now*/)
{
    if (Resource *server = world.state().find(transition.target))
        keepEndpoint(*server, transition.outcome);
}

void serverChanged(World &world, const Transition &transition, TimePoint now)
{
    State &state = world.state();
    Resource *server = state.find(transition.target);
    if (!server)
        return conclude(world, transition, now, unexpected(state));
    setServerState(*server, "Ready"_t);
    const QString password = server->hidden.take("nextPassword"_t).toString();
    const bool weak = transition.arguments.value("weak"_t).toBool();
    if (const Failure failure = weak ? unexpected(state) : failureOf(state, transition.outcome))
        return conclude(world, transition, now, failure);

    const QString oldMode = textAt(*server, "properties.highAvailability.mode"_t);
    const QJsonValue backupDate = at(server->body, "properties.backup.earliestRestoreDate"_t);
    server->body = transition.arguments.value("body"_t).toObject();
    setServerState(*server, "Ready"_t);
    setAt(server->body, "properties.minorVersion"_t, minorVersionOf(textAt(*server, "properties.version"_t)));
    if (!backupDate.isUndefined())
        setAt(server->body, "properties.backup.earliestRestoreDate"_t, backupDate);
    if (!password.isEmpty())
        server->hidden.insert("password"_t, password);
    const QString mode = textAt(*server, "properties.highAvailability.mode"_t);
    if (mode != oldMode)
        setAt(server->body, "properties.highAvailability.state"_t, mode == "Disabled"_t ? "NotEnabled"_t : "CreatingStandby"_t);
    if (mode != oldMode)
        scheduleStandby(state, *server, now);
    server->changed = now;
    conclude(world, transition, now);
    state.record(transition.target, "updated"_t, now, objectIdOf(transition));
}

void serverDropped(World &world, const Transition &transition, TimePoint now)
{
    State &state = world.state();
    Resource *server = state.find(transition.target);
    if (const Failure failure = server ? failureOf(state, transition.outcome) : Failure()) {
        setServerState(*server, "Ready"_t);
        return conclude(world, transition, now, failure);
    }
    conclude(world, transition, now);
    QStringList below;
    for (const Resource *child : state.below(transition.target)) {
        if (child->type == typeOf("privateEndpointConnections"_t))
            tellConsumer(state, *child, "Disconnected"_t, {}, now);
        below.append(child->id);
    }
    for (const QString &child : below)
        state.remove(child);
    if (state.remove(transition.target))
        state.record(transition.target, "deleted"_t, now, objectIdOf(transition));
}

void standbyHealthy(World &world, const Transition &transition, TimePoint /*now*/)
{
    Resource *server = world.state().find(transition.target);
    if (server && textAt(*server, "properties.highAvailability.state"_t) == "CreatingStandby"_t)
        setAt(server->body, "properties.highAvailability.state"_t, "Healthy"_t);
}

} // namespace

QJsonObject startArguments(const Resource &server)
{
    return {{"name"_t, server.name}, {"version"_t, textAt(server, "properties.version"_t)},
            {"login"_t, textAt(server, "properties.administratorLogin"_t)}, {"password"_t, server.hidden.value("password"_t)},
            {"requireSecureTransport"_t, parameterOf(server, "require_secure_transport"_t) == "on"_t},
            {"parameters"_t, parametersInForce(server)}, {"fqdn"_t, textAt(server, "properties.fullyQualifiedDomainName"_t)}};
}

void keepEndpoint(Resource &server, const QJsonObject &outcome)
{
    for (const QString &member : {"host"_t, "port"_t, "realVersion"_t, "computed"_t}) {
        if (outcome.contains(member))
            server.hidden.insert(member, outcome.value(member));
    }
}

QJsonObject shown(const State &state, const Resource &server)
{
    QJsonObject body = server.body;
    QJsonArray connections;
    for (const Resource *child : state.list(server.id, typeOf("privateEndpointConnections"_t)))
        connections.append(child->body);
    setAt(body, "properties.privateEndpointConnections"_t, connections);
    return body;
}

void addServerRoutes(std::vector<Route> &routes)
{
    const QString prefix = "Microsoft.DBforPostgreSQL/flexibleServers/"_t;
    routes.push_back({"GET", serverPattern(), prefix + "read"_t, getServer, false});
    routes.push_back({"GET", serverPattern().chopped(7), prefix + "read"_t, listServers, false});
    routes.push_back({"GET", subscriptionPattern("/flexibleServers"_t), prefix + "read"_t, listServers, false});
    routes.push_back({"PUT", serverPattern(), prefix + "write"_t, putServer});
    routes.push_back({"PATCH", serverPattern(), prefix + "write"_t, patchServer});
    routes.push_back({"DELETE", serverPattern(), prefix + "delete"_t, deleteServer});
    routes.push_back({"GET", serverPattern("/replicas"_t), prefix + "replicas/read"_t, listNothing, false});
    routes.push_back({"GET", serverPattern("/logFiles"_t), prefix + "logFiles/read"_t, listNothing, false});
}

QList<Step> serverSteps()
{
    return {{"serverCreated"_t, serverCreated},
            {"serverAdopted"_t, serverAdopted},
            {"serverChanged"_t, serverChanged},
            {"serverDropped"_t, serverDropped},
            {"standbyHealthy"_t, standbyHealthy}};
}

} // namespace causeway::sandbox::postgresql

namespace causeway::sandbox {

static void adopt(State &state, const QString &id, TimePoint now)
{
    Resource &server = *state.find(id);
    const QString power = postgresql::textAt(server, QStringLiteral("properties.state"));
    if (power == QStringLiteral("Provisioning") || power == QStringLiteral("Dropping"))
        return; // its own operation sees to it
    postgresql::addDefaultDatabases(state, server, now);
    if (power != QStringLiteral("Stopped"))
        postgresql::startAgain(state, server, now);
}

void adoptServers(State &state, TimePoint now)
{
    QStringList ids;
    for (const auto &[id, resource] : state.resources) {
        // One with a port was started by a host that keeps its files.
        if (resource.type == postgresql::serversType() && !resource.hidden.contains(QStringLiteral("port")))
            ids.append(resource.id);
    }
    for (const QString &id : ids)
        adopt(state, id, now);
}

void adoptAdded(State &state, const QStringList &ids, TimePoint now)
{
    for (const QString &id : ids) {
        const Resource &one = *state.find(id);
        const QString server = postgresql::serverIdOf(one.id);
        if (one.type == postgresql::serversType())
            adopt(state, id, now); // with all that it holds
        else if (ids.contains(key(server)))
            continue;
        else if (one.type == postgresql::typeOf(QStringLiteral("databases")))
            postgresql::makeDatabase(state, server, one);
        else if (one.type == postgresql::typeOf(QStringLiteral("administrators")))
            postgresql::makeRole(state, server, one);
    }
}

} // namespace causeway::sandbox
