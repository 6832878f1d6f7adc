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

//! Factories: what they are made of, and what goes with them.
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
    void unregisteredNetwork();
    void factoryTakesAllAlong();
    void savedWorld();
};

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
