// SPDX-License-Identifier: Apache-2.0
// reliability-security-performance.md §D3 X32: what no TLS connection is made with, and what each refusal says; and the way through a proxy.
#include "azure/http/qnamtransport.h"
#include "tests/azure/testcertificates.h"
#include "tests/support/coro.h"
#include "tests/support/proxyserver.h"

#include <QSslConfiguration>
#include <QSslServer>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QtTest>

using namespace causeway;
using test::ProxyServer;
using test::TestCertificate;

namespace {

//! Answers 200 to whatever it can decrypt, and counts it.
class TlsServer
{
public:
    explicit TlsServer(const TestCertificate &identity, const QList<QSslCertificate> &chain = {})
    {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificateChain(QList<QSslCertificate>{identity.certificate()} + chain);
        configuration.setPrivateKey(identity.key());
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        m_server.setSslConfiguration(configuration);
        m_server.listen(QHostAddress::LocalHost);
        QObject::connect(&m_server, &QTcpServer::pendingConnectionAvailable, &m_server, [this] {
            while (QTcpSocket *socket = m_server.nextPendingConnection()) {
                QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                    m_received += socket->readAll();
                    if (m_received.endsWith("\r\n\r\n"))
                        socket->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}");
                });
            }
        });
    }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    [[nodiscard]] const QByteArray &received() const { return m_received; }

private:
    QSslServer m_server;
    QByteArray m_received;
};

Result<HttpResponse> get(const QString &origin, QnamOptions options)
{
    SystemClock clock;
    options.transferTimeout = std::chrono::seconds(10);
    QnamTransport transport(Planes(Planes::Entry{*Origin::parse(origin), QString()}), clock, std::move(options));
    HttpRequest request;
    request.method = "GET";
    request.target = "/tenants?api-version=2022-12-01";
    const Context context;
    return test::await(transport.send(request, context));
}

QString atPort(const char *host, quint16 port)
{
    return QStringLiteral("https://%1:%2").arg(QLatin1String(host)).arg(port);
}

ProxyChoice manual(quint16 port, const QString &user = {}, const QByteArray &password = {})
{
    ProxyChoice choice;
    choice.kind = ProxyChoice::Kind::Manual;
    choice.host = QStringLiteral("127.0.0.1");
    choice.port = port;
    choice.user = user;
    choice.password = Secret(password);
    return choice;
}

} // namespace

class TestTls : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<TestCertificate> m_ca, m_otherCa;
    QTemporaryDir m_folder;
    QString m_caFile;

    void write(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

private Q_SLOTS:
    void initTestCase()
    {
        TestCertificate::Wish wish;
        wish.authority = true;
        wish.name = "Contoso Inspection CA";
        m_ca = std::make_unique<TestCertificate>(wish);
        wish.name = "Somebody Else's CA";
        m_otherCa = std::make_unique<TestCertificate>(wish);
        write(QStringLiteral("ca.pem"), m_ca->certificate().toPem());
        m_caFile = m_folder.filePath(QStringLiteral("ca.pem"));
        for (const char *name : {"http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "all_proxy", "ALL_PROXY"})
            qunsetenv(name);
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("issuer"); // "": itself
        QTest::addColumn<QByteArray>("names");
        QTest::addColumn<int>("fromHours");
        QTest::addColumn<int>("toHours");
        QTest::addColumn<bool>("caAdded");
        QTest::addColumn<QString>("code"); // "": accepted
        QTest::addColumn<QStringList>("said");
        const QByteArray local = "DNS:localhost,IP:127.0.0.1";
        const QString contoso = QStringLiteral("Contoso Inspection CA");
        const QString other = QStringLiteral("Somebody Else's CA");
        QTest::newRow("corporate CA, added") << contoso << local << -24 << 24 << true << QString() << QStringList{};
        QTest::newRow("corporate CA, not added") << contoso << local << -24 << 24 << false << QStringLiteral("TlsUntrusted") << QStringList{contoso, QStringLiteral("localhost")};
        QTest::newRow("another CA than the added one") << other << local << -24 << 24 << true << QStringLiteral("TlsUntrusted") << QStringList{other};
        QTest::newRow("self-signed") << QString() << local << -24 << 24 << true << QStringLiteral("TlsUntrusted") << QStringList{QStringLiteral("self-signed"), QStringLiteral("localhost")};
        QTest::newRow("expired") << contoso << local << -48 << -24 << true << QStringLiteral("TlsExpired") << QStringList{QStringLiteral("expired"), contoso};
        QTest::newRow("not valid yet") << contoso << local << 24 << 48 << true << QStringLiteral("TlsExpired") << QStringList{QStringLiteral("not valid yet")};
        QTest::newRow("another host") << contoso << QByteArray("DNS:portal.contoso.test") << -24 << 24 << true << QStringLiteral("TlsHostMismatch") << QStringList{QStringLiteral("another host"), QStringLiteral("localhost")};
        QTest::newRow("expired and not trusted: who stands between tells more") << other << local << -48 << -24 << true << QStringLiteral("TlsUntrusted") << QStringList{other};
    }

    void refusals()
    {
        QFETCH(QString, issuer);
        QFETCH(QByteArray, names);
        QFETCH(int, fromHours);
        QFETCH(int, toHours);
        QFETCH(bool, caAdded);
        QFETCH(QString, code);
        QFETCH(QStringList, said);
        TestCertificate::Wish wish;
        wish.name = names.contains("localhost") ? "localhost" : "portal.contoso.test"; // Qt believes this one too
        wish.subjectAltName = names;
        wish.from = std::chrono::hours(fromHours);
        wish.to = std::chrono::hours(toHours);
        wish.issuer = issuer.isEmpty() ? nullptr : issuer.startsWith(QLatin1String("Contoso")) ? m_ca.get() : m_otherCa.get();
        const TestCertificate identity(wish);
        TlsServer server(identity);
        QnamOptions options;
        options.extraCaFile = caAdded ? m_caFile : QString();
        const auto answer = get(atPort("localhost", server.port()), options);
        if (code.isEmpty()) {
            QVERIFY2(answer.ok(), answer.ok() ? "" : qPrintable(describe(answer.error())));
            QCOMPARE(answer->status, 200);
            return;
        }
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().code, code);
        QCOMPARE(answer.error().kind, ErrorKind::Network); // nothing of the request went out
        for (const QString &word : said)
            QVERIFY2(answer.error().message.contains(word), qPrintable(answer.error().message));
        QCOMPARE(server.received(), QByteArray());
    }

    // The chain's middle, sent by the server, is fine; its root, sent as well, is not for that.
    void rootFromTheWire()
    {
        TestCertificate::Wish wish;
        wish.issuer = m_otherCa.get();
        TlsServer server(TestCertificate(wish), {m_otherCa->certificate()});
        QnamOptions options;
        options.extraCaFile = m_caFile;
        const auto answer = get(atPort("localhost", server.port()), options);
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().code, QStringLiteral("TlsUntrusted"));
        QVERIFY2(answer.error().message.contains(QStringLiteral("Somebody Else's CA")), qPrintable(answer.error().message));
    }

    void oldVersions_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        // A server of TLS 1.1 takes our hello and chooses its own version; another sends the alert protocol_version.
        const QByteArray hello = QByteArray::fromHex("0302") + QByteArray(32, '\x5a') + QByteArray::fromHex("00c01400");
        const QByteArray handshake = QByteArray::fromHex("020000") + char(hello.size()) + hello;
        QTest::newRow("TLS 1.1 chosen") << QByteArray::fromHex("16030200") + char(handshake.size()) + handshake;
        QTest::newRow("alert") << QByteArray::fromHex("15030200020246");
    }

    void oldVersions()
    {
        QFETCH(QByteArray, bytes);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QObject::connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket, bytes] { socket->write(bytes); });
        });
        const auto answer = get(atPort("localhost", server.serverPort()), {});
        QVERIFY(!answer.ok());
        QVERIFY2(answer.error().code == QLatin1String("TlsVersion"), qPrintable(describe(answer.error())));
        QVERIFY(answer.error().message.contains(QStringLiteral("TLS 1.2")));
    }

    void caFiles()
    {
        write(QStringLiteral("empty.pem"), "no certificate\n");
        TestCertificate::Wish wish;
        wish.issuer = m_ca.get();
        TlsServer server{TestCertificate(wish)};
        for (const char *name : {"empty.pem", "absent.pem"}) {
            QnamOptions options;
            options.extraCaFile = m_folder.filePath(QLatin1String(name));
            const auto answer = get(atPort("localhost", server.port()), options);
            QVERIFY(!answer.ok());
            QCOMPARE(answer.error().code, QStringLiteral("CaFileNotRead"));
            QVERIFY(answer.error().message.contains(QLatin1String(name)));
        }
    }

    void proxies_data()
    {
        QTest::addColumn<QByteArray>("wanted");
        QTest::addColumn<QString>("user");
        QTest::addColumn<QByteArray>("password");
        QTest::addColumn<bool>("hangsUp");
        QTest::addColumn<bool>("passes");
        const QString anna = QStringLiteral("anna");
        QTest::newRow("open") << QByteArray() << QString() << QByteArray() << false << true;
        QTest::newRow("with password") << QByteArray("anna:s e+c:r%t") << anna << QByteArray("s e+c:r%t") << false << true;
        QTest::newRow("wrong password") << QByteArray("anna:right") << anna << QByteArray("wrong-one") << false << false;
        QTest::newRow("no password") << QByteArray("anna:right") << QString() << QByteArray() << false << false;
        QTest::newRow("hangs up after 407") << QByteArray("anna:right") << QString() << QByteArray() << true << false;
    }

    void proxies()
    {
        QFETCH(QByteArray, wanted);
        QFETCH(QString, user);
        QFETCH(QByteArray, password);
        QFETCH(bool, hangsUp);
        QFETCH(bool, passes);
        TestCertificate::Wish wish;
        wish.issuer = m_ca.get();
        wish.subjectAltName = "DNS:arm.contoso.test";
        TlsServer server{TestCertificate(wish)};
        ProxyServer proxy(server.port(), wanted);
        if (hangsUp)
            proxy.hangUp();
        QnamOptions options;
        options.extraCaFile = m_caFile;
        options.proxy = manual(proxy.port(), user, password);
        const auto answer = get(QStringLiteral("https://arm.contoso.test"), options);
        QCOMPARE(proxy.lastTarget(), QByteArray("arm.contoso.test:443"));
        if (passes) {
            QVERIFY2(answer.ok(), answer.ok() ? "" : qPrintable(describe(answer.error())));
            QCOMPARE(proxy.opened(), 1);
            return;
        }
        QVERIFY(!answer.ok());
        QVERIFY2(answer.error().code == QLatin1String("ProxyAuthenticationRequired"), qPrintable(describe(answer.error())));
        QCOMPARE(answer.error().kind, ErrorKind::Network);
        QVERIFY2(answer.error().message.contains(QStringLiteral("\"Contoso Proxy\" of 127.0.0.1:%1").arg(proxy.port())), qPrintable(answer.error().message));
        QVERIFY(!answer.error().message.contains(QStringLiteral("wrong-one")));
        QVERIFY2(proxy.asked() <= 2, qPrintable(QString::number(proxy.asked()))); // it does not go round and round
        QCOMPARE(proxy.opened(), 0);
        QCOMPARE(server.received(), QByteArray());
    }

    void inspectingProxy()
    {
        TestCertificate::Wish wish;
        wish.issuer = m_ca.get();
        wish.subjectAltName = "DNS:login.contoso.test";
        TlsServer server{TestCertificate(wish)};
        ProxyServer proxy(server.port());
        QnamOptions options;
        options.proxy = manual(proxy.port());
        const auto answer = get(QStringLiteral("https://login.contoso.test"), options);
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().code, QStringLiteral("TlsUntrusted"));
        QVERIFY2(answer.error().message.contains(QStringLiteral("login.contoso.test")) && answer.error().message.contains(QStringLiteral("Contoso Inspection CA")), qPrintable(answer.error().message));
    }

    void deadProxy()
    {
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        QnamOptions options;
        options.proxy = manual(closed.serverPort());
        closed.close();
        const auto answer = get(QStringLiteral("https://arm.contoso.test"), options);
        QVERIFY(!answer.ok());
        QVERIFY2(answer.error().code == QLatin1String("ProxyUnreachable"), qPrintable(describe(answer.error())));
    }

    void systemProxy()
    {
        TestCertificate::Wish wish;
        wish.issuer = m_ca.get();
        wish.subjectAltName = "DNS:arm.contoso.test,DNS:localhost";
        TlsServer server{TestCertificate(wish)};
        ProxyServer proxy(server.port(), "bob:pw");
        qputenv("https_proxy", QStringLiteral("http://bob:pw@127.0.0.1:%1").arg(proxy.port()).toLatin1());
        QnamOptions options;
        options.extraCaFile = m_caFile;
        const auto through = get(QStringLiteral("https://arm.contoso.test"), options);
        QVERIFY2(through.ok(), through.ok() ? "" : qPrintable(describe(through.error())));
        QCOMPARE(proxy.opened(), 1);
        const auto local = get(atPort("localhost", server.port()), options); // loopback is spared
        QVERIFY2(local.ok(), local.ok() ? "" : qPrintable(describe(local.error())));
        QCOMPARE(proxy.opened(), 1);
        options.proxy.kind = ProxyChoice::Kind::None;
        const auto direct = get(QStringLiteral("https://arm.contoso.test"), options);
        QVERIFY(!direct.ok());
        QCOMPARE(direct.error().code, QStringLiteral("HostNotFound"));
        QCOMPARE(proxy.opened(), 1);
        qunsetenv("https_proxy");
    }
};

QTEST_GUILESS_MAIN(TestTls)
#include "tst_tls.moc"
