// SPDX-License-Identifier: Apache-2.0
#include "engine/journal.h"

#include "core/processlock.h"
#include "core/waiting.h"
#include "engine/journalfile.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QThread>
#include <QUuid>
#include <QVariant>
#include <array>

namespace causeway {
namespace {

constexpr std::array<const char *, 5> recordWords{"intent", "operation", "step-outcome", "run-outcome", "resumed"};

Error journalError(const QString &what)
{
    return Error::internal(QStringLiteral("JournalFailed"), QStringLiteral("The journal of runs cannot be used: %1").arg(what));
}

QString compactJson(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

qint64 stamp(TimePoint at) { return at.time_since_epoch().count(); }
TimePoint fromStamp(qint64 ms) { return TimePoint(Milliseconds(ms)); }

//! What a row is sealed with: everything in it and the seal of the row before it, so that a row which was changed, moved or taken
//! out of the middle does not fit any more. It has no key: it finds damage and careless hands, not an owner who wants to deceive
//! himself; others are kept out by the file's mode.
QString sealOf(const QString &before, const QVariantList &values)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(before.toLatin1());
    for (const QVariant &value : values) {
        const QByteArray text = value.toString().toUtf8();
        hash.addData(QByteArray::number(text.size()) + ':' + text);
    }
    return QString::fromLatin1(hash.result().toHex());
}

Error alteredJournal(const QString &run, const QString &where)
{
    return Error::invalid(QStringLiteral("JournalAltered"), QStringLiteral("%1 of run %2 is not what was written into the journal: the file was changed, or is damaged. This run is not gone on with. "
                                                                          "Apply its setup again: that looks at what is there and makes what is missing.").arg(where, run), run);
}

} // namespace

RunLock::RunLock(std::vector<std::unique_ptr<ProcessLock>> files) : m_files(std::move(files)) {}
RunLock::~RunLock() = default;

//! The part that lives in the journal's thread: a QSqlDatabase may be used only where it was opened.
class JournalStore : public QObject
{
public:
    Result<> open(const QString &path)
    {
        m_name = QUuid::createUuid().toString(QUuid::WithoutBraces);
        QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
        db.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=10000"));
        db.setDatabaseName(path);
        if (!db.open())
            return journalError(db.lastError().text());
        for (const QString &line : {QStringLiteral("PRAGMA journal_mode=WAL"), QStringLiteral("PRAGMA synchronous=FULL"),
                                    QStringLiteral("CREATE TABLE IF NOT EXISTS run(id TEXT PRIMARY KEY, name TEXT NOT NULL, started INTEGER NOT NULL, plan TEXT NOT NULL, seal TEXT NOT NULL)"),
                                    QStringLiteral("CREATE TABLE IF NOT EXISTS record(number INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL REFERENCES run(id), at INTEGER NOT NULL, kind TEXT NOT NULL, step TEXT NOT NULL, content TEXT NOT NULL, seal TEXT NOT NULL)"),
                                    QStringLiteral("CREATE INDEX IF NOT EXISTS record_run ON record(run, number)")}) {
            if (auto done = write(line, {}); !done)
                return done;
        }
        if (!write(QStringLiteral("SELECT seal FROM run LIMIT 0"), {}))
            return journalError(QStringLiteral("%1 is of an unfinished version of Causeway. Move it away and try again.").arg(path));
        return {};
    }

    void close()
    {
        QSqlDatabase::database(m_name, false).close();
        QSqlDatabase::removeDatabase(m_name);
    }

    Result<> write(const QString &sql, const QVariantList &values)
    {
        QSqlQuery query(QSqlDatabase::database(m_name, false));
        if (!query.prepare(sql))
            return journalError(query.lastError().text());
        for (const QVariant &value : values) // a null text would be SQL's NULL
            query.addBindValue(value.metaType().id() == QMetaType::QString && value.toString().isNull() ? QVariant(QStringLiteral("")) : value);
        if (!query.exec())
            return journalError(query.lastError().text());
        return {};
    }

    Result<> begin(QVariantList values)
    {
        values << sealOf(QString(), values);
        return write(QStringLiteral("INSERT INTO run(id, name, started, plan, seal) VALUES(?, ?, ?, ?, ?)"), values);
    }

    //! The seal before it is read and the row is written with no other writer in between.
    Result<> append(QVariantList values)
    {
        if (auto alone = write(QStringLiteral("BEGIN IMMEDIATE"), {}); !alone)
            return alone;
        QSqlQuery last(QSqlDatabase::database(m_name, false));
        last.prepare(QStringLiteral("SELECT coalesce((SELECT seal FROM record WHERE run = r.id ORDER BY number DESC LIMIT 1), r.seal) FROM run r WHERE r.id = ?"));
        last.addBindValue(values.first());
        Result<> done = last.exec() && last.next() ? Result<>() : Result<>(journalError(last.lastError().text()));
        const QString before = done ? last.value(0).toString() : QString();
        last.finish();
        if (done)
            done = write(QStringLiteral("INSERT INTO record(run, at, kind, step, content, seal) VALUES(?, ?, ?, ?, ?, ?)"), values << sealOf(before, values));
        const Result<> ended = write(done ? QStringLiteral("COMMIT") : QStringLiteral("ROLLBACK"), {});
        return done ? ended : done;
    }

    //! Is every row of this run the one that was written?
    Result<> intact(const QString &id)
    {
        QSqlQuery query(QSqlDatabase::database(m_name, false));
        query.prepare(QStringLiteral("SELECT id, name, started, plan, seal FROM run WHERE id = ?"));
        query.addBindValue(id);
        if (!query.exec() || !query.next())
            return journalError(query.lastError().text());
        QString seal = sealOf(QString(), {query.value(0), query.value(1), query.value(2), query.value(3)});
        if (seal != query.value(4).toString())
            return alteredJournal(id, QStringLiteral("The plan"));
        query.prepare(QStringLiteral("SELECT run, at, kind, step, content, seal FROM record WHERE run = ? ORDER BY number"));
        query.addBindValue(id);
        if (!query.exec())
            return journalError(query.lastError().text());
        for (int number = 1; query.next(); ++number) {
            seal = sealOf(seal, {query.value(0), query.value(1), query.value(2), query.value(3), query.value(4)});
            if (seal != query.value(5).toString())
                return alteredJournal(id, QStringLiteral("Record %1 (%2)").arg(number).arg(QStringList{query.value(2).toString(), query.value(3).toString()}.join(QLatin1Char(' ')).trimmed()));
        }
        return {};
    }

    Result<QList<RunSummary>> runs(const QString &beginning)
    {
        QSqlQuery query(QSqlDatabase::database(m_name, false));
        query.prepare(QStringLiteral("SELECT r.id, r.name, r.started, (SELECT COUNT(*) FROM record c WHERE c.run = r.id),"
                                     " (SELECT c.kind || ' ' || c.at || ' ' || c.content FROM record c WHERE c.run = r.id AND c.kind IN ('run-outcome','resumed') ORDER BY c.number DESC LIMIT 1)"
                                     " FROM run r WHERE substr(r.id, 1, ?) = ? ORDER BY r.started DESC, r.rowid DESC"));
        query.addBindValue(beginning.size());
        query.addBindValue(beginning.isNull() ? QStringLiteral("") : beginning); // a null text would be SQL's NULL
        if (!query.exec())
            return journalError(query.lastError().text());
        QList<RunSummary> all;
        while (query.next()) {
            RunSummary one;
            one.id = query.value(0).toString();
            one.name = query.value(1).toString();
            one.started = fromStamp(query.value(2).toLongLong());
            one.records = query.value(3).toInt();
            const QString last = query.value(4).toString();
            if (last.startsWith(QLatin1String("run-outcome "))) {
                one.ended = fromStamp(last.section(QLatin1Char(' '), 1, 1).toLongLong());
                one.outcome = outcomeFromText(QJsonDocument::fromJson(last.section(QLatin1Char(' '), 2).toUtf8()).object().value(QStringLiteral("outcome")).toString());
            }
            all << one;
        }
        return all;
    }

    Result<std::optional<QJsonObject>> making(const QString &path)
    {
        QSqlQuery query(QSqlDatabase::database(m_name, false));
        query.prepare(QStringLiteral("SELECT content, run FROM record WHERE kind = 'intent' AND lower(json_extract(content, '$.path')) = ? AND json_extract(content, '$.method') = 'PUT'"
                                     " AND json_extract(content, '$.there') = 0 ORDER BY number DESC LIMIT 1"));
        query.addBindValue(path);
        if (!query.exec())
            return journalError(query.lastError().text());
        if (!query.next())
            return std::optional<QJsonObject>();
        if (auto same = intact(query.value(1).toString()); !same)
            return same.error();
        return std::optional<QJsonObject>(QJsonDocument::fromJson(query.value(0).toString().toUtf8()).object());
    }

    Result<QList<Milliseconds>> durations(const QString &work)
    {
        QSqlQuery query(QSqlDatabase::database(m_name, false));
        query.prepare(QStringLiteral("SELECT json_extract(content, '$.took') FROM record WHERE kind = 'step-outcome' AND json_extract(content, '$.work') = ? ORDER BY number DESC LIMIT 200"));
        query.addBindValue(work);
        if (!query.exec())
            return journalError(query.lastError().text());
        QList<Milliseconds> all;
        while (query.next())
            all << Milliseconds(query.value(0).toLongLong());
        return all;
    }

    Result<RecordedRun> run(const QString &id)
    {
        const auto fitting = runs(id);
        if (!fitting)
            return fitting.error();
        if (fitting->isEmpty()) {
            Error error = Error::invalid(QStringLiteral("NoSuchRun"), id.isEmpty() ? QStringLiteral("The journal holds no run.") : QStringLiteral("The journal holds no run whose id begins with \"%1\".").arg(id), id);
            error.kind = ErrorKind::NotFound;
            return error;
        }
        if (!id.isEmpty() && fitting->size() > 1)
            return Error::invalid(QStringLiteral("SeveralRuns"), QStringLiteral("%1 runs begin with \"%2\"; give more of the id.").arg(fitting->size()).arg(id), id);
        RecordedRun recorded;
        recorded.summary = fitting->first();
        if (auto same = intact(recorded.summary.id); !same)
            return same.error();
        QSqlQuery query(QSqlDatabase::database(m_name, false));
        query.prepare(QStringLiteral("SELECT plan FROM run WHERE id = ?"));
        query.addBindValue(recorded.summary.id);
        if (!query.exec() || !query.next())
            return journalError(query.lastError().text());
        auto plan = Plan::fromJson(QJsonDocument::fromJson(query.value(0).toString().toUtf8()).object());
        if (!plan)
            return plan.error();
        recorded.plan = *plan;
        query.prepare(QStringLiteral("SELECT at, kind, step, content FROM record WHERE run = ? ORDER BY number"));
        query.addBindValue(recorded.summary.id);
        if (!query.exec())
            return journalError(query.lastError().text());
        while (query.next()) {
            const auto word = std::find(recordWords.begin(), recordWords.end(), query.value(1).toString().toLatin1());
            if (word == recordWords.end())
                continue; // of a newer version
            recorded.records << JournalRecord{JournalRecord::Kind(int(word - recordWords.begin())), query.value(2).toString(), fromStamp(query.value(0).toLongLong()), QJsonDocument::fromJson(query.value(3).toString().toUtf8()).object()};
        }
        return recorded;
    }

private:
    QString m_name;
};

struct Journal::Private {
    QString path;
    QStringList mended;
    QThread thread;
    JournalStore store;
};

Journal::Journal(std::unique_ptr<Private> d) : m_d(std::move(d)) {}

Result<std::unique_ptr<Journal>> Journal::open(const QString &path)
{
    auto claimed = claimJournalFile(path);
    if (!claimed)
        return claimed.error();
    auto d = std::make_unique<Private>();
    d->path = path;
    d->mended = *claimed;
    d->store.moveToThread(&d->thread);
    d->thread.start();
    Result<> opened;
    JournalStore *store = &d->store;
    QMetaObject::invokeMethod(store, [store, path, &opened] { opened = store->open(path); }, Qt::BlockingQueuedConnection);
    auto journal = std::unique_ptr<Journal>(new Journal(std::move(d)));
    if (!opened)
        return opened.error();
    return journal;
}

Journal::~Journal()
{
    JournalStore *store = &m_d->store;
    QMetaObject::invokeMethod(store, [store] { store->close(); }, Qt::BlockingQueuedConnection);
    m_d->thread.quit();
    m_d->thread.wait();
}

const QStringList &Journal::mended() const { return m_d->mended; }

QCoro::Task<Result<>> Journal::begin(QString runId, Plan plan, TimePoint at)
{
    JournalStore *store = &m_d->store;
    const QVariantList values{runId, plan.spec.name, stamp(at), compactJson(plan.toJson())};
    std::function<Result<>()> work = [store, values] { return store->begin(values); };
    return runIn<Result<>>(store, work);
}

QCoro::Task<Result<>> Journal::append(QString runId, JournalRecord record)
{
    JournalStore *store = &m_d->store;
    const QVariantList values{runId, stamp(record.at), QString::fromLatin1(recordWords[std::size_t(record.kind)]), record.step, compactJson(record.content)};
    std::function<Result<>()> work = [store, values] { return store->append(values); };
    return runIn<Result<>>(store, work);
}

QCoro::Task<Result<QList<RunSummary>>> Journal::runs()
{
    JournalStore *store = &m_d->store;
    std::function<Result<QList<RunSummary>>()> work = [store] { return store->runs(QString()); };
    return runIn<Result<QList<RunSummary>>>(store, work);
}

QCoro::Task<Result<RecordedRun>> Journal::run(QString id)
{
    JournalStore *store = &m_d->store;
    std::function<Result<RecordedRun>()> work = [store, id] { return store->run(id); };
    return runIn<Result<RecordedRun>>(store, work);
}

QCoro::Task<Result<std::optional<QJsonObject>>> Journal::making(ResourceId resource)
{
    JournalStore *store = &m_d->store;
    const QString path = resource.key();
    std::function<Result<std::optional<QJsonObject>>()> work = [store, path] { return store->making(path); };
    return runIn<Result<std::optional<QJsonObject>>>(store, work);
}

QCoro::Task<Result<QList<Milliseconds>>> Journal::durations(QString work)
{
    JournalStore *store = &m_d->store;
    std::function<Result<QList<Milliseconds>>()> ask = [store, work] { return store->durations(work); };
    return runIn<Result<QList<Milliseconds>>>(store, ask);
}

Result<std::shared_ptr<RunLock>> Journal::lock(const QList<ResourceId> &resources) const
{
    std::vector<std::unique_ptr<ProcessLock>> files;
    for (const ResourceId &id : resources) {
        const QByteArray hash = QCryptographicHash::hash(id.key().toUtf8(), QCryptographicHash::Sha256).toHex().left(24);
        auto file = ProcessLock::tryTake(m_d->path + QStringLiteral("-run-") + QString::fromLatin1(hash) + QStringLiteral(".lock"));
        if (!file) {
            Error error = Error::internal(QStringLiteral("RunGoesOn"), QStringLiteral("Another run works on \"%1\" at this moment. Wait for its end, or stop it first.").arg(id.name()));
            error.kind = ErrorKind::Conflict;
            error.target = id.toString();
            return error;
        }
        files.push_back(std::move(file));
    }
    return std::make_shared<RunLock>(std::move(files));
}

} // namespace causeway
