// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/front/tokens.h"
#include "sandbox/signin/directory.h"
#include "sandbox/signin/form.h"
#include "sandbox/signin/grants.h"
#include "sandbox/signin/pages.h"
#include "sandbox/signin/scopes.h"
#include "sandbox/signin/signingkey.h"

#include <optional>

namespace causeway::sandbox {

//! The sandbox's Entra ID: authorize, token, device code and discovery for the tenants, users and applications of a world,
//! after the protocol that Microsoft documents. It knows no passwords: whoever can reach it may be anybody in the world,
//! and its pages say so. Switches of the world ("signIn…" in switches.h) refuse, ask for more, or forget.
class SignIn
{
public:
    SignIn(TokenMint &mint, State &state);

    //! Nothing when the path is not one of its own.
    [[nodiscard]] std::optional<Response> answer(const Request &request, TimePoint now);
    //! Did something change that a kept world must remember?
    bool takeChanged() { return m_grants.takeChanged(); }

private:
    //! One request to an endpoint of one tenant.
    struct Call {
        const Request &request;
        Form form;
        StsTrace trace;
        QString tenantWord;
        const Tenant *tenant; //!< null: any (organizations)
        bool version2;
        [[nodiscard]] QString path(const char *last) const { return QLatin1Char('/') + tenantWord + QLatin1Char('/') + QLatin1String(last); }
    };
    struct Client {
        QString id;
        const Principal *application = nullptr; //!< null: a public client
    };
    using Body = StsResult<QJsonObject>;

    // authorizing.cpp
    Response authorize(Call &call);
    Response pressed(Call &call); //!< a button of one of our pages
    Response signedOut(Call &call);
    Response silently(const AuthorizeAsk &ask, Call &call);
    Response proceed(OpenPage page, Call &call);
    Response chooser(OpenPage page, Call &call);
    Response asked(OpenPage page, Call &call, const QString &title, const QStringList &lines, QList<PageButton> buttons);
    Response complete(const OpenPage &page, const Principal &user, Call &call);
    Response answered(const AuthorizeAsk &ask, QList<QPair<QString, QString>> fields, Call &call) const;
    Response refused(const AuthorizeAsk &ask, const StsError &error, Call &call);
    [[nodiscard]] std::optional<StsError> refuseClient(const AuthorizeAsk &ask, const Call &call) const;
    [[nodiscard]] std::optional<StsError> refuseAsk(const AuthorizeAsk &ask, const Call &call) const;
    [[nodiscard]] bool isRegisteredRedirect(const QString &redirectUri) const;
    // devices.cpp
    Response deviceCode(Call &call);
    Response devicePage(Call &call);
    Response deviceDecided(const OpenPage &page, const Grant *grant, Call &call);
    Body redeemDevice(Call &call, const Client &client);
    // redeeming.cpp
    Response token(Call &call);
    Body redeem(Call &call);
    Body redeemCode(Call &call, const Client &client);
    Body refresh(Call &call, const Client &client);
    Body clientCredentials(Call &call, const Client &client);
    Body password(Call &call);
    [[nodiscard]] StsResult<Client> authenticatedClient(Call &call);
    [[nodiscard]] std::optional<StsError> refuseSecret(Call &call, const Principal &application, const QString &secret);
    [[nodiscard]] StsResult<WantedScopes> scopesFor(const Call &call, const QString &otherwise) const;
    Body issue(Call &call, const Grant &grant, const Principal &user, const WantedScopes &scopes, const QString &nonce);
    [[nodiscard]] std::chrono::seconds tokenLife(const QJsonObject &claims) const;
    // conditions.cpp
    [[nodiscard]] bool knownClient(const QString &client) const;
    [[nodiscard]] int refusalOf(const Principal &user, const QString &tenant, const QString &client) const;
    [[nodiscard]] bool wantsSecondFactor(const Principal &user, const QString &tenant, const QString &client, const QJsonObject &claims) const;
    [[nodiscard]] bool wantsConsent(const Principal &user, const QString &tenant, const QString &client) const;
    //! What keeps a silent request from its token.
    [[nodiscard]] std::optional<StsError> silentHurdle(const Principal &user, const QString &tenant, const Grant &grant, const QString &resource,
                                                       const QJsonObject &claims) const;
    //! What the browser shows, and does not go past.
    [[nodiscard]] std::optional<StsError> pageHurdle(const Principal &user, const QString &tenant, const QString &client) const;
    // discovery.cpp
    [[nodiscard]] Response openIdConfiguration(const Call &call) const;
    [[nodiscard]] Response instances(const Call &call) const;

    [[nodiscard]] QString origin(const Call &call) const { return QString::fromLatin1(call.request.origin); }
    [[nodiscard]] bool flag(const char *name, bool otherwise = false) const { return m_state.setting(QLatin1String(name), otherwise).toBool(); }

    TokenMint &m_mint;
    State &m_state;
    Grants m_grants;
    SigningKey m_key;
};

//! The claims parameter (OpenID Connect Core §5.5); {} when there is none, nothing when it is no JSON object.
std::optional<QJsonObject> claimsParameter(const QString &text);

} // namespace causeway::sandbox
