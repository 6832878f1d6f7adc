// SPDX-License-Identifier: Apache-2.0
#include "wizard/run/runcontrol.h"

#include "plan/planner.h"
#include "plan/preflight.h"

#include <QPointer>
#include <QSet>
#include <algorithm>

namespace causeway::wizard {

// Lives as long as the run, which may end after the window has gone.
class RunControl::Relay final : public RunListener
{
public:
    explicit Relay(RunControl *control) : m_control(control) {}
    void runStarted(const QString &runId, const Plan &plan) override
    {
        if (m_control)
            m_control->runStarted(runId, plan);
    }
    void stepHappened(const StepEvent &event) override
    {
        if (m_control)
            m_control->stepHappened(event);
    }

private:
    QPointer<RunControl> m_control;
};

RunControl::RunControl(Engine &engine, RunIdentity identity, QObject *parent)
    : QObject(parent), m_engine(engine), m_identity(std::move(identity))
{}

RunControl::~RunControl()
{
    m_checkStop.request_stop();
    m_runStop.request_stop();
    m_engine.detach();
}

void RunControl::setCheck(Check state)
{
    m_check = state;
    Q_EMIT checkChanged();
}

void RunControl::check(const SetupSpec &spec)
{
    cancelCheck();
    m_checkStop = std::stop_source();
    m_findings.clear();
    m_plan.reset();
    m_checkError.reset();
    setCheck(Check::Observing);
    Context context;
    context.stop = m_checkStop.get_token();
    performCheck(spec, context, ++m_checkGeneration);
}

void RunControl::cancelCheck()
{
    m_checkStop.request_stop();
    ++m_checkGeneration;
    if (m_check == Check::Observing || m_check == Check::Validating)
        setCheck(Check::Idle);
}

void RunControl::setUser(const QString &user)
{
    if (user == m_user)
        return;
    m_user = user;
    cancelCheck();
    m_findings.clear();
    m_plan.reset();
    m_checkError.reset();
    if (m_check != Check::Idle)
        setCheck(Check::Idle);
}

QCoro::Task<> RunControl::performCheck(SetupSpec spec, Context context, quint64 generation)
{
    const QPointer<RunControl> self(this);
    const RunIdentity identity = m_identity;
    Result<Observed> observed = co_await m_engine.observe(spec, identity, context);
    if (!self || generation != m_checkGeneration)
        co_return;
    if (!observed) {
        m_checkError = observed.error();
        setCheck(Check::Failed);
        co_return;
    }
    m_observed = *observed;
    m_findings = preflight(spec, *observed, identity);
    Result<Plan> plan = makePlan(spec, *observed, identity);
    if (!plan) {
        m_checkError = plan.error();
        setCheck(Check::Failed);
        co_return;
    }
    m_plan = *plan;
    if (hasErrors(m_findings)) {
        setCheck(Check::Failed);
        co_return;
    }
    setCheck(Check::Validating);
    Result<> validated = co_await m_engine.validateRemotely(*plan, context);
    if (!self || generation != m_checkGeneration)
        co_return;
    if (!validated)
        m_checkError = validated.error();
    setCheck(validated ? Check::Passed : Check::Failed);
}

void RunControl::beginRun()
{
    m_runStop = std::stop_source();
    m_events.clear();
    m_report.reset();
    m_runError.reset();
    m_run = Run::Running;
}

void RunControl::forgetEnded()
{
    if (m_run != Run::Ended)
        return;
    m_runId.clear();
    m_runningPlan.reset();
    m_events.clear();
    m_report.reset();
    m_runError.reset();
    m_run = Run::Idle;
    Q_EMIT runChanged();
}

static RunOptions runOptions(std::optional<ApprovalMode> approval)
{
    RunOptions options;
    options.approval = approval;
    options.wait = std::chrono::duration_cast<Milliseconds>(std::chrono::hours(24)); // a window stays; closing it detaches
    return options;
}

void RunControl::start(std::optional<ApprovalMode> approval)
{
    if (!m_plan || m_run == Run::Running || m_run == Run::Stopping)
        return;
    beginRun();
    m_runId.clear();
    m_runningPlan = m_plan;
    Q_EMIT runChanged();
    Context context;
    context.stop = m_runStop.get_token();
    performRun(m_plan, QString(), runOptions(approval), context);
}

void RunControl::resume(const QString &runId, std::optional<ApprovalMode> approval)
{
    if (m_run == Run::Running || m_run == Run::Stopping)
        return;
    if (!runId.isEmpty())
        m_runId = runId;
    beginRun();
    Q_EMIT runChanged();
    Context context;
    context.stop = m_runStop.get_token();
    RunOptions options = runOptions(approval);
    options.resumedBy = resumedBy(m_runId);
    performRun(std::nullopt, m_runId, options, context);
}

// Where a run belongs its own record says; who goes on with it has to be who began it.
std::optional<RunIdentity> RunControl::resumedBy(const QString &runId) const
{
    const bool last = m_lastRun && m_lastRun->summary.id == runId;
    if (m_user.isEmpty() || (!last && !m_runningPlan))
        return std::nullopt;
    RunIdentity here = last ? m_lastRun->plan.identity : m_runningPlan->identity;
    here.user = m_user;
    return here;
}

void RunControl::lookForLastRun(const QString &user)
{
    performLook(user, ++m_lookGeneration);
}

QCoro::Task<> RunControl::performLook(QString user, quint64 generation)
{
    const QPointer<RunControl> self(this);
    Result<std::optional<RecordedRun>> found = co_await m_engine.lastRun(user);
    if (!self || generation != m_lookGeneration)
        co_return;
    m_lastRun = found ? *found : std::nullopt; // a journal that cannot be read has nothing to offer; a run will say why
    Q_EMIT lastRunChanged();
}

const RecordedRun *RunControl::resumable() const
{
    const bool active = m_run == Run::Running || m_run == Run::Stopping;
    const bool over = m_lastRun && m_lastRun->summary.outcome == Outcome::Succeeded;
    return m_lastRun && !over && !active ? &*m_lastRun : nullptr;
}

QCoro::Task<> RunControl::performRun(std::optional<Plan> plan, QString runId, RunOptions options, Context context)
{
    const QPointer<RunControl> self(this);
    Relay relay(this);
    RunListener *listener = &relay;
    auto task = plan ? m_engine.run(*plan, options, listener, context) : m_engine.resume(runId, options, listener, context);
    Result<RunReport> report = co_await task;
    if (!self)
        co_return;
    if (report)
        m_report = *report;
    else
        m_runError = report.error();
    m_run = Run::Ended;
    Q_EMIT runChanged();
}

void RunControl::cancel()
{
    if (m_run == Run::Running) {
        m_run = Run::Stopping;
        m_runStop.request_stop();
        Q_EMIT runChanged();
    } else if (m_run == Run::Stopping) {
        m_engine.detach();
    }
}

void RunControl::detach()
{
    if (m_run != Run::Running && m_run != Run::Stopping)
        return;
    m_runStop.request_stop();
    m_engine.detach();
}

void RunControl::runStarted(const QString &runId, const Plan &plan)
{
    m_runId = runId;
    m_runningPlan = plan;
    Q_EMIT runChanged();
}

bool RunControl::isWaitingForPerson() const
{
    QSet<QString> waiting;
    for (const StepEvent &event : m_events) {
        if (event.kind == StepEvent::Kind::Waiting && event.waitingFor)
            waiting.insert(event.step);
        else
            waiting.remove(event.step);
    }
    return m_run == Run::Running && !waiting.isEmpty();
}

void RunControl::stepHappened(const StepEvent &event)
{
    const auto before = std::find_if(m_events.crbegin(), m_events.crend(), [&event](const StepEvent &each) { return each.step == event.step; });
    const bool waitedAlready = before != m_events.crend() && before->kind == StepEvent::Kind::Waiting;
    m_events.append(event);
    Q_EMIT stepChanged(event);
    if (event.kind == StepEvent::Kind::Waiting && event.waitingFor && !waitedAlready)
        Q_EMIT approvalNeeded(); // once: whoever has left the approvals page is not led back at every look
}

} // namespace causeway::wizard
