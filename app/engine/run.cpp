// SPDX-License-Identifier: Apache-2.0
#include "engine/run.h"

#include "engine/markers.h"

#include <algorithm>
#include <numeric>

namespace causeway {

StepEnd StepEnd::failed(const Error &error)
{
    StepEnd end;
    end.outcome = error.kind == ErrorKind::Cancelled ? Outcome::Cancelled : Outcome::Failed;
    if (end.outcome == Outcome::Failed)
        end.error = error;
    return end;
}

StepEnd StepEnd::waiting(Actor actor, const QString &text, const QStringList &arguments, std::optional<Error> error)
{
    return {Outcome::Waiting, false, text, arguments, actor, std::move(error), {}};
}

Run::Run(QString id, Plan plan, RunOptions options, Parts parts, Context context, std::stop_token detached)
    : m_id(std::move(id)), m_plan(std::move(plan)), m_options(options), m_parts(std::move(parts)), m_context(std::move(context)), m_detached(std::move(detached)),
      m_states(std::size_t(m_plan.steps.size()))
{
    m_options.parallel = std::clamp(m_options.parallel, 1, 64);
    for (int i = 0; i < m_plan.steps.size(); ++i) {
        m_index.insert(m_plan.steps[i].id, i);
        m_states[std::size_t(i)].report.step = m_plan.steps[i].id;
    }
    const QList<Milliseconds> remaining = m_plan.remaining();
    m_order.resize(m_plan.steps.size());
    std::iota(m_order.begin(), m_order.end(), 0);
    std::stable_sort(m_order.begin(), m_order.end(), [&](int a, int b) { return remaining[a] > remaining[b]; });
}

void Run::remember(const QList<JournalRecord> &records)
{
    for (const JournalRecord &record : records) {
        switch (record.kind) {
        case JournalRecord::Kind::Intent:
            // The first one says whether the resource was there before this run; later tries do not know any more.
            if (!m_intents.contains(record.step))
                m_intents.insert(record.step, record.content);
            m_operations.remove(record.step);
            break;
        case JournalRecord::Kind::Operation:
            m_operations.insert(record.step, record.content);
            break;
        case JournalRecord::Kind::StepOutcome:
            m_operations.remove(record.step);
            if (record.content.value(QStringLiteral("outcome")).toString() == toText(Outcome::Succeeded))
                m_succeeded.insert(record.step);
            if (m_succeeded.contains(record.step) && record.content.value(QStringLiteral("changed")).toBool() && m_index.contains(record.step)) {
                const PlannedStep &step = m_plan.steps[m_index.value(record.step)];
                countMade({step.id, ResourceId::parse(record.content.value(QStringLiteral("target")).toString()).valueOr(step.target), step.change, record.at});
            }
            break;
        case JournalRecord::Kind::RunOutcome:
        case JournalRecord::Kind::Resumed:
            break;
        }
    }
}

//! A resumed run looks again at what it made: once is enough.
void Run::countMade(const MadeResource &made)
{
    const bool counted = std::any_of(m_report.made.cbegin(), m_report.made.cend(), [&](const MadeResource &each) { return each.step == made.step; });
    if (!counted)
        m_report.made << made;
}

Context Run::settling() const
{
    Context context;
    context.stop = m_detached;
    return context;
}

Context Run::waiting() const
{
    Context context;
    context.stop = m_context.stop;
    context.deadline = m_context.deadline;
    return context;
}

QCoro::Task<RunReport> Run::go()
{
    m_report.runId = m_id;
    m_report.started = clock().now();
    for (const PlannedStep &step : std::as_const(m_plan.steps)) {
        StepEvent event;
        event.step = step.id;
        emitEvent(event);
    }
    Clock::Hold starting = clock().hold();
    for (;;) {
        m_wake.emplace();
        startReady();
        starting = Clock::Hold();
        const bool busy = std::any_of(m_states.cbegin(), m_states.cend(), [](const State &state) { return state.phase == Phase::Running; });
        if (!busy)
            break;
        OneShot<Clock::Hold> woken = *m_wake;
        starting = co_await woken.wait();
    }
    for (auto &task : m_tasks)
        co_await task;
    for (State &state : m_states)
        m_report.steps << state.report;
    m_report.outcome = overall();
    m_report.ended = clock().now();
    const QJsonObject content{{QStringLiteral("outcome"), toText(m_report.outcome)}, {QStringLiteral("verdict"), m_report.verdict}};
    const Result<> written = co_await record(JournalRecord::Kind::RunOutcome, QString(), content);
    Q_UNUSED(written) // the outcome stands; a later look at the journal finds a run that did not say how it ended
    co_return std::move(m_report);
}

//! Ready: everything it depends on has succeeded.
bool Run::isReady(int index) const
{
    const QStringList &needs = m_plan.steps[index].dependsOn;
    return std::all_of(needs.cbegin(), needs.cend(), [&](const QString &need) {
        const State &state = m_states[std::size_t(m_index.value(need))];
        return state.phase == Phase::Done && state.report.outcome == Outcome::Succeeded;
    });
}

void Run::skip(int index)
{
    State &state = m_states[std::size_t(index)];
    state.phase = Phase::Done;
    state.report.outcome = Outcome::Skipped;
    StepEvent event;
    event.kind = StepEvent::Kind::Skipped;
    event.step = state.report.step;
    emitEvent(event);
}

void Run::startReady()
{
    // Steps are ordered, so one pass carries a failure to everything behind it.
    for (int i = 0; i < m_plan.steps.size(); ++i) {
        const QStringList &needs = m_plan.steps[i].dependsOn;
        const bool dead = std::any_of(needs.cbegin(), needs.cend(), [&](const QString &need) {
            const State &state = m_states[std::size_t(m_index.value(need))];
            return state.phase == Phase::Done && state.report.outcome != Outcome::Succeeded;
        });
        if (m_states[std::size_t(i)].phase == Phase::Blocked && (dead || !mayWrite()))
            skip(i);
    }
    for (const int i : std::as_const(m_order)) {
        State &state = m_states[std::size_t(i)];
        const PlannedStep &planned = m_plan.steps[i];
        if (state.phase != Phase::Blocked || m_places >= m_options.parallel || !isReady(i))
            continue;
        const bool needsKey = planned.change != Change::None && !planned.serialKey.isEmpty();
        if (needsKey && m_keysHeld.contains(planned.serialKey))
            continue;
        state.phase = Phase::Running;
        state.holdsPlace = true;
        ++m_places;
        state.holdsKey = needsKey;
        if (needsKey)
            m_keysHeld.insert(planned.serialKey);
        m_tasks.push_back(runStep(i));
    }
}

QCoro::Task<> Run::runStep(int index)
{
    State &state = m_states[std::size_t(index)];
    const PlannedStep &planned = m_plan.steps[index];
    state.report.started = clock().now();
    StepEvent event;
    event.kind = StepEvent::Kind::Started;
    event.step = planned.id;
    emitEvent(event);
    state.step = m_parts.maker(*this, planned);
    StepEnd result = co_await state.step->perform();
    co_await end(index, result);
}

//! What durations are told apart by: kind of step, change, and region.
static QString workOf(const PlannedStep &step, const SetupSpec &spec)
{
    const QString own = step.calls.isEmpty() ? QString() : step.calls.first().body.toObject().value(QStringLiteral("location")).toString();
    const QString region = !own.isEmpty() ? own : spec.resourceGroup ? spec.resourceGroup->location : QString();
    return QStringList{toText(step.kind), toText(step.change), region}.join(QLatin1Char(' '));
}

QCoro::Task<> Run::end(int index, StepEnd result)
{
    State &state = m_states[std::size_t(index)];
    const PlannedStep &planned = m_plan.steps[index];
    QString target = planned.target.toString();
    if (const QString id = product(planned.id).value(QStringLiteral("id")).toString(); target.contains(QLatin1Char('{')) && !id.isEmpty())
        target = id;
    // A cancelled step has no outcome: a later process finds its intent and goes on.
    if (result.outcome != Outcome::Cancelled) {
        QJsonObject content{{QStringLiteral("outcome"), toText(result.outcome)}, {QStringLiteral("changed"), result.changed}, {QStringLiteral("target"), target}, {QStringLiteral("text"), result.error ? result.error->code : QString()}};
        if (result.took.count() > 0 && result.outcome == Outcome::Succeeded) {
            content.insert(QStringLiteral("work"), workOf(planned, m_plan.spec));
            content.insert(QStringLiteral("took"), qint64(result.took.count()));
        }
        if (state.report.lag)
            content.insert(QStringLiteral("lag"), qint64(state.report.lag->count()));
        const Result<> written = co_await record(JournalRecord::Kind::StepOutcome, planned.id, content);
        if (!written && result.outcome == Outcome::Succeeded)
            result = StepEnd::failed(written.error());
    }
    state.report.outcome = result.outcome;
    state.report.changed = result.changed;
    state.report.ended = clock().now();
    state.report.text = result.text;
    state.report.arguments = result.arguments;
    state.report.waitingFor = result.waitingFor;
    state.report.error = result.error;
    if (result.changed && result.outcome == Outcome::Succeeded)
        countMade({planned.id, ResourceId::parse(target).valueOr(planned.target), planned.change, *state.report.ended});
    static constexpr StepEvent::Kind kinds[]{StepEvent::Kind::Succeeded, StepEvent::Kind::Failed, StepEvent::Kind::Cancelled, StepEvent::Kind::Skipped, StepEvent::Kind::Waiting};
    StepEvent event;
    event.kind = kinds[int(result.outcome)];
    event.step = planned.id;
    event.text = result.text;
    event.arguments = result.arguments;
    event.changed = result.changed;
    event.waitingFor = result.waitingFor;
    event.error = result.error;
    emitEvent(event);
    releaseSerial(planned);
    releasePlace(planned);
    state.phase = Phase::Done;
    wake();
}

std::optional<QJsonObject> Run::intent(const QString &step) const
{
    const auto found = m_intents.constFind(step);
    return found == m_intents.cend() ? std::nullopt : std::make_optional(*found);
}

QCoro::Task<std::optional<QJsonObject>> Run::making(PlannedStep step)
{
    const auto own = intent(step.id);
    if (own && !own->value(QStringLiteral("there")).toBool())
        co_return own;
    if (own || !m_parts.journal || step.change != Change::None)
        co_return std::nullopt;
    const Clock::Hold hold = clock().hold();
    const ResourceId target = step.target;
    const Result<std::optional<QJsonObject>> earlier = co_await m_parts.journal->making(target);
    co_return earlier.valueOr(std::nullopt);
}

QCoro::Task<QList<Milliseconds>> Run::durations(PlannedStep step)
{
    if (!m_parts.journal)
        co_return QList<Milliseconds>();
    const Clock::Hold hold = clock().hold();
    const QString work = workOf(step, m_plan.spec);
    const Result<QList<Milliseconds>> recorded = co_await m_parts.journal->durations(work);
    co_return recorded.valueOr(QList<Milliseconds>());
}

std::optional<ArmOperation> Run::operation(const QString &step) const
{
    const auto found = m_operations.constFind(step);
    return found == m_operations.cend() ? std::nullopt : ArmOperation::fromJson(*found);
}

QCoro::Task<Result<>> Run::recordIntent(QString step, QJsonObject content)
{
    if (!m_intents.contains(step))
        m_intents.insert(step, content);
    m_operations.remove(step);
    return record(JournalRecord::Kind::Intent, step, content);
}

QCoro::Task<Result<>> Run::recordOperation(QString step, ArmOperation operation)
{
    const QJsonObject content = operation.toJson();
    m_operations.insert(step, content);
    return record(JournalRecord::Kind::Operation, step, content);
}

QCoro::Task<Result<>> Run::record(JournalRecord::Kind kind, QString step, QJsonObject content)
{
    if (!m_parts.journal)
        co_return Result<>();
    const Clock::Hold hold = clock().hold(); // virtual time stands still while the disk works
    JournalRecord line;
    line.kind = kind;
    line.step = step;
    line.at = clock().now();
    line.content = content;
    Result<> written = co_await m_parts.journal->append(m_id, line);
    co_return written;
}

void Run::emitEvent(StepEvent event)
{
    event.at = clock().now();
    if (m_parts.listener)
        m_parts.listener->stepHappened(event);
}

void Run::say(const PlannedStep &step, const QString &code, const QStringList &arguments)
{
    StepEvent event;
    event.kind = StepEvent::Kind::Progress;
    event.step = step.id;
    event.text = code;
    event.arguments = arguments;
    emitEvent(event);
}

void Run::sayWaiting(const PlannedStep &step, Actor actor, const QString &code, const QStringList &arguments, std::optional<Error> error)
{
    StepEvent event;
    event.kind = StepEvent::Kind::Waiting;
    event.step = step.id;
    event.text = code;
    event.arguments = arguments;
    event.waitingFor = actor;
    event.error = std::move(error);
    emitEvent(event);
}

void Run::releaseSerial(const PlannedStep &step)
{
    State &state = m_states[std::size_t(m_index.value(step.id))];
    if (!std::exchange(state.holdsKey, false))
        return;
    m_keysHeld.remove(step.serialKey);
    wake();
}

void Run::releasePlace(const PlannedStep &step)
{
    State &state = m_states[std::size_t(m_index.value(step.id))];
    if (!std::exchange(state.holdsPlace, false))
        return;
    --m_places;
    wake();
}

void Run::wake()
{
    if (m_wake)
        m_wake->fire(clock().hold());
}

QCoro::Task<Result<QJsonValue>> Run::materialise(QJsonValue body, bool withSecrets)
{
    QHash<QString, QString> secretValues;
    if (withSecrets) {
        const QList<SecretMarker> asked = secretMarkers(body);
        for (const SecretMarker &each : asked) {
            const Context context = waiting();
            const QString reference = each.reference;
            const QString field = each.field;
            const Result<Secret> secret = co_await secrets().secret(reference, field, context);
            if (!secret)
                co_return secret.error();
            secretValues.insert(field, QString::fromUtf8(secret->reveal()));
        }
    }
    co_return filled(body, m_products, withSecrets ? &secretValues : nullptr);
}

Result<QString> Run::materialisePath(const QString &path) const
{
    return filledPath(path, m_products);
}

bool Run::stillSends(const QString &field) const
{
    return std::any_of(m_plan.steps.cbegin(), m_plan.steps.cend(), [&](const PlannedStep &step) {
        if (m_succeeded.contains(step.id) || step.calls.isEmpty())
            return false;
        const QList<SecretMarker> markers = secretMarkers(step.calls.first().body);
        return std::any_of(markers.cbegin(), markers.cend(), [&](const SecretMarker &marker) { return marker.field == field; });
    });
}

void Run::lagged(const PlannedStep &step, std::optional<Milliseconds> lag)
{
    if (lag)
        m_states[std::size_t(m_index.value(step.id))].report.lag = lag;
}

void Run::tested(const QString &verdict, const QJsonObject &answer)
{
    m_report.verdict = verdict;
    m_report.test = answer;
}

//! A failure outweighs a cancel, a cancel a wait: what needs somebody's attention most. Skipped alone is never an end.
Outcome Run::overall() const
{
    const auto any = [&](Outcome outcome) {
        return std::any_of(m_states.cbegin(), m_states.cend(), [&](const State &state) { return state.report.outcome == outcome; });
    };
    if (any(Outcome::Failed))
        return Outcome::Failed;
    if (any(Outcome::Cancelled) || (any(Outcome::Skipped) && !mayWrite()))
        return Outcome::Cancelled;
    if (any(Outcome::Waiting))
        return Outcome::Waiting;
    return any(Outcome::Skipped) ? Outcome::Failed : Outcome::Succeeded;
}

} // namespace causeway
