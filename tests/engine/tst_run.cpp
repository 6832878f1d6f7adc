// SPDX-License-Identifier: Apache-2.0
// The runner alone, with steps that only pretend: each row is a graph and the exact list of what happened.
#include "engine/run.h"
#include "tests/support/coro.h"

#include <QTest>

using namespace causeway;

namespace {

PlannedStep planned(const QString &id, const QStringList &needs = {}, int seconds = 10, const QString &serial = {})
{
    PlannedStep step;
    step.id = id;
    step.kind = StepKind::Database;
    step.dependsOn = needs;
    step.estimate = std::chrono::seconds(seconds);
    step.serialKey = serial;
    return step;
}

struct Script {
    QSet<QString> failing;
    QSet<QString> waiting;
    QSet<QString> unchanged;
    QString cancelAt;   //!< the run is cancelled while this step is at work
};

class PretendedStep final : public Step
{
public:
    PretendedStep(Run &run, const PlannedStep &step, const Script &script, std::stop_source &stop) : Step(run, step), m_script(script), m_stop(stop) {}
    QCoro::Task<StepEnd> perform() override
    {
        if (m_planned.id == m_script.cancelAt)
            m_stop.request_stop();
        const Context context = m_run.settling();
        if (!co_await sleepFor(m_run.clock(), m_planned.estimate, context))
            co_return StepEnd::failed(Error::cancelled());
        if (m_script.failing.contains(m_planned.id))
            co_return StepEnd::failed(Error::internal(QStringLiteral("Pretended"), QStringLiteral("told to")));
        if (m_script.waiting.contains(m_planned.id)) {
            const QStringList nothing;
            co_return StepEnd::waiting(Actor::Dba, QStringLiteral("approval-wait"), nothing);
        }
        co_return StepEnd::succeeded(!m_script.unchanged.contains(m_planned.id));
    }

private:
    const Script &m_script;
    std::stop_source &m_stop;
};

class Log final : public RunListener
{
public:
    void runStarted(const QString &, const Plan &) override {}
    void stepHappened(const StepEvent &event) override
    {
        static const char *words[]{"planned", "started", "progress", "waiting", "succeeded", "failed", "cancelled", "skipped"};
        if (event.kind != StepEvent::Kind::Planned)
            lines << event.step + QLatin1Char(' ') + QLatin1String(words[int(event.kind)]);
    }
    QStringList lines;
};

QStringList lines(const char *text)
{
    return QString::fromLatin1(text).split(QStringLiteral(", "));
}

} // namespace

class TestRun : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void logs()
    {
        const QList<PlannedStep> chain{planned(QStringLiteral("a")), planned(QStringLiteral("b"), {QStringLiteral("a")}), planned(QStringLiteral("c"), {QStringLiteral("b")})};
        const QList<PlannedStep> fork{planned(QStringLiteral("a"), {}, 10), planned(QStringLiteral("b"), {}, 30), planned(QStringLiteral("c"), {QStringLiteral("a")}, 10)};
        const QList<PlannedStep> serial{planned(QStringLiteral("s"), {}, 5), planned(QStringLiteral("short"), {QStringLiteral("s")}, 10, QStringLiteral("server")),
                                        planned(QStringLiteral("long"), {QStringLiteral("s")}, 10, QStringLiteral("server")), planned(QStringLiteral("after"), {QStringLiteral("long")}, 60)};
        const struct {
            const char *name;
            QList<PlannedStep> steps;
            Script script;
            int parallel;
            const char *expected;
            Outcome outcome;
        } rows[]{
            {"all good", chain, {}, 8, "a started, a succeeded, b started, b succeeded, c started, c succeeded", Outcome::Succeeded},
            {"already there", chain, {{}, {}, {QStringLiteral("b")}, {}}, 8, "a started, a succeeded, b started, b succeeded, c started, c succeeded", Outcome::Succeeded},
            {"the second fails", chain, {{QStringLiteral("b")}, {}, {}, {}}, 8, "a started, a succeeded, b started, b failed, c skipped", Outcome::Failed},
            {"a failure does not stop the other branch", fork, {{QStringLiteral("a")}, {}, {}, {}}, 8, "b started, a started, a failed, c skipped, b succeeded", Outcome::Failed},
            {"a wait stops only what is behind it", fork, {{}, {QStringLiteral("a")}, {}, {}}, 8, "b started, a started, a waiting, c skipped, b succeeded", Outcome::Waiting},
            {"cancelled at the second: it is settled", chain, {{}, {}, {}, QStringLiteral("b")}, 8, "a started, a succeeded, b started, b succeeded, c skipped", Outcome::Cancelled},
            {"one at a time, longest way first", fork, {}, 1, "b started, b succeeded, a started, a succeeded, c started, c succeeded", Outcome::Succeeded},
            {"one key: the longest way first", serial, {}, 8, "s started, s succeeded, long started, long succeeded, after started, short started, short succeeded, after succeeded", Outcome::Succeeded},
        };
        for (const auto &row : rows) {
            Plan plan;
            plan.steps = row.steps;
            plan = *ordered(plan);
            VirtualClock clock;
            Log log;
            std::stop_source stop, detach;
            Run::Parts parts;
            parts.clock = &clock;
            parts.listener = &log;
            parts.maker = [&row, &stop](Run &run, const PlannedStep &step) { return std::make_unique<PretendedStep>(run, step, row.script, stop); };
            RunOptions options;
            options.parallel = row.parallel;
            Context context;
            context.stop = stop.get_token();
            Run run(QStringLiteral("run"), plan, options, parts, context, detach.get_token());
            const RunReport report = test::await(run.go());
            if (log.lines != lines(row.expected))
                qInfo("%s: %s", row.name, qUtf8Printable(log.lines.join(QStringLiteral(", "))));
            QVERIFY2(log.lines == lines(row.expected), row.name);
            QVERIFY2(report.outcome == row.outcome, row.name);
        }
    }

    void resumedRunKnowsWhatItMeantToDo()
    {
        Plan plan;
        plan.steps = {planned(QStringLiteral("a"))};
        VirtualClock clock;
        Run::Parts parts;
        parts.clock = &clock;
        std::stop_source detach;
        Run run(QStringLiteral("run"), plan, RunOptions(), parts, Context(), detach.get_token());
        JournalRecord first{JournalRecord::Kind::Intent, QStringLiteral("a"), clock.now(), QJsonObject{{QStringLiteral("there"), false}}};
        JournalRecord second{JournalRecord::Kind::Intent, QStringLiteral("a"), clock.now(), QJsonObject{{QStringLiteral("there"), true}}};
        QVERIFY(!run.intent(QStringLiteral("a")));
        run.remember({first, second});
        // What was there before the first try decides whether it is ours.
        QCOMPARE(run.intent(QStringLiteral("a"))->value(QStringLiteral("there")).toBool(), false);
    }

    void manyStepsFinishInTime()
    {
        Plan plan;
        for (int i = 0; i < 1000; ++i)
            plan.steps << planned(QStringLiteral("s%1").arg(i), i == 0 ? QStringList() : QStringList{QStringLiteral("s%1").arg((i - 1) / 2)}, 1);
        VirtualClock clock;
        Script script;
        std::stop_source stop, detach;
        Run::Parts parts;
        parts.clock = &clock;
        parts.maker = [&](Run &run, const PlannedStep &step) { return std::make_unique<PretendedStep>(run, step, script, stop); };
        RunOptions options;
        options.parallel = 64;
        Run run(QStringLiteral("run"), *ordered(plan), options, parts, Context(), detach.get_token());
        QCOMPARE(test::await(run.go()).outcome, Outcome::Succeeded);
    }
};

QTEST_GUILESS_MAIN(TestRun)
#include "tst_run.moc"
