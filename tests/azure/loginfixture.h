// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/tokenendpoint.h"
#include "azure/http/memorytransport.h"
#include "tests/support/authorityscript.h"

// A login host over a script, in virtual time: for what is asked of the token endpoint.
namespace causeway::test {

inline const TimePoint noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);
inline const QString tenant = QStringLiteral("525ce356-c43c-4eed-860e-112f387e6af6");
inline const QString application = QStringLiteral("c0ffee00-0000-4000-8000-000000000001");
inline const QString arm = QStringLiteral("https://management.azure.com/.default");

struct Login {
    VirtualClock clock{noon};
    MemoryTransport transport{clock};
    TokenEndpoint endpoint{transport, clock, clouds().first()};
    Authority authority = *Authority::make(clouds().first(), tenant);
    [[nodiscard]] QString sent(const char *field, int request = -1) const
    {
        ReceivedRequest received;
        received.body = transport.requests().at(request < 0 ? transport.requests().size() - 1 : request).body;
        return received.form(field);
    }
};

inline QByteArray tokenJson(const QByteArray &more = {})
{
    return R"({"token_type":"Bearer","expires_in":3599,"access_token":"AT")" + more + '}';
}

} // namespace causeway::test
