// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/armclient.h"
#include "azure/http/pipeline.h"
#include "azure/http/qnamtransport.h"
#include "tests/azure/fixture.h"
#include "tests/azure/rawserver.h"
#include "tests/support/coro.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QtTest>
#include <malloc.h>

using namespace causeway;
using test::RawServer;

Q_DECLARE_METATYPE(test::RawServer::Act)

#if defined(__SANITIZE_ADDRESS__)
constexpr bool isMemoryOurOwn = false; // freed memory stays in quarantine
constexpr qint64 mostMilliseconds = 60'000;
#else
constexpr bool isMemoryOurOwn = true;
constexpr qint64 mostMilliseconds = 10'000;
#endif

namespace {

constexpr qint64 mebibyte = 1024 * 1024;

qint64 statusKiB(const char *field)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : status.readAll().split('\n')) {
            if (line.startsWith(field))
                return line.simplified().split(' ').value(1).toLongLong();
        }
    }
    return 0;
}

//! How far the process' memory rises above where it stood.
class Rise
{
public:
    Rise()
    {
        ::malloc_trim(0);
        QFile reset(QStringLiteral("/proc/self/clear_refs"));
        m_known = reset.open(QIODevice::WriteOnly) && reset.write("5") == 1; // proc(5): the peak starts again
        reset.close();
        m_before = statusKiB("VmRSS:");
    }
    [[nodiscard]] bool known() const { return m_known && isMemoryOurOwn; }
    [[nodiscard]] qint64 bytes() const { return (statusKiB("VmHWM:") - m_before) * 1024; }

private:
    bool m_known = false;
    qint64 m_before = 0;
};

// A block each millisecond, for as long as somebody takes it: half a gigabit a second.
void pourForEver(QTcpSocket &socket, const QByteArray &block)
{
    auto *const timer = new QTimer(&socket);
    QObject::connect(timer, &QTimer::timeout, &socket, [&socket, block] {
        if (socket.bytesToWrite() < block.size())
            socket.write(block);
    });
    timer->start(1);
}

RawServer::Act once(const QByteArray &bytes)
{
    return [bytes](QTcpSocket &socket, int) { socket.write(bytes); };
}

RawServer::Act endless(const QByteArray &head, const QByteArray &block)
{
    return [head, block](QTcpSocket &socket, int) {
        socket.write(head);
        pourForEver(socket, block);
    };
}

QByteArray headOf(const QByteArray &headers)
{
    return "HTTP/1.1 200 OK\r\n" + headers + "\r\n";
}

QByteArray bigHeaders(int count, qint64 size)
{
    QByteArray headers;
    for (int i = 0; i < count; ++i)
        headers += "X-Big-" + QByteArray::number(i) + ": " + QByteArray(size / count, 'x') + "\r\n";
    return headers;
}

} // namespace

//! X31 of reliability-security-performance.md §D3: whatever an endpoint answers, a call costs at most 64 MiB and ten seconds.
class TestHostile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void answers_data();
    void answers();
    void largestHeadThatIsRead();
    void pollsAreNotPutOffForEver();
};

void TestHostile::answers_data()
{
    QTest::addColumn<RawServer::Act>("act");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const RawServer::Act &act, const char *code) { QTest::newRow(name) << act << QString::fromLatin1(code); };
    // zlib's own form is what HTTP calls deflate. 100 MiB in 100 KiB: not unpacked, because nobody asked for it.
    const QByteArray bomb = qCompress(QByteArray(100 * mebibyte, ' ')).mid(4);
    row("deflate bomb", once(RawServer::answer(200, bomb, "Content-Encoding: deflate\r\n")), "InvalidJson");
    row("depth bomb, arrays", once(RawServer::answer(200, QByteArray(8 * mebibyte, '['))), "InvalidJson");
    row("depth bomb, objects", once(RawServer::answer(200, QByteArray("{\"a\":").repeated(1'000'000))), "InvalidJson");
    row("header, one of 1 MiB", once(headOf(bigHeaders(1, mebibyte) + "Content-Length: 2\r\n") + "{}"), "AnswerHeadRefused");
    row("header, one of 300 KiB", once(headOf(bigHeaders(1, 300 * 1024) + "Content-Length: 2\r\n") + "{}"), "AnswerHeadRefused");
    row("header, 1 MiB in fifty", once(headOf(bigHeaders(50, mebibyte) + "Content-Length: 2\r\n") + "{}"), "AnswerHeadRefused");
    row("header, a thousand small ones", once(headOf(bigHeaders(1000, 20'000) + "Content-Length: 2\r\n") + "{}"), "AnswerHeadRefused");
    row("header, 1 MiB before an endless body", endless(headOf(bigHeaders(10, mebibyte)), QByteArray(64 * 1024, 'x')), "AnswerHeadRefused");
    row("no header at all", once(headOf({}) + "{}"), "AnswerHeadRefused");
    row("endless chunks", endless(headOf("Transfer-Encoding: chunked\r\n"), "10000\r\n" + QByteArray(0x10000, 'x') + "\r\n"), "AnswerTooLarge");
    row("endless small chunks", endless(headOf("Transfer-Encoding: chunked\r\n"), QByteArray("10\r\n0123456789abcdef\r\n").repeated(3'000)), "AnswerTooLarge");
    row("one endless chunk", endless(headOf("Transfer-Encoding: chunked\r\n") + "7fffffffffffffff\r\n", QByteArray(64 * 1024, 'x')), "AnswerTooLarge");
    row("endless body", endless(headOf("Connection: close\r\n"), QByteArray(64 * 1024, 'x')), "AnswerTooLarge");
    row("a length beyond all bounds", endless(headOf("Content-Length: 9223372036854775807\r\n"), QByteArray(64 * 1024, 'x')), "AnswerTooLarge");
    row("Retry-After 10^12", once(RawServer::answer(429, R"({"error":{"code":"TooManyRequests","message":"m"}})", "Retry-After: 1000000000000\r\n")),
        "TooManyRequests");
    row("10^6 next links", [](QTcpSocket &socket, int n) {
        socket.write(RawServer::answer(200, R"({"value":[{"id":"/x"}],"nextLink":"/x?$skiptoken=)" + QByteArray::number(n) + "\"}"));
    }, "TooManyPages");
    const QByteArray page = R"({"value":[")" + QByteArray(2 * mebibyte, 'x') + R"("],"nextLink":"/x?$skiptoken=%1"})";
    row("large pages without end", [page](QTcpSocket &socket, int n) {
        socket.write(RawServer::answer(200, QByteArray(page).replace("%1", QByteArray::number(n))));
    }, "ListTooLarge");
}

void TestHostile::answers()
{
    QFETCH(RawServer::Act, act);
    QFETCH(QString, code);
    const RawServer server(act);
    SystemClock clock;
    const Planes planes(Planes::Entry{*Origin::parse(server.origin()), QString()});
    QnamTransport transport(planes, clock);
    HttpPipeline pipeline(transport, clock, planes);
    ArmClient client(pipeline, clock);
    QElapsedTimer watch;
    watch.start();
    const Rise rise;
    const auto answer = test::await(client.listPages(test::armRequest("GET", "/x"), Context()));
    const qint64 took = watch.elapsed();
    const qint64 rose = rise.bytes();
    QVERIFY(!answer.ok());
    QCOMPARE(answer.error().code, code);
    QVERIFY2(took < mostMilliseconds, qPrintable(QStringLiteral("%1 ms").arg(took)));
    if (rise.known())
        QVERIFY2(rose <= 64 * mebibyte, qPrintable(QStringLiteral("%1 KiB").arg(rose / 1024)));
}

// A head that is large and honest is read, with what follows it.
void TestHostile::largestHeadThatIsRead()
{
    const QByteArray body(2 * mebibyte, '1');
    const RawServer server(once(RawServer::answer(200, body, bigHeaders(10, 200 * 1024))));
    SystemClock clock;
    QnamTransport transport(Planes(Planes::Entry{*Origin::parse(server.origin()), QString()}), clock);
    HttpRequest request;
    request.method = "PUT";
    request.target = "/x";
    const auto answer = test::await(transport.send(request, Context()));
    QVERIFY(answer.ok());
    QCOMPARE(answer->headers.size(), 11);
    QCOMPARE(answer->body, body);
}

// A status link that says "come back in 30,000 years" is asked again after ARM's own longest time.
void TestHostile::pollsAreNotPutOffForEver()
{
    test::Scripted world;
    const auto never = test::headers({{"Azure-AsyncOperation", "https://management.azure.com/op"}, {"Retry-After", "1000000000000"}});
    world.transport.answer(202, "", never).answer(200, R"({"status":"Running"})", never).answer(200, R"({"status":"Succeeded"})").answer(200, "{}");
    QVERIFY(test::await(world.client.sendAndWait(test::armRequest("PUT", "/x"), Context())).ok());
    QCOMPARE(world.gap(0), 600.0);
    QCOMPARE(world.gap(1), 600.0);
}

QTEST_GUILESS_MAIN(TestHostile)
#include "tst_hostile.moc"
