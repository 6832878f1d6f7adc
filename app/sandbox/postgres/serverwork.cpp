// SPDX-License-Identifier: Apache-2.0
#include "sandbox/postgres/serverwork.h"

#include "core/logging.h"

#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <algorithm>

namespace causeway::sandbox {

static constexpr quint16 azurePort = 5432;

static QString argument(const QJsonObject &arguments, const char *name)
{
    return arguments.value(QLatin1String(name)).toString();
}

static QJsonObject outcomeOf(bool ok, const QString &message = {})
{
    return {{QStringLiteral("ok"), ok}, {QStringLiteral("message"), message}};
}

static QJsonObject outcomeOf(const PgOutcome &result)
{
    QJsonObject outcome = outcomeOf(result.ok, result.message);
    outcome.insert(QStringLiteral("sqlstate"), result.sqlstate);
    return outcome;
}

QJsonObject computedOutcome()
{
    return {{QStringLiteral("ok"), true}, {QStringLiteral("computed"), true}};
}

bool isWorldOnly(const QString &parameter)
{
    static const QStringList families{QStringLiteral("azure"), QStringLiteral("pgbouncer"), QStringLiteral("metrics"),
                                      QStringLiteral("intelligent_tuning"), QStringLiteral("pg_qs"), QStringLiteral("pgms_wait_sampling"),
                                      QStringLiteral("index_tuning"), QStringLiteral("logfiles")};
    static const QStringList own{
        QStringLiteral("listen_addresses"), QStringLiteral("port"), QStringLiteral("unix_socket_directories"), QStringLiteral("data_directory"),
        QStringLiteral("hba_file"), QStringLiteral("ident_file"), QStringLiteral("config_file"), QStringLiteral("ssl"), QStringLiteral("ssl_cert_file"),
        QStringLiteral("ssl_key_file"), QStringLiteral("ssl_ca_file"), QStringLiteral("max_worker_processes"),
        QStringLiteral("huge_pages"), QStringLiteral("shared_preload_libraries"), QStringLiteral("session_preload_libraries"),
        QStringLiteral("local_preload_libraries"), QStringLiteral("archive_command"), QStringLiteral("archive_mode"), QStringLiteral("restore_command"),
        QStringLiteral("dynamic_library_path"), QStringLiteral("log_destination"), QStringLiteral("logging_collector"), QStringLiteral("log_directory"),
        QStringLiteral("log_filename"), QStringLiteral("fsync"), QStringLiteral("max_wal_size"), QStringLiteral("min_wal_size"),
        QStringLiteral("lc_messages"), QStringLiteral("ssl_passphrase_command"), QStringLiteral("krb_server_keyfile"), QStringLiteral("event_source")};
    return own.contains(parameter) || families.contains(parameter.section(QLatin1Char('.'), 0, 0));
}

// What a server takes from the machine when it starts; Azure's machines are larger than the one that stands in for them.
QString valueThatFits(const QString &parameter, const QString &value)
{
    static constexpr struct {
        const char *name;
        qlonglong most;
    } limits[] = {{"shared_buffers", 16384}, /* of 8 KiB */ {"max_prepared_transactions", 1000}};
    for (const auto &limit : limits) {
        if (parameter == QLatin1String(limit.name) && value.toLongLong() > limit.most)
            return QString::number(limit.most);
    }
    return value;
}

// PostgreSQL has no CREATE ROLE IF NOT EXISTS.
QString roleStatement(const QString &name, const QString &password, const QString &attributes)
{
    const QString role = sqlIdentifier(name);
    const QString rest = QStringLiteral(" LOGIN %1 PASSWORD %2").arg(attributes, sqlLiteral(password));
    const QString body = QStringLiteral("BEGIN CREATE ROLE %1%2; EXCEPTION WHEN duplicate_object THEN ALTER ROLE %1%2; END").arg(role, rest);
    return QStringLiteral("DO ") + sqlLiteral(body);
}

ServerWork::ServerWork(const ServerShop &shop, std::unique_ptr<Cluster> cluster, QString notesFile)
    : m_shop(shop), m_cluster(std::move(cluster)), m_notesFile(std::move(notesFile))
{
    QFile file(m_notesFile);
    if (file.open(QIODevice::ReadOnly))
        m_notes = QJsonDocument::fromJson(file.readAll()).object();
}

void ServerWork::note(const QString &name, const QJsonValue &value)
{
    if (m_notes.value(name) == value)
        return;
    m_notes.insert(name, value);
    if (!writePrivately(m_notesFile, QJsonDocument(m_notes).toJson(QJsonDocument::Compact)))
        qWarning("cannot write a server's notes");
}

QCoro::Task<QJsonObject> ServerWork::carryOut(Effect effect, Context context)
{
    const QJsonObject arguments = effect.arguments;
    const QString name = argument(arguments, "name");
    QJsonObject outcome;
    if (effect.kind == QLatin1String("startServer")) {
        outcome = co_await startServer(arguments, context);
    } else if (effect.kind == QLatin1String("stopServer")) {
        outcome = co_await stopServer(false);
    } else if (effect.kind == QLatin1String("removeServer")) {
        outcome = co_await stopServer(true);
    } else if (!m_cluster->exists()) {
        outcome = computedOutcome(); // a server of the world's file, which nobody started here
    } else if (effect.kind == QLatin1String("connect")) {
        outcome = co_await connectTo(arguments, context);
    } else if (effect.kind == QLatin1String("setParameter")) {
        const QString value = arguments.value(QLatin1String("value")).toVariant().toString();
        outcome = co_await setParameter(name, value, context);
    } else if (effect.kind == QLatin1String("createDatabase")) {
        outcome = co_await createDatabase(arguments, context);
    } else if (effect.kind == QLatin1String("dropDatabase")) {
        const QStringList statements{QStringLiteral("DROP DATABASE IF EXISTS %1 WITH (FORCE)").arg(sqlIdentifier(name))};
        outcome = co_await sql(statements, context);
    } else if (effect.kind == QLatin1String("setPassword")) {
        const QString role = roleStatement(argument(arguments, "login"), argument(arguments, "password"), QStringLiteral("CREATEDB CREATEROLE"));
        const QStringList statements{role};
        outcome = co_await sql(statements, context);
    } else if (effect.kind == QLatin1String("addEntraRole")) {
        const bool admin = arguments.value(QLatin1String("admin")).toBool();
        const QStringList statements{roleStatement(name, argument(arguments, "token"),
                                                   admin ? QStringLiteral("CREATEDB CREATEROLE") : QString())};
        outcome = co_await sql(statements, context);
    } else if (effect.kind == QLatin1String("dropRole")) {
        const QString role = sqlIdentifier(name);
        const QString body = QStringLiteral("BEGIN REASSIGN OWNED BY %1 TO azuresu; DROP OWNED BY %1; EXCEPTION WHEN undefined_object THEN END").arg(role);
        const QStringList statements{QStringLiteral("DO ") + sqlLiteral(body), QStringLiteral("DROP ROLE IF EXISTS ") + role};
        outcome = co_await sql(statements, context);
    } else {
        outcome = outcomeOf(false, QStringLiteral("unknown effect: ") + effect.kind);
    }
    co_return outcome;
}

QCoro::Task<QJsonObject> ServerWork::startServer(QJsonObject arguments, Context context)
{
    const QString fqdn = argument(arguments, "fqdn");
    if (!m_cluster->exists()) {
        const auto identity = m_shop.azureAuthority->issue({fqdn, QStringLiteral("localhost")});
        if (!identity)
            co_return outcomeOf(false, describe(identity.error()));
        const QString templateFolder = m_shop.templateFolder;
        const TlsIdentity certificate = *identity;
        const auto created = co_await m_cluster->create(templateFolder, certificate, context);
        if (!created)
            co_return outcomeOf(false, describe(created.error()));
    }
    if (arguments.contains(QLatin1String("requireSecureTransport"))) {
        const auto written = m_cluster->writeAccessRules(arguments.value(QLatin1String("requireSecureTransport")).toBool());
        if (!written)
            co_return outcomeOf(false, describe(written.error()));
    }
    const auto started = co_await m_cluster->start(context);
    if (!started)
        co_return outcomeOf(false, describe(started.error()));
    note(QStringLiteral("stopped"), false);
    QStringList statements{QStringLiteral("SHOW server_version")};
    const QString login = argument(arguments, "login");
    if (const QString password = argument(arguments, "password"); !login.isEmpty() && !password.isEmpty()) {
        note(QStringLiteral("login"), login);
        statements += roleStatement(login, password, QStringLiteral("CREATEDB CREATEROLE"));
    }
    const QJsonObject prepared = co_await sql(statements, context);
    if (!prepared.value(QLatin1String("ok")).toBool())
        co_return prepared;
    const QJsonObject parameters = arguments.value(QLatin1String("parameters")).toObject();
    QJsonObject capped;
    for (const QString &name : parameters.keys()) {
        const QString value = parameters.value(name).toVariant().toString();
        const QJsonObject set = co_await setParameter(name, value, context);
        if (!set.value(QLatin1String("ok")).toBool())
            co_return set;
        if (set.contains(QLatin1String("applied")))
            capped.insert(name, set.value(QLatin1String("applied")));
    }
    if (!parameters.isEmpty()) {
        const auto restarted = co_await restartIfPending(context);
        if (!restarted)
            co_return outcomeOf(false, describe(restarted.error()));
    }
    QJsonObject outcome = outcomeOf(true);
    outcome.insert(QStringLiteral("host"), QStringLiteral("127.0.0.1"));
    outcome.insert(QStringLiteral("port"), m_cluster->port());
    outcome.insert(QStringLiteral("realVersion"), prepared.value(QLatin1String("serverVersion")));
    outcome.insert(QStringLiteral("capped"), capped);
    co_return outcome;
}

// wal_level, max_connections and their like count from a start on; a server that was just asked for has them from the beginning.
QCoro::Task<Result<>> ServerWork::restartIfPending(Context context)
{
    const QStringList statements{QStringLiteral("SELECT count(*) FROM pg_settings WHERE pending_restart")};
    const PgOutcome pending = co_await m_cluster->administer(statements, context);
    if (pending.values.value(0) == QLatin1String("0"))
        co_return Result<>();
    co_await m_cluster->stop(false);
    const auto started = co_await m_cluster->start(context);
    co_return started;
}

QCoro::Task<QJsonObject> ServerWork::stopServer(bool forGood)
{
    co_await m_cluster->stop(forGood);
    if (forGood) {
        m_cluster->removeFiles();
        m_notes = {};
    } else if (m_cluster->exists()) {
        note(QStringLiteral("stopped"), true);
    }
    co_return outcomeOf(true);
}

// A kept server of an earlier process starts again with the first effect that needs it.
QCoro::Task<bool> ServerWork::ensureRunning(Context context)
{
    if (m_cluster->running())
        co_return true;
    if (m_notes.value(QLatin1String("stopped")).toBool())
        co_return false;
    const auto started = co_await m_cluster->start(context);
    co_return started.ok();
}

QCoro::Task<QJsonObject> ServerWork::sql(QStringList statements, Context context)
{
    const bool running = co_await ensureRunning(context);
    if (!running)
        co_return outcomeOf(false, QStringLiteral("the server is not running"));
    const PgOutcome result = co_await m_cluster->administer(statements, context);
    QJsonObject outcome = outcomeOf(result);
    outcome.insert(QStringLiteral("serverVersion"), result.serverVersion);
    co_return outcome;
}

QCoro::Task<QJsonObject> ServerWork::setParameter(QString name, QString value, Context context)
{
    name = name.toLower();
    if (name == QLatin1String("require_secure_transport")) {
        const QString word = value.toLower();
        const auto written = m_cluster->writeAccessRules(word == QLatin1String("on") || word == QLatin1String("true") || word == QLatin1String("1"));
        m_cluster->reload();
        co_return written ? outcomeOf(true) : outcomeOf(false, describe(written.error()));
    }
    if (isWorldOnly(name))
        co_return outcomeOf(true);
    static const QRegularExpression known(QStringLiteral("^[a-z_][a-z0-9_.]*$"));
    if (!known.match(name).hasMatch())
        co_return outcomeOf(false, QStringLiteral("unrecognized configuration parameter"));
    const QString applied = valueThatFits(name, value);
    const QStringList statements{QStringLiteral("ALTER SYSTEM SET %1 = %2").arg(name, sqlLiteral(applied))};
    QJsonObject outcome = co_await sql(statements, context);
    if (argument(outcome, "sqlstate") == QLatin1String("42704")) // newer or older than this server: the world keeps it alone
        co_return outcomeOf(true);
    if (applied != value && outcome.value(QLatin1String("ok")).toBool()) {
        const QString message = QStringLiteral("%1 is %2 on this machine; %3 was asked for.").arg(name, applied, value);
        qCInfo(lcSandbox, "%s", qUtf8Printable(message));
        outcome.insert(QStringLiteral("message"), message);
        outcome.insert(QStringLiteral("applied"), applied);
    }
    m_cluster->reload();
    co_return outcome;
}

QCoro::Task<QJsonObject> ServerWork::createDatabase(QJsonObject arguments, Context context)
{
    const QString charset = argument(arguments, "charset").isEmpty() ? QStringLiteral("UTF8") : argument(arguments, "charset");
    const QString owner = argument(m_notes, "login");
    QStringList collations{argument(arguments, "collation"), QStringLiteral("C.UTF-8"), QStringLiteral("C")};
    collations.removeAll(QString());
    QJsonObject outcome;
    for (const QString &collation : collations) {
        QString statement = QStringLiteral("CREATE DATABASE %1 TEMPLATE template0 ENCODING %2 LOCALE %3")
                                .arg(sqlIdentifier(argument(arguments, "name")), sqlLiteral(charset), sqlLiteral(collation));
        if (!owner.isEmpty())
            statement += QStringLiteral(" OWNER ") + sqlIdentifier(owner);
        const QStringList statements{statement};
        outcome = co_await sql(statements, context);
        const QString state = argument(outcome, "sqlstate");
        if (state == QLatin1String("42P04")) // it is there
            co_return outcomeOf(true);
        // "invalid locale name", and an encoding that the locale does not take: the next collation may do.
        if (state != QLatin1String("42809") && state != QLatin1String("22023") && state != QLatin1String("42704"))
            break;
    }
    co_return outcome;
}

PgParameters ServerWork::clientParameters(const QJsonObject &arguments, quint16 port) const
{
    static constexpr const char *modes[] = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};
    const int asked = std::clamp(arguments.value(QLatin1String("sslMode")).toInt(), 0, 5);
    const bool trusting = arguments.value(QLatin1String("trustServerCertificate")).toBool();
    // Npgsql looks at the certificate from Require on, if at all; libpq does as soon as it is given an authority.
    const bool verifies = asked >= 3 && !trusting;
    const QString authority = argument(arguments, "rootCertificate") == QLatin1String("other") ? m_shop.otherFile : m_shop.azureFile;
    const QString token = argument(arguments, "token");
    return {{QByteArrayLiteral("host"), argument(arguments, "fqdn").toUtf8()},
            {QByteArrayLiteral("hostaddr"), QByteArrayLiteral("127.0.0.1")},
            {QByteArrayLiteral("port"), QByteArray::number(port)},
            {QByteArrayLiteral("dbname"), argument(arguments, "database").toUtf8()},
            {QByteArrayLiteral("user"), argument(arguments, "username").toUtf8()},
            {QByteArrayLiteral("password"), (token.isEmpty() ? argument(arguments, "password") : token).toUtf8()},
            {QByteArrayLiteral("sslmode"), QByteArray(modes[verifies ? asked : std::min(asked, 3)])},
            {QByteArrayLiteral("sslrootcert"), verifies ? QFile::encodeName(authority) : QByteArrayLiteral("/nonexistent/root.crt")},
            {QByteArrayLiteral("sslcert"), QByteArrayLiteral("/nonexistent/client.crt")}, // not the user's own
            {QByteArrayLiteral("passfile"), QByteArrayLiteral("/nonexistent/pgpass")},
            {QByteArrayLiteral("gssencmode"), QByteArrayLiteral("disable")},
            {QByteArrayLiteral("client_encoding"), QByteArrayLiteral("UTF8")}};
}

QCoro::Task<QJsonObject> ServerWork::connectTo(QJsonObject arguments, Context context)
{
    const int asked = arguments.value(QLatin1String("port")).toInt(azurePort);
    const bool running = co_await ensureRunning(context);
    // Another port than the server's, or a stopped server: a real refusal, from a port that is kept free for it.
    const ReservedPort closed;
    const bool reachable = running && (asked == azurePort || asked == m_cluster->port());
    const quint16 port = reachable ? m_cluster->port() : closed.number();
    const PgParameters parameters = clientParameters(arguments, port);
    const QStringList statements{QStringLiteral("select 1")};
    PgOutcome result = co_await runSql(parameters, statements, Milliseconds(15000), context);
    // Texts name the port that was asked for, not the one that this machine had free.
    result.message.replace(QStringLiteral("port %1 ").arg(port), QStringLiteral("port %1 ").arg(asked));
    QJsonObject outcome = outcomeOf(result);
    outcome.insert(QStringLiteral("phase"), result.phase);
    outcome.insert(QStringLiteral("tls"), result.tls);
    outcome.insert(QStringLiteral("tlsVersion"), result.tlsVersion);
    outcome.insert(QStringLiteral("cipher"), result.cipher);
    outcome.insert(QStringLiteral("serverVersion"), result.serverVersion);
    outcome.insert(QStringLiteral("computed"), false);
    co_return outcome;
}

} // namespace causeway::sandbox
