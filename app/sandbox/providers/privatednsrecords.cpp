// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkparts.h"
#include "sandbox/providers/privatedns.h"

#include <QHostAddress>
#include <QRegularExpression>
#include <algorithm>

namespace causeway::sandbox::privatedns {

// Record sets: synchronous, unlike everything else here (facts §4.3).

using namespace network; // inside this namespace only

//! How one type of record is written in JSON.
struct RecordForm {
    const char *type;
    const char *holder;      //!< member of properties
    bool many;               //!< an array of records, or the one record
    const char *members;     //!< of a record
};
static constexpr RecordForm recordForms[] = {
    {"A", "aRecords", true, "ipv4Address:s"},
    {"AAAA", "aaaaRecords", true, "ipv6Address:s"},
    {"CNAME", "cnameRecord", false, "cname:s"},
    {"MX", "mxRecords", true, "exchange:s preference:n"},
    {"PTR", "ptrRecords", true, "ptrdname:s"},
    {"SOA", "soaRecord", false, "email:s expireTime:n host:s minimumTtl:n refreshTime:n retryTime:n serialNumber:n"},
    {"SRV", "srvRecords", true, "port:n priority:n target:s weight:n"},
    {"TXT", "txtRecords", true, "value:S"},
};
static constexpr QLatin1String recordMembers("aRecords:a aaaaRecords:a cnameRecord:o mxRecords:a ptrRecords:a soaRecord:o srvRecords:a "
                                             "txtRecords:a ttl:n metadata:o fqdn:s isAutoRegistered:b provisioningState:s");
static constexpr int mostRecords = 20;

static QString recordType(const RecordForm &form)
{
    return QString(type::zone) + QLatin1Char('/') + QLatin1String(form.type);
}

//! "pgdemo01.privatelink.postgres.database.azure.com." of a record set's id.
static QString recordName(const QString &id)
{
    const QString name = nameOf(id);
    const QString zone = nameOf(parentOf(id)) + QLatin1Char('.');
    return name == QLatin1String("@") ? zone : name + QLatin1Char('.') + zone;
}

static Resource &newRecord(State &state, const QString &id, const RecordForm &form)
{
    Resource record;
    record.id = id;
    record.type = recordType(form);
    record.name = nameOf(id);
    record.body = {{member::id, id}, {member::name, record.name}, {QStringLiteral("type"), record.type},
                   {member::properties, QJsonObject{{QStringLiteral("fqdn"), recordName(id)}, {QStringLiteral("isAutoRegistered"), false}}}};
    return state.put(record);
}

// --- what the service writes by itself ------------------------------------------------------------

void writeStartOfAuthority(State &state, const QString &zone)
{
    const QJsonObject authority{{QStringLiteral("email"), QStringLiteral("azureprivatedns-host.microsoft.com")},
                                {QStringLiteral("host"), QStringLiteral("azureprivatedns.net")},
                                {QStringLiteral("refreshTime"), 3600},
                                {QStringLiteral("retryTime"), 300},
                                {QStringLiteral("expireTime"), 2419200},
                                {QStringLiteral("minimumTtl"), 10},
                                {QStringLiteral("serialNumber"), 1}};
    setDns(state, newRecord(state, zone + QStringLiteral("/SOA/@"), recordForms[5]),
           {{QStringLiteral("ttl"), 3600}, {QStringLiteral("soaRecord"), authority}});
}

static QString creatorIn(const Resource &record)
{
    return propertiesOf(record).value(QLatin1String("metadata")).toObject().value(QLatin1String("creator")).toString();
}

void writeEndpointRecord(State &state, const QString &zone, const QString &name, const QString &address, const QString &creator,
                         TimePoint now, const QString &by)
{
    const Resource *known = state.find(zone);
    const QString id = (known ? known->id : zone) + QStringLiteral("/A/") + name;
    const bool created = !state.find(id);
    Resource &record = created ? newRecord(state, id, recordForms[0]) : *state.find(id);
    setDns(state, record, {{QStringLiteral("ttl"), 10},
                           {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("creator"), creator}}},
                           {QStringLiteral("aRecords"), QJsonArray{QJsonObject{{QStringLiteral("ipv4Address"), address}}}}});
    state.record(record.id, created ? QStringLiteral("created") : QStringLiteral("updated"), now, by);
}

void removeEndpointRecord(State &state, const QString &zone, const QString &name, const QString &creator, TimePoint now, const QString &by)
{
    const Resource *record = state.find(zone + QStringLiteral("/A/") + name);
    if (!record || creatorIn(*record) != creator)
        return;
    const QString id = record->id;
    state.remove(id);
    state.record(id, QStringLiteral("deleted"), now, by);
}

// --- rules ---------------------------------------------------------------------------------------

static bool isRecordName(const QString &name)
{
    static const QRegularExpression label(QStringLiteral("^([A-Za-z0-9_-]{1,63}|\\*)$"));
    const QStringList labels = name.split(QLatin1Char('.'));
    return name == QLatin1String("@") || std::all_of(labels.begin(), labels.end(), [&](const QString &one) { return label.match(one).hasMatch(); });
}

static Refusal badAddressIn(const QJsonObject &record, const RecordForm &form)
{
    const QString v4 = record.value(QLatin1String("ipv4Address")).toString();
    const QString v6 = record.value(QLatin1String("ipv6Address")).toString();
    const bool a = qstrcmp(form.type, "A") == 0;
    const bool aaaa = qstrcmp(form.type, "AAAA") == 0;
    if ((a && !addressFromText(v4)) || (aaaa && QHostAddress(v6).protocol() != QAbstractSocket::IPv6Protocol))
        return badRequest(QStringLiteral("The IP address '%1' of the record is not valid.").arg((a ? v4 : v6).left(100)));
    return std::nullopt;
}

static Refusal badRecords(const QJsonObject &properties, const RecordForm &form)
{
    for (const RecordForm &other : recordForms) {
        if (&other != &form && properties.contains(QLatin1String(other.holder)) && !properties.value(QLatin1String(other.holder)).isNull())
            return badRequest(QStringLiteral("A record set of type '%1' cannot hold '%2'.").arg(QLatin1String(form.type), QLatin1String(other.holder)));
    }
    const QJsonValue held = properties.value(QLatin1String(form.holder));
    const QJsonArray records = form.many ? held.toArray() : held.isObject() ? QJsonArray{held} : QJsonArray();
    if (records.size() > mostRecords)
        return badRequest(QStringLiteral("A record set can have at most %1 records.").arg(mostRecords));
    for (const QJsonValue &one : records) {
        if (const auto wrong = foreignMember(one.toObject(), QLatin1String(form.holder), QLatin1String(form.members), QLatin1String(form.holder)))
            return badRequest(*wrong);
        if (Refusal refused = badAddressIn(one.toObject(), form))
            return refused;
    }
    return std::nullopt;
}

//! An alias stands alone (RFC 1034 §3.6.2).
static Refusal aliasConflict(const State &state, const QString &id, const RecordForm &form)
{
    const QString zone = parentOf(id);
    const bool alias = qstrcmp(form.type, "CNAME") == 0;
    if (alias && nameOf(id) == QLatin1String("@"))
        return badRequest(QStringLiteral("A CNAME record set cannot be created at the zone apex '@'."));
    for (const RecordForm &other : recordForms) {
        const bool clash = &other != &form && (alias || qstrcmp(other.type, "CNAME") == 0);
        if (clash && state.find(zone + QLatin1Char('/') + QLatin1String(other.type) + QLatin1Char('/') + nameOf(id)))
            return Response::error(409, QStringLiteral("Conflict"),
                                   QStringLiteral("A record set with type '%1' already exists at '%2': a CNAME record set cannot share its name.")
                                       .arg(QLatin1String(other.type), nameOf(id)));
    }
    return std::nullopt;
}

static Refusal badRecordSet(Call &call, const RecordForm &form, const Resource *known)
{
    if (auto wrong = foreignMember(call.body, QStringLiteral("RecordSet"), QLatin1String("id:s name:s type:s etag:s properties:o systemData:o"), {}))
        return badRequest(*wrong);
    const QJsonObject properties = call.body.value(member::properties).toObject();
    if (auto wrong = foreignMember(properties, QStringLiteral("RecordSetProperties"), recordMembers, QStringLiteral("properties")))
        return badRequest(*wrong);
    if (!isRecordName(nameOf(call.id)))
        return badRequest(QStringLiteral("The record set name '%1' is invalid.").arg(nameOf(call.id).left(300)));
    const QJsonValue ttl = properties.value(QLatin1String("ttl"));
    if ((call.request.method == "PUT" || !ttl.isUndefined()) && (ttl.toDouble() < 1 || ttl.toDouble() > 2147483647.0))
        return badRequest(QStringLiteral("The TTL of record set '%1' must be from 1 to 2147483647 seconds.").arg(nameOf(call.id)));
    if (!known && qstrcmp(form.type, "SOA") == 0)
        return badRequest(QStringLiteral("A record set of type SOA exists only at the zone apex '@' and is made with the zone."));
    if (Refusal refused = badRecords(properties, form))
        return refused;
    return aliasConflict(call.state, call.id, form);
}

// --- routes -------------------------------------------------------------------------------------------

static Response missingRecord(Call &call)
{
    if (!call.state.find(parentOf(call.id)))
        return notFound(call.state, call.id, QString(type::zone) + QStringLiteral("/record"));
    return Response::error(404, QStringLiteral("NotFound"),
                           QStringLiteral("The resource record '%1' does not exist in resource group '%2' of subscription '%3'.")
                               .arg(recordName(call.id).chopped(1), call.resourceGroup, call.subscription));
}

static Response writeRecord(Call &call, const RecordForm &form)
{
    const Resource *zone = call.state.find(parentOf(call.id));
    Resource *known = call.state.find(call.id);
    if (!zone)
        return parentNotFound(call.id, recordType(form));
    if (call.request.method == "PATCH" && !known)
        return missingRecord(call);
    if (Refusal refused = badRecordSet(call, form, known))
        return *refused;
    if (Refusal refused = preconditionFailed(call, known))
        return *refused;
    const bool created = !known;
    Resource &record = known ? *known : newRecord(call.state, call.id, form);
    const QJsonObject wanted = call.body.value(member::properties).toObject();
    QJsonObject changes;
    for (const char *name : {"ttl", "metadata", form.holder}) {
        if (wanted.contains(QLatin1String(name)))
            changes.insert(QLatin1String(name), wanted.value(QLatin1String(name)));
    }
    if (form.many && created && !changes.contains(QLatin1String(form.holder)))
        changes.insert(QLatin1String(form.holder), QJsonArray());
    if (call.request.method == "PUT" && !created && !changes.contains(QLatin1String("metadata")))
        changes.insert(QStringLiteral("metadata"), QJsonObject());
    setDns(call.state, record, changes);
    call.state.record(record.id, created ? QStringLiteral("created") : QStringLiteral("updated"), call.now, call.request.principal);
    return Response::json(created ? 201 : 200, record.body);
}

static Response getRecord(Call &call)
{
    const Resource *record = call.state.find(call.id);
    return record ? Response::json(200, record->body) : missingRecord(call);
}

static Response deleteRecord(Call &call, const RecordForm &form)
{
    const Resource *record = call.state.find(call.id);
    if (qstrcmp(form.type, "SOA") == 0)
        return badRequest(QStringLiteral("The record set of type SOA cannot be deleted."));
    if (!record)
        return Response::empty(204);
    if (Refusal refused = preconditionFailed(call, record))
        return *refused;
    const QString id = record->id;
    call.state.remove(id);
    call.state.record(id, QStringLiteral("deleted"), call.now, call.request.principal);
    return Response::empty(200);
}

//! `type`: nothing for all of them.
static Response listRecords(Call &call, const QString &type)
{
    const QString zone = call.id;
    if (!call.state.find(zone))
        return missingResource(zone);
    const QString suffix = call.request.queryValue(QStringLiteral("$recordsetnamesuffix"));
    QJsonArray items;
    for (const Resource *one : call.state.below(zone)) {
        const bool isRecord = one->type.startsWith(QString(network::type::zone) + QLatin1Char('/')) && one->type != network::type::link;
        if (isRecord && (type.isEmpty() || one->type == type) && one->name.endsWith(suffix, Qt::CaseInsensitive))
            items.append(one->body);
    }
    return call.world.page(call, items);
}

std::vector<Route> recordRoutes()
{
    const QString zone = groupPattern(QStringLiteral("privateDnsZones/{z}/"));
    std::vector<Route> routes{{"GET", zone + QStringLiteral("ALL"), QString(type::zone) + QStringLiteral("/ALL/read"),
                               [](Call &call) { return listRecords(call, {}); }, false}};
    for (const RecordForm &form : recordForms) {
        const QString kind = recordType(form);
        const QString all = zone + QLatin1String(form.type);
        const QString one = all + QStringLiteral("/{r}");
        const auto write = [&form](Call &call) { return writeRecord(call, form); };
        routes.push_back({"GET", all, kind + QStringLiteral("/read"), [kind](Call &call) { return listRecords(call, kind); }, false});
        routes.push_back({"GET", one, kind + QStringLiteral("/read"), getRecord, false});
        routes.push_back({"PUT", one, kind + QStringLiteral("/write"), write});
        routes.push_back({"PATCH", one, kind + QStringLiteral("/write"), write});
        routes.push_back({"DELETE", one, kind + QStringLiteral("/delete"), [&form](Call &call) { return deleteRecord(call, form); }});
    }
    return routes;
}

} // namespace causeway::sandbox::privatedns
