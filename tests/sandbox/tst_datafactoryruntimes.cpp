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

//! Integration runtimes and interactive authoring.
class TestDataFactoryRuntimes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runtimeStates();
    void runtimeRefusals_data();
    void runtimeRefusals();
    void authoring();
    void authoringNeedsRuntime();
    void selfHosted();
};

static QJsonObject statusOf(DataFactoryWorld &world, const QString &runtime)
{
    return propertiesOf(world.json(world.call("POST", world.factory(text("/integrationRuntimes/") + runtime + text("/getStatus")))));
}

static QString authoringOf(DataFactoryWorld &world)
{
    return statusOf(world, text("VnetIR")).value(text("typeProperties")).toObject().value(text("interactiveQuery")).toObject().value(text("status")).toString();
}

void TestDataFactoryRuntimes::runtimeStates()
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

void TestDataFactoryRuntimes::runtimeRefusals_data()
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

void TestDataFactoryRuntimes::runtimeRefusals()
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

void TestDataFactoryRuntimes::authoring()
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

void TestDataFactoryRuntimes::authoringNeedsRuntime()
{
    DataFactoryWorld world;
    world.makeFactory();
    const QString path = world.factory(text("/integrationRuntimes/PublicIR"));
    QCOMPARE(world.call("POST", path + text("/enableInteractiveQuery")).status, 404);
    world.call("PUT", path, world.object(R"({"properties":{"type":"Managed"}})"));
    world.wait(41);
    QCOMPARE(world.call("POST", path + text("/enableInteractiveQuery")).status, 400); // not in the managed network
}

void TestDataFactoryRuntimes::selfHosted()
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

QTEST_GUILESS_MAIN(TestDataFactoryRuntimes)
#include "tst_datafactoryruntimes.moc"
