// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QSslCertificate>
#include <QSslKey>
#include <chrono>
#include <memory>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

namespace causeway::test {

//! A certificate with its key, made by OpenSSL as a company's inspection box would: each with one thing wrong when a test wants it.
class TestCertificate
{
public:
    struct Wish {
        QByteArray name = "localhost";         //!< common name
        QByteArray subjectAltName = "DNS:localhost,IP:127.0.0.1";
        std::chrono::hours from{-24}, to{24 * 30};
        const TestCertificate *issuer = nullptr; //!< null: signs itself
        bool authority = false;
    };

    explicit TestCertificate(const Wish &wish) : m_key(EVP_EC_gen("P-256"), &EVP_PKEY_free), m_x509(X509_new(), &X509_free)
    {
        X509 *const certificate = m_x509.get();
        X509_set_version(certificate, X509_VERSION_3);
        static long serial = 1000;
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
        X509_gmtime_adj(X509_getm_notBefore(certificate), long(std::chrono::seconds(wish.from).count()));
        X509_gmtime_adj(X509_getm_notAfter(certificate), long(std::chrono::seconds(wish.to).count()));
        X509_set_pubkey(certificate, m_key.get());
        X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>(wish.name.constData()), int(wish.name.size()), -1, 0);
        X509 *const issuer = wish.issuer ? wish.issuer->m_x509.get() : certificate;
        X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
        add(issuer, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
        add(issuer, NID_subject_key_identifier, "hash");
        if (wish.issuer)
            add(issuer, NID_authority_key_identifier, "keyid:always");
        if (!wish.authority)
            add(issuer, NID_subject_alt_name, wish.subjectAltName);
        X509_sign(certificate, wish.issuer ? wish.issuer->m_key.get() : m_key.get(), EVP_sha256());
    }

    [[nodiscard]] QSslCertificate certificate() const
    {
        unsigned char *bytes = nullptr;
        const int size = i2d_X509(m_x509.get(), &bytes);
        const QSslCertificate made(QByteArray(reinterpret_cast<char *>(bytes), size), QSsl::Der);
        OPENSSL_free(bytes);
        return made;
    }
    [[nodiscard]] QSslKey key() const
    {
        unsigned char *bytes = nullptr;
        const int size = i2d_PrivateKey(m_key.get(), &bytes);
        const QSslKey made(QByteArray(reinterpret_cast<char *>(bytes), size), QSsl::Ec, QSsl::Der);
        OPENSSL_free(bytes);
        return made;
    }

private:
    void add(X509 *issuer, int what, const QByteArray &value)
    {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, issuer, m_x509.get(), nullptr, nullptr, 0);
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.constData());
        X509_add_ext(m_x509.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> m_key;
    std::unique_ptr<X509, decltype(&X509_free)> m_x509;
};

} // namespace causeway::test
