// SPDX-License-Identifier: Apache-2.0
// doctor network and doctor signin: every obstacle is found, named, and comes with something to do.
#include "azure/http/proxychoice.h"
#include "azure/http/tlserror.h"
#include "probe/hostchecks.h"
#include "probe/networkchecks.h"
#include "session/signinchecks.h"
#include "tests/azure/testcertificates.h"
#include "tests/support/authorityscript.h"
#include "tests/support/proxyserver.h"
#include "tests/support/signinperson.h"
#include "text/checktext.h"

#include <QSslConfiguration>
#include <QSslServer>
#include <QTest>

using namespace causeway;
using test::CliOutcome;
using test::PersonAtSandbox;
using test::ScriptedAnswer;
using test::ScriptedAuthority;
using test::TestCertificate;

namespace {

QStringList wordsOf(const char *line)
{
    return QString::fromLatin1(line).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

QJsonObject findingIn(const QJsonObject &document, const char *code)
{
    for (const QJsonValue &each : document[QLatin1String("checks")].toArray()) {
        if (each[QLatin1String("code")].toString() == QLatin1String(code))
            return each.toObject();
    }
    return {};
}

const Check *findingIn(const QList<Check> &checks, const char *code)
{
    for (const Check &each : checks) {
        if (each.code == QLatin1String(code))
            return &each;
    }
    return nullptr;
}

QString codesOf(const QList<Check> &checks)
{
    QStringList codes;
    for (const Check &each : checks)
        codes << checkStateText(each.state) + QLatin1Char(' ') + each.code + QLatin1Char(' ') + each.facts.join(QLatin1Char('|'));
    return codes.join(QLatin1Char('\n'));
}

//! ARM's metadata, as this host would give it, with a Date of the test's own.
QByteArray metadataAnswer(const QString &origin, const QDateTime &date)
{
    const QByteArray body = QJsonDocument(QJsonObject{{QStringLiteral("authentication"), QJsonObject{{QStringLiteral("loginEndpoint"), origin}, {QStringLiteral("audiences"), QJsonArray{origin}}}}}).toJson();
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size())
        + "\r\nDate: " + QLocale::c().toString(date.toUTC(), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toLatin1() + "\r\n\r\n" + body;
}

//! A keychain that is as sick as a test wants.
class SickKeychain final : public SecretStore
{
public:
    explicit SickKeychain(Error error) : m_error(std::move(error)) {}
    QCoro::Task<Result<Secret>> read(QString, Context) override { co_return Error(m_error); }
    QCoro::Task<Result<>> write(QString, Secret, Context) override { co_return Error(m_error); }
    QCoro::Task<Result<>> remove(QString, Context) override { co_return Error(m_error); }

private:
    Error m_error;
};

Error keychainError(ErrorKind kind, const char *code)
{
    Error error = Error::internal(QLatin1String(code), QStringLiteral("the service's words"));
    error.kind = kind;
    return error;
}

} // namespace

class TestDoctor : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_home;
    std::unique_ptr<TestCertificate> m_ca;
    QString m_caFile;

    //! One endpoint, looked at with short patience.
    QList<Check> look(const QUrl &url, NetworkMeans means = {}, bool json = true)
    {
        SystemClock wall;
        means.wall = &wall;
        means.tlsReason = &tlsError;
        means.patience = std::chrono::milliseconds(1500);
        ProbedEndpoint endpoint;
        endpoint.name = QStringLiteral("arm");
        endpoint.url = url;
        endpoint.json = json;
        endpoint.clock = true;
        const QList<ProbedEndpoint> all{endpoint};
        const CheckListener nobody;
        const Context context;
        const auto checks = test::await(networkChecks(means, all, nobody, context));
        return checks ? *checks : QList<Check>();
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_STATE_HOME", m_home.path().toLocal8Bit());
        qputenv("XDG_CONFIG_HOME", m_home.path().toLocal8Bit());
        for (const char *name : {"http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "all_proxy", "ALL_PROXY", "CAUSEWAY_CLIENT_ID", "CAUSEWAY_TENANT", "CAUSEWAY_CLOUD",
                                 "CAUSEWAY_CA", "REQUESTS_CA_BUNDLE", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE",
                                 "IDENTITY_ENDPOINT", "MSI_ENDPOINT"})
            qunsetenv(name);
        TestCertificate::Wish wish;
        wish.authority = true;
        wish.name = "Contoso Inspection CA";
        m_ca = std::make_unique<TestCertificate>(wish);
        QFile file(m_home.filePath(QStringLiteral("ca.pem")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(m_ca->certificate().toPem());
        m_caFile = file.fileName();
    }

    // --- the network ------------------------------------------------------------------------------------------------

    void sandboxIsWell()
    {
        const CliOutcome json = test::runLine(wordsOf("doctor network --sandbox=fresh --json"));
        QVERIFY2(json.code == 0 && json.json()[QLatin1String("well")].toBool(), qPrintable(json.all()));
        for (const char *code : {"answer-good", "clock-right", "proxy-none", "connection-plain"})
            QVERIFY2(!findingIn(json.json(), code).isEmpty(), qPrintable(QLatin1String(code) + json.all()));
        QVERIFY2(json.err.contains(QLatin1String("Clock: It agrees")), qPrintable(json.err)); // progress
        const CliOutcome lines = test::runLine(wordsOf("doctor network --sandbox=fresh"));
        QVERIFY2(lines.code == 0 && lines.out.contains(QLatin1String("Nothing stands in the way.")), qPrintable(lines.all()));
    }

    void wrongClock() // §D2 B55
    {
        ScriptedAuthority server;
        const auto answer = [&](const test::ReceivedRequest &) { return ScriptedAnswer::bytes(metadataAnswer(server.origin(), QDateTime::currentDateTimeUtc().addSecs(-605))); };
        server.on("*", answer);
        const CliOutcome outcome = test::runLine(wordsOf("doctor network --json --endpoint") + QStringList{QStringLiteral("arm=") + server.origin()});
        QVERIFY2(outcome.code == 1, qPrintable(outcome.all()));
        const QJsonObject clock = findingIn(outcome.json(), "clock-fast");
        QVERIFY2(clock[QLatin1String("fact")].toString().contains(QLatin1String("The system clock is wrong: it is 10 min ahead of 127.0.0.1")), qPrintable(outcome.all()));
        QVERIFY(clock[QLatin1String("advice")].toString().contains(QLatin1String("timedatectl")));
    }

    void clocks_data()
    {
        QTest::addColumn<int>("off"); // seconds that ours is ahead
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("state");
        QTest::newRow("right") << 0 << QStringLiteral("clock-right") << int(Check::State::Good);
        QTest::newRow("a little") << -50 << QStringLiteral("clock-right") << int(Check::State::Good);
        QTest::newRow("worth knowing") << 90 << QStringLiteral("clock-fast") << int(Check::State::Warning);
        QTest::newRow("ten minutes behind") << -600 << QStringLiteral("clock-slow") << int(Check::State::Bad);
        QTest::newRow("a day ahead") << 86400 << QStringLiteral("clock-fast") << int(Check::State::Bad);
    }

    void clocks()
    {
        QFETCH(int, off);
        QFETCH(QString, code);
        QFETCH(int, state);
        const TimePoint theirs(std::chrono::seconds(1795167600));
        const QByteArray date = QLocale::c().toString(QDateTime::fromSecsSinceEpoch(1795167600, Qt::UTC), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toLatin1();
        const Check found = clockCheck(QStringLiteral("login.example"), date, theirs + std::chrono::seconds(off));
        QCOMPARE(found.code, code);
        QCOMPARE(int(found.state), state);
        QCOMPARE(clockCheck(QStringLiteral("login.example"), "yesterday", theirs).code, QStringLiteral("clock-unknown"));
    }

    void captivePortal()
    {
        ScriptedAuthority server;
        server.on("*", ScriptedAnswer::html(200, "<html>Welcome to the hotel</html>"));
        const CliOutcome outcome = test::runLine(wordsOf("doctor network --json --endpoint") + QStringList{QStringLiteral("arm=") + server.origin()});
        QVERIFY2(outcome.code == 1 && !findingIn(outcome.json(), "answer-portal").isEmpty(), qPrintable(outcome.all()));
        QVERIFY(!outcome.all().contains(QLatin1String("hotel")));
        server.on("*", ScriptedAnswer::redirect("http://portal.hotel.example/login"));
        const QList<Check> checks = look(QUrl(server.origin() + QStringLiteral("/metadata")));
        QVERIFY2(findingIn(checks, "answer-portal"), qPrintable(codesOf(checks)));
    }

    void noAnswer()
    {
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const QUrl refused(QStringLiteral("http://127.0.0.1:%1/").arg(closed.serverPort()));
        closed.close();
        QVERIFY(findingIn(look(refused), "connection-refused"));
        ScriptedAuthority silent;
        silent.on("*", ScriptedAnswer::silence());
        const QList<Check> checks = look(QUrl(silent.origin() + QStringLiteral("/x")));
        QVERIFY2(findingIn(checks, "answer-none"), qPrintable(codesOf(checks)));
        const QList<Check> name = look(QUrl(QStringLiteral("https://no-such-host.invalid/")));
        QVERIFY2(findingIn(name, "dns-missing") || findingIn(name, "dns-late"), qPrintable(codesOf(name)));
        QVERIFY(!allWell(name));
    }

    void certificates_data()
    {
        QTest::addColumn<bool>("caAdded");
        QTest::addColumn<QByteArray>("names");
        QTest::addColumn<int>("toHours");
        QTest::addColumn<QString>("code");
        const QByteArray local = "DNS:localhost,IP:127.0.0.1";
        QTest::newRow("own authority") << true << local << 24 << QStringLiteral("tls-own-authority");
        QTest::newRow("untrusted") << false << local << 24 << QStringLiteral("tls-untrusted");
        QTest::newRow("expired") << true << local << -12 << QStringLiteral("tls-expired");
        QTest::newRow("another host") << true << QByteArray("DNS:portal.contoso.test") << 24 << QStringLiteral("tls-host-mismatch");
    }

    void certificates()
    {
        QFETCH(bool, caAdded);
        QFETCH(QByteArray, names);
        QFETCH(int, toHours);
        QFETCH(QString, code);
        TestCertificate::Wish wish;
        wish.issuer = m_ca.get();
        wish.name = names.contains("localhost") ? "localhost" : "portal.contoso.test";
        wish.subjectAltName = names;
        wish.to = std::chrono::hours(toHours);
        const TestCertificate identity(wish);
        QSslServer server;
        listenSecurely(server, identity);
        NetworkMeans means;
        means.caFile = caAdded ? m_caFile : QString();
        const QList<Check> checks = look(QUrl(QStringLiteral("https://localhost:%1/").arg(server.serverPort())), means);
        const Check *found = findingIn(checks, code.toLatin1().constData());
        QVERIFY2(found, qPrintable(codesOf(checks)));
        const CheckText text = checkText(*found);
        QVERIFY2(text.fact.contains(QLatin1String("Contoso Inspection CA")), qPrintable(text.fact));
        QCOMPARE(found->state == Check::State::Good, code == QLatin1String("tls-own-authority"));
        QVERIFY(found->state == Check::State::Good || !text.advice.isEmpty());
    }

    void proxies()
    {
        TestCertificate::Wish wish;
        wish.issuer = m_ca.get();
        wish.subjectAltName = "DNS:arm.contoso.test";
        const TestCertificate identity(wish);
        QSslServer server;
        listenSecurely(server, identity);
        test::ProxyServer proxy(server.serverPort(), "anna:pw");
        ProxyChoice choice;
        choice.kind = ProxyChoice::Kind::Manual;
        choice.host = QStringLiteral("127.0.0.1");
        choice.port = proxy.port();
        NetworkMeans means;
        means.caFile = m_caFile;
        means.proxyFor = [&choice](const QUrl &url) { return proxyFor(choice, url); };
        const QUrl url(QStringLiteral("https://arm.contoso.test/"));
        const QList<Check> asked = look(url, means);
        const Check *asks = findingIn(asked, "proxy-asks");
        QVERIFY2(asks && checkText(*asks).fact.contains(QLatin1String("Contoso Proxy")) && checkText(*asks).advice.contains(QLatin1String("secret set proxy-password")), qPrintable(codesOf(asked)));
        choice.user = QStringLiteral("anna");
        choice.password = Secret("pw");
        const QList<Check> through = look(url, means);
        QVERIFY2(findingIn(through, "proxy-used") && findingIn(through, "dns-by-proxy") && findingIn(through, "tls-own-authority") && findingIn(through, "answer-good"), qPrintable(codesOf(through)));
        choice.port = 1;
        const QList<Check> dead = look(url, means);
        QVERIFY2(findingIn(dead, "proxy-unreachable"), qPrintable(codesOf(dead)));
    }

    void caFile()
    {
        NetworkMeans means;
        means.caFile = m_home.filePath(QStringLiteral("absent.pem"));
        const QList<Check> checks = look(QUrl(QStringLiteral("http://127.0.0.1:1/")), means);
        QVERIFY2(findingIn(checks, "ca-unreadable"), qPrintable(codesOf(checks)));
    }

    void cancelled()
    {
        ScriptedAuthority silent;
        silent.on("*", ScriptedAnswer::silence());
        SystemClock wall;
        NetworkMeans means;
        means.wall = &wall;
        ProbedEndpoint endpoint;
        endpoint.url = QUrl(silent.origin());
        const QList<ProbedEndpoint> all{endpoint};
        const CheckListener nobody;
        std::stop_source source;
        Context context;
        context.stop = source.get_token();
        QTimer::singleShot(50, [&source] { source.request_stop(); });
        const auto checks = test::await(networkChecks(means, all, nobody, context), 5);
        QVERIFY(!checks.ok());
        QCOMPARE(checks.error().kind, ErrorKind::Cancelled);
    }

    // --- signing in -------------------------------------------------------------------------------------------------

    void signInOnSandbox()
    {
        PersonAtSandbox person;
        const CliOutcome before = person.run(wordsOf("doctor signin --json"));
        QVERIFY2(before.code == 0, qPrintable(before.all()));
        for (const char *code : {"settings-good", "client-id-set", "loopback-free", "keychain-good", "vault-kept", "accounts-none", "directory-found", "ways-some"})
            QVERIFY2(!findingIn(before.json(), code).isEmpty(), qPrintable(QLatin1String(code) + QLatin1Char(' ') + before.all()));
        QVERIFY(person.run(wordsOf("sign-in")).code == 0);
        const CliOutcome after = person.run(wordsOf("doctor signin --json"));
        QVERIFY2(after.code == 0 && !findingIn(after.json(), "token-good").isEmpty(), qPrintable(after.all()));
        // The session is revoked: the reason comes in words, with the ids for a support request.
        person.box->visit([&](sandbox::World &world) { world.state().settings.insert(QStringLiteral("signInRefuse"), QJsonObject{{QStringLiteral("*"), 65001}}); });
        const CliOutcome tenant = person.run(wordsOf("doctor signin --json --tenant no-such-tenant.example"));
        QVERIFY2(tenant.code == 1 && tenant.out.contains(QLatin1String("The directory is not in this cloud")), qPrintable(tenant.all()));
    }

    void nothingSetUp()
    {
        PersonAtSandbox person;
        qputenv("PATH", m_home.path().toLocal8Bit());
        qputenv("CAUSEWAY_CLIENT_ID", "not-a-guid");
        const CliOutcome malformed = person.run(wordsOf("doctor signin --json"));
        QVERIFY2(malformed.code == 1 && !findingIn(malformed.json(), "client-id-malformed").isEmpty() && !findingIn(malformed.json(), "ways-none").isEmpty(), qPrintable(malformed.all()));
        QVERIFY(!findingIn(malformed.json(), "azure-cli-absent").isEmpty() && !findingIn(malformed.json(), "browser-no-opener").isEmpty());
        qunsetenv("CAUSEWAY_CLIENT_ID");
    }

    void keychains_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("error");
        QTest::addColumn<QString>("code");
        QTest::newRow("absent") << int(ErrorKind::Internal) << QByteArray("KeychainAbsent") << QStringLiteral("keychain-absent");
        QTest::newRow("locked") << int(ErrorKind::Unauthorized) << QByteArray("KeychainLocked") << QStringLiteral("keychain-locked");
        QTest::newRow("silent") << int(ErrorKind::TimedOut) << QByteArray("KeychainSilent") << QStringLiteral("keychain-silent");
        QTest::newRow("something else") << int(ErrorKind::Internal) << QByteArray("Odd") << QStringLiteral("keychain-wrong");
    }

    void keychains()
    {
        QFETCH(int, kind);
        QFETCH(QByteArray, error);
        QFETCH(QString, code);
        SickKeychain sick(keychainError(ErrorKind(kind), error.constData()));
        const Context context;
        const Check check = test::await(keychainCheck(&sick, context));
        QCOMPARE(check.code, code);
        QCOMPARE(check.state, Check::State::Warning); // one can sign in without
        const CheckText text = checkText(check);
        QVERIFY2(text.fact.contains(QLatin1String("the service's words")) && !text.advice.isEmpty(), qPrintable(text.fact));
    }

    void environments_data()
    {
        QTest::addColumn<QStringList>("set");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("state");
        const QString tenant = QStringLiteral("AZURE_TENANT_ID"), client = QStringLiteral("AZURE_CLIENT_ID"), secret = QStringLiteral("AZURE_CLIENT_SECRET"), token = QStringLiteral("AZURE_FEDERATED_TOKEN_FILE");
        QTest::newRow("none") << QStringList{} << QStringLiteral("environment-none") << int(Check::State::Skipped);
        QTest::newRow("principal") << QStringList{tenant, client, secret} << QStringLiteral("environment-principal") << int(Check::State::Good);
        QTest::newRow("half") << QStringList{client, secret} << QStringLiteral("environment-incomplete") << int(Check::State::Bad);
        QTest::newRow("workload") << QStringList{tenant, client, token} << QStringLiteral("environment-workload") << int(Check::State::Good);
        QTest::newRow("managed") << QStringList{QStringLiteral("IDENTITY_ENDPOINT")} << QStringLiteral("environment-managed") << int(Check::State::Good);
    }

    void environments()
    {
        QFETCH(QStringList, set);
        QFETCH(QString, code);
        QFETCH(int, state);
        QProcessEnvironment environment;
        for (const QString &name : set)
            environment.insert(name, QStringLiteral("canary-value"));
        const QList<Check> checks = environmentChecks(environment);
        QCOMPARE(checks.first().code, code);
        QCOMPARE(int(checks.first().state), state);
        const CheckText text = checkText(checks.first());
        QVERIFY(!text.fact.isEmpty());
        if (code == QLatin1String("environment-incomplete"))
            QVERIFY2(text.fact.contains(QLatin1String("AZURE_TENANT_ID")), qPrintable(text.fact));
    }

    void takenPort()
    {
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        const QList<Check> checks = loopbackChecks(taken.serverPort());
        QCOMPARE(checks.first().code, QStringLiteral("loopback-port-taken"));
        QCOMPARE(loopbackChecks(0).first().code, QStringLiteral("loopback-free"));
    }

private:
    static void listenSecurely(QSslServer &server, const TestCertificate &identity)
    {
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setLocalCertificate(identity.certificate());
        configuration.setPrivateKey(identity.key());
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        server.setSslConfiguration(configuration);
        server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QTcpServer::pendingConnectionAvailable, &server, [&server] {
            while (QTcpSocket *socket = server.nextPendingConnection())
                QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                    if (socket->readAll().contains("\r\n\r\n"))
                        socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
                });
        });
    }
};

QTEST_GUILESS_MAIN(TestDoctor)
#include "tst_doctor.moc"
