// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/network.h"
#include "sandbox/providers/networkparts.h"
#include "sandbox/providers/postgresql.h"

namespace causeway::sandbox::network {

static constexpr int longestChain = 8;

QString publicAddress(const Resource &server)
{
    quint32 sum = 0;
    for (const QChar one : server.name.toLower())
        sum = sum * 31 + one.unicode();
    return QStringLiteral("203.0.113.%1").arg(1 + sum % 254);
}

//! The link by which a network sees the zone that answers for a name: the longest that fits.
static const Resource *linkFor(const State &state, const QString &virtualNetwork, const QString &name)
{
    const Resource *best = nullptr;
    for (const auto &[place, one] : state.resources) {
        if (one.type != type::link)
            continue;
        const QString zone = nameOf(parentOf(one.id)).toLower();
        const QJsonObject properties = propertiesOf(one);
        const bool fits = (name == zone || name.endsWith(QLatin1Char('.') + zone))
                          && sameId(properties.value(QLatin1String("virtualNetwork")).toObject().value(member::id).toString(), virtualNetwork)
                          && properties.value(QLatin1String("virtualNetworkLinkState")) == QLatin1String("Completed");
        if (fits && (!best || zone.size() > nameOf(parentOf(best->id)).size()))
            best = &one;
    }
    return best;
}

//! What a zone says: an address, another name, or nothing.
struct ZoneAnswer {
    QString address;
    QString alias;
};

static std::optional<ZoneAnswer> askZone(const State &state, const QString &zone, const QString &name)
{
    const QString zoneName = nameOf(zone).toLower();
    const QString relative = name == zoneName ? QStringLiteral("@") : name.chopped(zoneName.size() + 1);
    QStringList candidates{relative};
    for (QString rest = relative; relative != QLatin1String("@") && !rest.isEmpty();) { // wildcards, nearest first (RFC 4592)
        const qsizetype dot = rest.indexOf(QLatin1Char('.'));
        rest = dot < 0 ? QString() : rest.mid(dot + 1);
        candidates.append(rest.isEmpty() ? QStringLiteral("*") : QStringLiteral("*.") + rest);
    }
    for (const QString &one : std::as_const(candidates)) {
        if (const Resource *record = state.find(zone + QStringLiteral("/A/") + one)) {
            const QJsonArray addresses = propertiesOf(*record).value(QLatin1String("aRecords")).toArray();
            if (!addresses.isEmpty())
                return ZoneAnswer{addresses.first().toObject().value(QLatin1String("ipv4Address")).toString(), {}};
        }
        if (const Resource *record = state.find(zone + QStringLiteral("/CNAME/") + one))
            return ZoneAnswer{{}, propertiesOf(*record).value(QLatin1String("cnameRecord")).toObject().value(QLatin1String("cname")).toString()};
    }
    return std::nullopt;
}

static bool hasPrivateEndpoint(const State &state, const Resource &server)
{
    return !state.list(server.id, QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections")).isEmpty();
}

//! Public DNS knows servers only.
static std::optional<ZoneAnswer> askInternet(const State &state, const QString &name)
{
    const Resource *server = serverOfHost(state, name);
    if (!server)
        return std::nullopt;
    const QString host = propertiesOf(*server).value(QLatin1String("fullyQualifiedDomainName")).toString().toLower();
    if (name == host && hasPrivateEndpoint(state, *server))
        return ZoneAnswer{{}, host.section(QLatin1Char('.'), 0, 0) + QStringLiteral(".privatelink.") + host.section(QLatin1Char('.'), 1)};
    return ZoneAnswer{publicAddress(*server), {}};
}

static std::optional<ZoneAnswer> askOnce(const State &state, const QString &virtualNetwork, const QString &name)
{
    const Resource *link = virtualNetwork.isEmpty() ? nullptr : linkFor(state, virtualNetwork, name);
    if (!link)
        return askInternet(state, name);
    if (const auto answer = askZone(state, parentOf(link->id), name))
        return answer;
    const bool redirects = propertiesOf(*link).value(QLatin1String("resolutionPolicy")) == QLatin1String("NxDomainRedirect");
    return redirects ? askInternet(state, name) : std::nullopt;
}

std::optional<QString> resolve(const State &state, const QString &virtualNetwork, const QString &name)
{
    QString asked = name.toLower();
    for (int step = 0; step < longestChain; ++step) {
        if (asked.endsWith(QLatin1Char('.')))
            asked.chop(1);
        const std::optional<ZoneAnswer> answer = askOnce(state, virtualNetwork, asked);
        if (!answer)
            return std::nullopt;
        if (!answer->address.isEmpty())
            return answer->address;
        asked = answer->alias.toLower();
    }
    return std::nullopt;
}

} // namespace causeway::sandbox::network
