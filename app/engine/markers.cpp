// SPDX-License-Identifier: Apache-2.0
#include "engine/markers.h"

#include <QJsonArray>
#include <QStringList>

namespace causeway {
namespace {

bool isSecretMarker(const QJsonObject &object)
{
    return object.size() == 2 && object.contains(QStringLiteral("secret")) && object.contains(QStringLiteral("field"));
}

bool isFromMarker(const QJsonObject &object)
{
    return object.size() == 2 && object.contains(QStringLiteral("from")) && object.contains(QStringLiteral("value"));
}

Error notYetKnown(const QString &step, const QString &member)
{
    return Error::invalid(QStringLiteral("ValueUnknown"), QStringLiteral("Step \"%1\" left no \"%2\" behind.").arg(step, member), step);
}

Result<QJsonValue> productMember(const QHash<QString, QJsonObject> &products, const QString &step, const QString &member)
{
    QJsonValue at = products.value(step);
    if (!products.contains(step))
        return notYetKnown(step, member);
    const QStringList parts = member.split(QLatin1Char('.'), Qt::SkipEmptyParts);
    for (const QString &part : parts)
        at = at.toObject().value(part);
    if (at.isUndefined() || at.isNull() || (at.isString() && at.toString().isEmpty()))
        return notYetKnown(step, member);
    return at;
}

} // namespace

QList<SecretMarker> secretMarkers(const QJsonValue &body)
{
    QList<SecretMarker> markers;
    if (body.isArray()) {
        for (const QJsonValue &each : body.toArray())
            markers << secretMarkers(each);
    }
    const QJsonObject object = body.toObject();
    if (isSecretMarker(object))
        return {SecretMarker{object.value(QStringLiteral("secret")).toString(), object.value(QStringLiteral("field")).toString()}};
    for (const QJsonValue &each : object)
        markers << secretMarkers(each);
    return markers;
}

Result<QJsonValue> filled(const QJsonValue &body, const QHash<QString, QJsonObject> &products, const QHash<QString, QString> *secrets)
{
    if (body.isArray()) {
        QJsonArray out;
        for (const QJsonValue &each : body.toArray()) {
            auto inner = filled(each, products, secrets);
            if (!inner)
                return inner;
            out.append(*inner);
        }
        return QJsonValue(out);
    }
    if (!body.isObject())
        return body;
    const QJsonObject object = body.toObject();
    if (isSecretMarker(object))
        return secrets ? QJsonValue(secrets->value(object.value(QStringLiteral("field")).toString())) : body;
    if (isFromMarker(object))
        return productMember(products, object.value(QStringLiteral("from")).toString(), object.value(QStringLiteral("value")).toString());
    QJsonObject out;
    for (auto each = object.begin(); each != object.end(); ++each) {
        auto inner = filled(each.value(), products, secrets);
        if (!inner)
            return inner;
        out.insert(each.key(), *inner);
    }
    return QJsonValue(out);
}

Result<QString> filledPath(const QString &path, const QHash<QString, QJsonObject> &products)
{
    QString out = path;
    for (qsizetype open = out.indexOf(QLatin1Char('{')); open >= 0; open = out.indexOf(QLatin1Char('{'))) {
        const qsizetype close = out.indexOf(QLatin1Char('}'), open);
        const QString place = out.mid(open + 1, close - open - 1);
        if (close < 0 || !place.contains(QLatin1Char(':')))
            return notYetKnown(place, path);
        const auto value = productMember(products, place.section(QLatin1Char(':'), 0, 0), place.section(QLatin1Char(':'), 1));
        if (!value)
            return value.error();
        // The value becomes one segment: what would lead elsewhere is refused.
        const QString segment = value->toString();
        if (segment.contains(QLatin1Char('/')) || segment.contains(QLatin1Char('{')) || segment == QLatin1String(".."))
            return notYetKnown(place, path);
        out.replace(open, close - open + 1, segment);
    }
    return out;
}

} // namespace causeway
