// SPDX-License-Identifier: Apache-2.0
// Several processes with one vault, of which one is killed.
#include "core/processlock.h"
#include "tests/azure/vaultkeychains.h"

#include <QDir>
#include <QProcess>
#include <QSaveFile>
#include <QtTest>
#include <cstdio>
#include <signal.h>

using namespace causeway;
using namespace causeway::test;
using State = Vault::State;

namespace {

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

class TestVaultProcesses : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void followsAnotherProcess();
    void waitsForTheLockAndNotForever();
    void sharesWithOtherProcesses();

private:
    [[nodiscard]] QString file() const { return m_folder->filePath(QStringLiteral("causeway/vault")); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestVaultProcesses::followsAnotherProcess()
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

void TestVaultProcesses::waitsForTheLockAndNotForever()
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

void TestVaultProcesses::sharesWithOtherProcesses()
{
    static constexpr int rounds = 150;
    std::vector<std::unique_ptr<QProcess>> processes;
    for (const char *name : {"ann", "bob", "killed"}) {
        auto process = std::make_unique<QProcess>();
        process->setProcessChannelMode(QProcess::ForwardedChannels);
        process->start(QCoreApplication::applicationFilePath(), {QStringLiteral("--hammer"), m_folder->path(), QLatin1String(name), QString::number(name == QByteArray("killed") ? 1'000'000 : rounds)}); // that one never ends by itself
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
    TestVaultProcesses test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_vaultprocesses.moc"
