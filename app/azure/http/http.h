// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/result.h"

#include <QByteArray>
#include <QCoroTask>
#include <QList>
#include <QPair>

namespace causeway {

using HttpHeaders = QList<QPair<QByteArray, QByteArray>>;
//! First value, name compared ignoring case; empty when absent.
QByteArray headerValue(const HttpHeaders &headers, const QByteArray &name);
bool hasHeader(const HttpHeaders &headers, const QByteArray &name);
//! Replaces the first of that name, or appends.
void setHeader(HttpHeaders &headers, const QByteArray &name, const QByteArray &value);
//! GET and HEAD: sending one twice changes nothing.
bool isRead(const QByteArray &method);

//! Which audience a request is for; one table gives each plane its origin, audience and guard (design.md §7.8).
enum class Plane { Arm, SignIn };

struct HttpRequest {
    Plane plane = Plane::Arm;
    QByteArray method;
    QByteArray target;     //!< path and query, encoded, verbatim; the origin is the plane's
    HttpHeaders headers;
    QByteArray body;
    QString tenant;        //!< whose token it wants; empty: the credential's own
};

struct HttpResponse {
    int status = 0;
    HttpHeaders headers;
    QByteArray body;
};

//! The last link: sends once, follows nothing, retries nothing.
class HttpTransport
{
public:
    HttpTransport() = default;
    virtual ~HttpTransport() = default;
    Q_DISABLE_COPY_MOVE(HttpTransport)

    //! Any status is a response. Errors: Network (nothing was sent), OutcomeUnknown (it may have arrived), TimedOut,
    //! Cancelled, Protocol (cut short).
    virtual QCoro::Task<Result<HttpResponse>> send(HttpRequest request, Context context) = 0;
};

} // namespace causeway
