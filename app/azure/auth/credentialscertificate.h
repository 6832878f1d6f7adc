// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "core/secret.h"

#include <memory>

using EVP_PKEY = struct evp_pkey_st;

namespace causeway {

//! An application's certificate and its key; RSA, as Entra wants it.
class ClientCertificate
{
public:
    //! PEM with certificate and key, or PFX. InvalidInput "CertificateUnusable" says what is wrong with it.
    static Result<ClientCertificate> load(const QString &file, const Secret &password);
    static Result<ClientCertificate> parse(const QByteArray &bytes, const Secret &password);

    //! A JWT that proves the key for ten minutes: PS256, x5t#S256 (Entra's certificate credentials; sign-in.md §11).
    [[nodiscard]] Result<Secret> assertion(const QString &clientId, const QString &audience, TimePoint now) const;
    [[nodiscard]] const QByteArray &thumbprint() const { return m_thumbprint; } //!< SHA-256

private:
    std::shared_ptr<EVP_PKEY> m_key;
    QByteArray m_thumbprint;
};

} // namespace causeway
