// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace causeway {

//! A sentence for one AADSTS number. `advice` null: the failure's own. Places: %1 client id, %2 tenant, %3 portal.
struct SignInCodeWords {
    int number;
    const char *happened;
    const char *advice = nullptr;
};
const SignInCodeWords *signInCodeWords(int number);
//! The whole table; null ends it (number 0).
const SignInCodeWords *allSignInCodeWords();

} // namespace causeway
