// SPDX-License-Identifier: Apache-2.0
#include "azure/http/policies.h"
#include "azure/http/retryafter.h"

#include <QRandomGenerator>
#include <algorithm>

namespace causeway {

static constexpr Milliseconds kRetryBase{800};
static constexpr Milliseconds kRetryCap = std::chrono::seconds(60);

RetryPolicy::RetryPolicy(Clock &clock, const PipelineOptions &options)
    : m_clock(clock), m_random(options.random), m_maxTries(options.maxTries), m_budget(options.retryBudget)
{
    if (!m_random)
        m_random = [] { return QRandomGenerator::global()->generateDouble(); };
}

bool RetryPolicy::mayRetry(const QByteArray &method, const Result<HttpResponse> &result)
{
    if (!result) {
        switch (result.error().kind) {
        case ErrorKind::Network: // nothing was sent
            return true;
        case ErrorKind::OutcomeUnknown:
        case ErrorKind::TimedOut:
            return isRead(method);
        case ErrorKind::Cancelled:
        case ErrorKind::Unauthorized:
        case ErrorKind::Forbidden:
        case ErrorKind::NotFound:
        case ErrorKind::Conflict:
        case ErrorKind::Throttled:
        case ErrorKind::InvalidInput:
        case ErrorKind::Service:
        case ErrorKind::Protocol:
        case ErrorKind::Internal:
            return false;
        }
    }
    const int status = result->status;
    if (status == 504)
        return isRead(method); // ARM's front door gave up after 60 s; the provider may still be at work
    if (status == 501 || status == 505)
        return false; // "not implemented" does not pass
    return status == 408 || status == 429 || status >= 500;
}

// "Decorrelated jitter": uniform between the base and three times the last pause. A Retry-After is the service's own word:
// never earlier than that, and spread by a tenth so that clients do not come back together.
Milliseconds RetryPolicy::pauseAfter(const Result<HttpResponse> &result, Milliseconds previous) const
{
    const double random = std::clamp(m_random(), 0.0, 1.0);
    if (result) {
        if (const auto told = retryAfter(result->headers, m_clock.now()))
            return *told + Milliseconds(qint64(double(told->count()) * 0.1 * random));
    }
    const double base = double(kRetryBase.count());
    const double pause = base + random * (3.0 * double(previous.count()) - base);
    return std::min(kRetryCap, Milliseconds(qint64(pause)));
}

QCoro::Task<Result<HttpResponse>> RetryPolicy::send(HttpRequest request, HttpNext next, Context context)
{
    const TimePoint start = m_clock.now();
    Milliseconds pause = kRetryBase;
    for (int attempt = 1;; ++attempt) {
        Result<HttpResponse> result = co_await next.send(request, context);
        if (context.cancelled())
            co_return Error::cancelled();
        if (attempt >= m_maxTries || m_clock.now() - start >= m_budget || !mayRetry(request.method, result))
            co_return result;
        if (result && asksForLongerThanAllowed(result->headers, m_clock.now()))
            co_return result;
        pause = pauseAfter(result, pause);
        if (context.deadline && m_clock.now() + pause > *context.deadline)
            co_return result;
        const bool slept = co_await sleepFor(m_clock, pause, context);
        if (!slept)
            co_return Error::cancelled();
    }
}

} // namespace causeway
