// SPDX-License-Identifier: Apache-2.0
#include "sandbox/postgres/pgsession.h"

#include "sandbox/postgres/libpq.h"

#include <QElapsedTimer>
#include <memory>
#include <vector>

namespace causeway::sandbox {

namespace {

struct PgFreer {
    void operator()(PGconn *connection) const { libpq()->PQfinish(connection); }
    void operator()(PGresult *result) const { libpq()->PQclear(result); }
};
using PgConnection = std::unique_ptr<PGconn, PgFreer>;
using PgAnswer = std::unique_ptr<PGresult, PgFreer>;

struct PgBudget {
    Milliseconds whole;
    QElapsedTimer timer;
    [[nodiscard]] Milliseconds left() const { return whole - Milliseconds(timer.elapsed()); }
};

QString lastText(PGconn *connection)
{
    return QString::fromUtf8(libpq()->PQerrorMessage(connection)).trimmed();
}

void fail(PgOutcome &outcome, const QString &message, const QString &sqlstate = {})
{
    outcome.ok = false;
    outcome.message = message;
    outcome.sqlstate = sqlstate;
}

void failByEvent(PgOutcome &outcome, SocketEvent event)
{
    fail(outcome, event == SocketEvent::Cancelled ? QStringLiteral("cancelled") : QStringLiteral("timeout expired"));
}

QString phaseOfStatus(ConnStatusType status)
{
    switch (status) {
    case CONNECTION_SSL_STARTUP:
        return QStringLiteral("tls");
    case CONNECTION_AWAITING_RESPONSE:
    case CONNECTION_AUTH_OK:
        return QStringLiteral("auth");
    default:
        return QStringLiteral("connect");
    }
}

// The status before the failure tells the phase, except where libpq tried twice (allow, prefer): then the last text does.
QString phaseOfFailure(ConnStatusType before, const QString &message)
{
    if (message.contains(QLatin1String("FATAL:")))
        return QStringLiteral("auth");
    for (const char *word : {"SSL", "certificate"}) {
        if (message.contains(QLatin1String(word)))
            return QStringLiteral("tls");
    }
    return phaseOfStatus(before);
}

void readTlsFacts(PGconn *connection, PgOutcome &outcome)
{
    outcome.tls = libpq()->PQsslInUse(connection) != 0;
    if (outcome.tls) {
        outcome.tlsVersion = QString::fromUtf8(libpq()->PQsslAttribute(connection, "protocol"));
        outcome.cipher = QString::fromUtf8(libpq()->PQsslAttribute(connection, "cipher"));
    }
    outcome.serverVersion = QString::fromUtf8(libpq()->PQparameterStatus(connection, "server_version")).section(QLatin1Char(' '), 0, 0);
}

PgConnection startConnection(const PgParameters &parameters)
{
    std::vector<const char *> names;
    std::vector<const char *> values;
    for (const auto &[name, value] : parameters) {
        names.push_back(name.constData());
        values.push_back(value.constData());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    PgConnection connection(libpq()->PQconnectStartParams(names.data(), values.data(), 0)); // blocks in getaddrinfo only: hostaddr is given
    if (connection)
        libpq()->PQsetNoticeProcessor(connection.get(), [](void *, const char *) {}, nullptr); // "does not exist, skipping" is no news
    return connection;
}

// True when connected.
QCoro::Task<bool> establish(PGconn *connection, const PgBudget *budget, PgOutcome *outcome, Context context)
{
    outcome->phase = QStringLiteral("connect");
    if (!connection || libpq()->PQstatus(connection) == CONNECTION_BAD) {
        fail(*outcome, connection ? lastText(connection) : QStringLiteral("out of memory"));
        co_return false;
    }
    for (auto wanted = PGRES_POLLING_WRITING; wanted != PGRES_POLLING_OK;) {
        const SocketWait wait = wanted == PGRES_POLLING_WRITING ? SocketWait::Writable : SocketWait::Readable;
        const qintptr socket = libpq()->PQsocket(connection); // may be another one each time: allow and prefer connect twice
        const ConnStatusType before = libpq()->PQstatus(connection);
        const Milliseconds left = budget->left();
        const SocketEvent event = co_await socketEvent(socket, wait, left, context);
        if (event != SocketEvent::Ready) {
            outcome->phase = phaseOfStatus(before);
            failByEvent(*outcome, event);
            co_return false;
        }
        wanted = libpq()->PQconnectPoll(connection);
        if (wanted == PGRES_POLLING_FAILED) {
            const QString message = lastText(connection);
            outcome->phase = phaseOfFailure(before, message);
            fail(*outcome, message, sqlstateOfText(message));
            co_return false;
        }
    }
    co_return true;
}

// True when the statement succeeded.
QCoro::Task<bool> runStatement(PGconn *connection, QString statement, const PgBudget *budget, PgOutcome *outcome, Context context)
{
    if (!libpq()->PQsendQuery(connection, statement.toUtf8().constData())) {
        fail(*outcome, lastText(connection));
        co_return false;
    }
    while (libpq()->PQisBusy(connection)) {
        const qintptr socket = libpq()->PQsocket(connection);
        const Milliseconds left = budget->left();
        const SocketEvent event = co_await socketEvent(socket, SocketWait::Readable, left, context);
        if (event != SocketEvent::Ready || !libpq()->PQconsumeInput(connection)) {
            if (event == SocketEvent::Ready)
                fail(*outcome, lastText(connection));
            else
                failByEvent(*outcome, event);
            co_return false;
        }
    }
    bool good = true;
    while (const PgAnswer answer{libpq()->PQgetResult(connection)}) {
        const ExecStatusType status = libpq()->PQresultStatus(answer.get());
        if (status == PGRES_TUPLES_OK) {
            outcome->values += libpq()->PQntuples(answer.get()) > 0 ? QString::fromUtf8(libpq()->PQgetvalue(answer.get(), 0, 0)) : QString();
        } else if (status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
            good = false;
            fail(*outcome, QString::fromUtf8(libpq()->PQresultErrorMessage(answer.get())).trimmed(),
                 QString::fromUtf8(libpq()->PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE)));
        }
    }
    co_return good;
}

} // namespace

QCoro::Task<PgOutcome> runSql(PgParameters parameters, QStringList statements, Milliseconds budget, Context context)
{
    PgOutcome outcome;
    PgBudget spending{budget, {}};
    spending.timer.start();
    if (!libpq()) {
        outcome.phase = QStringLiteral("connect");
        fail(outcome, QStringLiteral("PostgreSQL's client library (libpq.so.5) is not installed. Debian's package is libpq5."));
        co_return outcome;
    }
    const PgConnection connection = startConnection(parameters);
    const bool connected = co_await establish(connection.get(), &spending, &outcome, context);
    if (!connected)
        co_return outcome;
    readTlsFacts(connection.get(), outcome);
    outcome.phase = QStringLiteral("query");
    for (const QString &statement : statements) {
        const bool good = co_await runStatement(connection.get(), statement, &spending, &outcome, context);
        if (!good)
            co_return outcome;
    }
    outcome.ok = true;
    co_return outcome;
}

QString sqlIdentifier(const QString &name)
{
    QString quoted = name;
    quoted.remove(QChar(0)).replace(QLatin1Char('"'), QLatin1String("\"\""));
    return QLatin1Char('"') + quoted + QLatin1Char('"');
}

// standard_conforming_strings is on: a backslash is only a backslash.
QString sqlLiteral(const QString &text)
{
    QString quoted = text;
    quoted.remove(QChar(0)).replace(QLatin1Char('\''), QLatin1String("''"));
    return QLatin1Char('\'') + quoted + QLatin1Char('\'');
}

QString sqlstateOfText(const QString &message)
{
    struct Row { const char *first; const char *second; const char *state; };
    static constexpr Row rows[] = { // PostgreSQL's appendix A, for what can happen before a session exists
        {"password authentication failed", "", "28P01"},
        {"no pg_hba.conf entry", "", "28000"},
        {"pg_hba.conf rejects", "", "28000"},
        {"database \"", "does not exist", "3D000"},
        {"role \"", "does not exist", "28000"},
        {"is not permitted to log in", "", "28000"},
        {"too many clients", "", "53300"},
        {"remaining connection slots", "", "53300"},
        {"too many connections", "", "53300"},
        {"permission denied for database", "", "42501"},
        {"the database system is", "", "57P03"}};
    if (!message.contains(QLatin1String("FATAL:")))
        return {};
    for (const Row &row : rows) {
        if (message.contains(QLatin1String(row.first)) && message.contains(QLatin1String(row.second)))
            return QLatin1String(row.state);
    }
    return {};
}

} // namespace causeway::sandbox
