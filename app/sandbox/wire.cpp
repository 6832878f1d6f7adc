// SPDX-License-Identifier: Apache-2.0
#include "sandbox/wire.h"

#include <QJsonDocument>

namespace causeway::sandbox {

QByteArray headerValue(const Headers &headers, const QByteArray &name)
{
    for (const auto &[key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

QString Request::queryValue(const QString &name) const
{
    for (const auto &[key, value] : query) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

static QString decodedText(QByteArray part, bool plusIsSpace)
{
    if (plusIsSpace)
        part.replace('+', ' ');
    return QString::fromUtf8(part.contains('%') ? QByteArray::fromPercentEncoding(part) : part);
}

//! The path of a request target in origin or absolute form (RFC 9112 §3.2).
static QByteArray pathOfTarget(const QByteArray &target)
{
    if (target.startsWith('/'))
        return target;
    const qsizetype scheme = target.indexOf("://");
    const qsizetype slash = scheme < 0 ? -1 : target.indexOf('/', scheme + 3);
    return slash < 0 ? QByteArray("/") : target.mid(slash);
}

Request requestFromTarget(QByteArray method, const QByteArray &target)
{
    Request request;
    request.method = std::move(method);
    const QByteArray whole = pathOfTarget(target.left(target.indexOf('#') < 0 ? target.size() : target.indexOf('#')));
    const qsizetype mark = whole.indexOf('?');
    if (mark >= 0)
        request.rawQuery = whole.mid(mark + 1);
    for (const QByteArray &part : whole.left(mark < 0 ? whole.size() : mark).split('/')) {
        if (part.isEmpty())
            continue; // Some SDKs send "//subscriptions/…" for scope-based calls.
        request.rawPath += '/' + part;
        // ARM reads "%2Fsubscriptions%2F…", which some clients make of a {scope}, as the slashes it means.
        request.segments += decodedText(part, false).split(QLatin1Char('/'), Qt::SkipEmptyParts);
    }
    if (request.rawPath.isEmpty())
        request.rawPath = "/";
    for (const QByteArray &part : request.rawQuery.split('&')) {
        if (part.isEmpty())
            continue;
        const qsizetype equals = part.indexOf('=');
        request.query.append(
            {decodedText(part.left(equals < 0 ? part.size() : equals), true), equals < 0 ? QString() : decodedText(part.mid(equals + 1), true)});
    }
    return request;
}

Response Response::json(int status, const QJsonObject &body, Headers headers)
{
    return {status, std::move(headers), QJsonDocument(body).toJson(QJsonDocument::Compact)};
}

Response Response::jsonArray(int status, const QJsonArray &body, Headers headers)
{
    return {status, std::move(headers), QJsonDocument(body).toJson(QJsonDocument::Compact)};
}

Response Response::empty(int status, Headers headers)
{
    Response response;
    response.status = status;
    response.headers = std::move(headers);
    return response;
}

Response Response::error(int status, const QString &code, const QString &message, const QString &target, const QJsonArray &details)
{
    QJsonObject error{{QStringLiteral("code"), code}, {QStringLiteral("message"), message}};
    if (!target.isEmpty())
        error.insert(QStringLiteral("target"), target);
    if (!details.isEmpty())
        error.insert(QStringLiteral("details"), details);
    return json(status, {{QStringLiteral("error"), error}});
}

} // namespace causeway::sandbox
