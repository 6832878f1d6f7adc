// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/networkapi.h"

namespace causeway {

QCoro::Task<Result<QJsonArray>> VirtualNetworksApi::subnets(ResourceId network, Context context)
{
    return children(network, QStringLiteral("subnets"), context);
}

QCoro::Task<Result<QJsonArray>> VirtualNetworksApi::usages(ResourceId network, Context context)
{
    return children(network, QStringLiteral("usages"), context);
}

QCoro::Task<Result<QJsonObject>> VirtualNetworksApi::checkAddress(ResourceId network, QString ipAddress, Context context)
{
    ArmRequest question = request("GET", network.toString() + QStringLiteral("/CheckIPAddressAvailability"));
    question.query.append(qMakePair(QStringLiteral("ipAddress"), ipAddress));
    const Result<ArmResponse> answer = co_await client().send(question, context);
    if (!answer)
        co_return answer.error();
    co_return answer->body.toObject();
}

QCoro::Task<Result<QJsonArray>> PrivateEndpointsApi::zoneGroups(ResourceId endpoint, Context context)
{
    return children(endpoint, QStringLiteral("privateDnsZoneGroups"), context);
}

} // namespace causeway
