// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/state.h"

#include <optional>

namespace causeway::sandbox {

//! A world file (resources/worlds/*.json), strict: an unknown member is an error that names it. Everything but
//! `causewayWorld`, `tenants`, `users` and `subscriptions` may be left out.
//!
//!   { "causewayWorld": 1, "description": "…", "seed": 1, "timeScale": 1,
//!     "settings":  {"<switch>": value},                                  see switches.h
//!     "locations": {"westeurope": {"displayName": "West Europe", "geography", "geographyGroup", "physicalLocation",
//!                                  "latitude", "longitude", "pairedRegion": [], "regionCategory", …}},
//!     "tenants":   [{"id", "displayName", "defaultDomain", "countryCode"}],
//!     "users":     [{"objectId", "userPrincipalName", "displayName", "tenant": id or domain, "kind": "User",
//!                    "clientId", "secret", "certificates": [PEM], "federated": [{"issuer", "subject", "audience"}],
//!                    "home": object id or name, "tenantAdministrator": false, "roles": [{"role": name, "scope": id}]}],
//!     "subscriptions": [{"id", "displayName", "tenant", "state": "Enabled", "registered": ["Microsoft.Network", …]}],
//!     "resources": [{"id", "body": {…}, "hidden": {…}}],                 groups too; id, name and type go into the body
//!     "locks":     [{"scope", "name", "level": "CanNotDelete|ReadOnly", "notes"}],
//!     "policies":  [{"scope", "effect": "deny", "type", "field", "equals|notEquals|in|notIn", "name", "assignmentId", "definitionId"}] }
//!
//! A guest is a user of his own, with an object id and roles in the tenant that invited him; "home" says who he is at home.
//! The first user is who signs in where nobody else is named. A tenant administrator grants consent in the directory;
//! in Azure's resources it means nothing.
std::optional<State> stateFromWorld(const QJsonObject &world, QString *error);

//! The role assignment that marks a tenant administrator: no actions, at the scope /tenants/{id}.
inline constexpr QLatin1String tenantAdministratorRole("Global Administrator");

} // namespace causeway::sandbox
