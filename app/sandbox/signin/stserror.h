// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "sandbox/wire.h"

#include <tl/expected.hpp>

namespace causeway::sandbox {

//! How far an error lets an interactive sign-in come.
enum class StsStage {
    Anywhere,   //!< the browser shows it, a silent request gets it
    SilentOnly  //!< an interactive sign-in is what cures it
};

//! One of Entra's numbered errors; the words are Entra's, with %1, %2 … for what it is about.
struct StsErrorKind {
    int number;
    const char *error;    //!< OAuth's word (RFC 6749 §5.2, RFC 8628 §3.5, OpenID Connect Core §3.1.2.6)
    const char *suberror; //!< what a client should do about it; may be empty
    int status;
    StsStage stage;
    const char *text;
};

//! Null for a number that is not in the table.
const StsErrorKind *stsErrorKind(int number);

struct StsError {
    StsError(int aadsts, QStringList about = {}, QJsonObject members = {}) : number(aadsts), words(std::move(about)), more(std::move(members)) {}
    int number;
    QStringList words;
    QJsonObject more; //!< members of the answer beside the usual ones: claims

    [[nodiscard]] const StsErrorKind &kind() const;
    [[nodiscard]] QString text() const; //!< "AADSTS50011: The redirect URI …"
};

template <class T>
using StsResult = tl::expected<T, StsError>;
inline tl::unexpected<StsError> stsFailure(int number, QStringList words = {}, QJsonObject more = {})
{
    return tl::unexpected<StsError>(StsError(number, std::move(words), std::move(more)));
}

//! The ids and the time of one exchange: every answer and every error page has them.
struct StsTrace {
    StsTrace(const Request &request, TimePoint at);
    TimePoint now;
    QString trace;       //!< GUID of ours
    QString correlation; //!< the client's client-request-id where it is a GUID, else ours
    [[nodiscard]] QString stamp() const; //!< 2026-11-20 12:00:00Z
    //! client-request-id (when the client wants it back), x-ms-request-id, no-store.
    [[nodiscard]] Headers headers() const;
    bool returnId = false;
};

//! "AADSTS…: …\r\nTrace ID: …\r\nCorrelation ID: …\r\nTimestamp: …"
QString stsDescription(const StsError &error, const StsTrace &trace);
Response stsResponse(const StsError &error, const StsTrace &trace, const QByteArray &origin);

} // namespace causeway::sandbox
