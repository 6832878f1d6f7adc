// SPDX-License-Identifier: Apache-2.0
// The main job against the sandbox, over real HTTP and in virtual time.
#include "mainjob.h"

#include "plan/preflight.h"

#include <QTemporaryDir>

using namespace causeway;
using namespace causeway::test;

namespace {

QStringList preflightErrors(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity)
{
    QStringList codes;
    for (const Issue &issue : preflight(spec, observed, identity)) {
        if (issue.severity == Severity::Error)
            codes << issue.code + QLatin1Char(' ') + issue.arguments.join(QLatin1Char(' '));
    }
    return codes;
}

void expectSuccess(const RunReport &report)
{
    for (const StepReport &step : report.steps) {
        if (step.error)
            qInfo("%s: %s", qUtf8Printable(step.step), qUtf8Printable(describe(*step.error)));
    }
    QCOMPARE(report.outcome, Outcome::Succeeded);
    QCOMPARE(report.verdict, QStringLiteral("Connection successful"));
}

std::unique_ptr<Journal> journalAt(const QTemporaryDir &folder)
{
    auto journal = Journal::open(folder.filePath(QStringLiteral("runs.sqlite")));
    if (!journal)
        qFatal("%s", qUtf8Printable(describe(journal.error())));
    return std::move(*journal);
}

//! Cuts a run at its n-th event: no write and no wait goes on, as when the process dies, but for what a coroutine does to end.
class Cut
{
public:
    Cut(Engine &engine, EventLog &log, int at)
    {
        log.onEvent = [this, &engine, at](const StepEvent &event) {
            if (event.kind == StepEvent::Kind::Planned || ++m_seen != at)
                return;
            m_stop.request_stop();
            engine.detach();
        };
    }
    [[nodiscard]] Context context() const
    {
        Context context;
        context.stop = m_stop.get_token();
        return context;
    }

private:
    int m_seen = 0;
    std::stop_source m_stop;
};

} // namespace

class TestMainJob : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void quickstart()
    {
        Stage stage;
        EventLog log;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        const Plan plan = stage.plan(spec);
        QVERIFY(plan.hasChanges());
        QCOMPARE(preflightErrors(spec, stage.observe(spec), stage.identity), QStringList());
        const auto validated = await(stage.engine().validateRemotely(plan, Context()));
        QVERIFY2(validated.ok(), validated ? "" : qUtf8Printable(describe(validated.error())));
        const RunReport report = stage.run(plan, &log);
        if (report.outcome != Outcome::Succeeded || qEnvironmentVariableIsSet("CAUSEWAY_TEST_VERBOSE"))
            log.print();
        for (const StepReport &step : report.steps) {
            if (step.error)
                qInfo("%s: %s", qUtf8Printable(step.step), qUtf8Printable(describe(*step.error)));
        }
        QCOMPARE(report.outcome, Outcome::Succeeded);
        QCOMPARE(report.verdict, QStringLiteral("Connection successful"));
        QCOMPARE(report.exitCode(), 0);
        QCOMPARE(stage.createdTwice(), QStringList());
        QVERIFY(report.made.size() >= 14);
        if (qEnvironmentVariableIsSet("CAUSEWAY_TEST_VERBOSE")) {
            for (const sandbox::LedgerEntry &entry : stage.sandbox().ledger())
                qInfo("%8.1f  %s %s", double((entry.at - report.started).count()) / 1000, qUtf8Printable(entry.effect), qUtf8Printable(entry.resource.section(QLatin1Char('/'), -2)));
        }
        qInfo("makespan %.1f s, estimated critical path %.1f s", double((report.ended - report.started).count()) / 1000, double(plan.criticalTime().count()) / 1000);

        // A second run finds everything as it should be.
        const Plan again = stage.plan(spec);
        QStringList changes;
        for (const PlannedStep &step : again.steps) {
            if (step.change != Change::None && step.kind != StepKind::ConnectionTest)
                changes << step.id;
        }
        QCOMPARE(changes, QStringList());
        QVERIFY(!again.hasChanges());
        const QMap<QString, int> before = stage.effects();
        const RunReport second = stage.run(again);
        QCOMPARE(second.outcome, Outcome::Succeeded);
        QCOMPARE(second.verdict, QStringLiteral("Connection successful"));
        QMap<QString, int> after = stage.effects();
        for (auto each = after.begin(); each != after.end(); ++each) {
            if (!each.key().startsWith(QLatin1String("tested"))) // a test leaves nothing behind
                QCOMPARE(each.value(), before.value(each.key()));
        }
    }

    void examples_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("password") << QStringLiteral("password");
        QTest::newRow("system-assigned") << QStringLiteral("system-assigned");
    }
    void examples()
    {
        QFETCH(QString, name);
        Stage stage;
        const SetupSpec spec = example(name);
        expectSuccess(stage.apply(spec));
        QCOMPARE(stage.createdTwice(), QStringList());
        QVERIFY(!stage.plan(spec).hasChanges());
    }

    void resumesAfterACutAtEachStepBoundary_data()
    {
        QTest::addColumn<int>("event");
        for (int event = 1; event <= 60; event += 3)
            QTest::addRow("event %d", event) << event;
    }
    void resumesAfterACutAtEachStepBoundary()
    {
        QFETCH(int, event);
        QTemporaryDir folder;
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        EventLog log;
        Cut cut(stage.engine(), log, event);
        const RunReport first = stage.apply(spec, &log, RunOptions(), cut.context());
        QVERIFY(first.outcome == Outcome::Cancelled || first.outcome == Outcome::Succeeded);
        stage.engineOn(journal.get()); // another process
        EventLog again;
        const RunReport second = stage.resume(&again);
        expectSuccess(second);
        QCOMPARE(second.runId, first.runId);
        QCOMPARE(stage.createdTwice(), QStringList());
        QVERIFY(!stage.plan(spec).hasChanges());
    }

    //! The same twice more, but each second process dies too.
    void resumesAfterSeveralCuts()
    {
        QTemporaryDir folder;
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("password"));
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        EventLog log;
        Cut cut(stage.engine(), log, 6);
        QCOMPARE(stage.apply(spec, &log, RunOptions(), cut.context()).outcome, Outcome::Cancelled);
        for (const int at : {1, 3, 9}) {
            stage.engineOn(journal.get());
            EventLog more;
            Cut next(stage.engine(), more, at);
            QVERIFY(stage.resume(&more, RunOptions(), next.context()).outcome != Outcome::Failed);
        }
        stage.engineOn(journal.get());
        expectSuccess(stage.resume());
        QCOMPARE(stage.createdTwice(), QStringList());
    }

    void waitsForTheDba()
    {
        QTemporaryDir folder;
        Stage stage;
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        SetupSpec spec = example(QStringLiteral("quickstart"));
        spec.integration->approvalMode = ApprovalMode::Wait;
        const RunReport first = stage.apply(spec);
        QCOMPARE(first.outcome, Outcome::Waiting);
        QCOMPARE(first.exitCode(), 20);
        QCOMPARE(first.step(QStringLiteral("approval"))->waitingFor, Actor::Dba);
        // Everything that needs no approval is done.
        for (const StepReport &step : first.steps) {
            const bool behind = step.step == QLatin1String("approval") || step.step == QLatin1String("test");
            QVERIFY2(behind || step.outcome == Outcome::Succeeded, qUtf8Printable(step.step));
        }
        QCOMPARE(first.step(QStringLiteral("test"))->outcome, Outcome::Skipped);
        RunOptions own;
        own.approval = ApprovalMode::ApproveOwn;
        expectSuccess(stage.resume(nullptr, own));
        QCOMPARE(stage.createdTwice(), QStringList());
    }

    void cancelStartsNoNewWrite()
    {
        Stage stage;
        std::stop_source stop;
        EventLog log;
        log.onEvent = [&stop](const StepEvent &event) {
            if (event.step == QLatin1String("server") && event.kind == StepEvent::Kind::Started)
                stop.request_stop();
        };
        Context context;
        context.stop = stop.get_token();
        const RunReport report = stage.apply(example(QStringLiteral("quickstart")), &log, RunOptions(), context);
        QCOMPARE(report.outcome, Outcome::Cancelled);
        QCOMPARE(report.exitCode(), 130);
        QVERIFY(!log.main.contains(QStringLiteral("managed-endpoint started")));
    }
};

QTEST_GUILESS_MAIN(TestMainJob)
#include "tst_mainjob.moc"
