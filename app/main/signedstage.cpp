// SPDX-License-Identifier: Apache-2.0
#include "main/signedstage.h"

#include "azure/auth/credentials.h"
#include "azure/auth/keychainstore.h"
#include "main/signins.h"
#include "text/plain.h"

#include <QCryptographicHash>
#include <QDir>
#include <utility>

namespace causeway {

namespace {

//! Another world's entries beside the person's own: a sandbox that is wiped takes nobody's key away.
class ApartStore final : public SecretStore
{
public:
    ApartStore(std::shared_ptr<SecretStore> store, QString prefix) : m_store(std::move(store)), m_prefix(std::move(prefix)) {}
    QCoro::Task<Result<Secret>> read(QString name, Context context) override
    {
        const QString apart = m_prefix + name;
        Result<Secret> secret = co_await m_store->read(apart, context);
        co_return secret;
    }
    QCoro::Task<Result<>> write(QString name, Secret secret, Context context) override
    {
        const QString apart = m_prefix + name;
        const Result<> done = co_await m_store->write(apart, secret, context);
        co_return done;
    }
    QCoro::Task<Result<>> remove(QString name, Context context) override
    {
        const QString apart = m_prefix + name;
        const Result<> done = co_await m_store->remove(apart, context);
        co_return done;
    }

private:
    std::shared_ptr<SecretStore> m_store;
    QString m_prefix;
};

//! Gives the token that it proved itself with to whoever comes first: the Azure CLI takes seconds for each.
class ProvenCredential final : public TokenCredential
{
public:
    ProvenCredential(std::unique_ptr<TokenCredential> source, QString scope, AccessToken token) : m_source(std::move(source)), m_scope(std::move(scope)), m_token(std::move(token)) {}
    QCoro::Task<Result<AccessToken>> token(TokenRequest request, Context context) override
    {
        const bool plain = request.scope == m_scope && request.tenant.isEmpty() && request.claims.isEmpty() && request.refused.isEmpty();
        const std::optional<AccessToken> proof = plain ? std::exchange(m_token, std::nullopt) : std::nullopt;
        if (proof)
            co_return AccessToken(*proof);
        Result<AccessToken> token = co_await m_source->token(request, context);
        co_return token;
    }
    [[nodiscard]] quint64 generation() const override { return m_source->generation(); }

private:
    std::unique_ptr<TokenCredential> m_source;
    QString m_scope;
    std::optional<AccessToken> m_token;
};

void sayOf(const StageOptions &options, const QString &line)
{
    if (options.person.say)
        options.person.say(line);
}

Error notSignedIn(const QString &why)
{
    return Error::invalid(QStringLiteral("NotSignedIn"),
                          why + QStringLiteral(" Sign in with: causewayctl sign-in. Other ways: --auth az-cli (the Azure CLI's sign-in), service-principal, workload-identity, managed-identity or device-code; "
                                               "--sandbox (nothing reaches Azure); --endpoint arm=http://127.0.0.1:PORT --auth none. What is possible here says: causewayctl doctor signin"), QStringLiteral("--auth"));
}

//! Proves itself once, so that the run begins with a credential that works, and is named.
QCoro::Task<Result<>> useCredential(Stage::Parts *parts, StageOptions options, std::unique_ptr<NamedCredential> credential, Context context)
{
    const TokenRequest request(parts->cloud.scope);
    const Result<AccessToken> token = co_await credential->token(request, context);
    if (!token)
        co_return token.error();
    const TokenClaims claims = claimsOf(token->token);
    parts->user = plainText(claims.user, 120);
    parts->tenant = claims.tenant;
    sayOf(options, QStringLiteral("Signed in with %1%2.").arg(plainText(credential->name(), 300), claims.user.isEmpty() ? QString() : QStringLiteral(": ") + parts->user));
    parts->credential = std::make_unique<ProvenCredential>(std::move(credential), parts->cloud.scope, *token);
    co_return Result<>();
}

QCoro::Task<Result<>> usePrincipal(Stage::Parts *parts, StageOptions options, Context context)
{
    const bool workload = options.auth == QLatin1String("workload-identity");
    const auto who = servicePrincipalOf(QProcessEnvironment::systemEnvironment(), workload ? PrincipalProof::Federated : PrincipalProof::Own);
    if (!who)
        co_return who.error();
    auto credential = servicePrincipalCredential(parts->signIns->endpoint(), *who);
    if (!credential)
        co_return credential.error();
    const Result<> used = co_await useCredential(parts, options, std::move(*credential), context);
    co_return used;
}

QCoro::Task<Result<>> useManagedIdentity(Stage::Parts *parts, StageOptions options, Context context)
{
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QString identity = options.account.isEmpty() ? environment.value(QStringLiteral("AZURE_CLIENT_ID")) : options.account;
    auto credential = managedIdentityCredential(parts->signIns->wall(), environment, identity);
    if (!credential)
        co_return credential.error();
    const Result<> used = co_await useCredential(parts, options, std::move(*credential), context);
    co_return used;
}

//! A kept account whose session still works; a new sign-in where --auth asks for one.
QCoro::Task<Result<>> useAccount(Stage::Parts *parts, StageOptions options, Context context)
{
    SignIns *const signIns = parts->signIns.get();
    const bool mayAsk = !options.auth.isEmpty(); // interactive or device-code
    const bool deviceCode = options.auth == QLatin1String("device-code");
    if (signIns->means().settings.clientId.isEmpty())
        co_return notSignedIn(QStringLiteral("No client id is set, so nobody can be signed in (causewayctl sign-in --show-registration)."));
    const Result<> loaded = co_await signIns->book().load(context);
    if (!loaded)
        co_return loaded.error();
    AccountBook &book = signIns->book();
    if (options.person.there || mayAsk) {
        parts->asker = std::make_shared<TerminalAsker>(*signIns, options.person, deviceCode);
        book.setAsker(parts->asker.get());
    }
    auto account = signIns->accountMeant(options.account);
    if (!account && account.error().kind == ErrorKind::NotFound && !mayAsk)
        co_return notSignedIn(QStringLiteral("Nobody is signed in."));
    if (!account && account.error().kind != ErrorKind::NotFound)
        co_return account.error();
    const QString tenant = signIns->means().settings.tenant;
    const bool stored = account.ok();
    if (!stored) {
        TerminalSignIn how;
        how.deviceCode = deviceCode;
        how.tenant = options.tenant;
        how.loginHint = options.account;
        const SignInPerson person = options.person;
        const Result<TokenAnswer> answer = co_await signInOnTerminal(signIns, how, person, context);
        if (!answer)
            co_return answer.error();
        const TokenAnswer gave = *answer;
        const QString realm = options.tenant;
        account = co_await signIns->keep(gave, realm, context);
        if (!account)
            co_return account.error();
    }
    auto credential = std::make_unique<AccountCredential>(book);
    const QString home = account->homeAccountId;
    credential->use(home, tenant.isEmpty() ? account->homeTenant : tenant);
    const TokenRequest request(parts->cloud.scope);
    const Result<AccessToken> token = co_await credential->token(request, context);
    if (!token)
        co_return token.error();
    const TokenClaims claims = claimsOf(token->token);
    parts->user = plainText(account->username.isEmpty() ? claims.user : account->username, 120);
    parts->tenant = claims.tenant.isEmpty() ? account->homeTenant : claims.tenant;
    sayOf(options, QStringLiteral("Signed in as %1 (%2), tenant %3.").arg(parts->user, stored ? QStringLiteral("kept session") : deviceCode ? QStringLiteral("device code") : QStringLiteral("browser"), plainText(parts->tenant, 80)));
    parts->credential = std::move(credential);
    co_return Result<>();
}

} // namespace

QString sandboxClientId()
{
    return QStringLiteral("ca05e3a7-0000-4000-8000-5a4db0c00001");
}

QCoro::Task<Result<>> prepareSignIn(Stage::Parts *parts, StageOptions options, bool sandbox, bool kept, Context context)
{
    SignIns::Means means;
    if (!sandbox)
        means.settings = loadSignInSettings();
    else if (options.clientId.isEmpty())
        means.settings.clientId = qEnvironmentVariable("CAUSEWAY_CLIENT_ID", sandboxClientId());
    if (!options.clientId.isEmpty())
        means.settings.clientId = options.clientId;
    if (!options.tenant.isEmpty())
        means.settings.tenant = options.tenant;
    if (sandbox || !parts->caFile.isEmpty())
        means.settings.caFile = parts->caFile;
    std::shared_ptr<SecretStore> own = options.person.keychain;
    if (!own)
        own = std::shared_ptr<SecretStore>(kept ? keychainStore() : memoryStore());
    const bool apart = sandbox || !options.armEndpoint.isEmpty();
    const QString mark = QString::fromLatin1(QCryptographicHash::hash(parts->stateFolder.toUtf8(), QCryptographicHash::Sha256).toHex().left(12));
    means.keychain = apart ? std::make_shared<ApartStore>(own, QStringLiteral("sandbox-%1/").arg(mark)) : own;
    means.wall = std::make_shared<SystemClock>();
    SecretStore *const keychain = own.get();
    const SignInSettings settings = means.settings;
    const Result<QnamOptions> network = co_await networkOptions(settings, keychain, context);
    if (!network)
        co_return network.error();
    means.network = *network;
    parts->caFile = network->extraCaFile;
    parts->proxy = network->proxy;
    const bool asks = apart || (means.settings.cloud == QLatin1String("custom") && means.settings.customAuthority.isEmpty());
    if (asks) {
        const CloudProfile cloud = parts->cloud;
        const QnamOptions reached = *network;
        const std::shared_ptr<Clock> wall = means.wall;
        const Result<CloudProfile> asked = co_await askCloud(cloud, reached, wall, context);
        if (!asked && !options.signInOnly)
            co_return asked.error();
        parts->cloud = asked ? *asked : cloudAt(cloud.name, cloud.armOrigin, cloud.armOrigin); // a doctor has to be able to say why
    }
    if (sandbox) // an embedded one has another port each time, and is the same place
        parts->cloud.cacheEnvironment = QStringLiteral("sandbox-") + mark;
    means.cloud = parts->cloud;
    means.vaultFile = QDir(parts->stateFolder).filePath(QStringLiteral("sessions.cwv"));
    auto made = SignIns::make(std::move(means));
    if (!made)
        co_return made.error();
    parts->signIns = std::shared_ptr<SignIns>(std::move(*made));
    co_return Result<>();
}

QCoro::Task<Result<>> signInAs(Stage::Parts *parts, StageOptions options, Context context)
{
    const QString auth = options.auth;
    if (auth == QLatin1String("az-cli")) {
        auto credential = azCliCredential(parts->signIns->wall(), parts->signIns->means().settings.tenant, QStringLiteral("az"), options.person.azPatience);
        const Result<> used = co_await useCredential(parts, options, std::move(credential), context);
        co_return used;
    }
    if (auth == QLatin1String("service-principal") || auth == QLatin1String("workload-identity")) {
        const Result<> used = co_await usePrincipal(parts, options, context);
        co_return used;
    }
    if (auth == QLatin1String("managed-identity")) {
        const Result<> used = co_await useManagedIdentity(parts, options, context);
        co_return used;
    }
    const Result<> used = co_await useAccount(parts, options, context);
    co_return used;
}

} // namespace causeway
