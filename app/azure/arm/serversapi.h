// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/resourceapi.h"

namespace causeway {

//! Microsoft.DBforPostgreSQL/flexibleServers and what is below a server (azure-postgresql-and-network.md §2). Firewall rules,
//! databases, configurations, administrators and connections are children: get, put, remove and children() take their ids.
class ServersApi final : public ResourceApi
{
public:
    explicit ServersApi(ArmClient &client, QString apiVersion = version::postgresql) : ResourceApi(client, std::move(apiVersion)) {}

    //! {nameAvailable, reason, message}; in one region, or everywhere when `location` is empty (§2.4).
    QCoro::Task<Result<QJsonObject>> checkName(ResourceId subscription, QString location, QString name, Context context);
    QCoro::Task<Result<QJsonArray>> capabilities(ResourceId subscription, QString location, Context context); //!< §2.6
    QCoro::Task<Result<QJsonArray>> usages(ResourceId subscription, QString location, Context context);
    QCoro::Task<Result<QJsonArray>> privateLinkResources(ResourceId server, Context context); //!< §2.5
    QCoro::Task<Result<QJsonArray>> connections(ResourceId server, Context context);          //!< §2.10
    //! PUT of a connection's state: "Approved" or "Rejected", with a text for the other side.
    QCoro::Task<Result<ArmOperation>> decide(ResourceId connection, QString status, QString description, Context context);
    QCoro::Task<Result<ArmOperation>> start(ResourceId server, Context context);
    QCoro::Task<Result<ArmOperation>> stop(ResourceId server, Context context);
    QCoro::Task<Result<ArmOperation>> restart(ResourceId server, Context context);
};

} // namespace causeway
