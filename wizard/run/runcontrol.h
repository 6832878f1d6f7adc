// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"
#include "domain/setupspec.h"
#include "engine/engine.h"
#include "plan/observed.h"
#include "plan/plan.h"

#include <QObject>
#include <optional>
#include <stop_token>

namespace causeway::wizard {

//! Planning and running for the pages: one check and one run at a time, told by signals. Outlives the pages.
class RunControl final : public QObject
{
    Q_OBJECT
public:
    enum class Check { Idle, Observing, Validating, Passed, Failed };
    enum class Run { Idle, Running, Stopping, Ended };

    RunControl(Engine &engine, RunIdentity identity, QObject *parent = nullptr);
    ~RunControl() override;

    // --- review ------------------------------------------------------------------------------
    //! Observes, plans, looks for what is in the way, and has Azure validate the plan. A newer check replaces this one.
    void check(const SetupSpec &spec);
    void cancelCheck();
    [[nodiscard]] Check checkState() const { return m_check; }
    [[nodiscard]] const Issues &findings() const { return m_findings; }         //!< preflight's
    [[nodiscard]] const std::optional<Plan> &plan() const { return m_plan; }
    [[nodiscard]] const std::optional<Observed> &observed() const { return m_observed; }
    [[nodiscard]] const std::optional<Error> &checkError() const { return m_checkError; }

    // --- apply -------------------------------------------------------------------------------
    //! Runs the plan of the last check that passed. `approval` in place of the setup's.
    void start(std::optional<ApprovalMode> approval = std::nullopt);
    //! Goes on with this recorded run; an empty id: the one that ran here, else the newest.
    void resume(const QString &runId = {}, std::optional<ApprovalMode> approval = std::nullopt);
    //! Looks for the newest recorded run of that user; lastRunChanged() tells.
    void lookForLastRun(const QString &user);
    //! The user's last run, when there is something left to do of it and nothing runs here.
    [[nodiscard]] const RecordedRun *resumable() const;
    //! First: no new write, what is in flight is settled. Second: detach.
    void cancel();
    void detach();
    [[nodiscard]] Run runState() const { return m_run; }
    //! A step of the run waits for somebody to approve.
    [[nodiscard]] bool isWaitingForPerson() const;
    [[nodiscard]] const std::optional<Plan> &runningPlan() const { return m_runningPlan; }
    [[nodiscard]] const QList<StepEvent> &events() const { return m_events; }
    //! As the journal names it; empty before a run has begun.
    [[nodiscard]] const QString &runId() const { return m_runId; }
    [[nodiscard]] const std::optional<RunReport> &report() const { return m_report; }
    [[nodiscard]] const std::optional<Error> &runError() const { return m_runError; }
    //! A run that has ended is over for a window that turns to another setup; its record stays.
    void forgetEnded();
    void setIdentity(const RunIdentity &identity) { m_identity = identity; }
    //! Who is in use now. What was checked for somebody else is forgotten, and a run that another one began is not resumed.
    void setUser(const QString &user);
    [[nodiscard]] const RunIdentity &identity() const { return m_identity; }
    [[nodiscard]] Engine &engine() const { return m_engine; }

Q_SIGNALS:
    void checkChanged();
    void runChanged();
    void lastRunChanged();
    void stepChanged(const causeway::StepEvent &event);
    //! The run has reached a step that waits for a person to approve.
    void approvalNeeded();

private:
    QCoro::Task<> performCheck(SetupSpec spec, Context context, quint64 generation);
    QCoro::Task<> performRun(std::optional<Plan> plan, QString runId, RunOptions options, Context context);
    QCoro::Task<> performLook(QString user, quint64 generation);
    void setCheck(Check state);
    void beginRun();
    [[nodiscard]] std::optional<RunIdentity> resumedBy(const QString &runId) const;
    class Relay;
    void runStarted(const QString &runId, const Plan &plan);
    void stepHappened(const StepEvent &event);

    Engine &m_engine;
    RunIdentity m_identity;
    QString m_user; //!< empty: not known
    Check m_check = Check::Idle;
    std::stop_source m_checkStop;
    quint64 m_checkGeneration = 0;
    Issues m_findings;
    std::optional<Plan> m_plan;
    std::optional<Observed> m_observed;
    std::optional<Error> m_checkError;

    Run m_run = Run::Idle;
    std::stop_source m_runStop;
    QString m_runId;
    std::optional<RecordedRun> m_lastRun;
    quint64 m_lookGeneration = 0;
    std::optional<Plan> m_runningPlan;
    QList<StepEvent> m_events;
    std::optional<RunReport> m_report;
    std::optional<Error> m_runError;
};

} // namespace causeway::wizard
