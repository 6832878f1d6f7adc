// SPDX-License-Identifier: Apache-2.0
#include "cli/setuploader.h"

#include "domain/rules.h"
#include "support/setupfile.h"
#include "text/issuetext.h"
#include "text/preflighttext.h"

namespace causeway {

QString findingText(const Issue &issue)
{
    const QString text = preflightText(issue);
    return text.isEmpty() ? issueText(issue) : text;
}

static std::optional<LoadedSetup> judgeSetup(Console &console, const QString &file, const QByteArray &bytes, int *exitCode)
{
    LoadedSetup setup{file, bytes, parseSetup(bytes), {}};
    Issues issues = setup.parsed.issues;
    if (setup.parsed.spec)
        issues += located(validate(setup.spec()), setup.parsed);
    setup.warnings = issues;
    *exitCode = console.report(issues, file, bytes, &findingText);
    if (*exitCode != 0 || !setup.parsed.spec)
        return std::nullopt;
    return setup;
}

std::optional<LoadedSetup> loadSetup(Console &console, const QString &file, int *exitCode)
{
    const auto bytes = readSetupFile(file);
    if (!bytes) {
        *exitCode = console.fail(bytes.error());
        return std::nullopt;
    }
    return judgeSetup(console, file, *bytes, exitCode);
}

std::optional<LoadedWork> loadSetupOrPlan(Console &console, const QString &file, int *exitCode)
{
    const auto bytes = readSetupFile(file);
    if (!bytes) {
        *exitCode = console.fail(bytes.error());
        return std::nullopt;
    }
    LoadedWork work;
    JsonLimits limits;
    limits.lineBreaks = true;
    const JsonText json = readJson(*bytes, limits);
    if (json.value && json.value->toObject().contains(QLatin1String("plan"))) {
        auto plan = Plan::fromJson(json.value->toObject());
        if (!plan) {
            *exitCode = console.fail(plan.error());
            return std::nullopt;
        }
        work.plan = std::move(*plan);
        return work;
    }
    work.setup = judgeSetup(console, file, *bytes, exitCode);
    return work.setup ? std::optional<LoadedWork>(std::move(work)) : std::nullopt;
}

} // namespace causeway
