// SPDX-License-Identifier: Apache-2.0
#include "azure/http/memorytransport.h"

#include "core/waiting.h"

namespace causeway {

MemoryTransport &MemoryTransport::answer(int status, const QByteArray &body, const HttpHeaders &headers)
{
    HttpResponse response;
    response.status = status;
    response.headers = headers;
    response.body = body;
    m_script.emplace_back(Result<HttpResponse>(response));
    return *this;
}

MemoryTransport &MemoryTransport::fail(ErrorKind kind, const QString &code)
{
    Error error;
    error.kind = kind;
    error.code = code;
    error.message = QStringLiteral("scripted failure");
    m_script.emplace_back(Result<HttpResponse>(error));
    return *this;
}

MemoryTransport &MemoryTransport::hang()
{
    m_script.emplace_back(std::nullopt);
    return *this;
}

QCoro::Task<Result<HttpResponse>> MemoryTransport::send(HttpRequest request, Context context)
{
    const Clock::Hold hold = m_clock.hold();
    m_requests.append(request);
    m_times.append(m_clock.now());
    OneShot<Result<HttpResponse>> shot;
    const std::stop_callback onStop(context.stop, [shot] { shot.fire(Error::cancelled()); });
    if (!m_script.empty()) {
        if (m_script.front())
            shot.fire(*m_script.front());
        m_script.pop_front();
    } else if (m_handler) {
        shot.fire(m_handler(request));
    } else {
        shot.fire(Error::internal(QStringLiteral("ScriptAtItsEnd"), QStringLiteral("nothing is scripted for ") + QString::fromUtf8(request.method + ' ' + request.target)));
    }
    Result<HttpResponse> result = co_await shot.wait();
    co_return result;
}

} // namespace causeway
