// SPDX-License-Identifier: Apache-2.0
#include "azure/arm/armerror.h"

#include "azure/auth/challenge.h"
#include "azure/http/retryafter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <algorithm>

namespace causeway {

namespace {

constexpr int kLongestMessage = 4096;
constexpr int kLongestName = 256;
constexpr int kMostDetails = 20;
constexpr int kDeepestDetail = 5;

QString boundedText(const QJsonValue &value, int longest)
{
    if (value.isObject()) // OData: {"lang":"en","value":"text"}
        return boundedText(value.toObject().value(QStringLiteral("value")), longest);
    if (value.isDouble())
        return QString::number(value.toDouble(), 'g', 15);
    return value.toString().left(longest);
}

// Member by name, ignoring case: "message", "Message".
QJsonValue member(const QJsonObject &object, const char *name)
{
    const QLatin1String wanted(name);
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it.key().compare(wanted, Qt::CaseInsensitive) == 0)
            return it.value();
    }
    return QJsonValue(QJsonValue::Undefined);
}

void readErrorObject(const QJsonObject &object, Error &error, int depth);

Error detailFrom(const QJsonObject &object, int depth)
{
    Error detail;
    detail.kind = ErrorKind::Service;
    readErrorObject(object, detail, depth);
    return detail;
}

// additionalInfo of a policy's refusal: who refused is what a person needs.
Error policyDetail(const QJsonObject &info)
{
    Error detail;
    detail.kind = ErrorKind::Forbidden;
    detail.code = boundedText(info.value(QStringLiteral("type")), kLongestName);
    const QJsonObject policy = info.value(QStringLiteral("info")).toObject();
    detail.message = boundedText(policy.value(QStringLiteral("policyDefinitionDisplayName")), kLongestMessage);
    for (const char *name : {"policyAssignmentId", "policyAsssignmentId"}) { // the contract spells it both ways
        if (detail.target.isEmpty())
            detail.target = boundedText(policy.value(QLatin1String(name)), kLongestMessage);
    }
    return detail;
}

// "Call to Microsoft.X failed. Error message: {"error":{…}}": the cause is inside the text.
void readEmbedded(Error &error, int depth)
{
    const qsizetype open = error.message.indexOf(QLatin1Char('{'));
    const qsizetype close = error.message.lastIndexOf(QLatin1Char('}'));
    if (open < 0 || close <= open || depth >= kDeepestDetail || error.details.size() >= kMostDetails)
        return;
    const QJsonObject inner = QJsonDocument::fromJson(error.message.mid(open, close - open + 1).toUtf8()).object();
    const Error detail = detailFrom(inner, depth + 1);
    if (!detail.code.isEmpty() || !detail.message.isEmpty())
        error.details.append(detail);
}

void readErrorObject(const QJsonObject &object, Error &error, int depth)
{
    for (const char *envelope : {"error", "odata.error"}) {
        const QJsonValue inner = member(object, envelope);
        if (inner.isObject() && depth < kDeepestDetail)
            return readErrorObject(inner.toObject(), error, depth + 1);
        if (inner.isString()) { // OAuth's form, from a token endpoint
            error.code = boundedText(inner, kLongestName);
            error.message = boundedText(member(object, "error_description"), kLongestMessage);
            return;
        }
    }
    error.code = boundedText(member(object, "code"), kLongestName);
    error.message = boundedText(member(object, "message"), kLongestMessage);
    error.target = boundedText(member(object, "target"), kLongestName);
    if (depth >= kDeepestDetail)
        return;
    for (const QJsonValue &detail : member(object, "details").toArray()) {
        if (error.details.size() < kMostDetails && detail.isObject())
            error.details.append(detailFrom(detail.toObject(), depth + 1));
    }
    for (const QJsonValue &info : member(object, "additionalInfo").toArray()) {
        if (error.details.size() < kMostDetails && info.toObject().value(QStringLiteral("type")).toString() == QLatin1String("PolicyViolation"))
            error.details.append(policyDetail(info.toObject()));
    }
    readEmbedded(error, depth);
}

ErrorKind kindOfStatus(const QByteArray &method, int status)
{
    switch (status) {
    case 400:
        return ErrorKind::InvalidInput;
    case 401:
        return ErrorKind::Unauthorized;
    case 403:
        return ErrorKind::Forbidden;
    case 404:
        return ErrorKind::NotFound;
    case 409:
    case 412:
        return ErrorKind::Conflict;
    case 429:
        return ErrorKind::Throttled;
    case 504: // the front door gave up; the provider's answer is lost
        return isRead(method) ? ErrorKind::Service : ErrorKind::OutcomeUnknown;
    default:
        return ErrorKind::Service;
    }
}

// A failed operation arrives under HTTP 200, so its kind is told by its code alone.
ErrorKind kindOfCode(const QString &code)
{
    static const struct { QLatin1String code; ErrorKind kind; } known[] = {
        {QLatin1String("AuthorizationFailed"), ErrorKind::Forbidden},
        {QLatin1String("LinkedAuthorizationFailed"), ErrorKind::Forbidden},
        {QLatin1String("RequestDisallowedByPolicy"), ErrorKind::Forbidden},
        {QLatin1String("ScopeLocked"), ErrorKind::Conflict},
    };
    for (const auto &entry : known) {
        if (code == entry.code)
            return entry.kind;
    }
    return ErrorKind::Service;
}

void addResponse(Error &error, const HttpResponse &response)
{
    const auto text = [&response](const char *name) { return QString::fromLatin1(headerValue(response.headers, name).left(128)); };
    error.httpStatus = response.status;
    error.requestId = text("x-ms-request-id");
    error.correlationId = text("x-ms-correlation-request-id");
    if (hasHeader(response.headers, "Retry-After")) {
        if (const auto wait = retryAfter(response.headers, wallNow()))
            error.retryAfter = std::chrono::ceil<std::chrono::seconds>(*wait);
    }
    if (error.code.isEmpty())
        error.code = text("x-ms-error-code");
}

// Not JSON: a proxy's page, or a line of text.
QString plainMessage(const QByteArray &body)
{
    const QString text = QString::fromUtf8(body.left(16 * 1024));
    static const QRegularExpression title(QStringLiteral("<title[^>]*>(.*?)</title>"),
                                          QRegularExpression::CaseInsensitiveOption | QRegularExpression::DotMatchesEverythingOption);
    const auto match = title.match(text);
    if (match.hasMatch())
        return match.captured(1).simplified().left(kLongestMessage);
    static const QRegularExpression tag(QStringLiteral("<[^>]{0,1000}>"));
    return QString(text).replace(tag, QStringLiteral(" ")).simplified().left(kLongestMessage);
}

} // namespace

Result<QJsonValue> parseJson(const QByteArray &text)
{
    QByteArray json = text.startsWith("\xef\xbb\xbf") ? text.mid(3) : text;
    json = json.trimmed();
    if (json.isEmpty())
        return QJsonValue(QJsonValue::Undefined);
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(json, &problem);
    if (document.isObject())
        return QJsonValue(document.object());
    if (document.isArray())
        return QJsonValue(document.array());
    if (!json.startsWith('{') && !json.startsWith('[')) {
        const QJsonArray wrapped = QJsonDocument::fromJson('[' + json + ']').array();
        if (wrapped.size() == 1)
            return wrapped.first();
    }
    Error error;
    error.kind = ErrorKind::Protocol;
    error.code = QStringLiteral("InvalidJson");
    error.message = QStringLiteral("The text is not JSON: %1 at byte %2.").arg(problem.errorString()).arg(problem.offset);
    return error;
}

Error errorFromResponse(const QByteArray &method, const HttpResponse &response)
{
    Error error;
    const auto body = parseJson(response.body);
    if (body && body->isObject())
        readErrorObject(body->toObject(), error, 0);
    else if (body && body->isString())
        error.message = boundedText(*body, kLongestMessage);
    else if (!body)
        error.message = plainMessage(response.body);
    error.kind = kindOfStatus(method, response.status);
    if (error.kind == ErrorKind::Unauthorized)
        error.claims = claimsChallengeOf(response.headers); // more of a sign-in than we could bring
    addResponse(error, response);
    if (error.message.isEmpty())
        error.message = QStringLiteral("The service answered HTTP %1 and said nothing more.").arg(response.status);
    return error;
}

Error errorFromState(const QString &state, const QJsonValue &body, const HttpResponse &response)
{
    Error error;
    const QJsonObject object = body.toObject();
    for (const QJsonValue &place : {object.value(QStringLiteral("error")), object.value(QStringLiteral("properties")).toObject().value(QStringLiteral("error"))}) {
        if (place.isObject() && error.code.isEmpty() && error.message.isEmpty())
            readErrorObject(place.toObject(), error, 0);
    }
    error.kind = kindOfCode(error.code);
    addResponse(error, response);
    if (error.code.isEmpty())
        error.code = state.left(kLongestName);
    if (error.message.isEmpty())
        error.message = QStringLiteral("The operation ended as '%1' and the service said nothing more.").arg(state.left(kLongestName));
    return error;
}

Error brokenAnswer(const QByteArray &method, const char *code, const QString &message, const HttpResponse &response)
{
    Error error;
    error.kind = isRead(method) ? ErrorKind::Protocol : ErrorKind::OutcomeUnknown;
    error.code = QString::fromLatin1(code);
    error.message = message;
    addResponse(error, response);
    return error;
}

} // namespace causeway
