// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/accountbook.h"

#include "azure/auth/challenge.h"
#include "core/logging.h"
#include "domain/signinfailure.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <algorithm>

namespace causeway {

namespace {

// A client that comes back at once with what was refused is locked out (AADSTS50196); MSAL waits as long (sign-in.md §1).
constexpr Milliseconds lately = std::chrono::minutes(2);
constexpr std::chrono::seconds defaultPause{60}, longestPause{3600};

Error bookError(const char *code, const QString &message)
{
    Error error;
    error.kind = ErrorKind::Unauthorized;
    error.code = QLatin1String(code);
    error.message = message;
    return error;
}

Error signInNeeded()
{
    return bookError("SignInNeeded", QStringLiteral("Nobody is signed in with this account any more."));
}

bool needsPerson(const Error &error)
{
    return needsInteraction(error) || error.code == QLatin1String("SignInNeeded");
}

QString keyOf(const QString &home, const QString &realm, const QString &scope, const QByteArray &claims)
{
    return QStringList{home, realm, scope, QString::fromUtf8(claims)}.join(QLatin1Char('\n'));
}

//! A challenge of a service and one of the sign-in service ask for both.
QByteArray joinedClaims(const QByteArray &one, const QByteArray &other)
{
    const auto object = [](const QByteArray &json) { return QJsonDocument::fromJson(json).object(); };
    QJsonObject all = object(one);
    const QJsonObject more = object(other);
    for (auto part = more.begin(); part != more.end(); ++part) {
        QJsonObject joined = all.value(part.key()).toObject();
        const QJsonObject added = part->toObject();
        for (auto claim = added.begin(); claim != added.end(); ++claim)
            joined.insert(claim.key(), claim.value());
        all.insert(part.key(), joined);
    }
    return all.isEmpty() ? QByteArray() : QJsonDocument(all).toJson(QJsonDocument::Compact);
}

//! Waits for its turn in a flight; whoever is cancelled leaves the others flying.
template <class F, class T>
QCoro::Task<Result<T>> landed(F *flights, QString key, OneShot<Result<T>> shot, std::weak_ptr<bool> alive, Context context)
{
    const std::stop_callback onStop(context.stop, [shot] { shot.fire(Error::cancelled()); });
    Result<T> result = co_await shot.wait();
    if (!alive.expired() && context.cancelled()) {
        if (const auto flight = flights->find(key); flight != flights->end() && --flight->second.interested == 0)
            flight->second.stop.request_stop();
    }
    co_return result;
}

} // namespace

AccountBook::AccountBook(TokenEndpoint &endpoint, Vault &vault, QString clientId, QObject *parent)
    : QObject(parent), m_endpoint(endpoint), m_vault(vault), m_clientId(std::move(clientId))
{}

AccountBook::~AccountBook()
{
    m_alive.reset();
    m_gone.request_stop();
    for (const auto &[key, flight] : m_flights) {
        for (const auto &shot : flight.waiting)
            shot.fire(Error::cancelled());
    }
    for (auto &[key, flight] : m_asks) {
        flight.stop.request_stop();
        for (const auto &shot : flight.waiting)
            shot.fire(Error::cancelled());
    }
}

// --- what is there ----------------------------------------------------------------------------------------------------------

QList<StoredAccount> AccountBook::accounts() const
{
    return m_cache.accounts(cloud(), m_clientId);
}

StoredAccount AccountBook::account(const QString &home) const
{
    for (const StoredAccount &each : m_cache.accounts(cloud())) {
        if (each.homeAccountId.compare(home, Qt::CaseInsensitive) == 0)
            return each;
    }
    StoredAccount nameless;
    nameless.homeAccountId = home;
    nameless.homeTenant = home.section(QLatin1Char('.'), 1);
    return nameless;
}

QString AccountBook::realmOf(const QString &home, const QString &tenant) const
{
    if (!tenant.isEmpty() && tenant != QLatin1String("organizations") && tenant != QLatin1String("common"))
        return m_domains.value(tenant.toLower(), tenant);
    const QString own = account(home).homeTenant;
    return own.isEmpty() ? QStringLiteral("organizations") : own;
}

std::optional<AccessToken> AccountBook::kept(const QString &home, const QString &realm, const TokenRequest &request, Milliseconds margin) const
{
    if (!request.claims.isEmpty())
        return std::nullopt;
    std::optional<AccessToken> token = m_cache.accessToken(home, cloud(), m_clientId, realm, request.scope, now(), margin);
    return token && token->token.equals(request.refused) ? std::nullopt : token;
}

std::optional<AccessToken> AccountBook::good(const QString &home, const QString &realm, const TokenRequest &request) const
{
    const auto answered = m_answered.find(keyOf(home, realm, request.scope, request.claims));
    if (answered != m_answered.end() && now() < answered->second.until && !answered->second.token.token.equals(request.refused))
        return answered->second.token;
    std::optional<AccessToken> token = kept(home, realm, request, MsalCache::kMargin);
    return token && token->refreshOn && *token->refreshOn <= now() ? std::nullopt : token;
}

void AccountBook::adopt(const Vault::Opened &opened, const std::optional<MsalCache> &cache)
{
    if (m_state != opened.state)
        qCInfo(lcSession) << "sessions are kept differently now:" << int(opened.state) << opened.reason;
    m_state = opened.state;
    m_reason = opened.reason;
    if (cache)
        m_cache = *cache;
}

QCoro::Task<Result<>> AccountBook::load(Context context)
{
    const Alive alive = m_alive;
    Vault::Opened opened = co_await m_vault.open(context);
    if (alive.expired() || context.cancelled())
        co_return Error::cancelled();
    const Result<MsalCache> cache = MsalCache::fromJson(opened.content.reveal());
    if (!cache) { // the seal is whole and what is in it is not: ours, or another product's
        opened.state = Vault::State::Damaged;
        opened.reason = cache.error().message;
    }
    const bool known = opened.state == Vault::State::Kept || opened.state == Vault::State::Damaged || !opened.content.isEmpty();
    adopt(opened, known ? std::optional(cache.valueOr(MsalCache())) : std::nullopt);
    Q_EMIT changed();
    co_return Result<>();
}

// --- what is kept -----------------------------------------------------------------------------------------------------------

QCoro::Task<Result<QString>> AccountBook::store(TokenAnswer answer, QString realm, QString home, Context context)
{
    struct Outcome {
        MsalCache cache;
        QString home;
    };
    const auto outcome = std::make_shared<Outcome>();
    const Alive alive = m_alive;
    // Not on the book, which may be gone when another process lets go of the file.
    const Vault::Change change = [outcome, answer, realm, home, cloud = cloud(), clientId = m_clientId, at = now()](const QByteArray &content) {
        outcome->cache = MsalCache::fromJson(content).valueOr(MsalCache());
        const bool signedOut = !home.isEmpty() && outcome->cache.refreshToken(home, cloud, clientId).isEmpty(); // meanwhile, here or elsewhere
        if (!signedOut)
            outcome->home = outcome->cache.add(answer, cloud, clientId, realm, at, home);
        return signedOut ? content : outcome->cache.toJson();
    };
    const Vault::Opened opened = co_await m_vault.update(change, context);
    if (alive.expired())
        co_return Error::cancelled();
    adopt(opened, outcome->cache);
    const QString tenant = answer.idClaims.value(QLatin1String("tid")).toString();
    if (!tenant.isEmpty() && realm.contains(QLatin1Char('.')))
        m_domains.insert(realm.toLower(), tenant);
    if (outcome->home.isEmpty())
        co_return signInNeeded();
    const QString stored = outcome->home;
    co_return stored;
}

QCoro::Task<Result<StoredAccount>> AccountBook::add(TokenAnswer answer, QString realm, Context context)
{
    const Alive alive = m_alive;
    const QString anybody;
    const Result<QString> home = co_await store(answer, realm, anybody, context);
    if (!home)
        co_return home.error();
    forgetLately(*home);
    Q_EMIT changed();
    co_return account(*home);
}

QCoro::Task<Result<>> AccountBook::signOut(QString home, Context context)
{
    const auto cache = std::make_shared<MsalCache>();
    const Alive alive = m_alive;
    const Vault::Change change = [cache, home](const QByteArray &content) {
        *cache = MsalCache::fromJson(content).valueOr(MsalCache());
        cache->remove(home);
        return cache->toJson();
    };
    const Vault::Opened opened = co_await m_vault.update(change, context);
    if (alive.expired())
        co_return Error::cancelled();
    adopt(opened, *cache);
    forgetLately(home);
    Q_EMIT changed();
    if (opened.state == Vault::State::Kept || !QFileInfo::exists(m_vault.file()))
        co_return Result<>();
    co_return bookError("SessionLeft", QStringLiteral("Signed out here, but %1 cannot be opened, and what is in it stays: %2").arg(m_vault.file(), opened.reason));
}

QCoro::Task<Result<>> AccountBook::purge(Context context)
{
    const Alive alive = m_alive;
    const Result<> wiped = co_await m_vault.wipe(context);
    if (alive.expired())
        co_return Error::cancelled();
    m_cache = MsalCache();
    m_refusals.clear();
    m_answered.clear();
    m_domains.clear();
    m_state = Vault::State::Kept;
    m_reason.clear();
    Q_EMIT changed();
    co_return wiped ? Result<>() : Result<>(wiped.error());
}

// --- lately -----------------------------------------------------------------------------------------------------------------

void AccountBook::forgetLately(const QString &home)
{
    const auto whose = [&](const auto &entry) { return entry.first.startsWith(home + QLatin1Char('\n'), Qt::CaseInsensitive); };
    std::erase_if(m_refusals, whose);
    std::erase_if(m_answered, whose);
}

void AccountBook::refuse(const QString &key, const Error &error, const Secret &refreshToken)
{
    Milliseconds lasts{0};
    if (needsPerson(error))
        lasts = lately;
    else if (error.retryAfter || error.kind == ErrorKind::Throttled)
        lasts = std::clamp(error.retryAfter.value_or(defaultPause), std::chrono::seconds(0), longestPause);
    std::erase_if(m_refusals, [at = now()](const auto &entry) { return entry.second.until <= at; });
    std::erase_if(m_answered, [at = now()](const auto &entry) { return entry.second.until <= at; });
    if (lasts.count() > 0)
        m_refusals.insert_or_assign(key, Refusal{error, now() + lasts, refreshToken});
}

Result<> AccountBook::mayRefresh(const QString &key, const Secret &refreshToken)
{
    const auto refusal = m_refusals.find(key);
    if (refusal == m_refusals.end() || refusal->second.until <= now() || !refusal->second.refreshToken.equals(refreshToken))
        return {};
    return refusal->second.error;
}

// --- silently ---------------------------------------------------------------------------------------------------------------

QCoro::Task<Result<AccessToken>> AccountBook::silentToken(QString home, TokenRequest request, Context context)
{
    if (context.cancelled())
        co_return Error::cancelled();
    const QString realm = realmOf(home, request.tenant);
    if (const auto holds = good(home, realm, request))
        co_return AccessToken(*holds);
    const QString key = keyOf(home, realm, request.scope, request.claims);
    const bool first = m_flights.find(key) == m_flights.end();
    const OneShot<Result<AccessToken>> shot;
    m_flights[key].waiting.push_back(shot);
    ++m_flights[key].interested;
    if (first)
        fly(key, home, realm, request); // its own: what a service gave is stored also when nobody waits for it any more
    const Alive alive = m_alive;
    auto *flights = &m_flights;
    Result<AccessToken> token = co_await landed(flights, key, shot, alive, context);
    co_return token;
}

QCoro::Task<> AccountBook::fly(QString key, QString home, QString realm, TokenRequest request)
{
    const Alive alive = m_alive;
    const Result<AccessToken> token = co_await fetched(key, home, realm, request);
    if (alive.expired())
        co_return;
    const Flight<AccessToken> flight = std::move(m_flights.extract(key).mapped());
    for (const auto &shot : flight.waiting)
        shot.fire(token);
}

QCoro::Task<Result<TokenAnswer>> AccountBook::refreshed(QString realm, Secret refreshToken, TokenRequest request)
{
    const Result<Authority> authority = Authority::make(cloud(), realm);
    if (!authority)
        co_return authority.error();
    ++m_refreshes;
    Context context;
    context.stop = m_gone.get_token();
    const QByteArray claims = claimsParameter(request.claims);
    Result<TokenAnswer> answer = co_await m_endpoint.refresh(*authority, m_clientId, refreshToken, request.scope, claims, context);
    co_return answer;
}

QCoro::Task<Result<AccessToken>> AccountBook::fetched(QString key, QString home, QString realm, TokenRequest request)
{
    const Alive alive = m_alive;
    const Context always;
    if (m_vault.isStale()) { // another process may have refreshed it, or signed out
        const Result<> loaded = co_await load(always);
        if (!loaded)
            co_return loaded.error();
        if (const auto theirs = good(home, realm, request))
            co_return AccessToken(*theirs);
    }
    if (!request.claims.isEmpty())
        m_cache.dropAccessTokens(home, realm, request.scope); // a service no longer takes it
    Secret refreshToken = m_cache.refreshToken(home, cloud(), m_clientId);
    const Result<> may = refreshToken.isEmpty() ? Result<>(signInNeeded()) : mayRefresh(key, refreshToken);
    Result<TokenAnswer> answer = may ? Result<TokenAnswer>(TokenAnswer()) : Result<TokenAnswer>(may.error());
    if (may)
        answer = co_await refreshed(realm, refreshToken, request);
    if (alive.expired())
        co_return Error::cancelled();
    if (may)
        qCDebug(lcSession).noquote() << "token for" << request.scope << "in" << realm << (answer ? QStringLiteral("refreshed") : answer.error().code);
    if (may && !answer && needsInteraction(answer.error())) {
        const Result<> loaded = co_await load(always);
        if (!loaded)
            co_return loaded.error();
        const Secret newer = m_cache.refreshToken(home, cloud(), m_clientId);
        if (!newer.isEmpty() && !newer.equals(refreshToken)) { // another process was quicker, and the service takes each one once
            refreshToken = newer;
            answer = co_await refreshed(realm, newer, request);
            if (alive.expired())
                co_return Error::cancelled();
        }
    }
    if (!answer) {
        if (may)
            refuse(key, answer.error(), refreshToken);
        // A failed renewal does not spoil what still holds; what no network can renew is used to its very end.
        std::optional<AccessToken> still = kept(home, realm, request, needsPerson(answer.error()) ? MsalCache::kMargin : Milliseconds(0));
        if (!still)
            co_return answer.error();
        still->refreshOn = now() + std::chrono::minutes(1);
        co_return AccessToken(*still);
    }
    const Result<QString> stored = co_await store(*answer, realm, home, always);
    if (!stored)
        co_return stored.error();
    if (!request.claims.isEmpty())
        m_answered.insert_or_assign(key, Answered{answer->access, now() + lately});
    co_return AccessToken(answer->access);
}

// --- with a person ----------------------------------------------------------------------------------------------------------

QCoro::Task<Result<AccessToken>> AccountBook::token(QString home, TokenRequest request, Context context)
{
    const Alive alive = m_alive;
    Result<AccessToken> silent = co_await silentToken(home, request, context);
    if (silent || alive.expired() || !m_asker || !needsPerson(silent.error()))
        co_return silent;
    SignInNeed need;
    need.account = account(home);
    need.tenant = realmOf(home, request.tenant);
    need.scope = request.scope;
    need.claims = joinedClaims(request.claims, silent.error().claims);
    need.why = silent.error();
    const QString key = keyOf(home, need.tenant, QString(), request.claims);
    const Result<Asked> given = co_await asked(key, need, context);
    if (!given)
        co_return given.error();
    if (given->scope == request.scope)
        co_return AccessToken(given->token);
    if (alive.expired())
        co_return Error::cancelled();
    Result<AccessToken> other = co_await silentToken(home, request, context); // of another resource, with what the person gave
    co_return other;
}

QCoro::Task<Result<AccountBook::Asked>> AccountBook::asked(QString key, SignInNeed need, Context context)
{
    const bool first = m_asks.find(key) == m_asks.end();
    const OneShot<Result<Asked>> shot;
    m_asks[key].waiting.push_back(shot);
    ++m_asks[key].interested;
    if (first)
        askPerson(key, need);
    const Alive alive = m_alive;
    auto *asks = &m_asks;
    Result<Asked> given = co_await landed(asks, key, shot, alive, context);
    co_return given;
}

QCoro::Task<> AccountBook::askPerson(QString key, SignInNeed need)
{
    const Alive alive = m_alive;
    Context context;
    context.stop = m_asks[key].stop.get_token();
    Result<TokenAnswer> answer = co_await m_asker->ask(need, context);
    if (alive.expired())
        co_return;
    Result<Asked> given = answer ? Result<Asked>(Asked{need.scope, answer->access}) : Result<Asked>(answer.error());
    if (answer) {
        const QString home = MsalCache().add(*answer, cloud(), m_clientId, need.tenant, now());
        const bool same = home.compare(need.account.homeAccountId, Qt::CaseInsensitive) == 0;
        if (same) {
            const Context always;
            const Result<StoredAccount> added = co_await add(*answer, need.tenant, always);
            if (alive.expired())
                co_return;
            if (!added)
                given = added.error();
        } else {
            given = bookError("AccountDiffers", QStringLiteral("Somebody else signed in than %1, whose session this is.").arg(need.account.username));
        }
    }
    const Flight<Asked> flight = std::move(m_asks.extract(key).mapped());
    for (const auto &shot : flight.waiting)
        shot.fire(given);
}

// --- one account ------------------------------------------------------------------------------------------------------------

void AccountCredential::use(const QString &homeAccountId, const QString &tenant)
{
    if (m_home == homeAccountId && m_tenant == tenant)
        return;
    m_home = homeAccountId;
    m_tenant = tenant;
    ++m_generation;
}

QCoro::Task<Result<AccessToken>> AccountCredential::token(TokenRequest request, Context context)
{
    if (m_home.isEmpty())
        co_return signInNeeded();
    if (request.tenant.isEmpty())
        request.tenant = m_tenant;
    Result<AccessToken> token = co_await m_book.token(m_home, request, context);
    co_return token;
}

} // namespace causeway
