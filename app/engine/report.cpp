// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include <QJsonArray>

namespace causeway {
namespace {

QJsonObject errorToJson(const Error &error)
{
    QJsonObject json{{QStringLiteral("code"), error.code}, {QStringLiteral("message"), error.message}};
    const struct {
        QString key;
        const QString &value;
    } members[]{{QStringLiteral("target"), error.target}, {QStringLiteral("requestId"), error.requestId}, {QStringLiteral("correlationId"), error.correlationId}};
    for (const auto &each : members) {
        if (!each.value.isEmpty())
            json.insert(each.key, each.value);
    }
    if (error.httpStatus)
        json.insert(QStringLiteral("status"), error.httpStatus);
    QJsonArray details;
    for (const Error &each : error.details)
        details.append(errorToJson(each));
    if (!details.isEmpty())
        json.insert(QStringLiteral("details"), details);
    return json;
}

} // namespace

const StepReport *RunReport::step(const QString &id) const
{
    const auto found = std::find_if(steps.cbegin(), steps.cend(), [&](const StepReport &each) { return each.step == id; });
    return found == steps.cend() ? nullptr : &*found;
}

int RunReport::exitCode() const
{
    switch (outcome) {
    case Outcome::Succeeded:
    case Outcome::Skipped:
        return 0;
    case Outcome::Waiting:
        return 20;
    case Outcome::Cancelled:
        return 130;
    case Outcome::Failed: {
        bool permission = true;
        for (const StepReport &each : steps) {
            if (each.outcome == Outcome::Failed)
                permission = permission && each.error && each.error->kind == ErrorKind::Forbidden;
        }
        return permission ? 3 : 1;
    }
    }
    Q_UNREACHABLE();
}

RunReport reportOf(const RecordedRun &run)
{
    RunReport report;
    report.runId = run.summary.id;
    report.outcome = run.summary.outcome.value_or(Outcome::Cancelled); // it stopped without saying so
    report.started = run.summary.started;
    report.ended = run.summary.ended.value_or(run.summary.started);
    for (const PlannedStep &step : run.plan.steps) {
        StepReport one;
        one.step = step.id;
        report.steps << one;
    }
    for (const JournalRecord &record : run.records) {
        const auto outcome = outcomeFromText(record.content.value(QStringLiteral("outcome")).toString());
        if (record.kind == JournalRecord::Kind::RunOutcome)
            report.verdict = record.content.value(QStringLiteral("verdict")).toString();
        const auto step = std::find_if(report.steps.begin(), report.steps.end(), [&](const StepReport &each) { return each.step == record.step; });
        if (record.kind != JournalRecord::Kind::StepOutcome || !outcome || step == report.steps.end())
            continue;
        const bool known = step->changed; // a resumed run looks again at what it made: once is enough
        step->outcome = *outcome;
        step->changed = known || record.content.value(QStringLiteral("changed")).toBool();
        step->ended = record.at;
        if (const QJsonValue lag = record.content.value(QStringLiteral("lag")); lag.isDouble())
            step->lag = Milliseconds(lag.toInteger());
        const PlannedStep *planned = run.plan.step(record.step);
        if (step->changed && !known && *outcome == Outcome::Succeeded)
            report.made << MadeResource{record.step, ResourceId::parse(record.content.value(QStringLiteral("target")).toString()).valueOr(planned->target), planned->change, record.at};
    }
    return report;
}

QJsonObject RunReport::toJson() const
{
    QJsonArray all;
    for (const StepReport &each : steps) {
        QJsonObject one{{QStringLiteral("step"), each.step}, {QStringLiteral("outcome"), toText(each.outcome)}, {QStringLiteral("changed"), each.changed}};
        if (each.started)
            one.insert(QStringLiteral("started"), toText(*each.started));
        if (each.ended)
            one.insert(QStringLiteral("ended"), toText(*each.ended));
        if (each.lag)
            one.insert(QStringLiteral("lag"), qint64(each.lag->count())); // milliseconds
        if (!each.text.isEmpty())
            one.insert(QStringLiteral("text"), each.text);
        if (each.waitingFor)
            one.insert(QStringLiteral("waitingFor"), toText(*each.waitingFor));
        if (each.error)
            one.insert(QStringLiteral("error"), errorToJson(*each.error));
        all.append(one);
    }
    QJsonArray things;
    for (const MadeResource &each : made)
        things.append(QJsonObject{{QStringLiteral("step"), each.step}, {QStringLiteral("id"), each.id.toString()}, {QStringLiteral("change"), toText(each.change)}, {QStringLiteral("at"), toText(each.at)}});
    QJsonObject json{{QStringLiteral("run"), runId}, {QStringLiteral("outcome"), toText(outcome)}, {QStringLiteral("exitCode"), exitCode()},
                     {QStringLiteral("started"), toText(started)}, {QStringLiteral("ended"), toText(ended)}, {QStringLiteral("steps"), all}, {QStringLiteral("made"), things}};
    if (wasOver)
        json.insert(QStringLiteral("wasOver"), true);
    if (!verdict.isEmpty()) {
        json.insert(QStringLiteral("verdict"), verdict);
        json.insert(QStringLiteral("test"), test);
    }
    return json;
}

} // namespace causeway
