// SPDX-License-Identifier: Apache-2.0
// What a token endpoint may answer, what we ask of it, and what an error means (sign-in facts §1, §2, §5, §10).
#include "azure/auth/tokenendpoint.h"
#include "azure/http/memorytransport.h"
#include "domain/signinfailure.h"
#include "tests/support/authorityscript.h"
#include "tests/support/coro.h"

#include <QtTest>

using namespace causeway;


namespace {

const QString tenantId = QStringLiteral("525ce356-c43c-4eed-860e-112f387e6af6");
const QString ownClient = QStringLiteral("c0ffee00-0000-4000-8000-000000000001");
const QString armScope = QStringLiteral("https://management.azure.com/.default");
const TimePoint noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);

qint64 seconds(TimePoint time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

CloudProfile publicCloud()
{
    return clouds().first();
}

TokenExpectation expected(const QByteArray &nonce = "n-1")
{
    return {*Authority::make(publicCloud(), tenantId), publicCloud(), ownClient, withOpenIdScopes(armScope), nonce};
}

QJsonObject identity(const QJsonObject &changes = {})
{
    QJsonObject claims{{QStringLiteral("iss"), QStringLiteral("https://login.microsoftonline.com/%1/v2.0").arg(tenantId)}, {QStringLiteral("aud"), ownClient},
                       {QStringLiteral("tid"), tenantId}, {QStringLiteral("nonce"), QStringLiteral("n-1")}, {QStringLiteral("nbf"), seconds(noon) - 300},
                       {QStringLiteral("exp"), seconds(noon) + 3600}};
    for (auto it = changes.begin(); it != changes.end(); ++it)
        claims.insert(it.key(), it.value());
    return claims;
}

QJsonObject goodBody(const QJsonObject &changes = {}, const QJsonObject &claims = identity())
{
    QJsonObject body{{QStringLiteral("token_type"), QStringLiteral("Bearer")}, {QStringLiteral("scope"), armScope}, {QStringLiteral("expires_in"), 4000},
                     {QStringLiteral("access_token"), QStringLiteral("AT")}, {QStringLiteral("refresh_token"), QStringLiteral("RT")},
                     {QStringLiteral("id_token"), QString::fromLatin1(test::ScriptedAuthority::jwt(claims))}};
    for (auto it = changes.begin(); it != changes.end(); ++it) {
        if (it.value().isNull())
            body.remove(it.key());
        else
            body.insert(it.key(), it.value());
    }
    return body;
}

HttpResponse answer(const QJsonObject &body, int status = 200, const HttpHeaders &headers = {})
{
    return {status, headers, QJsonDocument(body).toJson(QJsonDocument::Compact)};
}

HttpHeaders dated(TimePoint time)
{
    const QDateTime date = QDateTime::fromSecsSinceEpoch(seconds(time), Qt::UTC);
    return {{"Date", QLocale::c().toString(date, QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'")).toLatin1()}};
}

struct Endpoint {
    VirtualClock clock{noon};
    MemoryTransport transport{clock};
    TokenEndpoint endpoint{transport, clock, publicCloud()};
    Authority authority = *Authority::make(publicCloud(), tenantId);
    Result<TokenAnswer> refresh(const QByteArray &claims = {})
    {
        return test::await(endpoint.refresh(authority, ownClient, Secret("R+T/%2B="), armScope, claims, Context()));
    }
    Result<TokenAnswer> redeem()
    {
        const FormFields fields{{"grant_type", QStringLiteral("authorization_code")}, {"code", QStringLiteral("c")}};
        return test::await(endpoint.token(expected(), fields, Context()));
    }
    QString sent(const char *field)
    {
        test::ReceivedRequest request;
        request.body = transport.requests().last().body;
        return request.form(field);
    }
};

} // namespace

class TestSignInAnswers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aGoodAnswer();
    void refused_data();
    void refused();
    void numbersAsText();
    void clockIsWrong_data();
    void clockIsWrong();
    void errors_data();
    void errors();
    void errorsOfCallbacks();
    void failures_data();
    void failures();
    void everyFailureIsInTheTable();
    void interaction_data();
    void interaction();
    void tenants_data();
    void tenants();
    void issuers_data();
    void issuers();
    void metadata_data();
    void metadata();
    void whoseHost();
    void refreshSendsWhatEntraWants();
    void triesAgain_data();
    void triesAgain();
    void formsAndScopes();
    void whomATokenIsFor_data();
    void whomATokenIsFor();
};

void TestSignInAnswers::aGoodAnswer()
{
    const QJsonObject more{{QStringLiteral("refresh_in"), 2000}, {QStringLiteral("ext_expires_in"), 8000}, {QStringLiteral("client_info"), QStringLiteral("e30")},
                           {QStringLiteral("new_field"), 7}};
    const auto parsed = parseTokenAnswer(answer(goodBody(more)), expected(), noon);
    QVERIFY(parsed.ok());
    QCOMPARE(parsed->access.token.reveal(), QByteArray("AT"));
    QCOMPARE(parsed->access.expires, noon + std::chrono::seconds(4000));
    QCOMPARE(parsed->extendedExpires, noon + std::chrono::seconds(8000));
    QCOMPARE(*parsed->access.refreshOn, noon + std::chrono::seconds(2000));
    QCOMPARE(parsed->refreshToken.reveal(), QByteArray("RT"));
    QCOMPARE(parsed->clientInfo, QStringLiteral("e30"));
    QCOMPARE(parsed->scope, armScope);
    QCOMPARE(parsed->idClaims.value(QStringLiteral("tid")).toString(), tenantId);
    QCOMPARE(parsed->raw.value(QStringLiteral("new_field")).toInt(), 7);
    for (const char *secret : {"access_token", "refresh_token", "id_token"})
        QVERIFY(!parsed->raw.contains(QLatin1String(secret)));
    // Row 18: an answer without a scope has granted the asked ones.
    QCOMPARE(parseTokenAnswer(answer(goodBody({{QStringLiteral("scope"), QJsonValue::Null}})), expected(), noon)->scope, withOpenIdScopes(armScope));
}

void TestSignInAnswers::refused_data()
{
    QTest::addColumn<HttpResponse>("response");
    QTest::addColumn<QString>("code");
    const auto body = [](const char *row, const QJsonObject &changes, const char *code) { QTest::newRow(row) << answer(goodBody(changes)) << QString::fromLatin1(code); };
    const auto claims = [](const char *row, const QJsonObject &changes, const char *code) {
        QTest::newRow(row) << answer(goodBody({}, identity(changes))) << QString::fromLatin1(code);
    };
    const QString foreign = QStringLiteral("https://login.evil.example/%1/v2.0").arg(tenantId);
    claims("foreign issuer", {{QStringLiteral("iss"), foreign}}, "ForeignIssuer");
    claims("issuer of another tenant", {{QStringLiteral("iss"), QStringLiteral("https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0")}}, "ForeignIssuer");
    claims("tid of another tenant", {{QStringLiteral("tid"), QStringLiteral("11111111-2222-3333-4444-555555555555")}}, "ForeignIssuer");
    claims("issuer of another cloud", {{QStringLiteral("iss"), QStringLiteral("https://login.microsoftonline.us/%1/v2.0").arg(tenantId)}}, "ForeignIssuer");
    claims("no issuer", {{QStringLiteral("iss"), QJsonValue()}}, "ForeignIssuer");
    claims("wrong audience", {{QStringLiteral("aud"), QStringLiteral("11111111-2222-3333-4444-555555555555")}}, "WrongAudience");
    claims("several audiences", {{QStringLiteral("aud"), QJsonArray{ownClient, QStringLiteral("x")}}}, "WrongAudience");
    claims("wrong nonce", {{QStringLiteral("nonce"), QStringLiteral("n-2")}}, "WrongNonce");
    claims("no nonce", {{QStringLiteral("nonce"), QJsonValue()}}, "WrongNonce");
    claims("no end", {{QStringLiteral("exp"), QJsonValue()}}, "IdentityNotUnderstood");
    claims("expired", {{QStringLiteral("exp"), seconds(noon) - 301}}, "IdentityExpired");
    claims("not yet", {{QStringLiteral("nbf"), seconds(noon) + 301}}, "IdentityExpired");
    body("no identity", {{QStringLiteral("id_token"), QJsonValue::Null}}, "IdentityMissing");
    body("identity is no JWT", {{QStringLiteral("id_token"), QStringLiteral("a.b")}}, "ForeignIssuer");
    body("not a bearer", {{QStringLiteral("token_type"), QStringLiteral("pop")}}, "TokenTypeUnknown");
    body("access token too long", {{QStringLiteral("access_token"), QString(65 * 1024, QLatin1Char('a'))}}, "TokenTooLong");
    body("a mebibyte", {{QStringLiteral("access_token"), QString(1024 * 1024, QLatin1Char('a'))}}, "TokenTooLong");
    body("refresh token too long", {{QStringLiteral("refresh_token"), QString(65 * 1024, QLatin1Char('a'))}}, "TokenTooLong");
    body("header injection", {{QStringLiteral("access_token"), QStringLiteral("a\r\nX: b")}}, "TokenNotUnderstood");
    body("no access token", {{QStringLiteral("access_token"), QJsonValue::Null}}, "NotTheSignInService");
    body("error beside a token", {{QStringLiteral("error"), QStringLiteral("invalid_grant")}}, "invalid_grant");
    QTest::newRow("captive portal") << HttpResponse{200, {{"Content-Type", "text/html"}}, "<html>access_token=1</html>"} << QStringLiteral("NotTheSignInService");
    QTest::newRow("array") << HttpResponse{200, {}, "[\"access_token\"]"} << QStringLiteral("NotTheSignInService");
    QTest::newRow("empty") << HttpResponse{200, {}, {}} << QStringLiteral("NotTheSignInService");
    QTest::newRow("redirect") << HttpResponse{307, {{"Location", "http://evil.example"}}, {}} << QStringLiteral("SignInRedirected");
    QTest::newRow("tokens with 201") << answer(goodBody(), 201) << QStringLiteral("NotTheSignInService");
    QTest::newRow("502 page") << HttpResponse{502, {}, "<html>"} << QStringLiteral("SignInUnavailable");
}

void TestSignInAnswers::refused()
{
    QFETCH(HttpResponse, response);
    QFETCH(QString, code);
    const auto parsed = parseTokenAnswer(response, expected(), noon);
    QVERIFY(!parsed.ok());
    QCOMPARE(parsed.error().code, code);
    QVERIFY(parsed.error().message.size() > 10 && parsed.error().message.size() < 700);
}

void TestSignInAnswers::numbersAsText()
{
    const auto at = [](const QJsonValue &value) { return parseTokenAnswer(answer(goodBody({{QStringLiteral("expires_in"), value}})), expected(), noon)->access.expires - noon; };
    QCOMPARE(at(QStringLiteral("4000")), Milliseconds(4000000));
    QCOMPARE(at(QJsonValue::Null), Milliseconds(0)); // for this once
    QCOMPARE(at(-5), Milliseconds(0));
    QCOMPARE(at(QStringLiteral("soon")), Milliseconds(0));
    QVERIFY(at(1e11) <= std::chrono::hours(24 * 366)); // no overflow
}

// B55: named by the answer's Date, at a sign-in that somebody waits for, or when the token's own times do not hold.
void TestSignInAnswers::clockIsWrong_data()
{
    QTest::addColumn<int>("minutes"); // that our clock is ahead
    QTest::addColumn<bool>("signIn");
    QTest::addColumn<QString>("says"); // empty: all is well
    QTest::newRow("right") << 0 << true << QString();
    QTest::newRow("4 min ahead") << 4 << true << QString();
    QTest::newRow("10 min ahead") << 10 << true << QStringLiteral("10 min ahead of");
    QTest::newRow("10 min behind") << -10 << true << QStringLiteral("10 min behind");
    QTest::newRow("10 min ahead, refresh") << 10 << false << QString();
    QTest::newRow("2 h ahead, refresh") << 120 << false << QStringLiteral("120 min ahead of");
    QTest::newRow("1 h behind, refresh") << -60 << false << QStringLiteral("60 min behind");
}

void TestSignInAnswers::clockIsWrong()
{
    QFETCH(int, minutes);
    QFETCH(bool, signIn);
    QFETCH(QString, says);
    const auto parsed = parseTokenAnswer(answer(goodBody(), 200, dated(noon)), expected(signIn ? "n-1" : ""), noon + std::chrono::minutes(minutes));
    QCOMPARE(parsed.ok(), says.isEmpty());
    if (parsed)
        return;
    QVERIFY2(parsed.error().message.contains(says), qPrintable(parsed.error().message));
    QCOMPARE(signInFailureOf(parsed.error()), SignInFailure::Clock);
}

void TestSignInAnswers::errors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("target");
    const auto row = [](const char *name, int status, const char *body, ErrorKind kind, const char *code, const char *target) {
        QTest::newRow(name) << status << QByteArray(body) << kind << QString::fromLatin1(code) << QString::fromLatin1(target);
    };
    row("by number", 400, R"({"error":"invalid_grant","suberror":"basic_action","error_codes":[50076],"error_description":"AADSTS50076: x"})", ErrorKind::Unauthorized, "AADSTS50076",
        "invalid_grant/basic_action");
    row("number in the text", 400, R"({"error":"interaction_required","error_description":"AADSTS50079: y\r\nTrace ID: z"})", ErrorKind::Unauthorized, "AADSTS50079", "interaction_required");
    row("word only", 400, R"({"error":"invalid_scope"})", ErrorKind::InvalidInput, "invalid_scope", "invalid_scope");
    row("with 200, as devicecode does", 200, R"({"error":"invalid_client","error_codes":[7000218]})", ErrorKind::InvalidInput, "AADSTS7000218", "invalid_client");
    row("wrong secret", 401, R"({"error":"invalid_client","error_codes":[7000215]})", ErrorKind::Unauthorized, "AADSTS7000215", "invalid_client");
    row("throttled", 429, R"({"error":"temporarily_unavailable"})", ErrorKind::Throttled, "temporarily_unavailable", "temporarily_unavailable");
    row("server", 503, R"({"error":"temporarily_unavailable"})", ErrorKind::Service, "temporarily_unavailable", "temporarily_unavailable");
    row("empty 500", 500, "", ErrorKind::Service, "SignInUnavailable", "");
    row("HTML", 200, "<html>", ErrorKind::Protocol, "NotTheSignInService", "");
    row("407", 407, "", ErrorKind::Protocol, "NotTheSignInService", "");
}

void TestSignInAnswers::errors()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    const Error error = tokenError({status, {{"Retry-After", "7"}, {"client-request-id", "mine"}}, body});
    QTEST(error.kind, "kind");
    QTEST(error.code, "code");
    QTEST(error.target, "target");
    QCOMPARE(error.httpStatus, status);
    QCOMPARE(error.retryAfter->count(), 7);
    QCOMPARE(error.correlationId, QStringLiteral("mine"));
    QVERIFY(!error.message.contains(QLatin1Char('\n')) && !error.message.isEmpty());
    const QByteArray full = R"({"error":"invalid_grant","error_description":"AADSTS50076: first\r\nTrace ID: t","trace_id":"tr","correlation_id":"co","timestamp":"2026-11-20 12:00:00Z","claims":"{\"access_token\":{}}"})";
    const Error whole = tokenError({400, {}, full});
    QCOMPARE(whole.message, QStringLiteral("AADSTS50076: first"));
    QCOMPARE(whole.requestId + whole.correlationId + whole.timestamp, QStringLiteral("trco2026-11-20 12:00:00Z"));
    QCOMPARE(whole.claims, QByteArray(R"({"access_token":{}})"));
}

void TestSignInAnswers::errorsOfCallbacks()
{
    const Error error = callbackError({{QStringLiteral("error"), QStringLiteral("access_denied")}, {QStringLiteral("error_subcode"), QStringLiteral("cancel")},
                                       {QStringLiteral("error_description"), QStringLiteral("AADSTS65004: User declined.\r\nTrace ID: tr\r\nCorrelation ID: co\r\nTimestamp: 2026-11-20 12:00:00Z")}});
    QCOMPARE(error.code, QStringLiteral("AADSTS65004"));
    QCOMPARE(error.message, QStringLiteral("AADSTS65004: User declined."));
    QCOMPARE(error.requestId + error.correlationId + error.timestamp, QStringLiteral("trco2026-11-20 12:00:00Z"));
    QCOMPARE(signInFailureOf(error), SignInFailure::Cancelled);
}

void TestSignInAnswers::failures_data()
{
    QTest::addColumn<SignInAnswer>("said");
    QTest::addColumn<SignInFailure>("failure");
    const auto code = [](int number, SignInFailure failure) { QTest::addRow("%d", number) << SignInAnswer{QStringLiteral("invalid_grant"), {}, {number}} << failure; };
    code(65004, SignInFailure::Cancelled);
    code(65001, SignInFailure::Consent);
    code(50076, SignInFailure::MoreNeeded);
    code(53004, SignInFailure::MoreNeeded);
    code(53000, SignInFailure::DevicePolicy);
    code(53003, SignInFailure::Blocked);
    code(700082, SignInFailure::SessionOver);
    code(50020, SignInFailure::WrongAccount);
    code(50126, SignInFailure::Credentials);
    code(700016, SignInFailure::Registration);
    code(7000215, SignInFailure::ServicePrincipal);
    code(90002, SignInFailure::WrongCloud);
    code(50196, SignInFailure::Loop);
    code(90033, SignInFailure::Transient);
    code(70019, SignInFailure::DeviceCode);
    code(700024, SignInFailure::Clock);
    code(900144, SignInFailure::ClientBug);
    const auto word = [](const char *error, const char *suberror, bool claims, SignInFailure failure) {
        QTest::addRow("%s/%s", error, suberror) << SignInAnswer{QLatin1String(error), QLatin1String(suberror), {}, claims} << failure;
    };
    word("invalid_grant", "", false, SignInFailure::SessionOver);
    word("invalid_grant", "", true, SignInFailure::MoreNeeded);
    word("invalid_grant", "consent_required", false, SignInFailure::Consent);
    word("invalid_grant", "message_only", false, SignInFailure::Blocked);
    word("authorization_declined", "", false, SignInFailure::Cancelled);
    word("expired_token", "", false, SignInFailure::DeviceCode);
    word("of_tomorrow", "", false, SignInFailure::Unknown);
    QTest::newRow("the first known number counts") << SignInAnswer{QStringLiteral("invalid_grant"), {}, {99999999, 50196}} << SignInFailure::Loop;
}

void TestSignInAnswers::failures()
{
    QFETCH(SignInAnswer, said);
    QTEST(signInFailure(said), "failure");
}

void TestSignInAnswers::everyFailureIsInTheTable()
{
    QSet<int> seen;
    for (int number = 10000; number < 1000000; ++number)
        seen.insert(int(signInFailure({{}, {}, {number}})));
    for (const int number : {7000112, 7000218, 7000215, 7000222, 9002313})
        seen.insert(int(signInFailure({{}, {}, {number}})));
    // NotTheService has no number: nobody of Microsoft's spoke.
    QCOMPARE(seen.size(), int(SignInFailure::Unknown) + 1 - 1);
    QCOMPARE(signInFailureOf(tokenError({200, {}, "<html>"})), SignInFailure::NotTheService);
    QCOMPARE(signInFailureOf(Error::cancelled()), SignInFailure::Cancelled);
}

void TestSignInAnswers::interaction_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<bool>("helps");
    const auto row = [](const char *target, bool helps) { QTest::newRow(target) << QString::fromLatin1(target) << helps; };
    row("invalid_grant", true);
    row("invalid_grant/basic_action", true);
    row("invalid_grant/client_mismatch", false);
    row("invalid_grant/protection_policy_required", false);
    row("interaction_required", true);
    row("login_required", true);
    row("consent_required", true);
    row("invalid_client", false);
    row("temporarily_unavailable", false);
    row("", false);
}

void TestSignInAnswers::interaction()
{
    QFETCH(QString, target);
    Error error;
    error.target = target;
    error.code = QStringLiteral("AADSTS50076"); // numbers decide nothing
    QTEST(needsInteraction(error), "helps");
}

void TestSignInAnswers::tenants_data()
{
    QTest::addColumn<QString>("tenant");
    QTest::addColumn<QString>("becomes"); // empty: refused
    const auto row = [](const char *tenant, const char *becomes) { QTest::newRow(tenant) << QString::fromUtf8(tenant) << QString::fromLatin1(becomes); };
    row("", "organizations");
    row("Organizations", "organizations");
    row("common", "common");
    row("525CE356-C43C-4EED-860E-112F387E6AF6", "525ce356-c43c-4eed-860e-112f387e6af6");
    row("Contoso.onmicrosoft.com", "contoso.onmicrosoft.com");
    row("consumers", "");
    row("../evil", "");
    row("a/b", "");
    row("contoso.com?x", "");
    row("-a.com", "");
    row("contoso", "");
    row("contoso.com\n", "contoso.com");
    row("cöntoso.com", "");
}

void TestSignInAnswers::tenants()
{
    QFETCH(QString, tenant);
    QFETCH(QString, becomes);
    const auto made = Authority::make(publicCloud(), tenant);
    QCOMPARE(made.ok(), !becomes.isEmpty());
    if (made) {
        QCOMPARE(made->tenant, becomes);
        QCOMPARE(made->url("token"), QStringLiteral("https://login.microsoftonline.com/%1/oauth2/v2.0/token").arg(becomes));
        QCOMPARE(made->isGeneral(), becomes == QStringLiteral("common") || becomes == QStringLiteral("organizations"));
    } else {
        QCOMPARE(made.error().code, QStringLiteral("TenantNotUnderstood"));
    }
    QVERIFY(!Authority::make(cloudAt(QStringLiteral("x"), QStringLiteral("https://a"), QStringLiteral("http://login.example"))).ok());
}

void TestSignInAnswers::issuers_data()
{
    QTest::addColumn<QString>("authority");
    QTest::addColumn<QString>("issuer");
    QTest::addColumn<QString>("tokenTenant");
    QTest::addColumn<bool>("accepted");
    const QString id = tenantId;
    const QString general = QStringLiteral("organizations");
    const auto row = [](const char *name, const QString &authority, const QString &issuer, const QString &tokenTenant, bool accepted) {
        QTest::newRow(name) << authority << issuer << tokenTenant << accepted;
    };
    row("own", id, QStringLiteral("https://login.microsoftonline.com/%1/v2.0").arg(id), id, true);
    row("alias", id, QStringLiteral("https://sts.windows.net/%1/").arg(id), id, true);
    row("general", general, QStringLiteral("https://login.microsoftonline.com/%1/v2.0").arg(id), id, true);
    row("template", general, QStringLiteral("https://login.microsoftonline.com/{tenantid}/v2.0"), id, true);
    row("template without tenant", general, QStringLiteral("https://login.microsoftonline.com/{tenantid}/v2.0"), QString(), false);
    row("no tid", id, QStringLiteral("https://login.microsoftonline.com/%1/v2.0").arg(id), QString(), false);
    row("http", id, QStringLiteral("http://login.microsoftonline.com/%1/v2.0").arg(id), id, false);
    row("port", id, QStringLiteral("https://login.microsoftonline.com:8443/%1/v2.0").arg(id), id, false);
    row("user", id, QStringLiteral("https://login.microsoftonline.com@evil.example/%1/v2.0").arg(id), id, false);
    row("suffix", id, QStringLiteral("https://login.microsoftonline.com.evil.example/%1/v2.0").arg(id), id, false);
    row("backslash", id, QStringLiteral("https://evil.example\\@login.microsoftonline.com/%1/v2.0").arg(id), id, false);
    row("word in the place of the tenant", id, QStringLiteral("https://login.microsoftonline.com/common/v2.0"), id, false);
    row("empty", id, QString(), id, false);
}

void TestSignInAnswers::issuers()
{
    QFETCH(QString, authority);
    QFETCH(QString, issuer);
    QFETCH(QString, tokenTenant);
    QTEST(Authority::make(publicCloud(), authority)->acceptsIssuer(issuer, tokenTenant, publicCloud()), "accepted");
    const CloudProfile own = cloudAt(QStringLiteral("custom"), QStringLiteral("https://arm.local"), QStringLiteral("http://127.0.0.1:81"));
    QVERIFY(Authority::make(own)->acceptsIssuer(QStringLiteral("http://127.0.0.1:81"), QString(), own));
    QVERIFY(!Authority::make(own)->acceptsIssuer(QStringLiteral("http://127.0.0.1:82"), QString(), own));
    QVERIFY(!Authority::make(own)->acceptsIssuer(QStringLiteral("https://sts.windows.net/%1/").arg(tenantId), tenantId, own));
}

void TestSignInAnswers::metadata_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code"); // empty: good
    const QByteArray good = R"({"issuer":"https://login.microsoftonline.com/525ce356-c43c-4eed-860e-112f387e6af6/v2.0","authorization_endpoint":"https://login.microsoftonline.com/x/oauth2/v2.0/authorize","token_endpoint":"https://login.microsoftonline.com/x/oauth2/v2.0/token"})";
    const auto with = [&good](const char *from, const char *to) { return QByteArray(good).replace(from, to); };
    QTest::newRow("good") << 200 << good << QString();
    QTest::newRow("no such directory") << 400 << QByteArray(R"({"error":"invalid_tenant"})") << QStringLiteral("TenantUnknown");
    QTest::newRow("404") << 404 << QByteArray() << QStringLiteral("TenantUnknown");
    QTest::newRow("captive portal") << 200 << QByteArray("<html>") << QStringLiteral("MetadataNotUnderstood");
    QTest::newRow("cut") << 200 << good.left(60) << QStringLiteral("MetadataNotUnderstood");
    QTest::newRow("array") << 200 << QByteArray("[]") << QStringLiteral("MetadataNotUnderstood");
    QTest::newRow("proxy") << 407 << QByteArray() << QStringLiteral("MetadataNotUnderstood");
    QTest::newRow("503") << 503 << QByteArray() << QStringLiteral("SignInUnavailable");
    QTest::newRow("foreign token endpoint") << 200 << with("https://login.microsoftonline.com/x/oauth2/v2.0/token", "https://evil.example/token") << QStringLiteral("MetadataForeign");
    QTest::newRow("plain token endpoint") << 200 << with("https://login.microsoftonline.com/x/oauth2/v2.0/token", "http://login.microsoftonline.com/token") << QStringLiteral("MetadataForeign");
    QTest::newRow("no token endpoint") << 200 << with("token_endpoint", "other") << QStringLiteral("MetadataForeign");
    QTest::newRow("foreign issuer") << 200 << with("\"issuer\":\"https://login.microsoftonline.com", "\"issuer\":\"https://evil.example") << QStringLiteral("MetadataForeign");
    QTest::newRow("foreign device endpoint") << 200 << with("{\"issuer", R"({"device_authorization_endpoint":"https://evil.example/x","issuer)") << QStringLiteral("MetadataForeign");
    QTest::newRow("numbers for names") << 200 << with("\"https://login.microsoftonline.com/x/oauth2/v2.0/token\"", "7") << QStringLiteral("MetadataForeign");
}

void TestSignInAnswers::metadata()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    Endpoint world;
    world.transport.answer(status, body);
    const auto read = test::await(readMetadata(&world.transport, *Authority::make(publicCloud(), QStringLiteral("contoso.com")), publicCloud(), Context()));
    QCOMPARE(world.transport.requests().first().target, QByteArray("/contoso.com/v2.0/.well-known/openid-configuration"));
    QCOMPARE(read.ok() ? QString() : read.error().code, code);
    if (read)
        QCOMPARE(read->tenantId, tenantId);
}

void TestSignInAnswers::whoseHost()
{
    Endpoint world;
    world.transport.answer(400, R"({"error":"invalid_instance"})").answer(200, R"({"tenant_discovery_endpoint":"https://login.sovcloud-identity.fr/x"})").answer(200, "<html>");
    const CloudProfile cloud = cloudAt(QStringLiteral("custom"), QStringLiteral("https://arm.example"), QStringLiteral("https://login.example"));
    const Authority authority = *Authority::make(cloud);
    QCOMPARE(test::await(askWhoseHost(&world.transport, authority, Context())).error().code, QStringLiteral("NotAMicrosoftHost"));
    QVERIFY(test::await(askWhoseHost(&world.transport, authority, Context())).ok());
    QCOMPARE(test::await(askWhoseHost(&world.transport, authority, Context())).error().code, QStringLiteral("MetadataNotUnderstood"));
    QVERIFY(world.transport.requests().first().target.contains("authorization_endpoint=https%3A%2F%2Flogin.example%2Forganizations%2Foauth2%2Fv2.0%2Fauthorize"));
}

// Row 8: encoded, without client_secret and redirect_uri, with a scope; each field once.
void TestSignInAnswers::refreshSendsWhatEntraWants()
{
    Endpoint world;
    world.transport.answer(200, QJsonDocument(goodBody()).toJson()).answer(200, QJsonDocument(goodBody()).toJson());
    QVERIFY(world.refresh().ok());
    const HttpRequest first = world.transport.requests().last();
    QCOMPARE(first.target, QByteArray("/525ce356-c43c-4eed-860e-112f387e6af6/oauth2/v2.0/token"));
    QCOMPARE(headerValue(first.headers, "Content-Type"), QByteArray("application/x-www-form-urlencoded"));
    QVERIFY(headerValue(first.headers, "User-Agent").startsWith("Causeway/"));
    QCOMPARE(headerValue(first.headers, "client-request-id").size(), 36);
    QVERIFY(!hasHeader(first.headers, "Origin") && !hasHeader(first.headers, "Authorization"));
    for (const auto &[name, value] : first.headers)
        QVERIFY(!name.toLower().startsWith("x-client") && !name.toLower().startsWith("x-ms-lib"));
    QCOMPARE(world.sent("refresh_token"), QStringLiteral("R+T/%2B="));
    QVERIFY(first.body.contains("refresh_token=R%2BT%2F%252B%3D"));
    QCOMPARE(world.sent("grant_type"), QStringLiteral("refresh_token"));
    QCOMPARE(world.sent("client_id"), ownClient);
    QCOMPARE(world.sent("client_info"), QStringLiteral("1"));
    QCOMPARE(world.sent("scope"), QStringLiteral("https://management.azure.com/.default offline_access openid profile"));
    QVERIFY(!first.body.contains("client_secret") && !first.body.contains("redirect_uri") && !first.body.contains("claims"));
    QVERIFY(world.refresh(R"({"a":1})").ok());
    QCOMPARE(world.sent("claims"), QStringLiteral(R"({"a":1})"));
}

void TestSignInAnswers::triesAgain_data()
{
    QTest::addColumn<bool>("code"); // authorization code, else refresh token
    QTest::addColumn<int>("status");
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<bool>("retryAfter");
    QTest::addColumn<int>("requests");
    const auto row = [](const char *name, bool code, int status, ErrorKind kind, bool pause, int requests) { QTest::newRow(name) << code << status << kind << pause << requests; };
    row("refresh 503", false, 503, ErrorKind::Internal, false, 2);
    row("refresh 503 Retry-After", false, 503, ErrorKind::Internal, true, 1);
    row("refresh 429", false, 429, ErrorKind::Internal, false, 1);
    row("refresh 400", false, 400, ErrorKind::Internal, false, 1);
    row("refresh lost", false, 0, ErrorKind::OutcomeUnknown, false, 1);
    row("refresh unsent", false, 0, ErrorKind::Network, false, 2);
    row("code 503", true, 503, ErrorKind::Internal, false, 1);
    row("code lost", true, 0, ErrorKind::OutcomeUnknown, false, 1);
    row("code unsent", true, 0, ErrorKind::Network, false, 2);
}

void TestSignInAnswers::triesAgain()
{
    QFETCH(bool, code);
    QFETCH(int, status);
    QFETCH(ErrorKind, kind);
    QFETCH(bool, retryAfter);
    QFETCH(int, requests);
    Endpoint world;
    if (status)
        world.transport.answer(status, "{}", retryAfter ? HttpHeaders{{"Retry-After", "2"}} : HttpHeaders{});
    else
        world.transport.fail(kind);
    world.transport.answer(200, QJsonDocument(goodBody()).toJson());
    const auto answer = code ? world.redeem() : world.refresh();
    QCOMPARE(world.transport.requests().size(), requests);
    QCOMPARE(answer.ok(), requests == 2);
    if (requests == 2)
        QCOMPARE(world.transport.times().at(1) - world.transport.times().at(0), Milliseconds(1000));
    // Somebody else's host: nothing is sent.
    const Authority foreign = *Authority::make(clouds().at(1));
    QCOMPARE(test::await(world.endpoint.post(foreign, "token", {}, Context())).error().code, QStringLiteral("AuthorityForeign"));
    QCOMPARE(world.transport.requests().size(), requests);
}

void TestSignInAnswers::formsAndScopes()
{
    QCOMPARE(formOf({{"a b", QStringLiteral("+ &=%41é~.")}, {"c", {}}}), QByteArray("a%20b=%2B%20%26%3D%2541%C3%A9~.&c="));
    QCOMPARE(withOpenIdScopes(QStringLiteral("z  openid a")), QStringLiteral("a offline_access openid profile z"));
    QVERIFY(jwtPayload("a.b").isEmpty());
    QVERIFY(jwtPayload("a.*.c").isEmpty());
    QVERIFY(jwtPayload(QByteArray(200 * 1024, 'a') + ".e30.c").isEmpty());
    QCOMPARE(jwtPayload(test::ScriptedAuthority::jwt({{QStringLiteral("x"), 1}})).value(QStringLiteral("x")).toInt(), 1);
}

void TestSignInAnswers::whomATokenIsFor_data()
{
    QTest::addColumn<QJsonObject>("claims");
    QTest::addColumn<QString>("user");
    const auto row = [](const char *name, std::initializer_list<QPair<QString, QJsonValue>> claims, const char *user) { QTest::newRow(name) << QJsonObject(claims) << QString::fromLatin1(user); };
    const QPair<QString, QJsonValue> upn{QStringLiteral("upn"), QStringLiteral("a@x")}, unique{QStringLiteral("unique_name"), QStringLiteral("live.com#b@x")}, preferred{QStringLiteral("preferred_username"), QStringLiteral("c@x")},
        app{QStringLiteral("appid"), QStringLiteral("d")}, party{QStringLiteral("azp"), QStringLiteral("e")};
    row("a member", {upn, unique, app}, "a@x");
    row("a guest", {unique, app}, "live.com#b@x");
    row("version 2.0", {preferred, party}, "c@x");
    row("an application", {app}, "d");
    row("an application, version 2.0", {party}, "e");
    row("nobody", {}, "");
    row("another type", {{QStringLiteral("upn"), 7}, app}, "d");
}

void TestSignInAnswers::whomATokenIsFor()
{
    QFETCH(QJsonObject, claims);
    claims.insert(QStringLiteral("tid"), tenantId);
    claims.insert(QStringLiteral("name"), QString(5000, QLatin1Char('n')));
    const TokenClaims found = claimsOf(Secret(test::ScriptedAuthority::jwt(claims)));
    QTEST(found.user, "user");
    QCOMPARE(found.tenant, tenantId);
    QCOMPARE(found.name.size(), 200);
    QVERIFY(claimsOf(Secret("opaque")).user.isEmpty());
}

QTEST_GUILESS_MAIN(TestSignInAnswers)
#include "tst_signinanswers.moc"
