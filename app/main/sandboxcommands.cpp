// SPDX-License-Identifier: Apache-2.0
#include "main/sandboxcommands.h"

#include "main/stages.h"
#include "sandbox/host/serve.h"

#include <CLI/CLI.hpp>

#include <QDir>
#include <QFile>
#include <QLockFile>

namespace causeway {

namespace {

class ServeCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = commandGroup(app, "sandbox", "the simulated Azure by itself")->add_subcommand("serve", "serve a world on 127.0.0.1 until Ctrl-C, also for the Azure CLI and SDKs");
        leaf->add_option("--port", m_port, "0: a free one")->type_name("PORT")->check(CLI::Range(0, 65535));
        leaf->add_flag("--tls", m_tls, "https, with a CA of its own: \"ca\" in the ready line; causewayctl trusts what CAUSEWAY_CA names");
        leaf->add_option("--world", m_world, "a world file; without it the default world")->type_name("FILE");
        leaf->add_option("--state", m_state, "keep the world in this folder")->type_name("DIR");
        leaf->add_option("--seed", m_seed, "chance that repeats")->type_name("N");
        leaf->add_option("--time-scale", m_scale, "how much faster resource work goes")->type_name("X")->check(CLI::Range(0.001, 1e6));
        leaf->add_option("--faults", m_faults, "faults to inject")->type_name("FILE");
        leaf->add_option("--postgres", m_postgres, "auto: real servers where PostgreSQL is installed; off: computed answers")->type_name("HOW")->check(CLI::IsMember({"auto", "off"}));
        return leaf;
    }

    [[nodiscard]] bool catchesInterrupts() const override { return false; } // serve() does it itself

    QCoro::Task<int> run(Work work) override
    {
        const QString world = m_world.empty() ? QStringLiteral(":/causeway/worlds/default.json") : QString::fromStdString(m_world);
        auto state = sandbox::readWorld(world);
        if (!state)
            co_return work.console.fail(state.error());
        sandbox::ServeOptions options;
        options.port = m_port;
        options.tls = m_tls;
        options.world = std::move(*state);
        options.stateFolder = QString::fromStdString(m_state);
        options.seed = m_seed;
        options.timeScale = m_scale;
        options.faultsFile = QString::fromStdString(m_faults);
        options.postgres = m_postgres == "off" ? sandbox::Sandbox::Postgres::Off : sandbox::Sandbox::Postgres::Auto;
        QFile out;
        if (!out.open(stdout, QIODevice::WriteOnly))
            co_return work.console.fail(Error::internal(QStringLiteral("NoOutput"), out.errorString()));
        QIODevice *line = &out;
        const Context context = work.context;
        QCoro::Task<Result<>> serving = sandbox::serve(std::move(options), line, context);
        const Result<> served = co_await serving;
        co_return served ? 0 : work.console.fail(served.error());
    }

private:
    quint16 m_port = 0;
    bool m_tls = false;
    std::string m_world;
    std::string m_state;
    std::optional<quint64> m_seed;
    double m_scale = 1;
    std::string m_faults;
    std::string m_postgres = "auto";
};

class ResetCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        return commandGroup(app, "sandbox", "the simulated Azure by itself")->add_subcommand("reset", "forget the kept world (or, with --sandbox=FILE, that of the file): its resources, servers and runs");
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const QString folder = sandboxFolder(work.where.sandbox.value_or(QStringLiteral("kept")));
        if (folder.isEmpty() || !QDir(folder).exists()) {
            console.say(QStringLiteral("There is no kept world."));
            co_return 0;
        }
        const QString question = QStringLiteral("Forget the kept world in %1?").arg(folder);
        const bool yes = work.yes;
        const Context context = work.context;
        const Result<bool> agreed = co_await console.confirm(question, yes, context);
        if (!agreed)
            co_return console.fail(agreed.error());
        if (!*agreed)
            co_return 130;
        if (const Result<> reset = sandbox::Sandbox::reset(folder); !reset) // its servers, too; refused while somebody uses it
            co_return console.fail(reset.error());
        if (!QDir(folder).removeRecursively())
            co_return console.fail(Error::internal(QStringLiteral("NotRemoved"), QStringLiteral("%1 could not be removed whole.").arg(folder)));
        console.say(QStringLiteral("Forgotten. The next --sandbox begins anew."));
        co_return 0;
    }
};

} // namespace

Commands sandboxCommands()
{
    Commands all;
    all.push_back(std::make_unique<ServeCommand>());
    all.push_back(std::make_unique<ResetCommand>());
    return all;
}

} // namespace causeway
