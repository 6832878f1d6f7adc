// SPDX-License-Identifier: Apache-2.0
#include "plan/targets.h"

#include "domain/privatedns.h"
#include "domain/types.h"

namespace causeway {
namespace {

Result<QString> subscriptionOf(const QString &wanted, const QString &otherwise, const Observed &observed)
{
    if (wanted.isEmpty())
        return otherwise;
    if (const QString known = observed.subscriptionId(wanted); !known.isEmpty())
        return known;
    if (ResourceId::parse(QStringLiteral("/subscriptions/") + wanted))
        return wanted;
    return Error::invalid(QStringLiteral("SubscriptionUnknown"), QStringLiteral("No subscription is called \"%1\" in this account.").arg(wanted), QStringLiteral("subscription"));
}

//! The zone that the endpoint's records go to. A network can be linked to one zone of a name only, so a zone that is
//! linked already is the one; then a zone of that name in the endpoint's subscription; else a new one beside the endpoint (§4.2).
void chooseZone(const SetupSpec &spec, const Observed &observed, Targets &targets)
{
    const PrivateEndpointSpec &endpoint = *spec.privateEndpoint;
    if (endpoint.dnsMode != DnsMode::Zone)
        return;
    const auto fixed = ResourceId::parse(endpoint.dnsZone, type::privateDnsZone);
    ResourceId found;
    for (const ObservedZoneLink &link : observed.zoneLinks) {
        const bool eligible = fixed ? link.zone == *fixed : link.zone.name().compare(targets.zoneName, Qt::CaseInsensitive) == 0;
        if (!eligible || !(link.virtualNetwork == targets.virtualNetwork))
            continue;
        targets.zone = link.zone;
        targets.zoneLink = link.link;
        break;
    }
    if (targets.zone.isEmpty() && fixed)
        targets.zone = *fixed;
    if (targets.zone.isEmpty()) {
        const ResourceId own = ResourceId::resource(targets.endpointSubscription, targets.endpointGroup.name(), type::privateDnsZone, targets.zoneName);
        for (auto at = observed.resources.cbegin(); at != observed.resources.cend() && targets.zone.isEmpty() && !observed.find(own); ++at) {
            const auto id = ResourceId::parse(at->value(QStringLiteral("id")).toString(), type::privateDnsZone);
            if (id && id->name().compare(targets.zoneName, Qt::CaseInsensitive) == 0 && id->subscriptionId() == targets.endpointSubscription)
                targets.zone = *id;
        }
        if (targets.zone.isEmpty())
            targets.zone = own;
    }
    if (targets.zoneLink.isEmpty())
        targets.zoneLink = targets.zone.child(QStringLiteral("virtualNetworkLinks"), targets.virtualNetwork.name());
    targets.zoneGroup = targets.endpoint.child(QStringLiteral("privateDnsZoneGroups"), QStringLiteral("default"));
}

//! The factory's managed network is "default" by convention only: one that is there is taken (azure-data-factory.md §3).
ResourceId managedNetworkOf(const ResourceId &factory, const Observed &observed)
{
    for (auto at = observed.resources.cbegin(); at != observed.resources.cend(); ++at) {
        const auto id = ResourceId::parse(at->value(QStringLiteral("id")).toString(), type::managedVirtualNetwork);
        if (id && id->parent() == factory)
            return factory.child(QStringLiteral("managedVirtualNetworks"), id->name());
    }
    return factory.child(QStringLiteral("managedVirtualNetworks"), QStringLiteral("default"));
}

void addFactory(const SetupSpec &spec, const Observed &observed, Targets &targets)
{
    const IntegrationSpec &integration = *spec.integration;
    const QString group = integration.resourceGroup.isEmpty() ? targets.group.name() : integration.resourceGroup;
    targets.factoryGroup = ResourceId::resourceGroup(targets.subscription, group);
    targets.factory = ResourceId::resource(targets.subscription, group, type::factory, integration.name);
    targets.managedNetwork = managedNetworkOf(targets.factory, observed);
    const QString runtime = !integration.runtimeName.isEmpty() ? integration.runtimeName : spec.linkedService ? spec.linkedService->connectVia : QString();
    if (!runtime.isEmpty())
        targets.runtime = targets.factory.child(QStringLiteral("integrationRuntimes"), runtime);
    if (!integration.managedPrivateEndpointName.isEmpty())
        targets.managedEndpoint = targets.managedNetwork.child(QStringLiteral("managedPrivateEndpoints"), integration.managedPrivateEndpointName);
    if (!spec.linkedService)
        return;
    targets.linkedService = targets.factory.child(QStringLiteral("linkedservices"), spec.linkedService->name);
    const AuthenticationSpec &authentication = spec.linkedService->authentication;
    if (authentication.type != AuthenticationType::UserAssignedManagedIdentity)
        return;
    targets.identity = authentication.identity;
    const QString credential = authentication.credential.isEmpty() ? authentication.identity.name() : authentication.credential;
    if (!credential.isEmpty())
        targets.credential = targets.factory.child(QStringLiteral("credentials"), credential);
}

} // namespace

QString serverSuffix(Cloud cloud)
{
    switch (cloud) {
    case Cloud::AzurePublic: return QStringLiteral(".postgres.database.azure.com");
    case Cloud::AzureChina: return QStringLiteral(".postgres.database.chinacloudapi.cn");
    case Cloud::AzureUsGovernment: return QStringLiteral(".postgres.database.usgovcloudapi.net");
    }
    Q_UNREACHABLE();
}

Result<Targets> targetsOf(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity)
{
    Targets targets;
    auto subscription = subscriptionOf(spec.subscription, identity.subscription, observed);
    if (!subscription)
        return subscription.error();
    targets.subscription = *subscription;
    if (spec.resourceGroup)
        targets.group = ResourceId::resourceGroup(targets.subscription, spec.resourceGroup->name);
    if (spec.server) {
        targets.server = spec.server->id;
        if (targets.server.isEmpty() && !spec.server->name.isEmpty())
            targets.server = ResourceId::resource(targets.subscription, targets.group.name(), type::server, spec.server->name);
    }
    targets.zoneName = observed.privateLinkZones.value(targets.server.key(), privateLinkZone(spec.cloud));
    if (spec.privateEndpoint) {
        const PrivateEndpointSpec &endpoint = *spec.privateEndpoint;
        auto consumer = subscriptionOf(endpoint.subscription, targets.subscription, observed);
        if (!consumer)
            return consumer.error();
        targets.endpointSubscription = *consumer;
        targets.endpointGroup = ResourceId::resourceGroup(targets.endpointSubscription, endpoint.resourceGroup.isEmpty() ? targets.group.name() : endpoint.resourceGroup);
        targets.endpoint = ResourceId::resource(targets.endpointSubscription, targets.endpointGroup.name(), type::privateEndpoint, endpoint.name);
        targets.virtualNetwork = endpoint.virtualNetwork;
        targets.subnet = endpoint.virtualNetwork.child(QStringLiteral("subnets"), endpoint.subnet);
        chooseZone(spec, observed, targets);
    }
    if (spec.integration)
        addFactory(spec, observed, targets);
    return targets;
}

} // namespace causeway
