// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

#include "azure/auth/keychainstore.h"
#include "cli/interrupts.h"
#include "cli/words.h"
#include "domain/suggestion.h"
#include "engine/journal.h"
#include "text/plain.h"

#include <CLI/CLI.hpp>

#include <QFileInfo>
#include <QTextStream>
#include <iterator>
#include <sstream>

namespace causeway {

namespace {

constexpr char exitCodes[] = "Exit codes: 0 done, 1 failed, 2 bad input or usage, 3 not permitted, 20 waiting for a person, 130 cancelled.";

//! What a person would try first.
constexpr struct {
    const char *command;
    const char *example;
} examples[]{
    {"init", "causewayctl init --example quickstart > sales.causeway.json"},
    {"schema", "causewayctl schema > setup.schema.json"},
    {"check", "causewayctl check sales.causeway.json --offline"},
    {"plan", "causewayctl plan sales.causeway.json --sandbox --out sales.plan.json"},
    {"apply", "causewayctl apply sales.causeway.json --sandbox --yes"},
    {"resume", "causewayctl resume --sandbox"},
    {"runs list", "causewayctl runs list --sandbox --json"},
    {"runs show", "causewayctl runs show 20260102 --sandbox"},
    {"approvals list", "causewayctl approvals list --sandbox=resources/worlds/contoso.json --as dba@contoso.example"},
    {"approvals approve", "causewayctl approvals approve ID --comment CHG-2041 --sandbox"},
    {"approvals reject", "causewayctl approvals reject ID --comment \"Not ours\" --sandbox"},
    {"approvals remove", "causewayctl approvals remove ID --sandbox"},
    {"test", "causewayctl test sales.causeway.json --sandbox"},
    {"rest", "causewayctl rest --uri '/subscriptions?api-version=2022-12-01' --sandbox"},
    {"sign-in", "causewayctl sign-in --tenant contoso.example"},
    {"sign-out", "causewayctl sign-out --all"},
    {"accounts", "causewayctl accounts --json"},
    {"accounts use", "causewayctl accounts use anna@contoso.example"},
    {"secret set", "causewayctl secret set orders-password"},
    {"secret list", "causewayctl secret list --json"},
    {"secret remove", "causewayctl secret remove orders-password"},
    {"doctor network", "causewayctl doctor network"},
    {"doctor signin", "causewayctl doctor signin --json"},
    {"sandbox serve", "causewayctl sandbox serve --tls --time-scale 100"},
    {"sandbox reset", "causewayctl sandbox reset"},
};

//! CLI11's own, without what it tells about itself: a flag's default in braces, which option excludes which.
class PlainHelp : public CLI::Formatter
{
public:
    std::string make_option_name(const CLI::Option *option, bool positional) const override
    {
        std::string name = CLI::Formatter::make_option_name(option, positional);
        return name.substr(0, name.find('{'));
    }
    std::string make_option_opts(const CLI::Option *option) const override
    {
        std::string words = CLI::Formatter::make_option_opts(option);
        words = words.substr(0, words.find(" Excludes:"));
        return words.substr(0, words.find(':'));
    }
};

//! The options that every command takes, as CLI11 fills them in.
struct CommonWords {
    bool json = false;
    bool yes = false;
    std::string sandbox;
    std::string user;
    std::vector<std::string> endpoints;
    std::string auth;
    std::string account;
};

void declareCommon(CLI::App &leaf, CommonWords &words)
{
    leaf.add_flag("--json", words.json, "JSON on stdout: one document, or one object a line for progress");
    leaf.add_flag("--yes,-y", words.yes, "do not ask");
    // A flag with a default value: "--sandbox FILE" would take the next word, "--sandbox=FILE" does not.
    CLI::Option *sandbox = leaf.add_flag("--sandbox{kept}", words.sandbox, "nothing reaches Azure: the embedded sandbox, kept for the next command; =fresh thrown away at exit, =FILE begun from a world file, =URL what \"sandbox serve\" serves");
    sandbox->type_name("[=fresh|FILE|URL]");
    leaf.add_option("--as", words.user, "act as this user of the sandbox")->type_name("USER");
    CLI::Option *endpoint = leaf.add_option("--endpoint", words.endpoints, "another ARM endpoint; plain http on loopback only")->type_name("arm=URL")->expected(1);
    endpoint->excludes(sandbox);
    leaf.add_option("--auth", words.auth, "how to sign in: interactive, device-code, az-cli, service-principal, workload-identity, managed-identity, or none (on loopback only); left out: the kept account")->type_name("HOW");
    leaf.add_option("--account", words.account, "which of the signed-in accounts; left out: the current one")->type_name("USER");
}

// A secret on a command line is in the shell's history and in every process list.
bool namesSecret(const QString &argument)
{
    static const QStringList names{QStringLiteral("--password"), QStringLiteral("--admin-password"), QStringLiteral("--administrator-password"), QStringLiteral("--secret"),
                                   QStringLiteral("--client-secret"), QStringLiteral("--certificate-password"), QStringLiteral("--token"), QStringLiteral("--pass")};
    return names.contains(argument.section(QLatin1Char('='), 0, 0).toLower());
}

int refuseSecret(Console &console, const QString &argument)
{
    const QString name = argument.section(QLatin1Char('='), 0, 0);
    return console.refuse(QStringLiteral("SecretOnCommandLine"),
                          QStringLiteral("%1 is refused: whatever stands on a command line can be read by others and stays in the shell's history. Write a reference into the setup instead: "
                                         "{\"secret\":\"prompt\"} asks for it on the terminal, {\"secret\":\"env:NAME\"} reads a variable, {\"secret\":\"generate\"} makes one.").arg(name));
}

const QStringList &authWords()
{
    static const QStringList all{QStringLiteral("interactive"), QStringLiteral("device-code"), QStringLiteral("az-cli"), QStringLiteral("service-principal"),
                                 QStringLiteral("workload-identity"), QStringLiteral("managed-identity"), QStringLiteral("none")};
    return all;
}

Result<StageOptions> stageOptions(const CommonWords &words, bool sandboxGiven)
{
    StageOptions where;
    if (sandboxGiven)
        where.sandbox = QString::fromStdString(words.sandbox);
    where.user = QString::fromStdString(words.user);
    if (!where.user.isEmpty() && !sandboxGiven)
        return Error::invalid(QStringLiteral("UserWithoutSandbox"), QStringLiteral("--as USER means a user of the sandbox; it needs --sandbox."));
    where.auth = QString::fromStdString(words.auth);
    where.account = QString::fromStdString(words.account);
    if (!where.auth.isEmpty() && !authWords().contains(where.auth))
        return Error::invalid(QStringLiteral("AuthNotUnderstood"), QStringLiteral("--auth \"%1\" is no way to sign in. Allowed are %2.").arg(plainText(where.auth, 40), authWords().join(QStringLiteral(", "))), QStringLiteral("--auth"));
    for (const std::string &each : words.endpoints) {
        const QString text = QString::fromStdString(each);
        if (!text.startsWith(QLatin1String("arm=")) || text.size() == 4)
            return Error::invalid(QStringLiteral("EndpointNotUnderstood"), QStringLiteral("\"%1\" is no endpoint. Example: --endpoint arm=http://127.0.0.1:8080").arg(plainText(text)));
        where.armEndpoint = text.mid(4);
    }
    return where;
}

//! "--wait 30" and "--wait": the minutes belong to it only when they are a number.
QStringList boundWords(QStringList arguments)
{
    for (qsizetype at = 0; at + 1 < arguments.size() && arguments[at] != QLatin1String("--"); ++at) {
        const QString next = arguments[at + 1];
        const bool number = !next.isEmpty() && (next[0].isDigit() || (next[0] == QLatin1Char('-') && next.size() > 1 && next[1].isDigit()));
        if (arguments[at] == QLatin1String("--wait") && number)
            arguments[at] += QLatin1Char('=') + arguments.takeAt(at + 1);
    }
    return arguments;
}

//! The first words, when they name no command.
std::optional<QString> unknownCommand(const CLI::App &app, const QStringList &arguments)
{
    const CLI::App *level = &app;
    for (qsizetype at = 0; at < arguments.size(); ++at) {
        const std::vector<const CLI::App *> below = level->get_subcommands([](const CLI::App *) { return true; });
        if (below.empty() || arguments[at].startsWith(QLatin1Char('-')))
            return std::nullopt;
        QStringList known;
        for (const CLI::App *each : below)
            known << QString::fromStdString(each->get_name());
        if (const qsizetype found = known.indexOf(arguments[at]); found >= 0) {
            level = below[std::size_t(found)];
            continue;
        }
        const QString meant = nearestWord(arguments[at], known);
        const QString there = at == 0 ? QString() : QStringLiteral(" below \"%1\"").arg(QStringList(arguments.mid(0, at)).join(QLatin1Char(' ')));
        return QStringLiteral("There is no command \"%1\"%2. %3There are %4.")
            .arg(plainText(arguments[at], 60), there, meant.isEmpty() ? QString() : QStringLiteral("Did you mean \"%1\"? ").arg(meant), known.join(QStringLiteral(", ")));
    }
    return std::nullopt;
}

int usageError(Console &console, const CLI::App &app, const CLI::ParseError &error)
{
    QString usage = QString::fromStdString(app.get_name());
    for (auto below = app.get_subcommands(); !below.empty(); below = below.front()->get_subcommands())
        usage += QLatin1Char(' ') + QString::fromStdString(below.front()->get_name());
    usage += QStringLiteral(" --help");
    QString wrong = plainText(QString::fromLocal8Bit(error.what()), 400).trimmed();
    if (!wrong.endsWith(QLatin1Char('.')))
        wrong += QLatin1Char('.');
    return console.refuse(QStringLiteral("Usage"), QStringLiteral("%1 See: %2").arg(wrong, usage));
}

int explain(Console &console, CLI::App &app, const CLI::ParseError &error)
{
    if (error.get_exit_code() != 0)
        return usageError(console, app, error);
    std::ostringstream out;
    app.exit(error, out, out); // --help, --version
    console.raw(QByteArray::fromStdString(out.str()));
    return 0;
}

} // namespace

CLI::App *commandGroup(CLI::App &app, const char *name, const char *description)
{
    for (CLI::App *there : app.get_subcommands({})) {
        if (there->get_name() == name)
            return there;
    }
    CLI::App *made = app.add_subcommand(name, description);
    made->require_subcommand(1);
    return made;
}

QCoro::Task<Result<std::unique_ptr<Stage>>> Work::stage(std::optional<SetupSpec> setup) const
{
    StageOptions options = where;
    options.setup = std::move(setup);
    Console *shown = &console;
    options.person.say = [shown](const QString &line) { shown->say(line); };
    options.person.there |= shown->canAsk();
    const Context stop = context;
    Result<std::unique_ptr<Stage>> made = co_await stages(options, stop);
    if (made && (*made)->parts().grown) {
        const GrownWorld &grown = *(*made)->parts().grown;
        for (const QString &line : grown.lines())
            shown->say(line);
        if (shown->json())
            shown->emitLine(QJsonObject{{QStringLiteral("mapped"), grown.mappingJson()}});
    }
    co_return made;
}

QCoro::Task<Result<std::unique_ptr<Stage>>> Work::signInStage(QString tenant, QString clientId) const
{
    Work apart = *this;
    apart.where.signInOnly = true;
    apart.where.tenant = std::move(tenant);
    apart.where.clientId = std::move(clientId);
    Result<std::unique_ptr<Stage>> made = co_await apart.stage();
    if (made && !(*made)->parts().signIns)
        co_return Error::invalid(QStringLiteral("NobodySignsIn"), QStringLiteral("With --auth none nobody signs in."), QStringLiteral("--auth"));
    co_return made;
}

std::shared_ptr<SecretStore> Work::keychain() const
{
    return where.person.keychain ? where.person.keychain : std::shared_ptr<SecretStore>(keychainStore());
}

Result<std::unique_ptr<Journal>> Work::journal(const Stage &stage) const
{
    auto opened = stage.journal();
    if (opened) {
        for (const QString &line : (*opened)->mended())
            console.say(plainText(line, 600));
    }
    return opened;
}

QCoro::Task<Result<std::unique_ptr<Journal>>> Work::journalThere() const
{
    StageOptions options = where;
    options.journalOnly = true;
    const Work *self = this;
    const Context stop = context;
    const Result<std::unique_ptr<Stage>> made = co_await stages(options, stop);
    if (!made)
        co_return made.error();
    if (!QFileInfo::exists((*made)->journalFile())) // looking makes nothing
        co_return std::unique_ptr<Journal>();
    co_return self->journal(**made);
}

QCoro::Task<Result<RecordedRun>> Work::recorded(QString id) const
{
    const auto opened = co_await journalThere();
    if (!opened)
        co_return opened.error();
    if (!*opened)
        co_return Error::invalid(QStringLiteral("NoSuchRun"), QStringLiteral("There are no runs yet."), id);
    Result<RecordedRun> found = co_await (*opened)->run(id);
    if (!found && found.error().kind == ErrorKind::NotFound) {
        Error wrong = found.error();
        wrong.kind = ErrorKind::InvalidInput; // what was typed is wrong, not the service
        co_return wrong;
    }
    co_return found;
}

Cli::Cli(Console &console, StageFactory stages, Commands more) : m_console(console), m_stages(std::move(stages))
{
    Commands parts[]{documentCommands(), runCommands(), journalCommands(), approvalCommands(), askingCommands(), signInCommands(), secretCommands(), doctorCommands(), std::move(more)};
    for (Commands &some : parts)
        std::move(some.begin(), some.end(), std::back_inserter(m_commands));
}

Cli::~Cli() = default;

QCoro::Task<int> Cli::run(QStringList arguments)
{
    m_console.useJson(arguments.contains(QStringLiteral("--json")));
    const qsizetype end = arguments.indexOf(QStringLiteral("--"));
    for (const QString &argument : arguments.mid(0, end < 0 ? arguments.size() : end)) {
        if (namesSecret(argument))
            co_return refuseSecret(m_console, argument);
    }
    for (const QString &argument : arguments.mid(end < 0 ? arguments.size() : end + 1)) {
        if (argument.startsWith(QLatin1Char('-')))
            co_return m_console.refuse(QStringLiteral("Usage"), QStringLiteral("\"%1\" stands after \"--\" and would be a file's name. Put options before it, or write ./%1. See: causewayctl --help").arg(plainText(argument, 60)));
    }
    CLI::App app("A private road between Azure Data Factory and Azure Database for PostgreSQL, and the proof that it works.", "causewayctl");
    app.set_version_flag("--version", "causewayctl " CAUSEWAY_VERSION);
    app.require_subcommand(1);
    const auto help = std::make_shared<PlainHelp>();
    help->column_width(34);
    help->label("SUBCOMMAND", "COMMAND");
    help->label("Subcommands", "Commands");
    help->label("REQUIRED", "");
    app.formatter(help);
    app.footer(std::string("Begin with: causewayctl apply resources/examples/quickstart.json --sandbox=fresh --yes\n") + exitCodes);
    CommonWords words;
    declareCommon(app, words); // before the command's name, or after it
    std::vector<CLI::App *> leaves;
    for (const auto &command : m_commands) {
        leaves.push_back(command->declare(app));
        declareCommon(*leaves.back(), words);
        const CLI::App *above = leaves.back()->get_parent();
        const std::string name = (above == &app ? std::string() : above->get_name() + ' ') + leaves.back()->get_name();
        for (const auto &each : examples) {
            if (name == each.command)
                leaves.back()->footer(std::string("Example: ") + each.example + '\n' + exitCodes);
        }
    }
    if (arguments.isEmpty()) {
        m_console.say(QString::fromStdString(app.help()));
        co_return 2;
    }
    if (const auto unknown = unknownCommand(app, arguments))
        co_return m_console.refuse(QStringLiteral("CommandUnknown"), *unknown);
    if (arguments.contains(QStringLiteral("--sandbox=")))
        co_return m_console.refuse(QStringLiteral("SandboxEmpty"), QStringLiteral("--sandbox= names nothing. Allowed: --sandbox, --sandbox=fresh, --sandbox=FILE, --sandbox=http://127.0.0.1:PORT."));
    std::vector<std::string> reversed;
    const QStringList bound = boundWords(arguments);
    for (auto each = bound.crbegin(); each != bound.crend(); ++each)
        reversed.push_back(each->toStdString());
    try {
        app.parse(std::move(reversed));
    } catch (const CLI::ParseError &error) { // CLI11's only way to say it; goes no further
        co_return explain(m_console, app, error);
    }
    Command *chosen = nullptr;
    CLI::App *leaf = nullptr;
    for (std::size_t at = 0; at < leaves.size(); ++at) {
        if (leaves[at]->parsed()) {
            chosen = m_commands[at].get();
            leaf = leaves[at];
        }
    }
    std::size_t sandboxes = 0;
    for (const CLI::App *level = leaf; level; level = level->get_parent()) { // "accounts --sandbox use" says it above the leaf
        const CLI::Option *option = level->get_option_no_throw("--sandbox");
        sandboxes += option ? option->count() : 0;
    }
    auto where = stageOptions(words, sandboxes > 0);
    if (!where)
        co_return m_console.fail(where.error());
    where->person = m_person;
    std::function<void()> letGo;
    std::optional<Interrupts> interrupts;
    Context context;
    if (m_catches && chosen->catchesInterrupts()) {
        interrupts.emplace([&letGo] {
            if (letGo)
                letGo();
        });
        context.stop = interrupts->token();
    }
    const Work work{m_console, *where, words.yes, m_stages, context, letGo};
    const int code = co_await chosen->run(work);
    co_return code;
}

} // namespace causeway
