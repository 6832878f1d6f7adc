// SPDX-License-Identifier: Apache-2.0
#include "azure/http/policies.h"
#include "core/logging.h"

#include <QList>

namespace causeway {

// Signed poll links carry their signature in the query, so values are printed by name only where they are known to be plain.
static bool isPlainQueryKey(const QByteArray &key)
{
    static const QList<QByteArray> plain = {"api-version", "$top", "$expand", "%24top", "%24expand"};
    return plain.contains(key.toLower());
}

QByteArray LogPolicy::printable(const QByteArray &target)
{
    const qsizetype query = target.indexOf('?');
    QByteArray out = target.left(query < 0 ? target.size() : query).left(1024);
    if (query < 0)
        return out;
    char separator = '?';
    for (const QByteArray &pair : target.mid(query + 1).split('&')) {
        const QByteArray key = pair.left(pair.indexOf('=') < 0 ? pair.size() : pair.indexOf('='));
        out += separator + (isPlainQueryKey(key) ? pair.left(64) : key.left(32) + "=…");
        separator = '&';
    }
    return out;
}

QCoro::Task<Result<HttpResponse>> LogPolicy::send(HttpRequest request, HttpNext next, Context context)
{
    const TimePoint start = m_clock.now();
    Result<HttpResponse> result = co_await next.send(request, context);
    if (!lcHttp().isDebugEnabled())
        co_return result;
    const qint64 took = (m_clock.now() - start).count();
    const QByteArray what = request.method.left(16) + ' ' + printable(request.target);
    if (result)
        qCDebug(lcHttp).noquote() << what << result->status << took << "ms request" << headerValue(result->headers, "x-ms-request-id").left(64)
                                  << "client" << headerValue(request.headers, "x-ms-client-request-id").left(64)
                                  << "retry-after" << headerValue(result->headers, "Retry-After").left(32);
    else
        qCDebug(lcHttp).noquote() << what << "no answer:" << result.error().code << took << "ms";
    co_return result;
}

} // namespace causeway
