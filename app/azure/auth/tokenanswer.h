// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/authority.h"
#include "core/secret.h"

#include <QJsonObject>
#include <QStringList>

namespace causeway {

//! What a token endpoint gave, checked: sizes bounded, numbers also from text, the id token's issuer, audience, nonce and times.
struct TokenAnswer {
    AccessToken access;
    TimePoint extendedExpires;
    Secret refreshToken;   //!< may be empty
    Secret idToken;        //!< may be empty
    QJsonObject idClaims;  //!< of the id token
    QString clientInfo;    //!< as it came (base64url of {uid, utid}); may be empty
    QString scope;         //!< granted, as it came; the asked ones when the answer has none
    QString tokenType;
    QString familyId;      //!< foci; only Microsoft's own applications get one
    QJsonObject raw;       //!< secrets removed; for fields that we do not know
};

struct TokenExpectation {
    Authority authority;
    CloudProfile cloud;
    QString clientId;
    QString scopes;        //!< as asked
    QByteArray nonce;      //!< empty: none was sent
};
//! Success needs HTTP 200 and JSON with an access_token. Errors: see tokenError(); a foreign issuer, audience or nonce is Protocol
//! (nothing of the answer is kept).
Result<TokenAnswer> parseTokenAnswer(const HttpResponse &response, const TokenExpectation &expected, TimePoint now);

//! An OAuth error as JSON (also with HTTP 200, as the device endpoint does), HTML of a captive portal, an empty 5xx: one Error.
//! kind Unauthorized (interaction may help), Throttled, Service, Protocol (not JSON); code "AADSTS…" or OAuth's word; message = first
//! line of error_description, bounded; target "error[/suberror]"; claims, correlationId, requestId (trace id), timestamp.
Error tokenError(const HttpResponse &response);
//! The same of an error in a callback's fields.
Error callbackError(const QHash<QString, QString> &fields);

//! application/x-www-form-urlencoded, every value percent-encoded.
QByteArray formOf(const QList<QPair<QByteArray, QString>> &fields);
//! "openid profile offline_access" joined with the resource's, sorted, each once.
QString withOpenIdScopes(const QString &resourceScope);
//! The payload of a JWT, unverified, bounded; for showing and for finding the tenant.
QJsonObject jwtPayload(const QByteArray &token);

//! Whom an access token is for, as it says itself: bounded, not plain; never for a decision. An application is named by its client id.
struct TokenClaims {
    QString user;
    QString name;   //!< display name; mostly empty
    QString tenant;
};
TokenClaims claimsOf(const Secret &token);

} // namespace causeway
