// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"

namespace causeway {

//! A finding of preflight() in words: what is in the way, and who can clear it. Empty when the code is not one of preflight's.
QString preflightText(const Issue &issue);

} // namespace causeway
