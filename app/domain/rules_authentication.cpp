// SPDX-License-Identifier: Apache-2.0
// azure-data-factory.md §7.1 and §7.2: which key belongs to which authentication type.
#include "domain/rulebook.h"
#include "domain/words.h"

namespace causeway {

using AuthenticationTypes = unsigned; // one bit a type

static constexpr AuthenticationTypes only(AuthenticationType type)
{
    return 1u << unsigned(type);
}

static constexpr AuthenticationTypes basicOnly = only(AuthenticationType::BasicAuth);
static constexpr AuthenticationTypes principalOnly = only(AuthenticationType::ServicePrincipal);
static constexpr AuthenticationTypes userAssignedOnly = only(AuthenticationType::UserAssignedManagedIdentity);

namespace {
struct AuthenticationKey {
    const char *key;
    AuthenticationTypes allowed;
    AuthenticationTypes required;
    bool isGiven;
};
} // namespace

static QList<AuthenticationKey> authenticationKeys(const AuthenticationSpec &s)
{
    const auto isSet = [](const SecretReference &secret) { return secret.kind != SecretReference::Kind::None; };
    return {{"username", basicOnly | principalOnly, basicOnly | principalOnly, !s.username.isEmpty()},
            {"password", basicOnly, basicOnly, isSet(s.password)},
            {"tenant", principalOnly, principalOnly, !s.tenant.isEmpty()},
            {"servicePrincipalId", principalOnly, principalOnly, !s.servicePrincipalId.isEmpty()},
            {"servicePrincipalObjectId", principalOnly, 0, !s.servicePrincipalObjectId.isEmpty()},
            {"key", principalOnly, 0, isSet(s.key)},
            {"certificate", principalOnly, 0, isSet(s.certificate)},
            {"certificatePassword", principalOnly, 0, isSet(s.certificatePassword)},
            {"credential", userAssignedOnly, 0, !s.credential.isEmpty()},
            {"identity", userAssignedOnly, 0, !s.identity.isEmpty()}};
}

static QString authenticationField(const char *key)
{
    return QStringLiteral("linkedService.authentication.") + QString::fromLatin1(key);
}

static void checkPrincipal(const AuthenticationSpec &s, Issues &issues)
{
    static const QStringList clouds{QStringLiteral("AzurePublic"), QStringLiteral("AzureChina"), QStringLiteral("AzureUsGovernment"), QStringLiteral("AzureGermany")};
    const bool hasKey = s.key.kind != SecretReference::Kind::None;
    const bool hasCertificate = s.certificate.kind != SecretReference::Kind::None;
    const bool wantsKey = s.credentialType == ServicePrincipalCredential::Key;
    if (hasKey && hasCertificate)
        issues << error(authenticationField("certificate"), "authentication-key-and-certificate");
    else if (wantsKey ? !hasKey : !hasCertificate)
        issues << error(authenticationField(wantsKey ? "key" : "certificate"), "authentication-key-missing", {wordOf(s.type), QLatin1String(wantsKey ? "key" : "certificate")});
    if (!s.tenant.isEmpty() && !isGuid(s.tenant))
        issues << error(authenticationField("tenant"), "guid-form", {s.tenant});
    if (!s.servicePrincipalId.isEmpty() && !isGuid(s.servicePrincipalId))
        issues << error(authenticationField("servicePrincipalId"), "guid-form", {s.servicePrincipalId});
    if (!s.servicePrincipalObjectId.isEmpty() && !isGuid(s.servicePrincipalObjectId))
        issues << error(authenticationField("servicePrincipalObjectId"), "guid-form", {s.servicePrincipalObjectId});
    else if (!s.servicePrincipalObjectId.isEmpty() && s.servicePrincipalObjectId.compare(s.servicePrincipalId, Qt::CaseInsensitive) == 0)
        issues << error(authenticationField("servicePrincipalObjectId"), "authentication-object-id", {s.servicePrincipalId}); // never the same
    if (!clouds.contains(s.cloudType))
        issues << error(authenticationField("cloudType"), "unknown-word", {s.cloudType, clouds.join(QStringLiteral(", ")), QString()});
}

//! "generate" makes one password for the administrator; no other secret can be made here, somebody else must know it too.
static void checkGenerated(const SetupSpec &spec, const AuthenticationSpec &s, Issues &issues)
{
    const auto isGenerated = [](const SecretReference &secret) { return secret.kind == SecretReference::Kind::Generate; };
    const auto create = spec.server ? spec.server->create : std::nullopt;
    const bool isAdministrators = create && isGenerated(create->administratorPassword) && s.username == create->administratorLogin;
    if (isGenerated(s.password) && !isAdministrators)
        issues << error(authenticationField("password"), "secret-generate");
    const std::pair<const char *, const SecretReference &> others[] = {
        {"key", s.key}, {"certificate", s.certificate}, {"certificatePassword", s.certificatePassword}};
    for (const auto &[key, secret] : others)
        if (isGenerated(secret))
            issues << error(authenticationField(key), "secret-generate");
}

//! Does the server let this kind of identity in? A warning where the server exists and nobody said how it stands.
static void checkServerLetsIn(const SetupSpec &spec, const AuthenticationSpec &s, Issues &issues)
{
    if (!spec.server)
        return;
    const bool isBasic = s.type == AuthenticationType::BasicAuth;
    if (isBasic ? spec.server->passwordAuthentication : spec.server->entraAuthentication)
        return;
    Issue issue = error(authenticationField("type"), isBasic ? "authentication-needs-password" : "authentication-needs-entra", {wordOf(s.type)});
    issue.severity = spec.server->create ? Severity::Error : Severity::Warning;
    issues << issue;
}

void checkAuthentication(const SetupSpec &spec, Issues &issues)
{
    if (!spec.linkedService)
        return;
    const AuthenticationSpec &s = spec.linkedService->authentication;
    for (const AuthenticationKey &key : authenticationKeys(s)) {
        if (!key.isGiven && (key.required & only(s.type)))
            issues << error(authenticationField(key.key), "authentication-key-missing", {wordOf(s.type), QString::fromLatin1(key.key)});
        if (key.isGiven && !(key.allowed & only(s.type)))
            issues << error(authenticationField(key.key), "authentication-key-foreign", {wordOf(s.type), QString::fromLatin1(key.key)});
    }
    if (s.type == AuthenticationType::ServicePrincipal)
        checkPrincipal(s, issues);
    if (s.type == AuthenticationType::UserAssignedManagedIdentity && s.credential.isEmpty() && s.identity.isEmpty())
        issues << error(authenticationField("credential"), "authentication-key-missing", {wordOf(s.type), QStringLiteral("credential")});
    if (!s.credential.isEmpty())
        issues << checkFactoryChildName(s.credential, authenticationField("credential"));
    if (spec.linkedService->version == QLatin1String("1.0") && s.type != AuthenticationType::BasicAuth)
        issues << error(authenticationField("type"), "authentication-version", {wordOf(s.type)});
    checkGenerated(spec, s, issues);
    checkServerLetsIn(spec, s, issues);
}

} // namespace causeway
