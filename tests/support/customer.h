// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonDocument>
#include <QJsonObject>

//! What somebody sends to support.
namespace causeway::test {

inline const QString theirSubscription = QStringLiteral("7c1f0a64-2b3d-4f5e-8a9b-0c1d2e3f4a5b");

//! These members in that part of the document.
inline QJsonObject with(QJsonObject document, const QString &part, const QJsonObject &members)
{
    QJsonObject object = document.value(part).toObject();
    for (auto each = members.begin(); each != members.end(); ++each)
        object.insert(each.key(), each.value());
    document.insert(part, object);
    return document;
}

//! A whole road of somebody else's: existing server, existing factory, their ids. `password`: "prompt" or "env:NAME".
inline QJsonObject customer(const QString &password)
{
    QJsonObject document = QJsonDocument::fromJson(R"({
      "causeway": 1, "name": "customer-orders", "cloud": "AzurePublic", "subscription": "7c1f0a64-2b3d-4f5e-8a9b-0c1d2e3f4a5b",
      "resourceGroup": {"name": "rg-orders"},
      "server": {"id": "/subscriptions/7c1f0a64-2b3d-4f5e-8a9b-0c1d2e3f4a5b/resourceGroups/rg-orders/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-customer-orders",
                 "authentication": {"password": true}},
      "integration": {"name": "adf-customer-orders", "runtime": {"name": "VnetRuntime"}, "managedPrivateEndpoint": {"name": "mpe-orders"}, "approval": {"mode": "approve-own"}},
      "linkedService": {"name": "PgOrders", "database": "orders", "encryption": "VerifyFull"},
      "test": {"connection": true}})").object();
    const QJsonObject basic{{QStringLiteral("type"), QStringLiteral("BasicAuth")}, {QStringLiteral("username"), QStringLiteral("ordersapp")},
                            {QStringLiteral("password"), QJsonObject{{QStringLiteral("secret"), password}}}};
    return with(document, QStringLiteral("linkedService"), {{QStringLiteral("authentication"), basic}});
}

} // namespace causeway::test
