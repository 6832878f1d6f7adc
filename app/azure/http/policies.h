// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/pipeline.h"
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

//! Attaches the bearer: the one place that does (design.md §7.8).
class AuthorizationPolicy final : public HttpPolicy
{
public:
    AuthorizationPolicy(TokenCredential &credential, Clock &clock, Planes planes)
        : m_credential(credential), m_clock(clock), m_planes(std::move(planes))
    {}
    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, HttpNext next, Context context) override;

private:
    //! Takes the plane, never a URL; refuses an origin that is neither https nor this machine.
    QCoro::Task<Result<HttpRequest>> authorize(HttpRequest request, Context context);
    //! From memory, or fetched once for everybody who asks meanwhile; renewed five minutes before it expires.
    QCoro::Task<Result<Secret>> bearer(QString scope, Context context);
    void forget(const QString &scope, const Secret &token);

    struct Entry {
        std::optional<AccessToken> token;
        bool fetching = false;
        std::vector<OneShot<Result<>>> waiting;
    };
    TokenCredential &m_credential;
    Clock &m_clock;
    Planes m_planes;
    std::map<QString, Entry> m_entries;
};

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
