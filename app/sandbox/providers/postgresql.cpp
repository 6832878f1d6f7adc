// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresql.h"

#include "sandbox/providers/postgresqlparts.h"

#include <QHash>

namespace causeway::sandbox {

namespace postgresql {

namespace {

//! Microsoft.DBforPostgreSQL: flexible servers and what lives below them.
class PostgreSqlProvider final : public Provider
{
public:
    PostgreSqlProvider();

    [[nodiscard]] QString name() const override { return providerName(); }
    [[nodiscard]] QStringList apiVersions(const QString &type) const override;
    [[nodiscard]] QStringList resourceTypes() const override;
    [[nodiscard]] std::vector<Route> routes() override;
    void apply(const Transition &transition, World &world, TimePoint now) override;
    void removed(const Resource &resource, World &world, TimePoint now) override;

private:
    QHash<QString, Happening> m_steps;
};

PostgreSqlProvider::PostgreSqlProvider()
{
    for (const Step &step : serverSteps() + powerSteps() + childSteps() + configurationSteps() + connectionSteps())
        m_steps.insert(step.kind, step.happen);
}

//! Newest first, as GET …/providers/{ns} lists them. Private Link came in 2023.
QStringList PostgreSqlProvider::apiVersions(const QString &type) const
{
    const QStringList since2023{"2026-01-01-preview"_t, "2025-08-01"_t,         "2025-06-01-preview"_t, "2025-01-01-preview"_t,
                                "2024-11-01-preview"_t, "2024-08-01"_t,         "2024-03-01-preview"_t, "2023-12-01-preview"_t,
                                "2023-06-01-preview"_t};
    if (type.startsWith("flexibleServers/privateEndpointConnection"_t, Qt::CaseInsensitive)
        || type.startsWith("flexibleServers/privateLinkResources"_t, Qt::CaseInsensitive))
        return since2023;
    return since2023 + QStringList{"2022-12-01"_t};
}

QStringList PostgreSqlProvider::resourceTypes() const
{
    return {"operations"_t, "flexibleServers"_t, "flexibleServers/firewallRules"_t, "flexibleServers/databases"_t,
            "flexibleServers/configurations"_t, "flexibleServers/administrators"_t, "flexibleServers/backups"_t,
            "flexibleServers/privateEndpointConnections"_t, "flexibleServers/privateLinkResources"_t, "checkNameAvailability"_t,
            "getPrivateDnsZoneSuffix"_t, "locations"_t, "locations/capabilities"_t, "locations/checkNameAvailability"_t,
            "locations/checkVirtualNetworkSubnetUsage"_t, "locations/azureAsyncOperation"_t, "locations/operationResults"_t,
            "locations/resourceType/usages"_t};
}

//! GET …/operations: the RBAC catalogue, made from the routes themselves.
Response operationCatalogue(const QStringList &actions)
{
    QJsonArray value;
    for (const QString &action : actions)
        value.append(QJsonObject{{"name"_t, action}, {"isDataAction"_t, false}, {"origin"_t, "user,system"_t},
                                 {"display"_t, QJsonObject{{"provider"_t, "Microsoft DB for PostgreSQL"_t},
                                                           {"resource"_t, action.section(u'/', 1, -2)},
                                                           {"operation"_t, action.section(u'/', -1)}, {"description"_t, action}}}});
    return Response::json(200, {{"value"_t, value}});
}

std::vector<Route> PostgreSqlProvider::routes()
{
    std::vector<Route> routes;
    addServerRoutes(routes);
    addPowerRoutes(routes);
    addOperationRoutes(routes);
    addChildRoutes(routes);
    addConfigurationRoutes(routes);
    addConnectionRoutes(routes);
    addCapabilityRoutes(routes);
    QStringList actions{"Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action"_t,
                        "Microsoft.DBforPostgreSQL/register/action"_t};
    for (const Route &route : routes) {
        if (!route.action.isEmpty() && !actions.contains(route.action))
            actions.append(route.action);
    }
    actions.sort();
    routes.push_back({"GET", "/providers/Microsoft.DBforPostgreSQL/operations"_t, {},
                      [actions](Call & /*call*/) { return operationCatalogue(actions); }, false});
    return routes;
}

void PostgreSqlProvider::apply(const Transition &transition, World &world, TimePoint now)
{
    if (const Happening happen = m_steps.value(transition.kind))
        happen(world, transition, now);
}

//! A resource goes with its group: its PostgreSQL goes, and whoever was connected is told.
void PostgreSqlProvider::removed(const Resource &resource, World &world, TimePoint now)
{
    State &state = world.state();
    if (resource.type == typeOf("privateEndpointConnections"_t)) {
        tellConsumer(state, resource, "Disconnected"_t, {}, now);
        return;
    }
    if (resource.type != serversType())
        return;
    QStringList connections;
    for (const Resource *connection : state.list(resource.id, typeOf("privateEndpointConnections"_t))) {
        tellConsumer(state, *connection, "Disconnected"_t, {}, now);
        connections.append(connection->id);
    }
    for (const QString &connection : connections)
        state.remove(connection); // so that nobody is told twice
    state.emitEffect("removeServer"_t, key(resource.id), {});
}

} // namespace

} // namespace postgresql

std::unique_ptr<Provider> makePostgreSqlProvider()
{
    return std::make_unique<postgresql::PostgreSqlProvider>();
}

} // namespace causeway::sandbox
