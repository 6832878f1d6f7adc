// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.h"
#include "core/secret.h"
#include "engine/engine.h"

namespace causeway {

// Passwords that a run made itself ({"secret":"generate"}). They are in the keychain under the run, and stay until somebody removes them: a
// run can be resumed for ever, and of an administrator's password the keychain has the only copy.

//! Fields of the setup whose secret the plan's run makes, once each; with a report only what was really sent then.
QStringList madeFields(const Plan &plan, const RunReport *report = nullptr);

//! Where what this run made is now, for people; for the document: [{"field","entry","kept"}].
QCoro::Task<QJsonArray> tellMade(Console *console, SecretStore *keychain, Plan plan, RunReport report, QString place, Context context);

} // namespace causeway
