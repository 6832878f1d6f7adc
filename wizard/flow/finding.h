// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"

#include <QMetaType>
#include <QString>

namespace causeway::wizard {

//! Something in the way, in words, and the field of the setup document that mends it; without one, no page can.
struct Finding {
    QString field;
    QString text;
    Severity severity = Severity::Error;
    friend bool operator==(const Finding &, const Finding &) = default;
};

} // namespace causeway::wizard
