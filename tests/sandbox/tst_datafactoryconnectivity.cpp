// SPDX-License-Identifier: Apache-2.0
#include "datafactoryworld.h"

#include "sandbox/providers/datafactory.h"
#include "sandbox/providers/postgresql.h"

#include <QTest>
#include <functional>

using namespace causeway::sandbox;
using causeway::sandbox::test::DataFactoryWorld;

using Break = std::function<void(DataFactoryWorld &, QJsonObject &)>;
Q_DECLARE_METATYPE(Break)

static QString text(const char *ascii)
{
    return QString::fromLatin1(ascii);
}

static QJsonObject settingsOf(const QJsonObject &service)
{
    return service.value(text("properties")).toObject().value(text("typeProperties")).toObject();
}

static void change(QJsonObject &service, const char *name, const QJsonValue &value)
{
    service = DataFactoryWorld::service({{text(name), value}});
}

static void setServer(DataFactoryWorld &world, const char *group, const char *name, const QJsonValue &value)
{
    QJsonObject properties = world.server().body.value(text("properties")).toObject();
    if (*group) {
        QJsonObject inner = properties.value(text(group)).toObject();
        inner.insert(text(name), value);
        properties.insert(text(group), inner);
    } else {
        properties.insert(text(name), value);
    }
    world.server().body.insert(text("properties"), properties);
}

static QJsonObject serverSays(const char *sqlState, const char *message)
{
    return {{text("ok"), false}, {text("sqlstate"), text(sqlState)}, {text("phase"), text("auth")}, {text("message"), text(message)}};
}

class TestDataFactoryConnectivity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void succeeds();
    void brokenRung_data();
    void brokenRung();
    void publicRoad_data();
    void publicRoad();
    void sslModes_data();
    void sslModes();
    void computed_data();
    void computed();
    void trusting();
    void savedAndMasked();
    void starsArePasswords();
    void parameters();
    void interactiveTimer();
    void idleFloor();
    void entra_data();
    void entra();
    void rights();
    void vaultAddress_data();
    void vaultAddress();
    void preview();
};

void TestDataFactoryConnectivity::succeeds()
{
    DataFactoryWorld world;
    world.buildRoad();
    const Response answer = world.testService(DataFactoryWorld::service());
    QCOMPARE(answer.status, 200);
    QCOMPARE(world.json(answer).value(text("succeeded")), QJsonValue(true));
    QVERIFY(!world.json(answer).contains(text("errors")));
    QVERIFY(!world.json(answer).contains(text("note")));
    QVERIFY(world.connect.has_value());
    QCOMPARE(world.connect->server, DataFactoryWorld::serverId().toLower());
    QCOMPARE(world.connect->arguments.value(text("password")).toString(), text(DataFactoryWorld::password));
    QCOMPARE(world.connect->arguments.value(text("fqdn")).toString(), text(DataFactoryWorld::host));
    QCOMPARE(world.connect->arguments.value(text("rootCertificate")).toString(), text("azure"));
    QCOMPARE(world.ledger(text("tested")), QStringList{DataFactoryWorld::factory()});
    QVERIFY(!world.everything.contains(DataFactoryWorld::password));
}

//! Everything holds but one rung: its own failure, and no other's.
void TestDataFactoryConnectivity::brokenRung_data()
{
    QTest::addColumn<Break>("breakIt");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, Break breakIt, int status, const char *code, const char *words) {
        QTest::newRow(name) << breakIt << status << text(code) << text(words);
    };
    row("no such runtime", [](auto &, auto &s) { s = DataFactoryWorld::service({}, text("Nowhere")); }, 400, "InputIsMalformedDetailed", "Nowhere");
    row("runtime not online", [](auto &w, auto &) { w.state().find(w.factory(text("/integrationRuntimes/VnetIR")))->hidden.insert(text("online"), 9e15); },
        400, "BadRequest", "not online");
    row("authoring switched off", [](auto &w, auto &) { w.call("POST", w.factory(text("/integrationRuntimes/VnetIR/disableInteractiveQuery"))); w.wait(11); },
        400, "InteractiveAuthoringNotEnabled", "Disabled");
    row("authoring timed out", [](auto &w, auto &) { w.wait(3601); }, 400, "InteractiveAuthoringNotEnabled", "Disabled");
    row("no endpoint", [](auto &w, auto &) { w.call("DELETE", w.factory(text("/managedVirtualNetworks/default/managedPrivateEndpoints/pg-mpe"))); w.wait(46); },
        200, "ConnectionTimeout", "no managed private endpoint");
    row("removed on the server", [](auto &w, auto &) { w.call("DELETE", w.connection()->id, {}, text(w.owner), text("2025-08-01")); w.wait(310); },
        200, "ConnectionTimeout", "not approved on the server");
    row("rejected after approval", [](auto &w, auto &) { w.decide(text("Rejected")); }, 200, "ConnectionTimeout", "not approved on the server");
    row("unknown host", [](auto &, auto &s) { change(s, "server", text("nobody.postgres.database.azure.com")); }, 200, "HostNotFound", "nobody");
    row("injected server", [](auto &w, auto &) { setServer(w, "network", "delegatedSubnetResourceId", text("/x")); }, 200, "ConnectionTimeout", "private access");
    row("stopped server", [](auto &w, auto &) { setServer(w, "", "state", text("Stopped")); }, 200, "ServerNotReady", "Stopped");
    row("wrong port", [](auto &, auto &s) { change(s, "port", 5433); }, 200, "ConnectionRefused", "5433");
    row("no TLS", [](auto &w, auto &s) { change(s, "sslMode", 0);
            w.outcome = serverSays("28000", "connection to server at \"127.0.0.1\", port 1 failed: FATAL:  no pg_hba.conf entry for host \"10.0.0.4\", user \"u\", database \"d\", no encryption"); },
        200, "28000", "28000: no pg_hba.conf entry for host \"10.0.0.4\"");
    row("certificate", [](auto &w, auto &s) { change(s, "sslMode", 5);
            w.outcome = {{text("ok"), false}, {text("sqlstate"), QString()}, {text("phase"), text("tls")}, {text("message"), text("SSL error: certificate verify failed")}}; },
        200, "TlsFailed", "libpq: SSL error: certificate verify failed");
    row("wrong password", [](auto &w, auto &s) { change(s, "password", text("nope")); w.outcome = serverSays("28P01", "password authentication failed for user \"demoadmin\""); },
        200, "28P01", "28P01: password authentication failed for user \"demoadmin\"");
    row("unknown database", [](auto &w, auto &s) { change(s, "database", text("nodb")); w.outcome = serverSays("3D000", "database \"nodb\" does not exist"); },
        200, "3D000", "3D000: database \"nodb\" does not exist");
    row("password off", [](auto &w, auto &) { setServer(w, "authConfig", "passwordAuth", text("Disabled")); }, 200, "AuthenticationFailed", "password authentication is not enabled");
    row("no user name", [](auto &, auto &s) { change(s, "username", QJsonValue::Null); }, 200, "InvalidParameter", "username");
    row("sslMode out of range", [](auto &, auto &s) { change(s, "sslMode", 6); }, 200, "InvalidParameter", "sslMode");
}

void TestDataFactoryConnectivity::brokenRung()
{
    QFETCH(Break, breakIt);
    QFETCH(int, status);
    DataFactoryWorld world;
    world.buildRoad();
    QJsonObject service = DataFactoryWorld::service();
    breakIt(world, service);
    const Response answer = world.testService(service);
    QCOMPARE(answer.status, status);
    const QJsonObject body = world.json(answer);
    const QJsonObject error = status == 200 ? body.value(text("errors")).toArray().at(0).toObject() : body.value(text("error")).toObject();
    if (status == 200)
        QCOMPARE(body.value(text("succeeded")), QJsonValue(false));
    QTEST(error.value(text("code")).toString(), "code");
    QFETCH(QString, words);
    QVERIFY2(error.value(text("message")).toString().contains(words), qPrintable(error.value(text("message")).toString()));
    QVERIFY(!error.value(text("message")).toString().contains(text("127.0.0.1")));
}

void TestDataFactoryConnectivity::publicRoad_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("access");
    QTest::addColumn<QString>("expected"); // code of the failure, or empty
    QTest::newRow("no rule") << QString() << QString() << text("Enabled") << text("FirewallBlocked");
    QTest::newRow("Azure services") << text("0.0.0.0") << text("0.0.0.0") << text("Enabled") << QString();
    QTest::newRow("range around it") << text("20.42.0.0") << text("20.42.255.255") << text("Enabled") << QString();
    QTest::newRow("another range") << text("203.0.113.10") << text("203.0.113.20") << text("Enabled") << text("FirewallBlocked");
    QTest::newRow("access disabled") << text("0.0.0.0") << text("0.0.0.0") << text("Disabled") << text("ConnectionTimeout");
}

void TestDataFactoryConnectivity::publicRoad()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, access);
    DataFactoryWorld world;
    world.makeFactory();
    setServer(world, "network", "publicNetworkAccess", access);
    if (!from.isEmpty()) {
        Resource rule;
        rule.id = DataFactoryWorld::serverId() + text("/firewallRules/r");
        rule.type = text("Microsoft.DBforPostgreSQL/flexibleServers/firewallRules");
        rule.body = {{text("properties"), QJsonObject{{text("startIpAddress"), from}, {text("endIpAddress"), to}}}};
        world.state().put(rule);
    }
    const QJsonObject body = world.json(world.testService(DataFactoryWorld::service({}, QString())));
    QTEST(body.value(text("errors")).toArray().at(0).toObject().value(text("code")).toString(), "expected");
}

void TestDataFactoryConnectivity::sslModes_data()
{
    QTest::addColumn<QString>("connection"); // version 1.0 when it has a connection string
    QTest::addColumn<int>("mode");
    QTest::addColumn<bool>("validates");
    QTest::addColumn<int>("expected");
    for (int mode = 0; mode < 6; ++mode)
        QTest::addRow("2.0 mode %d", mode) << QString() << mode << false << mode;
    QTest::newRow("2.0 default") << QString() << -1 << false << 2;
    QTest::newRow("Require validates") << QString() << 3 << true << 4;
    const QString head = text("host=pgdemo01.postgres.database.azure.com;database=app;port=5432;uid=demoadmin;password=Tr0ub4dor&three");
    QTest::newRow("1.0 none") << head << 0 << false << 0;
    QTest::newRow("1.0 SSL") << head + text(";EncryptionMethod=1") << 0 << false << 3;
    QTest::newRow("1.0 SSL, validated") << head + text(";EncryptionMethod=1;ValidateServerCertificate=1") << 0 << false << 4;
    QTest::newRow("1.0 RequestSSL") << head + text(";EncryptionMethod=6;ValidateServerCertificate=1") << 0 << false << 2;
}

void TestDataFactoryConnectivity::sslModes()
{
    QFETCH(QString, connection);
    QFETCH(int, mode);
    QFETCH(bool, validates);
    DataFactoryWorld world({{text("requireValidatesCertificate"), validates}});
    world.buildRoad();
    QJsonObject service = DataFactoryWorld::service({{text("sslMode"), mode < 0 ? QJsonValue(QJsonValue::Null) : QJsonValue(mode)}});
    if (!connection.isEmpty()) {
        QJsonObject properties = service.value(text("properties")).toObject();
        properties.insert(text("typeProperties"), QJsonObject{{text("connectionString"), connection}});
        properties.remove(text("version"));
        service.insert(text("properties"), properties);
    }
    QCOMPARE(world.json(world.testService(service)).value(text("succeeded")), QJsonValue(true));
    QTEST(world.connect->arguments.value(text("sslMode")).toInt(), "expected");
    QFETCH(int, expected); // Require looks at no certificate; where it does, by the switch, it is sent as Verify-ca
    QCOMPARE(world.connect->arguments.value(text("trustServerCertificate")).toBool(), expected == 3 || (!connection.isEmpty() && expected < 4));
    QCOMPARE(world.connect->arguments.value(text("password")).toString(), text(DataFactoryWorld::password));
}

//! Without PostgreSQL: mode × require_secure_transport × what else is wrong.
void TestDataFactoryConnectivity::computed_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<QString>("required");
    QTest::addColumn<QString>("root");
    QTest::addColumn<QString>("password");
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("expected");
    const auto row = [](int mode, const char *required, const char *root, const char *password, const char *database, const char *expected) {
        QTest::addRow("%d %s %s %s %s", mode, required, root, password, database)
            << mode << text(required) << text(root) << text(password) << text(database) << text(expected);
    };
    for (int mode = 0; mode < 6; ++mode) {
        row(mode, "on", "azure", DataFactoryWorld::password, "app", mode == 0 ? "28000" : "");
        row(mode, "off", "azure", DataFactoryWorld::password, "app", "");
        row(mode, "off", "other", DataFactoryWorld::password, "app", mode > 3 ? "TlsFailed" : "");
    }
    row(3, "on", "azure", "wrong", "app", "28P01");
    row(3, "on", "azure", DataFactoryWorld::password, "nodb", "3D000");
    row(0, "on", "azure", "wrong", "nodb", "28000");
}

void TestDataFactoryConnectivity::computed()
{
    QFETCH(int, mode);
    QFETCH(QString, required);
    QFETCH(QString, root);
    QFETCH(QString, password);
    QFETCH(QString, database);
    DataFactoryWorld world({{text("connectorRootCertificate"), root}});
    world.buildRoad();
    world.outcome = {{text("ok"), true}, {text("computed"), true}};
    world.call("PATCH", DataFactoryWorld::serverId() + text("/configurations/require_secure_transport"),
               {{text("properties"), QJsonObject{{text("value"), required}, {text("source"), text("user-override")}}}}, text(DataFactoryWorld::owner), text("2025-08-01"));
    world.wait(60);
    const QJsonObject body = world.json(world.testService(DataFactoryWorld::service(
        {{text("sslMode"), mode}, {text("database"), database}, {text("password"), QJsonObject{{text("type"), text("SecureString")}, {text("value"), password}}}})));
    QTEST(body.value(text("errors")).toArray().at(0).toObject().value(text("code")).toString(), "expected");
    QVERIFY(body.value(text("note")).toString().startsWith(text("Computed")));
}

void TestDataFactoryConnectivity::trusting()
{
    DataFactoryWorld world({{text("connectorRootCertificate"), text("other")}});
    world.buildRoad();
    world.outcome = {{text("ok"), true}, {text("computed"), true}};
    for (const bool trusts : {false, true}) {
        const QJsonObject service = DataFactoryWorld::service({{text("sslMode"), 5}, {text("trustServerCertificate"), trusts}});
        QCOMPARE(world.json(world.testService(service)).value(text("succeeded")).toBool(), trusts);
    }
}

//! What GET answers can be tested: its encryptedCredential leads to the secret.
void TestDataFactoryConnectivity::savedAndMasked()
{
    DataFactoryWorld world;
    world.buildRoad();
    const QString path = world.factory(text("/linkedservices/PgSales"));
    QCOMPARE(world.call("PUT", path, DataFactoryWorld::service()).status, 200);
    const QJsonObject saved = world.get(path);
    QCOMPARE(settingsOf(saved).value(text("password")).toObject().value(text("value")).toString(), text("**********"));
    QCOMPARE(world.json(world.testService(saved)).value(text("succeeded")), QJsonValue(true));
    QCOMPARE(world.connect->arguments.value(text("password")).toString(), text(DataFactoryWorld::password));
    QVERIFY(world.ledger(text("tested")).at(0).endsWith(text("/linkedservices/PgSales")));
    QVERIFY(!world.everything.contains(DataFactoryWorld::password));
}

void TestDataFactoryConnectivity::starsArePasswords()
{
    DataFactoryWorld world;
    world.buildRoad();
    const QString path = world.factory(text("/linkedservices/PgSales"));
    world.call("PUT", path, DataFactoryWorld::service());
    world.call("PUT", path, world.get(path)); // what no client should do
    world.testService(world.get(path));
    QCOMPARE(world.connect->arguments.value(text("password")).toString(), text("**********"));
}

void TestDataFactoryConnectivity::parameters()
{
    DataFactoryWorld world;
    world.buildRoad();
    QJsonObject service = DataFactoryWorld::service({{text("database"), DataFactoryWorld::object(R"({"value":"@{linkedService().db}","type":"Expression"})")},
                                                     {text("server"), text("@{linkedService().name}.postgres.database.azure.com")}});
    QJsonObject properties = service.value(text("properties")).toObject();
    properties.insert(text("parameters"), DataFactoryWorld::object(R"({"db":"app","name":{"type":"String","defaultValue":"pgdemo01"}})"));
    service.insert(text("properties"), properties);
    QCOMPARE(world.json(world.testService(service)).value(text("succeeded")), QJsonValue(true));
    QCOMPARE(world.connect->arguments.value(text("database")).toString(), text("app"));
}

void TestDataFactoryConnectivity::interactiveTimer()
{
    DataFactoryWorld world;
    world.buildRoad();
    world.enableAuthoring(10);
    QCOMPARE(world.testService(DataFactoryWorld::service()).status, 200);
    for (int round = 0; round < 3; ++round) { // every call begins the ten minutes anew
        world.wait(590);
        QCOMPARE(world.testService(DataFactoryWorld::service()).status, 200);
    }
    world.wait(601);
    QCOMPARE(world.testService(DataFactoryWorld::service()).status, 400);
    const QJsonObject status = world.json(world.call("POST", world.factory(text("/integrationRuntimes/VnetIR/getStatus"))));
    const QJsonObject query = status.value(text("properties")).toObject().value(text("typeProperties")).toObject().value(text("interactiveQuery")).toObject();
    QCOMPARE(query.value(text("status")).toString(), text("Disabled"));
}

//! The idle time follows the time scale, but never falls below its floor.
void TestDataFactoryConnectivity::idleFloor()
{
    DataFactoryWorld world;
    world.buildRoad();
    world.testService(DataFactoryWorld::service());
    world.state().timeScale = 1000; // 60 minutes are 3.6 s now
    world.wait(19);
    QCOMPARE(world.testService(DataFactoryWorld::service()).status, 200);
    world.wait(21);
    QCOMPARE(world.testService(DataFactoryWorld::service()).status, 400);
}

void TestDataFactoryConnectivity::entra_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("broken");
    QTest::addColumn<QString>("expected"); // code, or empty for success
    QTest::newRow("system") << text("SystemAssignedManagedIdentity") << QString() << QString();
    QTest::newRow("system, Entra off") << text("SystemAssignedManagedIdentity") << text("entra off") << text("AuthenticationFailed");
    QTest::newRow("system, none") << text("SystemAssignedManagedIdentity") << text("no identity") << text("SecretNotAvailable");
    QTest::newRow("system, no administrator") << text("SystemAssignedManagedIdentity") << text("no administrator") << text("28P01");
    QTest::newRow("user") << text("UserAssignedManagedIdentity") << QString() << QString();
    QTest::newRow("user, not assigned") << text("UserAssignedManagedIdentity") << text("not assigned") << text("SecretNotAvailable");
    QTest::newRow("principal") << text("ServicePrincipal") << QString() << QString();
    QTest::newRow("principal, wrong secret") << text("ServicePrincipal") << text("wrong secret") << text("EntraSignInFailed");
}

void TestDataFactoryConnectivity::entra()
{
    QFETCH(QString, type);
    QFETCH(QString, broken);
    DataFactoryWorld world;
    world.buildRoad();
    world.outcome = {{text("ok"), true}, {text("computed"), true}};
    const QString uami = world.groupId(text("/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami1"));
    world.call("PUT", uami, {{text("location"), text("westeurope")}}, text(world.owner), text("2024-11-30"));
    QJsonObject identity{{text("type"), text("SystemAssigned,UserAssigned")}, {text("userAssignedIdentities"), QJsonObject{{uami, QJsonObject()}}}};
    if (broken == text("not assigned"))
        identity = {{text("type"), text("SystemAssigned")}};
    if (broken == text("no identity"))
        identity.insert(text("type"), text("UserAssigned"));
    QCOMPARE(world.call("PATCH", world.factory(), {{text("identity"), identity}}).status, 200);
    world.call("PUT", world.factory(text("/credentials/uamiCred")),
               {{text("properties"), QJsonObject{{text("type"), text("ManagedIdentity")}, {text("typeProperties"), QJsonObject{{text("resourceId"), uami}}}}}});
    QJsonObject settings = DataFactoryWorld::object(R"({"username":null,"password":null})");
    settings.insert(text("authenticationType"), type);
    QString role, objectId;
    if (type.startsWith(text("System"))) {
        role = text("adf-Demo");
        objectId = world.get(world.factory()).value(text("identity")).toObject().value(text("principalId")).toString();
    } else if (type.startsWith(text("User"))) {
        role = text("uami1");
        objectId = world.state().find(uami)->body.value(text("properties")).toObject().value(text("principalId")).toString();
        settings.insert(text("credential"), DataFactoryWorld::object(R"({"referenceName":"uamiCred","type":"CredentialReference"})"));
    } else {
        role = text("etl-app");
        objectId = text("55555555-5555-5555-5555-555555555555");
        const QString secret = broken == text("wrong secret") ? text("x") : text("app-secret-1");
        settings.insert(text("username"), role);
        settings.insert(text("tenant"), text("33333333-3333-3333-3333-333333333333"));
        settings.insert(text("servicePrincipalId"), text("66666666-6666-6666-6666-666666666666"));
        settings.insert(text("servicePrincipalCredentialType"), text("ServicePrincipalKey"));
        settings.insert(text("servicePrincipalKey"), QJsonObject{{text("type"), text("SecureString")}, {text("value"), secret}});
    }
    if (broken != text("no administrator")) {
        Resource administrator;
        administrator.id = DataFactoryWorld::serverId() + text("/administrators/") + objectId;
        administrator.type = text("Microsoft.DBforPostgreSQL/flexibleServers/administrators");
        administrator.body = {{text("properties"), QJsonObject{{text("objectId"), objectId}, {text("principalName"), role}}}};
        world.state().put(administrator);
    }
    if (broken == text("entra off"))
        setServer(world, "authConfig", "activeDirectoryAuth", text("Disabled"));
    const QJsonObject body = world.json(world.testService(DataFactoryWorld::service(settings)));
    QTEST(body.value(text("errors")).toArray().at(0).toObject().value(text("code")).toString(), "expected");
    if (body.value(text("succeeded")).toBool()) {
        QCOMPARE(world.connect->arguments.value(text("username")).toString(), role);
        QCOMPARE(world.connect->arguments.value(text("token")).toString(), entraToken(world.state(), objectId));
    }
    QVERIFY(!world.everything.contains("app-secret-1") && !world.everything.contains("entra:"));
}

//! No narrower right than factories/* is known to suffice.
void TestDataFactoryConnectivity::rights()
{
    DataFactoryWorld world;
    world.buildRoad();
    QCOMPARE(world.testService(DataFactoryWorld::service(), text(DataFactoryWorld::reader)).status, 403);
    QCOMPARE(world.testService(DataFactoryWorld::service(), text(DataFactoryWorld::author)).status, 403);
}

void TestDataFactoryConnectivity::vaultAddress_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("succeeds");
    QTest::newRow("good") << text("https://kv-sales.vault.azure.net/") << true;
    QTest::newRow("http") << text("http://kv-sales.vault.azure.net/") << false;
    QTest::newRow("not a vault") << text("https://kv-sales.example.org/") << false;
}

void TestDataFactoryConnectivity::vaultAddress()
{
    QFETCH(QString, address);
    DataFactoryWorld world;
    world.makeFactory();
    const QJsonObject properties{{text("type"), text("AzureKeyVault")}, {text("typeProperties"), QJsonObject{{text("baseUrl"), address}}}};
    QTEST(world.json(world.testService({{text("properties"), properties}})).value(text("succeeded")).toBool(), "succeeds");
}

//! The first scripts used the preview version; the body is asked for as it is.
void TestDataFactoryConnectivity::preview()
{
    DataFactoryWorld world;
    world.buildRoad();
    const QJsonObject body{{text("linkedService"), DataFactoryWorld::service()}};
    QCOMPARE(world.call("POST", world.factory(text("/testConnectivity")), body, text(world.owner), text("2017-09-01-preview")).status, 200);
    QCOMPARE(world.call("POST", world.factory(text("/testConnectivity")), {{text("linkedServiceName"), text("PgSales")}}).status, 400);
    QCOMPARE(world.call("POST", world.factory(text("/testConnectivity")), body, text(world.owner), text("2019-01-01")).status, 400);
}

QTEST_GUILESS_MAIN(TestDataFactoryConnectivity)
#include "tst_datafactoryconnectivity.moc"
