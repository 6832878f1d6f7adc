// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/accountbook.h"
#include "azure/auth/keychainstore.h"
#include "azure/http/qnamtransport.h"
#include "tests/support/authorityscript.h"
#include "tests/support/coro.h"
#include "tests/support/tokens.h"

#include <QDir>
#include <QJsonDocument>
#include <QLoggingCategory>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QUrlQuery>
#include <QtTest>

using namespace causeway;
using namespace causeway::test;
using namespace std::chrono_literals;
using State = Vault::State;

namespace {

const QString arm = QStringLiteral("https://management.azure.com/.default");
const QString database = QStringLiteral("https://ossrdbms-aad.database.windows.net/.default");
const QByteArray challenge = R"({"access_token":{"acrs":{"essential":true,"values":["p1"]}}})";

//! A sign-in service that takes each refresh token once, and may be told to hold its answers or to fail.
class StrictService final : public HttpTransport
{
public:
    explicit StrictService(Clock &clock) : m_clock(clock) {}

    QByteArray valid = "RT-1";
    int made = 1;                              //!< tokens, numbered from 2 on
    QList<Result<HttpResponse>> next;          //!< what is answered first
    std::function<void()> onRequest;           //!< before an answer is chosen
    QList<QUrlQuery> forms;
    QList<QByteArray> targets;
    QString granted;                           //!< scope of the answers; empty: as asked
    int lives = 3600;
    std::optional<int> refreshIn;
    bool held = false;

    void letGo()
    {
        held = false;
        for (const auto &shot : std::exchange(m_waiting, {}))
            shot.fire(true);
    }

    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, Context context) override
    {
        forms.append(QUrlQuery(QString::fromUtf8(request.body)));
        targets.append(request.target);
        if (onRequest)
            onRequest();
        if (held) {
            OneShot<bool> shot;
            m_waiting.push_back(shot);
            const std::stop_callback onStop(context.stop, [shot] { shot.fire(false); });
            const bool on = co_await shot.wait();
            if (!on)
                co_return Error::cancelled();
        }
        if (!next.isEmpty())
            co_return next.takeFirst();
        co_return answerTo(request);
    }
    [[nodiscard]] QString field(int request, const char *name) const { return forms.value(request).queryItemValue(QLatin1String(name), QUrl::FullyDecoded); }

    static HttpResponse json(int status, const QJsonObject &body, const HttpHeaders &headers = {})
    {
        return {status, HttpHeaders{{"Content-Type", "application/json"}} + headers, QJsonDocument(body).toJson(QJsonDocument::Compact)};
    }
    static HttpResponse refusal(const char *error = "invalid_grant", int number = 50076, const QJsonObject &more = {})
    {
        QJsonObject body{{QStringLiteral("error"), QLatin1String(error)}, {QStringLiteral("error_description"), QStringLiteral("AADSTS%1: no.").arg(number)}, {QStringLiteral("error_codes"), QJsonArray{number}}};
        for (auto it = more.begin(); it != more.end(); ++it)
            body.insert(it.key(), it.value());
        return json(400, body);
    }
    static Error trouble(ErrorKind kind)
    {
        Error error;
        error.kind = kind;
        error.code = QStringLiteral("Scripted");
        return error;
    }
    [[nodiscard]] QJsonObject answer(const QString &tenant, const QString &scope)
    {
        ++made;
        valid = "RT-" + QByteArray::number(made);
        const TokenAnswer shape = tokenAnswer(m_clock.now(), tenant);
        QJsonObject claims = shape.idClaims;
        claims.insert(QStringLiteral("exp"), qint64(m_clock.now().time_since_epoch() / 1s) + 3600);
        QJsonObject body{{QStringLiteral("token_type"), QStringLiteral("Bearer")}, {QStringLiteral("scope"), scope}, {QStringLiteral("expires_in"), lives}, {QStringLiteral("ext_expires_in"), lives},
                         {QStringLiteral("access_token"), QStringLiteral("AT-%1").arg(made)}, {QStringLiteral("refresh_token"), QString::fromLatin1(valid)}, {QStringLiteral("client_info"), shape.clientInfo},
                         {QStringLiteral("id_token"), QString::fromLatin1(unpadded(R"({"alg":"none"})") + '.' + unpadded(QJsonDocument(claims).toJson(QJsonDocument::Compact)) + ".c2ln")}};
        if (refreshIn)
            body.insert(QStringLiteral("refresh_in"), *refreshIn);
        return body;
    }

private:
    HttpResponse answerTo(const HttpRequest &request)
    {
        const QUrlQuery form = forms.last();
        if (form.queryItemValue(QStringLiteral("refresh_token"), QUrl::FullyDecoded).toLatin1() != valid)
            return refusal("invalid_grant", 70000);
        const QString tenant = QString::fromLatin1(request.target.split('/').value(1));
        return json(200, answer(tenant.contains(QLatin1Char('.')) ? kGuestTenant : tenant, granted.isEmpty() ? form.queryItemValue(QStringLiteral("scope"), QUrl::FullyDecoded) : granted));
    }
    Clock &m_clock;
    std::vector<OneShot<bool>> m_waiting;
};

//! The person. Answers when told to, or at once.
class ScriptedPerson final : public SignInAsker
{
public:
    QList<SignInNeed> needs;
    std::optional<Result<TokenAnswer>> answer;
    OneShot<Result<TokenAnswer>> later;
    bool left = false;

    QCoro::Task<Result<TokenAnswer>> ask(SignInNeed need, Context context) override
    {
        needs.append(need);
        if (answer)
            co_return Result<TokenAnswer>(*answer);
        auto shot = later;
        const std::stop_callback onStop(context.stop, [this, shot] {
            left = true;
            shot.fire(Error::cancelled());
        });
        Result<TokenAnswer> given = co_await shot.wait();
        co_return given;
    }
};

//! A book, ada in it, on a clock of its own.
struct Desk {
    explicit Desk(bool signedIn = true)
    {
        if (signedIn)
            signedInAs = test::await(book->add(tokenAnswer(clock.now()), QStringLiteral("organizations"), Context())).valueOr(StoredAccount());
    }
    VirtualClock clock; // from now on: MSAL goes by the wall
    StrictService service{clock};
    TokenEndpoint endpoint{service, clock, clouds().first()};
    QTemporaryDir folder;
    std::unique_ptr<SecretStore> keychain = memoryStore();
    Vault vault{*keychain, file()};
    std::unique_ptr<AccountBook> book = std::make_unique<AccountBook>(endpoint, vault, kClient);
    StoredAccount signedInAs;

    [[nodiscard]] QString file() const { return folder.filePath(QStringLiteral("state/vault")); }
    Result<AccessToken> token(const QString &scope = arm, const QString &tenant = {}, const QByteArray &claims = {}) { return test::await(book->token(kHomeId, TokenRequest(scope, tenant, claims), Context())); }
    void pass(Milliseconds time) { test::await(sleepFor(clock, time, Context())); }
    [[nodiscard]] QByteArray onDisk()
    {
        Vault other(*keychain, file());
        return test::await(other.open(Context())).content.reveal();
    }
};

QByteArray bytesOf(const Result<AccessToken> &token)
{
    return token ? token->token.reveal() : "error " + token.error().code.toUtf8();
}

QStringList logged;
void collect(QtMsgType, const QMessageLogContext &, const QString &text)
{
    logged.append(text);
}

} // namespace

class TestAccountBook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refreshesOnceForAThousand();
    void renewsFiveMinutesBeforeTheEnd();
    void storesBeforeItAnnounces();
    void remembersWhatNeedsAPerson();
    void waitsWhenAskedTo_data();
    void waitsWhenAskedTo();
    void keepsWhatStillHolds_data();
    void keepsWhatStillHolds();
    void renewsWhenToldTo();
    void followsAnotherProcess();
    void triesTheTokenThatAnotherProcessGot();
    void keepsTenantsApart();
    void answersClaims();
    void asksOnceForAllWhoWait();
    void goesWithThePerson();
    void refusesSomebodyElse();
    void signsOutOneAndPurgesAll();
    void signsOutOfADamagedVault();
    void saysWhatItCouldNotRemove();
    void keepsSignedOutWhatWasInFlight();
    void goesAwayWithItsRequests();
    void livesInMemory();
    void saysNoSecretInLogs();
    void isReadByMsalPython();
    void readsMsalPython();
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

void TestAccountBook::storesBeforeItAnnounces()
{
    Desk desk;
    desk.pass(1h);
    QVERIFY(desk.onDisk().contains("RT-1"));
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-2"));
    QVERIFY(desk.onDisk().contains("\"RT-2\""));
    QVERIFY(!desk.onDisk().contains("\"RT-1\"")); // the one that it replaced
    AccountBook next(desk.endpoint, desk.vault, kClient); // the next start
    QVERIFY(test::await(next.load(Context())));
    QCOMPARE(next.accounts(), desk.book->accounts());
    QCOMPARE(bytesOf(test::await(next.token(kHomeId, TokenRequest(arm), Context()))), QByteArray("AT-2"));
    QCOMPARE(next.refreshes(), 0);
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

void TestAccountBook::followsAnotherProcess()
{
    Desk desk;
    Vault theirVault(*desk.keychain, desk.file());
    AccountBook theirs(desk.endpoint, theirVault, kClient);
    QVERIFY(test::await(theirs.load(Context())));
    desk.pass(1h);
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-2"));
    // They use what we got, and a refresh token that is not spent.
    QCOMPARE(bytesOf(test::await(theirs.token(kHomeId, TokenRequest(arm), Context()))), QByteArray("AT-2"));
    QCOMPARE(theirs.refreshes(), 0);
    QCOMPARE(bytesOf(test::await(theirs.token(kHomeId, TokenRequest(database), Context()))), QByteArray("AT-3"));
    QCOMPARE(bytesOf(desk.token(database)), QByteArray("AT-3"));
    QCOMPARE(desk.book->refreshes() + theirs.refreshes(), 2);
    // Signed out there is signed out here, as soon as something is asked of the service.
    QVERIFY(test::await(theirs.signOut(kHomeId, Context())));
    desk.pass(2h);
    QCOMPARE(desk.token().error().code, QStringLiteral("SignInNeeded"));
    QVERIFY(desk.book->accounts().isEmpty());
}

void TestAccountBook::triesTheTokenThatAnotherProcessGot()
{
    Desk desk;
    desk.pass(1h);
    // While our request is on its way, another process gets a newer refresh token, and ours is spent.
    desk.service.onRequest = [&] {
        desk.service.onRequest = {};
        desk.service.valid = "RT-THEIRS";
        Vault theirs(*desk.keychain, desk.file());
        test::await(theirs.update([](QByteArray content) { return content.replace("\"RT-1\"", "\"RT-THEIRS\""); }, Context()));
    };
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-2"));
    QCOMPARE(desk.service.forms.size(), 2);
    QCOMPARE(desk.service.field(0, "refresh_token"), QStringLiteral("RT-1"));
    QCOMPARE(desk.service.field(1, "refresh_token"), QStringLiteral("RT-THEIRS"));
    desk.pass(2h);
    desk.service.valid = "none";
    QVERIFY(!desk.token());
    QCOMPARE(desk.service.forms.size(), 3); // once more only for a newer one
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
    QCOMPARE(bytesOf(desk.token(arm, {}, challenge)), QByteArray("AT-2")); // past a token that would have held
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

void TestAccountBook::asksOnceForAllWhoWait()
{
    Desk desk;
    ScriptedPerson person;
    desk.book->setAsker(&person);
    const QJsonObject more{{QStringLiteral("suberror"), QStringLiteral("basic_action")}, {QStringLiteral("claims"), QStringLiteral(R"({"access_token":{"capolids":{"essential":true,"values":["c"]}}})")}};
    desk.service.next = {StrictService::refusal("interaction_required", 50076, more), StrictService::refusal("interaction_required", 50076, more)};
    std::vector<QCoro::Task<Result<AccessToken>>> tasks;
    for (int i = 0; i < 5; ++i) {
        for (const QString &scope : {arm, database})
            tasks.push_back(desk.book->token(kHomeId, TokenRequest(scope, kGuestTenant, challenge), Context()));
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

void TestAccountBook::goesWithThePerson()
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

void TestAccountBook::refusesSomebodyElse()
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

void TestAccountBook::signsOutOneAndPurgesAll()
{
    Desk desk;
    TokenAnswer bob = tokenAnswer(desk.clock.now());
    bob.clientInfo = clientInfo(QStringLiteral("b0b00000-0000-4000-8000-000000000001"), kHomeTenant);
    bob.refreshToken = Secret("RT-BOB");
    const auto added = test::await(desk.book->add(bob, kHomeTenant, Context()));
    QCOMPARE(desk.book->accounts().size(), 2);
    QSignalSpy changed(desk.book.get(), &AccountBook::changed);
    QVERIFY(test::await(desk.book->signOut(kHomeId, Context())));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(desk.book->accounts().size(), 1);
    QVERIFY(!desk.onDisk().contains("RT-1") && desk.onDisk().contains("RT-BOB"));
    QCOMPARE(desk.token().error().code, QStringLiteral("SignInNeeded"));
    QVERIFY(test::await(desk.book->signOut(kHomeId, Context()))); // twice is no error
    QVERIFY(test::await(desk.book->purge(Context())));
    QVERIFY(desk.book->accounts().isEmpty());
    QVERIFY(!QFile::exists(desk.file()));
    QCOMPARE(test::await(desk.book->silentToken(added->homeAccountId, TokenRequest(arm), Context())).error().code, QStringLiteral("SignInNeeded"));
    QCOMPARE(desk.book->refreshes(), 0);
}

void TestAccountBook::signsOutOfADamagedVault()
{
    for (const bool purge : {false, true}) {
        for (const QByteArray &damage : {QByteArray("rubbish"), QByteArray()}) {
            Desk desk;
            QFile file(desk.file());
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(damage);
            file.close();
            AccountBook book(desk.endpoint, desk.vault, kClient);
            QVERIFY(test::await(book.load(Context())));
            QCOMPARE(book.vaultState(), State::Damaged);
            QVERIFY(book.accounts().isEmpty());
            QVERIFY(purge ? test::await(book.purge(Context())) : test::await(book.signOut(kHomeId, Context())));
            QCOMPARE(book.vaultState(), State::Kept);
            QVERIFY(!desk.onDisk().contains("RT-1"));
            QVERIFY(test::await(book.add(tokenAnswer(desk.clock.now()), kHomeTenant, Context())));
            QVERIFY(desk.onDisk().contains("RT-1"));
        }
    }
    Desk desk; // sealed well, and no JSON
    test::await(desk.vault.update([](const QByteArray &) { return QByteArray("[1"); }, Context()));
    QVERIFY(test::await(desk.book->load(Context())));
    QCOMPARE(desk.book->vaultState(), State::Damaged);
    QVERIFY(test::await(desk.book->add(tokenAnswer(desk.clock.now()), kHomeTenant, Context())));
    QCOMPARE(desk.book->vaultState(), State::Kept);
}

void TestAccountBook::saysWhatItCouldNotRemove()
{
    class Locked final : public SecretStore
    {
    public:
        QCoro::Task<Result<Secret>> read(QString, Context) override { co_return StrictService::trouble(ErrorKind::Unauthorized); }
        QCoro::Task<Result<>> write(QString, Secret, Context) override { co_return StrictService::trouble(ErrorKind::Unauthorized); }
        QCoro::Task<Result<>> remove(QString, Context) override { co_return StrictService::trouble(ErrorKind::Unauthorized); }
    };
    Desk desk;
    Locked keychain;
    Vault vault(keychain, desk.file());
    AccountBook book(desk.endpoint, vault, kClient);
    QVERIFY(test::await(book.load(Context())));
    QCOMPARE(book.vaultState(), State::Locked);
    const auto out = test::await(book.signOut(kHomeId, Context()));
    QVERIFY(!out);
    QCOMPARE(out.error().code, QStringLiteral("SessionLeft"));
    QVERIFY(test::await(book.purge(Context())));
    QVERIFY(!QFile::exists(desk.file()));
}

void TestAccountBook::keepsSignedOutWhatWasInFlight()
{
    Desk desk;
    desk.pass(1h);
    desk.service.held = true;
    auto token = desk.book->token(kHomeId, TokenRequest(arm), Context());
    QCOMPARE(desk.service.forms.size(), 1);
    QVERIFY(test::await(desk.book->signOut(kHomeId, Context())));
    desk.service.letGo();
    QCOMPARE(bytesOf(test::await(std::move(token))), QByteArray("error SignInNeeded"));
    QVERIFY(desk.book->accounts().isEmpty());
    QVERIFY(!desk.onDisk().contains("RT-"));
}

void TestAccountBook::goesAwayWithItsRequests()
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

void TestAccountBook::livesInMemory()
{
    class Absent final : public SecretStore
    {
    public:
        QCoro::Task<Result<Secret>> read(QString, Context) override { co_return absent(); }
        QCoro::Task<Result<>> write(QString, Secret, Context) override { co_return absent(); }
        QCoro::Task<Result<>> remove(QString, Context) override { co_return absent(); }
        static Error absent() { return Error::internal(QStringLiteral("KeychainAbsent"), QStringLiteral("There is no keychain here.")); }
    };
    Desk desk(false);
    Absent keychain;
    Vault vault(keychain, desk.file());
    AccountBook book(desk.endpoint, vault, kClient);
    QVERIFY(test::await(book.add(tokenAnswer(desk.clock.now()), kHomeTenant, Context())));
    QCOMPARE(book.vaultState(), State::NoKeychain);
    QCOMPARE(book.vaultReason(), QStringLiteral("There is no keychain here."));
    desk.pass(1h);
    QCOMPARE(bytesOf(test::await(book.token(kHomeId, TokenRequest(arm), Context()))), QByteArray("AT-2"));
    QCOMPARE(bytesOf(test::await(book.token(kHomeId, TokenRequest(database), Context()))), QByteArray("AT-3")); // rotated, in memory
    QVERIFY(test::await(book.load(Context())));
    QCOMPARE(book.accounts().size(), 1);
    QVERIFY(!QFile::exists(desk.file()));
    QVERIFY(test::await(book.signOut(kHomeId, Context())));
    QVERIFY(book.accounts().isEmpty());
}

// X13: every operation on every answer, with everything logged that anybody is willing to log, Qt's own categories included.
void TestAccountBook::saysNoSecretInLogs()
{
    const QByteArray canary = "CANARY-7c1d";
    QLoggingCategory::setFilterRules(QStringLiteral("*=true\nqt.core.*=false"));
    logged.clear();
    const auto before = qInstallMessageHandler(collect);
    int operations = 0;
    for (const Quirk quirk : {Quirk::None, Quirk::Invalid, Quirk::NeedsSecondFactor, Quirk::Challenge, Quirk::CaptivePortal, Quirk::ErrorNotJson, Quirk::NotAnObject, Quirk::CutShort,
                              Quirk::Redirect, Quirk::Unavailable, Quirk::ForeignIssuer, Quirk::WrongAudience, Quirk::HugeToken, Quirk::RefreshRefused}) {
        ScriptedAuthority authority;
        authority.tokens.tenant = kHomeTenant;
        authority.tokens.clientId = kClient;
        authority.tokens.objectId = kUser;
        authority.tokens.refreshToken = QString::fromLatin1(canary + "-RT");
        authority.playEntra(quirk);
        SystemClock clock;
        const CloudProfile cloud = cloudAt(QStringLiteral("sandbox"), authority.origin(), authority.origin());
        QnamTransport transport(*signInPlanes(cloud), clock);
        TokenEndpoint endpoint(transport, clock, cloud);
        QTemporaryDir folder;
        const auto keychain = memoryStore();
        Vault vault(*keychain, folder.filePath(QStringLiteral("state/vault")));
        AccountBook book(endpoint, vault, kClient);
        TokenAnswer answer = tokenAnswer(clock.now() - 2h);
        answer.access.token = Secret(canary + "-AT");
        answer.refreshToken = Secret(canary + "-RT");
        answer.idToken = Secret(canary + "-ID");
        QStringList texts;
        const auto note = [&](const auto &result) {
            ++operations;
            if (!result)
                texts << describe(result.error()) << result.error().target << result.error().requestId;
        };
        note(test::await(book.add(answer, kHomeTenant, Context())));
        note(test::await(book.load(Context())));
        note(test::await(book.token(kHomeId, TokenRequest(arm), Context())));
        note(test::await(book.silentToken(kHomeId, TokenRequest(arm, {}, challenge), Context())));
        note(test::await(book.token(kHomeId, TokenRequest(database, kGuestTenant), Context())));
        test::await(vault.update([](const QByteArray &content) { return content.left(20); }, Context()));
        note(test::await(book.load(Context())));
        note(test::await(book.add(answer, kHomeTenant, Context())));
        note(test::await(book.signOut(kHomeId, Context())));
        note(test::await(book.purge(Context())));
        for (const QString &text : std::as_const(texts))
            QVERIFY2(!text.contains(QLatin1String(canary)), qPrintable(text));
    }
    qInstallMessageHandler(before);
    QLoggingCategory::setFilterRules({});
    QCOMPARE(operations, 14 * 9);
    QVERIFY(logged.size() > 14); // somebody did log
    for (const QString &line : std::as_const(logged))
        QVERIFY2(!line.contains(QLatin1String(canary)), qPrintable(line));
}

namespace {

//! MSAL Python with a scripted login.microsoftonline.com, whose answers are a strict service's.
QJsonObject msalPython(Desk &desk, const char *what, const QByteArray &input)
{
    ScriptedAuthority authority;
    authority.tokens.tenant = kHomeTenant;
    authority.on("/common/discovery/instance", ScriptedAnswer::json(200, {{QStringLiteral("tenant_discovery_endpoint"), QStringLiteral("x")},
        {QStringLiteral("metadata"), QJsonArray{QJsonObject{{QStringLiteral("preferred_network"), QStringLiteral("login.microsoftonline.com")}, {QStringLiteral("preferred_cache"), QStringLiteral("login.windows.net")},
            {QStringLiteral("aliases"), QJsonArray{QStringLiteral("login.microsoftonline.com"), QStringLiteral("login.windows.net"), QStringLiteral("login.microsoft.com"), QStringLiteral("sts.windows.net")}}}}}}));
    const QString root = QStringLiteral("https://login.microsoftonline.com/") + kHomeTenant;
    authority.on(authority.path("v2.0/.well-known/openid-configuration"), ScriptedAnswer::json(200, {{QStringLiteral("issuer"), root + QStringLiteral("/v2.0")},
        {QStringLiteral("authorization_endpoint"), root + QStringLiteral("/oauth2/v2.0/authorize")}, {QStringLiteral("token_endpoint"), root + QStringLiteral("/oauth2/v2.0/token")}}));
    authority.on(authority.tokenPath(), [&desk](const ReceivedRequest &request) {
        if (request.form("refresh_token").toLatin1() != desk.service.valid)
            return ScriptedAnswer::entraError(400, "invalid_grant", 70000, QStringLiteral("spent"));
        return ScriptedAnswer::json(200, desk.service.answer(kHomeTenant, request.form("scope").remove(QRegularExpression(QStringLiteral(" ?\\b(openid|profile|offline_access)\\b"))).trimmed()));
    });
    QProcess python;
    QEventLoop loop;
    QObject::connect(&python, &QProcess::finished, &loop, &QEventLoop::quit);
    python.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    python.start(QStringLiteral("/usr/bin/python3"), {QStringLiteral(CAUSEWAY_SOURCE_DIR "/tests/azure/msalpython.py"), QString::number(authority.port()), kClient, kHomeTenant, QLatin1String(what)});
    python.write(input);
    python.closeWriteChannel();
    QTimer::singleShot(30'000, &loop, &QEventLoop::quit);
    loop.exec();
    return QJsonDocument::fromJson(python.readAllStandardOutput()).object();
}

bool hasMsalPython()
{
    return QProcess::execute(QStringLiteral("/usr/bin/python3"), {QStringLiteral("-c"), QStringLiteral("import msal")}) == 0;
}

} // namespace

void TestAccountBook::isReadByMsalPython()
{
    if (!hasMsalPython())
        QSKIP("MSAL for /usr/bin/python3 is not installed (packaging/packages.sh: python3-msal)");
    Desk desk;
    const QJsonObject said = msalPython(desk, "read", desk.onDisk());
    QCOMPARE(said.value(QLatin1String("accounts")).toArray().size(), 1);
    QCOMPARE(said.value(QLatin1String("accounts")).toArray().first()[QLatin1String("username")].toString(), QStringLiteral("ada@contoso.example"));
    QCOMPARE(said.value(QLatin1String("accounts")).toArray().first()[QLatin1String("home")].toString(), kHomeId);
    QCOMPARE(said.value(QLatin1String("result"))[QLatin1String("access_token")].toString(), QStringLiteral("AT-2")); // it refreshed, with our token
    // And what it wrote is taken up again: its new refresh token, in one entry, and our ARM token beside its own.
    const QByteArray theirs = said.value(QLatin1String("cache")).toString().toUtf8();
    test::await(desk.vault.update([&](const QByteArray &) { return theirs; }, Context()));
    QVERIFY(test::await(desk.book->load(Context())));
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-1"));
    desk.pass(1h);
    QCOMPARE(bytesOf(desk.token()), QByteArray("AT-3"));
    QCOMPARE(desk.service.field(0, "refresh_token"), QStringLiteral("RT-2"));
    const QJsonObject kept = QJsonDocument::fromJson(desk.onDisk()).object();
    QCOMPARE(kept.value(QLatin1String("RefreshToken")).toObject().size(), 1);
    QCOMPARE(kept.value(QLatin1String("Account")).toObject().size(), 1);
}

void TestAccountBook::readsMsalPython()
{
    if (!hasMsalPython())
        QSKIP("MSAL for /usr/bin/python3 is not installed (packaging/packages.sh: python3-msal)");
    Desk desk(false);
    const QJsonObject said = msalPython(desk, "write", "RT-1");
    const QByteArray theirs = said.value(QLatin1String("cache")).toString().toUtf8();
    QVERIFY2(theirs.contains("RT-2"), QJsonDocument(said).toJson());
    test::await(desk.vault.update([&](const QByteArray &) { return theirs; }, Context()));
    QVERIFY(test::await(desk.book->load(Context())));
    QCOMPARE(desk.book->accounts().size(), 1);
    QCOMPARE(desk.book->accounts().first().username, QStringLiteral("ada@contoso.example"));
    const QString home = desk.book->accounts().first().homeAccountId;
    QCOMPARE(home, kHomeId);
    QCOMPARE(bytesOf(desk.token(database)), QByteArray("AT-3"));
    QCOMPARE(desk.service.field(0, "refresh_token"), QStringLiteral("RT-2"));
    // Every entry of theirs has all its fields still.
    const QJsonObject before = QJsonDocument::fromJson(theirs).object(), after = QJsonDocument::fromJson(desk.onDisk()).object();
    const auto whole = [&](const char *section) {
        for (const QJsonValue &old : before.value(QLatin1String(section)).toObject()) {
            bool found = false;
            for (const QJsonValue &entry : after.value(QLatin1String(section)).toObject()) {
                const QStringList keys = old.toObject().keys();
                found = found || std::all_of(keys.cbegin(), keys.cend(), [&](const QString &key) { return entry.toObject().contains(key); });
            }
            if (!found)
                return false;
        }
        return true;
    };
    for (const char *section : {"AccessToken", "RefreshToken", "IdToken", "Account", "AppMetadata"})
        QVERIFY2(whole(section), section);
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
