// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/check.h"
#include "text/signintext.h"

namespace causeway {

//! What a check looked at, what it found, and what to do. Plain text, translated; `advice` and `support` may be empty.
struct CheckText {
    QString title;
    QString fact;
    QString advice;
    QString support; //!< ids for a support request
};
CheckText checkText(const Check &check, const SignInPlace &place = {});
//! "good", "warning", "bad", "skipped": for machines.
QString checkStateText(Check::State state);

//! Nothing is bad.
bool allWell(const QList<Check> &checks);

} // namespace causeway
