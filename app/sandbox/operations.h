// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/provider.h"
#include "sandbox/world.h"

namespace causeway::sandbox {

//! How a family of providers words the body behind an Azure-AsyncOperation URL (facts: azure-postgresql-and-network §1.2).
enum class StatusShape {
    NameStatusStart, //!< PostgreSQL, Data Factory: {"name","status","startTime"[,"error"]}
    StatusOnly,      //!< Network, private DNS: {"status"[,"error"]}
};

//! Answers an Azure-AsyncOperation URL: always 200, a failed operation included; 404 for an unknown id, 400 when the
//! signed parameters were dropped or changed. `seconds`: Retry-After while it runs, divided by the time scale.
Response operationStatus(Call &call, const QString &operation, StatusShape shape, int seconds);

//! Answers a Location URL: 202 while it runs, then 200 with Operation::result, or `done` (204, or 200) without a body;
//! a failed operation answers its error with status `extra.httpStatus` (409 unless told).
Response operationResult(Call &call, const QString &operation, int seconds, int done = 200);

//! Headers of a 202, or of a 201 that still works. Paths without api-version; an empty one leaves its header out.
Headers pollHeaders(Call &call, const QString &statusPath, const QString &resultPath, int seconds);

void succeed(Operation &operation, TimePoint now);
void fail(Operation &operation, const QString &code, const QString &message, TimePoint now);

//! 404 ResourceNotFound with ARM's words for that id.
Response missingResource(const QString &id);

} // namespace causeway::sandbox
