// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/state.h"

namespace causeway::sandbox {

//! The error object of the first "deny" policy that a body of that type at that id breaks; nothing when none.
//! A policy: {scope, effect:"deny", type, field:"properties.a.b", equals|notEquals:value or in|notIn:[…], name, assignmentId}.
//! An absent field is null: {"notEquals": "x"} also forbids leaving it out.
std::optional<QJsonObject> policyDenial(const State &state, const QString &id, const QString &type, const QJsonObject &body);

} // namespace causeway::sandbox
