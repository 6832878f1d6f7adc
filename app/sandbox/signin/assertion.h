// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/signin/grants.h"

namespace causeway::sandbox {

//! What a client assertion is held against (RFC 7523; facts: non-interactive credentials).
struct AssertionPlace {
    QStringList audiences; //!< the token endpoint and the issuer, in each spelling of the tenant
    TimePoint now{};
};

//! Nothing when the assertion stands for the application: signed with one of its certificates (PS256 with salt 32, or RS256;
//! named by x5t#S256 or x5t), or from an issuer and subject that it trusts. Of a trusted issuer no key is fetched: the
//! sandbox reaches nobody. It is checked where the world names a certificate for it.
std::optional<StsError> refuseAssertion(const QString &assertion, const Principal &application, const AssertionPlace &place, Grants &grants);

} // namespace causeway::sandbox
