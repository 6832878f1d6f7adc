// SPDX-License-Identifier: Apache-2.0
#include "engine/steps/armstep.h"

#include "domain/types.h"
#include "engine/markers.h"

#include <QCryptographicHash>
#include <QJsonDocument>

namespace causeway {
namespace {

constexpr Milliseconds visibilityLag = std::chrono::seconds(30); // a 404 straight after a lost answer proves nothing (§A1)
constexpr Milliseconds longestSettling = std::chrono::hours(2);
constexpr int fleetingLooks = 3;                                 // in a row, each after the pipeline's own tries
constexpr Milliseconds longHeader = std::chrono::seconds(30);    // of a Retry-After, from which on the resource itself is read

bool hasBusyCode(const Error &error)
{
    static const QStringList codes{QStringLiteral("ServerIsBusy"), QStringLiteral("ServerBusy"), QStringLiteral("ServerIsNotReady"), QStringLiteral("AnotherOperationInProgress"),
                                   QStringLiteral("RetryableError"), QStringLiteral("RetryableErrorDueToAnotherOperation"), QStringLiteral("StorageAccountOperationInProgress")};
    return codes.contains(error.code, Qt::CaseInsensitive) || std::any_of(error.details.cbegin(), error.details.cend(), hasBusyCode);
}

//! Nobody knows whether the write arrived, or how it ended: the connection was lost, the front door gave up on the provider,
//! or the operation's link answers nonsense.
bool isUnknown(const Error &error)
{
    return error.kind == ErrorKind::OutcomeUnknown || error.kind == ErrorKind::TimedOut || error.kind == ErrorKind::Protocol || error.httpStatus == 504;
}

//! Says nothing about the resource that was to be read.
bool isFleeting(const Error &error)
{
    return isUnknown(error) || error.kind == ErrorKind::Network || error.kind == ErrorKind::Throttled || error.httpStatus >= 500;
}

QString bodyHash(const QJsonValue &body)
{
    const QByteArray text = QJsonDocument(body.toObject()).toJson(QJsonDocument::Compact);
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
}

} // namespace

bool isBusy(const Error &error) { return hasBusyCode(error); }

QString interactiveState(const QJsonObject &status)
{
    const QJsonObject inner = status.value(QStringLiteral("properties")).toObject().value(QStringLiteral("typeProperties")).toObject();
    return inner.value(QStringLiteral("interactiveQuery")).toObject().value(QStringLiteral("status")).toString();
}

QString ArmStep::apiVersion() const
{
    if (call())
        return call()->apiVersion;
    const QString provider = m_planned.target.provider();
    if (provider.compare(QLatin1String("Microsoft.DBforPostgreSQL"), Qt::CaseInsensitive) == 0)
        return version::postgresql;
    if (provider.compare(QLatin1String("Microsoft.DataFactory"), Qt::CaseInsensitive) == 0)
        return version::dataFactory;
    if (provider.compare(QLatin1String("Microsoft.ManagedIdentity"), Qt::CaseInsensitive) == 0)
        return version::identity;
    if (m_planned.target.type().startsWith(type::privateDnsZone, Qt::CaseInsensitive))
        return version::privateDns;
    return provider.compare(QLatin1String("Microsoft.Network"), Qt::CaseInsensitive) == 0 ? version::network : version::resources;
}

QCoro::Task<Result<Look>> ArmStep::look()
{
    const Context context = m_run.settling();
    const QString version = apiVersion();
    const Result<QJsonObject> found = co_await m_run.arm().get(m_path, version, context);
    if (found)
        co_return judge(*found);
    if (found.error().kind == ErrorKind::NotFound)
        co_return Look();
    co_return found.error();
}

Look ArmStep::judge(const QJsonObject &body) const
{
    Look seen;
    seen.there = true;
    seen.body = body;
    const QString state = body.value(QStringLiteral("properties")).toObject().value(QStringLiteral("provisioningState")).toString();
    seen.done = state.isEmpty() || state.compare(QLatin1String("Succeeded"), Qt::CaseInsensitive) == 0;
    seen.waitsFor = QStringLiteral("provisioning");
    seen.arguments = QStringList{state};
    if (state.compare(QLatin1String("Failed"), Qt::CaseInsensitive) == 0 || state.compare(QLatin1String("Canceled"), Qt::CaseInsensitive) == 0) {
        Error error;
        error.kind = ErrorKind::Service;
        error.code = QStringLiteral("Provisioning") + state;
        error.message = QStringLiteral("\"%1\" says that its provisioning ended as %2.").arg(m_planned.target.name(), state);
        error.target = m_planned.target.toString();
        seen.failed = error;
    }
    return seen;
}

QCoro::Task<Result<QJsonObject>> ArmStep::beforeWriting()
{
    co_return QJsonObject();
}

Error ArmStep::foreign(const Comparison &comparison) const
{
    QStringList paths;
    for (const Difference &each : comparison.differences)
        paths << each.path;
    Error error;
    error.kind = ErrorKind::Conflict;
    error.code = QStringLiteral("ExistsDifferently");
    error.target = m_planned.target.toString();
    error.message = QStringLiteral("\"%1\" was made by somebody else since the plan, and differs: %2. Nothing of it was touched.").arg(m_planned.target.name(), paths.join(QStringLiteral(", ")));
    return error;
}

Error ArmStep::moved() const
{
    Error error;
    error.kind = ErrorKind::Conflict;
    error.code = QStringLiteral("WorldMoved");
    error.target = m_planned.target.toString();
    error.message = QStringLiteral("\"%1\" is not as it was when the plan was made. Make the plan again.").arg(m_planned.target.name());
    return error;
}

//! What is there against what the step would write; secrets cannot be compared and are not asked for.
QCoro::Task<Result<Comparison>> ArmStep::compare(Look found)
{
    QJsonObject wanted;
    if (const RestCall *shown = m_sent ? &*m_sent : call()) {
        const QJsonValue body = shown->body;
        const Result<QJsonValue> filledBody = co_await m_run.materialise(body, false);
        if (!filledBody)
            co_return filledBody.error();
        wanted = filledBody->toObject();
    }
    co_return change(m_planned.kind, wanted, found.there ? &found.body : nullptr);
}

QCoro::Task<StepEnd> ArmStep::onlySettle(bool changed)
{
    const Result<> settled = co_await settle();
    if (!settled)
        co_return StepEnd::failed(settled.error());
    co_return StepEnd::succeeded(changed);
}

QCoro::Task<StepEnd> ArmStep::perform()
{
    const Result<QString> target = m_run.materialisePath(m_planned.target.toString());
    if (!target)
        co_return StepEnd::failed(target.error());
    m_path = *target;
    m_began = m_run.clock().now();
    const Result<> left = co_await finishLeftOperation();
    if (!left)
        co_return StepEnd::failed(left.error());
    const Result<Look> found = co_await look();
    if (!found)
        co_return StepEnd::failed(found.error());
    const bool ours = m_run.intent(m_planned.id).has_value();
    if (m_planned.change == Change::None && !found->there)
        co_return StepEnd::failed(moved());
    if (m_planned.change == Change::None || m_planned.change == Change::Wait) {
        StepEnd settled = co_await onlySettle(false);
        co_return settled;
    }
    if (found->there && m_planned.change == Change::Create && ours) {
        StepEnd adopted = co_await adopt();
        co_return adopted;
    }
    const Result<Comparison> comparison = co_await compare(*found);
    if (!comparison)
        co_return StepEnd::failed(comparison.error());
    if (comparison->change == Change::None) {
        if (ours) {
            const Result<> renewed = co_await renewSecrets();
            if (!renewed)
                co_return StepEnd::failed(renewed.error());
        }
        StepEnd settled = co_await onlySettle(ours);
        co_return settled;
    }
    if (found->there && m_planned.change == Change::Create)
        co_return StepEnd::failed(foreign(*comparison));
    if (!found->there && m_planned.change == Change::Update)
        co_return StepEnd::failed(moved());
    const RestCall planned = *call();
    const bool there = found->there;
    const PlannedStep step = m_planned;
    m_recorded = co_await m_run.durations(step);
    const Result<> written = co_await write(planned, there);
    if (!written)
        co_return StepEnd::failed(written.error());
    StepEnd settled = co_await onlySettle(true);
    settled.took = m_run.clock().now() - m_began;
    co_return settled;
}

//! Ours: absent in this run before our recorded intent, and every property that we sent reads back equal.
QCoro::Task<StepEnd> ArmStep::adopt()
{
    const Result<> settled = co_await settle();
    if (!settled)
        co_return StepEnd::failed(settled.error());
    Look now;
    now.there = true;
    now.body = m_run.product(m_planned.id);
    const Result<Comparison> comparison = co_await compare(now);
    if (!comparison)
        co_return StepEnd::failed(comparison.error());
    const bool wasAbsent = !m_run.intent(m_planned.id)->value(QStringLiteral("there")).toBool();
    if (comparison->change != Change::None || !wasAbsent)
        co_return StepEnd::failed(foreign(*comparison));
    const Result<> renewed = co_await renewSecrets();
    if (!renewed)
        co_return StepEnd::failed(renewed.error());
    co_return StepEnd::succeeded(true);
}

//! A generated secret that died with the process which sent it is replaced: the old one can be read nowhere.
QCoro::Task<Result<>> ArmStep::renewSecrets()
{
    if (!call())
        co_return Result<>();
    bool lost = false;
    const QList<SecretMarker> markers = secretMarkers(call()->body);
    for (const SecretMarker &each : markers) {
        if (each.reference != QLatin1String("generate") || !m_run.stillSends(each.field))
            continue; // nobody needs it any more: a password that works is left alone
        const Context context = m_run.waiting();
        const QString reference = each.reference;
        const QString field = each.field;
        const Result<Secret> secret = co_await m_run.secrets().secret(reference, field, context);
        if (!secret)
            co_return secret.error();
        lost = lost || m_run.secrets().isNew(field);
    }
    if (!lost)
        co_return Result<>();
    m_run.say(m_planned, QStringLiteral("new-secret"));
    const RestCall renewal = secretCall();
    const Result<> written = co_await write(renewal, true, Proof::None);
    if (!written)
        co_return written;
    Result<> settled = co_await settle();
    co_return settled;
}

QCoro::Task<Result<>> ArmStep::finishLeftOperation()
{
    const auto operation = m_run.operation(m_planned.id);
    if (!operation)
        co_return Result<>();
    ArmOperation left = *operation;
    left.retryAfter = std::chrono::seconds(0); // the first poll after a pause is immediate (§C4, rule 3)
    Result<> ended = co_await follow(left);
    if (!ended && isBusy(ended.error()))
        co_return Result<>();
    co_return ended;
}

QCoro::Task<Result<bool>> ArmStep::foundMadeAfterAll()
{
    for (int attempt = 0; attempt < 2; ++attempt) {
        const Result<Look> found = co_await look();
        if (!found)
            co_return found.error();
        if (found->there) {
            const Look seen = *found;
            const Result<Comparison> comparison = co_await compare(seen);
            if (comparison && (comparison->change == Change::None || !seen.done))
                co_return true;
            if (m_planned.change == Change::Create)
                co_return comparison ? foreign(*comparison) : comparison.error();
        }
        if (attempt == 0) {
            m_run.say(m_planned, QStringLiteral("looking-again"));
            const Context context = m_run.settling();
            if (!co_await sleepFor(m_run.clock(), visibilityLag, context))
                co_return Error::cancelled();
        }
    }
    co_return false;
}

QCoro::Task<Result<>> ArmStep::write(RestCall call, bool resourceWasThere, Proof proof)
{
    m_sent = call;
    const Result<QJsonObject> extra = co_await beforeWriting();
    if (!extra)
        co_return extra.error();
    ArmRequest request;
    request.method = call.method;
    request.apiVersion = call.apiVersion;
    const Result<QString> callPath = m_run.materialisePath(call.path);
    if (!callPath)
        co_return callPath.error();
    request.path = *callPath;
    if (!call.body.isUndefined()) {
        const QJsonValue body = call.body;
        const Result<QJsonValue> whole = co_await m_run.materialise(body, true);
        if (!whole)
            co_return whole.error();
        request.body = *whole;
    }
    // A 404 of an earlier process's lost write may only be late: look once more before sending it again.
    if (m_run.intent(m_planned.id) && !resourceWasThere && followsOperation()) {
        const Result<bool> made = co_await foundMadeAfterAll();
        if (!made)
            co_return made.error();
        if (*made)
            co_return Result<>();
    }
    QJsonObject intent = *extra;
    intent.insert(QStringLiteral("method"), QString::fromLatin1(request.method));
    intent.insert(QStringLiteral("path"), request.path);
    intent.insert(QStringLiteral("there"), resourceWasThere);
    intent.insert(QStringLiteral("body"), bodyHash(call.body));
    Milliseconds pause = std::chrono::seconds(2);
    const TimePoint start = m_run.clock().now();
    for (;;) {
        if (!m_run.mayWrite())
            co_return Error::cancelled();
        const Result<> recorded = co_await m_run.recordIntent(m_planned.id, intent);
        if (!recorded)
            co_return recorded.error();
        m_began = m_run.clock().now();
        const Context settling = m_run.settling();
        const Result<ArmOperation> accepted = co_await m_run.arm().begin(request, settling);
        Result<> outcome;
        if (accepted) {
            const ArmOperation operation = *accepted;
            outcome = co_await follow(operation);
            if (outcome)
                co_return outcome;
        } else {
            outcome = accepted.error();
        }
        const bool unknown = isUnknown(outcome.error());
        if (unknown && proof == Proof::Reading) {
            m_run.say(m_planned, QStringLiteral("answer-lost"));
            const Result<bool> made = co_await foundMadeAfterAll();
            if (!made)
                co_return made.error();
            if (*made)
                co_return Result<>();
        } else if ((!unknown && !isBusy(outcome.error())) || m_run.clock().now() - start > longestSettling) {
            co_return outcome;
        }
        m_run.say(m_planned, QStringLiteral("busy"), QStringList{outcome.error().code});
        const Milliseconds told = outcome.error().retryAfter ? Milliseconds(*outcome.error().retryAfter) : Milliseconds(0);
        const Context context = m_run.waiting();
        if (!co_await sleepFor(m_run.clock(), std::max(told, pause), context))
            co_return Error::cancelled();
        pause = std::min(pause * 3 / 2, Milliseconds(std::chrono::seconds(15)));
    }
}

//! Polls the operation, and where its link may be read only rarely, the resource itself in between: what it shows is
//! confirmed on the link at once, whose answer is known to be final then.
QCoro::Task<Result<>> ArmStep::follow(ArmOperation operation)
{
    if (operation.style == ArmOperation::Style::None || !followsOperation())
        co_return Result<>();
    if (!m_run.operation(m_planned.id)) {
        const Result<> recorded = co_await m_run.recordOperation(m_planned.id, operation);
        if (!recorded)
            co_return recorded.error();
    }
    std::stop_source stop;
    Context polling = m_run.settling();
    const std::stop_callback onDetach(polling.stop, [stop]() mutable { stop.request_stop(); });
    polling.stop = stop.get_token();
    auto seen = std::make_shared<bool>(false);
    PollOptions options;
    options.lag = std::make_shared<std::optional<Milliseconds>>();
    auto watching = watch(operation, stop, seen);
    Result<QJsonValue> ended = co_await m_run.arm().finishWith(operation, options, polling);
    stop.request_stop();
    const Result<> watched = co_await watching;
    Q_UNUSED(watched)
    if (*seen) {
        operation.retryAfter = std::chrono::seconds(0);
        const Context settling = m_run.settling();
        ended = co_await m_run.arm().finishWith(operation, options, settling);
    }
    m_run.lagged(m_planned, *options.lag);
    if (!ended)
        co_return ended.error();
    co_return Result<>();
}

QCoro::Task<Result<>> ArmStep::watch(ArmOperation operation, std::stop_source finished, std::shared_ptr<bool> seen)
{
    const Milliseconds floor = operation.retryAfter ? Milliseconds(*operation.retryAfter) : Milliseconds(0);
    if (floor < longHeader)
        co_return Result<>();
    Context context;
    context.stop = finished.get_token();
    const Pace pace(operationTime(), m_recorded);
    for (;;) {
        const Milliseconds elapsed = m_run.clock().now() - m_began;
        const Milliseconds pause = pace.nextSpeculation(elapsed, floor);
        if (!co_await sleepFor(m_run.clock(), pause, context))
            co_return Result<>();
        const Result<Look> found = co_await look();
        if (context.cancelled())
            co_return Result<>();
        if (!found || !found->there || !found->done)
            continue;
        const Look there = *found;
        const Result<Comparison> comparison = co_await compare(there);
        if (comparison && comparison->change == Change::None) {
            *seen = true;
            finished.request_stop();
            co_return Result<>();
        }
    }
}

QCoro::Task<Result<>> ArmStep::settle()
{
    const TimePoint start = m_run.clock().now();
    const Pace pace(m_planned.estimate, m_recorded);
    int agreeing = 0;
    int fleeting = 0;
    QStringList said;
    for (;;) {
        Result<Look> found = co_await look();
        if (!found && isFleeting(found.error()) && ++fleeting <= fleetingLooks)
            found = Look();
        else
            fleeting = 0;
        if (!found)
            co_return found.error();
        if (found->failed)
            co_return *found->failed;
        if (found->there)
            keepProduct(found->body);
        agreeing = found->there && found->done ? agreeing + 1 : 0;
        if (agreeing >= readsToBelieve())
            co_return Result<>();
        const QStringList now = QStringList{found->waitsFor} + found->arguments;
        if (agreeing == 0 && !found->waitsFor.isEmpty() && now != said)
            m_run.say(m_planned, found->waitsFor, found->arguments);
        said = now;
        if (m_run.clock().now() - start > longestSettling) {
            Error late = Error::internal(QStringLiteral("NotSettled"), QStringLiteral("\"%1\" did not reach its final state in two hours.").arg(m_planned.target.name()));
            late.kind = ErrorKind::TimedOut;
            co_return late;
        }
        const Milliseconds pause = agreeing > 0 ? Milliseconds(1000) : pace.nextLook(m_run.clock().now() - m_began);
        const Context context = m_run.settling();
        if (!co_await sleepFor(m_run.clock(), pause, context))
            co_return Error::cancelled();
    }
}

void ArmStep::keepProduct(const QJsonObject &body)
{
    m_run.keep(m_planned.id, body);
}

} // namespace causeway
