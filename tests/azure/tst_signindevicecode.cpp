// SPDX-License-Identifier: Apache-2.0
// The code that somebody types on another device (sign-in facts §5; RFC 8628).
#include "azure/auth/devicecode.h"
#include "domain/signinfailure.h"
#include "tests/azure/loginfixture.h"
#include "tests/support/coro.h"

#include <QtTest>

using namespace causeway;
using namespace test;

namespace {

const QByteArray deviceJson = R"({"device_code":"DC+/%41","user_code":"ABCD-EFGH","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5,"message":"m"})";

} // namespace

class TestSignInDeviceCode : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void asked();
    void badCodes_data();
    void badCodes();
    void polls();
    void ends_data();
    void ends();
};

void TestSignInDeviceCode::asked()
{
    Login login;
    login.transport.answer(200, deviceJson);
    const auto code = test::await(askDeviceCode(&login.endpoint, login.authority, application, arm, R"({"a":1})", Context()));
    QVERIFY(code.ok());
    QCOMPARE(code->userCode + code->verificationUri + code->message, QStringLiteral("ABCD-EFGHhttps://microsoft.com/devicelogin") + QStringLiteral("m"));
    QCOMPARE(code->expires, noon + std::chrono::minutes(15));
    QVERIFY(login.transport.requests().first().target.endsWith("/oauth2/v2.0/devicecode"));
    QCOMPARE(login.sent("scope"), withOpenIdScopes(arm));
    QCOMPARE(login.sent("claims"), QStringLiteral(R"({"a":1})"));
}

void TestSignInDeviceCode::badCodes_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QString>("code"); // empty: good
    const auto row = [](const char *name, const char *from, const char *to, const char *code) { QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QString::fromLatin1(code); };
    row("foreign page", "https://microsoft.com/devicelogin", "https://evil.example/devicelogin", "VerificationAddressForeign");
    row("plain page", "https://microsoft.com", "http://microsoft.com", "VerificationAddressForeign");
    row("script", "https://microsoft.com/devicelogin", "javascript:alert(1)", "VerificationAddressForeign");
    row("user in the page", "https://microsoft.com", "https://microsoft.com@evil.example", "VerificationAddressForeign");
    row("login host", "https://microsoft.com/devicelogin", "https://login.microsoftonline.com/common/oauth2/deviceauth", "");
    row("code with a link in it", "ABCD-EFGH", "ABCD <a href>", "UserCodeNotUnderstood");
    row("no device code", "device_code", "other", "NotTheSignInService");
    row("error with 200", "\"device_code\"", "\"error\":\"invalid_client\",\"error_codes\":[7000218],\"x\"", "AADSTS7000218");
    row("no interval", ",\"interval\":5", "", "");
    row("numbers as text", ":900,\"interval\":5", ":\"900\",\"interval\":\"5\"", "");
    row("interval of nothing", "\"interval\":5", "\"interval\":0", "");
}

void TestSignInDeviceCode::badCodes()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    Login login;
    login.transport.answer(200, QByteArray(deviceJson).replace(from, to));
    const auto code = test::await(askDeviceCode(&login.endpoint, login.authority, application, arm, {}, Context()));
    QTEST(code.ok() ? QString() : code.error().code, "code");
    if (code)
        QVERIFY(code->interval.count() >= 1 && code->expires == noon + std::chrono::minutes(15));
}

void TestSignInDeviceCode::polls()
{
    Login login;
    const auto word = [](const char *error) { return QByteArray("{\"error\":\"") + error + "\"}"; };
    login.transport.answer(200, deviceJson).answer(400, word("authorization_pending")).answer(400, word("slow_down")).answer(400, word("authorization_pending"));
    login.transport.fail(ErrorKind::OutcomeUnknown).fail(ErrorKind::OutcomeUnknown); // the endpoint tries twice
    login.transport.answer(200, tokenJson());
    const auto code = test::await(askDeviceCode(&login.endpoint, login.authority, application, arm, {}, Context()));
    const auto answer = test::await(awaitDeviceCode(&login.endpoint, login.authority, application, arm, *code, Context()));
    QVERIFY2(answer.ok(), answer.ok() ? "" : qPrintable(describe(answer.error())));
    QList<int> at;
    for (const TimePoint &time : login.transport.times())
        at.append(int((time - noon).count() / 1000));
    QCOMPARE(at, QList<int>({0, 5, 10, 20, 30, 31, 51})); // 5, 5, then 10 for good, doubled after a lost connection
    QCOMPARE(login.sent("grant_type"), QStringLiteral("urn:ietf:params:oauth:grant-type:device_code"));
    QCOMPARE(login.sent("device_code"), QStringLiteral("DC+/%41"));
}

void TestSignInDeviceCode::ends_data()
{
    QTest::addColumn<QByteArray>("error"); // empty: nobody ever answers
    QTest::addColumn<SignInFailure>("failure");
    QTest::newRow("declined") << QByteArray("authorization_declined") << SignInFailure::Cancelled;
    QTest::newRow("ended") << QByteArray("expired_token") << SignInFailure::DeviceCode;
    QTest::newRow("bad") << QByteArray("bad_verification_code") << SignInFailure::DeviceCode;
    QTest::newRow("nobody") << QByteArray() << SignInFailure::DeviceCode;
}

void TestSignInDeviceCode::ends()
{
    QFETCH(QByteArray, error);
    Login login;
    login.transport.answer(200, deviceJson);
    login.transport.setHandler([error](const HttpRequest &) { return HttpResponse{400, {}, "{\"error\":\"" + (error.isEmpty() ? "authorization_pending" : error) + "\"}"}; });
    const auto code = test::await(askDeviceCode(&login.endpoint, login.authority, application, arm, {}, Context()));
    const auto answer = test::await(awaitDeviceCode(&login.endpoint, login.authority, application, arm, *code, Context()));
    QTEST(signInFailureOf(answer.error()), "failure");
    QCOMPARE(login.transport.requests().size(), error.isEmpty() ? 180 : 2);
    std::stop_source stop;
    Context context;
    context.stop = stop.get_token();
    stop.request_stop();
    QCOMPARE(test::await(awaitDeviceCode(&login.endpoint, login.authority, application, arm, *code, context)).error().kind, ErrorKind::Cancelled);
}

QTEST_GUILESS_MAIN(TestSignInDeviceCode)
#include "tst_signindevicecode.moc"
