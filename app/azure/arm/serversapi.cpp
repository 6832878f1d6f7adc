// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/serversapi.h"

namespace causeway {

static QString serversProvider(const ResourceId &subscription)
{
    return subscription.toString() + QStringLiteral("/providers/Microsoft.DBforPostgreSQL");
}

QCoro::Task<Result<QJsonObject>> ServersApi::checkName(ResourceId subscription, QString location, QString name, Context context)
{
    const QString place = location.isEmpty() ? QString() : QStringLiteral("/locations/") + location;
    QJsonObject body;
    body.insert(QStringLiteral("name"), name);
    body.insert(QStringLiteral("type"), type::server);
    return ask(serversProvider(subscription) + place + QStringLiteral("/checkNameAvailability"), body, context);
}

QCoro::Task<Result<QJsonArray>> ServersApi::capabilities(ResourceId subscription, QString location, Context context)
{
    return listPath(serversProvider(subscription) + QStringLiteral("/locations/%1/capabilities").arg(location), context);
}

QCoro::Task<Result<QJsonArray>> ServersApi::usages(ResourceId subscription, QString location, Context context)
{
    return listPath(serversProvider(subscription) + QStringLiteral("/locations/%1/resourceType/flexibleServers/usages").arg(location), context);
}

QCoro::Task<Result<QJsonArray>> ServersApi::privateLinkResources(ResourceId server, Context context)
{
    return children(server, QStringLiteral("privateLinkResources"), context);
}

QCoro::Task<Result<QJsonArray>> ServersApi::connections(ResourceId server, Context context)
{
    return children(server, QStringLiteral("privateEndpointConnections"), context);
}

QCoro::Task<Result<ArmOperation>> ServersApi::decide(ResourceId connection, QString status, QString description, Context context)
{
    QJsonObject state;
    state.insert(QStringLiteral("status"), status);
    state.insert(QStringLiteral("description"), description);
    QJsonObject properties;
    properties.insert(QStringLiteral("privateLinkServiceConnectionState"), state);
    QJsonObject body;
    body.insert(QStringLiteral("properties"), properties);
    return put(connection, body, context);
}

QCoro::Task<Result<ArmOperation>> ServersApi::start(ResourceId server, Context context)
{
    return act(server.toString() + QStringLiteral("/start"), {}, context);
}

QCoro::Task<Result<ArmOperation>> ServersApi::stop(ResourceId server, Context context)
{
    return act(server.toString() + QStringLiteral("/stop"), {}, context);
}

QCoro::Task<Result<ArmOperation>> ServersApi::restart(ResourceId server, Context context)
{
    return act(server.toString() + QStringLiteral("/restart"), {}, context);
}

} // namespace causeway
