// SPDX-License-Identifier: Apache-2.0
#include "tests/azure/fixture.h"

#include <QJsonDocument>
#include <QtTest>

using namespace causeway;
using test::armRequest;
using test::headers;
using test::Scripted;

namespace {

const QByteArray host = "https://management.azure.com";

struct Answer {
    int status;
    QByteArray body;
    HttpHeaders headers;
};

//! One operation: the request, all answers, what the client asks for after it, and what comes out.
struct Shape {
    const char *name;
    const char *method;
    QList<Answer> answers;
    QList<QByteArray> targets; //!< after the first request, which is /r
    const char *outcome;       //!< "id" of the result, "" for none, or "!Code" of the error
    bool report = false;       //!< as `rest` does
};

Answer answer(int status, const char *body = "", const HttpHeaders &list = {})
{
    return Answer{status, body, list};
}

const char *const made = R"({"id":"made","properties":{"provisioningState":"Succeeded"}})";
const char *const making = R"({"id":"making","properties":{"provisioningState":"Creating"}})";
const char *const broken = R"({"id":"broken","properties":{"provisioningState":"Failed"}})";
const HttpHeaders async = headers({{"azure-asyncoperation", host + "/op"}});
const HttpHeaders location = headers({{"Location", host + "/loc"}});
const HttpHeaders both = headers({{"Azure-AsyncOperation", host + "/op"}, {"Location", host + "/loc"}});

QList<Shape> shapes()
{
    return {
        // Done at once.
        {"PUT 200", "PUT", {answer(200, made)}, {}, "made"},
        {"PUT 200 without a state", "PUT", {answer(200, R"({"id":"a"})")}, {}, "a"},
        {"PUT 201", "PUT", {answer(201, made)}, {}, "made"},
        {"PATCH 200, links of a finished operation", "PATCH", {answer(200, made, headers({{"Azure-AsyncOperation", "http://localhost/never"}}))}, {}, "made"},
        {"DELETE 204", "DELETE", {answer(204)}, {}, ""},
        {"PUT 200, failed inside", "PUT", {answer(200, broken)}, {}, "!Failed"},
        {"PUT 201, nothing said", "PUT", {answer(201)}, {}, "!EmptyAnswer"},
        {"PUT 200, half JSON", "PUT", {answer(200, R"({"id":)")}, {}, "!InvalidJson"},
        // provisioningState.
        {"PUT 201 Creating", "PUT", {answer(201, making), answer(200, making), answer(200, made)}, {"/r", "/r"}, "made"},
        {"PUT 200 Updating, failed-as-200", "PUT", {answer(200, making), answer(200, broken)}, {"/r"}, "!Failed"},
        {"PUT, the resource's own error", "PUT",
         {answer(201, making), answer(200, R"({"properties":{"provisioningState":"Canceled","error":{"code":"Why","message":"because"}}})")}, {"/r"}, "!Why"},
        {"PUT 202 without links: invisible until done", "PUT", {answer(202), answer(404), answer(404), answer(200, made)}, {"/r", "/r", "/r"}, "made"},
        {"DELETE 202 without links: gone is done", "DELETE", {answer(202), answer(200, made), answer(404)}, {"/r", "/r"}, ""},
        {"POST 202 without links", "POST", {answer(202)}, {}, "!NoPollLink"},
        // Azure-AsyncOperation.
        {"PostgreSQL PUT: 202 without a resource", "PUT",
         {answer(202, R"({"operation":"UpsertServerManagementOperationV2","startTime":"2026-11-20T00:00:00Z"})", both), answer(200, R"({"status":"InProgress"})"),
          answer(200, R"({"name":"x","status":"Succeeded"})"), answer(200, made)}, {"/op", "/op", "/r"}, "made"},
        {"Network PUT: 201 Updating", "PUT", {answer(201, making, async), answer(200, R"({"status":"InProgress"})"), answer(200, R"({"status":"Succeeded"})"), answer(200, made)}, {"/op", "/op", "/r"}, "made"},
        {"unknown words are running", "PUT", {answer(202, "", async), answer(200, R"({"status":"Retry"})"), answer(200, R"({"status":"Completed"})"), answer(200, R"({"status":"SUCCEEDED"})"), answer(200, made)},
         {"/op", "/op", "/op", "/r"}, "made"},
        {"failed under 200", "PUT", {answer(202, "", async), answer(200, R"({"status":"Failed","error":{"code":"ServerIsBusy","message":"later"}})")}, {"/op"}, "!ServerIsBusy"},
        {"failed, nothing said", "PUT", {answer(202, "", async), answer(200, R"({"status":"Failed"})")}, {"/op"}, "!Failed"},
        {"canceled", "DELETE", {answer(202, "", async), answer(200, R"({"status":"Canceled"})")}, {"/op"}, "!Canceled"},
        {"a number for a code", "POST", {answer(202, "", async), answer(200, R"({"status":"Failed","error":{"code":500,"message":"Internal"}})")}, {"/op"}, "!500"},
        {"202 with a status", "PUT", {answer(200, making, async), answer(202, R"({"status":"Accepted"})"), answer(200, R"({"status":"Succeeded"})"), answer(200, made)}, {"/op", "/op", "/r"}, "made"},
        {"the link moves", "PUT",
         {answer(202, "", async), answer(202, R"({"status":"Running"})", headers({{"Azure-AsyncOperation", host + ":443/op2?t=1&s=%2B"}})), answer(200, R"({"status":"Succeeded"})"), answer(200, made)},
         {"/op", "/op2?t=1&s=%2B", "/r"}, "made"},
        {"relative link", "PUT", {answer(202, "", headers({{"Azure-AsyncOperation", "/op?api-version=1"}})), answer(200, R"({"status":"Succeeded"})"), answer(200, made)}, {"/op?api-version=1", "/r"}, "made"},
        {"Operation-Location", "PUT", {answer(202, "", headers({{"Operation-Location", host + "/op"}})), answer(200, R"({"status":"Succeeded"})"), answer(200, made)}, {"/op", "/r"}, "made"},
        {"Location that must not be used", "DELETE", {answer(202, "", headers({{"Azure-AsyncOperation", host + "/op"}, {"Location", "https://evil.com/x"}})), answer(200, R"({"status":"Succeeded"})")}, {"/op"}, ""},
        {"POST, result in the status", "POST", {answer(202, "", async), answer(200, R"({"status":"Succeeded","id":"status"})")}, {"/op"}, "status"},
        {"POST, result at Location", "POST", {answer(202, "", both), answer(200, R"({"status":"Succeeded"})"), answer(202), answer(200, R"({"id":"result"})")}, {"/op", "/loc", "/loc"}, "result"},
        {"POST, Location cannot be read", "POST", {answer(202, "", both), answer(200, R"({"status":"Succeeded","id":"status"})"), answer(404)}, {"/op", "/loc"}, "status"},
        {"POST, both links the same", "POST", {answer(202, "", headers({{"Azure-AsyncOperation", host + "/op"}, {"Location", host + "/op"}})), answer(200, R"({"status":"Succeeded","id":"status"})")}, {"/op"}, "status"},
        {"Data Factory: the link gives the resource", "POST", {answer(202, "", async), answer(200, R"({"id":"runtime","properties":{}})")}, {"/op"}, "runtime"},
        {"no status", "PUT", {answer(202, "", async), answer(200, "{}")}, {"/op"}, "!NoOperationStatus"},
        {"empty status", "POST", {answer(202, "", async), answer(200)}, {"/op"}, "!NoOperationStatus"},
        {"half a status", "DELETE", {answer(202, "", async), answer(200, R"({"status":"Acc)")}, {"/op"}, "!InvalidJson"},
        {"foreign link", "PUT", {answer(202, "", headers({{"Azure-AsyncOperation", "https://evil.com/op"}}))}, {}, "!ForeignLink"},
        {"foreign port", "PUT", {answer(202, "", headers({{"Azure-AsyncOperation", host + ":444/op"}}))}, {}, "!ForeignLink"},
        {"plain http", "PUT", {answer(202, "", headers({{"Location", "http://management.azure.com/op"}}))}, {}, "!ForeignLink"},
        {"the link moves away", "PUT", {answer(202, "", async), answer(200, R"({"status":"Running"})", headers({{"Azure-AsyncOperation", "https://evil.com/op"}}))}, {"/op"}, "!ForeignLink"},
        // Location.
        {"PUT, Location gives it", "PUT", {answer(202, "", location), answer(202), answer(200, R"({"id":"sku"})")}, {"/loc", "/loc"}, "sku"},
        {"PUT, Location ends empty", "PUT", {answer(202, "", location), answer(204), answer(200, made)}, {"/loc", "/r"}, "made"},
        {"resource group DELETE", "DELETE", {answer(202, "", location), answer(202), answer(200)}, {"/loc", "/loc"}, ""},
        {"DELETE, Location fails as 200", "DELETE", {answer(202, "", location), answer(200, broken)}, {"/loc"}, "!Failed"},
        {"POST, Location moves", "POST", {answer(202, "", location), answer(202, "", headers({{"Location", "/loc2"}})), answer(200, R"({"id":"r"})")}, {"/loc", "/loc2"}, "r"},
        {"POST, Location fails", "POST", {answer(202, "", location), answer(400, R"({"error":{"code":"Bad","message":"no"}})")}, {"/loc"}, "!Bad"},
        // A link that cannot be read says nothing about the operation (runs) …
        {"status 404: the resource says it", "PUT", {answer(202, "", async), answer(404), answer(200, making), answer(200, made)}, {"/op", "/r", "/r"}, "made"},
        {"status 403: the resource says it", "PUT", {answer(202, "", async), answer(403), answer(200, broken)}, {"/op", "/r"}, "!Failed"},
        {"status 400: gone is deleted", "DELETE", {answer(202, "", both), answer(400), answer(404)}, {"/op", "/r"}, ""},
        {"status 404 of an action", "POST", {answer(202, "", async), answer(404)}, {"/op"}, "!ResourceNotFound"},
        {"the resource is closed too", "PUT", {answer(202, "", async), answer(403), answer(403, R"({"error":{"code":"AuthorizationFailed","message":"no"}})")}, {"/op", "/r"}, "!AuthorizationFailed"},
        // … but `rest` reports it.
        {"rest: status 404", "PUT", {answer(202, "", async), answer(404)}, {"/op"}, "!", true},
        {"rest: status 400", "PUT", {answer(201, making), answer(400, R"({"message":"Error from the server"})")}, {"/r"}, "!", true},
    };
}

QByteArray outcomeOf(const Result<QJsonValue> &result)
{
    if (!result)
        return '!' + result.error().code.toUtf8();
    return result->toObject().value(QStringLiteral("id")).toString().toUtf8();
}

} // namespace

class TestLro : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void operation_data();
    void operation();
    void surviveARestart_data() { operation_data(); }
    void lag_data();
    void lag();
    void surviveARestart();
    void pauses();
    void schedule();
    void unreadableForLong();
    void deadline();
    void cancelsAtOnce();
    void headersGoAlong();
    void tamperedJournal();
};

void TestLro::operation_data()
{
    QTest::addColumn<int>("index");
    const auto all = shapes();
    for (int i = 0; i < all.size(); ++i)
        QTest::newRow(all.at(i).name) << i;
}

static Result<QJsonValue> play(Scripted &world, const Shape &shape, bool restart)
{
    for (const Answer &a : shape.answers)
        world.transport.answer(a.status, a.status == 404 && a.body.isEmpty() && !shape.report ? R"({"error":{"code":"ResourceNotFound","message":"x"}})" : a.body, a.headers);
    const auto started = test::await(world.client.begin(armRequest(shape.method, "/r"), Context()));
    if (!started)
        return started.error();
    PollOptions options;
    options.reportUnreadable = shape.report;
    ArmOperation operation = *started;
    if (restart && operation.style != ArmOperation::Style::None) {
        const auto read = ArmOperation::fromJson(QJsonDocument::fromJson(QJsonDocument(operation.toJson()).toJson()).object());
        if (!read)
            return Error::internal(QStringLiteral("NotRead"), {});
        operation = *read;
    }
    return test::await(world.client.finishWith(operation, options, Context()));
}

void TestLro::operation()
{
    QFETCH(int, index);
    const Shape shape = shapes().at(index);
    Scripted world;
    const auto result = play(world, shape, false);
    QCOMPARE(outcomeOf(result), QByteArray(shape.outcome));
    QList<QByteArray> asked;
    for (const HttpRequest &request : world.transport.requests().mid(1)) {
        QCOMPARE(request.method, QByteArray("GET"));
        asked.append(request.target);
    }
    QCOMPARE(asked, shape.targets);
    QCOMPARE(world.transport.left(), 0U);
}

void TestLro::surviveARestart()
{
    QFETCH(int, index);
    const Shape shape = shapes().at(index);
    Scripted world;
    QCOMPARE(outcomeOf(play(world, shape, true)), QByteArray(shape.outcome));
}

// Retry-After is a floor for the next poll; without it the schedule rules; "0" is no tight loop.
void TestLro::pauses()
{
    Scripted world;
    const auto with = [](const char *seconds) { return headers({{"Azure-AsyncOperation", host + "/op"}, {"Retry-After", seconds}}); };
    world.transport.answer(202, "", with("60"))
        .answer(200, R"({"status":"Running"})", headers({{"Retry-After", "15"}}))
        .answer(200, R"({"status":"Running"})", headers({{"Retry-After", "Fri, 20 Nov 2026 00:02:15 GMT"}}))
        .answer(200, R"({"status":"Running"})", headers({{"Retry-After", "0"}}))
        .answer(200, R"({"status":"Running"})", headers({{"Retry-After", "/bar"}}))
        .answer(200, R"({"status":"Succeeded"})").answer(200, made);
    QVERIFY(test::await(world.client.sendAndWait(armRequest("PUT", "/r"), Context())).ok());
    QCOMPARE(world.gap(0), 60.0);
    QCOMPARE(world.gap(1), 15.0);
    QCOMPARE(world.gap(2), 60.0);
    QCOMPARE(world.gap(3), 0.2);
    QCOMPARE(world.gap(4), 2.928); // the fifth of the schedule: 2 s × 1.1⁴
    QCOMPARE(world.gap(5), 0.0);
}

void TestLro::schedule()
{
    Scripted world;
    world.transport.answer(202, "", async);
    for (int i = 0; i < 30; ++i)
        world.transport.answer(200, R"({"status":"Running"})");
    world.transport.answer(200, R"({"status":"Succeeded"})").answer(200, made);
    QVERIFY(test::await(world.client.sendAndWait(armRequest("PUT", "/r"), Context())).ok());
    QCOMPARE(world.gap(0), 2.0);
    QCOMPARE(world.gap(1), 2.2);
    QCOMPARE(world.gap(29), 10.0);
    Scripted own;
    own.client.setPollSchedule([](int) { return Milliseconds(50); });
    own.transport.answer(202, "", async).answer(200, R"({"status":"Running"})").answer(200, R"({"status":"Succeeded"})").answer(200, made);
    QVERIFY(test::await(own.client.sendAndWait(armRequest("PUT", "/r"), Context())).ok());
    QCOMPARE(own.gap(0), 0.05);
    QCOMPARE(own.gap(1), 0.05);
}

void TestLro::unreadableForLong()
{
    Scripted world;
    int polls = 0;
    world.transport.answer(202, "", async);
    world.transport.setHandler([&](const HttpRequest &request) -> Result<HttpResponse> {
        HttpResponse response;
        response.status = request.target == "/r" || ++polls > 20 ? 200 : 503; // three polls of six tries each
        response.body = request.target == "/r" ? made : R"({"status":"Succeeded"})";
        return response;
    });
    const auto result = test::await(world.client.sendAndWait(armRequest("PUT", "/r"), Context()));
    QCOMPARE(outcomeOf(result), QByteArray("made"));
    Scripted dead;
    dead.transport.answer(202, "", async);
    dead.transport.setHandler([](const HttpRequest &) -> Result<HttpResponse> {
        Error error;
        error.kind = ErrorKind::Network;
        error.code = QStringLiteral("ConnectionFailed");
        return error;
    });
    QCOMPARE(outcomeOf(test::await(dead.client.sendAndWait(armRequest("PUT", "/r"), Context()))), QByteArray("!ConnectionFailed"));
}

void TestLro::deadline()
{
    Scripted world;
    world.transport.answer(202, "", headers({{"Azure-AsyncOperation", host + "/op"}, {"Retry-After", "60"}}));
    Context context;
    context.deadline = world.clock.now() + std::chrono::seconds(59);
    const auto result = test::await(world.client.sendAndWait(armRequest("PUT", "/r"), context));
    QCOMPARE(result.error().kind, ErrorKind::TimedOut);
    QCOMPARE(world.transport.requests().size(), 1);
}

void TestLro::cancelsAtOnce()
{
    for (const bool whilePolling : {false, true}) {
        SystemClock clock;
        MemoryTransport transport(clock);
        const HttpHeaders slow = headers({{"Azure-AsyncOperation", host + "/op"}, {"Retry-After", whilePolling ? "0" : "600"}});
        transport.answer(202, "", slow).hang();
        HttpPipeline pipeline(transport, clock, Planes(Planes::Entry{*Origin::parse(QString::fromLatin1(host)), QString()}));
        ArmClient client(pipeline, clock);
        std::stop_source source;
        Context context;
        context.stop = source.get_token();
        auto task = client.sendAndWait(armRequest("PUT", "/r"), context);
        QTRY_COMPARE(transport.requests().size(), whilePolling ? 2 : 1);
        test::turnLoop();
        QVERIFY(!task.isReady());
        source.request_stop();
        test::turnLoop();
        QVERIFY(task.isReady());
        const auto result = test::await(std::move(task));
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        QCOMPARE(transport.requests().size(), whilePolling ? 2 : 1);
    }
}

void TestLro::lag_data()
{
    QTest::addColumn<QByteArray>("date");
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<qint64>("milliseconds"); // -1: not known
    const QByteArray date = "Fri, 20 Nov 2026 10:00:10 GMT";
    QTest::newRow("both times") << date << QByteArray(R"({"status":"Succeeded","endTime":"2026-11-20T10:00:02.5Z"})") << qint64(7500);
    QTest::newRow("seven digits") << date << QByteArray(R"({"status":"Succeeded","endTime":"2026-11-20T10:00:02.5000000Z"})") << qint64(7500);
    QTest::newRow("another zone") << date << QByteArray(R"({"status":"Succeeded","endTime":"2026-11-20T11:00:02+01:00"})") << qint64(8000);
    QTest::newRow("failed") << date << QByteArray(R"({"status":"Failed","endTime":"2026-11-20T10:00:09Z"})") << qint64(1000);
    QTest::newRow("in the same second") << date << QByteArray(R"({"status":"Succeeded","endTime":"2026-11-20T10:00:10.9Z"})") << qint64(0);
    QTest::newRow("no end") << date << QByteArray(R"({"status":"Succeeded"})") << qint64(-1);
    QTest::newRow("no time") << date << QByteArray(R"({"status":"Succeeded","endTime":"soon"})") << qint64(-1);
    QTest::newRow("no date") << QByteArray() << QByteArray(R"({"status":"Succeeded","endTime":"2026-11-20T10:00:09Z"})") << qint64(-1);
}

//! By the service's own times, and from the final answer only.
void TestLro::lag()
{
    QFETCH(QByteArray, date);
    QFETCH(QByteArray, status);
    QFETCH(qint64, milliseconds);
    Scripted world;
    const HttpHeaders dated = date.isEmpty() ? HttpHeaders() : headers({{"Date", date}});
    world.transport.answer(202, "", async).answer(200, R"({"status":"InProgress","endTime":"2026-11-20T09:00:00Z"})", dated).answer(200, status, dated).answer(200, made);
    const auto operation = test::await(world.client.begin(armRequest("PUT", "/r"), Context()));
    PollOptions options;
    options.lag = std::make_shared<std::optional<Milliseconds>>();
    const auto ended = test::await(world.client.finishWith(*operation, options, Context()));
    QCOMPARE(ended.ok(), !status.contains("Failed"));
    QCOMPARE(qint64(options.lag->value_or(Milliseconds(-1)).count()), milliseconds);
}

void TestLro::headersGoAlong()
{
    Scripted world;
    world.transport.answer(503).answer(202, "", both).answer(200, R"({"status":"Succeeded"})").answer(200, made);
    ArmRequest request = armRequest("PUT", "/r");
    request.headers = headers({{"x-ms-client-request-id", "mine"}});
    const auto operation = test::await(world.client.begin(request, Context()));
    PollOptions options;
    options.headers = request.headers;
    QVERIFY(test::await(world.client.finishWith(*operation, options, Context())).ok());
    QCOMPARE(world.transport.requests().size(), 4);
    for (const HttpRequest &sent : world.transport.requests())
        QCOMPARE(headerValue(sent.headers, "x-ms-client-request-id"), QByteArray("mine"));
}

// X22: a journal that somebody changed does not lead elsewhere.
void TestLro::tamperedJournal()
{
    ArmOperation operation;
    operation.style = ArmOperation::Style::AsyncOperation;
    operation.pollTarget = "/op";
    QVERIFY(ArmOperation::fromJson(operation.toJson()).has_value());
    for (const char *link : {"https://evil.com/op", "//evil.com/op", "op"}) {
        QJsonObject json = operation.toJson();
        json.insert(QStringLiteral("poll"), QString::fromLatin1(link));
        QVERIFY(!ArmOperation::fromJson(json).has_value());
    }
    QVERIFY(!ArmOperation::fromJson(QJsonObject()).has_value());
}

QTEST_GUILESS_MAIN(TestLro)
#include "tst_lro.moc"
