// SPDX-License-Identifier: Apache-2.0
// Several kept accounts on the command line, and the one that is meant where none is named.
#include "tests/cli/personathome.h"

#include <QDirIterator>
#include <QTest>

using namespace causeway;
using namespace causeway::test;

class TestAccounts : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<PersonAtHome> m_home;
    PersonAtSandbox *m_person = nullptr;
    QString m_first, m_second;

    [[nodiscard]] QString choiceFile() const
    {
        QDirIterator files(m_home->folder.path(), {QStringLiteral("accounts.json")}, QDir::Files, QDirIterator::Subdirectories);
        return files.hasNext() ? files.next() : QString();
    }
    //! The accounts that are marked; one, or none.
    [[nodiscard]] QStringList current() const
    {
        const CliOutcome accounts = m_person->run(words("accounts --json"));
        QStringList marked;
        const QJsonArray all = accounts.json()[QLatin1String("accounts")].toArray();
        for (const QJsonValue &each : all) {
            if (each[QLatin1String("current")].toBool())
                marked << each[QLatin1String("user")].toString();
        }
        return marked;
    }
    [[nodiscard]] CliOutcome call(const QStringList &more = {}) const { return m_person->run(subscriptionsLine + words("--auth interactive") + more); }

private Q_SLOTS:
    //! Two people have signed in, one after the other.
    void init()
    {
        m_home = std::make_unique<PersonAtHome>();
        m_person = m_home->person.get();
        m_first = m_person->user;
        const CliOutcome before = m_person->run(words("sign-in"));
        QVERIFY2(before.code == 0, qPrintable(before.all()));
        m_home->becomeAnother();
        m_second = m_person->user;
        QVERIFY(m_first != m_second);
        const CliOutcome in = m_person->run(words("sign-in"));
        QVERIFY2(in.code == 0 && in.out.contains(QLatin1String("causewayctl accounts use")), qPrintable(in.all()));
    }
    void cleanup() { m_home.reset(); }

    void theLastSignInIsCurrent()
    {
        QCOMPARE(current(), QStringList{m_second});
        const CliOutcome used = call();
        QVERIFY2(used.code == 0 && used.err.contains(QStringLiteral("Signed in as %1 (kept session)").arg(m_second)), qPrintable(used.all()));
        const QFileInfo file(choiceFile());
        QVERIFY(file.exists());
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
    }

    void use()
    {
        const CliOutcome chosen = m_person->run(words("accounts use --json") + QStringList{m_first.toUpper()});
        QVERIFY2(chosen.code == 0, qPrintable(chosen.all()));
        QCOMPARE(chosen.json()[QLatin1String("account")][QLatin1String("user")].toString(), m_first);
        QCOMPARE(current(), QStringList{m_first});
        const CliOutcome shown = m_person->run(words("accounts"));
        QVERIFY2(shown.out.contains(QStringLiteral("* ") + m_first) && shown.out.contains(QStringLiteral("  ") + m_second), qPrintable(shown.all()));
        QVERIFY(call().err.contains(QStringLiteral("Signed in as ") + m_first));
        QVERIFY(call({QStringLiteral("--account"), m_second}).err.contains(QStringLiteral("Signed in as ") + m_second)); // said for once
        QCOMPARE(current(), QStringList{m_first});
        QCOMPARE(m_person->opened, 2); // nobody had to sign in again
    }

    void useById()
    {
        const QString id = m_person->run(words("accounts --json --account") + QStringList{m_first}).json()[QLatin1String("accounts")][0][QLatin1String("id")].toString();
        QVERIFY(!id.isEmpty());
        const CliOutcome chosen = m_person->run(words("accounts use --json") + QStringList{id});
        QVERIFY2(chosen.code == 0 && chosen.json()[QLatin1String("account")][QLatin1String("id")].toString() == id, qPrintable(chosen.all()));
    }

    void badInput_data()
    {
        QTest::addColumn<QStringList>("line");
        QTest::addColumn<QString>("code");
        QTest::newRow("not signed in") << words("accounts use nobody@contoso.example") << QStringLiteral("AccountUnknown");
        QTest::newRow("nothing") << QStringList{QStringLiteral("accounts"), QStringLiteral("use"), QString()} << QStringLiteral("AccountMissing");
        QTest::newRow("no word") << words("accounts use") << QStringLiteral("Usage");
        QTest::newRow("two words") << words("accounts use anna bert") << QStringLiteral("Usage");
        QTest::newRow("no such command") << words("accounts switch anna") << QStringLiteral("CommandUnknown");
    }

    void badInput()
    {
        QFETCH(QStringList, line);
        QFETCH(QString, code);
        const CliOutcome refused = m_person->run(line + words("--json"));
        QVERIFY2(refused.code == 2, qPrintable(refused.all()));
        QVERIFY2(refused.json()[QLatin1String("error")][QLatin1String("code")].toString() == code, qPrintable(refused.all()));
        if (code == QLatin1String("AccountUnknown"))
            QVERIFY2(refused.err.contains(m_first) && refused.err.contains(m_second), qPrintable(refused.all()));
        QCOMPARE(current(), QStringList{m_second});
    }

    void nobodyIsSignedIn()
    {
        QCOMPARE(m_person->run(words("sign-out --all")).code, 0);
        QVERIFY(choiceFile().isEmpty());
        const CliOutcome refused = m_person->run(words("accounts use") + QStringList{m_first});
        QVERIFY2(refused.code == 2 && refused.err.contains(QLatin1String("causewayctl sign-in")), qPrintable(refused.all()));
        QVERIFY(choiceFile().isEmpty());
    }

    //! Out goes the current one; who is left alone is meant without being chosen.
    void signOutOfTheCurrent()
    {
        const CliOutcome out = m_person->run(words("sign-out --json"));
        QCOMPARE(out.json()[QLatin1String("signedOut")].toArray(), QJsonArray{m_second});
        QFile file(choiceFile());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(QJsonDocument::fromJson(file.readAll())[QLatin1String("current")].toObject().isEmpty());
        QCOMPARE(current(), QStringList{m_first});
    }

    void signOutOfAnother()
    {
        QCOMPARE(m_person->run(words("sign-out") + QStringList{m_first}).code, 0);
        QCOMPARE(current(), QStringList{m_second});
    }

    //! As when both signed in at the window, or the file was lost or spoilt: nobody is guessed.
    void nobodyWasChosen_data()
    {
        QTest::addColumn<QByteArray>("content"); // null: no file
        QTest::newRow("no file") << QByteArray();
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("garbage") << QByteArray("\0\xff{{{", 6);
        QTest::newRow("another shape") << QByteArray("{\"current\":[1]}");
    }

    void nobodyWasChosen()
    {
        QFETCH(QByteArray, content);
        const QString path = choiceFile();
        QVERIFY(QFile::remove(path));
        if (!content.isNull()) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content);
        }
        QCOMPARE(current(), QStringList());
        const CliOutcome which = call();
        QVERIFY2(which.code == 2 && which.err.contains(QLatin1String("--account")) && which.err.contains(QLatin1String("accounts use")) && which.err.contains(m_first), qPrintable(which.all()));
        QCOMPARE(m_person->run(words("accounts use") + QStringList{m_first}).code, 0);
        QVERIFY(call().err.contains(QStringLiteral("Signed in as ") + m_first));
    }

    //! "--sandbox" above the last word counts as well: no account of Azure is touched.
    void placeAboveTheLeaf()
    {
        const CliOutcome chosen = m_person->runHere({QStringLiteral("accounts"), QStringLiteral("--sandbox=") + m_person->box->arm(), QStringLiteral("use"), m_first});
        QVERIFY2(chosen.code == 0, qPrintable(chosen.all()));
        QCOMPARE(current(), QStringList{m_first});
    }
};

QTEST_GUILESS_MAIN(TestAccounts)
#include "tst_accounts.moc"
