// SPDX-License-Identifier: Apache-2.0
// What a silent request cannot get is asked of a person.
#include "tests/azure/accountdesk.h"

#include <QtTest>

using namespace causeway;
using namespace causeway::test;
using namespace std::chrono_literals;

class TestAccountBookPerson : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void asksOnceForAllWhoWait();
    void goesWithThePerson();
    void refusesSomebodyElse();
    void goesAwayWithItsRequests();
};

void TestAccountBookPerson::asksOnceForAllWhoWait()
{
    Desk desk;
    ScriptedPerson person;
    desk.book->setAsker(&person);
    const QJsonObject more{{QStringLiteral("suberror"), QStringLiteral("basic_action")}, {QStringLiteral("claims"), QStringLiteral(R"({"access_token":{"capolids":{"essential":true,"values":["c"]}}})")}};
    desk.service.next = {StrictService::refusal("interaction_required", 50076, more), StrictService::refusal("interaction_required", 50076, more)};
    std::vector<QCoro::Task<Result<AccessToken>>> tasks;
    for (int i = 0; i < 5; ++i) {
        for (const QString &scope : {arm, database})
            tasks.push_back(desk.book->token(kHomeId, TokenRequest(scope, kGuestTenant, stepUpChallenge), Context()));
    }
    QTRY_COMPARE(person.needs.size(), 1);
    QTest::qWait(0);
    QCOMPARE(person.needs.size(), 1);
    const SignInNeed need = person.needs.first();
    QCOMPARE(need.account.username, QStringLiteral("ada@contoso.example"));
    QCOMPARE(need.tenant, kGuestTenant);
    QVERIFY(need.claims.contains("acrs") && need.claims.contains("capolids")); // the service's and the sign-in service's
    QCOMPARE(need.why.code, QStringLiteral("AADSTS50076"));
    TokenAnswer answer = tokenAnswer(desk.clock.now(), kGuestTenant);
    answer.access.token = Secret("AT-STEPPED-UP");
    answer.refreshToken = Secret("RT-STEPPED-UP");
    answer.scope = need.scope;
    desk.service.valid = "RT-STEPPED-UP";
    person.later.fire(Result<TokenAnswer>(answer));
    const auto tokens = test::await(whenAll(std::move(tasks)));
    for (std::size_t i = 0; i < tokens.size(); ++i)
        QCOMPARE(bytesOf(tokens[i]), (i % 2 == 0) == (need.scope == arm) ? QByteArray("AT-STEPPED-UP") : QByteArray("AT-2"));
    QCOMPARE(desk.book->refreshes(), 3); // two were refused, one for the other resource
    QCOMPARE(person.needs.size(), 1);
}

void TestAccountBookPerson::goesWithThePerson()
{
    Desk desk;
    ScriptedPerson person;
    desk.book->setAsker(&person);
    desk.service.valid = "none";
    person.answer = Error::cancelled();
    QCOMPARE(desk.token(database).error().kind, ErrorKind::Cancelled);
    // Nobody waits any more: the dialog goes.
    person.answer.reset();
    std::stop_source one, two;
    Context first, second;
    first.stop = one.get_token();
    second.stop = two.get_token();
    auto a = desk.book->token(kHomeId, TokenRequest(database), first);
    auto b = desk.book->token(kHomeId, TokenRequest(database), second);
    QTRY_COMPARE(person.needs.size(), 2);
    one.request_stop();
    QCOMPARE(test::await(std::move(a)).error().kind, ErrorKind::Cancelled);
    QVERIFY(!person.left);
    two.request_stop();
    QCOMPARE(test::await(std::move(b)).error().kind, ErrorKind::Cancelled);
    QTRY_VERIFY(person.left);
    QCOMPARE(test::await(desk.book->silentToken(kHomeId, TokenRequest(database), Context())).error().kind, ErrorKind::Unauthorized); // nobody is asked for these
    QCOMPARE(person.needs.size(), 2);
}

void TestAccountBookPerson::refusesSomebodyElse()
{
    Desk desk;
    ScriptedPerson person;
    desk.book->setAsker(&person);
    desk.service.valid = "none";
    TokenAnswer bob = tokenAnswer(desk.clock.now());
    bob.clientInfo = clientInfo(QStringLiteral("b0b00000-0000-4000-8000-000000000001"), kHomeTenant);
    bob.access.token = Secret("AT-BOB");
    bob.refreshToken = Secret("RT-BOB");
    person.answer = bob;
    const auto token = desk.token(database);
    QCOMPARE(bytesOf(token), QByteArray("error AccountDiffers"));
    QVERIFY(token.error().message.contains(QLatin1String("ada@contoso.example")));
    QVERIFY(!desk.onDisk().contains("BOB"));
    QCOMPARE(desk.book->accounts().size(), 1);
}

void TestAccountBookPerson::goesAwayWithItsRequests()
{
    Desk desk;
    ScriptedPerson person;
    desk.book->setAsker(&person);
    desk.service.next = {StrictService::refusal("interaction_required")};
    auto asked = desk.book->token(kHomeId, TokenRequest(database), Context());
    QTRY_COMPARE(person.needs.size(), 1);
    desk.pass(1h);
    desk.service.held = true;
    auto token = desk.book->token(kHomeId, TokenRequest(arm), Context());
    QCOMPARE(desk.service.forms.size(), 2);
    desk.book.reset();
    QCOMPARE(test::await(std::move(token)).error().kind, ErrorKind::Cancelled);
    QCOMPARE(test::await(std::move(asked)).error().kind, ErrorKind::Cancelled);
    desk.service.letGo();
    QTRY_VERIFY(person.left);
    QTest::qWait(0);
}

QTEST_GUILESS_MAIN(TestAccountBookPerson)
#include "tst_accountbookperson.moc"
