// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkparts.h"

#include <QMap>
#include <algorithm>

namespace causeway::sandbox::network {

static constexpr QLatin1String networkMembers(
    "addressSpace:o bgpCommunities:o ddosProtectionPlan:o defaultPublicNatGateway:o dhcpOptions:o enableDdosProtection:b "
    "enableVmProtection:b encryption:o flowLogs:a flowTimeoutInMinutes:n ipAllocations:a privateEndpointVNetPolicies:s "
    "provisioningState:s resourceGuid:s subnets:a virtualNetworkPeerings:a");
static constexpr QLatin1String nestedMembers("id:s name:s type:s etag:s properties:o");

QJsonObject shownVirtualNetwork(const State &state, const Resource &network)
{
    QJsonArray subnets;
    for (const Resource *one : state.list(network.id, type::subnet))
        subnets.append(shownSubnet(state, *one));
    QJsonObject body = network.body;
    QJsonObject properties = propertiesOf(network);
    properties.insert(member::subnets, subnets);
    body.insert(member::properties, properties);
    return body;
}

// --- PUT -----------------------------------------------------------------------------------------

static std::optional<Response> badAddressSpace(const QString &id, const QJsonArray &texts, QList<Prefix> &space)
{
    if (texts.isEmpty())
        return Response::error(400, QStringLiteral("InvalidRequestFormat"),
                               QStringLiteral("Virtual network %1 must have at least one address prefix in its address space.").arg(id));
    for (const QJsonValue &value : texts) {
        const QString text = value.toString();
        if (isIpv6(text))
            continue;
        const std::optional<Prefix> prefix = prefixFromText(text);
        if (!prefix)
            return Response::error(400, QStringLiteral("InvalidAddressPrefixFormat"),
                                   QStringLiteral("Address prefix %1 of resource %2 is not formatted correctly. It should follow CIDR "
                                                  "notation, for example 10.0.0.0/24.")
                                       .arg(text.left(100), id));
        if (!prefix->aligned())
            return Response::error(400, QStringLiteral("InvalidCIDRNotation"),
                                   QStringLiteral("The address prefix %1 in resource %2 has an invalid CIDR notation. For the given prefix "
                                                  "length, the address prefix should be %3.")
                                       .arg(text, id, prefixText({prefix->first(), prefix->length})));
        if (std::any_of(space.begin(), space.end(), [&](const Prefix &one) { return one.overlaps(*prefix); }))
            return Response::error(400, QStringLiteral("NetcfgInvalidVirtualNetworkSite"),
                                   QStringLiteral("The address prefix %1 of virtual network '%2' overlaps with another of its address "
                                                  "prefixes.")
                                       .arg(text, nameOf(id)));
        space.append(*prefix);
    }
    return std::nullopt;
}

//! The subnets that the network will have: name → properties. A PUT with `subnets` replaces the set (facts §3.1).
static std::optional<Response> wantedSubnets(Call &call, const QJsonObject &properties, QMap<QString, QJsonObject> &wanted)
{
    const bool replaces = properties.value(member::subnets).isArray()
                          || call.state.setting(QStringLiteral("networkAbsentSubnets"), QStringLiteral("keep")) == QLatin1String("remove");
    if (!replaces) {
        for (const Resource *one : call.state.list(call.id, type::subnet))
            wanted.insert(one->name, propertiesOf(*one));
        return std::nullopt;
    }
    const QJsonArray subnets = properties.value(member::subnets).toArray();
    for (const QJsonValue &value : subnets) {
        const QJsonObject subnet = value.toObject();
        if (const auto wrong = foreignMember(subnet, QStringLiteral("Subnet"), nestedMembers, QStringLiteral("properties.subnets")))
            return cannotParse(QStringLiteral("InvalidJson"), *wrong);
        const QString name = subnet.value(member::name).toString();
        const bool twice = std::any_of(wanted.keyBegin(), wanted.keyEnd(),
                                       [&](const QString &other) { return other.compare(name, Qt::CaseInsensitive) == 0; });
        if (twice)
            return cannotParse(QStringLiteral("DuplicateResourceName"),
                               QStringLiteral("Resource %1 has two child resources with the same name (%2).").arg(call.id, name));
        wanted.insert(name, subnet.value(member::properties).toObject());
    }
    return std::nullopt;
}

static QString subnetId(const QString &network, const QString &name)
{
    return network + QStringLiteral("/subnets/") + name;
}

static std::optional<Response> badSubnets(Call &call, const QList<Prefix> &space, const QMap<QString, QJsonObject> &wanted)
{
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        if (const auto refused = badSubnet(call, subnetId(call.id, it.key()), *it, nameOf(call.id), space, wanted))
            return refused;
    }
    for (const Resource *one : call.state.list(call.id, type::subnet)) {
        const bool stays = std::any_of(wanted.keyBegin(), wanted.keyEnd(),
                                       [&](const QString &name) { return sameId(subnetId(call.id, name), one->id); });
        if (stays)
            continue;
        if (const auto refused = subnetInUse(call.state, *one))
            return refused;
    }
    return std::nullopt;
}

static void replaceSubnets(Call &call, const QString &network, const QMap<QString, QJsonObject> &wanted)
{
    for (const Resource *one : call.state.list(network, type::subnet)) {
        const QString id = one->id;
        const bool stays = std::any_of(wanted.keyBegin(), wanted.keyEnd(),
                                       [&](const QString &name) { return sameId(subnetId(network, name), id); });
        if (stays)
            continue;
        call.state.remove(id);
        call.state.record(id, QStringLiteral("deleted"), call.now, call.request.principal);
    }
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        const QString id = subnetId(network, it.key());
        const Resource *known = call.state.find(id);
        if (!known || propertiesOf(*known) != *it)
            writeSubnet(call, id, *it);
    }
}

static Resource &writeNetwork(Call &call, const QJsonObject &wanted, bool created)
{
    QJsonObject properties = wanted;
    for (const QLatin1String computed : {member::subnets, QLatin1String("flowLogs"), QLatin1String("defaultPublicNatGateway")})
        properties.remove(computed);
    if (!properties.contains(QLatin1String("virtualNetworkPeerings")))
        properties.insert(QStringLiteral("virtualNetworkPeerings"), QJsonArray());
    if (!properties.contains(QLatin1String("enableDdosProtection")))
        properties.insert(QStringLiteral("enableDdosProtection"), false);
    const Resource *known = call.state.find(call.id);
    properties.insert(member::resourceGuid, known ? propertiesOf(*known).value(member::resourceGuid) : QJsonValue(call.state.newGuid()));
    properties.insert(member::provisioningState, QStringLiteral("Updating"));
    Resource network;
    network.id = known ? known->id : call.id;
    network.type = type::virtualNetwork;
    network.name = nameOf(network.id);
    network.body = {{member::name, network.name},
                    {member::id, network.id},
                    {QStringLiteral("type"), network.type},
                    {member::location, normalLocation(call.body.value(member::location).toString())}};
    if (call.body.contains(member::tags))
        network.body.insert(member::tags, call.body.value(member::tags));
    setProperties(call.state, network, properties);
    Resource &written = call.state.put(network);
    call.state.record(written.id, created ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return written;
}

static std::optional<Response> networkBusy(Call &call, const Resource *network)
{
    if (!network)
        return std::nullopt;
    if (inProgress(*network))
        return busy(call, *network);
    for (const Resource *one : call.state.list(network->id, type::subnet)) {
        if (inProgress(*one))
            return busy(call, *one);
    }
    return std::nullopt;
}

static Response putNetwork(Call &call)
{
    const Resource *known = call.state.find(call.id);
    const bool created = !known;
    if (const auto refused = badEnvelope(call.body, QStringLiteral("VirtualNetwork")))
        return *refused;
    const QJsonObject properties = call.body.value(member::properties).toObject();
    if (const auto wrong = foreignMember(properties, QStringLiteral("VirtualNetwork"), networkMembers, QStringLiteral("properties")))
        return cannotParse(QStringLiteral("InvalidJson"), *wrong);
    if (const auto refused = badName(nameOf(call.id), 2))
        return *refused;
    if (const auto refused = badLocation(call, known))
        return *refused;
    if (const auto refused = networkBusy(call, known))
        return *refused;
    QList<Prefix> space;
    const QJsonObject addressSpace = properties.value(QLatin1String("addressSpace")).toObject();
    if (const auto refused = badAddressSpace(call.id, addressSpace.value(member::addressPrefixes).toArray(), space))
        return *refused;
    QMap<QString, QJsonObject> subnets;
    if (const auto refused = wantedSubnets(call, properties, subnets))
        return *refused;
    if (const auto refused = badSubnets(call, space, subnets))
        return *refused;
    const QString id = writeNetwork(call, properties, created).id;
    replaceSubnets(call, id, subnets);
    return acceptedPut(call, created, shownVirtualNetwork(call.state, *call.state.find(id)),
                       {QStringLiteral("settled"), id, call.state.duration(QStringLiteral("networkVirtualNetworkSeconds"), 10), {}});
}

// --- the rest --------------------------------------------------------------------------------------

static Response patchNetwork(Call &call)
{
    Resource *network = call.state.find(call.id);
    if (!network)
        return notFound(call.state, call.id, type::virtualNetwork);
    if (const auto wrong = foreignMember(call.body, QStringLiteral("TagsObject"), QLatin1String("tags:o"), {}))
        return cannotParse(QStringLiteral("InvalidJson"), *wrong);
    network->body.insert(member::tags, call.body.value(member::tags).toObject());
    network->body.insert(member::etag, weakEtag(call.state));
    call.state.record(network->id, QStringLiteral("updated"), call.now, call.request.principal);
    return ok(shownVirtualNetwork(call.state, *network));
}

static Response deleteNetwork(Call &call)
{
    Resource *network = call.state.find(call.id);
    if (!network)
        return Response::empty(204);
    if (const auto refused = networkBusy(call, network))
        return *refused;
    for (const Resource *one : call.state.list(network->id, type::subnet)) {
        if (const auto refused = subnetInUse(call.state, *one))
            return *refused;
    }
    setProvisioningState(call.state, *network, QStringLiteral("Deleting"));
    return accepted(call, {QStringLiteral("removed"), network->id, call.state.duration(QStringLiteral("networkVirtualNetworkSeconds"), 10), {}});
}

static Response getNetwork(Call &call)
{
    const Resource *network = call.state.find(call.id);
    return network ? ok(shownVirtualNetwork(call.state, *network)) : notFound(call.state, call.id, type::virtualNetwork);
}

static Response listNetworks(Call &call)
{
    QJsonArray items;
    for (const Resource *one : call.state.list(call.id, type::virtualNetwork))
        items.append(shownVirtualNetwork(call.state, *one));
    return call.world.page(call, items);
}

static Response checkAddress(Call &call)
{
    if (!call.state.find(call.id))
        return notFound(call.state, call.id, type::virtualNetwork);
    const std::optional<quint32> address = addressFromText(call.request.queryValue(QStringLiteral("ipAddress")));
    if (!address)
        return Response::error(400, QStringLiteral("InvalidIPAddress"),
                               QStringLiteral("The query parameter 'ipAddress' is not a valid IP address."));
    QJsonObject answer{{QStringLiteral("available"), false}, {QStringLiteral("availableIPAddresses"), QJsonArray()}};
    for (const Resource *subnet : call.state.list(call.id, type::subnet)) {
        for (const Prefix &prefix : prefixesOf(propertiesOf(*subnet))) {
            if (!prefix.contains(*address))
                continue;
            QSet<quint32> taken = takenAddresses(call.state, subnet->id);
            const bool available = !prefix.reserved(*address) && !taken.contains(*address);
            QJsonArray others; // a few that could be had instead
            while (!available && others.size() < 5) {
                const std::optional<quint32> other = freeAddress(prefix, taken);
                if (!other)
                    break;
                taken.insert(*other);
                others.append(addressText(*other));
            }
            answer = {{QStringLiteral("available"), available},
                      {QStringLiteral("availableIPAddresses"), others},
                      {QStringLiteral("isPlatformReserved"), prefix.reserved(*address)}};
        }
    }
    return Response::json(200, answer);
}

static Response listUsages(Call &call)
{
    if (!call.state.find(call.id))
        return notFound(call.state, call.id, type::virtualNetwork);
    QJsonArray items;
    for (const Resource *subnet : call.state.list(call.id, type::subnet)) {
        quint64 limit = 0;
        for (const Prefix &prefix : prefixesOf(propertiesOf(*subnet)))
            limit += prefix.size() - 5;
        items.append(QJsonObject{{member::id, subnet->id},
                                 {QStringLiteral("currentValue"), double(takenAddresses(call.state, subnet->id).size())},
                                 {QStringLiteral("limit"), double(limit)},
                                 {member::name, QJsonObject{{QStringLiteral("value"), QStringLiteral("SubnetSpace")},
                                                            {QStringLiteral("localizedValue"), QStringLiteral("Subnet size and usage")}}},
                                 {QStringLiteral("unit"), QStringLiteral("Count")}});
    }
    return call.world.page(call, items);
}

//! Nothing in a world has a public address to protect: an empty list, in the shape of the long-running POST.
static Response ddosStatus(Call &call)
{
    if (!call.state.find(call.id))
        return notFound(call.state, call.id, type::virtualNetwork);
    return accepted(call, {QStringLiteral("emptyList"), call.id, call.state.duration(QStringLiteral("networkVirtualNetworkSeconds"), 10), {}});
}

Routes virtualNetworkRoutes()
{
    const QString all = groupPattern(QStringLiteral("virtualNetworks"));
    const QString one = all + QStringLiteral("/{v}");
    const auto action = [](const char *what) { return QString(type::virtualNetwork) + QLatin1String(what); };
    return {{"GET", subscriptionPattern(QStringLiteral("virtualNetworks")), action("/read"), listNetworks, false},
            {"GET", all, action("/read"), listNetworks, false},
            {"GET", one, action("/read"), getNetwork, false},
            {"PUT", one, action("/write"), putNetwork},
            {"PATCH", one, action("/write"), patchNetwork},
            {"DELETE", one, action("/delete"), deleteNetwork},
            {"GET", one + QStringLiteral("/checkIPAddressAvailability"), action("/checkIpAddressAvailability/read"), checkAddress, false},
            {"GET", one + QStringLiteral("/usages"), action("/usages/read"), listUsages, false},
            {"POST", one + QStringLiteral("/ddosProtectionStatus"), action("/ddosProtectionStatus/action"), ddosStatus, false}};
}

} // namespace causeway::sandbox::network
