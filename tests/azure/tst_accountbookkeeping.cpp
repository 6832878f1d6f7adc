// SPDX-License-Identifier: Apache-2.0
// What is stored of accounts, shared with other processes, and forgotten again.
#include "azure/http/qnamtransport.h"
#include "tests/azure/accountdesk.h"
#include "tests/support/authorityscript.h"

#include <QLoggingCategory>
#include <QSignalSpy>
#include <QtTest>

using namespace causeway;
using namespace causeway::test;
using namespace std::chrono_literals;
using State = Vault::State;

namespace {

QStringList logged;
void collect(QtMsgType, const QMessageLogContext &, const QString &text)
{
    logged.append(text);
}

} // namespace

class TestAccountBookKeeping : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void storesBeforeItAnnounces();
    void followsAnotherProcess();
    void triesTheTokenThatAnotherProcessGot();
    void signsOutOneAndPurgesAll();
    void signsOutOfADamagedVault();
    void saysWhatItCouldNotRemove();
    void keepsSignedOutWhatWasInFlight();
    void livesInMemory();
    void saysNoSecretInLogs();
};

void TestAccountBookKeeping::storesBeforeItAnnounces()
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

void TestAccountBookKeeping::followsAnotherProcess()
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

void TestAccountBookKeeping::triesTheTokenThatAnotherProcessGot()
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

void TestAccountBookKeeping::signsOutOneAndPurgesAll()
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

void TestAccountBookKeeping::signsOutOfADamagedVault()
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

void TestAccountBookKeeping::saysWhatItCouldNotRemove()
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

void TestAccountBookKeeping::keepsSignedOutWhatWasInFlight()
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

void TestAccountBookKeeping::livesInMemory()
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
void TestAccountBookKeeping::saysNoSecretInLogs()
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
        note(test::await(book.silentToken(kHomeId, TokenRequest(arm, {}, stepUpChallenge), Context())));
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

QTEST_GUILESS_MAIN(TestAccountBookKeeping)
#include "tst_accountbookkeeping.moc"
