// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/keychainstore.h"
#include "azure/auth/vault.h"
#include "core/processlock.h"
#include "core/waiting.h"
#include "tests/support/coro.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QSaveFile>
#include <QTemporaryDir>
#include <QtTest>
#include <cstdio>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace causeway;
using State = Vault::State;
Q_DECLARE_METATYPE(Vault::State)

namespace {

//! A keychain that fails as told, and counts.
class TroubledStore final : public SecretStore
{
public:
    std::optional<Error> onRead, onWrite, onRemove;
    int reads = 0, writes = 0;
    std::unique_ptr<SecretStore> inner = memoryStore();

    QCoro::Task<Result<Secret>> read(QString name, Context context) override
    {
        ++reads;
        if (onRead)
            co_return *std::as_const(onRead);
        Result<Secret> secret = co_await inner->read(name, context);
        co_return secret;
    }
    QCoro::Task<Result<>> write(QString name, Secret secret, Context context) override
    {
        ++writes;
        if (onWrite)
            co_return *std::as_const(onWrite);
        Result<> done = co_await inner->write(name, secret, context);
        co_return done;
    }
    QCoro::Task<Result<>> remove(QString name, Context context) override
    {
        if (onRemove)
            co_return *std::as_const(onRemove);
        Result<> done = co_await inner->remove(name, context);
        co_return done;
    }
};

//! A keychain for several processes, and for tests only.
class FolderStore final : public SecretStore
{
public:
    explicit FolderStore(QString folder) : m_folder(std::move(folder)) {}
    QCoro::Task<Result<Secret>> read(QString name, Context) override
    {
        QFile file(path(name));
        if (!file.open(QIODevice::ReadOnly))
            co_return failed(ErrorKind::NotFound);
        const Secret secret(file.readAll());
        co_return secret;
    }
    QCoro::Task<Result<>> write(QString name, Secret secret, Context) override
    {
        QSaveFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(secret.reveal()) < 0 || !file.commit())
            co_return failed(ErrorKind::Internal);
        co_return Result<>();
    }
    QCoro::Task<Result<>> remove(QString name, Context) override
    {
        QFile::remove(path(name));
        co_return Result<>();
    }

private:
    static Error failed(ErrorKind kind)
    {
        Error error;
        error.kind = kind;
        return error;
    }
    [[nodiscard]] QString path(QString name) const { return m_folder + QLatin1Char('/') + name.replace(QLatin1Char('/'), QLatin1Char('_')); }
    QString m_folder;
};

Error errorOf(ErrorKind kind, const char *code, const char *message)
{
    Error error;
    error.kind = kind;
    error.code = QLatin1String(code);
    error.message = QLatin1String(message);
    return error;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool put(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

Vault::Change append(const QByteArray &what)
{
    return [what](QByteArray content) { return content + what; };
}

//! What the second process does: many small changes, as fast as it can.
int hammer(const QString &folder, const QString &name, int rounds)
{
    FolderStore keychain(folder);
    std::getchar(); // until all are there
    for (int i = 0; i < rounds; ++i) {
        Vault vault(keychain, folder + QStringLiteral("/state/vault")); // each reads its key anew
        const auto opened = test::await(vault.update(append(name.toUtf8() + ':' + QByteArray::number(i) + '\n'), Context()));
        if (opened.state != State::Kept) {
            qWarning("%s", qPrintable(opened.reason));
            return 1;
        }
    }
    return 0;
}

} // namespace

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
    void seesDamage_data();
    void seesDamage();
    void refusesWhatIsNotItsFile_data();
    void refusesWhatIsNotItsFile();
    void refusesAFolderThatIsNone();
    void tightensAnOpenFolder();
    void wipesWhateverThereIs_data();
    void wipesWhateverThereIs();
    void followsAnotherProcess();
    void waitsForTheLockAndNotForever();
    void takesAnyLength_data();
    void takesAnyLength();
    void maybeGoneBeforeItsAnswer();
    void sharesWithOtherProcesses();

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

void TestVault::seesDamage_data()
{
    QTest::addColumn<int>("flip"); // which byte, -1: none
    QTest::addColumn<int>("keep"); // how many bytes, -1: all
    QTest::addColumn<QByteArray>("key"); // in the keychain; "same": as it was
    QTest::newRow("another mark") << 3 << -1 << QByteArray("same");
    QTest::newRow("iv") << 4 << -1 << QByteArray("same");
    QTest::newRow("tag") << 16 << -1 << QByteArray("same");
    QTest::newRow("first of the text") << 32 << -1 << QByteArray("same");
    QTest::newRow("last of the text") << 36 << -1 << QByteArray("same");
    QTest::newRow("empty file") << -1 << 0 << QByteArray("same");
    QTest::newRow("head only") << -1 << 32 << QByteArray("same");
    QTest::newRow("cut short") << -1 << 20 << QByteArray("same");
    QTest::newRow("key gone") << -1 << -1 << QByteArray();
    QTest::newRow("another key") << -1 << -1 << QByteArray(32, 'k').toBase64();
    QTest::newRow("a key of another length") << -1 << -1 << QByteArray("c2hvcnQ=");
    QTest::newRow("a key that is none") << -1 << -1 << QByteArray("\xc3\xa4!");
}

void TestVault::seesDamage()
{
    QFETCH(int, flip);
    QFETCH(int, keep);
    QFETCH(QByteArray, key);
    TroubledStore keychain;
    Vault before(keychain, file());
    test::await(before.update(append("token"), Context()));
    QByteArray sealed = contentOf(file());
    if (flip >= 0)
        sealed[flip] = char(sealed[flip] ^ 1);
    if (keep >= 0)
        sealed.truncate(keep);
    QVERIFY(put(file(), sealed));
    const QString name = QStringLiteral("+vault-key/1");
    if (key.isEmpty())
        QVERIFY(test::await(keychain.remove(name, Context())));
    else if (key != "same")
        QVERIFY(test::await(keychain.write(name, Secret(key), Context())));
    Vault vault(keychain, file());
    QCOMPARE(test::await(vault.open(Context())).state, State::Damaged);
    const auto anew = test::await(vault.update([](const QByteArray &content) { return content + "new"; }, Context()));
    QCOMPARE(anew.state, State::Kept);
    QCOMPARE(anew.content.reveal(), QByteArray("new"));
    Vault after(keychain, file());
    QCOMPARE(test::await(after.open(Context())).content.reveal(), QByteArray("new"));
}

void TestVault::refusesWhatIsNotItsFile_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"link", "dangling link", "directory", "pipe", "foreign", "too large"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestVault::refusesWhatIsNotItsFile()
{
    QFETCH(QString, what);
    QVERIFY(QDir().mkpath(QFileInfo(file()).path()));
    const QString target = m_folder->filePath(QStringLiteral("precious"));
    const QByteArray name = QFile::encodeName(file());
    if (what == QLatin1String("link"))
        QVERIFY(put(target, "precious") && QFile::link(target, file()));
    else if (what == QLatin1String("dangling link"))
        QVERIFY(QFile::link(target, file()));
    else if (what == QLatin1String("directory"))
        QVERIFY(QDir().mkpath(file()));
    else if (what == QLatin1String("pipe"))
        QCOMPARE(::mkfifo(name.constData(), 0600), 0);
    else if (what == QLatin1String("too large"))
        QVERIFY(put(file(), {}) && ::truncate(name.constData(), 17 * 1024 * 1024) == 0);
    else if (::geteuid() != 0)
        QSKIP("only root can give a file away");
    else
        QVERIFY(put(file(), "theirs") && ::chown(name.constData(), 65534, 65534) == 0);

    TroubledStore keychain;
    Vault vault(keychain, file());
    const auto opened = test::await(vault.open(Context()));
    QCOMPARE(opened.state, State::Unwritable);
    QVERIFY(opened.reason.contains(file()));
    const auto updated = test::await(vault.update(append("token"), Context()));
    QCOMPARE(updated.state, State::Unwritable);
    QCOMPARE(updated.content.reveal(), QByteArray("token"));
    QCOMPARE(keychain.writes, 0);
    if (what.endsWith(QLatin1String("link"))) {
        QVERIFY(QFileInfo(file()).isSymLink());
        QCOMPARE(contentOf(target), what == QLatin1String("link") ? QByteArray("precious") : QByteArray());
        QVERIFY(test::await(vault.wipe(Context())));
        QVERIFY(!QFileInfo(file()).isSymLink()); // the link goes, and only it
        QCOMPARE(contentOf(target), what == QLatin1String("link") ? QByteArray("precious") : QByteArray());
    }
}

void TestVault::refusesAFolderThatIsNone()
{
    QVERIFY(put(m_folder->filePath(QStringLiteral("causeway")), "a file"));
    TroubledStore keychain;
    Vault vault(keychain, file());
    QCOMPARE(test::await(vault.open(Context())).state, State::Kept);
    const auto updated = test::await(vault.update(append("token"), Context()));
    QCOMPARE(updated.state, State::Unwritable);
    QVERIFY(!updated.reason.isEmpty());
    QCOMPARE(test::await(vault.open(Context())).content.reveal(), QByteArray("token"));
    QCOMPARE(keychain.writes, 0);
    QVERIFY(test::await(vault.wipe(Context())));
}

void TestVault::tightensAnOpenFolder()
{
    const QString folder = QFileInfo(file()).path();
    QVERIFY(QDir().mkpath(folder));
    QCOMPARE(::chmod(QFile::encodeName(folder).constData(), 0777), 0);
    TroubledStore keychain;
    Vault vault(keychain, file());
    QCOMPARE(test::await(vault.update(append("x"), Context())).state, State::Kept);
    struct stat it{};
    QCOMPARE(::stat(QFile::encodeName(folder).constData(), &it), 0);
    QCOMPARE(it.st_mode & 0777, mode_t(0700));
}

void TestVault::wipesWhateverThereIs_data()
{
    QTest::addColumn<bool>("damaged");
    QTest::addColumn<ErrorKind>("keychain"); // InvalidInput: nothing is wrong with it
    QTest::newRow("all well") << false << ErrorKind::InvalidInput;
    QTest::newRow("damaged file") << true << ErrorKind::InvalidInput;
    QTest::newRow("no keychain") << true << ErrorKind::Internal;
    QTest::newRow("locked keychain") << false << ErrorKind::Unauthorized;
    QTest::newRow("silent keychain") << false << ErrorKind::TimedOut;
}

void TestVault::wipesWhateverThereIs()
{
    QFETCH(bool, damaged);
    QFETCH(ErrorKind, keychain);
    TroubledStore store;
    Vault vault(store, file());
    test::await(vault.update(append("token"), Context()));
    if (damaged)
        QVERIFY(put(file(), "rubbish"));
    if (keychain != ErrorKind::InvalidInput)
        store.onRead = store.onWrite = store.onRemove = errorOf(keychain, "Code", "not today");
    QVERIFY(test::await(vault.wipe(Context())));
    QVERIFY(!QFileInfo::exists(file()));
    QVERIFY(test::await(vault.open(Context())).content.isEmpty());
    if (keychain == ErrorKind::InvalidInput)
        QVERIFY(!test::await(store.read(QStringLiteral("+vault-key/1"), Context())));
    QVERIFY(test::await(vault.wipe(Context()))); // twice is no error
    QVERIFY(QDir().mkpath(file())); // what cannot be removed is said
    const auto stays = test::await(vault.wipe(Context()));
    QVERIFY(!stays);
    QCOMPARE(stays.error().code, QStringLiteral("VaultStays"));
}

void TestVault::followsAnotherProcess()
{
    TroubledStore keychain;
    Vault ours(keychain, file()), theirs(keychain, file());
    test::await(ours.update(append("1"), Context()));
    QVERIFY(!ours.isStale());
    QCOMPARE(test::await(theirs.update(append("2"), Context())).content.reveal(), QByteArray("12"));
    QVERIFY(ours.isStale());
    QCOMPARE(test::await(ours.open(Context())).content.reveal(), QByteArray("12"));
    QVERIFY(!ours.isStale());
    // Purged and signed in anew there: another key than the one that we know.
    QVERIFY(test::await(theirs.wipe(Context())));
    QVERIFY(ours.isStale());
    QVERIFY(test::await(ours.open(Context())).content.isEmpty());
    test::await(theirs.update(append("3"), Context()));
    QCOMPARE(test::await(ours.open(Context())).content.reveal(), QByteArray("3"));
    QVERIFY(test::await(theirs.wipe(Context())));
    QCOMPARE(test::await(ours.update(append("4"), Context())).content.reveal(), QByteArray("4"));
    QCOMPARE(test::await(theirs.open(Context())).content.reveal(), QByteArray("4")); // with a key that is in the keychain
}

void TestVault::waitsForTheLockAndNotForever()
{
    TroubledStore keychain;
    Vault vault(keychain, file(), std::chrono::milliseconds(60));
    test::await(vault.update(append("1"), Context()));
    QVERIFY(put(file() + QStringLiteral(".lock"), "999999\n")); // left behind by a process that was killed: nobody holds it
    QCOMPARE(test::await(vault.update(append("2"), Context())).state, State::Kept);
    const QByteArray sealed = contentOf(file());
    const auto held = ProcessLock::tryTake(file() + QStringLiteral(".lock"));
    QVERIFY(held);
    const auto late = test::await(vault.update(append("3"), Context()));
    QCOMPARE(late.state, State::Unwritable);
    QVERIFY(late.reason.contains(QString::number(::getpid())));
    QCOMPARE(late.content.reveal(), QByteArray("123")); // for this process
    QCOMPARE(contentOf(file()), sealed);
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

void TestVault::sharesWithOtherProcesses()
{
    static constexpr int rounds = 150;
    std::vector<std::unique_ptr<QProcess>> processes;
    for (const char *name : {"ann", "bob", "killed"}) {
        auto process = std::make_unique<QProcess>();
        process->setProcessChannelMode(QProcess::ForwardedChannels);
        process->start(QCoreApplication::applicationFilePath(), {QStringLiteral("--hammer"), m_folder->path(), QLatin1String(name), QString::number(rounds)});
        QVERIFY(process->waitForStarted());
        processes.push_back(std::move(process));
    }
    for (const auto &process : processes) {
        process->write("\n");
        process->waitForBytesWritten();
    }
    FolderStore keychain(m_folder->path());
    const QString shared = m_folder->filePath(QStringLiteral("state/vault"));
    const auto content = [&] {
        Vault vault(keychain, shared);
        return test::await(vault.open(Context())); // while they write, and without the lock
    };
    while (!content().content.reveal().contains("killed:9\n") && processes[2]->state() != QProcess::NotRunning)
        QCOMPARE(content().state, State::Kept);
    QCOMPARE(processes[2]->state(), QProcess::Running);
    ::kill(pid_t(processes[2]->processId()), SIGKILL); // wherever it is, perhaps with the lock
    for (const auto &process : processes)
        QVERIFY(process->waitForFinished(60'000));
    QCOMPARE(processes[0]->exitCode(), 0);
    QCOMPARE(processes[1]->exitCode(), 0);
    const QList<QByteArray> lines = content().content.reveal().split('\n');
    QMap<QByteArray, int> seen;
    for (const QByteArray &line : lines.mid(0, lines.size() - 1)) {
        QCOMPARE(line.split(':').value(1).toInt(), seen[line.split(':').first()]); // each one's in order, none lost, none twice
        ++seen[line.split(':').first()];
    }
    QCOMPARE(seen.value("ann"), rounds);
    QCOMPARE(seen.value("bob"), rounds);
    QVERIFY(seen.value("killed") >= 10);
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QLatin1String("--hammer"))
        return hammer(arguments.value(2), arguments.value(3), arguments.value(4).toInt());
    TestVault test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_vault.moc"
