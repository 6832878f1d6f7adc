// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkparts.h"
#include "sandbox/providers/postgresql.h"

namespace causeway::sandbox::network {

// What a PUT of a private endpoint may hold and what refuses it: facts §3.3. What happens later is in networkendpointlife.cpp.

static constexpr QLatin1String endpointMembers(
    "applicationSecurityGroups:a customDnsConfigs:a customNetworkInterfaceName:s ipConfigurations:a networkInterfaces:a "
    "manualPrivateLinkServiceConnections:a privateLinkServiceConnections:a provisioningState:s resourceGuid:s subnet:o");
static constexpr QLatin1String newerEndpointMembers("ipVersionType:s"); // recorded with 2025-05-01
static constexpr QLatin1String connectionMembers(
    "groupIds:S privateLinkServiceConnectionState:o privateLinkServiceId:s provisioningState:s requestMessage:s");
static constexpr QLatin1String nestedEndpointMembers("id:s name:s type:s etag:s properties:o");
static constexpr int longestMessage = 140;

static Response invalidEndpoint(const QString &code, const QString &message)
{
    return Response::error(400, code, message);
}

//! "name" and "properties" of the only item of an array, checked.
static Refusal readNested(const QJsonObject &item, const QString &model, QLatin1String members, const QString &path, QJsonObject &properties)
{
    properties = item.value(member::properties).toObject();
    auto wrong = foreignMember(item, model, nestedEndpointMembers, path);
    if (!wrong)
        wrong = foreignMember(properties, model, members, path + QStringLiteral(".properties"));
    return wrong ? Refusal(cannotParse(QStringLiteral("InvalidJson"), *wrong)) : std::nullopt;
}

static Refusal readConnection(Call &call, const QJsonObject &properties, EndpointRequest &request)
{
    const QJsonArray automatic = properties.value(member::automatic).toArray();
    const QJsonArray manual = properties.value(member::manual).toArray();
    if (automatic.size() + manual.size() != 1)
        return invalidEndpoint(QStringLiteral("InvalidRequestFormat"),
                               QStringLiteral("Private endpoint %1 must have exactly one connection, in either privateLinkServiceConnections or "
                                              "manualPrivateLinkServiceConnections.")
                                   .arg(call.id));
    request.manual = automatic.isEmpty();
    const QJsonObject item = (request.manual ? manual : automatic).first().toObject();
    const QString path = QStringLiteral("properties.") + (request.manual ? member::manual : member::automatic) + QStringLiteral("[0]");
    QJsonObject wanted;
    if (Refusal refused = readNested(item, QStringLiteral("PrivateLinkServiceConnection"), connectionMembers, path, wanted))
        return refused;
    request.connectionName = item.value(member::name).toString();
    if (Refusal refused = badName(request.connectionName))
        return refused;
    request.target = wanted.value(member::target).toString();
    if (request.target.isEmpty())
        return cannotParse(QStringLiteral("MissingJsonReferenceId"), QStringLiteral("Value for reference id is missing. Path %1.properties.privateLinkServiceId.").arg(path));
    request.message = wanted.value(QLatin1String("requestMessage")).toString();
    if (request.message.size() > longestMessage)
        return invalidEndpoint(QStringLiteral("InvalidRequestFormat"),
                               QStringLiteral("The request message of private link service connection '%1' is longer than %2 characters.")
                                   .arg(request.connectionName)
                                   .arg(longestMessage));
    const QJsonArray groups = wanted.value(QLatin1String("groupIds")).toArray();
    if (groups != QJsonArray{QStringLiteral("postgresqlServer")} && isOfType(request.target, type::server))
        return invalidEndpoint(QStringLiteral("InvalidParameterValue"),
                               QStringLiteral("Call to Microsoft.DBforPostgreSQL/flexibleServers failed. Error message: The group ids of the "
                                              "connection must be exactly 'postgresqlServer'."));
    return std::nullopt;
}

static Refusal readAddress(const QJsonObject &properties, EndpointRequest &request)
{
    request.ipConfigurations = properties.value(member::ipConfigurations).toArray();
    for (const QJsonValue &value : std::as_const(request.ipConfigurations)) {
        QJsonObject wanted;
        if (Refusal refused = readNested(value.toObject(), QStringLiteral("PrivateEndpointIPConfiguration"),
                                         QLatin1String("groupId:s memberName:s privateIPAddress:s"),
                                         QStringLiteral("properties.ipConfigurations"), wanted))
            return refused;
        const QString text = wanted.value(QLatin1String("privateIPAddress")).toString();
        request.address = addressFromText(text);
        if (!request.address || request.ipConfigurations.size() > 1)
            return invalidEndpoint(QStringLiteral("InvalidIPAddress"), QStringLiteral("'%1' is not a valid static IP address for the member "
                                                                                      "'postgresqlServer'.").arg(text.left(100)));
    }
    return std::nullopt;
}

static Refusal readEndpoint(Call &call, EndpointRequest &request)
{
    if (Refusal refused = badEnvelope(call.body, QStringLiteral("PrivateEndpoint")))
        return refused;
    const QJsonObject properties = call.body.value(member::properties).toObject();
    const bool newer = call.version >= QLatin1String("2025-05-01");
    const QByteArray members = QByteArray(endpointMembers.data()) + ' ' + (newer ? newerEndpointMembers.data() : "");
    if (const auto wrong = foreignMember(properties, QStringLiteral("PrivateEndpoint"), QLatin1String(members), QStringLiteral("properties")))
        return cannotParse(QStringLiteral("InvalidJson"), *wrong);
    if (Refusal refused = badName(nameOf(call.id), 2))
        return refused;
    request.subnet = properties.value(member::subnet).toObject().value(member::id).toString();
    if (request.subnet.isEmpty())
        return cannotParse(QStringLiteral("MissingJsonReferenceId"), QStringLiteral("Value for reference id is missing. Path properties.subnet."));
    if (!isOfType(request.subnet, type::subnet))
        return cannotParse(QStringLiteral("InvalidJsonReferenceFormat"),
                           QStringLiteral("Reference Id %1 is not formatted correctly. The Id is expected to reference resources of type "
                                          "subnets. Path properties.subnet.")
                               .arg(request.subnet.left(300)));
    request.interfaceName = properties.value(QLatin1String("customNetworkInterfaceName")).toString();
    if (!request.interfaceName.isEmpty()) {
        if (Refusal refused = badName(request.interfaceName))
            return refused;
    }
    if (Refusal refused = readConnection(call, properties, request))
        return refused;
    return readAddress(properties, request);
}

// --- what ARM refuses for the things that are joined ------------------------------------------------

static Refusal linkedRefusal(Call &call, const EndpointRequest &request)
{
    const QString own = QStringLiteral("Microsoft.Network/privateEndpoints/write");
    if (Refusal refused = linkedForbidden(call, own, QStringLiteral("Microsoft.Network/virtualNetworks/subnets/join/action"), request.subnet))
        return refused;
    if (!request.manual) {
        Refusal refused = linkedForbidden(call, own, typeOf(request.target) + QStringLiteral("/privateEndpointConnectionsApproval/action"),
                                          request.target, QStringLiteral("PrivateEndpointConnectionsApproval/action"));
        if (refused)
            return refused;
    }
    return linkedLocked(call, request.subnet);
}

static Refusal unregistered(Call &call)
{
    if (!call.state.setting(QStringLiteral("networkTargetMustBeRegistered"), false).toBool())
        return std::nullopt;
    const QString target = QStringLiteral("Microsoft.DBforPostgreSQL");
    const Subscription *own = call.state.subscription(call.subscription);
    if (!own || own->registrations.value(target) == QLatin1String("Registered"))
        return std::nullopt;
    const QString message = QStringLiteral("The subscription is not registered to use namespace '%1'. See https://aka.ms/rps-not-found for how "
                                           "to register subscriptions.").arg(target);
    const QString code = QStringLiteral("MissingSubscriptionRegistration");
    const QJsonObject detail{{QStringLiteral("code"), code}, {QStringLiteral("target"), target}, {QStringLiteral("message"), message}};
    return Response::error(409, code, message, {}, {detail});
}

// --- what Network refuses ------------------------------------------------------------------------

//! The endpoint lies where its network lies; its target may be anywhere (facts §3.3).
static Refusal badSubnetReference(Call &call, const EndpointRequest &request)
{
    const Resource *subnet = call.state.find(request.subnet);
    const Resource *network = subnet ? call.state.find(parentOf(subnet->id)) : nullptr;
    const QString location = normalLocation(call.body.value(member::location).toString());
    if (!network || normalLocation(network->body.value(member::location).toString()) != location
        || partOf(request.subnet, QStringLiteral("subscriptions")).compare(call.subscription, Qt::CaseInsensitive) != 0)
        return badReference(request.subnet, call.id);
    if (inProgress(*network))
        return busy(call, *network);
    if (inProgress(*subnet))
        return busy(call, *subnet);
    const QJsonObject properties = propertiesOf(*subnet);
    if (!properties.value(QLatin1String("delegations")).toArray().isEmpty())
        return invalidEndpoint(call.state.setting(QStringLiteral("networkDelegatedSubnetCode"),
                                                  QStringLiteral("PrivateEndpointCannotBeCreatedInDelegatedSubnet")).toString(),
                               QStringLiteral("Private endpoint %1 cannot be created: The selected subnet %2 has a delegation and cannot be "
                                              "used with a private endpoint.")
                                   .arg(call.id, subnet->id));
    if (properties.value(QLatin1String("privateEndpointNetworkPolicies")).toString() != QLatin1String("Disabled")
        && call.state.setting(QStringLiteral("networkPoliciesForbidEndpoints"), false).toBool())
        return invalidEndpoint(QStringLiteral("PrivateEndpointCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled"),
                               QStringLiteral("Private endpoint %1 cannot be created in a subnet %2 since it has private endpoint network "
                                              "policies enabled.")
                                   .arg(call.id, subnet->id));
    return std::nullopt;
}

static Refusal badTarget(Call &call, const EndpointRequest &request)
{
    if (!isOfType(request.target, type::server))
        return badReference(request.target, call.id);
    return canConnect(call.world, request.target);
}

static Refusal chooseAddress(Call &call, const EndpointRequest &request, quint32 &address)
{
    const Resource &subnet = *call.state.find(request.subnet);
    const QList<Prefix> prefixes = prefixesOf(propertiesOf(subnet));
    const QSet<quint32> taken = takenAddresses(call.state, subnet.id);
    for (const Prefix &prefix : prefixes) {
        const std::optional<quint32> free = freeAddress(prefix, taken);
        if (!request.address && free) {
            address = *free;
            return std::nullopt;
        }
        if (request.address && prefix.contains(*request.address) && !prefix.reserved(*request.address)) {
            address = *request.address;
            if (!taken.contains(address))
                return std::nullopt;
            return invalidEndpoint(QStringLiteral("PrivateIPAddressIsAllocated"),
                                   QStringLiteral("IP configuration %1 is using the private IP address %2 which is already allocated to another "
                                                  "resource.").arg(call.id, addressText(address)));
        }
    }
    if (request.address)
        return invalidEndpoint(QStringLiteral("PrivateIPAddressNotInSubnet"),
                               QStringLiteral("Private static IP address %1 does not belong to the range of subnet prefix %2.")
                                   .arg(addressText(*request.address), prefixes.isEmpty() ? QString() : prefixText(prefixes.first())));
    return invalidEndpoint(QStringLiteral("SubnetIsFull"),
                           QStringLiteral("Subnet %1 with address prefix %2 does not have enough capacity for 1 IP addresses.")
                               .arg(subnet.name, prefixes.isEmpty() ? QString() : prefixText(prefixes.first())));
}

// --- PUT --------------------------------------------------------------------------------------------

//! Everything that says whom the endpoint reaches and from where is chosen once (facts §3.3).
static Refusal changedForGood(const Resource &known, const EndpointRequest &request)
{
    const QJsonObject properties = propertiesOf(known);
    const QJsonObject connection = connectionOfEndpoint(known);
    const QJsonArray fixed = known.hidden.value(QLatin1String("static")).toArray();
    const std::pair<bool, QString> changes[] = {
        {!sameId(properties.value(member::subnet).toObject().value(member::id).toString(), request.subnet), QStringLiteral("subnet")},
        {!sameId(connection.value(member::properties).toObject().value(member::target).toString(), request.target), QStringLiteral("privateLinkServiceId")},
        {arrayOfEndpoint(known) != (request.manual ? member::manual : member::automatic), QString(arrayOfEndpoint(known))},
        {connection.value(member::name).toString() != request.connectionName, QStringLiteral("privateLinkServiceConnections.name")},
        {properties.value(QLatin1String("customNetworkInterfaceName")).toString() != request.interfaceName, QStringLiteral("customNetworkInterfaceName")},
        {(request.address ? addressText(*request.address) : QString()) != fixed.at(0).toString(), QStringLiteral("ipConfigurations")}};
    for (const auto &[changed, what] : changes) {
        if (changed)
            return invalidEndpoint(QStringLiteral("PropertyChangeNotAllowed"),
                                   QStringLiteral("Changing property '%1' of private endpoint %2 is not allowed. Delete the private endpoint and "
                                                  "create it again.").arg(what, known.id));
    }
    return std::nullopt;
}

static Response updateEndpoint(Call &call, Resource &known, const EndpointRequest &request)
{
    if (Refusal refused = changedForGood(known, request))
        return *refused;
    if (call.body.contains(member::tags))
        known.body.insert(member::tags, call.body.value(member::tags));
    setProvisioningState(call.state, known, QStringLiteral("Updating"));
    call.state.record(known.id, QStringLiteral("updated"), call.now, call.request.principal);
    return acceptedPut(call, false, shownEndpoint(call.state, known, call.version),
                       {QStringLiteral("settled"), known.id, call.state.duration(QStringLiteral("networkUpdateSeconds"), 10), {}});
}

static Response putEndpoint(Call &call)
{
    Resource *known = call.state.find(call.id);
    EndpointRequest request;
    if (Refusal refused = readEndpoint(call, request))
        return *refused;
    if (Refusal refused = badLocation(call, known))
        return *refused;
    if (Refusal refused = linkedRefusal(call, request))
        return *refused;
    if (Refusal refused = unregistered(call))
        return *refused;
    if (known && inProgress(*known))
        return busy(call, *known);
    if (known && known->hidden.contains(QLatin1String("connection")))
        return updateEndpoint(call, *known, request);
    if (Refusal refused = badSubnetReference(call, request))
        return *refused;
    if (Refusal refused = badTarget(call, request))
        return *refused;
    if (known) // it failed before it had a connection: begin again
        dismantleEndpoint(*known, call.world, call.now, call.request.principal);
    quint32 address = 0;
    if (Refusal refused = chooseAddress(call, request, address))
        return *refused;
    return createEndpoint(call, request, address);
}

// --- the rest ------------------------------------------------------------------------------------------

static Response getEndpoint(Call &call)
{
    const Resource *endpoint = call.state.find(call.id);
    return endpoint ? ok(shownEndpoint(call.state, *endpoint, call.version)) : notFound(call.state, call.id, type::privateEndpoint);
}

static Response listEndpoints(Call &call)
{
    QJsonArray items;
    for (const Resource *one : call.state.list(call.id, type::privateEndpoint))
        items.append(shownEndpoint(call.state, *one, call.version));
    return call.world.page(call, items);
}

static Response deleteEndpoint(Call &call)
{
    Resource *endpoint = call.state.find(call.id);
    if (!endpoint)
        return Response::empty(204);
    if (inProgress(*endpoint))
        return busy(call, *endpoint);
    setProvisioningState(call.state, *endpoint, QStringLiteral("Deleting"));
    return accepted(call, {QStringLiteral("endpointDeleted"), endpoint->id,
                           call.state.duration(QStringLiteral("networkPrivateEndpointDeleteSeconds"), 20), {}});
}

static Response listEndpointTypes(Call &call)
{
    static const std::pair<QString, QString> targets[] = {
        {QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers"), QStringLiteral("Azure Database for PostgreSQL flexible servers")},
        {QStringLiteral("Microsoft.DataFactory/factories"), QStringLiteral("Data factories (V2)")}};
    QJsonArray items;
    for (const auto &[resource, words] : targets) {
        const QString name = QString(resource).replace(QLatin1Char('/'), QLatin1Char('.'));
        const QString kind = QStringLiteral("Microsoft.Network/AvailablePrivateEndpointTypes");
        items.append(QJsonObject{{member::name, name},
                                 {member::id, QStringLiteral("/subscriptions/%1/providers/%2/%3").arg(call.subscription, kind, name)},
                                 {QStringLiteral("type"), kind},
                                 {QStringLiteral("resourceName"), resource},
                                 {QStringLiteral("displayName"), words}});
    }
    return call.world.page(call, items);
}

Routes endpointRoutes()
{
    const QString all = groupPattern(QStringLiteral("privateEndpoints"));
    const QString one = all + QStringLiteral("/{p}");
    const QString types = QStringLiteral("locations/{l}/availablePrivateEndpointTypes");
    const QString mayList = QStringLiteral("Microsoft.Network/locations/availablePrivateEndpointTypes/read");
    const auto action = [](const char *what) { return QString(type::privateEndpoint) + QLatin1String(what); };
    return {{"GET", subscriptionPattern(QStringLiteral("privateEndpoints")), action("/read"), listEndpoints, false},
            {"GET", all, action("/read"), listEndpoints, false},
            {"GET", one, action("/read"), getEndpoint, false},
            {"PUT", one, action("/write"), putEndpoint},
            {"DELETE", one, action("/delete"), deleteEndpoint},
            {"GET", subscriptionPattern(types), mayList, listEndpointTypes, false},
            {"GET", groupPattern(types), mayList, listEndpointTypes, false}};
}

} // namespace causeway::sandbox::network
