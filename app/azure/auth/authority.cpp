// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/authority.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrl>
#include <QUuid>

namespace causeway {

namespace {

bool isTenantId(const QString &text)
{
    return text.size() == 36 && !QUuid::fromString(text).isNull();
}

bool isDomain(const QString &text)
{
    static const QRegularExpression domain(QStringLiteral("\\A(?=.{4,253}\\z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?\\z"));
    return domain.match(text).hasMatch();
}

bool isGeneralTenant(const QString &tenant)
{
    return tenant == QLatin1String("organizations") || tenant == QLatin1String("common");
}

Error metadataError(ErrorKind kind, const char *code, const QString &message, int status)
{
    Error error;
    error.kind = kind;
    error.code = QString::fromLatin1(code);
    error.message = message;
    error.httpStatus = status;
    return error;
}

//! The address is of the login service: the origin itself, or https at one of the cloud's login hosts.
bool isLoginAddress(const QUrl &url, const Origin &origin, const CloudProfile &cloud)
{
    if (!url.isValid() || !url.userInfo().isEmpty())
        return false;
    const auto its = Origin::parse(url.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment).toString(QUrl::FullyEncoded));
    if (!its)
        return false;
    return *its == origin || (its->isSecure() && its->port() == 443 && cloud.isLoginHost(QString::fromLatin1(its->host())));
}

QString firstSegment(const QUrl &url)
{
    return url.path().section(QLatin1Char('/'), 1, 1);
}

Result<QJsonObject> jsonOf(const Result<HttpResponse> &answer)
{
    if (!answer)
        return answer.error();
    if (answer->status >= 500 || answer->status == 429)
        return metadataError(answer->status == 429 ? ErrorKind::Throttled : ErrorKind::Service, "SignInUnavailable",
                             QStringLiteral("The sign-in service does not work at the moment (HTTP %1).").arg(answer->status), answer->status);
    const QJsonObject json = answer->body.size() > 256 * 1024 ? QJsonObject() : QJsonDocument::fromJson(answer->body).object();
    if (json.isEmpty())
        return metadataError(ErrorKind::Protocol, "MetadataNotUnderstood",
                             QStringLiteral("What answered is not the sign-in service (HTTP %1, no JSON): a captive portal, a proxy or an inspection device stands between.")
                                 .arg(answer->status), answer->status);
    return json;
}

Result<AuthorityMetadata> metadataFrom(const QJsonObject &json, const Authority &authority, const CloudProfile &cloud)
{
    const auto foreign = [](const char *what, const QString &value) {
        return metadataError(ErrorKind::Protocol, "MetadataForeign",
                             QStringLiteral("The sign-in service's description names %1 as its %2, which is another host. Nothing is sent there.").arg(value.left(200), QLatin1String(what)), 200);
    };
    for (const char *name : {"authorization_endpoint", "token_endpoint", "device_authorization_endpoint"}) {
        const QString address = json.value(QLatin1String(name)).toString();
        const bool needed = QByteArray(name) != "device_authorization_endpoint";
        if (address.isEmpty() ? needed : !isLoginAddress(QUrl(address, QUrl::StrictMode), authority.origin, cloud))
            return foreign(name, address);
    }
    AuthorityMetadata metadata;
    metadata.issuer = json.value(QLatin1String("issuer")).toString();
    const QUrl issuer(metadata.issuer.left(2048), QUrl::TolerantMode); // the literal {tenantid} is no strict address
    if (!isLoginAddress(issuer, authority.origin, cloud))
        return foreign("issuer", metadata.issuer);
    if (!authority.isGeneral() && isTenantId(firstSegment(issuer)))
        metadata.tenantId = firstSegment(issuer).toLower();
    if (isTenantId(authority.tenant) && !metadata.tenantId.isEmpty() && metadata.tenantId != authority.tenant)
        return foreign("tenant", metadata.tenantId);
    return metadata;
}

} // namespace

Result<Authority> Authority::make(const CloudProfile &cloud, const QString &tenant)
{
    const Result<Origin> origin = Origin::parse(cloud.authority);
    if (!origin)
        return origin.error();
    Authority authority;
    authority.origin = *origin;
    const QString wanted = tenant.trimmed().toLower();
    if (wanted.isEmpty())
        return authority;
    if (!isGeneralTenant(wanted) && !isTenantId(wanted) && !isDomain(wanted))
        return Error::invalid(QStringLiteral("TenantNotUnderstood"),
                              QStringLiteral("'%1' is not a tenant: it is a GUID, a domain (contoso.onmicrosoft.com), organizations or common.").arg(tenant.left(80)), QStringLiteral("tenant"));
    authority.tenant = wanted;
    return authority;
}

Authority Authority::withTenant(const QString &other) const
{
    Authority authority = *this;
    authority.tenant = other.toLower();
    return authority;
}

QByteArray Authority::path(const char *what) const
{
    return '/' + QUrl::toPercentEncoding(tenant) + "/oauth2/v2.0/" + what;
}

QString Authority::url(const char *what) const
{
    return QString::fromLatin1(origin.toByteArray() + path(what));
}

bool Authority::isGeneral() const
{
    return isGeneralTenant(tenant);
}

bool Authority::acceptsIssuer(const QString &issuer, const QString &tokenTenant, const CloudProfile &cloud) const
{
    const QUrl url(issuer.left(2048), QUrl::TolerantMode);
    if (!isLoginAddress(url, origin, cloud))
        return false;
    const QString named = firstSegment(url).toLower();
    const QString inToken = tokenTenant.toLower();
    if (named == QLatin1String("{tenantid}"))
        return isTenantId(inToken);
    if (isTenantId(named))
        return named == inToken && (!isTenantId(tenant) || tenant == inToken);
    return cloud.loginAliases.isEmpty(); // a login service of one's own may word its issuer otherwise; Microsoft's do not
}

QCoro::Task<Result<AuthorityMetadata>> readMetadata(HttpTransport *transport, Authority authority, CloudProfile cloud, Context context)
{
    HttpRequest request;
    request.plane = Plane::SignIn;
    request.method = "GET";
    request.target = '/' + QUrl::toPercentEncoding(authority.tenant) + "/v2.0/.well-known/openid-configuration";
    const Result<HttpResponse> answer = co_await transport->send(request, context);
    const bool refused = answer && answer->status >= 400 && answer->status < 500 && answer->status != 407 && answer->status != 408 && answer->status != 429;
    if (refused)
        co_return metadataError(ErrorKind::NotFound, "TenantUnknown",
                                QStringLiteral("There is no directory '%1' at %2.").arg(authority.tenant, QString::fromLatin1(authority.origin.host())), answer->status);
    const Result<QJsonObject> json = jsonOf(answer);
    if (!json)
        co_return json.error();
    Result<AuthorityMetadata> metadata = metadataFrom(*json, authority, cloud);
    co_return metadata;
}

QCoro::Task<Result<>> askWhoseHost(HttpTransport *microsoft, Authority authority, Context context)
{
    HttpRequest request;
    request.plane = Plane::SignIn;
    request.method = "GET";
    request.target = "/common/discovery/instance?api-version=1.1&authorization_endpoint=" + QUrl::toPercentEncoding(authority.url("authorize"));
    const Result<HttpResponse> answer = co_await microsoft->send(request, context);
    const Result<QJsonObject> json = jsonOf(answer);
    if (!json)
        co_return json.error();
    const bool known = answer->status == 200 && !json->value(QLatin1String("tenant_discovery_endpoint")).toString().isEmpty();
    if (!known)
        co_return Error::invalid(QStringLiteral("NotAMicrosoftHost"),
                                 QStringLiteral("Microsoft does not know %1 as a sign-in host of its own.").arg(QString::fromLatin1(authority.origin.host())), QStringLiteral("authority"));
    co_return Result<>();
}

} // namespace causeway
