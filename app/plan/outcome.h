// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <optional>

namespace causeway {

//! How a step or a run ended. Cancel is not a failure; Waiting is for a person.
enum class Outcome { Succeeded, Failed, Cancelled, Skipped, Waiting };
QString toText(Outcome outcome);
std::optional<Outcome> outcomeFromText(const QString &text);

} // namespace causeway
