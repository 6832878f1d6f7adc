// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkparts.h"

#include <algorithm>

namespace causeway::sandbox::network {

static constexpr QLatin1String subnetMembers(
    "addressPrefix:s addressPrefixes:S applicationGatewayIPConfigurations:a defaultOutboundAccess:b delegations:a ipAllocations:a "
    "ipConfigurationProfiles:a ipConfigurations:a ipamPoolPrefixAllocations:a natGateway:o networkSecurityGroup:o "
    "privateEndpointNetworkPolicies:s privateEndpoints:a privateLinkServiceNetworkPolicies:s provisioningState:s purpose:s "
    "resourceNavigationLinks:a routeTable:o serviceAssociationLinks:a serviceEndpointPolicies:a serviceEndpoints:a serviceGateway:o "
    "sharingScope:s");
//! Read-only: taken from the world when a subnet is shown, ignored when it is written.
static constexpr const char *computedSubnetMembers[] = {"ipConfigurations", "privateEndpoints", "purpose", "resourceNavigationLinks",
                                                        "serviceAssociationLinks", "ipConfigurationProfiles"};

QList<Prefix> prefixesOf(const QJsonObject &subnetProperties)
{
    QStringList texts;
    if (subnetProperties.contains(member::addressPrefix))
        texts.append(subnetProperties.value(member::addressPrefix).toString());
    const QJsonArray more = subnetProperties.value(member::addressPrefixes).toArray();
    for (const QJsonValue &one : more)
        texts.append(one.toString());
    texts.removeDuplicates();
    QList<Prefix> prefixes;
    for (const QString &text : std::as_const(texts)) {
        if (const auto prefix = prefixFromText(text))
            prefixes.append(*prefix);
    }
    return prefixes;
}

//! The server that is injected into a delegated subnet; nullptr when there is none.
static const Resource *injectedServer(const State &state, const Resource &subnet)
{
    if (propertiesOf(subnet).value(QLatin1String("delegations")).toArray().isEmpty())
        return nullptr;
    for (const auto &[place, resource] : state.resources) {
        const QJsonObject network = propertiesOf(resource).value(QLatin1String("network")).toObject();
        if (resource.type == type::server && sameId(network.value(QLatin1String("delegatedSubnetResourceId")).toString(), subnet.id))
            return &resource;
    }
    return nullptr;
}

static QJsonArray serviceAssociationLinks(const State &state, const Resource &subnet)
{
    const Resource *server = injectedServer(state, subnet);
    if (!server)
        return {};
    const QString id = subnet.id + QStringLiteral("/serviceAssociationLinks/legionservicelink");
    return {QJsonObject{{QStringLiteral("name"), QStringLiteral("legionservicelink")},
                        {QStringLiteral("id"), id},
                        {QStringLiteral("etag"), subnet.body.value(member::etag)},
                        {QStringLiteral("type"), QStringLiteral("Microsoft.Network/virtualNetworks/subnets/serviceAssociationLinks")},
                        {QStringLiteral("properties"),
                         QJsonObject{{QStringLiteral("provisioningState"), QStringLiteral("Succeeded")},
                                     {QStringLiteral("linkedResourceType"), QString(type::server)},
                                     {QStringLiteral("allowDelete"), false},
                                     {QStringLiteral("locations"), QJsonArray()}}}}};
}

QJsonObject shownSubnet(const State &state, const Resource &subnet)
{
    QJsonObject body = subnet.body;
    QJsonObject properties = propertiesOf(subnet);
    QJsonArray configurations;
    QJsonArray endpoints;
    for (const Allocation &one : allocationsIn(state, subnet.id)) {
        configurations.append(QJsonObject{{QStringLiteral("id"), one.ipConfiguration}});
        endpoints.append(QJsonObject{{QStringLiteral("id"), one.endpoint}});
    }
    if (!endpoints.isEmpty()) {
        properties.insert(member::ipConfigurations, configurations);
        properties.insert(QStringLiteral("privateEndpoints"), endpoints);
        properties.insert(QStringLiteral("purpose"), QStringLiteral("PrivateEndpoints"));
    }
    if (const QJsonArray links = serviceAssociationLinks(state, subnet); !links.isEmpty())
        properties.insert(QStringLiteral("serviceAssociationLinks"), links);
    body.insert(member::properties, properties);
    return body;
}

// --- rules -----------------------------------------------------------------------------------

static Response invalidSubnet(const QString &code, const QString &message)
{
    return Response::error(400, code, message);
}

static std::optional<Response> badSubnetPrefix(const QString &text, const QString &id, const QString &network, const QList<Prefix> &space)
{
    const std::optional<Prefix> prefix = prefixFromText(text);
    if (!prefix)
        return invalidSubnet(QStringLiteral("InvalidAddressPrefixFormat"),
                             QStringLiteral("Address prefix %1 of resource %2 is not formatted correctly. It should follow CIDR notation, for "
                                            "example 10.0.0.0/24.")
                                 .arg(text.left(100), id));
    if (!prefix->aligned())
        return invalidSubnet(QStringLiteral("InvalidCIDRNotation"),
                             QStringLiteral("The address prefix %1 in resource %2 has an invalid CIDR notation. For the given prefix length, "
                                            "the address prefix should be %3.")
                                 .arg(text, id, prefixText({prefix->first(), prefix->length})));
    const bool inside = std::any_of(space.begin(), space.end(), [&](const Prefix &one) { return one.contains(*prefix); });
    if (!inside || prefix->length > 29) // five addresses are Azure's own: /29 is the smallest (facts §3.2)
        return invalidSubnet(QStringLiteral("NetcfgInvalidSubnet"),
                             QStringLiteral("Subnet '%1' is not valid in virtual network '%2'.").arg(nameOf(id), network));
    return std::nullopt;
}

static std::optional<Response> badPolicies(Call &call, const QString &id, const QJsonObject &properties)
{
    static const QStringList allowed{QStringLiteral("Disabled"), QStringLiteral("Enabled"), QStringLiteral("NetworkSecurityGroupEnabled"),
                                     QStringLiteral("RouteTableEnabled")};
    const QString policies = properties.value(QLatin1String("privateEndpointNetworkPolicies")).toString(allowed.first());
    if (!allowed.contains(policies, Qt::CaseInsensitive))
        return cannotParse(QStringLiteral("InvalidJson"),
                           QStringLiteral("Error converting value \"%1\" to type 'VirtualNetworkPrivateEndpointNetworkPolicies'. Path "
                                          "'properties.privateEndpointNetworkPolicies'.")
                               .arg(policies.left(100)));
    if (policies == allowed.first() || !call.state.setting(QStringLiteral("networkPoliciesForbidEndpoints"), false).toBool()
        || allocationsIn(call.state, id).isEmpty())
        return std::nullopt;
    return invalidSubnet(QStringLiteral("PrivateEndpointNetworkPoliciesCannotBeEnabledOnPrivateEndpointSubnet"),
                         QStringLiteral("Private endpoint network policies cannot be enabled on subnet %1 since it contains private "
                                        "endpoints.")
                             .arg(id));
}

//! Addresses in use stay where they are.
static std::optional<Response> prefixInUse(Call &call, const QString &id, const QList<Prefix> &prefixes)
{
    for (const quint32 address : takenAddresses(call.state, id)) {
        if (std::none_of(prefixes.begin(), prefixes.end(), [&](const Prefix &one) { return one.contains(address); }))
            return invalidSubnet(QStringLiteral("InUsePrefixCannotBeDeleted"),
                                 QStringLiteral("IpPrefix on Subnet %1 has active allocations and cannot be deleted.").arg(nameOf(id)));
    }
    return std::nullopt;
}

std::optional<Response> badSubnet(Call &call, const QString &id, const QJsonObject &properties, const QString &network,
                                  const QList<Prefix> &space, const QMap<QString, QJsonObject> &siblings)
{
    if (const auto wrong = foreignMember(properties, QStringLiteral("Subnet"), subnetMembers, QStringLiteral("properties")))
        return cannotParse(QStringLiteral("InvalidJson"), *wrong);
    if (const auto refused = badName(nameOf(id)))
        return refused;
    QStringList texts{properties.value(member::addressPrefix).toString()};
    const QJsonArray more = properties.value(member::addressPrefixes).toArray();
    for (const QJsonValue &one : more)
        texts.append(one.toString());
    texts.removeIf([](const QString &text) { return text.isEmpty() || isIpv6(text); });
    if (texts.isEmpty())
        return badSubnetPrefix(QString(), id, network, space);
    for (const QString &text : std::as_const(texts)) {
        if (const auto refused = badSubnetPrefix(text, id, network, space))
            return refused;
    }
    const QList<Prefix> own = prefixesOf(properties);
    for (auto it = siblings.begin(); it != siblings.end(); ++it) {
        if (it.key().compare(nameOf(id), Qt::CaseInsensitive) == 0)
            continue;
        for (const Prefix &other : prefixesOf(*it)) {
            if (std::any_of(own.begin(), own.end(), [&](const Prefix &one) { return one.overlaps(other); }))
                return invalidSubnet(QStringLiteral("NetcfgSubnetRangesOverlap"),
                                     QStringLiteral("Subnet '%1' is not valid because its IP address range overlaps with that of an existing "
                                                    "subnet in virtual network '%2'.")
                                         .arg(nameOf(id), network));
        }
    }
    if (const auto refused = badPolicies(call, id, properties))
        return refused;
    return prefixInUse(call, id, own);
}

std::optional<Response> subnetInUse(const State &state, const Resource &subnet)
{
    const QList<Allocation> allocations = allocationsIn(state, subnet.id);
    const Resource *server = injectedServer(state, subnet);
    if (allocations.isEmpty() && !server)
        return std::nullopt;
    return invalidSubnet(QStringLiteral("InUseSubnetCannotBeDeleted"),
                         QStringLiteral("Subnet %1 is in use by %2 and cannot be deleted. In order to delete the subnet, delete all the "
                                        "resources within the subnet. See aka.ms/deletesubnet.")
                             .arg(subnet.name, server ? subnet.id + QStringLiteral("/serviceAssociationLinks/legionservicelink")
                                                      : allocations.first().ipConfiguration));
}

// --- writing -----------------------------------------------------------------------------------

static QJsonArray namedDelegations(Call &call, const QString &subnet, const QJsonArray &wanted)
{
    QJsonArray delegations;
    for (const QJsonValue &value : wanted) {
        QJsonObject one = value.toObject();
        QJsonObject properties = one.value(member::properties).toObject();
        properties.insert(member::provisioningState, QStringLiteral("Succeeded"));
        properties.insert(QStringLiteral("actions"), QJsonArray{QStringLiteral("Microsoft.Network/virtualNetworks/subnets/join/action")});
        one.insert(member::properties, properties);
        one.insert(member::id, subnet + QStringLiteral("/delegations/") + one.value(member::name).toString());
        one.insert(member::etag, weakEtag(call.state));
        one.insert(QStringLiteral("type"), QStringLiteral("Microsoft.Network/virtualNetworks/subnets/delegations"));
        delegations.append(one);
    }
    return delegations;
}

Resource &writeSubnet(Call &call, const QString &id, const QJsonObject &wanted)
{
    const bool created = !call.state.find(id);
    QJsonObject properties{{QStringLiteral("privateEndpointNetworkPolicies"), QStringLiteral("Disabled")},
                           {QStringLiteral("privateLinkServiceNetworkPolicies"), QStringLiteral("Enabled")}};
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        if (!it->isNull())
            properties.insert(it.key(), *it);
    }
    for (const char *computed : computedSubnetMembers)
        properties.remove(QLatin1String(computed));
    properties.insert(QStringLiteral("delegations"), namedDelegations(call, id, wanted.value(QLatin1String("delegations")).toArray()));
    properties.insert(member::provisioningState, QStringLiteral("Updating"));
    Resource subnet;
    subnet.id = id;
    subnet.type = type::subnet;
    subnet.name = nameOf(id);
    subnet.body = {{QStringLiteral("name"), subnet.name}, {QStringLiteral("id"), id}, {QStringLiteral("type"), subnet.type}};
    setProperties(call.state, subnet, properties);
    Resource &written = call.state.put(subnet);
    written.body.insert(member::id, written.id);
    written.body.insert(member::name, written.name = nameOf(written.id));
    call.state.record(written.id, created ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return written;
}

// --- routes -------------------------------------------------------------------------------------

static Response putSubnet(Call &call)
{
    const Resource *network = call.state.find(parentOf(call.id));
    if (!network)
        return parentNotFound(call.id, type::subnet);
    if (const auto refused = badEnvelope(call.body, QStringLiteral("Subnet")))
        return *refused;
    if (inProgress(*network))
        return busy(call, *network);
    const QList<Prefix> space = prefixesOf(propertiesOf(*network).value(QLatin1String("addressSpace")).toObject());
    QMap<QString, QJsonObject> siblings;
    for (const Resource *one : call.state.list(network->id, type::subnet)) {
        if (inProgress(*one))
            return busy(call, *one);
        siblings.insert(one->name, propertiesOf(*one));
    }
    const QJsonObject properties = call.body.value(member::properties).toObject();
    if (const auto refused = badSubnet(call, call.id, properties, network->name, space, siblings))
        return *refused;
    const bool created = !call.state.find(call.id);
    const Resource &subnet = writeSubnet(call, call.id, properties);
    return acceptedPut(call, created, shownSubnet(call.state, subnet),
                       {QStringLiteral("settled"), subnet.id, call.state.duration(QStringLiteral("networkSubnetSeconds"), 10), {}});
}

static Response getSubnet(Call &call)
{
    const Resource *subnet = call.state.find(call.id);
    return subnet ? ok(shownSubnet(call.state, *subnet)) : notFound(call.state, call.id, type::subnet);
}

static Response listSubnets(Call &call)
{
    if (!call.state.find(call.id))
        return notFound(call.state, call.id, type::virtualNetwork);
    QJsonArray items;
    for (const Resource *one : call.state.list(call.id, type::subnet))
        items.append(shownSubnet(call.state, *one));
    return call.world.page(call, items);
}

static Response deleteSubnet(Call &call)
{
    Resource *subnet = call.state.find(call.id);
    if (!subnet)
        return Response::empty(204);
    if (inProgress(*subnet))
        return busy(call, *subnet);
    if (const auto refused = subnetInUse(call.state, *subnet))
        return *refused;
    setProvisioningState(call.state, *subnet, QStringLiteral("Deleting"));
    return accepted(call, {QStringLiteral("removed"), subnet->id, call.state.duration(QStringLiteral("networkSubnetSeconds"), 10), {}});
}

static Response listAssociations(Call &call)
{
    const Resource *subnet = call.state.find(call.id);
    return subnet ? call.world.page(call, serviceAssociationLinks(call.state, *subnet)) : notFound(call.state, call.id, type::subnet);
}

static Response listNavigationLinks(Call &call)
{
    return call.state.find(call.id) ? call.world.page(call, {}) : notFound(call.state, call.id, type::subnet);
}

//! prepareNetworkPolicies and its opposite: what a delegated service asks for; nothing to see afterwards.
static Response preparePolicies(Call &call)
{
    const Resource *subnet = call.state.find(call.id);
    if (!subnet)
        return notFound(call.state, call.id, type::subnet);
    return accepted(call, {QStringLiteral("noted"), subnet->id, call.state.duration(QStringLiteral("networkSubnetSeconds"), 10), {}});
}

Routes subnetRoutes()
{
    const QString all = groupPattern(QStringLiteral("virtualNetworks/{v}/subnets"));
    const QString one = all + QStringLiteral("/{n}");
    const auto action = [](const char *what) { return QString(type::subnet) + QLatin1String(what); };
    return {{"GET", all, action("/read"), listSubnets, false},
            {"GET", one, action("/read"), getSubnet, false},
            {"PUT", one, action("/write"), putSubnet},
            {"DELETE", one, action("/delete"), deleteSubnet},
            {"GET", one + QStringLiteral("/serviceAssociationLinks"), action("/read"), listAssociations, false},
            {"GET", one + QStringLiteral("/resourceNavigationLinks"), action("/read"), listNavigationLinks, false},
            {"POST", one + QStringLiteral("/prepareNetworkPolicies"), action("/prepareNetworkPolicies/action"), preparePolicies},
            {"POST", one + QStringLiteral("/unprepareNetworkPolicies"), action("/unprepareNetworkPolicies/action"), preparePolicies}};
}

} // namespace causeway::sandbox::network
