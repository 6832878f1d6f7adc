// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

//! ARM's type names and the api-versions that we ask for (azure-postgresql-and-network.md §0.1, azure-data-factory.md §1).
namespace causeway::type {
inline const QString server = QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers");
inline const QString firewallRule = QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/firewallRules");
inline const QString database = QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/databases");
inline const QString configuration = QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/configurations");
inline const QString administrator = QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/administrators");
inline const QString serverConnection = QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections");
inline const QString virtualNetwork = QStringLiteral("Microsoft.Network/virtualNetworks");
inline const QString subnet = QStringLiteral("Microsoft.Network/virtualNetworks/subnets");
inline const QString privateEndpoint = QStringLiteral("Microsoft.Network/privateEndpoints");
inline const QString zoneGroup = QStringLiteral("Microsoft.Network/privateEndpoints/privateDnsZoneGroups");
inline const QString networkInterface = QStringLiteral("Microsoft.Network/networkInterfaces");
inline const QString privateDnsZone = QStringLiteral("Microsoft.Network/privateDnsZones");
inline const QString zoneLink = QStringLiteral("Microsoft.Network/privateDnsZones/virtualNetworkLinks");
inline const QString factory = QStringLiteral("Microsoft.DataFactory/factories");
inline const QString managedVirtualNetwork = QStringLiteral("Microsoft.DataFactory/factories/managedVirtualNetworks");
inline const QString managedPrivateEndpoint = QStringLiteral("Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints");
inline const QString integrationRuntime = QStringLiteral("Microsoft.DataFactory/factories/integrationRuntimes");
inline const QString credential = QStringLiteral("Microsoft.DataFactory/factories/credentials");
inline const QString linkedService = QStringLiteral("Microsoft.DataFactory/factories/linkedservices");
inline const QString identity = QStringLiteral("Microsoft.ManagedIdentity/userAssignedIdentities");
inline const QString resourceGroup = QStringLiteral("Microsoft.Resources/resourceGroups");
} // namespace causeway::type

namespace causeway::version {
inline const QString postgresql = QStringLiteral("2025-08-01");
inline const QString network = QStringLiteral("2024-07-01");
inline const QString privateDns = QStringLiteral("2024-06-01");
inline const QString locks = QStringLiteral("2020-05-01");
inline const QString permissions = QStringLiteral("2022-04-01");
inline const QString subscriptions = QStringLiteral("2022-12-01");
inline const QString providers = QStringLiteral("2022-09-01");
inline const QString resources = QStringLiteral("2024-11-01");
inline const QString dataFactory = QStringLiteral("2018-06-01");
inline const QString identity = QStringLiteral("2023-01-31");
} // namespace causeway::version
