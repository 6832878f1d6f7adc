// SPDX-License-Identifier: Apache-2.0
#include "sandbox/state.h"

namespace causeway::sandbox {

// One "tie" a type names its members once, for writing and for reading.
namespace statejson {

QJsonValue written(const QString &value) { return value; }
QJsonValue written(const QJsonObject &value) { return value; }
QJsonValue written(const QJsonArray &value) { return value; }
QJsonValue written(double value) { return value; }
QJsonValue written(quint64 value) { return QString::number(value); } // JSON numbers end at 2^53
QJsonValue written(TimePoint value) { return double(value.time_since_epoch().count()); }
QJsonValue written(const std::optional<TimePoint> &value) { return value ? written(*value) : QJsonValue(); }
QJsonValue written(const QStringList &value) { return QJsonArray::fromStringList(value); }
QJsonValue written(const QMap<QString, QString> &value)
{
    QJsonObject object;
    for (auto it = value.begin(); it != value.end(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

void take(const QJsonValue &json, QString &value) { value = json.toString(); }
void take(const QJsonValue &json, QJsonObject &value) { value = json.toObject(); }
void take(const QJsonValue &json, QJsonArray &value) { value = json.toArray(); }
void take(const QJsonValue &json, double &value) { value = json.toDouble(); }
void take(const QJsonValue &json, quint64 &value) { value = json.toString().toULongLong(); }
void take(const QJsonValue &json, TimePoint &value) { value = TimePoint(Milliseconds(qint64(json.toDouble()))); }
void take(const QJsonValue &json, std::optional<TimePoint> &value)
{
    if (json.isDouble())
        value = TimePoint(Milliseconds(qint64(json.toDouble())));
}
void take(const QJsonValue &json, QStringList &value)
{
    for (const QJsonValue &one : json.toArray())
        value.append(one.toString());
}
void take(const QJsonValue &json, QMap<QString, QString> &value)
{
    const QJsonObject object = json.toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        value.insert(it.key(), it.value().toString());
}

struct Writer {
    QJsonObject json;
    template <class T>
    void operator()(const char *name, T &value) { json.insert(QLatin1String(name), written(value)); }
};
struct Reader {
    QJsonObject json;
    template <class T>
    void operator()(const char *name, T &value) { take(json.value(QLatin1String(name)), value); }
};

template <class V>
void tie(V &v, Resource &o)
{
    v("id", o.id), v("type", o.type), v("name", o.name), v("body", o.body), v("hidden", o.hidden);
    v("created", o.created), v("changed", o.changed);
}
template <class V>
void tie(V &v, Operation &o)
{
    v("id", o.id), v("provider", o.provider), v("resource", o.resource), v("status", o.status), v("started", o.started);
    v("ended", o.ended), v("error", o.error), v("result", o.result), v("extra", o.extra);
}
template <class V>
void tie(V &v, Transition &o)
{
    v("due", o.due), v("sequence", o.sequence), v("provider", o.provider), v("kind", o.kind), v("target", o.target);
    v("operation", o.operation), v("arguments", o.arguments), v("waitsFor", o.waitsFor), v("outcome", o.outcome);
}
template <class V>
void tie(V &v, Effect &o)
{
    v("id", o.id), v("kind", o.kind), v("server", o.server), v("arguments", o.arguments);
}
template <class V>
void tie(V &v, LedgerEntry &o)
{
    v("sequence", o.sequence), v("resource", o.resource), v("effect", o.effect), v("at", o.at), v("by", o.by);
}
template <class V>
void tie(V &v, Principal &o)
{
    v("objectId", o.objectId), v("userPrincipalName", o.userPrincipalName), v("displayName", o.displayName), v("kind", o.kind);
    v("tenant", o.tenant), v("secret", o.secret), v("clientId", o.clientId), v("home", o.home);
    v("certificates", o.certificates), v("federated", o.federated);
}
template <class V>
void tie(V &v, Tenant &o)
{
    v("id", o.id), v("displayName", o.displayName), v("defaultDomain", o.defaultDomain), v("countryCode", o.countryCode);
}
template <class V>
void tie(V &v, Subscription &o)
{
    v("id", o.id), v("displayName", o.displayName), v("tenant", o.tenant), v("state", o.state), v("registrations", o.registrations);
}
template <class V>
void tie(V &v, RoleAssignment &o)
{
    v("principal", o.principal), v("scope", o.scope), v("role", o.role), v("actions", o.actions);
    v("notActions", o.notActions), v("dataActions", o.dataActions);
}

template <class T>
QJsonArray writtenList(const QList<T> &list)
{
    QJsonArray array;
    for (T item : list) {
        Writer writer;
        tie(writer, item);
        array.append(writer.json);
    }
    return array;
}

template <class T>
QList<T> readList(const QJsonValue &json)
{
    QList<T> list;
    for (const QJsonValue &one : json.toArray()) {
        Reader reader{one.toObject()};
        T item;
        tie(reader, item);
        list.append(std::move(item));
    }
    return list;
}

template <class Map>
auto values(const Map &map)
{
    QList<typename Map::mapped_type> list;
    for (const auto &[place, value] : map)
        list.append(value);
    return list;
}

template <class V>
void tieValues(V &v, State &s)
{
    v("policies", s.policies), v("settings", s.settings), v("signIn", s.signIn), v("locations", s.locations), v("timeScale", s.timeScale);
    v("seed", s.seed), v("counter", s.counter), v("requests", s.requests), v("now", s.now);
}

} // namespace statejson

QJsonObject State::toJson() const
{
    State copy = *this;
    statejson::Writer writer;
    statejson::tieValues(writer, copy);
    QJsonObject &json = writer.json;
    const auto add = [&](const char *name, const auto &list) { json.insert(QLatin1String(name), statejson::writtenList(list)); };
    json.insert(QStringLiteral("causewayState"), 1);
    add("resources", statejson::values(resources));
    add("operations", statejson::values(operations));
    add("agenda", statejson::values(agenda));
    add("effects", inFlight + effects);
    add("ledger", ledger);
    add("tenants", tenants);
    add("subscriptions", subscriptions);
    add("principals", principals);
    add("roles", roles);
    return json;
}

std::optional<State> State::fromJson(const QJsonObject &json)
{
    if (json.value(QLatin1String("causewayState")).toInt() != 1)
        return std::nullopt;
    State state;
    statejson::Reader reader{json};
    statejson::tieValues(reader, state);
    const auto at = [&](const char *name) { return json.value(QLatin1String(name)); };
    for (Resource &one : statejson::readList<Resource>(at("resources")))
        state.resources.emplace(key(one.id), one);
    for (Operation &one : statejson::readList<Operation>(at("operations")))
        state.operations.emplace(one.id, one);
    for (Transition &one : statejson::readList<Transition>(at("agenda")))
        state.agenda.emplace(std::pair(qint64(one.due.time_since_epoch().count()), one.sequence), one);
    for (const Effect &one : statejson::readList<Effect>(at("effects"))) {
        if (one.kind != QLatin1String("connect")) // whoever waited for that answer is gone
            state.effects.append(one);
    }
    state.ledger = statejson::readList<LedgerEntry>(at("ledger"));
    state.tenants = statejson::readList<Tenant>(at("tenants"));
    state.subscriptions = statejson::readList<Subscription>(at("subscriptions"));
    state.principals = statejson::readList<Principal>(at("principals"));
    state.roles = statejson::readList<RoleAssignment>(at("roles"));
    return state;
}

} // namespace causeway::sandbox
