// SPDX-License-Identifier: Apache-2.0
#include "wizard/review/findings.h"

#include "plan/preflight.h"
#include "text/issuetext.h"
#include "text/plain.h"

#include <algorithm>

namespace causeway::wizard {

static constexpr int longestReason = 1000;

QList<Finding> findingsOf(const Issues &issues)
{
    QList<Finding> findings;
    for (const Issue &issue : issues)
        findings.append(Finding{issue.field, issueText(issue), issue.severity});
    return findings;
}

namespace {
//! What a reason says, and what it is about: the first row of a kind whose word stands in code or text
//! (azure-postgresql-and-network.md §9).
struct ReasonField {
    StepKind kind;
    const char *word;
    const char *field;
};
constexpr ReasonField reasonFields[] = {
    {StepKind::Server, "LoginPassword", "server.create.administratorPassword"},
    {StepKind::Server, "AdministratorLogin", "server.create.administratorLogin"},
    {StepKind::Server, "LocationNotAvailable", "server.create.location"},
    {StepKind::Server, "LocationIsOfferRestricted", "server.create.location"},
    {StepKind::Server, "NoRegisteredProviderFound", "server.create.location"},
    {StepKind::Server, "InvalidResourceLocation", "server.create.location"},
    {StepKind::Server, "'Version'", "server.create.version"},
    {StepKind::Server, "parameter Version", "server.create.version"},
    {StepKind::Server, "Sku", "server.create.sku"},
    {StepKind::Server, "Tier", "server.create.sku"},
    {StepKind::Server, "Storage", "server.create.storageGiB"},
    {StepKind::Server, "HighAvailability", "server.create.highAvailability"},
    {StepKind::Server, "AuthConfig", "server.authentication.password"},
    {StepKind::Server, "ServerName", "server.name"},
    {StepKind::Server, "AlreadyExists", "server.name"},
    {StepKind::Server, "already used", "server.name"},
    {StepKind::PrivateEndpoint, "LocationNotAvailable", "privateEndpoint.location"},
    {StepKind::PrivateEndpoint, "InvalidResourceLocation", "privateEndpoint.location"},
    {StepKind::PrivateEndpoint, "Subnet", "privateEndpoint.subnet"},
    {StepKind::Factory, "LocationNotAvailable", "integration.location"},
    {StepKind::Factory, "InvalidResourceLocation", "integration.location"},
    {StepKind::Factory, "NameNotAvailable", "integration.name"},
    {StepKind::ResourceGroup, "LocationNotAvailable", "resourceGroup.location"},
    {StepKind::ResourceGroup, "Location", "resourceGroup.location"},
};
} // namespace

// The resource that a reason names as its target (by id; a policy's by name), or in its words; a child's id holds its parent's, so the longest wins.
static const PlannedStep *stepOfReason(const Error &reason, const Plan &plan)
{
    const PlannedStep *best = nullptr;
    for (const PlannedStep &step : plan.steps) {
        const QString id = step.target.toString();
        const bool targeted = reason.target.compare(id, Qt::CaseInsensitive) == 0 || reason.target.compare(step.target.name(), Qt::CaseInsensitive) == 0;
        const bool named = !id.isEmpty() && (targeted || reason.message.contains(id, Qt::CaseInsensitive));
        if (named && step.change != Change::None && (!best || id.size() > best->target.toString().size()))
            best = &step;
    }
    return best;
}

static QString fieldOfReason(const Error &reason, const Plan &plan)
{
    const PlannedStep *step = stepOfReason(reason, plan);
    if (!step)
        return {};
    if (step->kind == StepKind::FirewallRule && plan.spec.server) {
        const auto &rules = plan.spec.server->firewall;
        const auto rule = std::find_if(rules.begin(), rules.end(), [&](const FirewallRuleSpec &each) { return each.name.compare(step->target.name(), Qt::CaseInsensitive) == 0; });
        if (rule != rules.end())
            return QStringLiteral("server.firewall[%1]").arg(rule - rules.begin());
    }
    // Without the id: a server may be called "storage".
    const QString message = QString(reason.message).remove(step->target.toString(), Qt::CaseInsensitive);
    const QString target = reason.target.contains(QLatin1Char('/')) ? QString() : reason.target;
    const QString words = QStringList{reason.code, message, target}.join(QLatin1Char(' '));
    for (const ReasonField &row : reasonFields) {
        if (row.kind == step->kind && words.contains(QLatin1String(row.word)))
            return QLatin1String(row.field);
    }
    return fieldOfStep(step->kind);
}

// What says only that something below it was refused.
static bool isWrapper(const Error &error)
{
    static const QStringList codes{QStringLiteral("InvalidTemplateDeployment"), QStringLiteral("DeploymentFailed"), QStringLiteral("MultipleErrorsOccurred"), QStringLiteral("ResourceDeploymentFailure")};
    return codes.contains(error.code, Qt::CaseInsensitive);
}

static void addReasons(const Error &error, int depth, const Plan &plan, QList<Finding> &findings)
{
    static constexpr int deepest = 3;
    static constexpr int most = 20;
    if (isWrapper(error) && !error.details.isEmpty() && depth < deepest) {
        for (const Error &detail : error.details)
            addReasons(detail, depth + 1, plan, findings);
        return;
    }
    const Finding finding{fieldOfReason(error, plan), plainText(describe(error), longestReason), Severity::Error};
    if (findings.size() < most && !findings.contains(finding))
        findings.append(finding);
}

QList<Finding> findingsOf(const Error &refusal, const Plan &plan)
{
    QList<Finding> findings;
    addReasons(refusal, 0, plan, findings);
    return findings;
}

} // namespace causeway::wizard
