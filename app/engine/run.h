// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/waiting.h"
#include "engine/runsecrets.h"
#include "engine/step.h"

#include <QHash>
#include <QJsonObject>
#include <QSet>

namespace causeway {

//! One walk over a plan's graph: starts what is ready (longest remaining way first, one write at a time per serial key), carries
//! outcomes to those that depend on them, and is what steps use of the world around them.
class Run
{
public:
    struct Parts {
        ArmClient *arm = nullptr;   //!< null where steps need none (tests)
        Clock *clock = nullptr;
        Journal *journal = nullptr; //!< may be null
        RunSecrets *secrets = nullptr;
        RunListener *listener = nullptr;
        StepMaker maker;
    };
    //! `detached` fires when even what is in flight is not to be waited for any more.
    Run(QString id, Plan plan, RunOptions options, Parts parts, Context context, std::stop_token detached);

    //! What an earlier process recorded of this run.
    void remember(const QList<JournalRecord> &records);
    void countMade(const MadeResource &made);
    QCoro::Task<RunReport> go();

    // --- for steps ----------------------------------------------------------------------------
    [[nodiscard]] ArmClient &arm() { return *m_parts.arm; }
    [[nodiscard]] Clock &clock() { return *m_parts.clock; }
    [[nodiscard]] RunSecrets &secrets() { return *m_parts.secrets; }
    [[nodiscard]] const Plan &plan() const { return m_plan; }
    [[nodiscard]] const RunOptions &options() const { return m_options; }
    //! For what must not be cut short by a first cancel: reads, polls, journal.
    [[nodiscard]] Context settling() const;
    //! For what ends at the first cancel: waiting for a person, waiting before a write.
    [[nodiscard]] Context waiting() const;
    [[nodiscard]] bool mayWrite() const { return !m_context.cancelled() && !m_detached.stop_requested(); }

    //! What a step leaves behind for later ones: the resource as it was read last.
    void keep(const QString &step, const QJsonObject &body) { m_products.insert(step, body); }
    [[nodiscard]] QJsonObject product(const QString &step) const { return m_products.value(step); }
    //! The intent that this run recorded for a step, now or in an earlier process; nullopt: it never meant to write.
    [[nodiscard]] std::optional<QJsonObject> intent(const QString &step) const;
    //! The intent by which we made a step's resource, in this run or, as the journal says, in an earlier one.
    QCoro::Task<std::optional<QJsonObject>> making(PlannedStep step);
    //! How long writes like this step's took in its region, as the journal knows; newest first.
    QCoro::Task<QList<Milliseconds>> durations(PlannedStep step);
    [[nodiscard]] std::optional<ArmOperation> operation(const QString &step) const;
    QCoro::Task<Result<>> recordIntent(QString step, QJsonObject content);
    QCoro::Task<Result<>> recordOperation(QString step, ArmOperation operation);

    void say(const PlannedStep &step, const QString &code, const QStringList &arguments = {});
    void sayWaiting(const PlannedStep &step, Actor actor, const QString &code, const QStringList &arguments, std::optional<Error> error);
    //! Others may write under the step's serial key from now on.
    void releaseSerial(const PlannedStep &step);
    //! While a person is waited for the step takes no place among the parallel ones.
    void releasePlace(const PlannedStep &step);
    //! Replaces the markers {"secret":…} and {"from":…} in a body; with secrets only when asked.
    QCoro::Task<Result<QJsonValue>> materialise(QJsonValue body, bool withSecrets);
    //! Replaces the places {step:value} of a path. InvalidInput when a value is not known.
    [[nodiscard]] Result<QString> materialisePath(const QString &path) const;
    //! Does a step that has not succeeded yet, here or in an earlier process, send this secret?
    [[nodiscard]] bool stillSends(const QString &field) const;
    void tested(const QString &verdict, const QJsonObject &answer);
    //! Nothing where the service does not tell.
    void lagged(const PlannedStep &step, std::optional<Milliseconds> lag);

private:
    enum class Phase { Blocked, Running, Done };
    struct State {
        Phase phase = Phase::Blocked;
        bool holdsPlace = false;
        bool holdsKey = false;
        StepReport report;
        std::unique_ptr<Step> step;
    };

    void startReady();
    [[nodiscard]] bool isReady(int index) const;
    void skip(int index);
    QCoro::Task<> runStep(int index);
    QCoro::Task<> end(int index, StepEnd result);
    QCoro::Task<Result<>> record(JournalRecord::Kind kind, QString step, QJsonObject content);
    void emitEvent(StepEvent event);
    void wake();
    [[nodiscard]] Outcome overall() const;

    QString m_id;
    Plan m_plan;
    RunOptions m_options;
    Parts m_parts;
    Context m_context;
    std::stop_token m_detached;
    std::vector<State> m_states;
    QHash<QString, int> m_index;
    QList<int> m_order; // by longest remaining way
    QSet<QString> m_keysHeld;
    int m_places = 0;
    std::vector<QCoro::Task<>> m_tasks;
    std::optional<OneShot<Clock::Hold>> m_wake; // virtual time stands still until what became ready has started
    QHash<QString, QJsonObject> m_products;
    QHash<QString, QJsonObject> m_intents;
    QHash<QString, QJsonObject> m_operations;
    QSet<QString> m_succeeded; // in an earlier process
    RunReport m_report;
};

} // namespace causeway
