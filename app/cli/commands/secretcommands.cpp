// SPDX-License-Identifier: Apache-2.0
// secret set, list, remove: what only we may know, in the keychain.
#include "cli/command.h"
#include "cli/madesecrets.h"
#include "domain/secretreference.h"
#include "engine/journal.h"
#include "engine/markers.h"
#include "engine/runsecrets.h"
#include "session/signins.h"
#include "text/issuetext.h"
#include "text/plain.h"

#include <CLI/CLI.hpp>

#include <QJsonArray>
#include <QRegularExpression>

namespace causeway {

namespace {

constexpr qsizetype longestSecret = 2560; // what Windows' keychain takes (sign-in.md §16)

CLI::App *secretGroup(CLI::App &app)
{
    return commandGroup(app, "secret", "secrets in the keychain, for {\"secret\":\"keychain:NAME\"} in a setup");
}

Result<> nameAllowed(const QString &name)
{
    static const QRegularExpression allowed(QStringLiteral("^[A-Za-z0-9][A-Za-z0-9 ._@/-]{0,127}$"));
    if (allowed.match(name).hasMatch())
        return {};
    return Error::invalid(QStringLiteral("SecretNameNotAllowed"), QStringLiteral("\"%1\" cannot name a secret: 1 to 128 letters, digits and \" ._@/-\", beginning with a letter or digit.").arg(plainText(name)));
}

QString entryOf(const QString &name)
{
    return name == proxyPasswordName() ? name : setupSecretName(name);
}

class SecretSetCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = secretGroup(app)->add_subcommand("set", "keep a secret: typed without echo, or from the standard input");
        leaf->add_option("name", m_name, "its name; proxy-password is the proxy's")->type_name("NAME")->required();
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const QString name = QString::fromStdString(m_name);
        const Result<> allowed = nameAllowed(name);
        if (!allowed)
            co_return console.fail(allowed.error());
        const Context context = work.context;
        const Result<Secret> secret = co_await value(&console, name, context);
        if (!secret)
            co_return console.fail(secret.error());
        const Secret written = *secret;
        const std::shared_ptr<SecretStore> keychain = work.keychain();
        SecretStore *const store = keychain.get();
        const QString entry = entryOf(name);
        const Result<> kept = co_await store->write(entry, written, context);
        if (!kept)
            co_return console.fail(kept.error());
        console.document({{QStringLiteral("secret"), name}, {QStringLiteral("done"), QStringLiteral("kept")}, {QStringLiteral("exitCode"), 0}});
        console.print(name == proxyPasswordName() ? QStringLiteral("The proxy's password is in the keychain.") : QStringLiteral("\"%1\" is in the keychain. In a setup: {\"secret\":\"keychain:%1\"}").arg(name));
        co_return 0;
    }

private:
    static QCoro::Task<Result<Secret>> value(Console *console, QString name, Context context)
    {
        QByteArray bytes;
        if (console->canAsk()) {
            const QString question = QStringLiteral("%1 (not shown):").arg(name);
            const bool echo = false;
            const Result<QString> typed = co_await console->ask(question, echo, context);
            if (!typed)
                co_return typed.error();
            bytes = typed->toUtf8();
        } else {
            const Result<QByteArray> read = co_await console->readAll(longestSecret + 2, context);
            if (!read)
                co_return read.error();
            bytes = *read;
            if (bytes.endsWith('\n'))
                bytes.chop(bytes.endsWith("\r\n") ? 2 : 1);
        }
        if (bytes.isEmpty() || bytes.size() > longestSecret)
            co_return Error::invalid(QStringLiteral("SecretNotUsable"), QStringLiteral("A secret has 1 to %1 bytes; this one has %2. Nothing was changed.").arg(longestSecret).arg(bytes.size()), name);
        co_return Result<Secret>(Secret(bytes));
    }

    std::string m_name;
};

//! What journals and settings refer to: a keychain tells nobody its names.
class SecretListCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override { return secretGroup(app)->add_subcommand("list", "what is in the keychain: passwords that runs made, secrets that setups of runs name, the proxy's"); }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const Context context = work.context;
        QList<Named> wanted{{proxyPasswordName(), {{QStringLiteral("secret"), proxyPasswordName()}}, {}}};
        const Result<> read = co_await referred(&work, &wanted);
        if (!read)
            co_return console.fail(read.error());
        const std::shared_ptr<SecretStore> keychain = work.keychain();
        SecretStore *const store = keychain.get();
        QJsonArray all;
        for (const Named &each : std::as_const(wanted)) {
            const QString entry = each.entry;
            const Result<Secret> found = co_await store->read(entry, context);
            if (!found && found.error().kind == ErrorKind::NotFound)
                continue;
            if (!found)
                co_return console.fail(found.error());
            QJsonObject json = each.json;
            json.insert(QStringLiteral("entry"), entry);
            all.append(json);
            console.print(entry + each.words);
        }
        console.document({{QStringLiteral("secrets"), all}, {QStringLiteral("exitCode"), 0}});
        if (all.isEmpty())
            console.say(QStringLiteral("The keychain holds nothing that a run or the settings here refer to."));
        else
            console.say(QStringLiteral("Shown is what runs and settings here refer to; a keychain does not tell its names. Remove with: causewayctl secret remove NAME, or --run RUN"));
        co_return 0;
    }

private:
    struct Named {
        QString entry;
        QJsonObject json;
        QString words; //!< behind the entry
    };

    //! Newest run first, each name once.
    static QCoro::Task<Result<>> referred(const Work *work, QList<Named> *wanted)
    {
        const auto journal = co_await work->journalThere();
        if (!journal)
            co_return journal.error();
        if (!*journal)
            co_return Result<>();
        Journal *const runs = journal->get();
        const Result<QList<RunSummary>> all = co_await runs->runs();
        if (!all)
            co_return all.error();
        for (const RunSummary &each : *all) {
            const QString id = each.id;
            const Result<RecordedRun> run = co_await runs->run(id);
            if (run)
                refer(*run, *wanted);
            else
                work->console.say(QStringLiteral("Run %1 cannot be read: %2").arg(id, plainText(describe(run.error()), 400)));
        }
        co_return Result<>();
    }

    static void refer(const RecordedRun &run, QList<Named> &wanted)
    {
        const QString outcome = run.summary.outcome ? toText(*run.summary.outcome) : QStringLiteral("interrupted");
        const QStringList made = madeFields(run.plan);
        for (const QString &field : made)
            wanted.append({runSecretName(run.summary.id, field),
                           {{QStringLiteral("run"), run.summary.id}, {QStringLiteral("name"), run.summary.name}, {QStringLiteral("outcome"), outcome}, {QStringLiteral("field"), field}},
                           QStringLiteral("  %1, made by the run of %2, %3").arg(fieldName(field), plainText(run.summary.name), outcome)});
        for (const SecretMarker &each : secretsToAsk(run.plan)) {
            const auto reference = secretFromText(each.reference);
            const QString entry = reference && reference->kind == SecretReference::Kind::Keychain ? setupSecretName(reference->name) : QString();
            const bool known = std::any_of(wanted.cbegin(), wanted.cend(), [&entry](const Named &other) { return other.entry == entry; });
            if (!entry.isEmpty() && !known)
                wanted.append({entry, {{QStringLiteral("secret"), reference->name}}, QStringLiteral("  keychain:%1 of %2").arg(plainText(reference->name), plainText(run.summary.name))});
        }
    }
};

class SecretRemoveCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = secretGroup(app)->add_subcommand("remove", "remove a secret, or the passwords that a run made");
        CLI::Option *name = leaf->add_option("name", m_name, "its name; proxy-password is the proxy's")->type_name("NAME");
        leaf->add_option("--run", m_run, "what this run made: its id, or a beginning that is unique")->type_name("RUN")->excludes(name);
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        if (!m_run.empty()) {
            const int code = co_await removeOfRun(work);
            co_return code;
        }
        const QString name = QString::fromStdString(m_name);
        const Result<> allowed = nameAllowed(name);
        if (!allowed)
            co_return console.fail(allowed.error());
        const QStringList entries{entryOf(name)};
        const Result<> removed = co_await remove(&work, entries);
        if (!removed)
            co_return console.fail(removed.error());
        console.document({{QStringLiteral("secret"), name}, {QStringLiteral("done"), QStringLiteral("removed")}, {QStringLiteral("exitCode"), 0}});
        console.print(QStringLiteral("\"%1\" is not in the keychain any more.").arg(name));
        co_return 0;
    }

private:
    static QCoro::Task<Result<>> remove(const Work *work, QStringList entries)
    {
        const std::shared_ptr<SecretStore> keychain = work->keychain();
        SecretStore *const store = keychain.get();
        const Context context = work->context;
        for (const QString &entry : entries) {
            const Result<> removed = co_await store->remove(entry, context);
            if (!removed && removed.error().kind != ErrorKind::NotFound)
                co_return removed.error();
        }
        co_return Result<>();
    }

    QCoro::Task<int> removeOfRun(Work work)
    {
        Console &console = work.console;
        const QString wanted = QString::fromStdString(m_run);
        const Result<RecordedRun> run = co_await work.recorded(wanted);
        if (!run)
            co_return console.fail(run.error());
        const QString id = run->summary.id;
        const QStringList fields = madeFields(run->plan);
        if (fields.isEmpty())
            co_return console.refuse(QStringLiteral("NothingMade"), QStringLiteral("Run %1 makes no password: its setup has no {\"secret\":\"generate\"}.").arg(id));
        const bool over = run->summary.outcome == Outcome::Succeeded;
        const QString question = over ? QStringLiteral("Nobody will know what run %1 of %2 made (%3). Remove it?").arg(id, plainText(run->summary.name), namesOf(fields))
                                      : QStringLiteral("Run %1 of %2 can be resumed, and would then set a new one (%3). Remove it?").arg(id, plainText(run->summary.name), namesOf(fields));
        const bool yes = work.yes;
        const Context context = work.context;
        const Result<bool> agreed = co_await console.confirm(question, yes, context);
        if (!agreed)
            co_return console.fail(agreed.error());
        if (!*agreed) {
            console.say(QStringLiteral("Nothing was removed."));
            co_return 130;
        }
        QStringList entries;
        for (const QString &field : fields)
            entries << runSecretName(id, field);
        const Result<> removed = co_await remove(&work, entries);
        if (!removed)
            co_return console.fail(removed.error());
        console.document({{QStringLiteral("run"), id}, {QStringLiteral("fields"), QJsonArray::fromStringList(fields)}, {QStringLiteral("done"), QStringLiteral("removed")}, {QStringLiteral("exitCode"), 0}});
        console.print(QStringLiteral("What run %1 made is not in the keychain any more.").arg(id));
        co_return 0;
    }

    static QString namesOf(const QStringList &fields)
    {
        QStringList names;
        for (const QString &each : fields)
            names << fieldName(each);
        return names.join(QStringLiteral(", "));
    }

    std::string m_name;
    std::string m_run;
};

} // namespace

Commands secretCommands()
{
    Commands all;
    all.push_back(std::make_unique<SecretSetCommand>());
    all.push_back(std::make_unique<SecretListCommand>());
    all.push_back(std::make_unique<SecretRemoveCommand>());
    return all;
}

} // namespace causeway
