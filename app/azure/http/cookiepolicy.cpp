// SPDX-License-Identifier: Apache-2.0
#include "azure/http/policies.h"

#include <QNetworkCookie>
#include <QUrl>

namespace causeway {

QUrl CookiePolicy::url(const HttpRequest &request) const
{
    return QUrl::fromEncoded(m_planes.at(request.plane).origin.toByteArray() + request.target);
}

QCoro::Task<Result<HttpResponse>> CookiePolicy::send(HttpRequest request, HttpNext next, Context context)
{
    const QUrl address = url(request);
    QByteArray cookies;
    for (const QNetworkCookie &cookie : m_jar.cookiesForUrl(address))
        cookies += (cookies.isEmpty() ? "" : "; ") + cookie.toRawForm(QNetworkCookie::NameAndValueOnly);
    if (!cookies.isEmpty() && !hasHeader(request.headers, "Cookie"))
        request.headers.append(qMakePair(QByteArray("Cookie"), cookies));
    Result<HttpResponse> result = co_await next.send(request, context);
    if (result) {
        for (const auto &header : result->headers) {
            if (header.first.compare("Set-Cookie", Qt::CaseInsensitive) == 0)
                m_jar.setCookiesFromUrl(QNetworkCookie::parseCookies(header.second), address);
        }
    }
    co_return result;
}

} // namespace causeway
