// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/postgresql.h"
#include "sandbox/providers/postgresqlparts.h"

#include <QRegularExpression>
#include <algorithm>

//! Server parameters. A server keeps only what differs from the table, in hidden member "parameters":
//! name → {"value", "source", "pending": value after the next restart}.

namespace causeway::sandbox::postgresql {

namespace {

struct ServerParameter {
    const char *name;
    const char *type;     //!< Boolean, Enumeration, Integer, Numeric, Set, String
    const char *value;    //!< default
    const char *allowed;  //!< comma list, range a-b, or regular expression
    bool isDynamic;
    bool isReadOnly;
    const char *unit;     //!< "": none
    const char *description;
};

constexpr ServerParameter serverParameters[] = {
    {"archive_mode", "Enumeration", "always", "always,on,off", false, true, "", "Allows archiving of WAL files using archive_command."},
    {"autovacuum", "Boolean", "on", "on,off", true, false, "", "Controls whether the server runs the autovacuum subprocess."},
    {"autovacuum_naptime", "Integer", "60", "1-2147483", true, false, "seconds", "Minimum delay between autovacuum runs on any given database."},
    {"azure.accepted_password_auth_method", "Set", "md5,scram-sha-256", "md5,scram-sha-256", true, false, "", "Accepted password authentication methods."},
    {"azure.extensions", "Set", "", "^[A-Za-z0-9_,\\- ]*$", true, false, "", "Extensions that may be created in databases of this server."},
    {"backslash_quote", "Enumeration", "safe_encoding", "safe_encoding,on,off", true, false, "", "Whether \\' is allowed in string literals."},
    {"connection_throttle.enable", "Boolean", "off", "on,off", true, false, "", "Temporary throttling per IP address after failed sign-ins."},
    {"idle_in_transaction_session_timeout", "Integer", "0", "0-2147483647", true, false, "milliseconds", "Ends sessions that are idle in a transaction for longer than this."},
    {"lock_timeout", "Integer", "0", "0-2147483647", true, false, "milliseconds", "Longest wait for a lock."},
    {"log_checkpoints", "Boolean", "on", "on,off", true, false, "", "Logs each checkpoint."},
    {"log_connections", "Boolean", "on", "on,off", true, false, "", "Logs each successful connection."},
    {"log_disconnections", "Boolean", "on", "on,off", true, false, "", "Logs the end of a session."},
    {"log_lock_waits", "Boolean", "off", "on,off", true, false, "", "Logs long lock waits."},
    {"log_min_duration_statement", "Integer", "-1", "-1-2147483647", true, false, "milliseconds", "Logs statements that ran at least this long."},
    {"log_statement", "Enumeration", "none", "none,ddl,mod,all", true, false, "", "Sets the type of statements logged."},
    {"maintenance_work_mem", "Integer", "216064", "1024-2097151", true, false, "1KB", "Memory for maintenance operations."},
    {"max_connections", "Integer", "859", "25-5000", false, false, "", "Maximum number of concurrent connections."},
    {"max_prepared_transactions", "Integer", "0", "0-262143", false, false, "", "Maximum number of transactions prepared at the same time."},
    {"max_wal_senders", "Integer", "10", "5-100", false, false, "", "Maximum number of running WAL sender processes."},
    {"password_encryption", "Enumeration", "scram-sha-256", "md5,scram-sha-256", true, false, "", "Algorithm for storing passwords."},
    {"pgbouncer.enabled", "Boolean", "false", "true,false", true, false, "", "Whether PgBouncer runs beside the server."},
    {"random_page_cost", "Numeric", "2", "0-1.79769e+308", true, false, "", "Planner's estimate for a page fetched out of order."},
    {"require_secure_transport", "Boolean", "on", "on,off", true, false, "", "Whether client connections to the server are required to use some form of secure transport."},
    {"search_path", "String", "\"$user\", public", "^.*$", true, false, "", "Schema search order."},
    {"server_encoding", "Enumeration", "UTF8", "UTF8", true, true, "", "Server character set."},
    {"shared_buffers", "Integer", "262144", "16-1073741823", false, false, "8KB", "Number of shared memory buffers."},
    {"shared_preload_libraries", "Set", "pg_cron,pg_stat_statements", "age,anon,auto_explain,pg_cron,pg_failover_slots,pg_hint_plan,pg_partman_bgw,pg_prewarm,pg_squeeze,pg_stat_statements,pgaudit,pglogical,timescaledb,wal2json", false, false, "", "Libraries loaded at server start."},
    {"ssl_max_protocol_version", "Enumeration", "", ",TLSv1.2,TLSv1.3", true, false, "", "Highest TLS protocol version that is used."},
    {"ssl_min_protocol_version", "Enumeration", "TLSv1.2", "TLSv1.2,TLSv1.3", true, false, "", "Lowest TLS protocol version that is used."},
    {"statement_timeout", "Integer", "0", "0-2147483647", true, false, "milliseconds", "Ends statements that run longer than this."},
    {"TimeZone", "String", "UTC", "^[A-Za-z0-9/_+\\-]+$", true, false, "", "Time zone for display and interpretation of time stamps."},
    {"wal_level", "Enumeration", "replica", "replica,logical", false, false, "", "How much information is written to the WAL."},
    {"work_mem", "Integer", "4096", "4096-2097151", true, false, "1KB", "Memory for internal sorts and hash tables."},
};

const ServerParameter *parameterRow(const QString &name)
{
    const auto *const found = std::ranges::find_if(serverParameters, [&](const ServerParameter &row) {
        return name.compare(QLatin1String(row.name), Qt::CaseInsensitive) == 0;
    });
    return found == std::end(serverParameters) ? nullptr : found;
}

//! "standard" is there where a switch of the world moved the default.
QString defaultOf(const QJsonObject &change, const ServerParameter &row)
{
    return change.value("standard"_t).toString(QString::fromLatin1(row.value));
}

QJsonObject changeOf(const Resource &server, const ServerParameter &row)
{
    return server.hidden.value("parameters"_t).toObject().value(QString::fromLatin1(row.name)).toObject();
}

QJsonObject shownParameter(const Resource &server, const ServerParameter &row)
{
    const QString name = QString::fromLatin1(row.name);
    const QJsonObject change = changeOf(server, row);
    const QString standard = defaultOf(change, row);
    QJsonObject properties{{"value"_t, change.value("value"_t).toString(standard)},
                           {"source"_t, change.value("source"_t).toString("system-default"_t)}, {"defaultValue"_t, standard},
                           {"dataType"_t, QString::fromLatin1(row.type)}, {"allowedValues"_t, QString::fromLatin1(row.allowed)},
                           {"description"_t, QString::fromLatin1(row.description)}, {"isDynamicConfig"_t, row.isDynamic},
                           {"isReadOnly"_t, row.isReadOnly}, {"isConfigPendingRestart"_t, change.contains("pending"_t)},
                           {"documentationLink"_t, "https://www.postgresql.org/docs/current/runtime-config.html"_t},
                           {"unit"_t, *row.unit ? QJsonValue(QString::fromLatin1(row.unit)) : QJsonValue()}};
    // The service shows what was asked for at once; isConfigPendingRestart says that it does not count yet.
    if (change.contains("pending"_t))
        properties.insert("value"_t, change.value("pending"_t));
    return {{"id"_t, server.id + "/configurations/"_t + name}, {"name"_t, name}, {"type"_t, typeOf("configurations"_t)},
            {"properties"_t, properties}};
}

bool inRange(const QString &allowed, const QString &value, bool whole)
{
    static const QRegularExpression range("^(-?[0-9.e+]+)-(.+)$"_t);
    const QRegularExpressionMatch match = range.match(allowed);
    bool number = false;
    const double wanted = value.toDouble(&number);
    if (!number || (whole && value.contains(u'.')))
        return false;
    return wanted >= match.captured(1).toDouble() && wanted <= match.captured(2).toDouble();
}

//! The value as the service keeps it, or nothing when `allowed` does not hold it.
std::optional<QString> accepted(const ServerParameter &row, const QString &value)
{
    const QString type = QString::fromLatin1(row.type);
    const QString allowed = QString::fromLatin1(row.allowed);
    if (type == "Integer"_t || type == "Numeric"_t)
        return inRange(allowed, value, type == "Integer"_t) ? std::optional(value) : std::nullopt;
    if (allowed.startsWith(u'^'))
        return QRegularExpression(allowed).match(value).hasMatch() ? std::optional(value) : std::nullopt;
    const QStringList choices = allowed.split(u',');
    const QStringList wanted = type == "Set"_t ? value.split(u',', Qt::SkipEmptyParts) : QStringList{value};
    QStringList kept;
    for (const QString &each : wanted) {
        const qsizetype found = choices.indexOf(QRegularExpression(QRegularExpression::anchoredPattern(
                                                    QRegularExpression::escape(each.trimmed())), QRegularExpression::CaseInsensitiveOption));
        if (found < 0)
            return {};
        kept.append(choices.at(found));
    }
    return kept.join(u',');
}

Response listParameters(Call &call)
{
    const Resource *server = visibleServer(call);
    if (!server)
        return notFound(serverIdOf(call.id));
    QJsonArray items;
    for (const ServerParameter &row : serverParameters)
        items.append(shownParameter(*server, row));
    return call.world.page(call, items);
}

Response noSuchParameter(const QString &name)
{
    return Response::error(404, "ConfigurationNotExists"_t, "The configuration '%1' does not exist."_t.arg(name.left(260)));
}

Response getParameter(Call &call)
{
    const Resource *server = visibleServer(call);
    if (!server)
        return notFound(serverIdOf(call.id));
    const ServerParameter *row = parameterRow(call.names.value(3));
    return row ? Response::json(200, shownParameter(*server, *row)) : noSuchParameter(call.names.value(3));
}

//! Both value and source "user-override" are needed for a change (facts §2.9).
Refusal checkParameter(const ServerParameter &row, const QJsonObject &properties)
{
    const QJsonValue value = properties.value("value"_t);
    const QJsonValue source = properties.value("source"_t);
    if (value.isUndefined() || value.isNull())
        return missingParameter("Value"_t);
    if (!value.isString())
        return wrongType("properties.value"_t, "System.String"_t);
    if (!source.isString())
        return missingParameter("Source"_t);
    if (source.toString() != "user-override"_t)
        return invalidValue("Source"_t);
    if (row.isReadOnly)
        return invalidValue(QString::fromLatin1(row.name), "The parameter is read-only."_t);
    if (!accepted(row, value.toString()))
        return outOfRange(QString::fromLatin1(row.name), QString::fromLatin1(row.allowed));
    return {};
}

Response putParameter(Call &call)
{
    Resource *server = visibleServer(call);
    if (!server)
        return parentNotFound(call.id);
    const ServerParameter *row = parameterRow(call.names.value(3));
    if (!row)
        return noSuchParameter(call.names.value(3));
    const QJsonObject properties = call.body.value("properties"_t).toObject();
    if (Refusal refusal = checkParameter(*row, properties))
        return *refusal;
    if (Refusal refusal = notWritable(call, *server))
        return *refusal;
    const QString name = QString::fromLatin1(row->name);
    const QString value = accepted(*row, properties.value("value"_t).toString()).value_or(QString());
    const quint64 effect = call.state.emitEffect("setParameter"_t, key(server->id), {{"name"_t, name}, {"value"_t, value}});
    return accept(call, *server, {"UpdateServerParameterManagementOperation"_t, "parameterSet"_t, server->id + "/configurations/"_t + name,
                                  call.state.duration("postgresqlChildSeconds"_t, 15), {{"name"_t, name}, {"value"_t, value}}, effect});
}

void parameterSet(World &world, const Transition &transition, TimePoint now)
{
    State &state = world.state();
    Resource *server = state.find(serverIdOf(transition.target));
    const QString name = transition.arguments.value("name"_t).toString();
    const ServerParameter *row = parameterRow(name);
    const Failure failure = server && row ? failureOf(state, transition.outcome) : Failure(unexpected(state));
    conclude(world, transition, now, failure);
    if (failure)
        return;
    QJsonObject change = changeOf(*server, *row);
    const QJsonValue value = transition.arguments.value("value"_t);
    change.insert("source"_t, "user-override"_t);
    const QString inForce = change.value("value"_t).toString(defaultOf(change, *row));
    change.remove("pending"_t);
    if (row->isDynamic)
        change.insert("value"_t, value);
    else if (value.toString() != inForce)
        change.insert("pending"_t, value);
    QJsonObject parameters = server->hidden.value("parameters"_t).toObject();
    parameters.insert(name, change);
    server->hidden.insert("parameters"_t, parameters);
    state.record(transition.target, "updated"_t, now, objectIdOf(transition));
}

} // namespace

void applyPendingParameters(Resource &server)
{
    QJsonObject parameters = server.hidden.value("parameters"_t).toObject();
    for (const QString &name : parameters.keys()) {
        QJsonObject change = parameters.value(name).toObject();
        if (!change.contains("pending"_t))
            continue;
        change.insert("value"_t, change.take("pending"_t));
        parameters.insert(name, change);
    }
    server.hidden.insert("parameters"_t, parameters);
}

QJsonObject parametersInForce(const Resource &server)
{
    QJsonObject values;
    const QJsonObject parameters = server.hidden.value("parameters"_t).toObject();
    for (const QString &name : parameters.keys()) {
        const QJsonObject change = parameters.value(name).toObject();
        if (const QJsonValue value = change.value("value"_t); value.isString())
            values.insert(name, value);
        else if (change.contains("standard"_t))
            values.insert(name, change.value("standard"_t));
    }
    return values;
}

void keepWorldDefaults(const State &state, Resource &server)
{
    const QString name = "ssl_min_protocol_version"_t;
    const QString standard = state.setting("postgresqlMinProtocol"_t).toString();
    if (!standard.isEmpty())
        server.hidden.insert("parameters"_t, QJsonObject{{name, QJsonObject{{"standard"_t, standard}}}});
}

void addConfigurationRoutes(std::vector<Route> &routes)
{
    const QString prefix = "Microsoft.DBforPostgreSQL/flexibleServers/configurations/"_t;
    routes.push_back({"GET", serverPattern("/configurations"_t), prefix + "read"_t, listParameters, false});
    routes.push_back({"GET", serverPattern("/configurations/{parameter}"_t), prefix + "read"_t, getParameter, false});
    routes.push_back({"PUT", serverPattern("/configurations/{parameter}"_t), prefix + "write"_t, putParameter});
    routes.push_back({"PATCH", serverPattern("/configurations/{parameter}"_t), prefix + "write"_t, putParameter});
}

QList<Step> configurationSteps()
{
    return {{"parameterSet"_t, parameterSet}};
}

} // namespace causeway::sandbox::postgresql

namespace causeway::sandbox {

QString parameterOf(const Resource &server, const QString &name)
{
    const postgresql::ServerParameter *row = postgresql::parameterRow(name);
    if (!row)
        return {};
    const QJsonObject change = postgresql::changeOf(server, *row);
    return change.value(QStringLiteral("value")).toString(postgresql::defaultOf(change, *row));
}

} // namespace causeway::sandbox
