// SPDX-License-Identifier: Apache-2.0
// What a token endpoint may answer, and what we ask of it (sign-in facts §1, §5).
#include "domain/signinfailure.h"
#include "tests/azure/tokenbodies.h"

#include <QtTest>

using namespace causeway;
using namespace causeway::test;

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
