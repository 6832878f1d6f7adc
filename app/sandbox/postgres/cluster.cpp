// SPDX-License-Identifier: Apache-2.0
#include "sandbox/postgres/cluster.h"

#include "core/logging.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QUuid>
#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace causeway::sandbox {

// A laptop's worth of server: nothing survives a power cut, and nothing has to. But a commit survives that we are killed
// (a kept world goes on with it), so it is not left to the write-ahead log's buffers. Numbers of connections are the world's defaults.
static constexpr const char clusterSettings[] = R"(
listen_addresses = '127.0.0.1'
unix_socket_permissions = 0700
ssl = on
ssl_cert_file = 'server.crt'
ssl_key_file = 'server.key'
ssl_min_protocol_version = 'TLSv1.2'
password_encryption = 'scram-sha-256'
fsync = off
full_page_writes = off
synchronous_commit = on
shared_buffers = 16MB
max_connections = 859
max_wal_senders = 10
wal_level = replica
min_wal_size = 4MB
max_wal_size = 32MB
autovacuum = off
jit = off
lc_messages = 'C'
log_timezone = 'UTC'
log_min_error_statement = panic
log_line_prefix = '%m '
)";

static QStringList initdbOptions()
{
    return {QStringLiteral("-U"), QStringLiteral("azuresu"), QStringLiteral("-A"), QStringLiteral("trust"), QStringLiteral("--no-sync"),
            QStringLiteral("--no-instructions"), QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--locale=C.UTF-8"),
            QStringLiteral("--wal-segsize=1")};
}

ReservedPort::ReservedPort() : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (m_socket >= 0 && ::bind(m_socket, reinterpret_cast<sockaddr *>(&address), size) == 0
        && ::getsockname(m_socket, reinterpret_cast<sockaddr *>(&address), &size) == 0)
        m_number = ntohs(address.sin_port);
}

ReservedPort::~ReservedPort()
{
    if (m_socket >= 0)
        ::close(m_socket);
}

Cluster::Cluster(QString folder, QString socketFolder, PostgresPrograms programs, ServerAccount account)
    : m_folder(std::move(folder)), m_socketFolder(std::move(socketFolder)), m_programs(std::move(programs)), m_account(account)
{}

Cluster::~Cluster()
{
    quit();
}

// An immediate shutdown takes the children along; killing alone leaves them behind with the shared memory, and no server starts
// on this folder until they noticed.
void Cluster::quit()
{
    if (m_process && m_process->state() != QProcess::NotRunning) {
        m_process->disconnect();
        ::kill(pid_t(m_process->processId()), SIGQUIT);
        if (!m_process->waitForFinished(6000)) // PostgreSQL kills its children by itself after five seconds
            m_process->kill();
        m_process->waitForFinished(1000);
    }
    m_process.reset();
}

bool Cluster::exists() const
{
    return QFile::exists(dataFolder() + QStringLiteral("/PG_VERSION"));
}

QCoro::Task<Result<>> Cluster::create(QString templateFolder, TlsIdentity identity, Context context)
{
    removeFiles(); // half of an earlier attempt
    QDir().mkpath(m_folder);
    QFile::setPermissions(m_folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    m_account.own(m_folder);
    // Under a name of its own until it is whole: a killed copy is not a cluster, and the copying process of somebody who was
    // killed may still be writing into his.
    const QString draft = m_folder + QStringLiteral("/draft-") + QUuid::createUuid().toString(QUuid::Id128);
    const QStringList arguments{QStringLiteral("-aT"), QStringLiteral("--reflink=auto"), templateFolder, draft};
    const auto copied = co_await runProcess(QStringLiteral("cp"), arguments, context); // as ourselves: root keeps the owner
    if (!copied)
        co_return copied.error();
    if (copied->exitCode != 0)
        co_return Error::internal(QStringLiteral("ClusterNotCopied"), QString::fromLocal8Bit(copied->err.left(300)));
    for (const auto &[name, bytes] : {qMakePair(QStringLiteral("server.crt"), identity.certificate), qMakePair(QStringLiteral("server.key"), identity.key)}) {
        const QString path = draft + QLatin1Char('/') + name;
        if (auto written = writePrivately(path, bytes); !written)
            co_return written.error();
        m_account.own(path);
    }
    if (auto written = writeAccessRulesIn(draft, true); !written)
        co_return written.error();
    if (!QDir().rename(draft, dataFolder()))
        co_return Error::internal(QStringLiteral("ClusterNotCopied"), dataFolder());
    co_return Result<>();
}

QCoro::Task<Result<>> Cluster::start(Context context)
{
    if (running())
        co_return Result<>();
    QDir().mkpath(m_socketFolder);
    QFile::setPermissions(m_socketFolder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    m_account.own(m_socketFolder);
    Result<> started = Error::internal(QStringLiteral("ClusterNotStarted"), QStringLiteral("not tried"));
    // A port may be taken before the server takes it, and what an orphan leaves (its lock file, the shared memory that its
    // children hold) goes a moment after it: then we try again.
    for (int attempt = 0; attempt < 6 && !started && !context.cancelled(); ++attempt) {
        if (attempt > 0)
            co_await sleepFor(m_wall, Milliseconds(20 << attempt), context);
        quint16 port = 0;
        {
            const ReservedPort free;
            port = free.number();
        }
        started = co_await startOnce(port, context);
    }
    co_return started;
}

QCoro::Task<Result<>> Cluster::startOnce(quint16 port, Context context)
{
    for (int turn = 0; turn < 500; ++turn) { // of a process that died
        const qint64 orphan = postmasterOf(dataFolder());
        if (orphan == 0)
            break;
        if (turn % 100 == 0)
            ::kill(pid_t(orphan), SIGQUIT);
        co_await sleepFor(m_wall, Milliseconds(10), context);
    }
    m_process = std::make_unique<QProcess>();
    m_account.prepare(*m_process, QStringLiteral("/"));
    m_process->setStandardOutputFile(QProcess::nullDevice());
    m_process->setStandardErrorFile(m_folder + QStringLiteral("/log"));
    m_process->start(m_programs.path(QStringLiteral("postgres")),
                     {QStringLiteral("-D"), dataFolder(), QStringLiteral("-p"), QString::number(port), QStringLiteral("-k"), m_socketFolder});
    QElapsedTimer since;
    since.start();
    while (!ready()) {
        const bool gone = m_process->state() == QProcess::NotRunning;
        if (gone || context.cancelled() || since.elapsed() > 20000) {
            quit();
            if (context.cancelled())
                co_return Error::cancelled();
            co_return Error::internal(QStringLiteral("ClusterNotStarted"), lastLogLine());
        }
        co_await sleepFor(m_wall, Milliseconds(4), context);
    }
    m_port = port;
    co_return Result<>();
}

// Line 8 of postmaster.pid says when connections are taken (PostgreSQL's pidfile.h); the first is the process, so that a
// file left behind is not mistaken for ours.
bool Cluster::ready() const
{
    QFile file(dataFolder() + QStringLiteral("/postmaster.pid"));
    if (m_process->processId() == 0 || !file.open(QIODevice::ReadOnly))
        return false;
    const QByteArrayList lines = file.readAll().split('\n');
    return lines.value(0).trimmed().toLongLong() == m_process->processId() && lines.value(7).trimmed() == "ready";
}

QString Cluster::lastLogLine() const
{
    QFile log(m_folder + QStringLiteral("/log"));
    if (!log.open(QIODevice::ReadOnly))
        return QStringLiteral("PostgreSQL did not start");
    return QString::fromUtf8(log.readAll().trimmed().split('\n').last().left(300));
}

QCoro::Task<> Cluster::stop(bool thrownAway)
{
    if (!m_process)
        co_return;
    m_port = 0;
    const pid_t process = pid_t(m_process->processId());
    if (process > 0)
        ::kill(process, thrownAway ? SIGQUIT : SIGINT); // immediate or fast shutdown
    const Context context;
    for (int turn = 0; turn < 600 && m_process->state() != QProcess::NotRunning; ++turn) {
        if (turn == 400)
            ::kill(process, SIGQUIT);
        co_await sleepFor(m_wall, Milliseconds(5), context);
    }
    if (m_process->state() != QProcess::NotRunning)
        m_process->kill();
    m_process->waitForFinished(1000);
    m_process.reset();
}

void Cluster::removeFiles()
{
    QDir(m_folder).removeRecursively();
    QDir(m_socketFolder).removeRecursively();
}

Result<> Cluster::writeAccessRules(bool requireTls)
{
    return writeAccessRulesIn(dataFolder(), requireTls);
}

Result<> Cluster::writeAccessRulesIn(const QString &folder, bool requireTls) const
{
    QByteArray rules = "local all azuresu trust\nlocal all all reject\nhost all azuresu all reject\n";
    rules += requireTls ? "hostssl" : "host";
    rules += " all all 127.0.0.1/32 scram-sha-256\n";
    const QString path = folder + QStringLiteral("/pg_hba.conf");
    auto written = writePrivately(path, rules);
    m_account.own(path);
    return written;
}

// The server reads its files again before it takes the next connection.
void Cluster::reload()
{
    if (m_process && m_process->processId() > 0)
        ::kill(pid_t(m_process->processId()), SIGHUP);
}

QCoro::Task<PgOutcome> Cluster::administer(QStringList statements, Context context)
{
    const PgParameters parameters{{QByteArrayLiteral("host"), QFile::encodeName(m_socketFolder)},
                                  {QByteArrayLiteral("port"), QByteArray::number(m_port)},
                                  {QByteArrayLiteral("user"), QByteArrayLiteral("azuresu")},
                                  {QByteArrayLiteral("dbname"), QByteArrayLiteral("postgres")},
                                  {QByteArrayLiteral("passfile"), QByteArrayLiteral("/nonexistent/pgpass")},
                                  {QByteArrayLiteral("gssencmode"), QByteArrayLiteral("disable")},
                                  {QByteArrayLiteral("client_encoding"), QByteArrayLiteral("UTF8")}};
    PgOutcome outcome = co_await runSql(parameters, statements, Milliseconds(15000), context);
    co_return outcome;
}

QByteArray templateRecipe()
{
    return QByteArray(clusterSettings) + initdbOptions().join(QLatin1Char(' ')).toUtf8();
}

QCoro::Task<Result<>> makeTemplate(PostgresPrograms programs, ServerAccount account, QString workFolder, QString target, Context context)
{
    const QString draft = workFolder + QStringLiteral("/template");
    QDir(draft).removeRecursively();
    QDir().mkpath(draft);
    account.own(draft);
    const QStringList arguments = QStringList{QStringLiteral("-D"), draft} + initdbOptions();
    const QString initdb = programs.path(QStringLiteral("initdb"));
    const PrepareProcess prepare = [account, workFolder](QProcess &process) { account.prepare(process, workFolder); };
    const auto made = co_await runProcess(initdb, arguments, prepare, context);
    if (!made)
        co_return made.error();
    if (made->exitCode != 0)
        co_return Error::internal(QStringLiteral("TemplateNotMade"), QString::fromLocal8Bit(made->err.left(300)));
    QFile settings(draft + QStringLiteral("/postgresql.conf"));
    if (!settings.open(QIODevice::Append) || settings.write(clusterSettings) < 0)
        co_return Error::internal(QStringLiteral("TemplateNotMade"), settings.errorString());
    settings.close();
    if (target == draft || QFile::exists(target))
        co_return Result<>();
    QDir().mkpath(QFileInfo(target).path());
    if (QDir().rename(draft, target))
        co_return Result<>();
    // Another file system: copy beside, then rename.
    const QString beside = target + QStringLiteral(".%1").arg(::getpid());
    const QStringList copy{QStringLiteral("-a"), draft, beside};
    const auto copied = co_await runProcess(QStringLiteral("cp"), copy, context);
    if (!copied)
        co_return copied.error();
    if (!QDir().rename(beside, target))
        QDir(beside).removeRecursively(); // somebody else was quicker: then his is there
    QDir(draft).removeRecursively();
    if (!QFile::exists(target + QStringLiteral("/PG_VERSION")))
        co_return Error::internal(QStringLiteral("TemplateNotMade"), target);
    co_return Result<>();
}

} // namespace causeway::sandbox
