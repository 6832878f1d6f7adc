// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/tokenendpoint.h"
#include "azure/http/qnamtransport.h"

#include <QUrl>
#include <functional>

namespace causeway {

struct InteractiveRequest {
    Authority authority;
    CloudProfile cloud;
    QString clientId;
    QString scope;                 //!< of one resource
    QString prompt;                //!< select_account, login, consent, none; empty: the service decides
    QString loginHint;
    QString domainHint;
    QByteArray claims;             //!< claimsParameter() or empty
    bool formPost = true;          //!< else query
    quint16 port = 0;              //!< tried first when not 0 (corporate agents that know one port), else any
    Milliseconds patience = std::chrono::minutes(5);
    //! Shows the page; false: no browser opens. May be empty.
    std::function<bool(const QUrl &)> openBrowser;
    //! The address, for a link that can be copied; called before openBrowser.
    std::function<void(const QUrl &)> onAddress;
    //! What the browser shows at the end, in the person's language (`language`: "en", "de"); strays are pages of no sign-in that is running.
    QString language, successTitle, successText, failureTitle, failureText, strayTitle, strayText;
};

//! Authorization code with PKCE in the system browser, on Qt's QOAuth2AuthorizationCodeFlow with a reply handler of ours
//! (sign-in.md §4, §5, §15; RFC 8252, 7636). Own state and nonce from the system's generator; one shot; the listener on 127.0.0.1 and
//! [::1] is closed before the result is given. Cancelled by the context; TimedOut after `patience` ("SignInTimedOut").
//! What comes from a foreign page (wrong or no state, wrong method, path, Host) is answered with 4xx and does not end the wait.
//! The browser that brought the answer shows how it ended. `clock`: the wall's time, by which tokens are judged; outlives the call.
QCoro::Task<Result<TokenAnswer>> signInInteractively(InteractiveRequest request, QnamOptions network, Clock *clock, Context context);

} // namespace causeway
