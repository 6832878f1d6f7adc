// SPDX-License-Identifier: Apache-2.0
#include "domain/encryption.h"

namespace causeway {

static Verdict verdictOf(EncryptionMethod method, bool serverInsists, bool trustServerCertificate)
{
    switch (method) {
    case EncryptionMethod::Disable:
        return serverInsists ? Verdict::Refused : Verdict::ClearText;
    case EncryptionMethod::Allow:
        // Clear text is tried first: an insisting server refuses that and then gets TLS.
    case EncryptionMethod::Prefer:
        return serverInsists ? Verdict::EncryptedUnverified : Verdict::MayFallBackToClearText;
    case EncryptionMethod::Require:
        return Verdict::EncryptedUnverified;
    case EncryptionMethod::VerifyCa:
        return trustServerCertificate ? Verdict::EncryptedUnverified : Verdict::EncryptedAuthorityOnly;
    case EncryptionMethod::VerifyFull:
        return trustServerCertificate ? Verdict::EncryptedUnverified : Verdict::EncryptedVerified;
    }
    return Verdict::Refused;
}

EncryptionVerdict judge(EncryptionMethod method, std::optional<bool> requireSecureTransport, bool trustServerCertificate)
{
    // The service's default is on (azure-postgresql-and-network.md §2.9).
    const bool serverInsists = requireSecureTransport.value_or(true);
    return {verdictOf(method, serverInsists, trustServerCertificate), method < EncryptionMethod::Require};
}

int sslMode(EncryptionMethod method)
{
    return int(method);
}

//! The upgrade's mapping (azure-data-factory.md §7.4).
EncryptionMethod fromV1(EncryptionMethodV1 method, bool validateServerCertificate)
{
    switch (method) {
    case EncryptionMethodV1::NoEncryption:
        return EncryptionMethod::Disable;
    case EncryptionMethodV1::RequestSsl:
        return EncryptionMethod::Prefer;
    case EncryptionMethodV1::Ssl:
        return validateServerCertificate ? EncryptionMethod::VerifyFull : EncryptionMethod::Require;
    }
    return EncryptionMethod::VerifyFull;
}

} // namespace causeway
