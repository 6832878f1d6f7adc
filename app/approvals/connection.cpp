// SPDX-License-Identifier: Apache-2.0
#include "approvals/connection.h"

#include <QRegularExpression>

namespace causeway {

ConnectionState connectionState(const QString &text)
{
    static const QList<std::pair<QString, ConnectionState>> words = {{QStringLiteral("Pending"), ConnectionState::Pending},
                                                                     {QStringLiteral("Approved"), ConnectionState::Approved},
                                                                     {QStringLiteral("Rejected"), ConnectionState::Rejected},
                                                                     {QStringLiteral("Disconnected"), ConnectionState::Disconnected}};
    for (const auto &[word, state] : words) {
        if (text.compare(word, Qt::CaseInsensitive) == 0)
            return state;
    }
    return ConnectionState::Other;
}

Connection connectionFromJson(const QJsonObject &json)
{
    const QJsonObject properties = json[QLatin1String("properties")].toObject();
    const QJsonObject state = properties[QLatin1String("privateLinkServiceConnectionState")].toObject();
    Connection connection;
    if (Result<ResourceId> id = ResourceId::parse(json[QLatin1String("id")].toString())) {
        connection.id = *id;
        connection.server = id->parent();
    }
    connection.name = json[QLatin1String("name")].toString();
    connection.stateText = state[QLatin1String("status")].toString();
    connection.state = connectionState(connection.stateText);
    connection.description = state[QLatin1String("description")].toString();
    connection.actionsRequired = state[QLatin1String("actionsRequired")].toString();
    connection.endpoint = properties[QLatin1String("privateEndpoint")].toObject()[QLatin1String("id")].toString();
    connection.provisioningState = properties[QLatin1String("provisioningState")].toString();
    return connection;
}

Requester requesterOf(const Connection &connection)
{
    Requester requester;
    const QStringList segments = connection.endpoint.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    if (segments.size() > 1 && segments[0].compare(QLatin1String("subscriptions"), Qt::CaseInsensitive) == 0)
        requester.subscription = segments[1];
    const QString endpoint = segments.isEmpty() ? QString() : segments.last();
    static const QRegularExpression sentence(QStringLiteral("^Requested by DataFactory:(.+), Name:(.+)$"), QRegularExpression::CaseInsensitiveOption);
    const auto match = sentence.match(connection.description);
    if (match.hasMatch()) {
        requester.kind = Requester::Kind::ManagedEndpoint;
        requester.factory = match.captured(1);
        requester.name = match.captured(2);
    } else if (endpoint.contains(QLatin1Char('.'))) {
        requester.kind = Requester::Kind::ManagedEndpoint;
        requester.factory = endpoint.section(QLatin1Char('.'), 0, 0);
        requester.name = endpoint.section(QLatin1Char('.'), 1);
    } else if (!endpoint.isEmpty()) {
        requester.kind = Requester::Kind::PrivateEndpoint;
        requester.name = endpoint;
    }
    return requester;
}

} // namespace causeway
