// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/secret.h"
#include "sandbox/state.h"

#include <QByteArray>
#include <QHash>
#include <QString>

namespace causeway::sandbox {

//! Bearer tokens of the sandbox: JWTs shaped as Entra's (v1 claims), signed with a key of the world's, or of this process.
class TokenMint
{
public:
    TokenMint();

    //! Instead of the key that the process made up; before the first token.
    void useKey(const QByteArray &key) { m_key = key; }

    //! From any thread. `audience` is a resource: https://management.azure.com/. `more`: claims beside the usual ones.
    [[nodiscard]] Secret issue(const Principal &principal, const QString &audience, const QString &issuer, TimePoint now,
                               std::chrono::seconds life, const QJsonObject &more = {}) const;

    enum class Verdict { Good, Invalid, Expired, WrongAudience };
    struct Bearer {
        Verdict verdict = Verdict::Invalid;
        QString principal; //!< object id
        bool user = false;         //!< a person, not an application
        bool secondFactor = false; //!< acrs has p1: proven by multi-factor authentication
    };
    //! What ARM thinks of a token; on the front's thread. `origin` is an audience of its own.
    [[nodiscard]] Bearer check(const QByteArray &token, const QByteArray &origin, TimePoint now);

    static constexpr std::chrono::seconds usualLife{3600};

private:
    struct Known {
        Bearer bearer;
        QByteArray audience;
        qint64 expires = 0;
    };
    [[nodiscard]] QByteArray signature(const QByteArray &text) const;
    [[nodiscard]] std::optional<Known> read(const QByteArray &token) const;

    QByteArray m_key;
    QHash<QByteArray, Known> m_seen; // tokens whose signature was found good
};

} // namespace causeway::sandbox
