// SPDX-License-Identifier: Apache-2.0
#include "worldtest.h"

#include <QTest>
#include <functional>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

class TestWorldfile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void defaultWorld();
    void contoso();
    void complaints_data();
    void complaints();
    void vnetInjectedServerRefusesEndpoints();
};

void TestWorldfile::defaultWorld()
{
    const State state = worldState(QStringLiteral("default"));
    QCOMPARE(state.principals.first().userPrincipalName, QStringLiteral("owner@sandbox.example"));
    const World world{State(state)};
    const QString subscription = QStringLiteral("/subscriptions/") + state.subscriptions.first().id;
    QVERIFY(world.allowed(state.principals.first().objectId, QStringLiteral("Microsoft.Authorization/locks/write"), subscription));
    for (const char *space : {"Microsoft.DBforPostgreSQL", "Microsoft.Network", "Microsoft.DataFactory", "Microsoft.ManagedIdentity"})
        QCOMPARE(state.subscriptions.first().registrations.value(QLatin1String(space)), QStringLiteral("Registered"));
    QVERIFY(state.policies.isEmpty() && state.locations.contains(QLatin1String("westeurope")));
    QStringList types;
    for (const auto &[place, resource] : state.resources)
        types.append(resource.type.section(QLatin1Char('/'), 1));
    QCOMPARE(types, QStringList({QStringLiteral("resourceGroups"), QStringLiteral("virtualNetworks"), QStringLiteral("virtualNetworks/subnets")}));
}

void TestWorldfile::contoso()
{
    const State state = worldState(QStringLiteral("contoso"));
    QCOMPARE(state.tenants.size(), 2);
    QVERIFY(state.subscriptions.size() >= 4);
    const QString all = QStringLiteral("/subscriptions");
    QCOMPARE(state.list(all, QStringLiteral("Microsoft.Authorization/locks")).size(), 1);
    QCOMPARE(state.list(all, QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers")).size(), 2);
    int pending = 0;
    for (const Resource *one : state.list(all, QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections")))
        pending += one->body.value(QLatin1String("properties"))
                       .toObject()
                       .value(QLatin1String("privateLinkServiceConnectionState"))
                       .toObject()
                       .value(QLatin1String("status")) == QLatin1String("Pending");
    QCOMPARE(pending, 2);
}

using Change = std::function<void(QJsonObject &)>;

static Change inList(const char *list, const char *member, const QJsonValue &value)
{
    return [=](QJsonObject &world) {
        QJsonArray array = world.value(QLatin1String(list)).toArray();
        QJsonObject first = array.first().toObject();
        first.insert(QLatin1String(member), value);
        array.replace(0, first);
        world.insert(QLatin1String(list), array);
    };
}

static Change member(const char *name, const QJsonValue &value)
{
    return [=](QJsonObject &world) { world.insert(QLatin1String(name), value); };
}

static Change twice(const char *list)
{
    return [=](QJsonObject &world) {
        QJsonArray array = world.value(QLatin1String(list)).toArray();
        array.append(array.first());
        world.insert(QLatin1String(list), array);
    };
}

Q_DECLARE_METATYPE(Change)

void TestWorldfile::complaints_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("names"); // what the complaint must hold
    const auto row = [](const char *name, const Change &change, const char *names) { QTest::newRow(name) << change << QString::fromLatin1(names); };
    row("version", member("causewayWorld", 2), "causewayWorld");
    row("member", member("tennants", 1), "\"tennants\"");
    row(
        "no users", [](QJsonObject &world) { world.remove(QStringLiteral("users")); }, "\"users\" is missing");
    row("time scale", member("timeScale", 0), "timeScale");
    row("no list", member("tenants", QJsonObject{}), "is not a list");
    row("user member", inList("users", "upn", 1), "users[0]: unknown member \"upn\"");
    row("user tenant", inList("users", "tenant", QStringLiteral("nowhere.example")), "nowhere.example");
    row("user kind", inList("users", "kind", QStringLiteral("Robot")), "Robot");
    row("role",
        inList("users", "roles", QJsonArray{QJsonObject{{QStringLiteral("role"), QStringLiteral("King")}, {QStringLiteral("scope"), QStringLiteral("/")}}}),
        "users[0].roles[0]: role \"King\"");
    row("scope",
        inList("users", "roles",
               QJsonArray{QJsonObject{{QStringLiteral("role"), QStringLiteral("Owner")}, {QStringLiteral("scope"), QStringLiteral("/subscriptions/0")}}}),
        "/subscriptions/0");
    row("subscription state", inList("subscriptions", "state", QStringLiteral("Gone")), "Gone");
    row("tenant twice", twice("tenants"), "tenants[1]");
    row("user twice", twice("users"), "objectId");
    row("subscription twice", twice("subscriptions"), "subscriptions[1]");
    row("resource twice", twice("resources"), "is there twice");
    row("resource id", inList("resources", "id", QStringLiteral("rg-network")), "\"rg-network\" is no scope");
    row("resource location", inList("resources", "body", QJsonObject{{QStringLiteral("location"), QStringLiteral("atlantis")}}), "atlantis");
    row("lock level",
        member("locks", QJsonArray{QJsonObject{{QStringLiteral("scope"), QStringLiteral("/")},
                                               {QStringLiteral("name"), QStringLiteral("a")},
                                               {QStringLiteral("level"), QStringLiteral("Firm")}}}),
        "Firm");
    row("policy", member("policies", QJsonArray{QJsonObject{{QStringLiteral("scope"), QStringLiteral("/")}}}), "policies[0]: \"effect\" is missing");
}

void TestWorldfile::complaints()
{
    QFETCH(Change, change);
    QFETCH(QString, names);
    QJsonObject world = worldJson(QStringLiteral("default"));
    QString error;
    QVERIFY2(stateFromWorld(world, &error), qPrintable(error));
    change(world);
    QVERIFY(!stateFromWorld(world, &error));
    QVERIFY2(error.contains(names), qPrintable(error));
}

void TestWorldfile::vnetInjectedServerRefusesEndpoints()
{
    Caller caller(worldState(QStringLiteral("contoso")));
    const QString legacy =
        QStringLiteral("/subscriptions/%1/resourceGroups/rg-legacy/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-legacy").arg(caller.subscription);
    caller.subscription = caller.world.state().subscriptions.at(1).id;
    const QString network = QStringLiteral("/subscriptions/%1/resourceGroups/rg-network").arg(caller.subscription);
    const QJsonObject connection{{QStringLiteral("name"), QStringLiteral("c")},
                                 {QStringLiteral("properties"), QJsonObject{{QStringLiteral("privateLinkServiceId"), legacy},
                                                                            {QStringLiteral("groupIds"), QJsonArray{QStringLiteral("postgresqlServer")}}}}};
    const QJsonObject body{
        {QStringLiteral("location"), QStringLiteral("westeurope")},
        {QStringLiteral("properties"),
         QJsonObject{
             {QStringLiteral("subnet"),
              QJsonObject{{QStringLiteral("id"), network + QStringLiteral("/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/snet-endpoints")}}},
             {QStringLiteral("privateLinkServiceConnections"), QJsonArray{connection}}}}};
    const Response refused =
        caller.call("PUT", network + QStringLiteral("/providers/Microsoft.Network/privateEndpoints/pe-one"), QStringLiteral("2024-07-01"), body);
    QCOMPARE(refused.status, 400);
    QCOMPARE(codeOf(refused), QStringLiteral("PrivateEndpointFeatureNotSupportedOnServer"));
}

QTEST_GUILESS_MAIN(TestWorldfile)
#include "tst_worldfile.moc"
