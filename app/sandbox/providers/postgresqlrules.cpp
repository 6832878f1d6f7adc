// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresqlparts.h"

#include <algorithm>

//! What a server's body may hold and what may change later (facts §2.2, §2.3, §12).

namespace causeway::sandbox::postgresql {

namespace {

enum class FieldKind { Object, Text, Number };
enum class FieldChange { Free, Never, Ignored };

struct ServerField {
    const char *path;
    FieldKind kind;
    const char *choices;  //!< blank-separated; empty: any
    FieldChange change;   //!< what a later write may do; Ignored: read-only, or not kept, or dealt with by hand
    const char *otherwise = nullptr; //!< default of a new server
};

constexpr ServerField serverFields[] = {
    {"location", FieldKind::Text, "", FieldChange::Ignored},
    {"tags", FieldKind::Object, "", FieldChange::Free},
    {"identity", FieldKind::Object, "", FieldChange::Free},
    {"identity.type", FieldKind::Text, "None SystemAssigned UserAssigned SystemAssigned,UserAssigned", FieldChange::Ignored},
    {"sku", FieldKind::Object, "", FieldChange::Ignored},
    {"sku.name", FieldKind::Text, "", FieldChange::Free},
    {"sku.tier", FieldKind::Text, "Burstable GeneralPurpose MemoryOptimized", FieldChange::Free},
    {"properties", FieldKind::Object, "", FieldChange::Ignored},
    {"properties.administratorLogin", FieldKind::Text, "", FieldChange::Ignored},
    {"properties.administratorLoginPassword", FieldKind::Text, "", FieldChange::Ignored},
    {"properties.createMode", FieldKind::Text, "Create Default Update PointInTimeRestore GeoRestore Replica ReviveDropped",
     FieldChange::Ignored},
    {"properties.version", FieldKind::Text, "", FieldChange::Free},
    {"properties.availabilityZone", FieldKind::Text, "1 2 3", FieldChange::Never, ""},
    {"properties.authConfig", FieldKind::Object, "", FieldChange::Ignored},
    {"properties.authConfig.activeDirectoryAuth", FieldKind::Text, "Enabled Disabled", FieldChange::Free, "Disabled"},
    {"properties.authConfig.passwordAuth", FieldKind::Text, "Enabled Disabled", FieldChange::Free, "Enabled"},
    {"properties.authConfig.tenantId", FieldKind::Text, "", FieldChange::Free},
    {"properties.storage", FieldKind::Object, "", FieldChange::Ignored},
    {"properties.storage.storageSizeGB", FieldKind::Number, "", FieldChange::Free},
    {"properties.storage.type", FieldKind::Text, "Premium_LRS PremiumV2_LRS UltraSSD_LRS", FieldChange::Never, ""},
    {"properties.storage.tier", FieldKind::Text, "", FieldChange::Free},
    {"properties.storage.iops", FieldKind::Number, "", FieldChange::Free},
    {"properties.storage.throughput", FieldKind::Number, "", FieldChange::Free},
    {"properties.storage.autoGrow", FieldKind::Text, "Enabled Disabled", FieldChange::Free, "Disabled"},
    {"properties.backup", FieldKind::Object, "", FieldChange::Ignored},
    {"properties.backup.backupRetentionDays", FieldKind::Number, "", FieldChange::Free},
    {"properties.backup.geoRedundantBackup", FieldKind::Text, "Enabled Disabled", FieldChange::Never, "Disabled"},
    {"properties.network", FieldKind::Object, "", FieldChange::Ignored},
    {"properties.network.publicNetworkAccess", FieldKind::Text, "Enabled Disabled", FieldChange::Free},
    {"properties.network.delegatedSubnetResourceId", FieldKind::Text, "", FieldChange::Never},
    {"properties.network.privateDnsZoneArmResourceId", FieldKind::Text, "", FieldChange::Free},
    {"properties.highAvailability", FieldKind::Object, "", FieldChange::Ignored},
    {"properties.highAvailability.mode", FieldKind::Text, "Disabled SameZone ZoneRedundant", FieldChange::Free, "Disabled"},
    {"properties.highAvailability.standbyAvailabilityZone", FieldKind::Text, "", FieldChange::Free},
    {"properties.maintenanceWindow", FieldKind::Object, "", FieldChange::Ignored},
    {"properties.maintenanceWindow.customWindow", FieldKind::Text, "Enabled Disabled", FieldChange::Free, "Disabled"},
    {"properties.maintenanceWindow.dayOfWeek", FieldKind::Number, "", FieldChange::Free},
    {"properties.maintenanceWindow.startHour", FieldKind::Number, "", FieldChange::Free},
    {"properties.maintenanceWindow.startMinute", FieldKind::Number, "", FieldChange::Free},
    {"properties.dataEncryption", FieldKind::Object, "", FieldChange::Ignored},
    {"properties.dataEncryption.type", FieldKind::Text, "SystemManaged AzureKeyVault", FieldChange::Never, "SystemManaged"},
    {"properties.cluster", FieldKind::Object, "", FieldChange::Free},
    {"properties.replicationRole", FieldKind::Text, "None Primary AsyncReplica GeoAsyncReplica", FieldChange::Ignored},
    {"properties.sourceServerResourceId", FieldKind::Text, "", FieldChange::Ignored},
    {"properties.pointInTimeUTC", FieldKind::Text, "", FieldChange::Ignored},
};

struct NumberRange {
    const char *path;
    const char *parameter; //!< as ParameterOutOfRange names it
    int lowest;
    int highest;
    int otherwise;
};
constexpr NumberRange numberRanges[] = {
    {"properties.backup.backupRetentionDays", "BackupRetentionDays", 7, 35, 7},
    {"properties.maintenanceWindow.dayOfWeek", "DayOfWeek", 0, 6, 0},
    {"properties.maintenanceWindow.startHour", "StartHour", 0, 23, 0},
    {"properties.maintenanceWindow.startMinute", "StartMinute", 0, 59, 0},
};

//! "properties.highAvailability.mode" is HighAvailabilityMode in the service's texts; the last word capitalised will do.
QString parameterWord(const QString &path)
{
    QString word = path.section(u'.', -1);
    word[0] = word.at(0).toUpper();
    return word;
}

bool given(const QJsonValue &value)
{
    return !value.isUndefined() && !value.isNull();
}

QString canonicalChoice(const QString &choices, const QString &value)
{
    for (const QString &choice : choices.split(u' ')) {
        if (choice.compare(value, Qt::CaseInsensitive) == 0)
            return choice;
    }
    return {};
}

Refusal checkField(const ServerField &field, const QJsonValue &value)
{
    const QString path = QString::fromLatin1(field.path);
    switch (field.kind) {
    case FieldKind::Object:
        return value.isObject() ? Refusal() : wrongType(path, "System.Object"_t);
    case FieldKind::Number:
        return value.isDouble() && value.toDouble() == static_cast<int>(value.toDouble()) ? Refusal()
                                                                                           : wrongType(path, "System.Int32"_t);
    case FieldKind::Text:
        break;
    }
    if (!value.isString())
        return wrongType(path, "System.String"_t);
    const QString choices = QString::fromLatin1(field.choices);
    if (choices.isEmpty() || canonicalChoice(choices, value.toString()).size())
        return {};
    return invalidValue(parameterWord(path));
}

Refusal checkSku(const QJsonObject &body)
{
    const QString tier = at(body, "sku.tier"_t).toString();
    const QStringList names = skusOf(tier);
    if (names.contains(at(body, "sku.name"_t).toString(), Qt::CaseInsensitive))
        return {};
    return outOfRange("SkuName"_t, names.join(u','));
}

Refusal checkHighAvailability(const QJsonObject &body)
{
    const QString mode = at(body, "properties.highAvailability.mode"_t).toString();
    if (mode == "Disabled"_t || at(body, "sku.tier"_t).toString() != "Burstable"_t)
        return {};
    return invalidValue("HighAvailabilityMode"_t, "High availability is not supported for the Burstable pricing tier."_t);
}

//! Fills in tier and IOPS of Premium SSD, and refuses sizes and tiers that do not exist. `oldTier`: before a change.
Refusal completeStorage(QJsonObject &body, const QString &oldTier)
{
    const QString type = at(body, "properties.storage.type"_t).toString();
    const int size = at(body, "properties.storage.storageSizeGB"_t).toInt();
    if (!type.isEmpty() && type != "Premium_LRS"_t) {
        if (size < 32 || size > 65536)
            return outOfRange("StorageSizeInGB"_t, "32-65536"_t);
        if (!given(at(body, "properties.storage.iops"_t)))
            return missingParameter("Storage.Iops"_t);
        return {};
    }
    setAt(body, "properties.storage.type"_t, QString()); // as the service answers Premium SSD
    const QStringList tiers = storageTiersOf(size);
    if (tiers.isEmpty()) {
        QStringList sizes;
        for (const int each : storageSizesGB())
            sizes.append(QString::number(each));
        return outOfRange("StorageSizeInGB"_t, sizes.join(u','));
    }
    QString tier = at(body, "properties.storage.tier"_t).toString();
    if (!tiers.contains(tier) && (tier.isEmpty() || tier == oldTier))
        tier = tiers.first(); // storage grew beyond its tier
    if (!tiers.contains(tier))
        return outOfRange("StorageTier"_t, tiers.join(u','));
    setAt(body, "properties.storage.tier"_t, tier);
    setAt(body, "properties.storage.iops"_t, iopsOf(tier));
    return {};
}

Refusal checkRanges(QJsonObject &body)
{
    for (const NumberRange &range : numberRanges) {
        const QString path = QString::fromLatin1(range.path);
        const int value = at(body, path).toInt(range.otherwise);
        if (value < range.lowest || value > range.highest)
            return outOfRange(QString::fromLatin1(range.parameter), "%1-%2"_t.arg(range.lowest).arg(range.highest));
        setAt(body, path, value);
    }
    return {};
}

Refusal checkAuthentication(const QJsonObject &body)
{
    if (at(body, "properties.authConfig.passwordAuth"_t).toString() == "Disabled"_t
        && at(body, "properties.authConfig.activeDirectoryAuth"_t).toString() == "Disabled"_t)
        return invalidValue("AuthConfig"_t, "At least one of password and Microsoft Entra authentication must be enabled."_t);
    return {};
}

Refusal checkLocation(const Call &call, const QString &location)
{
    if (location.isEmpty())
        return Response::error(400, "LocationRequired"_t, "The location property is required for this definition."_t);
    switch (offerOf(call.state, location)) {
    case Offer::Open:
        return {};
    case Offer::Restricted:
        return Response::error(call.state.setting("postgresqlRestrictedStatus"_t, 400).toInt(), "LocationIsOfferRestricted"_t,
                               "Subscriptions are restricted from provisioning in location '%1'. Try again in a different location."_t
                                   .arg(shortLocation(location)));
    case Offer::None:
        break;
    }
    return Response::error(400, "LocationNotAvailableForResourceType"_t,
                           "The provided location '%1' is not available for resource type "
                           "'Microsoft.DBforPostgreSQL/flexibleServers'. List of available regions for the resource type is '%2'."_t
                               .arg(location, call.state.locations.keys().join(u',')));
}

//! Public access and a delegated subnet exclude each other; without a word, public servers are open.
Refusal completeNetwork(QJsonObject &body)
{
    const QString access = at(body, "properties.network.publicNetworkAccess"_t).toString();
    const bool injected = !at(body, "properties.network.delegatedSubnetResourceId"_t).toString().isEmpty();
    if (injected && access == "Enabled"_t)
        return Response::error(400, "ConflictingPublicNetworkAccessAndVirtualNetworkConfiguration"_t,
                               "Conflicting configuration is detected between Public Network Access and Virtual Network "
                               "arguments. Public Network Access is not supported along with Virtual Network feature."_t);
    setAt(body, "properties.network.publicNetworkAccess"_t,
          !access.isEmpty() ? access : injected ? "Disabled"_t : "Enabled"_t);
    return {};
}

//! Copies what the table knows; choices in the service's own casing, empty ids dropped.
void takeField(const ServerField &field, const QJsonValue &value, QJsonObject &body)
{
    const QString path = QString::fromLatin1(field.path);
    const QString choices = QString::fromLatin1(field.choices);
    const QString text = value.toString();
    if (field.kind == FieldKind::Text && !choices.isEmpty())
        setAt(body, path, canonicalChoice(choices, text));
    else if (field.kind != FieldKind::Text || !text.isEmpty())
        setAt(body, path, value);
}

//! The rules that hold for a whole body, new or changed.
Refusal checkWhole(QJsonObject &body, const QString &oldStorageTier)
{
    Refusal refusal = checkSku(body);
    if (!refusal)
        refusal = checkHighAvailability(body);
    if (!refusal)
        refusal = completeStorage(body, oldStorageTier);
    if (!refusal)
        refusal = checkRanges(body);
    if (!refusal)
        refusal = checkAuthentication(body);
    return refusal;
}

Refusal checkRequired(const QJsonObject &body)
{
    constexpr std::pair<const char *, const char *> required[] = {
        {"sku.name", "Sku.Name"}, {"sku.tier", "Sku.Tier"}, {"properties.version", "Version"}};
    for (const auto &[path, name] : required) {
        if (at(body, QString::fromLatin1(path)).toString().isEmpty())
            return missingParameter(QString::fromLatin1(name));
    }
    const QString version = at(body, "properties.version"_t).toString();
    if (!versions().contains(version))
        return outOfRange("Version"_t, versions().join(u','));
    return {};
}

Refusal checkAdministrator(const QJsonObject &sent, const QJsonObject &body)
{
    if (at(body, "properties.authConfig.passwordAuth"_t).toString() == "Disabled"_t)
        return {};
    const QString login = at(sent, "properties.administratorLogin"_t).toString();
    if (login.isEmpty())
        return missingParameter("AdministratorLogin"_t);
    if (at(sent, "properties.administratorLoginPassword"_t).toString().isEmpty())
        return missingParameter("AdministratorLoginPassword"_t);
    return checkLogin(login);
}

bool sameValue(const QJsonValue &left, const QJsonValue &right)
{
    if (left.isString() || right.isString())
        return left.toString().compare(right.toString(), Qt::CaseInsensitive) == 0;
    return left == right;
}

//! What cannot change is refused when it differs, and silently equal otherwise.
Refusal checkUnchanged(const QJsonObject &sent, const Resource &server)
{
    for (const ServerField &field : serverFields) {
        const QString path = QString::fromLatin1(field.path);
        const QJsonValue value = at(sent, path);
        if (field.change != FieldChange::Never || !given(value))
            continue;
        QJsonValue now = at(server.body, path);
        if (path == "properties.storage.type"_t && now.toString().isEmpty())
            now = "Premium_LRS"_t;
        const bool unsaid = value.isString() && value.toString().isEmpty();
        if (!unsaid && !sameValue(value, now))
            return invalidValue(parameterWord(path), "It cannot be changed after the server was created."_t);
    }
    const QString login = at(sent, "properties.administratorLogin"_t).toString();
    const QString now = textAt(server, "properties.administratorLogin"_t);
    if (!login.isEmpty() && !now.isEmpty() && login != now)
        return invalidValue("AdministratorLogin"_t, "It cannot be changed after it was set."_t);
    if (!login.isEmpty() && now.isEmpty())
        return checkLogin(login);
    return {};
}

Refusal checkForward(const QJsonObject &body, const Resource &server)
{
    const QString version = at(body, "properties.version"_t).toString();
    const QString now = textAt(server, "properties.version"_t);
    const QStringList upwards = versions().mid(versions().indexOf(now) + 1);
    if (version != now && !upwards.contains(version))
        return outOfRange("Version"_t, upwards.join(u','));
    if (at(body, "properties.storage.storageSizeGB"_t).toInt() < at(server.body, "properties.storage.storageSizeGB"_t).toInt())
        return invalidValue("StorageSizeInGB"_t, "Storage can only grow."_t);
    return {};
}

} // namespace

Refusal checkTypes(const QJsonObject &body)
{
    for (const ServerField &field : serverFields) {
        const QJsonValue value = at(body, QString::fromLatin1(field.path));
        if (!given(value) || (value.isString() && value.toString().isEmpty()))
            continue;
        if (Refusal refusal = checkField(field, value))
            return refusal;
    }
    return {};
}

NewServer newServer(const Call &call)
{
    const QJsonObject &sent = call.body;
    const QString location = sent.value("location"_t).toString();
    const QString mode = at(sent, "properties.createMode"_t).toString("Create"_t);
    if (Refusal refusal = checkLocation(call, location))
        return {refusal, {}};
    // Restores and replicas need a source that this world would have to copy; they are not offered here.
    if (mode != "Create"_t && mode != "Default"_t)
        return {invalidValue("CreateMode"_t), {}};

    QJsonObject body;
    for (const ServerField &field : serverFields) {
        const QString path = QString::fromLatin1(field.path);
        const QJsonValue value = at(sent, path);
        const bool kept = field.change != FieldChange::Ignored;
        if (kept && given(value) && !(value.isString() && value.toString().isEmpty()))
            takeField(field, value, body);
        else if (field.otherwise && *field.otherwise)
            setAt(body, path, QString::fromLatin1(field.otherwise));
    }
    if (!given(at(body, "properties.storage.storageSizeGB"_t)))
        setAt(body, "properties.storage.storageSizeGB"_t, 128);
    if (!given(at(body, "properties.availabilityZone"_t)))
        setAt(body, "properties.availabilityZone"_t, "1"_t);

    Refusal refusal = checkRequired(body);
    if (!refusal)
        refusal = checkAdministrator(sent, body);
    if (!refusal)
        refusal = completeNetwork(body);
    if (!refusal)
        refusal = checkWhole(body, {});
    if (at(body, "properties.authConfig.passwordAuth"_t).toString() == "Enabled"_t)
        setAt(body, "properties.administratorLogin"_t, at(sent, "properties.administratorLogin"_t));
    setAt(body, "location"_t, displayLocation(call.state, location));
    return {refusal, body};
}

NewServer changedServer(const Call &call, const Resource &server)
{
    const QJsonObject &sent = call.body;
    const QString location = sent.value("location"_t).toString();
    if (!location.isEmpty() && shortLocation(location) != shortLocation(textAt(server, "location"_t)))
        return {Response::error(409, "InvalidResourceLocation"_t,
                                "The resource '%1' already exists in location '%2' in resource group '%3'. A resource with the "
                                "same name cannot be created in location '%4'. Please select a new resource name."_t
                                    .arg(server.name, shortLocation(textAt(server, "location"_t)), call.resourceGroup,
                                         shortLocation(location))),
                {}};
    if (Refusal refusal = checkUnchanged(sent, server))
        return {refusal, {}};

    QJsonObject body = server.body;
    const bool injected = !textAt(server, "properties.network.delegatedSubnetResourceId"_t).isEmpty();
    for (const ServerField &field : serverFields) {
        const QString path = QString::fromLatin1(field.path);
        const QJsonValue value = at(sent, path);
        // On VNet-injected servers the public switch is silently ignored (facts §2.2).
        const bool ignored = injected && path == "properties.network.publicNetworkAccess"_t;
        if (field.change == FieldChange::Free && given(value) && !ignored)
            takeField(field, value, body);
    }
    if (textAt(server, "properties.administratorLogin"_t).isEmpty() && given(at(sent, "properties.administratorLogin"_t)))
        setAt(body, "properties.administratorLogin"_t, at(sent, "properties.administratorLogin"_t));
    if (at(body, "properties.authConfig.passwordAuth"_t).toString() == "Enabled"_t) {
        if (at(body, "properties.administratorLogin"_t).toString().isEmpty())
            return {missingParameter("AdministratorLogin"_t), {}};
        const bool had = !server.hidden.value("password"_t).toString().isEmpty();
        if (!had && at(sent, "properties.administratorLoginPassword"_t).toString().isEmpty())
            return {missingParameter("AdministratorLoginPassword"_t), {}};
    }
    Refusal refusal = checkForward(body, server);
    if (!refusal)
        refusal = checkWhole(body, textAt(server, "properties.storage.tier"_t));
    return {refusal, body};
}

} // namespace causeway::sandbox::postgresql
