// SPDX-License-Identifier: Apache-2.0
// secret set, list, remove; and what becomes of passwords that a run made itself.
#include "cli/madesecrets.h"
#include "engine/journal.h"
#include "tests/cli/personathome.h"

#include <QTest>

using namespace causeway;
using namespace causeway::test;

namespace {

const QString field = QStringLiteral("server.create.administratorPassword");
const QString run = QStringLiteral("20261120-120000-abcdef");
const QString entry = QStringLiteral("causeway/run/20261120-120000-abcdef/server.create.administratorPassword");

} // namespace

class TestSecretCommands : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<PersonAtHome> m_home;
    PersonAtSandbox *m_person = nullptr;
    const Context m_always;

    [[nodiscard]] bool holds(const QString &name) const { return await(m_person->keychain->read(name, m_always)).ok(); }
    void put(const QString &name) const { QVERIFY(await(m_person->keychain->write(name, Secret("Gr33n+Hous3"), m_always)).ok()); }
    [[nodiscard]] QString setupWith(const QByteArray &reference) const
    {
        QFile example(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/password.json"));
        if (!example.open(QIODevice::ReadOnly))
            qFatal("no example");
        return m_home->written(QStringLiteral("orders.causeway.json"), example.readAll().replace("{\"secret\": \"generate\"}", reference));
    }
    [[nodiscard]] Plan planWith(const QByteArray &reference) const
    {
        const QString file = m_home->folder.filePath(QStringLiteral("p.plan.json"));
        const CliOutcome planned = m_person->runHere({QStringLiteral("plan"), setupWith(reference), QStringLiteral("--sandbox=fresh"), QStringLiteral("--out"), file});
        QFile saved(file);
        if (planned.code != 0 || !saved.open(QIODevice::ReadOnly))
            qFatal("no plan: %s", qPrintable(planned.all()));
        auto plan = Plan::fromJson(QJsonDocument::fromJson(saved.readAll()).object());
        return *plan;
    }
    //! What an earlier command recorded, on Azure.
    void record(const QByteArray &reference, const QString &id, bool over) const
    {
        const auto journal = Journal::open(stateFolder() + QStringLiteral("/journal.sqlite"));
        QVERIFY2(journal.ok(), journal ? "" : qPrintable(describe(journal.error())));
        QVERIFY(await((*journal)->begin(id, planWith(reference), wallNow())).ok());
        JournalRecord end;
        end.kind = JournalRecord::Kind::RunOutcome;
        end.at = wallNow();
        end.content = {{QStringLiteral("outcome"), toText(Outcome::Succeeded)}};
        if (over)
            QVERIFY(await((*journal)->append(id, end)).ok());
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<PersonAtHome>();
        m_person = m_home->person.get();
    }
    void cleanup() { m_home.reset(); }

    void secrets()
    {
        const CliOutcome kept = m_person->runHere(words("secret set orders-password --json"), "Gr33n+Hous3 \n");
        QVERIFY2(kept.code == 0 && !kept.all().contains(QLatin1String("Gr33n")), qPrintable(kept.all()));
        const Context context;
        QCOMPARE(test::await(m_person->keychain->read(QStringLiteral("secret/orders-password"), context))->reveal(), QByteArray("Gr33n+Hous3 "));
        QCOMPARE(m_person->runHere(words("secret set proxy-password"), "p").code, 0);
        QCOMPARE(test::await(m_person->keychain->read(QStringLiteral("proxy-password"), context))->reveal(), QByteArray("p"));
        QCOMPARE(m_person->runHere(words("secret remove orders-password")).code, 0);
        QCOMPARE(test::await(m_person->keychain->read(QStringLiteral("secret/orders-password"), context)).error().kind, ErrorKind::NotFound);
        QCOMPARE(m_person->runHere(words("secret set empty"), "\n").code, 2);
        QCOMPARE(m_person->runHere(words("secret set large"), QByteArray(4000, 'x')).code, 2);
        QCOMPARE(m_person->runHere({QStringLiteral("secret"), QStringLiteral("set"), QStringLiteral("../x")}, "y").code, 2);
    }

    //! A setup names what the keychain holds; a key of ours is none of its names.
    void secretOfASetup()
    {
        const QString setup = setupWith("{\"secret\": \"keychain:orders\"}");
        const QStringList apply{QStringLiteral("apply"), setup, QStringLiteral("--sandbox=fresh"), QStringLiteral("--yes")};
        const Context context;
        QVERIFY(test::await(m_person->keychain->write(QStringLiteral("orders"), Secret("Str0ng-Enough-For-This!"), context)).ok());
        const CliOutcome without = m_person->runHere(apply);
        QVERIFY2(without.code == 2 && without.err.contains(QLatin1String("causewayctl secret set \"orders\"")), qPrintable(without.all()));
        QCOMPARE(m_person->runHere(words("secret set orders"), "Str0ng-Enough-For-This!").code, 0);
        const CliOutcome with = m_person->runHere(apply);
        QVERIFY2(with.code == 0 && with.out.contains(QLatin1String("Connection successful")) && !with.all().contains(QLatin1String("Str0ng")), qPrintable(with.all()));
    }

    void listOfNothing()
    {
        const CliOutcome listed = m_person->runHere(words("secret list --json"));
        QVERIFY2(listed.code == 0 && listed.json()[QLatin1String("secrets")].toArray().isEmpty(), qPrintable(listed.all()));
        QVERIFY(!QFile::exists(stateFolder() + QStringLiteral("/journal.sqlite"))); // looking makes nothing
    }

    void listed()
    {
        record("{\"secret\": \"generate\"}", run, true);
        record("{\"secret\": \"keychain:orders\"}", QStringLiteral("20261120-130000-aaaaaa"), true);
        record("{\"secret\": \"generate\"}", QStringLiteral("20261120-140000-bbbbbb"), false); // its password was removed, or never kept
        for (const QString &each : {entry, QStringLiteral("secret/orders"), QStringLiteral("proxy-password"), QStringLiteral("secret/of-no-setup")})
            put(each);
        const CliOutcome listed = m_person->runHere(words("secret list --json"));
        QVERIFY2(listed.code == 0, qPrintable(listed.all()));
        QMap<QString, QJsonObject> all;
        const QJsonArray secrets = listed.json()[QLatin1String("secrets")].toArray();
        for (const QJsonValue &each : secrets)
            all.insert(each[QLatin1String("entry")].toString(), each.toObject());
        QCOMPARE(all.keys(), (QStringList{entry, QStringLiteral("proxy-password"), QStringLiteral("secret/orders")}));
        QCOMPARE(all[entry][QLatin1String("run")].toString(), run);
        QCOMPARE(all[entry][QLatin1String("field")].toString(), field);
        QCOMPARE(all[entry][QLatin1String("outcome")].toString(), toText(Outcome::Succeeded));
        QCOMPARE(all[QStringLiteral("secret/orders")][QLatin1String("secret")].toString(), QStringLiteral("orders"));
        const CliOutcome shown = m_person->runHere(words("secret list"));
        QVERIFY2(shown.out.contains(entry) && shown.out.contains(QLatin1String("Administrator password")) && shown.err.contains(QLatin1String("--run RUN")), qPrintable(shown.all()));
        QVERIFY(!shown.all().contains(QLatin1String("Gr33n")));
    }

    void removedByRun_data()
    {
        QTest::addColumn<bool>("over");
        QTest::addColumn<QString>("said");
        QTest::newRow("finished") << true << QStringLiteral("Nobody will know");
        QTest::newRow("can be resumed") << false << QStringLiteral("can be resumed");
    }

    void removedByRun()
    {
        QFETCH(bool, over);
        QFETCH(QString, said);
        record("{\"secret\": \"generate\"}", run, over);
        put(entry);
        const CliOutcome asked = m_person->runHere(words("secret remove --run 20261120-1200")); // a beginning that is unique
        QVERIFY2(asked.code == 2 && asked.err.contains(said) && asked.err.contains(QLatin1String("--yes")) && holds(entry), qPrintable(asked.all()));
        const CliOutcome removed = m_person->runHere(words("secret remove --run 20261120-1200 --yes --json"));
        QVERIFY2(removed.code == 0 && !holds(entry), qPrintable(removed.all()));
        QCOMPARE(removed.json()[QLatin1String("run")].toString(), run);
        QCOMPARE(removed.json()[QLatin1String("fields")].toArray(), QJsonArray{field});
        QCOMPARE(m_person->runHere(words("secret remove --run 20261120-1200 --yes")).code, 0); // it is what was wanted
    }

    void badRuns_data()
    {
        QTest::addColumn<QStringList>("line");
        QTest::addColumn<QString>("said");
        QTest::newRow("no such run") << words("secret remove --run 1999 --yes") << QStringLiteral("1999");
        QTest::newRow("a run that made none") << words("secret remove --run 20261120-13 --yes") << QStringLiteral("makes no password");
        QTest::newRow("name and run") << words("secret remove orders --run 20261120-13") << QStringLiteral("--run");
        QTest::newRow("nothing") << words("secret remove") << QStringLiteral("cannot name a secret");
    }

    void badRuns()
    {
        QFETCH(QStringList, line);
        QFETCH(QString, said);
        record("{\"secret\": \"keychain:orders\"}", QStringLiteral("20261120-130000-aaaaaa"), true);
        put(QStringLiteral("secret/orders"));
        const CliOutcome refused = m_person->runHere(line);
        QVERIFY2(refused.code == 2 && refused.err.contains(said), qPrintable(refused.all()));
        QVERIFY(holds(QStringLiteral("secret/orders")));
    }

    void toldAtTheEnd_data()
    {
        QTest::addColumn<bool>("sent");
        QTest::addColumn<bool>("kept");
        QTest::addColumn<QString>("said"); // empty: nothing
        QTest::newRow("kept") << true << true << QStringLiteral("in the keychain as \"%1\"").arg(entry);
        QTest::newRow("not kept") << true << false << QStringLiteral("the keychain did not keep it");
        QTest::newRow("the run did not come so far") << false << true << QString();
    }

    void toldAtTheEnd()
    {
        QFETCH(bool, sent);
        QFETCH(bool, kept);
        QFETCH(QString, said);
        if (kept)
            put(entry);
        RunReport report;
        report.runId = run;
        StepReport server;
        server.step = QStringLiteral("server");
        server.changed = sent;
        report.steps << server;
        QString out, err;
        QJsonArray made;
        {
            QTextStream toOut(&out), toErr(&err);
            Console console(toOut, toErr);
            made = await(tellMade(&console, m_person->keychain.get(), planWith("{\"secret\": \"generate\"}"), report, QStringLiteral(" --endpoint arm=x"), m_always));
        }
        QCOMPARE(made.isEmpty(), said.isEmpty());
        QVERIFY2(err.contains(said) && out.isEmpty() && !err.contains(QLatin1String("Gr33n")), qPrintable(err));
        if (made.isEmpty())
            return;
        QCOMPARE(made.size(), 1);
        QCOMPARE(made.at(0)[QLatin1String("field")].toString(), field);
        QCOMPARE(made.at(0)[QLatin1String("kept")].toBool(), kept);
        QCOMPARE(err.contains(QStringLiteral("causewayctl secret remove --run %1 --endpoint arm=x").arg(run)), kept);
    }
};

QTEST_GUILESS_MAIN(TestSecretCommands)
#include "tst_secretcommands.moc"
