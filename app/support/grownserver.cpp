// SPDX-License-Identifier: Apache-2.0
#include "support/grownserver.h"

namespace causeway {

QJsonObject grownServer(const SetupSpec &spec, const QString &name, const QString &tenant, const QString &location)
{
    const AuthenticationSpec *sign = spec.linkedService ? &spec.linkedService->authentication : nullptr;
    const bool basic = sign && sign->type == AuthenticationType::BasicAuth;
    const bool entra = (sign && !basic) || (spec.server && spec.server->entraAuthentication);
    const bool password = basic || !spec.server || spec.server->passwordAuthentication;
    const auto onOff = [](bool on) { return on ? QStringLiteral("Enabled") : QStringLiteral("Disabled"); };
    QJsonObject authConfig{{QStringLiteral("activeDirectoryAuth"), onOff(entra)}, {QStringLiteral("passwordAuth"), onOff(password)}};
    if (entra)
        authConfig.insert(QStringLiteral("tenantId"), tenant);
    const QString login = basic && !sign->username.isEmpty() ? sign->username : QStringLiteral("customerdba");
    const QJsonObject properties{
        {QStringLiteral("administratorLogin"), login}, {QStringLiteral("version"), QStringLiteral("16")}, {QStringLiteral("minorVersion"), QStringLiteral("13")},
        {QStringLiteral("state"), QStringLiteral("Ready")}, {QStringLiteral("availabilityZone"), QStringLiteral("1")},
        {QStringLiteral("fullyQualifiedDomainName"), name.toLower() + QStringLiteral(".postgres.database.azure.com")}, {QStringLiteral("authConfig"), authConfig},
        {QStringLiteral("network"), QJsonObject{{QStringLiteral("publicNetworkAccess"), onOff(!spec.server || spec.server->publicNetworkAccess.value_or(true))}}},
        {QStringLiteral("storage"), QJsonObject{{QStringLiteral("type"), QString()}, {QStringLiteral("iops"), 500}, {QStringLiteral("tier"), QStringLiteral("P10")}, {QStringLiteral("storageSizeGB"), 128}, {QStringLiteral("autoGrow"), QStringLiteral("Disabled")}}},
        {QStringLiteral("backup"), QJsonObject{{QStringLiteral("backupRetentionDays"), 7}, {QStringLiteral("geoRedundantBackup"), QStringLiteral("Disabled")}}},
        {QStringLiteral("dataEncryption"), QJsonObject{{QStringLiteral("type"), QStringLiteral("SystemManaged")}}},
        {QStringLiteral("highAvailability"), QJsonObject{{QStringLiteral("mode"), QStringLiteral("Disabled")}, {QStringLiteral("state"), QStringLiteral("NotEnabled")}}},
        {QStringLiteral("maintenanceWindow"), QJsonObject{{QStringLiteral("customWindow"), QStringLiteral("Disabled")}, {QStringLiteral("dayOfWeek"), 0}, {QStringLiteral("startHour"), 0}, {QStringLiteral("startMinute"), 0}}},
        {QStringLiteral("replica"), QJsonObject{{QStringLiteral("role"), QStringLiteral("Primary")}, {QStringLiteral("capacity"), 6}}},
        {QStringLiteral("replicationRole"), QStringLiteral("Primary")}, {QStringLiteral("replicaCapacity"), 6}};
    return {{QStringLiteral("location"), location},
            {QStringLiteral("sku"), QJsonObject{{QStringLiteral("name"), QStringLiteral("Standard_D2ds_v5")}, {QStringLiteral("tier"), QStringLiteral("GeneralPurpose")}}},
            {QStringLiteral("systemData"), QJsonObject{{QStringLiteral("createdAt"), QStringLiteral("2026-01-12T09:30:00.000Z")}}}, {QStringLiteral("properties"), properties}};
}

} // namespace causeway
