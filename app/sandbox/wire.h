// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QPair>
#include <QString>
#include <QStringList>

namespace causeway::sandbox {

using Headers = QList<QPair<QByteArray, QByteArray>>;

//! Case-insensitive; empty when absent.
QByteArray headerValue(const Headers &headers, const QByteArray &name);

//! One request as the HTTP front hands it over: authenticated, target split by hand, body not yet parsed.
struct Request {
    QByteArray method;
    QByteArray rawPath;                     //!< undecoded, doubled slashes collapsed, no query
    QByteArray rawQuery;                    //!< verbatim, without '?'
    QStringList segments;                   //!< rawPath split at '/', each percent-decoded; case as sent
    QList<QPair<QString, QString>> query;   //!< decoded, in order
    Headers headers;
    QByteArray body;
    QString principal;                      //!< object id of the caller (from the bearer), see World::principals
    QByteArray origin;                      //!< https://127.0.0.1:PORT, for the absolute links that we answer

    [[nodiscard]] QString queryValue(const QString &name) const; //!< name compared ignoring case
    [[nodiscard]] QString apiVersion() const { return queryValue(QStringLiteral("api-version")); }
    [[nodiscard]] QByteArray header(const QByteArray &name) const { return headerValue(headers, name); }
};

//! Parses what stands between "GET " and " HTTP/1.1".
Request requestFromTarget(QByteArray method, const QByteArray &target);

struct Response {
    int status = 200;
    Headers headers;      //!< names lower-case, as ARM sends them; the front adds Content-Length, Date and the request ids
    QByteArray body;      //!< JSON text; empty: no body
    QByteArray type = "application/json; charset=utf-8";

    static Response json(int status, const QJsonObject &body, Headers headers = {});
    static Response jsonArray(int status, const QJsonArray &body, Headers headers = {});
    static Response empty(int status, Headers headers = {});
    //! {"error":{"code","message"[,"target"][,"details"]}}
    static Response error(int status, const QString &code, const QString &message, const QString &target = {},
                          const QJsonArray &details = {});
};

} // namespace causeway::sandbox
