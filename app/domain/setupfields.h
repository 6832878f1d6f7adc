// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/setupspec.h"
#include "domain/types.h"

namespace causeway {

//! The newest format of the document that we read and write: its key "causeway".
inline constexpr int setupFormat = 1;

enum class Need {
    Optional, //!< left out of the document when empty, false or absent
    Always,   //!< may be left out by a writer; we write it
    Required  //!< must be there
};

//! One key of the setup document.
struct Field {
    const char *key;
    Need need;
    const char *description;             //!< for the schema
    const QString *resourceType = nullptr; //!< of a resource id
    const char *omitted = "";            //!< an Optional text that is left out
};

// What the document holds, said once: an Archive is what is done with a field: reading, writing, making the schema,
// walking through the texts. The order is that of design.md §4. Archives know these calls:
//   (field, value)                 QString, int, bool, optional of the two, an enum with Words, ResourceId, SecretReference, QStringList
//   part(field, optional<T>)       an object described by describe(archive, T&)
//   list(field, QList<T>)          a list of such objects
//   group(field, present, body)    an object of the document that is not one of the spec
//   toggle(field, optional<bool>)  Enabled or Disabled
//   encryption(field, spec)        the words of the linked service's version

template <class Archive>
void describe(Archive &a, ResourceGroupSpec &s)
{
    a({"name", Need::Required, "Name of the resource group."}, s.name);
    a({"location", Need::Optional, "Azure region, for example westeurope."}, s.location);
    a({"create", Need::Optional, "Make it when it is not there."}, s.create);
}

template <class Archive>
void describe(Archive &a, ServerCreateSpec &s)
{
    a({"location", Need::Always, "Azure region; cannot be changed later."}, s.location);
    a({"version", Need::Always, "Major version of PostgreSQL, for example \"16\"."}, s.version);
    a({"sku", Need::Always, "Compute size, for example Standard_D2ds_v5."}, s.sku);
    a({"storageGiB", Need::Always, "Storage in GiB; can only grow later."}, s.storageGiB);
    a({"administratorLogin", Need::Optional, "Administrator's name; cannot be changed later."}, s.administratorLogin);
    a({"administratorPassword", Need::Optional, "Where the administrator's password comes from."}, s.administratorPassword);
    a({"highAvailability", Need::Always, "Standby server; not with burstable sizes."}, s.highAvailability);
    a({"backupRetentionDays", Need::Optional, "Days that backups are kept, 7 to 35."}, s.backupRetentionDays);
}

template <class Archive>
void describe(Archive &a, FirewallRuleSpec &s)
{
    a({"name", Need::Required, "Name of the rule."}, s.name);
    a({"from", Need::Required, "First IPv4 address."}, s.from);
    a({"to", Need::Required, "Last IPv4 address."}, s.to);
}

template <class Archive>
void describe(Archive &a, ServerSpec &s)
{
    a({"name", Need::Optional, "Name of the flexible server, unique in all of Azure."}, s.name);
    a({"id", Need::Optional, "Resource id of a server that exists already.", &type::server}, s.id);
    a.part({"create", Need::Optional, "Make the server, with public access."}, s.create);
    a.group({"authentication", Need::Always, "How one may sign in to the server."}, true, [&](auto &inner) {
        inner({"password", Need::Always, "PostgreSQL passwords."}, s.passwordAuthentication);
        inner({"entra", Need::Always, "Microsoft Entra identities."}, s.entraAuthentication);
    });
    a.toggle({"publicNetworkAccess", Need::Optional, "Whether the public endpoint answers."}, s.publicNetworkAccess);
    a.list({"firewall", Need::Optional, "Addresses that may use the public endpoint."}, s.firewall);
    a({"requireSecureTransport", Need::Optional, "The server parameter require_secure_transport."}, s.requireSecureTransport);
    a({"databases", Need::Optional, "Databases to make."}, s.databases);
}

template <class Archive>
void describe(Archive &a, PrivateEndpointSpec &s)
{
    a({"name", Need::Required, "Name of the private endpoint."}, s.name);
    a({"subscription", Need::Optional, "Subscription of the endpoint, when it is not the setup's."}, s.subscription);
    a({"resourceGroup", Need::Optional, "Resource group of the endpoint, when it is not the setup's."}, s.resourceGroup);
    a({"createResourceGroup", Need::Optional, "Make that resource group when it is not there."}, s.createResourceGroup);
    a({"location", Need::Always, "Region of the virtual network."}, s.location);
    a({"subresource", Need::Always, "Target sub-resource: postgresqlServer."}, s.subresource);
    a({"virtualNetwork", Need::Always, "Resource id of the virtual network.", &type::virtualNetwork}, s.virtualNetwork);
    a({"subnet", Need::Always, "Name of the subnet."}, s.subnet);
    a.group({"dns", Need::Always, "Who writes the record in the private DNS zone."}, true, [&](auto &inner) {
        inner({"mode", Need::Always, "zone: we do; policy: somebody's Azure Policy, we wait; none: nobody."}, s.dnsMode);
        inner({"zone", Need::Always, "auto: found or made; or the resource id of a zone."}, s.dnsZone);
    });
    a({"approval", Need::Always, "automatic, or manual when the endpoint's maker has no right on the server."}, s.approval);
    a({"requestMessage", Need::Optional, "What the approver reads, at most 140 characters."}, s.requestMessage);
}

template <class Archive>
void describe(Archive &a, IntegrationSpec &s)
{
    a({"kind", Need::Always, "Data Factory or Synapse."}, s.kind);
    a({"name", Need::Required, "Name of the data factory or workspace."}, s.name);
    a({"resourceGroup", Need::Optional, "Its resource group, when it is not the setup's."}, s.resourceGroup);
    a({"location", Need::Optional, "Its region, when it is not the resource group's."}, s.location);
    a({"create", Need::Optional, "Make it when it is not there."}, s.create);
    const bool hasRuntime = !s.runtimeName.isEmpty() || s.interactiveAuthoringMinutes != IntegrationSpec().interactiveAuthoringMinutes;
    a.group({"runtime", Need::Optional, "Azure integration runtime in the managed virtual network."}, hasRuntime, [&](auto &inner) {
        inner({"name", Need::Required, "Name of the integration runtime."}, s.runtimeName);
        inner({"interactiveAuthoringMinutes", Need::Always, "Idle minutes until interactive authoring ends: 10, 30, 60 or 120."}, s.interactiveAuthoringMinutes);
    });
    a.group({"managedPrivateEndpoint", Need::Optional, "Managed private endpoint to the server."}, !s.managedPrivateEndpointName.isEmpty(),
            [&](auto &inner) { inner({"name", Need::Required, "Name of the managed private endpoint."}, s.managedPrivateEndpointName); });
    a.group({"approval", Need::Always, "What happens to the connection that waits on the server."}, true, [&](auto &inner) {
        inner({"mode", Need::Always, "approve-own: approve what this run made; wait: for a person."}, s.approvalMode);
        inner({"comment", Need::Optional, "The text that stands beside the approval."}, s.approvalComment);
    });
}

template <class Archive>
void describe(Archive &a, AuthenticationSpec &s)
{
    a({"type", Need::Required, "How Data Factory signs in to the database."}, s.type);
    a({"username", Need::Optional, "Role in the database, or the service principal's display name."}, s.username);
    a({"password", Need::Optional, "Where the role's password comes from."}, s.password);
    a({"tenant", Need::Optional, "Tenant id of the service principal."}, s.tenant);
    a({"servicePrincipalId", Need::Optional, "Application (client) id of the service principal."}, s.servicePrincipalId);
    a({"servicePrincipalObjectId", Need::Optional, "Object id of the service principal (enterprise application), to make it Microsoft Entra administrator of the server."}, s.servicePrincipalObjectId);
    const bool isPrincipal = s.type == AuthenticationType::ServicePrincipal;
    a({"credentialType", isPrincipal ? Need::Always : Need::Optional, "A key or a certificate."}, s.credentialType);
    a({"key", Need::Optional, "Where the service principal's key comes from."}, s.key);
    a({"certificate", Need::Optional, "Where the certificate (base64 PFX) comes from."}, s.certificate);
    a({"certificatePassword", Need::Optional, "Where the certificate's password comes from."}, s.certificatePassword);
    a({"cloudType", isPrincipal ? Need::Always : Need::Optional, "Azure cloud of the service principal.", nullptr, "AzurePublic"}, s.cloudType);
    a({"credential", Need::Optional, "The factory's credential that holds the user-assigned identity."}, s.credential);
    a({"identity", Need::Optional, "Resource id of the identity to make that credential for.", &type::identity}, s.identity);
}

template <class Archive>
void describe(Archive &a, LinkedServiceSpec &s)
{
    a({"name", Need::Required, "Name of the linked service."}, s.name);
    a({"version", Need::Always, "Version of the connector: 2.0 or 1.0."}, s.version);
    a({"account", Need::Always, "fromSubscription: the server of this setup; manual: a host name."}, s.account);
    a({"host", Need::Optional, "Host name of the server, with account manual."}, s.host);
    a({"database", Need::Always, "Name of the database."}, s.database);
    a({"port", Need::Always, "Port of the server."}, s.port);
    a.encryption({"encryption", Need::Always, "Encryption method; NoEncryption, SSL and RequestSSL belong to version 1.0."}, s);
    a({"trustServerCertificate", Need::Optional, "Do not check the server's certificate."}, s.trustServerCertificate);
    a({"encryptionReason", Need::Optional, "Why less than Require is wanted."}, s.encryptionReason);
    a({"connectVia", Need::Optional, "Integration runtime, when it is not the integration's."}, s.connectVia);
    a.group({"authentication", Need::Required, "How Data Factory signs in to the database."}, true,
            [&](auto &inner) { describe(inner, s.authentication); });
}

template <class Archive>
void describe(Archive &a, SetupSpec &s)
{
    a.format({"causeway", Need::Required, "Format of this document."});
    a({"name", Need::Optional, "Name of the setup."}, s.name);
    a({"cloud", Need::Always, "Azure cloud."}, s.cloud);
    a({"subscription", Need::Optional, "Id or name of the subscription."}, s.subscription);
    a.part({"resourceGroup", Need::Optional, "Resource group of everything that names no other."}, s.resourceGroup);
    a.part({"server", Need::Optional, "Azure Database for PostgreSQL flexible server."}, s.server);
    a.part({"privateEndpoint", Need::Optional, "Private endpoint in a virtual network."}, s.privateEndpoint);
    a.part({"integration", Need::Optional, "Data factory or Synapse workspace."}, s.integration);
    a.part({"linkedService", Need::Optional, "Linked service to the database."}, s.linkedService);
    a.group({"test", Need::Always, "What is proved at the end."}, true,
            [&](auto &inner) { inner({"connection", Need::Always, "Test the connection."}, s.testConnection); });
}

} // namespace causeway
