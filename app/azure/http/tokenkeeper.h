// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"
#include "core/waiting.h"

#include <map>
#include <memory>

namespace causeway {

//! Keeps the tokens that a credential gave (sign-in.md §8): one a tenant and scope, fetched once for everybody who asks
//! meanwhile, renewed five minutes before it ends, and in the background once its refreshOn has passed.
class TokenKeeper
{
public:
    //! Both outlive the keeper.
    TokenKeeper(TokenCredential &source, Clock &clock) : m_source(source), m_clock(clock) {}
    Q_DISABLE_COPY_MOVE(TokenKeeper)

    //! `as`: of generation(), for a request that was begun then: when somebody else is in use now it is AccountChanged (Unauthorized).
    QCoro::Task<Result<Secret>> token(TokenRequest request, Context context, std::optional<quint64> as = std::nullopt);
    //! Who is in use, as a number.
    [[nodiscard]] quint64 generation() const { return m_source.generation(); }
    //! A service did not take this token. Another one that was fetched meanwhile stays.
    void forget(const TokenRequest &request, const Secret &token);

private:
    struct Entry {
        std::optional<AccessToken> token;
        QByteArray claims;      //!< that it was fetched for
        quint64 generation = 0; //!< of the source, when it was asked for
        bool fetching = false;
        quint64 fetchingAs = 0; //!< generation of the fetch that is on its way
        std::vector<OneShot<Result<>>> waiting;
    };
    [[nodiscard]] Entry &entryOf(const TokenRequest &request) { return m_entries[qMakePair(request.tenant, request.scope)]; }
    [[nodiscard]] bool isGood(const Entry &entry, const TokenRequest &request) const;
    QCoro::Task<Result<>> fetch(TokenRequest request, Context context);
    QCoro::Task<> renew(TokenRequest request);

    TokenCredential &m_source;
    Clock &m_clock;
    std::map<QPair<QString, QString>, Entry> m_entries; // a map's entries stay where they are
    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
};

} // namespace causeway
