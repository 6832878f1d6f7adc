// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"

#include <QRegularExpression>

namespace causeway::sandbox::datafactory {

// Reading a linked service of type AzurePostgreSql: version 2.0 (server, port, database, …) and 1.0 (connectionString).

// --- parameters ---------------------------------------------------------------------------------

//! A parameter is {"type","defaultValue"}, or, as the callers of testConnectivity send it, the value itself.
static QJsonValue parameterValue(const QJsonObject &parameters, const QString &name)
{
    const QJsonValue given = parameters.value(name);
    return given.isObject() ? given.toObject().value(QLatin1String("defaultValue")) : given;
}

static QJsonValue expressionValue(const QString &text, const QJsonObject &parameters)
{
    static const QRegularExpression whole(QStringLiteral("^@\\{?linkedService\\(\\)\\.(\\w+)\\}?$"));
    static const QRegularExpression inside(QStringLiteral("@\\{linkedService\\(\\)\\.(\\w+)\\}"));
    const auto match = whole.match(text);
    if (match.hasMatch())
        return parameterValue(parameters, match.captured(1));
    QString filled;
    qsizetype from = 0;
    for (auto it = inside.globalMatch(text); it.hasNext();) {
        const auto found = it.next();
        filled += text.mid(from, found.capturedStart() - from) + parameterValue(parameters, found.captured(1)).toVariant().toString();
        from = found.capturedEnd();
    }
    return filled + text.mid(from);
}

static QJsonValue resolvedValue(const QJsonValue &value, const QJsonObject &parameters)
{
    if (value.isString())
        return value.toString().contains(QLatin1String("linkedService()")) ? expressionValue(value.toString(), parameters) : value;
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    if (word(object, "type") == QLatin1String("Expression"))
        return resolvedValue(object.value(QLatin1String("value")), parameters);
    for (auto it = object.begin(); it != object.end(); ++it)
        *it = resolvedValue(*it, parameters);
    return object;
}

QJsonObject resolved(const QJsonObject &properties)
{
    QJsonObject whole = properties;
    whole.insert(QStringLiteral("typeProperties"), resolvedValue(part(properties, "typeProperties"), part(properties, "parameters")));
    return whole;
}

// --- the two versions ---------------------------------------------------------------------------

static Fault badProperty(const QString &name)
{
    return {QStringLiteral("InvalidParameter"), QStringLiteral("The value of the property '%1' is missing or invalid.").arg(name)};
}

//! A number, or a string with one: "5432".
static int numberOf(const QJsonValue &value, int otherwise)
{
    if (value.isUndefined() || value.isNull())
        return otherwise;
    bool fits = value.isDouble();
    const int number = value.isString() ? value.toString().toInt(&fits) : value.toInt(-1);
    return fits ? number : -1;
}

struct SignInWord {
    const char *text;
    SignIn signIn;
};
static constexpr SignInWord signInWords[] = {{"BasicAuth", SignIn::Basic},
                                             {"Basic", SignIn::Basic},
                                             {"ServicePrincipal", SignIn::ServicePrincipal},
                                             {"SystemAssignedManagedIdentity", SignIn::SystemIdentity},
                                             {"UserAssignedManagedIdentity", SignIn::UserIdentity}};

//! Documents written by SDKs have no authenticationType: what they carry tells.
static std::optional<SignIn> signInOf(const QJsonObject &settings)
{
    const QString text = word(settings, "authenticationType");
    for (const SignInWord &one : signInWords) {
        if (text.compare(QLatin1String(one.text), Qt::CaseInsensitive) == 0)
            return one.signIn;
    }
    if (!text.isEmpty())
        return std::nullopt;
    if (settings.contains(QLatin1String("servicePrincipalId")))
        return SignIn::ServicePrincipal;
    return settings.contains(QLatin1String("credential")) ? SignIn::UserIdentity : SignIn::Basic;
}

//! "host", "host:5432" or "host,5432".
static void splitHost(Endpoint &endpoint, const QString &server)
{
    static const QRegularExpression withPort(QStringLiteral("^([^:,]+)[:,]\\s*(\\d+)$"));
    const auto match = withPort.match(server.trimmed());
    endpoint.host = match.hasMatch() ? match.captured(1) : server.trimmed();
    if (match.hasMatch())
        endpoint.port = match.captured(2).toInt();
}

static std::variant<Endpoint, Fault> readVersion2(const QJsonObject &settings)
{
    Endpoint endpoint;
    splitHost(endpoint, word(settings, "server"));
    endpoint.port = numberOf(settings.value(QLatin1String("port")), endpoint.port);
    endpoint.database = word(settings, "database");
    endpoint.username = word(settings, "username");
    endpoint.sslMode = numberOf(settings.value(QLatin1String("sslMode")), 2);
    endpoint.trustServerCertificate = settings.value(QLatin1String("trustServerCertificate")).toVariant().toBool();
    const std::optional<SignIn> signIn = signInOf(settings);
    if (!signIn)
        return badProperty(QStringLiteral("authenticationType"));
    endpoint.signIn = *signIn;
    endpoint.secret = settings.value(QLatin1String("password"));
    if (endpoint.host.isEmpty())
        return badProperty(QStringLiteral("server"));
    if (endpoint.port < 1 || endpoint.port > 65535)
        return badProperty(QStringLiteral("port"));
    if (endpoint.database.isEmpty())
        return badProperty(QStringLiteral("database"));
    if (endpoint.sslMode < 0 || endpoint.sslMode > 5)
        return badProperty(QStringLiteral("sslMode"));
    const bool needsUser = endpoint.signIn == SignIn::Basic || endpoint.signIn == SignIn::ServicePrincipal;
    if (needsUser && endpoint.username.isEmpty())
        return badProperty(QStringLiteral("username"));
    return endpoint;
}

static QMap<QString, QString> keysOf(const QString &connectionString)
{
    QMap<QString, QString> keys;
    for (const QString &pair : connectionString.split(QLatin1Char(';'), Qt::SkipEmptyParts)) {
        const qsizetype equals = pair.indexOf(QLatin1Char('='));
        if (equals > 0)
            keys.insert(pair.left(equals).trimmed().toLower(), pair.mid(equals + 1).trimmed());
    }
    return keys;
}

static QString firstOf(const QMap<QString, QString> &keys, const QStringList &names)
{
    for (const QString &name : names) {
        if (keys.contains(name))
            return keys.value(name);
    }
    return {};
}

//! EncryptionMethod 0 none (the default), 1 SSL, 6 RequestSSL; ValidateServerCertificate counts with 1 only.
static std::optional<int> modeOfVersion1(const QMap<QString, QString> &keys)
{
    const QString method = keys.value(QStringLiteral("encryptionmethod"), QStringLiteral("0"));
    const bool validates = keys.value(QStringLiteral("validateservercertificate")) == QLatin1String("1");
    if (method == QLatin1String("1"))
        return validates ? 4 : 3;
    if (method == QLatin1String("6"))
        return 2;
    return method == QLatin1String("0") ? std::optional(0) : std::nullopt;
}

static std::variant<Endpoint, Fault> readVersion1(const QJsonObject &settings)
{
    const QJsonValue text = settings.value(QLatin1String("connectionString"));
    const QMap<QString, QString> keys = keysOf(text.isObject() ? word(text.toObject(), "value") : text.toString());
    const std::optional<int> mode = modeOfVersion1(keys);
    Endpoint endpoint;
    endpoint.host = firstOf(keys, {QStringLiteral("host"), QStringLiteral("server")});
    endpoint.port = numberOf(keys.value(QStringLiteral("port"), QStringLiteral("5432")), 5432);
    endpoint.database = firstOf(keys, {QStringLiteral("database"), QStringLiteral("db")});
    endpoint.username = firstOf(keys, {QStringLiteral("uid"), QStringLiteral("username"), QStringLiteral("user id"), QStringLiteral("user")});
    endpoint.secret = settings.value(QLatin1String("password"));
    if (endpoint.secret.isUndefined())
        endpoint.secret = firstOf(keys, {QStringLiteral("password"), QStringLiteral("pwd")});
    if (endpoint.host.isEmpty() || endpoint.database.isEmpty() || endpoint.username.isEmpty() || endpoint.port < 1 || !mode)
        return badProperty(QStringLiteral("connectionString"));
    endpoint.sslMode = *mode;
    endpoint.trustServerCertificate = *mode < 4;
    return endpoint;
}

std::variant<Endpoint, Fault> readEndpoint(const QJsonObject &properties)
{
    const QJsonObject settings = part(properties, "typeProperties");
    // Version 1 is recognised by its connection string; `version` may be missing in both.
    return settings.contains(QLatin1String("connectionString")) && !settings.contains(QLatin1String("server")) ? readVersion1(settings)
                                                                                                             : readVersion2(settings);
}

} // namespace causeway::sandbox::datafactory
