// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/outcome.h"
#include "plan/plan.h"

#include <QString>
#include <QStringList>

namespace causeway {

//! A plan and a run in words. Names from a setup are made plain.
QString stepKindName(StepKind kind);         //!< "Private endpoint"
QString stepTitle(const PlannedStep &step);  //!< "Create private endpoint pe-sales"
QString changeName(Change change);           //!< "create"
QString actorName(Actor actor);              //!< "DBA"
QString outcomeName(Outcome outcome);        //!< "waiting for a person"
//! What a step does or waits for: a code of a StepEvent or StepReport. A text that is no code is shown as it is, made plain.
QString stepEventText(const QString &code, const QStringList &arguments);

} // namespace causeway
