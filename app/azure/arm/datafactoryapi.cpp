// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/datafactoryapi.h"

namespace causeway {

QCoro::Task<Result<QJsonObject>> DataFactoryApi::runtimeStatus(ResourceId runtime, Context context)
{
    return ask(runtime.toString() + QStringLiteral("/getStatus"), {}, context);
}

QCoro::Task<Result<ArmOperation>> DataFactoryApi::enableInteractiveAuthoring(ResourceId runtime, int minutes, Context context)
{
    QJsonObject body;
    body.insert(QStringLiteral("autoTerminationMinutes"), minutes);
    return act(runtime.toString() + QStringLiteral("/enableInteractiveQuery"), body, context);
}

QCoro::Task<Result<ArmOperation>> DataFactoryApi::disableInteractiveAuthoring(ResourceId runtime, Context context)
{
    return act(runtime.toString() + QStringLiteral("/disableInteractiveQuery"), {}, context);
}

QCoro::Task<Result<QJsonObject>> DataFactoryApi::testConnectivity(ResourceId factory, QJsonObject linkedService, Context context)
{
    QJsonObject body;
    body.insert(QStringLiteral("linkedService"), linkedService);
    return ask(factory.toString() + QStringLiteral("/testConnectivity"), body, context);
}

} // namespace causeway
