// SPDX-License-Identifier: Apache-2.0
#include "jsonbody.h"
#include "postgresqlworld.h"

#include "sandbox/providers/postgresql.h"

#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

class TestPostgreSqlServer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void createAnswersAsRecorded();
    void hiddenWhileProvisioning();
    void readyOnlyAfterTheEffect();
    void failedEffectFailsTheOperation();
    void weakPasswordFailsLate();
    void busyWindow();
    void passwordNeverComesBack();
    void publicAccessGoesThroughUpdating();
    void standbyBecomesHealthy();
    void powerStates();
    void deleteFreesTheName();
    void locationStyleEndsWithTheServer();
    void lists();
    void survivesSaving();
    void aNewWorldStartsItsServers();
    void goesWithItsGroup();
    void signsInByTheTables();
};

void TestPostgreSqlServer::createAnswersAsRecorded()
{
    PostgreSqlWorld w;
    const Response accepted = w.createServer();
    QCOMPARE(accepted.status, 202);
    QCOMPARE(at(PostgreSqlWorld::json(accepted), "operation").toString(), text("UpsertServerManagementOperationV2"));
    QVERIFY(at(PostgreSqlWorld::json(accepted), "startTime").isString());
    const QByteArray status = headerValue(accepted.headers, "azure-asyncoperation");
    const QByteArray result = headerValue(accepted.headers, "location");
    QVERIFY(status.contains("/locations/canadacentral/azureAsyncOperation/") && status.size() > 3000);
    QVERIFY(result.contains("/locations/canadacentral/operationResults/"));
    QCOMPARE(headerValue(accepted.headers, "retry-after"), QByteArray("60"));
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.state").toString(), text("Provisioning"));
    QCOMPARE(w.follow("GET", result).status, 202);

    const TimePoint started = w.now;
    QCOMPARE(w.settle(accepted).value(text("status")).toString(), text("Succeeded"));
    const auto took = std::chrono::duration_cast<std::chrono::seconds>(w.now - started).count();
    QVERIFY2(took >= 300 && took <= 370, qPrintable(QString::number(took)));

    const QJsonObject server = w.get(PostgreSqlWorld::server());
    QCOMPARE(at(server, "location").toString(), text("Canada Central"));
    QCOMPARE(at(server, "properties.state").toString(), text("Ready"));
    QVERIFY(!server.value(text("properties")).toObject().contains(text("provisioningState")));
    QCOMPARE(at(server, "properties.storage").toObject(),
             object(R"({"type":"","iops":500,"tier":"P10","storageSizeGB":128,"autoGrow":"Disabled"})"));
    QCOMPARE(at(server, "properties.fullyQualifiedDomainName").toString(), text("pgdemo01.postgres.database.azure.com"));
    QCOMPARE(at(server, "properties.minorVersion").toString(), text("9"));
    QCOMPARE(at(server, "properties.highAvailability").toObject(), object(R"({"mode":"Disabled","state":"NotEnabled"})"));
    QCOMPARE(at(server, "properties.replica").toObject(), object(R"({"role":"Primary","capacity":6})"));
    QCOMPARE(at(server, "properties.authConfig").toObject(), object(R"({"activeDirectoryAuth":"Disabled","passwordAuth":"Enabled"})"));
    QCOMPARE(at(server, "properties.privateEndpointConnections").toArray(), QJsonArray());
    QCOMPARE(w.ledger(text("created")), QStringList{PostgreSqlWorld::server()});
    QCOMPARE(w.effects.size(), 1);
    QCOMPARE(w.effects.first().kind, text("startServer"));
    QCOMPARE(w.effects.first().arguments.value(text("requireSecureTransport")).toBool(), true);
}

void TestPostgreSqlServer::hiddenWhileProvisioning()
{
    PostgreSqlWorld w({{text("postgresqlVisibleWhileProvisioning"), false}});
    const Response accepted = w.createServer();
    QCOMPARE(w.call("GET", PostgreSqlWorld::server()).status, 404);
    QCOMPARE(w.get(PostgreSqlWorld::inSubscription(text("/flexibleServers"))).value(text("value")).toArray().size(), 0);
    w.settle(accepted);
    QCOMPARE(w.call("GET", PostgreSqlWorld::server()).status, 200);
}

void TestPostgreSqlServer::readyOnlyAfterTheEffect()
{
    PostgreSqlWorld w;
    w.hostAnswers = false;
    const Response accepted = w.createServer();
    w.wait(900);
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.state").toString(), text("Provisioning"));
    w.world->feed(w.effects.first().id, {{text("ok"), true}, {text("host"), text("127.0.0.1")}, {text("port"), 5433}}, w.now);
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.state").toString(), text("Ready"));
    QCOMPARE(w.settle(accepted).value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(w.state().find(PostgreSqlWorld::server())->hidden.value(text("port")).toInt(), 5433);
}

void TestPostgreSqlServer::failedEffectFailsTheOperation()
{
    PostgreSqlWorld w;
    w.outcome = {{text("ok"), false}, {text("message"), text("initdb: no space left")}};
    const Response accepted = w.createServer();
    const QJsonObject status = w.settle(accepted);
    QCOMPARE(status.value(text("status")).toString(), text("Failed"));
    QCOMPARE(at(status, "error.code").toString(), text("InternalServerError"));
    QVERIFY(at(status, "error.message").toString().contains(text("initdb: no space left")));
    QCOMPARE(w.follow("GET", headerValue(accepted.headers, "location")).status, 500);
    QCOMPARE(w.call("GET", PostgreSqlWorld::server()).status, 404);
    QCOMPARE(w.effects.last().kind, text("removeServer"));
    QVERIFY(w.ledger(text("created")).isEmpty());
}

void TestPostgreSqlServer::weakPasswordFailsLate()
{
    for (const char *weak : {"short1A", "alllowercase1", "xDemoadmin-9Q"}) {
        PostgreSqlWorld w;
        const Response accepted =
            w.createServer(text("pgdemo01"), with(PostgreSqlWorld::serverBody(), text("properties.administratorLoginPassword"), text(weak)));
        QCOMPARE(accepted.status, 202);
        const QJsonObject status = w.settle(accepted);
        QCOMPARE(status.value(text("status")).toString(), text("Failed"));
        QVERIFY(at(status, "error.message").toString().startsWith(text("An unexpected error occured while processing the request. Tracking ID: '")));
        QVERIFY(w.effects.isEmpty());
        QVERIFY(!w.everything.contains(weak));
    }
}

void TestPostgreSqlServer::busyWindow()
{
    PostgreSqlWorld w;
    const Response accepted = w.createServer();
    const QJsonObject patch = object(R"({"tags":{"a":"b"}})");
    const Response refused = w.call("PATCH", PostgreSqlWorld::server(), patch);
    QCOMPARE(refused.status, 409);
    QCOMPARE(PostgreSqlWorld::code(refused), text("ServerIsBusy"));
    QCOMPARE(at(PostgreSqlWorld::json(refused), "error.message").toString(),
             text("Cannot complete operation while server 'pgdemo01' is busy processing another operation. Try again later."));
    while (at(w.get(PostgreSqlWorld::server()), "properties.state").toString() != text("Ready"))
        w.wait(1);
    QCOMPARE(w.settle(accepted).value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(PostgreSqlWorld::code(w.call("PATCH", PostgreSqlWorld::server(), patch)), text("ServerIsBusy"));
    w.wait(10);
    const Response taken = w.call("PATCH", PostgreSqlWorld::server(), patch);
    QCOMPARE(taken.status, 202);
    QCOMPARE(PostgreSqlWorld::code(w.call("PUT", PostgreSqlWorld::below(text("/databases/appdb")), object("{}"))), text("ServerIsBusy"));
    w.settle(taken);
    QCOMPARE(w.call("PUT", PostgreSqlWorld::below(text("/databases/appdb")), object("{}")).status, 202);

    PostgreSqlWorld other({{text("postgresqlBusyStatus"), 429}});
    other.createServer();
    QCOMPARE(other.call("PATCH", PostgreSqlWorld::server(), patch).status, 429);
}

void TestPostgreSqlServer::passwordNeverComesBack()
{
    PostgreSqlWorld w;
    w.ready();
    const QString next = text("Zx9!second-one");
    w.effects.clear();
    const Response accepted = w.call("PATCH", PostgreSqlWorld::server(), {{text("properties"), QJsonObject{{text("administratorLoginPassword"), next}}}});
    QCOMPARE(w.settle(accepted).value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(w.effects.size(), 1);
    QCOMPARE(w.effects.first().kind, text("setPassword"));
    QCOMPARE(w.effects.first().arguments, (QJsonObject{{text("login"), text("demoadmin")}, {text("password"), next}}));
    QCOMPARE(w.state().find(PostgreSqlWorld::server())->hidden.value(text("password")).toString(), next);
    const QJsonObject weak{{text("properties"), QJsonObject{{text("administratorLoginPassword"), text("weakling")}}}};
    QCOMPARE(at(w.settle(w.call("PATCH", PostgreSqlWorld::server(), weak)), "error.code").toString(), text("InternalServerError"));
    QCOMPARE(w.state().find(PostgreSqlWorld::server())->hidden.value(text("password")).toString(), next);
    w.get(PostgreSqlWorld::inSubscription(text("/flexibleServers")));
    w.follow("GET", headerValue(accepted.headers, "location"));
    for (const QByteArray &secret : {QByteArray(PostgreSqlWorld::password), next.toUtf8(), QByteArray("weakling"), QByteArray("LoginPassword\"")})
        QVERIFY2(!w.everything.contains(secret), secret.constData());
}

void TestPostgreSqlServer::publicAccessGoesThroughUpdating()
{
    PostgreSqlWorld w;
    w.ready();
    const Response accepted = w.call("PATCH", PostgreSqlWorld::server(), object(R"({"properties":{"network":{"publicNetworkAccess":"Disabled"}}})"));
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.state").toString(), text("Updating"));
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.network.publicNetworkAccess").toString(), text("Enabled"));
    const Response refused = w.call("POST", PostgreSqlWorld::below(text("/restart")));
    QCOMPARE(PostgreSqlWorld::code(refused), text("ServerIsNotReady"));
    QCOMPARE(at(PostgreSqlWorld::json(refused), "error.message").toString(),
             text("Restart or Stop Server can only be performed on Started servers. Sever Name = pgdemo01, Current Server State = Updating"));
    w.settle(accepted);
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.state").toString(), text("Ready"));
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.network.publicNetworkAccess").toString(), text("Disabled"));
}

void TestPostgreSqlServer::standbyBecomesHealthy()
{
    PostgreSqlWorld w;
    w.settle(w.createServer(text("pgdemo01"), with(PostgreSqlWorld::serverBody(), text("properties.highAvailability.mode"), text("ZoneRedundant"))));
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.highAvailability.state").toString(), text("CreatingStandby"));
    w.wait(200);
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.highAvailability.state").toString(), text("Healthy"));
    w.settle(w.call("PATCH", PostgreSqlWorld::server(), object(R"({"properties":{"highAvailability":{"mode":"Disabled"}}})")));
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.highAvailability.state").toString(), text("NotEnabled"));
}

void TestPostgreSqlServer::powerStates()
{
    PostgreSqlWorld w;
    w.ready();
    const auto state = [&] { return at(w.get(PostgreSqlWorld::server()), "properties.state").toString(); };
    w.effects.clear();
    const Response stop = w.call("POST", PostgreSqlWorld::below(text("/stop")));
    QCOMPARE(stop.status, 202);
    QCOMPARE(state(), text("Stopping"));
    w.settle(stop);
    QCOMPARE(state(), text("Stopped"));
    QCOMPARE(PostgreSqlWorld::code(w.call("PATCH", PostgreSqlWorld::server(), object(R"({"tags":{}})"))), text("ServerIsNotReady"));
    w.outcome = {{text("ok"), false}, {text("message"), text("port in use")}};
    QCOMPARE(w.settle(w.call("POST", PostgreSqlWorld::below(text("/start")))).value(text("status")).toString(), text("Failed"));
    QCOMPARE(state(), text("Stopped"));
    w.outcome = {{text("ok"), true}};
    w.settle(w.call("POST", PostgreSqlWorld::below(text("/start"))));
    QCOMPARE(state(), text("Ready"));
    QCOMPARE(PostgreSqlWorld::code(w.call("POST", PostgreSqlWorld::below(text("/start")))), text("ServerIsNotReady"));
    QCOMPARE(PostgreSqlWorld::code(w.call("POST", PostgreSqlWorld::below(text("/restart")), object(R"({"failoverMode":"Maybe"})"))),
             text("InvalidParameterValue"));
    w.settle(w.call("POST", PostgreSqlWorld::below(text("/restart")), object(R"({"restartWithFailover":false})")));
    QCOMPARE(state(), text("Ready"));
    QStringList kinds;
    for (const Effect &effect : w.effects)
        kinds.append(effect.kind);
    QCOMPARE(kinds, (QStringList{text("stopServer"), text("startServer"), text("startServer"), text("stopServer"), text("startServer")}));
}

void TestPostgreSqlServer::deleteFreesTheName()
{
    PostgreSqlWorld w;
    QCOMPARE(w.call("DELETE", PostgreSqlWorld::server()).status, 204);
    w.ready();
    const Response accepted = w.call("DELETE", PostgreSqlWorld::server());
    QCOMPARE(accepted.status, 202);
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.state").toString(), text("Dropping"));
    const Response again = w.createServer();
    QCOMPARE(again.status, 409);
    QCOMPARE(at(PostgreSqlWorld::json(again), "error.message").toString(), text("Operations on a server group in dropping state are not allowed."));
    QCOMPARE(w.settle(accepted).value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(w.follow("GET", headerValue(accepted.headers, "location")).status, 204);
    QCOMPARE(w.call("GET", PostgreSqlWorld::server()).status, 404);
    QCOMPARE(w.call("GET", PostgreSqlWorld::below(text("/databases/postgres"))).status, 404);
    QCOMPARE(w.ledger(text("deleted")), QStringList{PostgreSqlWorld::server()});
    QCOMPARE(w.effects.last().kind, text("removeServer"));
    QCOMPARE(w.createServer().status, 202);
}

void TestPostgreSqlServer::locationStyleEndsWithTheServer()
{
    PostgreSqlWorld w;
    const Response accepted = w.createServer();
    const QByteArray result = headerValue(accepted.headers, "location");
    w.settle(accepted);
    const Response done = w.follow("GET", result);
    QCOMPARE(done.status, 200);
    QCOMPARE(PostgreSqlWorld::json(done), w.get(PostgreSqlWorld::server()));
    QCOMPARE(w.follow("GET", result.left(result.indexOf("&s="))).status, 400);
}

void TestPostgreSqlServer::lists()
{
    PostgreSqlWorld w;
    w.ready();
    const QString inGroup = PostgreSqlWorld::server(QString()).chopped(1);
    for (const QString &path : {inGroup, PostgreSqlWorld::inSubscription(text("/flexibleServers"))}) {
        const QJsonArray value = w.get(path).value(text("value")).toArray();
        QCOMPARE(value.size(), 1);
        QCOMPARE(value.first().toObject(), w.get(PostgreSqlWorld::server()));
    }
    for (const char *empty : {"/replicas", "/logFiles"})
        QCOMPARE(w.get(PostgreSqlWorld::below(text(empty))), object(R"({"value":[]})"));
    QCOMPARE(PostgreSqlWorld::code(w.call("GET", PostgreSqlWorld::server(text("nobody")))), text("ResourceNotFound"));
}

void TestPostgreSqlServer::survivesSaving()
{
    PostgreSqlWorld w;
    const Response accepted = w.createServer();
    w.wait(30);
    std::optional<State> saved = State::fromJson(w.state().toJson());
    QVERIFY(saved.has_value());
    w.world = std::make_unique<World>(std::move(*saved));
    QCOMPARE(w.settle(accepted).value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(at(w.get(PostgreSqlWorld::server()), "properties.state").toString(), text("Ready"));
}

void TestPostgreSqlServer::aNewWorldStartsItsServers()
{
    PostgreSqlWorld w;
    w.ready();
    w.settle(w.call("PATCH", PostgreSqlWorld::server(), object(R"({"properties":{"authConfig":{"activeDirectoryAuth":"Enabled"}}})")));
    w.settle(w.call("PUT", PostgreSqlWorld::server() + text("/databases/appdb"), object("{}")));
    w.settle(w.call("PUT", PostgreSqlWorld::server() + text("/administrators/") + text(PostgreSqlWorld::owner),
                    object(R"({"properties":{"principalName":"dba"}})")));
    w.settle(w.call("PUT", PostgreSqlWorld::server() + text("/configurations/require_secure_transport"),
                    object(R"({"properties":{"value":"off","source":"user-override"}})")));
    const auto begin = [&] {
        w.world = std::make_unique<World>(*State::fromJson(w.state().toJson()));
        w.effects.clear();
        w.get(PostgreSqlWorld::server());
    };
    w.outcome = {{text("ok"), true}, {text("port"), 5433}};
    begin();
    QStringList kinds;
    for (const Effect &effect : w.effects)
        kinds.append(effect.kind);
    QCOMPARE(kinds, (QStringList{text("startServer"), text("createDatabase"), text("addEntraRole")}));
    QCOMPARE(w.effects.first().arguments.value(text("parameters")).toObject(), object(R"({"require_secure_transport":"off"})"));
    QCOMPARE(w.effects.first().arguments.value(text("password")).toString(), text(PostgreSqlWorld::password));
    w.wait(60);
    QCOMPARE(w.effects.size(), 3); // once
    begin();
    QVERIFY(w.effects.isEmpty()); // the host keeps its files
}

void TestPostgreSqlServer::goesWithItsGroup()
{
    PostgreSqlWorld w;
    w.ready();
    addConnection(*w.world, {PostgreSqlWorld::server(), text("/pe"), text("pe"), {}, true, {}, {}, {}}, w.now);
    w.effects.clear();
    w.world->removeTree(PostgreSqlWorld::server().section(u'/', 0, 4), w.now, {});
    w.wait(1);
    QCOMPARE(w.effects.size(), 1);
    QCOMPARE(w.effects.first().kind, text("removeServer"));
    int told = 0;
    for (const auto &[when, transition] : w.state().agenda)
        told += transition.kind == text("connectionDecided") && transition.target == text("/pe") ? 1 : 0;
    QCOMPARE(told, 1);
}

void TestPostgreSqlServer::signsInByTheTables()
{
    PostgreSqlWorld w;
    w.ready();
    const Resource *server = serverOfHost(w.state(), text("pgdemo01.privatelink.postgres.database.azure.com"));
    QVERIFY(server && server == serverOfHost(w.state(), text("PGDEMO01.postgres.database.azure.com")));
    QVERIFY(!serverOfHost(w.state(), text("pgdemo01.privatelink.postgresql.database.azure.com")));
    const QString right = text(PostgreSqlWorld::password);
    QCOMPARE(computedSignIn(w.state(), *server, text("postgres"), text("demoadmin"), right), QString());
    QCOMPARE(computedSignIn(w.state(), *server, text("postgres"), text("demoadmin"), text("no")), text("28P01"));
    QCOMPARE(computedSignIn(w.state(), *server, text("nowhere"), text("demoadmin"), right), text("3D000"));
}

QTEST_GUILESS_MAIN(TestPostgreSqlServer)
#include "tst_postgresqlserver.moc"
