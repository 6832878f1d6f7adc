// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/signin.h"

namespace causeway::sandbox {

SignIn::SignIn(TokenMint &mint, State &state) : m_mint(mint), m_state(state), m_grants(state)
{
    m_mint.useKey(m_grants.key("access tokens")); // those of a kept world outlive the process
}

std::optional<Response> SignIn::answer(const Request &request, TimePoint now)
{
    // Below /{tenant}/, ignoring case. What fails there is a page for people (authorize and its like) or JSON for programs.
    struct Endpoint {
        const char *path;
        Response (SignIn::*handler)(Call &);
        bool page;
    };
    static constexpr Endpoint endpoints[] = {{"oauth2/v2.0/authorize", &SignIn::authorize, true}, {"login", &SignIn::pressed, true},
                                             {"oauth2/deviceauth", &SignIn::devicePage, true},    {"oauth2/v2.0/token", &SignIn::token, false},
                                             {"oauth2/v2.0/logout", &SignIn::signedOut, true},     {"oauth2/token", &SignIn::token, false},             {"oauth2/v2.0/devicecode", &SignIn::deviceCode, false}};
    const QStringList &segments = request.segments;
    const QString below = segments.mid(1).join(QLatin1Char('/')).toLower();
    const bool posted = request.method == "POST";
    Call call{request, posted ? Form::inBody(request) : Form::inQuery(request), StsTrace(request, now), segments.value(0), tenantNamed(m_state, segments.value(0)),
              below.contains(QLatin1String("v2.0"))};
    const bool unknownTenant = !call.tenant && !isAnyTenant(call.tenantWord);
    const StsError noTenant(90002, {call.tenantWord});
    for (const Endpoint &endpoint : endpoints) {
        if (below != QLatin1String(endpoint.path))
            continue;
        if (unknownTenant)
            return endpoint.page ? errorPage(noTenant, call.trace) : stsResponse(noTenant, call.trace, request.origin);
        return (this->*endpoint.handler)(call);
    }
    if (segments.size() == 1 && segments.first() == QLatin1String("error")) // where error_uri leads
        return errorPage(StsError(call.form.value("code").toInt()), call.trace, 200);
    if (below == QLatin1String("discovery/instance"))
        return instances(call);
    if (below == QLatin1String("discovery/keys") || below == QLatin1String("discovery/v2.0/keys"))
        return Response::json(200, {{QStringLiteral("keys"), QJsonArray{m_key.jwk()}}});
    if (below == QLatin1String(".well-known/openid-configuration") || below == QLatin1String("v2.0/.well-known/openid-configuration"))
        return unknownTenant ? stsResponse(noTenant, call.trace, request.origin) : openIdConfiguration(call);
    return std::nullopt;
}

} // namespace causeway::sandbox
