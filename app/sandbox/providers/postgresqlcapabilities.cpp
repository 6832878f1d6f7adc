// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresqloffer.h"
#include "sandbox/providers/postgresqlparts.h"

#include <algorithm>

//! What a region offers, in words of both api generations; name checks, usages.

namespace causeway::sandbox::postgresql {

namespace {

struct CapabilityFeature {
    const char *name;
    bool enabled;
};
constexpr CapabilityFeature capabilityFeatures[] = {
    {"FastProvisioning", false}, {"ZoneRedundantHa", true}, {"GeoBackup", true}, {"ZoneRedundantHaAndGeoBackup", true},
    {"StorageAutoGrowth", true}, {"OnlineResize", true}, {"OfferRestricted", false}, {"IndexTuning", true}, {"Clusters", true},
    {"AdaptiveAutoVacuumAutoApply", false}, {"ConfigTuning", false},
};

QString latin(const char *text) { return QString::fromLatin1(text); }
QString enabledWord(bool on) { return on ? "Enabled"_t : "Disabled"_t; }

QStringList zonesOf(const State &state, const QString &location)
{
    const int count = state.locations.value(shortLocation(location)).toObject().value("postgresqlZones"_t).toInt(3);
    return QStringList{"1"_t, "2"_t, "3"_t}.mid(0, std::clamp(count, 0, 3));
}

QStringList haModes(const QStringList &zones)
{
    return zones.size() > 1 ? QStringList{"SameZone"_t, "ZoneRedundant"_t} : QStringList{"SameZone"_t};
}

// --- the shape since 2023 -----------------------------------------------------------------------------------------------

QJsonArray managedDiskSizes()
{
    QJsonArray sizes;
    for (const CapabilitySize &size : capabilitySizes) {
        QJsonArray tiers;
        for (const CapabilityTier &tier : tiersOf(size))
            tiers.append(QJsonObject{{"name"_t, latin(tier.name)}, {"iops"_t, tier.iops}});
        const CapabilityTier &first = capabilityTiers[size.lowest];
        sizes.append(QJsonObject{{"supportedIops"_t, first.iops}, {"storageSizeMb"_t, size.megabytes},
                                 {"defaultIopsTier"_t, latin(first.name)}, {"supportedIopsTiers"_t, tiers}});
    }
    return sizes;
}

QJsonArray provisionedDisk(int iops, int maximumIops, int throughput, int maximumThroughput)
{
    return {QJsonObject{{"supportedIops"_t, iops}, {"supportedMaximumIops"_t, maximumIops}, {"storageSizeMb"_t, 32768},
                        {"maximumStorageSizeMb"_t, 67108864}, {"supportedThroughput"_t, throughput},
                        {"supportedMaximumThroughput"_t, maximumThroughput}, {"defaultIopsTier"_t, "None"_t},
                        {"supportedIopsTiers"_t, QJsonArray{QJsonObject{{"name"_t, "None"_t}, {"iops"_t, 0}}}}}};
}

QJsonObject storageEdition(const QString &name, int defaultMb, const QJsonArray &sizes)
{
    return {{"name"_t, name}, {"defaultStorageSizeMb"_t, defaultMb}, {"supportedStorageMb"_t, sizes}};
}

QJsonObject editionNow(const CapabilityEdition &edition, const QStringList &zones)
{
    QJsonArray storage{storageEdition("ManagedDisk"_t, edition.defaultStorageMb, managedDiskSizes()),
                       storageEdition("ManagedDiskV2"_t, edition.defaultStorageMb, provisionedDisk(3000, 80000, 125, 1200))};
    if (edition.ultraDisk)
        storage.append(storageEdition("UltraDisk"_t, edition.defaultStorageMb, provisionedDisk(4800, 400000, 1200, 10000)));
    QJsonArray skus;
    for (const CapabilitySku &sku : capabilitySkus(latin(edition.name)))
        skus.append(QJsonObject{{"name"_t, sku.name}, {"vCores"_t, sku.vCores}, {"supportedIops"_t, sku.iops},
                                {"supportedMemoryPerVcoreMb"_t, sku.memoryMb}, {"supportedFeatures"_t, QJsonArray()},
                                {"supportedZones"_t, QJsonArray::fromStringList(zones)},
                                {"supportedHaMode"_t, QJsonArray::fromStringList(haModes(zones))}});
    return {{"name"_t, latin(edition.name)}, {"defaultSkuName"_t, latin(edition.defaultSku)},
            {"supportedStorageEditions"_t, storage}, {"supportedServerSkus"_t, skus}};
}

QJsonArray versionsNow(const QString &from)
{
    QJsonArray all;
    for (const QString &version : versions()) {
        if (!from.isEmpty() && version.toInt() < from.toInt())
            continue;
        all.append(QJsonObject{{"name"_t, version}, {"supportedFeatures"_t, QJsonArray()},
                               {"supportedVersionsToUpgrade"_t,
                                QJsonArray::fromStringList(versions().mid(versions().indexOf(version) + 1))}});
    }
    return all;
}

QJsonObject capabilityNow(const State &state, const QString &location)
{
    const bool open = offerOf(state, location) == Offer::Open;
    const QStringList zones = zonesOf(state, location);
    const bool zonal = open && zones.size() > 1;
    QJsonArray editions;
    QJsonArray features;
    for (const CapabilityEdition &edition : capabilityEditions) {
        if (open)
            editions.append(editionNow(edition, zones));
    }
    for (const CapabilityFeature &feature : capabilityFeatures) {
        const QString name = latin(feature.name);
        const bool on = name == "OfferRestricted"_t ? !open : feature.enabled && (zonal || !name.startsWith("ZoneRedundant"_t));
        features.append(QJsonObject{{"name"_t, name}, {"status"_t, enabledWord(on)}});
    }
    QJsonObject capability{{"name"_t, "FlexibleServerCapabilities"_t}, {"supportedServerEditions"_t, editions},
                           {"supportedServerVersions"_t, open ? versionsNow({}) : QJsonArray()},
                           {"supportedFastProvisioningEditions"_t, QJsonArray()}, {"supportedFeatures"_t, features},
                           {"fastProvisioningSupported"_t, "Disabled"_t}, {"geoBackupSupported"_t, enabledWord(open)},
                           {"zoneRedundantHaSupported"_t, enabledWord(zonal)},
                           {"zoneRedundantHaAndGeoBackupSupported"_t, enabledWord(zonal)},
                           {"storageAutoGrowthSupported"_t, enabledWord(open)}, {"onlineResizeSupported"_t, enabledWord(open)},
                           {"indexTuningSupported"_t, enabledWord(open)}};
    if (!open)
        capability.insert("reason"_t, "Subscriptions are restricted from provisioning in location '%1'."_t.arg(shortLocation(location)));
    return capability;
}

// --- the shape of 2022-12-01 and before: one entry a zone, booleans, SKUs below versions ----------------------------------

QJsonObject editionThen(const CapabilityEdition &edition)
{
    QJsonArray sizes;
    for (const CapabilitySize &size : capabilitySizes) {
        QJsonArray tiers;
        for (const CapabilityTier &tier : tiersOf(size))
            tiers.append(QJsonObject{{"name"_t, latin(tier.name)}, {"tierName"_t, latin(tier.name)}, {"iops"_t, tier.iops},
                                     {"isBaseline"_t, &tier == &capabilityTiers[size.lowest]}, {"status"_t, "Available"_t}});
        sizes.append(QJsonObject{{"name"_t, QString::number(size.megabytes)}, {"storageSizeMB"_t, size.megabytes},
                                 {"supportedIops"_t, capabilityTiers[size.lowest].iops},
                                 {"supportedUpgradableTierList"_t, tiers}, {"status"_t, "Available"_t}});
    }
    QJsonArray vcores;
    for (const CapabilitySku &sku : capabilitySkus(latin(edition.name)))
        vcores.append(QJsonObject{{"name"_t, sku.name}, {"vCores"_t, sku.vCores}, {"supportedIops"_t, sku.iops},
                                  {"supportedMemoryPerVcoreMB"_t, sku.memoryMb}, {"status"_t, "Available"_t}});
    QJsonArray all;
    for (const QString &version : versions())
        all.append(QJsonObject{{"name"_t, version}, {"status"_t, "Available"_t}, {"supportedVcores"_t, vcores},
                               {"supportedVersionsToUpgrade"_t,
                                QJsonArray::fromStringList(versions().mid(versions().indexOf(version) + 1))}});
    return {{"name"_t, latin(edition.name)}, {"status"_t, "Available"_t}, {"supportedServerVersions"_t, all},
            {"supportedStorageEditions"_t,
             QJsonArray{QJsonObject{{"name"_t, "ManagedDisk"_t}, {"status"_t, "Available"_t}, {"supportedStorageMB"_t, sizes}}}}};
}

QJsonArray capabilitiesThen(const State &state, const QString &location)
{
    QJsonArray result;
    if (offerOf(state, location) != Offer::Open)
        return result;
    QJsonArray editions;
    for (const CapabilityEdition &edition : capabilityEditions)
        editions.append(editionThen(edition));
    QStringList zones = zonesOf(state, location);
    const bool zonal = zones.size() > 1;
    if (zones.isEmpty())
        zones.append("none"_t);
    for (const QString &zone : zones)
        result.append(QJsonObject{{"zone"_t, zone}, {"status"_t, "Available"_t},
                                  {"supportedHAMode"_t, QJsonArray::fromStringList(haModes(zones))}, {"geoBackupSupported"_t, true},
                                  {"zoneRedundantHaSupported"_t, zonal}, {"zoneRedundantHaAndGeoBackupSupported"_t, zonal},
                                  {"fastProvisioningSupported"_t, false}, {"supportedFastProvisioningEditions"_t, QJsonArray()},
                                  {"supportedHyperscaleNodeEditions"_t, QJsonArray()},
                                  {"supportedFlexibleServerEditions"_t, editions}});
    return result;
}

QJsonArray capabilitiesOf(const Call &call, const QString &location)
{
    return call.version < "2023"_t ? capabilitiesThen(call.state, location)
                                   : QJsonArray{capabilityNow(call.state, location)};
}

// --- routes -------------------------------------------------------------------------------------------------------------

Response noSuchLocation(const Call &call, const QString &location)
{
    return Response::error(400, "LocationNotAvailableForResourceType"_t,
                           "The provided location '%1' is not available for resource type "
                           "'Microsoft.DBforPostgreSQL/flexibleServers'. List of available regions for the resource type is '%2'."_t
                               .arg(location, call.state.locations.keys().join(u',')));
}

Response locationCapabilities(Call &call)
{
    const QString location = call.names.value(1);
    if (offerOf(call.state, location) == Offer::None)
        return noSuchLocation(call, location);
    return Response::json(200, {{"value"_t, capabilitiesOf(call, location)}});
}

Response serverCapabilities(Call &call)
{
    const Resource *server = visibleServer(call);
    if (!server)
        return notFound(serverIdOf(call.id));
    QJsonArray value = capabilitiesOf(call, textAt(*server, "location"_t));
    if (call.version >= "2023"_t && !value.isEmpty()) {
        QJsonObject own = value.at(0).toObject();
        own.insert("supportedServerVersions"_t, versionsNow(textAt(*server, "properties.version"_t)));
        value = {own};
    }
    return Response::json(200, {{"value"_t, value}});
}

Response quotaUsages(Call &call)
{
    const QString location = shortLocation(call.names.value(1));
    if (offerOf(call.state, location) == Offer::None)
        return noSuchLocation(call, location);
    QMap<QString, int> used;
    QHash<QString, QString> quotaOf;
    for (const CapabilityEdition &edition : capabilityEditions) {
        for (const CapabilitySku &sku : capabilitySkus(latin(edition.name))) {
            quotaOf.insert(sku.name, sku.quota);
            used.insert(sku.quota, 0);
        }
    }
    int total = 0;
    for (const Resource *server : call.state.list("/subscriptions/"_t + call.subscription, serversType())) {
        if (shortLocation(textAt(*server, "location"_t)) != location)
            continue;
        const QString sku = textAt(*server, "sku.name"_t);
        used[quotaOf.value(sku)] += vCoresOf(sku);
        total += vCoresOf(sku);
    }
    used.remove(QString());
    used.insert("cores"_t, total);
    const int limit = call.state.setting("postgresqlCoreQuota"_t, 100).toInt();
    QJsonArray value;
    for (auto row = used.cbegin(); row != used.cend(); ++row)
        value.append(QJsonObject{{"id"_t, "/subscriptions/%1/providers/Microsoft.DBforPostgreSQL/locations/%2/resourceType/"
                                          "flexibleServers/usages/%3"_t.arg(call.subscription, location, row.key())},
                                 {"name"_t, QJsonObject{{"value"_t, row.key()}, {"localizedValue"_t, row.key()}}},
                                 {"currentValue"_t, row.value()}, {"limit"_t, limit}, {"unit"_t, "Count"_t}});
    return call.world.page(call, value);
}

//! Only VNet-injected servers use delegated subnets.
Response subnetUsage(Call &call)
{
    const QString network = call.body.value("virtualNetworkArmResourceId"_t).toString();
    if (network.isEmpty())
        return missingParameter("VirtualNetworkArmResourceId"_t);
    QMap<QString, int> used;
    for (const Resource *server : call.state.list("/subscriptions/"_t + call.subscription, serversType())) {
        const QString subnet = textAt(*server, "properties.network.delegatedSubnetResourceId"_t);
        if (subnet.startsWith(network + u'/', Qt::CaseInsensitive))
            ++used[subnet.section(u'/', -1)];
    }
    QJsonArray subnets;
    for (auto row = used.cbegin(); row != used.cend(); ++row)
        subnets.append(QJsonObject{{"subnetName"_t, row.key()}, {"usage"_t, row.value()}});
    return Response::json(200, {{"location"_t, shortLocation(call.names.value(1))}, {"subscriptionId"_t, call.subscription},
                                {"delegatedSubnetsUsage"_t, subnets}});
}

Response nameAvailability(Call &call)
{
    const QJsonValue given = call.body.value("name"_t);
    if (!given.isString())
        return given.isUndefined() || given.isNull() ? missingParameter("Name"_t) : wrongType("name"_t, "System.String"_t);
    const QJsonValue type = call.body.value("type"_t);
    if (!type.isString())
        return type.isUndefined() || type.isNull() ? missingParameter("Type"_t) : wrongType("type"_t, "System.String"_t);
    const QString name = given.toString();
    QJsonObject body{{"name"_t, name}, {"type"_t, type}, {"nameAvailable"_t, false}};
    if (!nameWellFormed(name)) {
        body.insert("reason"_t, "Invalid"_t);
        body.insert("message"_t, "Specified server name contains unsupported characters or is too long. Server name must be 3 to 63 "
                                 "characters long, contain only lower-case letters, digits and '-', and can't start or end with '-'."_t);
    } else if (nameTaken(call.state, name)) {
        body.insert("reason"_t, "AlreadyExists"_t);
        body.insert("message"_t, "Specified server name is already used."_t);
    } else {
        body.insert("nameAvailable"_t, true);
        body.insert("message"_t, QString());
    }
    return Response::json(200, body);
}

//! Of VNet-injected servers, not the Private Link zone; the answer is a bare JSON string.
Response dnsZoneSuffix(Call & /*call*/)
{
    Response response;
    response.body = "\"private.postgres.database.azure.com\"";
    return response;
}

} // namespace

void addCapabilityRoutes(std::vector<Route> &routes)
{
    const QString prefix = "Microsoft.DBforPostgreSQL/"_t;
    routes.push_back({"GET", subscriptionPattern("/locations/{loc}/capabilities"_t), prefix + "locations/capabilities/read"_t,
                      locationCapabilities, false});
    routes.push_back({"GET", serverPattern("/capabilities"_t), prefix + "flexibleServers/capabilities/read"_t, serverCapabilities, false});
    routes.push_back({"GET", subscriptionPattern("/locations/{loc}/resourceType/flexibleServers/usages"_t),
                      prefix + "locations/resourceType/usages/read"_t, quotaUsages, false});
    routes.push_back({"POST", subscriptionPattern("/locations/{loc}/checkVirtualNetworkSubnetUsage"_t),
                      prefix + "locations/checkVirtualNetworkSubnetUsage/action"_t, subnetUsage, false});
    routes.push_back({"POST", subscriptionPattern("/checkNameAvailability"_t), prefix + "checkNameAvailability/action"_t,
                      nameAvailability, false});
    routes.push_back({"POST", subscriptionPattern("/locations/{loc}/checkNameAvailability"_t),
                      prefix + "locations/checkNameAvailability/action"_t, nameAvailability, false});
    routes.push_back({"POST", "/providers/Microsoft.DBforPostgreSQL/getPrivateDnsZoneSuffix"_t, {}, dnsZoneSuffix, false});
}

} // namespace causeway::sandbox::postgresql
