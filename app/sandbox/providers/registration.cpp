// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/resources.h"

#include <algorithm>

// Resource providers and their registration (facts: azure-postgresql-and-network §6.3).

namespace causeway::sandbox {

static const QString stateRegistering = QStringLiteral("Registering"), stateRegistered = QStringLiteral("Registered");
static const QString stateUnregistering = QStringLiteral("Unregistering"), stateNotRegistered = QStringLiteral("NotRegistered");

static QString registrationState(const Subscription *subscription, const QString &space)
{
    if (space == QLatin1String("Microsoft.Resources") || space == QLatin1String("Microsoft.Authorization"))
        return stateRegistered; // RegistrationFree
    return subscription ? subscription->registrations.value(space, stateNotRegistered) : QString();
}

static QJsonArray providerTypes(const World &world, const QString &space)
{
    const QJsonArray locations = QJsonArray::fromStringList(locationDisplayNames(world.state()));
    QJsonArray types;
    for (const Provider *provider : world.allProviders()) {
        if (provider->name() != space)
            continue;
        for (const QString &type : provider->resourceTypes()) {
            QStringList versions = provider->apiVersions(type);
            std::sort(versions.begin(), versions.end(), std::greater<>());
            types.append(QJsonObject{{QStringLiteral("resourceType"), type},
                                     {QStringLiteral("locations"), locations},
                                     {QStringLiteral("apiVersions"), QJsonArray::fromStringList(versions)},
                                     {QStringLiteral("defaultApiVersion"), versions.value(0)},
                                     {QStringLiteral("zoneMappings"), QJsonArray{}},
                                     {QStringLiteral("capabilities"), QStringLiteral("None")}});
        }
    }
    return types;
}

static QJsonObject providerBody(const Call &call, const QString &space)
{
    const Subscription *subscription = std::as_const(call.state).subscription(call.subscription);
    const bool free = space == QLatin1String("Microsoft.Resources") || space == QLatin1String("Microsoft.Authorization");
    QJsonObject body{{QStringLiteral("namespace"), space}, {QStringLiteral("resourceTypes"), providerTypes(call.world, space)}};
    if (subscription) {
        body.insert(QStringLiteral("id"), QStringLiteral("/subscriptions/%1/providers/%2").arg(subscription->id, space));
        body.insert(QStringLiteral("registrationState"), registrationState(subscription, space));
        body.insert(QStringLiteral("registrationPolicy"), free ? QStringLiteral("RegistrationFree") : QStringLiteral("RegistrationRequired"));
    } else {
        body.insert(QStringLiteral("id"), QStringLiteral("/providers/") + space);
    }
    return body;
}

static Response listProviders(Call &call)
{
    QStringList spaces;
    for (const Provider *provider : call.world.allProviders())
        spaces.append(provider->name());
    spaces.removeDuplicates();
    spaces.sort(Qt::CaseInsensitive);
    QJsonArray items;
    for (const QString &space : std::as_const(spaces))
        items.append(providerBody(call, space));
    return call.world.page(call, items);
}

//! The namespace as documented, or the answer that it is none.
static Provider *namedProvider(Call &call, Response *refusal)
{
    Provider *provider = call.world.provider(call.names.last());
    if (!provider)
        *refusal =
            Response::error(404, QStringLiteral("InvalidResourceNamespace"), QStringLiteral("The resource namespace '%1' is invalid.").arg(call.names.last()));
    return provider;
}

static Response showProvider(Call &call)
{
    Response refusal;
    const Provider *provider = namedProvider(call, &refusal);
    return provider ? Response::json(200, providerBody(call, provider->name())) : refusal;
}

static Response listProviderTypes(Call &call)
{
    Response refusal;
    const Provider *provider = namedProvider(call, &refusal);
    return provider ? call.world.page(call, providerTypes(call.world, provider->name())) : refusal;
}

static Response changeRegistration(Call &call, const QString &action, const QString &from, const QString &during, const QString &to)
{
    Response refusal;
    const Provider *provider = namedProvider(call, &refusal);
    if (!provider)
        return refusal;
    const QString space = provider->name();
    const QString right = QStringLiteral("%1/%2/action").arg(space, action);
    if (!call.world.allowed(call.request.principal, right, call.id))
        return call.world.forbidden(call.request.principal, right, call.id);
    Subscription &subscription = *call.state.subscription(call.subscription);
    const QString now = registrationState(&subscription, space);
    if (now == from) {
        subscription.registrations.insert(space, during);
        Transition change;
        change.due = call.now + call.state.duration(QStringLiteral("registrationSeconds"), 30);
        change.provider = QStringLiteral("Microsoft.Resources");
        change.kind = to;
        change.target = QStringLiteral("/subscriptions/%1/providers/%2").arg(subscription.id, space);
        call.state.schedule(change);
        call.state.record(change.target, to == stateRegistered ? QStringLiteral("registered") : QStringLiteral("unregistered"), call.now,
                          call.request.principal);
    }
    return Response::json(200, providerBody(call, space));
}

void applyRegistration(const Transition &transition, World &world)
{
    if (Subscription *subscription = world.state().subscription(transition.target.section(QLatin1Char('/'), 2, 2)))
        subscription->registrations.insert(transition.target.section(QLatin1Char('/'), -1), transition.kind);
}

void addRegistrationRoutes(std::vector<Route> &routes)
{
    const auto registerIt = [](Call &call) {
        return changeRegistration(call, QStringLiteral("register"), stateNotRegistered, stateRegistering, stateRegistered);
    };
    const auto unregister = [](Call &call) {
        return changeRegistration(call, QStringLiteral("unregister"), stateRegistered, stateUnregistering, stateNotRegistered);
    };
    routes.push_back({"GET", QStringLiteral("/providers"), {}, listProviders});
    routes.push_back({"GET", QStringLiteral("/providers/{ns}"), {}, showProvider});
    routes.push_back(
        {"GET", QStringLiteral("/subscriptions/{s}/providers"), QStringLiteral("Microsoft.Resources/subscriptions/providers/read"), listProviders});
    routes.push_back({"GET", QStringLiteral("/subscriptions/{s}/providers/{ns}"), {}, showProvider});
    routes.push_back({"GET", QStringLiteral("/subscriptions/{s}/providers/{ns}/resourceTypes"), {}, listProviderTypes});
    routes.push_back({"POST", QStringLiteral("/subscriptions/{s}/providers/{ns}/register"), {}, registerIt, false});
    routes.push_back({"POST", QStringLiteral("/subscriptions/{s}/providers/{ns}/unregister"), {}, unregister, false});
}

} // namespace causeway::sandbox
