// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkparts.h"
#include "sandbox/providers/privatedns.h"

#include <algorithm>

namespace causeway::sandbox::network {

// One group for an endpoint, at most five zones in it; the A record belongs to the service (facts §3.4).

static constexpr int mostZones = 5;

const Resource *zoneGroupOf(const State &state, const QString &endpoint)
{
    const QList<const Resource *> groups = state.list(endpoint, type::zoneGroup);
    return groups.isEmpty() ? nullptr : groups.first();
}

static QStringList zonesOf(const QJsonArray &configs)
{
    QStringList zones;
    for (const QJsonValue &one : configs)
        zones.append(one.toObject().value(member::properties).toObject().value(member::zoneId).toString());
    return zones;
}

static QString creatorOf(const Resource &endpoint)
{
    return QStringLiteral("created by private endpoint %1 with resource guid %2")
        .arg(endpoint.name, propertiesOf(endpoint).value(member::resourceGuid).toString());
}

// --- records ------------------------------------------------------------------------------------

//! The name that the service keeps for this server in this zone; empty for a zone of any other name: no record, no error.
static QString recordNameIn(const State &state, const Resource &endpoint, const QString &zone)
{
    const QString host = hostOf(state, endpoint);
    const QString wanted = QStringLiteral("privatelink.") + host.section(QLatin1Char('.'), 1);
    return nameOf(zone).compare(wanted, Qt::CaseInsensitive) == 0 ? host.section(QLatin1Char('.'), 0, 0) : QString();
}

static QJsonObject recordSetBody(const QString &name, const QString &zone, const QString &address)
{
    return {{QStringLiteral("recordType"), QStringLiteral("A")},
            {QStringLiteral("recordSetName"), name},
            {QStringLiteral("fqdn"), name + QLatin1Char('.') + nameOf(zone)},
            {QStringLiteral("ttl"), 10},
            {member::provisioningState, QStringLiteral("Succeeded")},
            {QStringLiteral("ipAddresses"), QJsonArray{address}}};
}

void writeZoneGroupRecords(const Resource &endpoint, World &world, TimePoint now, const QString &by)
{
    State &state = world.state();
    const Resource *found = zoneGroupOf(state, endpoint.id);
    if (!found || connectionStatus(endpoint) != QLatin1String("Approved"))
        return;
    Resource &group = *state.find(found->id);
    const QString address = addressOf(state, endpoint);
    QJsonObject properties = propertiesOf(group);
    QJsonArray configs = properties.value(member::zoneConfigs).toArray();
    for (qsizetype at = 0; at < configs.size(); ++at) {
        QJsonObject config = configs[at].toObject();
        QJsonObject inner = config.value(member::properties).toObject();
        const QString zone = inner.value(member::zoneId).toString();
        const QString name = recordNameIn(state, endpoint, zone);
        const bool locked = !world.locksAgainst(zone, false).isEmpty();
        if (name.isEmpty() || locked || !state.find(zone))
            continue;
        privatedns::writeEndpointRecord(state, zone, name, address, creatorOf(endpoint), now, by);
        inner.insert(QStringLiteral("recordSets"), QJsonArray{recordSetBody(name, zone, address)});
        config.insert(member::properties, inner);
        configs[at] = config;
    }
    properties.insert(member::zoneConfigs, configs);
    setProperties(state, group, properties);
}

void removeZoneGroupRecords(const Resource &group, const Resource &endpoint, World &world, TimePoint now, const QString &by)
{
    const QJsonArray configs = propertiesOf(group).value(member::zoneConfigs).toArray();
    for (const QJsonValue &value : configs) {
        const QJsonObject inner = value.toObject().value(member::properties).toObject();
        const QString zone = inner.value(member::zoneId).toString();
        const QJsonArray sets = inner.value(QLatin1String("recordSets")).toArray();
        for (const QJsonValue &one : sets) {
            const QString name = one.toObject().value(QLatin1String("recordSetName")).toString();
            if (world.locksAgainst(zone + QStringLiteral("/A/") + name, true).isEmpty()) // else it stays, stale (facts §5)
                privatedns::removeEndpointRecord(world.state(), zone, name, creatorOf(endpoint), now, by);
        }
    }
}

// --- PUT ------------------------------------------------------------------------------------------

static QJsonObject configBody(const QString &name, const QString &zone)
{
    return {{member::name, name}, {member::properties, QJsonObject{{member::zoneId, zone}, {QStringLiteral("recordSets"), QJsonArray()}}}};
}

static Resource &writeGroup(State &state, const QString &id, const QJsonArray &configs)
{
    const Resource *known = state.find(id);
    Resource group;
    group.id = known ? known->id : id;
    group.type = type::zoneGroup;
    group.name = nameOf(group.id);
    group.body = {{member::name, group.name}, {member::id, group.id}, {QStringLiteral("type"), group.type}};
    setProperties(state, group, {{member::provisioningState, QStringLiteral("Updating")}, {member::zoneConfigs, configs}});
    return state.put(group);
}

static Refusal readConfigs(Call &call, QJsonArray &configs)
{
    const QJsonObject properties = call.body.value(member::properties).toObject();
    auto wrong = foreignMember(properties, QStringLiteral("PrivateDnsZoneGroup"), QLatin1String("privateDnsZoneConfigs:a provisioningState:s"),
                               QStringLiteral("properties"));
    const QJsonArray wanted = properties.value(member::zoneConfigs).toArray();
    if (!wrong && wanted.size() > mostZones)
        return Response::error(400, QStringLiteral("PrivateDnsZoneGroupHasTooManyZones"),
                               QStringLiteral("Private DNS zone group %1 has %2 zones; at most %3 are allowed.").arg(call.id).arg(wanted.size()).arg(mostZones));
    for (const QJsonValue &value : wanted) {
        const QJsonObject config = value.toObject();
        const QJsonObject inner = config.value(member::properties).toObject();
        const QString path = QStringLiteral("properties.privateDnsZoneConfigs");
        if (!wrong)
            wrong = foreignMember(config, QStringLiteral("PrivateDnsZoneConfig"), QLatin1String("name:s properties:o id:s etag:s type:s"), path);
        if (!wrong)
            wrong = foreignMember(inner, QStringLiteral("PrivateDnsZoneConfig"), QLatin1String("privateDnsZoneId:s recordSets:a provisioningState:s"), path);
        const QString zone = inner.value(member::zoneId).toString();
        if (!wrong && !isOfType(zone, type::zone))
            return cannotParse(QStringLiteral("InvalidJsonReferenceFormat"),
                               QStringLiteral("Reference Id %1 is not formatted correctly. The Id is expected to reference resources of type "
                                              "privateDnsZones. Path %2.")
                                   .arg(zone.left(300), path));
        const QString name = config.value(member::name).toString(QString(nameOf(zone)).replace(QLatin1Char('.'), QLatin1Char('-')));
        configs.append(configBody(name, zone));
    }
    return wrong ? Refusal(cannotParse(QStringLiteral("InvalidJson"), *wrong)) : std::nullopt;
}

static Refusal badZones(Call &call, const QStringList &zones)
{
    const QString own = QStringLiteral("Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write");
    for (const QString &zone : zones) {
        if (Refusal refused = linkedForbidden(call, own, QStringLiteral("Microsoft.Network/privateDnsZones/join/action"), zone))
            return refused;
        if (Refusal refused = linkedLocked(call, zone))
            return refused;
        if (!call.state.find(zone))
            return badReference(zone, call.id);
    }
    return std::nullopt;
}

static bool sameZones(QStringList one, QStringList other)
{
    const auto plain = [](QStringList &zones) {
        for (QString &zone : zones)
            zone = key(zone);
        zones.sort();
    };
    plain(one);
    plain(other);
    return one == other;
}

//! Terraform deletes and creates again, because the service does not move a group (facts §3.4).
static Refusal changedZones(Call &call, const Resource *known, const QStringList &zones)
{
    if (!known || sameZones(zonesOf(propertiesOf(*known).value(member::zoneConfigs).toArray()), zones)
        || call.state.setting(QStringLiteral("networkZoneGroupMayChange"), false).toBool())
        return std::nullopt;
    return Response::error(400, QStringLiteral("PropertyChangeNotAllowed"),
                           QStringLiteral("Changing the zones of private DNS zone group %1 is not allowed. Delete the group and create it again.").arg(known->id));
}

static Response putZoneGroup(Call &call)
{
    const Resource *endpoint = call.state.find(parentOf(call.id));
    if (!endpoint)
        return parentNotFound(call.id, type::zoneGroup);
    QJsonArray configs;
    if (Refusal refused = badEnvelope(call.body, QStringLiteral("PrivateDnsZoneGroup")))
        return *refused;
    if (Refusal refused = badName(nameOf(call.id)))
        return *refused;
    if (Refusal refused = readConfigs(call, configs))
        return *refused;
    const QStringList zones = zonesOf(configs);
    if (Refusal refused = badZones(call, zones))
        return *refused;
    const Resource *known = zoneGroupOf(call.state, endpoint->id);
    if (known && !sameId(known->id, call.id))
        return Response::error(400, QStringLiteral("PrivateEndpointCannotHaveMultiplePrivateDnsZoneGroups"),
                               QStringLiteral("Private endpoint %1 already has the private DNS zone group %2.").arg(endpoint->id, known->name));
    if (inProgress(*endpoint) || (known && inProgress(*known)))
        return busy(call, inProgress(*endpoint) ? *endpoint : *known);
    if (Refusal refused = changedZones(call, known, zones))
        return *refused;
    const bool created = !known;
    if (known)
        removeZoneGroupRecords(*known, *endpoint, call.world, call.now, call.request.principal);
    const Resource &written = writeGroup(call.state, call.id, configs);
    call.state.record(written.id, created ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return acceptedPut(call, created, written.body,
                       {QStringLiteral("zoneGroupWritten"), written.id, call.state.duration(QStringLiteral("networkZoneGroupSeconds"), 15), {}});
}

// --- the rest ---------------------------------------------------------------------------------------

static Response getZoneGroup(Call &call)
{
    const Resource *group = call.state.find(call.id);
    return group ? ok(group->body) : notFound(call.state, call.id, type::zoneGroup);
}

static Response listZoneGroups(Call &call)
{
    if (!call.state.find(call.id))
        return notFound(call.state, call.id, type::privateEndpoint);
    QJsonArray items;
    for (const Resource *one : call.state.list(call.id, type::zoneGroup))
        items.append(one->body);
    return call.world.page(call, items);
}

static Response deleteZoneGroup(Call &call)
{
    Resource *group = call.state.find(call.id);
    if (!group)
        return Response::empty(204);
    const Resource *endpoint = call.state.find(parentOf(call.id));
    if (inProgress(*group) || (endpoint && inProgress(*endpoint)))
        return busy(call, *group);
    setProvisioningState(call.state, *group, QStringLiteral("Deleting"));
    return accepted(call, {QStringLiteral("zoneGroupDeleted"), group->id, call.state.duration(QStringLiteral("networkZoneGroupSeconds"), 15), {}});
}

// --- policy ----------------------------------------------------------------------------------------

void policyWillDeployZoneGroup(State &state, const Resource &endpoint, TimePoint now)
{
    if (state.setting(QStringLiteral("networkPolicyZone")).toString().isEmpty())
        return;
    Transition transition;
    transition.due = now + state.duration(QStringLiteral("networkPolicySeconds"), 300);
    transition.provider = nameSpace;
    transition.kind = QStringLiteral("zoneGroupByPolicy");
    transition.target = endpoint.id;
    state.schedule(transition);
}

static void deployByPolicy(const Transition &transition, World &world, TimePoint now)
{
    State &state = world.state();
    const Resource *endpoint = state.find(transition.target);
    const QString zone = state.setting(QStringLiteral("networkPolicyZone")).toString();
    if (!endpoint || !state.find(zone) || zoneGroupOf(state, endpoint->id))
        return;
    const QString id = endpoint->id + QStringLiteral("/privateDnsZoneGroups/deployedByPolicy");
    Resource &group = writeGroup(state, id, {configBody(QString(nameOf(zone)).replace(QLatin1Char('.'), QLatin1Char('-')), zone)});
    state.record(id, QStringLiteral("created"), now, QStringLiteral("Azure Policy"));
    writeZoneGroupRecords(*endpoint, world, now, QStringLiteral("Azure Policy"));
    setProvisioningState(state, group, QStringLiteral("Succeeded"));
}

bool applyZoneGroup(const Transition &transition, World &world, TimePoint now)
{
    if (transition.kind == QLatin1String("zoneGroupByPolicy")) {
        deployByPolicy(transition, world, now);
        return true;
    }
    const bool written = transition.kind == QLatin1String("zoneGroupWritten");
    if (!written && transition.kind != QLatin1String("zoneGroupDeleted"))
        return false;
    State &state = world.state();
    const QString by = transition.arguments.value(member::by).toString();
    Resource *group = state.find(transition.target);
    const Resource *endpoint = state.find(parentOf(transition.target));
    if (group && endpoint && written) {
        writeZoneGroupRecords(*endpoint, world, now, by);
        setProvisioningState(state, *group, QStringLiteral("Succeeded"));
    } else if (group && endpoint) {
        removeZoneGroupRecords(*group, *endpoint, world, now, by);
        world.removeTree(transition.target, now, by);
    }
    finish(state, transition.operation, now);
    return true;
}

Routes zoneGroupRoutes()
{
    const QString all = groupPattern(QStringLiteral("privateEndpoints/{p}/privateDnsZoneGroups"));
    const QString one = all + QStringLiteral("/{n}");
    const auto action = [](const char *what) { return QString(type::zoneGroup) + QLatin1String(what); };
    return {{"GET", all, action("/read"), listZoneGroups, false},
            {"GET", one, action("/read"), getZoneGroup, false},
            {"PUT", one, action("/write"), putZoneGroup},
            {"DELETE", one, action("/delete"), deleteZoneGroup}};
}

} // namespace causeway::sandbox::network
