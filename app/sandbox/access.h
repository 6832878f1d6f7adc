// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace causeway::sandbox {

//! "Microsoft.X/*/read" against an action: '*' is any run of characters, also '/'; case does not count.
bool actionMatches(const QString &pattern, const QString &action);
//! Is `id` the scope or below it? "/" and "" are the tenant's root.
bool withinScope(const QString &id, const QString &scope);

} // namespace causeway::sandbox
