// SPDX-License-Identifier: Apache-2.0
// A vault's file and folder: damaged, foreign, open to others, removed.
#include "tests/azure/vaultkeychains.h"

#include <QDir>
#include <QFileInfo>
#include <QtTest>
#include <sys/stat.h>
#include <unistd.h>

using namespace causeway;
using namespace causeway::test;
using State = Vault::State;

class TestVaultFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void seesDamage_data();
    void seesDamage();
    void refusesWhatIsNotItsFile_data();
    void refusesWhatIsNotItsFile();
    void refusesAFolderThatIsNone();
    void tightensAnOpenFolder();
    void wipesWhateverThereIs_data();
    void wipesWhateverThereIs();

private:
    [[nodiscard]] QString file() const { return m_folder->filePath(QStringLiteral("causeway/vault")); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestVaultFile::seesDamage_data()
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

void TestVaultFile::seesDamage()
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

void TestVaultFile::refusesWhatIsNotItsFile_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"link", "dangling link", "directory", "pipe", "foreign", "too large"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestVaultFile::refusesWhatIsNotItsFile()
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

void TestVaultFile::refusesAFolderThatIsNone()
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

void TestVaultFile::tightensAnOpenFolder()
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

void TestVaultFile::wipesWhateverThereIs_data()
{
    QTest::addColumn<bool>("damaged");
    QTest::addColumn<ErrorKind>("keychain"); // InvalidInput: nothing is wrong with it
    QTest::newRow("all well") << false << ErrorKind::InvalidInput;
    QTest::newRow("damaged file") << true << ErrorKind::InvalidInput;
    QTest::newRow("no keychain") << true << ErrorKind::Internal;
    QTest::newRow("locked keychain") << false << ErrorKind::Unauthorized;
    QTest::newRow("silent keychain") << false << ErrorKind::TimedOut;
}

void TestVaultFile::wipesWhateverThereIs()
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

QTEST_GUILESS_MAIN(TestVaultFile)
#include "tst_vaultfile.moc"
