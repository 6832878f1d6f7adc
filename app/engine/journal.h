// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "plan/outcome.h"
#include "plan/plan.h"

#include <QCoroTask>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

namespace causeway {

class ProcessLock;

//! One line of a run's story. Intent and Operation stand before what they speak of goes on.
struct JournalRecord {
    enum class Kind { Intent, Operation, StepOutcome, RunOutcome, Resumed };
    Kind kind = Kind::Intent;
    QString step;
    TimePoint at;
    QJsonObject content; //!< Operation: the poll link, a secret of its own kind; never printed
};

struct RunSummary {
    QString id;
    QString name;        //!< of the setup
    TimePoint started;
    std::optional<TimePoint> ended;
    std::optional<Outcome> outcome; //!< nullopt: it stopped without saying so, or still runs
    int records = 0;
};

struct RecordedRun {
    RunSummary summary;
    Plan plan;
    QList<JournalRecord> records;
};

//! Held while a run works on its resources; gone when destroyed or when the process dies.
class RunLock
{
public:
    explicit RunLock(std::vector<std::unique_ptr<ProcessLock>> files);
    ~RunLock();
    Q_DISABLE_COPY(RunLock)

private:
    std::vector<std::unique_ptr<ProcessLock>> m_files;
};

//! What runs did and were about to do, in one SQLite file (WAL, synchronous=FULL) that only its owner may read. One
//! contract: when append() has returned, the record survives the loss of power. Works on a thread of its own; call it
//! from one thread. Records of all runs stay; the file grows by some kilobytes a run.
class Journal
{
public:
    //! Makes file and folder when they are not there; the file is 0600 before anything is in it. Errors: Internal; InvalidInput when
    //! somebody else has a hand in them (journalfile.h).
    static Result<std::unique_ptr<Journal>> open(const QString &path);
    //! What stood open to others and was closed at opening, in words; mostly nothing.
    [[nodiscard]] const QStringList &mended() const;
    ~Journal();
    Q_DISABLE_COPY_MOVE(Journal)

    QCoro::Task<Result<>> begin(QString runId, Plan plan, TimePoint at);
    QCoro::Task<Result<>> append(QString runId, JournalRecord record);
    //! Newest first.
    QCoro::Task<Result<QList<RunSummary>>> runs();
    //! NotFound; InvalidInput when a unique beginning of an id was given that fits several, or when a row of it is not as it was
    //! written (JournalAltered). An empty id: the newest run.
    QCoro::Task<Result<RecordedRun>> run(QString id);
    //! The newest intent of any run to make exactly this resource, which was not there before; nullopt: we never did. InvalidInput as run().
    QCoro::Task<Result<std::optional<QJsonObject>>> making(ResourceId resource);
    //! How long recorded work of this name took ("took" and "work" of StepOutcome), the newest 200, newest first.
    QCoro::Task<Result<QList<Milliseconds>>> durations(QString work);
    //! Conflict when another process or run works on one of these resources.
    Result<std::shared_ptr<RunLock>> lock(const QList<ResourceId> &resources) const;

private:
    struct Private;
    explicit Journal(std::unique_ptr<Private> d);
    std::unique_ptr<Private> m_d;
};

} // namespace causeway
