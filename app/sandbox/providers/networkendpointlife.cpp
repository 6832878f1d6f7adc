// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkparts.h"
#include "sandbox/providers/postgresql.h"

#include <QJsonDocument>

namespace causeway::sandbox::network {

// What becomes of a private endpoint: created, decided on by the server's owner, taken away (facts §3.3, §7).

// --- reading and writing the one connection -----------------------------------------------------

QLatin1String arrayOfEndpoint(const Resource &endpoint)
{
    return propertiesOf(endpoint).value(member::manual).toArray().isEmpty() ? member::automatic : member::manual;
}

QJsonObject connectionOfEndpoint(const Resource &endpoint)
{
    return propertiesOf(endpoint).value(arrayOfEndpoint(endpoint)).toArray().at(0).toObject();
}

static QJsonObject stateOfEndpoint(const Resource &endpoint)
{
    return connectionOfEndpoint(endpoint).value(member::properties).toObject().value(member::connectionState).toObject();
}

QString connectionStatus(const Resource &endpoint)
{
    return stateOfEndpoint(endpoint).value(QLatin1String("status")).toString();
}

static QJsonObject connectionStateBody(const QString &status, const QString &description, const QString &actions)
{
    return {{QStringLiteral("status"), status}, {QStringLiteral("description"), description}, {QStringLiteral("actionsRequired"), actions}};
}

static void setConnectionState(State &state, Resource &endpoint, const QJsonObject &value)
{
    QJsonObject connection = connectionOfEndpoint(endpoint);
    QJsonObject inner = connection.value(member::properties).toObject();
    inner.insert(member::connectionState, value);
    connection.insert(member::properties, inner);
    connection.insert(member::etag, weakEtag(state));
    QJsonObject properties = propertiesOf(endpoint);
    properties.insert(arrayOfEndpoint(endpoint), QJsonArray{connection});
    setProperties(state, endpoint, properties);
}

QString targetOf(const Resource &endpoint)
{
    return connectionOfEndpoint(endpoint).value(member::properties).toObject().value(member::target).toString();
}

QString hostOf(const State &state, const Resource &endpoint)
{
    const Resource *server = state.find(targetOf(endpoint));
    return server ? propertiesOf(*server).value(QLatin1String("fullyQualifiedDomainName")).toString() : QString();
}

QJsonObject shownEndpoint(const State &state, const Resource &endpoint, const QString &version)
{
    QJsonObject body = endpoint.body;
    QJsonObject properties = propertiesOf(endpoint);
    if (version >= QLatin1String("2025-05-01"))
        properties.insert(QStringLiteral("ipVersionType"), QStringLiteral("IPv4"));
    const QJsonValue shown = state.setting(QStringLiteral("networkDnsConfigsWithZoneGroup"), QStringLiteral("empty"));
    if (shown == QLatin1String("empty") && zoneGroupOf(state, endpoint.id))
        properties.insert(member::customDnsConfigs, QJsonArray());
    body.insert(member::properties, properties);
    return body;
}

// --- birth ----------------------------------------------------------------------------------------

static QJsonObject firstProperties(Call &call, const EndpointRequest &request, const QString &interface)
{
    const QJsonObject state = request.manual ? connectionStateBody(QStringLiteral("Pending"), QStringLiteral("Awaiting approval"), QStringLiteral("None"))
                                             : connectionStateBody(QStringLiteral("Approved"), QStringLiteral("Auto Approved"), QStringLiteral("None"));
    QJsonObject inner{{member::provisioningState, QStringLiteral("Succeeded")},
                      {member::target, request.target},
                      {QStringLiteral("groupIds"), QJsonArray{QStringLiteral("postgresqlServer")}},
                      {member::connectionState, state}};
    if (!request.message.isEmpty())
        inner.insert(QStringLiteral("requestMessage"), request.message);
    const QLatin1String array = request.manual ? member::manual : member::automatic;
    const QJsonObject connection{{member::name, request.connectionName},
                                 {member::id, call.id + QLatin1Char('/') + array + QLatin1Char('/') + request.connectionName},
                                 {member::etag, weakEtag(call.state)},
                                 {QStringLiteral("type"), QString(type::privateEndpoint) + QLatin1Char('/') + array},
                                 {member::properties, inner}};
    QJsonObject properties{{member::provisioningState, QStringLiteral("Updating")},
                           {member::resourceGuid, call.state.newGuid()},
                           {member::automatic, QJsonArray()},
                           {member::manual, QJsonArray()},
                           {QStringLiteral("customNetworkInterfaceName"), request.interfaceName},
                           {member::subnet, QJsonObject{{member::id, request.subnet}}},
                           {member::ipConfigurations, request.ipConfigurations},
                           {member::networkInterfaces, QJsonArray{QJsonObject{{member::id, interface}}}},
                           {member::customDnsConfigs, QJsonArray()}};
    properties.insert(array, QJsonArray{connection});
    return properties;
}

Response createEndpoint(Call &call, const EndpointRequest &request, quint32 address)
{
    const bool created = !call.state.find(call.id);
    const QString interfaceName = request.interfaceName.isEmpty() ? nameOf(call.id) + QStringLiteral(".nic.") + call.state.newGuid() : request.interfaceName;
    const QString interface = call.id.section(QLatin1Char('/'), 0, -3) + QStringLiteral("/networkInterfaces/") + interfaceName;
    Resource endpoint;
    endpoint.id = call.id;
    endpoint.type = type::privateEndpoint;
    endpoint.name = nameOf(call.id);
    endpoint.body = {{member::name, endpoint.name},
                     {member::id, endpoint.id},
                     {QStringLiteral("type"), endpoint.type},
                     {member::location, normalLocation(call.body.value(member::location).toString())}};
    if (call.body.contains(member::tags))
        endpoint.body.insert(member::tags, call.body.value(member::tags));
    if (request.address)
        endpoint.hidden.insert(QStringLiteral("static"), QJsonArray{addressText(*request.address)});
    setProperties(call.state, endpoint, firstProperties(call, request, interface));
    const Resource &written = call.state.put(endpoint);
    createInterface(call.state, written, interface, request.subnet, address, request.address.has_value());
    call.state.record(written.id, created ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    call.state.record(interface, QStringLiteral("created"), call.now, call.request.principal);
    return acceptedPut(call, created, shownEndpoint(call.state, written, call.version),
                       {QStringLiteral("endpointCreated"), written.id, call.state.duration(QStringLiteral("networkPrivateEndpointSeconds"), 50), {}});
}

//! Only an approved endpoint knows the names that it answers to.
static void showNames(State &state, Resource &endpoint)
{
    const QString host = hostOf(state, endpoint);
    QJsonObject properties = propertiesOf(endpoint);
    const QJsonObject reference = properties.value(member::networkInterfaces).toArray().at(0).toObject();
    properties.insert(member::customDnsConfigs, QJsonArray{QJsonObject{{QStringLiteral("fqdn"), host},
                                                                       {QStringLiteral("ipAddresses"), QJsonArray{addressOf(state, endpoint)}}}});
    setProperties(state, endpoint, properties);
    Resource *interface = state.find(reference.value(member::id).toString());
    if (!interface)
        return;
    QJsonObject whole = propertiesOf(*interface);
    QJsonObject configuration = whole.value(member::ipConfigurations).toArray().at(0).toObject();
    QJsonObject inner = configuration.value(member::properties).toObject();
    QJsonObject link = inner.value(QLatin1String("privateLinkConnectionProperties")).toObject();
    link.insert(QStringLiteral("fqdns"), QJsonArray{host});
    inner.insert(QStringLiteral("privateLinkConnectionProperties"), link);
    configuration.insert(member::properties, inner);
    whole.insert(member::ipConfigurations, QJsonArray{configuration});
    setProperties(state, *interface, whole);
}

static QJsonObject errorOf(const Response &response)
{
    return QJsonDocument::fromJson(response.body).object().value(QLatin1String("error")).toObject();
}

static void endpointFailed(State &state, Resource &endpoint, const Transition &transition, TimePoint now, const QJsonObject &error)
{
    setProvisioningState(state, endpoint, QStringLiteral("Failed"));
    finish(state, transition.operation, now, error);
}

//! Network waits a while for a busy server, then asks to be called again (facts §3.3: RetryableError).
static void serverRefused(const Transition &transition, World &world, TimePoint now, Resource &endpoint, const QJsonObject &error)
{
    State &state = world.state();
    const bool isBusy = error.value(QLatin1String("code")) == QLatin1String("ServerIsBusy");
    const int tries = transition.arguments.value(QLatin1String("tries")).toInt();
    if (!isBusy) {
        endpointFailed(state, endpoint, transition, now, error);
    } else if (tries >= state.setting(QStringLiteral("networkEndpointRetries"), 30).toInt()) {
        endpointFailed(state, endpoint, transition, now, errorObject(QStringLiteral("RetryableError"), QStringLiteral("A retryable error occurred.")));
    } else {
        Transition again = transition;
        again.due = now + state.duration(QStringLiteral("networkEndpointRetrySeconds"), 10);
        again.arguments.insert(QStringLiteral("tries"), tries + 1);
        state.schedule(again);
    }
}

static void endpointCreated(const Transition &transition, World &world, TimePoint now, Resource &endpoint)
{
    State &state = world.state();
    const bool manual = arrayOfEndpoint(endpoint) == member::manual;
    if (const auto refused = canConnect(world, targetOf(endpoint))) {
        serverRefused(transition, world, now, endpoint, errorOf(*refused));
        return;
    }
    const Subscription *own = state.subscription(partOf(endpoint.id, QStringLiteral("subscriptions")));
    ConnectionRequest request;
    request.server = targetOf(endpoint);
    request.privateEndpointId = endpoint.id;
    request.endpointName = endpoint.name;
    request.description = connectionOfEndpoint(endpoint).value(member::properties).toObject().value(QLatin1String("requestMessage")).toString();
    request.autoApproved = !manual;
    request.tenant = own ? own->tenant : QString();
    request.by = transition.arguments.value(member::by).toString();
    endpoint.hidden.insert(QStringLiteral("connection"), addConnection(world, request, now));
    if (!manual) {
        setConnectionState(state, endpoint, connectionStateBody(QStringLiteral("Approved"), QStringLiteral("Auto-Approved"), QString()));
        showNames(state, endpoint);
    }
    setProvisioningState(state, endpoint, QStringLiteral("Succeeded"));
    finish(state, transition.operation, now);
    policyWillDeployZoneGroup(state, endpoint, now);
}

// --- decision ---------------------------------------------------------------------------------------

static void connectionDecided(const Transition &transition, World &world, TimePoint now, Resource &endpoint)
{
    static const QStringList known{QStringLiteral("Pending"), QStringLiteral("Approved"), QStringLiteral("Rejected")};
    const QString wanted = transition.arguments.value(QLatin1String("status")).toString();
    const QString status = known.contains(wanted) ? wanted : QStringLiteral("Disconnected");
    const QString by = transition.arguments.value(member::by).toString();
    setConnectionState(world.state(), endpoint,
                       connectionStateBody(status, transition.arguments.value(QLatin1String("description")).toString(), QStringLiteral("None")));
    world.state().record(endpoint.id, QStringLiteral("updated"), now, by);
    if (status != QLatin1String("Approved"))
        return;
    showNames(world.state(), endpoint);
    writeZoneGroupRecords(endpoint, world, now, by);
}

// --- end --------------------------------------------------------------------------------------------

void dismantleEndpoint(const Resource &endpoint, World &world, TimePoint now, const QString &by)
{
    State &state = world.state();
    if (const Resource *connection = connectionOf(state, targetOf(endpoint), endpoint.id)) {
        const QString gone = connection->id;
        removeConnection(world, gone, now, by);
    }
    const QString interface = propertiesOf(endpoint).value(member::networkInterfaces).toArray().at(0).toObject().value(member::id).toString();
    if (state.remove(interface))
        state.record(interface, QStringLiteral("deleted"), now, by);
}

static void endpointDeleted(const Transition &transition, World &world, TimePoint now, Resource &endpoint)
{
    const Resource *connection = connectionOf(world.state(), targetOf(endpoint), endpoint.id);
    const std::optional<QJsonObject> locked = connection ? whyNotDisconnect(world, connection->id) : std::nullopt;
    if (locked) {
        endpointFailed(world.state(), endpoint, transition, now, *locked);
        return;
    }
    const QString id = endpoint.id;
    const QString by = transition.arguments.value(member::by).toString();
    if (const Resource *group = zoneGroupOf(world.state(), id))
        removeZoneGroupRecords(*group, endpoint, world, now, by);
    dismantleEndpoint(endpoint, world, now, by);
    world.removeTree(id, now, by);
    finish(world.state(), transition.operation, now);
}

bool applyEndpoint(const Transition &transition, World &world, TimePoint now)
{
    using Step = void (*)(const Transition &, World &, TimePoint, Resource &);
    static const std::pair<QString, Step> steps[] = {{QStringLiteral("endpointCreated"), endpointCreated},
                                                     {QStringLiteral("endpointDeleted"), endpointDeleted},
                                                     {QStringLiteral("connectionDecided"), connectionDecided}};
    for (const auto &[kind, step] : steps) {
        if (transition.kind != kind)
            continue;
        if (Resource *endpoint = world.state().find(transition.target))
            step(transition, world, now, *endpoint);
        else
            finish(world.state(), transition.operation, now, errorObject(QStringLiteral("Canceled"), QStringLiteral("The resource is gone.")));
        return true;
    }
    return false;
}

} // namespace causeway::sandbox::network
