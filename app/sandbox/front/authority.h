// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "sandbox/front/tokens.h"
#include "sandbox/signin/signin.h"
#include "sandbox/state.h"

#include <optional>

namespace causeway::sandbox {

//! What answers without a bearer: the cloud's metadata, the managed-identity endpoints of a host, and a sign-in authority
//! for the principals of the world (facts: what official clients ask of an ARM endpoint).
class Authority
{
public:
    Authority(TokenMint &mint, State &state) : m_mint(mint), m_state(state), m_signIn(mint, state) {}

    //! Nothing when the path is not one of its own.
    [[nodiscard]] std::optional<Response> answer(const Request &request, TimePoint now);
    //! Did something change that a kept world must remember?
    bool takeChanged() { return m_signIn.takeChanged(); }
    //! Where the caller of an ARM address should sign in: the tenant of its subscription, else the world's first.
    [[nodiscard]] QString tenantFor(const Request &request) const;
    [[nodiscard]] const Principal *principalNamed(const QString &word) const { return sandbox::principalNamed(m_state, word); }
    [[nodiscard]] static QString issuer(const QByteArray &origin, const QString &tenant);

private:
    [[nodiscard]] Response metadata(const Request &request) const;
    [[nodiscard]] Response managedIdentity(const Request &request, TimePoint now) const;
    [[nodiscard]] Response ledger() const;

    TokenMint &m_mint;
    State &m_state;
    SignIn m_signIn;
};

//! {"effects":[{"id","effect","at","by"}]}
QJsonObject ledgerJson(const State &state);

} // namespace causeway::sandbox
