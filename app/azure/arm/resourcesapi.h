// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/resourceapi.h"

namespace causeway {

//! Resource Manager's own parts (azure-postgresql-and-network.md §5, §6). Each has its own api-version; get, put, patch and remove
//! take resource groups.
class ResourcesApi final : public ResourceApi
{
public:
    explicit ResourcesApi(ArmClient &client, QString apiVersion = version::resources) : ResourceApi(client, std::move(apiVersion)) {}

    QCoro::Task<Result<QJsonArray>> tenants(Context context);
    //! Those of one tenant, since ARM lists what belongs to the token's; empty: the tenant in use.
    QCoro::Task<Result<QJsonArray>> subscriptions(Context context, QString tenant = {});
    QCoro::Task<Result<QJsonArray>> locations(ResourceId subscription, Context context);

    QCoro::Task<Result<QJsonArray>> groups(ResourceId subscription, Context context);
    QCoro::Task<Result<bool>> groupExists(ResourceId group, Context context);
    QCoro::Task<Result<QJsonArray>> resources(ResourceId groupOrSubscription, Context context); //!< {id, name, type, location, tags}

    QCoro::Task<Result<QJsonObject>> provider(ResourceId subscription, QString providerNamespace, Context context);
    //! Starts the registration; ask provider() until registrationState is Registered.
    QCoro::Task<Result<QJsonObject>> registerProvider(ResourceId subscription, QString providerNamespace, Context context);

    //! At the scope and below, never the inherited ones (§5).
    QCoro::Task<Result<QJsonArray>> locks(ResourceId scope, Context context);
    //! {actions, notActions, …} of every assignment that reaches the scope (§6.4).
    QCoro::Task<Result<QJsonArray>> permissions(ResourceId scope, Context context);

    //! Azure's own judgement of a template before anything is created (§6.5). A refusal is an Error, under HTTP 400 or 200 alike.
    QCoro::Task<Result<QJsonValue>> validate(ResourceId scope, QString deployment, QJsonObject body, Context context);
};

} // namespace causeway
