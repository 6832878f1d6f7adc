// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/setupspec.h"

namespace causeway {

//! "prompt", "generate", "env:NAME", "keychain:NAME" or "keyvault:LINKED_SERVICE/NAME"; anything else is nullopt, and must
//! not be shown, since it may be the secret itself.
std::optional<SecretReference> secretFromText(const QString &text);
QString toText(const SecretReference &reference); //!< empty for None

} // namespace causeway
