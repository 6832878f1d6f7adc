// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/network.h"

#include "sandbox/operations.h"
#include "sandbox/providers/networkparts.h"

namespace causeway::sandbox {

namespace network {

QString groupPattern(const QString &rest)
{
    return QStringLiteral("/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Network/") + rest;
}

QString subscriptionPattern(const QString &rest)
{
    return QStringLiteral("/subscriptions/{s}/providers/Microsoft.Network/") + rest;
}

static Response networkOperation(Call &call)
{
    return operationStatus(call, call.names.last(), StatusShape::StatusOnly, 10);
}

static Response networkOperationResult(Call &call)
{
    return operationResult(call, call.names.last(), 10, 204);
}

// --- what happens later, whatever the type ---------------------------------------------------------

static void settle(State &state, const QString &id)
{
    Resource *resource = state.find(id);
    if (!resource)
        return;
    setProvisioningState(state, *resource, QStringLiteral("Succeeded"));
    if (resource->type == type::subnet) // the network's etag covers its subnets
        if (Resource *network = state.find(parentOf(id)))
            network->body.insert(member::etag, weakEtag(state));
    if (resource->type != type::virtualNetwork)
        return;
    for (const Resource *one : state.list(id, type::subnet)) {
        if (inProgress(*one))
            setProvisioningState(state, *state.find(one->id), QStringLiteral("Succeeded"));
    }
}

static bool applyAnywhere(const Transition &transition, World &world, TimePoint now)
{
    State &state = world.state();
    if (transition.kind == QLatin1String("settled"))
        settle(state, transition.target);
    else if (transition.kind == QLatin1String("removed"))
        world.removeTree(transition.target, now, transition.arguments.value(member::by).toString());
    else if (transition.kind == QLatin1String("emptyList"))
        state.operation(transition.operation)->result = {{member::value, QJsonArray()}};
    else if (transition.kind != QLatin1String("noted"))
        return false;
    finish(state, transition.operation, now);
    return true;
}

namespace {

class NetworkProvider final : public Provider
{
public:
    [[nodiscard]] QString name() const override { return nameSpace; }

    [[nodiscard]] QStringList apiVersions(const QString &type) const override
    {
        if (type.startsWith(QLatin1String("privateDnsZones")))
            return {};
        return QStringLiteral("2025-05-01 2025-03-01 2025-01-01 2024-10-01 2024-07-01 2024-05-01 2024-03-01 2024-01-01 2023-11-01 2023-09-01 "
                              "2023-06-01 2023-05-01 2023-04-01 2023-02-01 2022-11-01 2022-09-01 2022-07-01 2022-05-01 2022-01-01 2021-08-01 "
                              "2021-05-01 2021-02-01 2020-11-01")
            .split(QLatin1Char(' '));
    }

    [[nodiscard]] QStringList resourceTypes() const override
    {
        return {QStringLiteral("virtualNetworks"),
                QStringLiteral("virtualNetworks/subnets"),
                QStringLiteral("privateEndpoints"),
                QStringLiteral("privateEndpoints/privateDnsZoneGroups"),
                QStringLiteral("networkInterfaces"),
                QStringLiteral("locations"),
                QStringLiteral("locations/operations"),
                QStringLiteral("locations/operationResults"),
                QStringLiteral("locations/availablePrivateEndpointTypes")};
    }

    [[nodiscard]] std::vector<Route> routes() override
    {
        const QString location = subscriptionPattern(QStringLiteral("locations/{l}/"));
        Routes all{{"GET", location + QStringLiteral("operations/{o}"), QStringLiteral("Microsoft.Network/locations/operations/read"), networkOperation, false},
                   {"GET", location + QStringLiteral("operationResults/{o}"), QStringLiteral("Microsoft.Network/locations/operationResults/read"),
                    networkOperationResult, false}};
        for (const Routes &part : {virtualNetworkRoutes(), subnetRoutes(), interfaceRoutes(), endpointRoutes(), zoneGroupRoutes()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }

    void apply(const Transition &transition, World &world, TimePoint now) override
    {
        if (!applyEndpoint(transition, world, now) && !applyZoneGroup(transition, world, now))
            applyAnywhere(transition, world, now);
    }

    void removed(const Resource &resource, World &world, TimePoint now) override
    {
        const Resource *endpoint = resource.type == type::zoneGroup ? world.state().find(parentOf(resource.id)) : nullptr;
        if (endpoint)
            removeZoneGroupRecords(resource, *endpoint, world, now, {});
        if (resource.type == type::privateEndpoint)
            dismantleEndpoint(resource, world, now, {});
    }
};

} // namespace
} // namespace network

std::unique_ptr<Provider> makeNetworkProvider()
{
    return std::make_unique<network::NetworkProvider>();
}

} // namespace causeway::sandbox
