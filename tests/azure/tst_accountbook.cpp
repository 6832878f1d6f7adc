// SPDX-License-Identifier: Apache-2.0
// When a token is kept, refreshed and asked for, by account, tenant and scope.
#include "tests/azure/accountdesk.h"

#include <QtTest>

using namespace causeway;
using namespace causeway::test;
using namespace std::chrono_literals;

class TestAccountBook : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refreshesOnceForAThousand();
    void renewsFiveMinutesBeforeTheEnd();
    void remembersWhatNeedsAPerson();
    void waitsWhenAskedTo_data();
    void waitsWhenAskedTo();
    void keepsWhatStillHolds_data();
    void keepsWhatStillHolds();
    void renewsWhenToldTo();
    void keepsTenantsApart();
    void answersClaims();
    void isACredential();
};

void TestAccountBook::refreshesOnceForAThousand()
{
    Desk desk;
    desk.pass(56min); // four minutes are left
    desk.service.held = true;
    std::vector<QCoro::Task<Result<AccessToken>>> tasks;
    for (int i = 0; i < 1000; ++i)
        tasks.push_back(desk.book->token(kHomeId, TokenRequest(arm), Context()));
    std::vector<QCoro::Task<Result<AccessToken>>> others;
    for (int i = 0; i < 10; ++i)
        others.push_back(desk.book->token(kHomeId, TokenRequest(arm, kGuestTenant), Context())); // another tenant is another refresh
    QCOMPARE(desk.service.forms.size(), 2);
    desk.service.next = {StrictService::json(200, desk.service.answer(kHomeTenant, arm)), StrictService::json(200, desk.service.answer(kGuestTenant, arm))};
    desk.service.letGo();
    for (const auto &token : test::await(whenAll(std::move(tasks))))
        QCOMPARE(bytesOf(token), QByteArray("AT-2"));
    for (const auto &token : test::await(whenAll(std::move(others))))
        QCOMPARE(bytesOf(token), QByteArray("AT-3"));
    QCOMPARE(desk.book->refreshes(), 2);
}

void TestAccountBook::renewsFiveMinutesBeforeTheEnd()
{
    Desk desk;
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-1"));
    desk.pass(54min);
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-1"));
    QCOMPARE(desk.book->refreshes(), 0);
    desk.pass(2min);
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-2"));
    QCOMPARE(desk.service.field(0, "refresh_token"), QStringLiteral("RT-1"));
    QCOMPARE(desk.service.targets.first(), QByteArray("/" + kHomeTenant.toLatin1() + "/oauth2/v2.0/token")); // not "organizations"
    QCOMPARE(desk.token(database)->token.reveal(), QByteArray("AT-3")); // any resource, with the newest
    QCOMPARE(desk.service.field(1, "refresh_token"), QStringLiteral("RT-2"));
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-2"));
    QCOMPARE(desk.book->refreshes(), 2);
}

void TestAccountBook::remembersWhatNeedsAPerson()
{
    Desk desk;
    desk.pass(1h);
    desk.service.valid = "none";
    const auto first = desk.token();
    QCOMPARE(first.error().kind, ErrorKind::Unauthorized);
    QCOMPARE(first.error().code, QStringLiteral("AADSTS70000"));
    desk.pass(110s);
    QCOMPARE(desk.token().error().code, QStringLiteral("AADSTS70000"));
    QCOMPARE(desk.book->refreshes(), 1); // no loop (AADSTS50196)
    QVERIFY(!desk.token(database));
    QCOMPARE(desk.book->refreshes(), 2); // of another resource nothing is known
    desk.pass(11s);
    QVERIFY(!desk.token());
    QCOMPARE(desk.book->refreshes(), 3);
    TokenAnswer anew = tokenAnswer(desk.clock.now());
    anew.refreshToken = Secret("RT-NEW");
    desk.service.valid = "RT-NEW";
    QVERIFY(test::await(desk.book->add(anew, kHomeTenant, Context())));
    QVERIFY(desk.token(database)); // at once
    // And when there never was anything to refresh with.
    QCOMPARE(test::await(desk.book->silentToken(QStringLiteral("no.body"), TokenRequest(arm), Context())).error().code, QStringLiteral("SignInNeeded"));
}

void TestAccountBook::waitsWhenAskedTo_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("retryAfter");
    QTest::addColumn<int>("pause");
    QTest::newRow("throttled") << 429 << QByteArray("30") << 30;
    QTest::newRow("throttled, for how long is not said") << 429 << QByteArray() << 60;
    QTest::newRow("throttled for days") << 429 << QByteArray("999999") << 600;
    QTest::newRow("down, and says until when") << 503 << QByteArray("30") << 30;
}

void TestAccountBook::waitsWhenAskedTo()
{
    QFETCH(int, status);
    QFETCH(QByteArray, retryAfter);
    QFETCH(int, pause);
    Desk desk;
    desk.pass(1h);
    desk.service.next = {StrictService::json(status, {{QStringLiteral("error"), QStringLiteral("temporarily_unavailable")}}, retryAfter.isEmpty() ? HttpHeaders() : HttpHeaders{{"Retry-After", retryAfter}})};
    QVERIFY(!desk.token());
    desk.pass(std::chrono::seconds(pause - 1));
    QVERIFY(!desk.token());
    QCOMPARE(desk.book->refreshes(), 1);
    desk.pass(2s);
    QVERIFY(desk.token());
}

void TestAccountBook::keepsWhatStillHolds_data()
{
    QTest::addColumn<int>("minutes"); // after the sign-in, of sixty
    QTest::addColumn<Result<HttpResponse>>("answer");
    QTest::addColumn<QByteArray>("token");
    const auto kinds = {std::pair("network", ErrorKind::Network), std::pair("time-out", ErrorKind::TimedOut), std::pair("answer lost", ErrorKind::OutcomeUnknown)};
    for (const auto &[name, kind] : kinds) {
        QTest::addRow("%s, three minutes left", name) << 57 << Result<HttpResponse>(StrictService::trouble(kind)) << QByteArray("AT-1");
        QTest::addRow("%s, none left", name) << 61 << Result<HttpResponse>(StrictService::trouble(kind)) << QByteArray("error Scripted");
    }
    QTest::newRow("service down") << 57 << Result<HttpResponse>(HttpResponse{503, {}, {}}) << QByteArray("AT-1");
    QTest::newRow("captive portal") << 57 << Result<HttpResponse>(HttpResponse{200, {{"Content-Type", "text/html"}}, "<html>"}) << QByteArray("AT-1");
    QTest::newRow("a person is needed") << 57 << Result<HttpResponse>(StrictService::refusal()) << QByteArray("error AADSTS50076");
}

void TestAccountBook::keepsWhatStillHolds()
{
    QFETCH(int, minutes);
    QFETCH(Result<HttpResponse>, answer);
    Desk desk;
    desk.pass(std::chrono::minutes(minutes));
    desk.service.next = {answer, answer};
    QTEST(bytesOf(desk.token()), "token");
}

void TestAccountBook::renewsWhenToldTo()
{
    Desk desk(false);
    desk.service.refreshIn = 1800;
    TokenAnswer answer = tokenAnswer(desk.clock.now());
    answer.access.refreshOn = desk.clock.now() + 30min;
    QVERIFY(test::await(desk.book->add(answer, kHomeTenant, Context())));
    desk.pass(31min);
    desk.service.next = {StrictService::trouble(ErrorKind::TimedOut)};
    const auto still = desk.token();
    QCOMPARE(bytesOf(still), QByteArray("AT-1")); // a renewal that fails spoils nothing
    QCOMPARE(*still->refreshOn, desk.clock.now() + 1min);
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-2"));
    // Refused: the token holds, and the service is left alone.
    desk.pass(31min);
    desk.service.valid = "none";
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-2"));
    const int refreshes = desk.book->refreshes();
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-2"));
    QCOMPARE(desk.book->refreshes(), refreshes);
}

void TestAccountBook::keepsTenantsApart()
{
    Desk desk;
    QCOMPARE(bytesOf(desk.token(arm, kGuestTenant)), QByteArray("AT-2"));
    QCOMPARE(bytesOf(desk.token(arm, kHomeTenant)), QByteArray("AT-1"));
    QCOMPARE(bytesOf(desk.token(arm, QStringLiteral("organizations"))), QByteArray("AT-1"));
    QCOMPARE(bytesOf(desk.token(arm, kGuestTenant)), QByteArray("AT-2"));
    QCOMPARE(desk.book->refreshes(), 1);
    QCOMPARE(desk.book->accounts().size(), 1);
    QCOMPARE(desk.book->accounts().first().realms, QStringList({kHomeTenant, kGuestTenant}));
    // A domain is asked for once; then it is known which tenant it is.
    QVERIFY(desk.token(database, QStringLiteral("Fabrikam.example")));
    QVERIFY(desk.token(database, QStringLiteral("fabrikam.example")));
    QVERIFY(desk.token(database, kGuestTenant));
    QCOMPARE(desk.book->refreshes(), 2);
}

void TestAccountBook::answersClaims()
{
    Desk desk;
    QCOMPARE(bytesOf(desk.token(arm, {}, stepUpChallenge)), QByteArray("AT-2")); // past a token that would have held
    const QJsonObject sent = QJsonDocument::fromJson(desk.service.field(0, "claims").toUtf8()).object().value(QLatin1String("access_token")).toObject();
    QVERIFY(sent.contains(QLatin1String("acrs")) && sent.contains(QLatin1String("xms_cc")));
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-2")); // the old one is gone
    // A service that takes a token no longer and does not say why gets another one; a token that it has not seen is fine.
    TokenRequest again(arm);
    again.refused = Secret("AT-1");
    QCOMPARE(bytesOf(test::await(desk.book->token(kHomeId, again, Context()))), QByteArray("AT-2"));
    again.refused = Secret("AT-2");
    QCOMPARE(bytesOf(test::await(desk.book->token(kHomeId, again, Context()))), QByteArray("AT-3"));
    desk.pass(1h);
    QVERIFY(desk.token());
    const QJsonObject plain = QJsonDocument::fromJson(desk.service.field(1, "claims").toUtf8()).object().value(QLatin1String("access_token")).toObject();
    QCOMPARE(plain.keys(), QStringList{QStringLiteral("xms_cc")});
}

void TestAccountBook::isACredential()
{
    Desk desk;
    AccountCredential credential(*desk.book);
    QCOMPARE(test::await(credential.token(TokenRequest(arm), Context())).error().code, QStringLiteral("SignInNeeded"));
    const quint64 generation = credential.generation();
    credential.use(kHomeId, kGuestTenant);
    QVERIFY(credential.generation() != generation);
    QCOMPARE(bytesOf(test::await(credential.token(TokenRequest(arm), Context()))), QByteArray("AT-2"));
    QVERIFY(desk.service.targets.first().contains(kGuestTenant.toLatin1())); // its own, where a request names none
    QCOMPARE(bytesOf(test::await(credential.token(TokenRequest(arm, kHomeTenant), Context()))), QByteArray("AT-1"));
    const quint64 used = credential.generation();
    credential.use(kHomeId, kGuestTenant);
    QCOMPARE(credential.generation(), used);
}

QTEST_GUILESS_MAIN(TestAccountBook)
#include "tst_accountbook.moc"
