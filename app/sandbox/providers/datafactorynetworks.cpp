// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"
#include "sandbox/providers/postgresql.h"

#include <QRegularExpression>
#include <QUuid>

namespace causeway::sandbox::datafactory {

// The status of a connection, as the factory knows it, is frozen once it was Approved: the service stops asking.
static const QString approvedStatus = QStringLiteral("Approved");

static QString networkIdOf(const Call &call)
{
    const Resource *known = childOf(call.state, factoryIdOf(call), managedNetworks, call.names.value(3));
    return known ? known->id : childIdOf(factoryIdOf(call), managedNetworks, call.names.value(3));
}

// --- managed virtual networks -------------------------------------------------------------------

static Response putNetwork(Call &call)
{
    const QString name = call.names.value(3);
    const Resource *known = childOf(call.state, factoryIdOf(call), managedNetworks, name);
    for (const auto &refused : {withoutFactory(call), networkUnregistered(call), badName(managedNetworks, name), unmatched(call, known)}) {
        if (refused)
            return *refused;
    }
    if (!call.body.value(QLatin1String("properties")).isObject())
        return invalidResource(managedNetworks, name, QStringLiteral("Invalid payload"));
    const QJsonObject before = known ? part(known->body, "properties") : QJsonObject();
    QJsonObject properties = part(call.body, "properties");
    properties.insert(QStringLiteral("vNetId"), known ? word(before, "vNetId") : call.state.newGuid());
    properties.insert(QStringLiteral("alias"), call.names.value(2).toLower());
    if (!properties.contains(QLatin1String("preventDataExfiltration")))
        properties.insert(QStringLiteral("preventDataExfiltration"), before.value(QLatin1String("preventDataExfiltration")).toBool(false));
    return Response::json(200, putChild(call, factoryIdOf(call), managedNetworks, name, properties, {}).body);
}

static Response getNetwork(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    const Resource *network = childOf(call.state, factoryIdOf(call), managedNetworks, call.names.value(3));
    return network ? Response::json(200, network->body) : missing();
}

static Response listNetworks(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    return listed(call, factoryIdOf(call), typeOf(managedNetworks));
}

// --- managed private endpoints ------------------------------------------------------------------

static QJsonObject connectionState(const QString &status, const QString &description, const QString &actions)
{
    return {{QStringLiteral("status"), status}, {QStringLiteral("description"), description}, {QStringLiteral("actionsRequired"), actions}};
}

static bool onServer(const QString &target)
{
    return target.contains(QLatin1String("/providers/Microsoft.DBforPostgreSQL/flexibleServers/"), Qt::CaseInsensitive);
}

static bool sameTarget(const QJsonObject &one, const QJsonObject &other)
{
    return key(word(one, "privateLinkResourceId")) == key(word(other, "privateLinkResourceId"))
        && word(one, "groupId").compare(word(other, "groupId"), Qt::CaseInsensitive) == 0;
}

static bool validTarget(const QJsonObject &properties)
{
    static const QRegularExpression armId(
        QStringLiteral("^/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/]+/providers/[^/]+(/[^/]+/[^/]+)+$"), QRegularExpression::CaseInsensitiveOption);
    const QString target = word(properties, "privateLinkResourceId");
    const QString group = word(properties, "groupId");
    const bool groupFits = !onServer(target) || group.compare(QLatin1String("postgresqlServer"), Qt::CaseInsensitive) == 0;
    return armId.match(target).hasMatch() && !group.isEmpty() && groupFits;
}

static std::optional<Response> refusedEndpoint(const Call &call, const QString &name, const QJsonObject &wanted, const Resource *known)
{
    if (!std::as_const(call.state).find(networkIdOf(call)))
        return invalidReference(call.names.value(3)); // Only a factory with a managed network has endpoints.
    for (auto refused : {networkUnregistered(call), badName(managedEndpoints, name), unmatched(call, known)}) {
        if (refused)
            return refused;
    }
    if (!validTarget(wanted))
        return invalidResource(managedEndpoints, name, QStringLiteral("Invalid payload"));
    if (known && !sameTarget(part(known->body, "properties"), wanted)) // immutable
        return invalidResource(managedEndpoints, name, QStringLiteral("Invalid payload"));
    for (const Resource *other : std::as_const(call.state).list(factoryIdOf(call), typeOf(managedEndpoints))) {
        const QJsonObject its = part(other->body, "properties");
        const bool going = word(its, "provisioningState") == QLatin1String("Deleting");
        if ((other != known || going) && sameTarget(its, wanted))
            return invalidResource(managedEndpoints, name, QStringLiteral("A managed private endpoint to the data source already exist."));
    }
    return std::nullopt;
}

static Response putEndpoint(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    const QString name = call.names.value(4);
    const QString network = networkIdOf(call);
    const QJsonObject wanted = part(call.body, "properties");
    const Resource *known = childOf(call.state, network, managedEndpoints, name);
    if (auto refused = refusedEndpoint(call, name, wanted, known))
        return *refused;
    if (known && word(part(known->body, "properties"), "provisioningState") != QLatin1String("Failed"))
        return Response::json(200, known->body);
    const QJsonObject properties{{QStringLiteral("provisioningState"), QStringLiteral("Provisioning")},
                                 {QStringLiteral("privateLinkResourceId"), word(wanted, "privateLinkResourceId")},
                                 {QStringLiteral("groupId"), word(wanted, "groupId")},
                                 {QStringLiteral("fqdns"), wanted.value(QLatin1String("fqdns")).toArray()},
                                 {QStringLiteral("connectionState"), connectionState({}, {}, {})}};
    Resource &endpoint = putChild(call, network, managedEndpoints, name, properties, {{QStringLiteral("by"), call.request.principal}});
    endpoint.body.remove(QLatin1String("etag")); // There is none while it is made (recording of 2021-08-16).
    Transition made;
    made.due = call.now + call.state.duration(QStringLiteral("managedEndpointSeconds"), 75);
    made.provider = QStringLiteral("Microsoft.DataFactory");
    made.kind = QStringLiteral("endpointCreated");
    made.target = endpoint.id;
    const QJsonObject answer = endpoint.body;
    call.state.schedule(made);
    return Response::json(200, answer);
}

static Response getEndpoint(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    if (const Resource *endpoint = childOf(call.state, networkIdOf(call), managedEndpoints, call.names.value(4)))
        return Response::json(200, endpoint->body);
    // Terraform's source notes 400 where one expects 404.
    const int status = call.state.setting(QStringLiteral("missingManagedEndpointStatus"), 400).toInt(400);
    return status == 404 ? missing()
                         : invalidResource(managedEndpoints, call.names.value(4), QStringLiteral("The managed private endpoint does not exist"));
}

static Response listEndpoints(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    const QString network = networkIdOf(call);
    if (!std::as_const(call.state).find(network))
        return missing();
    return listed(call, network, typeOf(managedEndpoints));
}

static void setProperties(Resource &endpoint, const QJsonObject &changes)
{
    QJsonObject properties = part(endpoint.body, "properties");
    for (auto it = changes.begin(); it != changes.end(); ++it)
        properties.insert(it.key(), *it);
    endpoint.body.insert(QStringLiteral("properties"), properties);
}

static Response deleteEndpoint(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    Resource *endpoint = call.state.find(childIdOf(networkIdOf(call), managedEndpoints, call.names.value(4)));
    if (!endpoint)
        return Response::empty(204);
    if (word(part(endpoint->body, "properties"), "provisioningState") == QLatin1String("Deleting"))
        return Response::empty(200);
    setProperties(*endpoint, {{QStringLiteral("provisioningState"), QStringLiteral("Deleting")}});
    Transition gone;
    gone.due = call.now + call.state.duration(QStringLiteral("managedEndpointDeleteSeconds"), 45);
    gone.provider = QStringLiteral("Microsoft.DataFactory");
    gone.kind = QStringLiteral("endpointDeleted");
    gone.target = endpoint->id;
    gone.arguments = {{QStringLiteral("by"), call.request.principal}};
    call.state.schedule(gone);
    return Response::empty(200); // It stays readable for a while.
}

// --- what happens later -------------------------------------------------------------------------

//! The endpoint lives in a subscription of Microsoft's, which nobody here can open; always the same one in a world.
static QString foreignEndpointId(const State &state, const Resource &network, const QString &endpointName)
{
    static const QUuid space(QStringLiteral("{6ba7b811-9dad-11d1-80b4-00c04fd430c8}")); // RFC 9562, name space of URLs
    const QUuid subscription = QUuid::createUuidV5(space, QStringLiteral("managed virtual networks of world %1").arg(state.seed));
    return QStringLiteral("/subscriptions/%1/resourceGroups/vnet-%2-rg/providers/Microsoft.Network/privateEndpoints/%3")
        .arg(subscription.toString(QUuid::WithoutBraces), word(part(network.body, "properties"), "vNetId").left(8), endpointName);
}

static QString parentOf(const QString &id)
{
    return id.section(QLatin1Char('/'), 0, -3);
}

//! The server's side: a pending connection, named and described as Data Factory does it. Its id, or nothing.
static QString requestConnection(World &world, const Resource &endpoint, TimePoint now)
{
    const State &state = world.state();
    const Resource *network = state.find(parentOf(endpoint.id));
    const Resource *factory = network ? state.find(parentOf(network->id)) : nullptr;
    if (!factory)
        return {};
    const Subscription *owner = state.subscription(factory->id.section(QLatin1Char('/'), 2, 2));
    ConnectionRequest request;
    request.server = word(part(endpoint.body, "properties"), "privateLinkResourceId");
    request.endpointName = word(part(network->body, "properties"), "alias") + QLatin1Char('.') + endpoint.name;
    request.privateEndpointId = foreignEndpointId(state, *network, request.endpointName);
    request.description = QStringLiteral("Requested by DataFactory:%1, Name:%2").arg(factory->name, endpoint.name);
    request.tenant = owner ? owner->tenant : QString();
    request.managedBy = endpoint.id;
    request.by = word(endpoint.hidden, "by");
    return addConnection(world, request, now);
}

static void endpointFailed(Resource &endpoint, const QString &why)
{
    setProperties(endpoint, {{QStringLiteral("provisioningState"), QStringLiteral("Failed")},
                             {QStringLiteral("connectionState"), connectionState({}, why, {})}});
}

static void endpointSucceeded(World &world, const QString &id, const QString &connection, const QString &host, TimePoint now)
{
    Resource *endpoint = world.state().find(id);
    QJsonObject changes{{QStringLiteral("provisioningState"), QStringLiteral("Succeeded")},
                        {QStringLiteral("connectionState"), connectionState(QStringLiteral("Pending"), {}, QStringLiteral("None"))}};
    if (!host.isEmpty())
        changes.insert(QStringLiteral("fqdns"), QJsonArray{host});
    setProperties(*endpoint, changes);
    endpoint->hidden.insert(QStringLiteral("connection"), connection);
    endpoint->body.insert(QStringLiteral("etag"), newEntityTag(world.state(), now));
}

static void makeEndpoint(const Transition &transition, World &world, TimePoint now)
{
    Resource *endpoint = world.state().find(transition.target);
    if (!endpoint || word(part(endpoint->body, "properties"), "provisioningState") != QLatin1String("Provisioning"))
        return;
    const QString target = word(part(endpoint->body, "properties"), "privateLinkResourceId");
    if (!onServer(target)) // Nobody in this world decides on a store of another kind.
        return endpointSucceeded(world, transition.target, {}, {}, now);
    if (const std::optional<Response> refused = canConnect(world, target)) {
        const Milliseconds patience = world.state().duration(QStringLiteral("managedEndpointPatienceSeconds"), 1800);
        if (refused->body.contains("ServerIsBusy") && now - endpoint->created < patience) { // It tries again by itself.
            Transition again = transition;
            again.due = now + world.state().duration(QStringLiteral("managedEndpointRetrySeconds"), 30);
            return world.state().schedule(again);
        }
        return endpointFailed(*endpoint, QString::fromUtf8(refused->body).left(2000));
    }
    const Resource copy = *endpoint;
    const QString connection = requestConnection(world, copy, now);
    const Resource *server = std::as_const(world.state()).find(target);
    const QString host = server ? word(part(server->body, "properties"), "fullyQualifiedDomainName") : QString();
    endpointSucceeded(world, transition.target, connection, host, now);
}

//! The factory looks at the connection: what it is now counts, not what it was when the news was sent.
static void noticeDecision(const Transition &transition, World &world, TimePoint now)
{
    Resource *endpoint = world.state().find(transition.target);
    if (!endpoint)
        return;
    const QJsonObject properties = part(endpoint->body, "properties");
    if (word(properties, "provisioningState") != QLatin1String("Succeeded")
        || word(part(properties, "connectionState"), "status") == approvedStatus)
        return;
    QJsonObject told = transition.arguments;
    if (const Resource *connection = std::as_const(world.state()).find(word(endpoint->hidden, "connection"))) {
        const QJsonObject current = part(part(connection->body, "properties"), "privateLinkServiceConnectionState");
        if (!current.isEmpty())
            told = current;
    }
    const QString status = word(told, "status");
    setProperties(*endpoint, {{QStringLiteral("connectionState"), connectionState(status, word(told, "description"), QStringLiteral("None"))}});
    endpoint->body.insert(QStringLiteral("etag"), newEntityTag(world.state(), now));
}

void endpointRemoved(const Resource &endpoint, World &world, TimePoint now)
{
    const QString connection = word(endpoint.hidden, "connection");
    if (!connection.isEmpty())
        removeConnection(world, connection, now, word(endpoint.hidden, "by"));
}

static void finishEndpointDelete(const Transition &transition, World &world, TimePoint now)
{
    if (std::as_const(world.state()).find(transition.target))
        world.removeTree(transition.target, now, word(transition.arguments, "by"));
}

bool applyToNetwork(const Transition &transition, World &world, TimePoint now)
{
    if (transition.kind == QLatin1String("endpointCreated"))
        makeEndpoint(transition, world, now);
    else if (transition.kind == QLatin1String("connectionDecided"))
        noticeDecision(transition, world, now);
    else if (transition.kind == QLatin1String("endpointDeleted"))
        finishEndpointDelete(transition, world, now);
    else
        return false;
    return true;
}

std::vector<RouteRow> networkRoutes()
{
    return {{"GET", "/managedVirtualNetworks", "managedVirtualNetworks/read", listNetworks},
            {"GET", "/managedVirtualNetworks/{network}", "managedVirtualNetworks/read", getNetwork},
            {"PUT", "/managedVirtualNetworks/{network}", "managedVirtualNetworks/write", putNetwork},
            {"GET", "/managedVirtualNetworks/{network}/managedPrivateEndpoints", "managedVirtualNetworks/managedPrivateEndpoints/read", listEndpoints},
            {"GET", "/managedVirtualNetworks/{network}/managedPrivateEndpoints/{endpoint}", "managedVirtualNetworks/managedPrivateEndpoints/read",
             getEndpoint},
            {"PUT", "/managedVirtualNetworks/{network}/managedPrivateEndpoints/{endpoint}", "managedVirtualNetworks/managedPrivateEndpoints/write",
             putEndpoint},
            {"DELETE", "/managedVirtualNetworks/{network}/managedPrivateEndpoints/{endpoint}",
             "managedVirtualNetworks/managedPrivateEndpoints/delete", deleteEndpoint}};
}

} // namespace causeway::sandbox::datafactory
