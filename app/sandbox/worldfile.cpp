// SPDX-License-Identifier: Apache-2.0
#include "sandbox/worldfile.h"

#include "sandbox/roles.h"
#include "sandbox/routes.h"

#include <algorithm>

namespace causeway::sandbox {

namespace {

//! Reads one world, stops at the first complaint.
class WorldReader
{
public:
    bool read(const QJsonObject &world);
    State state;
    QString error;

private:
    bool complain(const QString &where, const QString &what)
    {
        if (error.isEmpty())
            error = where + QStringLiteral(": ") + what;
        return false;
    }
    bool onlyKnown(const QJsonObject &object, const QString &where, const char *names);
    bool needed(const QJsonObject &object, const QString &where, const char *names);
    //! Calls `one` for every object of a list member; each is checked for unknown and missing members.
    template <class One> bool each(const QJsonObject &world, const char *list, const char *known, const char *required, One one);

    bool readTenant(const QJsonObject &json, const QString &where);
    bool readUser(const QJsonObject &json, const QString &where);
    bool readHome(Principal &guest, const QString &where);
    bool readRoles(const QJsonObject &user, const Principal &principal, const QString &where);
    bool readSubscription(const QJsonObject &json, const QString &where);
    bool readResource(const QJsonObject &json, const QString &where);
    bool readLock(const QJsonObject &json, const QString &where);
    bool readPolicy(const QJsonObject &json, const QString &where);
    QString tenantId(const QString &idOrDomain) const;
    bool checkScope(const QString &id, const QString &where);
};

QString worldText(const QJsonObject &json, const char *name, const QString &otherwise = {})
{
    return json.value(QLatin1String(name)).toString(otherwise);
}

bool WorldReader::onlyKnown(const QJsonObject &object, const QString &where, const char *names)
{
    const QStringList known = QString::fromLatin1(names).split(QLatin1Char(' '));
    for (const QString &name : object.keys()) {
        if (!known.contains(name))
            return complain(where, QStringLiteral("unknown member \"%1\"; known are %2").arg(name, known.join(QLatin1String(", "))));
    }
    return true;
}

bool WorldReader::needed(const QJsonObject &object, const QString &where, const char *names)
{
    for (const QString &name : QString::fromLatin1(names).split(QLatin1Char(' '))) {
        const QJsonValue value = object.value(name);
        if (value.isUndefined() || (value.isString() && value.toString().isEmpty()))
            return complain(where, QStringLiteral("\"%1\" is missing").arg(name));
    }
    return true;
}

template <class One> bool WorldReader::each(const QJsonObject &world, const char *list, const char *known, const char *required, One one)
{
    const QJsonValue value = world.value(QLatin1String(list));
    if (!value.isUndefined() && !value.isArray())
        return complain(QString::fromLatin1(list), QStringLiteral("is not a list"));
    const QJsonArray items = value.toArray();
    for (qsizetype at = 0; at < items.size(); ++at) {
        const QString where = QStringLiteral("%1[%2]").arg(QLatin1String(list)).arg(at);
        const QJsonObject json = items.at(at).toObject();
        if (!onlyKnown(json, where, known) || !needed(json, where, required) || !one(json, where))
            return false;
    }
    return true;
}

QString WorldReader::tenantId(const QString &idOrDomain) const
{
    for (const Tenant &tenant : state.tenants) {
        if (tenant.id == idOrDomain.toLower() || tenant.defaultDomain.compare(idOrDomain, Qt::CaseInsensitive) == 0)
            return tenant.id;
    }
    return {};
}

//! A scope is "/", a tenant, a subscription of the world, or something below one.
bool WorldReader::checkScope(const QString &id, const QString &where)
{
    const QStringList parts = id.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    if (id == QLatin1String("/") || parts.value(0) == QLatin1String("tenants"))
        return true;
    if (!id.startsWith(QLatin1Char('/')) || parts.size() < 2 || parts[0] != QLatin1String("subscriptions"))
        return complain(where, QStringLiteral("\"%1\" is no scope; an example is /subscriptions/GUID/resourceGroups/NAME").arg(id));
    return std::as_const(state).subscription(parts[1]) ? true : complain(where, QStringLiteral("the subscription of \"%1\" is not in this world").arg(id));
}

bool WorldReader::readTenant(const QJsonObject &json, const QString &where)
{
    const QString id = worldText(json, "id").toLower();
    if (!tenantId(id).isEmpty())
        return complain(where, QStringLiteral("tenant %1 is there twice").arg(id));
    state.tenants.append({id, worldText(json, "displayName"), worldText(json, "defaultDomain"), worldText(json, "countryCode", QStringLiteral("US"))});
    return true;
}

bool WorldReader::readUser(const QJsonObject &json, const QString &where)
{
    Principal principal;
    principal.objectId = worldText(json, "objectId").toLower();
    principal.userPrincipalName = worldText(json, "userPrincipalName");
    principal.displayName = worldText(json, "displayName", principal.userPrincipalName);
    principal.kind = worldText(json, "kind", QStringLiteral("User"));
    principal.tenant = tenantId(worldText(json, "tenant"));
    principal.secret = worldText(json, "secret");
    principal.clientId = worldText(json, "clientId").toLower();
    principal.home = worldText(json, "home");
    principal.federated = json.value(QLatin1String("federated")).toArray();
    for (const QJsonValue &one : json.value(QLatin1String("certificates")).toArray())
        principal.certificates.append(one.toString());
    if (principal.tenant.isEmpty())
        return complain(where, QStringLiteral("tenant \"%1\" is not in this world").arg(worldText(json, "tenant")));
    if (!QStringList{QStringLiteral("User"), QStringLiteral("ServicePrincipal"), QStringLiteral("ManagedIdentity")}.contains(principal.kind))
        return complain(where, QStringLiteral("kind \"%1\" is not User, ServicePrincipal or ManagedIdentity").arg(principal.kind));
    if (state.principal(principal.objectId))
        return complain(where, QStringLiteral("objectId %1 is there twice").arg(principal.objectId));
    state.principals.append(principal);
    if (json.value(QLatin1String("tenantAdministrator")).toBool())
        state.roles.append({principal.objectId, QStringLiteral("/tenants/") + principal.tenant, tenantAdministratorRole, {}, {}, {}});
    return true;
}

//! Whom the guest is at home; he may stand further down in the file.
bool WorldReader::readHome(Principal &guest, const QString &where)
{
    if (guest.home.isEmpty())
        return true;
    const auto found = std::find_if(state.principals.cbegin(), state.principals.cend(), [&](const Principal &one) {
        return one.home.isEmpty() && (one.objectId == guest.home.toLower() || one.userPrincipalName.compare(guest.home, Qt::CaseInsensitive) == 0);
    });
    if (found == state.principals.cend() || found->tenant == guest.tenant)
        return complain(where, QStringLiteral("home \"%1\" is no user of another tenant").arg(guest.home));
    guest.home = found->objectId;
    return true;
}

bool WorldReader::readRoles(const QJsonObject &user, const Principal &principal, const QString &where)
{
    return each(user, "roles", "role scope", "role scope", [&](const QJsonObject &json, const QString &at) {
        const RoleDefinition *role = roleNamed(worldText(json, "role"));
        if (!role)
            return complain(where + QLatin1Char('.') + at, QStringLiteral("role \"%1\" is not known").arg(worldText(json, "role")));
        if (!checkScope(worldText(json, "scope"), where + QLatin1Char('.') + at))
            return false;
        state.roles.append(assignment(*role, principal.objectId, worldText(json, "scope")));
        return true;
    });
}

bool WorldReader::readSubscription(const QJsonObject &json, const QString &where)
{
    Subscription subscription;
    subscription.id = worldText(json, "id").toLower();
    subscription.displayName = worldText(json, "displayName");
    subscription.tenant = tenantId(worldText(json, "tenant"));
    subscription.state = worldText(json, "state", QStringLiteral("Enabled"));
    for (const QJsonValue &one : json.value(QLatin1String("registered")).toArray())
        subscription.registrations.insert(one.toString(), QStringLiteral("Registered"));
    if (subscription.tenant.isEmpty())
        return complain(where, QStringLiteral("tenant \"%1\" is not in this world").arg(worldText(json, "tenant")));
    if (std::as_const(state).subscription(subscription.id))
        return complain(where, QStringLiteral("subscription %1 is there twice").arg(subscription.id));
    static const QStringList states{QStringLiteral("Enabled"), QStringLiteral("Warned"), QStringLiteral("PastDue"), QStringLiteral("Disabled"),
                                    QStringLiteral("Deleted")};
    if (!states.contains(subscription.state))
        return complain(where, QStringLiteral("state \"%1\" is not one of %2").arg(subscription.state, states.join(QLatin1String(", "))));
    state.subscriptions.append(subscription);
    return true;
}

//! "Microsoft.X/servers/databases" of an id; a group's type when it has no provider.
QString typeOfId(const QStringList &parts)
{
    const qsizetype providers = lastProviders(parts);
    if (providers < 0)
        return parts.size() == 4 ? QStringLiteral("Microsoft.Resources/resourceGroups") : QString();
    QStringList words{parts.value(providers + 1)};
    for (qsizetype at = providers + 2; at < parts.size(); at += 2)
        words.append(parts[at]);
    return words.size() < 2 || (parts.size() - providers) % 2 != 0 ? QString() : words.join(QLatin1Char('/'));
}

bool WorldReader::readResource(const QJsonObject &json, const QString &where)
{
    Resource resource;
    resource.id = worldText(json, "id");
    const QStringList parts = resource.id.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    resource.type = typeOfId(parts);
    resource.name = parts.isEmpty() ? QString() : parts.last();
    resource.body = json.value(QLatin1String("body")).toObject();
    resource.hidden = json.value(QLatin1String("hidden")).toObject();
    if (!checkScope(resource.id, where))
        return false;
    if (resource.type.isEmpty())
        return complain(where, QStringLiteral("\"%1\" is no resource id").arg(resource.id));
    if (state.find(resource.id))
        return complain(where, QStringLiteral("\"%1\" is there twice").arg(resource.id));
    const QString group = QLatin1Char('/') + parts.mid(0, 4).join(QLatin1Char('/'));
    if (parts.size() > 4 && !state.find(group))
        return complain(where, QStringLiteral("its resource group %1 must come before it").arg(group));
    const QString location = resource.body.value(QLatin1String("location")).toString().toLower().remove(QLatin1Char(' '));
    if (!location.isEmpty() && location != QLatin1String("global") && !state.locations.contains(location))
        return complain(where, QStringLiteral("location \"%1\" is not in this world").arg(location));
    resource.body.insert(QStringLiteral("id"), resource.id);
    resource.body.insert(QStringLiteral("name"), resource.name);
    resource.body.insert(QStringLiteral("type"), resource.type);
    if (parts.size() == 4 && !resource.body.contains(QLatin1String("properties")))
        resource.body.insert(QStringLiteral("properties"), QJsonObject{{QStringLiteral("provisioningState"), QStringLiteral("Succeeded")}});
    state.put(resource);
    return true;
}

bool WorldReader::readLock(const QJsonObject &json, const QString &where)
{
    const QString level = worldText(json, "level"), scope = worldText(json, "scope");
    if (level != QLatin1String("CanNotDelete") && level != QLatin1String("ReadOnly"))
        return complain(where, QStringLiteral("level \"%1\" is not CanNotDelete or ReadOnly").arg(level));
    if (!checkScope(scope, where))
        return false;
    const QString id = QStringLiteral("%1/providers/Microsoft.Authorization/locks/%2").arg(scope, worldText(json, "name"));
    const QJsonObject body{{QStringLiteral("properties"), QJsonObject{{QStringLiteral("level"), level}, {QStringLiteral("notes"), worldText(json, "notes")}}}};
    return readResource({{QStringLiteral("id"), id}, {QStringLiteral("body"), body}}, where);
}

bool WorldReader::readPolicy(const QJsonObject &json, const QString &where)
{
    if (!checkScope(worldText(json, "scope"), where))
        return false;
    state.policies.append(json);
    return true;
}

bool WorldReader::read(const QJsonObject &world)
{
    const QString top = QStringLiteral("world");
    if (!onlyKnown(world, top, "causewayWorld description seed timeScale settings locations tenants users subscriptions resources locks policies") ||
        !needed(world, top, "causewayWorld tenants users subscriptions"))
        return false;
    if (world.value(QLatin1String("causewayWorld")).toInt() != 1)
        return complain(top, QStringLiteral("\"causewayWorld\" is not 1, the only version there is"));
    state.seed = quint64(world.value(QLatin1String("seed")).toDouble(1));
    state.timeScale = world.value(QLatin1String("timeScale")).toDouble(1);
    if (state.timeScale <= 0)
        return complain(top, QStringLiteral("\"timeScale\" is not above 0"));
    state.settings = world.value(QLatin1String("settings")).toObject();
    state.locations = world.value(QLatin1String("locations")).toObject();
    const auto with = [this](bool (WorldReader::*one)(const QJsonObject &, const QString &)) {
        return [this, one](const QJsonObject &json, const QString &where) { return (this->*one)(json, where); };
    };
    const auto roles = [this](const QJsonObject &json, const QString &where) { return readRoles(json, *state.principal(worldText(json, "objectId")), where); };
    const auto homes = [this](const QJsonObject &json, const QString &where) {
        const QString id = worldText(json, "objectId").toLower();
        return readHome(*std::find_if(state.principals.begin(), state.principals.end(), [&](const Principal &one) { return one.objectId == id; }), where);
    };
    const char *userMembers =
        "objectId userPrincipalName displayName tenant kind clientId secret certificates federated home tenantAdministrator roles";
    return each(world, "tenants", "id displayName defaultDomain countryCode", "id displayName defaultDomain", with(&WorldReader::readTenant)) &&
           each(world, "users", userMembers, "objectId userPrincipalName tenant", with(&WorldReader::readUser)) &&
           each(world, "users", userMembers, "objectId", homes) &&
           each(world, "subscriptions", "id displayName tenant state registered", "id displayName tenant", with(&WorldReader::readSubscription)) &&
           each(world, "users", userMembers, "objectId", roles) && each(world, "resources", "id body hidden", "id", with(&WorldReader::readResource)) &&
           each(world, "locks", "scope name level notes", "scope name level", with(&WorldReader::readLock)) &&
           each(world, "policies", "scope effect type field equals notEquals in notIn name assignmentId definitionId", "scope effect type field name",
                with(&WorldReader::readPolicy));
}

} // namespace

std::optional<State> stateFromWorld(const QJsonObject &world, QString *error)
{
    WorldReader reader;
    if (!reader.read(world)) {
        *error = reader.error;
        return std::nullopt;
    }
    return std::move(reader.state);
}

} // namespace causeway::sandbox
