// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/devicecode.h"

#include "core/waiting.h"

#include <QJsonDocument>
#include <QUrl>
#include <algorithm>

namespace causeway {

namespace {

constexpr std::chrono::seconds longestInterval{60};

Error deviceError(const char *code, const QString &message)
{
    Error error;
    error.kind = ErrorKind::Protocol;
    error.code = QString::fromLatin1(code);
    error.message = message;
    return error;
}

Error codeEnded()
{
    Error error = deviceError("expired_token", QStringLiteral("Nobody signed in with the code in time. A new one is needed."));
    error.kind = ErrorKind::Unauthorized;
    error.target = error.code;
    return error;
}

//! Microsoft's own pages, or the login host's.
bool isVerificationAddress(const QUrl &url, const Authority &authority, const CloudProfile &cloud)
{
    static const QStringList pages{QStringLiteral("microsoft.com"), QStringLiteral("www.microsoft.com"), QStringLiteral("aka.ms")};
    if (!url.isValid() || !url.userInfo().isEmpty())
        return false;
    if (url.scheme() == QLatin1String("https") && url.port(443) == 443 && (pages.contains(url.host().toLower()) || cloud.isLoginHost(url.host())))
        return true;
    const auto origin = Origin::parse(url.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment).toString(QUrl::FullyEncoded));
    return origin && *origin == authority.origin;
}

bool isUserCode(const QString &code)
{
    const auto fits = [](QChar c) { return (c >= QLatin1Char('A') && c <= QLatin1Char('Z')) || (c >= QLatin1Char('a') && c <= QLatin1Char('z')) || (c >= QLatin1Char('0') && c <= QLatin1Char('9')) || c == QLatin1Char('-'); };
    return code.size() >= 4 && code.size() <= 32 && std::all_of(code.begin(), code.end(), fits);
}

// Numbers also as text, within bounds.
std::chrono::seconds deviceSeconds(const QJsonObject &json, const char *name, int otherwise, int least, int most)
{
    const QJsonValue value = json.value(QLatin1String(name));
    bool ok = value.isDouble();
    const double number = value.isString() ? value.toString().toDouble(&ok) : value.toDouble();
    return std::chrono::seconds(ok ? int(std::clamp(number, double(least), double(most))) : otherwise);
}

Result<DeviceCode> deviceCodeFrom(const HttpResponse &response, const Authority &authority, const CloudProfile &cloud, TimePoint now)
{
    const QJsonObject json = response.body.size() > 64 * 1024 ? QJsonObject() : QJsonDocument::fromJson(response.body).object();
    DeviceCode code;
    code.deviceCode = Secret(json.value(QLatin1String("device_code")).toString().toUtf8());
    if (response.status != 200 || json.contains(QLatin1String("error")) || code.deviceCode.isEmpty())
        return tokenError(response); // Entra says errors with 200 here, too
    code.userCode = json.value(QLatin1String("user_code")).toString();
    code.verificationUri = json.value(QLatin1String("verification_uri")).toString(json.value(QLatin1String("verification_url")).toString());
    if (!isUserCode(code.userCode))
        return deviceError("UserCodeNotUnderstood", QStringLiteral("The sign-in service gave no code that somebody could type."));
    if (code.verificationUri.size() > 500 || !isVerificationAddress(QUrl(code.verificationUri, QUrl::StrictMode), authority, cloud))
        return deviceError("VerificationAddressForeign", QStringLiteral("The sign-in service sends you to %1, which is no page of its own. Do not type the code there.").arg(code.verificationUri.left(200)));
    code.message = json.value(QLatin1String("message")).toString().left(600);
    code.expires = now + deviceSeconds(json, "expires_in", 900, 1, 3600);
    code.interval = deviceSeconds(json, "interval", 5, 1, int(longestInterval.count())); // RFC 8628 §3.2
    return code;
}

//! How long until the next poll; nothing: the answer ends it.
std::optional<std::chrono::seconds> nextPause(const Result<TokenAnswer> &answer, std::chrono::seconds interval)
{
    if (answer || answer.error().kind == ErrorKind::Cancelled)
        return std::nullopt;
    const Error &error = answer.error();
    const QString word = error.target.section(QLatin1Char('/'), 0, 0);
    if (word == QLatin1String("authorization_pending"))
        return interval;
    if (word == QLatin1String("slow_down"))
        return interval + std::chrono::seconds(5); // RFC 8628 §3.5
    switch (error.kind) { // the code is good for as long as it said
    case ErrorKind::Network:
    case ErrorKind::OutcomeUnknown:
    case ErrorKind::TimedOut:
    case ErrorKind::Service:
    case ErrorKind::Throttled:
        return std::max(std::min(interval * 2, longestInterval), error.retryAfter.value_or(std::chrono::seconds(0)));
    case ErrorKind::Cancelled:
    case ErrorKind::Unauthorized:
    case ErrorKind::Forbidden:
    case ErrorKind::NotFound:
    case ErrorKind::Conflict:
    case ErrorKind::InvalidInput:
    case ErrorKind::Protocol:
    case ErrorKind::Internal:
        return std::nullopt;
    }
    return std::nullopt;
}

} // namespace

QCoro::Task<Result<DeviceCode>> askDeviceCode(TokenEndpoint *endpoint, Authority authority, QString clientId, QString scope, QByteArray claims, Context context)
{
    FormFields fields;
    fields.append(qMakePair(QByteArray("client_id"), clientId));
    fields.append(qMakePair(QByteArray("scope"), withOpenIdScopes(scope)));
    if (!claims.isEmpty())
        fields.append(qMakePair(QByteArray("claims"), QString::fromUtf8(claims)));
    const QByteArray what("devicecode");
    const Result<HttpResponse> response = co_await endpoint->post(authority, what, fields, context);
    if (!response)
        co_return response.error();
    Result<DeviceCode> code = deviceCodeFrom(*response, authority, endpoint->cloud(), endpoint->clock().now());
    co_return code;
}

QCoro::Task<Result<TokenAnswer>> awaitDeviceCode(TokenEndpoint *endpoint, Authority authority, QString clientId, QString scope, DeviceCode code, Context context)
{
    TokenExpectation expected;
    expected.authority = authority;
    expected.cloud = endpoint->cloud();
    expected.clientId = clientId;
    expected.scopes = withOpenIdScopes(scope);
    FormFields fields;
    fields.append(qMakePair(QByteArray("grant_type"), QStringLiteral("urn:ietf:params:oauth:grant-type:device_code")));
    fields.append(qMakePair(QByteArray("client_id"), clientId));
    fields.append(qMakePair(QByteArray("device_code"), QString::fromUtf8(code.deviceCode.reveal())));
    fields.append(qMakePair(QByteArray("client_info"), QStringLiteral("1")));
    std::chrono::seconds interval = code.interval;
    Milliseconds pause = interval; // nobody types it faster
    Clock &clock = endpoint->clock();
    for (;;) {
        const bool slept = co_await sleepFor(clock, pause, context);
        if (!slept)
            co_return Error::cancelled();
        if (clock.now() >= code.expires)
            co_return codeEnded();
        Result<TokenAnswer> answer = co_await endpoint->token(expected, fields, context);
        const auto next = nextPause(answer, interval);
        if (!next)
            co_return answer;
        pause = *next;
        if (answer.error().target == QLatin1String("slow_down"))
            interval = *next; // for good
    }
}

} // namespace causeway
