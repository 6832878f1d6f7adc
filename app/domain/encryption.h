// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/setupspec.h"

#include <optional>

namespace causeway {

//! What an encryption method comes to against a server's require_secure_transport (article 000 step 3,
//! azure-data-factory.md §7.3 and §10.5); a code for the text room.
enum class Verdict {
    EncryptedVerified,        //!< certificate and host name are checked
    EncryptedAuthorityOnly,   //!< certificate chain is checked, the host name is not
    EncryptedUnverified,      //!< encrypted, the certificate is not checked
    MayFallBackToClearText,   //!< encrypted when the server offers it, else not
    ClearText,                //!< not encrypted, and the server allows it
    Refused                   //!< the server will refuse it: 28000 no pg_hba.conf entry … no encryption
};

struct EncryptionVerdict {
    Verdict verdict = Verdict::Refused;
    bool needsReason = false; //!< below Require: the setup must say why
};

//! `requireSecureTransport`: nullopt when it is not known (then the service's default, on, is assumed for Refused).
EncryptionVerdict judge(EncryptionMethod method, std::optional<bool> requireSecureTransport, bool trustServerCertificate = false);
//! The sslMode number of version 2.0.
int sslMode(EncryptionMethod method);
EncryptionMethod fromV1(EncryptionMethodV1 method, bool validateServerCertificate);

} // namespace causeway
