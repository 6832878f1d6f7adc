// SPDX-License-Identifier: Apache-2.0
#include "domain/linkedservice.h"

#include "domain/encryption.h"
#include "domain/words.h"

#include <QJsonArray>
#include <QJsonValue>
#include <QMap>
#include <algorithm>

namespace causeway {

static const char maskedSecret[] = "**********"; // what Data Factory shows in a secret's place (azure-data-factory.md §6)

//! One secret as the service wants it; undefined when there is none to send.
static QJsonValue secretJson(const SecretReference &reference, const Secret *value)
{
    if (reference.kind == SecretReference::Kind::KeyVault) {
        const QJsonObject store{{QStringLiteral("referenceName"), reference.store}, {QStringLiteral("type"), QStringLiteral("LinkedServiceReference")}};
        return QJsonObject{{QStringLiteral("type"), QStringLiteral("AzureKeyVaultSecret")}, {QStringLiteral("store"), store},
                           {QStringLiteral("secretName"), reference.name}};
    }
    const bool isAbsent = value ? value->isEmpty() : reference.kind == SecretReference::Kind::None;
    if (isAbsent)
        return QJsonValue(QJsonValue::Undefined);
    return QJsonObject{{QStringLiteral("type"), QStringLiteral("SecureString")},
                       {QStringLiteral("value"), value ? QString::fromUtf8(value->reveal()) : QString::fromLatin1(maskedSecret)}};
}

static void addSecret(QJsonObject &properties, const char *key, const SecretReference &reference, const Secret *value)
{
    // QJsonObject keeps nothing under a key that is given an undefined value.
    properties.insert(QLatin1String(key), secretJson(reference, value));
}

static void addPrincipal(QJsonObject &properties, const AuthenticationSpec &s, const LinkedServiceSecrets *secrets)
{
    properties.insert(QStringLiteral("username"), s.username);
    properties.insert(QStringLiteral("tenant"), s.tenant);
    properties.insert(QStringLiteral("servicePrincipalId"), s.servicePrincipalId);
    properties.insert(QStringLiteral("azureCloudType"), s.cloudType);
    properties.insert(QStringLiteral("servicePrincipalCredentialType"), toText(s.credentialType));
    if (s.credentialType == ServicePrincipalCredential::Key) {
        addSecret(properties, "servicePrincipalKey", s.key, secrets ? &secrets->key : nullptr);
        return;
    }
    addSecret(properties, "servicePrincipalEmbeddedCert", s.certificate, secrets ? &secrets->certificate : nullptr);
    addSecret(properties, "servicePrincipalEmbeddedCertPassword", s.certificatePassword, secrets ? &secrets->certificatePassword : nullptr);
}

static void addAuthentication(QJsonObject &properties, const AuthenticationSpec &s, const LinkedServiceSecrets *secrets)
{
    properties.insert(QStringLiteral("authenticationType"), toText(s.type));
    switch (s.type) {
    case AuthenticationType::BasicAuth:
        properties.insert(QStringLiteral("username"), s.username);
        addSecret(properties, "password", s.password, secrets ? &secrets->password : nullptr);
        break;
    case AuthenticationType::ServicePrincipal:
        addPrincipal(properties, s, secrets);
        break;
    case AuthenticationType::SystemAssignedManagedIdentity:
        break;
    case AuthenticationType::UserAssignedManagedIdentity:
        properties.insert(QStringLiteral("credential"),
                          QJsonObject{{QStringLiteral("referenceName"), s.credential.isEmpty() ? s.identity.name() : s.credential},
                                      {QStringLiteral("type"), QStringLiteral("CredentialReference")}});
        break;
    }
}

static QJsonObject typePropertiesV2(const LinkedServiceSpec &spec, const QString &host, const LinkedServiceSecrets *secrets)
{
    QJsonObject properties{{QStringLiteral("server"), host},
                           {QStringLiteral("port"), spec.port},
                           {QStringLiteral("database"), spec.database},
                           {QStringLiteral("sslMode"), sslMode(spec.encryption)}};
    if (spec.trustServerCertificate)
        properties.insert(QStringLiteral("trustServerCertificate"), true);
    addAuthentication(properties, spec.authentication, secrets);
    return properties;
}

//! ODBC's quoting: braces around a value with separators in it, closing braces doubled.
static QString connectionValue(const QString &value)
{
    static const QString separators = QStringLiteral(";{}=\"'");
    const bool isPlain = std::none_of(value.begin(), value.end(), [](QChar c) { return separators.contains(c) || c.isSpace(); });
    return isPlain ? value : QLatin1Char('{') + QString(value).replace(QLatin1Char('}'), QLatin1String("}}")) + QLatin1Char('}');
}

static int encryptionNumberV1(EncryptionMethodV1 method)
{
    switch (method) {
    case EncryptionMethodV1::NoEncryption: return 0;
    case EncryptionMethodV1::Ssl: return 1;
    case EncryptionMethodV1::RequestSsl: return 6;
    }
    return 1;
}

static QJsonObject typePropertiesV1(const LinkedServiceSpec &spec, const QString &host, const LinkedServiceSecrets *secrets)
{
    const SecretReference &reference = spec.authentication.password;
    QString text = QStringLiteral("host=%1;database=%2;port=%3;uid=%4;EncryptionMethod=%5")
                       .arg(connectionValue(host), connectionValue(spec.database), QString::number(spec.port),
                            connectionValue(spec.authentication.username), QString::number(encryptionNumberV1(spec.encryptionV1)));
    if (spec.encryptionV1 == EncryptionMethodV1::Ssl)
        text += QStringLiteral(";ValidateServerCertificate=%1").arg(spec.trustServerCertificate ? 0 : 1);
    const QJsonValue password = secretJson(reference, secrets ? &secrets->password : nullptr);
    QJsonObject properties;
    // Version 1.0's own place for a password that is no Key Vault reference is the connection string.
    if (reference.kind == SecretReference::Kind::KeyVault)
        properties.insert(QStringLiteral("password"), password);
    else if (!password.isUndefined())
        text += QStringLiteral(";password=") + connectionValue(password.toObject().value(QStringLiteral("value")).toString());
    properties.insert(QStringLiteral("connectionString"), text);
    return properties;
}

QJsonObject linkedServiceBody(const LinkedServiceSpec &spec, const QString &serverFqdn, const LinkedServiceSecrets *secrets)
{
    const bool isV1 = spec.version == QLatin1String("1.0");
    const QString host = spec.account == AccountSelection::Manual ? spec.host : serverFqdn;
    QJsonObject properties{{QStringLiteral("annotations"), QJsonArray()},
                           {QStringLiteral("type"), QStringLiteral("AzurePostgreSql")},
                           {QStringLiteral("version"), spec.version},
                           {QStringLiteral("typeProperties"), isV1 ? typePropertiesV1(spec, host, secrets) : typePropertiesV2(spec, host, secrets)}};
    if (!spec.connectVia.isEmpty())
        properties.insert(QStringLiteral("connectVia"), QJsonObject{{QStringLiteral("referenceName"), spec.connectVia},
                                                                    {QStringLiteral("type"), QStringLiteral("IntegrationRuntimeReference")}});
    return {{QStringLiteral("properties"), properties}};
}

//! A value that the service takes as itself or as {"type":"Expression","value":…}; numbers and booleans as their words.
static QString readText(const QJsonObject &properties, const char *key)
{
    const QJsonValue value = properties.value(QLatin1String(key));
    return value.isObject() ? value.toObject().value(QStringLiteral("value")).toVariant().toString() : value.toVariant().toString();
}

//! A secret read back is stars or somebody's plain text: neither is taken over, it has to be given again.
static SecretReference readSecret(const QJsonValue &value)
{
    const QJsonObject object = value.toObject();
    const QString type = object.value(QStringLiteral("type")).toString();
    if (type == QLatin1String("AzureKeyVaultSecret"))
        return {SecretReference::Kind::KeyVault, object.value(QStringLiteral("secretName")).toString(),
                object.value(QStringLiteral("store")).toObject().value(QStringLiteral("referenceName")).toString()};
    const bool isThere = value.isString() || type == QLatin1String("SecureString");
    return {isThere ? SecretReference::Kind::Prompt : SecretReference::Kind::None, {}, {}};
}

static Error unreadable(const char *target, const QString &value)
{
    return Error::invalid(QStringLiteral("LinkedServiceUnreadable"),
                          QStringLiteral("%1 cannot be read: %2").arg(QLatin1String(target), value.left(200)), QString::fromLatin1(target));
}

static Result<int> readPort(const QString &text)
{
    bool isNumber = false;
    const int port = text.isEmpty() ? 5432 : text.toInt(&isNumber);
    if (!text.isEmpty() && (!isNumber || port < 1 || port > 65535))
        return unreadable("port", text);
    return port;
}

static Result<> readAuthentication(const QJsonObject &properties, AuthenticationSpec &s)
{
    s.username = readText(properties, "username");
    s.password = readSecret(properties.value(QStringLiteral("password")));
    s.tenant = readText(properties, "tenant");
    s.servicePrincipalId = readText(properties, "servicePrincipalId");
    s.key = readSecret(properties.value(QStringLiteral("servicePrincipalKey")));
    s.certificate = readSecret(properties.value(QStringLiteral("servicePrincipalEmbeddedCert")));
    s.certificatePassword = readSecret(properties.value(QStringLiteral("servicePrincipalEmbeddedCertPassword")));
    s.credential = properties.value(QStringLiteral("credential")).toObject().value(QStringLiteral("referenceName")).toString();
    if (const QString cloud = readText(properties, "azureCloudType"); !cloud.isEmpty())
        s.cloudType = cloud;
    const bool isCertificate = readText(properties, "servicePrincipalCredentialType") == QLatin1String("ServicePrincipalCert");
    s.credentialType = isCertificate ? ServicePrincipalCredential::Certificate : ServicePrincipalCredential::Key;
    // The published schema does not know the type, and the connector's own examples of passwords leave it out (§7.5).
    const QString word = readText(properties, "authenticationType");
    const QString guess = !s.servicePrincipalId.isEmpty() ? QStringLiteral("ServicePrincipal")
                          : !s.credential.isEmpty()       ? QStringLiteral("UserAssignedManagedIdentity")
                                                          : QStringLiteral("BasicAuth");
    const auto type = authenticationFromText(word.isEmpty() ? guess : word);
    if (!type)
        return unreadable("authenticationType", word);
    s.type = *type;
    return {};
}

static Result<> readV2(const QJsonObject &properties, LinkedServiceSpec &spec)
{
    spec.host = readText(properties, "server");
    spec.database = readText(properties, "database");
    spec.trustServerCertificate = readText(properties, "trustServerCertificate") == QLatin1String("true");
    const QString mode = readText(properties, "sslMode");
    const auto method = mode.isEmpty() ? EncryptionMethod::Prefer : encryptionFromText(mode); // 2 is the service's default
    if (!method)
        return unreadable("sslMode", mode);
    spec.encryption = *method;
    const Result<int> port = readPort(readText(properties, "port"));
    if (!port)
        return port.error();
    spec.port = *port;
    return readAuthentication(properties, spec.authentication);
}

//! "Host=a;uid={b;c}" as lower-cased keys and plain values.
static QMap<QString, QString> connectionParts(const QString &text)
{
    QMap<QString, QString> parts;
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype equals = text.indexOf(QLatin1Char('='), at);
        if (equals < 0)
            break;
        const QString key = text.mid(at, equals - at).trimmed().toLower();
        QString value;
        at = equals + 1;
        if (at < text.size() && text.at(at) == QLatin1Char('{')) {
            for (++at; at < text.size(); ++at) {
                const bool isClosing = text.at(at) == QLatin1Char('}');
                const bool isDoubled = isClosing && at + 1 < text.size() && text.at(at + 1) == QLatin1Char('}');
                if (isClosing && !isDoubled)
                    break;
                at += isDoubled ? 1 : 0;
                value += text.at(at);
            }
        }
        const qsizetype end = text.indexOf(QLatin1Char(';'), at);
        if (value.isEmpty())
            value = text.mid(at, end < 0 ? -1 : end - at).trimmed();
        parts.insert(key, value);
        at = end < 0 ? text.size() : end + 1;
    }
    return parts;
}

static Result<> readV1(const QJsonObject &properties, LinkedServiceSpec &spec)
{
    const QString text = readText(properties, "connectionString");
    const QMap<QString, QString> parts = connectionParts(text);
    const auto first = [&](std::initializer_list<const char *> keys) {
        for (const char *key : keys)
            if (parts.contains(QString::fromLatin1(key)))
                return parts.value(QString::fromLatin1(key));
        return QString();
    };
    spec.host = first({"host", "server"});
    if (spec.host.isEmpty())
        return unreadable("connectionString", QStringLiteral("it names no host"));
    spec.database = first({"database"});
    const Result<int> port = readPort(first({"port"}));
    if (!port)
        return port.error();
    spec.port = *port;
    const QString method = first({"encryptionmethod"});
    if (method.isEmpty() || method == QLatin1String("0"))
        spec.encryptionV1 = EncryptionMethodV1::NoEncryption; // version 1.0's default
    else if (method == QLatin1String("1") || method == QLatin1String("6"))
        spec.encryptionV1 = method == QLatin1String("1") ? EncryptionMethodV1::Ssl : EncryptionMethodV1::RequestSsl;
    else
        return unreadable("EncryptionMethod", method);
    spec.trustServerCertificate = spec.encryptionV1 == EncryptionMethodV1::Ssl && first({"validateservercertificate"}) != QLatin1String("1");
    spec.authentication.type = AuthenticationType::BasicAuth;
    spec.authentication.username = first({"uid", "username", "user id", "user"});
    spec.authentication.password = readSecret(properties.value(QStringLiteral("password")));
    if (spec.authentication.password.kind == SecretReference::Kind::None && !first({"password", "pwd"}).isEmpty())
        spec.authentication.password.kind = SecretReference::Kind::Prompt;
    return {};
}

Result<LinkedServiceSpec> linkedServiceFromBody(const QJsonObject &body)
{
    // A resource, an export from Studio, or only its properties.
    const QJsonObject properties = body.contains(QStringLiteral("properties")) ? body.value(QStringLiteral("properties")).toObject() : body;
    const QJsonObject own = properties.value(QStringLiteral("typeProperties")).toObject();
    const QString type = properties.value(QStringLiteral("type")).toString();
    if (type.compare(QLatin1String("AzurePostgreSql"), Qt::CaseInsensitive) != 0)
        return unreadable("type", type.isEmpty() ? QStringLiteral("it is missing; AzurePostgreSql is expected") : type);
    LinkedServiceSpec spec;
    spec.name = body.value(QStringLiteral("name")).toString();
    spec.account = AccountSelection::Manual; // the body knows a host, not where it came from
    spec.connectVia = properties.value(QStringLiteral("connectVia")).toObject().value(QStringLiteral("referenceName")).toString();
    // Documents from before December 2024 name no version (§7.3).
    const bool isV1 = own.contains(QStringLiteral("connectionString")) && !own.contains(QStringLiteral("server"));
    spec.version = isV1 ? QStringLiteral("1.0") : QStringLiteral("2.0");
    const Result<> read = isV1 ? readV1(own, spec) : readV2(own, spec);
    if (!read)
        return read.error();
    return spec;
}

} // namespace causeway
