// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/resources.h"

namespace causeway::sandbox {

void addDeploymentRoutes(std::vector<Route> &) {}

} // namespace causeway::sandbox
