// SPDX-License-Identifier: Apache-2.0
// What a real server staples about revocation, and which protocol it selects: OpenSSL's own s_server and responder.
#include "azure/http/qnamtransport.h"
#include "core/clock.h"
#include "tests/azure/testcertificates.h"
#include "tests/support/coro.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace causeway;
using test::TestCertificate;

namespace {

//! `openssl s_server` that answers every request with 200 and {}.
class StaplingServer
{
public:
    explicit StaplingServer(const QStringList &arguments)
    {
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        QObject::connect(&m_process, &QProcess::readyRead, &m_process, [this] {
            m_heard += m_process.readAll();
            if (m_heard.count("\r\n\r\n") > m_answered) {
                ++m_answered;
                m_process.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}");
            }
        });
        m_process.start(QStringLiteral("openssl"), QStringList{QStringLiteral("s_server"), QStringLiteral("-accept"), QStringLiteral("127.0.0.1:0")} + arguments);
    }
    ~StaplingServer()
    {
        m_process.kill();
        m_process.waitForFinished(10000);
    }
    Q_DISABLE_COPY_MOVE(StaplingServer)

    //! 0 until it listens.
    [[nodiscard]] quint16 port() const
    {
        static const QRegularExpression told(QStringLiteral("ACCEPT [^\\n]*:(\\d+)\\s"));
        return told.match(QString::fromLatin1(m_heard)).captured(1).toUShort();
    }
    [[nodiscard]] const QByteArray &heard() const { return m_heard; }

private:
    QProcess m_process;
    QByteArray m_heard;
    qsizetype m_answered = 0;
};

//! One address, behind which the server changes.
class Relay
{
public:
    Relay()
    {
        m_server.listen(QHostAddress::LocalHost);
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            QTcpSocket *client = m_server.nextPendingConnection();
            auto *backend = new QTcpSocket(client);
            backend->connectToHost(QHostAddress::LocalHost, m_backend);
            QObject::connect(client, &QTcpSocket::readyRead, backend, [=] { backend->write(client->readAll()); });
            QObject::connect(backend, &QTcpSocket::readyRead, client, [=] { client->write(backend->readAll()); });
            QObject::connect(backend, &QTcpSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
        });
    }
    void lead(quint16 port) { m_backend = port; }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }

private:
    QTcpServer m_server;
    quint16 m_backend = 0;
};

} // namespace

class TestRevocation : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<TestCertificate> m_ca, m_otherCa, m_leaf, m_otherLeaf;
    QTemporaryDir m_folder;
    SystemClock m_clock;

    [[nodiscard]] QString at(const QString &name) const { return m_folder.filePath(name); }

    void keep(const QString &name, const TestCertificate &identity)
    {
        for (const auto &[file, bytes] : {std::pair(name + QStringLiteral(".pem"), identity.certificate().toPem()), std::pair(name + QStringLiteral(".key"), identity.key().toPem())}) {
            QFile out(at(file));
            QVERIFY(out.open(QIODevice::WriteOnly) && out.write(bytes) > 0);
        }
    }

    //! What the responder of `signer` says about a certificate of the first authority: "V" valid, "R" revoked.
    void respond(const QString &file, const char *state, const char *leaf, const char *signer)
    {
        const QByteArray serial = (leaf == QByteArray("leaf") ? *m_leaf : *m_otherLeaf).certificate().serialNumber().replace(':', "").toUpper();
        QFile index(at(QStringLiteral("index.txt")));
        QVERIFY(index.open(QIODevice::WriteOnly | QIODevice::Truncate));
        index.write(QByteArray(state) + "\t391231000000Z\t" + (*state == 'R' ? "250101000000Z" : "") + '\t' + serial + "\tunknown\t/CN=localhost\n");
        index.close();
        const QString by = at(QLatin1String(signer)), about = at(QLatin1String(leaf));
        QProcess responder;
        responder.start(QStringLiteral("openssl"), {QStringLiteral("ocsp"), QStringLiteral("-index"), index.fileName(), QStringLiteral("-rsigner"), by + QStringLiteral(".pem"),
                                                    QStringLiteral("-rkey"), by + QStringLiteral(".key"), QStringLiteral("-CA"), at(QStringLiteral("ca.pem")), QStringLiteral("-issuer"), at(QStringLiteral("ca.pem")),
                                                    QStringLiteral("-cert"), about + QStringLiteral(".pem"), QStringLiteral("-ndays"), QStringLiteral("1"), QStringLiteral("-respout"), at(file)});
        QVERIFY(responder.waitForFinished(30000));
        QVERIFY2(QFile::exists(at(file)), responder.readAllStandardError().constData());
    }

    [[nodiscard]] QStringList identity(const QString &stapled) const
    {
        QStringList arguments{QStringLiteral("-cert"), at(QStringLiteral("leaf.pem")), QStringLiteral("-key"), at(QStringLiteral("leaf.key")), QStringLiteral("-cert_chain"), at(QStringLiteral("ca.pem"))};
        if (!stapled.isEmpty())
            arguments << QStringLiteral("-status_file") << at(stapled);
        return arguments;
    }

    [[nodiscard]] std::unique_ptr<QnamTransport> transportTo(quint16 port)
    {
        QnamOptions options;
        options.extraCaFile = at(QStringLiteral("ca.pem"));
        options.transferTimeout = std::chrono::seconds(10);
        options.proxy.kind = ProxyChoice::Kind::None;
        const QString origin = QStringLiteral("https://localhost:%1").arg(port);
        return std::make_unique<QnamTransport>(Planes(Planes::Entry{*Origin::parse(origin), QString()}), m_clock, options);
    }

    static Result<HttpResponse> get(QnamTransport &transport)
    {
        HttpRequest request;
        request.method = "GET";
        request.target = "/tenants?api-version=2022-12-01";
        const Context context;
        return test::await(transport.send(request, context));
    }

    static void judge(const Result<HttpResponse> &answer, const QString &code, const QString &word)
    {
        if (code.isEmpty()) {
            QVERIFY2(answer.ok(), answer.ok() ? "" : qPrintable(describe(answer.error())));
            QCOMPARE(answer->status, 200);
            return;
        }
        QVERIFY(!answer.ok());
        QVERIFY2(answer.error().code == code, qPrintable(describe(answer.error())));
        QCOMPARE(answer.error().kind, ErrorKind::Network); // nothing of the request went out
        QVERIFY2(answer.error().message.contains(word), qPrintable(answer.error().message));
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("openssl")).isEmpty())
            QSKIP("openssl, the program, is not installed");
        TestCertificate::Wish wish;
        wish.authority = true;
        wish.name = "Contoso Root CA";
        m_ca = std::make_unique<TestCertificate>(wish);
        wish.name = "Somebody Else's CA";
        m_otherCa = std::make_unique<TestCertificate>(wish);
        TestCertificate::Wish leaf;
        leaf.issuer = m_ca.get();
        m_leaf = std::make_unique<TestCertificate>(leaf);
        m_otherLeaf = std::make_unique<TestCertificate>(leaf);
        keep(QStringLiteral("ca"), *m_ca);
        keep(QStringLiteral("otherca"), *m_otherCa);
        keep(QStringLiteral("leaf"), *m_leaf);
        keep(QStringLiteral("otherleaf"), *m_otherLeaf);
        respond(QStringLiteral("good.der"), "V", "leaf", "ca");
        respond(QStringLiteral("revoked.der"), "R", "leaf", "ca");
        respond(QStringLiteral("another.der"), "V", "otherleaf", "ca");
        respond(QStringLiteral("foreign.der"), "V", "leaf", "otherca");
    }

    void stapled_data()
    {
        QTest::addColumn<QString>("version");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("code"); // "": accepted
        QTest::addColumn<QString>("word");
        for (const char *version : {"-tls1_2", "-tls1_3"}) {
            const auto row = [version](const char *name, const QString &file, const QString &code, const QString &word) {
                QTest::addRow("%s %s", name, version) << QString::fromLatin1(version) << file << code << word;
            };
            row("nothing", QString(), QString(), QString());
            row("good", QStringLiteral("good.der"), QString(), QString());
            row("revoked", QStringLiteral("revoked.der"), QStringLiteral("TlsRevoked"), QStringLiteral("\"Contoso Root CA\" has revoked its certificate"));
            row("about another certificate", QStringLiteral("another.der"), QString(), QString()); // says as little as none
            row("signed by somebody else", QStringLiteral("foreign.der"), QString(), QString());
        }
    }

    void stapled()
    {
        QFETCH(QString, version);
        QFETCH(QString, file);
        QFETCH(QString, code);
        QFETCH(QString, word);
        const StaplingServer server(identity(file) + QStringList{version});
        QTRY_VERIFY2_WITH_TIMEOUT(server.port() > 0, server.heard().constData(), 20000);
        const auto transport = transportTo(server.port());
        judge(get(*transport), code, word);
        QCOMPARE(server.heard().contains("GET /tenants"), code.isEmpty());
    }

    // That nothing was stapled once is forgiven once: the same manager refuses the same host as soon as it says "revoked".
    void revokedLater()
    {
        Relay relay;
        const auto transport = transportTo(relay.port());
        for (const QString &file : {QString(), QStringLiteral("revoked.der"), QString()}) {
            const StaplingServer server(identity(file));
            QTRY_VERIFY2_WITH_TIMEOUT(server.port() > 0, server.heard().constData(), 20000);
            relay.lead(server.port());
            judge(get(*transport), file.isEmpty() ? QString() : QStringLiteral("TlsRevoked"), QStringLiteral("has revoked"));
        }
    }

    // Qt's thread asks us whether nothing stapled is forgiven, and nobody answers any more: what goes then goes at once.
    void goneInTheMiddle()
    {
        const StaplingServer server(identity(QString()));
        QTRY_VERIFY2_WITH_TIMEOUT(server.port() > 0, server.heard().constData(), 20000);
        auto transport = transportTo(server.port());
        HttpRequest request;
        request.method = "GET";
        request.target = "/tenants?api-version=2022-12-01";
        std::stop_source stop;
        Context context;
        context.stop = stop.get_token();
        const auto answer = transport->send(request, context);
        for (int turn = 0; turn < 10; ++turn)
            QCoreApplication::processEvents();
        QThread::msleep(300); // busy with something else, while the handshake comes to its end
        QElapsedTimer timer;
        timer.start();
        transport.reset();
        stop.request_stop();
        QTRY_VERIFY(answer.isReady());
        for (int turn = 0; turn < 10; ++turn) {
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            QCoreApplication::processEvents();
        }
        QVERIFY2(timer.elapsed() < 4000, qPrintable(QString::number(timer.elapsed())));
    }

    // We offer http/1.1. A front end of Azure selects it; a proxy that looks into the connection may know no ALPN.
    void protocols_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("code");
        QTest::newRow("no ALPN") << QStringList() << QString();
        QTest::newRow("ours") << QStringList{QStringLiteral("-alpn"), QStringLiteral("h2,http/1.1")} << QString();
        QTest::newRow("another one only") << QStringList{QStringLiteral("-alpn"), QStringLiteral("h2")} << QStringLiteral("TlsFailed");
    }

    void protocols()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, code);
        const StaplingServer server(identity(QString()) + arguments);
        QTRY_VERIFY2_WITH_TIMEOUT(server.port() > 0, server.heard().constData(), 20000);
        const auto transport = transportTo(server.port());
        judge(get(*transport), code, QStringLiteral("protocol"));
        QCOMPARE(server.heard().contains("GET /tenants"), code.isEmpty());
    }

    // A server must select one of ours; one that says "h2" unasked is left before it shows its certificate.
    void strangeSelection()
    {
        const QByteArray extensions = QByteArray::fromHex("ff01000100") + QByteArray::fromHex("001000050003026832");
        const QByteArray hello = QByteArray::fromHex("0303") + QByteArray(32, '\x5a') + QByteArray::fromHex("00c02b00") + QByteArray::fromHex("000e") + extensions;
        const QByteArray handshake = QByteArray::fromHex("020000") + char(hello.size()) + hello;
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QObject::connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [=] { socket->write(QByteArray::fromHex("16030300") + char(handshake.size()) + handshake); });
        });
        const auto transport = transportTo(server.serverPort());
        const Result<HttpResponse> answer = get(*transport);
        QVERIFY(!answer.ok());
        QVERIFY2(answer.error().code == QLatin1String("TlsFailed"), qPrintable(describe(answer.error())));
    }
};

QTEST_GUILESS_MAIN(TestRevocation)
#include "tst_revocation.moc"
