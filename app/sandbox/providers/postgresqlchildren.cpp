// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresql.h"
#include "sandbox/providers/postgresqlparts.h"

#include <QHostAddress>
#include <QRegularExpression>
#include <QUuid>
#include <algorithm>

//! Firewall rules, databases, Entra administrators, backups: four kinds of children that are read, written and deleted alike.

namespace causeway::sandbox::postgresql {

namespace {

//! What a write comes to: a refusal, or the body's properties and an effect that has to succeed first.
struct ChildWrite {
    Refusal refusal;
    QJsonObject properties;
    quint64 effect = 0;
};

struct ChildKind {
    const char *segment;       //!< firewallRules
    const char *word;          //!< as in UpsertFirewallRuleManagementOperation
    const char *namePattern;
    ChildWrite (*write)(Call &call, const Resource &server, const Resource *now);
    Refusal (*mayDelete)(Call &call, const Resource &server, const Resource &now);
    quint64 (*deleteEffect)(State &state, const Resource &server, const Resource &now);
};

QJsonValue property(const Call &call, const char *name)
{
    return call.body.value("properties"_t).toObject().value(QString::fromLatin1(name));
}

// --- firewall rules -----------------------------------------------------------------------------------------------------

//! Dotted quads only: QHostAddress alone would take "1.2" or "::1" as well.
std::optional<quint32> dottedQuad(const QString &text)
{
    static const QRegularExpression shape("^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)$"_t);
    if (!shape.match(text).hasMatch())
        return {};
    return QHostAddress(text).toIPv4Address();
}

ChildWrite writeFirewallRule(Call &call, const Resource &server, const Resource * /*now*/)
{
    if (!textAt(server, "properties.network.delegatedSubnetResourceId"_t).isEmpty())
        return {invalidValue("FirewallRule"_t, "Firewall rules are not supported on servers with private access (VNet Integration)."_t), {}};
    QList<quint32> addresses;
    for (const char *name : {"startIpAddress", "endIpAddress"}) {
        const QJsonValue value = property(call, name);
        const QString path = "properties."_t + QString::fromLatin1(name);
        if (value.isUndefined() || value.isNull())
            return {missingParameter(QString::fromLatin1(name)), {}};
        if (!value.isString())
            return {wrongType(path, "System.String"_t), {}};
        const std::optional<quint32> address = dottedQuad(value.toString());
        if (!address)
            return {invalidValue(QString::fromLatin1(name)), {}};
        addresses.append(*address);
    }
    if (addresses.first() > addresses.last())
        return {invalidValue("endIpAddress"_t, "The end address must not be lower than the start address."_t), {}};
    return {{}, {{"startIpAddress"_t, property(call, "startIpAddress")}, {"endIpAddress"_t, property(call, "endIpAddress")}}};
}

// --- databases ----------------------------------------------------------------------------------------------------------

bool isSystemDatabase(const QString &name)
{
    return QStringList{"postgres"_t, "azure_maintenance"_t, "azure_sys"_t}.contains(name.toLower());
}

ChildWrite writeDatabase(Call &call, const Resource &server, const Resource *now)
{
    static const QRegularExpression charsetShape("^[a-zA-Z]+\\w*$"_t);
    static const QRegularExpression collationShape("^[a-zA-Z\\-]+([. ]|\\w)*$"_t);
    const std::tuple<const char *, QString, const QRegularExpression *> members[] = {
        {"charset", "UTF8"_t, &charsetShape}, {"collation", "en_US.utf8"_t, &collationShape}};
    QJsonObject properties;
    for (const auto &[name, otherwise, shape] : members) {
        const QJsonValue value = property(call, name);
        if (!value.isUndefined() && !value.isNull() && !value.isString())
            return {wrongType("properties."_t + QString::fromLatin1(name), "System.String"_t), {}};
        const QString text = value.toString(otherwise);
        if (!shape->match(text).hasMatch())
            return {invalidValue(QString::fromLatin1(name)), {}};
        properties.insert(QString::fromLatin1(name), text);
    }
    if (now) { // the same again changes nothing; another character set is another database
        if (now->body.value("properties"_t).toObject() != properties)
            return {invalidValue("collation"_t, "Character set and collation of a database cannot be changed."_t), {}};
        return {{}, properties};
    }
    const QJsonObject arguments{{"name"_t, call.names.value(3)}, {"charset"_t, properties.value("charset"_t)},
                                {"collation"_t, properties.value("collation"_t)}};
    return {{}, properties, call.state.emitEffect("createDatabase"_t, key(server.id), arguments)};
}

Refusal mayDropDatabase(Call & /*call*/, const Resource & /*server*/, const Resource &now)
{
    if (isSystemDatabase(now.name))
        return invalidValue("DatabaseName"_t, "System database '%1' cannot be dropped."_t.arg(now.name));
    return {};
}

quint64 dropDatabase(State &state, const Resource &server, const Resource &now)
{
    return state.emitEffect("dropDatabase"_t, key(server.id), {{"name"_t, now.name}});
}

// --- Entra administrators -----------------------------------------------------------------------------------------------

ChildWrite writeAdministrator(Call &call, const Resource &server, const Resource * /*now*/)
{
    static const QStringList types{"User"_t, "Group"_t, "ServicePrincipal"_t, "Unknown"_t};
    const QString objectId = call.names.value(3);
    const QJsonValue name = property(call, "principalName");
    const QJsonValue type = property(call, "principalType");
    if (textAt(server, "properties.authConfig.activeDirectoryAuth"_t) != "Enabled"_t)
        return {Response::error(400, call.state.setting("postgresqlEntraOffCode"_t, "InvalidParameterValue"_t).toString(),
                                "Microsoft Entra authentication is not enabled on server '%1'. Enable authConfig.activeDirectoryAuth "
                                "before adding administrators."_t.arg(server.name)), {}};
    if (QUuid::fromString(objectId).isNull())
        return {invalidValue("objectId"_t), {}};
    if (!name.isUndefined() && !name.isNull() && !name.isString())
        return {wrongType("properties.principalName"_t, "System.String"_t), {}};
    if (name.toString().isEmpty())
        return {missingParameter("PrincipalName"_t), {}};
    if (!type.isUndefined() && !type.isNull() && !types.contains(type.toString(), Qt::CaseInsensitive))
        return {invalidValue("PrincipalType"_t), {}};
    const QJsonObject arguments{{"name"_t, name}, {"token"_t, entraToken(call.state, objectId)}, {"admin"_t, true}};
    return {{}, {{"objectId"_t, objectId}, {"principalName"_t, name}, {"principalType"_t, type.toString("Unknown"_t)}},
            call.state.emitEffect("addEntraRole"_t, key(server.id), arguments)};
}

quint64 dropAdministrator(State &state, const Resource &server, const Resource &now)
{
    return state.emitEffect("dropRole"_t, key(server.id), {{"name"_t, textAt(now, "properties.principalName"_t)}});
}

// --- backups ------------------------------------------------------------------------------------------------------------

ChildWrite writeBackup(Call & /*call*/, const Resource & /*server*/, const Resource *now)
{
    if (now)
        return {invalidValue("BackupName"_t, "A backup with this name already exists."_t), {}};
    return {{}, {{"backupType"_t, "Customer On-Demand"_t}, {"source"_t, "Customer Initiated"_t}}};
}

Refusal mayAlways(Call & /*call*/, const Resource & /*server*/, const Resource & /*now*/)
{
    return {};
}

quint64 noEffect(State & /*state*/, const Resource & /*server*/, const Resource & /*now*/)
{
    return 0;
}

constexpr ChildKind childKinds[] = {
    {"firewallRules", "FirewallRules", "^[a-zA-Z0-9][-_a-zA-Z0-9]{0,79}(?<!-)$", writeFirewallRule, mayAlways, noEffect},
    {"databases", "Database", "^[a-zA-Z_][\\w\\-]{0,62}$", writeDatabase, mayDropDatabase, dropDatabase},
    {"administrators", "Administrator", "^[0-9a-fA-F-]{36}$", writeAdministrator, mayAlways, dropAdministrator},
    {"backups", "Backup", "^[-\\w\\._]{1,128}$", writeBackup, mayAlways, noEffect},
};

// --- the same for all ---------------------------------------------------------------------------------------------------

QString segmentOf(const ChildKind &kind)
{
    return QString::fromLatin1(kind.segment);
}

Response listChildren(Call &call, const ChildKind &kind)
{
    const Resource *server = visibleServer(call);
    if (!server)
        return notFound(serverIdOf(call.id));
    QJsonArray items;
    for (const Resource *child : call.state.list(server->id, typeOf(segmentOf(kind))))
        items.append(child->body);
    return call.world.page(call, items);
}

Response getChild(Call &call)
{
    const Resource *child = visibleServer(call) ? call.state.find(call.id) : nullptr;
    if (!child)
        return notFound(visibleServer(call) ? call.id : serverIdOf(call.id));
    return Response::json(200, child->body);
}

Milliseconds childDuration(State &state, const ChildKind &kind)
{
    return QLatin1String(kind.segment) == QLatin1String("backups") ? state.duration("postgresqlBackupSeconds"_t, 120)
                                                                   : state.duration("postgresqlChildSeconds"_t, 15);
}

Response putChild(Call &call, const ChildKind &kind)
{
    Resource *server = visibleServer(call);
    if (!server)
        return parentNotFound(call.id);
    if (!QRegularExpression(QString::fromLatin1(kind.namePattern)).match(call.names.value(3)).hasMatch())
        return invalidValue("name"_t, "'%1' is not a valid name."_t.arg(call.names.value(3).left(260)));
    const QJsonValue properties = call.body.value("properties"_t);
    if (!properties.isUndefined() && !properties.isObject())
        return wrongType("properties"_t, "System.Object"_t);
    if (Refusal refusal = notWritable(call, *server))
        return *refusal;
    const ChildWrite write = kind.write(call, *server, call.state.find(call.id));
    if (write.refusal)
        return *write.refusal;
    const QString word = "Upsert%1ManagementOperation"_t.arg(QString::fromLatin1(kind.word));
    return accept(call, *server, {word, "childWritten"_t, call.id, childDuration(call.state, kind),
                                  {{"segment"_t, segmentOf(kind)}, {"properties"_t, write.properties}}, write.effect});
}

Response deleteChild(Call &call, const ChildKind &kind)
{
    Resource *server = visibleServer(call);
    const Resource *child = server ? call.state.find(call.id) : nullptr;
    if (!child)
        return Response::empty(204);
    if (Refusal refusal = notWritable(call, *server))
        return *refusal;
    if (Refusal refusal = kind.mayDelete(call, *server, *child))
        return *refusal;
    const quint64 effect = kind.deleteEffect(call.state, *server, *child);
    const QString word = "Drop%1ManagementOperation"_t.arg(QString::fromLatin1(kind.word));
    return accept(call, *server, {word, "childDropped"_t, child->id, childDuration(call.state, kind), {}, effect});
}

//! With public access off, edits of firewall rules are discarded (facts §2.2).
bool discarded(const Resource &server, const QString &segment)
{
    return segment == "firewallRules"_t && textAt(server, "properties.network.publicNetworkAccess"_t) == "Disabled"_t;
}

void putChildResource(State &state, const QString &id, const QString &segment, const QJsonObject &properties, TimePoint now)
{
    Resource child;
    child.id = id;
    child.type = typeOf(segment);
    child.name = id.section(u'/', -1);
    if (const Resource *old = state.find(id)) {
        child = *old;
        child.changed = now;
    } else {
        child.created = child.changed = now;
    }
    child.body = {{"id"_t, child.id}, {"name"_t, child.name}, {"type"_t, child.type}, {"properties"_t, properties}};
    state.put(std::move(child));
}

void childWritten(World &world, const Transition &transition, TimePoint now)
{
    State &state = world.state();
    Resource *server = state.find(serverIdOf(transition.target));
    if (const Failure failure = server ? failureOf(state, transition.outcome) : Failure(unexpected(state)))
        return conclude(world, transition, now, failure);
    const QString segment = transition.arguments.value("segment"_t).toString();
    QJsonObject properties = transition.arguments.value("properties"_t).toObject();
    if (segment == "backups"_t) {
        properties.insert("completedTime"_t, toText(now));
        if (textAt(*server, "properties.backup.earliestRestoreDate"_t).isEmpty())
            setAt(server->body, "properties.backup.earliestRestoreDate"_t, toText(now));
    }
    const bool drop = discarded(*server, segment);
    const bool existed = state.find(transition.target) != nullptr;
    conclude(world, transition, now);
    if (drop)
        return;
    putChildResource(state, transition.target, segment, properties, now);
    state.record(transition.target, existed ? "updated"_t : "created"_t, now, objectIdOf(transition));
}

void childDropped(World &world, const Transition &transition, TimePoint now)
{
    State &state = world.state();
    const Resource *server = state.find(serverIdOf(transition.target));
    const Resource *child = state.find(transition.target);
    const Failure failure = failureOf(state, transition.outcome);
    conclude(world, transition, now, failure);
    if (failure || !server || !child || discarded(*server, child->type.section(u'/', -1)))
        return;
    state.remove(transition.target);
    state.record(transition.target, "deleted"_t, now, objectIdOf(transition));
}

} // namespace

void addDefaultDatabases(State &state, const Resource &server, TimePoint now)
{
    for (const QString &name : {"azure_maintenance"_t, "azure_sys"_t, "postgres"_t}) {
        const QString database = server.id + "/databases/"_t + name;
        if (!state.find(database))
            putChildResource(state, database, "databases"_t, {{"charset"_t, "UTF8"_t}, {"collation"_t, "en_US.utf8"_t}}, now);
    }
}

void addChildRoutes(std::vector<Route> &routes)
{
    for (const ChildKind &kind : childKinds) {
        const QString segment = segmentOf(kind);
        const QString action = "Microsoft.DBforPostgreSQL/flexibleServers/%1/%2"_t;
        const QString pattern = serverPattern(u'/' + segment);
        routes.push_back({"GET", pattern, action.arg(segment, "read"_t), [&kind](Call &call) { return listChildren(call, kind); }, false});
        routes.push_back({"GET", pattern + "/{child}"_t, action.arg(segment, "read"_t), getChild, false});
        routes.push_back({"PUT", pattern + "/{child}"_t, action.arg(segment, "write"_t), [&kind](Call &call) { return putChild(call, kind); },
                          true, segment != "backups"_t}); // a backup has nothing but its name
        routes.push_back({"DELETE", pattern + "/{child}"_t, action.arg(segment, "delete"_t),
                          [&kind](Call &call) { return deleteChild(call, kind); }});
    }
}

QList<Step> childSteps()
{
    return {{"childWritten"_t, childWritten}, {"childDropped"_t, childDropped}};
}

} // namespace causeway::sandbox::postgresql
