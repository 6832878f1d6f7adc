// SPDX-License-Identifier: Apache-2.0
#include "azure/http/tokenkeeper.h"

namespace causeway {

static constexpr Milliseconds kRenewBefore = std::chrono::minutes(5);

bool TokenKeeper::isGood(const Entry &entry, const TokenRequest &request) const
{
    if (!entry.token || entry.generation != m_source.generation() || (!request.claims.isEmpty() && request.claims != entry.claims))
        return false;
    return entry.token->expires == TimePoint::max() || m_clock.now() < entry.token->expires - kRenewBefore;
}

static Error accountChanged()
{
    Error error = Error::invalid(QStringLiteral("AccountChanged"), QStringLiteral("Another account or tenant came into use before this was sent."));
    error.kind = ErrorKind::Unauthorized;
    return error;
}

QCoro::Task<Result<Secret>> TokenKeeper::token(TokenRequest request, Context context, std::optional<quint64> as)
{
    Entry &entry = entryOf(request);
    while (!isGood(entry, request)) {
        if (context.cancelled())
            co_return Error::cancelled();
        if (as && *as != m_source.generation())
            co_return accountChanged();
        if (entry.fetching) {
            OneShot<Result<>> shot;
            entry.waiting.push_back(shot);
            const std::stop_callback onStop(context.stop, [shot] { shot.fire(Error::cancelled()); });
            const quint64 fetchedAs = entry.fetchingAs;
            const Result<> fetched = co_await shot.wait();
            if (context.cancelled()) // and this keeper may be gone
                co_return Error::cancelled();
            const bool forUs = fetchedAs == m_source.generation(); // what another one was refused is not said to this one
            if (!fetched && forUs && fetched.error().kind != ErrorKind::Cancelled)
                co_return fetched.error();
            continue; // fetched, or whoever fetched was cancelled: look again
        }
        const Result<> fetched = co_await fetch(request, context);
        if (!fetched)
            co_return fetched.error();
        break; // however short it lives, it is as new as can be had
    }
    if (as && *as != m_source.generation())
        co_return accountChanged();
    if (entry.token->refreshOn && *entry.token->refreshOn <= m_clock.now() && !entry.fetching)
        renew(request);
    const Secret token = entry.token->token; // a copy: QCoro 0.8's co_return moves out of what it is given, and this is kept
    co_return token;
}

QCoro::Task<Result<>> TokenKeeper::fetch(TokenRequest request, Context context)
{
    Entry &entry = entryOf(request);
    const quint64 generation = m_source.generation();
    entry.fetching = true;
    entry.fetchingAs = generation;
    const std::weak_ptr<bool> alive = m_alive;
    const Result<AccessToken> token = co_await m_source.token(request, context);
    if (alive.expired())
        co_return Error::cancelled();
    entry.fetching = false;
    const Result<> outcome = token ? Result<>() : Result<>(token.error());
    if (token) {
        entry.token = *token;
        entry.claims = request.claims;
        entry.generation = generation;
    }
    for (const auto &shot : std::exchange(entry.waiting, {}))
        shot.fire(outcome);
    co_return outcome;
}

// Nobody waits for it; when it fails, what there is stays good until its end, and the next try is a minute away.
QCoro::Task<> TokenKeeper::renew(TokenRequest request)
{
    const std::weak_ptr<bool> alive = m_alive;
    const Result<> fetched = co_await fetch(request, Context());
    if (alive.expired() || fetched)
        co_return;
    if (Entry &entry = entryOf(request); entry.token)
        entry.token->refreshOn = m_clock.now() + std::chrono::minutes(1);
}

void TokenKeeper::forget(const TokenRequest &request, const Secret &token)
{
    Entry &entry = entryOf(request);
    if (entry.token && entry.token->token.equals(token))
        entry.token.reset();
}

} // namespace causeway
