// SPDX-License-Identifier: Apache-2.0
#include "sandbox/world.h"

#include "sandbox/admission.h"
#include "sandbox/providers/postgresql.h"
#include "sandbox/routes.h"
#include "sandbox/throttle.h"

#include <algorithm>
#include <map>

namespace causeway::sandbox {

namespace {

//! A request that waits for the host.
struct WaitingRequest {
    quint64 ticket = 0;
    std::function<Response(const QJsonObject &, TimePoint)> answer;
    Headers common;
};

//! Headers that every answer of ARM has; ids repeat with the seed and have a sequence of their own.
Headers commonHeaders(const Request &request, const State &state, TimePoint now)
{
    const quint64 base = scrambled(state.seed ^ 0x72657175657374ULL) ^ state.requests;
    const QByteArray id = guidFrom(scrambled(base), scrambled(base + 1)).toLatin1();
    const QByteArray asked = request.header("x-ms-correlation-request-id");
    const QByteArray correlation = asked.isEmpty() ? id : asked;
    const QString stamp = toText(now).left(19).remove(QLatin1Char('-')).remove(QLatin1Char(':')) + QLatin1Char('Z');
    Headers headers{{"cache-control", "no-cache"},
                    {"pragma", "no-cache"},
                    {"expires", "-1"},
                    {"x-content-type-options", "nosniff"},
                    {"x-ms-request-id", id},
                    {"x-ms-correlation-request-id", correlation},
                    {"x-ms-routing-request-id", "WESTEUROPE:" + stamp.toLatin1() + ':' + id}};
    const QByteArray client = request.header("x-ms-client-request-id");
    if (!client.isEmpty() && request.header("x-ms-return-client-request-id").compare("true", Qt::CaseInsensitive) == 0)
        headers.append({"x-ms-client-request-id", client});
    return headers;
}

Response withCommon(Response response, const Headers &common)
{
    for (const auto &header : common) {
        if (headerValue(response.headers, header.first).isEmpty())
            response.headers.append(header);
    }
    return response;
}

} // namespace

void Provider::removed(const Resource &, World &, TimePoint) {}

struct World::Private {
    std::vector<std::unique_ptr<Provider>> providers;
    RouteTable routes;
    Throttle throttle;
    std::map<quint64, WaitingRequest> waiting;               // by effect
    std::optional<std::pair<quint64, WaitingRequest>> asked; // by the handler that runs now
    quint64 lastTicket = 0;
    bool begun = false;
};

World::World(State state) : m_state(std::move(state)), m_private(std::make_unique<Private>())
{
    auto &all = m_private->providers;
    all.push_back(makeResourcesProvider());
    all.push_back(makeAuthorizationProvider());
    all.push_back(makeManagedIdentityProvider());
    all.push_back(makePostgreSqlProvider());
    all.push_back(makeNetworkProvider());
    all.push_back(makePrivateDnsProvider());
    all.push_back(makeDataFactoryProvider());
    for (const auto &provider : all)
        m_private->routes.add(provider.get());
}

World::~World() = default;

Answer World::handle(const Request &request, TimePoint now)
{
    advance(now);
    now = m_state.now;
    ++m_state.requests;
    Headers common = commonHeaders(request, m_state, now);
    int retryAfter = 0;
    const auto counters = m_private->throttle.take(request, m_state, now, &retryAfter);
    if (!counters) {
        Response refused = Response::error(429, QStringLiteral("TooManyRequests"),
                                           QStringLiteral("Number of requests exceeded the limit. Retry after the time given in the Retry-After header."));
        refused.headers.append({"retry-after", QByteArray::number(retryAfter)});
        return withCommon(std::move(refused), common);
    }
    common += *counters;
    Response response = admit(request, *this, m_private->routes, now);
    if (!m_private->asked)
        return withCommon(std::move(response), common);
    auto [effect, waiting] = std::move(*std::exchange(m_private->asked, std::nullopt));
    waiting.common = std::move(common);
    const Pending pending{waiting.ticket};
    m_private->waiting.emplace(effect, std::move(waiting));
    return pending;
}

Response World::waitFor(quint64 effect, std::function<Response(const QJsonObject &, TimePoint)> answer)
{
    m_private->asked.emplace(effect, WaitingRequest{++m_private->lastTicket, std::move(answer), {}});
    return {};
}

std::optional<TimePoint> World::nextDue() const
{
    const auto found = std::find_if(m_state.agenda.begin(), m_state.agenda.end(), [](const auto &entry) { return entry.second.waitsFor == 0; });
    return found == m_state.agenda.end() ? std::nullopt : std::optional(found->second.due);
}

void World::advance(TimePoint now)
{
    if (!std::exchange(m_private->begun, true))
        adoptServers(m_state, now); // those of a world file were never started
    for (;;) {
        const auto next = std::find_if(m_state.agenda.begin(), m_state.agenda.end(), [](const auto &entry) { return entry.second.waitsFor == 0; });
        if (next == m_state.agenda.end() || next->second.due > now)
            break;
        const Transition transition = std::move(next->second);
        m_state.agenda.erase(next);
        m_state.now = std::max(m_state.now, transition.due);
        for (Provider *one : allProviders()) {
            if (one->name().compare(transition.provider, Qt::CaseInsensitive) == 0)
                one->apply(transition, *this, m_state.now);
        }
    }
    m_state.now = std::max(m_state.now, now);
}

QList<Effect> World::takeEffects()
{
    m_state.inFlight += m_state.effects;
    return std::exchange(m_state.effects, {});
}

//! A transition that waited happens when its effect came back, or when it is due if that is later.
static void unblock(State &state, quint64 effect, const QJsonObject &outcome, TimePoint now)
{
    QList<Transition> freed;
    for (auto it = state.agenda.begin(); it != state.agenda.end();) {
        if (it->second.waitsFor != effect) {
            ++it;
            continue;
        }
        freed.append(std::move(it->second));
        it = state.agenda.erase(it);
    }
    for (Transition &transition : freed) {
        transition.waitsFor = 0;
        transition.outcome = outcome;
        transition.due = std::max(transition.due, now);
        const std::pair place(qint64(transition.due.time_since_epoch().count()), transition.sequence);
        state.agenda.emplace(place, std::move(transition));
    }
}

QList<Finished> World::feed(quint64 effect, const QJsonObject &outcome, TimePoint now)
{
    advance(now);
    const auto same = [&](const Effect &one) { return one.id == effect; };
    m_state.inFlight.erase(std::remove_if(m_state.inFlight.begin(), m_state.inFlight.end(), same), m_state.inFlight.end());
    unblock(m_state, effect, outcome, m_state.now);
    QList<Finished> finished;
    if (const auto found = m_private->waiting.find(effect); found != m_private->waiting.end()) {
        const WaitingRequest waiting = std::move(found->second);
        m_private->waiting.erase(found);
        finished.append({waiting.ticket, withCommon(waiting.answer(outcome, m_state.now), waiting.common)});
    }
    advance(m_state.now);
    return finished;
}

Provider *World::provider(const QString &name)
{
    const auto found = std::find_if(m_private->providers.begin(), m_private->providers.end(),
                                    [&](const auto &one) { return one->name().compare(name, Qt::CaseInsensitive) == 0; });
    return found == m_private->providers.end() ? nullptr : found->get();
}

QList<Provider *> World::allProviders() const
{
    QList<Provider *> all;
    for (const auto &one : m_private->providers)
        all.append(one.get());
    return all;
}

void World::removeTree(const QString &id, TimePoint now, const QString &by)
{
    QStringList ids;
    for (const Resource *one : m_state.below(id))
        ids.prepend(one->id); // deepest last in order of id
    ids.append(id);
    for (const QString &one : std::as_const(ids)) {
        const Resource *found = m_state.find(one);
        if (!found)
            continue; // went with another
        const Resource gone = *found;
        m_state.remove(one);
        for (Provider *provider : allProviders()) {
            if (gone.type.startsWith(provider->name() + QLatin1Char('/'), Qt::CaseInsensitive))
                provider->removed(gone, *this, now);
        }
        m_state.record(gone.id, QStringLiteral("deleted"), now, by);
    }
}

} // namespace causeway::sandbox
