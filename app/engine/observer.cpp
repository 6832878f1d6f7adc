// SPDX-License-Identifier: Apache-2.0
#include "engine/observer.h"

#include "domain/types.h"

namespace causeway {
namespace {

constexpr qsizetype mostSubscriptions = 100; // in which a linked zone is looked for

const QString authorizationLocks = QStringLiteral("/providers/Microsoft.Authorization/locks");
const QString authorizationPermissions = QStringLiteral("/providers/Microsoft.Authorization/permissions");

QJsonObject inner(const QJsonObject &body) { return body.value(QStringLiteral("properties")).toObject(); }

} // namespace

Observer::Observer(ArmClient &arm, SetupSpec spec, RunIdentity identity, Context context)
    : m_arm(arm), m_spec(std::move(spec)), m_identity(std::move(identity)), m_context(std::move(context))
{}

QCoro::Task<Result<Observed>> Observer::observe()
{
    const bool known = co_await subscriptions();
    if (!known)
        co_return Result<Observed>(*m_broken);
    Result<Targets> targets = targetsOf(m_spec, m_observed, m_identity);
    if (!targets)
        co_return targets.error();
    m_targets = *targets;
    Reads named = namedThings();
    const bool first = co_await all(std::move(named));
    if (!first)
        co_return Result<Observed>(*m_broken);
    Reads dependent = dependentThings();
    const bool second = co_await all(std::move(dependent));
    if (!second)
        co_return Result<Observed>(*m_broken);
    // Which zone and which link are meant is only known now.
    targets = targetsOf(m_spec, m_observed, m_identity);
    if (!targets)
        co_return targets.error();
    m_targets = *targets;
    Reads last;
    for (const ResourceId &id : {m_targets.zone, m_targets.zoneLink}) {
        if (!id.isEmpty() && !m_observed.find(id))
            last.push_back(resource(id, version::privateDns));
    }
    const bool third = co_await all(std::move(last));
    if (!third)
        co_return Result<Observed>(*m_broken);
    co_return std::move(m_observed);
}

QCoro::Task<bool> Observer::all(Reads reads)
{
    bool fine = true;
    for (auto &read : reads) {
        const bool one = co_await read;
        fine = fine && one;
    }
    co_return fine;
}

bool Observer::goesOn(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Cancelled:
    case ErrorKind::TimedOut:
    case ErrorKind::Network:
    case ErrorKind::OutcomeUnknown:
    case ErrorKind::Unauthorized:
    case ErrorKind::Throttled:
    case ErrorKind::Internal:
        if (!m_broken)
            m_broken = error;
        return false;
    case ErrorKind::Forbidden:
    case ErrorKind::NotFound:
    case ErrorKind::Conflict:
    case ErrorKind::InvalidInput:
    case ErrorKind::Service:
    case ErrorKind::Protocol:
        return true;
    }
    Q_UNREACHABLE();
}

void Observer::note(const QJsonValue &resource)
{
    const QJsonObject body = resource.toObject();
    const QString id = body.value(QStringLiteral("id")).toString();
    if (!id.isEmpty())
        m_observed.resources.insert(id.toLower(), body);
}

Observer::Reads Observer::namedThings()
{
    Reads reads;
    const auto read = [&](const ResourceId &id, const QString &version) {
        if (!id.isEmpty())
            reads.push_back(resource(id, version));
    };
    QSet<QString> asked;
    QMap<QString, QList<ResourceId>> lockScopes;
    const auto scope = [&](const ResourceId &id) {
        if (id.isEmpty() || asked.contains(id.key()))
            return;
        asked.insert(id.key());
        lockScopes[id.subscriptionId().toLower()] << id;
        reads.push_back(permissions(id));
    };
    const auto registered = [&](const QString &subscription, const char *provider) {
        if (subscription.isEmpty())
            return;
        reads.push_back(registration(subscription, QLatin1String(provider)));
        scope(ResourceId::subscription(subscription)); // who may register is decided there
    };
    for (const ResourceId &group : {m_targets.group, m_targets.endpointGroup, m_targets.factoryGroup}) {
        if (!group.isEmpty() && !asked.contains(group.key()))
            read(group, version::resources);
        scope(group);
    }
    if (m_spec.server) {
        read(m_targets.server, version::postgresql);
        scope(m_targets.server);
        registered(m_targets.server.subscriptionId(), "Microsoft.DBforPostgreSQL");
        if (m_spec.server->create) {
            reads.push_back(capabilities(m_spec.server->create->location));
        }
    }
    if (m_spec.privateEndpoint) {
        read(m_targets.endpoint, version::network);
        reads.push_back(network());
        scope(m_targets.virtualNetwork);
        scope(m_targets.subnet);
        registered(m_targets.endpointSubscription, "Microsoft.Network");
        scope(ResourceId::subscription(m_targets.endpointSubscription));
        if (m_targets.endpointSubscription != m_targets.server.subscriptionId())
            registered(m_targets.endpointSubscription, "Microsoft.DBforPostgreSQL");
        if (m_spec.privateEndpoint->dnsMode == DnsMode::Zone) {
            QStringList where{m_targets.endpointSubscription};
            for (const ObservedSubscription &each : std::as_const(m_observed.subscriptions)) {
                if (!where.contains(each.id) && where.size() < mostSubscriptions)
                    where << each.id;
            }
            for (const QString &each : std::as_const(where))
                reads.push_back(zones(each));
        }
    }
    if (m_spec.integration) {
        read(m_targets.factory, version::dataFactory);
        scope(m_targets.factory);
        read(m_targets.identity, version::identity);
        registered(m_targets.subscription, "Microsoft.DataFactory");
        if (!m_spec.privateEndpoint || m_targets.endpointSubscription != m_targets.subscription)
            registered(m_targets.subscription, "Microsoft.Network");
        if (!m_targets.identity.isEmpty())
            registered(m_targets.identity.subscriptionId(), "Microsoft.ManagedIdentity");
    }
    for (auto each = lockScopes.cbegin(); each != lockScopes.cend(); ++each)
        reads.push_back(locks(ResourceId::subscription(each.key()), each.value()));
    return reads;
}

Observer::Reads Observer::dependentThings()
{
    Reads reads;
    const auto child = [&](const ResourceId &parent, const QString &childType, const QString &version) {
        reads.push_back(children(parent, childType, version));
    };
    if (m_spec.server && m_observed.find(m_targets.server)) {
        reads.push_back(connections());
        reads.push_back(linkResources());
        if (!m_spec.server->firewall.isEmpty())
            child(m_targets.server, QStringLiteral("firewallRules"), version::postgresql);
        if (!m_spec.server->databases.isEmpty())
            child(m_targets.server, QStringLiteral("databases"), version::postgresql);
        if (m_spec.server->requireSecureTransport)
            reads.push_back(resource(m_targets.server.child(QStringLiteral("configurations"), QStringLiteral("require_secure_transport")), version::postgresql));
        if (m_spec.server->entraAuthentication)
            child(m_targets.server, QStringLiteral("administrators"), version::postgresql);
    } else if (m_spec.server && m_spec.server->create && m_observed.isAbsent(m_targets.server)) {
        reads.push_back(nameCheck(m_spec.server->create->location, m_targets.server.name()));
    }
    if (m_spec.privateEndpoint && m_observed.find(m_targets.endpoint) && m_spec.privateEndpoint->dnsMode != DnsMode::None)
        child(m_targets.endpoint, QStringLiteral("privateDnsZoneGroups"), version::network);
    if (m_spec.privateEndpoint && m_spec.privateEndpoint->dnsMode == DnsMode::Zone) {
        for (auto each = m_observed.resources.cbegin(); each != m_observed.resources.cend(); ++each) {
            const auto id = ResourceId::parse(each->value(QStringLiteral("id")).toString(), type::privateDnsZone);
            if (id)
                reads.push_back(zoneLinks(*id));
        }
        const auto fixed = ResourceId::parse(m_spec.privateEndpoint->dnsZone, type::privateDnsZone);
        if (fixed && !m_observed.find(*fixed))
            reads.push_back(zoneLinks(*fixed));
    }
    if (m_spec.integration && m_observed.find(m_targets.factory)) {
        child(m_targets.factory, QStringLiteral("managedVirtualNetworks"), version::dataFactory);
        if (!m_targets.managedEndpoint.isEmpty())
            child(m_targets.managedNetwork, QStringLiteral("managedPrivateEndpoints"), version::dataFactory);
        for (const ResourceId &id : {m_targets.runtime, m_targets.credential, m_targets.linkedService}) {
            if (!id.isEmpty())
                reads.push_back(resource(id, version::dataFactory));
        }
        if (!m_targets.runtime.isEmpty())
            reads.push_back(runtimeStatus());
    }
    return reads;
}

QCoro::Task<bool> Observer::subscriptions()
{
    const QString path = QStringLiteral("/subscriptions");
    const Result<QJsonArray> list = co_await m_arm.list(path, version::subscriptions, m_context);
    if (!list)
        co_return goesOn(list.error());
    for (const QJsonValue &each : *list) {
        const QJsonObject one = each.toObject();
        m_observed.subscriptions << ObservedSubscription{one.value(QStringLiteral("subscriptionId")).toString(), one.value(QStringLiteral("displayName")).toString(),
                                                         one.value(QStringLiteral("state")).toString(), one.value(QStringLiteral("tenantId")).toString()};
    }
    co_return true;
}

QCoro::Task<bool> Observer::resource(ResourceId id, QString version)
{
    const QString path = id.toString();
    const Result<QJsonObject> found = co_await m_arm.get(path, version, m_context);
    if (found) {
        m_observed.resources.insert(id.key(), *found);
        co_return true;
    }
    if (found.error().kind == ErrorKind::NotFound)
        m_observed.absent.insert(id.key());
    else
        m_observed.unreadable.insert(id.key(), found.error());
    co_return goesOn(found.error());
}

//! One list for the subscription; who may not read it asks at each scope (azure-postgresql-and-network.md §5).
QCoro::Task<bool> Observer::locks(ResourceId scope, QList<ResourceId> otherwise)
{
    const QString path = scope.toString() + authorizationLocks;
    const Result<QJsonArray> list = co_await m_arm.list(path, version::locks, m_context);
    if (!list) {
        if (!goesOn(list.error()))
            co_return false;
        for (const ResourceId &each : otherwise) {
            const QList<ResourceId> nothing;
            const bool fine = co_await locks(each, nothing);
            if (!fine)
                co_return false;
        }
        co_return true;
    }
    for (const QJsonValue &each : *list) {
        const QJsonObject lock = each.toObject();
        const QString id = lock.value(QStringLiteral("id")).toString();
        const auto holder = ResourceId::parse(id.left(id.lastIndexOf(authorizationLocks, -1, Qt::CaseInsensitive)));
        if (!holder)
            continue;
        m_observed.locks << ObservedLock{lock.value(QStringLiteral("name")).toString(), *holder, inner(lock).value(QStringLiteral("level")).toString(), inner(lock).value(QStringLiteral("notes")).toString()};
    }
    co_return true;
}

//! What is not there yet has the rights of what it will stand in.
QCoro::Task<bool> Observer::permissions(ResourceId scope)
{
    for (ResourceId at = scope; !at.isEmpty(); at = at.parent()) {
        const QString path = at.toString() + authorizationPermissions;
        const Result<QJsonArray> list = co_await m_arm.list(path, version::permissions, m_context);
        if (list) {
            m_observed.permissions.insert(at.key(), *list);
            co_return true;
        }
        if (!goesOn(list.error()))
            co_return false;
        if (list.error().kind == ErrorKind::Forbidden)
            m_observed.foreignScopes.insert(at.key());
        if (list.error().kind != ErrorKind::NotFound || at.parent() == at)
            co_return true;
    }
    co_return true;
}

QCoro::Task<bool> Observer::registration(QString subscription, QString provider)
{
    const QString path = QStringLiteral("/subscriptions/%1/providers/%2").arg(subscription, provider);
    const Result<QJsonObject> found = co_await m_arm.get(path, version::providers, m_context);
    if (!found)
        co_return goesOn(found.error());
    m_observed.registrations.insert((subscription + QLatin1Char('/') + provider).toLower(), found->value(QStringLiteral("registrationState")).toString());
    co_return true;
}

QCoro::Task<bool> Observer::capabilities(QString location)
{
    const QString path = QStringLiteral("/subscriptions/%1/providers/Microsoft.DBforPostgreSQL/locations/%2/capabilities").arg(m_targets.server.subscriptionId(), normalLocation(location));
    const Result<QJsonArray> list = co_await m_arm.list(path, version::postgresql, m_context);
    if (!list) {
        m_observed.closedLocations.insert(normalLocation(location), list.error());
        co_return goesOn(list.error());
    }
    if (!list->isEmpty())
        m_observed.capabilities.insert(normalLocation(location), list->first().toObject());
    co_return true;
}

QCoro::Task<bool> Observer::nameCheck(QString location, QString name)
{
    ArmRequest request;
    request.method = "POST";
    request.path = QStringLiteral("/subscriptions/%1/providers/Microsoft.DBforPostgreSQL/locations/%2/checkNameAvailability").arg(m_targets.server.subscriptionId(), normalLocation(location));
    request.apiVersion = version::postgresql;
    QJsonObject body;
    body.insert(QStringLiteral("name"), name);
    body.insert(QStringLiteral("type"), type::server);
    request.body = QJsonValue(body);
    const Result<ArmResponse> answer = co_await m_arm.send(request, m_context);
    if (!answer)
        co_return goesOn(answer.error());
    const QJsonObject said = answer->body.toObject();
    m_observed.names.insert(name, ObservedName{said.value(QStringLiteral("nameAvailable")).toBool(true), said.value(QStringLiteral("reason")).toString(), said.value(QStringLiteral("message")).toString()});
    co_return true;
}

QCoro::Task<bool> Observer::network()
{
    const bool read = co_await resource(m_targets.virtualNetwork, version::network);
    const QJsonObject *found = m_observed.find(m_targets.virtualNetwork);
    if (!read || !found) {
        if (read && m_observed.isAbsent(m_targets.virtualNetwork))
            m_observed.absent.insert(m_targets.subnet.key());
        co_return read;
    }
    bool there = false;
    for (const QJsonValue &each : inner(*found).value(QStringLiteral("subnets")).toArray()) {
        if (each.toObject().value(QStringLiteral("name")).toString().compare(m_targets.subnet.name(), Qt::CaseInsensitive) != 0)
            continue;
        there = true;
        m_observed.resources.insert(m_targets.subnet.key(), each.toObject());
    }
    if (!there)
        m_observed.absent.insert(m_targets.subnet.key());
    const QString path = m_targets.virtualNetwork.toString() + QStringLiteral("/usages");
    const Result<QJsonArray> usages = co_await m_arm.list(path, version::network, m_context);
    if (!usages)
        co_return goesOn(usages.error());
    for (const QJsonValue &each : *usages) {
        const QJsonObject one = each.toObject();
        m_observed.freeAddresses.insert(one.value(QStringLiteral("id")).toString().toLower(), one.value(QStringLiteral("limit")).toInt() - one.value(QStringLiteral("currentValue")).toInt());
    }
    co_return true;
}

QCoro::Task<bool> Observer::zones(QString subscription)
{
    const QString path = QStringLiteral("/subscriptions/%1/providers/Microsoft.Network/privateDnsZones").arg(subscription);
    const Result<QJsonArray> list = co_await m_arm.list(path, version::privateDns, m_context);
    if (!list)
        co_return goesOn(list.error());
    for (const QJsonValue &each : *list) {
        if (each.toObject().value(QStringLiteral("name")).toString().compare(m_targets.zoneName, Qt::CaseInsensitive) == 0)
            note(each);
    }
    co_return true;
}

QCoro::Task<bool> Observer::zoneLinks(ResourceId zone)
{
    const QString path = zone.toString() + QStringLiteral("/virtualNetworkLinks");
    const Result<QJsonArray> list = co_await m_arm.list(path, version::privateDns, m_context);
    if (!list)
        co_return goesOn(list.error());
    for (const QJsonValue &each : *list) {
        note(each);
        const auto link = ResourceId::parse(each.toObject().value(QStringLiteral("id")).toString());
        const auto network = ResourceId::parse(inner(each.toObject()).value(QStringLiteral("virtualNetwork")).toObject().value(QStringLiteral("id")).toString());
        if (link && network)
            m_observed.zoneLinks << ObservedZoneLink{zone, *link, *network};
    }
    co_return true;
}

QCoro::Task<bool> Observer::connections()
{
    const QString path = m_targets.server.toString() + QStringLiteral("/privateEndpointConnections");
    const Result<QJsonArray> list = co_await m_arm.list(path, version::postgresql, m_context);
    if (!list)
        co_return goesOn(list.error());
    m_observed.connections.insert(m_targets.server.key(), *list);
    co_return true;
}

QCoro::Task<bool> Observer::linkResources()
{
    const QString path = m_targets.server.toString() + QStringLiteral("/privateLinkResources");
    const Result<QJsonArray> list = co_await m_arm.list(path, version::postgresql, m_context);
    if (!list)
        co_return goesOn(list.error());
    const QString zone = inner(list->first().toObject()).value(QStringLiteral("requiredZoneNames")).toArray().first().toString();
    if (!zone.isEmpty())
        m_observed.privateLinkZones.insert(m_targets.server.key(), zone);
    co_return true;
}

QCoro::Task<bool> Observer::children(ResourceId parent, QString childType, QString version)
{
    const QString path = parent.toString() + QLatin1Char('/') + childType;
    const Result<QJsonArray> list = co_await m_arm.list(path, version, m_context);
    if (!list)
        co_return goesOn(list.error());
    for (const QJsonValue &each : *list)
        note(each);
    co_return true;
}

QCoro::Task<bool> Observer::runtimeStatus()
{
    ArmRequest request;
    request.method = "POST";
    request.path = m_targets.runtime.toString() + QStringLiteral("/getStatus");
    request.apiVersion = version::dataFactory;
    const Result<ArmResponse> answer = co_await m_arm.send(request, m_context);
    if (!answer)
        co_return goesOn(answer.error());
    m_observed.runtimeStatus.insert(m_targets.runtime.key(), answer->body.toObject());
    co_return true;
}

} // namespace causeway
