// SPDX-License-Identifier: Apache-2.0
#include "worldtest.h"

#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

class TestAuthorization : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lockLifeCycle_data();
    void lockLifeCycle();
    void lockRefusals();
    void listsAtScopeAndBelow();
    void locksAgainst_data();
    void locksAgainst();
    void lockedText();
    void permissions();
    void rights_data();
    void rights();
    void listsShowWhatMayBeRead();
    void pollingNeedsOnlyTheSignedUrl();
    void roleLists();
};

static const QString version = QStringLiteral("2020-05-01");
static const QString locks = QStringLiteral("/providers/Microsoft.Authorization/locks");
static const QString group = QStringLiteral("/subscriptions/{s}/resourceGroups/rg-network");
static const QString network = group + QStringLiteral("/providers/Microsoft.Network/virtualNetworks/vnet-hub");

static QJsonObject level(const char *text, const QString &notes = {})
{
    return {{QStringLiteral("properties"), QJsonObject{{QStringLiteral("level"), QLatin1String(text)}, {QStringLiteral("notes"), notes}}}};
}

void TestAuthorization::lockLifeCycle_data()
{
    QTest::addColumn<QString>("scope");
    QTest::newRow("subscription") << QStringLiteral("/subscriptions/{s}");
    QTest::newRow("group") << group;
    QTest::newRow("resource") << network;
    QTest::newRow("child") << network + QStringLiteral("/subnets/snet-endpoints");
}

void TestAuthorization::lockLifeCycle()
{
    QFETCH(QString, scope);
    Caller caller(worldState(QStringLiteral("default")));
    const QString lock = scope + locks + QStringLiteral("/keep");
    QCOMPARE(caller.call("GET", lock, version).status, 404);
    const Response created = caller.call("PUT", lock, version, level("readonly", QStringLiteral("why")));
    QCOMPARE(created.status, 201);
    const QJsonObject properties = bodyOf(created).value(QLatin1String("properties")).toObject();
    QCOMPARE(properties.value(QLatin1String("level")).toString(), QStringLiteral("ReadOnly"));
    QCOMPARE(properties.value(QLatin1String("notes")).toString(), QStringLiteral("why"));
    QCOMPARE(bodyOf(created).value(QLatin1String("id")).toString(), QString(lock).replace(QLatin1String("{s}"), caller.subscription));
    QCOMPARE(caller.call("PUT", lock, version, level("CanNotDelete")).status, 200); // no lock guards a lock
    QCOMPARE(caller.call("GET", lock, QStringLiteral("2016-09-01")).status, 200);
    QCOMPARE(caller.call("DELETE", lock, version).status, 200);
    QCOMPARE(caller.call("DELETE", lock, version).status, 204);
}

void TestAuthorization::lockRefusals()
{
    Caller caller(worldState(QStringLiteral("default")));
    QCOMPARE(caller.call("PUT", group + locks + QStringLiteral("/a"), version, level("Firm")).status, 400);
    QCOMPARE(caller.call("PUT", group + locks + QStringLiteral("/a"), version, level("ReadOnly", QString(513, QLatin1Char('x')))).status, 400);
    QCOMPARE(caller.call("PUT", group + locks + QStringLiteral("/a."), version, level("ReadOnly")).status, 400);
    QCOMPARE(codeOf(caller.call("PUT", group + QStringLiteral("/providers/Microsoft.Network/virtualNetworks/none") + locks + QStringLiteral("/a"), version,
                                level("ReadOnly"))),
             QStringLiteral("ResourceNotFound"));
    caller.principal = caller.world.state().principals.at(1).objectId;
    const Response refused = caller.call("PUT", group + locks + QStringLiteral("/a"), version, level("ReadOnly"));
    QCOMPARE(codeOf(refused), QStringLiteral("AuthorizationFailed"));
    QVERIFY2(messageOf(refused).startsWith(QLatin1String("The client 'reader@sandbox.example' with object id '")), qPrintable(messageOf(refused)));
    QVERIFY(messageOf(refused).contains(QLatin1String("action 'Microsoft.Authorization/locks/write' over scope '/subscriptions/")));
}

void TestAuthorization::listsAtScopeAndBelow()
{
    Caller caller(worldState(QStringLiteral("default")));
    for (const QString &scope : {QStringLiteral("/subscriptions/{s}"), group, network})
        caller.call("PUT", scope + locks + QStringLiteral("/keep"), version, level("CanNotDelete"));
    const auto count = [&](const QString &scope, const char *query) {
        return valueOf(caller.call("GET", scope + locks + QLatin1String(query), version)).size();
    };
    QCOMPARE(count(QStringLiteral("/subscriptions/{s}"), ""), 3);
    QCOMPARE(count(QStringLiteral("/subscriptions/{s}"), "?$filter=atScope()"), 1);
    QCOMPARE(count(group, ""), 2);
    QCOMPARE(count(group, "?%24filter=atScope%28%29"), 1);
    QCOMPARE(count(network, ""), 1); // not the inherited ones
}

void TestAuthorization::locksAgainst_data()
{
    QTest::addColumn<QByteArray>("lockLevel");
    QTest::addColumn<QString>("lockScope");
    QTest::addColumn<QString>("scope");
    QTest::addColumn<bool>("deleting");
    QTest::addColumn<bool>("forbidden");
    const QString subscription = QStringLiteral("/subscriptions/{s}"), subnet = network + QStringLiteral("/subnets/snet-endpoints");
    QTest::newRow("write below ReadOnly") << QByteArray("ReadOnly") << group << subnet << false << true;
    QTest::newRow("write at ReadOnly") << QByteArray("ReadOnly") << network << network << false << true;
    QTest::newRow("write above ReadOnly") << QByteArray("ReadOnly") << subnet << network << false << false;
    QTest::newRow("delete above ReadOnly") << QByteArray("ReadOnly") << subnet << network << true << true;
    QTest::newRow("write at CanNotDelete") << QByteArray("CanNotDelete") << network << network << false << false;
    QTest::newRow("delete below CanNotDelete") << QByteArray("CanNotDelete") << subscription << subnet << true << true;
    QTest::newRow("delete above CanNotDelete") << QByteArray("CanNotDelete") << network << group << true << true;
    QTest::newRow("NotSpecified") << QByteArray("NotSpecified") << network << network << true << false;
    QTest::newRow("same beginning") << QByteArray("ReadOnly") << group << group + QStringLiteral("-other/providers/x/y/z") << true << false;
}

void TestAuthorization::locksAgainst()
{
    QFETCH(QByteArray, lockLevel);
    QFETCH(QString, lockScope);
    QFETCH(QString, scope);
    QFETCH(bool, deleting);
    QFETCH(bool, forbidden);
    Caller caller(worldState(QStringLiteral("default")));
    QCOMPARE(caller.call("PUT", lockScope + locks + QStringLiteral("/it"), version, level(lockLevel.constData())).status, 201);
    scope.replace(QLatin1String("{s}"), caller.subscription);
    QCOMPARE(caller.world.locksAgainst(scope, deleting).size(), forbidden ? 1 : 0);
}

void TestAuthorization::lockedText()
{
    const Response response =
        World::locked(QStringLiteral("/a/b"),
                      {QStringLiteral("/a/providers/Microsoft.Authorization/locks/x"), QStringLiteral("/a/providers/microsoft.authorization/locks/y")}, true);
    QCOMPARE(response.status, 409);
    QCOMPARE(
        messageOf(response),
        QStringLiteral("The scope '/a/b' cannot perform delete operation because following scope(s) are locked: '/a'. Please remove the lock and try again."));
}

void TestAuthorization::permissions()
{
    Caller caller(worldState(QStringLiteral("contoso")));
    const QString path = QStringLiteral("/subscriptions/{s}/resourceGroups/rg-sales/providers/Microsoft.Authorization/permissions");
    const auto ask = [&](int person) {
        caller.principal = caller.world.state().principals.at(person).objectId;
        return caller.call("GET", path, QStringLiteral("2022-04-01"));
    };
    QCOMPARE(valueOf(ask(0)).size(), 1);
    QCOMPARE(valueOf(ask(0)).first().toObject().value(QLatin1String("actions")).toArray().first().toString(), QStringLiteral("*"));
    QCOMPARE(valueOf(ask(1)).size(), 3); // the DBA: an entry for every assignment
    QCOMPARE(ask(2).status, 403);        // the network admin has none here
}

void TestAuthorization::rights_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("action");
    QTest::addColumn<int>("subscription"); // index in the file
    QTest::addColumn<QString>("below");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *user, const char *action, int subscription, const char *below, bool allowed) {
        QTest::addRow("%s %s %s", user, action, below)
            << QString::fromLatin1(user) << QString::fromLatin1(action) << subscription << QString::fromLatin1(below) << allowed;
    };
    const char *approve = "Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action";
    row("owner", "Microsoft.Authorization/locks/write", 0, "", true);
    row("dba", approve, 0, "/resourceGroups/rg-sales", true);
    row("dba", "Microsoft.Authorization/locks/write", 0, "/resourceGroups/rg-sales", false);
    row("dba", "Microsoft.DBforPostgreSQL/flexibleServers/write", 0, "/resourceGroups/rg-legacy", false);
    row("netadmin", "Microsoft.Network/privateEndpoints/write", 1, "/resourceGroups/rg-network", true);
    row("netadmin", "Microsoft.DBforPostgreSQL/flexibleServers/read", 0, "/resourceGroups/rg-sales", false);
    row("engineer", "Microsoft.DataFactory/factories/linkedServices/write", 2, "/resourceGroups/rg-data", true);
    row("engineer", approve, 0, "/resourceGroups/rg-sales", false);
    row("reader", "Microsoft.DBforPostgreSQL/flexibleServers/read", 0, "/resourceGroups/rg-sales", true);
    row("reader", "Microsoft.DBforPostgreSQL/checkNameAvailability/action", 0, "", false);
    row("approver", approve, 0, "/resourceGroups/rg-sales", true);
    row("approver", "Microsoft.DBforPostgreSQL/flexibleServers/write", 0, "/resourceGroups/rg-sales", false);
}

void TestAuthorization::rights()
{
    QFETCH(QString, user);
    QFETCH(QString, action);
    QFETCH(int, subscription);
    QFETCH(QString, below);
    QFETCH(bool, allowed);
    const World world(worldState(QStringLiteral("contoso")));
    QString objectId;
    for (const Principal &one : world.state().principals) {
        if (one.userPrincipalName == user + QStringLiteral("@contoso.example"))
            objectId = one.objectId;
    }
    QVERIFY(!objectId.isEmpty());
    QCOMPARE(world.allowed(objectId, action, QStringLiteral("/subscriptions/") + world.state().subscriptions.at(subscription).id + below), allowed);
}

//! The approver has a role on one group only: subscription-wide lists answer with what lies in it.
void TestAuthorization::listsShowWhatMayBeRead()
{
    Caller caller(worldState(QStringLiteral("contoso")));
    const QString servers = QStringLiteral("/subscriptions/{s}/providers/Microsoft.DBforPostgreSQL/flexibleServers");
    QCOMPARE(valueOf(caller.call("GET", servers, QStringLiteral("2025-08-01"))).size(), 2);
    for (const Principal &one : std::as_const(caller.world.state().principals)) {
        if (one.userPrincipalName.startsWith(QLatin1String("approver")))
            caller.principal = one.objectId;
    }
    const QJsonArray seen = valueOf(caller.call("GET", servers, QStringLiteral("2025-08-01")));
    QCOMPARE(seen.size(), 1);
    QCOMPARE(seen.first().toObject().value(QLatin1String("name")).toString(), QStringLiteral("pg-sales"));
    QCOMPARE(valueOf(caller.call("GET", QStringLiteral("/subscriptions/{s}/resourceGroups"), QStringLiteral("2024-11-01"))).size(), 1);
    QCOMPARE(caller
                 .call("GET", QStringLiteral("/subscriptions/{s}/resourceGroups/rg-legacy/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-legacy"),
                       QStringLiteral("2025-08-01"))
                 .status,
             403);
}

void TestAuthorization::pollingNeedsOnlyTheSignedUrl()
{
    Caller caller(worldState(QStringLiteral("contoso")));
    for (const Principal &one : std::as_const(caller.world.state().principals)) {
        if (one.userPrincipalName.startsWith(QLatin1String("approver")))
            caller.principal = one.objectId;
    }
    const QString server =
        QStringLiteral("/subscriptions/%1/resourceGroups/rg-sales/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-sales").arg(caller.subscription);
    const auto waiting = caller.world.state().list(server, QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections"));
    QCOMPARE(waiting.size(), 2);
    const QJsonObject decision{{QStringLiteral("properties"), QJsonObject{{QStringLiteral("privateLinkServiceConnectionState"),
                                                                           QJsonObject{{QStringLiteral("status"), QStringLiteral("Approved")}}}}}};
    const Response started = caller.call("PUT", waiting.first()->id, QStringLiteral("2025-08-01"), decision);
    QCOMPARE(started.status, 202);
    QCOMPARE(caller.follow(headerValue(started.headers, "azure-asyncoperation")).status, 200); // no role at the subscription
}

void TestAuthorization::roleLists()
{
    Caller caller(worldState(QStringLiteral("default")));
    const QString base = QStringLiteral("/subscriptions/{s}/providers/Microsoft.Authorization/");
    const QJsonArray readers =
        valueOf(caller.call("GET", base + QStringLiteral("roleDefinitions?$filter=roleName%20eq%20'Reader'"), QStringLiteral("2022-04-01")));
    QCOMPARE(readers.size(), 1);
    QCOMPARE(readers.first().toObject().value(QLatin1String("name")).toString(), QStringLiteral("acdd72a7-3385-48ef-bd42-f606fba81ae7"));
    QCOMPARE(valueOf(caller.call("GET", base + QStringLiteral("roleAssignments"), QStringLiteral("2022-04-01"))).size(), 2);
    QCOMPARE(valueOf(caller.call("GET", base + QStringLiteral("roleAssignments?$filter=principalId%20eq%20'%1'").arg(caller.principal),
                                 QStringLiteral("2022-04-01")))
                 .size(),
             1);
}

QTEST_GUILESS_MAIN(TestAuthorization)
#include "tst_authorization.moc"
