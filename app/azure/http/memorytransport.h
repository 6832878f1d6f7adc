// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/http.h"

#include <deque>
#include <functional>
#include <optional>

namespace causeway {

//! Answers from a script, in order, and remembers what it was asked. For tests, and for replaying recordings.
class MemoryTransport final : public HttpTransport
{
public:
    explicit MemoryTransport(Clock &clock) : m_clock(clock) {}

    MemoryTransport &answer(int status, const QByteArray &body = {}, const HttpHeaders &headers = {});
    MemoryTransport &fail(ErrorKind kind, const QString &code = QStringLiteral("Scripted"));
    MemoryTransport &hang(); //!< answers only to a cancel
    //! Asked when the script is at its end.
    void setHandler(std::function<Result<HttpResponse>(const HttpRequest &)> handler) { m_handler = std::move(handler); }

    [[nodiscard]] const QList<HttpRequest> &requests() const { return m_requests; }
    [[nodiscard]] const QList<TimePoint> &times() const { return m_times; } //!< when each request came, on the clock
    [[nodiscard]] std::size_t left() const { return m_script.size(); }

    QCoro::Task<Result<HttpResponse>> send(HttpRequest request, Context context) override;

private:
    Clock &m_clock;
    std::deque<std::optional<Result<HttpResponse>>> m_script; // nullopt hangs
    std::function<Result<HttpResponse>(const HttpRequest &)> m_handler;
    QList<HttpRequest> m_requests;
    QList<TimePoint> m_times;
};

} // namespace causeway
