// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/routes.h"
#include "sandbox/world.h"

namespace causeway::sandbox {

//! What ARM checks, in ARM's order, before a provider sees a request; then the provider's own answer.
Response admit(const Request &request, World &world, const RouteTable &routes, TimePoint now);

} // namespace causeway::sandbox
