// SPDX-License-Identifier: Apache-2.0
#include "sandbox/access.h"
#include "sandbox/odatafilter.h"
#include "sandbox/operations.h"
#include "sandbox/provider.h"
#include "sandbox/roles.h"
#include "sandbox/world.h"

// Locks, permissions, roles (facts: azure-postgresql-and-network §5, §6.4). Every route is at any scope; names[0] is the scope's id.

namespace causeway::sandbox {

namespace {

const QString lockType = QStringLiteral("Microsoft.Authorization/locks");

//! Nothing when the scope is there: the tenant, a subscription and a group were checked before, a resource was not.
std::optional<Response> missingScope(const Call &call)
{
    const QString &scope = call.names.front();
    const bool isResource = scope.contains(QLatin1String("/providers/"), Qt::CaseInsensitive);
    return isResource && !call.state.find(scope) ? std::optional(missingResource(scope)) : std::nullopt;
}

Response lockMissing(const Call &call)
{
    return Response::error(404, QStringLiteral("LockNotFound"), QStringLiteral("The lock '%1' could not be found.").arg(call.names.last()));
}

Response badLock(const QString &text)
{
    return Response::error(400, QStringLiteral("InvalidRequestContent"), QStringLiteral("The request content was invalid: %1").arg(text));
}

Response putLock(Call &call)
{
    if (auto missing = missingScope(call))
        return *missing;
    const QJsonObject given = call.body.value(QLatin1String("properties")).toObject();
    const QString level = given.value(QLatin1String("level")).toString();
    const QString name = call.names.last();
    QString known;
    for (const char *one : {"CanNotDelete", "ReadOnly", "NotSpecified"})
        known = level.compare(QLatin1String(one), Qt::CaseInsensitive) == 0 ? QString::fromLatin1(one) : known;
    if (known.isEmpty())
        return badLock(QStringLiteral("The lock level '%1' is not one of 'NotSpecified,CanNotDelete,ReadOnly'.").arg(level));
    if (given.value(QLatin1String("notes")).toString().size() > 512)
        return badLock(QStringLiteral("The notes of a lock have at most 512 characters."));
    if (name.size() > 90 || name.endsWith(QLatin1Char('.')))
        return badLock(QStringLiteral("The lock name '%1' is invalid.").arg(name));
    QJsonObject properties{{QStringLiteral("level"), known}};
    for (const char *member : {"notes", "owners"}) {
        if (given.contains(QLatin1String(member)))
            properties.insert(QLatin1String(member), given.value(QLatin1String(member)));
    }
    const bool isNew = !call.state.find(call.id);
    Resource &lock = call.state.put({call.id, lockType, name, {}, {}, {}, {}});
    lock.body = {
        {QStringLiteral("id"), lock.id}, {QStringLiteral("name"), lock.name}, {QStringLiteral("type"), lockType}, {QStringLiteral("properties"), properties}};
    call.state.record(lock.id, isNew ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return Response::json(isNew ? 201 : 200, lock.body);
}

Response showLock(Call &call)
{
    const Resource *lock = call.state.find(call.id);
    return lock ? Response::json(200, lock->body) : lockMissing(call);
}

Response deleteLock(Call &call)
{
    if (!call.state.remove(call.id))
        return Response::empty(204);
    call.state.record(call.id, QStringLiteral("deleted"), call.now, call.request.principal);
    return Response::empty(200);
}

//! At that scope and below it, never the inherited ones; atScope() cuts the part below.
Response listLocks(Call &call)
{
    if (auto missing = missingScope(call))
        return *missing;
    const QString scope = call.names.front();
    const bool only = call.request.queryValue(QStringLiteral("$filter")).remove(QLatin1Char(' ')).compare(QLatin1String("atScope()"), Qt::CaseInsensitive) == 0;
    const qsizetype depth = scope.count(QLatin1Char('/')) + 4;
    QJsonArray items;
    for (const Resource *lock : call.state.list(scope, lockType)) {
        if (!only || lock->id.count(QLatin1Char('/')) == depth)
            items.append(lock->body);
    }
    return call.world.page(call, items);
}

Response listPermissions(Call &call)
{
    if (auto missing = missingScope(call))
        return *missing;
    QJsonArray items;
    for (const RoleAssignment &role : std::as_const(call.state.roles)) {
        if (role.principal == call.request.principal && withinScope(call.names.front(), role.scope))
            items.append(QJsonObject{{QStringLiteral("actions"), QJsonArray::fromStringList(role.actions)},
                                     {QStringLiteral("notActions"), QJsonArray::fromStringList(role.notActions)},
                                     {QStringLiteral("dataActions"), QJsonArray::fromStringList(role.dataActions)},
                                     {QStringLiteral("notDataActions"), QJsonArray{}}});
    }
    return items.isEmpty() ? call.world.forbidden(call.request.principal, QStringLiteral("Microsoft.Authorization/permissions/read"), call.names.front())
                           : call.world.page(call, items);
}

QString roleDefinitionId(const Call &call, const QString &id)
{
    return (call.subscription.isEmpty() ? QString() : QStringLiteral("/subscriptions/") + call.subscription) +
           QStringLiteral("/providers/Microsoft.Authorization/roleDefinitions/") + id;
}

QJsonObject roleDefinitionBody(const Call &call, const RoleDefinition &role)
{
    const QJsonObject permission{{QStringLiteral("actions"), QJsonArray::fromStringList(role.actions)},
                                 {QStringLiteral("notActions"), QJsonArray::fromStringList(role.notActions)},
                                 {QStringLiteral("dataActions"), QJsonArray::fromStringList(role.dataActions)},
                                 {QStringLiteral("notDataActions"), QJsonArray{}}};
    return {{QStringLiteral("id"), roleDefinitionId(call, role.id)},
            {QStringLiteral("name"), role.id},
            {QStringLiteral("type"), QStringLiteral("Microsoft.Authorization/roleDefinitions")},
            {QStringLiteral("properties"), QJsonObject{{QStringLiteral("roleName"), role.name},
                                                       {QStringLiteral("type"), role.builtIn ? QStringLiteral("BuiltInRole") : QStringLiteral("CustomRole")},
                                                       {QStringLiteral("description"), QString()},
                                                       {QStringLiteral("assignableScopes"), QJsonArray{QStringLiteral("/")}},
                                                       {QStringLiteral("permissions"), QJsonArray{permission}}}}};
}

Response listRoleDefinitions(Call &call)
{
    const auto filter = ODataFilter::parse(call.request.queryValue(QStringLiteral("$filter")));
    const QString wanted = filter ? filter->equalTo(QStringLiteral("roleName")) : QString();
    QJsonArray items;
    for (const RoleDefinition &role : roleDefinitions()) {
        if (wanted.isEmpty() || role.name.compare(wanted, Qt::CaseInsensitive) == 0)
            items.append(roleDefinitionBody(call, role));
    }
    return call.world.page(call, items);
}

Response showRoleDefinition(Call &call)
{
    for (const RoleDefinition &role : roleDefinitions()) {
        if (role.id.compare(call.names.last(), Qt::CaseInsensitive) == 0)
            return Response::json(200, roleDefinitionBody(call, role));
    }
    return Response::error(404, QStringLiteral("RoleDefinitionDoesNotExist"),
                           QStringLiteral("The specified role definition with ID '%1' does not exist.").arg(call.names.last()));
}

//! At the scope, below it and inherited, as the list for a scope answers without a filter.
Response listRoleAssignments(Call &call)
{
    const auto filter = ODataFilter::parse(call.request.queryValue(QStringLiteral("$filter")));
    const QString wanted = filter ? filter->equalTo(QStringLiteral("principalId")) : QString();
    const QString &scope = call.names.front();
    QJsonArray items;
    for (const RoleAssignment &one : std::as_const(call.state.roles)) {
        const RoleDefinition *role = roleNamed(one.role);
        if (!role || (!withinScope(scope, one.scope) && !withinScope(one.scope, scope)) || (!wanted.isEmpty() && one.principal != wanted))
            continue;
        const Principal *principal = call.state.principal(one.principal);
        const QString name = guidFrom(qHash(one.principal + one.scope, 1), qHash(one.role + one.scope, 2));
        const QString at = one.scope == QLatin1String("/") ? QString() : one.scope;
        items.append(
            QJsonObject{{QStringLiteral("id"), at + QStringLiteral("/providers/Microsoft.Authorization/roleAssignments/") + name},
                        {QStringLiteral("name"), name},
                        {QStringLiteral("type"), QStringLiteral("Microsoft.Authorization/roleAssignments")},
                        {QStringLiteral("properties"),
                         QJsonObject{{QStringLiteral("roleDefinitionId"), roleDefinitionId(call, role->id)},
                                     {QStringLiteral("principalId"), one.principal},
                                     {QStringLiteral("principalType"),
                                      principal && principal->kind == QLatin1String("User") ? QStringLiteral("User") : QStringLiteral("ServicePrincipal")},
                                     {QStringLiteral("scope"), one.scope}}}});
    }
    return call.world.page(call, items);
}

class AuthorizationProvider final : public Provider
{
public:
    QString name() const override { return QStringLiteral("Microsoft.Authorization"); }

    QStringList apiVersions(const QString &type) const override
    {
        if (type == QLatin1String("locks"))
            return {QStringLiteral("2020-05-01"), QStringLiteral("2017-04-01"), QStringLiteral("2016-09-01"), QStringLiteral("2015-01-01")};
        if (type == QLatin1String("permissions"))
            return {QStringLiteral("2022-04-01"), QStringLiteral("2018-07-01"), QStringLiteral("2015-07-01")};
        if (type == QLatin1String("roleDefinitions") || type == QLatin1String("roleAssignments"))
            return {QStringLiteral("2022-04-01"), QStringLiteral("2020-04-01-preview"), QStringLiteral("2018-01-01-preview"), QStringLiteral("2015-07-01")};
        return {};
    }

    QStringList resourceTypes() const override
    {
        return {QStringLiteral("locks"), QStringLiteral("permissions"), QStringLiteral("roleAssignments"), QStringLiteral("roleDefinitions")};
    }

    std::vector<Route> routes() override
    {
        const QString base = QStringLiteral("/{+scope}/providers/Microsoft.Authorization/");
        const auto right = [](const char *what) { return QStringLiteral("Microsoft.Authorization/") + QLatin1String(what); };
        // Locks never guard locks: whoever may manage them can lift them.
        return {{"PUT", base + QStringLiteral("locks/{name}"), right("locks/write"), putLock, false},
                {"GET", base + QStringLiteral("locks/{name}"), right("locks/read"), showLock},
                {"DELETE", base + QStringLiteral("locks/{name}"), right("locks/delete"), deleteLock, false},
                {"GET", base + QStringLiteral("locks"), right("locks/read"), listLocks},
                {"GET", base + QStringLiteral("permissions"), {}, listPermissions},
                {"GET", base + QStringLiteral("roleDefinitions"), right("roleDefinitions/read"), listRoleDefinitions},
                {"GET", base + QStringLiteral("roleDefinitions/{id}"), right("roleDefinitions/read"), showRoleDefinition},
                {"GET", base + QStringLiteral("roleAssignments"), right("roleAssignments/read"), listRoleAssignments}};
    }

    void apply(const Transition &, World &, TimePoint) override {} // nothing here happens later
};

} // namespace

std::unique_ptr<Provider> makeAuthorizationProvider()
{
    return std::make_unique<AuthorizationProvider>();
}

} // namespace causeway::sandbox
