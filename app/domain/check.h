// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <QString>
#include <QStringList>
#include <functional>
#include <optional>

namespace causeway {

//! One thing that was looked at. Words are in text/checktext, by code.
struct Check {
    enum class State {
        Good,
        Warning, //!< works, or is not needed; worth knowing
        Bad,
        Skipped  //!< could not be looked at, or makes no sense here
    };
    QString id;      //!< what kind of look: "dns", "tls", "clock", "keychain" …
    QString subject; //!< a host, an account; may be empty. Hostile until plain
    State state = State::Skipped;
    QString code;    //!< what was found: "tls-untrusted"
    QStringList facts; //!< for the places of the code's sentence; hostile until plain
    std::optional<Error> error; //!< of a sign-in: its words are text/signintext's
};

//! Told of each as it is found; may be empty.
using CheckListener = std::function<void(const Check &)>;

} // namespace causeway
