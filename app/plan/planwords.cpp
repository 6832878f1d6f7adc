// SPDX-License-Identifier: Apache-2.0
// The wire words of a plan: what a saved plan and `--json` call its kinds.
#include "plan/outcome.h"
#include "plan/plan.h"

#include <array>

namespace causeway {
namespace {

constexpr std::array<const char *, stepKindCount> stepKindWords{
    "register-provider", "resource-group", "identity", "server", "firewall-rule", "database", "server-parameter",
    "public-access", "entra-administrator", "dns-zone", "zone-link", "private-endpoint", "endpoint-approval",
    "zone-group", "factory", "factory-identity", "managed-virtual-network", "integration-runtime",
    "managed-private-endpoint", "approval", "interactive-authoring", "credential", "linked-service", "connection-test"};
constexpr std::array<const char *, 5> changeWords{"create", "update", "none", "delete", "wait"};
constexpr std::array<const char *, 5> outcomeWords{"succeeded", "failed", "cancelled", "skipped", "waiting"};
constexpr std::array<const char *, 3> actorWords{"dba", "network-admin", "data-engineer"};

template <class E, std::size_t N>
std::optional<E> planWord(const std::array<const char *, N> &words, const QString &text)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (text == QLatin1String(words[i]))
            return E(int(i));
    }
    return std::nullopt;
}

} // namespace

QString toText(StepKind kind) { return QLatin1String(stepKindWords[std::size_t(kind)]); }
QString toText(Change change) { return QLatin1String(changeWords[std::size_t(change)]); }
QString toText(Actor actor) { return QLatin1String(actorWords[std::size_t(actor)]); }
QString toText(Outcome outcome) { return QLatin1String(outcomeWords[std::size_t(outcome)]); }
std::optional<StepKind> stepKindFromText(const QString &text) { return planWord<StepKind>(stepKindWords, text); }
std::optional<Change> changeFromText(const QString &text) { return planWord<Change>(changeWords, text); }
std::optional<Actor> actorFromText(const QString &text) { return planWord<Actor>(actorWords, text); }
std::optional<Outcome> outcomeFromText(const QString &text) { return planWord<Outcome>(outcomeWords, text); }

} // namespace causeway
