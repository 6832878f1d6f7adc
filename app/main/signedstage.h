// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/stage.h"

namespace causeway {

// Who acts on Azure, or on a sandbox that is signed in to as if it were Azure: --auth (design.md §5).

//! Client id where any is taken: sandboxes only.
QString sandboxClientId();
//! Settings, network, keychain, vault and account book for parts.cloud, put into the parts. `sandbox`: the person's own settings are none
//! of its business. `kept`: sessions may outlive this process.
QCoro::Task<Result<>> prepareSignIn(Stage::Parts *parts, StageOptions options, bool sandbox, bool kept, Context context);
//! Signs in as options.auth says and puts credential, user and tenant into the parts; says which was used.
QCoro::Task<Result<>> signInAs(Stage::Parts *parts, StageOptions options, Context context);

} // namespace causeway
