// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/armclient.h"
#include "core/context.h"
#include "core/result.h"
#include "core/secret.h"
#include "engine/journal.h"
#include "plan/observed.h"
#include "plan/plan.h"

#include <QCoroTask>
#include <functional>
#include <memory>
#include <optional>

namespace causeway {

//! Whom a run may call.
struct Apis {
    ArmClient &arm;
};

//! Gives secrets by reference (prompt, environment, keychain); the engine makes and keeps those of kind Generate itself and
//! never asks for Key Vault ones, which stay references on the wire.
class SecretSource
{
public:
    SecretSource() = default;
    virtual ~SecretSource() = default;
    Q_DISABLE_COPY_MOVE(SecretSource)

    //! `field`: path in the setup document, for the question to a person. What a person or a keychain gives is asked for before a
    //! run begins, and an error then means that it does not; what the environment gives, when a step needs it.
    virtual QCoro::Task<Result<Secret>> secret(SecretReference reference, QString field, Context context) = 0;
};

//! What happened to a step, as it happens. Each step: Planned, then (Started … one end) or Skipped.
struct StepEvent {
    enum class Kind { Planned, Started, Progress, Waiting, Succeeded, Failed, Cancelled, Skipped };
    Kind kind = Kind::Planned;
    QString step;
    TimePoint at;
    QString text;                     //!< Progress, Waiting: what for, as a code of text/steptext.h or server text; else empty
    QStringList arguments;            //!< for the sentence of that code
    bool changed = false;             //!< Succeeded: something was written
    std::optional<Actor> waitingFor;  //!< Waiting: a person
    std::optional<Error> error;       //!< Failed, Waiting
};

class RunListener
{
public:
    RunListener() = default;
    virtual ~RunListener() = default;
    Q_DISABLE_COPY_MOVE(RunListener)

    virtual void runStarted(const QString &runId, const Plan &plan) = 0;
    virtual void stepHappened(const StepEvent &event) = 0;
};

struct RunOptions {
    int parallel = 8;                            //!< 1–64 steps at a time
    std::optional<ApprovalMode> approval;        //!< in place of the setup's (--approve-own)
    std::optional<Milliseconds> wait;            //!< stay for a person for so long; nullopt: end with Waiting
    bool refuseWhenMoved = false;                //!< a saved plan: observe again first (Conflict, WorldMoved)
    std::optional<RunIdentity> resumedBy;        //!< who resumes: a run of another one is refused (anotherIdentity())
};

struct StepReport {
    QString step;
    Outcome outcome = Outcome::Skipped;
    bool changed = false;
    std::optional<TimePoint> started;
    std::optional<TimePoint> ended;
    std::optional<Milliseconds> lag;  //!< how late its last operation's end was seen, where the service says when that was
    QString text;
    QStringList arguments;
    std::optional<Actor> waitingFor;
    std::optional<Error> error;
};

//! What this run made, first to last.
struct MadeResource {
    QString step;
    ResourceId id;
    Change change = Change::Create;
    TimePoint at;
};

struct RunReport {
    QString runId;
    Outcome outcome = Outcome::Succeeded;
    QList<StepReport> steps;          //!< in the plan's order
    QString verdict;                  //!< of the connection test: "Connection successful", or the service's error text; empty: not tested
    QJsonObject test;                 //!< the test's whole answer
    QList<MadeResource> made;
    TimePoint started;
    TimePoint ended;
    bool wasOver = false;             //!< resumed after it had succeeded: this is what the journal says, nothing was done

    [[nodiscard]] const StepReport *step(const QString &id) const;
    //! 0 done · 1 failed · 3 not permitted · 20 waiting for a person · 130 cancelled
    [[nodiscard]] int exitCode() const;
    [[nodiscard]] QJsonObject toJson() const;
};

//! How a run went, from its records alone.
RunReport reportOf(const RecordedRun &run);

//! Looks at the world, and does what a plan says and nothing else. One thread; runs may overlap on different resources.
class Engine
{
public:
    //! `journal` and `store` may be null: nothing to resume from, secrets only for the process. All must outlive the engine.
    Engine(Apis apis, Clock &clock, SecretSource &secrets, Journal *journal, SecretStore *store = nullptr);
    ~Engine();
    Q_DISABLE_COPY_MOVE(Engine)

    //! Reads everything that the spec names, and what preflight wants to know. What may not be read is left out or in
    //! Observed::unreadable; only a broken connection or sign-in is an error.
    QCoro::Task<Result<Observed>> observe(SetupSpec spec, RunIdentity identity, Context context);

    //! Azure's own validation of what the plan would make: deployments' validate, one call a resource group.
    //! An Error is Azure's refusal with its details.
    QCoro::Task<Result<>> validateRemotely(Plan plan, Context context);

    //! Runs the plan to its end. `cancel` in the context: first request = no new write, what is in flight is settled;
    //! detach() = stop looking at once. Errors only before the first step: lock, moved world, secret not given, journal.
    QCoro::Task<Result<RunReport>> run(Plan plan, RunOptions options, RunListener *listener, Context context);

    //! Goes on with a recorded run (an empty id: the newest one): the same code with a longer journal. One that has succeeded is
    //! only reported.
    QCoro::Task<Result<RunReport>> resume(QString runId, RunOptions options, RunListener *listener, Context context);

    //! The newest recorded run of that user, however it ended; nullopt: there is none, or nothing is recorded.
    QCoro::Task<Result<std::optional<RecordedRun>>> lastRun(QString user);

    //! The second cancel: every wait of every run that goes on ends now; the journal says what was in flight. Later runs are free of it.
    void detach();

    //! What has not come to its end yet. Whoever takes an engine down stops or detaches it and turns the event loop until this is 0.
    [[nodiscard]] int active() const;

private:
    [[nodiscard]] ArmClient &arm() const;
    struct Private;
    std::unique_ptr<Private> m_d;
};

} // namespace causeway
