// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/journal.h"
#include "plan/plan.h"
#include "ui/banner.h"
#include "ui/steplist.h"

namespace causeway::wizard {

//! A planned step as a line: what it will do, who, how long it takes.
ui::StepRow plannedRow(const PlannedStep &step, const Plan &plan);
//! The REST calls of a step, as text: "PUT /subscriptions/…?api-version=…" and the body, secrets masked.
QString callsText(const PlannedStep &step);
//! What the end of a run means, in a sentence.
QString outcomeSentence(Outcome outcome);
//! How that is shown: only a failure is red.
ui::Tone outcomeTone(Outcome outcome);
//! "about 11 min", "about 40 s"
QString durationText(Milliseconds duration);
//! "2 min 10 s" of something that happened.
QString elapsedText(Milliseconds duration);

} // namespace causeway::wizard
