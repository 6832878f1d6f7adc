// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <chrono>
#include <optional>

namespace causeway {

//! What a failed operation means to the one who asked; the service's own word is in Error::code.
enum class ErrorKind {
    Cancelled,      //!< somebody asked to stop; never a failure
    TimedOut,       //!< our own deadline passed; says nothing about the service
    Network,        //!< no connection, DNS, TLS: the request did not reach the service
    OutcomeUnknown, //!< the request may have reached the service: read before writing again
    Unauthorized,   //!< 401
    Forbidden,      //!< 403
    NotFound,       //!< 404
    Conflict,       //!< 409, 412
    Throttled,      //!< 429
    InvalidInput,   //!< what was asked cannot be; nothing was sent, or 400
    Service,        //!< any other answer that is not success, and failed operations
    Protocol,       //!< the answer breaks its contract (no JSON, cut short, foreign poll link)
    Internal        //!< ours: a file, a database, a bug
};

//! A failed operation. Texts from a server are hostile until bounded and escaped by the one who shows them.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    QString code;          //!< ARM's or our own code, PascalCase; may be empty
    QString message;       //!< for people; from the service as it was sent
    QString target;        //!< what the service says it is about; may be empty
    QString requestId;     //!< x-ms-request-id
    QString correlationId; //!< x-ms-correlation-request-id
    int httpStatus = 0;    //!< 0: there was no answer
    std::optional<std::chrono::seconds> retryAfter;
    QByteArray claims;     //!< JSON that a new sign-in must bring (conditional access); mostly empty
    QString timestamp;     //!< the sign-in service's own, for those who search its logs
    QList<Error> details;

    static Error cancelled();
    static Error internal(QString code, QString message);
    static Error invalid(QString code, QString message, QString target = {});
};

//! "Code: message", or whichever of the two there is. One line for logs and terminals.
QString describe(const Error &error);

} // namespace causeway
