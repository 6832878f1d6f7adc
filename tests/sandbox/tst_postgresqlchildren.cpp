// SPDX-License-Identifier: Apache-2.0
#include "jsonbody.h"
#include "postgresqlworld.h"

#include "sandbox/providers/postgresql.h"

#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

static QString dbaId() { return text(PostgreSqlWorld::owner); }

static QJsonObject properties(const QJsonObject &resource)
{
    return resource.value(text("properties")).toObject();
}

static QJsonObject entraOn()
{
    return object(R"({"properties":{"authConfig":{"activeDirectoryAuth":"Enabled"}}})");
}

class TestPostgreSqlChildren : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void written_data();
    void written();
    void refused_data();
    void refused();
    void effects_data();
    void effects();
    void failedEffectLeavesNothing();
    void firewallEditsAreDiscardedWithoutPublicAccess();
    void defaultDatabases();
    void everyConfigurationIsWhole();
    void dynamicParameterCountsAtOnce();
    void otherParameterWaitsForRestart();
    void administratorsNeedEntra();
    void backups();
    void parentsAndStrangers();
    void defaultsMoveWithTheWorld();
};

void TestPostgreSqlChildren::written_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("after");
    const auto row = [](const char *name, const char *path, const char *body, const char *after) {
        QTest::newRow(name) << text(path) << QByteArray(body) << QByteArray(after);
    };
    row("rule", "/firewallRules/office", R"({"properties":{"startIpAddress":"203.0.113.10","endIpAddress":"203.0.113.20"}})",
        R"({"startIpAddress":"203.0.113.10","endIpAddress":"203.0.113.20"})");
    row("all of Azure", "/firewallRules/AllowAllAzureServices", R"({"properties":{"startIpAddress":"0.0.0.0","endIpAddress":"0.0.0.0"}})",
        R"({"startIpAddress":"0.0.0.0","endIpAddress":"0.0.0.0"})");
    row("database", "/databases/appdb", R"({"properties":{"charset":"UTF8","collation":"C"}})", R"({"charset":"UTF8","collation":"C"})");
    row("database with defaults", "/databases/flexible-serverdb", "{}", R"({"charset":"UTF8","collation":"en_US.utf8"})");
    row("administrator", "/administrators/11111111-1111-1111-1111-111111111111",
        R"({"properties":{"principalType":"User","principalName":"dba@contoso.example","tenantId":"33333333-3333-3333-3333-333333333333"}})",
        R"({"objectId":"11111111-1111-1111-1111-111111111111","principalType":"User","principalName":"dba@contoso.example"})");
}

void TestPostgreSqlChildren::written()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, after);
    PostgreSqlWorld w;
    w.ready();
    w.settle(w.call("PATCH", PostgreSqlWorld::server(), entraOn()));
    const QString id = PostgreSqlWorld::below(path);
    QCOMPARE(w.call("DELETE", id).status, 204);
    const Response accepted = w.call("PUT", id, object(body));
    QCOMPARE(accepted.status, 202);
    QVERIFY(!headerValue(accepted.headers, "azure-asyncoperation").isEmpty() && !headerValue(accepted.headers, "location").isEmpty());
    QCOMPARE(w.call("GET", id).status, 404); // not before it is done
    QCOMPARE(w.settle(accepted).value(text("status")).toString(), text("Succeeded"));
    const QJsonObject child = w.get(id);
    QCOMPARE(properties(child), object(after));
    QCOMPARE(child.value(text("id")).toString(), id);
    QCOMPARE(child.value(text("name")).toString(), path.section(u'/', -1));
    QCOMPARE(child.value(text("type")).toString(), text("Microsoft.DBforPostgreSQL/flexibleServers/") + path.section(u'/', 1, 1));
    QVERIFY(w.get(id.section(u'/', 0, -2)).value(text("value")).toArray().contains(child));
    QCOMPARE(PostgreSqlWorld::json(w.follow("GET", headerValue(accepted.headers, "location"))), child);
    QCOMPARE(w.settle(w.call("PUT", id, object(body))).value(text("status")).toString(), text("Succeeded")); // again is no error
    QCOMPARE(w.ledger(text("created")).count(id), 1);
    QCOMPARE(w.settle(w.call("DELETE", id)).value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(w.call("GET", id).status, 404);
    QCOMPARE(w.ledger(text("deleted")), QStringList{id});
}

void TestPostgreSqlChildren::refused_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *path, const char *body, const char *code) {
        QTest::newRow(name) << text(path) << QByteArray(body) << text(code);
    };
    row("reversed", "/firewallRules/r", R"({"properties":{"startIpAddress":"10.0.0.2","endIpAddress":"10.0.0.1"}})", "InvalidParameterValue");
    row("short quad", "/firewallRules/r", R"({"properties":{"startIpAddress":"10.1","endIpAddress":"10.1"}})", "InvalidParameterValue");
    row("IPv6", "/firewallRules/r", R"({"properties":{"startIpAddress":"::1","endIpAddress":"::1"}})", "InvalidParameterValue");
    row("no end", "/firewallRules/r", R"({"properties":{"startIpAddress":"10.0.0.1"}})", "MissingRequiredParameter");
    row("number", "/firewallRules/r", R"({"properties":{"startIpAddress":1,"endIpAddress":2}})", "InvalidRequestContent");
    row("rule's name", "/firewallRules/ends-", R"({"properties":{"startIpAddress":"10.0.0.1","endIpAddress":"10.0.0.1"}})", "InvalidParameterValue");
    row("database's name", "/databases/1st", "{}", "InvalidParameterValue");
    row("collation", "/databases/d", R"({"properties":{"collation":"8"}})", "InvalidParameterValue");
    row("charset type", "/databases/d", R"({"properties":{"charset":8}})", "InvalidRequestContent");
    row("another collation", "/databases/postgres", R"({"properties":{"collation":"C"}})", "InvalidParameterValue");
    row("administrator off", "/administrators/11111111-1111-1111-1111-111111111111", R"({"properties":{"principalName":"x"}})", "InvalidParameterValue");
    row("parameter off range", "/configurations/max_connections", R"({"properties":{"value":"1","source":"user-override"}})", "ParameterOutOfRange");
    row("parameter's word", "/configurations/require_secure_transport", R"({"properties":{"value":"maybe","source":"user-override"}})", "ParameterOutOfRange");
    row("old TLS", "/configurations/ssl_min_protocol_version", R"({"properties":{"value":"TLSv1.1","source":"user-override"}})", "ParameterOutOfRange");
    row("no source", "/configurations/require_secure_transport", R"({"properties":{"value":"off"}})", "MissingRequiredParameter");
    row("other source", "/configurations/require_secure_transport", R"({"properties":{"value":"off","source":"system-default"}})", "InvalidParameterValue");
    row("no value", "/configurations/require_secure_transport", R"({"properties":{"source":"user-override"}})", "MissingRequiredParameter");
    row("bare boolean", "/configurations/require_secure_transport", R"({"properties":{"value":false,"source":"user-override"}})", "InvalidRequestContent");
    row("read-only", "/configurations/archive_mode", R"({"properties":{"value":"off","source":"user-override"}})", "InvalidParameterValue");
    row("unknown", "/configurations/no_such", R"({"properties":{"value":"off","source":"user-override"}})", "ConfigurationNotExists");
}

void TestPostgreSqlChildren::refused()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    PostgreSqlWorld w;
    w.ready();
    w.effects.clear();
    const Response response = w.call("PUT", PostgreSqlWorld::below(path), object(body));
    QTEST(PostgreSqlWorld::code(response), "code");
    QVERIFY(response.status == 400 || response.status == 404);
    QVERIFY(w.effects.isEmpty());
    QCOMPARE(w.call("PATCH", PostgreSqlWorld::server(), object(R"({"tags":{}})")).status, 202); // nothing runs
}

void TestPostgreSqlChildren::effects_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("effect");
    const auto row = [](const char *name, const char *method, const char *path, const char *body, const char *effect) {
        QTest::newRow(name) << QByteArray(method) << text(path) << QByteArray(body) << QByteArray(effect);
    };
    row("parameter", "PATCH", "/configurations/REQUIRE_SECURE_TRANSPORT", R"({"properties":{"value":"OFF","source":"user-override"}})",
        R"({"kind":"setParameter","name":"require_secure_transport","value":"off"})");
    row("database", "PUT", "/databases/appdb", R"({"properties":{"charset":"utf8","collation":"C"}})",
        R"({"kind":"createDatabase","name":"appdb","charset":"utf8","collation":"C"})");
}

void TestPostgreSqlChildren::effects()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, effect);
    PostgreSqlWorld w;
    w.ready();
    w.effects.clear();
    w.settle(w.call(method, PostgreSqlWorld::below(path), object(body)));
    QCOMPARE(w.effects.size(), 1);
    QJsonObject arguments = object(effect);
    QCOMPARE(w.effects.first().kind, arguments.take(text("kind")).toString());
    QCOMPARE(w.effects.first().arguments, arguments);
    QCOMPARE(w.effects.first().server, key(PostgreSqlWorld::server()));
}

void TestPostgreSqlChildren::failedEffectLeavesNothing()
{
    PostgreSqlWorld w;
    w.ready();
    w.outcome = {{text("ok"), false}, {text("message"), text("permission denied")}};
    const QJsonObject status = w.settle(w.call("PUT", PostgreSqlWorld::below(text("/databases/appdb")), object("{}")));
    QCOMPARE(status.value(text("status")).toString(), text("Failed"));
    QVERIFY(status.value(text("error")).toObject().value(text("message")).toString().contains(text("permission denied")));
    QCOMPARE(w.call("GET", PostgreSqlWorld::below(text("/databases/appdb"))).status, 404);
    w.settle(w.call("PUT", PostgreSqlWorld::below(text("/configurations/work_mem")), object(R"({"properties":{"value":"8192","source":"user-override"}})")));
    QCOMPARE(properties(w.get(PostgreSqlWorld::below(text("/configurations/work_mem")))).value(text("value")).toString(), text("4096"));
    w.outcome = {{text("ok"), true}};
    QCOMPARE(w.settle(w.call("PUT", PostgreSqlWorld::below(text("/databases/appdb")), object("{}"))).value(text("status")).toString(), text("Succeeded"));
}

void TestPostgreSqlChildren::firewallEditsAreDiscardedWithoutPublicAccess()
{
    PostgreSqlWorld w;
    w.ready();
    const QJsonObject rule = object(R"({"properties":{"startIpAddress":"10.0.0.1","endIpAddress":"10.0.0.9"}})");
    w.settle(w.call("PUT", PostgreSqlWorld::below(text("/firewallRules/kept")), rule));
    w.settle(w.call("PATCH", PostgreSqlWorld::server(), object(R"({"properties":{"network":{"publicNetworkAccess":"Disabled"}}})")));
    QCOMPARE(w.settle(w.call("PUT", PostgreSqlWorld::below(text("/firewallRules/lost")), rule)).value(text("status")).toString(), text("Succeeded"));
    w.settle(w.call("DELETE", PostgreSqlWorld::below(text("/firewallRules/kept"))));
    QCOMPARE(w.call("GET", PostgreSqlWorld::below(text("/firewallRules/lost"))).status, 404);
    QCOMPARE(w.call("GET", PostgreSqlWorld::below(text("/firewallRules/kept"))).status, 200);
}

void TestPostgreSqlChildren::defaultDatabases()
{
    PostgreSqlWorld w;
    w.ready();
    QStringList names;
    for (const QJsonValue &each : w.get(PostgreSqlWorld::below(text("/databases"))).value(text("value")).toArray())
        names.append(each.toObject().value(text("name")).toString());
    QCOMPARE(names, (QStringList{text("azure_maintenance"), text("azure_sys"), text("postgres")}));
    QCOMPARE(w.call("DELETE", PostgreSqlWorld::below(text("/databases/azure_sys"))).status, 400);
}

void TestPostgreSqlChildren::everyConfigurationIsWhole()
{
    PostgreSqlWorld w;
    w.ready();
    const QJsonArray all = w.get(PostgreSqlWorld::below(text("/configurations"))).value(text("value")).toArray();
    QVERIFY(all.size() >= 25);
    const QStringList types{text("Boolean"), text("Enumeration"), text("Integer"), text("Numeric"), text("Set"), text("String")};
    for (const QJsonValue &each : all) {
        const QJsonObject one = properties(each.toObject());
        QCOMPARE(w.get(each.toObject().value(text("id")).toString()), each.toObject());
        QVERIFY(types.contains(one.value(text("dataType")).toString()));
        QCOMPARE(one.value(text("value")), one.value(text("defaultValue")));
        QCOMPARE(one.value(text("source")).toString(), text("system-default"));
        QVERIFY(one.value(text("allowedValues")).isString() && one.value(text("isDynamicConfig")).isBool() && one.contains(text("unit")));
        if (one.value(text("isReadOnly")).toBool())
            continue;
        const QJsonObject reset{{text("properties"), QJsonObject{{text("value"), one.value(text("defaultValue"))}, {text("source"), text("user-override")}}}};
        const Response accepted = w.call("PUT", each.toObject().value(text("id")).toString(), reset); // defaults pass their own rule
        QVERIFY2(accepted.status == 202, accepted.body.constData());
        w.settle(accepted);
    }
}

void TestPostgreSqlChildren::dynamicParameterCountsAtOnce()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = PostgreSqlWorld::below(text("/configurations/require_secure_transport"));
    const Response accepted = w.call("PUT", id, object(R"({"properties":{"value":"off","source":"user-override"}})"));
    QCOMPARE(properties(w.get(id)).value(text("value")).toString(), text("on"));
    w.settle(accepted);
    const QJsonObject now = properties(w.get(id));
    QCOMPARE(now.value(text("value")).toString(), text("off"));
    QCOMPARE(now.value(text("source")).toString(), text("user-override"));
    QCOMPARE(now.value(text("isConfigPendingRestart")).toBool(), false);
    QCOMPARE(parameterOf(*w.state().find(PostgreSqlWorld::server()), text("require_secure_transport")), text("off"));
    QCOMPARE(w.ledger(text("updated")), QStringList{id});
    w.settle(w.call("POST", PostgreSqlWorld::below(text("/stop"))));
    w.settle(w.call("POST", PostgreSqlWorld::below(text("/start"))));
    QCOMPARE(w.effects.last().arguments.value(text("requireSecureTransport")).toBool(true), false);
}

void TestPostgreSqlChildren::otherParameterWaitsForRestart()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = PostgreSqlWorld::below(text("/configurations/wal_level"));
    w.settle(w.call("PUT", id, object(R"({"properties":{"value":"logical","source":"user-override"}})")));
    QCOMPARE(properties(w.get(id)).value(text("isConfigPendingRestart")).toBool(), true);
    QCOMPARE(parameterOf(*w.state().find(PostgreSqlWorld::server()), text("wal_level")), text("replica"));
    w.settle(w.call("POST", PostgreSqlWorld::below(text("/restart"))));
    QCOMPARE(w.effects.last().arguments.value(text("parameters")).toObject(), object(R"({"wal_level":"logical"})"));
    QCOMPARE(properties(w.get(id)).value(text("isConfigPendingRestart")).toBool(), false);
    QCOMPARE(parameterOf(*w.state().find(PostgreSqlWorld::server()), text("wal_level")), text("logical"));
}

void TestPostgreSqlChildren::administratorsNeedEntra()
{
    PostgreSqlWorld w({{text("postgresqlEntraOffCode"), text("AadAuthOff")}});
    w.ready();
    const QString id = PostgreSqlWorld::below(text("/administrators/")) + dbaId();
    const QJsonObject body = object(R"({"properties":{"principalType":"User","principalName":"dba@contoso.example"}})");
    QCOMPARE(PostgreSqlWorld::code(w.call("PUT", id, body)), text("AadAuthOff"));
    w.settle(w.call("PATCH", PostgreSqlWorld::server(), entraOn()));
    QCOMPARE(w.call("PUT", id, object(R"({"properties":{"principalType":"Robot","principalName":"x"}})")).status, 400);
    w.effects.clear();
    w.settle(w.call("PUT", id, body));
    const QString token = entraToken(w.state(), dbaId());
    QVERIFY(token.startsWith(text("entra:") + dbaId()) && token != entraToken(w.state(), text(PostgreSqlWorld::networkAdmin)));
    QCOMPARE(w.effects.first().arguments, (QJsonObject{{text("name"), text("dba@contoso.example")}, {text("token"), token}, {text("admin"), true}}));
    const Resource *server = w.state().find(PostgreSqlWorld::server());
    QCOMPARE(computedSignIn(w.state(), *server, text("postgres"), text("dba@contoso.example"), token), QString());
    w.settle(w.call("DELETE", id));
    QCOMPARE(w.effects.last().kind, text("dropRole"));
    QCOMPARE(computedSignIn(w.state(), *server, text("postgres"), text("dba@contoso.example"), token), text("28P01"));
    QVERIFY(!w.everything.contains(token.toUtf8()));
}

void TestPostgreSqlChildren::backups()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = PostgreSqlWorld::below(text("/backups/before-change"));
    const Response accepted = w.callWithoutBody("PUT", id);
    QCOMPARE(accepted.status, 202);
    QCOMPARE(w.settle(accepted).value(text("status")).toString(), text("Succeeded"));
    const QJsonObject backup = properties(w.get(id));
    QCOMPARE(backup.value(text("backupType")).toString(), text("Customer On-Demand"));
    QVERIFY(backup.value(text("completedTime")).isString());
    QVERIFY(properties(w.get(PostgreSqlWorld::server())).value(text("backup")).toObject().contains(text("earliestRestoreDate")));
    QCOMPARE(w.call("PUT", id, object("{}")).status, 400);
    QCOMPARE(w.callWithoutBody("PUT", PostgreSqlWorld::below(text("/databases/appdb"))).status, 400);
}

void TestPostgreSqlChildren::parentsAndStrangers()
{
    PostgreSqlWorld w;
    const QJsonObject rule = object(R"({"properties":{"startIpAddress":"10.0.0.1","endIpAddress":"10.0.0.9"}})");
    QCOMPARE(PostgreSqlWorld::code(w.call("PUT", PostgreSqlWorld::below(text("/firewallRules/r")), rule)), text("ParentResourceNotFound"));
    QCOMPARE(PostgreSqlWorld::code(w.call("GET", PostgreSqlWorld::below(text("/firewallRules")))), text("ResourceNotFound"));
}

void TestPostgreSqlChildren::defaultsMoveWithTheWorld()
{
    PostgreSqlWorld w({{text("postgresqlMinProtocol"), text("TLSv1.3")}});
    w.ready();
    const QJsonObject tls = properties(w.get(PostgreSqlWorld::below(text("/configurations/ssl_min_protocol_version"))));
    QCOMPARE(tls.value(text("defaultValue")).toString(), text("TLSv1.3"));
    QCOMPARE(tls.value(text("source")).toString(), text("system-default"));
    QCOMPARE(parameterOf(*w.state().find(PostgreSqlWorld::server()), text("ssl_min_protocol_version")), text("TLSv1.3"));
    w.settle(w.call("PUT", PostgreSqlWorld::below(text("/configurations/azure.extensions")), object(R"({"properties":{"value":"PGCRYPTO,POSTGIS","source":"user-override"}})")));
    QCOMPARE(properties(w.get(PostgreSqlWorld::below(text("/configurations/azure.extensions")))).value(text("value")).toString(), text("PGCRYPTO,POSTGIS"));
}

QTEST_GUILESS_MAIN(TestPostgreSqlChildren)
#include "tst_postgresqlchildren.moc"
