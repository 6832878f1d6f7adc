// SPDX-License-Identifier: Apache-2.0
#include "authorityworld.h"

#include <QTest>
#include <openssl/obj_mac.h>
#include <openssl/rsa.h>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

//! The token and device endpoints, held against what Entra documents.
class TestAuthorityTokens : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theAnswer();
    void guests();
    void idTokenIsSigned();
    void redemptions_data();
    void redemptions();
    void codesAreForOnceAndSoon();
    void scopes_data();
    void scopes();
    void refreshes_data();
    void refreshes();
    void rotation();
    void refreshTokensOutliveTheProcess();
    void conditions_data();
    void conditions();
    void secondFactorOfOneTenant();
    void registeredClients();
    void lifetimes();
    void deviceFlow();
    void deviceErrors_data();
    void deviceErrors();
    void serviceErrors_data();
    void serviceErrors();
};

namespace {

using Asked = AuthorityWorld;

QString t(const char *text)
{
    return QString::fromUtf8(text);
}

const QString p1 = QStringLiteral(R"({"access_token":{"acrs":{"essential":true,"values":["p1"]}}})");
} // namespace

// --- users --------------------------------------------------------------------------------------------------------------

void TestAuthorityTokens::theAnswer()
{
    Asked world;
    const Fields identified{{"scope", world.armAndIdentity}};
    const QJsonObject body = Asked::body(world.token(changed(world.redemption(world.code(world.ask(), world.dba)), identified)));
    QCOMPARE(Asked::text(body, "token_type"), t("Bearer"));
    QCOMPARE(Asked::text(body, "scope"), t("https://management.azure.com/user_impersonation https://management.azure.com/.default"));
    QVERIFY(body.value(t("expires_in")).toInt() >= 3600 && body.value(t("expires_in")).toInt() < 5400);
    QCOMPARE(body.value(t("ext_expires_in")).toInt(), body.value(t("expires_in")).toInt());
    QVERIFY(!body.contains(t("foci")) && !body.contains(t("refresh_in")));
    const QJsonObject info = QJsonDocument::fromJson(QByteArray::fromBase64(Asked::text(body, "client_info").toLatin1(), QByteArray::Base64UrlEncoding)).object();
    QCOMPARE(info, (QJsonObject{{t("uid"), world.dba}, {t("utid"), world.contoso}}));
    const QJsonObject access = jwtPart(Asked::text(body, "access_token"), 1), identity = jwtPart(Asked::text(body, "id_token"), 1);
    const std::pair<const char *, QString> accessClaims[] = {{"aud", t("https://management.azure.com")}, {"tid", world.contoso}, {"oid", world.dba},
                                                             {"upn", t("dba@contoso.example")}, {"appid", world.client}, {"scp", t("user_impersonation")}};
    for (const auto &[name, value] : accessClaims)
        QCOMPARE(Asked::text(access, name), value);
    QCOMPARE(access.value(t("amr")).toArray(), QJsonArray{t("pwd")});
    QVERIFY(!access.contains(t("acrs")));
    const std::pair<const char *, QString> identityClaims[] = {{"iss", t("https://127.0.0.1:4711/525ce356-c43c-4eed-860e-112f387e6af6/v2.0")}, {"aud", world.client},
                                                               {"nonce", t("n-1")}, {"tid", world.contoso}, {"oid", world.dba}, {"name", t("Dana Dba")},
                                                               {"preferred_username", t("dba@contoso.example")}, {"ver", t("2.0")}};
    for (const auto &[name, value] : identityClaims)
        QCOMPARE(Asked::text(identity, name), value);
    // What is not asked for is not given.
    const Fields plain{{"scope", t("https://management.azure.com//.default")}};
    const QJsonObject less = Asked::body(world.token(changed(world.redemption(world.code(changed(world.ask(), plain), world.dba)), changed(plain, {{"-client_info", {}}}))));
    QVERIFY(less.contains(t("access_token")) && !less.contains(t("refresh_token")) && !less.contains(t("id_token")));
    QCOMPARE(Asked::text(jwtPart(Asked::text(less, "access_token"), 1), "aud"), t("https://management.azure.com/")); // the slash stays
}

void TestAuthorityTokens::guests()
{
    Asked world;
    const QJsonObject home = world.signedIn(world.dba);
    const QJsonObject there = Asked::body(world.token(world.refreshing(Asked::text(home, "refresh_token")), t("fabrikam.example")));
    const QJsonObject access = jwtPart(Asked::text(there, "access_token"), 1);
    QCOMPARE(Asked::text(access, "tid"), world.fabrikam);
    QCOMPARE(Asked::text(access, "oid"), world.dbaAtFabrikam); // another object, the same account:
    QCOMPARE(Asked::text(there, "client_info"), Asked::text(home, "client_info"));
    const QJsonObject directly = world.signedIn(world.dba, {}, world.fabrikam);
    QCOMPARE(Asked::text(jwtPart(Asked::text(directly, "access_token"), 1), "oid"), world.dbaAtFabrikam);
    const Response refused = world.token(world.refreshing(Asked::text(world.signedIn(t("85830ac7-383d-4702-8a31-35fefb08075a")), "refresh_token")), world.fabrikam);
    QCOMPARE(Asked::aadsts(refused), 50020);
}

void TestAuthorityTokens::idTokenIsSigned()
{
    Asked world;
    const QByteArrayList parts = Asked::text(Asked::body(world.token(changed(world.redemption(world.code(world.ask(), world.dba)), {{"scope", world.armAndIdentity}}))), "id_token").toLatin1().split('.');
    const QJsonObject jwk = Asked::body(world.send("GET", "/organizations/discovery/v2.0/keys")).value(t("keys")).toArray().at(0).toObject();
    QCOMPARE(jwtPart(QString::fromLatin1(parts.join('.')), 0).value(t("kid")), jwk.value(t("kid")));
    const auto number = [&](const char *name) {
        const QByteArray bytes = QByteArray::fromBase64(Asked::text(jwk, name).toLatin1(), QByteArray::Base64UrlEncoding);
        return BN_bin2bn(reinterpret_cast<const unsigned char *>(bytes.constData()), int(bytes.size()), nullptr);
    };
    RSA *rsa = nullptr;
    QT_WARNING_PUSH
    QT_WARNING_DISABLE_DEPRECATED
    rsa = RSA_new();
    RSA_set0_key(rsa, number("n"), number("e"), nullptr);
    const QByteArray hash = QCryptographicHash::hash(parts[0] + '.' + parts[1], QCryptographicHash::Sha256), signature = QByteArray::fromBase64(parts[2], QByteArray::Base64UrlEncoding);
    const int good = RSA_verify(NID_sha256, reinterpret_cast<const unsigned char *>(hash.constData()), unsigned(hash.size()),
                                reinterpret_cast<const unsigned char *>(signature.constData()), unsigned(signature.size()), rsa);
    RSA_free(rsa);
    QT_WARNING_POP
    QCOMPARE(good, 1);
}

void TestAuthorityTokens::redemptions_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QString>("tenant");
    QTest::addColumn<int>("number");
    const QString any = t("organizations");
    QTest::newRow("good") << Fields{} << any << 0;
    QTest::newRow("at the home tenant") << Fields{} << t("contoso.example") << 0;
    QTest::newRow("at another tenant") << Fields{} << t("fabrikam.example") << 700005;
    QTest::newRow("no code") << Fields{{"-code", {}}} << any << 900144;
    QTest::newRow("made up code") << Fields{{"code", t("1.Amadeup")}} << any << 9002313;
    QTest::newRow("no verifier") << Fields{{"-code_verifier", {}}} << any << 501481;
    QTest::newRow("wrong verifier") << Fields{{"code_verifier", QString(43, QLatin1Char('w'))}} << any << 501481;
    QTest::newRow("no redirect") << Fields{{"-redirect_uri", {}}} << any << 500112;
    QTest::newRow("redirect with a slash") << Fields{{"redirect_uri", t("http://localhost:4242/")}} << any << 500112;
    QTest::newRow("redirect with port 0") << Fields{{"redirect_uri", t("http://localhost:0")}} << any << 500112;
    QTest::newRow("another client") << Fields{{"client_id", t("c0ffee00-0000-4000-8000-000000000002")}} << any << 70000;
    QTest::newRow("no client") << Fields{{"-client_id", {}}} << any << 900144;
    QTest::newRow("secret of a public client") << Fields{{"client_secret", t("x")}} << any << 700025;
    QTest::newRow("empty secret") << Fields{{"client_secret", QString()}} << any << 700025;
    QTest::newRow("a field twice") << Fields{{"extra", t("1")}, {"extra", t("2")}} << any << 9002313;
    QTest::newRow("two resources") << Fields{{"scope", t("https://management.azure.com/.default https://vault.azure.net/.default")}} << any << 28000;
    QTest::newRow("claims are no JSON") << Fields{{"claims", t("x")}} << any << 9002313;
    QTest::newRow("no such tenant") << Fields{} << t("nowhere.example") << 90002;
}

void TestAuthorityTokens::redemptions()
{
    QFETCH(Fields, changes);
    QFETCH(QString, tenant);
    QFETCH(int, number);
    Asked world;
    const QString code = world.code(world.ask(), world.dba);
    const Fields fields = changes.size() == 2 && changes[0].first == changes[1].first ? world.redemption(code) + changes : changed(world.redemption(code), changes);
    const Response response = world.token(fields, tenant);
    QCOMPARE(Asked::aadsts(response), number);
    QCOMPARE(response.status, number == 0 ? 200 : number == 700025 ? 401 : 400);
    if (number == 9002313 && changes.first().first == "code")
        QCOMPARE(Asked::text(Asked::body(response), "error"), t("invalid_grant"));
    // A mistake burns nothing; a success does.
    QCOMPARE(Asked::aadsts(world.token(world.redemption(code))), number == 0 ? 54005 : 0);
}

void TestAuthorityTokens::codesAreForOnceAndSoon()
{
    Asked world;
    const QString code = world.code(world.ask(), world.dba);
    world.now += std::chrono::minutes(10) + std::chrono::seconds(1);
    QCOMPARE(Asked::aadsts(world.token(world.redemption(code))), 70008);
    world.set("signInEmptySecret", true);
    QCOMPARE(world.token(changed(world.redemption(world.code(world.ask(), world.dba)), {{"client_secret", QString()}})).status, 200);
    QCOMPARE(Asked::aadsts(world.send("GET", "/organizations/oauth2/v2.0/token")), 900561);
}

void TestAuthorityTokens::scopes_data()
{
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("scope");
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("audience");
    const QString pg = t("https://ossrdbms-aad.database.windows.net"), arm = t("https://management.azure.com");
    QTest::newRow("as authorized") << arm + t("/.default") << QString() << 0 << arm;
    QTest::newRow("another resource") << arm + t("/.default") << pg + t("/.default") << 0 << pg;
    QTest::newRow("user_impersonation") << arm + t("/.default") << arm + t("/user_impersonation") << 0 << arm;
    QTest::newRow("the sandbox itself") << arm + t("/.default") << t("https://127.0.0.1:4711/.default") << 0 << t("https://127.0.0.1:4711");
    QTest::newRow("several authorized, none named") << arm + t("/.default ") + pg + t("/.default") << QString() << 28000 << QString();
    QTest::newRow("several authorized, one named") << arm + t("/.default ") + pg + t("/.default") << pg + t("/.default") << 0 << pg;
    QTest::newRow("identity alone") << t("openid profile") << QString() << 0 << t("https://graph.microsoft.com");
    QTest::newRow("nothing at all") << t("offline_access") << QString() << 28003 << QString();
    QTest::newRow("unknown") << arm + t("/.default") << t("https://nobody.example/.default") << 500011 << QString();
    QTest::newRow("no resource") << arm + t("/.default") << t("offline_access") << 28002 << QString();
}

void TestAuthorityTokens::scopes()
{
    QFETCH(QString, asked);
    QFETCH(QString, scope);
    QFETCH(int, number);
    QFETCH(QString, audience);
    Asked world;
    const QString code = world.code(changed(world.ask(), {{"scope", asked}}), world.dba);
    const Response response = world.token(changed(world.redemption(code), {{scope.isEmpty() ? "-scope" : "scope", scope}}));
    QCOMPARE(Asked::aadsts(response), number);
    if (number == 0)
        QCOMPARE(Asked::text(jwtPart(Asked::text(Asked::body(response), "access_token"), 1), "aud"), audience);
}

// --- refreshing ---------------------------------------------------------------------------------------------------------

void TestAuthorityTokens::refreshes_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("suberror");
    QTest::newRow("good") << Fields{} << 0 << QString();
    QTest::newRow("another resource") << Fields{{"scope", t("https://dev.azuresynapse.net/.default")}} << 0 << QString();
    QTest::newRow("without scope: as authorized") << Fields{{"-scope", {}}} << 0 << QString();
    QTest::newRow("no token") << Fields{{"-refresh_token", {}}} << 900144 << QString();
    QTest::newRow("made up") << Fields{{"refresh_token", t("1.Ae30.x")}} << 9002313 << t("bad_token");
    QTest::newRow("another client") << Fields{{"client_id", t("c0ffee00-0000-4000-8000-000000000002")}} << 70000 << t("client_mismatch");
    QTest::newRow("with a secret") << Fields{{"client_secret", t("x")}} << 700025 << QString();
    QTest::newRow("unknown resource") << Fields{{"scope", t("https://nobody.example/.default")}} << 500011 << QString();
}

void TestAuthorityTokens::refreshes()
{
    QFETCH(Fields, changes);
    QFETCH(int, number);
    QFETCH(QString, suberror);
    Asked world;
    const QString refresh = Asked::text(world.signedIn(world.dba), "refresh_token");
    const Response response = world.token(changed(world.refreshing(refresh), changes));
    QCOMPARE(Asked::aadsts(response), number);
    QCOMPARE(Asked::text(Asked::body(response), "suberror"), suberror);
    // A changed character is enough.
    QString forged = refresh;
    forged[10] = forged[10] == QLatin1Char('A') ? QLatin1Char('B') : QLatin1Char('A');
    QCOMPARE(Asked::aadsts(world.token(world.refreshing(forged))), 9002313);
}

void TestAuthorityTokens::rotation()
{
    Asked world;
    const QString first = Asked::text(world.signedIn(world.dba), "refresh_token");
    const QString second = Asked::text(Asked::body(world.token(world.refreshing(first))), "refresh_token");
    QVERIFY(!second.isEmpty() && second != first);
    QCOMPARE(world.token(world.refreshing(first)).status, 200); // Entra does not revoke the old one
    world.set("signInStrictRefresh", true);
    const QString third = Asked::text(Asked::body(world.token(world.refreshing(second))), "refresh_token");
    QCOMPARE(Asked::aadsts(world.token(world.refreshing(second))), 50173); // used twice: the session ends,
    QCOMPARE(Asked::aadsts(world.token(world.refreshing(third))), 50173);  // and with it what came of it
    world.set("signInStrictRefresh", false);
    const QString fresh = Asked::text(world.signedIn(world.dba), "refresh_token");
    world.now += std::chrono::hours(24 * 89);
    const QString slid = Asked::text(Asked::body(world.token(world.refreshing(fresh))), "refresh_token");
    world.now += std::chrono::hours(24 * 2);
    QCOMPARE(Asked::aadsts(world.token(world.refreshing(fresh))), 700082);
    QCOMPARE(world.token(world.refreshing(slid)).status, 200); // the 90 days slide
}

void TestAuthorityTokens::refreshTokensOutliveTheProcess()
{
    Asked world;
    const QJsonObject signedIn = world.signedIn(world.dba);
    Asked other; // another world knows nothing of it
    QCOMPARE(Asked::aadsts(other.token(other.refreshing(Asked::text(signedIn, "refresh_token")))), 9002313);
    other.state = *State::fromJson(world.state.toJson());
    TokenMint mint;
    Authority again(mint, other.state);
    Request request = requestFromTarget("POST", "/organizations/oauth2/v2.0/token");
    request.origin = Asked::origin;
    request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    request.body = encodedFields(world.refreshing(Asked::text(signedIn, "refresh_token")));
    QCOMPARE(again.answer(request, world.now)->status, 200);
    QCOMPARE(int(mint.check(Asked::text(signedIn, "access_token").toLatin1(), Asked::origin, world.now).verdict), int(TokenMint::Verdict::Good));
}

// --- conditional access -------------------------------------------------------------------------------------------------

void TestAuthorityTokens::conditions_data()
{
    QTest::addColumn<QJsonObject>("settings");
    QTest::addColumn<QString>("claims");
    QTest::addColumn<bool>("proven"); // the session has a second factor
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("error");
    QTest::addColumn<QString>("suberror");
    const QString dba = t("dba@contoso.example");
    const QJsonObject tenant{{t("signInMfaTenants"), QJsonArray{t("contoso.example")}}};
    const auto refuse = [&](int number) { return QJsonObject{{t("signInRefuse"), QJsonObject{{dba, number}}}}; };
    QTest::newRow("nothing") << QJsonObject() << QString() << false << 0 << QString() << QString();
    QTest::newRow("challenge") << QJsonObject() << p1 << false << 50076 << t("interaction_required") << t("basic_action");
    QTest::newRow("challenge, proven") << QJsonObject() << p1 << true << 0 << QString() << QString();
    QTest::newRow("capabilities alone") << QJsonObject() << t(R"({"access_token":{"xms_cc":{"values":["CP1"]}}})") << false << 0 << QString() << QString();
    QTest::newRow("tenant") << tenant << QString() << false << 50076 << t("interaction_required") << t("basic_action");
    QTest::newRow("tenant, proven") << tenant << QString() << true << 0 << QString() << QString();
    QTest::newRow("not registered") << QJsonObject{{t("signInMfaTenants"), QJsonArray{t("contoso.example")}}, {t("signInMfaUnregistered"), QJsonArray{dba}}} << QString()
                                    << false << 50079 << t("interaction_required") << t("basic_action");
    QTest::newRow("factor expired") << refuse(50078) << QString() << false << 50078 << t("interaction_required") << t("basic_action");
    QTest::newRow("device") << refuse(53000) << QString() << false << 53000 << t("interaction_required") << t("device_authentication_failed");
    QTest::newRow("blocked") << refuse(53003) << QString() << true << 53003 << t("interaction_required") << t("message_only");
    QTest::newRow("disabled") << refuse(50057) << QString() << false << 50057 << t("invalid_grant") << QString();
    QTest::newRow("consent") << refuse(65001) << QString() << false << 65001 << t("invalid_grant") << t("consent_required");
    QTest::newRow("expired") << refuse(700082) << QString() << false << 700082 << t("invalid_grant") << t("token_expired");
    QTest::newRow("loop") << refuse(50196) << QString() << false << 50196 << t("invalid_grant") << QString();
    QTest::newRow("revoked") << QJsonObject{{t("signInRevokedBefore"), QJsonObject{{dba, t("2999-01-01T00:00:00Z")}}}} << QString() << true << 50173 << t("invalid_grant")
                             << t("bad_token");
    QTest::newRow("revoked before") << QJsonObject{{t("signInRevokedBefore"), QJsonObject{{dba, t("2020-01-01T00:00:00Z")}}}} << QString() << false << 0 << QString() << QString();
}

void TestAuthorityTokens::conditions()
{
    QFETCH(QJsonObject, settings);
    QFETCH(QString, claims);
    QFETCH(bool, proven);
    QFETCH(int, number);
    QFETCH(QString, error);
    QFETCH(QString, suberror);
    Asked world;
    QString code = proven ? QString() : world.code(world.ask(), world.dba);
    if (proven)
        code = Asked::field(world.press(world.press(world.authorize(changed(world.ask(), {{"claims", p1}})), "user", world.dba), "factor", t("approve")), "code");
    const QString refresh = Asked::text(Asked::body(world.token(world.redemption(code))), "refresh_token");
    world.state.settings = settings;
    const Response response = world.token(changed(world.refreshing(refresh), claims.isEmpty() ? Fields{} : Fields{{"claims", claims}}));
    QCOMPARE(Asked::aadsts(response), number);
    const QJsonObject body = Asked::body(response);
    QCOMPARE(Asked::text(body, "error"), error);
    QCOMPARE(Asked::text(body, "suberror"), suberror);
    QCOMPARE(body.contains(t("claims")), number == 50076 || number == 50079 || number == 50078);
    if (number == 0)
        QCOMPARE(jwtPart(Asked::text(body, "access_token"), 1).contains(t("acrs")), proven);
    if (claims == p1 && number != 0)
        QCOMPARE(Asked::text(body, "claims"), p1);
    if (number != 65001)
        return;
    // Consent is given once, and remembered.
    const Response consent = world.press(world.authorize(world.ask()), "user", world.dba);
    QVERIFY(!Asked::field(world.press(consent, "consent", t("accept")), "code").isEmpty());
    QCOMPARE(world.token(world.refreshing(refresh)).status, 200);
    QVERIFY(world.authority.takeChanged());
}

void TestAuthorityTokens::secondFactorOfOneTenant()
{
    Asked world;
    world.set("signInMfaTenants", QJsonArray{t("fabrikam.example")});
    const QString refresh = Asked::text(world.signedIn(world.dba), "refresh_token");
    QCOMPARE(world.token(world.refreshing(refresh), world.contoso).status, 200);
    const Response refused = world.token(world.refreshing(refresh), world.fabrikam);
    QCOMPARE(Asked::aadsts(refused), 50076);
    QVERIFY(Asked::text(Asked::body(refused), "claims").contains(t("capolids")));
    // Proven there, it is proven everywhere.
    const Response page = world.press(world.authorize(world.ask(), world.fabrikam), "user", world.dba);
    const QString code = Asked::field(world.press(page, "factor", t("approve")), "code");
    const QJsonObject there = Asked::body(world.token(world.redemption(code), world.fabrikam));
    QCOMPARE(world.token(world.refreshing(Asked::text(there, "refresh_token")), world.fabrikam).status, 200);
}

void TestAuthorityTokens::registeredClients()
{
    Asked world;
    const QString refresh = Asked::text(world.signedIn(world.dba), "refresh_token");
    world.set("signInClients", QJsonArray{t("04B07795-8DDB-461A-BBEE-02F9E1BF7B46")});
    QCOMPARE(Asked::aadsts(world.token(world.refreshing(refresh))), 700016);
    QCOMPARE(Asked::aadstsIn(QString::fromUtf8(world.authorize(world.ask()).body)), 700016);
    QCOMPARE(world.authorize(changed(world.ask(), {{"client_id", t("04b07795-8ddb-461a-bbee-02f9e1bf7b46")}})).status, 200);
}

void TestAuthorityTokens::lifetimes()
{
    Asked world;
    const QJsonObject capable = world.signedIn(world.dba);
    const Fields cp1 = changed(world.refreshing(Asked::text(capable, "refresh_token")), {{"claims", t(R"({"access_token":{"xms_cc":{"values":["CP1"]}}})")}});
    const QJsonObject longer = Asked::body(world.token(cp1));
    QVERIFY(longer.value(t("expires_in")).toInt() >= 24 * 3600 && longer.value(t("expires_in")).toInt() < 28 * 3600);
    QCOMPARE(longer.value(t("refresh_in")).toInt(), longer.value(t("expires_in")).toInt() / 2);
    world.set("signInTokenSeconds", 360);
    QCOMPARE(Asked::body(world.token(cp1)).value(t("expires_in")).toInt(), 360);
}

// --- device code --------------------------------------------------------------------------------------------------------

void TestAuthorityTokens::deviceFlow()
{
    Asked world;
    const auto start = [&] { return Asked::body(world.post(t("/organizations/oauth2/v2.0/devicecode"), {{"client_id", world.client}, {"scope", world.armAndIdentity}})); };
    const auto poll = [&](const QJsonObject &device) {
        return world.token({{"client_id", world.client}, {"grant_type", t("urn:ietf:params:oauth:grant-type:device_code")},
                            {"device_code", Asked::text(device, "device_code")}, {"client_info", t("1")}});
    };
    const auto typed = [&](const QString &code) { return world.post(t("/common/oauth2/deviceauth"), {{"otc", code}}); };
    const QJsonObject device = start();
    QCOMPARE(device.value(t("expires_in")).toInt(), 900);
    QCOMPARE(device.value(t("interval")).toInt(), 5);
    QCOMPARE(Asked::text(device, "verification_uri"), t("https://127.0.0.1:4711/common/oauth2/deviceauth"));
    QVERIFY(Asked::text(device, "message").contains(Asked::text(device, "user_code")));
    QVERIFY(!device.contains(t("verification_uri_complete")));
    QCOMPARE(Asked::text(Asked::body(poll(device)), "error"), t("authorization_pending"));
    QVERIFY(typed(t("WRONGCODE")).body.contains("did not work"));
    const Response chooser = typed(Asked::text(device, "user_code").toLower().insert(4, QLatin1Char('-'))); // as people type
    QVERIFY(chooser.body.contains("another device"));
    QVERIFY(world.press(chooser, "user", world.dba).body.contains("You have signed in"));
    const QJsonObject token = Asked::body(poll(device));
    QCOMPARE(Asked::text(jwtPart(Asked::text(token, "access_token"), 1), "oid"), world.dba);
    QVERIFY(token.contains(t("refresh_token")) && token.contains(t("id_token")));
    QCOMPARE(Asked::text(Asked::body(poll(device)), "error"), t("bad_verification_code")); // once
    const QJsonObject declined = start();
    QVERIFY(world.press(typed(Asked::text(declined, "user_code")), "cancel", t("1")).body.contains("declined"));
    QCOMPARE(Asked::text(Asked::body(poll(declined)), "error"), t("authorization_declined"));
    world.set("signInDeviceSlowDown", true);
    const QJsonObject hasty = start();
    QCOMPARE(Asked::text(Asked::body(poll(hasty)), "error"), t("authorization_pending"));
    world.now += std::chrono::seconds(2);
    QCOMPARE(Asked::text(Asked::body(poll(hasty)), "error"), t("slow_down"));
    world.now += std::chrono::seconds(5);
    QCOMPARE(Asked::text(Asked::body(poll(hasty)), "error"), t("authorization_pending"));
    world.now += std::chrono::minutes(15);
    QCOMPARE(Asked::text(Asked::body(poll(hasty)), "error"), t("expired_token"));
    QVERIFY(typed(Asked::text(hasty, "user_code")).body.contains("did not work"));
}

void TestAuthorityTokens::deviceErrors_data()
{
    QTest::addColumn<Fields>("fields");
    QTest::addColumn<int>("number");
    const QString client = Asked().client, arm = Asked().arm;
    QTest::newRow("no client") << Fields{{"scope", arm}} << 900144;
    QTest::newRow("no scope") << Fields{{"client_id", client}} << 900144;
    QTest::newRow("unknown client") << Fields{{"client_id", t("causeway")}, {"scope", arm}} << 700016;
    QTest::newRow("unknown resource") << Fields{{"client_id", client}, {"scope", t("https://nobody.example/.default")}} << 500011;
    QTest::newRow("two resources") << Fields{{"client_id", client}, {"scope", arm + t(" https://vault.azure.net/.default")}} << 28000;
}

void TestAuthorityTokens::deviceErrors()
{
    QFETCH(Fields, fields);
    QFETCH(int, number);
    Asked world;
    for (const bool as200 : {false, true}) {
        world.set("signInDeviceErrorsAs200", as200);
        const Response response = world.post(t("/organizations/oauth2/v2.0/devicecode"), fields);
        QCOMPARE(response.status, as200 ? 200 : 400);
        QCOMPARE(Asked::aadsts(response), number);
    }
}

// --- the service itself -------------------------------------------------------------------------------------------------

void TestAuthorityTokens::serviceErrors_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<int>("status");
    QTest::newRow("transient") << 90033 << 503;
    QTest::newRow("server error") << 50000 << 500;
    QTest::newRow("throttled") << 90055 << 429;
}

void TestAuthorityTokens::serviceErrors()
{
    QFETCH(int, number);
    QFETCH(int, status);
    Asked world;
    const QString refresh = Asked::text(world.signedIn(world.dba), "refresh_token");
    world.set("signInRefuse", QJsonObject{{t("*"), number}});
    const Response response = world.token(world.refreshing(refresh));
    QCOMPARE(response.status, status);
    QCOMPARE(Asked::aadsts(response), number);
    QCOMPARE(!headerValue(response.headers, "retry-after").isEmpty(), status != 500);
}

QTEST_GUILESS_MAIN(TestAuthorityTokens)
#include "tst_authoritytokens.moc"
