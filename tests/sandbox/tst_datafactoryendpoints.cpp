// SPDX-License-Identifier: Apache-2.0
#include "datafactoryworld.h"

#include <QTest>

using namespace causeway::sandbox;
using test::DataFactoryWorld;
using test::propertiesOf;

static QString text(const char *ascii)
{
    return QString::fromLatin1(ascii);
}

//! The managed network and its private endpoints.
class TestDataFactoryEndpoints : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
};

void TestDataFactoryEndpoints::managedNetwork()
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

void TestDataFactoryEndpoints::endpointStates()
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

void TestDataFactoryEndpoints::endpointSticks_data()
{
    QTest::addColumn<QStringList>("decisions");
    QTest::addColumn<QString>("known"); // what the factory says in the end
    QTest::newRow("approved") << QStringList{text("Approved")} << text("Approved");
    QTest::newRow("rejected") << QStringList{text("Rejected")} << text("Rejected");
    QTest::newRow("rejected after approval: frozen") << QStringList{text("Approved"), text("Rejected")} << text("Approved");
}

void TestDataFactoryEndpoints::endpointSticks()
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

void TestDataFactoryEndpoints::endpointRefusals_data()
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

void TestDataFactoryEndpoints::endpointRefusals()
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

void TestDataFactoryEndpoints::endpointDuplicate()
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

void TestDataFactoryEndpoints::endpointAbsent_data()
{
    QTest::addColumn<int>("status");
    QTest::newRow("as Terraform saw it") << 400;
    QTest::newRow("by switch") << 404;
}

void TestDataFactoryEndpoints::endpointAbsent()
{
    QFETCH(int, status);
    DataFactoryWorld world(status == 400 ? QJsonObject() : QJsonObject{{text("missingManagedEndpointStatus"), status}});
    world.makeFactory();
    world.makeNetwork();
    QCOMPARE(world.call("GET", world.factory(text("/managedVirtualNetworks/default/managedPrivateEndpoints/none"))).status, status);
}

void TestDataFactoryEndpoints::endpointFails()
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

QTEST_GUILESS_MAIN(TestDataFactoryEndpoints)
#include "tst_datafactoryendpoints.moc"
