// SPDX-License-Identifier: Apache-2.0
#include "datafactoryworld.h"

#include <QTest>

using namespace causeway::sandbox;
using causeway::sandbox::test::DataFactoryWorld;

static QString text(const char *ascii)
{
    return QString::fromLatin1(ascii);
}

static QJsonObject propertiesOf(const QJsonObject &resource)
{
    return resource.value(text("properties")).toObject();
}

class TestDataFactory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void factory();
    void factoryNames_data();
    void factoryNames();
    void factoryRules();
    void identities();
    void entityTags();
    void lists();
    void managedNetwork();
    void endpointStates();
    void endpointSticks_data();
    void endpointSticks();
    void endpointRefusals_data();
    void endpointRefusals();
    void endpointDuplicate();
    void endpointAbsent_data();
    void endpointAbsent();
    void endpointFails();
    void runtimeStates();
    void runtimeRefusals_data();
    void runtimeRefusals();
    void authoring();
    void authoringNeedsRuntime();
    void selfHosted();
    void linkedServiceRoundTrip();
    void secrets_data();
    void secrets();
    void documentRefusals_data();
    void documentRefusals();
    void references();
    void unregisteredNetwork();
    void factoryTakesAllAlong();
    void savedWorld();
};

// --- factories ----------------------------------------------------------------------------------

void TestDataFactory::factory()
{
    DataFactoryWorld world;
    const Response made = world.call("PUT", world.factory(), world.object(R"({"location":"westeurope","identity":{"type":"SystemAssigned"},
        "properties":{"publicNetworkAccess":"Enabled","purviewConfiguration":{"purviewResourceId":"/p"}}})"));
    QCOMPARE(made.status, 200); // never 201
    const QJsonObject body = world.json(made);
    QCOMPARE(body.value(text("id")).toString(), world.factory());
    QCOMPARE(body.value(text("type")).toString(), text("Microsoft.DataFactory/factories"));
    QVERIFY(body.value(text("eTag")).toString().startsWith(QLatin1Char('"')));
    QCOMPARE(propertiesOf(body).value(text("provisioningState")).toString(), text("Succeeded"));
    QCOMPARE(propertiesOf(body).value(text("version")).toString(), text("2018-06-01"));
    QVERIFY(propertiesOf(body).contains(text("purviewConfiguration")));
    QCOMPARE(propertiesOf(body).value(text("createTime")).toString().size(), 28); // seven decimals
    const QJsonObject identity = body.value(text("identity")).toObject();
    const Principal *principal = std::as_const(world.state()).principal(identity.value(text("principalId")).toString());
    QVERIFY(principal);
    QCOMPARE(principal->displayName, text("adf-Demo"));
    QCOMPARE(identity.value(text("tenantId")).toString(), text("33333333-3333-3333-3333-333333333333"));
    QCOMPARE(world.get(world.factory().toUpper().replace(text("/SUBSCRIPTIONS/"), text("/subscriptions/"))), body);

    const QJsonObject patched = world.json(world.call("PATCH", world.factory(), world.object(R"({"tags":{"a":"b"},"properties":{"publicNetworkAccess":"Disabled"}})")));
    QCOMPARE(patched.value(text("identity")), body.value(text("identity")));
    QCOMPARE(propertiesOf(patched).value(text("publicNetworkAccess")).toString(), text("Disabled"));
    QVERIFY(propertiesOf(patched).contains(text("purviewConfiguration")));
    QVERIFY(patched.value(text("eTag")) != body.value(text("eTag")));

    const Response gone = world.call("DELETE", world.factory());
    QCOMPARE(gone.status, 200);
    QVERIFY(gone.body.isEmpty());
    QCOMPARE(world.call("DELETE", world.factory()).status, 204);
    QVERIFY(!std::as_const(world.state()).principal(identity.value(text("principalId")).toString()));
    QCOMPARE(DataFactoryWorld::code(world.call("GET", world.factory())), text("ResourceNotFound"));
    QCOMPARE(world.ledger(text("created")), QStringList{world.factory()});
    QCOMPARE(world.ledger(text("deleted")), QStringList{world.factory()});
}

void TestDataFactory::factoryNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("status");
    QTest::newRow("plain") << text("adf1") << 200;
    QTest::newRow("short") << text("ab") << 400;
    QTest::newRow("longest") << QString(63, QLatin1Char('a')) << 200;
    QTest::newRow("too long") << QString(64, QLatin1Char('a')) << 400;
    QTest::newRow("underscore") << text("a_b") << 400;
    QTest::newRow("double dash") << text("a--b") << 400;
    QTest::newRow("ends with dash") << text("adf-") << 400;
}

void TestDataFactory::factoryNames()
{
    QFETCH(QString, name);
    DataFactoryWorld world;
    const QString path = world.groupId(text("/providers/Microsoft.DataFactory/factories/") + name);
    QTEST(world.call("PUT", path, world.object(R"({"location":"westeurope"})")).status, "status");
}

void TestDataFactory::factoryRules()
{
    DataFactoryWorld world;
    QCOMPARE(DataFactoryWorld::code(world.call("PUT", world.factory(), {})), text("LocationRequired"));
    QCOMPARE(DataFactoryWorld::code(world.call("PUT", world.factory(), world.object(R"({"location":"mars"})"))), text("LocationNotAvailableForResourceType"));
    world.makeFactory();
    QCOMPARE(DataFactoryWorld::code(world.call("PUT", world.factory(), world.object(R"({"location":"northeurope","identity":{"type":"SystemAssigned"}})"))),
             text("InvalidResourceLocation"));
    QCOMPARE(DataFactoryWorld::code(world.call("PUT", world.factory(), world.object(R"({"location":5})"))), text("InvalidRequestContent"));
    QCOMPARE(DataFactoryWorld::code(world.call("PATCH", world.factory(), world.object(R"({"tags":"x"})"))), text("InvalidRequestContent"));
    // Documentation note: a factory with an identity cannot be written without one.
    QCOMPARE(world.call("PUT", world.factory(), world.object(R"({"location":"westeurope"})")).status, 400);
    // Names are taken world-wide, whatever the case.
    Resource group = *world.state().find(world.groupId());
    group.id += text("-2");
    world.state().put(group);
    const QString other = group.id + text("/providers/Microsoft.DataFactory/factories/ADF-demo");
    QCOMPARE(DataFactoryWorld::code(world.call("PUT", other, world.object(R"({"location":"westeurope"})"))), text("DataFactoryNameInUse"));
    QCOMPARE(world.call("PUT", world.factory(), world.object(R"({"location":"westeurope"})"), text(world.reader)).status, 403);
}

void TestDataFactory::identities()
{
    DataFactoryWorld world;
    world.makeFactory();
    const QJsonValue before = world.get(world.factory()).value(text("identity")).toObject().value(text("principalId"));
    const QString uami = world.groupId(text("/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami1"));
    const QJsonObject both{{text("type"), text("SystemAssigned,UserAssigned")}, {text("userAssignedIdentities"), QJsonObject{{uami, QJsonObject()}}}};
    QCOMPARE(DataFactoryWorld::code(world.call("PATCH", world.factory(), {{text("identity"), both}})), text("FailedIdentityOperation"));
    world.call("PUT", uami, {{text("location"), text("westeurope")}}, text(world.owner), text("2024-11-30"));
    const QJsonObject identity = world.json(world.call("PATCH", world.factory(), {{text("identity"), both}})).value(text("identity")).toObject();
    QCOMPARE(identity.value(text("principalId")), before); // kept unchanged
    const QJsonObject entry = identity.value(text("userAssignedIdentities")).toObject().value(uami).toObject();
    QVERIFY(!entry.value(text("clientId")).toString().isEmpty() && !entry.value(text("principalId")).toString().isEmpty());
    QCOMPARE(world.call("PATCH", world.factory(), world.object(R"({"identity":{"type":"SystemAssigned, UserAssigned"}})")).status, 400);
}

void TestDataFactory::entityTags()
{
    DataFactoryWorld world;
    world.makeFactory();
    const QByteArray tag = world.get(world.factory()).value(text("eTag")).toString().toLatin1();
    QCOMPARE(world.conditional("GET", world.factory(), "If-None-Match", tag).status, 304);
    const QString service = world.factory(text("/linkedservices/PgSales"));
    world.makeNetwork();
    world.makeRuntime();
    QCOMPARE(world.conditional("PUT", service, "If-Match", "*", DataFactoryWorld::service()).status, 412); // nothing there yet
    const QByteArray child = world.json(world.call("PUT", service, DataFactoryWorld::service())).value(text("etag")).toString().toLatin1();
    QVERIFY(!child.contains('"'));
    QCOMPARE(world.conditional("GET", service, "If-None-Match", child).status, 304);
    QCOMPARE(world.conditional("PUT", service, "If-Match", "stale", DataFactoryWorld::service()).status, 412);
    QCOMPARE(world.conditional("PUT", service, "If-Match", '"' + child + '"', DataFactoryWorld::service()).status, 200);
    QCOMPARE(world.conditional("GET", service, "If-None-Match", child).status, 200); // changed
}

void TestDataFactory::lists()
{
    DataFactoryWorld world({{text("pageSize"), 1}});
    for (const char *name : {"adf-one", "adf-two"})
        world.call("PUT", world.groupId(text("/providers/Microsoft.DataFactory/factories/") + text(name)), world.object(R"({"location":"westeurope"})"));
    const QJsonObject first = world.get(text("/subscriptions/") + text(world.subscription) + text("/providers/Microsoft.DataFactory/factories"));
    QCOMPARE(first.value(text("value")).toArray().size(), 1);
    const QJsonObject second = world.json(world.follow(first.value(text("nextLink")).toString().toLatin1()));
    QCOMPARE(second.value(text("value")).toArray().at(0).toObject().value(text("name")).toString(), text("adf-two"));
    QVERIFY(!second.contains(text("nextLink")));
    QCOMPARE(world.get(world.groupId(text("/providers/Microsoft.DataFactory/factories"))).value(text("value")).toArray().size(), 1);
}

// --- managed network and endpoints --------------------------------------------------------------

void TestDataFactory::managedNetwork()
{
    DataFactoryWorld world;
    world.makeFactory();
    const QJsonObject body = world.get(world.makeNetwork());
    QCOMPARE(body.value(text("id")).toString(), world.factory(text("/managedvirtualnetworks/default")));
    QCOMPARE(body.value(text("type")).toString(), text("Microsoft.DataFactory/factories/managedvirtualnetworks"));
    QCOMPARE(propertiesOf(body).value(text("alias")).toString(), text("adf-demo"));
    QCOMPARE(propertiesOf(body).value(text("preventDataExfiltration")), QJsonValue(false));
    const QJsonObject again = world.get(world.makeNetwork());
    QCOMPARE(propertiesOf(again).value(text("vNetId")), propertiesOf(body).value(text("vNetId")));
    QCOMPARE(world.call("DELETE", world.factory(text("/managedVirtualNetworks/default"))).status, 405);
}

void TestDataFactory::endpointStates()
{
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    const QString path = world.makeEndpoint();
    QJsonObject body = world.get(path);
    QVERIFY(!body.contains(text("etag")));
    QCOMPARE(propertiesOf(body).value(text("provisioningState")).toString(), text("Provisioning"));
    QCOMPARE(propertiesOf(body).value(text("connectionState")).toObject(), world.object(R"({"status":"","description":"","actionsRequired":""})"));
    QVERIFY(!world.connection());
    world.wait(80);
    body = world.get(path);
    QVERIFY(body.contains(text("etag")));
    QCOMPARE(propertiesOf(body).value(text("provisioningState")).toString(), text("Succeeded"));
    QCOMPARE(propertiesOf(body).value(text("connectionState")).toObject(), world.object(R"({"status":"Pending","description":"","actionsRequired":"None"})"));
    QCOMPARE(propertiesOf(body).value(text("fqdns")).toArray(), QJsonArray{text(DataFactoryWorld::host)});

    const Resource *connection = world.connection();
    QVERIFY(connection);
    QVERIFY(connection->name.startsWith(text("adf-demo.pg-mpe.")));
    const QJsonObject request = propertiesOf(connection->body);
    QCOMPARE(request.value(text("privateLinkServiceConnectionState")).toObject().value(text("description")).toString(),
             text("Requested by DataFactory:adf-Demo, Name:pg-mpe"));
    const QString foreign = request.value(text("privateEndpoint")).toObject().value(text("id")).toString();
    QVERIFY(foreign.endsWith(text("/providers/Microsoft.Network/privateEndpoints/adf-demo.pg-mpe")));
    QVERIFY(!foreign.contains(text(DataFactoryWorld::subscription)));

    QCOMPARE(world.call("DELETE", path).status, 200);
    QCOMPARE(propertiesOf(world.get(path)).value(text("provisioningState")).toString(), text("Deleting"));
    world.wait(46);
    QCOMPARE(world.call("GET", path).status, 400);
    QCOMPARE(world.call("DELETE", path).status, 204);
    QVERIFY(!world.connection());
    QCOMPARE(world.ledger(text("deleted")).filter(text("managedprivateendpoints")).size(), 1);
}

void TestDataFactory::endpointSticks_data()
{
    QTest::addColumn<QStringList>("decisions");
    QTest::addColumn<QString>("known"); // what the factory says in the end
    QTest::newRow("approved") << QStringList{text("Approved")} << text("Approved");
    QTest::newRow("rejected") << QStringList{text("Rejected")} << text("Rejected");
    QTest::newRow("rejected after approval: frozen") << QStringList{text("Approved"), text("Rejected")} << text("Approved");
}

void TestDataFactory::endpointSticks()
{
    QFETCH(QStringList, decisions);
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    const QString path = world.makeEndpoint();
    world.wait(80);
    for (const QString &decision : std::as_const(decisions))
        world.decide(decision);
    QTEST(propertiesOf(world.get(path)).value(text("connectionState")).toObject().value(text("status")).toString(), "known");
    QCOMPARE(propertiesOf(world.connection()->body).value(text("privateLinkServiceConnectionState")).toObject().value(text("status")).toString(), decisions.last());
}

void TestDataFactory::endpointRefusals_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("group");
    const QString good = DataFactoryWorld::serverId();
    QTest::newRow("trailing dash") << text("mpe-") << good << text("postgresqlServer");
    QTest::newRow("dot") << text("m.pe") << good << text("postgresqlServer");
    QTest::newRow("no target") << text("mpe") << QString() << text("postgresqlServer");
    QTest::newRow("not an id") << text("mpe") << text("pgdemo01") << text("postgresqlServer");
    QTest::newRow("wrong sub-resource") << text("mpe") << good << text("postgresql");
    QTest::newRow("no sub-resource") << text("mpe") << good << QString();
}

void TestDataFactory::endpointRefusals()
{
    QFETCH(QString, name);
    QFETCH(QString, target);
    QFETCH(QString, group);
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    const QJsonObject properties{{text("privateLinkResourceId"), target}, {text("groupId"), group}};
    const Response answer = world.call("PUT", world.factory(text("/managedVirtualNetworks/default/managedPrivateEndpoints/") + name), {{text("properties"), properties}});
    QCOMPARE(answer.status, 400);
    QCOMPARE(DataFactoryWorld::code(answer), text("InvalidResourceRequest"));
}

void TestDataFactory::endpointDuplicate()
{
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    const QString path = world.makeEndpoint();
    const QJsonObject properties{{text("privateLinkResourceId"), DataFactoryWorld::serverId().toUpper().replace(text("/SUBSCRIPTIONS/"), text("/subscriptions/"))},
                                 {text("groupId"), text("postgresqlServer")}};
    const Response answer = world.call("PUT", world.factory(text("/managedVirtualNetworks/default/managedPrivateEndpoints/second")), {{text("properties"), properties}});
    QCOMPARE(answer.status, 400);
    QCOMPARE(world.json(answer).value(text("error")).toObject().value(text("message")).toString(),
             text("Invalid resource request. Resource type: 'ManagedPrivateEndpoint', Resource name: 'second' 'Error: A managed private endpoint to the data source already exist.'."));
    QCOMPARE(world.call("PUT", path, {{text("properties"), properties}}).status, 200); // itself again
    QJsonObject other = properties;
    other.insert(text("privateLinkResourceId"), DataFactoryWorld::serverId() + text("x"));
    QCOMPARE(world.call("PUT", path, {{text("properties"), other}}).status, 400);       // immutable
    QCOMPARE(world.ledger(text("created")).filter(text("pg-mpe")).size(), 1);
}

void TestDataFactory::endpointAbsent_data()
{
    QTest::addColumn<int>("status");
    QTest::newRow("as Terraform saw it") << 400;
    QTest::newRow("by switch") << 404;
}

void TestDataFactory::endpointAbsent()
{
    QFETCH(int, status);
    DataFactoryWorld world(status == 400 ? QJsonObject() : QJsonObject{{text("missingManagedEndpointStatus"), status}});
    world.makeFactory();
    world.makeNetwork();
    QCOMPARE(world.call("GET", world.factory(text("/managedVirtualNetworks/default/managedPrivateEndpoints/none"))).status, status);
}

void TestDataFactory::endpointFails()
{
    DataFactoryWorld world;
    world.makeFactory();
    QCOMPARE(world.call("PUT", world.factory(text("/managedVirtualNetworks/default/managedPrivateEndpoints/early")), world.object(R"({"properties":{}})")).status, 400);
    world.makeNetwork();
    QJsonObject body = world.server().body;
    QJsonObject properties = propertiesOf(body);
    properties.insert(text("network"), world.object(R"({"delegatedSubnetResourceId":"/subnet"})"));
    body.insert(text("properties"), properties);
    world.server().body = body;
    const QString path = world.makeEndpoint();
    world.wait(80);
    const QJsonObject failed = propertiesOf(world.get(path));
    QCOMPARE(failed.value(text("provisioningState")).toString(), text("Failed"));
    QVERIFY(failed.value(text("connectionState")).toObject().value(text("description")).toString().contains(text("PrivateEndpointFeatureNotSupportedOnServer")));
    // A busy server is asked again.
    DataFactoryWorld busy;
    busy.makeFactory();
    busy.makeNetwork();
    properties.remove(text("network"));
    properties.insert(text("state"), text("Updating"));
    busy.server().body.insert(text("properties"), properties);
    const QString second = busy.makeEndpoint();
    busy.wait(80);
    QCOMPARE(propertiesOf(busy.get(second)).value(text("provisioningState")).toString(), text("Provisioning"));
    properties.insert(text("state"), text("Ready"));
    busy.server().body.insert(text("properties"), properties);
    busy.wait(31);
    QCOMPARE(propertiesOf(busy.get(second)).value(text("provisioningState")).toString(), text("Succeeded"));
}

// --- integration runtimes -----------------------------------------------------------------------

static QJsonObject statusOf(DataFactoryWorld &world, const QString &runtime)
{
    return propertiesOf(world.json(world.call("POST", world.factory(text("/integrationRuntimes/") + runtime + text("/getStatus")))));
}

static QString authoringOf(DataFactoryWorld &world)
{
    return statusOf(world, text("VnetIR")).value(text("typeProperties")).toObject().value(text("interactiveQuery")).toObject().value(text("status")).toString();
}

void TestDataFactory::runtimeStates()
{
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    const QString path = world.makeRuntime();
    QStringList states;
    for (const int seconds : {0, 6, 40}) {
        world.wait(seconds);
        states.append(statusOf(world, text("VnetIR")).value(text("state")).toString());
    }
    QCOMPARE(states, QStringList({text("Initial"), text("Starting"), text("Online")}));
    const QJsonObject body = world.get(path);
    QCOMPARE(body.value(text("type")).toString(), text("Microsoft.DataFactory/factories/integrationruntimes"));
    QVERIFY(!QJsonDocument(body).toJson().contains("interactiveQuery"));
    QCOMPARE(authoringOf(world), text("Disabled"));
    QCOMPARE(statusOf(world, text("VnetIR")).value(text("dataFactoryName")).toString(), text("adf-Demo"));
    QCOMPARE(world.call("DELETE", path).status, 200);
    QCOMPARE(world.call("DELETE", path).status, 204);
    QCOMPARE(DataFactoryWorld::code(world.call("GET", path)), text("EntityNotFound"));
}

void TestDataFactory::runtimeRefusals_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("properties");
    QTest::newRow("name") << text("a_b") << QByteArray(R"({"type":"Managed"})");
    QTest::newRow("type") << text("Other") << QByteArray(R"({"type":"Cloud"})");
    QTest::newRow("no such network") << text("Other") << QByteArray(R"({"type":"Managed","managedVirtualNetwork":{"type":"ManagedVirtualNetworkReference","referenceName":"none"}})");
    QTest::newRow("leaves the network") << text("VnetIR") << QByteArray(R"({"type":"Managed"})");
    QTest::newRow("cores") << text("Other") << QByteArray(R"({"type":"Managed","typeProperties":{"computeProperties":{"dataFlowProperties":{"coreCount":9}}}})");
    QTest::newRow("nodes") << text("Other") << QByteArray(R"({"type":"Managed","typeProperties":{"computeProperties":{"pipelineExternalComputeScaleProperties":{"numberOfPipelineNodes":11}}}})");
}

void TestDataFactory::runtimeRefusals()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, properties);
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    world.makeRuntime();
    const QJsonObject body{{text("properties"), QJsonDocument::fromJson(properties).object()}};
    QCOMPARE(world.call("PUT", world.factory(text("/integrationRuntimes/") + name), body).status, 400);
}

void TestDataFactory::authoring()
{
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    const QString path = world.makeRuntime();
    const QString enable = path + text("/enableInteractiveQuery");
    QCOMPARE(world.call("POST", enable, world.object(R"({"autoTerminationMinutes":10})")).status, 400); // not online yet
    world.wait(41);
    const Response accepted = world.call("POST", enable, world.object(R"({"autoTerminationMinutes":10})"));
    QCOMPARE(accepted.status, 202);
    const QByteArray url = headerValue(accepted.headers, "azure-asyncoperation");
    QVERIFY(url.contains("/integrationruntimes/VnetIR/enableInteractiveQuery/operationresults/"));
    QCOMPARE(headerValue(accepted.headers, "location").isEmpty(), false);
    QVERIFY(headerValue(accepted.headers, "retry-after").toInt() >= 1);
    QCOMPARE(authoringOf(world), text("Enabling"));
    QCOMPARE(world.json(world.follow(url)).value(text("status")).toString(), text("InProgress"));
    QVERIFY(world.follow(url.left(url.indexOf("&t="))).status >= 400); // the signature belongs to the URL
    world.wait(151);
    const QJsonObject done = world.json(world.follow(url));
    QCOMPARE(done.value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(done.value(text("name")).toString(), text("VnetIR"));
    QCOMPARE(authoringOf(world), text("Enabled"));
    QCOMPARE(statusOf(world, text("VnetIR")).value(text("typeProperties")).toObject().value(text("interactiveQuery")).toObject().value(text("autoTerminationMinutes")).toInt(), 10);
    world.wait(601);
    QCOMPARE(authoringOf(world), text("Disabled")); // idle too long
    world.enableAuthoring();
    QCOMPARE(world.call("POST", path + text("/disableInteractiveQuery")).status, 202);
    QCOMPARE(authoringOf(world), text("Disabling"));
    world.wait(11);
    QCOMPARE(authoringOf(world), text("Disabled"));
    QCOMPARE(world.ledger(text("enabled")).size(), 2);
    QCOMPARE(world.ledger(text("disabled")).size(), 1);
}

void TestDataFactory::authoringNeedsRuntime()
{
    DataFactoryWorld world;
    world.makeFactory();
    const QString path = world.factory(text("/integrationRuntimes/PublicIR"));
    QCOMPARE(world.call("POST", path + text("/enableInteractiveQuery")).status, 404);
    world.call("PUT", path, world.object(R"({"properties":{"type":"Managed"}})"));
    world.wait(41);
    QCOMPARE(world.call("POST", path + text("/enableInteractiveQuery")).status, 400); // not in the managed network
}

void TestDataFactory::selfHosted()
{
    DataFactoryWorld world;
    world.makeFactory();
    const QString path = world.factory(text("/integrationRuntimes/Shir"));
    QCOMPARE(world.call("PUT", path, world.object(R"({"properties":{"type":"SelfHosted"}})")).status, 200);
    QCOMPARE(statusOf(world, text("Shir")).value(text("state")).toString(), text("NeedRegistration"));
    const QJsonObject keys = world.json(world.call("POST", path + text("/listAuthKeys")));
    QVERIFY(keys.value(text("authKey1")).toString().startsWith(text("IR@")));
    const QJsonObject renewed = world.json(world.call("POST", path + text("/regenerateAuthKey"), world.object(R"({"keyName":"authKey1"})")));
    QVERIFY(renewed.value(text("authKey1")) != keys.value(text("authKey1")));
    QCOMPARE(renewed.value(text("authKey2")), keys.value(text("authKey2")));
    QCOMPARE(world.call("PATCH", path, world.object(R"({"autoUpdate":"Off"})")).status, 200);
    QVERIFY(!QJsonDocument(world.get(path)).toJson().contains("IR@"));
}

// --- linked services, credentials ---------------------------------------------------------------

void TestDataFactory::linkedServiceRoundTrip()
{
    DataFactoryWorld world;
    world.makeFactory();
    const QString path = world.factory(text("/linkedservices/Pg_Any"));
    const QJsonObject sent = world.object(R"({"name":"ignored","properties":{"type":"AzurePostgreSql","version":"2.0","annotations":["x"],"parameters":{"db":{"type":"String"}},
        "typeProperties":{"server":"s.postgres.database.azure.com","database":{"value":"@{linkedService().db}","type":"Expression"},"sslMode":5,
        "pooling":true,"nobodyKnows":{"deep":[1,{"a":null}]}}}})");
    const Response put = world.call("PUT", path, sent);
    QCOMPARE(put.status, 200);
    const QJsonObject body = world.get(path);
    QCOMPARE(body, world.json(put));
    QCOMPARE(propertiesOf(body), propertiesOf(sent)); // nothing lost, nothing added
    QCOMPARE(body.value(text("name")).toString(), text("Pg_Any"));
    QCOMPARE(body.value(text("type")).toString(), text("Microsoft.DataFactory/factories/linkedservices"));
    QCOMPARE(world.get(world.factory(text("/linkedservices"))).value(text("value")).toArray().size(), 1);
    QCOMPARE(world.call("DELETE", path).status, 200);
    QCOMPARE(world.call("DELETE", path).status, 204);
}

void TestDataFactory::secrets_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::newRow("SecureString") << QByteArray(R"({"password":{"type":"SecureString","value":"s3cr3t-1"}})");
    QTest::newRow("plain string") << QByteArray(R"({"password":"s3cr3t-1"})");
    QTest::newRow("connection string") << QByteArray(R"({"connectionString":"host=h;uid=u;Password=s3cr3t-1;EncryptionMethod=1"})");
    QTest::newRow("pwd at the end") << QByteArray(R"({"connectionString":"host=h;uid=u;pwd = s3cr3t-1"})");
    QTest::newRow("secure connection string") << QByteArray(R"({"connectionString":{"type":"SecureString","value":"host=h;password=s3cr3t-1"}})");
    QTest::newRow("service principal") << QByteArray(R"({"servicePrincipalKey":{"type":"SecureString","value":"s3cr3t-1"},"servicePrincipalEmbeddedCertPassword":"s3cr3t-1"})");
    QTest::newRow("deep") << QByteArray(R"({"list":[{"inner":{"type":"SecureString","value":"s3cr3t-1"}}]})");
}

void TestDataFactory::secrets()
{
    QFETCH(QByteArray, settings);
    DataFactoryWorld world;
    world.makeFactory();
    const QString path = world.factory(text("/linkedservices/Pg"));
    const QJsonObject properties{{text("type"), text("AzurePostgreSql")}, {text("typeProperties"), QJsonDocument::fromJson(settings).object()}};
    QCOMPARE(world.call("PUT", path, {{text("properties"), properties}}).status, 200);
    const QJsonObject shown = propertiesOf(world.get(path)).value(text("typeProperties")).toObject();
    const QByteArray credential = QByteArray::fromBase64(shown.value(text("encryptedCredential")).toString().toLatin1());
    QVERIFY(QJsonDocument::fromJson(credential).object().value(text("CredentialId")).toString().startsWith(text("DF-ADF-DEMO_")));
    world.get(world.factory(text("/linkedservices")));
    world.get(world.factory());
    QVERIFY(!world.everything.contains("s3cr3t"));
    QVERIFY(QJsonDocument(world.state().find(path)->hidden).toJson().contains("s3cr3t")); // kept for the test
    // A document without its secret, but with its encryptedCredential, keeps it (as documents in Git do).
    QJsonObject stripped = shown;
    for (const char *name : {"password", "servicePrincipalKey", "servicePrincipalEmbeddedCertPassword"})
        stripped.remove(text(name));
    if (!QJsonDocument(stripped).toJson().contains("****")) {
        QJsonObject again = properties;
        again.insert(text("typeProperties"), stripped);
        world.call("PUT", path, {{text("properties"), again}});
        QVERIFY(QJsonDocument(world.state().find(path)->hidden).toJson().contains("s3cr3t"));
        QVERIFY(!world.everything.contains("s3cr3t"));
    }
}

void TestDataFactory::documentRefusals_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *path, const QByteArray &body, const char *code) { QTest::newRow(name) << text(path) << body << text(code); };
    row("no type", "/linkedservices/Pg", R"({"properties":{}})", "InvalidResourceRequest");
    row("bad name", "/linkedservices/Pg.1", R"({"properties":{"type":"AzurePostgreSql"}})", "InvalidResourceRequest");
    row("no such runtime", "/linkedservices/Pg", R"({"properties":{"type":"AzurePostgreSql","connectVia":{"referenceName":"no","type":"IntegrationRuntimeReference"}}})", "InputIsMalformedDetailed");
    row("no such credential", "/linkedservices/Pg", R"({"properties":{"type":"AzurePostgreSql","typeProperties":{"credential":{"referenceName":"no","type":"CredentialReference"}}}})", "BadRequest");
    row("no such vault", "/linkedservices/Pg", R"({"properties":{"type":"AzurePostgreSql","typeProperties":{"password":{"type":"AzureKeyVaultSecret","store":{"referenceName":"no","type":"LinkedServiceReference"},"secretName":"s"}}}})", "BadRequest");
    row("too large", "/linkedservices/Pg", R"({"properties":{"type":"AzurePostgreSql","description":")" + QByteArray(103000, 'x') + R"("}})", "InvalidResourceRequest");
    row("credential type", "/credentials/c1", R"({"properties":{"type":"Password"}})", "InvalidResourceRequest");
    row("credential name", "/credentials/-c1", R"({"properties":{"type":"ManagedIdentity"}})", "InvalidResourceRequest");
    row("not an identity", "/credentials/c1", R"({"properties":{"type":"ManagedIdentity","typeProperties":{"resourceId":"/subscriptions/x"}}})", "InvalidResourceRequest");
    row("key not from a vault", "/credentials/c1", R"({"properties":{"type":"ServicePrincipal","typeProperties":{"servicePrincipalKey":{"type":"SecureString","value":"x"}}}})", "InvalidResourceRequest");
}

void TestDataFactory::documentRefusals()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    DataFactoryWorld world;
    world.makeFactory();
    const Response answer = world.call("PUT", world.factory(path), QJsonDocument::fromJson(body).object());
    QCOMPARE(answer.status, 400);
    QTEST(DataFactoryWorld::code(answer), "code");
}

void TestDataFactory::references()
{
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    const QString runtime = world.makeRuntime();
    const QString credential = world.factory(text("/credentials/uamiCred"));
    const QString vault = world.factory(text("/linkedservices/Akv"));
    const QJsonObject store = world.object(R"({"properties":{"type":"AzureKeyVault","typeProperties":{"baseUrl":"https://kv.vault.azure.net/"}}})");
    QCOMPARE(world.call("PUT", vault, store).status, 200);
    const QJsonObject identity = world.object(R"({"properties":{"type":"ManagedIdentity","annotations":[],"typeProperties":{"resourceId":
        "/subscriptions/S/resourcegroups/RG/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u"}}})");
    QCOMPARE(world.call("PUT", credential, identity).status, 200);
    const QJsonObject service = DataFactoryWorld::service({
        {text("credential"), world.object(R"({"referenceName":"uamiCred","type":"CredentialReference"})")},
        {text("password"), world.object(R"({"type":"AzureKeyVaultSecret","store":{"referenceName":"Akv","type":"LinkedServiceReference"},"secretName":"pg"})")}});
    const QString path = world.factory(text("/linkedservices/PgSales"));
    QCOMPARE(world.call("PUT", path, service, text(world.author)).status, 200); // linkedServices/write is enough
    QVERIFY(!propertiesOf(world.get(path)).value(text("typeProperties")).toObject().contains(text("encryptedCredential")));
    for (const QString &used : {runtime, credential, vault}) {
        const Response answer = world.call("DELETE", used);
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.body.contains("The document cannot be deleted since it is referenced by PgSales."));
    }
    QCOMPARE(world.call("DELETE", path).status, 200);
    for (const QString &used : {runtime, credential, vault})
        QCOMPARE(world.call("DELETE", used).status, 200);
}

// --- the whole ----------------------------------------------------------------------------------

void TestDataFactory::unregisteredNetwork()
{
    DataFactoryWorld world;
    world.makeFactory();
    world.state().subscriptions.first().registrations.insert(text("Microsoft.Network"), text("NotRegistered"));
    const Response answer = world.call("PUT", world.factory(text("/managedVirtualNetworks/default")), world.object(R"({"properties":{}})"));
    QCOMPARE(answer.status, 409);
    QCOMPARE(DataFactoryWorld::code(answer), text("MissingSubscriptionRegistration"));
}

void TestDataFactory::factoryTakesAllAlong()
{
    DataFactoryWorld world;
    world.buildRoad();
    QVERIFY(world.connection());
    QCOMPARE(world.call("DELETE", world.factory()).status, 200);
    QVERIFY(std::as_const(world.state()).below(world.factory()).isEmpty());
    QVERIFY(!world.connection());
    world.wait(400); // nothing that was planned stumbles over it
}

//! A world can be saved in the middle of everything.
void TestDataFactory::savedWorld()
{
    DataFactoryWorld world;
    world.makeFactory();
    world.makeNetwork();
    const QString path = world.makeEndpoint();
    world.wait(10);
    auto copy = State::fromJson(world.state().toJson());
    QVERIFY(copy);
    world.world = std::make_unique<World>(std::move(*copy));
    world.wait(80);
    QCOMPARE(propertiesOf(world.get(path)).value(text("provisioningState")).toString(), text("Succeeded"));
}

QTEST_GUILESS_MAIN(TestDataFactory)
#include "tst_datafactory.moc"
