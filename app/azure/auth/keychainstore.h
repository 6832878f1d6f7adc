// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"

#include <memory>

namespace causeway {

//! QtKeychain, one text entry a name ("io.causeway/NAME": Windows looks at nothing else) under the service "io.causeway". Nothing of D-Bus
//! or libsecret is touched before the first use; one that was asked in vain is not asked again while it still thinks. Errors:
//! - NotFound: there is no such entry, and the keychain is open;
//! - Unauthorized "KeychainLocked": locked, or the person said no;
//! - TimedOut "KeychainSilent": an unlock prompt that nobody answers (the job is left alone, deleting it crashes);
//! - Internal "KeychainAbsent": no service, or one without a keychain;
//! - InvalidInput "SecretTooLong" (2,560 bytes are what Windows takes), "SecretNotText" (no UTF-8, or with a NUL, where it would be cut).
//! Never with QtKeychain's insecure fallback. Belongs to the thread that uses it, which needs Qt's GLib event loop on Linux.
std::unique_ptr<SecretStore> keychainStore(Milliseconds patience = std::chrono::minutes(2));
//! For tests, and where nothing may be kept.
std::unique_ptr<SecretStore> memoryStore();

//! What write() of a keychain takes; for whoever asks a person for one.
Result<> checkForKeychain(const Secret &secret);

} // namespace causeway
