// SPDX-License-Identifier: Apache-2.0
// What an error of the sign-in service means (sign-in facts §10).
#include "azure/auth/tokenendpoint.h"
#include "domain/signinfailure.h"
#include "tests/support/authorityscript.h"

#include <QtTest>

using namespace causeway;

class TestSignInFailures : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void errors_data();
    void errors();
    void errorsOfCallbacks();
    void failures_data();
    void failures();
    void everyFailureIsInTheTable();
    void interaction_data();
    void interaction();
};

void TestSignInFailures::errors_data()
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

void TestSignInFailures::errors()
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

void TestSignInFailures::errorsOfCallbacks()
{
    const Error error = callbackError({{QStringLiteral("error"), QStringLiteral("access_denied")}, {QStringLiteral("error_subcode"), QStringLiteral("cancel")},
                                       {QStringLiteral("error_description"), QStringLiteral("AADSTS65004: User declined.\r\nTrace ID: tr\r\nCorrelation ID: co\r\nTimestamp: 2026-11-20 12:00:00Z")}});
    QCOMPARE(error.code, QStringLiteral("AADSTS65004"));
    QCOMPARE(error.message, QStringLiteral("AADSTS65004: User declined."));
    QCOMPARE(error.requestId + error.correlationId + error.timestamp, QStringLiteral("trco2026-11-20 12:00:00Z"));
    QCOMPARE(signInFailureOf(error), SignInFailure::Cancelled);
}

void TestSignInFailures::failures_data()
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

void TestSignInFailures::failures()
{
    QFETCH(SignInAnswer, said);
    QTEST(signInFailure(said), "failure");
}

void TestSignInFailures::everyFailureIsInTheTable()
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

void TestSignInFailures::interaction_data()
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

void TestSignInFailures::interaction()
{
    QFETCH(QString, target);
    Error error;
    error.target = target;
    error.code = QStringLiteral("AADSTS50076"); // numbers decide nothing
    QTEST(needsInteraction(error), "helps");
}

QTEST_GUILESS_MAIN(TestSignInFailures)
#include "tst_signinfailures.moc"
