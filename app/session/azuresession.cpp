// SPDX-License-Identifier: Apache-2.0
#include "session/azuresession.h"

#include "azure/arm/armclient.h"
#include "domain/ipv4.h"
#include "domain/types.h"

namespace causeway {

namespace {
// A list call whose items become entries: the whole of most catalogues.
template <class T>
QCoro::Task<Result<QList<T>>> listEntries(ArmClient *client, QString path, QString version, std::function<T(const QJsonObject &)> entry, Context context)
{
    Result<QJsonArray> items = co_await client->list(path, version, context);
    if (!items)
        co_return items.error();
    QList<T> entries;
    for (const QJsonValue item : *items)
        entries.append(entry(item.toObject()));
    co_return entries;
}

// Ids that we cannot read are the service's business; an empty id sorts such an entry out of every picker.
ResourceId idOf(const QJsonObject &item)
{
    Result<ResourceId> id = ResourceId::parse(item[QLatin1String("id")].toString());
    return id ? *id : ResourceId();
}

// Servers answer with display names: "Canada Central" is canadacentral (azure-postgresql-and-network.md §1).
QString shortLocation(const QJsonObject &item)
{
    return item[QLatin1String("location")].toString().toLower().remove(QLatin1Char(' '));
}

ServerEntry serverEntry(const QJsonObject &item)
{
    const QJsonObject properties = item[QLatin1String("properties")].toObject();
    const QJsonObject authentication = properties[QLatin1String("authConfig")].toObject();
    ServerEntry entry;
    entry.id = idOf(item);
    entry.location = shortLocation(item);
    entry.state = properties[QLatin1String("state")].toString();
    entry.version = properties[QLatin1String("version")].toString();
    entry.fqdn = properties[QLatin1String("fullyQualifiedDomainName")].toString();
    entry.vnetInjected = !properties[QLatin1String("network")].toObject()[QLatin1String("delegatedSubnetResourceId")].toString().isEmpty();
    entry.passwordAuthentication = authentication[QLatin1String("passwordAuth")].toString() != QLatin1String("Disabled");
    entry.entraAuthentication = authentication[QLatin1String("activeDirectoryAuth")].toString() == QLatin1String("Enabled");
    return entry;
}

SubnetEntry subnetEntry(const QJsonObject &item)
{
    const QJsonObject properties = item[QLatin1String("properties")].toObject();
    SubnetEntry entry;
    entry.name = item[QLatin1String("name")].toString();
    entry.prefix = properties[QLatin1String("addressPrefix")].toString();
    if (entry.prefix.isEmpty())
        entry.prefix = properties[QLatin1String("addressPrefixes")].toArray().at(0).toString();
    const QJsonObject delegation = properties[QLatin1String("delegations")].toArray().at(0).toObject();
    entry.delegation = delegation[QLatin1String("properties")].toObject()[QLatin1String("serviceName")].toString();
    entry.used = int(properties[QLatin1String("ipConfigurations")].toArray().size());
    if (const auto network = ipv4Network(entry.prefix)) // Azure keeps five (azure-postgresql-and-network.md §3.2)
        entry.free = int(std::max<qint64>(0, qint64(network->last()) - network->first() + 1 - 5 - entry.used));
    return entry;
}

VirtualNetworkEntry networkEntry(const QJsonObject &item)
{
    VirtualNetworkEntry entry;
    entry.id = idOf(item);
    entry.location = shortLocation(item);
    for (const QJsonValue subnet : item[QLatin1String("properties")].toObject()[QLatin1String("subnets")].toArray())
        entry.subnets.append(subnetEntry(subnet.toObject()));
    return entry;
}

SkuEntry skuEntry(const QJsonObject &item, const QString &tier)
{
    SkuEntry entry;
    entry.name = item[QLatin1String("name")].toString();
    entry.tier = tier;
    entry.vCores = item[QLatin1String("vCores")].toInt();
    entry.memoryMiBPerVCore = item[QLatin1String("supportedMemoryPerVcoreMb")].toInt();
    for (const QJsonValue mode : item[QLatin1String("supportedHaMode")].toArray())
        entry.haModes.append(mode.toString());
    return entry;
}

CapabilityEntry capabilityEntry(const QJsonObject &item)
{
    CapabilityEntry entry;
    entry.reason = item[QLatin1String("reason")].toString();
    entry.restricted = item[QLatin1String("restricted")].toString() == QLatin1String("Enabled");
    for (const QJsonValue feature : item[QLatin1String("supportedFeatures")].toArray()) {
        const QJsonObject object = feature.toObject();
        if (object[QLatin1String("name")].toString() == QLatin1String("OfferRestricted"))
            entry.restricted = entry.restricted || object[QLatin1String("status")].toString() == QLatin1String("Enabled");
    }
    for (const QJsonValue version : item[QLatin1String("supportedServerVersions")].toArray())
        entry.versions.append(version.toObject()[QLatin1String("name")].toString());
    for (const QJsonValue edition : item[QLatin1String("supportedServerEditions")].toArray()) {
        const QJsonObject object = edition.toObject();
        const QString tier = object[QLatin1String("name")].toString();
        for (const QJsonValue sku : object[QLatin1String("supportedServerSkus")].toArray())
            entry.skus.append(skuEntry(sku.toObject(), tier));
        if (!entry.storageGiB.isEmpty())
            continue;
        const QJsonObject disk = object[QLatin1String("supportedStorageEditions")].toArray().at(0).toObject();
        for (const QJsonValue size : disk[QLatin1String("supportedStorageMb")].toArray())
            entry.storageGiB.append(size.toObject()[QLatin1String("storageSizeMb")].toInt() / 1024);
    }
    return entry;
}

RuntimeEntry runtimeEntry(const QJsonObject &item)
{
    const QJsonObject properties = item[QLatin1String("properties")].toObject();
    return {item[QLatin1String("name")].toString(), properties[QLatin1String("type")].toString(),
            !properties[QLatin1String("managedVirtualNetwork")].toObject().isEmpty()};
}

QString below(const QString &subscription, const char *path)
{
    return QStringLiteral("/subscriptions/") + subscription + QLatin1String(path);
}
} // namespace

AzureSession::AzureSession(ArmClient &client, Clock &clock, Account account, QObject *parent)
    : QObject(parent), m_client(client), m_clock(clock), m_account(std::move(account))
{
    connect(&m_subscriptions, &CatalogueBase::changed, this, [this] {
        if (m_subscriptions.isReady() && !m_subscription.isEmpty())
            setSubscription(m_subscription); // a display name becomes its id
    });
}

AzureSession::~AzureSession() = default;

QString AzureSession::subscriptionName() const
{
    for (const SubscriptionEntry &entry : m_subscriptions.items()) {
        if (entry.id.compare(m_subscription, Qt::CaseInsensitive) == 0)
            return entry.name;
    }
    return m_subscription;
}

QString AzureSession::tenant() const
{
    for (const SubscriptionEntry &entry : m_subscriptions.items()) {
        if (entry.id.compare(m_subscription, Qt::CaseInsensitive) == 0 && !entry.tenant.isEmpty())
            return entry.tenant;
    }
    return m_account.tenant;
}

QString AzureSession::tenantName() const
{
    const QString id = tenant();
    for (const TenantEntry &entry : m_tenants.items()) {
        if (entry.id.compare(id, Qt::CaseInsensitive) == 0 && !entry.name.isEmpty())
            return entry.name;
    }
    return id;
}

void AzureSession::setSubscription(const QString &idOrName)
{
    QString id = idOrName;
    for (const SubscriptionEntry &entry : m_subscriptions.items()) {
        if (entry.name.compare(idOrName, Qt::CaseInsensitive) == 0)
            id = entry.id;
    }
    if (id == m_subscription)
        return;
    m_subscription = id;
    Q_EMIT subscriptionChosen();
    refresh();
    Q_EMIT subscriptionChanged();
}

void AzureSession::setAccount(Account account)
{
    m_account = std::move(account);
    m_subscriptions.clear();
    m_tenants.clear();
    refresh();
    Q_EMIT accountChanged();
}

void AzureSession::refresh()
{
    m_locations.clear();
    m_groups.clear();
    m_servers.clear();
    m_virtualNetworks.clear();
    m_zones.clear();
    m_factories.clear();
    m_identities.clear();
    m_capabilities.clear();
    m_runtimes.clear();
    m_databases.clear();
}

template <class T>
Catalogue<T> &AzureSession::loaded(Catalogue<T> &catalogue, typename Catalogue<T>::Loader loader)
{
    if (catalogue.state() == CatalogueBase::State::Empty && !m_account.user.isEmpty())
        catalogue.load(std::move(loader));
    return catalogue;
}

// Tenants and subscriptions are found in one go.
QCoro::Task<Result<QList<SubscriptionEntry>>> AzureSession::loadReach(QPointer<AzureSession> session, Context context)
{
    ArmClient *client = &session->m_client;
    const Result<Reach> reach = co_await reachOf(client, context);
    if (!session || context.cancelled())
        co_return Error::cancelled();
    session->m_tenants.give(reach ? Result<QList<TenantEntry>>(reach->tenants) : Result<QList<TenantEntry>>(reach.error()));
    if (!reach)
        co_return reach.error();
    co_return reach->subscriptions;
}

Catalogue<SubscriptionEntry> &AzureSession::subscriptions()
{
    return loaded<SubscriptionEntry>(m_subscriptions, [session = QPointer<AzureSession>(this)](Context context) { return loadReach(session, context); });
}

Catalogue<TenantEntry> &AzureSession::tenants()
{
    subscriptions();
    return m_tenants;
}

Catalogue<LocationEntry> &AzureSession::locations()
{
    return loaded<LocationEntry>(m_locations, [client = &m_client, path = below(m_subscription, "/locations")](Context context) {
        return listEntries<LocationEntry>(client, path, version::subscriptions, [](const QJsonObject &item) {
            return LocationEntry{item[QLatin1String("name")].toString(), item[QLatin1String("displayName")].toString()};
        }, context);
    });
}

Catalogue<GroupEntry> &AzureSession::groups()
{
    return loaded<GroupEntry>(m_groups, [client = &m_client, path = below(m_subscription, "/resourcegroups")](Context context) {
        return listEntries<GroupEntry>(client, path, version::resources, [](const QJsonObject &item) {
            return GroupEntry{item[QLatin1String("name")].toString(), shortLocation(item)};
        }, context);
    });
}

Catalogue<ServerEntry> &AzureSession::servers()
{
    return loaded<ServerEntry>(m_servers, [client = &m_client, path = below(m_subscription, "/providers/Microsoft.DBforPostgreSQL/flexibleServers")](Context context) {
        return listEntries<ServerEntry>(client, path, version::postgresql, serverEntry, context);
    });
}

Catalogue<VirtualNetworkEntry> &AzureSession::virtualNetworks()
{
    return loaded<VirtualNetworkEntry>(m_virtualNetworks, [client = &m_client, path = below(m_subscription, "/providers/Microsoft.Network/virtualNetworks")](Context context) {
        return listEntries<VirtualNetworkEntry>(client, path, version::network, networkEntry, context);
    });
}

Catalogue<ZoneEntry> &AzureSession::zones()
{
    return loaded<ZoneEntry>(m_zones, [client = &m_client, path = below(m_subscription, "/providers/Microsoft.Network/privateDnsZones")](Context context) {
        return listEntries<ZoneEntry>(client, path, version::privateDns, [](const QJsonObject &item) { return ZoneEntry{idOf(item)}; }, context);
    });
}

Catalogue<FactoryEntry> &AzureSession::factories()
{
    return loaded<FactoryEntry>(m_factories, [client = &m_client, path = below(m_subscription, "/providers/Microsoft.DataFactory/factories")](Context context) {
        return listEntries<FactoryEntry>(client, path, version::dataFactory, [](const QJsonObject &item) {
            return FactoryEntry{idOf(item), shortLocation(item)};
        }, context);
    });
}

Catalogue<IdentityEntry> &AzureSession::identities()
{
    return loaded<IdentityEntry>(m_identities, [client = &m_client, path = below(m_subscription, "/providers/Microsoft.ManagedIdentity/userAssignedIdentities")](Context context) {
        return listEntries<IdentityEntry>(client, path, version::identity, [](const QJsonObject &item) { return IdentityEntry{idOf(item)}; }, context);
    });
}

Catalogue<CapabilityEntry> &AzureSession::capabilities(const QString &location)
{
    if (location != m_capabilityLocation) {
        m_capabilityLocation = location; // first: who hears of clear() asks again
        m_capabilities.clear();
    }
    if (location.isEmpty())
        return m_capabilities;
    const QString path = below(m_subscription, "/providers/Microsoft.DBforPostgreSQL/locations/") + location + QStringLiteral("/capabilities");
    return loaded<CapabilityEntry>(m_capabilities, [client = &m_client, path](Context context) {
        return listEntries<CapabilityEntry>(client, path, version::postgresql, capabilityEntry, context);
    });
}

Catalogue<RuntimeEntry> &AzureSession::runtimes(const ResourceId &factory)
{
    if (!(factory == m_runtimeFactory)) {
        m_runtimeFactory = factory;
        m_runtimes.clear();
    }
    if (factory.isEmpty())
        return m_runtimes;
    return loaded<RuntimeEntry>(m_runtimes, [client = &m_client, path = factory.toString() + QStringLiteral("/integrationRuntimes")](Context context) {
        return listEntries<RuntimeEntry>(client, path, version::dataFactory, runtimeEntry, context);
    });
}

Catalogue<QString> &AzureSession::databases(const ResourceId &server)
{
    if (!(server == m_databaseServer)) {
        m_databaseServer = server;
        m_databases.clear();
    }
    if (server.isEmpty())
        return m_databases;
    return loaded<QString>(m_databases, [client = &m_client, path = server.toString() + QStringLiteral("/databases")](Context context) {
        return listEntries<QString>(client, path, version::postgresql, [](const QJsonObject &item) { return item[QLatin1String("name")].toString(); }, context);
    });
}

QCoro::Task<Result<NameAnswer>> AzureSession::checkServerName(QString name, QString location, Context context)
{
    ArmRequest request;
    request.method = "POST";
    request.path = below(m_subscription, "/providers/Microsoft.DBforPostgreSQL/locations/") + location + QStringLiteral("/checkNameAvailability");
    request.apiVersion = version::postgresql;
    QJsonObject body;
    body[QLatin1String("name")] = name;
    body[QLatin1String("type")] = type::server;
    request.body = QJsonValue(body);
    Result<ArmResponse> response = co_await m_client.send(request, context);
    if (!response)
        co_return response.error();
    const QJsonObject answer = response->body.toObject();
    NameAnswer result;
    result.available = answer[QLatin1String("nameAvailable")].toBool();
    result.message = answer[QLatin1String("message")].toString();
    co_return result;
}

QCoro::Task<Result<ServerEntry>> AzureSession::readServer(ResourceId id, Context context)
{
    Result<QJsonObject> body = co_await m_client.get(id.toString(), version::postgresql, context);
    if (!body)
        co_return body.error();
    co_return serverEntry(*body);
}

} // namespace causeway
