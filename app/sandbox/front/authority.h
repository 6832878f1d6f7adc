// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "sandbox/front/tokens.h"
#include "sandbox/state.h"

#include <optional>

namespace causeway::sandbox {

//! What answers without a bearer: the cloud's metadata, the managed-identity endpoints of a host, and a sign-in authority
//! for the principals of the world (facts: what official clients ask of an ARM endpoint).
class Authority
{
public:
    Authority(TokenMint &mint, const State &state) : m_mint(mint), m_state(state) {}

    //! Nothing when the path is not one of its own.
    [[nodiscard]] std::optional<Response> answer(const Request &request, TimePoint now) const;

    [[nodiscard]] const Principal *principalNamed(const QString &word) const; //!< object id, client id, or user principal name
    [[nodiscard]] static QString issuer(const QByteArray &origin, const QString &tenant);

private:
    using Form = QList<QPair<QString, QString>>;
    [[nodiscard]] Response metadata(const Request &request) const;
    [[nodiscard]] Response managedIdentity(const Request &request, TimePoint now) const;
    [[nodiscard]] Response tokenEndpoint(const Request &request, const QString &tenant, bool version2, TimePoint now) const;
    [[nodiscard]] Response openIdConfiguration(const Request &request, const QString &tenant, bool version2) const;
    [[nodiscard]] Response instanceDiscovery(const Request &request) const;
    [[nodiscard]] Response ledger() const;
    [[nodiscard]] const Tenant *tenantNamed(const QString &word) const;

    TokenMint &m_mint;
    const State &m_state;
};

//! {"effects":[{"id","effect","at","by"}]}
QJsonObject ledgerJson(const State &state);

} // namespace causeway::sandbox
