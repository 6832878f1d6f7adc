// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/pace.h"
#include "engine/run.h"
#include "plan/planner.h"

namespace causeway {

//! What a look at a resource says about whether it is so yet.
struct Look {
    bool there = false;
    bool done = false;
    QJsonObject body;
    std::optional<Error> failed;  //!< it never will be
    QString waitsFor;             //!< code of text/steptext.h
    QStringList arguments;
};

//! A step that makes or changes one ARM resource: read it, compare by change(), record the intent, write, and settle until it *is* so.
//! Everything that can go wrong between two of these is answered by the first: read before write (design.md §3).
class ArmStep : public Step
{
public:
    using Step::Step;
    QCoro::Task<StepEnd> perform() override;

protected:
    //! Reads the target; not there is a Look that says so.
    virtual QCoro::Task<Result<Look>> look();
    //! Is the resource in its final state? `body` is what look() read.
    virtual Look judge(const QJsonObject &body) const;
    //! Reads in a row that must agree before it is believed.
    [[nodiscard]] virtual int readsToBelieve() const { return 1; }
    //! Runs before the intent is recorded; what it returns is kept with it. An error stops the step.
    virtual QCoro::Task<Result<QJsonObject>> beforeWriting();
    //! Does an accepted write have an operation worth following? Else only look() decides.
    [[nodiscard]] virtual bool followsOperation() const { return true; }
    //! A step that planned nothing to write, and somebody else must: what it waits for.
    virtual QCoro::Task<StepEnd> onlySettle(bool changed);

    [[nodiscard]] const RestCall *call() const { return m_planned.calls.isEmpty() ? nullptr : &m_planned.calls.first(); }
    [[nodiscard]] QString apiVersion() const;
    [[nodiscard]] const QString &path() const { return m_path; }
    void setPath(const QString &path) { m_path = path; }
    //! Usual time of the write's operation, where it is not all of the step.
    [[nodiscard]] virtual Milliseconds operationTime() const { return m_planned.estimate; }
    //! What has to be written when a generated secret of an earlier process is lost and a new one takes its place.
    [[nodiscard]] virtual RestCall secretCall() const { return *call(); }
    //! What a look at the resource tells about a write whose answer was lost: everything, or, for a secret, nothing.
    enum class Proof { Reading, None };
    //! Sends a call: busy services are waited for; unknown outcomes are looked at before a second try, or, where no look can
    //! prove anything, sent again.
    QCoro::Task<Result<>> write(RestCall call, bool resourceWasThere, Proof proof = Proof::Reading);
    //! An operation that an earlier process left behind is followed to its end.
    QCoro::Task<Result<>> finishLeftOperation();
    QCoro::Task<Result<>> follow(ArmOperation operation);
    //! Looks until done, failed or out of patience; keeps what it saw as the step's product. A look that failed on the way
    //! says nothing about the resource and is repeated.
    QCoro::Task<Result<>> settle();
    void keepProduct(const QJsonObject &body);

private:
    QCoro::Task<StepEnd> adopt();
    QCoro::Task<Result<>> renewSecrets();
    QCoro::Task<Result<bool>> foundMadeAfterAll();
    QCoro::Task<Result<>> watch(ArmOperation operation, std::stop_source finished, std::shared_ptr<bool> seen);
    [[nodiscard]] Error foreign(const Comparison &comparison) const;
    [[nodiscard]] Error moved() const;
    QCoro::Task<Result<Comparison>> compare(Look found);

    QString m_path;          // of the target, places filled
    TimePoint m_began;       // of the last write
    std::optional<RestCall> m_sent;
    QList<Milliseconds> m_recorded; // how long earlier writes of this kind took
};

//! Transient by code, whatever the HTTP status: wait, keep the step running (reliability…md §A2, class T).
bool isBusy(const Error &error);
//! Enabled, Enabling, Disabling, Disabled or empty: interactive authoring in an answer of getStatus (azure-data-factory.md §4.2).
QString interactiveState(const QJsonObject &status);
std::unique_ptr<Step> makeStep(Run &run, const PlannedStep &planned);

} // namespace causeway
