// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.h"
#include "domain/setupdocument.h"
#include "plan/plan.h"

#include <optional>

namespace causeway {

//! A setup document as it came from a file; its text stays at hand for excerpts.
struct LoadedSetup {
    QString file;
    QByteArray text;
    ParsedSetup parsed;
    Issues warnings;
    [[nodiscard]] const SetupSpec &spec() const { return *parsed.spec; }
};

//! Reads and judges a setup. When there is an error, it has been said and `exitCode` is 2.
std::optional<LoadedSetup> loadSetup(Console &console, const QString &file, int *exitCode);

//! A finding in words, whichever room found it.
QString findingText(const Issue &issue);

//! A setup or a saved plan, told apart by what is in the file.
struct LoadedWork {
    std::optional<LoadedSetup> setup;
    std::optional<Plan> plan;
    [[nodiscard]] const SetupSpec &spec() const { return plan ? plan->spec : setup->spec(); }
};
std::optional<LoadedWork> loadSetupOrPlan(Console &console, const QString &file, int *exitCode);

} // namespace causeway
