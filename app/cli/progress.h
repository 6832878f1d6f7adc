// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.h"
#include "engine/engine.h"

#include <QHash>

namespace causeway {

//! A run as lines: for people on stderr, one line an event, or one JSON object a line on stdout.
class ProgressLines final : public RunListener
{
public:
    explicit ProgressLines(Console &console) : m_console(console) {}

    void runStarted(const QString &runId, const Plan &plan) override;
    void stepHappened(const StepEvent &event) override;
    [[nodiscard]] const Plan &plan() const { return m_plan; }

private:
    void line(const StepEvent &event, const char *state, const QString &text);
    Console &m_console;
    Plan m_plan;
    TimePoint m_start{};
    QHash<QString, TimePoint> m_started;
    QHash<QString, QString> m_said; // the last progress text of a step: said once
};

QJsonObject eventJson(const StepEvent &event);
//! The plan as a table for people.
void printPlan(Console &console, const Plan &plan);
//! Verdict, what failed or waits and who can help, and what to do next: `resumeLine` (empty: nothing to resume), and for
//! others a line that ends in `place`, the words that bring them to the same world.
void printReport(Console &console, const RunReport &report, const Plan &plan, const QString &resumeLine, const QString &place);

} // namespace causeway
