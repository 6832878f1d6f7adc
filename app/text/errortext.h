// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <QString>

namespace causeway {

//! An error for people: what happened, what the service said, what can be done, and the ids for a support request.
struct ErrorText {
    QString summary;  //!< one sentence of ours
    QString service;  //!< code, message and details as the service sent them, made plain; may be empty
    QString advice;   //!< what to do next; may be empty
    QString ids;      //!< "Request id …, correlation id …"; may be empty
};

ErrorText errorText(const Error &error);

//! The same on a few lines, for a terminal.
QString errorLines(const Error &error);

} // namespace causeway
