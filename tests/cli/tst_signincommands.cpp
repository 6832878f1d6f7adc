// SPDX-License-Identifier: Apache-2.0
// Signing in on the command line, against the sandbox's authority, by the same code as against Azure.
#include "tests/cli/personathome.h"

#include <QDirIterator>
#include <QTest>

using namespace causeway;
using test::CliOutcome;
using test::PersonAtHome;
using test::PersonAtSandbox;
using test::words;

namespace {

const QStringList &subscriptions = test::subscriptionsLine;

} // namespace

class TestSignInCommands : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<PersonAtHome> m_home;
    PersonAtSandbox *m_person = nullptr;

    void set(const char *key, const QJsonValue &value) const { m_home->set(key, value); }
    [[nodiscard]] QString firstSession() const
    {
        QDirIterator files(m_home->folder.path(), {QStringLiteral("sessions.cwv")}, QDir::Files, QDirIterator::Subdirectories);
        return files.hasNext() ? files.next() : QString();
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<PersonAtHome>();
        m_person = m_home->person.get();
    }

    void signInUseSignOut()
    {
        const CliOutcome in = m_person->run(words("sign-in --json"));
        QVERIFY2(in.code == 0, qPrintable(in.all()));
        QCOMPARE(in.json()[QLatin1String("account")][QLatin1String("user")].toString(), m_person->user);
        QVERIFY2(in.json()[QLatin1String("kept")].toBool(), qPrintable(in.all()));
        QVERIFY2(in.err.contains(QLatin1String("copy this address")) && in.err.contains(m_person->lastAddress.toString(QUrl::FullyEncoded)), qPrintable(in.err));
        QCOMPARE(m_person->opened, 1);

        const CliOutcome accounts = m_person->run(words("accounts --json"));
        QCOMPARE(accounts.json()[QLatin1String("accounts")].toArray().size(), 1);
        QVERIFY(accounts.json()[QLatin1String("accounts")][0][QLatin1String("current")].toBool());

        const CliOutcome used = m_person->run(subscriptions + words("--auth interactive")); // another process would do the same
        QVERIFY2(used.code == 0 && used.out.contains(QLatin1String("displayName")), qPrintable(used.all()));
        QVERIFY2(used.err.contains(QStringLiteral("Signed in as %1 (kept session)").arg(m_person->user)), qPrintable(used.err));
        QCOMPARE(m_person->opened, 1);

        const CliOutcome out = m_person->run(words("sign-out --json"));
        QCOMPARE(out.json()[QLatin1String("signedOut")].toArray(), QJsonArray{m_person->user});
        const CliOutcome after = m_person->run(words("accounts --json"));
        QVERIFY2(after.code == 0 && after.json()[QLatin1String("accounts")].toArray().isEmpty(), qPrintable(after.all()));
        QVERIFY2(after.err.contains(QLatin1String("causewayctl sign-in")), qPrintable(after.err));
    }

    void inOneCommand()
    {
        const CliOutcome used = m_person->run(subscriptions + words("--auth interactive"));
        QVERIFY2(used.code == 0 && used.err.contains(QLatin1String("(browser)")), qPrintable(used.all()));
        QVERIFY(!used.all().contains(QLatin1String("eyJ"))); // no token in what is shown
    }

    void deviceCode()
    {
        const CliOutcome in = m_person->run(words("sign-in --device-code"));
        QVERIFY2(in.code == 0 && in.out.contains(QStringLiteral("Signed in as ") + m_person->user), qPrintable(in.all()));
        QVERIFY2(in.err.contains(QLatin1String("Type the code only if you started this sign-in yourself")), qPrintable(in.err));
        QCOMPARE(m_person->codes, 1);
        QCOMPARE(m_person->opened, 0);
    }

    void declined()
    {
        m_person->browser.cancel = true;
        const CliOutcome in = m_person->run(words("sign-in --json"));
        QVERIFY2(in.code == 1 || in.code == 130, qPrintable(in.all()));
        QVERIFY2(in.err.contains(QLatin1String("Sign-in was cancelled")), qPrintable(in.err));
        QVERIFY(!in.json()[QLatin1String("error")][QLatin1String("advice")].toString().isEmpty());
        QVERIFY(firstSession().isEmpty());
    }

    void refusals_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<QStringList>("said");
        QTest::newRow("not assigned") << 50105 << QStringList{QStringLiteral("This account does not belong there"), QStringLiteral("Users and groups")};
        QTest::newRow("blocked") << 53003 << QStringList{QStringLiteral("The organisation blocks this sign-in"), QStringLiteral("AADSTS53003"), QStringLiteral("correlation id")};
    }

    //! What a silent request is refused with comes in words; without them the browser would have to be asked.
    void refusals()
    {
        QFETCH(int, number);
        QFETCH(QStringList, said);
        set("signInTokenSeconds", 60); // over as soon as it came: every use refreshes
        QVERIFY(m_person->run(words("sign-in")).code == 0);
        set("signInRefuse", QJsonObject{{QStringLiteral("*"), number}});
        const CliOutcome doctor = m_person->run(words("doctor signin"));
        QVERIFY2(doctor.code == 1, qPrintable(doctor.all()));
        for (const QString &word : said)
            QVERIFY2(doctor.out.contains(word), qPrintable(doctor.all()));
    }

    void stepUp()
    {
        QVERIFY(m_person->run(words("sign-in")).code == 0);
        set("mfaMethods", QJsonArray{QStringLiteral("PUT")});
        m_person->there = true;
        QString id;
        m_person->box->visit([&](sandbox::World &world) { id = world.state().subscriptions.first().id; });
        const QStringList put{QStringLiteral("rest"), QStringLiteral("--method"), QStringLiteral("PUT"), QStringLiteral("--uri"), QStringLiteral("/subscriptions/%1/resourceGroups/rg-step?api-version=2022-09-01").arg(id),
                              QStringLiteral("--body"), QStringLiteral("{\"location\":\"westeurope\"}"), QStringLiteral("--auth"), QStringLiteral("interactive")};
        const CliOutcome done = m_person->run(put);
        QVERIFY2(done.code == 0 && done.out.contains(QLatin1String("rg-step")), qPrintable(done.all()));
        QCOMPARE(m_person->opened, 2); // once to sign in, once for the second factor
        QVERIFY2(done.err.contains(QLatin1String("One more step to sign in")), qPrintable(done.err));
    }

    void damagedSessions()
    {
        QVERIFY(m_person->run(words("sign-in")).code == 0);
        const QString path = firstSession();
        QVERIFY(!path.isEmpty());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(!file.readAll().contains(m_person->user.toUtf8()));
        file.seek(20);
        file.write("garbage");
        file.close();
        const CliOutcome accounts = m_person->run(words("accounts"));
        QVERIFY2(accounts.err.contains(QLatin1String("damaged")), qPrintable(accounts.all()));
        const CliOutcome one = m_person->run(words("sign-out"));
        QVERIFY2(one.code == 2 && one.err.contains(QLatin1String("--all")), qPrintable(one.all()));
        const CliOutcome all = m_person->run(words("sign-out --all"));
        QVERIFY2(all.code == 0 && !QFile::exists(path), qPrintable(all.all()));
        QVERIFY(m_person->run(words("sign-in")).code == 0);
    }

    void servicePrincipal()
    {
        m_person->box->visit([](sandbox::World &world) {
            sandbox::Principal robot;
            robot.objectId = QStringLiteral("11111111-2222-4333-8444-555555555555");
            robot.kind = QStringLiteral("ServicePrincipal");
            robot.displayName = QStringLiteral("robot");
            robot.tenant = world.state().tenants.first().id;
            robot.clientId = QStringLiteral("66666666-7777-4888-8999-aaaaaaaaaaaa");
            robot.secret = QStringLiteral("a+b~c.d &%");
            world.state().principals.append(robot);
            qputenv("AZURE_TENANT_ID", robot.tenant.toLatin1());
        });
        qputenv("AZURE_CLIENT_ID", "66666666-7777-4888-8999-aaaaaaaaaaaa");
        const CliOutcome half = m_person->run(subscriptions + words("--auth service-principal"));
        QVERIFY2(half.code == 2 && half.err.contains(QLatin1String("AZURE_CLIENT_SECRET")), qPrintable(half.all()));
        qputenv("AZURE_CLIENT_SECRET", "wrong");
        const CliOutcome wrong = m_person->run(subscriptions + words("--auth service-principal"));
        QVERIFY2(wrong.code == 1 && wrong.err.contains(QLatin1String("7000215")), qPrintable(wrong.all()));
        qputenv("AZURE_CLIENT_SECRET", "a+b~c.d &%");
        const CliOutcome good = m_person->run(subscriptions + words("--auth service-principal"));
        QVERIFY2(good.code == 0 && good.err.contains(QLatin1String("service principal")), qPrintable(good.all()));
        QVERIFY(!good.all().contains(QLatin1String("a+b~c")));
    }

    //! Azure's own way: an endpoint that says where its users sign in, a client id in the settings, and no --auth afterwards.
    void keptSessionIsTheDefault()
    {
        const QStringList endpoint{QStringLiteral("--endpoint"), QStringLiteral("arm=") + m_person->box->arm()};
        const CliOutcome before = m_person->runHere(subscriptions + endpoint);
        QVERIFY2(before.code == 2 && before.err.contains(QLatin1String("No client id")), qPrintable(before.all()));
        const CliOutcome in = m_person->runHere(words("sign-in --client-id 0b5e6f2c-31b4-4f0f-9f4e-3d0a2f6f7c11") + endpoint);
        QVERIFY2(in.code == 0, qPrintable(in.all()));
        const CliOutcome used = m_person->runHere(subscriptions + endpoint); // the id was remembered, the session kept
        QVERIFY2(used.code == 0 && used.err.contains(QStringLiteral("Signed in as %1 (kept session)").arg(m_person->user)), qPrintable(used.all()));
        QCOMPARE(m_person->opened, 1);
        QCOMPARE(m_person->runHere(words("sign-out --all") + endpoint).code, 0);
        const CliOutcome after = m_person->runHere(subscriptions + endpoint);
        QVERIFY2(after.code == 2 && after.err.contains(QLatin1String("Nobody is signed in")), qPrintable(after.all()));
    }

    //! Whose run it would be is part of the plan.
    void pinnedIdentity()
    {
        QVERIFY(m_person->run(words("sign-in")).code == 0);
        const QString file = m_home->folder.filePath(QStringLiteral("p.plan.json"));
        const CliOutcome planned = m_person->run({QStringLiteral("plan"), QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/quickstart.json"), QStringLiteral("--out"), file, QStringLiteral("--auth"), QStringLiteral("interactive")});
        QVERIFY2(planned.code == 0, qPrintable(planned.all()));
        QFile plan(file);
        QVERIFY(plan.open(QIODevice::ReadOnly));
        const QJsonObject identity = QJsonDocument::fromJson(plan.readAll())[QLatin1String("identity")].toObject();
        QCOMPARE(identity[QLatin1String("user")].toString(), m_person->user);
        QVERIFY(!identity[QLatin1String("tenant")].toString().isEmpty());
    }

    void badWords_data()
    {
        QTest::addColumn<QStringList>("line");
        QTest::addColumn<QString>("said");
        QTest::newRow("no such way") << words("accounts --auth magic") << QStringLiteral("Allowed are interactive");
        QTest::newRow("nobody signs in") << words("accounts --auth none --sandbox=fresh") << QStringLiteral("nobody signs in");
        QTest::newRow("nothing to keep") << words("sign-in --auth az-cli") << QStringLiteral("needs no sign-in before");
        QTest::newRow("no client id") << words("sign-in") << QStringLiteral("--show-registration");
        QTest::newRow("malformed client id") << words("sign-in --client-id pet --no-browser") << QStringLiteral("client");
        QTest::newRow("not signed in") << words("approvals list") << QStringLiteral("causewayctl sign-in");
        QTest::newRow("account and all") << words("sign-out anna --all") << QStringLiteral("--all");
    }

    void badWords()
    {
        QFETCH(QStringList, line);
        QFETCH(QString, said);
        const CliOutcome outcome = m_person->runHere(line);
        QVERIFY2(outcome.code == 2, qPrintable(outcome.all()));
        QVERIFY2(outcome.err.contains(said), qPrintable(outcome.all()));
    }

    void registration()
    {
        const CliOutcome shown = m_person->runHere(words("sign-in --show-registration"));
        QVERIFY2(shown.code == 0 && shown.out.contains(QLatin1String("http://localhost")) && shown.out.contains(QLatin1String("az ad app create")), qPrintable(shown.all()));
    }
};

QTEST_GUILESS_MAIN(TestSignInCommands)
#include "tst_signincommands.moc"
