// SPDX-License-Identifier: Apache-2.0
#include "session/signins.h"

#include "azure/auth/challenge.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>
#include <QUuid>
#include <algorithm>
#include <iterator>

namespace causeway {

namespace {

std::optional<Error> clientIdWrong(const QString &clientId)
{
    if (!QUuid::fromString(clientId).isNull())
        return std::nullopt;
    if (!clientId.isEmpty())
        return Error::invalid(QStringLiteral("ClientIdMalformed"), QStringLiteral("\"%1\" is no client id. It is a GUID: \"Application (client) ID\" of your registration.").arg(clientId.left(80)), QStringLiteral("clientId"));
    return Error::invalid(QStringLiteral("ClientIdMissing"), QStringLiteral("No client id is set: the id of an application that you registered in Microsoft Entra."), QStringLiteral("clientId"));
}

QString namesOf(const QList<StoredAccount> &accounts)
{
    QStringList names;
    for (const StoredAccount &each : accounts.mid(0, 10))
        names << (each.username.isEmpty() ? each.homeAccountId : each.username).left(120);
    return names.join(QStringLiteral(", "));
}

bool isCalled(const StoredAccount &account, const QString &word)
{
    return account.username.compare(word, Qt::CaseInsensitive) == 0 || account.homeAccountId.compare(word, Qt::CaseInsensitive) == 0;
}

//! ARM's own address where it is one of the audiences, else the first; a cache keeps them apart, so it has to be the same each time.
QString audienceOf(const QJsonObject &authentication, const QString &armOrigin)
{
    const QJsonArray all = authentication.value(QLatin1String("audiences")).toArray();
    if (all.contains(armOrigin))
        return armOrigin;
    const QUrl first(all.first().toString(), QUrl::StrictMode);
    return first.isValid() && first.scheme().startsWith(QLatin1String("http")) ? first.toString() : QString();
}

} // namespace

SignIns::SignIns(Means means)
    : m_means(std::move(means)), m_current(QFileInfo(m_means.vaultFile).path() + QStringLiteral("/accounts.json"), m_means.cloud.cacheEnvironment)
{}

Result<std::unique_ptr<SignIns>> SignIns::make(Means means)
{
    auto planes = signInPlanes(means.cloud);
    if (!planes)
        return planes.error();
    std::unique_ptr<SignIns> made(new SignIns(std::move(means)));
    const Means &parts = made->m_means;
    made->m_transport = std::make_unique<QnamTransport>(*planes, *parts.wall, parts.network);
    made->m_endpoint = std::make_unique<TokenEndpoint>(*made->m_transport, *parts.wall, parts.cloud);
    made->m_vault = std::make_unique<Vault>(*parts.keychain, parts.vaultFile);
    made->m_book = std::make_unique<AccountBook>(*made->m_endpoint, *made->m_vault, parts.settings.clientId);
    return made;
}

void SignIns::setProxy(const ProxyChoice &proxy)
{
    m_means.network.proxy = proxy;
    m_transport->setProxy(proxy);
}

QString SignIns::tenantOr(const QString &tenant) const
{
    if (!tenant.isEmpty())
        return tenant;
    return m_means.settings.tenant.isEmpty() ? QStringLiteral("organizations") : m_means.settings.tenant;
}

QCoro::Task<Result<TokenAnswer>> SignIns::byBrowser(Browser how, Context context)
{
    if (const auto wrong = clientIdWrong(m_means.settings.clientId))
        co_return *wrong;
    const auto authority = Authority::make(m_means.cloud, tenantOr(how.tenant));
    if (!authority)
        co_return authority.error();
    InteractiveRequest request = how.words;
    request.authority = *authority;
    request.cloud = m_means.cloud;
    request.clientId = m_means.settings.clientId;
    request.scope = m_means.cloud.scope;
    request.prompt = how.prompt;
    request.loginHint = how.loginHint;
    request.claims = claimsParameter(how.claims);
    request.port = m_means.settings.redirectPort;
    request.openBrowser = how.openBrowser;
    request.onAddress = how.onAddress;
    const QnamOptions network = m_means.network;
    Clock *const wall = m_means.wall.get();
    Result<TokenAnswer> answer = co_await signInInteractively(request, network, wall, context);
    co_return answer;
}

QCoro::Task<Result<TokenAnswer>> SignIns::byDeviceCode(QString tenant, QByteArray claims, std::function<void(const DeviceCode &)> onCode, Context context)
{
    const QString clientId = m_means.settings.clientId;
    if (const auto wrong = clientIdWrong(clientId))
        co_return *wrong;
    const auto made = Authority::make(m_means.cloud, tenantOr(tenant));
    if (!made)
        co_return made.error();
    const Authority authority = *made;
    const QString scope = m_means.cloud.scope;
    const QByteArray wanted = claimsParameter(claims);
    TokenEndpoint *const endpoint = m_endpoint.get();
    const Result<DeviceCode> code = co_await askDeviceCode(endpoint, authority, clientId, scope, wanted, context);
    if (!code)
        co_return code.error();
    const DeviceCode shown = *code;
    onCode(shown);
    Result<TokenAnswer> answer = co_await awaitDeviceCode(endpoint, authority, clientId, scope, shown, context);
    co_return answer;
}

QCoro::Task<Result<StoredAccount>> SignIns::keep(TokenAnswer answer, QString tenant, Context context)
{
    const QString realm = tenantOr(tenant);
    Result<StoredAccount> account = co_await m_book->add(answer, realm, context);
    co_return account;
}

Result<StoredAccount> SignIns::accountMeant(const QString &word) const
{
    const QList<StoredAccount> all = m_book->accounts();
    if (all.isEmpty()) {
        Error error = Error::invalid(QStringLiteral("NotSignedIn"), QStringLiteral("Nobody is signed in."), QStringLiteral("account"));
        error.kind = ErrorKind::NotFound;
        return error;
    }
    const QString meant = word.isEmpty() ? m_current.read() : word;
    QList<StoredAccount> found;
    std::copy_if(all.cbegin(), all.cend(), std::back_inserter(found), [&meant](const StoredAccount &each) { return !meant.isEmpty() && isCalled(each, meant); });
    if (found.isEmpty() && word.isEmpty()) // nobody was chosen, or who was is gone
        found = all;
    if (found.size() == 1)
        return found.first();
    if (found.size() > 1 && word.isEmpty())
        return Error::invalid(QStringLiteral("SeveralAccounts"), QStringLiteral("Several accounts are signed in: %1. Say which one with --account, or once for all: causewayctl accounts use ACCOUNT").arg(namesOf(all)), QStringLiteral("account"));
    if (found.size() > 1) {
        QStringList ids;
        for (const StoredAccount &each : found.mid(0, 10))
            ids << each.homeAccountId.left(120);
        return Error::invalid(QStringLiteral("AccountAmbiguous"), QStringLiteral("Several accounts are called \"%1\". Give the id of one: %2.").arg(word.left(120), ids.join(QStringLiteral(", "))), QStringLiteral("account"));
    }
    return Error::invalid(QStringLiteral("AccountUnknown"), QStringLiteral("\"%1\" is not signed in; there are %2.").arg(word.left(120), namesOf(all)), QStringLiteral("account"));
}

QnamOptions networkOf(const SignInSettings &settings, const Secret &proxyPassword)
{
    QnamOptions options;
    options.extraCaFile = settings.caFile;
    switch (settings.proxy) {
    case SignInSettings::Proxy::System:
        return options;
    case SignInSettings::Proxy::None:
        options.proxy.kind = ProxyChoice::Kind::None;
        return options;
    case SignInSettings::Proxy::Manual:
        break;
    }
    options.proxy.kind = ProxyChoice::Kind::Manual;
    options.proxy.host = settings.proxyHost;
    options.proxy.port = settings.proxyPort;
    options.proxy.user = settings.proxyUser;
    options.proxy.password = proxyPassword;
    return options;
}

QCoro::Task<Result<QnamOptions>> networkOptions(SignInSettings settings, SecretStore *keychain, Context context)
{
    if (settings.proxy != SignInSettings::Proxy::Manual || settings.proxyUser.isEmpty())
        co_return networkOf(settings, {});
    const QString name = proxyPasswordName();
    const Result<Secret> password = co_await keychain->read(name, context);
    if (!password && password.error().kind == ErrorKind::Cancelled)
        co_return password.error();
    co_return networkOf(settings, password ? *password : Secret()); // without one the proxy says what it wants
}

QCoro::Task<Result<CloudProfile>> askCloud(CloudProfile cloud, QnamOptions network, std::shared_ptr<Clock> wall, Context context)
{
    const auto planes = cloud.planes();
    if (!planes)
        co_return planes.error();
    QnamTransport transport(*planes, *wall, network);
    HttpRequest request;
    request.method = "GET";
    request.target = "/metadata/endpoints?api-version=2022-09-01";
    const Result<HttpResponse> answer = co_await transport.send(request, context);
    if (!answer)
        co_return answer.error();
    const QJsonObject authentication = QJsonDocument::fromJson(answer->body).object().value(QLatin1String("authentication")).toObject();
    QUrl login(authentication.value(QLatin1String("loginEndpoint")).toString(), QUrl::StrictMode);
    login = login.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment);
    const auto origin = Origin::parse(QString::fromLatin1(login.toEncoded()));
    const bool ours = origin && (origin->isLoopback() ? planes->at(Plane::Arm).origin.isLoopback() : !cloudOfHost(login.host()).isEmpty());
    if (answer->status != 200 || !ours) {
        Error error;
        error.kind = ErrorKind::Protocol;
        error.code = QStringLiteral("LoginHostUnknown");
        error.httpStatus = answer->status;
        error.message = QStringLiteral("%1 does not say where its users sign in, or names a host that is not Microsoft's. A custom cloud's login host can be set (customAuthority).").arg(cloud.armOrigin);
        co_return error;
    }
    const QString audience = audienceOf(authentication, cloud.armOrigin);
    const CloudProfile known = cloudAt(cloud.name, cloud.armOrigin, QString::fromLatin1(origin->toByteArray()));
    CloudProfile asked = known;
    if (!audience.isEmpty())
        asked.scope = CloudProfile::scopeOf(audience.endsWith(QLatin1Char('/')) ? audience.chopped(1) : audience);
    co_return asked;
}

QString setupSecretName(const QString &name)
{
    return QStringLiteral("secret/") + name;
}

} // namespace causeway
