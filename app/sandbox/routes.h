// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/provider.h"

#include <memory>
#include <vector>

namespace causeway::sandbox {

//! A route with what can be worked out once.
struct BoundRoute {
    Route route;
    Provider *provider = nullptr;
    QString type;         //!< without namespace, as the pattern spells it: "flexibleServers/firewallRules"
    QStringList versions; //!< supported api-versions, newest first
    bool scoped = false;  //!< pattern begins with {+scope}
};

struct RouteMatch {
    const BoundRoute *route = nullptr; //!< null: no such path, or not this method
    QStringList names;
    bool pathKnown = false; //!< the path is there, perhaps with other methods
};

//! All routes as a tree of segments: looking one up costs the depth of its path, not the number of routes.
class RouteTable
{
public:
    RouteTable();
    ~RouteTable();
    void add(Provider *provider);
    [[nodiscard]] RouteMatch match(const QByteArray &method, const QStringList &segments) const;

private:
    struct Node;
    std::unique_ptr<Node> m_root;
    std::unique_ptr<Node> m_scoped; // below {+scope}, from "providers" on
    std::vector<std::unique_ptr<BoundRoute>> m_routes;
};

//! Position of the last "providers" segment, or -1.
qsizetype lastProviders(const QStringList &segments);
//! See Call::id.
QString subjectId(const QStringList &segments);

} // namespace causeway::sandbox
