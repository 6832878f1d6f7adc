// SPDX-License-Identifier: Apache-2.0
// Managed identities of the hosts that have them (sign-in facts §11).
#include "azure/auth/credentials.h"
#include "azure/auth/credentialsmanaged.h"
#include "tests/support/authorityscript.h"
#include "tests/support/coro.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

using namespace causeway;
using test::ScriptedAnswer;
using test::ScriptedAuthority;

namespace {

const TimePoint noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);
const QString arm = QStringLiteral("https://management.azure.com/.default");

QProcessEnvironment environmentOf(const QList<QPair<QString, QString>> &values)
{
    QProcessEnvironment environment;
    for (const auto &[name, value] : values)
        environment.insert(name, value);
    return environment;
}

} // namespace

class TestSignInManaged : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;

private Q_SLOTS:
    void hosts_data();
    void hosts();
    void foreignEndpoints_data();
    void foreignEndpoints();
    void userAssigned();
    void identityTokens();
    void pauses();
    void appServiceEndToEnd();
    void metadataServiceIsProbed();
    void arcKeys_data();
    void arcKeys();
    void arcChallenge();
};

void TestSignInManaged::hosts_data()
{
    using Values = QList<QPair<QString, QString>>;
    QTest::addColumn<Values>("values");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("line");   // method and target
    QTest::addColumn<QByteArray>("header"); // name: value
    const QByteArray resource = "resource=https%3A%2F%2Fmanagement.azure.com";
    const auto v = [](const char *name, const char *value) { return QPair<QString, QString>(QString::fromLatin1(name), QString::fromLatin1(value)); };
    QTest::newRow("App Service") << Values{v("IDENTITY_ENDPOINT", "http://169.254.129.3:8081/msi/token"), v("IDENTITY_HEADER", "H")} << QStringLiteral("App Service")
                                 << "GET /msi/token?api-version=2019-08-01&" + resource << QByteArray("X-IDENTITY-HEADER: H");
    QTest::newRow("Service Fabric") << Values{v("IDENTITY_ENDPOINT", "https://10.0.0.4:2377/metadata/identity/oauth2/token"), v("IDENTITY_HEADER", "H"), v("IDENTITY_SERVER_THUMBPRINT", "AB")}
                                    << QStringLiteral("Service Fabric") << "GET /metadata/identity/oauth2/token?api-version=2019-07-01-preview&" + resource << QByteArray("secret: H");
    QTest::newRow("Machine Learning") << Values{v("MSI_ENDPOINT", "http://127.0.0.1:46808/MSI/auth"), v("MSI_SECRET", "S")} << QStringLiteral("Azure Machine Learning")
                                      << "GET /MSI/auth?api-version=2017-09-01&" + resource << QByteArray("secret: S");
    QTest::newRow("Cloud Shell") << Values{v("MSI_ENDPOINT", "http://localhost:50342/oauth2/token")} << QStringLiteral("Cloud Shell") << QByteArray("POST /oauth2/token") << QByteArray("Metadata: true");
    QTest::newRow("Arc") << Values{v("IDENTITY_ENDPOINT", "http://localhost:40342/metadata/identity/oauth2/token"), v("IMDS_ENDPOINT", "http://localhost:40342")} << QStringLiteral("Azure Arc")
                         << "GET /metadata/identity/oauth2/token?api-version=2019-11-01&" + resource << QByteArray("Metadata: true");
    QTest::newRow("virtual machine") << Values{} << QStringLiteral("virtual machine") << "GET /metadata/identity/oauth2/token?api-version=2018-02-01&" + resource << QByteArray("Metadata: true");
    QTest::newRow("pod identity") << Values{v("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:2579")} << QStringLiteral("virtual machine")
                                  << "GET /metadata/identity/oauth2/token?api-version=2018-02-01&" + resource << QByteArray("Metadata: true");
}

void TestSignInManaged::hosts()
{
    using Values = QList<QPair<QString, QString>>;
    QFETCH(Values, values);
    QFETCH(QByteArray, header);
    const auto host = identityHostOf(environmentOf(values));
    QVERIFY2(host.ok(), host.ok() ? "" : qPrintable(host.error().message));
    QTEST(host->name(), "name");
    const auto request = host->request(identityResource(arm), {});
    QTEST(request->method + ' ' + request->target, "line");
    QCOMPARE(headerValue(request->headers, header.left(header.indexOf(':'))), header.mid(header.indexOf(':') + 2));
    if (request->method == "POST")
        QCOMPARE(request->body, QByteArray("resource=https%3A%2F%2Fmanagement.azure.com"));
    QCOMPARE(host->thumbprint, host->name() == QStringLiteral("Service Fabric") ? QByteArray("AB") : QByteArray());
}

void TestSignInManaged::foreignEndpoints_data()
{
    QTest::addColumn<QString>("endpoint");
    for (const char *endpoint : {"http://evil.example/token", "http://10.0.0.1/token", "http://169.254.169.254.evil.example/", "http://user@127.0.0.1/", "ftp://127.0.0.1/", "nonsense", "http://2852039166/"})
        QTest::newRow(endpoint) << QString::fromLatin1(endpoint);
}

void TestSignInManaged::foreignEndpoints()
{
    QFETCH(QString, endpoint);
    VirtualClock clock(noon);
    const auto made = managedIdentityCredential(clock, environmentOf({{QStringLiteral("IDENTITY_ENDPOINT"), endpoint}, {QStringLiteral("IDENTITY_HEADER"), QStringLiteral("H")}}));
    QCOMPARE(made.error().code, QStringLiteral("IdentityEndpointForeign"));
}

void TestSignInManaged::userAssigned()
{
    const auto asked = [](IdentityHost::Kind kind, const char *identity) {
        IdentityHost host;
        host.kind = kind;
        host.path = "/t";
        const auto request = host.request(QStringLiteral("r"), QString::fromLatin1(identity));
        return request ? request->target.mid(request->target.indexOf("resource=r") + 10) : request.error().code.toLatin1();
    };
    using Kind = IdentityHost::Kind;
    QCOMPARE(asked(Kind::Imds, "c0ffee"), QByteArray("&client_id=c0ffee"));
    QCOMPARE(asked(Kind::Imds, "object:c0ffee"), QByteArray("&object_id=c0ffee"));
    QCOMPARE(asked(Kind::Imds, "/subscriptions/x"), QByteArray("&msi_res_id=%2Fsubscriptions%2Fx"));
    QCOMPARE(asked(Kind::AppService, "/subscriptions/x"), QByteArray("&mi_res_id=%2Fsubscriptions%2Fx"));
    QCOMPARE(asked(Kind::MachineLearning, "c0ffee"), QByteArray("&clientid=c0ffee"));
    for (const Kind kind : {Kind::Arc, Kind::CloudShell, Kind::ServiceFabric})
        QCOMPARE(asked(kind, "c0ffee"), QByteArray("IdentityNotChoosable"));
    QCOMPARE(asked(Kind::MachineLearning, "object:c0ffee"), QByteArray("IdentityNotChoosable"));
}

void TestSignInManaged::identityTokens()
{
    const auto read = [](const QByteArray &more) { return identityToken({200, {}, R"({"access_token":"AT")" + more + '}'}, noon); };
    const QByteArray day = QByteArray::number(std::chrono::duration_cast<std::chrono::seconds>(noon.time_since_epoch()).count() + 86400);
    auto token = read(",\"expires_on\":\"" + day + '"');
    QCOMPARE(token->expires, noon + std::chrono::hours(24));
    QCOMPARE(*token->refreshOn, noon + std::chrono::hours(12)); // half of it
    token = read(",\"expires_in\":\"3600\"");
    QCOMPARE(token->expires, noon + std::chrono::hours(1));
    QVERIFY(!token->refreshOn);
    QCOMPARE(read({})->expires, noon);
    QCOMPARE(identityToken({400, {}, R"({"error":"invalid_request","error_description":"Identity not found"})"}, noon).error().code, QStringLiteral("invalid_request"));
    QCOMPARE(identityToken({200, {}, "<html>"}, noon).error().code, QStringLiteral("NotTheSignInService"));
    QCOMPARE(identityToken({200, {}, R"({"access_token":")" + QByteArray(70000, 'a') + "\"}"}, noon).error().code, QStringLiteral("TokenTooLong"));
    QCOMPARE(identityResource(QStringLiteral("https://management.azure.com//.default")), QStringLiteral("https://management.azure.com/"));
}

void TestSignInManaged::pauses()
{
    for (const int status : {404, 408, 429, 500, 503}) {
        Milliseconds all(0);
        int tries = 1;
        for (; const auto pause = identityPause(status, tries); ++tries)
            all += *pause;
        QCOMPARE(tries, 5);
        QCOMPARE(all, Milliseconds(30000));
    }
    Milliseconds gone(0);
    for (int tries = 1; const auto pause = identityPause(410, tries); ++tries)
        gone += *pause;
    QCOMPARE(gone, Milliseconds(70000));
    for (const int status : {200, 400, 401, 403})
        QVERIFY(!identityPause(status, 1));
}

// Past the proxy that the environment names, which would give out its own host's identity.
void TestSignInManaged::appServiceEndToEnd()
{
    ScriptedAuthority proxy, host;
    qputenv("http_proxy", proxy.origin().toLatin1());
    host.once("/msi/token", ScriptedAnswer::json(503, {}));
    host.on("/msi/token", ScriptedAnswer::json(200, {{QStringLiteral("access_token"), QStringLiteral("AT")}, {QStringLiteral("expires_on"), QStringLiteral("1795177200")}}));
    VirtualClock clock(noon);
    auto made = managedIdentityCredential(clock, environmentOf({{QStringLiteral("IDENTITY_ENDPOINT"), host.origin() + QStringLiteral("/msi/token")}, {QStringLiteral("IDENTITY_HEADER"), QStringLiteral("H")}}),
                                          QStringLiteral("c0ffee"));
    QCOMPARE((*made)->name(), QStringLiteral("managed identity c0ffee (App Service)"));
    const auto token = test::await((*made)->token({arm}, Context()));
    qunsetenv("http_proxy");
    QVERIFY2(token.ok(), token.ok() ? "" : qPrintable(describe(token.error())));
    QCOMPARE(host.requests().size(), 2);
    QCOMPARE(host.requests().last().header("x-identity-header"), QByteArray("H"));
    QCOMPARE(host.requests().last().query("client_id"), QStringLiteral("c0ffee"));
    QCOMPARE(proxy.connections(), 0);
}

void TestSignInManaged::metadataServiceIsProbed()
{
    const QByteArray path = "/metadata/identity/oauth2/token";
    ScriptedAuthority host;
    host.on(path, [](const test::ReceivedRequest &request) {
        if (request.header("metadata") != "true")
            return ScriptedAnswer::json(400, {{QStringLiteral("error"), QStringLiteral("invalid_request")}});
        return ScriptedAnswer::json(200, {{QStringLiteral("access_token"), QStringLiteral("AT")}, {QStringLiteral("expires_in"), QStringLiteral("3600")}});
    });
    SystemClock clock;
    const auto credentialAt = [&clock](const QString &origin) { return managedIdentityCredential(clock, environmentOf({{QStringLiteral("AZURE_POD_IDENTITY_AUTHORITY_HOST"), origin}})); };
    auto made = credentialAt(host.origin());
    QVERIFY(test::await((*made)->token({arm}, Context())).ok());
    QVERIFY(test::await((*made)->token({arm}, Context())).ok());
    QCOMPARE(host.requests(path).size(), 3); // probed once
    QVERIFY(host.requests(path).first().header("metadata").isEmpty());
    // Somebody else at that address, or nobody who answers: said in less than two seconds.
    ScriptedAuthority other, silent;
    other.on("*", ScriptedAnswer::html(200, "<html>router</html>"));
    silent.on("*", ScriptedAnswer::silence());
    for (ScriptedAuthority *each : {&other, &silent}) {
        QElapsedTimer time;
        time.start();
        auto none = credentialAt(each->origin());
        QCOMPARE(test::await((*none)->token({arm}, Context())).error().code, QStringLiteral("NoManagedIdentity"));
        QVERIFY(time.elapsed() < 3000);
    }
}

void TestSignInManaged::arcKeys_data()
{
    QTest::addColumn<QString>("name"); // FOLDER
    QTest::addColumn<int>("size");     // -1: none
    QTest::addColumn<QString>("code");
    QTest::newRow("good") << QStringLiteral("FOLDER/a.key") << 40 << QString();
    QTest::newRow("other suffix") << QStringLiteral("FOLDER/a.pem") << 40 << QStringLiteral("ArcKeyForeign");
    QTest::newRow("too large") << QStringLiteral("FOLDER/b.key") << 4097 << QStringLiteral("ArcKeyForeign");
    QTest::newRow("below") << QStringLiteral("FOLDER/sub/a.key") << -1 << QStringLiteral("ArcKeyForeign");
    QTest::newRow("up and down") << QStringLiteral("FOLDER/../x/a.key") << -1 << QStringLiteral("ArcKeyForeign");
    QTest::newRow("elsewhere") << QStringLiteral("/etc/a.key") << -1 << QStringLiteral("ArcKeyForeign");
    QTest::newRow("relative") << QStringLiteral("a.key") << -1 << QStringLiteral("ArcKeyForeign");
    QTest::newRow("empty") << QString() << -1 << QStringLiteral("ArcKeyForeign");
    QTest::newRow("not there") << QStringLiteral("FOLDER/c.key") << -1 << QStringLiteral("ArcKeyUnreadable");
}

void TestSignInManaged::arcKeys()
{
    QFETCH(QString, name);
    QFETCH(int, size);
    const QString folder = m_folder.filePath(QStringLiteral("tokens"));
    QVERIFY(QDir().mkpath(folder));
    name.replace(QStringLiteral("FOLDER"), folder);
    if (size >= 0) {
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(size, 'k') + '\n');
    }
    const auto key = arcKey(name, folder);
    QTEST(key.ok() ? QString() : key.error().code, "code");
    if (key)
        QCOMPARE(key->reveal().size(), size);
    const QString link = folder + QStringLiteral("/link.key");
    QFile::link(QStringLiteral("/etc/passwd"), link);
    QCOMPARE(arcKey(link, folder).error().code, QStringLiteral("ArcKeyForeign"));
}

void TestSignInManaged::arcChallenge()
{
    ScriptedAuthority agent;
    const auto refuse = [](const QByteArray &realm) { return ScriptedAnswer::http(401, "text/plain", {}, "WWW-Authenticate: Basic realm=" + realm + "\r\n"); };
    agent.once("/t", refuse("/etc/shadow"));
    agent.once("/t", refuse("\"" + (arcKeyFolder() + QStringLiteral("/none-of-ours.key")).toLatin1() + "\""));
    agent.once("/t", ScriptedAnswer::http(401, "text/plain", {}));
    VirtualClock clock(noon);
    auto made = managedIdentityCredential(clock, environmentOf({{QStringLiteral("IDENTITY_ENDPOINT"), agent.origin() + QStringLiteral("/t")}, {QStringLiteral("IMDS_ENDPOINT"), agent.origin()}}));
    for (const char *code : {"ArcKeyForeign", "ArcKeyUnreadable", "ArcNotUnderstood"})
        QCOMPARE(test::await((*made)->token({arm}, Context())).error().code, QString::fromLatin1(code));
    QCOMPARE(agent.requests().size(), 3); // nothing was sent after any of them
}

QTEST_GUILESS_MAIN(TestSignInManaged)
#include "tst_signinmanaged.moc"
