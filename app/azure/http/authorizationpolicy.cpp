// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/challenge.h"
#include "azure/http/policies.h"

namespace causeway {

QCoro::Task<Result<HttpResponse>> AuthorizationPolicy::send(HttpRequest request, HttpNext next, Context context)
{
    const QString scope = m_planes.at(request.plane).scope;
    if (hasHeader(request.headers, "Authorization") || scope.isEmpty()) {
        Result<HttpResponse> plain = co_await next.send(request, context);
        co_return plain;
    }
    QByteArray claims;
    Secret refused;
    const quint64 now = m_tokens.generation(); // what a challenge asks of a person may take minutes, and another account may be in use then
    std::optional<quint64> as;
    for (bool again = false;; again = true) {
        const Result<Secret> bearer = co_await bearerFor(request, claims, refused, as, context);
        if (!bearer)
            co_return bearer.error();
        HttpRequest authorized = request;
        authorized.headers.append(qMakePair(QByteArray("Authorization"), "Bearer " + bearer->reveal()));
        Result<HttpResponse> result = co_await next.send(authorized, context);
        if (again || !result || result->status != 401)
            co_return result;
        const TokenRequest taken(scope, request.tenant);
        m_tokens.forget(taken, *bearer);
        refused = *bearer;
        claims = claimsChallengeOf(result->headers);
        if (!claims.isEmpty())
            as = now;
    }
}

void attachArcKey(HttpRequest &request, const Secret &key)
{
    request.headers.append(qMakePair(QByteArray("Authorization"), "Basic " + key.reveal()));
}

QCoro::Task<Result<Secret>> AuthorizationPolicy::bearerFor(HttpRequest request, QByteArray claims, Secret refused, std::optional<quint64> as, Context context)
{
    const Planes::Entry plane = m_planes.at(request.plane);
    if (plane.origin.isEmpty() || (!plane.origin.isSecure() && !plane.origin.isLoopback()))
        co_return Error::invalid(QStringLiteral("InsecureOrigin"), QStringLiteral("A token is sent over https, or to this machine, only."));
    TokenRequest wanted(plane.scope, request.tenant, claims);
    wanted.refused = refused;
    Result<Secret> token = co_await m_tokens.token(wanted, context, as);
    co_return token;
}

} // namespace causeway
