// SPDX-License-Identifier: Apache-2.0
// plan, apply, resume: from a setup to a verdict.
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/setuploader.h"
#include "cli/terminalsecrets.h"
#include "cli/words.h"
#include "engine/engine.h"
#include "engine/journal.h"
#include "plan/planner.h"
#include "plan/preflight.h"
#include "text/plain.h"

#include <CLI/CLI.hpp>

#include <QJsonDocument>
#include <QSaveFile>

namespace causeway {

namespace {

Secret standInOf(const Stage &stage)
{
    return stage.parts().grown ? stage.parts().grown->standIn : Secret();
}

QString loginIn(const SetupSpec &spec)
{
    return spec.server && spec.server->create ? spec.server->create->administratorLogin : QString();
}

//! The words that bring the next command to the same world: " --sandbox=…", " --endpoint …".
QString placeWords(const StageOptions &where)
{
    QString words;
    if (where.sandbox)
        words += *where.sandbox == QLatin1String("kept") ? QStringLiteral(" --sandbox") : QStringLiteral(" --sandbox=") + plainText(*where.sandbox, 4096);
    if (!where.armEndpoint.isEmpty())
        words += QStringLiteral(" --endpoint arm=") + plainText(where.armEndpoint, 4096);
    if (!where.auth.isEmpty())
        words += QStringLiteral(" --auth ") + plainText(where.auth, 40);
    return words;
}

//! What is missing is rights: exit 3; anything else is the setup: exit 2.
int preflightCode(const Issues &issues)
{
    static const QStringList rights{QStringLiteral("not-permitted"), QStringLiteral("locked"), QStringLiteral("endpoint-needs-manual")};
    for (const Issue &issue : issues) {
        if (issue.severity == Severity::Error && !rights.contains(issue.code))
            return 2;
    }
    return 3;
}

struct Planned {
    std::optional<Plan> plan;
    int exitCode = 0;
};

//! Observes, looks for what is in the way, and plans. What stops it has been said.
QCoro::Task<Planned> planFor(Work work, Stage *stage, Engine *engine, const LoadedSetup *setup)
{
    Console &console = work.console;
    const SetupSpec spec = stage->known(setup->spec());
    const Context context = work.context;
    const QString subscription = spec.subscription;
    const Cloud cloud = spec.cloud;
    const Result<RunIdentity> identity = co_await stage->identity(subscription, cloud, context);
    Planned planned;
    if (!identity) {
        planned.exitCode = console.fail(identity.error());
        co_return planned;
    }
    const RunIdentity who = *identity;
    const Result<Observed> observed = co_await engine->observe(spec, who, context);
    if (!observed) {
        const bool elsewhere = observed.error().code == QLatin1String("InvalidAuthenticationTokenTenant"); // ARM's 401 names both tenants
        planned.exitCode = elsewhere ? console.refuse(QStringLiteral("AnotherTenant"), QStringLiteral("%1: the setup names something of another tenant than the one that you signed in to. %2").arg(setup->file, plainText(observed.error().message, 600)))
                                     : console.fail(observed.error());
        co_return planned;
    }
    const Issues findings = located(preflight(spec, *observed, who), setup->parsed);
    console.report(findings, setup->file, setup->text, &findingText);
    if (hasErrors(findings)) {
        planned.exitCode = preflightCode(findings);
        co_return planned;
    }
    const Result<Plan> plan = makePlan(spec, *observed, who);
    if (!plan)
        planned.exitCode = console.fail(plan.error());
    else
        planned.plan = *plan;
    co_return planned;
}

//! A plan belongs to one account and subscription.
std::optional<Error> foreignPlan(const Plan &plan, const RunIdentity &here)
{
    const RunIdentity &there = plan.identity;
    const bool same = there.cloud == here.cloud && there.subscription.compare(here.subscription, Qt::CaseInsensitive) == 0
                      && there.tenant.compare(here.tenant, Qt::CaseInsensitive) == 0;
    if (same)
        return std::nullopt;
    return Error::invalid(QStringLiteral("PlanOfAnotherAccount"),
                          QStringLiteral("This plan was made for subscription %1 of tenant %2; here it is subscription %3 of tenant %4.").arg(there.subscription, there.tenant, here.subscription, here.tenant));
}

struct RunWords {
    bool approveOwn = false;
    std::string wait;
    int parallel = 8;
    std::string engine = "direct";

    void declare(CLI::App &leaf)
    {
        leaf.add_flag("--approve-own", approveOwn, "approve the connections that this run makes, whatever the setup says");
        leaf.add_flag("--wait{10080}", wait, "stay until a person has decided, at most MINUTES; without a number at most a week")->type_name("[MINUTES]");
        leaf.add_option("--parallel", parallel, "steps at a time, 1 to 64; usually 8")->type_name("N")->check(CLI::Range(1, 64));
    }

    //! Error: minutes that are none.
    [[nodiscard]] Result<RunOptions> options() const
    {
        RunOptions options;
        options.parallel = parallel;
        if (approveOwn)
            options.approval = ApprovalMode::ApproveOwn;
        if (!wait.empty()) {
            bool number = false;
            const int minutes = QString::fromStdString(wait).toInt(&number);
            if (!number || minutes < 1 || minutes > 100'000)
                return Error::invalid(QStringLiteral("WaitNotUnderstood"), QStringLiteral("--wait takes 1 to 100000 minutes. Example: --wait 30"));
            options.wait = std::chrono::minutes(minutes);
        }
        return options;
    }
};

//! One run from its start to the exit code; a null plan resumes `runId`.
QCoro::Task<int> perform(Work work, Stage *stage, std::optional<Plan> plan, QString runId, RunOptions options)
{
    Console &console = work.console;
    auto journal = stage->journal();
    if (!journal)
        co_return console.fail(journal.error());
    SetupSpec spec;
    Secret standIn = standInOf(*stage);
    if (plan) {
        spec = plan->spec;
    } else {
        const Result<RecordedRun> recorded = co_await (*journal)->run(runId);
        if (!recorded)
            co_return console.fail(recorded.error());
        spec = recorded->plan.spec;
        if (isMarked(recorded->plan.identity.subscription))
            standIn = grownPassword();
    }
    TerminalSecrets secrets(console, loginIn(spec), standIn);
    Engine engine(Apis{stage->arm()}, stage->clock(), secrets, journal->get());
    work.letGo = [&engine] { engine.detach(); };
    ProgressLines lines(console);
    const Context context = work.context;
    Result<RunReport> report = Error();
    if (plan) {
        const Plan wanted = *plan;
        report = co_await engine.run(wanted, options, &lines, context);
    } else {
        report = co_await engine.resume(runId, options, &lines, context);
    }
    work.letGo = nullptr;
    if (!report)
        co_return console.fail(report.error());
    const QString place = placeWords(work.where);
    const QString user = work.where.user.isEmpty() ? QString() : QStringLiteral(" --as ") + plainText(work.where.user, 200);
    const QString again = stage->parts().kept ? QStringLiteral("causewayctl resume %1%2%3").arg(report->runId, place, user) : QString();
    printReport(console, *report, lines.plan(), again, place);
    console.document(report->toJson());
    co_return report->exitCode();
}

class PlanCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = app.add_subcommand("plan", "show what apply would do: steps, who does what, REST calls");
        leaf->add_option("setup", m_setup, "the setup document")->type_name("SETUP")->required();
        leaf->add_option("--out", m_out, "save the plan for apply")->type_name("PLAN");
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        int code = 0;
        const std::optional<LoadedSetup> setup = loadSetup(console, QString::fromStdString(m_setup), &code);
        if (!setup)
            co_return code;
        const std::optional<SetupSpec> spec(setup->spec());
        const Result<std::unique_ptr<Stage>> stage = co_await work.stage(spec);
        if (!stage)
            co_return console.fail(stage.error());
        TerminalSecrets none(console, {}, {});
        Engine engine(Apis{(*stage)->arm()}, (*stage)->clock(), none, nullptr);
        Stage *where = stage->get();
        const LoadedSetup *loaded = &*setup;
        Engine *looker = &engine;
        const Planned planned = co_await planFor(work, where, looker, loaded);
        if (!planned.plan)
            co_return planned.exitCode;
        const Plan plan = *planned.plan;
        if (!m_out.empty()) {
            const Result<> saved = save(plan);
            if (!saved)
                co_return console.fail(saved.error());
        }
        printPlan(console, plan);
        console.document(plan.toJson());
        co_return 0;
    }

private:
    [[nodiscard]] Result<> save(const Plan &plan) const
    {
        QSaveFile file(QString::fromStdString(m_out));
        const QByteArray text = QJsonDocument(plan.toJson()).toJson(QJsonDocument::Indented);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
            return Error::invalid(QStringLiteral("PlanNotSaved"), QStringLiteral("%1: %2").arg(file.fileName(), file.errorString()), QStringLiteral("--out"));
        return {};
    }

    std::string m_setup;
    std::string m_out;
};

class ApplyCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = app.add_subcommand("apply", "make it so: run a setup or a saved plan to its connection test");
        leaf->add_option("setup", m_setup, "a setup document, or a plan that was saved")->type_name("SETUP|PLAN")->required();
        m_words.declare(*leaf);
        leaf->add_option("--engine", m_words.engine, "who carries it out: direct, or deployment")->type_name("ENGINE")->check(CLI::IsMember({"direct", "deployment"}));
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const Result<RunOptions> options = m_words.options();
        if (!options)
            co_return console.fail(options.error());
        if (m_words.engine == "deployment")
            co_return console.refuse(QStringLiteral("EngineNotThere"), QStringLiteral("The deployment engine is not there yet; use --engine direct. Nothing was changed."));
        int code = 0;
        const std::optional<LoadedWork> loaded = loadSetupOrPlan(console, QString::fromStdString(m_setup), &code);
        if (!loaded)
            co_return code;
        const std::optional<SetupSpec> spec(loaded->spec());
        const Result<std::unique_ptr<Stage>> stage = co_await work.stage(spec);
        if (!stage)
            co_return console.fail(stage.error());
        Stage *where = stage->get();
        if (!where->parts().grown) {
            const Result<> askable = canBeAsked(console, loaded->spec());
            if (!askable)
                co_return console.fail(askable.error());
        }
        const LoadedWork *what = &*loaded;
        const Planned made = co_await planned(work, where, what);
        if (!made.plan)
            co_return made.exitCode;
        RunOptions how = *options;
        how.refuseWhenMoved = loaded->plan.has_value();
        const std::optional<Plan> plan = made.plan;
        if (plan->steps.isEmpty()) {
            console.say(QStringLiteral("No changes: the setup asks for nothing."));
            co_return 0;
        }
        printPlan(console, *plan);
        if (plan->hasChanges()) {
            const QString question = QStringLiteral("Carry out this plan?");
            const bool yes = work.yes;
            const Context context = work.context;
            const Result<bool> agreed = co_await console.confirm(question, yes, context);
            if (!agreed)
                co_return console.fail(agreed.error());
            if (!*agreed) {
                console.say(QStringLiteral("Nothing was changed."));
                co_return 130;
            }
        }
        const QString noRun;
        const int exitCode = co_await perform(work, where, plan, noRun, how);
        co_return exitCode;
    }

private:
    QCoro::Task<Planned> planned(Work work, Stage *stage, const LoadedWork *loaded)
    {
        Console &console = work.console;
        if (loaded->setup) {
            TerminalSecrets none(console, {}, {});
            Engine engine(Apis{stage->arm()}, stage->clock(), none, nullptr);
            const LoadedSetup *setup = &*loaded->setup;
            Engine *looker = &engine;
            const Planned made = co_await planFor(work, stage, looker, setup);
            co_return made;
        }
        const Context context = work.context;
        const QString subscription = loaded->plan->identity.subscription;
        const Cloud cloud = loaded->plan->identity.cloud;
        const Result<RunIdentity> here = co_await stage->identity(subscription, cloud, context);
        Planned checked;
        const std::optional<Error> foreign = here ? foreignPlan(*loaded->plan, *here) : std::optional<Error>(here.error());
        if (foreign)
            checked.exitCode = console.fail(*foreign);
        else
            checked.plan = loaded->plan;
        co_return checked;
    }

    std::string m_setup;
    RunWords m_words;
};

class ResumeCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = app.add_subcommand("resume", "go on with a run: the newest, or the one named");
        leaf->add_option("run", m_run, "its id, or a beginning that is unique")->type_name("RUN");
        m_words.declare(*leaf);
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        const Result<RunOptions> options = m_words.options();
        if (!options)
            co_return work.console.fail(options.error());
        const Result<std::unique_ptr<Stage>> stage = co_await work.stage();
        if (!stage)
            co_return work.console.fail(stage.error());
        Stage *where = stage->get();
        const std::optional<Plan> recorded;
        const QString id = QString::fromStdString(m_run);
        const RunOptions how = *options;
        const int exitCode = co_await perform(work, where, recorded, id, how);
        co_return exitCode;
    }

private:
    std::string m_run;
    RunWords m_words;
};

} // namespace

Commands runCommands()
{
    Commands all;
    all.push_back(std::make_unique<PlanCommand>());
    all.push_back(std::make_unique<ApplyCommand>());
    all.push_back(std::make_unique<ResumeCommand>());
    return all;
}

} // namespace causeway
