// SPDX-License-Identifier: Apache-2.0
// sign-in, sign-out, accounts, accounts use: who we are.
#include "cli/command.h"

#include "text/plain.h"
#include "text/signintext.h"

#include <CLI/CLI.hpp>

#include <QJsonArray>

namespace causeway {

namespace {

SignInPlace placeOf(const SignIns &signIns)
{
    return {signIns.means().cloud.authority, signIns.tenantOr({}), signIns.means().settings.clientId, signIns.means().cloud.portal};
}

//! A failed sign-in: its words, and the document.
int failSignIn(Console &console, const Error &error, const SignInPlace &place)
{
    if (error.kind == ErrorKind::InvalidInput && error.httpStatus == 0 && error.code != QLatin1String("ClientIdMissing"))
        return console.fail(error);
    const SignInText text = signInText(error, place);
    const int code = exitCodeOf(error);
    QJsonObject json = errorJson(error);
    json.insert(QStringLiteral("title"), text.title);
    json.insert(QStringLiteral("advice"), text.advice);
    if (!text.link.isEmpty())
        json.insert(QStringLiteral("link"), text.link);
    console.document({{QStringLiteral("error"), json}, {QStringLiteral("exitCode"), code}});
    console.say(signInLines(error, place));
    return code;
}

QJsonObject accountJson(const StoredAccount &account, bool current)
{
    return {{QStringLiteral("user"), account.username}, {QStringLiteral("name"), account.name}, {QStringLiteral("id"), account.homeAccountId},
            {QStringLiteral("homeTenant"), account.homeTenant}, {QStringLiteral("tenants"), QJsonArray::fromStringList(account.realms)}, {QStringLiteral("current"), current}};
}

QString nameOf(const StoredAccount &account)
{
    return plainText(account.username.isEmpty() ? account.homeAccountId : account.username, 120);
}

//! Why a session will not be there for the next command; empty when it will.
QString notKept(const AccountBook &book)
{
    switch (book.vaultState()) {
    case Vault::State::Kept:
        return {};
    case Vault::State::NoKeychain:
        return QStringLiteral("No keychain is running");
    case Vault::State::Locked:
        return QStringLiteral("The keychain is locked");
    case Vault::State::Silent:
        return QStringLiteral("The keychain does not answer");
    case Vault::State::Damaged:
        return QStringLiteral("The file of kept sessions is damaged");
    case Vault::State::Unwritable:
        return QStringLiteral("The file of kept sessions cannot be written");
    }
    return {};
}

void sayNotKept(Console &console, const AccountBook &book)
{
    const QString why = notKept(book);
    if (!why.isEmpty())
        console.say(QStringLiteral("%1, so this session ends with this command. Use --auth interactive with other commands, or --auth az-cli. (%2)").arg(why, plainText(book.vaultReason())));
}

int refuseDamaged(Console &console)
{
    return console.refuse(QStringLiteral("SessionsDamaged"), QStringLiteral("The file of kept sessions cannot be opened, so nobody can be found in it. Remove it: causewayctl sign-out --all"));
}

class SignInCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = app.add_subcommand("sign-in", "sign in to Azure with the browser, and keep the session");
        leaf->add_option("--tenant", m_tenant, "GUID or domain; left out: the account's own")->type_name("T");
        leaf->add_flag("--device-code", m_deviceCode, "a code to type in on another device; many organisations block it");
        leaf->add_option("--client-id", m_clientId, "your registration's id; remembered")->type_name("ID");
        leaf->add_option("--login-hint", m_hint, "the user to sign in as")->type_name("USER");
        leaf->add_flag("--no-browser", m_noBrowser, "only show the address");
        leaf->add_flag("--show-registration", m_showsRegistration, "how to get a client id, step by step");
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const QString tenant = QString::fromStdString(m_tenant);
        const QString clientId = QString::fromStdString(m_clientId);
        if (m_showsRegistration)
            co_return showRegistration(console);
        const bool byUs = work.where.auth.isEmpty() || work.where.auth == QLatin1String("interactive") || work.where.auth == QLatin1String("device-code");
        if (!byUs)
            co_return console.refuse(QStringLiteral("NothingToKeep"), QStringLiteral("--auth %1 needs no sign-in before: use it with the other commands.").arg(work.where.auth));
        const Result<std::unique_ptr<Stage>> stage = co_await work.signInStage(tenant, clientId);
        if (!stage)
            co_return console.fail(stage.error());
        SignIns *const signIns = (*stage)->parts().signIns.get();
        const SignInPlace place = placeOf(*signIns);
        const Context context = work.context;
        const Result<> loaded = co_await signIns->book().load(context);
        if (!loaded)
            co_return console.fail(loaded.error());
        TerminalSignIn how;
        how.deviceCode = m_deviceCode || work.where.auth == QLatin1String("device-code");
        how.browser = !m_noBrowser;
        how.tenant = tenant;
        how.loginHint = m_hint.empty() ? work.where.account : QString::fromStdString(m_hint);
        SignInPerson person = work.where.person;
        Console *const shown = &console;
        person.say = [shown](const QString &line) { shown->say(line); };
        const Result<TokenAnswer> answer = co_await signInOnTerminal(signIns, how, person, context);
        if (!answer)
            co_return failSignIn(console, answer.error(), place);
        const TokenAnswer gave = *answer;
        const Result<StoredAccount> account = co_await signIns->keep(gave, tenant, context);
        if (!account)
            co_return failSignIn(console, account.error(), place);
        if (!(*stage)->parts().sandbox)
            remember(console, tenant, clientId);
        const Result<> current = notKept(signIns->book()).isEmpty() ? signIns->currentAccount().write(account->homeAccountId) : Result<>();
        if (!current)
            console.say(plainText(describe(current.error()), 600));
        co_return tell(console, signIns, *account, gave);
    }

private:
    //! For the next command: its default is this client and this tenant.
    static void remember(Console &console, const QString &tenant, const QString &clientId)
    {
        if (tenant.isEmpty() && clientId.isEmpty())
            return;
        SignInSettings settings = loadSignInSettings();
        settings.clientId = clientId.isEmpty() ? settings.clientId : clientId;
        settings.tenant = tenant.isEmpty() ? settings.tenant : tenant;
        const Result<> saved = saveSignInSettings(settings);
        if (!saved)
            console.say(QStringLiteral("Client id and tenant could not be remembered: %1").arg(plainText(describe(saved.error()))));
    }

    static int tell(Console &console, SignIns *signIns, const StoredAccount &account, const TokenAnswer &gave)
    {
        const AccountBook &book = signIns->book();
        const QString realm = gave.idClaims.value(QLatin1String("tid")).toString(account.homeTenant);
        console.document({{QStringLiteral("account"), accountJson(account, true)}, {QStringLiteral("tenant"), realm},
                          {QStringLiteral("cloud"), signIns->means().cloud.name}, {QStringLiteral("kept"), notKept(book).isEmpty()}, {QStringLiteral("exitCode"), 0}});
        console.print(QStringLiteral("Signed in as %1, tenant %2, %3.").arg(nameOf(account), plainText(realm, 80), signIns->means().cloud.name));
        if (book.accounts().size() > 1 && notKept(book).isEmpty())
            console.print(QStringLiteral("It is the current account now; another one: --account, or causewayctl accounts use ACCOUNT"));
        sayNotKept(console, book);
        return 0;
    }

    static int showRegistration(Console &console)
    {
        const auto cloud = loadSignInSettings().profile();
        const Instructions steps = registrationSteps(cloud ? cloud->portal : QString());
        console.document({{QStringLiteral("title"), steps.title}, {QStringLiteral("steps"), QJsonArray::fromStringList(steps.steps)}, {QStringLiteral("commands"), QJsonArray::fromStringList(steps.commands)}, {QStringLiteral("exitCode"), 0}});
        console.print(steps.title);
        int number = 0;
        for (const QString &step : steps.steps)
            console.print(QStringLiteral("  %1. %2").arg(++number).arg(step));
        console.print(QStringLiteral("The same with the Azure CLI:"));
        for (const QString &command : steps.commands)
            console.print(QStringLiteral("  ") + command);
        return 0;
    }

    std::string m_tenant, m_clientId, m_hint;
    bool m_deviceCode = false, m_noBrowser = false, m_showsRegistration = false;
};

class SignOutCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = app.add_subcommand("sign-out", "forget an account and its session on this machine");
        CLI::Option *who = leaf->add_option("who", m_who, "user name; left out: the current one")->type_name("ACCOUNT");
        leaf->add_flag("--all", m_all, "all accounts, the file of sessions and its key; also when the file is damaged")->excludes(who);
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const Result<std::unique_ptr<Stage>> stage = co_await work.signInStage();
        if (!stage)
            co_return console.fail(stage.error());
        SignIns *const signIns = (*stage)->parts().signIns.get();
        AccountBook &book = signIns->book();
        const Context context = work.context;
        if (m_all) {
            const Result<> purged = co_await book.purge(context);
            if (!purged)
                co_return console.fail(purged.error());
            signIns->currentAccount().clearAll();
            co_return done(console, QStringLiteral("All accounts are signed out; the file of sessions and its key are gone."), {});
        }
        const Result<> loaded = co_await book.load(context);
        if (!loaded)
            co_return console.fail(loaded.error());
        if (book.vaultState() == Vault::State::Damaged)
            co_return refuseDamaged(console);
        const QString who = m_who.empty() ? work.where.account : QString::fromStdString(m_who);
        const auto account = signIns->accountMeant(who);
        if (!account && account.error().kind == ErrorKind::NotFound)
            co_return done(console, QStringLiteral("Nobody is signed in."), {});
        if (!account)
            co_return console.fail(account.error());
        const QString home = account->homeAccountId;
        const Result<> out = co_await book.signOut(home, context);
        if (!out)
            co_return console.fail(out.error());
        const Result<> cleared = signIns->currentAccount().forget(home);
        if (!cleared)
            console.say(plainText(describe(cleared.error()), 600));
        co_return done(console, QStringLiteral("%1 is signed out of Causeway on this machine; the browser's own session is not touched.").arg(nameOf(*account)), *account);
    }

private:
    static int done(Console &console, const QString &line, const std::optional<StoredAccount> &account)
    {
        QJsonArray gone;
        if (account)
            gone.append(account->username);
        console.document({{QStringLiteral("signedOut"), gone}, {QStringLiteral("exitCode"), 0}});
        console.print(line);
        return 0;
    }

    std::string m_who;
    bool m_all = false;
};

class AccountsCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override { return app.add_subcommand("accounts", "who is signed in, and in which tenants"); }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const Result<std::unique_ptr<Stage>> stage = co_await work.signInStage();
        if (!stage)
            co_return console.fail(stage.error());
        SignIns *const signIns = (*stage)->parts().signIns.get();
        AccountBook &book = signIns->book();
        const Context context = work.context;
        const Result<> loaded = co_await book.load(context);
        if (!loaded)
            co_return console.fail(loaded.error());
        const auto current = signIns->accountMeant(work.where.account);
        QJsonArray all;
        for (const StoredAccount &each : book.accounts()) {
            const bool isCurrent = current && current->homeAccountId == each.homeAccountId;
            all.append(accountJson(each, isCurrent));
            QStringList tenants;
            for (const QString &realm : each.realms)
                tenants << plainText(realm, 80) + (realm == each.homeTenant ? QStringLiteral(" (home)") : QString());
            console.print(QStringLiteral("%1 %2  tenants: %3").arg(isCurrent ? QStringLiteral("*") : QStringLiteral(" "), nameOf(each), tenants.join(QStringLiteral(", "))));
        }
        console.document({{QStringLiteral("accounts"), all}, {QStringLiteral("cloud"), signIns->means().cloud.name}, {QStringLiteral("kept"), notKept(book).isEmpty()}, {QStringLiteral("exitCode"), 0}});
        if (all.isEmpty())
            console.say(QStringLiteral("Nobody is signed in (%1). Sign in with: causewayctl sign-in").arg(signIns->means().cloud.name));
        else if (!current)
            console.say(plainText(current.error().message, 600));
        const QString why = notKept(book);
        if (!why.isEmpty())
            console.say(QStringLiteral("%1: %2").arg(why, plainText(book.vaultReason())));
        co_return 0;
    }
};

//! accounts use: what `az account set` is there.
class AccountsUseCommand final : public Command
{
public:
    CLI::App *declare(CLI::App &app) override
    {
        CLI::App *leaf = commandGroup(app, "accounts", "")->add_subcommand("use", "make an account the current one: commands without --account mean it");
        leaf->add_option("who", m_who, "user name or id, as \"accounts\" shows them")->type_name("ACCOUNT")->required();
        return leaf;
    }

    QCoro::Task<int> run(Work work) override
    {
        Console &console = work.console;
        const QString who = QString::fromStdString(m_who);
        if (who.isEmpty())
            co_return console.refuse(QStringLiteral("AccountMissing"), QStringLiteral("accounts use takes a user name or id. Example: causewayctl accounts use anna@contoso.example"));
        const Result<std::unique_ptr<Stage>> stage = co_await work.signInStage();
        if (!stage)
            co_return console.fail(stage.error());
        SignIns *const signIns = (*stage)->parts().signIns.get();
        const Context context = work.context;
        const Result<> loaded = co_await signIns->book().load(context);
        if (!loaded)
            co_return console.fail(loaded.error());
        if (signIns->book().vaultState() == Vault::State::Damaged)
            co_return refuseDamaged(console);
        const auto account = signIns->accountMeant(who);
        if (!account && account.error().kind == ErrorKind::NotFound)
            co_return console.refuse(account.error().code, QStringLiteral("Nobody is signed in (%1). Sign in with: causewayctl sign-in").arg(signIns->means().cloud.name));
        if (!account)
            co_return console.fail(account.error());
        const Result<> kept = signIns->currentAccount().write(account->homeAccountId);
        if (!kept)
            co_return console.fail(kept.error());
        console.document({{QStringLiteral("account"), accountJson(*account, true)}, {QStringLiteral("cloud"), signIns->means().cloud.name}, {QStringLiteral("exitCode"), 0}});
        console.print(QStringLiteral("%1 is the current account (%2).").arg(nameOf(*account), signIns->means().cloud.name));
        co_return 0;
    }

private:
    std::string m_who;
};

} // namespace

Commands signInCommands()
{
    Commands all;
    all.push_back(std::make_unique<SignInCommand>());
    all.push_back(std::make_unique<SignOutCommand>());
    all.push_back(std::make_unique<AccountsCommand>());
    all.push_back(std::make_unique<AccountsUseCommand>()); // behind the one that it stands below
    return all;
}

} // namespace causeway
