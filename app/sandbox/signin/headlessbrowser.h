// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/context.h"
#include "core/result.h"

#include <QByteArray>
#include <QCoroTask>
#include <QString>
#include <QUrl>

namespace causeway::sandbox {

//! The person in front of the browser, and the ways in which a browser, or somebody beside it, can be odd.
struct BrowserOptions {
    BrowserOptions() {} // no aggregate: it is passed to coroutines

    bool cancel = false;              //!< presses Cancel instead of choosing a user
    bool approveSecondFactor = true;  //!< when the page asks; false presses Deny
    bool grantConsent = true;         //!< when the page asks
    QString userCode;                 //!< typed on the device page
    QByteArray trustedPem;            //!< certificate authorities beside the system's: the content of Sandbox::caFile()

    // How the answer travels to the loopback listener.
    bool deliver = true;              //!< false: the window is closed on the last page; BrowserEnd::answer says what would have gone
    int pieces = 1;                   //!< the request arrives in so many packets
    bool alterState = false;
    bool dropState = false;
    QString connectTo;                //!< "::1" or "127.0.0.1" instead of what localhost means
    QByteArray hostHeader;            //!< instead of the redirect address's own
    bool faviconFirst = false;        //!< GET /favicon.ico before the answer
    int cookieBytes = 0;              //!< cookies that other programs on localhost have left
};

//! Where it ended.
struct BrowserEnd {
    bool delivered = false; //!< the answer reached the redirect address
    int status = 0;         //!< HTTP status of the last page
    QUrl address;           //!< of the last page
    QString page;           //!< its HTML, bounded
    QString text;           //!< its words, without markup
    QByteArray answer;      //!< parameters of the authorization response, as they were sent: code=…&state=…
    bool posted = false;    //!< by form_post; else in the query
};

//! Opens an authorize address (or a device page: with BrowserOptions::userCode), signs in as `user` (user principal name,
//! name or object id) and carries the answer to the redirect address, as a person with a browser would, without either.
//! Works on the pages of the sandbox's authority and of npm's oidc-provider; follows redirects, keeps cookies, runs no
//! scripts: it presses the buttons. Fails with a Network error when a page is not reached, with Protocol ("UnknownPage")
//! when a page offers nothing of what was asked for; pages that say why they refuse are no failure: they are the end.
QCoro::Task<Result<BrowserEnd>> signInAs(QUrl authorizeUrl, QString user, BrowserOptions options, Context context);

} // namespace causeway::sandbox
