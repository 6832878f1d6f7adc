// SPDX-License-Identifier: Apache-2.0
#include "plan/bodies.h"

#include "domain/linkedservice.h"
#include "domain/secretreference.h"

#include <QJsonArray>

namespace causeway::body {
namespace {

QString switchWord(bool on) { return on ? QStringLiteral("Enabled") : QStringLiteral("Disabled"); }

QJsonObject properties(const QJsonObject &inner) { return {{QStringLiteral("properties"), inner}}; }

QJsonObject reference(const QString &type, const QString &name)
{
    return {{QStringLiteral("type"), type}, {QStringLiteral("referenceName"), name}};
}

} // namespace

QJsonObject secretMarker(const SecretReference &reference, const QString &field)
{
    return {{QStringLiteral("secret"), toText(reference)}, {QStringLiteral("field"), field}};
}

QJsonObject fromMarker(const QString &step, const QString &member)
{
    return {{QStringLiteral("from"), step}, {QStringLiteral("value"), member}};
}

QString tierOf(const QString &sku, const QString &location, const Observed &observed)
{
    const QJsonObject capability = observed.capabilities.value(normalLocation(location));
    for (const QJsonValue &edition : capability.value(QStringLiteral("supportedServerEditions")).toArray()) {
        for (const QJsonValue &each : edition.toObject().value(QStringLiteral("supportedServerSkus")).toArray()) {
            if (each.toObject().value(QStringLiteral("name")).toString().compare(sku, Qt::CaseInsensitive) == 0)
                return edition.toObject().value(QStringLiteral("name")).toString();
        }
    }
    if (sku.startsWith(QLatin1String("Standard_B"), Qt::CaseInsensitive))
        return QStringLiteral("Burstable");
    return sku.startsWith(QLatin1String("Standard_E"), Qt::CaseInsensitive) ? QStringLiteral("MemoryOptimized") : QStringLiteral("GeneralPurpose");
}

QJsonObject server(const ServerSpec &spec, const RunIdentity &identity, const Observed &observed)
{
    const ServerCreateSpec &create = *spec.create;
    QJsonObject authentication{{QStringLiteral("activeDirectoryAuth"), switchWord(spec.entraAuthentication)}, {QStringLiteral("passwordAuth"), switchWord(spec.passwordAuthentication)}};
    if (spec.entraAuthentication)
        authentication.insert(QStringLiteral("tenantId"), identity.tenant);
    QJsonObject inner{{QStringLiteral("createMode"), QStringLiteral("Create")},
                      {QStringLiteral("version"), create.version},
                      {QStringLiteral("authConfig"), authentication},
                      {QStringLiteral("network"), QJsonObject{{QStringLiteral("publicNetworkAccess"), switchWord(spec.publicNetworkAccess.value_or(true))}}},
                      {QStringLiteral("storage"), QJsonObject{{QStringLiteral("storageSizeGB"), create.storageGiB}}},
                      {QStringLiteral("highAvailability"), QJsonObject{{QStringLiteral("mode"), toText(create.highAvailability)}}}};
    if (create.backupRetentionDays)
        inner.insert(QStringLiteral("backup"), QJsonObject{{QStringLiteral("backupRetentionDays"), *create.backupRetentionDays}});
    if (spec.passwordAuthentication) {
        inner.insert(QStringLiteral("administratorLogin"), create.administratorLogin);
        inner.insert(QStringLiteral("administratorLoginPassword"), secretMarker(create.administratorPassword, QStringLiteral("server.create.administratorPassword")));
    }
    return {{QStringLiteral("location"), create.location},
            {QStringLiteral("sku"), QJsonObject{{QStringLiteral("name"), create.sku}, {QStringLiteral("tier"), tierOf(create.sku, create.location, observed)}}},
            {QStringLiteral("properties"), inner}};
}

QJsonObject existingServer(const ServerSpec &spec, const RunIdentity &identity, const Observed &observed)
{
    QJsonObject wanted = spec.create ? server(spec, identity, observed) : QJsonObject();
    QJsonObject inner = wanted.value(QStringLiteral("properties")).toObject();
    inner.remove(QStringLiteral("network")); // PublicAccess's
    QJsonObject authentication;
    if (spec.entraAuthentication) {
        authentication.insert(QStringLiteral("activeDirectoryAuth"), switchWord(true));
        authentication.insert(QStringLiteral("tenantId"), identity.tenant);
    }
    if (!spec.passwordAuthentication || spec.create)
        authentication.insert(QStringLiteral("passwordAuth"), switchWord(spec.passwordAuthentication));
    inner.remove(QStringLiteral("authConfig"));
    if (!authentication.isEmpty())
        inner.insert(QStringLiteral("authConfig"), authentication);
    if (!inner.isEmpty())
        wanted.insert(QStringLiteral("properties"), inner);
    return wanted;
}

QJsonObject publicAccess(bool enabled)
{
    return properties({{QStringLiteral("network"), QJsonObject{{QStringLiteral("publicNetworkAccess"), switchWord(enabled)}}}});
}

QJsonObject firewallRule(const FirewallRuleSpec &rule)
{
    return properties({{QStringLiteral("startIpAddress"), rule.from}, {QStringLiteral("endIpAddress"), rule.to}});
}

QJsonObject database()
{
    return properties({{QStringLiteral("charset"), QStringLiteral("UTF8")}, {QStringLiteral("collation"), QStringLiteral("en_US.utf8")}});
}

QJsonObject parameter(const QString &value)
{
    return properties({{QStringLiteral("value"), value}, {QStringLiteral("source"), QStringLiteral("user-override")}});
}

QJsonObject administrator(const QJsonValue &name, const QString &tenant)
{
    return properties({{QStringLiteral("principalType"), QStringLiteral("ServicePrincipal")}, {QStringLiteral("principalName"), name}, {QStringLiteral("tenantId"), tenant}});
}

QJsonObject privateEndpoint(const PrivateEndpointSpec &spec, const Targets &targets)
{
    QJsonObject connection{{QStringLiteral("privateLinkServiceId"), targets.server.toString()}, {QStringLiteral("groupIds"), QJsonArray{spec.subresource}}};
    const bool manual = spec.approval == EndpointApproval::Manual;
    if (manual && !spec.requestMessage.isEmpty())
        connection.insert(QStringLiteral("requestMessage"), spec.requestMessage);
    const QJsonArray one{QJsonObject{{QStringLiteral("name"), spec.name + QStringLiteral("-connection")}, {QStringLiteral("properties"), connection}}};
    return {{QStringLiteral("location"), spec.location},
            {QStringLiteral("properties"), QJsonObject{{QStringLiteral("subnet"), QJsonObject{{QStringLiteral("id"), targets.subnet.toString()}}},
                                                       {manual ? QStringLiteral("manualPrivateLinkServiceConnections") : QStringLiteral("privateLinkServiceConnections"), one}}}};
}

QJsonObject zoneLink(const Targets &targets)
{
    return {{QStringLiteral("location"), QStringLiteral("global")},
            {QStringLiteral("properties"), QJsonObject{{QStringLiteral("virtualNetwork"), QJsonObject{{QStringLiteral("id"), targets.virtualNetwork.toString()}}}, {QStringLiteral("registrationEnabled"), false}}}};
}

QJsonObject zoneGroup(const Targets &targets)
{
    // The portal's names: group "default", the zone's name with dashes (§3.4).
    const QString name = targets.zone.name().replace(QLatin1Char('.'), QLatin1Char('-'));
    const QJsonObject config{{QStringLiteral("name"), name}, {QStringLiteral("properties"), QJsonObject{{QStringLiteral("privateDnsZoneId"), targets.zone.toString()}}}};
    return properties({{QStringLiteral("privateDnsZoneConfigs"), QJsonArray{config}}});
}

QJsonObject factory(const QString &location)
{
    return {{QStringLiteral("location"), location}, {QStringLiteral("identity"), QJsonObject{{QStringLiteral("type"), QStringLiteral("SystemAssigned")}}}};
}

QJsonObject factoryIdentity(const QJsonObject *factory, const ResourceId &userAssigned)
{
    const QJsonObject there = factory ? factory->value(QStringLiteral("identity")).toObject() : QJsonObject();
    if (userAssigned.isEmpty() && there.value(QStringLiteral("userAssignedIdentities")).toObject().isEmpty())
        return {{QStringLiteral("identity"), QJsonObject{{QStringLiteral("type"), QStringLiteral("SystemAssigned")}}}};
    // The map is sent whole, each entry empty: clientId and principalId are read-only (azure-data-factory.md §2).
    QJsonObject entries;
    const QJsonObject known = there.value(QStringLiteral("userAssignedIdentities")).toObject();
    for (auto each = known.begin(); each != known.end(); ++each) {
        if (each.key().compare(userAssigned.toString(), Qt::CaseInsensitive) != 0)
            entries.insert(each.key(), QJsonObject());
    }
    if (!userAssigned.isEmpty())
        entries.insert(userAssigned.toString(), QJsonObject());
    const bool system = !factory || there.value(QStringLiteral("type")).toString().contains(QLatin1String("SystemAssigned"), Qt::CaseInsensitive) || userAssigned.isEmpty();
    const QString type = system ? QStringLiteral("SystemAssigned,UserAssigned") : QStringLiteral("UserAssigned");
    return {{QStringLiteral("identity"), QJsonObject{{QStringLiteral("type"), type}, {QStringLiteral("userAssignedIdentities"), entries}}}};
}

QJsonObject integrationRuntime(const QString &managedNetwork)
{
    const QJsonObject compute{{QStringLiteral("computeProperties"), QJsonObject{{QStringLiteral("location"), QStringLiteral("AutoResolve")}}}};
    return properties({{QStringLiteral("type"), QStringLiteral("Managed")}, {QStringLiteral("typeProperties"), compute},
                       {QStringLiteral("managedVirtualNetwork"), reference(QStringLiteral("ManagedVirtualNetworkReference"), managedNetwork)}});
}

QJsonObject managedPrivateEndpoint(const ResourceId &server, const QString &group)
{
    return properties({{QStringLiteral("privateLinkResourceId"), server.toString()}, {QStringLiteral("groupId"), group}});
}

QJsonObject decision(const QString &comment)
{
    const QString text = comment.isEmpty() ? QStringLiteral("Approved with Causeway") : comment;
    return properties({{QStringLiteral("privateLinkServiceConnectionState"), QJsonObject{{QStringLiteral("status"), QStringLiteral("Approved")}, {QStringLiteral("description"), text}}}});
}

QJsonObject credential(const ResourceId &identity)
{
    return properties({{QStringLiteral("type"), QStringLiteral("ManagedIdentity")}, {QStringLiteral("typeProperties"), QJsonObject{{QStringLiteral("resourceId"), identity.toString()}}}});
}

QJsonObject linkedService(const SetupSpec &setup, const QString &fqdn, const QString &fqdnStep)
{
    LinkedServiceSpec spec = *setup.linkedService;
    if (spec.connectVia.isEmpty() && setup.integration)
        spec.connectVia = setup.integration->runtimeName;
    QJsonObject whole = linkedServiceBody(spec, fqdn, nullptr);
    QJsonObject outer = whole.value(QStringLiteral("properties")).toObject();
    QJsonObject inner = outer.value(QStringLiteral("typeProperties")).toObject();
    const AuthenticationSpec &authentication = spec.authentication;
    // The administrator who signs in with the password that this setup generates or asks for is one secret, not two.
    const ServerCreateSpec *create = setup.server && setup.server->create ? &*setup.server->create : nullptr;
    const bool administrators = create && authentication.username == create->administratorLogin && authentication.password == create->administratorPassword;
    const struct {
        QString member;
        const SecretReference &reference;
        QString field;
    } secrets[]{{QStringLiteral("password"), authentication.password, administrators ? QStringLiteral("server.create.administratorPassword") : QStringLiteral("linkedService.authentication.password")},
                {QStringLiteral("servicePrincipalKey"), authentication.key, QStringLiteral("linkedService.authentication.key")},
                {QStringLiteral("servicePrincipalEmbeddedCert"), authentication.certificate, QStringLiteral("linkedService.authentication.certificate")},
                {QStringLiteral("servicePrincipalEmbeddedCertPassword"), authentication.certificatePassword, QStringLiteral("linkedService.authentication.certificatePassword")}};
    for (const auto &each : secrets) {
        QJsonObject shape = inner.value(each.member).toObject();
        if (shape.value(QStringLiteral("type")).toString() != QLatin1String("SecureString"))
            continue; // absent, or a Key Vault reference that stays one
        shape.insert(QStringLiteral("value"), secretMarker(each.reference, each.field));
        inner.insert(each.member, shape);
    }
    if (!fqdnStep.isEmpty() && inner.contains(QStringLiteral("server")))
        inner.insert(QStringLiteral("server"), fromMarker(fqdnStep, QStringLiteral("properties.fullyQualifiedDomainName")));
    outer.insert(QStringLiteral("typeProperties"), inner);
    whole.insert(QStringLiteral("properties"), outer);
    return whole;
}

QJsonObject patchOf(const QJsonObject &wanted, const QList<Difference> &differences)
{
    QJsonObject patch;
    for (const Difference &each : differences) {
        const QStringList path = each.path.split(QLatin1Char('.'));
        if (path.first() != QLatin1String("properties")) {
            patch.insert(path.first(), wanted.value(path.first()));
            continue;
        }
        QJsonObject inner = patch.value(QStringLiteral("properties")).toObject();
        inner.insert(path.value(1), wanted.value(QStringLiteral("properties")).toObject().value(path.value(1)));
        patch.insert(QStringLiteral("properties"), inner);
    }
    return patch;
}

} // namespace causeway::body
