// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "plan/plan.h"
#include "wizard/flow/finding.h"

namespace causeway::wizard {

//! What rules and preflight found.
QList<Finding> findingsOf(const Issues &issues);
//! Azure's refusal of a plan: one for each of its reasons. The field comes from the resource that it names, and from the
//! parameter or the kind of mistake where its words tell.
QList<Finding> findingsOf(const Error &refusal, const Plan &plan);

} // namespace causeway::wizard
