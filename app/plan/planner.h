// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/observed.h"
#include "plan/plan.h"

namespace causeway {

//! The steps from what is there to what is wanted. Pure. Errors: Conflict when something of that name is there and
//! differs in what cannot be changed (ExistsDifferently), InvalidInput when the spec cannot be planned.
Result<Plan> makePlan(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity);

//! What change() found: the change, the properties that differ, and those among them that can never be changed.
struct Comparison {
    Change change = Change::None;
    QList<Difference> differences;
    QStringList immutable; //!< paths
};

//! The one truth about "is it so already?", for the planner and for every step of a run. `wanted` is the body of the
//! step's write; `found` what GET reports, nullptr when it is not there. Only what is wanted counts; read-only members, write-only
//! ones (passwords, createMode), masked secrets, defaults that are left out, "West Europe" for westeurope, the casing of
//! ids and words, and "5432" for 5432 are no differences. Interactive authoring that has timed out is none either.
Comparison change(StepKind kind, const QJsonObject &wanted, const QJsonObject *found);

} // namespace causeway
