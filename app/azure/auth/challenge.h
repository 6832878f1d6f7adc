// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/http.h"

#include <QHash>

namespace causeway {

//! One challenge of a WWW-Authenticate header (RFC 7235 §4.1). Names are lower case; the first of a repeated parameter counts.
struct Challenge {
    QByteArray scheme;
    QHash<QByteArray, QByteArray> parameters;
};
//! Several challenges may share a header; quoted strings may hold commas and escaped quotes. What is half understood is left out.
QList<Challenge> parseChallenges(const QByteArray &header);

//! JSON that a Bearer challenge with error="insufficient_claims" asks for (sign-in.md §9); empty when no header does, or when it is
//! no base64 of a JSON object. Standard and URL-safe alphabets, padded or not.
QByteArray claimsChallengeOf(const HttpHeaders &headers);

//! The claims parameter of a token request: what a challenge asks for, and that we can answer one (client capability CP1).
//! `challenge` may be empty.
QByteArray claimsParameter(const QByteArray &challenge);

} // namespace causeway
