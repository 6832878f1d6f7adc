// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"

#include <memory>

namespace causeway {

//! QtKeychain, one text entry a name under the service "io.causeway". Errors: NotFound; Unauthorized "KeychainLocked";
//! TimedOut "KeychainSilent" (an unlock prompt that nobody answers; the job is left alone, deleting it crashes);
//! Internal "KeychainAbsent". Never with QtKeychain's insecure fallback.
std::unique_ptr<SecretStore> keychainStore(Milliseconds patience = std::chrono::minutes(2));
//! For tests, and where nothing may be kept.
std::unique_ptr<SecretStore> memoryStore();

} // namespace causeway
