// SPDX-License-Identifier: Apache-2.0
#pragma once

//! What the files of Microsoft.Network's provider share with each other. Room-internal.

#include "sandbox/providers/networkaddress.h"
#include "sandbox/providers/networkwire.h"

#include <QSet>
#include <vector>

namespace causeway::sandbox::network {

using Routes = std::vector<Route>;

//! "/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Network/" + rest
QString groupPattern(const QString &rest);
//! "/subscriptions/{s}/providers/Microsoft.Network/" + rest
QString subscriptionPattern(const QString &rest);

// --- virtual networks, subnets (networkvnets.cpp, networksubnets.cpp) ----------------------------
Routes virtualNetworkRoutes();
Routes subnetRoutes();
QJsonObject shownVirtualNetwork(const State &state, const Resource &network);
QJsonObject shownSubnet(const State &state, const Resource &subnet);
QList<Prefix> prefixesOf(const QJsonObject &subnetProperties); //!< IPv4 only
//! What refuses a subnet of these properties in this network, beside `siblings` (name → properties).
std::optional<Response> badSubnet(Call &call, const QString &id, const QJsonObject &properties, const QString &network,
                                  const QList<Prefix> &space, const QMap<QString, QJsonObject> &siblings);
//! Refuses to take a subnet away: InUseSubnetCannotBeDeleted.
std::optional<Response> subnetInUse(const State &state, const Resource &subnet);
//! Adds or replaces the subnet, Updating; records it.
Resource &writeSubnet(Call &call, const QString &id, const QJsonObject &properties);

// --- network interfaces (networkinterfaces.cpp) ------------------------------------------------
Routes interfaceRoutes();
struct Allocation {
    QString ipConfiguration; //!< id
    QString endpoint;        //!< id of the private endpoint
    quint32 address = 0;
};
QList<Allocation> allocationsIn(const State &state, const QString &subnet);
QSet<quint32> takenAddresses(const State &state, const QString &subnet);
//! The interface of a private endpoint, with its address.
Resource &createInterface(State &state, const Resource &endpoint, const QString &id, const QString &subnet, quint32 address, bool isStatic);
//! The private address of an endpoint; empty when it has none.
QString addressOf(const State &state, const Resource &endpoint);

// --- private endpoints (networkendpoints.cpp, networkendpointlife.cpp) --------------------------
Routes endpointRoutes();
//! The one connection of an endpoint, from whichever array holds it, and that array's name.
QJsonObject connectionOfEndpoint(const Resource &endpoint);
QLatin1String arrayOfEndpoint(const Resource &endpoint);
QString connectionStatus(const Resource &endpoint);
QString targetOf(const Resource &endpoint);                        //!< id of the server
QString hostOf(const State &state, const Resource &endpoint);      //!< the server's public name
QJsonObject shownEndpoint(const State &state, const Resource &endpoint, const QString &version);
//! What an endpoint asks for, read from a PUT.
struct EndpointRequest {
    bool manual = false;
    QString target;          //!< id of the server
    QString subnet;
    QString connectionName;
    QString message;
    QString interfaceName;   //!< empty: made by the service
    std::optional<quint32> address;
    QJsonArray ipConfigurations;
};
//! Puts the endpoint with its interface, Updating, and says after how long it will be there.
Response createEndpoint(Call &call, const EndpointRequest &request, quint32 address);
bool applyEndpoint(const Transition &transition, World &world, TimePoint now);
//! Everything that goes with an endpoint: zone groups' records, interface, connection on the server.
void dismantleEndpoint(const Resource &endpoint, World &world, TimePoint now, const QString &by);

// --- zone groups (networkzonegroups.cpp) --------------------------------------------------------
Routes zoneGroupRoutes();
//! Somebody's Azure Policy (deployIfNotExists) gives every new endpoint a zone group: switch networkPolicyZone.
void policyWillDeployZoneGroup(State &state, const Resource &endpoint, TimePoint now);
bool applyZoneGroup(const Transition &transition, World &world, TimePoint now);
//! Writes the A records of an endpoint's zone group, if its connection is Approved.
void writeZoneGroupRecords(const Resource &endpoint, World &world, TimePoint now, const QString &by);
//! Removes them; a lock on the zone leaves them behind, stale.
void removeZoneGroupRecords(const Resource &group, const Resource &endpoint, World &world, TimePoint now, const QString &by);
const Resource *zoneGroupOf(const State &state, const QString &endpoint);

} // namespace causeway::sandbox::network
