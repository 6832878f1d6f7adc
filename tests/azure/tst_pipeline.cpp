// SPDX-License-Identifier: Apache-2.0
#include "azure/http/policies.h"
#include "azure/http/retryafter.h"
#include "core/logging.h"
#include "tests/azure/fixture.h"

#include <QtTest>

using namespace causeway;
using test::headers;
using test::Scripted;

namespace {

QStringList logged;

void keepLog(QtMsgType, const QMessageLogContext &, const QString &text)
{
    logged.append(text);
}

Result<HttpResponse> send(Scripted &world, const QByteArray &method, const Context &context = {})
{
    HttpRequest request;
    request.method = method;
    request.target = "/x?api-version=1";
    return test::await(world.pipeline.send(request, context));
}

//! Counts, and gives a new token each time after a pause on the clock.
class CountingCredential final : public TokenCredential
{
public:
    CountingCredential(Clock &clock, Milliseconds life) : m_clock(clock), m_life(life) {}
    QCoro::Task<Result<AccessToken>> token(TokenRequest wanted, Context context) override
    {
        scopes.append(wanted.scope);
        refused.append(wanted.refused.reveal());
        const bool slept = co_await sleepFor(m_clock, Milliseconds(100), context);
        if (!slept)
            co_return Error::cancelled();
        if (failing)
            co_return Error::internal(QStringLiteral("NoToken"), QStringLiteral("none"));
        AccessToken token;
        token.token = Secret("token-" + QByteArray::number(scopes.size()));
        token.expires = m_clock.now() + m_life;
        co_return token;
    }
    QByteArrayList refused;
    QStringList scopes;
    bool failing = false;

private:
    Clock &m_clock;
    Milliseconds m_life;
};

struct Signed {
    Signed(Milliseconds life = std::chrono::hours(1)) : credential(clock, life) {}
    VirtualClock clock{TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20))};
    MemoryTransport transport{clock};
    Planes planes{Planes::Entry{*Origin::parse(QStringLiteral("https://management.azure.com")), QStringLiteral("scope/.default")}};
    CountingCredential credential;
    HttpPipeline pipeline{transport, clock, planes, &credential, Scripted::options()};
    [[nodiscard]] QByteArray bearer(int request) const { return headerValue(transport.requests().at(request).headers, "Authorization"); }
    QCoro::Task<Result<HttpResponse>> get(const Context &context = {})
    {
        HttpRequest request;
        request.method = "GET";
        request.target = "/x";
        return pipeline.send(request, context);
    }
};

} // namespace

class TestPipeline : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void retries_data();
    void retries();
    void waitsAsTold_data();
    void waitsAsTold();
    void handsOverWhatAsksForLonger();
    void backsOff();
    void givesUp();
    void cancelsTheSleep();
    void requestIds();
    void redirects();
    void bearerIsFetchedOnce();
    void bearerIsRenewed();
    void bearerAfter401();
    void bearerFailure();
    void bearerStaysHome();
    void logsAnAllowList();
};

// design.md §3, Retry.
void TestPipeline::retries_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<int>("status"); // 0: an error instead
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<int>("requests");
    const auto statusRow = [](const char *method, int status, int requests) {
        QTest::addRow("%s %d", method, status) << QByteArray(method) << status << ErrorKind::Internal << requests;
    };
    for (const char *method : {"GET", "PUT", "POST", "PATCH", "DELETE"}) {
        for (const int status : {408, 429, 500, 502, 503, 599})
            statusRow(method, status, 2);
        for (const int status : {400, 401, 403, 404, 409, 412, 501, 505})
            statusRow(method, status, 1);
    }
    statusRow("GET", 504, 2);
    statusRow("HEAD", 504, 2);
    statusRow("PUT", 504, 1);
    statusRow("POST", 504, 1);
    statusRow("DELETE", 504, 1);
    const auto errorRow = [](const char *method, const char *name, ErrorKind kind, int requests) {
        QTest::addRow("%s %s", method, name) << QByteArray(method) << 0 << kind << requests;
    };
    for (const char *method : {"GET", "HEAD"}) {
        errorRow(method, "lost", ErrorKind::OutcomeUnknown, 2);
        errorRow(method, "late", ErrorKind::TimedOut, 2);
    }
    for (const char *method : {"PUT", "POST", "PATCH", "DELETE"}) {
        errorRow(method, "lost", ErrorKind::OutcomeUnknown, 1);
        errorRow(method, "not sent", ErrorKind::Network, 2);
        errorRow(method, "cancelled", ErrorKind::Cancelled, 1);
    }
    errorRow("GET", "not sent", ErrorKind::Network, 2);
    errorRow("GET", "too large", ErrorKind::Protocol, 1);
}

void TestPipeline::retries()
{
    QFETCH(QByteArray, method);
    QFETCH(int, status);
    QFETCH(ErrorKind, kind);
    QFETCH(int, requests);
    Scripted world;
    if (status)
        world.transport.answer(status);
    else
        world.transport.fail(kind);
    world.transport.answer(200, "{}");
    const auto answer = send(world, method);
    QCOMPARE(world.transport.requests().size(), requests);
    QCOMPARE(answer.ok() && answer->status == 200, requests == 2);
}

void TestPipeline::waitsAsTold_data()
{
    QTest::addColumn<HttpHeaders>("given");
    QTest::addColumn<double>("seconds"); // with half a tenth of spread: × 1.05
    const auto row = [](const char *name, const char *header, const char *value, double seconds) { QTest::newRow(name) << headers({{header, value}}) << seconds; };
    row("seconds", "Retry-After", "20", 21);
    row("zero", "retry-after", "0", 0);
    row("milliseconds", "retry-after-ms", "2000", 2.1);
    row("x-ms milliseconds", "x-ms-retry-after-ms", "4000", 4.2);
    row("date", "Retry-After", "Fri, 20 Nov 2026 00:00:40 GMT", 42);
    row("date gone by", "Retry-After", "Fri, 20 Nov 2020 00:00:40 GMT", 0);
    row("as long as ARM may ask", "Retry-After", "600", 630);
    row("words", "Retry-After", "soon", 1.6); // as if absent: 0.8 + 0.5 × (2.4 − 0.8)
    row("negative", "Retry-After", "-5", 1.6);
    QTest::newRow("date against the answer's own clock")
        << headers({{"Date", "Fri, 20 Nov 2015 10:00:00 GMT"}, {"Retry-After", "Fri, 20 Nov 2015 10:01:40 GMT"}}) << 105.0;
    QTest::newRow("old date form") << headers({{"Retry-After", "Friday, 20-Nov-26 00:00:20 GMT"}}) << 21.0;
    QTest::newRow("asctime") << headers({{"Retry-After", "Fri Nov 20 00:00:20 2026"}}) << 21.0;
}

void TestPipeline::waitsAsTold()
{
    QFETCH(HttpHeaders, given);
    QFETCH(double, seconds);
    Scripted world;
    world.transport.answer(429, {}, given).answer(200);
    QVERIFY(send(world, "PUT").ok());
    QCOMPARE(world.gap(0), seconds);
}

// Retry-After is a floor: what asks for an hour is not asked again after ten minutes, but handed to the caller.
void TestPipeline::handsOverWhatAsksForLonger()
{
    for (const char *told : {"3600", "1000000000000"}) {
        Scripted world;
        world.transport.answer(429, {}, headers({{"Retry-After", told}})).answer(200);
        const auto answer = send(world, "GET");
        QVERIFY(answer.ok());
        QCOMPARE(answer->status, 429);
        QCOMPARE(world.transport.requests().size(), 1);
    }
}

void TestPipeline::backsOff()
{
    Scripted world;
    for (int i = 0; i < 5; ++i)
        world.transport.answer(503);
    world.transport.answer(200);
    QCOMPARE(send(world, "GET")->status, 200);
    double previous = 0.8;
    for (int i = 0; i < 5; ++i) {
        const double expected = 0.8 + 0.5 * (3 * previous - 0.8);
        QVERIFY(qAbs(world.gap(i) - expected) < 0.01);
        previous = expected;
    }
}

void TestPipeline::givesUp()
{
    Scripted tries;
    tries.transport.setHandler([](const HttpRequest &) { HttpResponse r; r.status = 503; return Result<HttpResponse>(r); });
    QCOMPARE(send(tries, "GET")->status, 503);
    QCOMPARE(tries.transport.requests().size(), 6);
    Scripted minutes;
    minutes.transport.setHandler([](const HttpRequest &) { HttpResponse r; r.status = 429; r.headers = {{"Retry-After", "170"}}; return Result<HttpResponse>(r); });
    QCOMPARE(send(minutes, "GET")->status, 429);
    QCOMPARE(minutes.transport.requests().size(), 3); // 178.5 s, 357 s: over five minutes
    Scripted deadline;
    deadline.transport.answer(429, {}, headers({{"Retry-After", "60"}}));
    Context context;
    context.deadline = deadline.clock.now() + std::chrono::seconds(30);
    QCOMPARE(send(deadline, "GET", context)->status, 429); // at once, instead of sleeping past it
    QCOMPARE(deadline.transport.requests().size(), 1);
}

void TestPipeline::cancelsTheSleep()
{
    SystemClock clock;
    MemoryTransport transport(clock);
    transport.answer(503, {}, headers({{"Retry-After", "300"}}));
    const Planes planes(Planes::Entry{*Origin::parse(QStringLiteral("https://management.azure.com")), QString()});
    HttpPipeline pipeline(transport, clock, planes);
    std::stop_source source;
    Context context;
    context.stop = source.get_token();
    HttpRequest request;
    request.method = "GET";
    request.target = "/x";
    auto task = pipeline.send(request, context);
    QTRY_COMPARE(transport.requests().size(), 1);
    test::turnLoop();
    QVERIFY(!task.isReady()); // it sleeps
    source.request_stop();
    test::turnLoop();
    QVERIFY(task.isReady());
    QCOMPARE(test::await(std::move(task)).error().kind, ErrorKind::Cancelled);
}

void TestPipeline::requestIds()
{
    Scripted world;
    world.transport.answer(503).answer(200).answer(200);
    QVERIFY(send(world, "PUT").ok());
    QVERIFY(send(world, "PUT").ok());
    const auto id = [&](int request, const char *name) { return headerValue(world.transport.requests().at(request).headers, name); };
    QCOMPARE(id(0, "x-ms-client-request-id"), id(1, "x-ms-client-request-id"));
    QVERIFY(id(1, "x-ms-client-request-id") != id(2, "x-ms-client-request-id"));
    QCOMPARE(id(0, "x-ms-correlation-request-id"), id(2, "x-ms-correlation-request-id"));
    QCOMPARE(id(0, "x-ms-correlation-request-id"), world.pipeline.correlationId());
    QCOMPARE(id(0, "x-ms-client-request-id").size(), 36);
    QCOMPARE(id(0, "x-ms-return-client-request-id"), QByteArray("true"));
}

void TestPipeline::redirects()
{
    Scripted world;
    world.transport.answer(302, {}, headers({{"Location", "https://management.azure.com:443/y?z=1"}})).answer(307, {}, headers({{"Location", "../w"}})).answer(200, "{}");
    QVERIFY(send(world, "GET").ok());
    QCOMPARE(world.transport.requests().at(1).target, QByteArray("/y?z=1"));
    QCOMPARE(world.transport.requests().at(2).target, QByteArray("/w"));
    Scripted loop;
    loop.transport.setHandler([](const HttpRequest &) { HttpResponse r; r.status = 301; r.headers = {{"Location", "/x"}}; return Result<HttpResponse>(r); });
    QCOMPARE(send(loop, "GET").error().code, QStringLiteral("TooManyRedirects"));
    QCOMPARE(loop.transport.requests().size(), 11);
    Scripted write;
    write.transport.answer(308, {}, headers({{"Location", "/y"}}));
    QCOMPARE(send(write, "PUT").error().code, QStringLiteral("RedirectNotFollowed"));
    Scripted choices;
    choices.transport.answer(300, "[]");
    QCOMPARE(send(choices, "GET")->status, 300);
}

void TestPipeline::bearerIsFetchedOnce()
{
    Signed world;
    for (int i = 0; i < 5; ++i)
        world.transport.answer(200);
    std::vector<QCoro::Task<Result<HttpResponse>>> tasks;
    for (int i = 0; i < 5; ++i)
        tasks.push_back(world.get());
    const auto answers = test::await(whenAll(std::move(tasks)));
    QCOMPARE(answers.size(), 5U);
    QCOMPARE(world.credential.scopes, QStringList{QStringLiteral("scope/.default")});
    for (int i = 0; i < 5; ++i)
        QCOMPARE(world.bearer(i), QByteArray("Bearer token-1"));
}

void TestPipeline::bearerIsRenewed()
{
    Signed world(std::chrono::minutes(6)); // renewed five minutes before the end
    world.transport.answer(200).answer(200).answer(200);
    QVERIFY(test::await(world.get()).ok());
    QVERIFY(test::await(world.get()).ok());
    QVERIFY(test::await(sleepFor(world.clock, std::chrono::seconds(61), Context())));
    QVERIFY(test::await(world.get()).ok());
    QCOMPARE(world.bearer(1), QByteArray("Bearer token-1"));
    QCOMPARE(world.bearer(2), QByteArray("Bearer token-2"));
}

void TestPipeline::bearerAfter401()
{
    Signed once;
    once.transport.answer(401).answer(200);
    QCOMPARE(test::await(once.get())->status, 200);
    QCOMPARE(once.bearer(1), QByteArray("Bearer token-2"));
    QCOMPARE(once.credential.refused, QByteArrayList({QByteArray(), "token-1"})); // or a source with a memory gives the same again
    Signed never;
    never.transport.answer(401).answer(401).answer(200);
    QCOMPARE(test::await(never.get())->status, 401);
    QCOMPARE(never.transport.requests().size(), 2);
}

void TestPipeline::bearerFailure()
{
    Signed world;
    world.credential.failing = true;
    QCOMPARE(test::await(world.get()).error().code, QStringLiteral("NoToken"));
    QVERIFY(world.transport.requests().isEmpty());
    // One of two who wait for the same token goes away: at once, and the other one gets it.
    Signed two;
    two.transport.answer(200);
    std::stop_source source;
    Context leaving;
    leaving.stop = source.get_token();
    auto first = two.get(leaving);
    auto second = two.get();
    source.request_stop();
    QCOMPARE(test::await(std::move(first)).error().kind, ErrorKind::Cancelled);
    QVERIFY(test::await(std::move(second)).ok());
}

void TestPipeline::bearerStaysHome()
{
    VirtualClock clock;
    MemoryTransport transport(clock);
    CountingCredential credential(clock, std::chrono::hours(1));
    HttpPipeline nowhere(transport, clock, Planes(Planes::Entry{Origin(), QStringLiteral("scope")}), &credential);
    HttpRequest request;
    request.method = "GET";
    request.target = "/x";
    QCOMPARE(test::await(nowhere.send(request, Context())).error().code, QStringLiteral("InsecureOrigin"));
    QVERIFY(credential.scopes.isEmpty());
    QVERIFY(transport.requests().isEmpty());
}

// X13: tokens, signatures, bodies and passwords never reach a log, at any level and on any path.
void TestPipeline::logsAnAllowList()
{
    QCOMPARE(LogPolicy::printable("/a/b?api-version=1&t=CANARY&$top=5&s"), QByteArray("/a/b?api-version=1&t=…&$top=5&s=…"));
    logged.clear();
    const auto before = qInstallMessageHandler(keepLog);
    QLoggingCategory::setFilterRules(QStringLiteral("causeway.*=true"));
    {
        Signed world;
        world.transport.answer(200, "{\"secret\":\"CANARY\"}", headers({{"x-ms-request-id", "seen"}, {"Set-Cookie", "CANARY"}, {"Azure-AsyncOperation", "https://management.azure.com/?s=CANARY"}}))
            .answer(403, "CANARY").fail(ErrorKind::OutcomeUnknown);
        for (int i = 0; i < 3; ++i) {
            HttpRequest request;
            request.method = "PUT";
            request.target = "/x?api-version=1&sig=CANARY";
            request.body = "{\"administratorLoginPassword\":\"CANARY\"}";
            request.headers = headers({{"X-Secret", "CANARY"}});
            const auto answer = test::await(world.pipeline.send(request, Context()));
            Q_UNUSED(answer.ok());
        }
    }
    QLoggingCategory::setFilterRules(QString());
    qInstallMessageHandler(before);
    const QString all = logged.join(QLatin1Char('\n'));
    QCOMPARE(logged.size(), 3);
    QVERIFY(all.contains(QStringLiteral("seen")));
    QVERIFY2(!all.contains(QStringLiteral("CANARY")) && !all.contains(QStringLiteral("token-")), qPrintable(all));
}

QTEST_GUILESS_MAIN(TestPipeline)
#include "tst_pipeline.moc"
