// SPDX-License-Identifier: Apache-2.0
// One world takes in another: what a setup takes for granted comes into the world that a window or a kept folder has already.
#include "sandbox/providers/postgresql.h"
#include "sandbox/world.h"

#include <algorithm>

namespace causeway::sandbox {

template <class List, class Same>
static void addMissing(List &mine, const List &theirs, Same same)
{
    for (const auto &one : theirs) {
        if (std::none_of(mine.cbegin(), mine.cend(), [&](const auto &each) { return same(each, one); }))
            mine.append(one);
    }
}

static void addMissing(QJsonObject &mine, const QJsonObject &theirs)
{
    for (auto one = theirs.begin(); one != theirs.end(); ++one) {
        if (!mine.contains(one.key()))
            mine.insert(one.key(), one.value());
    }
}

void World::join(const State &other, TimePoint now)
{
    advance(now); // servers of its own are adopted first
    const auto sameId = [](const auto &one, const auto &two) { return one.id == two.id; };
    addMissing(m_state.tenants, other.tenants, sameId);
    addMissing(m_state.subscriptions, other.subscriptions, sameId);
    addMissing(m_state.principals, other.principals, [](const Principal &one, const Principal &two) { return one.objectId == two.objectId; });
    addMissing(m_state.roles, other.roles, [](const RoleAssignment &one, const RoleAssignment &two) {
        return one.principal == two.principal && one.scope == two.scope && one.role == two.role;
    });
    addMissing(m_state.locations, other.locations);
    addMissing(m_state.settings, other.settings);
    QStringList added;
    for (const auto &[key, resource] : other.resources) {
        if (std::as_const(m_state).find(key))
            continue;
        m_state.put(resource);
        added.append(key);
    }
    adoptAdded(m_state, added, m_state.now);
}

} // namespace causeway::sandbox
