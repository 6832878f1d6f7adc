// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"

#include <QSslError>

namespace causeway {

//! Why a TLS connection was refused, as an Error of kind Network: TlsUntrusted (names the issuer), TlsExpired, TlsHostMismatch,
//! TlsVersion, TlsFailed. `otherwise`: what the socket said, for the case that no certificate was judged.
Error tlsError(const QList<QSslError> &errors, const QString &host, const QString &otherwise);

} // namespace causeway
