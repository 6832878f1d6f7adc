// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include "cli/words.h"
#include "text/errortext.h"
#include "text/plain.h"
#include "text/steptext.h"

#include <QJsonArray>

namespace causeway {

namespace {

constexpr int stateWidth = 9;

QString stepLabel(const Plan &plan, const QString &id)
{
    const PlannedStep *step = plan.step(id);
    return step ? stepTitle(*step) : plainText(id);
}

bool isTest(const Plan &plan, const QString &id)
{
    const PlannedStep *step = plan.step(id);
    return step && step->kind == StepKind::ConnectionTest;
}

//! Arguments of the approval codes: endpoint, server, action, connection.
QString connectionToApprove(const StepReport &step)
{
    const bool approval = step.text.startsWith(QLatin1String("approval-"));
    const QString name = step.arguments.value(3);
    return approval && !name.isEmpty() ? plainText(step.arguments.value(1) + QStringLiteral("/privateEndpointConnections/") + name, 600) : QString();
}

const char *changeSign(Change change)
{
    switch (change) {
    case Change::Create: return "+";
    case Change::Update: return "~";
    case Change::None: return " ";
    case Change::Delete: return "-";
    case Change::Wait: return "…";
    }
    Q_UNREACHABLE();
}

//! "PostgreSQL 15.14, TLSv1.3, TLS_AES_256_GCM_SHA384", as far as the test's answer tells.
QString connectionLine(const QJsonObject &test)
{
    const QJsonObject sandbox = test.value(QLatin1String("sandbox")).toObject();
    QStringList parts;
    const QString version = sandbox.value(QLatin1String("serverVersion")).toString();
    if (!version.isEmpty())
        parts << QStringLiteral("PostgreSQL ") + plainText(version, 80);
    for (const char *name : {"tlsVersion", "cipher"}) {
        const QString text = sandbox.value(QLatin1String(name)).toString();
        if (!text.isEmpty())
            parts << plainText(text, 80);
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace

QJsonObject eventJson(const StepEvent &event)
{
    static const char *const words[]{"planned", "started", "progress", "waiting", "succeeded", "failed", "cancelled", "skipped"};
    QJsonObject json{{QStringLiteral("event"), QLatin1String(words[int(event.kind)])}, {QStringLiteral("step"), event.step}, {QStringLiteral("at"), toText(event.at)}};
    if (!event.text.isEmpty())
        json.insert(QStringLiteral("text"), stepEventText(event.text, event.arguments));
    if (event.kind == StepEvent::Kind::Succeeded)
        json.insert(QStringLiteral("changed"), event.changed);
    if (event.waitingFor)
        json.insert(QStringLiteral("waitingFor"), toText(*event.waitingFor));
    if (event.error)
        json.insert(QStringLiteral("error"), errorJson(*event.error));
    return json;
}

void ProgressLines::runStarted(const QString &runId, const Plan &plan)
{
    m_plan = plan;
    if (m_console.json())
        m_console.emitLine({{QStringLiteral("event"), QStringLiteral("run")}, {QStringLiteral("run"), runId}, {QStringLiteral("steps"), plan.steps.size()},
                            {QStringLiteral("criticalSeconds"), double(plan.criticalTime().count()) / 1000}});
    m_console.say(QStringLiteral("Run %1").arg(runId));
}

void ProgressLines::line(const StepEvent &event, const char *state, const QString &text)
{
    const QString time = minutesAndSeconds(event.at - m_start);
    const QString more = text.isEmpty() ? QString() : QStringLiteral(": ") + text;
    m_console.say(QStringLiteral("%1  %2 %3%4").arg(time, 7).arg(QLatin1String(state), -stateWidth).arg(stepLabel(m_plan, event.step), more));
}

void ProgressLines::stepHappened(const StepEvent &event)
{
    if (event.kind == StepEvent::Kind::Planned)
        return;
    if (m_start == TimePoint())
        m_start = event.at;
    if (m_console.json()) {
        m_console.emitLine(eventJson(event));
        return;
    }
    const PlannedStep *step = m_plan.step(event.step);
    const bool quiet = step && step->change == Change::None; // it is so already: only trouble is worth a line
    const QString took = m_started.contains(event.step) ? minutesAndSeconds(event.at - m_started.value(event.step)) : QString();
    const QString text = event.text.isEmpty() ? QString() : stepEventText(event.text, event.arguments);
    switch (event.kind) {
    case StepEvent::Kind::Planned:
        break;
    case StepEvent::Kind::Started:
        m_started.insert(event.step, event.at);
        if (!quiet)
            line(event, "begins", {});
        break;
    case StepEvent::Kind::Progress:
        if (!text.isEmpty() && std::exchange(m_said[event.step], text) != text)
            line(event, "", text);
        break;
    case StepEvent::Kind::Waiting:
        if (std::exchange(m_said[event.step], text) != text)
            line(event, "waits", text);
        break;
    case StepEvent::Kind::Succeeded:
        if (!quiet || event.changed)
            line(event, event.changed ? "done" : isTest(m_plan, event.step) ? "passed" : "is so", took);
        break;
    case StepEvent::Kind::Failed:
        line(event, "FAILED", event.error ? plainText(describe(*event.error), 600) : text);
        break;
    case StepEvent::Kind::Cancelled:
        line(event, "cancelled", text);
        break;
    case StepEvent::Kind::Skipped:
        line(event, "skipped", text);
        break;
    }
}

void printPlan(Console &console, const Plan &plan)
{
    if (!plan.hasChanges()) {
        console.say(QStringLiteral("No changes: everything is as the setup says."));
        return;
    }
    int width = 0;
    for (const PlannedStep &step : plan.steps)
        width = std::max(width, int(stepTitle(step).size()));
    qsizetype changes = 0;
    const QStringList critical = plan.criticalPath();
    for (const PlannedStep &step : plan.steps) {
        if (step.change == Change::None)
            continue;
        changes += step.kind != StepKind::ConnectionTest;
        const QString longest = critical.contains(step.id) ? QStringLiteral("*") : QString();
        console.say(QStringLiteral("  %1 %2  %3 %4%5").arg(QString::fromUtf8(changeSign(step.change)), stepTitle(step).leftJustified(width), minutesAndSeconds(step.estimate).rightJustified(5),
                                                           actorName(step.actor), longest.isEmpty() ? QString() : QStringLiteral(" ") + longest));
    }
    console.say(QStringLiteral("%1, about %2 min on the longest way (*).").arg(counted(changes, "change", "changes")).arg((plan.criticalTime().count() + 30'000) / 60'000));
}

void printReport(Console &console, const RunReport &report, const Plan &plan, const QString &resumeLine, const QString &place)
{
    if (console.json())
        return;
    const Milliseconds took = report.ended - report.started;
    console.say(QStringLiteral("%1 made, %2 min.").arg(counted(report.made.size(), "resource", "resources"), minutesAndSeconds(took)));
    for (const StepReport &step : report.steps) {
        if (step.outcome == Outcome::Failed && step.error && !isTest(plan, step.step))
            console.say(QStringLiteral("%1: %2").arg(stepLabel(plan, step.step), errorLines(*step.error)));
    }
    if (!report.verdict.isEmpty()) {
        console.print(plainText(report.verdict, 2000));
        const QString line = connectionLine(report.test);
        if (!line.isEmpty())
            console.print(line);
    }
    const auto next = [&](const QString &text) { console.say(resumeLine.isEmpty() ? QStringLiteral("This sandbox is thrown away now, so there is nothing to resume.") : text + QStringLiteral(" ") + resumeLine); };
    switch (report.outcome) {
    case Outcome::Succeeded:
    case Outcome::Skipped:
        break;
    case Outcome::Waiting:
        for (const StepReport &step : report.steps) {
            if (step.outcome != Outcome::Waiting)
                continue;
            console.say(QStringLiteral("Waiting for %1: %2").arg(step.waitingFor ? actorName(*step.waitingFor) : QString(), stepEventText(step.text, step.arguments)));
            const QString connection = connectionToApprove(step);
            if (!connection.isEmpty())
                console.say(QStringLiteral("Who has that right can use: causewayctl approvals approve %1%2").arg(connection, place));
        }
        next(QStringLiteral("When it is done, go on with:"));
        break;
    case Outcome::Failed:
        next(QStringLiteral("When the cause is mended, go on with:"));
        break;
    case Outcome::Cancelled:
        next(QStringLiteral("Cancelled; what was in flight is settled. Go on with:"));
        break;
    }
}

} // namespace causeway
