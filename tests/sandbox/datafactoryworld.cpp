// SPDX-License-Identifier: Apache-2.0
#include "datafactoryworld.h"

namespace causeway::sandbox::test {

static Resource stored(const QString &id, const char *type, const QJsonObject &rest)
{
    Resource resource;
    resource.id = id;
    resource.type = QString::fromLatin1(type);
    resource.name = id.section(QLatin1Char('/'), -1);
    resource.body = rest;
    resource.body.insert(QStringLiteral("id"), id);
    resource.body.insert(QStringLiteral("name"), resource.name);
    resource.body.insert(QStringLiteral("type"), resource.type);
    return resource;
}

static State factoryState(const QJsonObject &settings)
{
    using W = DataFactoryWorld;
    const auto text = [](const char *ascii) { return QString::fromLatin1(ascii); };
    State state;
    const QString tenant = text("33333333-3333-3333-3333-333333333333");
    const QString scope = QStringLiteral("/subscriptions/") + text(W::subscription);
    state.tenants = {{tenant, text("Contoso"), text("contoso.example"), text("DE")}};
    Subscription subscription{text(W::subscription), text("Demo"), tenant, text("Enabled"), {}};
    for (const char *space : {"Microsoft.DBforPostgreSQL", "Microsoft.Network", "Microsoft.DataFactory", "Microsoft.ManagedIdentity"})
        subscription.registrations.insert(text(space), text("Registered"));
    state.subscriptions = {subscription};
    state.principals = {{text(W::owner), text("dba@contoso.example"), text("DBA"), text("User"), tenant, {}, {}},
                        {text(W::reader), text("look@contoso.example"), text("Look"), text("User"), tenant, {}, {}},
                        {text(W::author), text("write@contoso.example"), text("Write"), text("User"), tenant, {}, {}},
                        {text("55555555-5555-5555-5555-555555555555"), text("etl-app"), text("etl-app"), text("ServicePrincipal"), tenant,
                         text("app-secret-1"), text("66666666-6666-6666-6666-666666666666")}};
    state.roles = {{text(W::owner), scope, text("Owner"), {text("*")}, {}, {}},
                   {text(W::reader), scope, text("Reader"), {text("*/read")}, {}, {}},
                   {text(W::author), scope, text("Author"), {text("Microsoft.DataFactory/factories/*/read"), text("Microsoft.DataFactory/factories/linkedServices/write")}, {}, {}}};
    state.locations = {{text("westeurope"), QJsonObject{{text("displayName"), text("West Europe")}}},
                       {text("northeurope"), QJsonObject{{text("displayName"), text("North Europe")}}}};
    state.settings = settings;
    state.put(stored(W::groupId(), "Microsoft.Resources/resourceGroups", {{text("location"), text("westeurope")}}));
    Resource server = stored(W::serverId(), "Microsoft.DBforPostgreSQL/flexibleServers", W::object(R"({"location":"West Europe","properties":{
        "administratorLogin":"demoadmin","fullyQualifiedDomainName":"pgdemo01.postgres.database.azure.com","state":"Ready","version":"17",
        "authConfig":{"activeDirectoryAuth":"Enabled","passwordAuth":"Enabled"},"network":{"publicNetworkAccess":"Enabled"}}})"));
    server.hidden.insert(text("password"), text(W::password));
    state.put(server);
    state.put(stored(W::serverId() + text("/databases/app"), "Microsoft.DBforPostgreSQL/flexibleServers/databases", {}));
    return state;
}

DataFactoryWorld::DataFactoryWorld(const QJsonObject &settings) : world(std::make_unique<World>(factoryState(settings))) {}

QString DataFactoryWorld::groupId(const QString &rest)
{
    return QStringLiteral("/subscriptions/%1/resourceGroups/rg-demo").arg(latin(subscription)) + rest;
}

QString DataFactoryWorld::serverId()
{
    return groupId(QStringLiteral("/providers/Microsoft.DBforPostgreSQL/flexibleServers/pgdemo01"));
}

QString DataFactoryWorld::factory(const QString &rest)
{
    return groupId(QStringLiteral("/providers/Microsoft.DataFactory/factories/adf-Demo")) + rest;
}

QString DataFactoryWorld::code(const Response &response)
{
    return json(response).value(QStringLiteral("error")).toObject().value(QStringLiteral("code")).toString();
}

std::optional<Response> DataFactoryWorld::carryOut()
{
    std::optional<Response> late;
    for (const Effect &effect : world->takeEffects()) {
        const bool connects = effect.kind == QStringLiteral("connect");
        if (connects)
            connect = effect;
        for (const Finished &finished : world->feed(effect.id, connects ? outcome : QJsonObject{{QStringLiteral("ok"), true}}, now))
            late = finished.response;
    }
    return late;
}

Response DataFactoryWorld::send(Request request)
{
    request.origin = "https://127.0.0.1:1";
    const Answer answer = world->handle(request, now);
    const std::optional<Response> late = carryOut();
    const Response response = late ? *late : std::get<Response>(answer);
    everything += response.body;
    return response;
}

static Request requestTo(const QByteArray &method, const QString &path, const QJsonObject &body, const QString &version)
{
    Request request = requestFromTarget(method, path.toUtf8() + "?api-version=" + version.toUtf8());
    if (method == "PUT" || method == "PATCH" || !body.isEmpty())
        request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    return request;
}

Response DataFactoryWorld::call(const QByteArray &method, const QString &path, const QJsonObject &body, const QString &as, const QString &version)
{
    Request request = requestTo(method, path, body, version);
    request.principal = as;
    return send(request);
}

Response DataFactoryWorld::conditional(const QByteArray &method, const QString &path, const QByteArray &header, const QByteArray &value, const QJsonObject &body)
{
    Request request = requestTo(method, path, body, QStringLiteral("2018-06-01"));
    request.principal = latin(owner);
    request.headers.append({header, value});
    return send(request);
}

Response DataFactoryWorld::follow(const QByteArray &url)
{
    Request request = requestFromTarget("GET", url.mid(QByteArray("https://127.0.0.1:1").size()));
    request.principal = latin(owner);
    return send(request);
}

void DataFactoryWorld::wait(int seconds)
{
    for (int step = 0; step < seconds; ++step) {
        now += std::chrono::seconds(1);
        world->advance(now);
        carryOut();
    }
}

QString DataFactoryWorld::makeFactory(const QString &identity)
{
    const QJsonObject who{{QStringLiteral("type"), identity}};
    call("PUT", factory(), {{QStringLiteral("location"), QStringLiteral("westeurope")}, {QStringLiteral("identity"), who}});
    return factory();
}

QString DataFactoryWorld::makeNetwork()
{
    const QString path = factory(QStringLiteral("/managedVirtualNetworks/default"));
    call("PUT", path, object(R"({"properties":{}})"));
    return path;
}

QString DataFactoryWorld::makeRuntime()
{
    const QString path = factory(QStringLiteral("/integrationRuntimes/VnetIR"));
    call("PUT", path, object(R"({"properties":{"type":"Managed","typeProperties":{"computeProperties":{"location":"AutoResolve"}},
        "managedVirtualNetwork":{"type":"ManagedVirtualNetworkReference","referenceName":"default"}}})"));
    return path;
}

QString DataFactoryWorld::makeEndpoint()
{
    const QString path = factory(QStringLiteral("/managedVirtualNetworks/default/managedPrivateEndpoints/pg-mpe"));
    const QJsonObject properties{{QStringLiteral("privateLinkResourceId"), serverId()}, {QStringLiteral("groupId"), QStringLiteral("postgresqlServer")}};
    call("PUT", path, {{QStringLiteral("properties"), properties}});
    return path;
}

void DataFactoryWorld::enableAuthoring(int minutes)
{
    call("POST", factory(QStringLiteral("/integrationRuntimes/VnetIR/enableInteractiveQuery")), {{QStringLiteral("autoTerminationMinutes"), minutes}});
    wait(151);
}

const Resource *DataFactoryWorld::connection() const
{
    const auto all = std::as_const(*world).state().list(serverId(), QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections"));
    return all.size() == 1 ? all.front() : nullptr;
}

void DataFactoryWorld::decide(const QString &status)
{
    const QJsonObject state{{QStringLiteral("status"), status}, {QStringLiteral("description"), QStringLiteral("CHG-1")}};
    call("PUT", connection()->id, {{QStringLiteral("properties"), QJsonObject{{QStringLiteral("privateLinkServiceConnectionState"), state}}}},
         latin(owner), QStringLiteral("2025-08-01"));
    wait(310); // the decision takes up to 120 s, the discovery 180 s more
}

void DataFactoryWorld::buildRoad()
{
    makeFactory();
    makeNetwork();
    makeRuntime();
    makeEndpoint();
    wait(80);
    decide(QStringLiteral("Approved"));
    enableAuthoring();
}

Response DataFactoryWorld::testService(const QJsonObject &given, const QString &as)
{
    return call("POST", factory(QStringLiteral("/testConnectivity")), {{QStringLiteral("linkedService"), given}}, as);
}

Response DataFactoryWorld::testService(const QJsonObject &given)
{
    return testService(given, latin(owner));
}

QStringList DataFactoryWorld::ledger(const QString &effect) const
{
    QStringList ids;
    for (const LedgerEntry &entry : std::as_const(*world).state().ledger) {
        if (entry.effect == effect)
            ids.append(entry.resource);
    }
    return ids;
}

QJsonObject DataFactoryWorld::service(const QJsonObject &changes, const QString &runtime)
{
    QJsonObject settings = object(R"({"server":"pgdemo01.postgres.database.azure.com","port":5432,"database":"app","sslMode":3,
        "authenticationType":"BasicAuth","username":"demoadmin","password":{"type":"SecureString","value":"Tr0ub4dor&three"}})");
    for (auto it = changes.begin(); it != changes.end(); ++it) {
        if (it->isNull())
            settings.remove(it.key());
        else
            settings.insert(it.key(), *it);
    }
    QJsonObject properties{{QStringLiteral("type"), QStringLiteral("AzurePostgreSql")}, {QStringLiteral("version"), QStringLiteral("2.0")},
                           {QStringLiteral("annotations"), QJsonArray()}, {QStringLiteral("typeProperties"), settings}};
    if (!runtime.isEmpty())
        properties.insert(QStringLiteral("connectVia"), QJsonObject{{QStringLiteral("referenceName"), runtime},
                                                                    {QStringLiteral("type"), QStringLiteral("IntegrationRuntimeReference")}});
    return {{QStringLiteral("name"), QStringLiteral("PgSales")}, {QStringLiteral("properties"), properties}};
}

} // namespace causeway::sandbox::test
