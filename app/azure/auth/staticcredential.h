// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"

namespace causeway {

//! One bearer that somebody else made: the sandbox's ready line gives it. Never refreshed.
class StaticCredential final : public TokenCredential
{
public:
    explicit StaticCredential(Secret token) : m_token(std::move(token)) {}
    QCoro::Task<Result<AccessToken>> token(TokenRequest, Context) override
    {
        AccessToken token;
        token.token = m_token;
        token.expires = TimePoint::max();
        co_return token;
    }

private:
    Secret m_token;
};

} // namespace causeway
