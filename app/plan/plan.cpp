// SPDX-License-Identifier: Apache-2.0
#include "plan/plan.h"

#include <QCryptographicHash>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <queue>
#include <vector>

namespace causeway {

QJsonObject stepToJson(const PlannedStep &step); // planjson.cpp

namespace {

constexpr qsizetype maximalSteps = 100000;

using StepIndex = QHash<QString, int>;

//! One cycle among the steps that could not be ordered, as "a → b → a". Walks dependencies until a step comes again.
QString cyclePath(const QList<PlannedStep> &steps, const StepIndex &index, const QSet<QString> &stuck)
{
    QStringList path;
    QSet<QString> seen;
    QString at = *std::min_element(stuck.cbegin(), stuck.cend());
    while (!seen.contains(at)) {
        seen.insert(at);
        path << at;
        const QStringList &needs = steps[index[at]].dependsOn;
        at = *std::find_if(needs.cbegin(), needs.cend(), [&](const QString &need) { return stuck.contains(need); });
    }
    return (path.mid(path.indexOf(at)) << at).join(QStringLiteral(" → "));
}

QString fingerprintOf(const QList<PlannedStep> &steps)
{
    QJsonArray all;
    for (const PlannedStep &step : steps)
        all.append(stepToJson(step));
    const QByteArray text = QJsonDocument(all).toJson(QJsonDocument::Compact);
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
}

Milliseconds costOf(const PlannedStep &step)
{
    return step.change == Change::None ? Milliseconds(0) : step.estimate;
}

} // namespace

std::optional<Error> anotherIdentity(const RunIdentity &recorded, const RunIdentity &here)
{
    const auto differ = [](const QString &one, const QString &other) { return one.compare(other, Qt::CaseInsensitive) != 0; };
    if (recorded.cloud != here.cloud || differ(recorded.tenant, here.tenant) || differ(recorded.subscription, here.subscription))
        return Error::invalid(QStringLiteral("AnotherAccount"), QStringLiteral("This was begun in cloud %1, tenant %2, subscription %3; here it is cloud %4, tenant %5, subscription %6. Sign in there to go on, or apply the setup anew. Nothing was changed.")
                                                                    .arg(toText(recorded.cloud), recorded.tenant, recorded.subscription, toText(here.cloud), here.tenant, here.subscription));
    if (recorded.user.isEmpty() || here.user.isEmpty() || !differ(recorded.user, here.user))
        return std::nullopt;
    Error error = Error::invalid(QStringLiteral("AnotherUser"), QStringLiteral("This was begun by %1; you are signed in as %2. Sign in as %1 to go on, or apply the setup anew: what is there is found. Nothing was changed.").arg(recorded.user, here.user));
    error.kind = ErrorKind::Forbidden;
    return error;
}

const PlannedStep *Plan::step(const QString &id) const
{
    const auto found = std::find_if(steps.cbegin(), steps.cend(), [&](const PlannedStep &each) { return each.id == id; });
    return found == steps.cend() ? nullptr : &*found;
}

bool Plan::hasChanges() const
{
    return std::any_of(steps.cbegin(), steps.cend(), [](const PlannedStep &step) {
        return step.change != Change::None && step.kind != StepKind::ConnectionTest;
    });
}

QList<Milliseconds> Plan::remaining() const
{
    QList<Milliseconds> times(steps.size(), Milliseconds(0));
    StepIndex index;
    for (int i = 0; i < steps.size(); ++i)
        index.insert(steps[i].id, i);
    for (int i = int(steps.size()) - 1; i >= 0; --i) {
        times[i] += costOf(steps[i]); // until here: the longest way of those that need it
        for (const QString &need : steps[i].dependsOn)
            times[index.value(need)] = std::max(times[index.value(need)], times[i]);
    }
    return times;
}

QStringList Plan::criticalPath() const
{
    const QList<Milliseconds> times = remaining();
    QStringList path;
    const PlannedStep *last = nullptr;
    for (;;) {
        int next = -1;
        for (int i = 0; i < steps.size(); ++i) {
            const bool follows = last ? steps[i].dependsOn.contains(last->id) : steps[i].dependsOn.isEmpty();
            if (follows && times[i].count() > 0 && (next < 0 || times[i] > times[next]))
                next = i;
        }
        if (next < 0)
            return path;
        last = &steps[next];
        if (costOf(*last).count() > 0)
            path << last->id;
    }
}

Milliseconds Plan::criticalTime() const
{
    Milliseconds longest{0};
    for (const Milliseconds time : remaining())
        longest = std::max(longest, time);
    return longest;
}

Result<Plan> ordered(Plan plan)
{
    const QList<PlannedStep> &steps = plan.steps;
    if (steps.size() > maximalSteps)
        return Error::invalid(QStringLiteral("TooManySteps"), QStringLiteral("A plan has at most %1 steps; this one has %2.").arg(maximalSteps).arg(steps.size()));
    StepIndex index;
    for (int i = 0; i < steps.size(); ++i) {
        if (index.contains(steps[i].id))
            return Error::invalid(QStringLiteral("DuplicateStep"), QStringLiteral("Two steps of the plan are called \"%1\".").arg(steps[i].id), steps[i].id);
        index.insert(steps[i].id, i);
    }
    std::vector<int> missing(std::size_t(steps.size()), 0);
    std::vector<std::vector<int>> followers(std::size_t(steps.size()));
    for (int i = 0; i < steps.size(); ++i) {
        for (const QString &need : steps[i].dependsOn) {
            const auto at = index.constFind(need);
            if (at == index.cend())
                return Error::invalid(QStringLiteral("DanglingDependency"), QStringLiteral("Step \"%1\" depends on \"%2\", which is not in the plan.").arg(steps[i].id, need), steps[i].id);
            followers[std::size_t(*at)].push_back(i);
            ++missing[std::size_t(i)];
        }
    }
    // The smallest index first keeps the planner's own order wherever it may stand.
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int i = 0; i < steps.size(); ++i) {
        if (missing[std::size_t(i)] == 0)
            ready.push(i);
    }
    QList<PlannedStep> sorted;
    sorted.reserve(steps.size());
    while (!ready.empty()) {
        const int i = ready.top();
        ready.pop();
        sorted << steps[i];
        for (const int follower : followers[std::size_t(i)]) {
            if (--missing[std::size_t(follower)] == 0)
                ready.push(follower);
        }
    }
    if (sorted.size() < steps.size()) {
        QSet<QString> stuck;
        for (int i = 0; i < steps.size(); ++i) {
            if (missing[std::size_t(i)] > 0)
                stuck.insert(steps[i].id);
        }
        return Error::invalid(QStringLiteral("PlanCycle"), QStringLiteral("The plan's steps wait for each other: %1.").arg(cyclePath(steps, index, stuck)));
    }
    plan.steps = sorted;
    plan.fingerprint = fingerprintOf(plan.steps);
    return plan;
}

} // namespace causeway
