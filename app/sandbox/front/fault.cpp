// SPDX-License-Identifier: Apache-2.0
#include "sandbox/front/fault.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace causeway::sandbox {

static std::optional<FaultKind> faultKindFrom(const QString &word)
{
    static const QList<QPair<QString, FaultKind>> words{
        {QStringLiteral("drop"), FaultKind::Drop}, {QStringLiteral("truncate"), FaultKind::Truncate},
        {QStringLiteral("garbage"), FaultKind::Garbage}, {QStringLiteral("stall"), FaultKind::Stall},
        {QStringLiteral("status"), FaultKind::Status}};
    for (const auto &[text, kind] : words) {
        if (text == word)
            return kind;
    }
    return std::nullopt;
}

static QByteArray faultBody(const QJsonValue &value)
{
    return value.isObject() ? QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact) : value.toString().toUtf8();
}

Result<QList<Fault>> faultsFromJson(const QJsonArray &rows)
{
    QList<Fault> faults;
    for (const QJsonValue &value : rows) {
        const QJsonObject row = value.toObject();
        const auto kind = faultKindFrom(row.value(QLatin1String("kind")).toString());
        if (!kind)
            return Error::invalid(QStringLiteral("UnknownFault"),
                                  QStringLiteral("A fault's kind is drop, truncate, garbage, stall or status."));
        Fault fault;
        fault.kind = *kind;
        fault.method = row.value(QLatin1String("method")).toString().toUtf8();
        fault.path = row.value(QLatin1String("path")).toString().toUtf8();
        fault.count = row.value(QLatin1String("count")).toInt(1);
        fault.skip = row.value(QLatin1String("skip")).toInt(0);
        fault.status = row.value(QLatin1String("status")).toInt(503);
        fault.body = faultBody(row.value(QLatin1String("body")));
        if (row.contains(QLatin1String("handled")))
            fault.handled = row.value(QLatin1String("handled")).toBool();
        const QJsonObject headers = row.value(QLatin1String("headers")).toObject();
        for (auto header = headers.begin(); header != headers.end(); ++header)
            fault.headers.append({header.key().toUtf8(), header.value().toVariant().toString().toUtf8()});
        faults.append(fault);
    }
    return faults;
}

std::optional<Fault> takeFault(QList<Fault> &faults, const QByteArray &method, const QByteArray &target)
{
    if (faults.isEmpty())
        return std::nullopt;
    const QByteArray lower = target.toLower();
    for (Fault &fault : faults) {
        const bool strikes = (fault.method.isEmpty() || fault.method == method) && lower.contains(fault.path.toLower());
        if (!strikes || fault.count == 0)
            continue;
        if (fault.skip > 0) {
            --fault.skip;
            continue;
        }
        if (fault.count > 0)
            --fault.count;
        return fault;
    }
    return std::nullopt;
}

} // namespace causeway::sandbox
