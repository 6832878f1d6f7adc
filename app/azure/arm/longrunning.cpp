// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/longrunning.h"

#include "azure/arm/armerror.h"
#include "azure/http/retryafter.h"

#include <QDateTime>

namespace causeway {

using LroStyle = ArmOperation::Style;
using LroFinal = ArmOperation::Final;

namespace {

QString provisioningWord(const QJsonValue &body)
{
    return body.toObject().value(QStringLiteral("properties")).toObject().value(QStringLiteral("provisioningState")).toString();
}

// The status document's own word; some providers answer the status link with the resource.
QString statusWord(const QJsonValue &body)
{
    const QString word = body.toObject().value(QStringLiteral("status")).toString();
    return word.isEmpty() ? provisioningWord(body) : word;
}

bool isOver(OperationState state)
{
    return state == OperationState::Failed || state == OperationState::Canceled;
}

QByteArray statusLink(const HttpHeaders &headers)
{
    const QByteArray link = headerValue(headers, "Azure-AsyncOperation");
    return link.isEmpty() ? headerValue(headers, "Operation-Location") : link;
}

void keepRetryAfter(ArmOperation &operation, const HttpHeaders &headers, TimePoint now)
{
    operation.retryAfter.reset();
    if (const auto wait = retryAfter(headers, now))
        operation.retryAfter = std::chrono::ceil<std::chrono::seconds>(*wait);
}

bool isChange(const QByteArray &method)
{
    return method == "PUT" || method == "PATCH";
}

// Must the answer be polled on? 202 always; 200 and 201 only where state or header say so, because a 200 may carry links
// of an operation that is over (azure-postgresql-and-network.md §1.2, step 1).
bool goesOn(const QByteArray &method, const ArmResponse &answer, OperationState state)
{
    const bool linked = !statusLink(answer.headers).isEmpty() || hasHeader(answer.headers, "Location");
    if (answer.status == 202)
        return linked || !isRead(method);
    if (answer.status != 200 && answer.status != 201)
        return false;
    if (state == OperationState::Running)
        return isChange(method) || linked;
    if (state == OperationState::Absent)
        return !statusLink(answer.headers).isEmpty() || (answer.status == 201 && isChange(method) && hasHeader(answer.headers, "Location"));
    return false;
}

HttpResponse plainResponse(const ArmResponse &answer)
{
    HttpResponse response;
    response.status = answer.status;
    response.headers = answer.headers;
    response.body = answer.rawBody;
    return response;
}

PollReading reading(PollReading::Outcome outcome, const QJsonValue &body = QJsonValue(QJsonValue::Undefined))
{
    PollReading out;
    out.outcome = outcome;
    out.body = body;
    return out;
}

PollReading failedReading(PollReading::Outcome outcome, Error error)
{
    PollReading out;
    out.outcome = outcome;
    out.error = std::move(error);
    return out;
}

PollReading readStatusDocument(const HttpResponse &answer, const QJsonValue &body)
{
    const QString word = statusWord(body);
    switch (operationState(word)) {
    case OperationState::Succeeded:
        return reading(PollReading::Outcome::Succeeded, body);
    case OperationState::Failed:
    case OperationState::Canceled:
        return failedReading(PollReading::Outcome::Failed, errorFromState(word, body, answer));
    case OperationState::Running:
        return reading(PollReading::Outcome::Running);
    case OperationState::Absent:
        break;
    }
    if (answer.status == 202)
        return reading(PollReading::Outcome::Running);
    // Data Factory may answer the status link of interactive authoring with the resource (azure-data-factory.md §4.3).
    if (answer.status == 204 || (body.toObject().contains(QStringLiteral("id")) && body.toObject().contains(QStringLiteral("properties"))))
        return reading(PollReading::Outcome::Succeeded, body);
    return failedReading(PollReading::Outcome::Failed,
                         brokenAnswer("GET", "NoOperationStatus", QStringLiteral("The operation's status link answered without a status."), answer));
}

// 202 is running; any other success is the result, unless it is a resource that says otherwise itself.
PollReading readLocation(const HttpResponse &answer, const QJsonValue &body)
{
    if (answer.status == 202)
        return reading(PollReading::Outcome::Running);
    const QString word = provisioningWord(body);
    if (isOver(operationState(word)))
        return failedReading(PollReading::Outcome::Failed, errorFromState(word, body, answer));
    if (operationState(word) == OperationState::Running)
        return reading(PollReading::Outcome::Running);
    return reading(PollReading::Outcome::Succeeded, body);
}

PollReading readResource(const ArmOperation &operation, const HttpResponse &answer, const QJsonValue &body)
{
    const QString word = provisioningWord(body);
    if (isOver(operationState(word)))
        return failedReading(PollReading::Outcome::Failed, errorFromState(word, body, answer));
    if (operation.method == "DELETE")
        return reading(answer.status == 204 ? PollReading::Outcome::Succeeded : PollReading::Outcome::Running);
    if (operationState(word) == OperationState::Running || answer.status == 202)
        return reading(PollReading::Outcome::Running);
    return reading(PollReading::Outcome::Succeeded, body);
}

// Both times are the service's: our clock takes no part. `Date` counts whole seconds, so an end in the same second is no lag.
std::optional<Milliseconds> lagOf(const HttpResponse &answer, const QJsonValue &body)
{
    const QDateTime ended = QDateTime::fromString(body.toObject().value(QStringLiteral("endTime")).toString().left(64), Qt::ISODateWithMs);
    const auto told = parseHttpDate(headerValue(answer.headers, "Date"));
    if (!told || !ended.isValid())
        return std::nullopt;
    return std::max(Milliseconds(0), *told - TimePoint(Milliseconds(ended.toMSecsSinceEpoch())));
}

} // namespace

OperationState operationState(const QString &word)
{
    if (word.isEmpty())
        return OperationState::Absent;
    static const struct { QLatin1String word; OperationState state; } terminal[] = {
        {QLatin1String("Succeeded"), OperationState::Succeeded},
        {QLatin1String("Failed"), OperationState::Failed},
        {QLatin1String("Canceled"), OperationState::Canceled},
        {QLatin1String("Cancelled"), OperationState::Canceled},
    };
    for (const auto &entry : terminal) {
        if (word.compare(entry.word, Qt::CaseInsensitive) == 0)
            return entry.state;
    }
    return OperationState::Running;
}

Result<ArmOperation> startOperation(const QByteArray &method, const QByteArray &target, ArmResponse answer, const Origin &origin)
{
    ArmOperation operation;
    operation.method = method;
    operation.resourceTarget = target;
    operation.initial = answer;
    const QString word = provisioningWord(answer.body);
    const OperationState state = operationState(word);
    if (answer.status != 202 && isOver(state) && isChange(method))
        return errorFromState(word, answer.body, plainResponse(answer));
    if (!goesOn(method, answer, state)) {
        if (answer.status == 201 && isChange(method) && answer.body.isUndefined())
            return brokenAnswer(method, "EmptyAnswer", QStringLiteral("The service said that it created something and did not say what."), plainResponse(answer));
        return operation;
    }
    keepRetryAfter(operation, answer.headers, wallNow());
    const QByteArray status = statusLink(answer.headers);
    const QByteArray location = headerValue(answer.headers, "Location");
    const auto locationTarget = origin.target(location, target);
    if (locationTarget)
        operation.locationTarget = *locationTarget;
    if (!status.isEmpty()) {
        const auto poll = origin.target(status, target);
        if (!poll)
            return brokenAnswer(method, "ForeignLink", poll.error().message, plainResponse(answer));
        operation.style = LroStyle::AsyncOperation;
        operation.pollTarget = *poll;
    } else if (!location.isEmpty()) {
        if (!locationTarget)
            return brokenAnswer(method, "ForeignLink", locationTarget.error().message, plainResponse(answer));
        operation.style = LroStyle::Location;
        operation.pollTarget = operation.locationTarget;
    } else if (method == "POST") {
        return brokenAnswer(method, "NoPollLink", QStringLiteral("The service took the request on and gave no link to follow it."), plainResponse(answer));
    } else {
        operation.style = LroStyle::ResourceState;
        operation.pollTarget = target;
    }
    operation.finalState = isChange(method) ? LroFinal::Resource : LroFinal::Nothing;
    if (method == "POST" && !operation.locationTarget.isEmpty())
        operation.finalState = LroFinal::Location;
    return operation;
}

PollReading readPoll(ArmOperation &operation, const HttpResponse &answer, const Origin &origin, TimePoint now)
{
    keepRetryAfter(operation, answer.headers, now);
    if (answer.status < 200 || answer.status > 299) {
        const Error error = errorFromResponse("GET", answer);
        if (operation.style == LroStyle::ResourceState && operation.method == "DELETE" && answer.status == 404)
            return reading(PollReading::Outcome::Succeeded);
        return failedReading(PollReading::Outcome::Unreadable, error);
    }
    const auto body = parseJson(answer.body);
    if (!body)
        return failedReading(PollReading::Outcome::Failed, brokenAnswer("GET", "InvalidJson", body.error().message, answer));
    PollReading result;
    QByteArray moved;
    switch (operation.style) {
    case LroStyle::AsyncOperation:
        result = readStatusDocument(answer, *body);
        if (result.outcome == PollReading::Outcome::Succeeded || result.outcome == PollReading::Outcome::Failed)
            result.lag = lagOf(answer, *body);
        moved = statusLink(answer.headers);
        if (operation.locationTarget.isEmpty() && operation.finalState == LroFinal::Nothing && operation.method == "POST") {
            if (const auto late = origin.target(headerValue(answer.headers, "Location"), operation.pollTarget)) {
                operation.locationTarget = *late;
                operation.finalState = LroFinal::Location;
            }
        }
        break;
    case LroStyle::Location:
        result = readLocation(answer, *body);
        moved = headerValue(answer.headers, "Location");
        break;
    case LroStyle::ResourceState:
        result = readResource(operation, answer, *body);
        break;
    case LroStyle::None:
        result = reading(PollReading::Outcome::Succeeded, *body);
        break;
    }
    if (result.outcome == PollReading::Outcome::Running && !moved.isEmpty()) {
        const auto target = origin.target(moved, operation.pollTarget);
        if (!target)
            return failedReading(PollReading::Outcome::Failed, brokenAnswer("GET", "ForeignLink", target.error().message, answer));
        operation.pollTarget = *target;
    }
    return result;
}

// The journal's form. Styles are written as words, because the file outlives this build.
static const struct { LroStyle style; QLatin1String word; } lroStyleWords[] = {
    {LroStyle::None, QLatin1String("none")},
    {LroStyle::AsyncOperation, QLatin1String("asyncOperation")},
    {LroStyle::Location, QLatin1String("location")},
    {LroStyle::ResourceState, QLatin1String("resourceState")},
};
static const struct { LroFinal final; QLatin1String word; } lroFinalWords[] = {
    {LroFinal::Resource, QLatin1String("resource")},
    {LroFinal::Location, QLatin1String("location")},
    {LroFinal::Nothing, QLatin1String("nothing")},
};

QJsonObject ArmOperation::toJson() const
{
    QJsonObject json;
    for (const auto &entry : lroStyleWords) {
        if (entry.style == style)
            json.insert(QStringLiteral("style"), QString(entry.word));
    }
    for (const auto &entry : lroFinalWords) {
        if (entry.final == finalState)
            json.insert(QStringLiteral("final"), QString(entry.word));
    }
    json.insert(QStringLiteral("method"), QString::fromLatin1(method));
    json.insert(QStringLiteral("poll"), QString::fromLatin1(pollTarget));
    json.insert(QStringLiteral("location"), QString::fromLatin1(locationTarget));
    json.insert(QStringLiteral("resource"), QString::fromLatin1(resourceTarget));
    if (retryAfter)
        json.insert(QStringLiteral("retryAfter"), qint64(retryAfter->count()));
    return json;
}

std::optional<ArmOperation> ArmOperation::fromJson(const QJsonObject &json)
{
    ArmOperation operation;
    const QString style = json.value(QStringLiteral("style")).toString();
    const QString final = json.value(QStringLiteral("final")).toString();
    bool known = false;
    for (const auto &entry : lroStyleWords) {
        if (style == entry.word) {
            operation.style = entry.style;
            known = true;
        }
    }
    bool finalKnown = false;
    for (const auto &entry : lroFinalWords) {
        if (final == entry.word) {
            operation.finalState = entry.final;
            finalKnown = true;
        }
    }
    if (!known || !finalKnown)
        return std::nullopt;
    const auto text = [&json](const QString &name) { return json.value(name).toString().toLatin1(); };
    operation.method = text(QStringLiteral("method"));
    operation.pollTarget = text(QStringLiteral("poll"));
    operation.locationTarget = text(QStringLiteral("location"));
    operation.resourceTarget = text(QStringLiteral("resource"));
    for (const QByteArray &target : {operation.pollTarget, operation.locationTarget, operation.resourceTarget}) {
        if (!target.isEmpty() && (!target.startsWith('/') || target.startsWith("//"))) // a journal may have been changed by others
            return std::nullopt;
    }
    if (json.contains(QStringLiteral("retryAfter")))
        operation.retryAfter = std::chrono::seconds(json.value(QStringLiteral("retryAfter")).toInteger());
    return operation;
}

} // namespace causeway
