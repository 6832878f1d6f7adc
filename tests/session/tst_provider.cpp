// SPDX-License-Identifier: Apache-2.0
#include "domain/signinfailure.h"
#include "tests/session/providerdesk.h"
#include "tests/support/tokens.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpServer>
#include <QUrlQuery>
#include <QtTest>

using namespace causeway;
using namespace causeway::test;

//! Signing in at a real OpenID provider, which was written by others (npm oidc-provider): PKCE is required, every refresh token is good
//! for once, and one that comes again ends the session.
namespace {

const QString arm = clouds().first().scope;
const QString user = QStringLiteral("ada@contoso.example");
using Desk = ProviderDesk;

QUrl with(const QUrl &address, const QString &name, const QString &value)
{
    QUrlQuery query(address);
    query.removeAllQueryItems(name);
    if (!value.isEmpty())
        query.addQueryItem(name, value);
    QUrl changed = address;
    changed.setQuery(query);
    return changed;
}

} // namespace

class TestProvider : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void signsIn_data();
    void signsIn();
    void bindsTheCodeToItself_data();
    void bindsTheCodeToItself();
    void saysThatThePersonDeclined();
    void rotates();
    void signsInAgainAfterAReplay();
    void refreshesOnceForAThousand();
    void startsSilently();
    void followsAnotherProcess();
    void signsInByDeviceCode();
    void signsOut();
    void sharesItsCacheWithMsalNode();
    void readsTheCacheOfMsalNode();

private:
    QJsonObject msalNode(Desk &desk, const char *what, const QByteArray &input, const QString &tenant = {});
    OpenIdProvider m_provider{QStringLiteral(CAUSEWAY_BUILD_DIR "/provider")};
};

void TestProvider::initTestCase()
{
    const QString absence = m_provider.absence();
    if (!absence.isEmpty())
        QSKIP(qPrintable(absence));
    QVERIFY(m_provider.start());
}

void TestProvider::signsIn_data()
{
    QTest::addColumn<bool>("formPost");
    QTest::addColumn<bool>("six");
    QTest::newRow("form_post to 127.0.0.1") << true << false;
    QTest::newRow("form_post to [::1]") << true << true;
    QTest::newRow("query to 127.0.0.1") << false << false;
    QTest::newRow("query to [::1]") << false << true;
}

void TestProvider::signsIn()
{
    QFETCH(bool, formPost);
    QFETCH(bool, six);
    QTcpServer probe;
    if (six && !probe.listen(QHostAddress::LocalHostIPv6))
        QSKIP("This machine has no [::1]");
    Desk desk(m_provider);
    const auto signIns = desk.start();
    const int before = m_provider.count("grant.success", "authorization_code");
    Desk::Visit visit;
    visit.formPost = formPost;
    if (six)
        visit.options = QStringList{QStringLiteral("--family"), QStringLiteral("6")};
    QString page;
    const auto answer = desk.signIn(*signIns, visit, &page);
    QVERIFY2(answer.ok(), qPrintable(answer ? QString() : answer.error().message));
    QVERIFY2(page.startsWith(QLatin1String("200 Signed in")), qPrintable(page));
    QCOMPARE(m_provider.count("grant.success", "authorization_code"), before + 1);
    QVERIFY(!answer->access.token.isEmpty());
    QVERIFY(!answer->refreshToken.isEmpty());
    QCOMPARE(answer->idClaims.value(QLatin1String("iss")).toString(), m_provider.origin());
    QCOMPARE(answer->idClaims.value(QLatin1String("preferred_username")).toString(), user);
    const auto account = test::await(signIns->keep(*answer, QString(), Context()));
    QVERIFY(account);
    QCOMPARE(account->homeAccountId, QStringLiteral("ada")); // no client_info: the subject
    QCOMPARE(account->realms, QStringList{OpenIdProvider::tenant()});
    QCOMPARE(bytesOf(desk.token(*signIns, *account)), answer->access.token.reveal());
}

void TestProvider::bindsTheCodeToItself_data()
{
    QTest::addColumn<QString>("challenge");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<SignInFailure>("failure");
    QTest::newRow("without a challenge there is no code") << QString() << QStringLiteral("invalid_request") << QByteArray("authorization.error") << SignInFailure::ClientBug;
    // RFC 7636 appendix B: somebody else's.
    QTest::newRow("our verifier does not redeem a code of another challenge") << QStringLiteral("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM") << QStringLiteral("invalid_grant")
                                                                              << QByteArray("grant.error") << SignInFailure::SessionOver;
}

void TestProvider::bindsTheCodeToItself()
{
    QFETCH(QString, challenge);
    QFETCH(QByteArray, event);
    QFETCH(SignInFailure, failure);
    Desk desk(m_provider);
    const auto signIns = desk.start();
    const int errors = m_provider.count(event), granted = m_provider.count("grant.success");
    Desk::Visit visit;
    visit.tampering = [&](const QUrl &address) { return with(address, QStringLiteral("code_challenge"), challenge); };
    QString page;
    const auto answer = desk.signIn(*signIns, visit, &page);
    QVERIFY(!answer);
    QTEST(answer.error().code, "code");
    QCOMPARE(signInFailureOf(answer.error()), failure);
    QVERIFY2(page.startsWith(QLatin1String("200 Not signed in")), qPrintable(page));
    QCOMPARE(m_provider.count(event), errors + 1);
    QCOMPARE(m_provider.count("grant.success"), granted);
}

void TestProvider::saysThatThePersonDeclined()
{
    Desk desk(m_provider);
    const auto signIns = desk.start();
    Desk::Visit visit;
    visit.options = QStringList{QStringLiteral("--abort")};
    QString page;
    const auto answer = desk.signIn(*signIns, visit, &page);
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, QStringLiteral("access_denied"));
    QCOMPARE(signInFailureOf(answer.error()), SignInFailure::Cancelled);
    QVERIFY2(page.startsWith(QLatin1String("200 Not signed in")), qPrintable(page));
    QVERIFY(desk.kept().isEmpty());
}

void TestProvider::rotates()
{
    Desk desk(m_provider);
    const auto signIns = desk.start();
    const StoredAccount account = desk.signedIn(*signIns);
    const QByteArray first = desk.keptRefreshToken(account);
    const auto one = desk.token(*signIns, account);
    const int before = m_provider.refreshes();
    const auto two = test::await(desk.another(*signIns, account, *one));
    QVERIFY2(two.ok(), bytesOf(two));
    const QByteArray second = desk.keptRefreshToken(account);
    QVERIFY(second != first && !desk.kept().contains(first));
    const auto three = test::await(desk.another(*signIns, account, *two));
    QVERIFY2(three.ok(), bytesOf(three)); // with the second: the first would have ended the session
    QVERIFY(desk.keptRefreshToken(account) != second);
    QCOMPARE((QSet<QByteArray>{bytesOf(one), bytesOf(two), bytesOf(three)}).size(), 3);
    QCOMPARE(m_provider.refreshes(), before + 2);
}

void TestProvider::signsInAgainAfterAReplay()
{
    Desk desk(m_provider);
    const auto signIns = desk.start();
    const StoredAccount account = desk.signedIn(*signIns);
    const Secret first(desk.keptRefreshToken(account));
    const auto one = desk.token(*signIns, account);
    const auto two = test::await(desk.another(*signIns, account, *one));
    QVERIFY2(two.ok(), bytesOf(two));
    const int revoked = m_provider.count("grant.revoked");
    const auto thief = test::await(signIns->endpoint().refresh(*Authority::make(m_provider.cloud()), OpenIdProvider::clientId(), first, arm, QByteArray(), Context()));
    QVERIFY(!thief);
    QCOMPARE(thief.error().code, QStringLiteral("invalid_grant"));
    QCOMPARE(m_provider.count("grant.revoked"), revoked + 1);
    // Nor has anybody else a session now.
    const auto after = test::await(desk.another(*signIns, account, *two));
    QVERIFY(!after);
    QCOMPARE(after.error().kind, ErrorKind::Unauthorized);
    QCOMPARE(signInFailureOf(after.error()), SignInFailure::SessionOver);
    QVERIFY(needsInteraction(after.error()));
    ProviderPerson person(m_provider, *signIns);
    signIns->book().setAsker(&person);
    const auto anew = test::await(desk.another(*signIns, account, *two));
    QVERIFY2(anew.ok(), bytesOf(anew));
    QCOMPARE(person.asked, 1);
    QCOMPARE(signIns->book().accounts(), QList<StoredAccount>{account});
    QVERIFY(test::await(desk.another(*signIns, account, *anew)));
    QCOMPARE(person.asked, 1);
}

void TestProvider::refreshesOnceForAThousand()
{
    Desk desk(m_provider);
    const auto signIns = desk.start();
    const StoredAccount account = desk.signedIn(*signIns);
    const auto old = desk.token(*signIns, account);
    const int before = m_provider.refreshes();
    std::vector<QCoro::Task<Result<AccessToken>>> tasks;
    for (int i = 0; i < 1000; ++i)
        tasks.push_back(desk.another(*signIns, account, *old));
    const auto tokens = test::await(whenAll(std::move(tasks)));
    for (const auto &each : tokens) {
        QVERIFY2(each.ok(), bytesOf(each));
        QCOMPARE(bytesOf(each), bytesOf(tokens.front()));
    }
    QVERIFY(bytesOf(tokens.front()) != bytesOf(old));
    QCOMPARE(m_provider.refreshes(), before + 1);
    // There was no other, also none that came later.
    QVERIFY(test::await(desk.another(*signIns, account, *tokens.front())));
    QCOMPARE(m_provider.refreshes(), before + 2);
}

void TestProvider::startsSilently()
{
    Desk desk(m_provider);
    auto signIns = desk.start();
    const StoredAccount account = desk.signedIn(*signIns);
    const auto old = desk.token(*signIns, account);
    signIns.reset();
    const int before = m_provider.count("grant.success");
    const auto next = desk.start();
    QCOMPARE(next->book().vaultState(), Vault::State::Kept);
    QCOMPARE(next->book().accounts(), QList<StoredAccount>{account});
    QCOMPARE(bytesOf(desk.token(*next, account)), bytesOf(old));
    QCOMPARE(m_provider.count("grant.success"), before);
    const auto refreshed = test::await(desk.another(*next, account, *old));
    QVERIFY2(refreshed.ok(), bytesOf(refreshed));
    QCOMPARE(m_provider.count("grant.success"), before + 1);
}

void TestProvider::followsAnotherProcess()
{
    Desk desk(m_provider);
    const auto window = desk.start();
    const StoredAccount account = desk.signedIn(*window);
    const auto old = desk.token(*window, account);
    const auto terminal = desk.start();
    const auto theirs = test::await(desk.another(*terminal, account, *old));
    QVERIFY2(theirs.ok(), bytesOf(theirs));
    const int before = m_provider.count("grant.success"), revoked = m_provider.count("grant.revoked");
    QCOMPARE(bytesOf(test::await(desk.another(*window, account, *old))), bytesOf(theirs)); // not refreshed: the one that it has is spent
    QCOMPARE(m_provider.count("grant.success"), before);
    QVERIFY(test::await(desk.another(*window, account, *theirs)));
    QCOMPARE(m_provider.count("grant.revoked"), revoked);
}

void TestProvider::signsInByDeviceCode()
{
    Desk desk(m_provider);
    const auto signIns = desk.start();
    std::vector<QCoro::Task<Result<ProcessOutcome>>> tabs;
    QStringList codes;
    const auto type = [&](const DeviceCode &code, const QStringList &options) {
        codes.append(code.userCode);
        tabs.push_back(m_provider.visit(QUrl(code.verificationUri), QStringList{QStringLiteral("--device"), code.userCode} + options));
    };
    // At once, as each waits five seconds between its questions.
    std::vector<QCoro::Task<Result<TokenAnswer>>> tasks;
    tasks.push_back(signIns->byDeviceCode(QString(), QByteArray(), [&](const DeviceCode &code) { type(code, {}); }, Context()));
    tasks.push_back(signIns->byDeviceCode(QString(), QByteArray(), [&](const DeviceCode &code) { type(code, {QStringLiteral("--abort")}); }, Context()));
    const auto answers = test::await(whenAll(std::move(tasks)), 50);
    test::await(whenAll(std::move(tabs)));
    QCOMPARE(QSet<QString>(codes.cbegin(), codes.cend()).size(), 2);
    QVERIFY2(answers.at(0).ok(), qPrintable(answers.at(0) ? QString() : answers.at(0).error().message));
    QVERIFY(!answers.at(1));
    QCOMPARE(answers.at(1).error().code, QStringLiteral("access_denied"));
    QCOMPARE(signInFailureOf(answers.at(1).error()), SignInFailure::Cancelled);
    const auto account = test::await(signIns->keep(*answers.at(0), QString(), Context()));
    QVERIFY(account);
    QCOMPARE(account->username, user);
}

void TestProvider::signsOut()
{
    Desk desk(m_provider);
    const auto signIns = desk.start();
    const StoredAccount account = desk.signedIn(*signIns);
    const QByteArray refreshToken = desk.keptRefreshToken(account), accessToken = bytesOf(desk.token(*signIns, account));
    QVERIFY(desk.kept().contains(refreshToken) && desk.kept().contains(accessToken));
    QVERIFY(test::await(signIns->book().signOut(account.homeAccountId, Context())));
    const int before = m_provider.count("grant.success"), errors = m_provider.count("grant.error");
    QVERIFY(!desk.kept().contains(refreshToken) && !desk.kept().contains(accessToken));
    const auto next = desk.start();
    for (SignIns *each : {signIns.get(), next.get()}) {
        QVERIFY(each->book().accounts().isEmpty());
        QCOMPARE(bytesOf(desk.token(*each, account)), QByteArray("error SignInNeeded"));
    }
    QCOMPARE(m_provider.count("grant.success") + m_provider.count("grant.error"), before + errors); // it was not even asked
}

QJsonObject TestProvider::msalNode(Desk &desk, const char *what, const QByteArray &input, const QString &tenant)
{
    QFile file(desk.folder().filePath(QStringLiteral("given")));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(input) != input.size() || !file.flush())
        return {};
    const auto outcome = test::await(m_provider.run(QStringLiteral("msalnode.mjs"), {m_provider.origin(), OpenIdProvider::clientId(), QLatin1String(what), tenant}, file.fileName()));
    if (outcome && outcome->exitCode != 0)
        qWarning() << outcome->err;
    return outcome ? QJsonDocument::fromJson(outcome->out).object() : QJsonObject();
}

void TestProvider::sharesItsCacheWithMsalNode()
{
    Desk desk(m_provider);
    auto signIns = desk.start();
    const StoredAccount account = desk.signedIn(*signIns);
    const QByteArray own = bytesOf(desk.token(*signIns, account)), refreshToken = desk.keptRefreshToken(account);
    // The same person as a guest of another tenant.
    TokenAnswer guest = tokenAnswer(signIns->wall().now(), kGuestTenant);
    guest.access.token = Secret("AT-GUEST");
    guest.clientInfo.clear();
    guest.refreshToken = Secret();
    MsalCache cache = *MsalCache::fromJson(desk.kept());
    cache.add(guest, m_provider.cloud(), OpenIdProvider::clientId(), kGuestTenant, signIns->wall().now(), account.homeAccountId);

    const QJsonObject said = msalNode(desk, "read", cache.toJson(), OpenIdProvider::tenant());
    const QByteArray all = QJsonDocument(said).toJson();
    QCOMPARE(said.value(QLatin1String("accounts")).toArray().size(), 2); // one for each tenant
    for (const QJsonValue &each : said.value(QLatin1String("accounts")).toArray()) {
        QCOMPARE(each[QLatin1String("homeAccountId")].toString(), account.homeAccountId);
        QCOMPARE(each[QLatin1String("username")].toString(), user);
    }
    const QJsonObject silent = said.value(QLatin1String("silent")).toObject();
    QVERIFY2(silent.value(OpenIdProvider::tenant())[QLatin1String("accessToken")].toString().toUtf8() == own, all);
    QVERIFY2(silent.value(kGuestTenant)[QLatin1String("accessToken")].toString() == QLatin1String("AT-GUEST"), all);
    QCOMPARE(said.value(QLatin1String("postsOfSilent")).toInt(-1), 0);
    const QByteArray theirs = said.value(QLatin1String("refreshed"))[QLatin1String("accessToken")].toString().toUtf8();
    QVERIFY2(!theirs.isEmpty() && theirs != own, all); // MSAL refreshed, with our refresh token

    // And the other way: the token that it got, and then its refresh token, which alone is good now.
    const QByteArray back = said.value(QLatin1String("cache")).toString().toUtf8();
    test::await(signIns->vault().update([&](const QByteArray &) { return back; }, Context()));
    signIns = desk.start();
    QCOMPARE(signIns->book().accounts().size(), 1);
    QCOMPARE(bytesOf(desk.token(*signIns, account)), theirs);
    QVERIFY(desk.keptRefreshToken(account) != refreshToken);
    const int revoked = m_provider.count("grant.revoked");
    const auto next = test::await(desk.another(*signIns, account, *desk.token(*signIns, account)));
    QVERIFY2(next.ok(), bytesOf(next));
    QCOMPARE(m_provider.count("grant.revoked"), revoked);
    QCOMPARE(bytesOf(test::await(signIns->book().token(account.homeAccountId, TokenRequest(arm, kGuestTenant), Context()))), QByteArray("AT-GUEST"));
}

void TestProvider::readsTheCacheOfMsalNode()
{
    Desk desk(m_provider);
    auto signIns = desk.start();
    const auto answer = desk.signIn(*signIns);
    QVERIFY(answer);
    const QJsonObject said = msalNode(desk, "write", answer->refreshToken.reveal());
    const QByteArray theirs = said.value(QLatin1String("cache")).toString().toUtf8();
    QVERIFY2(theirs.contains("RefreshToken"), QJsonDocument(said).toJson());
    test::await(signIns->vault().update([&](const QByteArray &) { return theirs; }, Context()));
    signIns = desk.start();
    QCOMPARE(signIns->book().accounts().size(), 1);
    const StoredAccount account = signIns->book().accounts().first();
    QCOMPARE(account.username, user);
    const auto token = desk.token(*signIns, account);
    QCOMPARE(bytesOf(token), said.value(QLatin1String("refreshed"))[QLatin1String("accessToken")].toString().toUtf8());
    const auto next = test::await(desk.another(*signIns, account, *token));
    QVERIFY2(next.ok(), bytesOf(next));
}

QTEST_GUILESS_MAIN(TestProvider)
#include "tst_provider.moc"
