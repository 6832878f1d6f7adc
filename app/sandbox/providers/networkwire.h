// SPDX-License-Identifier: Apache-2.0
#pragma once

//! How Microsoft.Network speaks: ids, etags, errors and long-running operations. Room-internal.

#include "sandbox/operations.h"
#include "sandbox/provider.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

#include <optional>

namespace causeway::sandbox::network {

inline constexpr QLatin1String nameSpace("Microsoft.Network");

namespace type {
inline constexpr QLatin1String virtualNetwork("Microsoft.Network/virtualNetworks");
inline constexpr QLatin1String subnet("Microsoft.Network/virtualNetworks/subnets");
inline constexpr QLatin1String privateEndpoint("Microsoft.Network/privateEndpoints");
inline constexpr QLatin1String zoneGroup("Microsoft.Network/privateEndpoints/privateDnsZoneGroups");
inline constexpr QLatin1String networkInterface("Microsoft.Network/networkInterfaces");
inline constexpr QLatin1String zone("Microsoft.Network/privateDnsZones");
inline constexpr QLatin1String link("Microsoft.Network/privateDnsZones/virtualNetworkLinks");
inline constexpr QLatin1String server("Microsoft.DBforPostgreSQL/flexibleServers");
} // namespace type

namespace member {
inline constexpr QLatin1String id("id"), name("name"), location("location"), tags("tags"), etag("etag"), properties("properties");
inline constexpr QLatin1String provisioningState("provisioningState"), resourceGuid("resourceGuid"), subnet("subnet"), subnets("subnets");
inline constexpr QLatin1String automatic("privateLinkServiceConnections"), manual("manualPrivateLinkServiceConnections");
inline constexpr QLatin1String connectionState("privateLinkServiceConnectionState"), target("privateLinkServiceId");
inline constexpr QLatin1String addressPrefix("addressPrefix"), addressPrefixes("addressPrefixes"), value("value"), by("by");
inline constexpr QLatin1String ipConfigurations("ipConfigurations"), networkInterfaces("networkInterfaces");
inline constexpr QLatin1String zoneConfigs("privateDnsZoneConfigs"), zoneId("privateDnsZoneId"), customDnsConfigs("customDnsConfigs");
} // namespace member

// --- ids ------------------------------------------------------------------------------------
QString nameOf(const QString &id);                              //!< last segment
QString parentOf(const QString &id);                            //!< without the last type and name
QString partOf(const QString &id, const QString &segment);      //!< what follows "/segment/", ignoring case; or empty
bool sameId(const QString &one, const QString &other);
//! "Microsoft.Network/virtualNetworks/subnets" of …/virtualNetworks/v/subnets/s; empty for what is no resource of a group.
QString typeOf(const QString &id);
bool isOfType(const QString &id, const QString &type);

QString weakEtag(State &state); //!< W/"guid"
QJsonObject propertiesOf(const Resource &resource);
QString provisioningState(const Resource &resource);
bool inProgress(const Resource &resource); //!< Updating, Deleting or Creating
//! Sets provisioningState and a new etag.
void setProvisioningState(State &state, Resource &resource, const QString &value);
//! Writes properties back, with a new etag.
void setProperties(State &state, Resource &resource, const QJsonObject &properties);

using Refusal = std::optional<Response>; //!< nothing: go on

// --- errors ----------------------------------------------------------------------------------
//! 400 InvalidRequestFormat "Cannot parse the request." with one detail.
Response cannotParse(const QString &detailCode, const QString &detail);
Response notFound(const State &state, const QString &id, const QString &type); //!< ARM's for top-level types, Network's for children
Response parentNotFound(const QString &id, const QString &type);  //!< 404 ParentResourceNotFound of a write
//! InvalidResourceReference: not there, or in another region.
Response badReference(const QString &referenced, const QString &by);
//! 409 AnotherOperationInProgress; status by switch networkBusyStatus.
Response busy(Call &call, const Resource &resource);
//! 403 LinkedAuthorizationFailed when the caller lacks `action` (shown as `shownAction`) on the linked scope.
std::optional<Response> linkedForbidden(Call &call, const QString &ownAction, const QString &action, const QString &linked,
                                        const QString &shownAction = {});
//! ScopeLocked of a ReadOnly lock on something that this write joins.
std::optional<Response> linkedLocked(Call &call, const QString &linked);
//! Names of 1–80 word characters (facts §12); `least` characters at least.
std::optional<Response> badName(const QString &name, int least = 1);
//! Location present, known to the world, and that of the resource if it exists.
std::optional<Response> badLocation(Call &call, const Resource *known);
QString normalLocation(const QString &location); //!< "West Europe" → "westeurope"

//! Does the object hold only members that the model has, each of its JSON type? `members` reads
//! "addressPrefix:s delegations:a": s text, n number, b boolean, o object, S texts, a objects, * anything. null is absent.
//! Returns what is wrong, in Network's words.
std::optional<QString> foreignMember(const QJsonObject &object, const QString &model, QLatin1String members, const QString &path);
//! The members that every top-level resource may have.
std::optional<Response> badEnvelope(const QJsonObject &body, const QString &model);

// --- answers and operations --------------------------------------------------------------------
Response ok(const QJsonObject &body); //!< 200 with the body's etag as a header
//! Starts an operation, schedules the transition, and answers with Network's headers.
struct Later {
    QString kind;           //!< transition
    QString target;
    Milliseconds after{};
    QJsonObject arguments;
};
Response acceptedPut(Call &call, bool created, const QJsonObject &body, const Later &later);
Response accepted(Call &call, const Later &later);
void finish(State &state, const QString &operation, TimePoint now, const QJsonObject &error = {});
QJsonObject errorObject(const QString &code, const QString &message);

} // namespace causeway::sandbox::network
