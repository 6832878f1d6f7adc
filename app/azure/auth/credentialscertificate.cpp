// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/credentialscertificate.h"

#include "core/libcrypto.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>
#include <cstring>

namespace causeway {

namespace {

constexpr qint64 largestCertificate = 1024 * 1024;

using BioPtr = std::unique_ptr<BIO, Freed<BIO_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using PfxPtr = std::unique_ptr<PKCS12, Freed<PKCS12_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

Error unusable(const QString &why)
{
    ERR_clear_error();
    return Error::invalid(QStringLiteral("CertificateUnusable"), QStringLiteral("The certificate cannot be used: %1").arg(why), QStringLiteral("certificate"));
}

BioPtr reading(const QByteArray &bytes)
{
    return BioPtr(BIO_new_mem_buf(bytes.constData(), int(bytes.size())));
}

// OpenSSL would ask on the terminal by itself.
int givePassword(char *into, int size, int, void *secret)
{
    const QByteArray &password = static_cast<const Secret *>(secret)->reveal();
    if (password.size() > size)
        return -1;
    std::memcpy(into, password.constData(), std::size_t(password.size()));
    return int(password.size());
}

QByteArray base64url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace

Result<ClientCertificate> ClientCertificate::load(const QString &path, const Secret &password)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unusable(QStringLiteral("%1: %2").arg(path.left(300), file.errorString()));
    if (file.size() > largestCertificate)
        return unusable(QStringLiteral("%1 has %2 KiB.").arg(path.left(300)).arg(file.size() >> 10));
    return parse(file.readAll(), password);
}

Result<ClientCertificate> ClientCertificate::parse(const QByteArray &bytes, const Secret &password)
{
    KeyPtr key;
    X509Ptr certificate;
    if (bytes.contains("-----BEGIN")) {
        Secret secret = password;
        key.reset(PEM_read_bio_PrivateKey(reading(bytes).get(), nullptr, givePassword, &secret));
        certificate.reset(PEM_read_bio_X509(reading(bytes).get(), nullptr, givePassword, &secret));
    } else {
        const PfxPtr pfx(d2i_PKCS12_bio(reading(bytes).get(), nullptr));
        if (!pfx)
            return unusable(QStringLiteral("the file is neither PEM nor PFX."));
        EVP_PKEY *rawKey = nullptr;
        X509 *rawCertificate = nullptr;
        if (PKCS12_parse(pfx.get(), password.reveal().constData(), &rawKey, &rawCertificate, nullptr) != 1)
            return unusable(QStringLiteral("the password is wrong, or the PFX is encrypted in a way that OpenSSL 3 does not read any more (RC2). openssl pkcs12 -legacy converts it."));
        key.reset(rawKey);
        certificate.reset(rawCertificate);
    }
    if (!key)
        return unusable(QStringLiteral("it has no private key, or the key's password is wrong."));
    if (!certificate)
        return unusable(QStringLiteral("the file has a key, but no certificate."));
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
        return unusable(QStringLiteral("Entra takes RSA keys only."));
    if (X509_check_private_key(certificate.get(), key.get()) != 1)
        return unusable(QStringLiteral("key and certificate do not belong together."));
    ClientCertificate made;
    made.m_thumbprint.resize(32);
    X509_digest(certificate.get(), EVP_sha256(), reinterpret_cast<unsigned char *>(made.m_thumbprint.data()), nullptr);
    made.m_key = std::shared_ptr<EVP_PKEY>(key.release(), Freed<EVP_PKEY_free>());
    return made;
}

Result<Secret> ClientCertificate::assertion(const QString &clientId, const QString &audience, TimePoint now) const
{
    const qint64 second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    const QJsonObject head{{QStringLiteral("alg"), QStringLiteral("PS256")}, {QStringLiteral("typ"), QStringLiteral("JWT")}, {QStringLiteral("x5t#S256"), QString::fromLatin1(base64url(m_thumbprint))}};
    const QJsonObject claims{{QStringLiteral("aud"), audience}, {QStringLiteral("iss"), clientId}, {QStringLiteral("sub"), clientId},
                             {QStringLiteral("jti"), QUuid::createUuid().toString(QUuid::WithoutBraces)}, {QStringLiteral("iat"), second}, {QStringLiteral("nbf"), second}, {QStringLiteral("exp"), second + 600}};
    const auto part = [](const QJsonObject &json) { return base64url(QJsonDocument(json).toJson(QJsonDocument::Compact)); };
    const QByteArray text = part(head) + '.' + part(claims);
    const auto *input = reinterpret_cast<const unsigned char *>(text.constData());
    const DigestPtr digest(EVP_MD_CTX_new());
    EVP_PKEY_CTX *options = nullptr; // of the digest
    std::size_t size = 0;
    QByteArray signature;
    const bool ready = digest && EVP_DigestSignInit(digest.get(), &options, EVP_sha256(), nullptr, m_key.get()) == 1
        && EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1
        && EVP_DigestSign(digest.get(), nullptr, &size, input, std::size_t(text.size())) == 1;
    if (ready)
        signature.resize(qsizetype(size));
    if (!ready || EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, input, std::size_t(text.size())) != 1)
        return unusable(QStringLiteral("its key does not sign."));
    signature.truncate(qsizetype(size));
    return Secret(text + '.' + base64url(signature));
}

} // namespace causeway
