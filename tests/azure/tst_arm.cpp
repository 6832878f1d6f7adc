// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/armerror.h"
#include "azure/arm/datafactoryapi.h"
#include "azure/arm/identitiesapi.h"
#include "azure/arm/networkapi.h"
#include "azure/arm/privatednsapi.h"
#include "azure/arm/resourcesapi.h"
#include "azure/arm/serversapi.h"
#include "tests/azure/fixture.h"

#include <QJsonDocument>
#include <QtTest>

using namespace causeway;
using test::armRequest;
using test::headers;
using test::Scripted;

class TestArm : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void errorModel_data();
    void errorModel();
    void errorIds();
    void errorDetails();
    void errorTextsAreBounded();
    void statusKinds_data();
    void statusKinds();
    void json();
    void pages();
    void pagesRefused_data();
    void pagesRefused();
    void pagesAreBounded();
    void encodesPaths();
    void brokenBodies();
    void calls();
    void validation();
};

// azure-postgresql-and-network.md §1.1: the envelope, and everything that comes instead of it.
void TestArm::errorModel_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const char *body, const char *code, const char *message) {
        QTest::newRow(name) << QByteArray(body) << QString::fromUtf8(code) << QString::fromUtf8(message);
    };
    row("envelope", R"({"error":{"code":"Bad","message":"No.","target":"t"}})", "Bad", "No.");
    row("no envelope", R"({"code":"Bad","message":"No."})", "Bad", "No.");
    row("capitals", R"({"Error":{"Code":"Bad","Message":"No."}})", "Bad", "No.");
    row("message only", R"({"Message":"No."})", "", "No.");
    row("OData", R"({"odata.error":{"code":"Bad","message":{"lang":"en","value":"No."}}})", "Bad", "No.");
    row("OAuth", R"({"error":"invalid_client","error_description":"No."})", "invalid_client", "No.");
    row("code is a number", R"({"error":{"code":500,"message":"No."}})", "500", "No.");
    row("byte order mark", "\xef\xbb\xbf{\"error\":{\"code\":\"Bad\",\"message\":\"No.\"}}", "Bad", "No.");
    row("a string", R"("No.")", "", "No.");
    row("HTML", "<html><head><title>403 Forbidden\n by proxy</title></head><body>x</body></html>", "", "403 Forbidden by proxy");
    row("HTML without title", "<h1>Bad</h1><p>Gateway</p>", "", "Bad Gateway");
    row("text", "upstream connect error", "", "upstream connect error");
    row("empty", "", "", "The service answered HTTP 400 and said nothing more.");
    row("empty object", "{}", "", "The service answered HTTP 400 and said nothing more.");
    row("an array", "[1]", "", "The service answered HTTP 400 and said nothing more.");
    row("half JSON", R"(<{ "message" : "x" })", "", R"(<{ "message" : "x" })");
}

void TestArm::errorModel()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    QFETCH(QString, message);
    HttpResponse response;
    response.status = 400;
    response.body = body;
    const Error error = errorFromResponse("GET", response);
    QCOMPARE(error.code, code);
    QCOMPARE(error.message, message);
    QCOMPARE(error.httpStatus, 400);
}

void TestArm::errorIds()
{
    HttpResponse response;
    response.status = 429;
    response.headers = headers({{"X-Ms-Request-Id", "r"}, {"x-ms-correlation-request-id", "c"}, {"Retry-After", "17"}, {"x-ms-error-code", "FromHeader"}});
    const Error error = errorFromResponse("PUT", response);
    QCOMPARE(error.requestId, QStringLiteral("r"));
    QCOMPARE(error.correlationId, QStringLiteral("c"));
    QCOMPARE(error.code, QStringLiteral("FromHeader"));
    QCOMPARE(error.retryAfter, std::chrono::seconds(17));
    QCOMPARE(error.kind, ErrorKind::Throttled);
}

void TestArm::errorDetails()
{
    HttpResponse response;
    response.status = 400;
    response.body = R"({"error":{"code":"InvalidTemplateDeployment","message":"See details.","details":[
        {"code":"Inner","message":"Call to Microsoft.X failed. Error message: {\"error\":{\"code\":\"Deep\",\"message\":\"cause\"}}","details":[{"code":"Leaf"}]}],
        "additionalInfo":[{"type":"PolicyViolation","info":{"policyDefinitionDisplayName":"No public servers","policyAsssignmentId":"/p/1"}}]}})";
    const Error error = errorFromResponse("PUT", response);
    QCOMPARE(error.details.size(), 2);
    QCOMPARE(error.details.at(0).code, QStringLiteral("Inner"));
    QCOMPARE(error.details.at(0).details.at(0).code, QStringLiteral("Leaf"));
    QCOMPARE(error.details.at(0).details.at(1).code, QStringLiteral("Deep"));
    QCOMPARE(error.details.at(1).message, QStringLiteral("No public servers"));
    QCOMPARE(error.details.at(1).target, QStringLiteral("/p/1"));
}

static int countErrors(const Error &error)
{
    int all = 1;
    for (const Error &detail : error.details)
        all += countErrors(detail);
    return all;
}

// X30, X31: a megabyte of text, a thousand details, a nest of a thousand.
void TestArm::errorTextsAreBounded()
{
    HttpResponse response;
    response.status = 500;
    const QByteArray flood(1'000'000, 'x');
    QByteArray many;
    for (int i = 0; i < 1000; ++i)
        many += (i ? "," : "") + QByteArray(R"({"code":"c"})");
    response.body = R"({"error":{"code":")" + flood + R"(","message":")" + flood + R"(","target":")" + flood + R"(","details":[)" + many + "]}}";
    const Error error = errorFromResponse("GET", response);
    QVERIFY(error.message.size() <= 4096 && error.code.size() <= 256 && error.target.size() <= 256);
    QCOMPARE(error.details.size(), 20);
    QByteArray nest = "{}";
    for (int i = 0; i < 200; ++i)
        nest = R"({"code":"n","details":[)" + nest + "]}";
    response.body = R"({"error":)" + nest + "}";
    QVERIFY(countErrors(errorFromResponse("GET", response)) < 10);
    response.body = flood;
    QVERIFY(errorFromResponse("GET", response).message.size() <= 4096);
    response.body = QByteArray(1'000'000, '[');
    QVERIFY(errorFromResponse("GET", response).message.size() <= 4096);
    response.headers = headers({{"x-ms-request-id", flood}});
    QVERIFY(errorFromResponse("GET", response).requestId.size() <= 128);
}

void TestArm::statusKinds_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<ErrorKind>("kind");
    const auto row = [](int status, const char *method, ErrorKind kind) { QTest::addRow("%s %d", method, status) << status << QByteArray(method) << kind; };
    row(400, "PUT", ErrorKind::InvalidInput);
    row(401, "GET", ErrorKind::Unauthorized);
    row(403, "PUT", ErrorKind::Forbidden);
    row(404, "GET", ErrorKind::NotFound);
    row(409, "PUT", ErrorKind::Conflict);
    row(412, "PUT", ErrorKind::Conflict);
    row(422, "PUT", ErrorKind::Service);
    row(504, "PUT", ErrorKind::OutcomeUnknown);
    row(504, "DELETE", ErrorKind::OutcomeUnknown);
}

void TestArm::statusKinds()
{
    QFETCH(int, status);
    QFETCH(QByteArray, method);
    QFETCH(ErrorKind, kind);
    Scripted world;
    world.transport.answer(status);
    QCOMPARE(test::await(world.client.send(armRequest(method, "/x"), Context())).error().kind, kind);
}

void TestArm::json()
{
    QVERIFY(parseJson("")->isUndefined());
    QCOMPARE(parseJson("\"success\"")->toString(), QStringLiteral("success"));
    QCOMPARE(parseJson(" true ")->toBool(), true);
    QVERIFY(parseJson("null")->isNull());
    QCOMPARE(parseJson("[1,2]")->toArray().size(), 2);
    for (const char *bad : {"{", "{\"a\":1", "nonsense", "1,2", "{}{}", "<html>"})
        QVERIFY2(!parseJson(bad).ok(), bad);
}

static QJsonArray numbers(const Result<QJsonArray> &items)
{
    return items ? *items : QJsonArray{QStringLiteral("failed"), items.error().code};
}

// X3: what a list may do.
void TestArm::pages()
{
    Scripted world;
    world.transport.answer(200, R"({"value":[1,2],"nextLink":"https://management.azure.com:443/p2?$skiptoken=a%2Bb%3D"})")
        .answer(200, R"({"value":[],"nextLink":"/p3"})").answer(200, R"({"value":[3],"nextLink":"sub/p4"})").answer(200, R"({"value":[4],"nextLink":null})");
    ArmRequest request = armRequest("GET", "/p1?api-version=1");
    request.headers = headers({{"X-Mine", "1"}});
    const QJsonArray all{1, 2, 3, 4};
    QCOMPARE(numbers(test::await(world.client.listPages(request, Context()))), all);
    const QList<QByteArray> targets{"/p1?api-version=1", "/p2?$skiptoken=a%2Bb%3D", "/p3", "/sub/p4"};
    for (int i = 0; i < 4; ++i) {
        QCOMPARE(world.transport.requests().at(i).target, targets.at(i));
        QCOMPARE(headerValue(world.transport.requests().at(i).headers, "X-Mine"), QByteArray("1"));
    }
    Scripted empty;
    empty.transport.answer(200, R"({"value":[],"nextLink":""})");
    QCOMPARE(numbers(test::await(empty.client.list(QStringLiteral("/p"), QStringLiteral("1"), Context()))), QJsonArray());
}

void TestArm::pagesRefused_data()
{
    QTest::addColumn<QByteArray>("second");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *second, const char *code) { QTest::newRow(name) << QByteArray(second) << QString::fromLatin1(code); };
    row("foreign host", R"({"value":[],"nextLink":"https://evil.com/p"})", "ForeignLink");
    row("foreign port", R"({"value":[],"nextLink":"https://management.azure.com:8443/p"})", "ForeignLink");
    row("plain http", R"({"value":[],"nextLink":"http://management.azure.com/p"})", "ForeignLink");
    row("user information", R"({"value":[],"nextLink":"https://a@management.azure.com/p"})", "UserInformation");
    row("to itself", R"({"value":[],"nextLink":"/p2"})", "PagesRepeat");
    row("to the first", R"({"value":[],"nextLink":"https://management.azure.com/p1"})", "PagesRepeat");
    row("no list", R"({"nextLink":"/p3"})", "NotAList");
    row("not JSON", R"({"value":[)", "InvalidJson");
    row("refused", "", "ScriptAtItsEnd");
}

void TestArm::pagesRefused()
{
    QFETCH(QByteArray, second);
    QFETCH(QString, code);
    Scripted world;
    world.transport.answer(200, R"({"value":[1],"nextLink":"/p2"})");
    if (!second.isEmpty())
        world.transport.answer(200, second);
    const auto items = test::await(world.client.listPages(armRequest("GET", "/p1"), Context()));
    QVERIFY(!items.ok());
    QCOMPARE(items.error().code, code);
    QCOMPARE(world.transport.requests().size(), 2);
}

void TestArm::pagesAreBounded()
{
    Scripted world;
    int page = 0;
    world.transport.setHandler([&page](const HttpRequest &) {
        HttpResponse response;
        response.status = 200;
        response.body = R"({"value":[1],"nextLink":"/p)" + QByteArray::number(++page) + "\"}";
        return Result<HttpResponse>(response);
    });
    const auto items = test::await(world.client.listPages(armRequest("GET", "/p"), Context()));
    QCOMPARE(items.error().code, QStringLiteral("TooManyPages"));
    QCOMPARE(world.transport.requests().size(), 10'000);
}

void TestArm::encodesPaths()
{
    Scripted world;
    world.transport.answer(200, "{}");
    ArmRequest request;
    request.method = "PUT";
    request.path = QStringLiteral("/a/my service/100%/ü?#");
    request.apiVersion = QStringLiteral("2018-06-01");
    request.query.append(qMakePair(QStringLiteral("$filter"), QStringLiteral("name eq 'a&b'")));
    QJsonObject body;
    body.insert(QStringLiteral("a"), 1);
    request.body = body;
    QVERIFY(test::await(world.client.send(request, Context())).ok());
    QCOMPARE(world.transport.requests().first().target, QByteArray("/a/my%20service/100%25/%C3%BC%3F%23?api-version=2018-06-01&$filter=name%20eq%20'a%26b'"));
    QCOMPARE(world.transport.requests().first().body, QByteArray("{\"a\":1}"));
}

void TestArm::brokenBodies()
{
    Scripted world;
    world.transport.answer(200, R"({"id":)").answer(200, R"({"id":)").answer(200, "[]");
    QCOMPARE(test::await(world.client.send(armRequest("GET", "/x"), Context())).error().kind, ErrorKind::Protocol);
    QCOMPARE(test::await(world.client.send(armRequest("PUT", "/x"), Context())).error().kind, ErrorKind::OutcomeUnknown);
    QCOMPARE(test::await(world.client.get(QStringLiteral("/x"), QStringLiteral("1"), Context())).error().code, QStringLiteral("NotAnObject"));
}

// The calls of the flow, as the facts pages write them.
void TestArm::calls()
{
    Scripted world;
    world.transport.setHandler([](const HttpRequest &) {
        HttpResponse response;
        response.status = 200;
        response.body = R"({"value":[]})";
        return Result<HttpResponse>(response);
    });
    const QString guid = QStringLiteral("11111111-2222-3333-4444-555555555555");
    const ResourceId sub = ResourceId::subscription(guid);
    const ResourceId group = ResourceId::resourceGroup(guid, QStringLiteral("rg"));
    const auto in = [&](const QString &type, const char *name) { return ResourceId::resource(guid, QStringLiteral("rg"), type, QString::fromLatin1(name)); };
    const ResourceId server = in(type::server, "pg");
    const ResourceId network = in(type::virtualNetwork, "vnet");
    const ResourceId endpoint = in(type::privateEndpoint, "pe");
    const ResourceId zone = in(type::privateDnsZone, "z");
    const ResourceId factory = in(type::factory, "adf");
    const ResourceId runtime = factory.child(QStringLiteral("integrationRuntimes"), QStringLiteral("ir"));
    ServersApi servers(world.client);
    VirtualNetworksApi networks(world.client);
    PrivateEndpointsApi endpoints(world.client);
    PrivateDnsApi dns(world.client);
    DataFactoryApi factories(world.client);
    ResourcesApi resources(world.client);
    IdentitiesApi identities(world.client);
    const Context none;
    const QJsonObject body;
    int done = 0;
    const auto expect = [&](auto task, const char *method, const QString &path, const QString &version, const QByteArray &sent = {}) {
        const auto result = test::await(std::move(task));
        QVERIFY(result.ok());
        const HttpRequest request = world.transport.requests().last();
        QCOMPARE(request.method, QByteArray(method));
        const QByteArray target = path.toLatin1() + (path.contains(QLatin1Char('?')) ? "" : "?api-version=" + version.toLatin1());
        QCOMPARE(request.target, target);
        if (!sent.isNull())
            QCOMPARE(request.body, sent);
        ++done;
    };
    const QString q = sub.toString() + QStringLiteral("/providers/Microsoft.DBforPostgreSQL");
    const QString p = server.toString();
    expect(servers.checkName(sub, QStringLiteral("westeurope"), QStringLiteral("pg"), none), "POST", q + QStringLiteral("/locations/westeurope/checkNameAvailability"), version::postgresql,
           "{\"name\":\"pg\",\"type\":\"Microsoft.DBforPostgreSQL/flexibleServers\"}");
    expect(servers.checkName(sub, {}, QStringLiteral("pg"), none), "POST", q + QStringLiteral("/checkNameAvailability"), version::postgresql);
    expect(servers.capabilities(sub, QStringLiteral("westeurope"), none), "GET", q + QStringLiteral("/locations/westeurope/capabilities"), version::postgresql);
    expect(servers.usages(sub, QStringLiteral("westeurope"), none), "GET", q + QStringLiteral("/locations/westeurope/resourceType/flexibleServers/usages"), version::postgresql);
    expect(servers.allIn(sub, type::server, none), "GET", q + QStringLiteral("/flexibleServers"), version::postgresql);
    expect(servers.put(server, body, none), "PUT", p, version::postgresql, "{}");
    expect(servers.patch(server, body, none), "PATCH", p, version::postgresql, "{}");
    expect(servers.remove(server, none), "DELETE", p, version::postgresql, "");
    expect(servers.start(server, none), "POST", p + QStringLiteral("/start"), version::postgresql, "");
    expect(servers.stop(server, none), "POST", p + QStringLiteral("/stop"), version::postgresql);
    expect(servers.restart(server, none), "POST", p + QStringLiteral("/restart"), version::postgresql);
    expect(servers.privateLinkResources(server, none), "GET", p + QStringLiteral("/privateLinkResources"), version::postgresql);
    expect(servers.connections(server, none), "GET", p + QStringLiteral("/privateEndpointConnections"), version::postgresql);
    expect(servers.decide(server.child(QStringLiteral("privateEndpointConnections"), QStringLiteral("c")), QStringLiteral("Approved"), QStringLiteral("ok"), none), "PUT",
           p + QStringLiteral("/privateEndpointConnections/c"), version::postgresql, R"({"properties":{"privateLinkServiceConnectionState":{"description":"ok","status":"Approved"}}})");
    expect(networks.subnets(network, none), "GET", network.toString() + QStringLiteral("/subnets"), version::network);
    expect(networks.usages(network, none), "GET", network.toString() + QStringLiteral("/usages"), version::network);
    expect(networks.checkAddress(network, QStringLiteral("10.0.0.4"), none), "GET",
           network.toString() + QStringLiteral("/CheckIPAddressAvailability?api-version=2024-07-01&ipAddress=10.0.0.4"), version::network);
    expect(endpoints.put(endpoint, body, none), "PUT", endpoint.toString(), version::network);
    expect(endpoints.zoneGroups(endpoint, none), "GET", endpoint.toString() + QStringLiteral("/privateDnsZoneGroups"), version::network);
    expect(dns.links(zone, none), "GET", zone.toString() + QStringLiteral("/virtualNetworkLinks"), version::privateDns);
    expect(dns.records(zone, QStringLiteral("A"), none), "GET", zone.toString() + QStringLiteral("/A"), version::privateDns);
    expect(dns.putIf(zone, body, headers({{"If-None-Match", "*"}}), none), "PUT", zone.toString(), version::privateDns);
    QCOMPARE(headerValue(world.transport.requests().last().headers, "If-None-Match"), QByteArray("*"));
    expect(factories.runtimeStatus(runtime, none), "POST", runtime.toString() + QStringLiteral("/getStatus"), version::dataFactory, "");
    expect(factories.enableInteractiveAuthoring(runtime, 60, none), "POST", runtime.toString() + QStringLiteral("/enableInteractiveQuery"), version::dataFactory, "{\"autoTerminationMinutes\":60}");
    expect(factories.disableInteractiveAuthoring(runtime, none), "POST", runtime.toString() + QStringLiteral("/disableInteractiveQuery"), version::dataFactory, "");
    expect(factories.testConnectivity(factory, body, none), "POST", factory.toString() + QStringLiteral("/testConnectivity"), version::dataFactory, "{\"linkedService\":{}}");
    expect(resources.tenants(none), "GET", QStringLiteral("/tenants"), version::subscriptions);
    expect(resources.subscriptions(none), "GET", QStringLiteral("/subscriptions"), version::subscriptions);
    expect(resources.locations(sub, none), "GET", sub.toString() + QStringLiteral("/locations"), version::subscriptions);
    expect(resources.groups(sub, none), "GET", sub.toString() + QStringLiteral("/resourcegroups"), version::resources);
    expect(resources.groupExists(group, none), "HEAD", group.toString(), version::resources);
    expect(resources.resources(group, none), "GET", group.toString() + QStringLiteral("/resources"), version::resources);
    expect(resources.provider(sub, QStringLiteral("Microsoft.Network"), none), "GET", sub.toString() + QStringLiteral("/providers/Microsoft.Network"), version::providers);
    expect(resources.registerProvider(sub, QStringLiteral("Microsoft.Network"), none), "POST", sub.toString() + QStringLiteral("/providers/Microsoft.Network/register"), version::providers, "");
    expect(resources.locks(server, none), "GET", p + QStringLiteral("/providers/Microsoft.Authorization/locks"), version::locks);
    expect(resources.permissions(server, none), "GET", p + QStringLiteral("/providers/Microsoft.Authorization/permissions"), version::permissions);
    expect(identities.get(in(type::identity, "id"), none), "GET", in(type::identity, "id").toString(), version::identity);
    QCOMPARE(done, 37);
    Scripted absent;
    absent.transport.answer(404);
    ResourcesApi nobody(absent.client);
    QCOMPARE(*test::await(nobody.groupExists(group, none)), false);
}

// §6.5: a refusal comes under 400, under 200, or at the end of a long operation.
void TestArm::validation()
{
    const char *const refusal = R"({"error":{"code":"InvalidTemplateDeployment","message":"no","details":[{"code":"RequestDisallowedByPolicy"}]}})";
    const ResourceId group = ResourceId::resourceGroup(QStringLiteral("11111111-2222-3333-4444-555555555555"), QStringLiteral("rg"));
    for (const int shape : {0, 1, 2}) {
        Scripted world;
        if (shape == 0)
            world.transport.answer(400, refusal);
        else if (shape == 1)
            world.transport.answer(200, refusal);
        else
            world.transport.answer(202, "", headers({{"Location", "/v"}})).answer(202).answer(200, refusal);
        ResourcesApi resources(world.client);
        const auto verdict = test::await(resources.validate(group, QStringLiteral("d"), QJsonObject(), Context()));
        QVERIFY(!verdict.ok());
        QCOMPARE(verdict.error().code, QStringLiteral("InvalidTemplateDeployment"));
        QCOMPARE(verdict.error().details.size(), 1);
        QVERIFY(world.transport.requests().first().target.contains("/providers/Microsoft.Resources/deployments/d/validate?"));
    }
}

QTEST_GUILESS_MAIN(TestArm)
#include "tst_arm.moc"
