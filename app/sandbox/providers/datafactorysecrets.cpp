// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/datafactory.h"

#include <QRegularExpression>

namespace causeway::sandbox::datafactory {

// A secret is {"type":"SecureString","value":"…"}. Answers have ten stars for it. A secret sent as a plain string under one of
// the names below is taken for one, and what a connection string carries is left out, as the service does.

static const QString stars = QStringLiteral("**********");

static bool namesSecret(const QString &name)
{
    static const QStringList names{QStringLiteral("password"), QStringLiteral("servicePrincipalKey"), QStringLiteral("servicePrincipalEmbeddedCert"),
                                   QStringLiteral("servicePrincipalEmbeddedCertPassword"), QStringLiteral("accountKey"), QStringLiteral("sasToken")};
    return names.contains(name, Qt::CaseInsensitive);
}

static bool isSecure(const QJsonObject &object)
{
    return word(object, "type").compare(QLatin1String("SecureString"), Qt::CaseInsensitive) == 0;
}

//! "host=h;uid=u;password=p;" → "host=h;uid=u;"
static QString withoutSecrets(const QString &connectionString)
{
    static const QRegularExpression secret(QStringLiteral("\\b(password|pwd|accountkey|sharedaccesskey|sharedaccesssignature)\\s*=\\s*[^;]*;?"),
                                           QRegularExpression::CaseInsensitiveOption);
    return QString(connectionString).remove(secret);
}

static QJsonValue maskedValue(const QString &name, const QJsonValue &value, bool *found);

static QJsonObject maskedObject(QJsonObject object, bool *found)
{
    for (auto it = object.begin(); it != object.end(); ++it)
        *it = maskedValue(it.key(), *it, found);
    if (!isSecure(object))
        return object;
    for (const char *name : {"value", "defaultValue"}) {
        if (object.contains(QLatin1String(name))) {
            object.insert(QLatin1String(name), stars);
            *found = true;
        }
    }
    return object;
}

static QJsonValue maskedValue(const QString &name, const QJsonValue &value, bool *found)
{
    if (value.isObject())
        return maskedObject(value.toObject(), found);
    if (value.isArray()) {
        QJsonArray items = value.toArray();
        for (auto it = items.begin(); it != items.end(); ++it)
            *it = maskedValue(QString(), *it, found);
        return items;
    }
    const QString text = value.toString();
    if (namesSecret(name) && !text.isEmpty()) {
        *found = true;
        return QJsonObject{{QStringLiteral("type"), QStringLiteral("SecureString")}, {QStringLiteral("value"), stars}};
    }
    if (name.compare(QLatin1String("connectionString"), Qt::CaseInsensitive) == 0 && withoutSecrets(text) != text) {
        *found = true;
        return withoutSecrets(text);
    }
    return value;
}

QJsonObject masked(const QJsonObject &properties, bool *found)
{
    return maskedObject(properties, found);
}

static bool isStars(const QJsonValue &value)
{
    return value == stars || (isSecure(value.toObject()) && value.toObject().value(QLatin1String("value")) == stars);
}

QJsonObject unmasked(const QJsonObject &given, const QJsonObject &original)
{
    QJsonObject whole = given;
    for (auto it = original.begin(); it != original.end(); ++it) {
        const QJsonValue now = given.value(it.key());
        const QString text = it->toString();
        const bool leftOut = now.isUndefined() && (namesSecret(it.key()) || isSecure(it->toObject()));
        const bool shortened = !text.isEmpty() && now == withoutSecrets(text);
        if (isStars(now) || leftOut || shortened)
            whole.insert(it.key(), *it);
        else if (now.isObject() && it->isObject())
            whole.insert(it.key(), unmasked(now.toObject(), it->toObject()));
    }
    return whole;
}

} // namespace causeway::sandbox::datafactory
