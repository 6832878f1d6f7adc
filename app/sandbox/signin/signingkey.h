// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <memory>

namespace causeway::sandbox {

//! The RSA key of id_tokens, made when it is first needed (a tenth of a second): strangers check them against the keys address.
class SigningKey
{
public:
    SigningKey();
    ~SigningKey();
    Q_DISABLE_COPY_MOVE(SigningKey)

    //! header.payload.signature, RS256.
    [[nodiscard]] QByteArray sign(const QJsonObject &claims);
    //! A member of "keys" (RFC 7517).
    [[nodiscard]] QJsonObject jwk();

private:
    struct Key;
    Key &key();
    std::unique_ptr<Key> m_key;
};

} // namespace causeway::sandbox
