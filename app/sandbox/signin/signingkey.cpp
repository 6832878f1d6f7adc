// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/signingkey.h"

#include "core/libcrypto.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QString>

namespace causeway::sandbox {

static constexpr auto jwtBase64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

struct SigningKey::Key {
    std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> pair{EVP_RSA_gen(2048)};
    QByteArray modulus = number(OSSL_PKEY_PARAM_RSA_N);
    QByteArray exponent = number(OSSL_PKEY_PARAM_RSA_E);
    QByteArray id = QCryptographicHash::hash(modulus, QCryptographicHash::Sha256).left(20).toBase64(jwtBase64);

    [[nodiscard]] QByteArray number(const char *name) const
    {
        BIGNUM *value = nullptr;
        if (EVP_PKEY_get_bn_param(pair.get(), name, &value) != 1)
            return {};
        QByteArray bytes(BN_num_bytes(value), '\0');
        BN_bn2bin(value, reinterpret_cast<unsigned char *>(bytes.data()));
        BN_free(value);
        return bytes;
    }
};

SigningKey::SigningKey() = default;
SigningKey::~SigningKey() = default;

SigningKey::Key &SigningKey::key()
{
    if (!m_key)
        m_key = std::make_unique<Key>();
    return *m_key;
}

QByteArray SigningKey::sign(const QJsonObject &claims)
{
    const QJsonObject head{{QStringLiteral("typ"), QStringLiteral("JWT")}, {QStringLiteral("alg"), QStringLiteral("RS256")},
                           {QStringLiteral("kid"), QString::fromLatin1(key().id)}};
    const QByteArray text = QJsonDocument(head).toJson(QJsonDocument::Compact).toBase64(jwtBase64) + '.'
        + QJsonDocument(claims).toJson(QJsonDocument::Compact).toBase64(jwtBase64);
    const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    size_t size = size_t(EVP_PKEY_get_size(key().pair.get()));
    QByteArray signature(qsizetype(size), '\0');
    const bool good = EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key().pair.get()) == 1
        && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size,
                          reinterpret_cast<const unsigned char *>(text.constData()), size_t(text.size())) == 1;
    return good ? text + '.' + signature.left(qsizetype(size)).toBase64(jwtBase64) : QByteArray();
}

QJsonObject SigningKey::jwk()
{
    return {{QStringLiteral("kty"), QStringLiteral("RSA")}, {QStringLiteral("use"), QStringLiteral("sig")}, {QStringLiteral("alg"), QStringLiteral("RS256")},
            {QStringLiteral("kid"), QString::fromLatin1(key().id)}, {QStringLiteral("n"), QString::fromLatin1(key().modulus.toBase64(jwtBase64))},
            {QStringLiteral("e"), QString::fromLatin1(key().exponent.toBase64(jwtBase64))}};
}

} // namespace causeway::sandbox
