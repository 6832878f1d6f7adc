// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

namespace causeway {

//! What the browser shows, in the person's language. Empty: English.
struct LoopbackWords {
    QString language; //!< as HTML wants it: "en", "de"
    QString successTitle, successText;
    QString failureTitle, failureText;
    QString strayTitle, strayText; //!< for what does not belong to the sign-in that is running
};

enum class LoopbackPage { Success, Failure, Stray };

//! The whole HTTP answer: a page that loads nothing, runs nothing, is kept nowhere and tells nobody where it was.
QByteArray loopbackAnswer(int status, LoopbackPage page, const LoopbackWords &words);

} // namespace causeway
