// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

namespace causeway {

Commands askingCommands() { return {}; }

} // namespace causeway
