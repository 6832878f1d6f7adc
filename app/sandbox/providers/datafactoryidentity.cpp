// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"
#include "sandbox/providers/postgresql.h"

#include <algorithm>

namespace causeway::sandbox::datafactory {

// Who signs in to PostgreSQL for a linked service, and what the service can get as its password.

static Fault noSecret(const QString &message)
{
    return {QStringLiteral("SecretNotAvailable"), message};
}

//! A string, a SecureString, or a secret of a key vault: the world's "keyVaultSecrets" {vault address: {name: value}}.
static std::variant<QString, Fault> secretOf(const State &state, const Resource &factory, const QJsonValue &value)
{
    const QJsonObject object = value.toObject();
    if (word(object, "type") != QLatin1String("AzureKeyVaultSecret"))
        return value.isString() ? value.toString() : word(object, "value");
    const QString store = word(part(object, "store"), "referenceName");
    const Resource *vault = childOf(state, factory.id, linkedServices, store);
    if (!vault)
        return noSecret(QStringLiteral("The linked service '%1' of the key vault does not exist.").arg(store));
    const QString address = word(part(part(vault->body, "properties"), "typeProperties"), "baseUrl");
    const QJsonObject secrets = state.setting(QStringLiteral("keyVaultSecrets")).toObject().value(address).toObject();
    const QString name = word(object, "secretName");
    if (!secrets.contains(name))
        return noSecret(QStringLiteral("The secret '%1' was not found in the key vault %2").arg(name, address));
    return secrets.value(name).toString();
}

static std::variant<Identity, Fault> byToken(const State &state, const QString &role, const QString &principal)
{
    return Identity{role, entraToken(state, principal), principal};
}

static std::variant<Identity, Fault> systemIdentity(const State &state, const Resource &factory)
{
    const QString principal = word(part(factory.body, "identity"), "principalId");
    if (principal.isEmpty())
        return noSecret(QStringLiteral("The data factory '%1' has no system-assigned managed identity.").arg(factory.name));
    return byToken(state, factory.name, principal);
}

//! The identity behind a credential; it must also be one of the factory's.
static std::variant<Identity, Fault> userIdentity(const State &state, const Resource &factory, const QJsonObject &settings)
{
    const QString name = word(part(settings, "credential"), "referenceName");
    const Resource *credential = childOf(state, factory.id, credentials, name);
    if (!credential)
        return noSecret(QStringLiteral("The credential '%1' does not exist.").arg(name));
    const QString id = word(part(part(credential->body, "properties"), "typeProperties"), "resourceId");
    const QStringList attached = part(part(factory.body, "identity"), "userAssignedIdentities").keys();
    const bool isAttached = std::any_of(attached.begin(), attached.end(), [&](const QString &one) { return key(one) == key(id); });
    const Resource *identity = state.find(id);
    if (!isAttached || !identity)
        return noSecret(QStringLiteral("The user-assigned managed identity '%1' is not assigned to the data factory '%2'.").arg(id, factory.name));
    return byToken(state, identity->name, word(part(identity->body, "properties"), "principalId"));
}

static const Principal *applicationOf(const State &state, const QString &clientId)
{
    const auto same = [&](const Principal &one) { return one.kind == QLatin1String("ServicePrincipal") && one.clientId.compare(clientId, Qt::CaseInsensitive) == 0; };
    const auto found = std::find_if(state.principals.begin(), state.principals.end(), same);
    return clientId.isEmpty() || found == state.principals.end() ? nullptr : &*found;
}

//! Entra's own errors: AADSTS90002 (tenant), AADSTS700016 (application), AADSTS7000215 (secret).
static std::variant<Identity, Fault> servicePrincipal(const State &state, const Resource &factory, const Endpoint &endpoint, const QJsonObject &settings)
{
    const QString tenant = word(settings, "tenant");
    const QString clientId = word(settings, "servicePrincipalId");
    const Principal *application = applicationOf(state, clientId);
    const auto fails = [](const QString &text) { return Fault{QStringLiteral("EntraSignInFailed"), text}; };
    const auto knows = [&](const Tenant &one) { return one.id.compare(tenant, Qt::CaseInsensitive) == 0 || one.defaultDomain.compare(tenant, Qt::CaseInsensitive) == 0; };
    if (std::none_of(state.tenants.begin(), state.tenants.end(), knows))
        return fails(QStringLiteral("AADSTS90002: Tenant '%1' not found.").arg(tenant));
    if (!application)
        return fails(QStringLiteral("AADSTS700016: Application with identifier '%1' was not found in the directory '%2'.").arg(clientId, tenant));
    const bool byCertificate = word(settings, "servicePrincipalCredentialType") == QLatin1String("ServicePrincipalCert");
    auto secret = secretOf(state, factory, settings.value(byCertificate ? QLatin1String("servicePrincipalEmbeddedCert") : QLatin1String("servicePrincipalKey")));
    if (auto *fault = std::get_if<Fault>(&secret))
        return *fault;
    if (!byCertificate && std::get<QString>(secret) != application->secret)
        return fails(QStringLiteral("AADSTS7000215: Invalid client secret provided."));
    if (byCertificate && std::get<QString>(secret).isEmpty()) // Certificates are not checked further: the world keeps none.
        return fails(QStringLiteral("AADSTS700027: The certificate of the client assertion is missing."));
    return byToken(state, endpoint.username, application->objectId);
}

std::variant<Identity, Fault> readIdentity(const State &state, const Resource &factory, const Endpoint &endpoint, const QJsonObject &properties)
{
    const QJsonObject settings = part(properties, "typeProperties");
    switch (endpoint.signIn) {
    case SignIn::ServicePrincipal:
        return servicePrincipal(state, factory, endpoint, settings);
    case SignIn::SystemIdentity:
        return systemIdentity(state, factory);
    case SignIn::UserIdentity:
        return userIdentity(state, factory, settings);
    case SignIn::Basic:
        break;
    }
    auto secret = secretOf(state, factory, endpoint.secret);
    if (auto *fault = std::get_if<Fault>(&secret))
        return *fault;
    return Identity{endpoint.username, std::get<QString>(secret), {}};
}

} // namespace causeway::sandbox::datafactory
