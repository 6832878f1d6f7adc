// SPDX-License-Identifier: Apache-2.0
// What a vault gives back, with and without a keychain.
#include "core/waiting.h"
#include "tests/azure/vaultkeychains.h"

#include <QDir>
#include <QFileInfo>
#include <QtTest>
#include <sys/stat.h>

using namespace causeway;
using namespace causeway::test;
using State = Vault::State;

class TestVault : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void keepsAndGivesBack();
    void asksNoKeychainForNothing();
    void livesInMemoryWithoutAKeychain_data();
    void livesInMemoryWithoutAKeychain();
    void looksAgainUntilThereIsSomethingToLose();
    void takesAnyLength_data();
    void takesAnyLength();
    void maybeGoneBeforeItsAnswer();

private:
    [[nodiscard]] QString file() const { return m_folder->filePath(QStringLiteral("causeway/vault")); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestVault::keepsAndGivesBack()
{
    TroubledStore keychain;
    const QByteArray token = "eyJ0-A-TOKEN-THAT-NOBODY-READS";
    {
        Vault vault(keychain, file());
        const auto first = test::await(vault.update(append(token), Context()));
        QCOMPARE(first.state, State::Kept);
        QCOMPARE(first.content.reveal(), token);
    }
    struct stat it{};
    QCOMPARE(::stat(QFile::encodeName(file()).constData(), &it), 0);
    QCOMPARE(it.st_mode & 0777, mode_t(0600));
    QCOMPARE(::stat(QFile::encodeName(QFileInfo(file()).path()).constData(), &it), 0);
    QCOMPARE(it.st_mode & 0777, mode_t(0700));
    const QByteArray sealed = contentOf(file());
    QVERIFY(sealed.startsWith("CWV1"));
    QCOMPARE(sealed.size(), 4 + 12 + 16 + token.size());
    QVERIFY(!sealed.contains(token.left(8)));

    Vault another(keychain, file());
    QCOMPARE(test::await(another.open(Context())).content.reveal(), token);
    test::await(another.update([](const QByteArray &content) { return content; }, Context()));
    QVERIFY(contentOf(file()).mid(4, 12) != sealed.mid(4, 12)); // an iv is used once
    QCOMPARE(QDir(QFileInfo(file()).path()).entryList(QDir::Files), QStringList{QStringLiteral("vault")}); // no lock, no half file
    QCOMPARE(keychain.writes, 1);
}

void TestVault::asksNoKeychainForNothing()
{
    TroubledStore keychain;
    Vault vault(keychain, file());
    const auto opened = test::await(vault.open(Context()));
    QCOMPARE(opened.state, State::Kept);
    QVERIFY(opened.content.isEmpty());
    QCOMPARE(keychain.reads, 0);
    QVERIFY(!QFileInfo::exists(QFileInfo(file()).path())); // and makes no folder
}

void TestVault::livesInMemoryWithoutAKeychain_data()
{
    QTest::addColumn<ErrorKind>("kind");
    QTest::addColumn<bool>("onRead"); // else on write
    QTest::addColumn<Vault::State>("state");
    QTest::newRow("absent") << ErrorKind::Internal << true << State::NoKeychain;
    QTest::newRow("absent, seen by the write") << ErrorKind::Internal << false << State::NoKeychain;
    QTest::newRow("locked") << ErrorKind::Unauthorized << true << State::Locked;
    QTest::newRow("locked, seen by the write") << ErrorKind::Unauthorized << false << State::Locked;
    QTest::newRow("silent") << ErrorKind::TimedOut << true << State::Silent;
    QTest::newRow("a write that finds nothing") << ErrorKind::NotFound << false << State::NoKeychain;
    QTest::newRow("refuses the value") << ErrorKind::InvalidInput << false << State::NoKeychain;
}

void TestVault::livesInMemoryWithoutAKeychain()
{
    QFETCH(ErrorKind, kind);
    QFETCH(bool, onRead);
    QFETCH(Vault::State, state);
    TroubledStore keychain;
    (onRead ? keychain.onRead : keychain.onWrite) = errorOf(kind, "Code", "the service's words");
    Vault vault(keychain, file());
    const auto updated = test::await(vault.update(append("one "), Context()));
    QCOMPARE(updated.state, state);
    QCOMPARE(updated.reason, QStringLiteral("the service's words"));
    QCOMPARE(updated.content.reveal(), QByteArray("one "));
    const int asked = keychain.reads;
    QCOMPARE(test::await(vault.update(append("two"), Context())).state, state);
    const auto opened = test::await(vault.open(Context()));
    QCOMPARE(opened.state, state);
    QCOMPARE(opened.content.reveal(), QByteArray("one two"));
    QCOMPARE(keychain.reads, asked); // nobody is prompted again and again
    QVERIFY(!QFileInfo::exists(file()));
    QCOMPARE(QDir(QFileInfo(file()).path()).entryList(QDir::Files | QDir::Hidden), QStringList());
    QVERIFY(!vault.isStale());
}

void TestVault::looksAgainUntilThereIsSomethingToLose()
{
    TroubledStore keychain;
    Vault before(keychain, file());
    test::await(before.update(append("kept"), Context()));
    keychain.onRead = errorOf(ErrorKind::Unauthorized, "KeychainLocked", "locked");
    Vault vault(keychain, file());
    QCOMPARE(test::await(vault.open(Context())).state, State::Locked);
    keychain.onRead.reset();
    const auto opened = test::await(vault.open(Context()));
    QCOMPARE(opened.state, State::Kept);
    QCOMPARE(opened.content.reveal(), QByteArray("kept"));
    // A session in memory beside a file that cannot be opened leaves the file alone.
    const QByteArray sealed = contentOf(file());
    keychain.onRead = errorOf(ErrorKind::Unauthorized, "KeychainLocked", "locked");
    Vault locked(keychain, file());
    QCOMPARE(test::await(locked.update(append("new"), Context())).state, State::Locked);
    QCOMPARE(contentOf(file()), sealed);
    keychain.onRead.reset();
    QCOMPARE(test::await(locked.open(Context())).content.reveal(), QByteArray("new"));
}

void TestVault::takesAnyLength_data()
{
    QTest::addColumn<int>("size");
    for (const int size : {0, 1, 2560, 2561, 65'536, 4 * 1024 * 1024}) // 2,561 is what a Windows credential no longer takes
        QTest::addRow("%d bytes", size) << size;
}

void TestVault::takesAnyLength()
{
    QFETCH(int, size);
    TroubledStore keychain;
    Vault vault(keychain, file()), another(keychain, file());
    const QByteArray content(size, 't');
    QCOMPARE(test::await(vault.update([&](const QByteArray &) { return content; }, Context())).state, State::Kept);
    QCOMPARE(test::await(another.open(Context())).content.reveal(), content);
}

void TestVault::maybeGoneBeforeItsAnswer()
{
    // A keychain that asks a person for a password; meanwhile another cloud is chosen, and the vault goes.
    class Slow final : public SecretStore
    {
    public:
        OneShot<bool> answer;
        std::unique_ptr<SecretStore> inner = memoryStore();
        QCoro::Task<Result<Secret>> read(QString, Context) override
        {
            auto shot = answer;
            co_await shot.wait();
            co_return errorOf(ErrorKind::NotFound, "SecretNotFound", "");
        }
        QCoro::Task<Result<>> write(QString, Secret, Context) override
        {
            auto shot = answer;
            co_await shot.wait();
            co_return Result<>();
        }
        QCoro::Task<Result<>> remove(QString, Context) override
        {
            auto shot = answer;
            co_await shot.wait();
            co_return Result<>();
        }
    };
    TroubledStore quick;
    Vault before(quick, file());
    test::await(before.update(append("token"), Context()));
    const QByteArray sealed = contentOf(file());
    for (const char *what : {"open", "update", "new"}) {
        Slow slow;
        auto vault = std::make_unique<Vault>(slow, what == QByteArray("new") ? m_folder->filePath(QStringLiteral("other/vault")) : file());
        auto task = what == QByteArray("open") ? vault->open(Context()) : vault->update(append("more"), Context());
        vault.reset();
        slow.answer.fire(true);
        test::await(std::move(task));
        QCOMPARE(contentOf(file()), sealed);
    }
    Slow slow;
    auto vault = std::make_unique<Vault>(slow, file());
    auto task = vault->wipe(Context());
    vault.reset();
    slow.answer.fire(true);
    QVERIFY(test::await(std::move(task)));
}

QTEST_GUILESS_MAIN(TestVault)
#include "tst_vault.moc"
