// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <QList>

namespace causeway {

//! What a failed sign-in asks of the person (sign-in.md §10). The words are in text/signintext.
enum class SignInFailure {
    Cancelled,        //!< by the person, or nobody answered in time
    Consent,          //!< the organisation, or the person, has to allow this application first
    MoreNeeded,       //!< multi-factor and its kin: an interactive sign-in, with the claims
    DevicePolicy,     //!< a managed device or an approved application is asked for
    Blocked,          //!< by a policy; no retry
    SessionOver,      //!< sign in again
    WrongAccount,     //!< not of this tenant, or not assigned
    Credentials,      //!< password wrong, expired, locked, disabled
    Registration,     //!< the client id or its registration
    ServicePrincipal, //!< secret or certificate wrong, expired, not registered
    WrongCloud,       //!< the directory is not in this cloud
    Loop,             //!< asked too often: our fault
    Transient,        //!< the service asks for a moment
    DeviceCode,       //!< the code has ended; a new one is needed
    ClientBug,        //!< the request itself was wrong: report it
    NotTheService,    //!< no JSON, HTML, TLS refused, a proxy asks: something stands between
    Clock,            //!< this machine's clock is wrong
    Unknown
};

//! What the token endpoint said, or what stood in the callback.
struct SignInAnswer {
    QString error;     //!< OAuth's word: invalid_grant, interaction_required …
    QString suberror;
    QList<int> codes;  //!< AADSTS numbers; they choose words only, never control flow (Microsoft may change them)
    bool claims = false;
};
SignInFailure signInFailure(const SignInAnswer &answer);
//! Of an Error that the sign-in made: its code is "AADSTS50076" or OAuth's word, its target is "error" or "error/suberror".
SignInFailure signInFailureOf(const Error &error);
//! An interactive sign-in can help: invalid_grant (but for two suberrors), interaction_required, login_required, consent_required …
bool needsInteraction(const Error &error);

} // namespace causeway
