// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <QSslError>

namespace causeway {

//! Why a TLS connection was refused, as an Error of kind Network: TlsUntrusted (names the issuer), TlsExpired, TlsHostMismatch,
//! TlsRevoked, TlsVersion, TlsFailed. `otherwise`: what the socket said, for the case that no certificate was judged.
Error tlsError(const QList<QSslError> &errors, const QString &host, const QString &otherwise);

//! The server stapled no answer about revocation (RFC 6066 §8), or one that cannot be used, and nothing else is wrong. Most servers and
//! every inspecting proxy staple none, and whoever hides a revocation would: so only an answer that says "revoked" is a refusal.
bool isOnlyUnknownRevocation(const QList<QSslError> &errors);

} // namespace causeway
