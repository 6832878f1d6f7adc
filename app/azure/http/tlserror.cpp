// SPDX-License-Identifier: Apache-2.0
#include "azure/http/tlserror.h"

#include <QSslCertificate>
#include <algorithm>

namespace causeway {

namespace {

struct TlsReason {
    QSslError::SslError error;
    const char *code;
    const char *reason; //!< %1: the issuer, %2: the certificate's own name
};

// In the order in which they tell most: whoever stands between explains an untrusted issuer and a strange name.
constexpr TlsReason tlsReasons[] = {
    {QSslError::SelfSignedCertificate, "TlsUntrusted", "its certificate is self-signed (by \"%1\")"},
    {QSslError::SelfSignedCertificateInChain, "TlsUntrusted", "its certificate comes from \"%1\", which this machine does not trust"},
    {QSslError::UnableToGetLocalIssuerCertificate, "TlsUntrusted", "its certificate comes from \"%1\", which this machine does not trust"},
    {QSslError::UnableToGetIssuerCertificate, "TlsUntrusted", "its certificate comes from \"%1\", which this machine does not know"},
    {QSslError::CertificateUntrusted, "TlsUntrusted", "its certificate comes from \"%1\", which this machine does not trust"},
    {QSslError::InvalidCaCertificate, "TlsUntrusted", "\"%1\" signed its certificate but is no certificate authority"},
    {QSslError::CertificateSignatureFailed, "TlsUntrusted", "the signature of \"%1\" on its certificate is wrong"},
    {QSslError::CertificateRevoked, "TlsRevoked", "\"%1\" has revoked its certificate"},
    {QSslError::CertificateBlacklisted, "TlsUntrusted", "its certificate (from \"%1\") is known to be stolen"},
    {QSslError::CertificateExpired, "TlsExpired", "its certificate (from \"%1\") has expired"},
    {QSslError::CertificateNotYetValid, "TlsExpired", "its certificate (from \"%1\") is not valid yet"},
    {QSslError::HostNameMismatch, "TlsHostMismatch", "its certificate is for another host, \"%2\" (from \"%1\")"},
    {QSslError::UnableToVerifyFirstCertificate, "TlsUntrusted", "its certificate comes from \"%1\", which this machine does not trust"},
};

QString nameOf(const QStringList &names)
{
    return names.isEmpty() ? QStringLiteral("?") : names.first().left(120);
}

QString issuerOf(const QSslCertificate &certificate)
{
    const QStringList names = certificate.issuerInfo(QSslCertificate::CommonName);
    return nameOf(names.isEmpty() ? certificate.issuerInfo(QSslCertificate::Organization) : names);
}

Error tlsRefusal(const char *code, const QString &host, const QString &reason)
{
    Error error;
    error.kind = ErrorKind::Network;
    error.code = QString::fromLatin1(code);
    error.message = QStringLiteral("No safe connection to %1: %2.").arg(host, reason);
    error.target = host;
    return error;
}

} // namespace

bool isOnlyUnknownRevocation(const QList<QSslError> &errors)
{
    return std::all_of(errors.begin(), errors.end(), [](const QSslError &each) { return each.error() >= QSslError::OcspNoResponseFound && each.error() <= QSslError::OcspStatusUnknown; });
}

Error tlsError(const QList<QSslError> &errors, const QString &host, const QString &otherwise)
{
    for (const TlsReason &row : tlsReasons) {
        for (const QSslError &each : errors) {
            if (each.error() != row.error)
                continue;
            const QSslCertificate certificate = each.certificate();
            const QString issuer = certificate.isNull() ? QStringLiteral("?") : issuerOf(certificate);
            QString reason = QString::fromLatin1(row.reason);
            reason.replace(QLatin1String("%1"), issuer).replace(QLatin1String("%2"), nameOf(certificate.subjectInfo(QSslCertificate::CommonName)));
            return tlsRefusal(row.code, host, reason);
        }
    }
    // OpenSSL's own words for a peer without TLS 1.2; its alert, or our refusal.
    for (const char *sign : {"unsupported protocol", "protocol version", "version too low", "no protocols available"}) {
        if (otherwise.contains(QLatin1String(sign), Qt::CaseInsensitive))
            return tlsRefusal("TlsVersion", host, QStringLiteral("it does not speak TLS 1.2 or newer"));
    }
    return tlsRefusal("TlsFailed", host, (errors.isEmpty() ? otherwise : errors.first().errorString()).left(300));
}

} // namespace causeway
