// SPDX-License-Identifier: Apache-2.0
#include "jsonbody.h"
#include "postgresqlworld.h"

#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

class TestPostgreSqlRules : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refusedBodies_data();
    void refusedBodies();
    void patch_data();
    void patch();
    void refusedChanges_data();
    void refusedChanges();
    void namesAreTakenWorldWide();
    void whatGetAnswersMayBePut();
};

void TestPostgreSqlRules::refusedBodies_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const char *path, const QJsonValue &value, const char *code, const char *words = "", int status = 400) {
        QTest::newRow(name) << text(path) << value << status << text(code) << text(words);
    };
    const QJsonValue gone(QJsonValue::Undefined);
    row("no password", "properties.administratorLoginPassword", gone, "MissingRequiredParameter",
        "Parameter 'AdministratorLoginPassword' must be specified. This parameter cannot be NULL or empty.");
    row("empty password", "properties.administratorLoginPassword", QString(), "MissingRequiredParameter", "AdministratorLoginPassword");
    row("no login", "properties.administratorLogin", gone, "MissingRequiredParameter", "AdministratorLogin");
    row("no sku", "sku", gone, "MissingRequiredParameter", "Sku");
    row("no version", "properties.version", gone, "MissingRequiredParameter", "Version");
    row("old version", "properties.version", text("9.6"), "ParameterOutOfRange", "The value of the 'Version' should be in: [11,12,13,14,15,16,17,18]");
    row("sku of another tier", "sku.name", text("Standard_B1ms"), "ParameterOutOfRange", "SkuName");
    row("odd storage", "properties.storage.storageSizeGB", 100, "ParameterOutOfRange", "StorageSizeInGB");
    row("tier below its size", "properties.storage.tier", text("P6"), "ParameterOutOfRange", "StorageTier");
    row("retention", "properties.backup.backupRetentionDays", 6, "ParameterOutOfRange", "BackupRetentionDays");
    row("login pg_", "properties.administratorLogin", text("pg_me"), "InvalidParameterValue");
    row("login admin", "properties.administratorLogin", text("Admin"), "InvalidParameterValue");
    row("closed region", "location", text("closedcentral"), "LocationIsOfferRestricted", "closedcentral");
    row("no such region", "location", text("atlantis"), "LocationNotAvailableForResourceType", "canadacentral");
    row("no location", "location", gone, "LocationRequired");
    row("both networks", "properties.network.delegatedSubnetResourceId", text("/subscriptions/x/subnets/y"),
        "ConflictingPublicNetworkAccessAndVirtualNetworkConfiguration");
    row("unknown word", "properties.network.publicNetworkAccess", text("Sometimes"), "InvalidParameterValue");
    row("number for a string", "properties.version", 17, "InvalidRequestContent", "properties.version");
    row("string for a number", "properties.storage.storageSizeGB", text("128"), "InvalidRequestContent", "System.Int32");
    row("string for an object", "properties.storage", text("big"), "InvalidRequestContent", "properties.storage");
    row("identity", "identity", QJsonObject{{text("type"), text("Everybody")}}, "InvalidParameterValue", "Type");
    row("zone", "properties.availabilityZone", text("9"), "InvalidParameterValue", "AvailabilityZone");
    row("no way in", "properties.authConfig.passwordAuth", text("Disabled"), "InvalidParameterValue", "AuthConfig");
    row("restore", "properties.createMode", text("PointInTimeRestore"), "InvalidParameterValue", "CreateMode");
}

void TestPostgreSqlRules::refusedBodies()
{
    QFETCH(QString, path);
    QFETCH(QJsonValue, value);
    PostgreSqlWorld w;
    const Response refused = w.createServer(text("pgdemo01"), with(PostgreSqlWorld::serverBody(), path, value));
    QTEST(PostgreSqlWorld::code(refused), "code");
    QTEST(refused.status, "status");
    QFETCH(QString, words);
    QVERIFY2(at(PostgreSqlWorld::json(refused), "error.message").toString().contains(words), refused.body.constData());
    QCOMPARE(w.call("GET", PostgreSqlWorld::server()).status, 404);
    QVERIFY(w.effects.isEmpty());
    QVERIFY(!w.everything.contains(PostgreSqlWorld::password));
}

void TestPostgreSqlRules::patch_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QJsonValue>("after");
    const auto row = [](const char *name, const char *body, const char *path, const QJsonValue &after) {
        QTest::newRow(name) << QByteArray(body) << text(path) << after;
    };
    row("tags", R"({"tags":{"a":"b"}})", "tags.a", text("b"));
    row("upgrade", R"({"properties":{"version":"18"}})", "properties.version", text("18"));
    row("upgrade's minor", R"({"properties":{"version":"18"}})", "properties.minorVersion", text("3"));
    row("storage grows its tier", R"({"properties":{"storage":{"storageSizeGB":512}}})", "properties.storage.tier", text("P20"));
    row("storage tier", R"({"properties":{"storage":{"tier":"P30"}}})", "properties.storage.iops", 5000);
    row("sku", R"({"sku":{"name":"Standard_E4ds_v5","tier":"MemoryOptimized"}})", "sku.name", text("Standard_E4ds_v5"));
    row("entra", R"({"properties":{"authConfig":{"activeDirectoryAuth":"enabled"}}})", "properties.authConfig.activeDirectoryAuth", text("Enabled"));
    row("same immutable", R"({"properties":{"backup":{"geoRedundantBackup":"Disabled","backupRetentionDays":14}}})", "properties.backup.backupRetentionDays", 14);
    row("unknown members", R"({"properties":{"somethingNew":{"a":1}}})", "properties.state", text("Ready"));
}

void TestPostgreSqlRules::patch()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, path);
    PostgreSqlWorld w;
    w.ready();
    const Response accepted = w.call("PATCH", PostgreSqlWorld::server(), object(body.constData()));
    QCOMPARE(accepted.status, 202);
    QCOMPARE(w.settle(accepted).value(text("status")).toString(), text("Succeeded"));
    QTEST(at(w.get(PostgreSqlWorld::server()), path.toLatin1().constData()), "after");
    QCOMPARE(w.ledger(text("updated")), QStringList{PostgreSqlWorld::server()});
}

void TestPostgreSqlRules::refusedChanges_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::newRow("downgrade") << QByteArray(R"({"properties":{"version":"16"}})") << text("ParameterOutOfRange");
    QTest::newRow("shrink") << QByteArray(R"({"properties":{"storage":{"storageSizeGB":64}}})") << text("InvalidParameterValue");
    QTest::newRow("login") << QByteArray(R"({"properties":{"administratorLogin":"other"}})") << text("InvalidParameterValue");
    QTest::newRow("geo backup") << QByteArray(R"({"properties":{"backup":{"geoRedundantBackup":"Enabled"}}})") << text("InvalidParameterValue");
    QTest::newRow("zone") << QByteArray(R"({"properties":{"availabilityZone":"2"}})") << text("InvalidParameterValue");
    QTest::newRow("storage type") << QByteArray(R"({"properties":{"storage":{"type":"PremiumV2_LRS"}}})") << text("InvalidParameterValue");
    QTest::newRow("injection") << QByteArray(R"({"properties":{"network":{"delegatedSubnetResourceId":"/subscriptions/x"}}})") << text("InvalidParameterValue");
    QTest::newRow("location") << QByteArray(R"({"location":"westeurope"})") << text("InvalidResourceLocation");
    QTest::newRow("type") << QByteArray(R"({"properties":{"storage":{"storageSizeGB":true}}})") << text("InvalidRequestContent");
    QTest::newRow("standby for Burstable") << QByteArray(R"({"sku":{"name":"Standard_B2s","tier":"Burstable"},"properties":{"highAvailability":{"mode":"SameZone"}}})")
                                           << text("InvalidParameterValue");
}

void TestPostgreSqlRules::refusedChanges()
{
    QFETCH(QByteArray, body);
    PostgreSqlWorld w;
    w.ready();
    const QJsonObject before = w.get(PostgreSqlWorld::server());
    QTEST(PostgreSqlWorld::code(w.call("PATCH", PostgreSqlWorld::server(), object(body.constData()))), "code");
    QCOMPARE(w.get(PostgreSqlWorld::server()), before);
}

void TestPostgreSqlRules::namesAreTakenWorldWide()
{
    PostgreSqlWorld w({{text("postgresqlTakenNames"), QJsonArray{text("stranger01")}}});
    w.createServer();
    const QString check = PostgreSqlWorld::inSubscription(text("/locations/canadacentral/checkNameAvailability"));
    const auto asked = [&](const char *name) {
        return PostgreSqlWorld::json(w.call("POST", check, {{text("name"), text(name)}, {text("type"), text("Microsoft.DBforPostgreSQL/flexibleServers")}}));
    };
    QCOMPARE(asked("free01"), object(R"({"name":"free01","type":"Microsoft.DBforPostgreSQL/flexibleServers","nameAvailable":true,"message":""})"));
    QCOMPARE(asked("pgdemo01").value(text("reason")).toString(), text("AlreadyExists"));
    QCOMPARE(asked("stranger01").value(text("message")).toString(), text("Specified server name is already used."));
    for (const char *bad : {"-a-", "ab", "Upper01", "a_b_c", "x."})
        QCOMPARE(asked(bad).value(text("reason")).toString(), text("Invalid"));
    const Response refused = w.createServer(text("stranger01"));
    QCOMPARE(refused.status, 409);
    QCOMPARE(PostgreSqlWorld::code(refused), text("ServerNameAlreadyExists"));
    QCOMPARE(PostgreSqlWorld::code(w.createServer(text("-bad-"))), text("InvalidParameterValue"));
}

void TestPostgreSqlRules::whatGetAnswersMayBePut()
{
    PostgreSqlWorld w;
    w.ready();
    const QJsonObject body = w.get(PostgreSqlWorld::server());
    QCOMPARE(w.settle(w.call("PUT", PostgreSqlWorld::server(), body)).value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(w.get(PostgreSqlWorld::server()), body);
    QCOMPARE(w.ledger(text("created")).size(), 1);
    const Response moved = w.call("PUT", PostgreSqlWorld::server(), with(body, text("location"), text("closedcentral")));
    QCOMPARE(moved.status, 409);
    QCOMPARE(PostgreSqlWorld::code(moved), text("InvalidResourceLocation"));
}

QTEST_GUILESS_MAIN(TestPostgreSqlRules)
#include "tst_postgresqlrules.moc"
