// SPDX-License-Identifier: Apache-2.0
// The listener that the browser brings the answer to: who may speak to it, how, and how it ends (sign-in facts §4, §15 rows 3, 4 and
// 10 to 13; X6, X9, B56).
#include "azure/auth/loopbackreplyhandler.h"
#include "tests/azure/signinbrowser.h"

#include <QtTest>

using namespace causeway;
using namespace causeway::test;

class TestSignInLoopback : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsPieces();
    void heads_data();
    void heads();
    void fields();
    void listensOnLoopbackOnly();
    void portOfOnesChoice();
    void foreign_data();
    void foreign();
    void replayedAndLate();
    void twoTabs();
    void slowOnesMakeRoom();
    void ends_data();
    void ends();
    void pages();
    void longPathSeesItsPage();
    void bothAddresses();
};

void TestSignInLoopback::readsPieces()
{
    const QByteArray whole = "POST /?a=b HTTP/1.1\r\nHost: localhost:1\r\nContent-Type: X/y\r\nContent-Length: 5\r\n\r\nhello";
    for (qsizetype step = 1; step <= whole.size(); ++step) {
        LoopbackReader reader;
        std::optional<int> end;
        for (qsizetype at = 0; at < whole.size(); at += step) {
            QVERIFY(!end);
            end = reader.take(whole.mid(at, step));
        }
        QCOMPARE(end.value_or(-1), 0);
        QCOMPARE(reader.request().method + reader.request().path + reader.request().query + reader.request().host + reader.request().contentType + reader.request().body,
                 QByteArray("POST/a=blocalhost:1x/yhello"));
    }
}

void TestSignInLoopback::heads_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("end"); // -1: more is needed
    const QByteArray host = "Host: localhost:1\r\n";
    const auto row = [](const char *name, const QByteArray &bytes, int end) { QTest::newRow(name) << bytes << end; };
    row("plain", "GET / HTTP/1.1\r\n" + host + "\r\n", 0);
    row("HTTP/1.0", "GET / HTTP/1.0\r\n" + host + "\r\n", 0);
    row("half a head", "GET / HTTP/1.1\r\n" + host, -1);
    row("half a body", "POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nab", -1);
    row("no host", "GET / HTTP/1.1\r\n\r\n", 400);
    row("two hosts", "GET / HTTP/1.1\r\n" + host + host + "\r\n", 400);
    row("HTTP/2", "GET / HTTP/2.0\r\n" + host + "\r\n", 400);
    row("absolute", "GET http://localhost:1/ HTTP/1.1\r\n" + host + "\r\n", 400);
    row("four words", "GET / x HTTP/1.1\r\n" + host + "\r\n", 400);
    row("bare line end", "GET / HTTP/1.1\n" + host + "\r\n", 400);
    row("carriage return", "GET /\r HTTP/1.1\r\n" + host + "\r\n", 400);
    row("NUL", QByteArray("GET /") + '\0' + " HTTP/1.1\r\n" + host + "\r\n", 400);
    row("folded", "GET / HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", 400);
    row("no colon", "GET / HTTP/1.1\r\n" + host + "X\r\n\r\n", 400);
    row("space before the colon", "GET / HTTP/1.1\r\n" + host + "X : a\r\n\r\n", 400);
    row("chunked", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n", 501);
    row("two lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400);
    row("negative length", "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400);
    row("long body", "POST / HTTP/1.1\r\n" + host + "Content-Length: 70000\r\n\r\n", 413);
    row("immense body", "POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n", 413);
    row("long path, whole", "GET /" + QByteArray(40000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414);
    row("a path that never ends", "GET /" + QByteArray(70000, 'a'), 414);
    row("headers that never end", "GET / HTTP/1.1\r\n" + QByteArray("A: b\r\n").repeated(12000), 431);
    row("16 KiB of cookies", "GET / HTTP/1.1\r\n" + host + "Cookie: " + QByteArray(16384, 'c') + "\r\n\r\n", 0);
    row("nonsense", QByteArray("\x16\x03\x01\x02", 4) + "\r\n\r\n", 400);
}

void TestSignInLoopback::heads()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, end);
    LoopbackReader reader;
    QCOMPARE(reader.take(bytes).value_or(-1), end);
}

void TestSignInLoopback::fields()
{
    const auto read = loopbackFields("a=%2B+b&c&d=%41%C3%A9=&&e=");
    QCOMPARE(read->value(QStringLiteral("a")), QStringLiteral("+ b"));
    QCOMPARE(read->value(QStringLiteral("d")), QStringLiteral("Aé="));
    QCOMPARE(read->size(), 4);
    QVERIFY(!loopbackFields("state=a&state=b"));
    QVERIFY(!loopbackFields("code=a&c%6Fde=b"));
}

// X6; row 10: the stock class listens on every interface.
void TestSignInLoopback::listensOnLoopbackOnly()
{
    RunningSignIn run;
    run.start();
    QStringList addresses = listeners(run.port());
    addresses.sort();
    QVERIFY2(addresses == QStringList({QStringLiteral("127.0.0.1"), QStringLiteral("::1")}) || addresses == QStringList{QStringLiteral("127.0.0.1")}, qPrintable(addresses.join(QLatin1Char(' '))));
    run.stop.request_stop();
    QVERIFY(run.finish());
    QCOMPARE(run.code(), QStringLiteral("Cancelled"));
    QVERIFY(listeners(run.port()).isEmpty());
}

void TestSignInLoopback::portOfOnesChoice()
{
    LoopbackReplyHandler first({}, true);
    QVERIFY(first.listen(0));
    const quint16 taken = quint16(QUrl(first.callback()).port());
    LoopbackReplyHandler second({}, true);
    QVERIFY(second.listen(taken)); // somebody has it: another one
    QVERIFY(quint16(QUrl(second.callback()).port()) != taken);
    const QString redirect = first.callback();
    first.close();
    QCOMPARE(first.callback(), redirect); // row 11
    QVERIFY(second.listen(taken));
    QCOMPARE(second.callback(), redirect);
    second.close();
    QTcpServer squatter; // of [::1] alone: the port is not ours then
    if (squatter.listen(QHostAddress::LocalHostIPv6, taken)) {
        QVERIFY(second.listen(taken));
        QVERIFY(second.callback() != redirect);
    }
}

// X9, B56: answered with a 4xx, and the sign-in goes on as if nothing had come.
void TestSignInLoopback::foreign_data()
{
    QTest::addColumn<QByteArray>("request"); // PORT, STATE
    QTest::addColumn<int>("status");
    const QByteArray form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: LEN\r\n\r\n";
    const QByteArray to = "POST / HTTP/1.1\r\nHost: localhost:PORT\r\n";
    const auto row = [](const char *name, const QByteArray &request, int status) { QTest::newRow(name) << request << status; };
    row("wrong state", to + form + "code=c&state=somebody-elses", 400);
    row("state too short", to + form + "code=c&state=", 400);
    row("no state", to + form + "code=c", 400);
    row("forged error", to + form + "error=access_denied", 400);
    row("forged error, wrong state", to + form + "error=access_denied&state=x", 400);
    row("state twice", to + form + "code=c&state=STATE&state=STATE", 400);
    row("in the query", "GET /?code=c&state=STATE HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n", 405);
    row("PUT", "PUT / HTTP/1.1\r\nHost: localhost:PORT\r\n" + form + "code=c&state=STATE", 405);
    row("OPTIONS", "OPTIONS / HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n", 405);
    row("favicon", "GET /favicon.ico HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n", 404);
    row("longer path", "POST /callback HTTP/1.1\r\nHost: localhost:PORT\r\n" + form + "code=c&state=STATE", 404);
    row("encoded path", "POST /%2F HTTP/1.1\r\nHost: localhost:PORT\r\n" + form + "code=c&state=STATE", 404);
    row("foreign host", "POST / HTTP/1.1\r\nHost: evil.example:PORT\r\n" + form + "code=c&state=STATE", 421);
    row("host without port", "POST / HTTP/1.1\r\nHost: localhost\r\n" + form + "code=c&state=STATE", 421);
    row("no host", "POST / HTTP/1.0\r\n" + form + "code=c&state=STATE", 400);
    row("as JSON", to + "Content-Type: application/json\r\nContent-Length: LEN\r\n\r\n{\"code\":\"c\",\"state\":\"STATE\"}", 400);
    row("as text/plain", to + "Content-Type: text/plain\r\nContent-Length: LEN\r\n\r\ncode=c&state=STATE", 400);
    row("1 MB path", "GET /" + QByteArray(1024 * 1024, 'a') + " HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n", 414);
    row("not HTTP", "\x16\x03\x01\r\n\r\n", 400);
}

void TestSignInLoopback::foreign()
{
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    RunningSignIn run;
    run.start();
    request.replace("PORT", QByteArray::number(run.port())).replace("STATE", run.state());
    request.replace("LEN", QByteArray::number(request.size() - request.indexOf("\r\n\r\n") - 4));
    const QByteArray page = exchange(run.port(), request);
    QCOMPARE(statusOf(page), status);
    QVERIFY(page.contains("Nothing to do here") && !page.contains(run.state()));
    QVERIFY(!run.result.has_value());
    QVERIFY(!listeners(run.port()).isEmpty());
    const Delivery delivery = browse(run.address); // and the right one still comes through
    QCOMPARE(statusOf(exchange(delivery.port, delivery.request())), 200);
    QVERIFY(run.finish());
    QCOMPARE(run.code(), QString());
}

void TestSignInLoopback::replayedAndLate()
{
    RunningSignIn run;
    run.start();
    const Delivery delivery = browse(run.address);
    QVERIFY(exchange(delivery.port, delivery.request()).contains("Signed in"));
    QVERIFY(run.finish());
    QCOMPARE(run.code(), QString());
    QVERIFY(exchange(delivery.port, delivery.request()).isEmpty()); // nobody is there any more
    QCOMPARE(run.tokenRequests().size(), 1);
    RunningSignIn next; // another sign-in does not take the answer to the first
    next.start();
    Delivery late = delivery;
    late.port = next.port();
    QCOMPARE(statusOf(exchange(late.port, late.request())), 400);
    QVERIFY(!next.result.has_value());
    QCOMPARE(next.sts.requests().size(), 0);
}

// Both tabs come through: the first is the answer, the second finds nothing to do, though its connection was open before.
void TestSignInLoopback::twoTabs()
{
    RunningSignIn run(Quirk::Slow);
    run.start();
    const Delivery delivery = browse(run.address);
    QTcpSocket second;
    second.connectToHost(QHostAddress(QHostAddress::LocalHost), delivery.port);
    QVERIFY(QTest::qWaitFor([&second] { return second.state() == QAbstractSocket::ConnectedState; }));
    second.write("POST");
    QByteArray firstPage;
    QTimer::singleShot(100, [&] { second.write(delivery.request().mid(4)); });
    firstPage = exchange(delivery.port, delivery.request());
    QVERIFY(run.finish());
    QCOMPARE(run.code(), QString());
    QVERIFY(firstPage.contains("Signed in"));
    QTRY_COMPARE(second.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(statusOf(second.readAll()), 400);
    QCOMPARE(run.tokenRequests().size(), 1);
}

// Whoever holds all connections open does not keep the browser out.
void TestSignInLoopback::slowOnesMakeRoom()
{
    RunningSignIn run;
    run.start();
    std::vector<std::unique_ptr<QTcpSocket>> idle;
    for (int i = 0; i < 40; ++i) {
        idle.push_back(std::make_unique<QTcpSocket>());
        idle.back()->connectToHost(QHostAddress(QHostAddress::LocalHost), run.port());
    }
    QTRY_VERIFY(std::any_of(idle.begin(), idle.end(), [](const auto &socket) { return socket->state() == QAbstractSocket::UnconnectedState; }));
    const Delivery delivery = browse(run.address);
    QCOMPARE(statusOf(exchange(delivery.port, delivery.request())), 200);
    QVERIFY(run.finish());
    QCOMPARE(run.code(), QString());
}

// What comes with our state is the answer, also when it is none: the wait ends, and says why.
void TestSignInLoopback::ends_data()
{
    QTest::addColumn<bool>("formPost");
    QTest::addColumn<QByteArray>("fields"); // STATE
    QTest::addColumn<QString>("code");
    for (const bool formPost : {true, false}) {
        const auto row = [formPost](const char *name, const char *fields, const char *code) {
            QTest::addRow("%s %s", name, formPost ? "form_post" : "query") << formPost << QByteArray(fields) << QString::fromLatin1(code);
        };
        row("denied", "error=access_denied&error_description=AADSTS65004%3A+User+declined.%0D%0ATrace+ID%3A+t&state=STATE", "AADSTS65004");
        row("no code", "state=STATE&session_state=x", "CodeMissing");
        row("foreign iss", "code=c&state=STATE&iss=https%3A%2F%2Flogin.evil.example%2Fv2.0", "ForeignIssuer");
    }
}

void TestSignInLoopback::ends()
{
    QFETCH(bool, formPost);
    QFETCH(QByteArray, fields);
    QFETCH(QString, code);
    RunningSignIn run;
    run.request.formPost = formPost;
    run.request.failureTitle = QStringLiteral("Nicht <angemeldet>");
    run.start();
    const Delivery delivery{run.port(), formPost, fields.replace("STATE", run.state())};
    const QByteArray page = exchange(delivery.port, delivery.request());
    QVERIFY(run.finish());
    QCOMPARE(run.code(), code);
    QVERIFY(!run.result->error().message.contains(QStringLiteral("%3A")) && !run.result->error().message.contains(QLatin1Char('+'))); // row 13
    QVERIFY(page.contains("Nicht &lt;angemeldet&gt;"));
    QVERIFY(!page.contains(run.state()) && !page.contains("AADSTS")); // nothing of the answer is shown
    QVERIFY(run.tokenRequests().isEmpty());
    QVERIFY(listeners(run.port()).isEmpty());
}

void TestSignInLoopback::pages()
{
    const LoopbackWords german{QStringLiteral("de"), QStringLiteral("Angemeldet & fertig"), QStringLiteral("Zurück zu <Causeway>"), {}, {}, {}, {}};
    const QByteArray page = loopbackAnswer(200, LoopbackPage::Success, german);
    QVERIFY(page.startsWith("HTTP/1.1 200 OK\r\n") && page.contains("<html lang=\"de\">"));
    QVERIFY(page.contains("<title>Angemeldet &amp; fertig</title>") && page.contains("Zur\xc3\xbc" "ck zu &lt;Causeway&gt;"));
    for (const char *header : {"\r\nCache-Control: no-store\r\n", "\r\nReferrer-Policy: no-referrer\r\n", "\r\nX-Content-Type-Options: nosniff\r\n", "\r\nConnection: close\r\n",
                               "\r\nContent-Security-Policy: default-src 'none';"})
        QVERIFY2(page.contains(header), header);
    const qsizetype body = page.indexOf("\r\n\r\n") + 4;
    QVERIFY(page.contains("\r\nContent-Length: " + QByteArray::number(page.size() - body) + "\r\n"));
    QVERIFY(!page.mid(body).contains("http") && !page.mid(body).contains("<script") && !page.mid(body).contains(" on")); // self-contained, no script
    const QRegularExpression style(QStringLiteral("<style>(.*)</style>"));
    const QByteArray hash = QCryptographicHash::hash(style.match(QString::fromUtf8(page)).captured(1).toUtf8(), QCryptographicHash::Sha256).toBase64();
    QVERIFY(page.contains("style-src 'sha256-" + hash + "'")); // the style that the policy allows is the one that is there
    QVERIFY(loopbackAnswer(404, LoopbackPage::Stray, {}).startsWith("HTTP/1.1 404 Not Found\r\n"));
    QVERIFY(loopbackAnswer(200, LoopbackPage::Failure, {}).contains("Not signed in"));
}

void TestSignInLoopback::longPathSeesItsPage()
{
    RunningSignIn run;
    run.start();
    const QByteArray page = exchange(run.port(), "GET /" + QByteArray(300 * 1024, 'a') + " HTTP/1.1\r\n", 1);
    QCOMPARE(statusOf(page), 414);
    QVERIFY(page.endsWith("</html>\n"));
}

// Chromium tries ::1 first.
void TestSignInLoopback::bothAddresses()
{
    for (const auto &host : {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)}) {
        RunningSignIn run;
        run.start();
        if (host.protocol() == QAbstractSocket::IPv6Protocol && !listeners(run.port()).contains(QStringLiteral("::1")))
            QSKIP("this machine has no IPv6");
        const Delivery delivery = browse(run.address);
        QCOMPARE(statusOf(exchange(delivery.port, delivery.request(), 9, host)), 200);
        QVERIFY(run.finish());
        QCOMPARE(run.code(), QString());
    }
}

QTEST_GUILESS_MAIN(TestSignInLoopback)
#include "tst_signinloopback.moc"
