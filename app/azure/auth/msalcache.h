// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/tokenanswer.h"

namespace causeway {

//! One person in one login service; the key is the home account id (uid.utid), never the user name (it changes, and guests share it).
struct StoredAccount {
    QString homeAccountId;
    QString environment;    //!< the cloud's cache name: login.windows.net …
    QString username;       //!< user principal name, for people
    QString name;           //!< display name; may be empty
    QString homeTenant;     //!< utid
    QStringList realms;     //!< tenants that it has an entry for
    friend bool operator==(const StoredAccount &, const StoredAccount &) = default;
};

//! Tokens in MSAL's unified schema (sign-in.md §12): a value over JSON, no input, no output. Unknown sections and fields are kept.
class MsalCache
{
public:
    //! What is left of a token's life below which it counts as over, as every MSAL has it.
    static constexpr Milliseconds kMargin = std::chrono::minutes(5);

    //! Nothing at all is an empty cache; Protocol "CacheDamaged" when it is no such JSON.
    static Result<MsalCache> fromJson(const QByteArray &json);
    [[nodiscard]] QByteArray toJson() const;

    //! Stores what a sign-in or refresh gave; returns the account's home id. Overwrites the refresh token it replaces.
    //! `knownHome`: of the account that was refreshed, for answers that do not say whose they are.
    QString add(const TokenAnswer &answer, const CloudProfile &cloud, const QString &clientId, const QString &realm, TimePoint now, const QString &knownHome = {});
    //! By user name; of one application only when `clientId` is given.
    [[nodiscard]] QList<StoredAccount> accounts(const CloudProfile &cloud, const QString &clientId = {}) const;
    //! By realm, always: a home tenant's token is never given for another tenant. Nothing when it ends within `margin`, or was
    //! stored in the future. "resource/.default" takes any token of that resource.
    [[nodiscard]] std::optional<AccessToken> accessToken(const QString &home, const CloudProfile &cloud, const QString &clientId, const QString &realm, const QString &scope, TimePoint now,
                                                         Milliseconds margin = kMargin) const;
    [[nodiscard]] Secret refreshToken(const QString &home, const CloudProfile &cloud, const QString &clientId) const;
    void dropAccessTokens(const QString &home, const QString &realm, const QString &scope);
    void dropRefreshToken(const QString &home, const QString &clientId);
    //! Everything of that account.
    void remove(const QString &home);

private:
    QJsonObject m_json;
};

} // namespace causeway
