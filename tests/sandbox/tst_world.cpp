// SPDX-License-Identifier: Apache-2.0
#include "worldtest.h"

#include "sandbox/access.h"
#include "sandbox/jsonc.h"
#include "sandbox/operations.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

class TestWorld : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void targets();
    void lenientBodies_data();
    void lenientBodies();
    void actions_data();
    void actions();
    void refusals_data();
    void refusals();
    void refusesInOrder();
    void pathsWithoutCase();
    void commonHeaders();
    void throttles();
    void signedUrls();
    void pages();
    void waitsForEffects();
    void transitionsInOrder();
    void roundTrip();
    void copiesAreApart();
    void repeatable();
    void policies();
    void speed();
};

static const QString groupPath = QStringLiteral("/subscriptions/{s}/resourceGroups/rg-network");
static const QString identityPath = groupPath + QStringLiteral("/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-one");
static const QString groupVersion = QStringLiteral("2024-11-01");
static const QString identityVersion = QStringLiteral("2024-11-30");

void TestWorld::targets()
{
    const Request request = requestFromTarget("GET", "//subscriptions//a%20b/x%2Fy/?api-version=1&%24Filter=a+eq+%27b%27&flag");
    QCOMPARE(request.rawPath, QByteArray("/subscriptions/a%20b/x%2Fy"));
    QCOMPARE(request.segments, QStringList({QStringLiteral("subscriptions"), QStringLiteral("a b"), QStringLiteral("x"), QStringLiteral("y")}));
    QCOMPARE(request.apiVersion(), QStringLiteral("1"));
    QCOMPARE(request.queryValue(QStringLiteral("$filter")), QStringLiteral("a eq 'b'"));
    QCOMPARE(requestFromTarget("GET", "http://127.0.0.1:1/tenants?x").rawPath, QByteArray("/tenants"));
    QCOMPARE(requestFromTarget("GET", "").rawPath, QByteArray("/"));
}

void TestWorld::lenientBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("strict"); // empty: refused
    QTest::newRow("json") << QByteArray("{\"a\":1}") << QByteArray("{\"a\":1}");
    QTest::newRow("az deployment") << QByteArray("{\"properties\": {\"mode\": \"Incremental\", template:{\"a\": /* b */ [1,2,], // c\n \"d\": true}}}")
                                   << QByteArray("{\"properties\":{\"mode\":\"Incremental\",\"template\":{\"a\":[1,2],\"d\":true}}}");
    QTest::newRow("comment in text") << QByteArray("{a:\"// no /* comment\\\" */\"}") << QByteArray("{\"a\":\"// no /* comment\\\" */\"}");
    QTest::newRow("list") << QByteArray("[1]") << QByteArray();
    QTest::newRow("cut") << QByteArray("{\"a\":{\"b\":1}") << QByteArray();
    QTest::newRow("open comment") << QByteArray("{\"a\":1 /* ") << QByteArray();
    QTest::newRow("open text") << QByteArray("{a:\"x\\") << QByteArray();
}

void TestWorld::lenientBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, strict);
    QString error;
    const auto object = objectFromBody(body, &error);
    QCOMPARE(object.has_value(), !strict.isEmpty());
    QCOMPARE(error.isEmpty(), object.has_value());
    if (object)
        QCOMPARE(*object, QJsonDocument::fromJson(strict).object());
}

void TestWorld::actions_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("action");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char *pattern, const char *action, bool matches) {
        QTest::addRow("%s %s", pattern, action) << QString::fromLatin1(pattern) << QString::fromLatin1(action) << matches;
    };
    row("*", "Microsoft.X/y/read", true);
    row("*/read", "microsoft.x/y/z/READ", true);
    row("*/read", "Microsoft.X/y/write", false);
    row("Microsoft.X/*/Delete", "microsoft.x/a/b/delete", true);
    row("Microsoft.X/*", "Microsoft.XY/a", false);
    row("Microsoft.X/a/read", "Microsoft.X/a/readx", false);
    row("Microsoft.X/*a*b", "Microsoft.X/xaab", true);
}

void TestWorld::actions()
{
    QFETCH(QString, pattern);
    QFETCH(QString, action);
    QFETCH(bool, matches);
    QCOMPARE(actionMatches(pattern, action), matches);
}

void TestWorld::refusals_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("version");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *method, const QString &path, const char *version, int status, const char *code) {
        QTest::newRow(name) << QByteArray(method) << path << QString::fromLatin1(version) << status << QString::fromLatin1(code);
    };
    const QString providers = groupPath + QStringLiteral("/providers/");
    row("nothing", "GET", QStringLiteral("/nothing"), "2020-01-01", 404, "MissingSubscription");
    row("namespace", "GET", providers + QStringLiteral("Microsoft.Nothing/things/x"), "2020-01-01", 404, "InvalidResourceNamespace");
    row("type", "GET", providers + QStringLiteral("Microsoft.ManagedIdentity/things/x"), "2020-01-01", 404, "InvalidResourceType");
    row("method", "POST", identityPath, "2024-11-30", 405, "MethodNotAllowed");
    row("no version", "GET", identityPath, "", 400, "MissingApiVersionParameter");
    row("malformed version", "GET", identityPath, "latest", 400, "InvalidApiVersionParameter");
    row("other version", "GET", identityPath, "2001-01-01", 400, "NoRegisteredProviderFound");
    row("group version", "GET", groupPath, "2001-01-01", 400, "InvalidApiVersionParameter");
    row("subscription form", "GET", QStringLiteral("/subscriptions/abc/resourceGroups"), "2024-11-01", 400, "InvalidSubscriptionId");
    row("subscription", "GET", QStringLiteral("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups"), "2024-11-01", 404, "SubscriptionNotFound");
    row("group", "GET", QString(identityPath).replace(QLatin1String("rg-network"), QLatin1String("rg-none")), "2024-11-30", 404, "ResourceGroupNotFound");
    row("resource", "GET", identityPath, "2024-11-30", 404, "ResourceNotFound");
}

void TestWorld::refusals()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QString, version);
    QFETCH(int, status);
    QFETCH(QString, code);
    Caller caller(worldState(QStringLiteral("default")));
    const Response response = caller.call(method, path, version);
    QCOMPARE(response.status, status);
    QCOMPARE(codeOf(response), code);
    QVERIFY(!messageOf(response).isEmpty());
    if (code == QLatin1String("NoRegisteredProviderFound"))
        QVERIFY2(messageOf(response).contains(identityVersion) && messageOf(response).contains(QLatin1String("westeurope")), qPrintable(messageOf(response)));
}

//! Each cure uncovers the next refusal: registration, group, right, body, policy, lock, handler.
void TestWorld::refusesInOrder()
{
    Caller caller(worldState(QStringLiteral("default")));
    State &state = caller.world.state();
    const QString lockPath = groupPath + QStringLiteral("/providers/Microsoft.Authorization/locks/stop");
    QCOMPARE(caller
                 .call("PUT", lockPath, QStringLiteral("2020-05-01"),
                       {{QStringLiteral("properties"), QJsonObject{{QStringLiteral("level"), QStringLiteral("ReadOnly")}}}})
                 .status,
             201);
    const QString owner = caller.principal;
    caller.principal = state.principals.at(1).objectId; // a reader
    state.subscriptions[0].state = QStringLiteral("Disabled");
    state.subscriptions[0].registrations.remove(QStringLiteral("Microsoft.ManagedIdentity"));
    state.policies.append(QJsonObject{{QStringLiteral("scope"), QStringLiteral("/")},
                                      {QStringLiteral("effect"), QStringLiteral("deny")},
                                      {QStringLiteral("type"), QStringLiteral("Microsoft.ManagedIdentity/userAssignedIdentities")},
                                      {QStringLiteral("field"), QStringLiteral("tags.cost")},
                                      {QStringLiteral("notEquals"), QStringLiteral("42")},
                                      {QStringLiteral("name"), QStringLiteral("Tag it")}});
    QString path = QString(identityPath).replace(QLatin1String("rg-network"), QLatin1String("rg-none"));
    QByteArray text = "{broken";
    const auto code = [&] {
        Request request =
            caller.request("PUT", QString(path).replace(QLatin1String("{s}"), caller.subscription) + QStringLiteral("?api-version=") + identityVersion);
        request.body = text;
        return codeOf(caller.send(request));
    };
    QCOMPARE(code(), QStringLiteral("ReadOnlyDisabledSubscription"));
    state.subscriptions[0].state = QStringLiteral("Enabled");
    QCOMPARE(code(), QStringLiteral("MissingSubscriptionRegistration"));
    state.subscriptions[0].registrations.insert(QStringLiteral("Microsoft.ManagedIdentity"), QStringLiteral("Registered"));
    QCOMPARE(code(), QStringLiteral("ResourceGroupNotFound"));
    path = identityPath;
    QCOMPARE(code(), QStringLiteral("AuthorizationFailed"));
    caller.principal = owner;
    QCOMPARE(code(), QStringLiteral("InvalidRequestContent"));
    text = "{}";
    QCOMPARE(code(), QStringLiteral("RequestDisallowedByPolicy"));
    text = "{\"tags\":{\"cost\":\"42\"}}";
    QCOMPARE(code(), QStringLiteral("ScopeLocked"));
    QCOMPARE(caller.call("DELETE", lockPath, QStringLiteral("2020-05-01")).status, 200);
    QCOMPARE(code(), QStringLiteral("LocationRequired"));
}

void TestWorld::pathsWithoutCase()
{
    Caller caller(worldState(QStringLiteral("default")));
    const QJsonObject body{{QStringLiteral("location"), QStringLiteral("West Europe")}};
    QCOMPARE(caller.call("PUT", identityPath, identityVersion, body).status, 201);
    const Response again = caller.call("GET", identityPath.toUpper().replace(QLatin1String("{S}"), QLatin1String("{s}")), identityVersion);
    QCOMPARE(again.status, 200);
    QCOMPARE(bodyOf(again).value(QLatin1String("id")).toString(), QString(identityPath).replace(QLatin1String("{s}"), caller.subscription));
    QCOMPARE(caller.call("PUT", identityPath.toLower(), identityVersion, body).status, 200);
    QCOMPARE(
        valueOf(caller.call("GET", QStringLiteral("//subscriptions/{s}/providers/microsoft.managedidentity/USERassignedidentities"), identityVersion)).size(),
        1);
}

void TestWorld::commonHeaders()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.headers = {{"X-Ms-Correlation-Request-Id", "corr"}, {"x-ms-client-request-id", "mine"}};
    Response response = caller.call("GET", QStringLiteral("/tenants"), QStringLiteral("2022-12-01"));
    const QByteArray first = headerValue(response.headers, "x-ms-request-id");
    QCOMPARE(first.size(), 36);
    QCOMPARE(headerValue(response.headers, "x-ms-correlation-request-id"), QByteArray("corr"));
    QVERIFY(headerValue(response.headers, "x-ms-routing-request-id").startsWith("WESTEUROPE:2026"));
    QVERIFY(headerValue(response.headers, "x-ms-client-request-id").isEmpty());
    caller.headers += Headers{{"x-ms-return-client-request-id", "true"}};
    response = caller.call("GET", QStringLiteral("/none"), QStringLiteral("2022-12-01"));
    QCOMPARE(headerValue(response.headers, "x-ms-client-request-id"), QByteArray("mine"));
    QVERIFY(headerValue(response.headers, "x-ms-request-id") != first);
    for (const auto &header : std::as_const(response.headers))
        QCOMPARE(header.first, header.first.toLower());
}

void TestWorld::throttles()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.world.state().settings = {{QStringLiteral("throttling.reads.capacity"), 3}, {QStringLiteral("throttling.reads.refill"), 0.5}};
    const auto read = [&] { return caller.call("GET", groupPath, groupVersion); };
    QCOMPARE(headerValue(read().headers, "x-ms-ratelimit-remaining-subscription-reads"), QByteArray("1099"));
    const Response second = read();
    QCOMPARE(headerValue(second.headers, "x-ms-ratelimit-remaining-subscription-reads"), QByteArray("1098"));
    QCOMPARE(headerValue(second.headers, "x-ms-ratelimit-remaining-subscription-global-reads"), QByteArray("16498"));
    QCOMPARE(read().status, 200);
    const Response refused = read();
    QCOMPARE(refused.status, 429);
    QCOMPARE(headerValue(refused.headers, "retry-after"), QByteArray("2"));
    const QString owner = std::exchange(caller.principal, caller.world.state().principals.at(1).objectId);
    QCOMPARE(read().status, 200); // a bucket each
    caller.principal = owner;
    caller.pass(2);
    QCOMPARE(read().status, 200);
    QCOMPARE(read().status, 429);
    const QJsonObject body{{QStringLiteral("location"), QStringLiteral("westeurope")}};
    const Response write = caller.call("PUT", groupPath, groupVersion, body);
    QCOMPARE(headerValue(write.headers, "x-ms-ratelimit-remaining-subscription-writes"), QByteArray("799"));
    QCOMPARE(headerValue(write.headers, "x-ms-ratelimit-remaining-subscription-global-writes"), QByteArray("11999"));
}

void TestWorld::signedUrls()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.call("PUT", QStringLiteral("/subscriptions/{s}/resourceGroups/rg-gone"), groupVersion, {{QStringLiteral("location"), QStringLiteral("westeurope")}});
    const Response started = caller.call("DELETE", QStringLiteral("/subscriptions/{s}/resourcegroups/rg-gone"), groupVersion);
    QCOMPARE(started.status, 202);
    QCOMPARE(headerValue(started.headers, "retry-after"), QByteArray("15"));
    QVERIFY(headerValue(started.headers, "azure-asyncoperation").isEmpty());
    const QByteArray url = headerValue(started.headers, "location");
    QVERIFY2(url.startsWith("https://127.0.0.1:9/subscriptions/") && url.size() > 3300 && url.size() < 3800, QByteArray::number(url.size()));
    QCOMPARE(caller.follow(url).status, 202);
    QCOMPARE(caller.follow(url.left(url.indexOf("&t="))).status, 400);
    QCOMPARE(caller.follow(url.left(url.indexOf("&h="))).status, 400);
    QCOMPARE(caller.follow(QByteArray(url).replace("&c=MII", "&c=%4DII")).status, 400);
    const QByteArray id = url.mid(url.indexOf("operationresults/") + 17, 36);
    QCOMPARE(caller.follow(QByteArray(url).replace(id, "11111111-1111-4111-8111-111111111111")).status, 404);
    caller.pass(61);
    QCOMPARE(caller.follow(url).status, 200);
    QCOMPARE(caller.call("HEAD", QStringLiteral("/subscriptions/{s}/resourcegroups/rg-gone"), groupVersion).status, 404);
}

void TestWorld::pages()
{
    Caller caller(worldState(QStringLiteral("default")));
    for (int i = 0; i < 4; ++i)
        caller.call("PUT", QStringLiteral("/subscriptions/{s}/resourceGroups/rg-%1").arg(i), groupVersion,
                    {{QStringLiteral("location"), QStringLiteral("westeurope")}});
    State &state = caller.world.state();
    state.settings.insert(QStringLiteral("pageSize"), 2);
    state.settings.insert(QStringLiteral("emptyPage"), true);
    QStringList names;
    QList<qsizetype> sizes;
    Response page = caller.call("GET", QStringLiteral("/subscriptions/{s}/resourceGroups"), groupVersion);
    for (;;) {
        sizes.append(valueOf(page).size());
        for (const QJsonValue &one : valueOf(page))
            names.append(one.toObject().value(QLatin1String("name")).toString());
        const QString next = bodyOf(page).value(QLatin1String("nextLink")).toString();
        if (next.isEmpty() || sizes.size() > 9)
            break;
        QVERIFY(next.startsWith(QLatin1String("https://127.0.0.1:9/")));
        page = caller.follow(next.toLatin1());
    }
    QCOMPARE(sizes, QList<qsizetype>({0, 2, 2, 1}));
    QCOMPARE(names.join(QLatin1Char(' ')), QStringLiteral("rg-0 rg-1 rg-2 rg-3 rg-network"));
    QVERIFY(!bodyOf(page).contains(QLatin1String("nextLink")));
}

namespace {

//! Notes what happens, and can ask for an effect: through the registration's transitions, which any world has.
Transition later(const State &state, int seconds, const QString &kind, quint64 waitsFor)
{
    Transition transition;
    transition.due = state.now + std::chrono::seconds(seconds);
    transition.provider = QStringLiteral("Microsoft.Resources");
    transition.kind = kind;
    transition.target = QStringLiteral("/subscriptions/%1/providers/Microsoft.Network").arg(state.subscriptions.first().id);
    transition.waitsFor = waitsFor;
    return transition;
}

} // namespace

void TestWorld::waitsForEffects()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.pass(0);
    State &state = caller.world.state();
    const auto word = [&] { return state.subscriptions.first().registrations.value(QStringLiteral("Microsoft.Network")); };
    const quint64 effect = state.emitEffect(QStringLiteral("startServer"), QStringLiteral("/X"), {});
    state.schedule(later(state, 10, QStringLiteral("blocked"), effect));
    QCOMPARE(caller.world.takeEffects().size(), 1);
    QCOMPARE(caller.world.takeEffects().size(), 0);
    QVERIFY(!caller.world.nextDue());
    caller.pass(20);
    QCOMPARE(word(), QStringLiteral("Registered"));
    caller.world.feed(effect, {{QStringLiteral("ok"), true}}, caller.now); // late: happens now
    QCOMPARE(word(), QStringLiteral("blocked"));

    const quint64 early = state.emitEffect(QStringLiteral("startServer"), QStringLiteral("/X"), {});
    state.schedule(later(state, 10, QStringLiteral("due"), early));
    caller.world.takeEffects();
    caller.world.feed(early, {{QStringLiteral("ok"), true}}, caller.now); // early: happens when due
    QCOMPARE(word(), QStringLiteral("blocked"));
    QCOMPARE(*caller.world.nextDue(), caller.now + std::chrono::seconds(10));
    caller.pass(10);
    QCOMPARE(word(), QStringLiteral("due"));
}

void TestWorld::transitionsInOrder()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.pass(0);
    State &state = caller.world.state();
    state.schedule(later(state, 20, QStringLiteral("third"), 0));
    state.schedule(later(state, 10, QStringLiteral("first"), 0));
    state.schedule(later(state, 10, QStringLiteral("second"), 0));
    const auto word = [&] { return state.subscriptions.first().registrations.value(QStringLiteral("Microsoft.Network")); };
    caller.pass(9);
    QCOMPARE(word(), QStringLiteral("Registered"));
    caller.pass(1);
    QCOMPARE(word(), QStringLiteral("second"));
    caller.pass(100);
    QCOMPARE(word(), QStringLiteral("third"));
    QVERIFY(state.agenda.empty());
    QCOMPARE(state.now, caller.now);
}

void TestWorld::roundTrip()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.call("PUT", QStringLiteral("/subscriptions/{s}/resourceGroups/rg-gone"), groupVersion, {{QStringLiteral("location"), QStringLiteral("westeurope")}});
    const Response started = caller.call("DELETE", QStringLiteral("/subscriptions/{s}/resourcegroups/rg-gone"), groupVersion);
    State &state = caller.world.state();
    const quint64 taken = state.emitEffect(QStringLiteral("startServer"), QStringLiteral("/X"), {{QStringLiteral("a"), 1}});
    state.emitEffect(QStringLiteral("connect"), QStringLiteral("/X"), {});
    caller.world.takeEffects();
    state.schedule(later(state, 10, QStringLiteral("blocked"), taken));
    const QJsonObject saved = state.toJson();
    const auto loaded = State::fromJson(saved);
    QVERIFY(loaded.has_value());
    QVERIFY(!State::fromJson({{QStringLiteral("resources"), QJsonArray{}}}));
    QCOMPARE(loaded->effects.size(), 1); // given out again; whoever waited for "connect" is gone
    QCOMPARE(loaded->effects.first().id, taken);
    QJsonObject twice = loaded->toJson();
    QJsonObject expected = saved;
    expected.remove(QStringLiteral("effects"));
    twice.remove(QStringLiteral("effects"));
    QCOMPARE(twice, expected);

    Caller next(*loaded); // the operation goes on where it was
    next.now = caller.now;
    const QByteArray url = headerValue(started.headers, "location");
    QCOMPARE(next.follow(url).status, 202);
    next.pass(61);
    QCOMPARE(next.follow(url).status, 200);
    QCOMPARE(next.call("HEAD", QStringLiteral("/subscriptions/{s}/resourcegroups/rg-gone"), groupVersion).status, 404);
}

void TestWorld::copiesAreApart()
{
    State one = worldState(QStringLiteral("default"));
    State other = one;
    other.subscription(one.subscriptions.constFirst().id)->state = QStringLiteral("Disabled");
    QCOMPARE(one.subscriptions.constFirst().state, QStringLiteral("Enabled"));
}

void TestWorld::repeatable()
{
    const auto run = [](bool polls) {
        Caller caller(worldState(QStringLiteral("default")));
        for (int i = 0; polls && i < 5; ++i)
            caller.call("GET", groupPath, groupVersion);
        return caller.call("PUT", identityPath, identityVersion, {{QStringLiteral("location"), QStringLiteral("westeurope")}}).body;
    };
    QCOMPARE(run(false), run(true)); // reads draw no numbers
    State other = worldState(QStringLiteral("default"));
    other.seed = 99;
    Caller caller(std::move(other));
    QVERIFY(caller.call("PUT", identityPath, identityVersion, {{QStringLiteral("location"), QStringLiteral("westeurope")}}).body != run(false));
}

void TestWorld::policies()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.world.state().policies.append(QJsonObject{{QStringLiteral("scope"), QStringLiteral("/subscriptions/") + caller.subscription},
                                                     {QStringLiteral("effect"), QStringLiteral("deny")},
                                                     {QStringLiteral("type"), QStringLiteral("Microsoft.ManagedIdentity/userAssignedIdentities")},
                                                     {QStringLiteral("field"), QStringLiteral("location")},
                                                     {QStringLiteral("notIn"), QJsonArray{QStringLiteral("westeurope")}},
                                                     {QStringLiteral("name"), QStringLiteral("Europe only")},
                                                     {QStringLiteral("assignmentId"), QStringLiteral("/a/b")}});
    const Response refused = caller.call("PUT", identityPath, identityVersion, {{QStringLiteral("location"), QStringLiteral("eastus")}});
    QCOMPARE(refused.status, 403);
    const QJsonObject violation = errorOf(refused).value(QLatin1String("additionalInfo")).toArray().first().toObject();
    QCOMPARE(violation.value(QLatin1String("type")).toString(), QStringLiteral("PolicyViolation"));
    QCOMPARE(violation.value(QLatin1String("info")).toObject().value(QLatin1String("policyDefinitionDisplayName")).toString(), QStringLiteral("Europe only"));
    QCOMPARE(caller.call("PUT", identityPath, identityVersion, {{QStringLiteral("location"), QStringLiteral("WestEurope")}}).status, 201);
    QCOMPARE(caller.call("PATCH", identityPath, identityVersion, {{QStringLiteral("tags"), QJsonObject{{QStringLiteral("a"), QStringLiteral("b")}}}}).status,
             200);
}

//! A guard against something linear in the number of routes or resources; the figure proper is the bench's.
void TestWorld::speed()
{
    Caller caller(worldState(QStringLiteral("default")));
    for (int i = 0; i < 500; ++i)
        caller.call("PUT", identityPath + QString::number(i), identityVersion, {{QStringLiteral("location"), QStringLiteral("westeurope")}});
    const Request request =
        caller.request("GET", QString(identityPath).replace(QLatin1String("{s}"), caller.subscription) + QStringLiteral("77?api-version=") + identityVersion);
    QElapsedTimer timer;
    timer.start();
    constexpr int count = 2000;
    for (int i = 0; i < count; ++i)
        QCOMPARE(std::get<Response>(caller.world.handle(request, caller.now)).status, 200);
    const double each = double(timer.nsecsElapsed()) / count / 1000.0;
    qInfo("one GET: %.1f us", each);
    QVERIFY2(each < 1000, "a GET takes a millisecond and more");
}

QTEST_GUILESS_MAIN(TestWorld)
#include "tst_world.moc"
