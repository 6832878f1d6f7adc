// SPDX-License-Identifier: Apache-2.0
#include "sandbox/front/httpfront.h"
#include "sandbox/tls/certificates.h"

#include <QJsonDocument>
#include <QSslCertificate>
#include <QSslSocket>
#include <QTcpSocket>
#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;

namespace {

QByteArray get(const QByteArray &path, const QByteArray &headers = {})
{
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

int statusOf(const QByteArray &answer)
{
    return answer.startsWith("HTTP/1.1 ") ? answer.mid(9, 3).toInt() : 0;
}

QByteArray bodyOf(const QByteArray &answer)
{
    return answer.mid(answer.indexOf("\r\n\r\n") + 4);
}

// Echoes method, path and body; keeps the reply of /later.
class Echo
{
public:
    Echo(HttpLimits limits = {}, const std::optional<TlsIdentity> &identity = {})
        : front([this](Request request, HttpReply reply) { handle(request, reply); }, wallNow, limits)
    {
        port = *front.listen(0, identity);
    }

    void handle(const Request &request, const HttpReply &reply)
    {
        ++handled;
        last = request;
        if (request.rawPath == "/later")
            kept.push_back(reply);
        else
            reply.send(Response{200, {}, request.method + ' ' + request.rawPath + ' ' + request.body, "text/plain"});
    }

    int handled = 0;
    Request last;
    std::vector<HttpReply> kept;
    HttpFront front;
    quint16 port = 0;
};

class Client
{
public:
    explicit Client(quint16 port) { socket.connectToHost(QStringLiteral("127.0.0.1"), port); }

    //! Sends, and waits until `enough` says that what came is enough, or the server closed.
    QByteArray ask(const QByteArray &bytes, const std::function<bool(const QByteArray &)> &enough = {})
    {
        (void)QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::ConnectedState; });
        socket.write(bytes);
        QByteArray got;
        (void)QTest::qWaitFor([&] {
            got += socket.readAll();
            return enough ? enough(got) : complete(got) || socket.state() == QAbstractSocket::UnconnectedState;
        }, 5000);
        return got;
    }
    bool closed()
    {
        return QTest::qWaitFor([this] { return socket.state() == QAbstractSocket::UnconnectedState; }, 5000);
    }
    static bool complete(const QByteArray &answer)
    {
        const qsizetype end = answer.indexOf("\r\n\r\n");
        const qsizetype at = answer.indexOf("content-length: ");
        return end > 0 && (at < 0 || at > end || answer.size() >= end + 4 + answer.mid(at + 16, answer.indexOf('\r', at) - at - 16).toInt());
    }
    QTcpSocket socket;
};

} // namespace

class TestFront : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refusals_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const QByteArray post = "POST /x HTTP/1.1\r\nHost: x\r\n";
        QTest::newRow("no request line") << QByteArray("GARBAGE\r\n\r\n") << 400;
        QTest::newRow("TLS hello") << QByteArray("\x16\x03\x01\x02\x00\r\n\r\n", 9) << 400;
        QTest::newRow("unknown version") << QByteArray("GET / HTTP/2.0\r\nHost: x\r\n\r\n") << 505;
        QTest::newRow("no Host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("two Hosts") << get("/", "Host: y\r\n") << 400;
        QTest::newRow("folded header") << get("/", "A: b\r\n c\r\n") << 400;
        QTest::newRow("space before colon") << get("/", "A : b\r\n") << 400;
        QTest::newRow("control character") << get("/", QByteArray("A: b\x01\r\n")) << 400;
        QTest::newRow("space in target") << QByteArray("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n") << 400;
        QTest::newRow("negative length") << post + "Content-Length: -5\r\n\r\n" << 400;
        QTest::newRow("signed length") << post + "Content-Length: +5\r\n\r\n" << 400;
        QTest::newRow("two lengths") << post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n" << 400;
        QTest::newRow("overflowing length") << post + "Content-Length: 99999999999999999999\r\n\r\n" << 413;
        QTest::newRow("length and coding") << post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" << 400;
        QTest::newRow("unknown coding") << post + "Transfer-Encoding: gzip\r\n\r\n" << 501;
        QTest::newRow("bad chunk size") << post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" << 400;
        QTest::newRow("negative chunk") << post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n" << 400;
        QTest::newRow("chunk too large") << post + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n" << 413;
        QTest::newRow("chunk without end") << post + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n" << 400;
        QTest::newRow("body too large") << post + "Content-Length: 9000000\r\n\r\n" << 413;
        QTest::newRow("long line") << "GET /" + QByteArray(20000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n" << 414;
        QTest::newRow("endless line") << "GET /" + QByteArray(20000, 'a') << 414;
        QTest::newRow("big header") << get("/", "A: " + QByteArray(70000, 'a') + "\r\n") << 431;
        QTest::newRow("endless header") << "GET / HTTP/1.1\r\nA: " + QByteArray(70000, 'a') << 431;
        QTest::newRow("many headers") << get("/", QByteArray("A: b\r\n").repeated(300)) << 431;
        QTest::newRow("unknown expectation") << get("/", "Expect: a miracle\r\n") << 417;
        QTest::newRow("unknown method") << QByteArray("BREW / HTTP/1.1\r\nHost: x\r\n\r\n") << 405;
        QTest::newRow("preflight") << QByteArray("OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n") << 405;
    }

    void refusals()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        Echo echo;
        Client client(echo.port);
        const QByteArray answer = client.ask(bytes);
        QCOMPARE(statusOf(answer), status);
        QCOMPARE(echo.handled, 0);
        QVERIFY(QJsonDocument::fromJson(bodyOf(answer)).object().contains(QStringLiteral("error")));
        QVERIFY(!answer.toLower().contains("access-control"));
        if (status != 405)
            QVERIFY(answer.contains("connection: close"));
    }

    void bodies_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("none") << get("/x") << QByteArray("GET /x ");
        QTest::newRow("HEAD has none") << QByteArray("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n") << QByteArray();
        QTest::newRow("length") << QByteArray("PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello") << QByteArray("PUT /x hello");
        QTest::newRow("chunks") << QByteArray("PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                              "2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nT: 1\r\n\r\n") << QByteArray("PUT /x hello");
        QTest::newRow("two slashes") << get("//subscriptions//x") << QByteArray("GET /subscriptions/x ");
        QTest::newRow("empty line first") << "\r\n" + get("/x") << QByteArray("GET /x ");
    }

    void bodies()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, body);
        Echo echo;
        const auto headOrAll = [&bytes](const QByteArray &got) {
            return bytes.startsWith("HEAD") ? got.contains("\r\n\r\n") : Client::complete(got);
        };
        QByteArray answer = Client(echo.port).ask(bytes, headOrAll);
        QCOMPARE(statusOf(answer), 200);
        QCOMPARE(bodyOf(answer), body);
        // The same, byte by byte.
        Client slow(echo.port);
        QByteArray got;
        for (const char byte : bytes)
            got += slow.ask(QByteArray(1, byte), [](const QByteArray &) { return true; });
        got += slow.ask({}, [&](const QByteArray &more) { return headOrAll(got + more); });
        QCOMPARE(bodyOf(got), body);
    }

    void everyAnswerSaysWhoAndWhen()
    {
        Echo echo;
        const QByteArray answer = Client(echo.port).ask(get("/x", "x-ms-correlation-request-id: abc\r\nx-ms-client-request-id: mine\r\n"
                                                                  "x-ms-return-client-request-id: true\r\n"));
        for (const char *part : {"\r\ndate: ", " GMT\r\n", "\r\nx-ms-request-id: ", "\r\nx-ms-correlation-request-id: abc\r\n",
                                 "\r\nx-ms-client-request-id: mine\r\n", "\r\ncontent-length: 7\r\n"})
            QVERIFY2(answer.contains(part), part);
    }

    void pipelined()
    {
        Echo echo;
        Client client(echo.port);
        QByteArray many;
        for (int i = 0; i < 50; ++i)
            many += get("/n" + QByteArray::number(i));
        const QByteArray answers = client.ask(many, [](const QByteArray &got) { return got.contains("GET /n49 "); });
        qsizetype at = 0;
        for (int i = 0; i < 50; ++i) {
            at = answers.indexOf("GET /n" + QByteArray::number(i) + ' ', at);
            QVERIFY2(at > 0, "answers come in the order of the requests");
        }
    }

    void aLaterAnswerKeepsTheOrder()
    {
        Echo echo;
        Client client(echo.port);
        const QByteArray early = client.ask(get("/later") + get("/next"), [&](const QByteArray &) { return echo.kept.size() == 1; });
        QCOMPARE(early, QByteArray());
        QCOMPARE(echo.handled, 1);
        echo.kept.front().send(Response{202, {}, "first", "text/plain"});
        echo.kept.front().send(Response{200, {}, "twice", "text/plain"}); // ignored
        const QByteArray answers = client.ask({}, [](const QByteArray &got) { return got.contains("GET /next"); });
        QVERIFY(answers.indexOf("first") > 0 && answers.indexOf("first") < answers.indexOf("GET /next"));
        QVERIFY(!answers.contains("twice"));
    }

    void aClientThatLeft()
    {
        Echo echo;
        {
            Client client(echo.port);
            client.ask(get("/later"), [&](const QByteArray &) { return echo.kept.size() == 1; });
        }
        QTRY_VERIFY(!echo.kept.front().alive());
        echo.kept.front().send(Response{200, {}, "nobody", "text/plain"});
        QTRY_COMPARE(echo.front.connections(), 0);
        QCOMPARE(statusOf(Client(echo.port).ask(get("/x"))), 200);
    }

    void continueIsSaid()
    {
        Echo echo;
        Client client(echo.port);
        const QByteArray head = "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
        QCOMPARE(client.ask(head, [](const QByteArray &got) { return got.endsWith("\r\n\r\n"); }), QByteArray("HTTP/1.1 100 Continue\r\n\r\n"));
        QCOMPARE(bodyOf(client.ask("hi")), QByteArray("PUT /x hi"));
    }

    void connectionsEnd_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("closes");
        QTest::newRow("kept") << get("/x") << false;
        QTest::newRow("close") << get("/x", "Connection: close\r\n") << true;
        QTest::newRow("HTTP/1.0") << QByteArray("GET /x HTTP/1.0\r\n\r\n") << true;
        QTest::newRow("HTTP/1.0 keep-alive") << QByteArray("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") << false;
    }

    void connectionsEnd()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, closes);
        Echo echo;
        Client client(echo.port);
        QCOMPARE(statusOf(client.ask(bytes)), 200);
        if (closes)
            QVERIFY(client.closed());
        else
            QCOMPARE(statusOf(client.ask(get("/again"))), 200);
    }

    void idleConnectionsGo()
    {
        HttpLimits limits;
        limits.idleMs = 60;
        Echo echo(limits);
        Client silent(echo.port);
        Client half(echo.port);
        half.ask("GET / HTT", [](const QByteArray &) { return true; });
        Client waiting(echo.port);
        waiting.ask(get("/later"), [&](const QByteArray &) { return echo.kept.size() == 1; });
        QVERIFY(silent.closed());
        QVERIFY(half.closed());
        QVERIFY(echo.kept.front().alive()); // it waits for us, not we for it
    }

    void onlySoManyConnections()
    {
        HttpLimits limits;
        limits.connections = 2;
        Echo echo(limits);
        Client first(echo.port);
        Client second(echo.port);
        QCOMPARE(statusOf(first.ask(get("/x"))), 200);
        QCOMPARE(statusOf(second.ask(get("/x"))), 200);
        Client third(echo.port);
        QVERIFY(QTest::qWaitFor([&third] { return third.socket.state() == QAbstractSocket::ConnectedState; }) || true);
        QVERIFY(third.closed());
    }

    // A captive portal: HTML where JSON was asked for.
    void aFaultHasItsType()
    {
        Echo echo;
        Fault fault;
        fault.kind = FaultKind::Status;
        fault.status = 200;
        fault.headers = {{"Content-Type", "text/html"}};
        fault.body = "<html>";
        echo.front.addFault(fault);
        const QByteArray answer = Client(echo.port).ask(get("/token"));
        QCOMPARE(answer.toLower().count("content-type: text/html\r\n"), 1);
        QCOMPARE(answer.toLower().count("content-type"), 1);
    }

    void faults_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("handled");
        QTest::newRow("drop") << int(FaultKind::Drop) << true;
        QTest::newRow("truncate") << int(FaultKind::Truncate) << true;
        QTest::newRow("garbage") << int(FaultKind::Garbage) << true;
        QTest::newRow("stall") << int(FaultKind::Stall) << true;
        QTest::newRow("status") << int(FaultKind::Status) << false;
    }

    void faults()
    {
        QFETCH(int, kind);
        QFETCH(bool, handled);
        HttpLimits limits;
        limits.idleMs = 100;
        Echo echo(limits);
        Fault fault;
        fault.kind = FaultKind(kind);
        fault.path = "/BAD";
        fault.skip = 1;
        fault.status = 429;
        fault.headers = {{"retry-after", "7"}};
        echo.front.addFault(fault);
        QCOMPARE(statusOf(Client(echo.port).ask(get("/bad"))), 200); // skipped
        const QByteArray answer = Client(echo.port).ask(get("/bad"));
        QCOMPARE(echo.handled == 2, handled);
        switch (fault.kind) {
        case FaultKind::Drop:
        case FaultKind::Stall:
            QCOMPARE(answer, QByteArray());
            break;
        case FaultKind::Truncate:
            QVERIFY(answer.startsWith("HTTP/1.1 200") && !Client::complete(answer));
            break;
        case FaultKind::Garbage:
            QVERIFY(!answer.isEmpty() && !answer.startsWith("HTTP"));
            break;
        case FaultKind::Status:
            QCOMPARE(statusOf(answer), 429);
            QVERIFY(answer.contains("retry-after: 7"));
            break;
        }
        QCOMPARE(statusOf(Client(echo.port).ask(get("/bad"))), 200); // once only
    }

    void faultsAreRead()
    {
        const auto faults = faultsFromJson(QJsonDocument::fromJson(
            R"([{"kind":"status","method":"PUT","path":"/x","status":503,"headers":{"retry-after":3},"body":{"a":1},"count":-1}])").array());
        QVERIFY(faults.ok());
        QCOMPARE(faults->first().body, QByteArray("{\"a\":1}"));
        QCOMPARE(faults->first().headers.first().second, QByteArray("3"));
        QVERIFY(!faultsFromJson(QJsonArray{QJsonObject{{QStringLiteral("kind"), QStringLiteral("explode")}}}).ok());
    }

    void overTls()
    {
        const auto authority = CertificateAuthority::make(QStringLiteral("Test"));
        QVERIFY(authority.ok());
        const auto identity = authority->issue({QStringLiteral("localhost"), QStringLiteral("127.0.0.1")});
        QVERIFY(identity.ok());
        Echo echo({}, *identity);
        QSslSocket trusting;
        QSslConfiguration configuration = trusting.sslConfiguration();
        configuration.setCaCertificates({QSslCertificate(authority->certificate())});
        trusting.setSslConfiguration(configuration);
        trusting.connectToHostEncrypted(QStringLiteral("127.0.0.1"), echo.port);
        QTRY_VERIFY(trusting.isEncrypted());
        trusting.write(get("/x"));
        QTRY_VERIFY(trusting.peek(1000).endsWith("GET /x "));
        QSslSocket stranger;
        stranger.connectToHostEncrypted(QStringLiteral("127.0.0.1"), echo.port);
        QTRY_VERIFY(stranger.state() == QAbstractSocket::UnconnectedState && !stranger.isEncrypted());
    }
};

QTEST_GUILESS_MAIN(TestFront)
#include "tst_front.moc"
