// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"

#include <QJsonDocument>

namespace causeway::sandbox::datafactory {

// Linked services and credentials: documents that a factory keeps as they are, unknown properties included.

static constexpr int largestDocument = 100 * 1024; // limits page: 100 KB a linked service object

static QString factoryChild(const Call &call, const ChildType &type)
{
    return childIdOf(factoryIdOf(call), type, call.names.value(3));
}

// --- references ---------------------------------------------------------------------------------

struct ReferenceKind {
    const char *type;
    const ChildType *target;
};
static const ReferenceKind referenceKinds[] = {{"LinkedServiceReference", &linkedServices},
                                               {"CredentialReference", &credentials},
                                               {"IntegrationRuntimeReference", &runtimes}};

static std::optional<Response> brokenReference(const Call &call, const QString &type, const QString &name)
{
    for (const ReferenceKind &kind : referenceKinds) {
        if (type != QLatin1String(kind.type) || name.isEmpty() || childOf(call.state, factoryIdOf(call), *kind.target, name))
            continue;
        if (kind.target != &runtimes)
            return invalidReference(name);
        if (name.compare(QLatin1String(autoResolve), Qt::CaseInsensitive) == 0)
            continue; // every factory has it
        return Response::error(400, QStringLiteral("InputIsMalformedDetailed"),
                               QStringLiteral("Input is malformed. Reason: Could not get integration runtime details for %1").arg(name));
    }
    return std::nullopt;
}

//! The first reference in a document that leads nowhere.
static std::optional<Response> brokenReferences(const Call &call, const QJsonValue &value)
{
    if (value.isArray()) {
        for (const QJsonValue &item : value.toArray()) {
            if (auto broken = brokenReferences(call, item))
                return broken;
        }
        return std::nullopt;
    }
    const QJsonObject object = value.toObject();
    if (auto broken = brokenReference(call, word(object, "type"), word(object, "referenceName")))
        return broken;
    for (const QJsonValue &inner : object) {
        if (auto broken = brokenReferences(call, inner))
            return broken;
    }
    return std::nullopt;
}

// --- secrets at rest ----------------------------------------------------------------------------

//! What the service answers beside a masked secret: base64 of a small JSON that names where the secret is kept.
static QString encryptedCredential(Call &call)
{
    const QString text = QStringLiteral("{\r\n  \"Version\": \"2017-11-30\",\r\n  \"ProtectionMode\": \"Key\",\r\n  \"SecretContentType\": "
                                        "\"Plaintext\",\r\n  \"CredentialId\": \"DF-%1_%2\"\r\n}");
    const QString factory = factoryIdOf(call).section(QLatin1Char('/'), -1).toUpper();
    return QString::fromLatin1(text.arg(factory, call.state.newGuid()).toUtf8().toBase64());
}

//! Keeps the document whole in hidden "properties", and answers with its masked form. Stars are taken at their word: whoever
//! writes back what GET answered has stars for a password. Only a document without any secret keeps those of its encryptedCredential.
static Resource &putDocument(Call &call, const ChildType &type, QJsonObject properties)
{
    const Resource *known = childOf(call.state, factoryIdOf(call), type, call.names.value(3));
    bool secret = false;
    masked(properties, &secret);
    QJsonObject settings = part(properties, "typeProperties");
    const QString sent = word(settings, "encryptedCredential");
    const bool keeps = !secret && known && !sent.isEmpty() && sent == word(part(part(known->body, "properties"), "typeProperties"), "encryptedCredential");
    if (keeps) {
        properties = unmasked(properties, part(known->hidden, "properties"));
        settings = part(properties, "typeProperties");
    }
    QJsonObject answer = masked(properties, &secret);
    if (secret) {
        QJsonObject shownSettings = part(answer, "typeProperties");
        shownSettings.insert(QStringLiteral("encryptedCredential"), keeps ? sent : encryptedCredential(call));
        answer.insert(QStringLiteral("typeProperties"), shownSettings);
    }
    return putChild(call, factoryIdOf(call), type, call.names.value(3), answer, {{QStringLiteral("properties"), properties}});
}

static std::optional<Response> refusedDocument(const Call &call, const ChildType &type)
{
    const QString name = call.names.value(3);
    const QJsonObject properties = part(call.body, "properties");
    for (auto refused : {withoutFactory(call), badName(type, name), unmatched(call, childOf(call.state, factoryIdOf(call), type, name))}) {
        if (refused)
            return refused;
    }
    if (word(properties, "type").isEmpty())
        return invalidResource(type, name, QStringLiteral("The required property 'type' is missing in the payload"));
    if (QJsonDocument(properties).toJson(QJsonDocument::Compact).size() > largestDocument)
        return invalidResource(type, name, QStringLiteral("The size of the payload is larger than 100 KB"));
    return brokenReferences(call, properties);
}

// --- linked services ----------------------------------------------------------------------------

static Response putLinkedService(Call &call)
{
    if (auto refused = refusedDocument(call, linkedServices))
        return *refused;
    return Response::json(200, putDocument(call, linkedServices, part(call.body, "properties")).body);
}

// --- credentials --------------------------------------------------------------------------------

static bool isIdentityId(const QString &id)
{
    return id.startsWith(QLatin1String("/subscriptions/"), Qt::CaseInsensitive)
        && id.section(QLatin1Char('/'), -3, -2).compare(QLatin1String("Microsoft.ManagedIdentity/userAssignedIdentities"), Qt::CaseInsensitive) == 0;
}

//! Two types there are; the key of a service principal may only come from Key Vault.
static QString wrongCredential(const QJsonObject &properties)
{
    const QJsonObject settings = part(properties, "typeProperties");
    if (word(properties, "type") == QLatin1String("ManagedIdentity")) {
        const bool fits = !settings.contains(QLatin1String("resourceId")) || isIdentityId(word(settings, "resourceId"));
        return fits ? QString() : QStringLiteral("The resourceId is not the id of a user-assigned identity");
    }
    if (word(properties, "type") != QLatin1String("ServicePrincipal"))
        return QStringLiteral("The credential type '%1' is not supported").arg(word(properties, "type"));
    const QJsonValue secret = settings.value(QLatin1String("servicePrincipalKey"));
    const bool fromVault = secret.isUndefined() || word(secret.toObject(), "type") == QLatin1String("AzureKeyVaultSecret");
    return fromVault ? QString() : QStringLiteral("The servicePrincipalKey must be a reference to Azure Key Vault");
}

static Response putCredential(Call &call)
{
    if (auto refused = refusedDocument(call, credentials))
        return *refused;
    const QString wrong = wrongCredential(part(call.body, "properties"));
    if (!wrong.isEmpty())
        return invalidResource(credentials, call.names.value(3), wrong);
    return Response::json(200, putDocument(call, credentials, part(call.body, "properties")).body);
}

// --- both ---------------------------------------------------------------------------------------

static Response getDocument(Call &call, const ChildType &type)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    const Resource *found = std::as_const(call.state).find(factoryChild(call, type));
    return found ? shown(call, *found) : missing();
}

static Response deleteDocument(Call &call, const ChildType &type, const char *reference)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    const QString id = factoryChild(call, type);
    const QString user = referrer(call.state, factoryIdOf(call), QLatin1String(reference), call.names.value(3));
    if (!user.isEmpty() && std::as_const(call.state).find(id))
        return badRequest(QStringLiteral("The document cannot be deleted since it is referenced by %1.").arg(user));
    return removeChild(call, id);
}

static Response listDocuments(Call &call, const ChildType &type)
{
    if (auto absent = withoutFactory(call))
        return *absent;
    return listed(call, factoryIdOf(call), typeOf(type));
}

static Response getLinkedService(Call &call) { return getDocument(call, linkedServices); }
static Response getCredential(Call &call) { return getDocument(call, credentials); }
static Response listLinkedServices(Call &call) { return listDocuments(call, linkedServices); }
static Response listCredentials(Call &call) { return listDocuments(call, credentials); }
static Response deleteLinkedService(Call &call) { return deleteDocument(call, linkedServices, "LinkedServiceReference"); }
static Response deleteCredential(Call &call) { return deleteDocument(call, credentials, "CredentialReference"); }

std::vector<RouteRow> artifactRoutes()
{
    return {{"GET", "/linkedservices", "linkedServices/read", listLinkedServices},
            {"GET", "/linkedservices/{service}", "linkedServices/read", getLinkedService},
            {"PUT", "/linkedservices/{service}", "linkedServices/write", putLinkedService},
            {"DELETE", "/linkedservices/{service}", "linkedServices/delete", deleteLinkedService},
            {"GET", "/credentials", "credentials/read", listCredentials},
            {"GET", "/credentials/{credential}", "credentials/read", getCredential},
            {"PUT", "/credentials/{credential}", "credentials/write", putCredential},
            {"DELETE", "/credentials/{credential}", "credentials/delete", deleteCredential}};
}

} // namespace causeway::sandbox::datafactory
