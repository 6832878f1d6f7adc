// SPDX-License-Identifier: Apache-2.0
// The main job against the sandbox, over real HTTP and in virtual time.
#include "mainjob.h"

using namespace causeway;
using namespace causeway::test;

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
        const int before = int(stage.sandbox().ledger().size());
        const RunReport second = stage.run(again);
        QCOMPARE(second.outcome, Outcome::Succeeded);
        QCOMPARE(second.verdict, QStringLiteral("Connection successful"));
        QCOMPARE(int(stage.sandbox().ledger().size()), before);
    }
};

QTEST_GUILESS_MAIN(TestMainJob)
#include "tst_mainjob.moc"
