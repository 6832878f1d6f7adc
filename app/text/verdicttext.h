// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/encryption.h"

#include <QString>

namespace causeway {

//! What the method comes to against the server, in a sentence or two; the warning of article 000 where it applies.
//! `requireSecureTransport`: nullopt when nobody knows it.
QString verdictText(EncryptionMethod method, std::optional<bool> requireSecureTransport, bool trustServerCertificate = false);

//! Names for people, as Data Factory Studio and article 001 word them.
QString displayName(AuthenticationType type);
QString displayName(ServicePrincipalCredential credential);
QString displayName(AccountSelection account);
QString displayName(EncryptionMethod method);
QString displayName(EncryptionMethodV1 method);
QString displayName(HighAvailability mode);
QString displayName(DnsMode mode);
QString displayName(EndpointApproval approval);
QString displayName(ApprovalMode mode);
QString displayName(IntegrationKind kind);
QString displayName(Cloud cloud);

//! What the choice does, in a sentence.
QString explanation(EncryptionMethod method);
QString explanation(EncryptionMethodV1 method);
QString explanation(AuthenticationType type);

} // namespace causeway
