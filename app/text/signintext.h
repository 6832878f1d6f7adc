// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/signinfailure.h"
#include "text/surface.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace causeway {

//! Where somebody wanted to sign in; for the links and lines of an advice. Any may be empty.
struct SignInPlace {
    QString authority; //!< https://login.microsoftonline.com
    QString tenant;    //!< GUID, domain or organizations
    QString clientId;
    QString portal;    //!< https://portal.azure.com
    Surface surface = Surface::Terminal;
};

//! A failed sign-in for people (sign-in.md §10). Nothing of the service is in our own sentences.
struct SignInText {
    SignInFailure failure = SignInFailure::Unknown;
    QString title;        //!< "Your organisation has to allow this application"
    QString happened;
    QString advice;       //!< what to do
    QString link;         //!< to open or to send on: the administrator's consent page; mostly empty
    QStringList commands; //!< to copy into a terminal; mostly empty
    bool interactive = false; //!< signing in in a browser can help: offer the button
    QString service;      //!< the service's own words, one plain bounded line; may be empty
    QString support;      //!< supportLine()
};
SignInText signInText(const Error &error, const SignInPlace &place);
//! The same on a few lines, for a terminal.
QString signInLines(const Error &error, const SignInPlace &place);

//! "AADSTS50076 · correlation id … · trace id … · 2026-11-20 07:27:31Z", to copy into a support request; empty when there is nothing.
QString supportLine(const Error &error);

//! All AADSTS numbers that have a sentence of their own.
QList<int> signInNumbers();

//! https://{host}/{tenant}/adminconsent?client_id=…; empty without client id.
QString adminConsentLink(const SignInPlace &place);

//! Said wherever a device code is shown: whoever got the code from somebody else is being robbed.
QString deviceCodeWarning();

//! What the browser shows when it comes back; `language` is that of the words, for the page's own mark.
struct BrowserWords {
    QString language, successTitle, successText, failureTitle, failureText, strayTitle, strayText;
};
BrowserWords browserWords();

//! Something to do by hand, step by step, and the lines that do the same in a terminal.
struct Instructions {
    QString title;
    QStringList steps;
    QStringList commands;
};
//! How to get a client id of one's own: an application registration in the tenant (sign-in.md §3). `portal`: of the cloud.
Instructions registrationSteps(const QString &portal, Surface surface = Surface::Terminal);

} // namespace causeway
