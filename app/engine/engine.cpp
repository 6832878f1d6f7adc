// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include "engine/observer.h"
#include "engine/run.h"
#include "engine/steps/armstep.h"
#include "plan/planner.h"
#include "plan/targets.h"

#include <QUuid>

namespace causeway {
namespace {

//! Sorts by time of making, as a journal's reader wants it: 20261120-072731-1f3c.
QString newRunId(TimePoint now)
{
    const QString time = toText(now); // 2026-11-20T07:27:31.208Z
    const QString day = time.left(10).remove(QLatin1Char('-'));
    return day + QLatin1Char('-') + time.mid(11, 8).remove(QLatin1Char(':')) + QLatin1Char('-') + QUuid::createUuid().toString(QUuid::WithoutBraces).left(6);
}

//! What two runs must not work on at once.
QList<ResourceId> lockedBy(const Plan &plan)
{
    QList<ResourceId> ids;
    const auto targets = targetsOf(plan.spec, Observed(), plan.identity);
    if (targets) {
        for (const ResourceId &id : {targets->server, targets->endpoint, targets->factory}) {
            if (!id.isEmpty() && !ids.contains(id))
                ids << id;
        }
    } else {
        for (const PlannedStep &step : plan.steps) {
            const bool anchor = step.kind == StepKind::Server || step.kind == StepKind::PrivateEndpoint || step.kind == StepKind::Factory;
            if (anchor && !ids.contains(step.target))
                ids << step.target;
        }
    }
    return ids;
}

Error movedWorld(const Plan &was, const Plan &is)
{
    QStringList changed;
    for (const PlannedStep &step : is.steps) {
        const PlannedStep *before = was.step(step.id);
        if (!before || !(*before == step))
            changed << step.id;
    }
    for (const PlannedStep &step : was.steps) {
        if (!is.step(step.id))
            changed << step.id;
    }
    Error error;
    error.kind = ErrorKind::Conflict;
    error.code = QStringLiteral("WorldMoved");
    error.message = QStringLiteral("Since this plan was saved something has changed: %1. Make the plan again.").arg(changed.join(QStringLiteral(", ")));
    return error;
}

//! The steps that need nothing any more.
QSet<QString> succeededIn(const QList<JournalRecord> &records)
{
    QSet<QString> steps;
    for (const JournalRecord &record : records) {
        if (record.kind == JournalRecord::Kind::StepOutcome && record.content.value(QStringLiteral("outcome")).toString() == toText(Outcome::Succeeded))
            steps.insert(record.step);
    }
    return steps;
}

QString loginOf(const SetupSpec &spec)
{
    return spec.server && spec.server->create ? spec.server->create->administratorLogin : QString();
}

} // namespace

struct Engine::Private {
    Apis apis;
    Clock &clock;
    SecretSource &secrets;
    Journal *journal;
    SecretStore *store;
    std::stop_source gone;     // with the engine: who only reads the journal may still be waiting for it
    std::stop_source detached; // of the runs that go on; those that come later have another
    std::shared_ptr<char> working = std::make_shared<char>(); // held by whatever is under way

    [[nodiscard]] std::unique_ptr<RunSecrets> secretsOf(const QString &id, const SetupSpec &spec) const { return std::make_unique<RunSecrets>(secrets, store, id, loginOf(spec)); }
    QCoro::Task<Result<RunReport>> work(QString id, Plan plan, QList<JournalRecord> records, RunOptions options, RunListener *listener, RunSecrets *runSecrets, Context context, std::stop_token letGo);
};

Engine::Engine(Apis apis, Clock &clock, SecretSource &secrets, Journal *journal, SecretStore *store)
    : m_d(new Private{apis, clock, secrets, journal, store, std::stop_source(), std::stop_source()})
{}
Engine::~Engine()
{
    m_d->gone.request_stop();
}

ArmClient &Engine::arm() const
{
    return m_d->apis.arm;
}

int Engine::active() const
{
    return int(m_d->working.use_count()) - 1;
}

void Engine::detach()
{
    std::exchange(m_d->detached, std::stop_source()).request_stop();
}

QCoro::Task<Result<Observed>> Engine::observe(SetupSpec spec, RunIdentity identity, Context context)
{
    const std::shared_ptr<char> working = m_d->working;
    Observer observer(m_d->apis.arm, spec, identity, context);
    Result<Observed> observed = co_await observer.observe();
    co_return observed;
}

QCoro::Task<Result<RunReport>> Engine::Private::work(QString id, Plan plan, QList<JournalRecord> records, RunOptions options, RunListener *listener, RunSecrets *runSecrets, Context context, std::stop_token letGo)
{
    Run::Parts parts;
    parts.arm = &apis.arm;
    parts.clock = &clock;
    parts.journal = journal;
    parts.secrets = runSecrets;
    parts.listener = listener;
    parts.maker = &makeStep;
    Run run(id, plan, options, parts, context, letGo);
    run.remember(records);
    if (listener)
        listener->runStarted(id, run.plan());
    RunReport report = co_await run.go();
    co_return report;
}

QCoro::Task<Result<RunReport>> Engine::run(Plan plan, RunOptions options, RunListener *listener, Context context)
{
    const std::shared_ptr<char> working = m_d->working;
    const std::stop_token letGo = m_d->detached.get_token();
    std::shared_ptr<RunLock> lock;
    if (m_d->journal) {
        const Result<std::shared_ptr<RunLock>> locked = m_d->journal->lock(lockedBy(plan));
        if (!locked)
            co_return locked.error();
        lock = *locked;
    }
    if (options.refuseWhenMoved) {
        const SetupSpec spec = plan.spec;
        const RunIdentity identity = plan.identity;
        const Result<Observed> observed = co_await observe(spec, identity, context);
        if (!observed)
            co_return observed.error();
        const Result<Plan> now = makePlan(spec, *observed, identity);
        if (!now)
            co_return now.error();
        if (now->fingerprint != plan.fingerprint)
            co_return movedWorld(plan, *now);
    }
    const QString id = newRunId(m_d->clock.now());
    const std::unique_ptr<RunSecrets> secrets = m_d->secretsOf(id, plan.spec);
    RunSecrets *runSecrets = secrets.get();
    const QSet<QString> none;
    const Result<> asked = co_await runSecrets->askAhead(plan, none, context);
    if (!asked)
        co_return asked.error();
    if (m_d->journal) {
        const Clock::Hold hold = m_d->clock.hold();
        const TimePoint at = m_d->clock.now();
        const Result<> begun = co_await m_d->journal->begin(id, plan, at);
        if (!begun)
            co_return begun.error();
    }
    const QList<JournalRecord> nothing;
    Result<RunReport> report = co_await m_d->work(id, plan, nothing, options, listener, runSecrets, context, letGo);
    co_return report;
}

QCoro::Task<Result<RunReport>> Engine::resume(QString runId, RunOptions options, RunListener *listener, Context context)
{
    const std::shared_ptr<char> working = m_d->working;
    const std::stop_token letGo = m_d->detached.get_token();
    if (!m_d->journal)
        co_return Error::internal(QStringLiteral("NoJournal"), QStringLiteral("There is no journal to resume from."));
    Result<RecordedRun> recorded = Error();
    {
        const Clock::Hold hold = m_d->clock.hold();
        recorded = co_await m_d->journal->run(runId);
    }
    if (!recorded)
        co_return recorded.error();
    if (recorded->summary.outcome == Outcome::Succeeded) {
        RunReport over = reportOf(*recorded);
        over.wasOver = true;
        co_return over;
    }
    const auto another = options.resumedBy ? anotherIdentity(recorded->plan.identity, *options.resumedBy) : std::nullopt;
    if (another)
        co_return *another;
    const Result<std::shared_ptr<RunLock>> locked = m_d->journal->lock(lockedBy(recorded->plan));
    if (!locked)
        co_return locked.error();
    const QString id = recorded->summary.id;
    const Plan plan = recorded->plan;
    const QList<JournalRecord> records = recorded->records;
    const std::unique_ptr<RunSecrets> secrets = m_d->secretsOf(id, plan.spec);
    RunSecrets *runSecrets = secrets.get();
    const QSet<QString> done = succeededIn(records);
    const Result<> asked = co_await runSecrets->askAhead(plan, done, context);
    if (!asked)
        co_return asked.error();
    JournalRecord line;
    line.kind = JournalRecord::Kind::Resumed;
    line.at = m_d->clock.now();
    {
        const Clock::Hold hold = m_d->clock.hold();
        const Result<> noted = co_await m_d->journal->append(id, line);
        if (!noted)
            co_return noted.error();
    }
    Result<RunReport> report = co_await m_d->work(id, plan, records, options, listener, runSecrets, context, letGo);
    co_return report;
}

QCoro::Task<Result<std::optional<RecordedRun>>> Engine::lastRun(QString user)
{
    const std::shared_ptr<char> working = m_d->working;
    static constexpr int farBack = 50; // somebody else's runs before we give up
    std::optional<RecordedRun> nothing;
    if (!m_d->journal)
        co_return nothing;
    const std::stop_token gone = m_d->gone.get_token();
    const Clock::Hold hold = m_d->clock.hold();
    const Result<QList<RunSummary>> runs = co_await m_d->journal->runs();
    if (!runs)
        co_return runs.error();
    const QList<RunSummary> newest = runs->mid(0, farBack);
    for (const RunSummary &summary : newest) {
        if (gone.stop_requested())
            co_return nothing;
        const QString id = summary.id;
        const Result<RecordedRun> recorded = co_await m_d->journal->run(id);
        if (recorded && recorded->plan.identity.user.compare(user, Qt::CaseInsensitive) == 0) {
            const std::optional<RecordedRun> mine = *recorded;
            co_return mine;
        }
    }
    co_return nothing;
}

} // namespace causeway
