// SPDX-License-Identifier: Apache-2.0
#include "sandbox/front/authority.h"

#include <QJsonDocument>

namespace causeway::sandbox {

namespace {

QString utf8Text(const QByteArray &bytes)
{
    return QString::fromUtf8(bytes);
}

bool isWord(const QString &left, const char *right)
{
    return left.compare(QLatin1String(right), Qt::CaseInsensitive) == 0;
}

// Form fields first, then the query: managed-identity clients use either.
QString formField(const Request &request, const char *name)
{
    if (request.header("content-type").toLower().startsWith("application/x-www-form-urlencoded")) {
        const Request form = requestFromTarget("POST", "/?" + request.body);
        if (const QString value = form.queryValue(QLatin1String(name)); !value.isEmpty())
            return value;
    }
    return request.queryValue(QLatin1String(name));
}

// A scope is a resource with a permission: https://management.azure.com//.default
QString resourceOfScope(const QString &scopes)
{
    for (QString scope : scopes.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const qsizetype slash = scope.lastIndexOf(QLatin1Char('/'));
        if (scope.startsWith(QLatin1String("https://")) && slash > 8)
            return scope.left(slash).endsWith(QLatin1Char('/')) ? scope.left(slash) : scope.left(slash + 1);
    }
    return {};
}

// RFC 6749 §5.2, with Entra's members.
Response oauthError(int status, const char *error, const QString &description)
{
    return Response::json(status, {{QStringLiteral("error"), QLatin1String(error)}, {QStringLiteral("error_description"), description}});
}

QJsonArray audiences(const Request &request)
{
    return {QStringLiteral("https://management.core.windows.net/"), QStringLiteral("https://management.azure.com/"),
            utf8Text(request.origin) + QLatin1Char('/'), utf8Text(request.origin)};
}

} // namespace

QJsonObject ledgerJson(const State &state)
{
    QJsonArray effects;
    for (const LedgerEntry &entry : state.ledger)
        effects.append(QJsonObject{{QStringLiteral("id"), entry.resource}, {QStringLiteral("effect"), entry.effect},
                                   {QStringLiteral("at"), toText(entry.at)}, {QStringLiteral("by"), entry.by}});
    return {{QStringLiteral("effects"), effects}};
}

QString Authority::issuer(const QByteArray &origin, const QString &tenant)
{
    return utf8Text(origin) + QLatin1Char('/') + tenant + QLatin1Char('/');
}

const Principal *Authority::principalNamed(const QString &word) const
{
    for (const Principal &principal : m_state.principals) {
        for (const QString &name : {principal.objectId, principal.clientId, principal.userPrincipalName}) {
            if (!name.isEmpty() && name.compare(word, Qt::CaseInsensitive) == 0)
                return &principal;
        }
    }
    return nullptr;
}

const Tenant *Authority::tenantNamed(const QString &word) const
{
    for (const char *any : {"common", "organizations", "adfs"}) {
        if (isWord(word, any))
            return m_state.tenants.isEmpty() ? nullptr : &m_state.tenants.first();
    }
    for (const Tenant &tenant : m_state.tenants) {
        if (tenant.id.compare(word, Qt::CaseInsensitive) == 0 || tenant.defaultDomain.compare(word, Qt::CaseInsensitive) == 0)
            return &tenant;
    }
    return nullptr;
}

std::optional<Response> Authority::answer(const Request &request, TimePoint now) const
{
    const QStringList &path = request.segments;
    if (path.isEmpty() || isWord(path.first(), "subscriptions") || isWord(path.first(), "providers"))
        return std::nullopt;
    const QString last = path.last().toLower();
    if (isWord(path.first(), "metadata"))
        return last == QLatin1String("endpoints") ? metadata(request) : managedIdentity(request, now);
    if (path.size() == 2 && isWord(path[0], "MSI") && isWord(path[1], "token"))
        return managedIdentity(request, now);
    if (path.size() == 2 && isWord(path[0], "sandbox") && isWord(path[1], "ledger"))
        return request.method == "GET" ? ledger() : Response::error(405, QStringLiteral("MethodNotAllowed"), QStringLiteral("GET only."));
    if (path.size() == 3 && isWord(path[1], "discovery") && isWord(path[2], "instance"))
        return instanceDiscovery(request);
    const QString tenant = path.first();
    const bool version2 = path.contains(QStringLiteral("v2.0"));
    if (path.size() >= 3 && last == QLatin1String("openid-configuration"))
        return openIdConfiguration(request, tenant, version2);
    if (path.size() >= 3 && isWord(path[1], "oauth2") && last == QLatin1String("token"))
        return tokenEndpoint(request, tenant, version2, now);
    if (path.size() >= 2 && isWord(path[1], "discovery") && last == QLatin1String("keys"))
        return Response::json(200, {{QStringLiteral("keys"), QJsonArray()}}); // signed with a key of this process alone
    return std::nullopt;
}

Response Authority::metadata(const Request &request) const
{
    const QString origin = utf8Text(request.origin);
    QJsonObject authentication{{QStringLiteral("loginEndpoint"), origin + QLatin1Char('/')},
                               {QStringLiteral("audiences"), audiences(request)}};
    if (request.apiVersion() < QLatin1String("2018-05-01"))
        return Response::json(200, {{QStringLiteral("galleryEndpoint"), origin + QLatin1Char('/')},
                                    {QStringLiteral("graphEndpoint"), origin + QLatin1Char('/')},
                                    {QStringLiteral("portalEndpoint"), origin + QLatin1Char('/')},
                                    {QStringLiteral("authentication"), authentication}});
    authentication.insert(QStringLiteral("tenant"), QStringLiteral("common"));
    authentication.insert(QStringLiteral("identityProvider"), QStringLiteral("AAD"));
    const QJsonObject cloud{
        {QStringLiteral("name"), QStringLiteral("CausewaySandbox")}, {QStringLiteral("portal"), origin},
        {QStringLiteral("authentication"), authentication}, {QStringLiteral("resourceManager"), origin + QLatin1Char('/')},
        {QStringLiteral("graph"), origin + QLatin1Char('/')}, {QStringLiteral("graphAudience"), origin + QLatin1Char('/')},
        {QStringLiteral("microsoftGraphResourceId"), origin + QLatin1Char('/')}, {QStringLiteral("gallery"), origin + QLatin1Char('/')},
        {QStringLiteral("batch"), origin + QLatin1Char('/')}, {QStringLiteral("media"), origin},
        {QStringLiteral("sqlManagement"), origin + QLatin1Char('/')}, {QStringLiteral("vmImageAliasDoc"), origin + QLatin1Char('/')},
        {QStringLiteral("activeDirectoryDataLake"), origin + QLatin1Char('/')},
        {QStringLiteral("ossrDbmsResourceId"), QStringLiteral("https://ossrdbms-aad.database.windows.net")},
        {QStringLiteral("suffixes"), QJsonObject{
            {QStringLiteral("storage"), QStringLiteral("core.windows.net")},
            {QStringLiteral("keyVaultDns"), QStringLiteral("vault.azure.net")},
            {QStringLiteral("sqlServerHostname"), QStringLiteral("database.windows.net")},
            {QStringLiteral("postgresqlServerEndpoint"), QStringLiteral("postgres.database.azure.com")},
            {QStringLiteral("mysqlServerEndpoint"), QStringLiteral("mysql.database.azure.com")},
            {QStringLiteral("mariadbServerEndpoint"), QStringLiteral("mariadb.database.azure.com")}}}};
    if (request.apiVersion() >= QLatin1String("2022-09-01"))
        return Response::json(200, cloud); // one object since then, a list before
    return Response::jsonArray(200, {cloud});
}

// The instance metadata service, its App Service form and the old MSI extension. The Metadata header is what keeps a web
// page from asking (it would need a preflight).
Response Authority::managedIdentity(const Request &request, TimePoint now) const
{
    const bool asked = request.header("metadata").toLower() == "true" || !request.header("x-identity-header").isEmpty();
    if (!asked)
        return oauthError(400, "invalid_request", QStringLiteral("Required metadata header not specified"));
    const QString resource = formField(request, "resource");
    if (resource.isEmpty())
        return oauthError(400, "invalid_request", QStringLiteral("Required query variable 'resource' is missing"));
    const Principal *principal = m_state.principals.isEmpty() ? nullptr : &m_state.principals.first();
    for (const char *name : {"client_id", "object_id", "principal_id"}) {
        if (const QString word = formField(request, name); !word.isEmpty())
            principal = principalNamed(word);
    }
    if (!principal)
        return oauthError(400, "invalid_request", QStringLiteral("Identity not found"));
    const auto life = TokenMint::usualLife;
    const Secret token = m_mint.issue(*principal, resource, issuer(request.origin, principal->tenant), now, life);
    const qint64 seconds = now.time_since_epoch().count() / 1000;
    return Response::json(200, {{QStringLiteral("access_token"), utf8Text(token.reveal())},
                                {QStringLiteral("client_id"), principal->clientId.isEmpty() ? principal->objectId : principal->clientId},
                                {QStringLiteral("expires_in"), QString::number(life.count())},
                                {QStringLiteral("expires_on"), QString::number(seconds + life.count())},
                                {QStringLiteral("ext_expires_in"), QString::number(life.count())},
                                {QStringLiteral("not_before"), QString::number(seconds)},
                                {QStringLiteral("resource"), resource}, {QStringLiteral("token_type"), QStringLiteral("Bearer")}});
}

Response Authority::tokenEndpoint(const Request &request, const QString &tenantName, bool version2, TimePoint now) const
{
    if (request.method != "POST")
        return Response::error(405, QStringLiteral("MethodNotAllowed"), QStringLiteral("POST only."));
    const Tenant *tenant = tenantNamed(tenantName);
    if (!tenant)
        return oauthError(400, "invalid_tenant", QStringLiteral("AADSTS90002: Tenant '%1' not found.").arg(tenantName));
    const QString grant = formField(request, "grant_type");
    const bool asUser = grant == QLatin1String("password");
    if (!asUser && grant != QLatin1String("client_credentials"))
        return oauthError(400, "unsupported_grant_type", QStringLiteral("AADSTS70003: The app requested an unsupported grant type."));
    QString id = formField(request, asUser ? "username" : "client_id");
    QString secret = formField(request, asUser ? "password" : "client_secret");
    if (const QByteArray basic = request.header("authorization"); !asUser && basic.startsWith("Basic ")) { // RFC 6749 §2.3.1
        const QByteArray pair = QByteArray::fromBase64(basic.mid(6));
        id = utf8Text(QByteArray::fromPercentEncoding(pair.left(pair.indexOf(':'))));
        secret = utf8Text(QByteArray::fromPercentEncoding(pair.mid(pair.indexOf(':') + 1)));
    }
    const Principal *principal = principalNamed(id);
    if (!principal)
        return oauthError(400, "unauthorized_client",
                          QStringLiteral("AADSTS700016: Application with identifier '%1' was not found in the directory.").arg(id));
    if (principal->secret.isEmpty() || !Secret(secret.toUtf8()).equals(Secret(principal->secret.toUtf8())))
        return asUser ? oauthError(400, "invalid_grant", QStringLiteral("AADSTS50126: Error validating credentials due to invalid username or password."))
                      : oauthError(401, "invalid_client", QStringLiteral("AADSTS7000215: Invalid client secret provided."));
    const QString resource = version2 || formField(request, "resource").isEmpty() ? resourceOfScope(formField(request, "scope")) : formField(request, "resource");
    if (resource.isEmpty())
        return oauthError(400, "invalid_scope", QStringLiteral("AADSTS70011: The provided value for the input parameter 'scope' is not valid."));
    const auto life = TokenMint::usualLife;
    const Secret token = m_mint.issue(*principal, resource, issuer(request.origin, tenant->id), now, life);
    QJsonObject body{{QStringLiteral("token_type"), QStringLiteral("Bearer")}, {QStringLiteral("expires_in"), qint64(life.count())},
                     {QStringLiteral("ext_expires_in"), qint64(life.count())}, {QStringLiteral("access_token"), utf8Text(token.reveal())}};
    if (!version2) {
        body.insert(QStringLiteral("resource"), resource);
        body.insert(QStringLiteral("expires_on"), QString::number(now.time_since_epoch().count() / 1000 + life.count()));
    }
    return Response::json(200, body, {{"cache-control", "no-store"}});
}

Response Authority::openIdConfiguration(const Request &request, const QString &tenantName, bool version2) const
{
    const Tenant *tenant = tenantNamed(tenantName);
    if (!tenant)
        return oauthError(400, "invalid_tenant", QStringLiteral("AADSTS90002: Tenant '%1' not found.").arg(tenantName));
    const bool adfs = isWord(tenantName, "adfs");
    const QString root = utf8Text(request.origin) + QLatin1Char('/') + tenantName;
    const QString oauth = root + (version2 ? QStringLiteral("/oauth2/v2.0") : QStringLiteral("/oauth2"));
    return Response::json(200, {
        {QStringLiteral("issuer"), adfs ? root : issuer(request.origin, tenant->id) + (version2 ? QStringLiteral("v2.0") : QString())},
        {QStringLiteral("authorization_endpoint"), oauth + QStringLiteral("/authorize")},
        {QStringLiteral("token_endpoint"), oauth + QStringLiteral("/token")},
        {QStringLiteral("device_authorization_endpoint"), oauth + QStringLiteral("/devicecode")},
        {QStringLiteral("end_session_endpoint"), oauth + QStringLiteral("/logout")},
        {QStringLiteral("jwks_uri"), root + QStringLiteral("/discovery/keys")},
        {QStringLiteral("response_types_supported"), QJsonArray{QStringLiteral("code"), QStringLiteral("token")}},
        {QStringLiteral("response_modes_supported"), QJsonArray{QStringLiteral("query"), QStringLiteral("form_post")}},
        {QStringLiteral("subject_types_supported"), QJsonArray{QStringLiteral("pairwise")}},
        {QStringLiteral("scopes_supported"), QJsonArray{QStringLiteral("openid"), QStringLiteral("profile"), QStringLiteral("offline_access")}},
        {QStringLiteral("grant_types_supported"), QJsonArray{QStringLiteral("client_credentials"), QStringLiteral("password")}},
        {QStringLiteral("token_endpoint_auth_methods_supported"),
         QJsonArray{QStringLiteral("client_secret_post"), QStringLiteral("client_secret_basic")}},
        {QStringLiteral("id_token_signing_alg_values_supported"), QJsonArray{QStringLiteral("RS256")}},
        {QStringLiteral("tenant_region_scope"), QStringLiteral("EU")},
        {QStringLiteral("cloud_instance_name"), utf8Text(request.origin.mid(request.origin.indexOf("://") + 3))}});
}

Response Authority::instanceDiscovery(const Request &request) const
{
    const QString host = utf8Text(request.origin.mid(request.origin.indexOf("://") + 3));
    const QJsonObject metadata{{QStringLiteral("preferred_network"), host}, {QStringLiteral("preferred_cache"), host},
                               {QStringLiteral("aliases"), QJsonArray{host}}};
    return Response::json(200, {
        {QStringLiteral("tenant_discovery_endpoint"), utf8Text(request.origin) + QStringLiteral("/common/v2.0/.well-known/openid-configuration")},
        {QStringLiteral("api-version"), QStringLiteral("1.1")}, {QStringLiteral("metadata"), QJsonArray{metadata}}});
}

Response Authority::ledger() const
{
    return Response::json(200, ledgerJson(m_state));
}

} // namespace causeway::sandbox
