// SPDX-License-Identifier: Apache-2.0
#include "sandbox/access.h"

#include "sandbox/world.h"

#include <algorithm>

namespace causeway::sandbox {

bool actionMatches(const QString &pattern, const QString &action)
{
    qsizetype p = 0, a = 0, star = -1, mark = 0;
    while (a < action.size()) {
        if (p < pattern.size() && pattern[p] == QLatin1Char('*')) {
            star = p++;
            mark = a;
        } else if (p < pattern.size() && pattern[p].toCaseFolded() == action[a].toCaseFolded()) {
            ++p, ++a;
        } else if (star >= 0) {
            p = star + 1;
            a = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == QLatin1Char('*'))
        ++p;
    return p == pattern.size();
}

bool withinScope(const QString &id, const QString &scope)
{
    if (scope.isEmpty() || scope == QLatin1String("/"))
        return true;
    const qsizetype length = scope.endsWith(QLatin1Char('/')) ? scope.size() - 1 : scope.size();
    return id.size() >= length && QStringView(id).left(length).compare(QStringView(scope).left(length), Qt::CaseInsensitive) == 0 &&
           (id.size() == length || id[length] == QLatin1Char('/'));
}

static bool anyMatches(const QStringList &patterns, const QString &action)
{
    return std::any_of(patterns.begin(), patterns.end(), [&](const QString &pattern) { return actionMatches(pattern, action); });
}

bool World::allowed(const QString &principal, const QString &action, const QString &scope) const
{
    return std::any_of(m_state.roles.begin(), m_state.roles.end(), [&](const RoleAssignment &role) {
        return role.principal.compare(principal, Qt::CaseInsensitive) == 0 && withinScope(scope, role.scope) && anyMatches(role.actions, action) &&
               !anyMatches(role.notActions, action);
    });
}

Response World::forbidden(const QString &principal, const QString &action, const QString &scope) const
{
    return Response::error(403, QStringLiteral("AuthorizationFailed"),
                           QStringLiteral("The client '%1' with object id '%2' does not have authorization to perform action '%3' over scope '%4' or the "
                                          "scope is invalid. If access was recently granted, please refresh your credentials.")
                               .arg(m_state.userName(principal), principal, action, scope.isEmpty() ? QStringLiteral("/") : scope));
}

static const QLatin1String locksPart("/providers/microsoft.authorization/locks/");

static bool lockForbids(const Resource &lock, bool deleting)
{
    const QString level = lock.body.value(QLatin1String("properties")).toObject().value(QLatin1String("level")).toString();
    return level == QLatin1String("ReadOnly") || (deleting && level == QLatin1String("CanNotDelete"));
}

//! Ids of the locks directly at a scope that are of a kind that counts.
static void collectLocks(const State &state, const QString &scope, bool deleting, QStringList &found)
{
    const QString prefix = scope + locksPart;
    for (auto it = state.resources.lower_bound(prefix); it != state.resources.end() && it->first.startsWith(prefix); ++it) {
        if (lockForbids(it->second, deleting))
            found.append(it->second.id);
    }
}

QStringList World::locksAgainst(const QString &scope, bool deleting) const
{
    QStringList found;
    const QString whole = key(scope);
    for (qsizetype end = whole.indexOf(QLatin1Char('/'), 1); end >= 0; end = whole.indexOf(QLatin1Char('/'), end + 1))
        collectLocks(m_state, whole.left(end), deleting, found);
    collectLocks(m_state, whole, deleting, found);
    if (!deleting)
        return found;
    // What is below goes too: a lock there forbids it as well.
    for (const Resource *below : m_state.list(scope, QStringLiteral("Microsoft.Authorization/locks"))) {
        if (lockForbids(*below, true) && !found.contains(below->id))
            found.append(below->id);
    }
    return found;
}

QString World::lockedText(const QString &scope, const QStringList &locks, bool deleting)
{
    QStringList scopes;
    for (const QString &lock : locks)
        scopes.append(lock.left(lock.indexOf(locksPart, 0, Qt::CaseInsensitive)));
    scopes.removeDuplicates();
    return QStringLiteral("The scope '%1' cannot perform %2 operation because following scope(s) are locked: '%3'. Please remove the lock and try again.")
        .arg(scope, deleting ? QStringLiteral("delete") : QStringLiteral("write"), scopes.join(QLatin1Char(',')));
}

Response World::locked(const QString &scope, const QStringList &locks, bool deleting)
{
    return Response::error(409, QStringLiteral("ScopeLocked"), lockedText(scope, locks, deleting));
}

} // namespace causeway::sandbox
