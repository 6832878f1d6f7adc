// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/operations.h"
#include "sandbox/provider.h"

#include <vector>

namespace causeway::sandbox {

// Parts of Microsoft.Resources; each appends its routes.
void addDirectoryRoutes(std::vector<Route> &routes);     // tenants, subscriptions, locations
void addRegistrationRoutes(std::vector<Route> &routes);  // providers
void addGroupRoutes(std::vector<Route> &routes);         // resource groups
void addResourceListRoutes(std::vector<Route> &routes);  // what is in a subscription or group
void addDeploymentRoutes(std::vector<Route> &routes);    // validate, whatIf

void applyRegistration(const Transition &transition, World &world);
void applyGroupDeletion(const Transition &transition, World &world, TimePoint now);

//! "westeurope" of "West Europe"; what Azure does before it compares locations.
QString locationName(const QString &text);
//! 400 InvalidRequestContent where a member of ARM's own envelope (location, managedBy, tags) has another type.
std::optional<Response> wrongEnvelope(const QJsonObject &body);
//! Display names of the world's locations.
QStringList locationDisplayNames(const State &state);
//! Does the caller hold any role at the scope, above it or below it?
bool hasAnyRole(const State &state, const QString &principal, const QString &scope);

} // namespace causeway::sandbox
