// SPDX-License-Identifier: Apache-2.0
#include "azure/http/policies.h"

namespace causeway {

static Error redirectError(const char *code, const HttpResponse &response, const QString &message)
{
    Error error;
    error.kind = ErrorKind::Protocol;
    error.code = QString::fromLatin1(code);
    error.message = message;
    error.httpStatus = response.status;
    error.requestId = QString::fromLatin1(headerValue(response.headers, "x-ms-request-id").left(128));
    error.correlationId = QString::fromLatin1(headerValue(response.headers, "x-ms-correlation-request-id").left(128));
    return error;
}

static bool isRedirect(const HttpResponse &response)
{
    switch (response.status) {
    case 300: // some choices: only where the service names the one it prefers
        return hasHeader(response.headers, "Location");
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return true;
    default:
        return false;
    }
}

QCoro::Task<Result<HttpResponse>> RedirectPolicy::send(HttpRequest request, HttpNext next, Context context)
{
    constexpr int mostRedirects = 10;
    for (int followed = 0;; ++followed) {
        Result<HttpResponse> result = co_await next.send(request, context);
        if (!result || !isRedirect(*result))
            co_return result;
        if (!isRead(request.method))
            co_return redirectError("RedirectNotFollowed", *result,
                                    QStringLiteral("The service answered HTTP %1, a redirect; a write is never sent to another address.").arg(result->status));
        if (followed == mostRedirects)
            co_return redirectError("TooManyRedirects", *result, QStringLiteral("The service redirected %1 times.").arg(mostRedirects));
        const Origin origin = m_planes.at(request.plane).origin;
        const auto target = origin.target(headerValue(result->headers, "Location"), request.target);
        if (!target)
            co_return redirectError("ForeignRedirect", *result, target.error().message);
        request.target = *target;
    }
}

} // namespace causeway
