// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/resourceapi.h"

namespace causeway {

//! Microsoft.DataFactory/factories and everything below one (azure-data-factory.md §0). PUT answers 200 at once; a managed private
//! endpoint and an integration runtime go on inside, shown by their own states.
class DataFactoryApi final : public ResourceApi
{
public:
    explicit DataFactoryApi(ArmClient &client, QString apiVersion = version::dataFactory) : ResourceApi(client, std::move(apiVersion)) {}

    //! {name, properties{state, …, interactiveQuery{status}}} (§4.2)
    QCoro::Task<Result<QJsonObject>> runtimeStatus(ResourceId runtime, Context context);
    //! Azure's portal offers 10, 30, 60 and 120 minutes (§4.3).
    QCoro::Task<Result<ArmOperation>> enableInteractiveAuthoring(ResourceId runtime, int minutes, Context context);
    QCoro::Task<Result<ArmOperation>> disableInteractiveAuthoring(ResourceId runtime, Context context);
    //! {succeeded, errors[]}; takes a linked service as GET returns it, saved or not. Not in Microsoft's specifications (§8).
    QCoro::Task<Result<QJsonObject>> testConnectivity(ResourceId factory, QJsonObject linkedService, Context context);
};

} // namespace causeway
