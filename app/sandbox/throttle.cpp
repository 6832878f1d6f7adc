// SPDX-License-Identifier: Apache-2.0
#include "sandbox/throttle.h"

#include <algorithm>
#include <cmath>

namespace causeway::sandbox {

namespace {

//! Documented bucket (capacity, refill a second) and the counters that real answers begin with; the two do not agree,
//! so the bucket decides and the header counts down from what was recorded.
struct ThrottleKind {
    const char *word;
    double capacity, refill;
    int ownStart, globalStart;
};
constexpr ThrottleKind reads{"reads", 250, 25, 1099, 16499};
constexpr ThrottleKind writes{"writes", 200, 10, 799, 11999};
constexpr ThrottleKind deletes{"deletes", 200, 10, 799, 11999};

const ThrottleKind &throttleKind(const QByteArray &method)
{
    if (method == "GET" || method == "HEAD")
        return reads;
    return method == "DELETE" ? deletes : writes;
}

} // namespace

void Throttle::Bucket::refill(double perSecond, TimePoint now)
{
    const double seconds = double((now - at).count()) / 1000.0;
    used = std::max(0.0, used - std::max(0.0, seconds) * perSecond);
    at = now;
}

std::optional<Headers> Throttle::take(const Request &request, const State &state, TimePoint now, int *retryAfter)
{
    if (!state.setting(QStringLiteral("throttling"), true).toBool(true))
        return Headers{};
    const ThrottleKind &kind = throttleKind(request.method);
    const QLatin1String word(kind.word);
    const double capacity = state.setting(QStringLiteral("throttling.%1.capacity").arg(word), kind.capacity).toDouble();
    const double refill = state.setting(QStringLiteral("throttling.%1.refill").arg(word), kind.refill).toDouble();
    const bool inSubscription = request.segments.size() > 1 && request.segments[0].compare(QLatin1String("subscriptions"), Qt::CaseInsensitive) == 0;
    const QString scope = word + (inSubscription ? request.segments[1].toLower() : QStringLiteral("tenant"));
    Bucket &global = m_buckets[scope];
    global.refill(refill * 15, now);
    const double globalUsed = global.used;
    Bucket &own = m_buckets[scope + request.principal];
    own.refill(refill, now);
    if (own.used + 1 > capacity || globalUsed + 1 > capacity * 15) {
        const double missing = std::max(own.used + 1 - capacity, (globalUsed + 1 - capacity * 15) / 15);
        *retryAfter = std::max(1, int(std::ceil(missing / std::max(refill, 0.001))));
        return std::nullopt;
    }
    own.used += 1;
    m_buckets[scope].used += 1;
    const auto counter = [&](const char *name, int start, double used) {
        return qMakePair(QByteArray("x-ms-ratelimit-remaining-") + name + kind.word, QByteArray::number(std::max(0, start + 1 - int(std::ceil(used)))));
    };
    const double ownUsed = m_buckets[scope + request.principal].used;
    if (!inSubscription)
        return Headers{counter("tenant-", kind.ownStart, ownUsed)};
    return Headers{counter("subscription-", kind.ownStart, ownUsed), counter("subscription-global-", kind.globalStart, globalUsed + 1)};
}

} // namespace causeway::sandbox
