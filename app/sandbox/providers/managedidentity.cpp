// SPDX-License-Identifier: Apache-2.0
#include "sandbox/operations.h"
#include "sandbox/provider.h"
#include "sandbox/providers/resources.h"
#include "sandbox/world.h"

#include <QRegularExpression>
#include <algorithm>

namespace causeway::sandbox {

namespace {

const QString identityType = QStringLiteral("Microsoft.ManagedIdentity/userAssignedIdentities");

std::optional<Response> refuseIdentity(const Call &call, const Resource *known)
{
    if (auto wrong = wrongEnvelope(call.body))
        return wrong;
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$"));
    const QString location = call.body.value(QLatin1String("location")).toString();
    if (!form.match(call.names.last()).hasMatch())
        return Response::error(400, QStringLiteral("InvalidResourceName"),
                               QStringLiteral("The name '%1' is invalid: 3 to 128 letters, digits, hyphens and underscores, beginning with a letter or digit.")
                                   .arg(call.names.last()));
    if (location.isEmpty())
        return Response::error(400, QStringLiteral("LocationRequired"), QStringLiteral("The location property is required for this definition."));
    if (!call.state.locations.contains(locationName(location)))
        return Response::error(
            400, QStringLiteral("LocationNotAvailableForResourceType"),
            QStringLiteral("The provided location '%1' is not available for resource type '%2'. List of available regions for the resource type is '%3'.")
                .arg(location, identityType, call.state.locations.keys().join(QLatin1Char(','))));
    const QString present = known ? known->body.value(QLatin1String("location")).toString() : location;
    if (locationName(present) != locationName(location))
        return Response::error(
            409, QStringLiteral("InvalidResourceLocation"),
            QStringLiteral(
                "The resource '%1' already exists in location '%2' in resource group '%3'. A resource with the same name cannot be created in location '%4'. "
                "Please select a new resource name.")
                .arg(known->name, present, call.resourceGroup, location));
    return std::nullopt;
}

//! Every identity is also somebody who can sign in.
QJsonObject newIdentity(Call &call)
{
    const QString tenant = call.state.subscription(call.subscription)->tenant;
    Principal principal;
    principal.objectId = call.state.newGuid();
    principal.clientId = call.state.newGuid();
    principal.displayName = principal.userPrincipalName = call.names.last();
    principal.kind = QStringLiteral("ManagedIdentity");
    principal.tenant = tenant;
    call.state.principals.append(principal);
    return {{QStringLiteral("tenantId"), tenant}, {QStringLiteral("principalId"), principal.objectId}, {QStringLiteral("clientId"), principal.clientId}};
}

Response putIdentity(Call &call)
{
    const Resource *known = call.state.find(call.id);
    if (auto refusal = refuseIdentity(call, known))
        return *refusal;
    const bool isNew = known == nullptr;
    const QJsonObject properties = isNew ? newIdentity(call) : known->body.value(QLatin1String("properties")).toObject();
    Resource &identity = call.state.put({call.id, identityType, isNew ? call.names.last() : known->name, {}, {}, {}, {}});
    identity.body = {{QStringLiteral("id"), identity.id},
                     {QStringLiteral("name"), identity.name},
                     {QStringLiteral("type"), identityType},
                     {QStringLiteral("location"), locationName(call.body.value(QLatin1String("location")).toString())},
                     {QStringLiteral("tags"), call.body.value(QLatin1String("tags")).toObject()},
                     {QStringLiteral("properties"), properties}};
    call.state.record(identity.id, isNew ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return Response::json(isNew ? 201 : 200, identity.body);
}

Response patchIdentity(Call &call)
{
    Resource *identity = call.state.find(call.id);
    if (!identity)
        return missingResource(call.id);
    if (auto wrong = wrongEnvelope(call.body))
        return *wrong;
    if (call.body.contains(QLatin1String("tags")))
        identity->body.insert(QStringLiteral("tags"), call.body.value(QLatin1String("tags")));
    call.state.record(identity->id, QStringLiteral("updated"), call.now, call.request.principal);
    return Response::json(200, identity->body);
}

Response showIdentity(Call &call)
{
    const Resource *identity = call.state.find(call.id);
    return identity ? Response::json(200, identity->body) : missingResource(call.id);
}

Response deleteIdentity(Call &call)
{
    if (!call.state.find(call.id))
        return Response::empty(204);
    call.world.removeTree(call.id, call.now, call.request.principal);
    return Response::empty(200);
}

Response listIdentities(Call &call)
{
    QJsonArray items;
    for (const Resource *one : call.state.list(call.id, identityType))
        items.append(one->body);
    return call.world.page(call, items);
}

class ManagedIdentityProvider final : public Provider
{
public:
    QString name() const override { return QStringLiteral("Microsoft.ManagedIdentity"); }
    QStringList apiVersions(const QString &) const override
    {
        return {QStringLiteral("2024-11-30"), QStringLiteral("2023-07-31-preview"), QStringLiteral("2023-01-31"), QStringLiteral("2022-01-31-preview"),
                QStringLiteral("2018-11-30")};
    }
    QStringList resourceTypes() const override { return {QStringLiteral("userAssignedIdentities")}; }

    std::vector<Route> routes() override
    {
        const QString below = QStringLiteral("/providers/Microsoft.ManagedIdentity/userAssignedIdentities");
        const QString group = QStringLiteral("/subscriptions/{s}/resourceGroups/{g}") + below;
        const QString one = group + QStringLiteral("/{name}");
        return {{"GET", QStringLiteral("/subscriptions/{s}") + below, identityType + QStringLiteral("/read"), listIdentities},
                {"GET", group, identityType + QStringLiteral("/read"), listIdentities},
                {"GET", one, identityType + QStringLiteral("/read"), showIdentity},
                {"PUT", one, identityType + QStringLiteral("/write"), putIdentity},
                {"PATCH", one, identityType + QStringLiteral("/write"), patchIdentity},
                {"DELETE", one, identityType + QStringLiteral("/delete"), deleteIdentity}};
    }

    void apply(const Transition &, World &, TimePoint) override {} // nothing here happens later

    void removed(const Resource &resource, World &world, TimePoint) override
    {
        const QString principal = resource.body.value(QLatin1String("properties")).toObject().value(QLatin1String("principalId")).toString();
        auto &principals = world.state().principals;
        principals.erase(std::remove_if(principals.begin(), principals.end(), [&](const Principal &one) { return one.objectId == principal; }),
                         principals.end());
    }
};

} // namespace

std::unique_ptr<Provider> makeManagedIdentityProvider()
{
    return std::make_unique<ManagedIdentityProvider>();
}

} // namespace causeway::sandbox
