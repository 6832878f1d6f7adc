// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.h"

namespace causeway {

//! sandbox serve, sandbox reset.
Commands sandboxCommands();

} // namespace causeway
