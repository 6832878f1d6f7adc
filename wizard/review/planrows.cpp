// SPDX-License-Identifier: Apache-2.0
#include "wizard/review/planrows.h"

#include "text/steptext.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace causeway::wizard {

static QString planWords(const char *text, int number = -1)
{
    return QCoreApplication::translate("PlanRows", text, nullptr, number);
}

QString elapsedText(Milliseconds duration)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    if (seconds < 60)
        return planWords(QT_TRANSLATE_NOOP("PlanRows", "%1 s")).arg(seconds);
    return planWords(QT_TRANSLATE_NOOP("PlanRows", "%1 min %2 s")).arg(seconds / 60).arg(seconds % 60);
}

QString durationText(Milliseconds duration)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    return seconds < 90 ? planWords(QT_TRANSLATE_NOOP("PlanRows", "about %1 s")).arg(seconds)
                        : planWords(QT_TRANSLATE_NOOP("PlanRows", "about %1 min")).arg((seconds + 30) / 60);
}

QString outcomeSentence(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Succeeded: return planWords(QT_TRANSLATE_NOOP("PlanRows", "Done: everything is as the setup wants it."));
    case Outcome::Failed: return planWords(QT_TRANSLATE_NOOP("PlanRows", "The run has failed. What was made stays; mend the cause and resume."));
    case Outcome::Cancelled: return planWords(QT_TRANSLATE_NOOP("PlanRows", "The run was cancelled. What was made stays, and resume goes on from there."));
    case Outcome::Skipped: return planWords(QT_TRANSLATE_NOOP("PlanRows", "Nothing was done."));
    case Outcome::Waiting: return planWords(QT_TRANSLATE_NOOP("PlanRows", "The run waits for somebody to approve; resume goes on afterwards."));
    }
    return {};
}

ui::Tone outcomeTone(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Succeeded: return ui::Tone::Success;
    case Outcome::Failed: return ui::Tone::Error;
    case Outcome::Waiting: return ui::Tone::Warning;
    case Outcome::Cancelled:
    case Outcome::Skipped: break;
    }
    return ui::Tone::Info;
}

ui::StepRow plannedRow(const PlannedStep &step, const Plan &plan)
{
    ui::StepRow row;
    row.id = step.id;
    row.title = stepTitle(step);
    row.who = actorName(step.actor);
    row.mark = step.change == Change::None ? ui::StepMark::Nothing : step.change == Change::Wait ? ui::StepMark::Waiting : ui::StepMark::Planned;
    row.state = step.change == Change::None ? planWords(QT_TRANSLATE_NOOP("PlanRows", "is so already")) : durationText(step.estimate);
    if (step.change != Change::None && plan.criticalPath().contains(step.id))
        row.state += planWords(QT_TRANSLATE_NOOP("PlanRows", "  ·  on the longest way"));
    return row;
}

QString callsText(const PlannedStep &step)
{
    if (step.calls.isEmpty())
        return step.change == Change::None ? planWords(QT_TRANSLATE_NOOP("PlanRows", "Nothing is sent: it is so already."))
                                           : planWords(QT_TRANSLATE_NOOP("PlanRows", "Nothing is sent: this step only waits and looks."));
    QStringList texts;
    for (const RestCall &call : step.calls) {
        QString text = QString::fromLatin1(call.method) + QLatin1Char(' ') + call.path + QStringLiteral("?api-version=") + call.apiVersion;
        if (call.body.isObject())
            text += QLatin1Char('\n') + QString::fromUtf8(QJsonDocument(call.body.toObject()).toJson());
        texts.append(text.trimmed());
    }
    return texts.join(QStringLiteral("\n\n"));
}

} // namespace causeway::wizard
