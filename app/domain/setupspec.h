// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/resourceid.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace causeway {

//! Where a secret comes from. The document never holds a value (design.md §4).
struct SecretReference {
    enum class Kind { None, Prompt, Generate, Environment, Keychain, KeyVault };
    Kind kind = Kind::None;
    QString name;         //!< environment variable, keychain entry, or Key Vault secret
    QString store;        //!< Key Vault: the factory's linked service of type AzureKeyVault
    friend bool operator==(const SecretReference &, const SecretReference &) = default;
};

enum class Cloud { AzurePublic, AzureChina, AzureUsGovernment };

struct ResourceGroupSpec {
    QString name;
    QString location;
    bool create = false;
    friend bool operator==(const ResourceGroupSpec &, const ResourceGroupSpec &) = default;
};

enum class HighAvailability { Disabled, SameZone, ZoneRedundant };

//! What can be chosen once only, when the server is made.
struct ServerCreateSpec {
    QString location;
    QString version = QStringLiteral("16");
    QString sku = QStringLiteral("Standard_D2ds_v5");
    int storageGiB = 128;
    QString administratorLogin;
    SecretReference administratorPassword;
    HighAvailability highAvailability = HighAvailability::Disabled;
    std::optional<int> backupRetentionDays; //!< 7–35; the service takes 7
    friend bool operator==(const ServerCreateSpec &, const ServerCreateSpec &) = default;
};

struct FirewallRuleSpec {
    QString name;
    QString from;
    QString to;
    friend bool operator==(const FirewallRuleSpec &, const FirewallRuleSpec &) = default;
};

struct ServerSpec {
    QString name;                            //!< of one that is made, or looked up in resourceGroup
    ResourceId id;                           //!< an existing one, perhaps elsewhere
    std::optional<ServerCreateSpec> create;
    bool passwordAuthentication = true;
    bool entraAuthentication = false;
    std::optional<bool> publicNetworkAccess; //!< Enabled | Disabled
    QList<FirewallRuleSpec> firewall;
    std::optional<bool> requireSecureTransport;
    QStringList databases;
    friend bool operator==(const ServerSpec &, const ServerSpec &) = default;
};

enum class DnsMode { Zone, Policy, None };
enum class EndpointApproval { Automatic, Manual };

struct PrivateEndpointSpec {
    QString name;
    QString subscription;                    //!< GUID or name; empty: the setup's
    QString resourceGroup;                   //!< empty: the setup's
    bool createResourceGroup = false;
    QString location;
    QString subresource = QStringLiteral("postgresqlServer");
    ResourceId virtualNetwork;
    QString subnet;
    DnsMode dnsMode = DnsMode::Zone;
    QString dnsZone = QStringLiteral("auto"); //!< "auto" or a zone's id
    EndpointApproval approval = EndpointApproval::Automatic;
    QString requestMessage;                  //!< ≤ 140 characters
    friend bool operator==(const PrivateEndpointSpec &, const PrivateEndpointSpec &) = default;
};

enum class IntegrationKind { DataFactory, Synapse };
enum class ApprovalMode { ApproveOwn, Wait };

struct IntegrationSpec {
    IntegrationKind kind = IntegrationKind::DataFactory;
    QString name;
    QString resourceGroup;                   //!< empty: the setup's
    QString location;                        //!< empty: the resource group's
    bool create = false;
    QString runtimeName;
    int interactiveAuthoringMinutes = 60;    //!< 10, 30, 60 or 120 (azure-data-factory.md §4.3)
    QString managedPrivateEndpointName;      //!< empty: none
    ApprovalMode approvalMode = ApprovalMode::ApproveOwn;
    QString approvalComment;
    friend bool operator==(const IntegrationSpec &, const IntegrationSpec &) = default;
};

enum class AuthenticationType { BasicAuth, ServicePrincipal, SystemAssignedManagedIdentity, UserAssignedManagedIdentity };
enum class ServicePrincipalCredential { Key, Certificate };
enum class AccountSelection { FromSubscription, Manual };

//! sslMode of version 2.0, in Npgsql's order 0–5 (azure-data-factory.md §7.1).
enum class EncryptionMethod { Disable, Allow, Prefer, Require, VerifyCa, VerifyFull };
//! Version 1.0's three words (§7.3).
enum class EncryptionMethodV1 { NoEncryption, Ssl, RequestSsl };

struct AuthenticationSpec {
    AuthenticationType type = AuthenticationType::SystemAssignedManagedIdentity;
    QString username;
    SecretReference password;
    QString tenant;
    QString servicePrincipalId;              //!< of the application
    QString servicePrincipalObjectId;        //!< of the principal itself, for the server's administrators; empty: nobody is made one
    ServicePrincipalCredential credentialType = ServicePrincipalCredential::Key;
    SecretReference key;
    SecretReference certificate;             //!< base64 PFX
    SecretReference certificatePassword;
    QString cloudType = QStringLiteral("AzurePublic");
    QString credential;                      //!< name of the factory's credential (user-assigned identity)
    ResourceId identity;                     //!< the identity to make one for, when it does not exist yet
    friend bool operator==(const AuthenticationSpec &, const AuthenticationSpec &) = default;
};

struct LinkedServiceSpec {
    QString name;
    QString version = QStringLiteral("2.0");
    AccountSelection account = AccountSelection::FromSubscription;
    QString host;                            //!< with account "manual"
    QString database;
    int port = 5432;
    EncryptionMethod encryption = EncryptionMethod::VerifyFull;
    EncryptionMethodV1 encryptionV1 = EncryptionMethodV1::Ssl; //!< version 1.0 only
    bool trustServerCertificate = false;     //!< true: the certificate is not checked (version 1.0: ValidateServerCertificate=0)
    QString encryptionReason;                //!< required below Require
    QString connectVia;                      //!< runtime; empty: the integration's
    AuthenticationSpec authentication;
    friend bool operator==(const LinkedServiceSpec &, const LinkedServiceSpec &) = default;
};

//! What is wanted: the setup document as a value. Every part may be left out.
struct SetupSpec {
    QString name;
    Cloud cloud = Cloud::AzurePublic;
    QString subscription;                    //!< GUID or display name
    std::optional<ResourceGroupSpec> resourceGroup;
    std::optional<ServerSpec> server;
    std::optional<PrivateEndpointSpec> privateEndpoint;
    std::optional<IntegrationSpec> integration;
    std::optional<LinkedServiceSpec> linkedService;
    bool testConnection = true;
    friend bool operator==(const SetupSpec &, const SetupSpec &) = default;
};

//! Wire words; unknown text is nullopt.
QString toText(Cloud value);
QString toText(HighAvailability value);
QString toText(DnsMode value);
QString toText(EndpointApproval value);
QString toText(IntegrationKind value);
QString toText(ApprovalMode value);
QString toText(AuthenticationType value);
QString toText(ServicePrincipalCredential value);
QString toText(AccountSelection value);
QString toText(EncryptionMethod value);      //!< Disable Allow Prefer Require VerifyCa VerifyFull
QString toText(EncryptionMethodV1 value);    //!< NoEncryption SSL RequestSSL
std::optional<EncryptionMethod> encryptionFromText(const QString &text); //!< also 0–5, and Npgsql's and libpq's spellings
std::optional<AuthenticationType> authenticationFromText(const QString &text);

} // namespace causeway
