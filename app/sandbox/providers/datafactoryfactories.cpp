// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"

#include <algorithm>

namespace causeway::sandbox::datafactory {

// --- identity -----------------------------------------------------------------------------------

static bool hasSystemIdentity(const QString &type)
{
    return type.startsWith(QLatin1String("SystemAssigned"));
}

static bool hasUserIdentities(const QString &type)
{
    return type.endsWith(QLatin1String("UserAssigned"));
}

static void addSystemIdentity(State &state, const QString &subscription, const QString &factory, QJsonObject &identity)
{
    const Subscription *owner = std::as_const(state).subscription(subscription);
    Principal principal;
    principal.objectId = state.newGuid();
    principal.clientId = state.newGuid();
    principal.displayName = factory;
    principal.userPrincipalName = factory;
    principal.kind = QStringLiteral("ManagedIdentity");
    principal.tenant = owner ? owner->tenant : QString();
    identity.insert(QStringLiteral("principalId"), principal.objectId);
    identity.insert(QStringLiteral("tenantId"), principal.tenant);
    state.principals.append(principal);
}

static void dropPrincipal(State &state, const QString &objectId)
{
    const auto same = [&](const Principal &one) { return !objectId.isEmpty() && one.objectId == objectId; };
    state.principals.erase(std::remove_if(state.principals.begin(), state.principals.end(), same), state.principals.end());
}

//! The user-assigned identity as a factory shows it, or why the caller may not attach it.
static std::variant<QJsonObject, Response> attachedIdentity(const Call &call, const QString &factory, const QString &id, bool isNew)
{
    const Resource *resource = std::as_const(call.state).find(id);
    if (!resource) {
        const QString text = QStringLiteral("Identity operation for resource '%1' failed with error 'Failed to perform resource identity "
                                            "operation. Status: 'NotFound'. Response: 'The identity %2 was not found'.'.");
        return Response::error(400, QStringLiteral("FailedIdentityOperation"), text.arg(factory, id));
    }
    const QString action = QStringLiteral("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action");
    if (isNew && !call.world.allowed(call.request.principal, action, id)) {
        const QString text = QStringLiteral("The client '%1' with object id '%2' has permission to perform action 'Microsoft.DataFactory/"
                                            "factories/write' on scope '%3'; however, it does not have permission to perform action "
                                            "'%4' on the linked scope(s) '%5' or the linked scope(s) are invalid.");
        return Response::error(403, QStringLiteral("LinkedAuthorizationFailed"),
                               text.arg(call.state.userName(call.request.principal), call.request.principal, factory, action, id));
    }
    const QJsonObject properties = part(resource->body, "properties");
    return QJsonObject{{QStringLiteral("clientId"), properties.value(QLatin1String("clientId"))},
                       {QStringLiteral("principalId"), properties.value(QLatin1String("principalId"))}};
}

static QString knownKey(const QJsonObject &map, const QString &id)
{
    const QStringList keys = map.keys();
    const auto same = [&](const QString &one) { return key(one) == key(id); };
    const auto found = std::find_if(keys.begin(), keys.end(), same);
    return found == keys.end() ? QString() : *found;
}

//! The map of user-assigned identities: PUT replaces it; PATCH adds, and null takes away.
static std::variant<QJsonObject, Response> userIdentities(const Call &call, const QString &factory, const QJsonObject &wanted,
                                                          const QJsonObject &known, bool merge)
{
    QJsonObject map = merge ? known : QJsonObject();
    for (auto it = wanted.begin(); it != wanted.end(); ++it) {
        const QString before = knownKey(known, it.key());
        map.remove(before);
        if (it->isNull())
            continue;
        auto entry = attachedIdentity(call, factory, it.key(), before.isEmpty());
        if (auto *refused = std::get_if<Response>(&entry))
            return std::move(*refused);
        map.insert(it.key(), std::get<QJsonObject>(entry));
    }
    return map;
}

static std::variant<QJsonObject, Response> identityOf(Call &call, const QString &factory, const QString &name, const QJsonObject &wanted,
                                                      const QJsonObject &known, bool merge)
{
    const QString type = word(wanted, "type");
    const QStringList types{QStringLiteral("SystemAssigned"), QStringLiteral("UserAssigned"), QStringLiteral("SystemAssigned,UserAssigned")};
    if (!types.contains(type))
        return badRequest(QStringLiteral("The identity type '%1' is not one of %2.").arg(type, types.join(QStringLiteral(", "))));
    QJsonObject identity{{QStringLiteral("type"), type}};
    if (hasUserIdentities(type)) {
        auto map = userIdentities(call, factory, part(wanted, "userAssignedIdentities"), part(known, "userAssignedIdentities"), merge);
        if (auto *refused = std::get_if<Response>(&map))
            return std::move(*refused);
        if (std::get<QJsonObject>(map).isEmpty())
            return badRequest(QStringLiteral("The identity type '%1' needs at least one user-assigned identity.").arg(type));
        identity.insert(QStringLiteral("userAssignedIdentities"), std::get<QJsonObject>(map));
    }
    const QString principal = word(known, "principalId");
    if (!hasSystemIdentity(type)) {
        dropPrincipal(call.state, principal);
    } else if (principal.isEmpty()) {
        addSystemIdentity(call.state, call.subscription, name, identity);
    } else { // A managed identity is kept unchanged.
        identity.insert(QStringLiteral("principalId"), principal);
        identity.insert(QStringLiteral("tenantId"), known.value(QLatin1String("tenantId")));
    }
    return identity;
}

// --- writing ------------------------------------------------------------------------------------

static QString plainLocation(const QString &location)
{
    return location.toLower().remove(QLatin1Char(' '));
}

static std::optional<Response> badLocation(const Call &call, const Resource *existing)
{
    const QString location = word(call.body, "location");
    if (location.isEmpty()) {
        if (existing)
            return std::nullopt;
        return Response::error(400, QStringLiteral("LocationRequired"), QStringLiteral("The location property is required for this definition."));
    }
    const QJsonObject &locations = call.state.locations;
    if (!locations.isEmpty() && !locations.contains(plainLocation(location))) {
        const QString text = QStringLiteral("The provided location '%1' is not available for resource type '%2'. List of available regions "
                                            "for the resource type is '%3'.");
        return Response::error(400, QStringLiteral("LocationNotAvailableForResourceType"),
                               text.arg(location, factoryType(), locations.keys().join(QLatin1Char(','))));
    }
    const QString before = existing ? word(existing->body, "location") : location;
    if (plainLocation(before) == plainLocation(location))
        return std::nullopt;
    const QString text = QStringLiteral("The resource '%1' already exists in location '%2' in resource group '%3'. A resource with the same "
                                        "name cannot be created in location '%4'. Please select a new resource name.");
    return Response::error(409, QStringLiteral("InvalidResourceLocation"), text.arg(existing->name, before, call.resourceGroup, location));
}

static bool nameTaken(const State &state, const QString &name, const QString &id)
{
    const auto same = [&](const auto &entry) {
        const Resource &one = entry.second;
        return one.type == factoryType() && one.name.compare(name, Qt::CaseInsensitive) == 0 && entry.first != key(id);
    };
    return std::any_of(state.resources.begin(), state.resources.end(), same);
}

struct Member {
    const char *name;
    QJsonValue::Type type;
};
static constexpr Member factoryMembers[] = {{"location", QJsonValue::String}, {"tags", QJsonValue::Object}, {"identity", QJsonValue::Object}, {"properties", QJsonValue::Object}};

static std::optional<Response> badTypes(const QJsonObject &body)
{
    for (const Member &member : factoryMembers) {
        const QJsonValue value = body.value(QLatin1String(member.name));
        if (!value.isUndefined() && !value.isNull() && value.type() != member.type)
            return Response::error(400, QStringLiteral("InvalidRequestContent"),
                                   QStringLiteral("The request content was invalid and could not be deserialized: '%1 has a wrong type'.").arg(QLatin1String(member.name)));
    }
    return std::nullopt;
}

static std::optional<Response> badAccess(const QJsonObject &properties)
{
    const QJsonValue access = properties.value(QLatin1String("publicNetworkAccess"));
    if (access.isUndefined() || access == QLatin1String("Enabled") || access == QLatin1String("Disabled"))
        return std::nullopt;
    return badRequest(QStringLiteral("The value of publicNetworkAccess is neither Enabled nor Disabled."));
}

static std::optional<Response> refusedFactory(const Call &call, const QString &id, const Resource *existing)
{
    const QString name = call.names.value(2);
    if (auto bad = badName(factoryNames, name))
        return bad;
    if (auto bad = badTypes(call.body))
        return bad;
    if (nameTaken(call.state, name, id)) {
        const QString text = QStringLiteral("The specified resource name '%1' is already in use. Resource names must be globally unique.");
        return Response::error(409, QStringLiteral("DataFactoryNameInUse"), text.arg(name));
    }
    if (auto bad = unmatched(call, existing))
        return bad;
    if (auto bad = badLocation(call, existing))
        return bad;
    return badAccess(part(call.body, "properties"));
}

static Response storeFactory(Call &call, Resource factory, bool isNew)
{
    factory.body.insert(QStringLiteral("eTag"), QString(QLatin1Char('"') + newEntityTag(call.state, call.now) + QLatin1Char('"')));
    call.state.record(factory.id, isNew ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return Response::json(200, call.state.put(std::move(factory)).body);
}

//! The identity section of the answer; a factory that has an identity cannot be written without one (documentation note).
static std::optional<Response> giveIdentity(Call &call, Resource &factory, const QJsonObject &known, bool merge)
{
    const QJsonValue wanted = call.body.value(QLatin1String("identity"));
    if (wanted.isObject()) {
        auto identity = identityOf(call, factory.id, factory.name, wanted.toObject(), known, merge);
        if (auto *refused = std::get_if<Response>(&identity))
            return std::move(*refused);
        factory.body.insert(QStringLiteral("identity"), std::get<QJsonObject>(identity));
        return std::nullopt;
    }
    if (known.isEmpty())
        return std::nullopt;
    const QString policy = call.state.setting(QStringLiteral("factoryPutWithoutIdentity"), QStringLiteral("error")).toString();
    if (!merge && policy == QLatin1String("error"))
        return badRequest(QStringLiteral("The factory has a managed identity; the request must name it in its identity section."));
    factory.body.insert(QStringLiteral("identity"), known);
    return std::nullopt;
}

static Response putFactory(Call &call)
{
    const QString id = factoryIdOf(call);
    const Resource *existing = std::as_const(call.state).find(id);
    if (auto refused = refusedFactory(call, id, existing))
        return *refused;
    const QJsonObject before = existing ? existing->body : QJsonObject();
    Resource factory;
    factory.id = id;
    factory.name = existing ? existing->name : call.names.value(2);
    factory.type = factoryType();
    QJsonObject properties = part(call.body, "properties"); // PUT replaces
    properties.insert(QStringLiteral("provisioningState"), QStringLiteral("Succeeded"));
    properties.insert(QStringLiteral("version"), QStringLiteral("2018-06-01"));
    properties.insert(QStringLiteral("createTime"),
                      existing ? part(before, "properties").value(QLatin1String("createTime")) : QJsonValue(longTime(call.now)));
    const QString location = word(call.body, "location");
    factory.body = {{QStringLiteral("id"), id},
                    {QStringLiteral("name"), factory.name},
                    {QStringLiteral("type"), factory.type},
                    {QStringLiteral("location"), location.isEmpty() ? word(before, "location") : location},
                    {QStringLiteral("tags"), part(call.body, "tags")},
                    {QStringLiteral("properties"), properties}};
    if (auto refused = giveIdentity(call, factory, part(before, "identity"), false))
        return *refused;
    return storeFactory(call, std::move(factory), existing == nullptr);
}

static Response patchFactory(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    if (auto bad = badTypes(call.body))
        return *bad;
    // Limited to tags, identity and publicNetworkAccess.
    const QJsonObject wanted = part(call.body, "properties");
    if (auto bad = badAccess(wanted))
        return *bad;
    Resource factory = *std::as_const(call.state).find(factoryIdOf(call));
    if (call.body.contains(QLatin1String("tags")))
        factory.body.insert(QStringLiteral("tags"), part(call.body, "tags"));
    if (wanted.contains(QLatin1String("publicNetworkAccess"))) {
        QJsonObject properties = part(factory.body, "properties");
        properties.insert(QStringLiteral("publicNetworkAccess"), wanted.value(QLatin1String("publicNetworkAccess")));
        factory.body.insert(QStringLiteral("properties"), properties);
    }
    if (auto refused = giveIdentity(call, factory, part(factory.body, "identity"), true))
        return *refused;
    return storeFactory(call, std::move(factory), false);
}

static Response getFactory(Call &call)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    return shown(call, *std::as_const(call.state).find(factoryIdOf(call)));
}

static Response deleteFactory(Call &call)
{
    const Resource *found = std::as_const(call.state).find(factoryIdOf(call));
    if (!found)
        return Response::empty(204);
    const QString stored = found->id; // outlives the resource
    call.world.removeTree(stored, call.now, call.request.principal);
    return Response::empty(200);
}

void factoryRemoved(const Resource &factory, State &state)
{
    dropPrincipal(state, word(part(factory.body, "identity"), "principalId")); // goes along with its factory
}

static Response listFactories(Call &call)
{
    const bool inGroup = call.names.size() > 1;
    const QString scope = QStringLiteral("/subscriptions/") + call.names.value(0)
        + (inGroup ? QStringLiteral("/resourceGroups/") + call.names.value(1) : QString());
    return listed(call, scope, factoryType());
}

std::vector<RouteRow> factoryRoutes()
{
    return {{"GET", "^providers/Microsoft.DataFactory/factories", "read", listFactories},
            {"GET", "^resourceGroups/{group}/providers/Microsoft.DataFactory/factories", "read", listFactories},
            {"GET", "", "read", getFactory},
            {"PUT", "", "write", putFactory},
            {"PATCH", "", "write", patchFactory},
            {"DELETE", "", "delete", deleteFactory}};
}

} // namespace causeway::sandbox::datafactory
