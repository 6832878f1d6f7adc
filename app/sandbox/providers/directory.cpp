// SPDX-License-Identifier: Apache-2.0
#include "sandbox/access.h"
#include "sandbox/providers/resources.h"
#include "sandbox/signin/directory.h"

#include <algorithm>

// Tenants, subscriptions, locations (facts: azure-postgresql-and-network §6.1).

namespace causeway::sandbox {

QString locationName(const QString &text)
{
    return text.toLower().remove(QLatin1Char(' '));
}

QStringList locationDisplayNames(const State &state)
{
    QStringList names;
    for (auto it = state.locations.begin(); it != state.locations.end(); ++it)
        names.append(it.value().toObject().value(QLatin1String("displayName")).toString(it.key()));
    return names;
}

bool hasAnyRole(const State &state, const QString &principal, const QString &scope)
{
    return std::any_of(state.roles.begin(), state.roles.end(), [&](const RoleAssignment &role) {
        return role.principal.compare(principal, Qt::CaseInsensitive) == 0 && (withinScope(scope, role.scope) || withinScope(role.scope, scope));
    });
}

static QString subscriptionScope(const Subscription &subscription)
{
    return QStringLiteral("/subscriptions/") + subscription.id;
}

//! A token is of one tenant: only its subscriptions appear. A guest shows a token of the tenant that invited her.
static bool seesSubscription(const Call &call, const Subscription &subscription)
{
    const Principal *caller = call.caller();
    return caller && caller->tenant == subscription.tenant && hasAnyRole(call.state, call.request.principal, subscriptionScope(subscription));
}

static QJsonObject subscriptionBody(const Subscription &subscription)
{
    return {{QStringLiteral("id"), subscriptionScope(subscription)},
            {QStringLiteral("authorizationSource"), QStringLiteral("RoleBased")},
            {QStringLiteral("managedByTenants"), QJsonArray{}},
            {QStringLiteral("subscriptionId"), subscription.id},
            {QStringLiteral("tenantId"), subscription.tenant},
            {QStringLiteral("displayName"), subscription.displayName},
            {QStringLiteral("state"), subscription.state},
            {QStringLiteral("subscriptionPolicies"), QJsonObject{{QStringLiteral("locationPlacementId"), QStringLiteral("Public_2014-09-01")},
                                                                 {QStringLiteral("quotaId"), QStringLiteral("PayAsYouGo_2014-09-01")},
                                                                 {QStringLiteral("spendingLimit"), QStringLiteral("Off")}}}};
}

static Response listSubscriptions(Call &call)
{
    QJsonArray items;
    for (const Subscription &one : std::as_const(call.state.subscriptions)) {
        if (seesSubscription(call, one))
            items.append(subscriptionBody(one));
    }
    return call.world.page(call, items);
}

static Response showSubscription(Call &call)
{
    const Subscription &subscription = *call.state.subscription(call.subscription);
    if (!seesSubscription(call, subscription))
        return call.world.forbidden(call.request.principal, QStringLiteral("Microsoft.Resources/subscriptions/read"), call.id);
    return Response::json(200, subscriptionBody(subscription));
}

//! All tenants of the person, whichever of them the token is for.
static Response listTenants(Call &call)
{
    const Principal *caller = call.caller();
    QJsonArray items;
    for (const Tenant *tenant : caller ? tenantsOf(call.state, *caller) : QList<const Tenant *>()) {
        const bool home = atHome(call.state, *caller).tenant == tenant->id;
        items.append(QJsonObject{{QStringLiteral("id"), QStringLiteral("/tenants/") + tenant->id},
                                 {QStringLiteral("tenantId"), tenant->id},
                                 {QStringLiteral("countryCode"), tenant->countryCode},
                                 {QStringLiteral("displayName"), tenant->displayName},
                                 {QStringLiteral("domains"), QJsonArray{tenant->defaultDomain}},
                                 {QStringLiteral("defaultDomain"), tenant->defaultDomain},
                                 {QStringLiteral("tenantType"), QStringLiteral("AAD")},
                                 {QStringLiteral("tenantCategory"), home ? QStringLiteral("Home") : QStringLiteral("ProjectedBy")}});
    }
    return call.world.page(call, items);
}

static Response listLocations(Call &call)
{
    QJsonArray items;
    for (auto it = call.state.locations.begin(); it != call.state.locations.end(); ++it) {
        const QJsonObject known = it.value().toObject();
        const QString display = known.value(QLatin1String("displayName")).toString(it.key());
        const QString geography = known.value(QLatin1String("geographyGroup")).toString();
        QJsonObject metadata{{QStringLiteral("regionType"), QStringLiteral("Physical")}, {QStringLiteral("regionCategory"), QStringLiteral("Recommended")}};
        for (const char *name : {"geography", "geographyGroup", "latitude", "longitude", "physicalLocation", "pairedRegion", "regionCategory"}) {
            if (known.contains(QLatin1String(name)))
                metadata.insert(QLatin1String(name), known.value(QLatin1String(name)));
        }
        items.append(QJsonObject{{QStringLiteral("id"), call.id + QStringLiteral("/locations/") + it.key()},
                                 {QStringLiteral("name"), it.key()},
                                 {QStringLiteral("type"), QStringLiteral("Region")},
                                 {QStringLiteral("displayName"), display},
                                 {QStringLiteral("regionalDisplayName"), geography.isEmpty() ? display : QStringLiteral("(%1) %2").arg(geography, display)},
                                 {QStringLiteral("metadata"), metadata}});
    }
    return call.world.page(call, items);
}

void addDirectoryRoutes(std::vector<Route> &routes)
{
    routes.push_back({"GET", QStringLiteral("/tenants"), {}, listTenants});
    routes.push_back({"GET", QStringLiteral("/subscriptions"), {}, listSubscriptions});
    routes.push_back({"GET", QStringLiteral("/subscriptions/{s}"), {}, showSubscription});
    routes.push_back({"GET", QStringLiteral("/subscriptions/{s}/locations"), {}, listLocations});
}

} // namespace causeway::sandbox
