// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/tokenanswer.h"

#include "azure/http/retryafter.h"
#include "domain/signinfailure.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrl>

namespace causeway {

namespace {

// Entra's largest tokens (200 groups, on-premises names) have some 16 KiB; ARM's front door refuses heads far below these bounds.
constexpr qsizetype longestToken = 64 * 1024;
constexpr qsizetype longestAnswer = 512 * 1024;
constexpr int longestMessage = 600;
//! sign-in.md §5. A sandbox's clock may run a thousand times as fast as ours: what takes a moment here takes many minutes there.
Milliseconds clockToleranceOf(const CloudProfile &cloud)
{
    return cloud.name == QLatin1String("sandbox") ? std::chrono::hours(24 * 30) : std::chrono::minutes(5);
}


Error answerError(ErrorKind kind, const char *code, const QString &message, int status)
{
    Error error;
    error.kind = kind;
    error.code = QString::fromLatin1(code);
    error.message = message;
    error.httpStatus = status;
    return error;
}

Error untrusted(const char *code, const QString &message)
{
    return answerError(ErrorKind::Protocol, code, message, 200);
}

// v1 endpoints and the metadata service write numbers as text.
std::optional<qint64> numberIn(const QJsonObject &json, const char *name)
{
    const QJsonValue value = json.value(QLatin1String(name));
    bool ok = value.isDouble();
    const double number = value.isString() ? value.toString().trimmed().toDouble(&ok) : value.toDouble();
    if (!ok || !(number >= 0) || number > 1e12)
        return std::nullopt;
    return qint64(number);
}

std::optional<TimePoint> timeIn(const QJsonObject &claims, const char *name)
{
    const auto seconds = numberIn(claims, name);
    return seconds ? std::optional(TimePoint(std::chrono::seconds(*seconds))) : std::nullopt;
}

Error clockWrong(Milliseconds ahead, int status)
{
    const auto minutes = std::chrono::round<std::chrono::minutes>(std::chrono::abs(ahead)).count();
    const QString direction = ahead.count() > 0 ? QStringLiteral("ahead of") : QStringLiteral("behind");
    return answerError(ErrorKind::Protocol, "ClockWrong",
                       QStringLiteral("This computer's clock is %1 min %2 the sign-in service's. Set it, then sign in again.").arg(minutes).arg(direction), status);
}

bool namesAudience(const QJsonValue &audience, const QString &clientId)
{
    const QJsonArray several = audience.toArray();
    const QString only = several.size() == 1 ? several.first().toString() : audience.toString();
    return !clientId.isEmpty() && only.compare(clientId, Qt::CaseInsensitive) == 0;
}

// OpenID Connect Core §3.1.3.7; the signature needs no check for a token that came from the token endpoint over TLS.
Result<> checkIdentity(const QJsonObject &claims, const TokenExpectation &expected, std::optional<TimePoint> servedAt, TimePoint now)
{
    const QString issuer = claims.value(QLatin1String("iss")).toString();
    if (!expected.authority.acceptsIssuer(issuer, claims.value(QLatin1String("tid")).toString(), expected.cloud))
        return untrusted("ForeignIssuer", QStringLiteral("The identity was issued by %1, which is not %2. Nothing of the answer is kept.")
                                              .arg(issuer.left(200), QString::fromLatin1(expected.authority.origin.toByteArray())));
    if (!namesAudience(claims.value(QLatin1String("aud")), expected.clientId))
        return untrusted("WrongAudience", QStringLiteral("The identity is meant for another application. Nothing of the answer is kept."));
    if (!expected.nonce.isEmpty() && !Secret(claims.value(QLatin1String("nonce")).toString().toUtf8()).equals(Secret(expected.nonce)))
        return untrusted("WrongNonce", QStringLiteral("The identity belongs to another sign-in. Nothing of the answer is kept."));
    const auto ends = timeIn(claims, "exp");
    if (!ends)
        return untrusted("IdentityNotUnderstood", QStringLiteral("The identity does not say how long it holds."));
    // A sign-in that a person waits for is a good moment to say that the clock is wrong; a running session is not disturbed.
    const Milliseconds ahead = servedAt ? now - *servedAt : Milliseconds(0);
    const Milliseconds tolerance = clockToleranceOf(expected.cloud);
    const bool outside = *ends + tolerance <= now || timeIn(claims, "nbf").value_or(now) - tolerance > now;
    if ((outside || !expected.nonce.isEmpty()) && std::chrono::abs(ahead) > tolerance)
        return clockWrong(ahead, 200);
    if (outside)
        return untrusted("IdentityExpired", QStringLiteral("The identity does not hold now. Nothing of the answer is kept."));
    return {};
}

Result<Secret> tokenIn(const QJsonObject &json, const char *name)
{
    const QByteArray token = json.value(QLatin1String(name)).toString().toUtf8();
    const bool printable = std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; }); // RFC 6749 appendix A; a space would end a header's word
    if (token.size() > longestToken)
        return untrusted("TokenTooLong", QStringLiteral("The sign-in service gave a %1 of %2 KiB; no service takes one of more than %3.")
                                             .arg(QLatin1String(name)).arg(token.size() >> 10).arg(longestToken >> 10));
    if (!printable)
        return untrusted("TokenNotUnderstood", QStringLiteral("The sign-in service gave a %1 with characters that no token has.").arg(QLatin1String(name)));
    return Secret(token);
}

QString firstLine(const QString &text)
{
    qsizetype end = 0;
    while (end < text.size() && text.at(end) != QLatin1Char('\r') && text.at(end) != QLatin1Char('\n'))
        ++end;
    return text.left(std::min<qsizetype>(end, longestMessage));
}

QString shortWord(const QString &text)
{
    return text.left(64);
}

bool isTransientWord(const QString &error)
{
    return error == QLatin1String("temporarily_unavailable") || error == QLatin1String("server_error");
}

// `numbers`: error_codes of a token answer; a callback has them in the description only.
Error oauthError(const QString &error, const QString &suberror, const QString &description, int number, int status)
{
    Error out;
    out.httpStatus = status;
    out.target = suberror.isEmpty() ? shortWord(error) : shortWord(error) + QLatin1Char('/') + shortWord(suberror);
    if (number <= 0) {
        static const QRegularExpression pattern(QStringLiteral("AADSTS(\\d{4,9})"));
        number = pattern.match(description.left(longestMessage)).captured(1).toInt();
    }
    out.code = number > 0 ? QStringLiteral("AADSTS") + QString::number(number) : shortWord(error);
    out.message = firstLine(description);
    if (out.message.isEmpty())
        out.message = QStringLiteral("The sign-in service refused: %1").arg(shortWord(error));
    const bool ends = needsInteraction(out) || status == 401 || error == QLatin1String("access_denied") || error == QLatin1String("authorization_declined");
    out.kind = status == 429                           ? ErrorKind::Throttled
        : status >= 500 || isTransientWord(error)      ? ErrorKind::Service
        : ends                                         ? ErrorKind::Unauthorized
                                                       : ErrorKind::InvalidInput;
    return out;
}

Error notTheService(const HttpResponse &response)
{
    const int status = response.status;
    if (status == 429)
        return answerError(ErrorKind::Throttled, "SignInThrottled", QStringLiteral("The sign-in service asks for a pause."), status);
    if (status >= 500)
        return answerError(ErrorKind::Service, "SignInUnavailable", QStringLiteral("The sign-in service does not work at the moment (HTTP %1).").arg(status), status);
    if (status >= 300 && status < 400)
        return answerError(ErrorKind::Protocol, "SignInRedirected",
                           QStringLiteral("The sign-in service's address points elsewhere (HTTP %1); nothing is sent there. A captive portal or a proxy does so.").arg(status), status);
    const QString type = QString::fromLatin1(headerValue(response.headers, "Content-Type").left(60));
    return answerError(ErrorKind::Protocol, "NotTheSignInService",
                       QStringLiteral("What answered is not the sign-in service (HTTP %1, %2): a captive portal, a proxy or an inspection device stands between. "
                                      "Open a page in the browser, or look at the network settings.").arg(status).arg(type.isEmpty() ? QStringLiteral("no type") : type), status);
}

} // namespace

QJsonObject jwtPayload(const QByteArray &token)
{
    const QList<QByteArray> parts = token.size() > longestToken ? QList<QByteArray>() : token.split('.');
    if (parts.size() != 3)
        return {};
    const auto payload = QByteArray::fromBase64Encoding(parts.at(1), QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors | QByteArray::OmitTrailingEquals);
    return payload ? QJsonDocument::fromJson(payload.decoded).object() : QJsonObject();
}

// Names of the versions 1.0 and 2.0 (access-token-claims-reference).
TokenClaims claimsOf(const Secret &token)
{
    const QJsonObject claims = jwtPayload(token.reveal());
    const auto first = [&claims](std::initializer_list<const char *> names) {
        for (const char *name : names) {
            if (const QString value = claims.value(QLatin1String(name)).toString(); !value.isEmpty())
                return value.left(200);
        }
        return QString();
    };
    return {first({"upn", "unique_name", "preferred_username", "appid", "azp"}), first({"name"}), first({"tid"})};
}

QByteArray formOf(const QList<QPair<QByteArray, QString>> &fields)
{
    QByteArray form;
    for (const auto &[name, value] : fields)
        form += (form.isEmpty() ? "" : "&") + QByteArray(QUrl::toPercentEncoding(QString::fromLatin1(name))) + '=' + QUrl::toPercentEncoding(value);
    return form;
}

QString withOpenIdScopes(const QString &resourceScope)
{
    QStringList scopes = resourceScope.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const char *scope : {"openid", "profile", "offline_access"})
        scopes.append(QLatin1String(scope));
    scopes.sort();
    scopes.removeDuplicates();
    return scopes.join(QLatin1Char(' '));
}

Error tokenError(const HttpResponse &response)
{
    const QJsonObject json = response.body.size() > longestAnswer ? QJsonObject() : QJsonDocument::fromJson(response.body).object();
    const QString word = json.value(QLatin1String("error")).toString();
    Error error = notTheService(response);
    if (!word.isEmpty()) {
        const auto text = [&json](const char *name) { return json.value(QLatin1String(name)).toString(); };
        error = oauthError(word, text("suberror"), text("error_description"), json.value(QLatin1String("error_codes")).toArray().first().toInt(), response.status);
        error.correlationId = text("correlation_id").left(64);
        error.requestId = text("trace_id").left(64);
        error.timestamp = text("timestamp").left(40);
        const QByteArray claims = text("claims").toUtf8();
        if (claims.size() < 8 * 1024 && QJsonDocument::fromJson(claims).isObject())
            error.claims = claims;
    }
    if (error.correlationId.isEmpty())
        error.correlationId = QString::fromLatin1(headerValue(response.headers, "client-request-id").left(64));
    if (error.requestId.isEmpty())
        error.requestId = QString::fromLatin1(headerValue(response.headers, "x-ms-request-id").left(64));
    const TimePoint sent = parseHttpDate(headerValue(response.headers, "Date")).value_or(TimePoint());
    if (const auto pause = retryAfter(response.headers, sent))
        error.retryAfter = std::chrono::ceil<std::chrono::seconds>(*pause);
    return error;
}

Error callbackError(const QHash<QString, QString> &fields)
{
    Error error = oauthError(fields.value(QStringLiteral("error")), fields.value(QStringLiteral("error_subcode")), fields.value(QStringLiteral("error_description")), 0, 0);
    // "…\r\nTrace ID: …\r\nCorrelation ID: …\r\nTimestamp: …"; a callback has no fields for them.
    const auto line = [text = fields.value(QStringLiteral("error_description")).left(4000)](const char *name) {
        const QRegularExpression pattern(QLatin1String(name) + QStringLiteral(": ([^\r\n]{1,64})"));
        return pattern.match(text).captured(1).trimmed();
    };
    error.requestId = line("Trace ID");
    error.correlationId = line("Correlation ID");
    error.timestamp = line("Timestamp");
    const QByteArray claims = fields.value(QStringLiteral("claims")).toUtf8();
    if (claims.size() < 8 * 1024 && QJsonDocument::fromJson(claims).isObject())
        error.claims = claims;
    return error;
}

Result<TokenAnswer> parseTokenAnswer(const HttpResponse &response, const TokenExpectation &expected, TimePoint now)
{
    if (response.body.size() > longestAnswer)
        return untrusted("TokenTooLong", QStringLiteral("The sign-in service's answer has %1 KiB; nothing of it is kept.").arg(response.body.size() >> 10));
    QJsonObject json = QJsonDocument::fromJson(response.body).object();
    if (response.status != 200 || json.contains(QLatin1String("error")) || json.value(QLatin1String("access_token")).toString().isEmpty())
        return tokenError(response);
    TokenAnswer answer;
    answer.tokenType = json.value(QLatin1String("token_type")).toString(QStringLiteral("Bearer")).left(32);
    if (answer.tokenType.compare(QLatin1String("Bearer"), Qt::CaseInsensitive) != 0)
        return untrusted("TokenTypeUnknown", QStringLiteral("The sign-in service gave a token of the type '%1', not a bearer.").arg(answer.tokenType));
    const std::pair<const char *, Secret *> tokens[] = {{"access_token", &answer.access.token}, {"refresh_token", &answer.refreshToken}, {"id_token", &answer.idToken}};
    for (const auto &[name, into] : tokens) {
        const Result<Secret> token = tokenIn(json, name);
        if (!token)
            return token.error();
        *into = *token;
        json.remove(QLatin1String(name));
    }
    if (answer.idToken.isEmpty() && !expected.nonce.isEmpty())
        return untrusted("IdentityMissing", QStringLiteral("The sign-in service did not say who signed in. Nothing of the answer is kept."));
    if (!answer.idToken.isEmpty()) {
        answer.idClaims = jwtPayload(answer.idToken.reveal());
        const Result<> checked = checkIdentity(answer.idClaims, expected, parseHttpDate(headerValue(response.headers, "Date")), now);
        if (!checked)
            return checked.error();
    }
    const auto after = [&json, now](const char *name) { // no lifetime: for this once
        return now + std::chrono::seconds(std::min<qint64>(numberIn(json, name).value_or(0), 366 * 86400));
    };
    answer.access.expires = after("expires_in");
    answer.extendedExpires = std::max(answer.access.expires, after("ext_expires_in"));
    if (json.contains(QLatin1String("refresh_in")) && after("refresh_in") < answer.access.expires)
        answer.access.refreshOn = after("refresh_in");
    answer.clientInfo = json.value(QLatin1String("client_info")).toString().left(4096);
    answer.scope = json.value(QLatin1String("scope")).toString(expected.scopes).left(8192);
    answer.familyId = json.value(QLatin1String("foci")).toString().left(16);
    answer.raw = json;
    return answer;
}

} // namespace causeway
