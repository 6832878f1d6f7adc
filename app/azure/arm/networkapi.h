// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/resourceapi.h"

namespace causeway {

//! Microsoft.Network/virtualNetworks and subnets (azure-postgresql-and-network.md §3.1, §3.2). A subnet's PUT replaces all of it.
class VirtualNetworksApi final : public ResourceApi
{
public:
    explicit VirtualNetworksApi(ArmClient &client, QString apiVersion = version::network) : ResourceApi(client, std::move(apiVersion)) {}

    QCoro::Task<Result<QJsonArray>> subnets(ResourceId network, Context context);
    //! Per subnet {id, currentValue, limit}: the free addresses.
    QCoro::Task<Result<QJsonArray>> usages(ResourceId network, Context context);
    //! {available, availableIPAddresses, isPlatformReserved}
    QCoro::Task<Result<QJsonObject>> checkAddress(ResourceId network, QString ipAddress, Context context);
};

//! Microsoft.Network/privateEndpoints, their zone groups and network interfaces (§3.3, §3.4).
class PrivateEndpointsApi final : public ResourceApi
{
public:
    explicit PrivateEndpointsApi(ArmClient &client, QString apiVersion = version::network) : ResourceApi(client, std::move(apiVersion)) {}

    QCoro::Task<Result<QJsonArray>> zoneGroups(ResourceId endpoint, Context context);
};

} // namespace causeway
