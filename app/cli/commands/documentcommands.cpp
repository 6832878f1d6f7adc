// SPDX-License-Identifier: Apache-2.0
// init, schema, check: about the setup document itself; nothing is written anywhere.
#include "cli/command.h"
#include "cli/setuploader.h"
#include "cli/terminalsecrets.h"
#include "cli/words.h"
#include "domain/encryption.h"
#include "engine/engine.h"
#include "plan/planner.h"
#include "plan/preflight.h"
#include "text/verdicttext.h"

#include <CLI/CLI.hpp>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace causeway {

namespace {

class InitCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = app.add_subcommand("init", "print an example setup, with what its parts mean");
        leaf->add_option("--example", m_name, "which one: quickstart, password, system-assigned, network-admin-only, data-engineer-only")->type_name("NAME")
            ->check(CLI::IsMember({"quickstart", "password", "system-assigned", "network-admin-only", "data-engineer-only"}));
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        QFile file(QStringLiteral(":/causeway/examples/%1.json").arg(QString::fromStdString(m_name)));
        if (!file.open(QIODevice::ReadOnly))
            co_return work.console.fail(Error::internal(QStringLiteral("ExampleNotThere"), QStringLiteral("The example %1 is not part of this program.").arg(QString::fromStdString(m_name))));
        work.console.raw(file.readAll());
        // JSON has no comments, so they go beside it.
        for (const QString &line : notes())
            work.console.say(line);
        co_return 0;
    }

private:
    static QStringList notes()
    {
        return {QStringLiteral("Save it as NAME.causeway.json. Any part may be left out; one that says \"create\" is made, else it must be there."),
                QStringLiteral("  subscription       its GUID or its name"),
                QStringLiteral("  server             \"create\" for a new one, \"id\" for one that exists"),
                QStringLiteral("  privateEndpoint    the road for your network, with its DNS zone; \"approval\": automatic or manual"),
                QStringLiteral("  integration        the data factory, its runtime, and its own managed private endpoint to the server"),
                QStringLiteral("  approval.mode      approve-own approves only the connection that the run makes; wait leaves it to a person"),
                QStringLiteral("  linkedService      encryption: VerifyFull, VerifyCa, Require; weaker ones need an encryptionReason"),
                QStringLiteral("  {\"secret\": …}      generate, prompt or env:NAME; a password itself never stands in a setup"),
                QStringLiteral("Next: causewayctl check FILE, plan FILE, apply FILE; with --sandbox nothing of it reaches Azure.")};
    }

    std::string m_name = "quickstart";
};

class SchemaCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override { return app.add_subcommand("schema", "print the JSON Schema of setup documents"); }
    QCoro::Task<int> run(Work work) override
    {
        work.console.raw(QJsonDocument(setupSchema()).toJson(QJsonDocument::Indented));
        co_return 0;
    }
};

class CheckCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = app.add_subcommand("check", "judge a setup: schema, rules, encryption, and what is in the way");
        leaf->add_option("setup", m_setup, "the setup document")->type_name("SETUP")->required();
        leaf->add_flag("--offline", m_offline, "ask nobody: schema and rules only");
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        int code = 0;
        const std::optional<LoadedSetup> setup = loadSetup(console, QString::fromStdString(m_setup), &code);
        if (!setup)
            co_return code;
        m_findings = setup->warnings;
        sayEncryption(console, setup->spec());
        if (m_offline)
            co_return finish(console);
        const std::optional<SetupSpec> wanted(setup->spec());
        const Result<std::unique_ptr<Stage>> stage = co_await work.stage(wanted);
        if (!stage)
            co_return console.fail(stage.error());
        const SetupSpec spec = (*stage)->known(setup->spec());
        const Context context = work.context;
        const QString subscription = spec.subscription;
        const Cloud cloud = spec.cloud;
        const Result<RunIdentity> identity = co_await (*stage)->identity(subscription, cloud, context);
        if (!identity)
            co_return console.fail(identity.error());
        const RunIdentity who = *identity;
        TerminalSecrets none(console, {}, {});
        Engine engine(Apis{(*stage)->arm()}, (*stage)->clock(), none, nullptr);
        const Result<Observed> observed = co_await engine.observe(spec, who, context);
        if (!observed)
            co_return console.fail(observed.error());
        const Issues found = located(preflight(spec, *observed, who), setup->parsed);
        const int preflightCode = console.report(found, setup->file, setup->text, &findingText);
        if (preflightCode != 0)
            co_return preflightCode;
        const Result<Plan> plan = makePlan(spec, *observed, who);
        if (!plan)
            co_return console.fail(plan.error());
        m_findings += found;
        co_return finish(console);
    }

private:
    static void sayEncryption(Console &console, const SetupSpec &spec)
    {
        if (!spec.linkedService || spec.linkedService->version != QLatin1String("2.0"))
            return;
        const std::optional<bool> secure = spec.server ? spec.server->requireSecureTransport : std::nullopt;
        console.say(QStringLiteral("Encryption %1: %2").arg(toText(spec.linkedService->encryption), verdictText(spec.linkedService->encryption, secure, spec.linkedService->trustServerCertificate)));
    }

    [[nodiscard]] int finish(Console &console) const
    {
        QJsonArray warnings;
        for (const Issue &issue : m_findings)
            warnings.append(issueJson(issue, findingText(issue)));
        console.document({{QStringLiteral("issues"), warnings}, {QStringLiteral("exitCode"), 0}});
        console.say(m_findings.isEmpty() ? QStringLiteral("Good: nothing is in the way.") : QStringLiteral("Good, with %1.").arg(counted(m_findings.size(), "warning", "warnings")));
        return 0;
    }

    std::string m_setup;
    bool m_offline = false;
    Issues m_findings;
};

} // namespace

Commands documentCommands()
{
    Commands all;
    all.push_back(std::make_unique<InitCommand>());
    all.push_back(std::make_unique<SchemaCommand>());
    all.push_back(std::make_unique<CheckCommand>());
    return all;
}

} // namespace causeway
