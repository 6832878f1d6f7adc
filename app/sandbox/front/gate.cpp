// SPDX-License-Identifier: Apache-2.0
#include "sandbox/front/gate.h"

namespace causeway::sandbox {

Gate::Gate(bool tls, quint16 port) : m_scheme(tls ? "https://" : "http://"), m_port(QByteArray::number(port)) {}

bool Gate::isOurHost(const QByteArray &host) const
{
    for (const char *name : {"127.0.0.1:", "localhost:", "[::1]:"}) {
        if (host == name + m_port)
            return true;
    }
    return false;
}

static Response forbiddenStranger(const QString &message)
{
    return Response::error(403, QStringLiteral("Forbidden"), message);
}

std::optional<Response> Gate::refuseStranger(Request &request) const
{
    const QByteArray host = request.header("host").toLower();
    if (!isOurHost(host))
        return forbiddenStranger(QStringLiteral("The sandbox answers to 127.0.0.1 and localhost only."));
    request.origin = m_scheme + host;
    for (const auto &[name, value] : std::as_const(request.headers)) {
        if (name.compare("origin", Qt::CaseInsensitive) == 0
            && !(value.startsWith(m_scheme) && isOurHost(value.mid(m_scheme.size()).toLower())))
            return forbiddenStranger(QStringLiteral("Requests from web pages are not answered."));
    }
    return std::nullopt;
}

static Response unauthorized(const QString &code, const QString &message, const QByteArray &origin, const QString &tenant,
                             const QByteArray &description)
{
    Response response = Response::error(401, code, message);
    response.headers.append({"www-authenticate", "Bearer authorization_uri=\"" + origin + '/' + tenant.toUtf8()
                             + "\", error=\"invalid_token\", error_description=\"" + description + '"'});
    return response;
}

// As ARM does since 2025 for what is created, changed and deleted (facts: CAE and ARM's MFA challenge).
static Response secondFactorChallenge(const Request &request, const QString &tenant)
{
    static const QByteArray claims = QByteArrayLiteral(R"({"access_token":{"acrs":{"essential":true,"values":["p1"]}}})").toBase64();
    Response response = Response::error(401, QStringLiteral("RequestDisallowedByPolicy"),
                                        QStringLiteral("Resource '%1' was disallowed by policy. Users must use MFA for this operation. Users must "
                                                       "authenticate with multi-factor authentication to create or update resources.")
                                            .arg(request.segments.isEmpty() ? QString() : request.segments.last()));
    response.headers.append({"www-authenticate", "Bearer realm=\"\", authorization_uri=\"" + request.origin + '/' + tenant.toUtf8()
                             + "/oauth2/v2.0/authorize\", error=\"insufficient_claims\", claims=\"" + claims + '"'});
    return response;
}

std::optional<Response> Gate::refuseUnknown(Request &request, TokenMint &mint, const QString &tenant, TimePoint now, const QJsonArray &mfaMethods) const
{
    const QByteArray authorization = request.header("authorization");
    if (authorization.isEmpty())
        return unauthorized(QStringLiteral("AuthenticationFailed"),
                            QStringLiteral("Authentication failed. The 'Authorization' header is missing."), request.origin, tenant,
                            "The authentication failed because of missing 'Authorization' header.");
    if (authorization.left(7).toLower() != "bearer ")
        return unauthorized(QStringLiteral("AuthenticationFailedInvalidHeader"),
                            QStringLiteral("Authentication failed. The 'Authorization' header is provided in an invalid format."),
                            request.origin, tenant, "The authentication scheme is not supported.");
    const TokenMint::Bearer bearer = mint.check(authorization.mid(7).trimmed(), request.origin, now);
    switch (bearer.verdict) {
    case TokenMint::Verdict::Good:
        if (bearer.user && !bearer.secondFactor && mfaMethods.contains(QString::fromLatin1(request.method)))
            return secondFactorChallenge(request, tenant);
        request.principal = bearer.principal;
        return std::nullopt;
    case TokenMint::Verdict::Invalid:
        return unauthorized(QStringLiteral("InvalidAuthenticationToken"), QStringLiteral("The access token is invalid."),
                            request.origin, tenant, "The access token is invalid.");
    case TokenMint::Verdict::Expired:
        return unauthorized(QStringLiteral("ExpiredAuthenticationToken"), QStringLiteral("The access token has expired."),
                            request.origin, tenant, "The access token has expired.");
    case TokenMint::Verdict::WrongAudience:
        return unauthorized(QStringLiteral("InvalidAuthenticationTokenAudience"),
                            QStringLiteral("The access token has been obtained for wrong audience or resource."),
                            request.origin, tenant, "The access token has been obtained from wrong audience.");
    }
    return std::nullopt;
}

} // namespace causeway::sandbox
