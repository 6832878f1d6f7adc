// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "core/secret.h"

#include <QJsonObject>
#include <optional>

namespace causeway::sandbox {

//! Keeps the secrets of a saved world out of its file: AES-256-GCM (NIST SP 800-38D) with a key of the world's own, in a file of
//! its own. Sealed is every text below a member "hidden" or below one whose name says password, token, key and the like, as
//! "sealed:" and base64 of nonce (12 bytes), tag (16) and cipher; times, ids and ledger stay readable.
class WorldSeal
{
public:
    //! Nothing when there is no key, or none that can be one.
    static std::optional<WorldSeal> open(const QString &folder);
    //! A new key, written (0600) before anything is sealed with it.
    static Result<WorldSeal> make(const QString &folder);
    static QString fileIn(const QString &folder);

    //! Adds a root member "sealed", by which a later reader sees that he needs the key, and that he has the right one.
    [[nodiscard]] Result<QJsonObject> seal(const QJsonObject &world) const;
    //! Fails with another key, or where a sealed text was changed.
    [[nodiscard]] Result<QJsonObject> unseal(const QJsonObject &world) const;
    [[nodiscard]] static bool isSealed(const QJsonObject &world);

private:
    explicit WorldSeal(Secret key) : m_key(std::move(key)) {}
    Secret m_key;
};

} // namespace causeway::sandbox
