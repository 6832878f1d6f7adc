// SPDX-License-Identifier: Apache-2.0
#include "plan/observed.h"

#include <algorithm>

namespace causeway {
namespace {

//! `*` is any run of characters, slashes included; casing does not count (azure-postgresql-and-network.md §6.4).
bool actionMatches(QStringView pattern, QStringView action)
{
    const qsizetype star = pattern.indexOf(QLatin1Char('*'));
    if (star < 0)
        return pattern.compare(action, Qt::CaseInsensitive) == 0;
    if (!action.startsWith(pattern.first(star), Qt::CaseInsensitive))
        return false;
    const QStringView rest = pattern.sliced(star + 1);
    for (qsizetype at = star; at <= action.size(); ++at) {
        if (actionMatches(rest, action.sliced(at)))
            return true;
    }
    return false;
}

bool anyMatches(const QJsonValue &patterns, const QString &action)
{
    const QJsonArray list = patterns.toArray();
    return std::any_of(list.begin(), list.end(), [&](const QJsonValue &each) {
        const QString pattern = each.toString();
        return pattern.size() <= 512 && pattern.count(QLatin1Char('*')) <= 8 && actionMatches(pattern, action);
    });
}

} // namespace

bool permits(const QJsonArray &entries, const QString &action)
{
    return std::any_of(entries.begin(), entries.end(), [&](const QJsonValue &each) {
        const QJsonObject entry = each.toObject();
        return anyMatches(entry.value(QStringLiteral("actions")), action) && !anyMatches(entry.value(QStringLiteral("notActions")), action);
    });
}

QString normalLocation(const QString &location)
{
    return location.toLower().remove(QLatin1Char(' '));
}

const QJsonObject *Observed::find(const ResourceId &id) const
{
    const auto found = resources.constFind(id.key());
    return found == resources.cend() ? nullptr : &*found;
}

QString Observed::subscriptionId(const QString &guidOrName) const
{
    const auto fits = [&](const ObservedSubscription &each) {
        return each.id.compare(guidOrName, Qt::CaseInsensitive) == 0 || each.name.compare(guidOrName, Qt::CaseInsensitive) == 0;
    };
    const auto found = std::find_if(subscriptions.cbegin(), subscriptions.cend(), fits);
    return found == subscriptions.cend() ? QString() : found->id;
}

std::optional<bool> Observed::allows(const ResourceId &scope, const QString &action) const
{
    for (ResourceId at = scope; !at.isEmpty(); at = at.parent()) {
        const auto entries = permissions.constFind(at.key());
        if (entries != permissions.cend())
            return permits(*entries, action);
        if (at.parent() == at)
            break;
    }
    return std::nullopt;
}

QList<ObservedLock> Observed::locksAgainstWriting(const ResourceId &scope) const
{
    QList<ObservedLock> found;
    std::copy_if(locks.cbegin(), locks.cend(), std::back_inserter(found), [&](const ObservedLock &lock) {
        return lock.level.compare(QLatin1String("ReadOnly"), Qt::CaseInsensitive) == 0 && scope.isWithin(lock.scope);
    });
    return found;
}

QString Observed::registration(const QString &subscription, const QString &provider) const
{
    return registrations.value((subscription + QLatin1Char('/') + provider).toLower());
}

} // namespace causeway
