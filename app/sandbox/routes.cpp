// SPDX-License-Identifier: Apache-2.0
#include "sandbox/routes.h"

#include <algorithm>

namespace causeway::sandbox {

static bool sameWord(const QString &left, QLatin1String right)
{
    return left.compare(right, Qt::CaseInsensitive) == 0;
}

struct RouteTable::Node {
    QHash<QString, Node *> literals;
    Node *wildcard = nullptr;
    std::vector<std::unique_ptr<Node>> children;
    QHash<QByteArray, const BoundRoute *> methods;

    Node *child(const QString &part)
    {
        const bool any = part.startsWith(QLatin1Char('{'));
        Node *&place = any ? wildcard : literals[part.toLower()];
        if (!place)
            place = children.emplace_back(std::make_unique<Node>()).get();
        return place;
    }

    //! Literals before wildcards; a wildcard never swallows "providers", which always begins a new scope.
    void find(const QByteArray &method, const QStringList &segments, qsizetype at, RouteMatch &found) const
    {
        if (at == segments.size()) {
            if (methods.isEmpty())
                return;
            found.pathKnown = true;
            found.route = methods.value(method);
            return;
        }
        const QString &part = segments[at];
        if (const Node *next = literals.value(part.toLower()))
            next->find(method, segments, at + 1, found);
        if (found.route || !wildcard || sameWord(part, QLatin1String("providers")))
            return;
        found.names.append(part);
        const qsizetype depth = found.names.size();
        wildcard->find(method, segments, at + 1, found);
        if (!found.route)
            found.names.resize(depth - 1);
    }
};

RouteTable::RouteTable() : m_root(std::make_unique<Node>()), m_scoped(std::make_unique<Node>()) {}
RouteTable::~RouteTable() = default;

qsizetype lastProviders(const QStringList &segments)
{
    for (qsizetype at = segments.size(); at-- > 0;) {
        if (sameWord(segments[at], QLatin1String("providers")))
            return at;
    }
    return -1;
}

static QString joined(const QStringList &segments, qsizetype count)
{
    QString id;
    for (qsizetype at = 0; at < count; ++at)
        id += QLatin1Char('/') + segments[at];
    return id;
}

QString subjectId(const QStringList &segments)
{
    const qsizetype providers = lastProviders(segments);
    const qsizetype tail = providers < 0 ? segments.size() : segments.size() - providers - 2; // after the namespace
    if (tail <= 0 || tail % 2 == 0)
        return joined(segments, segments.size());
    return joined(segments, providers >= 0 && tail == 1 ? providers : segments.size() - 1);
}

//! "servers/databases" of "…/providers/Microsoft.X/servers/{s}/databases/{d}".
static QString typeOfPattern(const QStringList &parts)
{
    const qsizetype providers = lastProviders(parts);
    const bool extends = providers >= 0 && providers + 2 < parts.size() && !parts[providers + 1].startsWith(QLatin1Char('{'));
    QStringList types;
    for (qsizetype at = extends ? providers + 2 : 0; at < parts.size(); at += 2)
        types.append(parts[at]);
    return types.join(QLatin1Char('/'));
}

//! Versions of the type, or of the nearest type above it ("servers/start" is no type), or of the whole namespace.
static QStringList versionsOf(const Provider &provider, QString type)
{
    for (;;) {
        QStringList versions = provider.apiVersions(type);
        const qsizetype slash = type.lastIndexOf(QLatin1Char('/'));
        if (!versions.isEmpty() || slash < 0) {
            if (versions.isEmpty()) {
                for (const QString &one : provider.resourceTypes())
                    versions += provider.apiVersions(one);
            }
            versions.removeDuplicates();
            std::sort(versions.begin(), versions.end(), std::greater<>());
            return versions;
        }
        type.truncate(slash);
    }
}

void RouteTable::add(Provider *provider)
{
    for (Route &route : provider->routes()) {
        auto bound = std::make_unique<BoundRoute>();
        QStringList parts = route.pattern.split(QLatin1Char('/'), Qt::SkipEmptyParts);
        bound->scoped = !parts.isEmpty() && parts.front() == QLatin1String("{+scope}");
        if (bound->scoped)
            parts.removeFirst();
        bound->type = typeOfPattern(parts);
        bound->versions = versionsOf(*provider, bound->type);
        bound->provider = provider;
        bound->route = std::move(route);
        Node *node = bound->scoped ? m_scoped.get() : m_root.get();
        for (const QString &part : std::as_const(parts))
            node = node->child(part);
        node->methods.insert(bound->route.method, bound.get());
        m_routes.push_back(std::move(bound));
    }
}

RouteMatch RouteTable::match(const QByteArray &method, const QStringList &segments) const
{
    RouteMatch found;
    m_root->find(method, segments, 0, found);
    const qsizetype providers = found.route ? -1 : lastProviders(segments);
    if (providers < 0)
        return found;
    found.names = {joined(segments, providers)};
    m_scoped->find(method, segments.mid(providers), 0, found);
    return found;
}

} // namespace causeway::sandbox
