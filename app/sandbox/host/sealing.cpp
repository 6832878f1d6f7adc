// SPDX-License-Identifier: Apache-2.0
#include "sandbox/host/sealing.h"

#include "core/libcrypto.h"
#include "sandbox/tls/certificates.h"

#include <QFile>
#include <QJsonArray>
#include <algorithm>
#include <array>
#include <memory>

namespace causeway::sandbox {

namespace {

constexpr int sealKeySize = 32, sealNonceSize = 12, sealTagSize = 16;
constexpr QLatin1String sealPrefix("sealed:"), sealMember("sealed"), sealProof("causeway");

//! Members whose texts are secrets wherever they stand: arguments of effects and transitions, members of documents.
bool namesSecret(const QString &member)
{
    static constexpr std::array words{QLatin1String("password"), QLatin1String("secret"), QLatin1String("token"), QLatin1String("authkey"),
                                      QLatin1String("principalkey"), QLatin1String("connectionstring"), QLatin1String("credential"),
                                      QLatin1String("sasuri")};
    return member == QLatin1String("hidden")
        || std::any_of(words.begin(), words.end(), [&](QLatin1String word) { return member.contains(word, Qt::CaseInsensitive); });
}

//! One pass over a world in one direction; the cipher and its key are set up once.
class Sealer
{
public:
    enum class Way { Seal, Unseal };
    Sealer(const Secret &key, Way way) : m_way(way), m_cipher(EVP_CIPHER_CTX_new())
    {
        const auto *bytes = reinterpret_cast<const unsigned char *>(key.reveal().constData());
        m_good = m_cipher && EVP_CipherInit_ex(m_cipher.get(), EVP_aes_256_gcm(), nullptr, bytes, nullptr, way == Way::Seal) == 1;
    }
    [[nodiscard]] bool good() const { return m_good; }

    QJsonValue turned(const QJsonValue &value, bool secret)
    {
        if (value.isString()) {
            const QString text = value.toString();
            const bool looksSealed = text.startsWith(sealPrefix); // sealed too, or else it would be taken for one later
            if (m_way == Way::Seal)
                return secret || looksSealed ? QJsonValue(sealed(text)) : value;
            return looksSealed ? QJsonValue(unsealed(text)) : value;
        }
        if (value.isObject()) {
            QJsonObject object = value.toObject();
            for (auto it = object.begin(); it != object.end(); ++it)
                *it = turned(*it, secret || namesSecret(it.key()));
            return object;
        }
        if (!value.isArray())
            return value;
        QJsonArray array;
        for (const QJsonValue &one : value.toArray())
            array.append(turned(one, secret));
        return array;
    }

private:
    static unsigned char *raw(QByteArray &bytes, int at) { return reinterpret_cast<unsigned char *>(bytes.data()) + at; }

    QString sealed(const QString &text)
    {
        const QByteArray plain = text.toUtf8();
        QByteArray whole(sealNonceSize + sealTagSize + plain.size(), '\0');
        EVP_CIPHER_CTX *cipher = m_cipher.get();
        int size = 0, rest = 0;
        unsigned char *out = raw(whole, sealNonceSize + sealTagSize);
        m_good = m_good && RAND_bytes(raw(whole, 0), sealNonceSize) == 1
            && EVP_EncryptInit_ex(cipher, nullptr, nullptr, nullptr, raw(whole, 0)) == 1
            && EVP_EncryptUpdate(cipher, out, &size, reinterpret_cast<const unsigned char *>(plain.constData()), int(plain.size())) == 1
            && EVP_EncryptFinal_ex(cipher, out + size, &rest) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, sealTagSize, raw(whole, sealNonceSize)) == 1;
        return m_good ? sealPrefix + QString::fromLatin1(whole.toBase64()) : QString();
    }

    QString unsealed(const QString &text)
    {
        QByteArray whole = QByteArray::fromBase64(text.mid(sealPrefix.size()).toLatin1());
        const int length = int(whole.size()) - sealNonceSize - sealTagSize;
        m_good = m_good && length >= 0;
        if (!m_good)
            return {};
        QByteArray plain(length, '\0');
        EVP_CIPHER_CTX *cipher = m_cipher.get();
        int size = 0, rest = 0;
        m_good = EVP_DecryptInit_ex(cipher, nullptr, nullptr, nullptr, raw(whole, 0)) == 1
            && EVP_DecryptUpdate(cipher, raw(plain, 0), &size, raw(whole, sealNonceSize + sealTagSize), length) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, sealTagSize, raw(whole, sealNonceSize)) == 1
            && EVP_DecryptFinal_ex(cipher, raw(plain, size), &rest) == 1;
        return m_good ? QString::fromUtf8(plain) : QString();
    }

    Way m_way;
    std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>> m_cipher;
    bool m_good = false;
};

} // namespace

QString WorldSeal::fileIn(const QString &folder)
{
    return folder + QStringLiteral("/world.key");
}

std::optional<WorldSeal> WorldSeal::open(const QString &folder)
{
    QFile file(fileIn(folder));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    QByteArray key = QByteArray::fromBase64(file.read(200).trimmed());
    return key.size() == sealKeySize ? std::optional(WorldSeal(Secret(std::move(key)))) : std::nullopt;
}

Result<WorldSeal> WorldSeal::make(const QString &folder)
{
    QByteArray key(sealKeySize, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char *>(key.data()), sealKeySize) != 1)
        return Error::internal(QStringLiteral("WorldNotSealed"), QStringLiteral("no random key"));
    if (auto written = writePrivately(fileIn(folder), key.toBase64() + '\n'); !written)
        return written.error();
    return WorldSeal(Secret(std::move(key)));
}

bool WorldSeal::isSealed(const QJsonObject &world)
{
    return world.contains(sealMember);
}

Result<QJsonObject> WorldSeal::seal(const QJsonObject &world) const
{
    Sealer sealer(m_key, Sealer::Way::Seal);
    QJsonObject sealed = sealer.turned(world, false).toObject();
    sealed.insert(sealMember, sealer.turned(QJsonValue(sealProof), true));
    if (!sealer.good())
        return Error::internal(QStringLiteral("WorldNotSealed"), QStringLiteral("the cipher failed"));
    return sealed;
}

Result<QJsonObject> WorldSeal::unseal(const QJsonObject &world) const
{
    Sealer sealer(m_key, Sealer::Way::Unseal);
    QJsonObject plain = sealer.turned(world, false).toObject();
    if (!sealer.good() || plain.take(sealMember) != QJsonValue(sealProof))
        return Error::internal(QStringLiteral("WorldNotUnsealed"), QStringLiteral("not sealed with this key"));
    return plain;
}

} // namespace causeway::sandbox
