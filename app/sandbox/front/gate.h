// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "sandbox/front/tokens.h"
#include "sandbox/wire.h"

#include <optional>

namespace causeway::sandbox {

//! Who may speak to the sandbox. A web page in the user's browser can reach loopback: it fails at Host (DNS rebinding)
//! or at Origin; nothing here ever answers a CORS preflight.
class Gate
{
public:
    Gate(bool tls, quint16 port);

    //! 403 for a foreign Host or Origin. Otherwise sets request.origin.
    std::optional<Response> refuseStranger(Request &request) const;
    //! 401 as ARM words it, for requests that need a bearer. Otherwise sets request.principal.
    //! `mfaMethods`: those for which a user's token must prove a second factor; the challenge asks for it.
    std::optional<Response> refuseUnknown(Request &request, TokenMint &mint, const QString &tenant, TimePoint now,
                                          const QJsonArray &mfaMethods = {}) const;

    [[nodiscard]] QByteArray origin() const { return m_scheme + "127.0.0.1:" + m_port; }

private:
    [[nodiscard]] bool isOurHost(const QByteArray &host) const;
    QByteArray m_scheme;
    QByteArray m_port;
};

} // namespace causeway::sandbox
