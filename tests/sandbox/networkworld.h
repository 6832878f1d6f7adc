// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "postgresqlworld.h"

namespace causeway::sandbox::test {

//! The PostgreSQL world with a virtual network in front of the server.
class NetworkWorld : public PostgreSqlWorld
{
public:
    explicit NetworkWorld(const QJsonObject &settings = {}) : PostgreSqlWorld(settings) {}

    static QString group() { return QStringLiteral("/subscriptions/%1/resourceGroups/rg-demo").arg(latin(subscription)); }
    static QString net(const QString &rest) { return group() + QStringLiteral("/providers/Microsoft.Network/") + rest; }
    static QString network() { return net(QStringLiteral("virtualNetworks/vnet-demo")); }
    static QString subnet() { return network() + QStringLiteral("/subnets/snet-pe"); }
    static QString endpoint() { return net(QStringLiteral("privateEndpoints/pe-demo")); }
    static QString zone() { return net(QStringLiteral("privateDnsZones/privatelink.postgres.database.azure.com")); }
    //! JSON with ' for ", and the ids above as {subnet}, {server}, {network}, {zone}.
    static QJsonObject body(QString text)
    {
        text.replace(QLatin1Char('\''), QLatin1Char('"'));
        text.replace(QStringLiteral("{subnet}"), subnet()).replace(QStringLiteral("{server}"), server());
        text.replace(QStringLiteral("{network}"), network()).replace(QStringLiteral("{zone}"), zone());
        QJsonParseError error{};
        const QJsonObject parsed = QJsonDocument::fromJson(text.toUtf8(), &error).object();
        if (error.error != QJsonParseError::NoError)
            qFatal("%s: %s", qPrintable(error.errorString()), qPrintable(text));
        return parsed;
    }

    Response send(const QByteArray &method, const QString &path, const QString &text = QStringLiteral("{}"), const char *as = owner)
    {
        return call(method, path, body(text), latin(as), versionOf(path));
    }
    QJsonObject read(const QString &path) { return json(call("GET", path, {}, latin(owner), versionOf(path))); }
    QJsonObject properties(const QString &path) { return read(path).value(QStringLiteral("properties")).toObject(); }
    //! Sends, waits to the end; the operation's status, or the code of a refusal.
    QString finish(const QByteArray &method, const QString &path, const QString &text = QStringLiteral("{}"), const char *as = owner)
    {
        const Response response = send(method, path, text, as);
        if (response.status >= 400)
            return code(response);
        if (headerValue(response.headers, "azure-asyncoperation").isEmpty())
            return QString::number(response.status);
        const QJsonObject status = settle(response);
        const QString failed = status.value(QStringLiteral("error")).toObject().value(QStringLiteral("code")).toString();
        lastMessage = status.value(QStringLiteral("error")).toObject().value(QStringLiteral("message")).toString();
        return failed.isEmpty() ? status.value(QStringLiteral("status")).toString() : failed;
    }

    void makeNetwork() { finish("PUT", network(), networkText()); }
    void makeZone()
    {
        finish("PUT", zone(), QStringLiteral("{'location':'global'}"));
        finish("PUT", zone() + QStringLiteral("/virtualNetworkLinks/link"), linkText());
    }
    //! A server and a network: what an endpoint needs.
    void makeGround()
    {
        ready();
        makeNetwork();
    }
    void lock(const QString &scope, const char *level)
    {
        Resource one;
        one.id = scope + QStringLiteral("/providers/Microsoft.Authorization/locks/keep");
        one.type = QStringLiteral("Microsoft.Authorization/locks");
        one.name = QStringLiteral("keep");
        one.body = {{QStringLiteral("properties"), QJsonObject{{QStringLiteral("level"), latin(level)}}}};
        state().put(one);
    }
    void unlock(const QString &scope) { state().remove(scope + QStringLiteral("/providers/Microsoft.Authorization/locks/keep")); }

    //! The only connection of the server; empty when there is none, or more.
    QString onlyConnection()
    {
        const QJsonArray all = get(below(QStringLiteral("/privateEndpointConnections"))).value(QStringLiteral("value")).toArray();
        return all.size() == 1 ? all.first().toObject().value(QStringLiteral("id")).toString() : QString();
    }
    //! What the endpoint says of its connection; `array` is one of the two lists below.
    QJsonObject consumerState(const char *array)
    {
        return connectionIn(properties(endpoint()), array).value(QStringLiteral("privateLinkServiceConnectionState")).toObject();
    }
    static QJsonObject connectionIn(const QJsonObject &properties, const char *array)
    {
        return properties.value(QLatin1String(array)).toArray().at(0).toObject().value(QStringLiteral("properties")).toObject();
    }
    static constexpr auto automatic = "privateLinkServiceConnections";
    static constexpr auto manual = "manualPrivateLinkServiceConnections";

    static QString networkText()
    {
        return QStringLiteral("{'location':'canadacentral','properties':{'addressSpace':{'addressPrefixes':['10.0.0.0/16']},'subnets':["
                              "{'name':'snet-pe','properties':{'addressPrefix':'10.0.0.0/24'}}]}}");
    }
    static QString linkText()
    {
        return QStringLiteral("{'location':'global','properties':{'virtualNetwork':{'id':'{network}'},'registrationEnabled':false}}");
    }
    static QString endpointText(const char *array = "privateLinkServiceConnections", const QString &more = {})
    {
        return QStringLiteral("{'location':'canadacentral','properties':{'subnet':{'id':'{subnet}'},'%1':[{'name':'pe-demo-conn',"
                              "'properties':{'privateLinkServiceId':'{server}','groupIds':['postgresqlServer']}}]%2}}")
            .arg(QLatin1String(array), more);
    }
    static QString groupText(const QString &zones = QStringLiteral("{zone}"))
    {
        QStringList configs;
        for (const QString &one : zones.split(QLatin1Char(' ')))
            configs.append(QStringLiteral("{'name':'c%1','properties':{'privateDnsZoneId':'%2'}}").arg(configs.size()).arg(one));
        return QStringLiteral("{'properties':{'privateDnsZoneConfigs':[%1]}}").arg(configs.join(QLatin1Char(',')));
    }

    QString lastMessage;

private:
    static QString versionOf(const QString &path)
    {
        if (path.contains(QStringLiteral("/privateDnsZones")))
            return QStringLiteral("2024-06-01");
        return path.contains(QStringLiteral("Microsoft.Network")) ? QStringLiteral("2024-07-01") : QStringLiteral("2025-08-01");
    }
};

} // namespace causeway::sandbox::test
