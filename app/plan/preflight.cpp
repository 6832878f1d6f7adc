// SPDX-License-Identifier: Apache-2.0
#include "plan/preflight.h"

#include "domain/suggestion.h"
#include "domain/types.h"
#include "plan/connections.h"
#include "plan/planner.h"
#include "plan/targets.h"

#include <QRegularExpression>
#include <QSet>
#include <algorithm>

namespace causeway {
namespace {

const QString approvalRight = QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action");

//! What a step of that kind needs, and which part of the setup it is about (azure-postgresql-and-network.md §8,
//! azure-data-factory.md §12).
struct StepRights {
    const char *field;
    QStringList actions;
};

StepRights rightsFor(StepKind kind)
{
    const auto postgresql = [](const char *rest) { return QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/") + QLatin1String(rest); };
    const auto network = [](const char *rest) { return QStringLiteral("Microsoft.Network/") + QLatin1String(rest); };
    const auto factory = [](const char *rest) { return QStringLiteral("Microsoft.DataFactory/factories/") + QLatin1String(rest); };
    switch (kind) {
    case StepKind::RegisterProvider: return {"subscription", {}}; // its own finding
    case StepKind::ResourceGroup: return {"resourceGroup", {QStringLiteral("Microsoft.Resources/subscriptions/resourceGroups/write")}};
    case StepKind::Identity: return {"linkedService.authentication.identity", {QStringLiteral("Microsoft.ManagedIdentity/userAssignedIdentities/write")}};
    case StepKind::Server: return {"server", {postgresql("write")}};
    case StepKind::FirewallRule: return {"server.firewall", {postgresql("firewallRules/write")}};
    case StepKind::Database: return {"server.databases", {postgresql("databases/write")}};
    case StepKind::ServerParameter: return {"server.requireSecureTransport", {postgresql("configurations/write")}};
    case StepKind::PublicAccess: return {"server.publicNetworkAccess", {postgresql("write")}};
    case StepKind::EntraAdministrator: return {"server.authentication.entra", {postgresql("administrators/write")}};
    case StepKind::DnsZone: return {"privateEndpoint.dns", {network("privateDnsZones/write")}};
    case StepKind::ZoneLink: return {"privateEndpoint.dns", {network("privateDnsZones/virtualNetworkLinks/write")}};
    case StepKind::PrivateEndpoint: return {"privateEndpoint", {network("privateEndpoints/write")}};
    case StepKind::ZoneGroup: return {"privateEndpoint.dns", {network("privateEndpoints/privateDnsZoneGroups/write")}};
    case StepKind::Factory: return {"integration", {factory("write")}};
    case StepKind::FactoryIdentity: return {"linkedService.authentication", {factory("write")}};
    case StepKind::ManagedVirtualNetwork: return {"integration", {factory("managedVirtualNetworks/write")}};
    case StepKind::IntegrationRuntime: return {"integration.runtime", {factory("integrationruntimes/write")}};
    case StepKind::ManagedPrivateEndpoint: return {"integration.managedPrivateEndpoint", {factory("managedVirtualNetworks/managedPrivateEndpoints/write")}};
    case StepKind::EndpointApproval:
    case StepKind::Approval: return {"integration.approval", {}}; // their own finding
    case StepKind::InteractiveAuthoring: return {"integration.runtime", {factory("integrationruntimes/enableInteractiveQuery/action")}};
    case StepKind::Credential: return {"linkedService.authentication", {factory("credentials/write")}};
    case StepKind::LinkedService: return {"linkedService", {factory("linkedServices/write")}};
    case StepKind::ConnectionTest: return {"test", {}}; // no action is published for it
    }
    Q_UNREACHABLE();
}

QString plainType(const ResourceId &id)
{
    static const QList<QPair<QString, QString>> names{
        {type::subnet, QStringLiteral("subnet")}, {type::virtualNetwork, QStringLiteral("virtual network")}, {type::privateDnsZone, QStringLiteral("private DNS zone")},
        {type::server, QStringLiteral("server")}, {type::resourceGroup, QStringLiteral("resource group")}, {type::factory, QStringLiteral("data factory")}};
    for (const auto &[key, name] : names) {
        if (id.type().compare(key, Qt::CaseInsensitive) == 0)
            return name;
    }
    return QStringLiteral("resource");
}

QJsonObject memberOf(const QJsonObject &object, const char *name) { return object.value(QLatin1String(name)).toObject(); }

class Preflight
{
public:
    Preflight(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity) : m_spec(spec), m_observed(observed), m_identity(identity) {}

    Issues look()
    {
        subscriptionExists();
        const auto targets = targetsOf(m_spec, m_observed, m_identity);
        if (!targets)
            return m_issues;
        m_targets = *targets;
        subscriptions();
        const auto plan = makePlan(m_spec, m_observed, m_identity);
        if (plan) {
            rights(*plan);
            locks(*plan);
            registrations(*plan);
        } else {
            add(QString(), "plan-conflict", {plan.error().message});
        }
        groups();
        server();
        network();
        zone();
        factory();
        return m_issues;
    }

private:
    void add(const QString &field, const char *code, const QStringList &arguments, Severity severity = Severity::Error)
    {
        const Issue issue{field, QLatin1String(code), severity, arguments, 0, 0};
        if (!m_issues.contains(issue))
            m_issues << issue;
    }

    void subscriptionExists()
    {
        if (!m_spec.subscription.isEmpty() && !m_observed.subscriptions.isEmpty() && m_observed.subscriptionId(m_spec.subscription).isEmpty())
            add(QStringLiteral("subscription"), "subscription-unknown", {m_spec.subscription});
    }

    void subscriptions()
    {
        const struct {
            QString field;
            QString id;
        } used[]{{QStringLiteral("subscription"), m_targets.subscription}, {QStringLiteral("privateEndpoint.subscription"), m_targets.endpointSubscription}};
        QSet<QString> told;
        for (const auto &use : used) {
            for (const ObservedSubscription &each : m_observed.subscriptions) {
                if (each.id.compare(use.id, Qt::CaseInsensitive) != 0 || told.contains(each.id))
                    continue;
                told.insert(each.id);
                // Warned and PastDue still take writes, mostly (§6.1).
                const bool open = each.state.isEmpty() || each.state == QLatin1String("Enabled") || each.state == QLatin1String("Warned") || each.state == QLatin1String("PastDue");
                if (!open)
                    add(use.field, "subscription-state", {each.name, each.state});
                if (!m_identity.tenant.isEmpty() && !each.tenant.isEmpty() && each.tenant.compare(m_identity.tenant, Qt::CaseInsensitive) != 0)
                    add(use.field, "subscription-tenant", {each.name, each.tenant, m_identity.tenant});
            }
        }
    }

    void needs(const QString &field, const ResourceId &scope, const QString &action, Actor actor)
    {
        if (!scope.isEmpty() && m_observed.allows(scope, action) == false)
            add(field, "not-permitted", {action, scope.toString(), toText(actor)});
    }

    void rights(const Plan &plan)
    {
        for (const PlannedStep &step : plan.steps) {
            if (step.change != Change::Create && step.change != Change::Update)
                continue;
            const StepRights wanted = rightsFor(step.kind);
            for (const QString &action : wanted.actions)
                needs(QLatin1String(wanted.field), step.target, action, step.actor);
            if (step.kind == StepKind::PrivateEndpoint)
                endpointRights();
            if (step.kind == StepKind::ZoneLink)
                needs(QStringLiteral("privateEndpoint.dns"), m_targets.virtualNetwork, QStringLiteral("Microsoft.Network/virtualNetworks/join/action"), Actor::NetworkAdmin);
            const bool decision = step.kind == StepKind::Approval || step.kind == StepKind::EndpointApproval;
            for (const QString &action : {QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections/write"), approvalRight}) {
                if (decision && m_observed.allows(m_targets.server, action) == false) {
                    add(QStringLiteral("integration.approval"), "approval-needs-dba", {action, m_targets.server.toString()}, Severity::Warning);
                    break;
                }
            }
        }
    }

    void endpointRights()
    {
        needs(QStringLiteral("privateEndpoint.subnet"), m_targets.subnet, QStringLiteral("Microsoft.Network/virtualNetworks/subnets/join/action"), Actor::NetworkAdmin);
        if (m_spec.privateEndpoint->approval == EndpointApproval::Automatic && m_observed.allows(m_targets.server, approvalRight) == false)
            add(QStringLiteral("privateEndpoint.approval"), "endpoint-needs-manual", {approvalRight, m_targets.server.toString()});
    }

    void lockedAt(const QString &field, const ResourceId &id)
    {
        for (const ObservedLock &lock : m_observed.locks) {
            if (id.isEmpty() || !id.isWithin(lock.scope))
                continue;
            const QStringList arguments{plainType(id), id.name(), lock.name, lock.level, lock.scope.toString()};
            const bool readOnly = lock.level.compare(QLatin1String("ReadOnly"), Qt::CaseInsensitive) == 0;
            if (readOnly)
                add(field, "locked", arguments);
            else
                add(field, "delete-locked", arguments, Severity::Warning);
        }
    }

    //! Only where something is to be written; a subnet is joined, which its network's locks forbid too (§5).
    void locks(const Plan &plan)
    {
        bool toServer = false, toEndpoint = false, toZone = false, toFactory = false;
        for (const PlannedStep &step : plan.steps) {
            if (step.change == Change::None || step.kind == StepKind::ConnectionTest)
                continue;
            toServer = toServer || (step.target.isWithin(m_targets.server) && !m_targets.server.isEmpty());
            toEndpoint = toEndpoint || step.kind == StepKind::PrivateEndpoint;
            toZone = toZone || step.kind == StepKind::DnsZone || step.kind == StepKind::ZoneLink || step.kind == StepKind::ZoneGroup;
            toFactory = toFactory || (step.target.isWithin(m_targets.factory) && !m_targets.factory.isEmpty());
        }
        const auto nearest = [&](const ResourceId &id) { return m_observed.find(id) ? id : id.parent(); };
        if (toServer)
            lockedAt(QStringLiteral("server"), nearest(m_targets.server));
        if (toEndpoint) {
            // The subnet's own locks only: those of its network are named there.
            lockedAt(QStringLiteral("privateEndpoint.virtualNetwork"), m_targets.virtualNetwork);
            for (const ObservedLock &lock : m_observed.locks) {
                if (lock.scope == m_targets.subnet)
                    lockedAt(QStringLiteral("privateEndpoint.subnet"), m_targets.subnet);
            }
            if (!(m_targets.endpointGroup == m_targets.virtualNetwork.parent()))
                lockedAt(QStringLiteral("privateEndpoint.resourceGroup"), m_targets.endpointGroup);
        }
        if (toZone && !m_targets.zone.isEmpty() && m_observed.find(m_targets.zone))
            lockedAt(QStringLiteral("privateEndpoint.dns"), m_targets.zone);
        if (toFactory)
            lockedAt(QStringLiteral("integration"), nearest(m_targets.factory));
    }

    void registrations(const Plan &plan)
    {
        for (const PlannedStep &step : plan.steps) {
            if (step.kind != StepKind::RegisterProvider)
                continue;
            const QString provider = step.calls.first().path.section(QLatin1Char('/'), -2, -2);
            add(QStringLiteral("subscription"), "not-registered", {provider, step.target.subscriptionId()}, Severity::Warning);
            const QString action = provider + QStringLiteral("/register/action");
            // Registering takes a role on the subscription, and every role that has it may read permissions (§6.2).
            if (!m_observed.allows(step.target, action).value_or(!m_observed.foreignScopes.contains(step.target.key())))
                add(QStringLiteral("subscription"), "not-permitted", {action, step.target.toString(), toText(step.actor)});
        }
    }

    void groups()
    {
        const auto must = [&](const QString &field, const ResourceId &group, bool made) {
            if (!group.isEmpty() && !made && m_observed.isAbsent(group))
                add(field, "group-missing", {group.name()});
        };
        const bool own = m_spec.resourceGroup && m_spec.resourceGroup->create;
        must(QStringLiteral("resourceGroup"), m_targets.group, own);
        must(QStringLiteral("privateEndpoint.resourceGroup"), m_targets.endpointGroup, (own && m_targets.endpointGroup == m_targets.group) || (m_spec.privateEndpoint && m_spec.privateEndpoint->createResourceGroup));
        must(QStringLiteral("integration.resourceGroup"), m_targets.factoryGroup, own && m_targets.factoryGroup == m_targets.group);
    }

    void server()
    {
        if (!m_spec.server)
            return;
        if (const QJsonObject *there = m_observed.find(m_targets.server)) {
            const QJsonObject inner = memberOf(*there, "properties");
            if (m_targets.endpoint.isEmpty() == false || !m_targets.managedEndpoint.isEmpty()) {
                if (!memberOf(inner, "network").value(QStringLiteral("delegatedSubnetResourceId")).toString().isEmpty())
                    add(QStringLiteral("server"), "server-in-network", {m_targets.server.name()});
            }
            const QString state = inner.value(QStringLiteral("state")).toString();
            static const QStringList passing{QStringLiteral("Ready"), QStringLiteral("Updating"), QStringLiteral("Starting"), QStringLiteral("Restarting"), QStringLiteral("Provisioning")};
            if (!state.isEmpty() && !passing.contains(state, Qt::CaseInsensitive))
                add(QStringLiteral("server"), "server-not-ready", {m_targets.server.name(), state});
            return;
        }
        if (!m_spec.server->create) {
            if (m_observed.isAbsent(m_targets.server))
                add(QStringLiteral("server"), "server-missing", {m_targets.server.name()});
            return;
        }
        capabilities(*m_spec.server->create);
        const auto name = m_observed.names.constFind(m_targets.server.name());
        if (name != m_observed.names.cend() && !name->available)
            add(QStringLiteral("server.name"), name->reason == QLatin1String("Invalid") ? "name-not-valid" : "name-taken", {m_targets.server.name(), name->message});
    }

    //! Azure's own words: they list the regions that there are.
    void unknownLocation(const QString &location)
    {
        const Error why = m_observed.closedLocations.value(normalLocation(location));
        if (why.code != QLatin1String("LocationNotAvailableForResourceType") && why.code != QLatin1String("NoRegisteredProviderFound"))
            return;
        static const QRegularExpression word(QStringLiteral("[a-z]{4,}[a-z0-9]*"));
        QStringList words;
        for (auto each = word.globalMatch(why.message); each.hasNext();)
            words << each.next().captured();
        words.removeAll(location);
        const QString meant = nearestWord(location, words);
        add(QStringLiteral("server.create.location"), "plan-conflict", {meant.isEmpty() ? why.message : QStringLiteral("%1 (%2?)").arg(why.message, meant)});
    }

    void capabilities(const ServerCreateSpec &create)
    {
        const auto found = m_observed.capabilities.constFind(normalLocation(create.location));
        if (found == m_observed.capabilities.cend())
            return unknownLocation(create.location);
        bool restricted = found->value(QStringLiteral("restricted")).toString() == QLatin1String("Enabled");
        for (const QJsonValue &each : found->value(QStringLiteral("supportedFeatures")).toArray())
            restricted = restricted || (each.toObject().value(QStringLiteral("name")).toString() == QLatin1String("OfferRestricted") && each.toObject().value(QStringLiteral("status")).toString() == QLatin1String("Enabled"));
        const QJsonArray editions = found->value(QStringLiteral("supportedServerEditions")).toArray();
        if (restricted || editions.isEmpty())
            return add(QStringLiteral("server.create.location"), "location-restricted", {create.location});
        QStringList versions;
        for (const QJsonValue &each : found->value(QStringLiteral("supportedServerVersions")).toArray())
            versions << each.toObject().value(QStringLiteral("name")).toString();
        if (!versions.contains(create.version))
            add(QStringLiteral("server.create.version"), "version-not-offered", {create.version, create.location, versions.join(QStringLiteral(", "))});
        size(create, editions);
    }

    void size(const ServerCreateSpec &create, const QJsonArray &editions)
    {
        QStringList some;
        for (const QJsonValue &edition : editions) {
            for (const QJsonValue &each : edition.toObject().value(QStringLiteral("supportedServerSkus")).toArray()) {
                const QJsonObject sku = each.toObject();
                const QString name = sku.value(QStringLiteral("name")).toString();
                some << name;
                if (name.compare(create.sku, Qt::CaseInsensitive) != 0)
                    continue;
                const QJsonArray modes = sku.value(QStringLiteral("supportedHaMode")).toArray();
                if (create.highAvailability != HighAvailability::Disabled && !modes.contains(toText(create.highAvailability)))
                    add(QStringLiteral("server.create.highAvailability"), "high-availability-not-offered", {toText(create.highAvailability), name, create.location});
                return;
            }
        }
        // The nearest first: those that begin alike longest.
        const auto alike = [&](const QString &name) {
            const auto [here, there] = std::mismatch(name.cbegin(), name.cend(), create.sku.cbegin(), create.sku.cend());
            return here - name.cbegin();
        };
        std::stable_sort(some.begin(), some.end(), [&](const QString &left, const QString &right) { return alike(left) > alike(right); });
        add(QStringLiteral("server.create.sku"), "sku-not-offered", {create.sku, create.location, some.mid(0, 6).join(QStringLiteral(", "))});
    }

    void network()
    {
        if (!m_spec.privateEndpoint)
            return;
        if (m_observed.isAbsent(m_targets.virtualNetwork))
            return add(QStringLiteral("privateEndpoint.virtualNetwork"), "network-missing", {m_targets.virtualNetwork.name()});
        if (m_observed.isAbsent(m_targets.subnet))
            return add(QStringLiteral("privateEndpoint.subnet"), "subnet-missing", {m_targets.subnet.name()});
        const bool made = !m_observed.find(m_targets.endpoint);
        if (const QJsonObject *subnet = m_observed.find(m_targets.subnet); subnet && made) {
            const QJsonObject inner = memberOf(*subnet, "properties");
            const QJsonArray delegations = inner.value(QStringLiteral("delegations")).toArray();
            if (!delegations.isEmpty())
                add(QStringLiteral("privateEndpoint.subnet"), "subnet-delegated", {m_targets.subnet.name(), memberOf(delegations.first().toObject(), "properties").value(QStringLiteral("serviceName")).toString()});
            const QString policies = inner.value(QStringLiteral("privateEndpointNetworkPolicies")).toString();
            if (!policies.isEmpty() && policies != QLatin1String("Disabled"))
                add(QStringLiteral("privateEndpoint.subnet"), "subnet-policies", {m_targets.subnet.name(), policies}, Severity::Warning);
            if (m_observed.freeAddresses.value(m_targets.subnet.key(), 1) <= 0)
                add(QStringLiteral("privateEndpoint.subnet"), "subnet-full", {m_targets.subnet.name()});
        }
        regions();
        if (const QString state = endpointState(m_observed.find(m_targets.endpoint)); state == QLatin1String("Rejected") || state == QLatin1String("Disconnected"))
            add(QStringLiteral("privateEndpoint"), "connection-rejected", {m_targets.endpoint.name()});
    }

    void regions()
    {
        const QJsonObject *network = m_observed.find(m_targets.virtualNetwork);
        if (!network)
            return;
        const QString there = normalLocation(network->value(QStringLiteral("location")).toString());
        if (!m_observed.find(m_targets.endpoint) && normalLocation(m_spec.privateEndpoint->location) != there)
            add(QStringLiteral("privateEndpoint.location"), "endpoint-region", {m_spec.privateEndpoint->location, there});
        const QJsonObject *server = m_observed.find(m_targets.server);
        const QString location = server ? server->value(QStringLiteral("location")).toString() : m_spec.server && m_spec.server->create ? m_spec.server->create->location : QString();
        if (!location.isEmpty() && normalLocation(location) != there)
            add(QStringLiteral("server"), "server-region", {normalLocation(location), there}, Severity::Warning);
    }

    void zone()
    {
        if (!m_spec.privateEndpoint || m_spec.privateEndpoint->dnsMode != DnsMode::Zone || m_targets.zone.isEmpty())
            return;
        if (m_targets.zone.name().compare(m_targets.zoneName, Qt::CaseInsensitive) != 0)
            add(QStringLiteral("privateEndpoint.dns.zone"), "zone-not-asked", {m_targets.zone.name(), m_targets.zoneName});
        const ResourceId own = ResourceId::resource(m_targets.endpointSubscription, m_targets.endpointGroup.name(), type::privateDnsZone, m_targets.zoneName);
        const bool linked = std::any_of(m_observed.zoneLinks.cbegin(), m_observed.zoneLinks.cend(), [&](const ObservedZoneLink &link) { return link.zone == m_targets.zone && link.virtualNetwork == m_targets.virtualNetwork; });
        if (linked && !(m_targets.zone == own) && !m_observed.find(m_targets.zoneGroup))
            add(QStringLiteral("privateEndpoint.dns"), "zone-reused", {m_targets.zone.toString()}, Severity::Warning);
    }

    void factory()
    {
        if (!m_spec.integration)
            return;
        if (!m_spec.integration->create && m_observed.isAbsent(m_targets.factory))
            add(QStringLiteral("integration"), "factory-missing", {m_targets.factory.name()});
        if (const QJsonObject *runtime = m_observed.find(m_targets.runtime); runtime && !m_targets.managedEndpoint.isEmpty()) {
            if (!memberOf(*runtime, "properties").contains(QStringLiteral("managedVirtualNetwork")))
                add(QStringLiteral("integration.runtime"), "runtime-not-in-network", {m_targets.runtime.name()});
        }
        if (managedEndpointState(m_observed.find(m_targets.managedEndpoint)) == QLatin1String("Rejected"))
            add(QStringLiteral("integration.managedPrivateEndpoint"), "connection-rejected", {m_targets.managedEndpoint.name()});
    }

    const SetupSpec &m_spec;
    const Observed &m_observed;
    const RunIdentity &m_identity;
    Targets m_targets;
    Issues m_issues;
};

} // namespace

Issues preflight(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity)
{
    return Preflight(spec, observed, identity).look();
}

QString fieldOfStep(StepKind kind)
{
    return QLatin1String(rightsFor(kind).field);
}

} // namespace causeway
