// SPDX-License-Identifier: Apache-2.0
// What only a person can give is asked for before a run records or sends anything.
#include "mainjob.h"

#include "azure/auth/keychainstore.h"
#include "engine/runsecrets.h"

#include <QTemporaryDir>

using namespace causeway;
using namespace causeway::test;

namespace {

//! The server's and, since its administrator is who connects, the linked service's too.
const QString adminField = QStringLiteral("server.create.administratorPassword");

SetupSpec prompting()
{
    SetupSpec spec = example(QStringLiteral("password"));
    spec.server->create->administratorPassword.kind = SecretReference::Kind::Prompt;
    spec.linkedService->authentication.password.kind = SecretReference::Kind::Prompt;
    return spec;
}

} // namespace

class TestRunSecrets : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_journal = std::move(*Journal::open(m_folder->filePath(QStringLiteral("runs.sqlite"))));
        m_stage = std::make_unique<Stage>();
        m_stage->engineOn(m_journal.get());
    }
    void cleanup()
    {
        m_stage.reset();
        m_journal.reset();
    }

    void askedBeforeAnythingHappens()
    {
        QStringList askedBefore;
        EventLog log;
        log.onEvent = [&](const StepEvent &event) {
            if (event.kind == StepEvent::Kind::Planned)
                askedBefore = m_stage->secrets.asked;
        };
        QCOMPARE(m_stage->apply(prompting(), &log).outcome, Outcome::Succeeded);
        QCOMPARE(askedBefore, QStringList{adminField});
        QCOMPARE(m_stage->secrets.asked, askedBefore); // and never again
    }

    //! No answer: nothing recorded, nothing sent.
    void withoutAnAnswerNothingBegins()
    {
        const Plan plan = m_stage->plan(prompting());
        const QMap<QString, int> before = m_stage->effects();
        m_stage->secrets.refusal = Error::cancelled();
        EventLog log;
        const auto report = await(m_stage->engine().run(plan, {}, &log, {}), 60);
        QVERIFY(!report);
        QCOMPARE(report.error().kind, ErrorKind::Cancelled);
        QCOMPARE(log.lines, QStringList());
        QCOMPARE(await(m_journal->runs())->size(), 0);
        QCOMPARE(m_stage->effects(), before);
    }

    void resumeAsksForWhatIsStillNeeded_data()
    {
        QTest::addColumn<QString>("lastStep");
        QTest::addColumn<QStringList>("asked");
        QTest::newRow("the linked service still sends it") << QStringLiteral("server") << QStringList{adminField};
        QTest::newRow("all have sent it") << QStringLiteral("linked-service") << QStringList();
    }
    void resumeAsksForWhatIsStillNeeded()
    {
        QFETCH(QString, lastStep);
        QFETCH(QStringList, asked);
        EventLog log;
        std::stop_source stop;
        log.onEvent = [&](const StepEvent &event) {
            if (event.kind == StepEvent::Kind::Succeeded && event.step == lastStep)
                stop.request_stop();
        };
        Context context;
        context.stop = stop.get_token();
        QCOMPARE(m_stage->apply(prompting(), &log, {}, context).outcome, Outcome::Cancelled);
        m_stage->engineOn(m_journal.get()); // another process
        m_stage->secrets.asked.clear();
        if (!asked.isEmpty()) { // who gives up adds nothing to the run
            const auto before = await(m_journal->run(QString()))->records.size();
            m_stage->secrets.refusal = Error::cancelled();
            QVERIFY(!await(m_stage->engine().resume(QString(), {}, nullptr, {}), 60));
            QCOMPARE(await(m_journal->run(QString()))->records.size(), before);
            m_stage->secrets.refusal.reset();
            m_stage->secrets.asked.clear();
        }
        QCOMPARE(m_stage->resume().outcome, Outcome::Succeeded);
        QCOMPARE(m_stage->secrets.asked, asked);
    }

    void whatIsMadeIsNotAsked()
    {
        QCOMPARE(m_stage->apply(example(QStringLiteral("password"))).outcome, Outcome::Succeeded);
        QCOMPARE(m_stage->secrets.asked, QStringList());
    }

    //! A resume in another process finds it, and so does the person who wants to sign in to the server.
    void whatIsMadeIsKeptUnderTheRun()
    {
        const std::unique_ptr<SecretStore> store = memoryStore();
        m_stage->engineOn(m_journal.get(), store.get());
        EventLog log;
        std::stop_source stop;
        log.onEvent = [&](const StepEvent &event) {
            if (event.kind == StepEvent::Kind::Succeeded && event.step == QLatin1String("server"))
                stop.request_stop();
        };
        Context context;
        context.stop = stop.get_token();
        const RunReport cancelled = m_stage->apply(example(QStringLiteral("password")), &log, {}, context);
        QCOMPARE(cancelled.outcome, Outcome::Cancelled);
        const Plan plan = await(m_journal->run(cancelled.runId))->plan;
        QStringList fields;
        for (const PlannedStep &step : plan.steps)
            fields << secretsToMake(step);
        fields.removeDuplicates();
        QCOMPARE(fields, QStringList{adminField});
        const QString name = runSecretName(cancelled.runId, adminField);
        const auto made = await(store->read(name, {}));
        QVERIFY(made.ok() && !made->isEmpty());
        m_stage->engineOn(m_journal.get(), store.get()); // another process
        QCOMPARE(m_stage->resume().outcome, Outcome::Succeeded); // the server takes it: the connection test ran with it
        QVERIFY(await(store->read(name, {}))->equals(*made));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Journal> m_journal;
    std::unique_ptr<Stage> m_stage;
};

QTEST_GUILESS_MAIN(TestRunSecrets)
#include "tst_runsecrets.moc"
