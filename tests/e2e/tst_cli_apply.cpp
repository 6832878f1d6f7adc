// SPDX-License-Identifier: Apache-2.0
// The main job on the command line: the examples, two people with different rights, cancel and resume.
#include "tests/support/cliline.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <signal.h>

using namespace causeway;

namespace {

const QString contoso = QStringLiteral("--sandbox=" CAUSEWAY_SOURCE_DIR "/resources/worlds/contoso.json");
const QString yes = QStringLiteral("--yes");
const QString apply = QStringLiteral("apply");

QString example(const char *name)
{
    return QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/%1.json").arg(QLatin1String(name));
}

} // namespace

class TestCliApply : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_folder->path().toLocal8Bit());
    }

    void examples_data()
    {
        QTest::addColumn<QString>("setup");
        QTest::addColumn<QString>("world");
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("made"); // at least
        const QString kept = QStringLiteral("--sandbox");
        QTest::newRow("quickstart") << example("quickstart") << kept << 0 << 14;
        QTest::newRow("password") << example("password") << kept << 0 << 8;
        QTest::newRow("system-assigned") << example("system-assigned") << kept << 0 << 8;
        QTest::newRow("network-admin-only") << example("network-admin-only") << contoso << 20 << 4;
        QTest::newRow("data-engineer-only") << example("data-engineer-only") << contoso << 0 << 4;
    }

    void examples()
    {
        QFETCH(QString, setup);
        QFETCH(QString, world);
        QFETCH(int, code);
        QFETCH(int, made);
        const auto first = test::runLine({apply, setup, world, yes, QStringLiteral("--json")});
        QVERIFY2(first.code == code, qPrintable(first.all()));
        QVERIFY2(first.json()[QLatin1String("made")].toArray().size() >= made, qPrintable(first.all()));
        if (first.json().contains(QLatin1String("verdict"))) {
            QCOMPARE(first.json()[QLatin1String("verdict")].toString(), QStringLiteral("Connection successful"));
            const auto again = test::runLine({QStringLiteral("test"), setup, world});
            QVERIFY2(again.code == 0 && again.out.startsWith(QLatin1String("Connection successful\n")), qPrintable(again.all()));
        }
        if (code != 0)
            return;
        const auto second = test::runLine({apply, setup, world}); // asks nothing: there is nothing to do
        QVERIFY2(second.code == 0 && second.err.contains(QLatin1String("No changes")), qPrintable(second.all()));
        QVERIFY2(second.err.contains(QLatin1String("0 resources made")), qPrintable(second.all()));
    }

    void asksBeforeItChanges() // B47
    {
        const auto outcome = test::runLine({apply, example("quickstart"), QStringLiteral("--sandbox=fresh")});
        QVERIFY2(outcome.code == 2 && outcome.err.contains(QLatin1String("--yes")), qPrintable(outcome.all()));
    }

    void savedPlan()
    {
        const QString plan = m_folder->filePath(QStringLiteral("sales.plan.json"));
        const QString kept = QStringLiteral("--sandbox");
        const auto planned = test::runLine({QStringLiteral("plan"), example("quickstart"), kept, QStringLiteral("--out"), plan});
        QVERIFY2(planned.code == 0 && planned.err.contains(QLatin1String("18 changes")), qPrintable(planned.all()));
        const auto foreign = test::runLine({apply, plan, contoso, yes});
        QVERIFY2(foreign.code == 2, qPrintable(foreign.all()));
        const auto applied = test::runLine({apply, plan, kept, yes});
        QVERIFY2(applied.code == 0 && applied.out.contains(QLatin1String("Connection successful")), qPrintable(applied.all()));
        const auto moved = test::runLine({apply, plan, kept, yes}); // the world is not what the plan was made for
        QVERIFY2(moved.code == 1 && moved.err.contains(QLatin1String("WorldMoved")), qPrintable(moved.all()));
    }

    //! The network admin has no rights on the server: whom to ask for what, then the DBA decides, then the run ends well.
    void twoPeople()
    {
        const QString admin = QStringLiteral("--as=netadmin@contoso.example");
        const QString dba = QStringLiteral("--as=dba@contoso.example");
        const auto waiting = test::runLine({apply, example("network-admin-only"), contoso, admin, yes});
        QVERIFY2(waiting.code == 20, qPrintable(waiting.all()));
        QVERIFY2(waiting.err.contains(QLatin1String("Waiting for DBA")), qPrintable(waiting.all()));
        QVERIFY2(waiting.err.contains(QLatin1String("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action")), qPrintable(waiting.all()));
        QVERIFY2(waiting.err.contains(QLatin1String("causewayctl resume")), qPrintable(waiting.all()));
        const auto still = test::runLine({QStringLiteral("resume"), contoso, admin});
        QVERIFY2(still.code == 20, qPrintable(still.all()));

        const auto another = test::runLine({QStringLiteral("resume"), contoso, dba});
        QVERIFY2(another.code == 3 && another.err.contains(QLatin1String("netadmin@contoso.example")) && another.err.contains(QLatin1String("dba@contoso.example")), qPrintable(another.all()));

        const auto queue = test::runLine({QStringLiteral("approvals"), QStringLiteral("list"), contoso, dba, QStringLiteral("--json")});
        QVERIFY2(queue.code == 0, qPrintable(queue.all()));
        QString connection;
        for (const QJsonValue &each : queue.json()[QLatin1String("connections")].toArray()) {
            if (each[QLatin1String("endpoint")].toString().endsWith(QLatin1String("/privateEndpoints/pe-sales")) && each[QLatin1String("state")].toString() == QLatin1String("Pending"))
                connection = each[QLatin1String("id")].toString();
        }
        QVERIFY2(!connection.isEmpty(), qPrintable(queue.all()));
        const auto words = test::runLine({QStringLiteral("approvals"), QStringLiteral("list"), contoso, dba}); // for people: where from
        QVERIFY2(words.out.contains(QLatin1String("from private endpoint pe-sales, subscription 8ad63d68-3088-430c-8f20-6e9d0084e405, which this account does not see\n")), qPrintable(words.all()));
        const auto forbidden = test::runLine({QStringLiteral("approvals"), QStringLiteral("approve"), connection, contoso, admin, yes});
        QVERIFY2(forbidden.code == 3, qPrintable(forbidden.all()));
        const auto approved = test::runLine({QStringLiteral("approvals"), QStringLiteral("approve"), connection, contoso, dba, yes, QStringLiteral("--comment"), QStringLiteral("CHG-2041")});
        QVERIFY2(approved.code == 0 && approved.out.startsWith(QLatin1String("approved")), qPrintable(approved.all()));
        const auto done = test::runLine({QStringLiteral("resume"), contoso, admin});
        QVERIFY2(done.code == 0, qPrintable(done.all()));
        const auto runs = test::runLine({QStringLiteral("runs"), QStringLiteral("list"), contoso, QStringLiteral("--json")});
        QCOMPARE(runs.json()[QLatin1String("runs")].toArray().size(), 1);
        QCOMPARE(runs.json()[QLatin1String("runs")].toArray().first()[QLatin1String("outcome")].toString(), QStringLiteral("succeeded"));
    }

    void nobodyOfThatName()
    {
        const auto outcome = test::runLine({apply, example("quickstart"), QStringLiteral("--sandbox=fresh"), QStringLiteral("--as"), QStringLiteral("nobody"), yes});
        QVERIFY2(outcome.code == 2 && outcome.err.contains(QLatin1String("owner@sandbox.example")), qPrintable(outcome.all()));
    }

    //! Nobody has registered the server's provider, and this person may not: said before anything is made.
    void unregisteredProvider()
    {
        QFile shipped(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/contoso.json"));
        QVERIFY(shipped.open(QIODevice::ReadOnly));
        const QString world = m_folder->filePath(QStringLiteral("world.json"));
        QFile changed(world);
        QVERIFY(changed.open(QIODevice::WriteOnly));
        changed.write(shipped.readAll().replace("\"Microsoft.DBforPostgreSQL\",\n        \"Microsoft.Network\"", "\"Microsoft.Network\""));
        changed.close();
        const auto outcome = test::runLine({apply, example("network-admin-only"), QStringLiteral("--sandbox=") + world, QStringLiteral("--as=netadmin@contoso.example"), yes});
        QVERIFY2(outcome.code == 3 && outcome.err.contains(QLatin1String("Microsoft.DBforPostgreSQL/register/action")) && !outcome.err.contains(QLatin1String("begins")), qPrintable(outcome.all()));
    }

    void lockedNetwork()
    {
        QFile file(example("network-admin-only"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString setup = m_folder->filePath(QStringLiteral("locked.causeway.json"));
        QFile changed(setup);
        QVERIFY(changed.open(QIODevice::WriteOnly));
        changed.write(file.readAll().replace("vnet-hub", "vnet-locked"));
        changed.close();
        const auto outcome = test::runLine({apply, setup, contoso, yes});
        QVERIFY2(outcome.code == 3 && outcome.err.contains(QLatin1String("no-changes")), qPrintable(outcome.all()));
    }

    //! What is over is not gone on with, what is not there is a wrong word, and another person's run is theirs.
    void resumeRefuses()
    {
        const QString kept = QStringLiteral("--sandbox");
        const QString resume = QStringLiteral("resume");
        const QStringList show{QStringLiteral("runs"), QStringLiteral("show")};
        for (const QStringList &id : {QStringList{QStringLiteral("2026")}, QStringList()}) { // no journal yet
            const auto outcome = test::runLine(QStringList{resume} + id + QStringList{kept});
            QVERIFY2(outcome.code == 2 && outcome.err == QLatin1String("There are no runs yet.\n"), qPrintable(outcome.all()));
        }
        const auto applied = test::runLine({apply, example("quickstart"), kept, yes});
        QVERIFY2(applied.code == 0, qPrintable(applied.all()));
        const auto over = test::runLine({resume, kept});
        QVERIFY2(over.code == 0 && over.err.contains(QLatin1String("succeeded already")) && !over.err.contains(QLatin1String("begins")), qPrintable(over.all()));
        QVERIFY2(over.out.startsWith(QLatin1String("Connection successful\n")), qPrintable(over.all()));
        const auto json = test::runLine({resume, kept, QStringLiteral("--json")});
        QVERIFY2(json.code == 0 && json.json()[QLatin1String("wasOver")].toBool() && json.json()[QLatin1String("made")].toArray().size() >= 14, qPrintable(json.all()));
        const auto unknown = test::runLine({resume, QStringLiteral("nowhere"), kept});
        const auto shown = test::runLine(show + QStringList{QStringLiteral("nowhere"), kept});
        QVERIFY2(unknown.code == 2 && unknown.err.contains(QLatin1String("nowhere")), qPrintable(unknown.all()));
        QCOMPARE(shown.code, unknown.code);
        QCOMPARE(shown.err, unknown.err);
    }

    //! The servers of a world that was forgotten go with it, wherever they are kept.
    void resetBeginsAnew()
    {
        QVERIFY(QFile::setPermissions(m_folder->path(), QFile::Permissions(0x7755))); // root's servers reach so far, and no farther
        const QString kept = QStringLiteral("--sandbox");
        for (int time = 0; time < 2; ++time) {
            const auto applied = test::runLine({apply, example("quickstart"), kept, yes});
            QVERIFY2(applied.code == 0 && applied.out.contains(QLatin1String("Connection successful")), qPrintable(applied.all()));
            const auto reset = test::runLine({QStringLiteral("sandbox"), QStringLiteral("reset"), yes});
            QVERIFY2(reset.code == 0, qPrintable(reset.all()));
        }
    }

    //! Ctrl-C: 130, what was in flight is settled, and resume ends it.
    void cancelled()
    {
        const QString program = QStringLiteral(CAUSEWAY_BUILD_DIR "/bin/causewayctl");
        if (!QFile::exists(program))
            QSKIP("causewayctl is not built");
        QProcess process;
        process.start(program, {apply, example("quickstart"), QStringLiteral("--sandbox"), yes});
        QVERIFY(process.waitForStarted());
        process.setReadChannel(QProcess::StandardError);
        QByteArray seen;
        while (!seen.contains("begins") && process.waitForReadyRead(20'000))
            seen += process.readAllStandardError();
        QVERIFY(seen.contains("begins"));
        ::kill(pid_t(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 130);
        const auto resumed = test::runLine({QStringLiteral("resume"), QStringLiteral("--sandbox")});
        QVERIFY2(resumed.code == 0 && resumed.out.contains(QLatin1String("Connection successful")), qPrintable(resumed.all()));
    }

    //! A served sandbox is another process: its world is reached by URL, with a token of its own authority.
    void served()
    {
        const QString program = QStringLiteral(CAUSEWAY_BUILD_DIR "/bin/causewayctl");
        if (!QFile::exists(program))
            QSKIP("causewayctl is not built");
        QProcess server;
        server.start(program, {QStringLiteral("sandbox"), QStringLiteral("serve"), QStringLiteral("--time-scale"), QStringLiteral("1000"), QStringLiteral("--postgres"), QStringLiteral("off")});
        QVERIFY(server.waitForReadyRead(20'000));
        const QJsonObject ready = QJsonDocument::fromJson(server.readLine()).object();
        QVERIFY(ready[QLatin1String("ready")].toBool());
        const QString url = QStringLiteral("--sandbox=") + ready[QLatin1String("arm")].toString();
        const auto listed = test::runLine({QStringLiteral("rest"), QStringLiteral("--uri"), QStringLiteral("/subscriptions?api-version=2022-12-01"), url});
        QVERIFY2(listed.code == 0 && listed.out.contains(ready[QLatin1String("subscription")].toString()), qPrintable(listed.all()));
        const auto planned = test::runLine({QStringLiteral("plan"), example("quickstart"), url});
        QVERIFY2(planned.code == 0, qPrintable(planned.all()));
        const auto stranger = test::runLine({QStringLiteral("plan"), example("quickstart"), url, QStringLiteral("--as"), QStringLiteral("nobody")});
        QCOMPARE(stranger.code, 2);
        ::kill(pid_t(server.processId()), SIGINT);
        QVERIFY(server.waitForFinished());
        QCOMPARE(server.exitCode(), 0);
    }

    //! Two people, one world file, https: whoever is trusted by CAUSEWAY_CA only.
    void servedOverTls()
    {
        const QString program = QStringLiteral(CAUSEWAY_BUILD_DIR "/bin/causewayctl");
        if (!QFile::exists(program))
            QSKIP("causewayctl is not built");
        QProcess server;
        server.start(program, {QStringLiteral("sandbox"), QStringLiteral("serve"), QStringLiteral("--tls"), QStringLiteral("--time-scale"), QStringLiteral("1000"), QStringLiteral("--postgres"), QStringLiteral("off"),
                               QStringLiteral("--world"), QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/contoso.json")});
        QVERIFY(server.waitForReadyRead(20'000));
        const QJsonObject ready = QJsonDocument::fromJson(server.readLine()).object();
        const QString url = QStringLiteral("--sandbox=") + ready[QLatin1String("arm")].toString();
        const QString admin = QStringLiteral("--as=netadmin@contoso.example");
        const auto untrusted = test::runLine({apply, example("network-admin-only"), url, admin, yes});
        QVERIFY2(untrusted.code == 1 && untrusted.err.contains(QLatin1String("CAUSEWAY_CA")), qPrintable(untrusted.all()));
        qputenv("CAUSEWAY_CA", ready[QLatin1String("ca")].toString().toLocal8Bit());
        const auto waiting = test::runLine({apply, example("network-admin-only"), url, admin, yes});
        const auto queue = test::runLine({QStringLiteral("approvals"), QStringLiteral("list"), url, QStringLiteral("--as=dba@contoso.example"), QStringLiteral("--json")});
        qunsetenv("CAUSEWAY_CA");
        QVERIFY2(waiting.code == 20 && waiting.err.contains(url) && waiting.err.contains(QLatin1String("--as netadmin@contoso.example")), qPrintable(waiting.all()));
        QVERIFY2(queue.code == 0 && queue.json()[QLatin1String("connections")].toArray().size() >= 3, qPrintable(queue.all()));
        ::kill(pid_t(server.processId()), SIGINT);
        QVERIFY(server.waitForFinished());
    }

    void closedOutput() // B48
    {
        const QString program = QStringLiteral(CAUSEWAY_BUILD_DIR "/bin/causewayctl");
        if (!QFile::exists(program))
            QSKIP("causewayctl is not built");
        QProcess shell;
        shell.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), QStringLiteral("'%1' schema >&- ; echo $?; head -c 100000 /dev/urandom | '%1' schema | head -c 1 >/dev/null; echo done").arg(program)});
        QVERIFY(shell.waitForFinished());
        const QByteArray out = shell.readAllStandardOutput();
        QVERIFY2(out.endsWith("done\n"), out.constData());
        QVERIFY2(!out.startsWith("139") && !out.startsWith("134"), out.constData());
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestCliApply)
#include "tst_cli_apply.moc"
