// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/tokenanswer.h"

#include <memory>

namespace causeway {

using FormFields = QList<QPair<QByteArray, QString>>;

//! POSTs to one login host, over the transport's Plane::SignIn: sends once, follows nothing. One more try after a second on 5xx and
//! time-outs, none when Retry-After is there (sign-in.md §1). Never sends an authorization code or a refresh token again that may have
//! been received: a lost connection on those is OutcomeUnknown. Headers say Causeway, client-request-id, nothing of MSAL's (§13).
//! The clock says what time it is for tokens: the wall's, also where a sandbox's own time runs faster.
class TokenEndpoint
{
public:
    TokenEndpoint(HttpTransport &transport, Clock &clock, CloudProfile cloud) : m_transport(transport), m_clock(clock), m_cloud(std::move(cloud)) {}

    [[nodiscard]] const CloudProfile &cloud() const { return m_cloud; }
    [[nodiscard]] Clock &clock() const { return m_clock; }
    [[nodiscard]] HttpTransport &transport() const { return m_transport; }
    //! Of "token" or "devicecode"; the raw answer.
    QCoro::Task<Result<HttpResponse>> post(Authority authority, QByteArray what, FormFields fields, Context context);
    //! POST to "token" and parse.
    QCoro::Task<Result<TokenAnswer>> token(TokenExpectation expected, FormFields fields, Context context);
    //! grant_type=refresh_token. `scope`: the resource's, OpenID's are added; `claims`: claimsParameter() or empty.
    QCoro::Task<Result<TokenAnswer>> refresh(Authority authority, QString clientId, Secret refreshToken, QString scope, QByteArray claims, Context context);

private:
    HttpTransport &m_transport;
    Clock &m_clock;
    CloudProfile m_cloud;
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true); // it may go while a service thinks
};

//! User-Agent and a fresh client-request-id.
HttpHeaders signInHeaders();
//! A transport for sign-in: Plane::SignIn at the cloud's login host.
Result<Planes> signInPlanes(const CloudProfile &cloud);

} // namespace causeway
