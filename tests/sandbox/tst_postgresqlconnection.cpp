// SPDX-License-Identifier: Apache-2.0
#include "jsonbody.h"
#include "postgresqlworld.h"

#include "sandbox/providers/postgresql.h"

#include <QRegularExpression>
#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;


static QString endpointId()
{
    return text("/subscriptions/x/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe-demo");
}

static QString ask(PostgreSqlWorld &w, bool approved = false, const QString &managedBy = {}, const QString &name = text("pe-demo"))
{
    const ConnectionRequest request{PostgreSqlWorld::server(), endpointId(), name, text("please"), approved, text("t"), managedBy, text(PostgreSqlWorld::owner)};
    return addConnection(*w.world, request, w.now);
}

static QJsonObject decision(const char *status, const char *description)
{
    return {{text("properties"), QJsonObject{{text("privateEndpoint"), QJsonObject()},
                                             {text("privateLinkServiceConnectionState"),
                                              QJsonObject{{text("status"), text(status)}, {text("description"), text(description)}}}}}};
}

static QJsonObject connectionState(PostgreSqlWorld &w, const QString &id)
{
    return w.get(id).value(text("properties")).toObject().value(text("privateLinkServiceConnectionState")).toObject();
}

//! News on their way to a provider: (target, status, seconds from now).
static QList<std::tuple<QString, QString, int>> news(PostgreSqlWorld &w, const char *provider)
{
    QList<std::tuple<QString, QString, int>> found;
    for (const auto &[when, transition] : w.state().agenda) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(transition.due - w.now).count();
        if (transition.provider == text(provider) && transition.kind == text("connectionDecided"))
            found.append({transition.target, transition.arguments.value(text("status")).toString(), static_cast<int>(seconds)});
    }
    return found;
}

class TestPostgreSqlConnection : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lifecycleAsRecorded();
    void autoApproved();
    void consumersHear();
    void factoryHearsLater();
    void approvalNeedsBothRights();
    void refusedDecisions_data();
    void refusedDecisions();
    void wholeResourceIsAccepted();
    void switchesOfShape();
    void cannotConnect();
    void locksSpeakWrapped();
    void goesWithTheServer();
    void consumerTakesItAway();
    void privateLinkResources();
};

void TestPostgreSqlConnection::lifecycleAsRecorded()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = ask(w);
    const QJsonObject pending = w.get(id);
    QVERIFY(pending.value(text("name")).toString().startsWith(text("pe-demo.")));
    QCOMPARE(pending.value(text("type")).toString(), text("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections"));
    QCOMPARE(connectionState(w, id), object(R"({"status":"Pending","actionsRequired":"None","description":"please"})"));
    QCOMPARE(w.get(PostgreSqlWorld::server()).value(text("properties")).toObject().value(text("privateEndpointConnections")).toArray(), QJsonArray{pending});

    struct Row {
        const char *status;
        const char *description;
        const char *ends;
        const char *ledger;
    };
    const Row rows[] = {{"Approved", "ok by DBA", "Succeeded", "approved"},
                        {"Approved", "ok again", "Succeeded", "approved"},
                        {"Rejected", "no longer", "Succeeded", "rejected"},
                        {"Rejected", "really not", "Succeeded", "rejected"},
                        {"Approved", "changed my mind", "Failed", nullptr}};
    QJsonObject shown;
    int entries = 0;
    for (const Row &row : rows) {
        const Response accepted = w.call("PUT", id, decision(row.status, row.description));
        QCOMPARE(accepted.status, 202);
        QCOMPARE(PostgreSqlWorld::json(accepted).value(text("operation")).toString(), text("UpsertPrivateEndpointConnectionManagementOperation"));
        const TimePoint started = w.now;
        const QJsonObject status = w.settle(accepted);
        const auto took = std::chrono::duration_cast<std::chrono::seconds>(w.now - started).count();
        QVERIFY(took >= 60 && took <= 130);
        QCOMPARE(status.value(text("status")).toString(), text(row.ends));
        if (row.ledger) {
            shown = {{text("status"), text(row.status)}, {text("description"), text(row.description)}, {text("actionsRequired"), text("None")}};
            ++entries;
        } else {
            const QJsonObject error = status.value(text("error")).toObject();
            QCOMPARE(error.value(text("code")).toString(), text("InternalServerError"));
            QVERIFY(error.value(text("message")).toString().startsWith(text("An unexpected error occured while processing the request. Tracking ID: '")));
        }
        QCOMPARE(connectionState(w, id), shown);
        QCOMPARE(w.ledger(text("approved")).size() + w.ledger(text("rejected")).size(), entries);
    }

    const Response dropped = w.call("DELETE", id);
    QCOMPARE(dropped.status, 202);
    QCOMPARE(PostgreSqlWorld::json(dropped).value(text("operation")).toString(), text("DropPrivateEndpointConnectionManagementOperation"));
    QCOMPARE(w.settle(dropped).value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(w.call("GET", id).status, 404);
    QCOMPARE(w.call("DELETE", id).status, 204);
    QCOMPARE(w.ledger(text("removed")), QStringList{id});
}

void TestPostgreSqlConnection::autoApproved()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = ask(w, true);
    QCOMPARE(connectionState(w, id), object(R"({"status":"Approved","description":"Auto-Approved","actionsRequired":"None"})"));
    QCOMPARE(connectionOf(w.state(), PostgreSqlWorld::server(), endpointId().toUpper())->id, id);
}

void TestPostgreSqlConnection::consumersHear()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = ask(w);
    const Response accepted = w.call("PUT", id, decision("Approved", "fine"));
    while (connectionState(w, id).value(text("status")).toString() != text("Approved"))
        w.wait(1);
    const auto told = news(w, "Microsoft.Network");
    QCOMPARE(told.size(), 1);
    QCOMPARE(std::get<0>(told.first()), endpointId());
    QCOMPARE(std::get<1>(told.first()), text("Approved"));
    QVERIFY(std::get<2>(told.first()) <= 5);
    QVERIFY(news(w, "Microsoft.DataFactory").isEmpty());
    w.settle(accepted);
    w.wait(10);
    w.call("DELETE", id);
    while (w.call("GET", id).status == 200)
        w.wait(1);
    QCOMPARE(std::get<1>(news(w, "Microsoft.Network").first()), text("Disconnected"));
}

void TestPostgreSqlConnection::factoryHearsLater()
{
    PostgreSqlWorld w;
    w.ready();
    const QString mpe = text("/subscriptions/x/resourceGroups/rg/providers/Microsoft.DataFactory/factories/f/managedVirtualNetworks/default/managedPrivateEndpoints/m");
    const QString id = ask(w, false, mpe, text("f.m"));
    QVERIFY(w.get(id).value(text("name")).toString().startsWith(text("f.m.")));
    QVERIFY(!w.everything.contains("managedVirtualNetworks")); // hidden
    w.call("PUT", id, decision("Approved", "fine"));
    while (connectionState(w, id).value(text("status")).toString() != text("Approved"))
        w.wait(1);
    const auto told = news(w, "Microsoft.DataFactory");
    QCOMPARE(told.size(), 1);
    QCOMPARE(std::get<0>(told.first()), mpe);
    QVERIFY(std::get<2>(told.first()) > 170 && std::get<2>(told.first()) <= 180);
    QVERIFY(news(w, "Microsoft.Network").isEmpty());
}

void TestPostgreSqlConnection::approvalNeedsBothRights()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = ask(w);
    const Response refused = w.call("PUT", id, decision("Approved", "me"), text(PostgreSqlWorld::networkAdmin));
    QCOMPARE(refused.status, 403);
    QCOMPARE(PostgreSqlWorld::code(refused), text("AuthorizationFailed"));
    QVERIFY(refused.body.contains("privateEndpointConnectionsApproval/action"));
    QCOMPARE(connectionState(w, id).value(text("status")).toString(), text("Pending"));

    PostgreSqlWorld lax({{text("postgresqlApprovalNeedsBoth"), false}});
    lax.ready();
    QCOMPARE(lax.call("PUT", ask(lax), decision("Approved", "me"), text(PostgreSqlWorld::networkAdmin)).status, 202);
}

void TestPostgreSqlConnection::refusedDecisions_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::newRow("nothing") << QByteArray("{}") << text("MissingRequiredParameter");
    QTest::newRow("no status") << QByteArray(R"({"properties":{"privateLinkServiceConnectionState":{}}})") << text("MissingRequiredParameter");
    QTest::newRow("pending") << QByteArray(R"({"properties":{"privateLinkServiceConnectionState":{"status":"Pending"}}})") << text("InvalidParameterValue");
    QTest::newRow("number") << QByteArray(R"({"properties":{"privateLinkServiceConnectionState":{"status":1}}})") << text("InvalidRequestContent");
    QTest::newRow("text") << QByteArray(R"({"properties":"Approved"})") << text("InvalidRequestContent");
}

void TestPostgreSqlConnection::refusedDecisions()
{
    QFETCH(QByteArray, body);
    PostgreSqlWorld w;
    w.ready();
    const QString id = ask(w);
    const Response refused = w.call("PUT", id, object(body.constData()));
    QCOMPARE(refused.status, 400);
    QTEST(PostgreSqlWorld::code(refused), "code");
    QCOMPARE(w.call("PUT", id + text("x"), decision("Approved", "")).status, 404);
}

void TestPostgreSqlConnection::wholeResourceIsAccepted()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = ask(w);
    QJsonObject whole = w.get(id);
    QJsonObject properties = whole.value(text("properties")).toObject();
    properties.insert(text("privateLinkServiceConnectionState"), object(R"({"status":"Approved","description":"cli","actionsRequired":"None"})"));
    whole.insert(text("properties"), properties);
    QCOMPARE(w.settle(w.call("PUT", id, whole)).value(text("status")).toString(), text("Succeeded"));
    QCOMPARE(w.get(id).value(text("properties")).toObject().value(text("privateEndpoint")).toObject().value(text("id")).toString(), endpointId());
    QCOMPARE(connectionState(w, id).value(text("description")).toString(), text("cli"));
}

void TestPostgreSqlConnection::switchesOfShape()
{
    PostgreSqlWorld w({{text("postgresqlPlainConnectionNames"), true}, {text("postgresqlShowRequestMessage"), false},
                       {text("postgresqlRejectAgain"), false}});
    w.ready();
    const QString id = ask(w, false, {}, text("adf.mpe"));
    static const QRegularExpression accepted(text("^[a-zA-Z][a-zA-Z0-9-]*\\.[a-fA-F0-9-]+$"));
    QVERIFY(accepted.match(w.get(id).value(text("name")).toString()).hasMatch());
    QCOMPARE(connectionState(w, id), object(R"({"status":"Pending","actionsRequired":"None"})"));
    w.settle(w.call("PUT", id, decision("Rejected", "")));
    QCOMPARE(w.settle(w.call("PUT", id, decision("Rejected", ""))).value(text("status")).toString(), text("Failed"));
}

void TestPostgreSqlConnection::cannotConnect()
{
    PostgreSqlWorld w;
    QCOMPARE(canConnect(*w.world, PostgreSqlWorld::server())->status, 404);
    QJsonObject body = PostgreSqlWorld::serverBody();
    QJsonObject properties = body.value(text("properties")).toObject();
    properties.insert(text("network"), object(R"({"delegatedSubnetResourceId":"/subscriptions/x/subnets/y"})"));
    body.insert(text("properties"), properties);
    w.createServer(text("pginjected"), body);
    const auto refused = canConnect(*w.world, PostgreSqlWorld::server(text("pginjected")));
    QCOMPARE(refused->status, 400);
    QCOMPARE(PostgreSqlWorld::code(*refused), text("PrivateEndpointFeatureNotSupportedOnServer"));
    QVERIFY(refused->body.contains("Call to Microsoft.DBforPostgreSQL/flexibleServers failed."));
    w.createServer();
    QCOMPARE(PostgreSqlWorld::code(*canConnect(*w.world, PostgreSqlWorld::server())), text("ServerIsBusy"));
    w.wait(400);
    QVERIFY(!canConnect(*w.world, PostgreSqlWorld::server()));
}

void TestPostgreSqlConnection::locksSpeakWrapped()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = ask(w);
    QVERIFY(!whyNotDisconnect(*w.world, id));
    const QString lock = PostgreSqlWorld::server() + text("/providers/Microsoft.Authorization/locks/keep");
    QVERIFY(w.call("PUT", lock, object(R"({"properties":{"level":"CanNotDelete"}})"), text(PostgreSqlWorld::owner), text("2020-05-01")).status < 300);
    QVERIFY(!canConnect(*w.world, PostgreSqlWorld::server()));
    const auto why = whyNotDisconnect(*w.world, id);
    QCOMPARE(why->value(text("code")).toString(), text("ScopeLocked"));
    const QString words = why->value(text("message")).toString();
    QVERIFY(words.startsWith(text("Call to Microsoft.DBforPostgreSQL/flexibleServers failed. Error message: The scope '")));
    QVERIFY(words.contains(text("/privateEndpointConnectionProxies/pe-demo.")));
    QCOMPARE(PostgreSqlWorld::code(w.call("DELETE", id)), text("ScopeLocked"));
    QCOMPARE(w.call("PUT", id, decision("Approved", "")).status, 202);
    w.call("PUT", lock, object(R"({"properties":{"level":"ReadOnly"}})"), text(PostgreSqlWorld::owner), text("2020-05-01"));
    QCOMPARE(PostgreSqlWorld::code(*canConnect(*w.world, PostgreSqlWorld::server())), text("ScopeLocked"));
}

void TestPostgreSqlConnection::goesWithTheServer()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = ask(w, true);
    w.call("DELETE", PostgreSqlWorld::server());
    while (w.call("GET", PostgreSqlWorld::server()).status == 200)
        w.wait(1);
    QCOMPARE(std::get<1>(news(w, "Microsoft.Network").first()), text("Disconnected"));
    QVERIFY(!w.state().find(id));
}

void TestPostgreSqlConnection::consumerTakesItAway()
{
    PostgreSqlWorld w;
    w.ready();
    const QString id = ask(w);
    QVERIFY(removeConnection(*w.world, id, w.now));
    QVERIFY(!removeConnection(*w.world, id, w.now));
    QCOMPARE(w.call("GET", id).status, 404);
    QVERIFY(news(w, "Microsoft.Network").isEmpty());
}

void TestPostgreSqlConnection::privateLinkResources()
{
    PostgreSqlWorld w;
    w.ready();
    const QJsonObject one = w.get(PostgreSqlWorld::below(text("/privateLinkResources/postgresqlServer")));
    QCOMPARE(one.value(text("properties")).toObject(),
             object(R"({"groupId":"postgresqlServer","requiredMembers":["postgresqlServer"],"requiredZoneNames":["privatelink.postgres.database.azure.com"]})"));
    QCOMPARE(w.get(PostgreSqlWorld::below(text("/privateLinkResources"))).value(text("value")).toArray(), QJsonArray{one});
    QCOMPARE(w.call("GET", PostgreSqlWorld::below(text("/privateLinkResources/sites"))).status, 404);
}

QTEST_GUILESS_MAIN(TestPostgreSqlConnection)
#include "tst_postgresqlconnection.moc"
