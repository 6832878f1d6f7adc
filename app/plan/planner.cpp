// SPDX-License-Identifier: Apache-2.0
#include "plan/planner.h"

#include "domain/types.h"
#include "plan/bodies.h"
#include "plan/connections.h"
#include "plan/targets.h"

namespace causeway {
namespace {

//! How long a step takes as a rule (azure-postgresql-and-network.md §1.2, azure-data-factory.md §10.4); for the review page
//! and for what to start first.
Milliseconds usualTime(StepKind kind)
{
    switch (kind) {
    case StepKind::RegisterProvider: return std::chrono::seconds(30);
    case StepKind::ResourceGroup: return std::chrono::seconds(1);
    case StepKind::Identity: return std::chrono::seconds(2);
    case StepKind::Server: return std::chrono::seconds(335);
    case StepKind::FirewallRule: return std::chrono::seconds(20);
    case StepKind::Database: return std::chrono::seconds(20);
    case StepKind::ServerParameter: return std::chrono::seconds(20);
    case StepKind::PublicAccess: return std::chrono::seconds(60);
    case StepKind::EntraAdministrator: return std::chrono::seconds(20);
    case StepKind::DnsZone: return std::chrono::seconds(30);
    case StepKind::ZoneLink: return std::chrono::seconds(30);
    case StepKind::PrivateEndpoint: return std::chrono::seconds(50);
    case StepKind::EndpointApproval: return std::chrono::seconds(95);
    case StepKind::ZoneGroup: return std::chrono::seconds(20);
    case StepKind::Factory: return std::chrono::seconds(4);
    case StepKind::FactoryIdentity: return std::chrono::seconds(3);
    case StepKind::ManagedVirtualNetwork: return std::chrono::seconds(3);
    case StepKind::IntegrationRuntime: return std::chrono::seconds(30);
    case StepKind::ManagedPrivateEndpoint: return std::chrono::seconds(60);
    case StepKind::Approval: return std::chrono::seconds(270);
    case StepKind::InteractiveAuthoring: return std::chrono::seconds(120);
    case StepKind::Credential: return std::chrono::seconds(2);
    case StepKind::LinkedService: return std::chrono::seconds(2);
    case StepKind::ConnectionTest: return std::chrono::seconds(5);
    }
    Q_UNREACHABLE();
}

Actor usualActor(StepKind kind)
{
    switch (kind) {
    case StepKind::RegisterProvider:
    case StepKind::ResourceGroup:
    case StepKind::Server:
    case StepKind::FirewallRule:
    case StepKind::Database:
    case StepKind::ServerParameter:
    case StepKind::PublicAccess:
    case StepKind::EntraAdministrator:
    case StepKind::EndpointApproval:
    case StepKind::Approval:
        return Actor::Dba;
    case StepKind::DnsZone:
    case StepKind::ZoneLink:
    case StepKind::PrivateEndpoint:
    case StepKind::ZoneGroup:
        return Actor::NetworkAdmin;
    case StepKind::Identity:
    case StepKind::Factory:
    case StepKind::FactoryIdentity:
    case StepKind::ManagedVirtualNetwork:
    case StepKind::IntegrationRuntime:
    case StepKind::ManagedPrivateEndpoint:
    case StepKind::InteractiveAuthoring:
    case StepKind::Credential:
    case StepKind::LinkedService:
    case StepKind::ConnectionTest:
        return Actor::DataEngineer;
    }
    Q_UNREACHABLE();
}

class Planner
{
public:
    Planner(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity, Targets targets)
        : m_spec(spec), m_observed(observed), m_targets(std::move(targets))
    {
        m_plan.spec = spec;
        m_plan.identity = identity;
    }

    Result<Plan> make()
    {
        registrations();
        groups();
        identity();
        factory();
        server();
        endpoint();
        dataRoad();
        linkedService();
        if (m_error)
            return *m_error;
        return ordered(m_plan);
    }

private:
    //! Ids of those that are in the plan: who depends on a step that is not needed depends on nothing.
    [[nodiscard]] QStringList present(const QStringList &ids) const
    {
        QStringList there;
        for (const QString &id : ids) {
            if (m_plan.step(id) && !there.contains(id))
                there << id;
        }
        return there;
    }

    PlannedStep &add(const QString &id, StepKind kind, const ResourceId &target, const QStringList &dependsOn, Change change = Change::Create)
    {
        PlannedStep step;
        step.id = id;
        step.kind = kind;
        step.target = target;
        step.change = change;
        step.dependsOn = present(dependsOn);
        step.actor = usualActor(kind);
        step.estimate = usualTime(kind);
        m_plan.steps << step;
        return m_plan.steps.last();
    }

    //! A step that makes one resource by PUT: compared with what is there.
    PlannedStep &resource(const QString &id, StepKind kind, const ResourceId &target, const QString &version, const QJsonObject &wanted, const QStringList &dependsOn)
    {
        const QJsonObject *found = m_observed.find(target);
        const Comparison comparison = causeway::change(kind, wanted, found);
        if (!comparison.immutable.isEmpty() && !m_error)
            m_error = differs(target, comparison);
        PlannedStep &step = add(id, kind, target, dependsOn, comparison.change);
        step.differences = comparison.differences;
        if (comparison.change != Change::None)
            step.calls << RestCall{"PUT", target.toString(), version, wanted};
        return step;
    }

    static Error differs(const ResourceId &target, const Comparison &comparison)
    {
        Error error;
        error.kind = ErrorKind::Conflict;
        error.code = QStringLiteral("ExistsDifferently");
        error.target = target.toString();
        error.message = QStringLiteral("\"%1\" is there already and differs in what cannot be changed: %2. Choose another name, or take its values into the setup.")
                            .arg(target.name(), comparison.immutable.join(QStringLiteral(", ")));
        return error;
    }

    void registrations()
    {
        const auto need = [&](const QString &subscription, const QString &provider, const QString &id, bool advised = false) {
            const QString state = m_observed.registration(subscription, provider);
            if (subscription.isEmpty() || state.isEmpty() || state == QLatin1String("Registered") || m_plan.step(id))
                return;
            const ResourceId target = ResourceId::subscription(subscription);
            if (advised && m_observed.allows(target, provider + QStringLiteral("/register/action")) == false)
                return warn(QStringLiteral("privateEndpoint.subscription"), QStringLiteral("not-registered"), {provider, subscription});
            PlannedStep &step = add(id, StepKind::RegisterProvider, target, {});
            step.calls << RestCall{"POST", target.toString() + QStringLiteral("/providers/") + provider + QStringLiteral("/register"), version::providers, QJsonValue(QJsonValue::Undefined)};
        };
        if (m_spec.server)
            need(m_targets.server.subscriptionId(), QStringLiteral("Microsoft.DBforPostgreSQL"), QStringLiteral("register-postgresql"));
        if (m_spec.privateEndpoint) {
            need(m_targets.endpointSubscription, QStringLiteral("Microsoft.Network"), QStringLiteral("register-network"));
            // For an endpoint across subscriptions the consumer's should have the target's provider too (§6.3).
            need(m_targets.endpointSubscription, QStringLiteral("Microsoft.DBforPostgreSQL"), QStringLiteral("register-postgresql-endpoint"), m_targets.endpointSubscription != m_targets.server.subscriptionId());
        }
        if (m_spec.integration) {
            need(m_targets.subscription, QStringLiteral("Microsoft.DataFactory"), QStringLiteral("register-datafactory"));
            need(m_targets.subscription, QStringLiteral("Microsoft.Network"), QStringLiteral("register-network"));
        }
        if (!m_targets.identity.isEmpty())
            need(m_targets.identity.subscriptionId(), QStringLiteral("Microsoft.ManagedIdentity"), QStringLiteral("register-identity"));
    }

    void groups()
    {
        const auto group = [&](const QString &id, const ResourceId &target, const QString &location, Actor actor) {
            PlannedStep &step = add(id, StepKind::ResourceGroup, target, {}, m_observed.find(target) ? Change::None : Change::Create);
            step.actor = actor;
            if (step.change == Change::Create)
                step.calls << RestCall{"PUT", target.toString(), version::resources, QJsonObject{{QStringLiteral("location"), location}}};
        };
        if (m_spec.resourceGroup && m_spec.resourceGroup->create)
            group(QStringLiteral("group"), m_targets.group, m_spec.resourceGroup->location, Actor::Dba);
        if (m_spec.privateEndpoint && m_spec.privateEndpoint->createResourceGroup && !(m_targets.endpointGroup == m_targets.group))
            group(QStringLiteral("group-endpoint"), m_targets.endpointGroup, m_spec.privateEndpoint->location, Actor::NetworkAdmin);
    }

    void identity()
    {
        // An identity that may not be read is somebody else's and is taken as it is; one that is known to be missing is made.
        if (m_targets.identity.isEmpty() || !(m_observed.isAbsent(m_targets.identity) || m_observed.find(m_targets.identity)))
            return;
        resource(QStringLiteral("identity"), StepKind::Identity, m_targets.identity, version::identity, QJsonObject{{QStringLiteral("location"), factoryLocation()}}, {QStringLiteral("group"), QStringLiteral("register-identity")});
        m_plan.steps.last().change = m_observed.find(m_targets.identity) ? Change::None : Change::Create; // its region does not matter
        if (m_error && m_error->target == m_targets.identity.toString())
            m_error.reset();
        if (m_plan.steps.last().change == Change::None) {
            m_plan.steps.last().calls.clear();
            m_plan.steps.last().differences.clear();
        }
    }

    [[nodiscard]] QString factoryLocation() const
    {
        if (!m_spec.integration->location.isEmpty())
            return m_spec.integration->location;
        const QJsonObject *group = m_observed.find(m_targets.factoryGroup);
        if (group)
            return group->value(QStringLiteral("location")).toString();
        return m_spec.resourceGroup ? m_spec.resourceGroup->location : QString();
    }

    void factory()
    {
        if (!m_spec.integration)
            return;
        const IntegrationSpec &integration = *m_spec.integration;
        const QJsonObject *there = m_observed.find(m_targets.factory);
        if (integration.create) {
            // An existing factory is taken where it is, unless the setup says where it must be.
            QJsonObject wanted = body::factory(factoryLocation());
            if (there && integration.location.isEmpty())
                wanted.remove(QStringLiteral("location"));
            wanted.remove(there ? QStringLiteral("identity") : QString()); // FactoryIdentity's
            resource(QStringLiteral("factory"), StepKind::Factory, m_targets.factory, version::dataFactory, wanted, {QStringLiteral("group"), QStringLiteral("register-datafactory")});
        }
        factoryIdentity(there);
        if (!m_targets.runtime.isEmpty() && !integration.runtimeName.isEmpty()) {
            const QStringList made{QStringLiteral("factory"), QStringLiteral("register-network")};
            resource(QStringLiteral("managed-network"), StepKind::ManagedVirtualNetwork, m_targets.managedNetwork, version::dataFactory, QJsonObject{{QStringLiteral("properties"), QJsonObject()}}, made);
            resource(QStringLiteral("runtime"), StepKind::IntegrationRuntime, m_targets.runtime, version::dataFactory, body::integrationRuntime(m_targets.managedNetwork.name()), {QStringLiteral("managed-network")});
        } else if (!m_targets.managedEndpoint.isEmpty()) {
            resource(QStringLiteral("managed-network"), StepKind::ManagedVirtualNetwork, m_targets.managedNetwork, version::dataFactory, QJsonObject{{QStringLiteral("properties"), QJsonObject()}}, {QStringLiteral("factory"), QStringLiteral("register-network")});
        }
        interactiveAuthoring();
    }

    void factoryIdentity(const QJsonObject *there)
    {
        const bool system = m_spec.linkedService && m_spec.linkedService->authentication.type == AuthenticationType::SystemAssignedManagedIdentity;
        const bool user = !m_targets.identity.isEmpty();
        if (!user && !(system && there && m_spec.integration->create))
            return;
        const QJsonObject wanted = body::factoryIdentity(there, m_targets.identity);
        const Comparison comparison = causeway::change(StepKind::FactoryIdentity, wanted, there);
        PlannedStep &step = add(QStringLiteral("factory-identity"), StepKind::FactoryIdentity, m_targets.factory, {QStringLiteral("factory"), QStringLiteral("identity")}, comparison.change == Change::None ? Change::None : Change::Update);
        step.differences = comparison.differences;
        if (step.change != Change::None)
            step.calls << RestCall{"PATCH", m_targets.factory.toString(), version::dataFactory, wanted};
    }

    void interactiveAuthoring()
    {
        if (m_targets.runtime.isEmpty() || m_spec.integration->runtimeName.isEmpty() || !m_spec.testConnection)
            return;
        // A runtime that is there had it once, or gets it when the test asks for it: timed out is no change.
        const bool fresh = !m_observed.find(m_targets.runtime);
        PlannedStep &step = add(QStringLiteral("authoring"), StepKind::InteractiveAuthoring, m_targets.runtime, {QStringLiteral("runtime")}, fresh ? Change::Create : Change::None);
        if (fresh)
            step.calls << RestCall{"POST", m_targets.runtime.toString() + QStringLiteral("/enableInteractiveQuery"), version::dataFactory, QJsonObject{{QStringLiteral("autoTerminationMinutes"), m_spec.integration->interactiveAuthoringMinutes}}};
    }

    void server()
    {
        if (!m_spec.server)
            return;
        const ServerSpec &spec = *m_spec.server;
        const QJsonObject *there = m_observed.find(m_targets.server);
        const QStringList before{QStringLiteral("group"), QStringLiteral("register-postgresql")};
        if (there) {
            existingServer(*there);
        } else if (spec.create) {
            resource(QStringLiteral("server"), StepKind::Server, m_targets.server, version::postgresql, body::server(spec, m_plan.identity, m_observed), before).serialKey = m_targets.server.key();
            if (spec.create->highAvailability != HighAvailability::Disabled)
                m_plan.steps.last().estimate += std::chrono::seconds(180);
        }
        if (spec.publicNetworkAccess && there)
            onServer(QStringLiteral("public-access"), StepKind::PublicAccess, m_targets.server, body::publicAccess(*spec.publicNetworkAccess), "PATCH");
        for (const FirewallRuleSpec &rule : spec.firewall)
            onServer(QStringLiteral("firewall-") + rule.name, StepKind::FirewallRule, m_targets.server.child(QStringLiteral("firewallRules"), rule.name), body::firewallRule(rule));
        for (const QString &name : spec.databases)
            onServer(QStringLiteral("database-") + name, StepKind::Database, m_targets.server.child(QStringLiteral("databases"), name), body::database());
        if (spec.requireSecureTransport)
            onServer(QStringLiteral("parameter-require_secure_transport"), StepKind::ServerParameter, m_targets.server.child(QStringLiteral("configurations"), QStringLiteral("require_secure_transport")), body::parameter(*spec.requireSecureTransport ? QStringLiteral("on") : QStringLiteral("off")));
        administrator();
    }

    void existingServer(const QJsonObject &there)
    {
        const QJsonObject wanted = body::existingServer(*m_spec.server, m_plan.identity, m_observed);
        const Comparison comparison = causeway::change(StepKind::Server, wanted, &there);
        if (!comparison.immutable.isEmpty() && !m_error)
            m_error = differs(m_targets.server, comparison);
        PlannedStep &step = add(QStringLiteral("server"), StepKind::Server, m_targets.server, {}, comparison.change);
        step.differences = comparison.differences;
        step.serialKey = m_targets.server.key();
        step.estimate = std::chrono::seconds(60);
        if (step.change == Change::Update)
            step.calls << RestCall{"PATCH", m_targets.server.toString(), version::postgresql, body::patchOf(wanted, comparison.differences)};
    }

    void onServer(const QString &id, StepKind kind, const ResourceId &target, const QJsonObject &wanted, const QByteArray &method = "PUT")
    {
        PlannedStep &step = resource(id, kind, target, version::postgresql, wanted, {QStringLiteral("server"), QStringLiteral("factory"), QStringLiteral("identity"), QStringLiteral("factory-identity")});
        const bool needsIdentity = kind == StepKind::EntraAdministrator && m_spec.linkedService->authentication.type != AuthenticationType::ServicePrincipal;
        if (!needsIdentity)
            step.dependsOn = present({QStringLiteral("server")});
        step.serialKey = m_targets.server.key();
        // A parameter exists from the start: on a server that is made now, too.
        if (kind == StepKind::ServerParameter && step.change == Change::Create)
            step.change = Change::Update;
        for (RestCall &call : step.calls)
            call.method = method;
    }

    //! The identity that the linked service signs in with becomes Entra administrator (azure-data-factory.md §7.2).
    void administrator()
    {
        if (!m_spec.server->entraAuthentication || !m_spec.linkedService || !m_spec.integration)
            return;
        const AuthenticationType type = m_spec.linkedService->authentication.type;
        if (type == AuthenticationType::ServicePrincipal)
            return principalAdministrator(m_spec.linkedService->authentication);
        const bool system = type == AuthenticationType::SystemAssignedManagedIdentity;
        const ResourceId holder = system ? m_targets.factory : m_targets.identity;
        if (holder.isEmpty() || (!system && type != AuthenticationType::UserAssignedManagedIdentity))
            return;
        const QString member = system ? QStringLiteral("identity.principalId") : QStringLiteral("properties.principalId");
        QString principal = principalOf(holder, system);
        if (principal.isEmpty()) {
            const QString step = m_plan.step(QStringLiteral("factory-identity")) && system ? QStringLiteral("factory-identity") : system ? QStringLiteral("factory") : QStringLiteral("identity");
            if (!m_plan.step(step))
                return warn(QStringLiteral("linkedService.authentication"), QStringLiteral("administrator-unknown"), {holder.name()});
            principal = QStringLiteral("{%1:%2}").arg(step, member);
        }
        onServer(QStringLiteral("administrator"), StepKind::EntraAdministrator, m_targets.server.child(QStringLiteral("administrators"), principal), body::administrator(holder.name(), m_plan.identity.tenant));
    }

    //! Its object id is in the directory, which is not asked (that takes rights of its own): the document names it.
    void principalAdministrator(const AuthenticationSpec &principal)
    {
        const QString &objectId = principal.servicePrincipalObjectId;
        if (!objectId.isEmpty())
            onServer(QStringLiteral("administrator"), StepKind::EntraAdministrator, m_targets.server.child(QStringLiteral("administrators"), objectId.toLower()), body::administrator(principal.username, principal.tenant));
        else if (!isAdministrator(principal.username))
            warn(QStringLiteral("linkedService.authentication.servicePrincipalObjectId"), QStringLiteral("administrator-not-named"), {principal.username, principal.servicePrincipalId});
    }

    [[nodiscard]] bool isAdministrator(const QString &name) const
    {
        return std::any_of(m_observed.resources.cbegin(), m_observed.resources.cend(), [&](const QJsonObject &each) {
            const auto id = ResourceId::parse(each.value(QStringLiteral("id")).toString(), type::administrator);
            return id && id->parent() == m_targets.server && each.value(QStringLiteral("properties")).toObject().value(QStringLiteral("principalName")).toString() == name;
        });
    }

    [[nodiscard]] QString principalOf(const ResourceId &holder, bool system) const
    {
        const QJsonObject *found = m_observed.find(holder);
        if (!found)
            return {};
        return found->value(system ? QStringLiteral("identity") : QStringLiteral("properties")).toObject().value(QStringLiteral("principalId")).toString();
    }

    void warn(const QString &field, const QString &code, const QStringList &arguments)
    {
        m_plan.warnings << Issue{field, code, Severity::Warning, arguments, 0, 0};
    }

    //! Making an endpoint writes to the server too, behind the scenes (azure-postgresql-and-network.md §3.3): one at a time.
    void endpoint()
    {
        if (!m_spec.privateEndpoint)
            return;
        const PrivateEndpointSpec &spec = *m_spec.privateEndpoint;
        const QString group = m_targets.endpointGroup == m_targets.group ? QStringLiteral("group") : QStringLiteral("group-endpoint");
        if (spec.dnsMode == DnsMode::Zone) {
            resource(QStringLiteral("zone"), StepKind::DnsZone, m_targets.zone, version::privateDns, QJsonObject{{QStringLiteral("location"), QStringLiteral("global")}}, {group, QStringLiteral("register-network")});
            resource(QStringLiteral("zone-link"), StepKind::ZoneLink, m_targets.zoneLink, version::privateDns, body::zoneLink(m_targets), {QStringLiteral("zone")});
        }
        resource(QStringLiteral("endpoint"), StepKind::PrivateEndpoint, m_targets.endpoint, version::network, body::privateEndpoint(spec, m_targets), {QStringLiteral("server"), group, QStringLiteral("register-network"), QStringLiteral("register-postgresql-endpoint")}).serialKey = m_targets.server.key();
        if (spec.dnsMode == DnsMode::Zone)
            resource(QStringLiteral("zone-group"), StepKind::ZoneGroup, m_targets.zoneGroup, version::network, body::zoneGroup(m_targets), {QStringLiteral("endpoint"), QStringLiteral("zone")});
        else if (spec.dnsMode == DnsMode::Policy)
            policyZoneGroup();
        if (spec.approval == EndpointApproval::Manual) {
            const bool own = m_spec.integration && m_spec.integration->approvalMode == ApprovalMode::ApproveOwn;
            approval(QStringLiteral("endpoint-approval"), StepKind::EndpointApproval, m_targets.endpoint, QStringLiteral("endpoint"), own, endpointState(m_observed.find(m_targets.endpoint)));
        }
    }

    //! Written by somebody's Azure Policy, under whatever name: we only wait for it.
    void policyZoneGroup()
    {
        ResourceId group;
        for (const QJsonObject &each : m_observed.resources) {
            const auto id = ResourceId::parse(each.value(QStringLiteral("id")).toString(), type::zoneGroup);
            if (id && id->parent() == m_targets.endpoint)
                group = *id;
        }
        const Change needed = group.isEmpty() ? Change::Wait : Change::None;
        if (group.isEmpty())
            group = m_targets.endpoint.child(QStringLiteral("privateDnsZoneGroups"), QStringLiteral("default"));
        PlannedStep &step = add(QStringLiteral("zone-group"), StepKind::ZoneGroup, group, {QStringLiteral("endpoint")}, needed);
        step.estimate = std::chrono::minutes(5);
    }

    void dataRoad()
    {
        if (m_targets.managedEndpoint.isEmpty() || m_targets.server.isEmpty())
            return;
        resource(QStringLiteral("managed-endpoint"), StepKind::ManagedPrivateEndpoint, m_targets.managedEndpoint, version::dataFactory, body::managedPrivateEndpoint(m_targets.server, QStringLiteral("postgresqlServer")), {QStringLiteral("managed-network"), QStringLiteral("server")}).serialKey = m_targets.server.key();
        approval(QStringLiteral("approval"), StepKind::Approval, m_targets.managedEndpoint, QStringLiteral("managed-endpoint"), m_spec.integration->approvalMode == ApprovalMode::ApproveOwn, managedEndpointState(m_observed.find(m_targets.managedEndpoint)));
    }

    //! The server's decision on one connection; `consumer` is what the other side says now.
    void approval(const QString &id, StepKind kind, const ResourceId &endpoint, const QString &maker, bool own, const QString &consumer)
    {
        const QJsonArray known = m_observed.connections.value(m_targets.server.key());
        const auto connection = kind == StepKind::Approval ? connectionOfManagedEndpoint(known, m_targets.factory.name(), endpoint.name()) : connectionOfEndpoint(known, endpoint);
        const bool decided = connection && connection->status.compare(QLatin1String("Approved"), Qt::CaseInsensitive) == 0;
        const bool noticed = consumer.compare(QLatin1String("Approved"), Qt::CaseInsensitive) == 0;
        // Without a view of the server (somebody else's) the consumer's own word counts.
        const bool done = noticed && (decided || !m_observed.connections.contains(m_targets.server.key()));
        // Only what this plan makes is its own to approve (reliability-security-performance.md §0.15).
        const PlannedStep *made = m_plan.step(maker);
        const bool mine = own && !decided && made && made->change == Change::Create;
        PlannedStep &step = add(id, kind, connection ? connection->id : ResourceId(), {maker}, done ? Change::None : mine ? Change::Create : Change::Wait);
        if (!connection)
            step.target = m_targets.server.child(QStringLiteral("privateEndpointConnections"), QStringLiteral("{%1:name}").arg(id));
        step.serialKey = m_targets.server.key();
        if (step.change == Change::Create)
            step.calls << RestCall{"PUT", step.target.toString(), version::postgresql, body::decision(m_spec.integration ? m_spec.integration->approvalComment : QString())};
    }

    void linkedService()
    {
        if (!m_spec.linkedService || !m_spec.integration)
            return;
        if (!m_targets.credential.isEmpty() && !m_targets.identity.isEmpty())
            resource(QStringLiteral("credential"), StepKind::Credential, m_targets.credential, version::dataFactory, body::credential(m_targets.identity), {QStringLiteral("factory-identity"), QStringLiteral("factory"), QStringLiteral("identity")});
        const QJsonObject *server = m_observed.find(m_targets.server);
        const QString known = server ? server->value(QStringLiteral("properties")).toObject().value(QStringLiteral("fullyQualifiedDomainName")).toString() : QString();
        const bool later = m_spec.linkedService->account == AccountSelection::FromSubscription && known.isEmpty() && m_plan.step(QStringLiteral("server"));
        const QString fqdn = m_spec.linkedService->account == AccountSelection::Manual ? m_spec.linkedService->host : known.isEmpty() ? m_targets.server.name() + serverSuffix(m_spec.cloud) : known;
        QJsonObject wanted = body::linkedService(m_spec, fqdn, later ? QStringLiteral("server") : QString());
        QStringList before{QStringLiteral("factory"), QStringLiteral("runtime"), QStringLiteral("credential"), QStringLiteral("factory-identity")};
        if (later)
            before << QStringLiteral("server");
        PlannedStep &step = resource(QStringLiteral("linked-service"), StepKind::LinkedService, m_targets.linkedService, version::dataFactory, wanted, before);
        keepDescription(step);
        if (!m_spec.testConnection)
            return;
        QStringList all{QStringLiteral("linked-service"), QStringLiteral("approval"), QStringLiteral("authoring"), QStringLiteral("administrator"), QStringLiteral("public-access"), QStringLiteral("server")};
        for (const PlannedStep &each : std::as_const(m_plan.steps)) {
            if (each.kind == StepKind::Database || each.kind == StepKind::ServerParameter)
                all << each.id;
        }
        PlannedStep &test = add(QStringLiteral("test"), StepKind::ConnectionTest, m_targets.linkedService, all);
        test.calls << RestCall{"POST", m_targets.factory.toString() + QStringLiteral("/testConnectivity"), version::dataFactory, QJsonObject{{QStringLiteral("linkedService"), body::fromMarker(QStringLiteral("linked-service"), QString())}}};
    }

    //! PUT replaces: what others wrote beside the connection stays.
    void keepDescription(PlannedStep &step)
    {
        const QJsonObject *found = m_observed.find(step.target);
        if (!found || step.calls.isEmpty())
            return;
        QJsonObject whole = step.calls.first().body.toObject();
        QJsonObject inner = whole.value(QStringLiteral("properties")).toObject();
        const QJsonObject there = found->value(QStringLiteral("properties")).toObject();
        for (const QString &member : {QStringLiteral("description"), QStringLiteral("annotations"), QStringLiteral("parameters")}) {
            if (!inner.contains(member) && there.contains(member))
                inner.insert(member, there.value(member));
        }
        whole.insert(QStringLiteral("properties"), inner);
        step.calls.first().body = whole;
    }

    const SetupSpec &m_spec;
    const Observed &m_observed;
    Targets m_targets;
    Plan m_plan;
    std::optional<Error> m_error;
};

} // namespace

Result<Plan> makePlan(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity)
{
    if (spec.integration && spec.integration->kind == IntegrationKind::Synapse)
        return Error::invalid(QStringLiteral("SynapseNotSupported"), QStringLiteral("A Synapse workspace cannot be set up here yet; choose a data factory."), QStringLiteral("integration.kind"));
    auto targets = targetsOf(spec, observed, identity);
    if (!targets)
        return targets.error();
    return Planner(spec, observed, identity, *targets).make();
}

} // namespace causeway
