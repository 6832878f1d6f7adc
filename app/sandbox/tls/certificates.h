// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <memory>

namespace causeway::sandbox {

//! A certificate and its private key, PEM.
struct TlsIdentity {
    QByteArray certificate;
    QByteArray key;
};

//! A private authority for loopback: nobody trusts it who was not given its file.
class CertificateAuthority
{
public:
    static Result<CertificateAuthority> make(const QString &commonName);
    //! The authority kept as FOLDER/STEM.crt (0644) and STEM.key (0600), made when it is not there.
    static Result<CertificateAuthority> openOrMake(const QString &folder, const QString &stem, const QString &commonName);

    //! A server certificate for host names and IP addresses; the first one is its common name.
    [[nodiscard]] Result<TlsIdentity> issue(const QStringList &names) const;
    [[nodiscard]] const QByteArray &certificate() const { return m_self.certificate; }

private:
    explicit CertificateAuthority(TlsIdentity self) : m_self(std::move(self)) {}
    TlsIdentity m_self;
};

//! Replaces a file in one step. The mode is set before the first byte is written; nothing is flushed to the disk itself,
//! so the file survives a killed process but not a power cut.
Result<> writePrivately(const QString &path, const QByteArray &bytes, unsigned mode = 0600);

} // namespace causeway::sandbox
