// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/armclient.h"

#include "azure/arm/armerror.h"
#include "azure/arm/longrunning.h"
#include "azure/http/pipeline.h"
#include "core/waiting.h"

#include <QJsonDocument>
#include <QSet>
#include <QUrl>
#include <cmath>

namespace causeway {

using LroStyle = ArmOperation::Style;
using LroFinal = ArmOperation::Final;

static constexpr int kMostPages = 10'000;
static constexpr qsizetype kMostPagedBytes = 16 * 1024 * 1024;        // of one list: some 10,000 resources
static constexpr int kMostUnreadable = 20;                            // in a row, each after the pipeline's own tries
static constexpr Milliseconds kShortestPause{200};                    // a service that says "0" is not asked in a tight loop
static constexpr Milliseconds kVisibility = std::chrono::minutes(15); // how long the resource may lag behind its operation

static QByteArray jsonBytes(const QJsonValue &value)
{
    if (value.isObject())
        return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
    if (value.isArray())
        return QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
    QJsonArray wrapped;
    wrapped.append(value);
    const QByteArray text = QJsonDocument(wrapped).toJson(QJsonDocument::Compact);
    return text.mid(1, text.size() - 2);
}

static QByteArray encodedTarget(const ArmRequest &request)
{
    if (!request.rawTarget.isEmpty())
        return request.rawTarget;
    QByteArray target = QUrl::toPercentEncoding(request.path, "/:@$&'()*+,;=!");
    char separator = '?';
    const auto add = [&target, &separator](const QString &name, const QString &value) {
        target += separator + QUrl::toPercentEncoding(name, "$") + '=' + QUrl::toPercentEncoding(value, "$'(),:/@");
        separator = '&';
    };
    if (!request.apiVersion.isEmpty())
        add(QStringLiteral("api-version"), request.apiVersion);
    for (const auto &pair : request.query)
        add(pair.first, pair.second);
    return target;
}

static HttpRequest httpRequest(const ArmRequest &request)
{
    HttpRequest out;
    out.method = request.method;
    out.target = encodedTarget(request);
    out.headers = request.headers;
    out.body = request.body ? jsonBytes(*request.body) : request.rawBody;
    out.tenant = request.tenant;
    return out;
}

static Result<ArmResponse> armResponse(const QByteArray &method, const HttpResponse &response)
{
    if (response.status < 200 || response.status > 299)
        return errorFromResponse(method, response);
    const auto body = parseJson(response.body);
    if (!body)
        return brokenAnswer(method, "InvalidJson", body.error().message, response);
    ArmResponse out;
    out.status = response.status;
    out.headers = response.headers;
    out.body = *body;
    out.rawBody = response.body;
    return out;
}

ArmClient::ArmClient(HttpPipeline &pipeline, Clock &clock) : m_pipeline(pipeline), m_clock(clock)
{
    m_schedule = [](int attempt) {
        const double pause = 2000.0 * std::pow(1.10, std::min(attempt, 100));
        return Milliseconds(qint64(std::min(pause, 10'000.0)));
    };
}

void ArmClient::setPollSchedule(PollSchedule schedule)
{
    m_schedule = std::move(schedule);
}

namespace {
// Lives in the frame of each call, and ends before the caller resumes.
class ActiveCall
{
public:
    explicit ActiveCall(int *count) : m_count(count) { ++*m_count; }
    ~ActiveCall() { --*m_count; }
    Q_DISABLE_COPY_MOVE(ActiveCall)

private:
    int *m_count;
};
} // namespace

QCoro::Task<Result<ArmResponse>> ArmClient::send(ArmRequest request, Context context)
{
    const ActiveCall call(&m_active);
    const HttpRequest wire = httpRequest(request);
    const Result<HttpResponse> response = co_await m_pipeline.send(wire, context);
    if (!response)
        co_return response.error();
    co_return armResponse(wire.method, *response);
}

QCoro::Task<Result<HttpResponse>> ArmClient::read(QByteArray target, HttpHeaders headers, Context context)
{
    HttpRequest request;
    request.method = "GET";
    request.target = target;
    request.headers = headers;
    return m_pipeline.send(request, context);
}

QCoro::Task<Result<QJsonObject>> ArmClient::get(QString path, QString apiVersion, Context context)
{
    const ActiveCall call(&m_active);
    ArmRequest request;
    request.method = "GET";
    request.path = path;
    request.apiVersion = apiVersion;
    const Result<ArmResponse> response = co_await send(request, context);
    if (!response)
        co_return response.error();
    if (!response->body.isObject()) {
        HttpResponse plain;
        plain.status = response->status;
        plain.headers = response->headers;
        co_return brokenAnswer("GET", "NotAnObject", QStringLiteral("The service answered something that is not a resource."), plain);
    }
    co_return response->body.toObject();
}

QCoro::Task<Result<QJsonArray>> ArmClient::list(QString path, QString apiVersion, Context context)
{
    ArmRequest request;
    request.method = "GET";
    request.path = path;
    request.apiVersion = apiVersion;
    return listPages(request, context);
}

QCoro::Task<Result<QJsonArray>> ArmClient::listPages(ArmRequest request, Context context)
{
    const ActiveCall call(&m_active);
    const Result<ArmResponse> first = co_await send(request, context);
    if (!first)
        co_return first.error();
    Result<QJsonArray> items = co_await followPages(first->body, request, context);
    co_return items;
}

// A page's items and the link to the next one. ARM says value and nextLink; the other spellings are OData's and older services'.
static std::optional<QJsonArray> pageItems(const QJsonValue &page)
{
    if (page.isArray())
        return page.toArray();
    for (const char *name : {"value", "values"}) {
        const QJsonValue items = page.toObject().value(QLatin1String(name));
        if (items.isArray())
            return items.toArray();
    }
    return std::nullopt;
}

static QByteArray pageLink(const QJsonValue &page)
{
    for (const char *name : {"nextLink", "@odata.nextLink", "odata.nextLink"}) {
        const QString link = page.toObject().value(QLatin1String(name)).toString();
        if (!link.isEmpty())
            return link.toUtf8();
    }
    return {};
}

static Error pagingError(const char *code, const QString &message)
{
    Error error;
    error.kind = ErrorKind::Protocol;
    error.code = QString::fromLatin1(code);
    error.message = message;
    return error;
}

// An empty page with a link goes on, however short a page is (ARM's contract). What ends it: no link, a link seen before,
// a link to somewhere else, or too much of it: a service without end must not fill the memory.
QCoro::Task<Result<QJsonArray>> ArmClient::followPages(QJsonValue first, ArmRequest request, Context context)
{
    const ActiveCall call(&m_active);
    const Origin origin = m_pipeline.planes().at(Plane::Arm).origin;
    QJsonArray all;
    QJsonValue page = first;
    HttpRequest read = httpRequest(request);
    read.method = "GET";
    read.body.clear();
    QSet<QByteArray> seen;
    seen.insert(read.target);
    qsizetype bytes = 0;
    for (int pages = 1;; ++pages) {
        const auto items = pageItems(page);
        if (!items)
            co_return pagingError("NotAList", QStringLiteral("The service answered something that is not a list."));
        for (const QJsonValue &item : *items)
            all.append(item);
        const QByteArray link = pageLink(page);
        if (link.isEmpty())
            co_return all;
        const auto next = origin.target(link, read.target);
        if (!next)
            co_return next.error();
        if (seen.contains(*next))
            co_return pagingError("PagesRepeat", QStringLiteral("The service's list leads back to a page that it gave before."));
        if (pages == kMostPages)
            co_return pagingError("TooManyPages", QStringLiteral("The service's list has more than %1 pages.").arg(kMostPages));
        read.target = *next;
        seen.insert(read.target);
        const Result<HttpResponse> response = co_await m_pipeline.send(read, context);
        if (!response)
            co_return response.error();
        bytes += response->body.size();
        if (bytes > kMostPagedBytes)
            co_return pagingError("ListTooLarge", QStringLiteral("The service's list is larger than %1 MiB.").arg(kMostPagedBytes >> 20));
        const Result<ArmResponse> answer = armResponse("GET", *response);
        if (!answer)
            co_return answer.error();
        page = answer->body;
    }
}

QCoro::Task<Result<ArmOperation>> ArmClient::begin(ArmRequest request, Context context)
{
    const ActiveCall call(&m_active);
    const Result<ArmResponse> answer = co_await send(request, context);
    if (!answer)
        co_return answer.error();
    co_return startOperation(request.method, encodedTarget(request), *answer, m_pipeline.planes().at(Plane::Arm).origin);
}

QCoro::Task<Result<QJsonValue>> ArmClient::sendAndWait(ArmRequest request, Context context)
{
    const ActiveCall call(&m_active);
    const Result<ArmOperation> operation = co_await begin(request, context);
    if (!operation)
        co_return operation.error();
    Result<QJsonValue> result = co_await finish(*operation, context);
    co_return result;
}

QCoro::Task<Result<QJsonValue>> ArmClient::finish(ArmOperation operation, Context context)
{
    return finishWith(operation, PollOptions(), context);
}

// A Retry-After is the service's floor; without one the schedule decides.
QCoro::Task<Result<>> ArmClient::pauseBeforePoll(ArmOperation operation, int attempt, Context context)
{
    const ActiveCall call(&m_active);
    const Milliseconds told = operation.retryAfter ? Milliseconds(*operation.retryAfter) : m_schedule(attempt);
    const Milliseconds pause = operation.retryAfter ? std::max(told, kShortestPause) : told;
    if (context.deadline && m_clock.now() + pause > *context.deadline) {
        Error late;
        late.kind = ErrorKind::TimedOut;
        late.code = QStringLiteral("DeadlinePassed");
        late.message = QStringLiteral("The operation was still running when the time given for it was over.");
        co_return late;
    }
    const bool slept = co_await sleepFor(m_clock, pause, context);
    if (!slept)
        co_return Error::cancelled();
    co_return Result<>();
}

QCoro::Task<Result<QJsonValue>> ArmClient::finalGet(ArmOperation operation, PollOptions options, Context context)
{
    const ActiveCall call(&m_active);
    const Result<HttpResponse> response = co_await read(operation.resourceTarget, options.headers, context);
    if (!response)
        co_return response.error();
    const Result<ArmResponse> answer = armResponse("GET", *response);
    if (!answer)
        co_return answer.error();
    co_return answer->body;
}

namespace {

// Says nothing about the operation: no answer came, or one that asks to come back.
bool isTransient(const Error &error)
{
    if (error.httpStatus == 0)
        return error.kind == ErrorKind::Network || error.kind == ErrorKind::OutcomeUnknown || error.kind == ErrorKind::TimedOut;
    return error.httpStatus == 408 || error.httpStatus == 429 || error.httpStatus >= 500;
}

// The operation's own link is gone or closed to us; the resource says the rest (PUT, PATCH and DELETE have one).
bool toResourceChannel(ArmOperation &operation)
{
    if (operation.style == LroStyle::ResourceState || operation.method == "POST" || operation.resourceTarget.isEmpty())
        return false;
    operation.style = LroStyle::ResourceState;
    operation.pollTarget = operation.resourceTarget;
    operation.retryAfter.reset();
    return true;
}

// An operation that succeeded and has its result elsewhere goes on as a Location operation.
bool toResultLink(ArmOperation &operation, const QJsonValue &status)
{
    if (operation.style != LroStyle::AsyncOperation || operation.finalState != LroFinal::Location || operation.locationTarget.isEmpty()
        || operation.locationTarget == operation.pollTarget)
        return false;
    operation.style = LroStyle::Location;
    operation.pollTarget = operation.locationTarget;
    operation.statusBody = status;
    return true;
}

} // namespace

QCoro::Task<Result<QJsonValue>> ArmClient::finishWith(ArmOperation operation, PollOptions options, Context context)
{
    const ActiveCall call(&m_active);
    if (operation.style == LroStyle::None)
        co_return operation.initial.body;
    const Origin origin = m_pipeline.planes().at(Plane::Arm).origin;
    std::optional<TimePoint> absentSince;
    int unreadable = 0;
    bool pause = true;
    for (int attempt = 0;; ++attempt) {
        if (pause) {
            const Result<> paused = co_await pauseBeforePoll(operation, attempt, context);
            if (!paused)
                co_return paused.error();
        }
        pause = true;
        const Result<HttpResponse> answer = co_await read(operation.pollTarget, options.headers, context);
        PollReading now;
        if (answer) {
            now = readPoll(operation, *answer, origin, m_clock.now());
        } else {
            now.outcome = PollReading::Outcome::Unreadable;
            now.error = answer.error();
        }
        if (context.cancelled())
            co_return Error::cancelled();
        if (options.lag && now.lag)
            *options.lag = now.lag;
        switch (now.outcome) {
        case PollReading::Outcome::Running:
            unreadable = 0;
            if (operation.style == LroStyle::ResourceState && operation.method == "DELETE") {
                absentSince = absentSince.value_or(m_clock.now());
                if (m_clock.now() - *absentSince > kVisibility)
                    co_return pagingError("StillThere", QStringLiteral("The resource is still there long after its deletion was accepted."));
            }
            continue;
        case PollReading::Outcome::Failed:
            co_return now.error;
        case PollReading::Outcome::Succeeded:
            if (toResultLink(operation, now.body)) {
                pause = false;
                continue;
            }
            if (operation.finalState == LroFinal::Resource && (operation.style == LroStyle::AsyncOperation || now.body.isUndefined())) {
                Result<QJsonValue> resource = co_await finalGet(operation, options, context);
                co_return resource;
            }
            if (operation.method == "DELETE" && operation.style != LroStyle::Location)
                co_return QJsonValue(QJsonValue::Undefined);
            co_return now.body;
        case PollReading::Outcome::Unreadable:
            break;
        }
        // The operation succeeded; a result that cannot be read does not change that.
        if (operation.statusBody.isObject() && !isTransient(now.error) && now.error.kind != ErrorKind::Unauthorized && now.error.kind != ErrorKind::Forbidden)
            co_return operation.statusBody;
        if (options.reportUnreadable || now.error.kind == ErrorKind::Cancelled || now.error.kind == ErrorKind::Unauthorized)
            co_return now.error;
        if (isTransient(now.error)) {
            if (++unreadable >= kMostUnreadable)
                co_return now.error;
            continue;
        }
        // A PUT that was answered 202 shows its resource only when it is done (ARM's older model).
        if (operation.style == LroStyle::ResourceState && now.error.httpStatus == 404) {
            absentSince = absentSince.value_or(m_clock.now());
            if (m_clock.now() - *absentSince <= kVisibility)
                continue;
        }
        if (!toResourceChannel(operation))
            co_return now.error;
        pause = false;
    }
}

} // namespace causeway
