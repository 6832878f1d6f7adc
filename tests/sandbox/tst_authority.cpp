// SPDX-License-Identifier: Apache-2.0
#include "authorityworld.h"

#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

//! The browser's half of signing in to the sandbox, held against what Entra documents.
class TestAuthority : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void requests_data();
    void requests();
    void redirects_data();
    void redirects();
    void chooserListsPeople_data();
    void chooserListsPeople();
    void answersTravel_data();
    void answersTravel();
    void pagesAreClosed();
    void everyPageOnce();
    void promptNone_data();
    void promptNone();
    void peopleWhoCannot_data();
    void peopleWhoCannot();
    void secondFactorAndConsent();
    void discovery_data();
    void discovery();
    void pagesBeside();
    void clientRequestIds();
};

namespace {

QString t(const char *text)
{
    return QString::fromUtf8(text);
}

} // namespace

void TestAuthority::requests_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QString>("tenant");
    QTest::addColumn<int>("status"); // 302: the client is told; 400: the person is
    QTest::addColumn<int>("number");
    const QString any = t("organizations");
    const auto row = [&](const char *name, const Fields &changes, int status, int number, const QString &tenant = {}) {
        QTest::newRow(name) << changes << (tenant.isEmpty() ? any : tenant) << status << number;
    };
    row("good", {}, 200, 0);
    row("good, by domain", {}, 200, 0, t("contoso.example"));
    row("good, other port", {{"redirect_uri", t("http://localhost:1")}}, 200, 0);
    row("no such tenant", {}, 400, 90002, t("nowhere.example"));
    row("no client", {{"-client_id", {}}}, 400, 900144);
    row("client is no GUID", {{"client_id", t("causeway")}}, 400, 700016);
    row("redirect with a path", {{"redirect_uri", t("http://localhost:4242/cb")}}, 400, 50011);
    row("redirect with a slash", {{"redirect_uri", t("http://localhost:4242/")}}, 400, 50011);
    row("redirect to 127.0.0.1", {{"redirect_uri", t("http://127.0.0.1:4242")}}, 400, 50011);
    row("redirect to [::1]", {{"redirect_uri", t("http://[::1]:4242")}}, 400, 50011);
    row("redirect with TLS", {{"redirect_uri", t("https://localhost:4242")}}, 400, 50011);
    row("redirect elsewhere", {{"redirect_uri", t("http://localhost.evil.example:4242")}}, 400, 50011);
    row("redirect with a user", {{"redirect_uri", t("http://localhost@evil.example")}}, 400, 50011);
    row("redirect with a fragment", {{"redirect_uri", t("http://localhost:4242#x")}}, 400, 50011);
    row("no redirect", {{"-redirect_uri", {}}}, 400, 50011);
    row("no response type", {{"-response_type", {}}}, 302, 900144);
    row("implicit", {{"response_type", t("token")}}, 302, 700054);
    row("fragment", {{"response_mode", t("fragment")}}, 302, 70007);
    row("no scope", {{"-scope", {}}}, 302, 900144);
    row("unknown resource", {{"scope", t("https://nobody.example/.default")}}, 302, 500011);
    row("unknown permission", {{"scope", t("https://management.azure.com/everything")}}, 302, 70011);
    row("two resources", {{"scope", t("https://management.azure.com/.default https://vault.azure.net/.default")}}, 200, 0);
    row("unknown prompt", {{"prompt", t("please")}}, 302, 90023);
    row("claims are no JSON", {{"claims", t("p1")}}, 302, 9002313);
    row("no PKCE", {{"-code_challenge", {}}, {"-code_challenge_method", {}}}, 302, 9002325);
    row("plain PKCE", {{"code_challenge_method", t("plain")}}, 302, 50147);
    row("short challenge", {{"code_challenge", t("abc")}}, 302, 501491);
}

void TestAuthority::requests()
{
    QFETCH(Fields, changes);
    QFETCH(QString, tenant);
    QFETCH(int, status);
    QFETCH(int, number);
    AuthorityWorld world;
    const Response response = world.authorize(changed(world.ask(), changes), tenant);
    QCOMPARE(response.status, status);
    QVERIFY(headerValue(response.headers, "cache-control").contains("no-store"));
    if (status != 302) {
        QCOMPARE(AuthorityWorld::aadstsIn(QString::fromUtf8(response.body)), number);
        QVERIFY(headerValue(response.headers, "location").isEmpty());
        return;
    }
    QVERIFY(headerValue(response.headers, "location").startsWith("http://localhost:4242/?"));
    QCOMPARE(AuthorityWorld::field(response, "state"), t("s t+a&te"));
    QCOMPARE(AuthorityWorld::aadstsIn(AuthorityWorld::field(response, "error_description")), number);
    QVERIFY(AuthorityWorld::field(response, "error_description").contains(t("\r\nCorrelation ID: ")));
}

void TestAuthority::redirects_data()
{
    QTest::addColumn<QJsonArray>("registered");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<bool>("good");
    QTest::newRow("path, letter by letter") << QJsonArray{t("http://localhost/Back")} << t("http://localhost:9/Back") << true;
    QTest::newRow("path in another case") << QJsonArray{t("http://localhost/Back")} << t("http://localhost:9/back") << false;
    QTest::newRow("below the path") << QJsonArray{t("http://localhost/Back")} << t("http://localhost:9/Back/more") << false;
    QTest::newRow("127.0.0.1 in the manifest") << QJsonArray{t("http://127.0.0.1")} << t("http://127.0.0.1:9") << true;
    QTest::newRow("port of another host counts") << QJsonArray{t("https://app.example:8443/cb")} << t("https://app.example/cb") << false;
    QTest::newRow("one of several") << QJsonArray{t("https://app.example/cb"), t("http://localhost")} << t("http://localhost:9") << true;
}

void TestAuthority::redirects()
{
    QFETCH(QJsonArray, registered);
    QFETCH(QString, asked);
    QFETCH(bool, good);
    AuthorityWorld world;
    world.set("signInRedirectUris", registered);
    QCOMPARE(world.authorize(changed(world.ask(), {{"redirect_uri", asked}})).status, good ? 200 : 400);
}

void TestAuthority::chooserListsPeople_data()
{
    QTest::addColumn<QString>("tenant");
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QStringList>("listed");
    QTest::addColumn<QStringList>("absent");
    const QString dba = t("dba@contoso.example"), reader = t("reader@contoso.example"), finn = t("owner@fabrikam.example"), guest = t("#EXT#");
    QTest::newRow("everybody, each once") << t("organizations") << Fields{} << QStringList{dba, reader, finn} << QStringList{guest, t("sp-deploy")};
    QTest::newRow("members and guests") << t("fabrikam.example") << Fields{} << QStringList{dba, finn} << QStringList{reader, guest};
    QTest::newRow("domain hint") << t("organizations") << Fields{{"domain_hint", t("fabrikam.example")}} << QStringList{finn} << QStringList{dba};
}

void TestAuthority::chooserListsPeople()
{
    QFETCH(QString, tenant);
    QFETCH(Fields, changes);
    QFETCH(QStringList, listed);
    QFETCH(QStringList, absent);
    AuthorityWorld world;
    const QString page = QString::fromUtf8(world.authorize(changed(world.ask(), changes), tenant).body);
    for (const QString &one : listed)
        QCOMPARE(page.count(one), 1);
    for (const QString &one : absent)
        QVERIFY2(!page.contains(one), qPrintable(one));
}

void TestAuthority::answersTravel_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<bool>("posted");
    QTest::newRow("query") << t("query") << false;
    QTest::newRow("default is query") << QString() << false;
    QTest::newRow("form_post") << t("form_post") << true;
}

void TestAuthority::answersTravel()
{
    QFETCH(QString, mode);
    QFETCH(bool, posted);
    AuthorityWorld world;
    const Fields ask = changed(world.ask(), {{mode.isEmpty() ? "-response_mode" : "response_mode", mode}});
    const Response response = world.press(world.authorize(ask), "user", world.dba);
    QCOMPARE(response.status, posted ? 200 : 302);
    if (!posted) {
        QVERIFY(AuthorityWorld::field(response, "code").startsWith(t("1.A")));
        QCOMPARE(AuthorityWorld::field(response, "state"), t("s t+a&te"));
        return;
    }
    const QString page = QString::fromUtf8(response.body);
    QVERIFY(page.contains(t("<form method=\"post\" action=\"http://localhost:4242\">")));
    QVERIFY(page.contains(t("name=\"state\" value=\"s t+a&amp;te\"")));
    QVERIFY(page.contains(t("<button>Continue</button>"))); // where no scripts run
    QVERIFY(headerValue(response.headers, "content-security-policy").contains("form-action 'self' http://localhost:4242;"));
}

// What a stranger put into the request must not become markup, and no page may be framed or run foreign scripts.
void TestAuthority::pagesAreClosed()
{
    AuthorityWorld world;
    const QString evil = t("\"><script>alert(1)</script>");
    const Fields ask = changed(world.ask(), {{"state", evil}, {"login_hint", evil}, {"response_mode", t("form_post")}});
    const Response chooser = world.authorize(ask);
    for (const Response &page : {chooser, world.press(chooser, "user", world.dba), world.authorize(changed(ask, {{"client_id", evil}})),
                                 world.authorize(changed(ask, {{"redirect_uri", evil}})), world.authorize(ask, t("%22%3E%3Cscript%3Ealert(1)"))}) {
        QVERIFY(page.type.startsWith("text/html"));
        QVERIFY2(!page.body.contains("<script>alert"), page.body.constData());
        const QByteArray policy = headerValue(page.headers, "content-security-policy");
        for (const char *part : {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'sha256-"})
            QVERIFY2(policy.contains(part), part);
        QVERIFY(!policy.contains("unsafe"));
        QCOMPARE(headerValue(page.headers, "x-frame-options"), QByteArray("DENY"));
    }
}

void TestAuthority::everyPageOnce()
{
    AuthorityWorld world;
    const Response page = world.authorize(world.ask());
    QCOMPARE(world.press(page, "user", world.dba).status, 302);
    QCOMPARE(world.press(page, "user", world.dba).status, 400);
    QCOMPARE(world.post(t("/organizations/login"), {{"flow", t("made-up")}, {"user", world.dba}}).status, 400);
    const Response late = world.authorize(world.ask());
    world.now += std::chrono::minutes(31);
    QCOMPARE(world.press(late, "user", world.dba).status, 400);
}

void TestAuthority::promptNone_data()
{
    QTest::addColumn<QString>("hint");
    QTest::addColumn<QJsonObject>("settings");
    QTest::addColumn<QString>("error");
    QTest::addColumn<int>("number");
    const QString dba = t("dba@contoso.example");
    QTest::newRow("known") << dba << QJsonObject() << QString() << 0;
    QTest::newRow("nobody") << QString() << QJsonObject() << t("login_required") << 50058;
    QTest::newRow("unknown") << t("who@contoso.example") << QJsonObject() << t("login_required") << 50058;
    QTest::newRow("second factor") << dba << QJsonObject{{t("signInMfaTenants"), QJsonArray{t("contoso.example")}}} << t("interaction_required") << 50076;
    QTest::newRow("consent") << dba << QJsonObject{{t("signInRefuse"), QJsonObject{{dba, 65001}}}} << t("interaction_required") << 65001;
}

void TestAuthority::promptNone()
{
    QFETCH(QString, hint);
    QFETCH(QJsonObject, settings);
    QFETCH(QString, error);
    QFETCH(int, number);
    AuthorityWorld world;
    world.state.settings = settings;
    const Response response = world.authorize(changed(world.ask(), {{"prompt", t("none")}, {"login_hint", hint}}));
    QCOMPARE(response.status, 302);
    QCOMPARE(AuthorityWorld::field(response, "error"), error);
    QCOMPARE(AuthorityWorld::aadstsIn(AuthorityWorld::field(response, "error_description")), number);
    QCOMPARE(AuthorityWorld::field(response, "code").isEmpty(), number != 0);
}

void TestAuthority::peopleWhoCannot_data()
{
    QTest::addColumn<QJsonObject>("refuse");
    QTest::addColumn<QString>("tenant");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("number");
    const QString dba = t("dba@contoso.example"), any = t("organizations");
    for (const int number : {50057, 50055, 53000, 53001, 53002, 53003, 90094, 50105})
        QTest::addRow("AADSTS%d", number) << QJsonObject{{dba, number}} << any << dba << number;
    QTest::newRow("everybody") << QJsonObject{{t("*"), 53003}} << any << dba << 53003;
    QTest::newRow("the application") << QJsonObject{{t("c0ffee00-0000-4000-8000-000000000001"), 53003}} << any << dba << 53003;
    QTest::newRow("in a tenant") << QJsonObject{{t("fabrikam.example"), 53003}} << t("fabrikam.example") << dba << 53003;
    QTest::newRow("no guest there") << QJsonObject() << t("fabrikam.example") << t("reader@contoso.example") << 50020;
    QTest::newRow("nobody") << QJsonObject() << any << t("who@contoso.example") << 50034;
    QTest::newRow("an application") << QJsonObject() << any << t("sp-deploy") << 50034;
}

void TestAuthority::peopleWhoCannot()
{
    QFETCH(QJsonObject, refuse);
    QFETCH(QString, tenant);
    QFETCH(QString, typed);
    QFETCH(int, number);
    AuthorityWorld world;
    world.set("signInRefuse", refuse);
    const Response page = world.press(world.authorize(world.ask(), tenant), "other", typed);
    QCOMPARE(page.status, 200); // the browser says it, the application hears nothing
    QCOMPARE(AuthorityWorld::aadstsIn(QString::fromUtf8(page.body)), number);
}

void TestAuthority::secondFactorAndConsent()
{
    AuthorityWorld world;
    const QString claims = t(R"({"access_token":{"acrs":{"essential":true,"values":["p1"]}}})");
    const Fields ask = changed(world.ask(), {{"claims", claims}, {"prompt", t("consent")}});
    const auto factorPage = [&] { return world.press(world.authorize(ask), "user", world.dba); };
    QVERIFY(factorPage().body.contains("second factor"));
    QCOMPARE(AuthorityWorld::aadstsIn(QString::fromUtf8(world.press(factorPage(), "factor", t("deny")).body)), 500121);
    QCOMPARE(AuthorityWorld::field(world.press(factorPage(), "cancel", t("1")), "error"), t("access_denied"));
    const Response consent = world.press(factorPage(), "factor", t("approve"));
    QVERIFY(consent.body.contains("permissions requested"));
    const Response denied = world.press(world.press(factorPage(), "factor", t("approve")), "cancel", t("1"));
    QCOMPARE(AuthorityWorld::aadstsIn(AuthorityWorld::field(denied, "error_description")), 65004);
    QCOMPARE(AuthorityWorld::field(denied, "error_subcode"), t("cancel"));
    const QString code = AuthorityWorld::field(world.press(consent, "consent", t("accept")), "code");
    const QJsonObject token = AuthorityWorld::body(world.token(world.redemption(code)));
    const QJsonObject access = jwtPart(AuthorityWorld::text(token, "access_token"), 1);
    QCOMPARE(access.value(t("acrs")).toArray(), QJsonArray{t("p1")});
    QVERIFY(access.value(t("amr")).toArray().contains(t("mfa")));
}

void TestAuthority::discovery_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("member");
    QTest::addColumn<QString>("value");
    const QString contoso = t("https://127.0.0.1:4711/525ce356-c43c-4eed-860e-112f387e6af6/v2.0");
    QTest::newRow("by domain") << QByteArray("/contoso.example/v2.0/.well-known/openid-configuration") << 200 << t("issuer") << contoso;
    QTest::newRow("by GUID") << QByteArray("/525CE356-c43c-4eed-860e-112f387e6af6/v2.0/.well-known/openid-configuration") << 200 << t("issuer") << contoso;
    for (const char *word : {"organizations", "common"})
        QTest::newRow(word) << '/' + QByteArray(word) + "/v2.0/.well-known/openid-configuration" << 200 << t("issuer") << t("https://127.0.0.1:4711/{tenantid}/v2.0");
    QTest::newRow("token endpoint") << QByteArray("/organizations/v2.0/.well-known/openid-configuration") << 200 << t("token_endpoint")
                                    << t("https://127.0.0.1:4711/organizations/oauth2/v2.0/token");
    QTest::newRow("device endpoint") << QByteArray("/organizations/v2.0/.well-known/openid-configuration") << 200 << t("device_authorization_endpoint")
                                     << t("https://127.0.0.1:4711/organizations/oauth2/v2.0/devicecode");
    QTest::newRow("first version") << QByteArray("/contoso.example/.well-known/openid-configuration") << 200 << t("token_endpoint")
                                   << t("https://127.0.0.1:4711/contoso.example/oauth2/token");
    QTest::newRow("unknown tenant") << QByteArray("/nowhere.example/v2.0/.well-known/openid-configuration") << 400 << t("error") << t("invalid_tenant");
    const QByteArray instance = "/common/discovery/instance?api-version=1.1&authorization_endpoint=";
    QTest::newRow("own host") << instance + "https://127.0.0.1:4711/x/oauth2/v2.0/authorize" << 200 << t("tenant_discovery_endpoint")
                              << t("https://127.0.0.1:4711/x/v2.0/.well-known/openid-configuration");
    QTest::newRow("foreign host") << instance + "https://login.evil.example/x/oauth2/v2.0/authorize" << 400 << t("error") << t("invalid_instance");
}

void TestAuthority::discovery()
{
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    QFETCH(QString, member);
    QFETCH(QString, value);
    AuthorityWorld world;
    const Response response = world.send("GET", path);
    QCOMPARE(response.status, status);
    QCOMPARE(AuthorityWorld::body(response).value(member).toString(), value);
}

void TestAuthority::pagesBeside()
{
    AuthorityWorld world;
    QVERIFY(world.send("GET", "/error?code=53003").body.contains("AADSTS53003: Access has been blocked"));
    QVERIFY(world.send("GET", "/error?code=x").type.startsWith("text/html"));
    QVERIFY(world.send("GET", "/organizations/oauth2/v2.0/logout").body.contains("signed out"));
}

void TestAuthority::clientRequestIds()
{
    AuthorityWorld world;
    const QByteArray id = "11111111-2222-3333-4444-555555555555";
    world.headers = {{"client-request-id", id}, {"return-client-request-id", "true"}};
    const Response response = world.token({{"grant_type", t("magic")}});
    QCOMPARE(headerValue(response.headers, "client-request-id"), id);
    const QJsonObject body = AuthorityWorld::body(response);
    QCOMPARE(body.value(t("correlation_id")).toString(), QString::fromLatin1(id));
    QCOMPARE(body.value(t("trace_id")).toString(), QString::fromLatin1(headerValue(response.headers, "x-ms-request-id")));
    for (const char *member : {"error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"})
        QVERIFY2(body.contains(QLatin1String(member)), member);
    const QString words = body.value(t("error_description")).toString();
    QVERIFY(words.startsWith(t("AADSTS70003: ")) && words.contains(t("\r\nTrace ID: ")) && words.contains(t("\r\nTimestamp: ")));
    world.headers = {{"client-request-id", "<script>"}};
    QVERIFY(!world.token({}).body.contains("<script>"));
}

QTEST_GUILESS_MAIN(TestAuthority)
#include "tst_authority.moc"
