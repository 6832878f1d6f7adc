// SPDX-License-Identifier: Apache-2.0
// How a world grows for a setup: what the setup takes for granted, and nothing that it asks for.
#include "support/grownserver.h"
#include "support/growworld.h"

#include "domain/types.h"
#include "text/plain.h"

#include <QSet>
#include <QUuid>

namespace causeway {

namespace {

//! Regions that Azure has and a world may be asked for; an unknown one is not grown, so that it fails as it does at Azure.
const QStringList &azureRegions()
{
    static const QStringList all = QStringLiteral(
        "australiacentral australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth brazilsoutheast canadacentral canadaeast centralindia centralus "
        "chilecentral chinaeast2 chinanorth2 chinanorth3 eastasia eastus eastus2 francecentral francesouth germanynorth germanywestcentral indonesiacentral "
        "israelcentral italynorth japaneast japanwest jioindiawest koreacentral koreasouth malaysiawest mexicocentral newzealandnorth northcentralus northeurope "
        "norwayeast norwaywest polandcentral qatarcentral southafricanorth southafricawest southcentralus southeastasia southindia spaincentral swedencentral "
        "swedensouth switzerlandnorth switzerlandwest taiwannorth uaecentral uaenorth uksouth ukwest usgovarizona usgovtexas usgovvirginia westcentralus "
        "westeurope westus westus2 westus3").split(QLatin1Char(' '));
    return all;
}

bool isGuid(const QString &text)
{
    return !QUuid::fromString(text).isNull();
}

QString plainGuid(const QString &text)
{
    return QUuid::fromString(text).toString(QUuid::WithoutBraces);
}

//! Grows one world. Everything is found by what the setup says, in the order in which a world file wants it.
class Grower
{
public:
    Grower(const SetupSpec &spec, const QJsonObject &base) : m_spec(spec), m_locations(base.value(QLatin1String("locations")).toObject()) {}

    GrownWorld grow()
    {
        m_tenant = note(QStringLiteral("tenant"), tenantName());
        aliasEndpointSubscription();
        for (const QString &each : subscriptionsIn(m_spec))
            subscription(each);
        m_own = m_subscriptions.value(m_spec.subscription.toLower(), m_subscriptionJson.isEmpty() ? QString() : m_subscriptionJson.first()[QLatin1String("id")].toString());
        regions();
        groups();
        network();
        server();
        servicePrincipal();
        factory();
        return finished();
    }

private:
    // --- who and where -----------------------------------------------------------------------
    QString note(const QString &what, const QString &theirs)
    {
        const QString marked = markedGuid(theirs);
        const auto same = [&](const GrownWorld::Mapping &each) { return each.marked == marked; };
        if (std::none_of(m_grown.mapping.cbegin(), m_grown.mapping.cend(), same))
            m_grown.mapping.append({what, theirs, marked});
        return marked;
    }

    [[nodiscard]] QString tenantName() const
    {
        const QString named = m_spec.linkedService ? m_spec.linkedService->authentication.tenant : QString();
        return isGuid(named) ? plainGuid(named) : QStringLiteral("the customer's tenant");
    }

    //! Each tenant has its own, so that users of several grown worlds can live in one kept world.
    [[nodiscard]] QString domain() const { return QStringLiteral("customer-%1.sandbox.example").arg(m_tenant.right(4)); }

    void subscription(const QString &guidOrName)
    {
        const QString theirs = isGuid(guidOrName) ? plainGuid(guidOrName) : guidOrName;
        if (m_subscriptions.contains(guidOrName.toLower()))
            return;
        const QString marked = note(QStringLiteral("subscription"), theirs);
        m_subscriptions.insert(guidOrName.toLower(), marked);
        m_subscriptions.insert(theirs.toLower(), marked);
        const QString name = isGuid(guidOrName) ? QStringLiteral("Customer subscription %1").arg(m_subscriptionJson.size() + 1) : theirs;
        static const QJsonArray providers{QStringLiteral("Microsoft.DBforPostgreSQL"), QStringLiteral("Microsoft.Network"), QStringLiteral("Microsoft.DataFactory"), QStringLiteral("Microsoft.ManagedIdentity")};
        m_subscriptionJson.append(QJsonObject{{QStringLiteral("id"), marked}, {QStringLiteral("displayName"), name}, {QStringLiteral("tenant"), m_tenant}, {QStringLiteral("registered"), providers}});
    }

    //! An endpoint is in its network's subscription (azure-postgresql-and-network.md §3): so a display name and that GUID are one.
    void aliasEndpointSubscription()
    {
        if (!m_spec.privateEndpoint)
            return;
        const QString named = m_spec.privateEndpoint->subscription.isEmpty() ? m_spec.subscription : m_spec.privateEndpoint->subscription;
        const QString guid = m_spec.privateEndpoint->virtualNetwork.subscriptionId();
        if (named.isEmpty() || isGuid(named) || guid.isEmpty())
            return;
        subscription(guid);
        m_subscriptions.insert(named.toLower(), m_subscriptions.value(guid.toLower()));
        QJsonObject json = m_subscriptionJson.last().toObject();
        json.insert(QStringLiteral("displayName"), named);
        m_subscriptionJson.replace(m_subscriptionJson.size() - 1, json);
    }

    //! An id of theirs with our subscription.
    [[nodiscard]] QString ours(const ResourceId &id) const
    {
        QString text = id.toString();
        const QString theirs = id.subscriptionId();
        return text.replace(theirs, m_subscriptions.value(theirs.toLower(), theirs), Qt::CaseInsensitive);
    }

    [[nodiscard]] QString endpointSubscription() const
    {
        const QString named = m_spec.privateEndpoint ? m_spec.privateEndpoint->subscription : QString();
        return m_subscriptions.value(named.toLower(), m_own);
    }

    // --- regions and groups ------------------------------------------------------------------
    void region(const QString &name)
    {
        const QString known = normal(name);
        if (!known.isEmpty() && !m_locations.contains(known) && azureRegions().contains(known))
            m_locations.insert(known, QJsonObject{{QStringLiteral("displayName"), known}});
    }

    void regions()
    {
        if (m_spec.resourceGroup)
            region(m_spec.resourceGroup->location);
        if (m_spec.server && m_spec.server->create)
            region(m_spec.server->create->location);
        if (m_spec.privateEndpoint)
            region(m_spec.privateEndpoint->location);
        if (m_spec.integration)
            region(m_spec.integration->location);
    }

    [[nodiscard]] static QString normal(const QString &location) { return location.toLower().remove(QLatin1Char(' ')); }

    //! The first of the words that is a region of the world.
    [[nodiscard]] QString regionOf(const QStringList &words) const
    {
        for (const QString &word : words) {
            if (m_locations.contains(normal(word)))
                return normal(word);
        }
        return m_locations.contains(QStringLiteral("westeurope")) || m_locations.isEmpty() ? QStringLiteral("westeurope") : m_locations.keys().first();
    }

    [[nodiscard]] QString usualRegion() const
    {
        return regionOf({m_spec.resourceGroup ? m_spec.resourceGroup->location : QString(), m_spec.privateEndpoint ? m_spec.privateEndpoint->location : QString(),
                         m_spec.integration ? m_spec.integration->location : QString()});
    }

    void put(const QString &id, const QJsonObject &body, const QJsonObject &hidden = {})
    {
        if (m_there.contains(id.toLower()))
            return;
        m_there.insert(id.toLower());
        QJsonObject resource{{QStringLiteral("id"), id}, {QStringLiteral("body"), body}};
        if (!hidden.isEmpty())
            resource.insert(QStringLiteral("hidden"), hidden);
        m_resources.append(resource);
    }

    QString group(const QString &subscriptionId, const QString &name, const QString &location)
    {
        const QString id = QStringLiteral("/subscriptions/%1/resourceGroups/%2").arg(subscriptionId, name);
        put(id, {{QStringLiteral("location"), location}});
        return id;
    }

    //! The group of one of their ids, ours.
    void groupOf(const ResourceId &id)
    {
        if (!id.isEmpty())
            group(m_subscriptions.value(id.subscriptionId().toLower()), id.group(), usualRegion());
    }

    void groups()
    {
        if (m_spec.resourceGroup && !m_spec.resourceGroup->create)
            group(m_own, m_spec.resourceGroup->name, usualRegion());
        const bool ownGroup = m_spec.resourceGroup && m_spec.resourceGroup->create;
        if (m_spec.privateEndpoint && !m_spec.privateEndpoint->createResourceGroup) {
            const QString name = m_spec.privateEndpoint->resourceGroup;
            const bool made = ownGroup && endpointSubscription() == m_own && (name.isEmpty() || name.compare(m_spec.resourceGroup->name, Qt::CaseInsensitive) == 0);
            if (!made && !name.isEmpty())
                group(endpointSubscription(), name, regionOf({m_spec.privateEndpoint->location, usualRegion()}));
        }
        if (m_spec.integration && !m_spec.integration->resourceGroup.isEmpty()
            && !(ownGroup && m_spec.integration->resourceGroup.compare(m_spec.resourceGroup->name, Qt::CaseInsensitive) == 0))
            group(m_own, m_spec.integration->resourceGroup, usualRegion());
    }

    [[nodiscard]] QString ownGroupName(const QString &otherwise) const { return m_spec.resourceGroup ? m_spec.resourceGroup->name : otherwise; }

    // --- network -----------------------------------------------------------------------------
    void network()
    {
        if (!m_spec.privateEndpoint || m_spec.privateEndpoint->virtualNetwork.isEmpty())
            return;
        const PrivateEndpointSpec &endpoint = *m_spec.privateEndpoint;
        groupOf(endpoint.virtualNetwork);
        const QString id = ours(endpoint.virtualNetwork);
        const QString location = regionOf({endpoint.location, usualRegion()});
        put(id, {{QStringLiteral("location"), location},
                 {QStringLiteral("etag"), QStringLiteral("W/\"%1\"").arg(markedGuid(id))},
                 {QStringLiteral("properties"), QJsonObject{{QStringLiteral("addressSpace"), QJsonObject{{QStringLiteral("addressPrefixes"), QJsonArray{QStringLiteral("10.90.0.0/16")}}}},
                                                            {QStringLiteral("virtualNetworkPeerings"), QJsonArray()}, {QStringLiteral("enableDdosProtection"), false},
                                                            {QStringLiteral("resourceGuid"), markedGuid(id)}, {QStringLiteral("provisioningState"), QStringLiteral("Succeeded")}}}});
        if (!endpoint.subnet.isEmpty())
            put(id + QStringLiteral("/subnets/") + endpoint.subnet,
                {{QStringLiteral("etag"), QStringLiteral("W/\"%1\"").arg(markedGuid(id + endpoint.subnet))},
                 {QStringLiteral("properties"), QJsonObject{{QStringLiteral("addressPrefix"), QStringLiteral("10.90.1.0/24")}, {QStringLiteral("privateEndpointNetworkPolicies"), QStringLiteral("Disabled")},
                                                            {QStringLiteral("privateLinkServiceNetworkPolicies"), QStringLiteral("Enabled")}, {QStringLiteral("delegations"), QJsonArray()},
                                                            {QStringLiteral("provisioningState"), QStringLiteral("Succeeded")}}}});
        if (const auto zone = ResourceId::parse(endpoint.dnsZone, type::privateDnsZone)) {
            groupOf(*zone);
            zoneAt(ours(*zone));
        }
        if (endpoint.dnsMode == DnsMode::Policy) {
            const QString zone = group(endpointSubscription(), QStringLiteral("rg-dns-by-policy"), location) + QStringLiteral("/providers/Microsoft.Network/privateDnsZones/privatelink.postgres.database.azure.com");
            zoneAt(zone);
            m_settings.insert(QStringLiteral("networkPolicyZone"), zone);
        }
    }

    void zoneAt(const QString &id)
    {
        put(id, {{QStringLiteral("location"), QStringLiteral("global")}, {QStringLiteral("properties"), QJsonObject{{QStringLiteral("provisioningState"), QStringLiteral("Succeeded")}}}});
    }

    // --- server ------------------------------------------------------------------------------
    [[nodiscard]] const AuthenticationSpec *authentication() const { return m_spec.linkedService ? &m_spec.linkedService->authentication : nullptr; }

    //! Which server must be there already: one by id or name, or the one that a manual host means.
    void server()
    {
        if (m_spec.server && m_spec.server->create)
            return;
        QString host;
        if (m_spec.linkedService && m_spec.linkedService->account == AccountSelection::Manual)
            host = m_spec.linkedService->host.section(QLatin1Char('.'), 0, 0);
        if (m_spec.server && !m_spec.server->id.isEmpty()) {
            groupOf(m_spec.server->id);
            m_server = ours(m_spec.server->id);
        } else if (const QString name = m_spec.server && !m_spec.server->name.isEmpty() ? m_spec.server->name : host; !name.isEmpty()) {
            const bool made = m_spec.resourceGroup && m_spec.resourceGroup->create;
            const QString where = group(m_own, made ? QStringLiteral("rg-server") : ownGroupName(QStringLiteral("rg-server")), usualRegion());
            m_server = where + QStringLiteral("/providers/") + type::server + QLatin1Char('/') + name;
        }
        if (m_server.isEmpty())
            return;
        put(m_server, grownServer(m_spec, m_server.section(QLatin1Char('/'), -1), m_tenant, m_locations.value(usualRegion()).toObject().value(QLatin1String("displayName")).toString(usualRegion())), {{QStringLiteral("password"), QString::fromUtf8(grownPassword().reveal())}});
        // A setup that lists databases says which there are to be; one that lists none takes its own for granted.
        const bool listed = m_spec.server && !m_spec.server->databases.isEmpty();
        if (!listed && m_spec.linkedService && !m_spec.linkedService->database.isEmpty() && m_spec.linkedService->database != QLatin1String("postgres"))
            put(m_server + QStringLiteral("/databases/") + m_spec.linkedService->database,
                {{QStringLiteral("properties"), QJsonObject{{QStringLiteral("charset"), QStringLiteral("UTF8")}, {QStringLiteral("collation"), QStringLiteral("en_US.utf8")}}}});
    }

    void administrator(const QString &objectId, const QString &name)
    {
        if (m_server.isEmpty())
            return;
        put(m_server + QStringLiteral("/administrators/") + objectId,
            {{QStringLiteral("properties"), QJsonObject{{QStringLiteral("objectId"), objectId}, {QStringLiteral("principalName"), name}, {QStringLiteral("principalType"), QStringLiteral("ServicePrincipal")}, {QStringLiteral("tenantId"), m_tenant}}}});
    }

    void servicePrincipal()
    {
        const AuthenticationSpec *sign = authentication();
        if (!sign || sign->type != AuthenticationType::ServicePrincipal || !isGuid(sign->servicePrincipalId))
            return;
        const QString application = note(QStringLiteral("application"), plainGuid(sign->servicePrincipalId));
        const bool named = isGuid(sign->servicePrincipalObjectId);
        const QString objectId = named ? note(QStringLiteral("service principal"), plainGuid(sign->servicePrincipalObjectId)) : markedGuid(QStringLiteral("object ") + application);
        m_users.append(QJsonObject{{QStringLiteral("objectId"), objectId}, {QStringLiteral("userPrincipalName"), QStringLiteral("customer-application")}, {QStringLiteral("kind"), QStringLiteral("ServicePrincipal")},
                                   {QStringLiteral("clientId"), application}, {QStringLiteral("secret"), QString::fromUtf8(grownPassword().reveal())}, {QStringLiteral("tenant"), m_tenant}});
        if (!named) // otherwise the setup itself makes it one
            administrator(objectId, sign->username);
    }

    // --- factory -----------------------------------------------------------------------------
    QString managedIdentity(const QString &name)
    {
        const QString objectId = markedGuid(QStringLiteral("principal ") + name);
        m_users.append(QJsonObject{{QStringLiteral("objectId"), objectId}, {QStringLiteral("userPrincipalName"), name}, {QStringLiteral("kind"), QStringLiteral("ManagedIdentity")},
                                   {QStringLiteral("clientId"), markedGuid(QStringLiteral("client ") + name)}, {QStringLiteral("tenant"), m_tenant}});
        return objectId;
    }

    void factory()
    {
        const AuthenticationSpec *sign = authentication();
        QString identity;
        if (sign && sign->type == AuthenticationType::UserAssignedManagedIdentity && !sign->identity.isEmpty()) {
            groupOf(sign->identity);
            identity = ours(sign->identity);
            const QString name = sign->identity.name(), objectId = managedIdentity(name);
            put(identity, {{QStringLiteral("location"), usualRegion()}, {QStringLiteral("properties"), QJsonObject{{QStringLiteral("tenantId"), m_tenant}, {QStringLiteral("principalId"), objectId}, {QStringLiteral("clientId"), markedGuid(QStringLiteral("client ") + name)}}}});
            administrator(objectId, name);
        }
        if (!m_spec.integration || m_spec.integration->create)
            return;
        const IntegrationSpec &integration = *m_spec.integration;
        const QString where = group(m_own, integration.resourceGroup.isEmpty() ? ownGroupName(QStringLiteral("rg-factory")) : integration.resourceGroup, usualRegion());
        const QString id = where + QStringLiteral("/providers/") + type::factory + QLatin1Char('/') + integration.name;
        const QString objectId = managedIdentity(integration.name);
        put(id, {{QStringLiteral("location"), regionOf({integration.location, usualRegion()})}, {QStringLiteral("eTag"), QStringLiteral("\"%1\"").arg(markedGuid(id))},
                 {QStringLiteral("identity"), QJsonObject{{QStringLiteral("type"), QStringLiteral("SystemAssigned")}, {QStringLiteral("principalId"), objectId}, {QStringLiteral("tenantId"), m_tenant}}},
                 {QStringLiteral("properties"), QJsonObject{{QStringLiteral("provisioningState"), QStringLiteral("Succeeded")}, {QStringLiteral("createTime"), QStringLiteral("2026-01-12T09:30:00.000Z")}, {QStringLiteral("version"), QStringLiteral("2018-06-01")}}}});
        if (sign && sign->type == AuthenticationType::SystemAssignedManagedIdentity)
            administrator(objectId, integration.name);
        // A runtime that only the linked service names is not made by the setup.
        if (integration.runtimeName.isEmpty() && m_spec.linkedService && !m_spec.linkedService->connectVia.isEmpty())
            runtime(id, m_spec.linkedService->connectVia);
    }

    void runtime(const QString &factory, const QString &name)
    {
        put(factory + QStringLiteral("/managedVirtualNetworks/default"), {{QStringLiteral("properties"), QJsonObject{{QStringLiteral("vNetId"), markedGuid(factory)}, {QStringLiteral("alias"), factory.section(QLatin1Char('/'), -1)}}}});
        const QJsonObject reference{{QStringLiteral("type"), QStringLiteral("ManagedVirtualNetworkReference")}, {QStringLiteral("referenceName"), QStringLiteral("default")}};
        const QJsonObject compute{{QStringLiteral("location"), QStringLiteral("AutoResolve")}};
        put(factory + QStringLiteral("/integrationRuntimes/") + name,
            {{QStringLiteral("properties"), QJsonObject{{QStringLiteral("type"), QStringLiteral("Managed")}, {QStringLiteral("typeProperties"), QJsonObject{{QStringLiteral("computeProperties"), compute}}}, {QStringLiteral("managedVirtualNetwork"), reference}}}});
    }

    // --- people ------------------------------------------------------------------------------
    void person(const QString &name, const QString &display, const QString &role, bool administrator)
    {
        QJsonArray roles;
        for (const QJsonValue &each : std::as_const(m_subscriptionJson))
            roles.append(QJsonObject{{QStringLiteral("role"), role}, {QStringLiteral("scope"), QStringLiteral("/subscriptions/") + each[QLatin1String("id")].toString()}});
        const QString user = name + QLatin1Char('@') + domain();
        QJsonObject json{{QStringLiteral("objectId"), markedGuid(user + m_tenant)}, {QStringLiteral("userPrincipalName"), user}, {QStringLiteral("displayName"), display}, {QStringLiteral("tenant"), m_tenant}, {QStringLiteral("roles"), roles}};
        if (administrator)
            json.insert(QStringLiteral("tenantAdministrator"), true);
        m_people.append(json);
    }

    GrownWorld finished()
    {
        person(QStringLiteral("owner"), QStringLiteral("Owner of the grown world"), QStringLiteral("Owner"), true);
        person(QStringLiteral("dba"), QStringLiteral("DBA of the grown world"), QStringLiteral("Contributor"), false);
        person(QStringLiteral("netadmin"), QStringLiteral("Network admin of the grown world"), QStringLiteral("Network Contributor"), false);
        person(QStringLiteral("engineer"), QStringLiteral("Data engineer of the grown world"), QStringLiteral("Data Factory Contributor"), false);
        m_grown.owner = QStringLiteral("owner@") + domain();
        m_grown.standIn = grownPassword();
        for (const QJsonValue &each : std::as_const(m_users))
            m_people.append(each);
        m_grown.world = {{QStringLiteral("causewayWorld"), 1}, {QStringLiteral("description"), QStringLiteral("Grown for the setup \"%1\".").arg(plainText(m_spec.name, 80))},
                         {QStringLiteral("settings"), m_settings}, {QStringLiteral("locations"), m_locations},
                         {QStringLiteral("tenants"), QJsonArray{QJsonObject{{QStringLiteral("id"), m_tenant}, {QStringLiteral("displayName"), QStringLiteral("Customer")}, {QStringLiteral("defaultDomain"), domain()}}}},
                         {QStringLiteral("users"), m_people}, {QStringLiteral("subscriptions"), m_subscriptionJson}, {QStringLiteral("resources"), m_resources}};
        return m_grown;
    }

    const SetupSpec &m_spec;
    QJsonObject m_locations;
    QString m_tenant;
    QString m_own;
    QHash<QString, QString> m_subscriptions; // lower-cased GUID or name → ours
    QJsonArray m_subscriptionJson;
    QJsonArray m_users;
    QJsonArray m_people;
    QJsonArray m_resources;
    QSet<QString> m_there;
    QJsonObject m_settings;
    QString m_server;
    GrownWorld m_grown;
};

} // namespace

GrownWorld growWorld(const SetupSpec &spec, const QJsonObject &base)
{
    return Grower(spec, base).grow();
}

} // namespace causeway
