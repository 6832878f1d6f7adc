// SPDX-License-Identifier: Apache-2.0
#include "plan/connections.h"

namespace causeway {

QList<ServerConnection> connectionsFrom(const QJsonArray &list)
{
    QList<ServerConnection> connections;
    for (const QJsonValue &each : list) {
        const QJsonObject object = each.toObject();
        const auto id = ResourceId::parse(object.value(QStringLiteral("id")).toString());
        if (!id)
            continue;
        const QJsonObject inner = object.value(QStringLiteral("properties")).toObject();
        const QJsonObject state = inner.value(QStringLiteral("privateLinkServiceConnectionState")).toObject();
        connections << ServerConnection{*id, id->name(), state.value(QStringLiteral("status")).toString(), state.value(QStringLiteral("description")).toString(), inner.value(QStringLiteral("privateEndpoint")).toObject().value(QStringLiteral("id")).toString()};
    }
    return connections;
}

std::optional<ServerConnection> connectionOfEndpoint(const QJsonArray &list, const ResourceId &endpoint)
{
    for (const ServerConnection &each : connectionsFrom(list)) {
        if (!endpoint.isEmpty() && each.endpoint.compare(endpoint.toString(), Qt::CaseInsensitive) == 0)
            return each;
    }
    return std::nullopt;
}

// "/subscriptions/{guid}/…" of an endpoint's id, which may be anything.
static QString subscriptionOf(const QString &endpoint)
{
    return endpoint.section(QLatin1Char('/'), 2, 2);
}

QList<ServerConnection> claimsOfManagedEndpoint(const QJsonArray &list, const QString &factory, const QString &endpoint, const QStringList &notIn)
{
    if (factory.isEmpty() || endpoint.isEmpty())
        return {};
    const QString name = factory + QLatin1Char('.') + endpoint;
    const QString asked = QStringLiteral("Requested by DataFactory:%1, Name:%2").arg(factory, endpoint);
    QList<ServerConnection> candidates;
    for (const ServerConnection &each : connectionsFrom(list)) {
        const bool named = each.endpoint.section(QLatin1Char('/'), -1).compare(name, Qt::CaseInsensitive) == 0;
        const bool tells = each.description.compare(asked, Qt::CaseInsensitive) == 0;
        const bool tellsOther = !tells && each.description.startsWith(QLatin1String("Requested by DataFactory:"), Qt::CaseInsensitive);
        // Where the endpoint's id is not shown, the description and the connection's own name have to agree.
        const bool agrees = each.endpoint.isEmpty() && tells && each.name.startsWith(name + QLatin1Char('.'), Qt::CaseInsensitive);
        const bool foreign = !notIn.contains(subscriptionOf(each.endpoint), Qt::CaseInsensitive);
        if (foreign && ((named && !tellsOther) || agrees))
            candidates << each;
    }
    return candidates;
}

std::optional<ServerConnection> connectionOfManagedEndpoint(const QJsonArray &list, const QString &factory, const QString &endpoint)
{
    const QList<ServerConnection> claims = claimsOfManagedEndpoint(list, factory, endpoint);
    return claims.size() == 1 ? std::optional(claims.first()) : std::nullopt;
}

QString endpointState(const QJsonObject *endpoint)
{
    if (!endpoint)
        return {};
    const QJsonObject inner = endpoint->value(QStringLiteral("properties")).toObject();
    for (const QString &member : {QStringLiteral("privateLinkServiceConnections"), QStringLiteral("manualPrivateLinkServiceConnections")}) {
        const QJsonArray list = inner.value(member).toArray();
        if (!list.isEmpty())
            return list.first().toObject().value(QStringLiteral("properties")).toObject().value(QStringLiteral("privateLinkServiceConnectionState")).toObject().value(QStringLiteral("status")).toString();
    }
    return {};
}

QString managedEndpointState(const QJsonObject *endpoint)
{
    if (!endpoint)
        return {};
    return endpoint->value(QStringLiteral("properties")).toObject().value(QStringLiteral("connectionState")).toObject().value(QStringLiteral("status")).toString();
}

} // namespace causeway
