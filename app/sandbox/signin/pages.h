// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/signin/stserror.h"

namespace causeway::sandbox {

//! A button of a page: it is the form field NAME=VALUE.
struct PageButton {
    const char *name;
    QString value;
    QString words;
    QString note = {}; //!< smaller, below the words
    bool quiet = false;
};

struct SignInPage {
    QString title;
    QStringList lines;          //!< paragraphs
    QString action;             //!< path that the form goes to; empty: no form
    QList<QPair<QString, QString>> hidden;
    const char *input = nullptr; //!< name of a text field
    QString inputLabel, inputValue;
    QList<PageButton> buttons;
    QString formTarget;         //!< origin that the form may lead to in the end, beside our own
    QString details;            //!< preformatted, for an error
};

// Plain pages: nothing is loaded, nothing is framed, the only script is the one that sends a form_post on.

Response pageResponse(const SignInPage &page, const StsTrace &trace, int status = 200);
//! Where Entra shows an error that it will not send to a redirect address.
Response errorPage(const StsError &error, const StsTrace &trace, int status = 400);
//! OAuth 2.0 Form Post Response Mode.
Response postingPage(const QString &redirectUri, const QList<QPair<QString, QString>> &fields, const StsTrace &trace);

} // namespace causeway::sandbox
