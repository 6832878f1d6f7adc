// SPDX-License-Identifier: Apache-2.0
#include "authorityworld.h"
#include "sandbox/host/sandbox.h"
#include "sandbox/signin/headlessbrowser.h"
#include "tests/support/authorityscript.h"
#include "tests/support/coro.h"

#include <QTemporaryDir>
#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;
using causeway::test::Quirk;
using causeway::test::ReceivedRequest;
using causeway::test::ScriptedAnswer;
using causeway::test::ScriptedAuthority;

//! Signing in over real sockets: the sandbox's front, a browser without a window, a loopback listener, and the scripted
//! authority, held against what its quirks promise.
class TestAuthorityWire : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void signsIn_data();
    void signsIn();
    void deliveries_data();
    void deliveries();
    void endsInTheBrowser_data();
    void endsInTheBrowser();
    void devicePage();
    void foreignPages_data();
    void foreignPages();
    void armAsksForTheSecondFactor();
    void armNamesTheTenant();
    void theCredentialKnowsTenants();
    void signedInForLonger();
    void quirks_data();
    void quirks();
    void scriptedSignIn_data();
    void scriptedSignIn();
};

namespace {

QString t(const char *text)
{
    return QString::fromUtf8(text);
}

//! A sandbox that is up, without PostgreSQL.
struct Up {
    explicit Up(bool tls = false, const QJsonObject &settings = {}, const QString &folder = {})
    {
        Sandbox::Options options;
        options.world = worldState(t("contoso"));
        options.world.settings = settings;
        options.postgres = Sandbox::Postgres::Off;
        options.tls = tls;
        options.stateFolder = folder;
        box = std::make_unique<Sandbox>(std::move(options));
        if (const Result<> started = box->start(); !started)
            throw std::runtime_error(describe(started.error()).toStdString());
        QFile ca(box->caFile());
        if (tls && ca.open(QIODevice::ReadOnly))
            browser.trustedPem = ca.readAll();
    }
    [[nodiscard]] quint16 port() const { return quint16(QUrl(box->arm()).port()); }
    [[nodiscard]] QUrl authorizeUrl(const Fields &fields, const QString &tenant = t("organizations")) const
    {
        return QUrl(box->arm() + t("/%1/oauth2/v2.0/authorize?").arg(tenant) + QString::fromLatin1(encodedFields(fields)), QUrl::StrictMode);
    }
    std::unique_ptr<Sandbox> box;
    BrowserOptions browser;
};

//! The loopback listener of a client.
struct Listener {
    Listener() { server.on("*", ScriptedAnswer::html(200, "<html><h1>Welcome back</h1></html>")); }
    [[nodiscard]] QString redirectUri() const { return t("http://localhost:%1").arg(server.port()); }
    [[nodiscard]] ReceivedRequest last() const { return server.requests().isEmpty() ? ReceivedRequest() : server.requests().constLast(); }
    ScriptedAuthority server;
};

Fields askAt(const Listener &listener, const char *mode, const Fields &changes = {})
{
    return changed(changed(AuthorityWorld().ask(), {{"redirect_uri", listener.redirectUri()}, {"response_mode", t(mode)}}), changes);
}

BrowserEnd browse(const QUrl &url, const QString &user, const BrowserOptions &options)
{
    auto end = causeway::test::await(signInAs(url, user, options, Context()));
    if (!end)
        throw std::runtime_error(describe(end.error()).toStdString());
    return std::move(*end);
}

//! One request to a plain port, as bytes; the whole answer.
QByteArray exchange(quint16 port, const QByteArray &head, const QByteArray &body = {})
{
    QTcpSocket socket;
    socket.connectToHost(t("127.0.0.1"), port);
    (void)QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::ConnectedState; });
    const QByteArray host = head.contains("\r\nHost:") ? QByteArray() : "Host: 127.0.0.1:" + QByteArray::number(port) + "\r\n";
    socket.write(head + host + "Connection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    (void)QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::UnconnectedState; }, 5000);
    return socket.readAll();
}

QByteArray postForm(quint16 port, const QByteArray &path, const Fields &fields, const QByteArray &headers = {})
{
    return exchange(port, "POST " + path + " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n" + headers, encodedFields(fields));
}

int statusIn(const QByteArray &answer)
{
    return answer.mid(9, 3).toInt();
}

QJsonObject jsonIn(const QByteArray &answer)
{
    return QJsonDocument::fromJson(answer.mid(answer.indexOf("\r\n\r\n") + 4)).object();
}

//! Signed in over the wire: the answer of the token endpoint.
QJsonObject tokenAfter(const Up &up, const Fields &changes, const QString &user = t("owner@contoso.example"))
{
    Listener listener;
    const BrowserEnd end = browse(up.authorizeUrl(askAt(listener, "form_post", changes)), user, up.browser);
    const AuthorityWorld client;
    return jsonIn(postForm(up.port(), "/organizations/oauth2/v2.0/token",
                           changed(client.redemption(listener.last().form("code")), {{"redirect_uri", listener.redirectUri()}})));
}

QByteArray armCall(const Up &up, const QByteArray &method, const QByteArray &path, const QJsonObject &token, const QByteArray &body = {})
{
    return exchange(up.port(), method + ' ' + path + " HTTP/1.1\r\nAuthorization: Bearer " + token.value(t("access_token")).toString().toLatin1()
                    + "\r\nContent-Type: application/json\r\n", body);
}

} // namespace

void TestAuthorityWire::signsIn_data()
{
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("user");
    for (const bool tls : {false, true}) {
        for (const char *mode : {"query", "form_post"})
            QTest::addRow("%s, %s", mode, tls ? "TLS" : "plain") << tls << t(mode) << t("dba@contoso.example");
    }
    QTest::newRow("by object id") << false << t("form_post") << AuthorityWorld().dba;
    QTest::newRow("typed") << false << t("form_post") << t("F22E6DC8-FC60-4EDF-8426-03F5751F8689");
}

void TestAuthorityWire::signsIn()
{
    QFETCH(bool, tls);
    QFETCH(QString, mode);
    QFETCH(QString, user);
    const Up up(tls);
    Listener listener;
    const BrowserEnd end = browse(up.authorizeUrl(askAt(listener, mode.toLatin1())), user, up.browser);
    QVERIFY2(end.delivered, qPrintable(end.text));
    QCOMPARE(end.text, t("Welcome back"));
    QCOMPARE(end.posted, mode == t("form_post"));
    QCOMPARE(listener.server.requests().size(), 1);
    const ReceivedRequest got = listener.last();
    QCOMPARE(got.method, end.posted ? QByteArray("POST") : QByteArray("GET"));
    QCOMPARE(got.header("host"), "localhost:" + QByteArray::number(listener.server.port()));
    QCOMPARE(end.posted ? got.form("state") : got.query("state"), t("s t+a&te"));
    QVERIFY(!(end.posted ? got.form("code") : got.query("code")).isEmpty());
}

void TestAuthorityWire::deliveries_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"pieces", "altered", "dropped", "favicon", "cookies", "host", "kept"})
        QTest::newRow(what) << t(what);
}

void TestAuthorityWire::deliveries()
{
    QFETCH(QString, what);
    const Up up;
    Listener listener;
    BrowserOptions options;
    options.pieces = what == t("pieces") ? 5 : 1;
    options.alterState = what == t("altered");
    options.dropState = what == t("dropped");
    options.faviconFirst = what == t("favicon");
    options.cookieBytes = what == t("cookies") ? 20000 : 0;
    options.hostHeader = what == t("host") ? "evil.example" : "";
    options.deliver = what != t("kept");
    const BrowserEnd end = browse(up.authorizeUrl(askAt(listener, "query")), t("dba@contoso.example"), options);
    QCOMPARE(end.delivered, options.deliver);
    QVERIFY(end.answer.contains("code=1.A"));
    QCOMPARE(listener.server.requests().size(), what == t("kept") ? 0 : what == t("favicon") ? 2 : 1);
    const ReceivedRequest got = listener.last();
    if (options.deliver)
        QCOMPARE(got.query("state"), what == t("altered") ? t("somebody-elses") : what == t("dropped") ? QString() : t("s t+a&te"));
    QCOMPARE(got.header("cookie").size() > 20000, what == t("cookies"));
    QCOMPARE(got.header("host") == "evil.example", what == t("host"));
}

void TestAuthorityWire::endsInTheBrowser_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QJsonObject>("settings");
    QTest::addColumn<bool>("cancel");
    QTest::addColumn<bool>("delivered");
    QTest::addColumn<int>("number");
    const QString dba = t("dba@contoso.example");
    const QJsonObject factor{{t("signInMfaTenants"), QJsonArray{t("contoso.example")}}};
    QTest::newRow("cancelled") << dba << QJsonObject() << true << true << 65004;
    QTest::newRow("blocked") << dba << QJsonObject{{t("signInRefuse"), QJsonObject{{dba, 53003}}}} << false << false << 53003;
    QTest::newRow("nobody") << t("who@contoso.example") << QJsonObject() << false << false << 50034;
    QTest::newRow("factor denied") << dba << factor << false << false << 500121;
    QTest::newRow("consent declined") << dba << QJsonObject{{t("signInRefuse"), QJsonObject{{dba, 65001}}}} << false << true << 65004;
}

void TestAuthorityWire::endsInTheBrowser()
{
    QFETCH(QString, user);
    QFETCH(QJsonObject, settings);
    QFETCH(bool, cancel);
    QFETCH(bool, delivered);
    QFETCH(int, number);
    const Up up(false, settings);
    Listener listener;
    BrowserOptions options;
    options.cancel = cancel;
    options.approveSecondFactor = false;
    options.grantConsent = false;
    const BrowserEnd end = browse(up.authorizeUrl(askAt(listener, "form_post")), user, options);
    QCOMPARE(end.delivered, delivered);
    QCOMPARE(AuthorityWorld::aadstsIn(delivered ? listener.last().form("error_description") : end.text), number);
}

void TestAuthorityWire::devicePage()
{
    const Up up;
    const AuthorityWorld client;
    const QJsonObject device = jsonIn(postForm(up.port(), "/organizations/oauth2/v2.0/devicecode", {{"client_id", client.client}, {"scope", client.arm}}));
    BrowserOptions options;
    options.userCode = t("WRONGCODE");
    const QUrl page(device.value(t("verification_uri")).toString());
    QVERIFY(browse(page, t("dba@contoso.example"), options).text.contains(t("did not work")));
    options.userCode = device.value(t("user_code")).toString();
    QVERIFY(browse(page, t("dba@contoso.example"), options).text.contains(t("You have signed in")));
    const QByteArray answer = postForm(up.port(), "/organizations/oauth2/v2.0/token",
                                       {{"client_id", client.client}, {"grant_type", t("urn:ietf:params:oauth:grant-type:device_code")},
                                        {"device_code", device.value(t("device_code")).toString()}});
    QVERIFY(jsonIn(answer).contains(t("access_token")));
}

// A page in the user's browser must not be able to press our buttons.
void TestAuthorityWire::foreignPages_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("status");
    QTest::newRow("our own page") << QByteArray("Origin: http://127.0.0.1:{p}\r\n") << 302;
    QTest::newRow("our own page as localhost") << QByteArray("Origin: http://localhost:{p}\r\n") << 302;
    QTest::newRow("no browser") << QByteArray() << 302;
    QTest::newRow("a foreign page") << QByteArray("Origin: https://evil.example\r\n") << 403;
    QTest::newRow("another port") << QByteArray("Origin: http://127.0.0.1:1\r\n") << 403;
    QTest::newRow("a sandboxed frame") << QByteArray("Origin: null\r\n") << 403;
    QTest::newRow("a rebound name") << QByteArray("Host: evil.example:{p}\r\n") << 403;
}

void TestAuthorityWire::foreignPages()
{
    QFETCH(QByteArray, headers);
    QFETCH(int, status);
    const Up up;
    const Listener listener;
    const QByteArray page = exchange(up.port(), "GET " + up.authorizeUrl(askAt(listener, "query")).toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority) + " HTTP/1.1\r\n");
    const QString flow = QRegularExpression(t("name=\"flow\" value=\"([^\"]+)\"")).match(QString::fromUtf8(page)).captured(1);
    const QByteArray answer = postForm(up.port(), "/organizations/login", {{"flow", flow}, {"user", AuthorityWorld().dba}},
                                       headers.replace("{p}", QByteArray::number(up.port())));
    QCOMPARE(statusIn(answer), status);
    QVERIFY(!answer.toLower().contains("access-control-allow"));
}

void TestAuthorityWire::armAsksForTheSecondFactor()
{
    const Up up(false, {{t("mfaMethods"), QJsonArray{t("PUT"), t("DELETE")}}});
    const QByteArray group = "/subscriptions/ddf126ed-14ed-4626-815c-ea983735cfd5/resourcegroups/rg-mfa?api-version=2021-04-01";
    const QByteArray body = R"({"location":"westeurope"})";
    const QJsonObject plain = tokenAfter(up, {});
    QCOMPARE(statusIn(armCall(up, "GET", "/subscriptions?api-version=2022-12-01", plain)), 200); // reading needs none
    const QByteArray refused = armCall(up, "PUT", group, plain, body);
    QCOMPARE(statusIn(refused), 401);
    QVERIFY2(refused.contains("www-authenticate: Bearer realm=\"\", authorization_uri=\"http://127.0.0.1:"), refused.constData());
    QVERIFY(refused.contains("error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlcyI6WyJwMSJdfX19\""));
    const QString claims = t(R"({"access_token":{"acrs":{"essential":true,"values":["p1"]}}})");
    const AuthorityWorld client;
    const QByteArray silent = postForm(up.port(), "/contoso.example/oauth2/v2.0/token",
                                       changed(client.refreshing(plain.value(t("refresh_token")).toString()), {{"claims", claims}}));
    QCOMPARE(jsonIn(silent).value(t("error")).toString(), t("interaction_required"));
    const QJsonObject proven = tokenAfter(up, {{"claims", claims}});
    QCOMPARE(statusIn(armCall(up, "PUT", group, proven, body)), 201);
    // An application has no second factor to show.
    QCOMPARE(statusIn(armCall(up, "PUT", group, {{t("access_token"), QString::fromLatin1(up.box->tokenFor(t("sp-deploy")).reveal())}}, body)), 403);
}

void TestAuthorityWire::armNamesTheTenant()
{
    const Up up;
    const QByteArray fabrikam = exchange(up.port(), "GET /subscriptions/580eaf9a-a089-4ef2-862b-98a3646230f5?api-version=2022-12-01 HTTP/1.1\r\n");
    QVERIFY2(fabrikam.contains("/b0f7ab08-bb4e-42d3-82fa-a6afa56ccfd6\", error=\"invalid_token\""), fabrikam.constData());
}

void TestAuthorityWire::theCredentialKnowsTenants()
{
    const Up up;
    const auto credential = up.box->credential(t("dba@contoso.example"));
    const auto objectIn = [&](const QString &tenant) {
        auto token = causeway::test::await(credential->token(TokenRequest(t("https://management.azure.com/.default"), tenant), Context()));
        return token ? jwtPart(QString::fromLatin1(token->token.reveal()), 1).value(t("oid")).toString() : token.error().code;
    };
    const AuthorityWorld names;
    QCOMPARE(objectIn({}), names.dba);
    QCOMPARE(objectIn(t("organizations")), names.dba);
    QCOMPARE(objectIn(names.fabrikam), names.dbaAtFabrikam);
    QCOMPARE(objectIn(t("fabrikam.example")), names.dbaAtFabrikam);
    QCOMPARE(objectIn(t("nowhere.example")), t("AADSTS50020"));
}

void TestAuthorityWire::signedInForLonger()
{
    const QTemporaryDir folder;
    QJsonObject token;
    {
        const Up up(false, {}, folder.path() + t("/world"));
        token = tokenAfter(up, {});
    }
    QFile kept(folder.path() + t("/world/state.json"));
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QVERIFY(kept.readAll().contains("\"tokenSecret\":\"sealed:")); // not for everybody who reads the file
    const Up again(false, {}, folder.path() + t("/world"));
    const AuthorityWorld client;
    const QByteArray answer = postForm(again.port(), "/organizations/oauth2/v2.0/token", client.refreshing(token.value(t("refresh_token")).toString()));
    QCOMPARE(statusIn(answer), 200);
}

// --- the scripted authority -----------------------------------------------------------------------------------------------

void TestAuthorityWire::quirks_data()
{
    QTest::addColumn<int>("quirk");
    QTest::addColumn<QByteArray>("expected"); // somewhere in the raw answer
    const auto row = [](const char *name, Quirk quirk, const char *expected) { QTest::newRow(name) << int(quirk) << QByteArray(expected); };
    row("none", Quirk::None, "\"access_token\":\"AT-");
    row("invalid", Quirk::Invalid, "AADSTS9002313");
    row("second factor", Quirk::NeedsSecondFactor, "\"suberror\":\"basic_action\"");
    row("challenge", Quirk::Challenge, "\r\nWWW-Authenticate: Basic realm=\"sts\"\r\n");
    row("captive portal", Quirk::CaptivePortal, "HTTP/1.1 200 Scripted\r\nContent-Type: text/html");
    row("error not JSON", Quirk::ErrorNotJson, "HTTP/1.1 502");
    row("not an object", Quirk::NotAnObject, "\r\n\r\n[\"access_token\"]");
    row("in pieces", Quirk::InPieces, "\"access_token\":\"AT-");
    row("redirect", Quirk::Redirect, "HTTP/1.1 307");
    row("unavailable", Quirk::Unavailable, "\r\nRetry-After: 2\r\n");
    row("slow", Quirk::Slow, "\"access_token\":\"AT-");
    row("expires as text", Quirk::ExpiresAsText, "\"expires_in\":\"4000\"");
}

void TestAuthorityWire::quirks()
{
    QFETCH(int, quirk);
    QFETCH(QByteArray, expected);
    ScriptedAuthority authority;
    authority.playEntra(Quirk(quirk));
    QVERIFY2(exchange(authority.port(), "GET " + authority.authorizePath() + "?state=x&redirect_uri=http://localhost:1 HTTP/1.1\r\n").contains("302"), "authorize");
    const QByteArray answer = postForm(authority.port(), authority.tokenPath(), {{"grant_type", t("authorization_code")}, {"code", authority.tokens.code},
                                                                                  {"redirect_uri", t("http://localhost:1")}});
    QVERIFY2(answer.contains(expected), answer.left(600).constData());
    QCOMPARE(authority.requests(authority.tokenPath()).size(), 1);
    QCOMPARE(authority.requests(authority.tokenPath()).first().form("code"), authority.tokens.code);
}

void TestAuthorityWire::scriptedSignIn_data()
{
    QTest::addColumn<int>("quirk");
    QTest::addColumn<QString>("state");
    QTest::addColumn<bool>("code");
    QTest::addColumn<bool>("posted");
    QTest::newRow("honest") << int(Quirk::None) << t("my state") << true << true;
    QTest::newRow("state altered") << int(Quirk::StateAltered) << t("somebody-elses") << true << true;
    QTest::newRow("state missing") << int(Quirk::StateMissing) << QString() << true << true;
    QTest::newRow("code missing") << int(Quirk::CodeMissing) << t("my state") << false << true;
    QTest::newRow("denied") << int(Quirk::Denied) << t("my state") << false << true;
    QTest::newRow("query after all") << int(Quirk::PlainQuery) << t("my state") << true << false;
}

void TestAuthorityWire::scriptedSignIn()
{
    QFETCH(int, quirk);
    QFETCH(QString, state);
    QFETCH(bool, code);
    QFETCH(bool, posted);
    ScriptedAuthority authority;
    authority.playEntra(Quirk(quirk));
    Listener listener;
    const QUrl url(authority.origin() + QString::fromLatin1(authority.authorizePath()) + t("?response_mode=form_post&state=my%20state&redirect_uri=") + listener.redirectUri());
    const BrowserEnd end = browse(url, t("anybody"), BrowserOptions());
    QVERIFY(end.delivered);
    QCOMPARE(end.posted, posted);
    const ReceivedRequest got = listener.last();
    QCOMPARE(posted ? got.form("state") : got.query("state"), state);
    QCOMPARE(posted ? got.form("code") : got.query("code"), code ? authority.tokens.code : QString());
    QCOMPARE(got.form("error"), Quirk(quirk) == Quirk::Denied ? t("access_denied") : QString());
}

QTEST_GUILESS_MAIN(TestAuthorityWire)
#include "tst_authoritywire.moc"
