// SPDX-License-Identifier: Apache-2.0
#include "sandbox/tls/certificates.h"

#include "core/libcrypto.h"

#include <QDir>
#include <QFile>
#include <QHostAddress>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace causeway::sandbox {

namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

constexpr long certificateLife = 825L * 24 * 3600; // what clients accept of a server certificate at most

Error tlsFailure(const char *what)
{
    return Error::internal(QStringLiteral("CertificateNotMade"), QStringLiteral("OpenSSL could not make %1").arg(QLatin1String(what)));
}

QByteArray bioText(BIO *bio)
{
    char *bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return QByteArray(bytes, size);
}

TlsIdentity toPem(X509 *certificate, EVP_PKEY *key)
{
    const Bio certificateText(BIO_new(BIO_s_mem()));
    const Bio keyText(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificateText.get(), certificate);
    PEM_write_bio_PrivateKey(keyText.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return {bioText(certificateText.get()), bioText(keyText.get())};
}

void addExtension(X509 *certificate, X509 *issuer, int what, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    if (X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.constData())) {
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
}

// Version 3, random serial (RFC 5280 §4.1.2.2), valid from yesterday so that a clock a little behind is no obstacle.
Certificate newCertificate(EVP_PKEY *key, const QString &commonName)
{
    Certificate certificate(X509_new());
    unsigned char serial[16];
    if (!certificate || RAND_bytes(serial, sizeof serial) != 1)
        return nullptr;
    serial[0] &= 0x7f;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
    BN_free(number);
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24L * 3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), certificateLife);
    X509_set_pubkey(certificate.get(), key);
    const QByteArray name = commonName.toUtf8().left(64); // ub-common-name
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>(name.constData()), int(name.size()), -1, 0);
    return certificate;
}

QByteArray alternativeNames(const QStringList &names)
{
    QByteArrayList entries;
    for (const QString &name : names)
        entries += (QHostAddress(name).isNull() ? QByteArray("DNS:") : QByteArray("IP:")) + name.toUtf8();
    return entries.join(',');
}

} // namespace

Result<CertificateAuthority> CertificateAuthority::make(const QString &commonName)
{
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = key ? newCertificate(key.get(), commonName) : nullptr;
    if (!certificate)
        return tlsFailure("a certificate authority");
    X509 *self = certificate.get();
    X509_set_issuer_name(self, X509_get_subject_name(self));
    addExtension(self, self, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    addExtension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
    addExtension(self, self, NID_subject_key_identifier, "hash");
    if (!X509_sign(self, key.get(), EVP_sha256()))
        return tlsFailure("a certificate authority");
    return CertificateAuthority(toPem(self, key.get()));
}

Result<CertificateAuthority> CertificateAuthority::openOrMake(const QString &folder, const QString &stem, const QString &commonName)
{
    const QString certificatePath = QDir(folder).filePath(stem + QStringLiteral(".crt"));
    const QString keyPath = QDir(folder).filePath(stem + QStringLiteral(".key"));
    QFile certificateFile(certificatePath);
    QFile keyFile(keyPath);
    if (certificateFile.open(QIODevice::ReadOnly) && keyFile.open(QIODevice::ReadOnly))
        return CertificateAuthority(TlsIdentity{certificateFile.readAll(), keyFile.readAll()});
    auto made = make(commonName);
    if (!made)
        return made;
    if (auto written = writePrivately(keyPath, made->m_self.key, 0600); !written)
        return written.error();
    if (auto written = writePrivately(certificatePath, made->m_self.certificate, 0644); !written)
        return written.error();
    return made;
}

Result<TlsIdentity> CertificateAuthority::issue(const QStringList &names) const
{
    const Bio issuerText(BIO_new_mem_buf(m_self.certificate.constData(), int(m_self.certificate.size())));
    const Bio issuerKeyText(BIO_new_mem_buf(m_self.key.constData(), int(m_self.key.size())));
    const Certificate issuer(PEM_read_bio_X509(issuerText.get(), nullptr, nullptr, nullptr));
    const Key issuerKey(PEM_read_bio_PrivateKey(issuerKeyText.get(), nullptr, nullptr, nullptr));
    const Key key(EVP_EC_gen("P-256"));
    if (!issuer || !issuerKey || !key || names.isEmpty())
        return tlsFailure("a server certificate");
    const Certificate certificate = newCertificate(key.get(), names.first());
    if (!certificate)
        return tlsFailure("a server certificate");
    X509 *server = certificate.get();
    X509_set_issuer_name(server, X509_get_subject_name(issuer.get()));
    addExtension(server, issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    addExtension(server, issuer.get(), NID_key_usage, "critical,digitalSignature");
    addExtension(server, issuer.get(), NID_ext_key_usage, "serverAuth");
    addExtension(server, issuer.get(), NID_subject_key_identifier, "hash");
    addExtension(server, issuer.get(), NID_authority_key_identifier, "keyid");
    addExtension(server, issuer.get(), NID_subject_alt_name, alternativeNames(names));
    if (!X509_sign(server, issuerKey.get(), EVP_sha256()))
        return tlsFailure("a server certificate");
    return toPem(server, key.get());
}

Result<> writePrivately(const QString &path, const QByteArray &bytes, unsigned mode)
{
    const QByteArray finalName = QFile::encodeName(path);
    const QByteArray draft = finalName + ".new";
    ::unlink(draft.constData());
    const int file = ::open(draft.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (file < 0)
        return Error::internal(QStringLiteral("FileNotWritten"), path + QStringLiteral(": ") + qt_error_string());
    ::fchmod(file, mode); // whatever the umask says
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::write(file, bytes.constData() + done, size_t(bytes.size() - done));
        if (count < 0 && errno != EINTR)
            break;
        done += count > 0 ? count : 0;
    }
    const bool closed = ::close(file) == 0;
    if (done == bytes.size() && closed && ::rename(draft.constData(), finalName.constData()) == 0)
        return {};
    const QString reason = qt_error_string();
    ::unlink(draft.constData());
    return Error::internal(QStringLiteral("FileNotWritten"), path + QStringLiteral(": ") + reason);
}

} // namespace causeway::sandbox
