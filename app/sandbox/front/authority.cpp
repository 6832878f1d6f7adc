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

std::optional<Response> Authority::answer(const Request &request, TimePoint now)
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
    return m_signIn.answer(request, now);
}

QString Authority::tenantFor(const Request &request) const
{
    const bool inSubscription = request.segments.size() > 1 && isWord(request.segments[0], "subscriptions");
    if (const Subscription *known = inSubscription ? std::as_const(m_state).subscription(request.segments[1]) : nullptr)
        return known->tenant;
    return m_state.tenants.isEmpty() ? QStringLiteral("common") : m_state.tenants.first().id;
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

Response Authority::ledger() const
{
    return Response::json(200, ledgerJson(m_state));
}

} // namespace causeway::sandbox
