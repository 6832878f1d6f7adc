// SPDX-License-Identifier: Apache-2.0
#include "postgresqlworld.h"

namespace causeway::sandbox::test {

static State demoState(const QJsonObject &settings)
{
    const auto text = [](const char *ascii) { return QString::fromLatin1(ascii); };
    State state;
    const QString tenant = text("33333333-3333-3333-3333-333333333333");
    const QString scope = QStringLiteral("/subscriptions/") + text(PostgreSqlWorld::subscription);
    state.tenants = {{tenant, text("Contoso"), text("contoso.example"), text("DE")}};
    state.subscriptions = {{text(PostgreSqlWorld::subscription), text("Demo"), tenant, text("Enabled"),
                            {{text("Microsoft.DBforPostgreSQL"), text("Registered")}, {text("Microsoft.Network"), text("Registered")}}}};
    state.principals = {{text(PostgreSqlWorld::owner), text("dba@contoso.example"), text("DBA"), text("User"), tenant, {}, {}},
                        {text(PostgreSqlWorld::networkAdmin), text("net@contoso.example"), text("Net"), text("User"), tenant, {}, {}}};
    state.roles = {{text(PostgreSqlWorld::owner), scope, text("Owner"), {text("*")}, {}, {}},
                   {text(PostgreSqlWorld::networkAdmin), scope, text("Writer without approval"), {text("*")},
                    {text("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action")}, {}}};
    state.locations = {{text("canadacentral"), QJsonObject{{text("displayName"), text("Canada Central")}}},
                       {text("closedcentral"), QJsonObject{{text("displayName"), text("Closed Central")}, {text("postgresql"), text("restricted")}}}};
    state.settings = settings;
    Resource group;
    group.id = scope + text("/resourceGroups/rg-demo");
    group.type = text("Microsoft.Resources/resourceGroups");
    group.name = text("rg-demo");
    group.body = {{text("id"), group.id}, {text("name"), group.name}, {text("location"), text("canadacentral")}};
    state.put(group);
    return state;
}

PostgreSqlWorld::PostgreSqlWorld(const QJsonObject &settings) : world(std::make_unique<World>(demoState(settings))) {}

QString PostgreSqlWorld::server(const QString &name)
{
    return QStringLiteral("/subscriptions/%1/resourceGroups/rg-demo/providers/Microsoft.DBforPostgreSQL/flexibleServers/%2").arg(latin(subscription), name);
}

QString PostgreSqlWorld::inSubscription(const QString &rest)
{
    return QStringLiteral("/subscriptions/%1/providers/Microsoft.DBforPostgreSQL%2").arg(latin(subscription), rest);
}

QJsonObject PostgreSqlWorld::serverBody()
{
    return QJsonDocument::fromJson(R"({"location":"canadacentral","sku":{"name":"Standard_D2s_v3","tier":"GeneralPurpose"},"tags":{},
        "properties":{"createMode":"Create","version":"17","administratorLogin":"demoadmin","administratorLoginPassword":"Tr0ub4dor&three",
        "authConfig":{"activeDirectoryAuth":"Disabled","passwordAuth":"Enabled","tenantId":""},"network":{"publicNetworkAccess":"Enabled"},
        "storage":{"storageSizeGB":128,"autoGrow":"Disabled"},"backup":{"backupRetentionDays":7,"geoRedundantBackup":"Disabled"},
        "highAvailability":{"mode":"Disabled"}}})").object();
}

QString PostgreSqlWorld::code(const Response &response)
{
    return json(response).value(QStringLiteral("error")).toObject().value(QStringLiteral("code")).toString();
}

void PostgreSqlWorld::carryOut()
{
    const QList<Effect> asked = world->takeEffects();
    effects += asked;
    for (const Effect &effect : asked) {
        if (hostAnswers)
            world->feed(effect.id, outcome, now);
    }
}

static Request requestTo(const QByteArray &method, const QByteArray &target, const QString &as)
{
    Request request = requestFromTarget(method, target);
    request.principal = as;
    request.origin = "https://127.0.0.1:1";
    return request;
}

Response PostgreSqlWorld::send(Request request)
{
    const Response response = std::get<Response>(world->handle(request, now));
    everything += response.body;
    for (const auto &header : response.headers)
        everything += header.second;
    carryOut();
    return response;
}

Response PostgreSqlWorld::call(const QByteArray &method, const QString &path, const QJsonObject &body, const QString &as, const QString &version)
{
    Request request = requestTo(method, path.toUtf8() + "?api-version=" + version.toUtf8(), as);
    if (method == "PUT" || method == "PATCH" || !body.isEmpty())
        request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    return send(std::move(request));
}

Response PostgreSqlWorld::callWithoutBody(const QByteArray &method, const QString &path)
{
    return send(requestTo(method, path.toUtf8() + "?api-version=2025-08-01", latin(owner)));
}

Response PostgreSqlWorld::follow(const QByteArray &method, const QByteArray &url)
{
    return send(requestTo(method, url.mid(QByteArray("https://127.0.0.1:1").size()), latin(owner)));
}

void PostgreSqlWorld::wait(int seconds)
{
    for (int i = 0; i < seconds; ++i) {
        now += std::chrono::seconds(1);
        world->advance(now);
        carryOut();
    }
}

QJsonObject PostgreSqlWorld::settle(const Response &accepted)
{
    const QByteArray url = headerValue(accepted.headers, "azure-asyncoperation");
    for (int polls = 0; polls < 100; ++polls) {
        const QJsonObject status = json(follow("GET", url));
        if (status.value(QStringLiteral("status")).toString() != QStringLiteral("InProgress"))
            return status;
        wait(10);
    }
    return {};
}

Response PostgreSqlWorld::createServer(const QString &name, QJsonObject body)
{
    return call("PUT", server(name), body);
}

void PostgreSqlWorld::ready(const QString &name)
{
    settle(createServer(name));
    wait(11);
}

QJsonObject PostgreSqlWorld::get(const QString &path)
{
    return json(call("GET", path));
}

QStringList PostgreSqlWorld::ledger(const QString &effect) const
{
    QStringList ids;
    for (const LedgerEntry &entry : world->state().ledger) {
        if (entry.effect == effect)
            ids.append(entry.resource);
    }
    return ids;
}

} // namespace causeway::sandbox::test
