// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/pipeline.h"
#include "azure/http/tokenkeeper.h"
#include "core/waiting.h"

#include <QNetworkCookieJar>
#include <map>

namespace causeway {

//! x-ms-client-request-id (one for all tries of a request), x-ms-correlation-request-id (one for all requests of a run).
class RequestIdPolicy final : public HttpPolicy
{
public:
    explicit RequestIdPolicy(QByteArray correlationId) : m_correlationId(std::move(correlationId)) {}
    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, HttpNext next, Context context) override;

private:
    QByteArray m_correlationId;
};

//! Sends again what may be sent again (design.md §3): a received 408, 429 or 5xx for any verb; a failed connection for GET and
//! HEAD, and for any verb when nothing left this machine. Never a write whose fate is unknown (504, lost connection).
class RetryPolicy final : public HttpPolicy
{
public:
    RetryPolicy(Clock &clock, const PipelineOptions &options);
    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, HttpNext next, Context context) override;

    [[nodiscard]] static bool mayRetry(const QByteArray &method, const Result<HttpResponse> &result);

private:
    Milliseconds pauseAfter(const Result<HttpResponse> &result, Milliseconds previous) const;
    Clock &m_clock;
    std::function<double()> m_random;
    int m_maxTries;
    Milliseconds m_budget;
};

//! GET and HEAD follow redirects to the same origin, ten at most; everything else is refused.
class RedirectPolicy final : public HttpPolicy
{
public:
    explicit RedirectPolicy(Planes planes) : m_planes(std::move(planes)) {}
    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, HttpNext next, Context context) override;

private:
    Planes m_planes;
};

//! Session cookies of one origin, in memory.
class CookiePolicy final : public HttpPolicy
{
public:
    explicit CookiePolicy(Planes planes) : m_planes(std::move(planes)) {}
    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, HttpNext next, Context context) override;

private:
    QUrl url(const HttpRequest &request) const;
    Planes m_planes;
    QNetworkCookieJar m_jar;
};

//! Attaches the bearer: the one place that does (design.md §7.8). A 401 costs the token that it refused, and the request is
//! sent once more; when the 401 asks for claims (conditional access, sign-in.md §9), with a token that has them, and not as somebody else.
class AuthorizationPolicy final : public HttpPolicy
{
public:
    AuthorizationPolicy(TokenCredential &credential, Clock &clock, Planes planes) : m_tokens(credential, clock), m_planes(std::move(planes)) {}
    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, HttpNext next, Context context) override;

private:
    //! Takes the plane, never a URL; refuses an origin that is neither https nor this machine.
    QCoro::Task<Result<Secret>> bearerFor(HttpRequest request, QByteArray claims, Secret refused, std::optional<quint64> as, Context context);

    TokenKeeper m_tokens;
    Planes m_planes;
};

//! Azure Arc's key for one request to this machine's own agent (sign-in.md §11); here, because all authorization is.
void attachArcKey(HttpRequest &request, const Secret &key);

//! One line a request on the category causeway.http, from an allow-list.
class LogPolicy final : public HttpPolicy
{
public:
    explicit LogPolicy(Clock &clock) : m_clock(clock) {}
    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, HttpNext next, Context context) override;
    //! The target with every query value that is not on the allow-list replaced.
    [[nodiscard]] static QByteArray printable(const QByteArray &target);

private:
    Clock &m_clock;
};

} // namespace causeway
