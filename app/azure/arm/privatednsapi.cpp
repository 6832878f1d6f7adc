// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/privatednsapi.h"

namespace causeway {

QCoro::Task<Result<QJsonArray>> PrivateDnsApi::links(ResourceId zone, Context context)
{
    return children(zone, QStringLiteral("virtualNetworkLinks"), context);
}

QCoro::Task<Result<QJsonArray>> PrivateDnsApi::records(ResourceId zone, QString recordType, Context context)
{
    return children(zone, recordType, context);
}

} // namespace causeway
