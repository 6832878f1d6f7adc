// SPDX-License-Identifier: Apache-2.0
// azure-postgresql-and-network.md §3.1–3.4 (network), §11 (zone names), §12 (names), §15 (article 002's corrections).
#include "domain/ipv4.h"
#include "domain/privatedns.h"
#include "domain/rulebook.h"
#include "domain/types.h"

namespace causeway {

static const int requestMessageLimit = 140;

QString privateLinkZone(Cloud cloud)
{
    switch (cloud) {
    case Cloud::AzurePublic: return QStringLiteral("privatelink.postgres.database.azure.com");
    case Cloud::AzureChina: return QStringLiteral("privatelink.postgres.database.chinacloudapi.cn");
    case Cloud::AzureUsGovernment: return QStringLiteral("privatelink.postgres.database.usgovcloudapi.net");
    }
    return {};
}

bool isArticlesWrongZone(const QString &zone)
{
    return zone.startsWith(QLatin1String("privatelink.postgresql.database."), Qt::CaseInsensitive);
}

Issues checkPrivateEndpointName(const QString &name, const QString &field)
{
    return checkName(name, field, {2, 64, "[A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9_]", "endpoint-name-length", "endpoint-name-characters"});
}

Issues checkSubnetPrefix(const QString &cidr, const QString &field)
{
    if (cidr.isEmpty())
        return requireText(cidr, field);
    if (cidr.contains(QLatin1Char(':')))
        return {error(field, "cidr-ipv6", {cidr})};
    const auto network = ipv4Network(cidr);
    if (!network)
        return {error(field, "cidr-form", {cidr})};
    if (network->bits < 8 || network->bits > 29)
        return {error(field, "cidr-size", {cidr})};
    if (network->first() != network->address)
        return {error(field, "cidr-host-bits", {cidr, QStringLiteral("%1/%2").arg(ipv4Text(network->first())).arg(network->bits)})};
    return {};
}

Issues checkSubnetPlace(const QString &cidr, const QStringList &addressSpaces, const QStringList &subnets, const QString &field)
{
    Issues issues = checkSubnetPrefix(cidr, field);
    const auto network = ipv4Network(cidr);
    if (!issues.isEmpty() || !network)
        return issues;
    bool isInside = false;
    for (const QString &space : addressSpaces) {
        const auto outer = ipv4Network(space);
        isInside |= outer && outer->contains(*network);
    }
    if (!isInside)
        issues << error(field, "cidr-outside", {cidr, addressSpaces.join(QStringLiteral(", "))});
    for (const QString &subnet : subnets) {
        const auto other = ipv4Network(subnet);
        if (other && other->overlaps(*network))
            issues << error(field, "cidr-overlap", {cidr, subnet});
    }
    return issues;
}

Issues checkDnsZone(const QString &zone, Cloud cloud, const QString &field)
{
    if (zone == QLatin1String("auto"))
        return {};
    const QString wanted = privateLinkZone(cloud);
    const auto id = ResourceId::parse(zone, type::privateDnsZone);
    const QString name = id ? id->name() : zone;
    if (isArticlesWrongZone(name))
        return {error(field, "dns-zone-article", {name, wanted})};
    if (!id)
        return {error(field, "dns-zone-form", {zone, wanted})};
    if (name.compare(wanted, Qt::CaseInsensitive) != 0)
        return {error(field, "dns-zone-name", {name, wanted})};
    return {};
}

static void checkDns(const SetupSpec &spec, const PrivateEndpointSpec &endpoint, Issues &issues)
{
    const QString field = QStringLiteral("privateEndpoint.dns.zone");
    if (endpoint.dnsMode == DnsMode::Zone)
        issues << checkDnsZone(endpoint.dnsZone, spec.cloud, field);
    else if (!endpoint.dnsZone.isEmpty() && endpoint.dnsZone != QLatin1String("auto"))
        issues << warning(field, "dns-zone-unused");
}

//! Article 002 wants network and server together; Azure wants only the endpoint beside its network (§3.3, §15).
static void checkPlaces(const SetupSpec &spec, const PrivateEndpointSpec &endpoint, Issues &issues)
{
    const QString network = endpoint.virtualNetwork.subscriptionId().toLower();
    const QString own = endpoint.subscription.isEmpty() ? setupSubscription(spec) : isGuid(endpoint.subscription) ? endpoint.subscription.toLower() : QString();
    if (!network.isEmpty() && !own.isEmpty() && network != own)
        issues << error(QStringLiteral("privateEndpoint.virtualNetwork"), "endpoint-network-subscription", {network, own});
    if (!spec.server)
        return;
    const QString server = spec.server->id.isEmpty() ? setupSubscription(spec) : spec.server->id.subscriptionId().toLower();
    if (!network.isEmpty() && !server.isEmpty() && network != server)
        issues << warning(QStringLiteral("privateEndpoint.virtualNetwork"), "network-server-subscription", {network, server});
    const QString region = spec.server->create ? spec.server->create->location : QString();
    if (!region.isEmpty() && !endpoint.location.isEmpty() && region != endpoint.location)
        issues << warning(QStringLiteral("privateEndpoint.location"), "endpoint-server-region", {endpoint.location, region});
}

void checkPrivateEndpoint(const SetupSpec &spec, Issues &issues)
{
    if (!spec.privateEndpoint)
        return;
    const PrivateEndpointSpec &endpoint = *spec.privateEndpoint;
    const QString at = QStringLiteral("privateEndpoint.");
    if (!spec.server)
        issues << error(QStringLiteral("privateEndpoint"), "endpoint-without-server");
    issues << checkPrivateEndpointName(endpoint.name, at + QStringLiteral("name"));
    if (!endpoint.resourceGroup.isEmpty())
        issues << checkResourceGroupName(endpoint.resourceGroup, at + QStringLiteral("resourceGroup"));
    issues << checkLocation(endpoint.location, at + QStringLiteral("location"));
    if (endpoint.subresource != QLatin1String("postgresqlServer"))
        issues << error(at + QStringLiteral("subresource"), "subresource", {endpoint.subresource});
    issues << requireText(endpoint.virtualNetwork.toString(), at + QStringLiteral("virtualNetwork"));
    issues << checkName(endpoint.subnet, at + QStringLiteral("subnet"),
                        {1, 80, "[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?", "subnet-name-length", "subnet-name-characters"});
    if (endpoint.requestMessage.size() > requestMessageLimit)
        issues << error(at + QStringLiteral("requestMessage"), "request-message-length",
                        {QString::number(endpoint.requestMessage.size()), QString::number(requestMessageLimit)});
    checkDns(spec, endpoint, issues);
    checkPlaces(spec, endpoint, issues);
}

} // namespace causeway
