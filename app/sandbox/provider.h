// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/state.h"

#include <functional>
#include <memory>
#include <vector>

namespace causeway::sandbox {

class World;

//! One call being answered: what a route's handler gets.
struct Call {
    const Request &request;
    World &world;
    State &state;
    TimePoint now;
    QStringList names;         //!< what the {…} of the route's pattern matched, in order, percent-decoded, case as sent
    //! The resource that the call is about, decoded, case as sent: the whole path, or without its last segment when that
    //! is an action or a collection ("…/servers/x/start" → the server, "…/servers/x/databases" → the server,
    //! "…/resourceGroups/g/providers/Microsoft.X/servers" → the group, ".../providers/Microsoft.X/servers" → the subscription).
    QString id;
    QString subscription;      //!< GUID, lower-case; empty for tenant-level calls
    QString resourceGroup;     //!< as sent; empty above groups
    QString version;           //!< the api-version asked for
    QJsonObject body;          //!< parsed (JSONC tolerated); {} when there is none

    [[nodiscard]] const Principal *caller() const { return state.principal(request.principal); }
};

using Handler = std::function<Response(Call &)>;

//! What must hold before a handler runs. World checks in ARM's order: api-version, subscription, provider registration
//! (writes), resource group, permission, policy (writes), locks; each with ARM's own error.
struct Route {
    QByteArray method;
    //! "/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.X/things/{name}/do"; literals match ignoring case.
    //! "/{+scope}/providers/…" is any scope, also none: then `names` begins with the scope's id ("" for the tenant).
    QString pattern;
    //! RBAC action, e.g. "Microsoft.DBforPostgreSQL/flexibleServers/write"; empty: no check.
    QString action;
    Handler handler;
    bool checkLocks = true;    //!< false for reads (never checked) and POSTs that change nothing
    bool needsBody = true;     //!< false: a PUT or PATCH may come without one
};

//! One resource provider: a list of routes and what happens later. Stateless: everything it knows is in State.
class Provider
{
public:
    Provider() = default;
    virtual ~Provider() = default;
    Q_DISABLE_COPY_MOVE(Provider)

    [[nodiscard]] virtual QString name() const = 0;               //!< namespace; "Microsoft.Network"
    [[nodiscard]] virtual QStringList apiVersions(const QString &type) const = 0; //!< type without namespace: "flexibleServers/databases"
    [[nodiscard]] virtual QStringList resourceTypes() const = 0;  //!< for GET …/providers/{ns}
    [[nodiscard]] virtual std::vector<Route> routes() = 0;
    virtual void apply(const Transition &transition, World &world, TimePoint now) = 0;
    //! Called before a resource goes with its group; order is World's business.
    virtual void removed(const Resource &resource, World &world, TimePoint now);
};

// Each in its own file below providers/.
std::unique_ptr<Provider> makeResourcesProvider();        // subscriptions, tenants, locations, providers, groups, resource lists
std::unique_ptr<Provider> makeAuthorizationProvider();    // locks, permissions
std::unique_ptr<Provider> makePostgreSqlProvider();
std::unique_ptr<Provider> makeNetworkProvider();          // virtual networks, subnets, private endpoints, zone groups, NICs
std::unique_ptr<Provider> makePrivateDnsProvider();       // also Microsoft.Network: zones, links, records
std::unique_ptr<Provider> makeDataFactoryProvider();
std::unique_ptr<Provider> makeManagedIdentityProvider();

} // namespace causeway::sandbox
