// SPDX-License-Identifier: Apache-2.0
#include "sandbox/state.h"

#include <algorithm>
#include <cmath>

namespace causeway::sandbox {

QString key(const QString &id)
{
    return (id.endsWith(QLatin1Char('/')) ? id.chopped(1) : id).toLower();
}

// --- resources --------------------------------------------------------------------------------

const Resource *State::find(const QString &id) const
{
    const auto found = resources.find(key(id));
    return found == resources.end() ? nullptr : &found->second;
}

Resource *State::find(const QString &id)
{
    const auto found = resources.find(key(id));
    return found == resources.end() ? nullptr : &found->second;
}

Resource &State::put(Resource resource)
{
    resource.changed = now;
    if (Resource *known = find(resource.id)) {
        resource.id = known->id;
        resource.created = known->created;
        *known = std::move(resource);
        return *known;
    }
    if (resource.created == TimePoint{})
        resource.created = now;
    const QString place = key(resource.id);
    return resources.emplace(place, std::move(resource)).first->second;
}

bool State::remove(const QString &id)
{
    return resources.erase(key(id)) > 0;
}

//! Everything below a scope lies together in a map ordered by id.
template <class Accept> static QList<const Resource *> resourcesBelow(const State &state, const QString &scope, Accept accept)
{
    const QString prefix = key(scope) + QLatin1Char('/');
    QList<const Resource *> found;
    for (auto it = state.resources.lower_bound(prefix); it != state.resources.end() && it->first.startsWith(prefix); ++it) {
        if (accept(it->second))
            found.append(&it->second);
    }
    return found;
}

QList<const Resource *> State::list(const QString &scope, const QString &type) const
{
    return resourcesBelow(*this, scope, [&](const Resource &resource) { return resource.type.compare(type, Qt::CaseInsensitive) == 0; });
}

QList<const Resource *> State::below(const QString &scope) const
{
    return resourcesBelow(*this, scope, [](const Resource &) { return true; });
}

// --- operations, schedule, effects, ledger ----------------------------------------------------

Operation &State::startOperation(const QString &provider, const QString &resource, TimePoint at)
{
    Operation operation;
    operation.id = newGuid();
    operation.provider = provider;
    operation.resource = resource;
    operation.status = QStringLiteral("InProgress");
    operation.started = at;
    const QString id = operation.id;
    return operations.emplace(id, std::move(operation)).first->second;
}

Operation *State::operation(const QString &id)
{
    const auto found = operations.find(id.toLower());
    return found == operations.end() ? nullptr : &found->second;
}

void State::schedule(Transition transition)
{
    transition.sequence = ++counter;
    const std::pair place(qint64(transition.due.time_since_epoch().count()), transition.sequence);
    agenda.emplace(place, std::move(transition));
}

quint64 State::emitEffect(const QString &kind, const QString &server, const QJsonObject &arguments)
{
    effects.append({++counter, kind, key(server), arguments});
    return counter;
}

void State::record(const QString &resource, const QString &effect, TimePoint at, const QString &by)
{
    ledger.append({quint64(ledger.size()) + 1, resource, effect, at, userName(by)});
}

// --- seeded, repeatable -----------------------------------------------------------------------

quint64 scrambled(quint64 value) // splitmix64 (Steele, Lea, Flood 2014)
{
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

QString guidFrom(quint64 high, quint64 low) // version 4, variant 1 (RFC 9562)
{
    high = (high & 0xffffffffffff0fffULL) | 0x4000;
    low = (low & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
    static const char digits[] = "0123456789abcdef";
    char text[36];
    int at = 0;
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20)
            text[at++] = '-';
        const quint64 half = nibble < 16 ? high : low;
        text[at++] = digits[(half >> (60 - 4 * (nibble % 16))) & 0xf];
    }
    return QString::fromLatin1(text, at);
}

QString State::newGuid()
{
    const quint64 high = scrambled(scrambled(seed) ^ ++counter);
    return guidFrom(high, scrambled(high ^ seed));
}

quint32 State::random(quint32 limit)
{
    return limit == 0 ? 0 : quint32(scrambled(scrambled(seed) ^ ++counter) % limit);
}

// --- directory --------------------------------------------------------------------------------

const Principal *State::principal(const QString &objectId) const
{
    const auto found =
        std::find_if(principals.begin(), principals.end(), [&](const Principal &one) { return one.objectId.compare(objectId, Qt::CaseInsensitive) == 0; });
    return found == principals.end() ? nullptr : &*found;
}

static qsizetype subscriptionIndex(const QList<Subscription> &all, const QString &id)
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const Subscription &one) { return one.id.compare(id, Qt::CaseInsensitive) == 0; });
    return found == all.end() ? -1 : found - all.begin();
}

const Subscription *State::subscription(const QString &id) const
{
    const qsizetype index = subscriptionIndex(subscriptions, id);
    return index < 0 ? nullptr : &subscriptions.at(index);
}

Subscription *State::subscription(const QString &id)
{
    const qsizetype index = subscriptionIndex(subscriptions, id);
    return index < 0 ? nullptr : &subscriptions[index]; // detaches: copies of a state share nothing that changes
}

QString State::userName(const QString &objectId) const
{
    const Principal *known = principal(objectId);
    if (!known)
        return objectId;
    return known->userPrincipalName.isEmpty() ? known->displayName : known->userPrincipalName;
}

// --- settings ---------------------------------------------------------------------------------

QJsonValue State::setting(const QString &name, const QJsonValue &otherwise) const
{
    const auto found = settings.find(name);
    return found == settings.end() ? otherwise : *found;
}

Milliseconds State::duration(const QString &name, double defaultSeconds) const
{
    const double seconds = setting(name, defaultSeconds).toDouble(defaultSeconds);
    return Milliseconds(std::llround(seconds * 1000.0 / (timeScale > 0 ? timeScale : 1.0)));
}

int State::retryAfter(int seconds) const
{
    return std::max(1, int(std::ceil(seconds / (timeScale > 0 ? timeScale : 1.0))));
}

} // namespace causeway::sandbox
