// SPDX-License-Identifier: Apache-2.0
#include "session/signinchecks.h"

#include "azure/auth/credentials.h"
#include "azure/http/tlserror.h"
#include "probe/hostchecks.h"

#include <QFileInfo>
#include <QNetworkProxy>
#include <QStandardPaths>
#include <QUuid>

namespace causeway {

namespace {

using State = Check::State;

Check signInFinding(const char *id, State state, const char *code, const QStringList &facts = {})
{
    return Check{QString::fromLatin1(id), {}, state, QString::fromLatin1(code), facts, std::nullopt};
}

Check failed(const char *id, const QString &subject, const Error &error)
{
    return Check{QString::fromLatin1(id), subject, State::Bad, error.code, {error.message}, error};
}

QList<Check> settingsChecks(const SignIns &signIns)
{
    const SignInSettings &settings = signIns.means().settings;
    QList<Check> checks;
    for (const Error &wrong : check(settings)) {
        if (wrong.target != QLatin1String("clientId"))
            checks << signInFinding("settings", State::Bad, "settings-bad", {wrong.target.isEmpty() ? wrong.code : wrong.target, wrong.message});
    }
    if (checks.isEmpty())
        checks << signInFinding("settings", State::Good, "settings-good", {signIns.means().cloud.name, signIns.tenantOr({})});
    const QString &id = settings.clientId;
    if (id.isEmpty())
        checks << signInFinding("client-id", State::Warning, "client-id-none");
    else
        checks << signInFinding("client-id", QUuid::fromString(id).isNull() ? State::Bad : State::Good, QUuid::fromString(id).isNull() ? "client-id-malformed" : "client-id-set", {id});
    return checks;
}

Check vaultCheck(Vault::State state, const QString &reason)
{
    switch (state) {
    case Vault::State::Kept:
        return signInFinding("vault", State::Good, "vault-kept");
    case Vault::State::NoKeychain:
    case Vault::State::Locked:
    case Vault::State::Silent:
        return signInFinding("vault", State::Warning, "vault-memory", {reason});
    case Vault::State::Damaged:
        return signInFinding("vault", State::Bad, "vault-damaged");
    case Vault::State::Unwritable:
        return signInFinding("vault", State::Warning, "vault-unwritable", {reason});
    }
    return {};
}

Check accountsCheck(const QList<StoredAccount> &accounts)
{
    QStringList names;
    for (const StoredAccount &each : accounts)
        names << (each.username.isEmpty() ? each.homeAccountId : each.username);
    return names.isEmpty() ? signInFinding("accounts", State::Skipped, "accounts-none") : signInFinding("accounts", State::Good, "accounts-known", {names.join(QStringLiteral(", "))});
}

QCoro::Task<Check> azureCliCheck(SignInCheckMeans means, Context context)
{
    if (QStandardPaths::findExecutable(means.azProgram).isEmpty() && !QFileInfo(means.azProgram).isExecutable())
        co_return signInFinding("azure-cli", State::Skipped, "azure-cli-absent");
    const QString tenant = means.signIns->means().settings.tenant;
    const std::unique_ptr<NamedCredential> credential = azCliCredential(means.signIns->wall(), tenant, means.azProgram);
    const TokenRequest request(means.signIns->means().cloud.scope);
    const Result<AccessToken> token = co_await credential->token(request, context);
    if (token)
        co_return signInFinding("azure-cli", State::Good, "azure-cli-signed-in");
    co_return signInFinding("azure-cli", State::Skipped, "azure-cli-signed-out", {token.error().message});
}

QCoro::Task<Check> directoryCheck(SignIns *signIns, Context context)
{
    const CloudProfile cloud = signIns->means().cloud;
    const QString tenant = signIns->tenantOr({});
    const auto made = Authority::make(cloud, tenant);
    if (!made)
        co_return failed("directory", tenant, made.error());
    const Authority authority = *made;
    HttpTransport *const transport = &signIns->transport();
    const Result<AuthorityMetadata> metadata = co_await readMetadata(transport, authority, cloud, context);
    if (!metadata)
        co_return failed("directory", tenant, metadata.error());
    const QString id = metadata->tenantId.isEmpty() || metadata->tenantId == tenant ? tenant : QStringLiteral("%1 (%2)").arg(tenant, metadata->tenantId);
    co_return signInFinding("directory", State::Good, "directory-found", {QString::fromLatin1(authority.origin.host()), id});
}

QCoro::Task<Check> tokenCheck(SignIns *signIns, StoredAccount account, Context context)
{
    const QString home = account.homeAccountId;
    const QString name = account.username.isEmpty() ? home : account.username;
    const TokenRequest request(signIns->means().cloud.scope, signIns->means().settings.tenant);
    const Result<AccessToken> token = co_await signIns->book().silentToken(home, request, context);
    co_return token ? Check{QStringLiteral("token"), name, State::Good, QStringLiteral("token-good"), {name}, std::nullopt} : failed("token", name, token.error());
}

//! The sum of it: how somebody could sign in now, by the words of --auth.
Check waysCheck(const QList<Check> &checks)
{
    const auto good = [&checks](const char *code) {
        return std::any_of(checks.cbegin(), checks.cend(), [code](const Check &each) { return each.code == QLatin1String(code) && each.state == State::Good; });
    };
    QStringList ways;
    if (good("client-id-set"))
        ways << (good("loopback-free") ? QStringList{QStringLiteral("interactive")} : QStringList()) << QStringLiteral("device-code");
    if (good("azure-cli-signed-in"))
        ways << QStringLiteral("az-cli");
    if (good("environment-principal"))
        ways << QStringLiteral("service-principal");
    if (good("environment-workload"))
        ways << QStringLiteral("workload-identity");
    if (good("environment-managed"))
        ways << QStringLiteral("managed-identity");
    return ways.isEmpty() ? signInFinding("ways", State::Bad, "ways-none") : signInFinding("ways", State::Good, "ways-some", ways);
}

//! Collects, and tells.
struct CheckSheet {
    QList<Check> checks;
    CheckListener listener;
    void add(const Check &check)
    {
        checks << check;
        if (listener)
            listener(check);
    }
    void add(const QList<Check> &all)
    {
        for (const Check &each : all)
            add(each);
    }
};

} // namespace

QCoro::Task<Result<QList<Check>>> signInChecks(SignInCheckMeans means, CheckListener listener, Context context)
{
    const std::shared_ptr<SignIns> kept = means.signIns;
    SignIns *const signIns = kept.get();
    CheckSheet sheet{{}, std::move(listener)};
    sheet.add(settingsChecks(*signIns));
    sheet.add(loopbackChecks(signIns->means().settings.redirectPort));
    sheet.add(browserCheck(means.environment));
    SecretStore *const keychain = signIns->means().keychain.get();
    const Check keys = co_await keychainCheck(keychain, context);
    if (context.cancelled())
        co_return Error::cancelled();
    sheet.add(keys);
    const Result<> loaded = co_await signIns->book().load(context);
    if (!loaded)
        co_return loaded.error();
    sheet.add(vaultCheck(signIns->book().vaultState(), signIns->book().vaultReason()));
    const QList<StoredAccount> accounts = signIns->book().accounts();
    sheet.add(accountsCheck(accounts));
    const Check cli = co_await azureCliCheck(means, context);
    sheet.add(cli);
    sheet.add(environmentChecks(means.environment));
    const Check directory = co_await directoryCheck(signIns, context);
    sheet.add(directory);
    for (const StoredAccount &account : accounts) {
        if (context.cancelled())
            co_return Error::cancelled();
        const Check token = co_await tokenCheck(signIns, account, context);
        sheet.add(token);
    }
    if (context.cancelled())
        co_return Error::cancelled();
    sheet.add(waysCheck(sheet.checks));
    co_return sheet.checks;
}

QList<ProbedEndpoint> endpointsOf(const CloudProfile &cloud, const QString &tenant)
{
    const QString directory = tenant.isEmpty() ? QStringLiteral("organizations") : tenant;
    QList<ProbedEndpoint> all;
    ProbedEndpoint login;
    login.name = QStringLiteral("login");
    login.url = QUrl(cloud.authority + QLatin1Char('/') + directory + QStringLiteral("/v2.0/.well-known/openid-configuration"));
    login.clock = true;
    ProbedEndpoint arm = login;
    arm.name = QStringLiteral("arm");
    arm.url = QUrl(cloud.armOrigin + QStringLiteral("/metadata/endpoints?api-version=2022-09-01"));
    all << login << arm;
    // A cloud of one's own and the sandbox have no portal, and AzureCloud's is none of theirs.
    if (cloudOfHost(QUrl(cloud.armOrigin).host()).isEmpty())
        return all;
    for (const QString &origin : {cloud.graph, cloud.portal}) {
        ProbedEndpoint other;
        other.name = origin == cloud.graph ? QStringLiteral("graph") : QStringLiteral("portal");
        other.url = QUrl(origin + QLatin1Char('/'));
        other.needed = false;
        other.json = false;
        all << other;
    }
    return all;
}

NetworkMeans networkMeans(const QnamOptions &network, Clock *wall)
{
    NetworkMeans means;
    means.wall = wall;
    means.proxyFor = [choice = network.proxy](const QUrl &url) { return proxyFor(choice, url); };
    means.tlsReason = &tlsError;
    means.caFile = network.extraCaFile;
    return means;
}

} // namespace causeway
