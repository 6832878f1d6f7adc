// SPDX-License-Identifier: Apache-2.0
#include "azure/http/retryafter.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>

namespace causeway {

static constexpr Milliseconds kLongestRetryAfter = std::chrono::minutes(10); // ARM's own upper end (RPC contract)

static Milliseconds toMilliseconds(double milliseconds)
{
    return Milliseconds(qint64(std::clamp(milliseconds, 0.0, 1e12))); // a bound against nonsense: some 30 years
}

static bool isNumber(const QByteArray &text)
{
    return !text.isEmpty() && text.size() < 20 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<TimePoint> parseHttpDate(const QByteArray &text)
{
    const QLocale c = QLocale::c();
    // Without the weekday: Qt holds it against the year, and takes the two digits of the second form for 19xx.
    const QString date = QString::fromLatin1(text.left(64)).section(QStringLiteral(", "), -1).simplified();
    for (const QString &form : {QStringLiteral("dd MMM yyyy HH:mm:ss 'GMT'"), QStringLiteral("dd-MMM-yy HH:mm:ss 'GMT'"), QStringLiteral("ddd MMM d HH:mm:ss yyyy")}) {
        QDateTime time = c.toDateTime(date, form);
        if (!time.isValid())
            continue;
        time.setTimeSpec(Qt::UTC);
        if (time.date().year() < 1970)
            time = time.addYears(100);
        return TimePoint(Milliseconds(time.toMSecsSinceEpoch()));
    }
    return std::nullopt;
}

static std::optional<Milliseconds> readRetryAfter(const HttpHeaders &headers, TimePoint now)
{
    for (const char *name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
        const QByteArray value = headerValue(headers, name).trimmed();
        if (isNumber(value))
            return toMilliseconds(value.toDouble());
    }
    const QByteArray value = headerValue(headers, "Retry-After").trimmed();
    if (isNumber(value))
        return toMilliseconds(value.toDouble() * 1000);
    if (const auto date = parseHttpDate(value)) {
        const TimePoint sent = parseHttpDate(headerValue(headers, "Date")).value_or(now);
        return toMilliseconds(double((*date - sent).count()));
    }
    return std::nullopt;
}

std::optional<Milliseconds> retryAfter(const HttpHeaders &headers, TimePoint now)
{
    const auto told = readRetryAfter(headers, now);
    return told ? std::optional(std::min(*told, kLongestRetryAfter)) : std::nullopt;
}

bool asksForLongerThanAllowed(const HttpHeaders &headers, TimePoint now)
{
    const auto told = readRetryAfter(headers, now);
    return told && *told > kLongestRetryAfter;
}

} // namespace causeway
