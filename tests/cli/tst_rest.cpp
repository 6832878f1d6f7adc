// SPDX-License-Identifier: Apache-2.0
#include "azure/http/memorytransport.h"
#include "cli/rest.h"
#include "tests/support/coro.h"

#include <QTemporaryFile>
#include <QTextStream>
#include <QtTest>

using namespace causeway;

namespace {

struct Console {
    int run(const RestOptions &options, const Context &context = {})
    {
        QTextStream outStream(&out), errStream(&err);
        RestCommand command(RestCommand::Parts{transport, clock, planes, nullptr}, outStream, errStream);
        return test::await(command.run(options, context));
    }
    static RestOptions call(const char *method, const char *uri)
    {
        RestOptions options;
        options.method = QString::fromLatin1(method);
        options.uri = QString::fromUtf8(uri);
        return options;
    }
    VirtualClock clock;
    MemoryTransport transport{clock};
    Planes planes{Planes::Entry{*Origin::parse(QStringLiteral("https://management.azure.com")), QString()}};
    QString out;
    QString err;
};

} // namespace

class TestRest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void printsTheBody();
    void sendsNothingElse();
    void badInput_data();
    void badInput();
    void failures_data();
    void failures();
    void waits();
    void allPages();
    void waitsForPages();
    void sessionCookies();
    void cancelled();
    void hostileText();
};

void TestRest::printsTheBody()
{
    Console console;
    console.transport.answer(200, R"({"b":[1],"a":"ü"})").answer(204).answer(200, "\"text\"");
    QCOMPARE(console.run(Console::call("get", "/x?api-version=1")), 0);
    QCOMPARE(console.out, QStringLiteral("{\n    \"a\": \"ü\",\n    \"b\": [\n        1\n    ]\n}\n"));
    console.out.clear();
    QCOMPARE(console.run(Console::call("DELETE", "/x")), 0);
    QCOMPARE(console.out, QString());
    QCOMPARE(console.run(Console::call("GET", "/x")), 0);
    QCOMPARE(console.out, QStringLiteral("\"text\"\n"));
    QCOMPARE(console.err, QString());
}

void TestRest::sendsNothingElse()
{
    Console console;
    console.transport.answer(200, "{}");
    RestOptions options = Console::call("PUT", "HTTPS://management.azure.com:443/a%2Fb?$filter=x%20eq%20'y'&s=%2B");
    options.body = QStringLiteral("{ \"a\" : 1 }");
    options.headers = QStringList{QStringLiteral("If-Match: *"), QStringLiteral("X-Colon:a:b")};
    QCOMPARE(console.run(options), 0);
    QCOMPARE(console.transport.requests().size(), 1);
    const HttpRequest request = console.transport.requests().first();
    QCOMPARE(request.target, QByteArray("/a%2Fb?$filter=x%20eq%20'y'&s=%2B"));
    QCOMPARE(request.body, QByteArray("{ \"a\" : 1 }"));
    QCOMPARE(headerValue(request.headers, "If-Match"), QByteArray("*"));
    QCOMPARE(headerValue(request.headers, "X-Colon"), QByteArray("a:b"));
    QVERIFY(!hasHeader(request.headers, "Authorization"));
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write("{\"from\":\"file\"}");
    file.close();
    console.transport.answer(200);
    options.body = QLatin1Char('@') + file.fileName();
    QCOMPARE(console.run(options), 0);
    QCOMPARE(console.transport.requests().last().body, QByteArray("{\"from\":\"file\"}"));
}

void TestRest::badInput_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("uri");
    QTest::addColumn<QString>("header");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const char *method, const char *uri, const char *header, const char *body, const char *says) {
        QTest::newRow(name) << QString::fromUtf8(method) << QString::fromUtf8(uri) << QString::fromUtf8(header) << QString::fromUtf8(body) << QString::fromUtf8(says);
    };
    row("other host", "GET", "https://evil.com/x", "", "", "https://evil.com");
    row("scheme left out", "GET", "//evil.com/x", "", "", "'//evil.com/x' cannot be called");
    row("no slash", "GET", "subscriptions", "", "", "Example: --uri");
    row("empty", "GET", "", "", "", "Example: --uri");
    row("file", "GET", "file:///etc/passwd", "", "", "Example: --uri");
    row("method with a space", "GET /x", "/x", "", "", "Allowed: GET");
    row("method empty", "", "/x", "", "", "Allowed: GET");
    row("method of another trade", "BREW", "/x", "", "", "'BREW' is not a method. Allowed: GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS.");
    row("header without colon", "GET", "/x", "Nothing", "", "Example: --header");
    row("header with a newline", "GET", "/x", "A: b\r\nAuthorization: c", "", "Example: --header");
    row("body not JSON", "PUT", "/x", "", "{", "not JSON");
    row("body empty", "PUT", "/x", "", " ", "Leave --body out");
    row("body file empty", "PUT", "/x", "", "@/dev/null", "/dev/null");
    row("body file missing", "PUT", "/x", "", "@/does/not/exist", "/does/not/exist");
}

void TestRest::badInput()
{
    QFETCH(QString, method);
    QFETCH(QString, uri);
    QFETCH(QString, header);
    QFETCH(QString, body);
    QFETCH(QString, says);
    Console console;
    RestOptions options;
    options.method = method;
    options.uri = uri;
    if (!header.isEmpty())
        options.headers.append(header);
    if (!body.isEmpty())
        options.body = body.trimmed();
    QCOMPARE(console.run(options), 2);
    QVERIFY2(console.err.contains(says), qPrintable(console.err));
    QCOMPARE(console.out, QString());
    QVERIFY(console.transport.requests().isEmpty());
}

void TestRest::failures_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("code");
    QTest::newRow("400") << 400 << 1;
    QTest::newRow("401") << 401 << 1;
    QTest::newRow("403") << 403 << 3;
    QTest::newRow("404") << 404 << 1;
    QTest::newRow("409") << 409 << 1;
}

void TestRest::failures()
{
    QFETCH(int, status);
    QFETCH(int, code);
    Console console;
    console.transport.answer(status, R"({"error":{"code":"TheCode","message":"The text.","target":"it","details":[{"code":"Inner","message":"why"}]}})", {{"x-ms-request-id", "rid"}, {"x-ms-correlation-request-id", "cid"}});
    QCOMPARE(console.run(Console::call("PUT", "/x")), code);
    QCOMPARE(console.out, QString());
    QCOMPARE(console.err, QStringLiteral("HTTP %1 TheCode: The text.\n  target: it\n  Inner: why\n  request id: rid\n  correlation id: cid\n").arg(status));
}

void TestRest::waits()
{
    Console console;
    const HttpHeaders link = {{"Azure-AsyncOperation", "https://management.azure.com/op"}};
    console.transport.answer(202, "", link).answer(200, R"({"status":"Running"})").answer(200, R"({"status":"Succeeded"})").answer(200, "{\"id\":1}");
    RestOptions options = Console::call("PUT", "/r?api-version=7");
    options.wait = true;
    options.pollInterval = Milliseconds(30);
    options.headers = QStringList{QStringLiteral("X-Mine: 1")};
    QCOMPARE(console.run(options), 0);
    QCOMPARE(console.out, QStringLiteral("{\n    \"id\": 1\n}\n"));
    QCOMPARE(console.transport.requests().last().target, QByteArray("/r?api-version=7"));
    QVERIFY(console.transport.times().at(1) - console.transport.times().at(0) == Milliseconds(30));
    for (const HttpRequest &request : console.transport.requests())
        QCOMPARE(headerValue(request.headers, "X-Mine"), QByteArray("1"));
    console.out.clear();
    console.transport.answer(202, "", link).answer(200, R"({"status":"Failed","error":{"code":"Why","message":"so"}})");
    QCOMPARE(console.run(options), 1);
    QVERIFY(console.err.contains(QStringLiteral("Why: so")));
    QCOMPARE(console.out, QString());
    console.transport.answer(202, "", link);
    options.wait = false;
    QCOMPARE(console.run(options), 0); // accepted, and nothing more was asked
    QCOMPARE(console.out, QString());
}

void TestRest::allPages()
{
    Console console;
    console.transport.answer(200, R"({"value":[1],"nextLink":"/p2"})").answer(200, R"({"value":[2]})");
    RestOptions options = Console::call("GET", "/p1");
    options.allPages = true;
    QCOMPARE(console.run(options), 0);
    QCOMPARE(console.out.simplified(), QStringLiteral("{ \"value\": [ 1, 2 ] }"));
    console.out.clear();
    console.transport.answer(200, R"({"value":[1],"nextLink":"https://evil.com/p2"})");
    QCOMPARE(console.run(options), 1);
    QCOMPARE(console.out, QString());
}

void TestRest::waitsForPages()
{
    Console console;
    console.transport.answer(202, "", {{"Location", "/result"}}).answer(200, R"({"value":[1],"nextLink":"/p2"})").answer(200, R"({"value":[2]})");
    RestOptions options = Console::call("POST", "/action");
    options.wait = options.allPages = true;
    QCOMPARE(console.run(options), 0);
    QCOMPARE(console.out.simplified(), QStringLiteral("{ \"value\": [ 1, 2 ] }"));
}

void TestRest::sessionCookies()
{
    Console console;
    console.transport.answer(503, "", {{"Set-Cookie", "tries=1; Path=/"}}).answer(200, "{}").answer(200, "{}");
    QCOMPARE(console.run(Console::call("PUT", "/x")), 0);
    QCOMPARE(headerValue(console.transport.requests().at(1).headers, "Cookie"), QByteArray("tries=1"));
    QCOMPARE(console.run(Console::call("PUT", "/x")), 0);
    QVERIFY(!hasHeader(console.transport.requests().at(2).headers, "Cookie")); // they end with the call
}

void TestRest::cancelled()
{
    Console console;
    std::stop_source source;
    source.request_stop();
    Context context;
    context.stop = source.get_token();
    console.transport.hang();
    QCOMPARE(console.run(Console::call("GET", "/x"), context), 130);
}

// X30: a terminal is not steered by a server's text.
void TestRest::hostileText()
{
    Console console;
    console.transport.answer(400, "{\"error\":{\"code\":\"A\\u001b[31m\",\"message\":\"b\\u202Ec\\nd\\u0007\"}}");
    QCOMPARE(console.run(Console::call("GET", "/x")), 1);
    QCOMPARE(console.err, QStringLiteral("HTTP 400 A\\u001b[31m: b\\u202ec d\\u0007\n"));
}

QTEST_GUILESS_MAIN(TestRest)
#include "tst_rest.moc"
