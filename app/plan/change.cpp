// SPDX-License-Identifier: Apache-2.0
// What counts as a difference between what a step would write and what is there.
#include "plan/planner.h"

#include <QJsonArray>

namespace causeway {
namespace {

// Written, never read back (azure-postgresql-and-network.md §2.2, §2.11; §3.3 for the request's message).
const QStringList writeOnly{QStringLiteral("properties.administratorLoginPassword"), QStringLiteral("properties.createMode"),
                            QStringLiteral("properties.tenantId"), QStringLiteral("properties.source"),
                            QStringLiteral("properties.charset"), QStringLiteral("properties.collation"),
                            QStringLiteral("properties.privateLinkServiceConnectionState.description"),
                            QStringLiteral("properties.authConfig.tenantId"),
                            // Names that only the maker of the request chose: a portal has its own.
                            QStringLiteral("properties.privateLinkServiceConnections.name"), QStringLiteral("properties.manualPrivateLinkServiceConnections.name"),
                            QStringLiteral("properties.manualPrivateLinkServiceConnections.properties.requestMessage"), QStringLiteral("properties.privateDnsZoneConfigs.name")};

// What nobody can change once it is there; a version may go up, storage may grow (§2.2 "What can never be changed").
struct ImmutablePaths {
    StepKind kind;
    QStringList paths;
};
const QList<ImmutablePaths> &immutablePaths()
{
    static const QList<ImmutablePaths> table{
        {StepKind::ResourceGroup, {QStringLiteral("location")}},
        {StepKind::Identity, {QStringLiteral("location")}},
        {StepKind::Server, {QStringLiteral("location"), QStringLiteral("properties.administratorLogin"), QStringLiteral("properties.version"), QStringLiteral("properties.storage.type")}},
        {StepKind::PrivateEndpoint, {QStringLiteral("location"), QStringLiteral("properties.subnet"), QStringLiteral("properties.privateLinkServiceConnections"), QStringLiteral("properties.manualPrivateLinkServiceConnections")}},
        {StepKind::ZoneLink, {QStringLiteral("properties.virtualNetwork")}},
        {StepKind::ZoneGroup, {QStringLiteral("properties.privateDnsZoneConfigs")}},
        {StepKind::Factory, {QStringLiteral("location")}},
        {StepKind::IntegrationRuntime, {QStringLiteral("properties.type"), QStringLiteral("properties.managedVirtualNetwork")}},
        {StepKind::ManagedPrivateEndpoint, {QStringLiteral("properties.privateLinkResourceId"), QStringLiteral("properties.groupId")}},
        {StepKind::Credential, {QStringLiteral("properties.type")}},
    };
    return table;
}

bool isMarker(const QJsonValue &value)
{
    const QJsonObject object = value.toObject();
    return object.contains(QStringLiteral("secret")) || object.contains(QStringLiteral("from"));
}

bool isSecureString(const QJsonValue &value)
{
    return value.toObject().value(QStringLiteral("type")).toString() == QLatin1String("SecureString");
}

//! A member that is left out means these.
bool isEmptyValue(const QJsonValue &value)
{
    return value.isNull() || value.isUndefined() || value == QJsonValue(false) || (value.isString() && value.toString().isEmpty())
        || (value.isArray() && value.toArray().isEmpty()) || (value.isObject() && value.toObject().isEmpty());
}

bool sameScalar(const QString &path, const QJsonValue &wanted, const QJsonValue &found)
{
    if (wanted == found)
        return true;
    const QString a = wanted.toVariant().toString();
    const QString b = found.toVariant().toString();
    if (path == QLatin1String("location"))
        return normalLocation(a) == normalLocation(b);
    // Names of roles and databases are the only texts whose casing means something (PostgreSQL folds nothing in a connection string).
    const bool exact = path.endsWith(QLatin1String(".username")) || path.endsWith(QLatin1String(".database")) || path.endsWith(QLatin1String(".secretName"));
    return a.compare(b, exact ? Qt::CaseSensitive : Qt::CaseInsensitive) == 0;
}

void differ(const QString &path, const QJsonValue &wanted, const QJsonValue &found, QList<Difference> &out);

void differInObject(const QString &path, const QJsonObject &wanted, const QJsonObject &found, QList<Difference> &out)
{
    for (auto each = wanted.begin(); each != wanted.end(); ++each) {
        // Services answer with the casing that they like (azure-data-factory.md §1): "etag", "eTag", lower-cased ids as keys.
        auto there = found.find(each.key());
        for (auto at = found.begin(); there == found.end() && at != found.end(); ++at) {
            if (at.key().compare(each.key(), Qt::CaseInsensitive) == 0)
                there = at;
        }
        differ(path.isEmpty() ? each.key() : path + QLatin1Char('.') + each.key(), each.value(), there == found.end() ? QJsonValue(QJsonValue::Undefined) : there.value(), out);
    }
}

void differ(const QString &path, const QJsonValue &wanted, const QJsonValue &found, QList<Difference> &out)
{
    if (writeOnly.contains(path) || isMarker(wanted) || isSecureString(wanted) || (found.isUndefined() && isEmptyValue(wanted)))
        return;
    if (wanted.isObject() && found.isObject())
        return differInObject(path, wanted.toObject(), found.toObject(), out);
    if (wanted.isArray() && found.isArray() && wanted.toArray().size() == found.toArray().size()) {
        for (qsizetype i = 0; i < wanted.toArray().size(); ++i)
            differ(path, wanted.toArray().at(i), found.toArray().at(i), out);
        return;
    }
    const bool plain = !wanted.isObject() && !wanted.isArray() && !found.isObject() && !found.isArray() && !found.isUndefined();
    if (!plain || !sameScalar(path, wanted, found))
        out << Difference{path, wanted, found};
}

//! "SystemAssigned,UserAssigned" holds "SystemAssigned".
bool holdsIdentity(const Difference &difference)
{
    if (difference.path != QLatin1String("identity.type"))
        return false;
    const QStringList there = difference.found.toString().toLower().remove(QLatin1Char(' ')).split(QLatin1Char(','));
    const QStringList asked = difference.wanted.toString().toLower().remove(QLatin1Char(' ')).split(QLatin1Char(','));
    return std::all_of(asked.cbegin(), asked.cend(), [&](const QString &each) { return there.contains(each); });
}

bool mayGrow(const Difference &difference)
{
    return difference.path == QLatin1String("properties.version") && difference.wanted.toString().toInt() > difference.found.toString().toInt();
}

//! Premium SSD reads back as "" (§2.2).
bool isDefaultStorage(const Difference &difference)
{
    return difference.path == QLatin1String("properties.storage.type") && difference.wanted.toString() == QLatin1String("Premium_LRS") && difference.found.toString().isEmpty();
}

} // namespace

Comparison change(StepKind kind, const QJsonObject &wanted, const QJsonObject *found)
{
    Comparison comparison;
    if (!found) {
        comparison.change = Change::Create;
        return comparison;
    }
    if (kind == StepKind::InteractiveAuthoring)
        return comparison; // it goes off by itself; a run switches it on again when it tests
    differInObject(QString(), wanted, *found, comparison.differences);
    QList<Difference> &all = comparison.differences;
    all.erase(std::remove_if(all.begin(), all.end(), [](const Difference &each) { return holdsIdentity(each) || isDefaultStorage(each); }), all.end());
    for (const ImmutablePaths &row : immutablePaths()) {
        for (const Difference &each : all) {
            const bool hit = row.kind == kind && std::any_of(row.paths.cbegin(), row.paths.cend(), [&](const QString &path) {
                return each.path == path || each.path.startsWith(path + QLatin1Char('.'));
            });
            if (hit && !mayGrow(each))
                comparison.immutable << each.path;
        }
    }
    if (!all.isEmpty())
        comparison.change = Change::Update;
    return comparison;
}

} // namespace causeway
