// SPDX-License-Identifier: Apache-2.0
#include "azure/http/policies.h"

namespace causeway {

static constexpr Milliseconds kRenewBefore = std::chrono::minutes(5);

QCoro::Task<Result<HttpResponse>> AuthorizationPolicy::send(HttpRequest request, HttpNext next, Context context)
{
    if (hasHeader(request.headers, "Authorization") || m_planes.at(request.plane).scope.isEmpty()) {
        Result<HttpResponse> plain = co_await next.send(request, context);
        co_return plain;
    }
    for (bool again = false;; again = true) {
        const Result<HttpRequest> authorized = co_await authorize(request, context);
        if (!authorized)
            co_return authorized.error();
        Result<HttpResponse> result = co_await next.send(*authorized, context);
        if (again || !result || result->status != 401)
            co_return result;
        forget(m_planes.at(request.plane).scope, Secret(headerValue(authorized->headers, "Authorization").mid(7)));
    }
}

QCoro::Task<Result<HttpRequest>> AuthorizationPolicy::authorize(HttpRequest request, Context context)
{
    const Planes::Entry plane = m_planes.at(request.plane);
    if (plane.origin.isEmpty() || (!plane.origin.isSecure() && !plane.origin.isLoopback()))
        co_return Error::invalid(QStringLiteral("InsecureOrigin"), QStringLiteral("A token is sent over https, or to this machine, only."));
    const Result<Secret> token = co_await bearer(plane.scope, context);
    if (!token)
        co_return token.error();
    request.headers.append(qMakePair(QByteArray("Authorization"), "Bearer " + token->reveal()));
    co_return request;
}

QCoro::Task<Result<Secret>> AuthorizationPolicy::bearer(QString scope, Context context)
{
    Entry &entry = m_entries[scope]; // a map's entries stay where they are
    while (!entry.token || (entry.token->expires != TimePoint::max() && entry.token->expires - kRenewBefore <= m_clock.now())) {
        if (context.cancelled())
            co_return Error::cancelled();
        if (entry.fetching) {
            OneShot<Result<>> shot;
            entry.waiting.push_back(shot);
            const std::stop_callback onStop(context.stop, [shot] { shot.fire(Error::cancelled()); });
            const Result<> fetched = co_await shot.wait();
            if (!fetched && (context.cancelled() || fetched.error().kind != ErrorKind::Cancelled))
                co_return fetched.error();
            continue; // fetched, or whoever fetched was cancelled: look again
        }
        entry.fetching = true;
        const Result<AccessToken> token = co_await m_credential.token(scope, context);
        entry.fetching = false;
        const Result<> outcome = token ? Result<>() : Result<>(token.error());
        for (const auto &shot : std::exchange(entry.waiting, {}))
            shot.fire(outcome);
        if (!token)
            co_return token.error();
        entry.token = *token;
        break; // however short it lives, it is as new as can be had
    }
    const Secret token = entry.token->token; // a copy: QCoro 0.8's co_return moves out of what it is given, and this is kept
    co_return token;
}

// Only the token that was refused: another request may have renewed it meanwhile.
void AuthorizationPolicy::forget(const QString &scope, const Secret &token)
{
    Entry &entry = m_entries[scope];
    if (entry.token && entry.token->token.equals(token))
        entry.token.reset();
}

} // namespace causeway
