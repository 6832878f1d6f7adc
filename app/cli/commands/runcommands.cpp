// SPDX-License-Identifier: Apache-2.0
// plan, apply, resume: from a setup to a verdict.
#include "cli/command.h"
#include "cli/madesecrets.h"
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

#include <QJsonArray>
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

//! One run from its start to the exit code; with a `runId` it is that one that goes on, whose plan is given.
QCoro::Task<int> perform(Work work, Stage *stage, Plan plan, QString runId, RunOptions options)
{
    Console &console = work.console;
    auto journal = work.journal(*stage);
    if (!journal)
        co_return console.fail(journal.error());
    const bool grownEarlier = !runId.isEmpty() && isMarked(plan.identity.subscription);
    const std::shared_ptr<SecretStore> keychain = work.keychain();
    TerminalSecrets secrets(console, loginIn(plan.spec), grownEarlier ? grownPassword() : standInOf(*stage), keychain);
    SecretStore *const forGenerated = stage->parts().sandbox ? nullptr : keychain.get(); // nothing of a sandbox's outlives it
    Engine engine(Apis{stage->arm()}, stage->clock(), secrets, journal->get(), forGenerated);
    work.letGo = [&engine] { engine.detach(); };
    ProgressLines lines(console);
    const Context context = work.context;
    Result<RunReport> report = Error();
    RunListener *listener = &lines;
    if (runId.isEmpty())
        report = co_await engine.run(plan, options, listener, context);
    else
        report = co_await engine.resume(runId, options, listener, context);
    work.letGo = nullptr;
    if (!report)
        co_return console.fail(report.error());
    const QString place = placeWords(work.where);
    const QString user = work.where.user.isEmpty() ? QString() : QStringLiteral(" --as ") + plainText(work.where.user, 200);
    const QString again = stage->parts().kept ? QStringLiteral("causewayctl resume %1%2%3").arg(report->runId, place, user) : QString();
    printReport(console, *report, lines.plan(), again, place);
    QJsonObject document = report->toJson();
    if (forGenerated) {
        const RunReport done = *report;
        Console *const shown = &console;
        const QJsonArray made = co_await tellMade(shown, forGenerated, plan, done, place, context);
        if (!made.isEmpty())
            document.insert(QStringLiteral("secrets"), made);
    }
    console.document(document);
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
            const Result<> there = areAtHand(loaded->spec());
            if (!there)
                co_return console.fail(there.error());
        }
        const LoadedWork *what = &*loaded;
        const Planned made = co_await planned(work, where, what);
        if (!made.plan)
            co_return made.exitCode;
        RunOptions how = *options;
        how.refuseWhenMoved = loaded->plan.has_value();
        const Plan plan = *made.plan;
        if (plan.steps.isEmpty()) {
            console.say(QStringLiteral("No changes: the setup asks for nothing."));
            co_return 0;
        }
        const Result<> typed = where->parts().grown ? Result<>() : canBeTyped(console, plan);
        if (!typed)
            co_return console.fail(typed.error());
        printPlan(console, plan);
        if (plan.hasChanges()) {
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
        const std::optional<Error> foreign = here ? anotherIdentity(loaded->plan->identity, *here) : std::optional<Error>(here.error());
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
        Console &console = work.console;
        const QString wanted = QString::fromStdString(m_run);
        const Result<RecordedRun> recorded = co_await work.recorded(wanted);
        if (!recorded)
            co_return console.fail(recorded.error());
        const QString id = recorded->summary.id;
        const Plan plan = recorded->plan;
        if (recorded->summary.outcome == Outcome::Succeeded)
            co_return tellOver(console, *recorded);
        // A sandbox holds what the run was planned for; elsewhere the setup says in which cloud that is.
        const std::optional<SetupSpec> spec = work.where.sandbox ? std::nullopt : std::optional<SetupSpec>(plan.spec);
        const Result<std::unique_ptr<Stage>> stage = co_await work.stage(spec);
        if (!stage)
            co_return console.fail(stage.error());
        Stage *where = stage->get();
        if (const auto another = anotherIdentity(plan.identity, signedIn(*where, plan.identity, false))) // who may not even see the subscription
            co_return console.fail(*another);
        const Context context = work.context;
        const QString subscription = plan.identity.subscription;
        const Cloud cloud = plan.identity.cloud;
        const Result<RunIdentity> here = co_await where->identity(subscription, cloud, context);
        const bool elsewhere = !here && here.error().code == QLatin1String("SubscriptionUnknown"); // in no tenant of the account: then its own tells more
        const auto foreign = elsewhere ? anotherIdentity(plan.identity, signedIn(*where, plan.identity, true)) : std::nullopt;
        if (!here)
            co_return console.fail(foreign ? *foreign : here.error());
        RunOptions how = *options;
        how.resumedBy = *here;
        const int exitCode = co_await perform(work, where, plan, id, how);
        co_return exitCode;
    }

private:
    //! As far as signing in tells it. The subscription's tenant may be another one than the account's own.
    static RunIdentity signedIn(const Stage &stage, RunIdentity identity, bool ownTenant)
    {
        identity.user = stage.parts().user;
        if (ownTenant && !stage.parts().tenant.isEmpty())
            identity.tenant = stage.parts().tenant;
        return identity;
    }

    //! A run that reached its end has nothing to go on with.
    static int tellOver(Console &console, const RecordedRun &recorded)
    {
        RunReport report = reportOf(recorded);
        report.wasOver = true;
        console.say(QStringLiteral("Run %1 succeeded already, %2 UTC: there is nothing to resume. Whether all is still so, \"causewayctl apply\" of its setup tells.").arg(report.runId, toText(report.ended).left(19).replace(QLatin1Char('T'), QLatin1Char(' '))));
        if (!report.verdict.isEmpty())
            console.print(plainText(report.verdict, 2000));
        console.document(report.toJson());
        return 0;
    }

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
