// SPDX-License-Identifier: Apache-2.0
#include "azure/http/pipeline.h"
#include "azure/http/qnamtransport.h"
#include "tests/azure/rawserver.h"
#include "tests/support/coro.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>
#include <QtTest>
#include <sys/socket.h>

using namespace causeway;
using test::RawServer;

namespace {

struct Wire {
    explicit Wire(RawServer::Act act, QnamOptions options = {})
        : server(std::move(act)), planes(Planes::Entry{*Origin::parse(server.origin()), QString()}), transport(planes, clock, options)
    {}
    Result<HttpResponse> send(const QByteArray &method, const QByteArray &target, const QByteArray &body = {}, const Context &context = {})
    {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        return test::await(transport.send(request, context));
    }
    SystemClock clock;
    RawServer server;
    Planes planes;
    QnamTransport transport;
};

void cut(QTcpSocket &socket, const QByteArray &bytes)
{
    socket.write(bytes);
    socket.flush();
    socket.disconnectFromHost();
}

} // namespace

class TestTransport : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sendsOnce_data();
    void sendsOnce();
    void plainAnswers();
    void requestLine();
    void kinds();
    void cutAnswers_data();
    void cutAnswers();
    void followsNothing();
    void keepsNoCookies();
    void hangs();
    void cancelsAtOnce();
    void answersAfterItsEnd();
    void boundsTheBody();
    void idleConnectionClosed();
    void virtualTimeStandsStill();
};

// reliability-security-performance.md §A9: stock QNAM sends the request twice, or four times.
void TestTransport::sendsOnce_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("reset");
    const struct { const char *name; const char *bytes; bool reset; } faults[] = {
        {"silent close", "", false}, {"reset", "", true}, {"half a header", "HTTP/1.1 200 OK\r\nContent-Le", false},
        {"half a status line", "HTT", false}, {"garbage", "\x16\x03\x01garbage\r\n", false}};
    const struct { const char *method; const char *body; } requests[] = {
        {"PUT", "{\"a\":1}"}, {"POST", "{\"a\":1}"}, {"PATCH", "{}"}, {"POST", ""}, {"DELETE", ""}, {"PUT", ""}, {"GET", ""}};
    for (const auto &fault : faults) {
        for (const auto &request : requests)
            QTest::addRow("%s, %s %s", fault.name, request.method, *request.body ? "with a body" : "without a body")
                << QByteArray(request.method) << QByteArray(request.body) << QByteArray(fault.bytes) << fault.reset;
    }
}

void TestTransport::sendsOnce()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, bytes);
    QFETCH(bool, reset);
    Wire wire([&](QTcpSocket &socket, int) { reset ? socket.abort() : cut(socket, bytes); });
    const auto answer = wire.send(method, "/x", body);
    QTest::qWait(50); // a second request would have come by now
    QCOMPARE(wire.server.requests().size(), 1);
    QVERIFY(!answer.ok());
    QCOMPARE(answer.error().kind, ErrorKind::OutcomeUnknown);
}

void TestTransport::plainAnswers()
{
    Wire wire([](QTcpSocket &socket, int n) { socket.write(RawServer::answer(n == 1 ? 200 : 404, "{\"a\":1}", "X-Ms-Request-Id: r1\r\n")); });
    const auto first = wire.send("GET", "/x");
    QVERIFY(first.ok());
    QCOMPARE(first->status, 200);
    QCOMPARE(first->body, QByteArray("{\"a\":1}"));
    QCOMPARE(headerValue(first->headers, "x-ms-request-id"), QByteArray("r1"));
    const auto second = wire.send("DELETE", "/x");
    QVERIFY(second.ok());
    QCOMPARE(second->status, 404);
    QCOMPARE(second->body, QByteArray("{\"a\":1}"));
}

void TestTransport::requestLine()
{
    Wire wire([](QTcpSocket &socket, int) { socket.write(RawServer::answer(200, "{}")); });
    QVERIFY(wire.send("PUT", "/a%2Fb/c?api-version=1&$filter=name%20eq%20'x'&s=a%2Bb%3D", "{\"x\":1}").ok());
    const QByteArray request = wire.server.requests().first();
    QVERIFY2(request.startsWith("PUT /a%2Fb/c?api-version=1&$filter=name%20eq%20'x'&s=a%2Bb%3D HTTP/1.1\r\n"), request.constData());
    QVERIFY(request.contains("\r\nContent-Length: 7\r\n"));
    QVERIFY(request.contains("\r\nContent-Type: application/json\r\n"));
    QVERIFY(request.contains("\r\nAccept-Encoding: identity\r\n"));
    QVERIFY(request.endsWith("\r\n\r\n{\"x\":1}"));
    QVERIFY(wire.send("POST", "/empty").ok());
    QVERIFY2(wire.server.requests().last().contains("\r\nContent-Length: 0\r\n"), wire.server.requests().last().constData());
    const auto bad = wire.send("GET", "no-slash");
    QCOMPARE(bad.error().kind, ErrorKind::InvalidInput);
    QCOMPARE(wire.server.requests().size(), 2);
}

void TestTransport::kinds()
{
    SystemClock clock;
    QTcpServer closed;
    closed.listen(QHostAddress::LocalHost, 0);
    const Planes planes(Planes::Entry{*Origin::parse(QStringLiteral("http://127.0.0.1:%1").arg(closed.serverPort())), QString()});
    closed.close();
    QnamTransport transport(planes, clock);
    HttpRequest request;
    request.method = "PUT";
    request.target = "/x";
    request.body = "{}";
    const auto refused = test::await(transport.send(request, Context()));
    QCOMPARE(refused.error().kind, ErrorKind::Network); // nothing was sent, whatever the verb
    Context stopped;
    std::stop_source source;
    source.request_stop();
    stopped.stop = source.get_token();
    QCOMPARE(test::await(transport.send(request, stopped)).error().kind, ErrorKind::Cancelled);
    Context late;
    late.deadline = clock.now() - std::chrono::seconds(1);
    QCOMPARE(test::await(transport.send(request, late)).error().kind, ErrorKind::TimedOut);
}

void TestTransport::cutAnswers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("half the body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":");
    QTest::newRow("no last chunk") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n");
    QTest::newRow("two lengths") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\n{}");
}

void TestTransport::cutAnswers()
{
    QFETCH(QByteArray, bytes);
    Wire wire([&](QTcpSocket &socket, int) { cut(socket, bytes); });
    const auto put = wire.send("PUT", "/x", "{}");
    QVERIFY(!put.ok());
    QCOMPARE(put.error().kind, ErrorKind::OutcomeUnknown);
    QCOMPARE(wire.server.requests().size(), 1);
    const auto get = wire.send("GET", "/x");
    QVERIFY(!get.ok());
    QCOMPARE(wire.server.requests().size(), 2);
}

// X1: not one byte reaches the other host, and no body or bearer goes anywhere.
void TestTransport::followsNothing()
{
    RawServer other([](QTcpSocket &socket, int) { socket.write(RawServer::answer(200, "{}")); });
    for (const char *method : {"GET", "PUT", "POST", "DELETE"}) {
        for (const int status : {301, 302, 303, 307, 308}) {
            Wire wire([&](QTcpSocket &socket, int) { socket.write(RawServer::answer(status, {}, "Location: " + other.origin().toLatin1() + "/steal\r\n")); });
            HttpPipeline pipeline(wire.transport, wire.clock, wire.planes);
            HttpRequest request;
            request.method = method;
            request.target = "/x";
            request.headers = {{"Authorization", "Bearer canary"}, {"X-Secret", "canary"}};
            if (*method == 'P')
                request.body = "{\"administratorLoginPassword\":\"canary\"}";
            const auto answer = test::await(pipeline.send(request, Context()));
            QVERIFY(!answer.ok());
            QCOMPARE(answer.error().kind, ErrorKind::Protocol);
            QCOMPARE(answer.error().httpStatus, status);
            QCOMPARE(wire.server.requests().size(), 1);
        }
    }
    QCOMPARE(other.connections(), 0);
}

void TestTransport::keepsNoCookies()
{
    Wire wire([](QTcpSocket &socket, int) { socket.write(RawServer::answer(200, "{}", "Set-Cookie: a=1; Path=/\r\n")); });
    QVERIFY(wire.send("GET", "/x").ok());
    QVERIFY(wire.send("GET", "/x").ok());
    QVERIFY(!wire.server.requests().last().toLower().contains("\r\ncookie:"));
    PipelineOptions settings;
    settings.sessionCookies = true;
    HttpPipeline pipeline(wire.transport, wire.clock, wire.planes, nullptr, settings);
    HttpRequest request;
    request.method = "GET";
    request.target = "/x";
    QVERIFY(test::await(pipeline.send(request, Context())).ok());
    QVERIFY(test::await(pipeline.send(request, Context())).ok());
    QVERIFY(wire.server.requests().last().contains("\r\nCookie: a=1\r\n"));
}

void TestTransport::hangs()
{
    QnamOptions quick;
    quick.transferTimeout = Milliseconds(200);
    Wire silent([](QTcpSocket &, int) {}, quick);
    QElapsedTimer watch;
    watch.start();
    QCOMPARE(silent.send("GET", "/x").error().kind, ErrorKind::TimedOut);
    QCOMPARE(silent.send("PUT", "/x", "{}").error().kind, ErrorKind::OutcomeUnknown);
    Wire headersOnly([](QTcpSocket &socket, int) { socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"); }, quick);
    QCOMPARE(headersOnly.send("GET", "/x").error().kind, ErrorKind::TimedOut);
    QVERIFY(watch.elapsed() < 5000);
}

void TestTransport::cancelsAtOnce()
{
    Wire wire([](QTcpSocket &, int) {});
    for (const QByteArray method : {"GET", "PUT"}) {
        std::stop_source source;
        Context context;
        context.stop = source.get_token();
        HttpRequest request;
        request.method = method;
        request.target = "/x";
        const int before = int(wire.server.requests().size());
        auto task = wire.transport.send(request, context);
        QTRY_COMPARE(int(wire.server.requests().size()), before + 1); // under way
        QVERIFY(!task.isReady());
        source.request_stop();
        test::turnLoop();
        QVERIFY(task.isReady());
        QCOMPARE(test::await(std::move(task)).error().kind, ErrorKind::Cancelled);
    }
}

// Qt's reply tells its manager when it ends, even one that is gone; whoever waits for an answer may have dropped the transport.
void TestTransport::answersAfterItsEnd()
{
    QPointer<QTcpSocket> asked;
    RawServer server([&asked](QTcpSocket &socket, int) { asked = &socket; });
    SystemClock clock;
    auto transport = std::make_unique<QnamTransport>(Planes(Planes::Entry{*Origin::parse(server.origin()), QString()}), clock);
    HttpRequest request;
    request.method = "GET";
    request.target = "/x";
    auto task = transport->send(request, Context());
    QTRY_VERIFY(asked);
    transport.reset();
    asked->write(RawServer::answer(200, "{}"));
    QCOMPARE(test::await(std::move(task))->body, QByteArray("{}"));
}

void TestTransport::boundsTheBody()
{
    QnamOptions small;
    small.maxBody = 1024 * 1024;
    const QByteArray block(64 * 1024, 'x');
    Wire wire([&](QTcpSocket &socket, int) {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        auto pour = std::make_shared<std::function<void()>>();
        *pour = [&socket, &block] { socket.write(QByteArray::number(block.size(), 16) + "\r\n" + block + "\r\n"); };
        QObject::connect(&socket, &QTcpSocket::bytesWritten, &socket, [&socket, pour] {
            if (socket.bytesToWrite() == 0)
                (*pour)();
        });
        (*pour)();
    }, small);
    const auto answer = wire.send("GET", "/endless");
    QVERIFY(!answer.ok());
    QCOMPARE(answer.error().code, QStringLiteral("AnswerTooLarge"));
}

// A server that closes an idle connection between two writes loses us nothing.
void TestTransport::idleConnectionClosed()
{
    Wire wire([](QTcpSocket &socket, int) {
        socket.write(RawServer::answer(200, "{}"));
        // Our half of it: that the client has seen it we know when its own half ends.
        QTimer::singleShot(10, &socket, [&socket] { ::shutdown(int(socket.socketDescriptor()), SHUT_WR); });
    });
    for (int i = 1; i <= 5; ++i) {
        const auto answer = wire.send("PUT", "/x", "{}");
        QVERIFY2(answer.ok(), answer.ok() ? "" : qPrintable(describe(answer.error())));
        QTRY_COMPARE(wire.server.ended(), i);
        QCOMPARE(wire.server.connections(), i);
        QCOMPARE(wire.server.requests().size(), i);
    }
}

// A timer of an hour must not fire while a request is on its way.
void TestTransport::virtualTimeStandsStill()
{
    VirtualClock clock;
    RawServer server([](QTcpSocket &socket, int) {
        QTimer::singleShot(100, &socket, [&socket] { socket.write(RawServer::answer(200, "{}")); });
    });
    QnamTransport transport(Planes(Planes::Entry{*Origin::parse(server.origin()), QString()}), clock);
    bool fired = false;
    HttpRequest request;
    request.method = "GET";
    request.target = "/x";
    auto task = transport.send(request, Context());
    clock.callAfter(std::chrono::hours(1), [&] { fired = true; });
    const TimePoint before = clock.now();
    QVERIFY(test::await(std::move(task)).ok());
    QVERIFY(!fired);
    QVERIFY(clock.now() == before);
    QTRY_VERIFY(fired);
}

QTEST_GUILESS_MAIN(TestTransport)
#include "tst_transport.moc"
