// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/resourceapi.h"

namespace causeway {

//! Microsoft.Network/privateDnsZones, links and record sets (azure-postgresql-and-network.md §4). Zones and links are long
//! operations, records answer at once.
class PrivateDnsApi final : public ResourceApi
{
public:
    explicit PrivateDnsApi(ArmClient &client, QString apiVersion = version::privateDns) : ResourceApi(client, std::move(apiVersion)) {}

    QCoro::Task<Result<QJsonArray>> links(ResourceId zone, Context context);
    //! Record sets of a type ("A"), or all of them ("ALL").
    QCoro::Task<Result<QJsonArray>> records(ResourceId zone, QString recordType, Context context);
};

} // namespace causeway
