// SPDX-License-Identifier: Apache-2.0
#include "text/issuetext.h"

#include "text/plain.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

namespace causeway {

namespace {
struct NamedField {
    const char *field;
    const char *name;
};
} // namespace

// The names that the pages' labels have, which are the Azure portal's where it has one.
static constexpr NamedField namedFields[] = {
    {"causeway", QT_TRANSLATE_NOOP("Field", "Format")},
    {"name", QT_TRANSLATE_NOOP("Field", "Setup name")},
    {"cloud", QT_TRANSLATE_NOOP("Field", "Cloud")},
    {"subscription", QT_TRANSLATE_NOOP("Field", "Subscription")},
    {"resourceGroup", QT_TRANSLATE_NOOP("Field", "Resource group")},
    {"resourceGroup.name", QT_TRANSLATE_NOOP("Field", "Resource group")},
    {"resourceGroup.location", QT_TRANSLATE_NOOP("Field", "Location of the resource group")},
    {"resourceGroup.create", QT_TRANSLATE_NOOP("Field", "Make the resource group")},
    {"server", QT_TRANSLATE_NOOP("Field", "Server")},
    {"server.name", QT_TRANSLATE_NOOP("Field", "Server name")},
    {"server.id", QT_TRANSLATE_NOOP("Field", "Existing server")},
    {"server.create", QT_TRANSLATE_NOOP("Field", "New server")},
    {"server.create.location", QT_TRANSLATE_NOOP("Field", "Location of the server")},
    {"server.create.version", QT_TRANSLATE_NOOP("Field", "PostgreSQL version")},
    {"server.create.sku", QT_TRANSLATE_NOOP("Field", "Compute size")},
    {"server.create.storageGiB", QT_TRANSLATE_NOOP("Field", "Storage")},
    {"server.create.administratorLogin", QT_TRANSLATE_NOOP("Field", "Administrator login")},
    {"server.create.administratorPassword", QT_TRANSLATE_NOOP("Field", "Administrator password")},
    {"server.create.highAvailability", QT_TRANSLATE_NOOP("Field", "High availability")},
    {"server.create.backupRetentionDays", QT_TRANSLATE_NOOP("Field", "Backup retention")},
    {"server.authentication", QT_TRANSLATE_NOOP("Field", "Authentication of the server")},
    {"server.authentication.password", QT_TRANSLATE_NOOP("Field", "PostgreSQL authentication")},
    {"server.authentication.entra", QT_TRANSLATE_NOOP("Field", "Microsoft Entra authentication")},
    {"server.publicNetworkAccess", QT_TRANSLATE_NOOP("Field", "Public access")},
    {"server.firewall", QT_TRANSLATE_NOOP("Field", "Firewall rules")},
    {"server.firewall[]", QT_TRANSLATE_NOOP("Field", "Firewall rule %1")},
    {"server.firewall[].name", QT_TRANSLATE_NOOP("Field", "Firewall rule %1, name")},
    {"server.firewall[].from", QT_TRANSLATE_NOOP("Field", "Firewall rule %1, first address")},
    {"server.firewall[].to", QT_TRANSLATE_NOOP("Field", "Firewall rule %1, last address")},
    {"server.requireSecureTransport", QT_TRANSLATE_NOOP("Field", "Require secure transport")},
    {"server.databases", QT_TRANSLATE_NOOP("Field", "Databases")},
    {"server.databases[]", QT_TRANSLATE_NOOP("Field", "Database %1")},
    {"privateEndpoint", QT_TRANSLATE_NOOP("Field", "Private endpoint")},
    {"privateEndpoint.name", QT_TRANSLATE_NOOP("Field", "Private endpoint name")},
    {"privateEndpoint.subscription", QT_TRANSLATE_NOOP("Field", "Subscription of the private endpoint")},
    {"privateEndpoint.resourceGroup", QT_TRANSLATE_NOOP("Field", "Resource group of the private endpoint")},
    {"privateEndpoint.createResourceGroup", QT_TRANSLATE_NOOP("Field", "Make the private endpoint's resource group")},
    {"privateEndpoint.location", QT_TRANSLATE_NOOP("Field", "Location of the private endpoint")},
    {"privateEndpoint.subresource", QT_TRANSLATE_NOOP("Field", "Target sub-resource")},
    {"privateEndpoint.virtualNetwork", QT_TRANSLATE_NOOP("Field", "Virtual network")},
    {"privateEndpoint.subnet", QT_TRANSLATE_NOOP("Field", "Subnet")},
    {"privateEndpoint.dns", QT_TRANSLATE_NOOP("Field", "Private DNS integration")},
    {"privateEndpoint.dns.mode", QT_TRANSLATE_NOOP("Field", "Integrate with private DNS zone")},
    {"privateEndpoint.dns.zone", QT_TRANSLATE_NOOP("Field", "Private DNS zone")},
    {"privateEndpoint.approval", QT_TRANSLATE_NOOP("Field", "Approval of the private endpoint")},
    {"privateEndpoint.requestMessage", QT_TRANSLATE_NOOP("Field", "Request message")},
    {"integration", QT_TRANSLATE_NOOP("Field", "Integration")},
    {"integration.kind", QT_TRANSLATE_NOOP("Field", "Data Factory or Synapse")},
    {"integration.name", QT_TRANSLATE_NOOP("Field", "Data factory name")},
    {"integration.resourceGroup", QT_TRANSLATE_NOOP("Field", "Resource group of the data factory")},
    {"integration.location", QT_TRANSLATE_NOOP("Field", "Location of the data factory")},
    {"integration.create", QT_TRANSLATE_NOOP("Field", "Make the data factory")},
    {"integration.runtime", QT_TRANSLATE_NOOP("Field", "Integration runtime")},
    {"integration.runtime.name", QT_TRANSLATE_NOOP("Field", "Integration runtime name")},
    {"integration.runtime.interactiveAuthoringMinutes", QT_TRANSLATE_NOOP("Field", "Interactive authoring ends after")},
    {"integration.managedPrivateEndpoint", QT_TRANSLATE_NOOP("Field", "Managed private endpoint")},
    {"integration.managedPrivateEndpoint.name", QT_TRANSLATE_NOOP("Field", "Managed private endpoint name")},
    {"integration.approval", QT_TRANSLATE_NOOP("Field", "Approval")},
    {"integration.approval.mode", QT_TRANSLATE_NOOP("Field", "Who approves")},
    {"integration.approval.comment", QT_TRANSLATE_NOOP("Field", "Text of the approval")},
    {"linkedService", QT_TRANSLATE_NOOP("Field", "Linked service")},
    {"linkedService.name", QT_TRANSLATE_NOOP("Field", "Linked service name")},
    {"linkedService.version", QT_TRANSLATE_NOOP("Field", "Version of the connector")},
    {"linkedService.account", QT_TRANSLATE_NOOP("Field", "Account selection method")},
    {"linkedService.host", QT_TRANSLATE_NOOP("Field", "Fully qualified domain name")},
    {"linkedService.database", QT_TRANSLATE_NOOP("Field", "Database name")},
    {"linkedService.port", QT_TRANSLATE_NOOP("Field", "Port")},
    {"linkedService.encryption", QT_TRANSLATE_NOOP("Field", "Encryption method")},
    {"linkedService.trustServerCertificate", QT_TRANSLATE_NOOP("Field", "Trust the server's certificate")},
    {"linkedService.encryptionReason", QT_TRANSLATE_NOOP("Field", "Reason for the encryption method")},
    {"linkedService.connectVia", QT_TRANSLATE_NOOP("Field", "Connect via integration runtime")},
    {"linkedService.authentication", QT_TRANSLATE_NOOP("Field", "Authentication")},
    {"linkedService.authentication.type", QT_TRANSLATE_NOOP("Field", "Authentication type")},
    {"linkedService.authentication.username", QT_TRANSLATE_NOOP("Field", "Username")},
    {"linkedService.authentication.password", QT_TRANSLATE_NOOP("Field", "Password")},
    {"linkedService.authentication.tenant", QT_TRANSLATE_NOOP("Field", "Tenant")},
    {"linkedService.authentication.servicePrincipalId", QT_TRANSLATE_NOOP("Field", "Service principal ID")},
    {"linkedService.authentication.servicePrincipalObjectId", QT_TRANSLATE_NOOP("Field", "Object ID of the service principal")},
    {"linkedService.authentication.credentialType", QT_TRANSLATE_NOOP("Field", "Service principal credential type")},
    {"linkedService.authentication.key", QT_TRANSLATE_NOOP("Field", "Service principal key")},
    {"linkedService.authentication.certificate", QT_TRANSLATE_NOOP("Field", "Service principal certificate")},
    {"linkedService.authentication.certificatePassword", QT_TRANSLATE_NOOP("Field", "Password of the certificate")},
    {"linkedService.authentication.cloudType", QT_TRANSLATE_NOOP("Field", "Azure cloud type")},
    {"linkedService.authentication.credential", QT_TRANSLATE_NOOP("Field", "Credential")},
    {"linkedService.authentication.identity", QT_TRANSLATE_NOOP("Field", "User-assigned managed identity")},
    {"test", QT_TRANSLATE_NOOP("Field", "Test")},
    {"test.connection", QT_TRANSLATE_NOOP("Field", "Test connection")},
};

QString fieldName(const QString &field)
{
    static const QRegularExpression index(QStringLiteral("\\[([0-9]{1,6})\\]"));
    const QRegularExpressionMatch match = index.match(field.left(256));
    const QString key = QString(field.left(256)).replace(index, QStringLiteral("[]"));
    const auto *found = std::find_if(std::begin(namedFields), std::end(namedFields), [&](const NamedField &row) { return key == QLatin1String(row.field); });
    if (found == std::end(namedFields))
        return plainText(field);
    // People count from one.
    return filledIn(QCoreApplication::translate("Field", found->name), {QString::number(match.captured(1).toInt() + 1)});
}

} // namespace causeway
