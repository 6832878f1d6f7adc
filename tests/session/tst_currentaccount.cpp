// SPDX-License-Identifier: Apache-2.0
// Which account a word means, and none.
#include "azure/auth/keychainstore.h"
#include "session/signins.h"
#include "tests/support/coro.h"
#include "tests/support/tokens.h"

#include <QTemporaryDir>
#include <QTest>

using namespace causeway;

namespace {

const QString anna = QStringLiteral("anna@contoso.example"), bert = QStringLiteral("bert@contoso.example");

TokenAnswer answerOf(const QString &uid, const QString &name, TimePoint now)
{
    TokenAnswer answer = test::tokenAnswer(now);
    answer.idClaims.insert(QStringLiteral("oid"), uid);
    answer.idClaims.insert(QStringLiteral("preferred_username"), name);
    answer.clientInfo = test::clientInfo(uid, test::kHomeTenant);
    return answer;
}

} // namespace

class TestCurrentAccount : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    std::shared_ptr<SecretStore> m_keychain = memoryStore();
    std::unique_ptr<SignIns> m_signIns;

    [[nodiscard]] std::unique_ptr<SignIns> made(const CloudProfile &cloud) const
    {
        SignIns::Means means;
        means.settings.clientId = test::kClient;
        means.cloud = cloud;
        means.keychain = m_keychain;
        means.vaultFile = m_folder.filePath(QStringLiteral("sessions.cwv"));
        means.wall = std::make_shared<SystemClock>();
        auto signIns = SignIns::make(std::move(means));
        return signIns ? std::move(*signIns) : nullptr;
    }

private Q_SLOTS:
    //! Anna, and two who are called Bert.
    void initTestCase()
    {
        m_signIns = made(clouds().first());
        QVERIFY(m_signIns);
        const TimePoint now = m_signIns->wall().now();
        for (const auto &[uid, name] : {qMakePair(QStringLiteral("u1"), anna), qMakePair(QStringLiteral("u2"), bert), qMakePair(QStringLiteral("u3"), bert)})
            QVERIFY(test::await(m_signIns->keep(answerOf(uid, name, now), test::kHomeTenant, Context())).ok());
        QCOMPARE(m_signIns->book().accounts().size(), 3);
    }

    void meant_data()
    {
        QTest::addColumn<QString>("current");
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("found"); // home account id, or the code of the refusal
        const auto id = [](const char *uid) { return QString::fromLatin1(uid) + QLatin1Char('.') + test::kHomeTenant; };
        QTest::newRow("nobody chosen") << QString() << QString() << QStringLiteral("SeveralAccounts");
        QTest::newRow("chosen") << id("u2") << QString() << id("u2");
        QTest::newRow("chosen by a name that two have") << bert << QString() << QStringLiteral("SeveralAccounts");
        QTest::newRow("chosen one is gone") << id("u9") << QString() << QStringLiteral("SeveralAccounts");
        QTest::newRow("a word wins") << id("u2") << anna.toUpper() << id("u1");
        QTest::newRow("an id") << id("u2") << id("u3") << id("u3");
        QTest::newRow("two of that name") << QString() << bert << QStringLiteral("AccountAmbiguous");
        QTest::newRow("unknown") << id("u2") << QStringLiteral("carl@contoso.example") << QStringLiteral("AccountUnknown");
    }

    void meant()
    {
        QFETCH(QString, current);
        QFETCH(QString, word);
        QFETCH(QString, found);
        const CurrentAccount &choice = m_signIns->currentAccount();
        QVERIFY(current.isEmpty() ? choice.clear().ok() : choice.write(current).ok());
        const auto account = m_signIns->accountMeant(word);
        QCOMPARE(account ? account->homeAccountId : account.error().code, found);
        if (!account)
            QCOMPARE(account.error().kind, ErrorKind::InvalidInput);
        if (found == QLatin1String("AccountAmbiguous")) // the ids, among which one can choose
            QVERIFY2(account.error().message.contains(QLatin1String("u2.")) && account.error().message.contains(QLatin1String("u3.")), qPrintable(account.error().message));
    }

    void eachCloudHasItsOwn()
    {
        const CurrentAccount file(m_folder.filePath(QStringLiteral("choice.json")), QStringLiteral("one")), other(m_folder.filePath(QStringLiteral("choice.json")), QStringLiteral("two"));
        QCOMPARE(file.read(), QString());
        QVERIFY(file.clear().ok() && !QFile::exists(m_folder.filePath(QStringLiteral("choice.json")))); // nothing to forget makes nothing
        QVERIFY(file.write(QStringLiteral("a")).ok() && other.write(QStringLiteral("b")).ok());
        QVERIFY(file.clear().ok());
        QCOMPARE(file.read(), QString());
        QCOMPARE(other.read(), QStringLiteral("b"));
        other.clearAll();
        QCOMPARE(other.read(), QString());
    }

    void aFolderThatRefuses()
    {
        const QString blocked = m_folder.filePath(QStringLiteral("blocked"));
        QFile file(blocked);
        QVERIFY(file.open(QIODevice::WriteOnly));
        const CurrentAccount choice(blocked + QStringLiteral("/accounts.json"), QStringLiteral("one")); // a file where a folder should be
        QCOMPARE(choice.write(QStringLiteral("a")).error().code, QStringLiteral("CurrentAccountNotKept"));
        QCOMPARE(choice.read(), QString());
    }
};

QTEST_GUILESS_MAIN(TestCurrentAccount)
#include "tst_currentaccount.moc"
