// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/signin.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QUrl>
#include <QUuid>

// The authorize endpoint and its pages (RFC 6749 §4.1, RFC 7636, OpenID Connect Core §3.1; facts: requests, literally).

namespace causeway::sandbox {

static AuthorizeAsk askOf(const Form &form, const QString &tenantWord)
{
    AuthorizeAsk ask;
    ask.tenantWord = tenantWord;
    const std::pair<const char *, QString AuthorizeAsk::*> members[] = {
        {"client_id", &AuthorizeAsk::client},         {"redirect_uri", &AuthorizeAsk::redirectUri},
        {"response_mode", &AuthorizeAsk::responseMode}, {"scope", &AuthorizeAsk::scope},
        {"state", &AuthorizeAsk::state},              {"nonce", &AuthorizeAsk::nonce},
        {"code_challenge", &AuthorizeAsk::challenge}, {"code_challenge_method", &AuthorizeAsk::challengeMethod},
        {"prompt", &AuthorizeAsk::prompt},            {"login_hint", &AuthorizeAsk::loginHint},
        {"claims", &AuthorizeAsk::claims}};
    for (const auto &[name, member] : members)
        ask.*member = form.value(name);
    return ask;
}

// --- what is asked ------------------------------------------------------------------------------------------------------

// Scheme, host and path must be the registered ones, letter by letter; the port of localhost does not count (RFC 8252 §7.3).
bool SignIn::isRegisteredRedirect(const QString &redirectUri) const
{
    const QUrl asked(redirectUri, QUrl::StrictMode);
    if (!asked.isValid() || asked.hasFragment() || !asked.userInfo().isEmpty())
        return false;
    const QJsonArray registered = m_state.setting(QStringLiteral("signInRedirectUris"), QJsonArray{QStringLiteral("http://localhost")}).toArray();
    return std::any_of(registered.begin(), registered.end(), [&](const QJsonValue &value) {
        const QUrl known(value.toString(), QUrl::StrictMode);
        const bool anyPort = known.scheme() == QLatin1String("http") && (known.host() == QLatin1String("localhost") || known.host() == QLatin1String("127.0.0.1"));
        return asked.scheme() == known.scheme() && asked.host() == known.host() && (anyPort || asked.port() == known.port())
            && asked.path(QUrl::FullyEncoded) == known.path(QUrl::FullyEncoded) && asked.query() == known.query();
    });
}

//! What is shown in the browser: nothing goes to an address that is not known to be the client's.
std::optional<StsError> SignIn::refuseClient(const AuthorizeAsk &ask, const Call &call) const
{
    if (!call.form.repeated().isEmpty())
        return StsError(9002313);
    if (ask.client.isEmpty())
        return StsError(900144, {QStringLiteral("client_id")});
    const Principal *application = principalNamed(m_state, ask.client);
    if (!knownClient(ask.client) && !application)
        return StsError(700016, {ask.client, call.tenant ? call.tenant->displayName : call.tenantWord});
    if (!isRegisteredRedirect(ask.redirectUri))
        return StsError(50011, {ask.redirectUri, ask.client});
    return std::nullopt;
}

//! What the client is told at its redirect address.
std::optional<StsError> SignIn::refuseAsk(const AuthorizeAsk &ask, const Call &call) const
{
    static const QStringList prompts{QString(), QStringLiteral("none"), QStringLiteral("login"), QStringLiteral("select_account"),
                                     QStringLiteral("consent"), QStringLiteral("create")};
    const QString type = call.form.value("response_type");
    if (type != QLatin1String("code"))
        return type.isEmpty() ? StsError(900144, {QStringLiteral("response_type")}) : StsError(700054, {type});
    if (!QStringList{QString(), QStringLiteral("query"), QStringLiteral("form_post")}.contains(ask.responseMode))
        return StsError(70007, {ask.responseMode});
    if (ask.scope.trimmed().isEmpty())
        return StsError(900144, {QStringLiteral("scope")});
    if (const auto scopes = wantedScopes(ask.scope, call.request.origin, ask.tenantWord, true); !scopes)
        return scopes.error();
    if (!prompts.contains(ask.prompt))
        return StsError(90023, {ask.prompt});
    if (!claimsParameter(ask.claims))
        return StsError(9002313);
    const bool publicClient = principalNamed(m_state, ask.client) == nullptr;
    if (ask.challenge.isEmpty())
        return publicClient && flag("signInNeedsPkce", true) ? std::optional<StsError>(StsError(9002325)) : std::nullopt;
    if (ask.challengeMethod != QLatin1String("S256"))
        return StsError(50147, {ask.challengeMethod});
    if (ask.challenge.size() != 43) // base64url of SHA-256 (RFC 7636 §4.2)
        return StsError(501491);
    return std::nullopt;
}

Response SignIn::authorize(Call &call)
{
    AuthorizeAsk ask = askOf(call.form, call.tenantWord);
    if (auto refusal = refuseClient(ask, call))
        return errorPage(*refusal, call.trace);
    if (auto refusal = refuseAsk(ask, call))
        return refused(ask, *refusal, call);
    if (ask.prompt == QLatin1String("none"))
        return silently(ask, call);
    return chooser(OpenPage{ask, {}, false, false, {}}, call);
}

// The sandbox keeps no cookie: the hint alone says who is signed in.
Response SignIn::silently(const AuthorizeAsk &ask, Call &call)
{
    const Principal *hinted = ask.loginHint.isEmpty() ? nullptr : principalNamed(m_state, ask.loginHint);
    if (!hinted || hinted->kind != QLatin1String("User"))
        return refused(ask, StsError(50058), call);
    const QString tenant = call.tenant ? call.tenant->id : atHome(m_state, *hinted).tenant;
    const Principal *user = personIn(m_state, *hinted, tenant);
    if (!user)
        return refused(ask, StsError(50020, {hinted->userPrincipalName, hinted->tenant, tenant, ask.client}), call);
    const Grant grant{atHome(m_state, *user).objectId, tenant, ask.client, ask.scope, {}, false, call.trace.now};
    if (auto hurdle = silentHurdle(*user, tenant, grant, ask.scope, *claimsParameter(ask.claims)))
        return refused(ask, *hurdle, call);
    return complete(OpenPage{ask, grant.person, false, true, {}}, *user, call);
}

// --- the pages ----------------------------------------------------------------------------------------------------------

//! A page whose buttons go on with this sign-in.
Response SignIn::asked(OpenPage page, Call &call, const QString &title, const QStringList &lines, QList<PageButton> buttons)
{
    const QUrl redirect(page.ask.redirectUri);
    SignInPage html;
    html.title = QStringLiteral("Causeway sandbox: ") + title;
    html.lines = lines;
    html.action = call.path("login");
    html.buttons = std::move(buttons);
    html.formTarget = redirect.isEmpty() ? QString() : redirect.scheme() + QStringLiteral("://") + redirect.authority();
    const bool choosing = page.person.isEmpty();
    html.inputValue = choosing && !principalNamed(m_state, page.ask.loginHint) ? page.ask.loginHint : QString();
    html.hidden = {{QStringLiteral("flow"), m_grants.open(std::move(page), call.trace.now)}};
    if (choosing) {
        html.input = "other";
        html.inputLabel = QStringLiteral("Another account");
    }
    return pageResponse(html, call.trace);
}

Response SignIn::chooser(OpenPage page, Call &call)
{
    QList<PageButton> buttons;
    const Tenant *hintedDomain = tenantNamed(m_state, call.form.value("domain_hint"));
    for (const Principal &user : std::as_const(m_state.principals)) {
        const bool listed = user.kind == QLatin1String("User") && user.home.isEmpty() && (!call.tenant || personIn(m_state, user, call.tenant->id))
            && (!hintedDomain || user.tenant == hintedDomain->id);
        const PageButton button{"user", user.objectId, user.displayName, user.userPrincipalName};
        if (listed && user.userPrincipalName.compare(page.ask.loginHint, Qt::CaseInsensitive) == 0)
            buttons.prepend(button);
        else if (listed)
            buttons.append(button);
    }
    buttons.append({"cancel", QStringLiteral("1"), QStringLiteral("Cancel"), {}, true});
    QStringList lines{QStringLiteral("Who are you? The application %1 asks.").arg(page.ask.client)};
    if (!page.ask.device.isEmpty())
        lines.append(QStringLiteral("You are signing in on another device, with the code %1. Go on only if it is yours.").arg(page.ask.device));
    if (const QString unknown = call.form.value("other"); !unknown.isEmpty())
        lines.append(StsError(50034, {unknown, call.tenant ? call.tenant->displayName : QStringLiteral("sandbox's")}).text());
    return asked(std::move(page), call, QStringLiteral("sign in"), lines, buttons);
}

Response SignIn::pressed(Call &call)
{
    auto page = m_grants.close(call.form.value("flow"), call.trace.now);
    if (call.request.method != "POST" || !page) {
        SignInPage html;
        html.title = QStringLiteral("Causeway sandbox: this page is too old");
        html.lines = {QStringLiteral("The sign-in was finished or left alone for too long. Go back to the application and start again.")};
        return pageResponse(html, call.trace, 400);
    }
    call.tenantWord = page->ask.tenantWord; // whatever the address says
    call.tenant = tenantNamed(m_state, page->ask.tenantWord);
    if (call.form.has("cancel"))
        return refused(page->ask, StsError(65004), call);
    if (call.form.has("factor")) {
        page->secondFactor = call.form.value("factor") == QLatin1String("approve");
        if (!page->secondFactor)
            return errorPage(StsError(500121), call.trace, 200);
    }
    page->consented |= call.form.value("consent") == QLatin1String("accept");
    if (page->person.isEmpty()) {
        const Principal *chosen = principalNamed(m_state, call.form.has("user") ? call.form.value("user") : call.form.value("other").trimmed());
        if (!chosen || chosen->kind != QLatin1String("User"))
            return chooser(std::move(*page), call);
        page->person = atHome(m_state, *chosen).objectId;
    }
    return proceed(std::move(*page), call);
}

// There is no session to end: the sandbox keeps no cookie, and refresh tokens stay good, as Entra's do.
Response SignIn::signedOut(Call &call)
{
    SignInPage html;
    html.title = QStringLiteral("Causeway sandbox: you have signed out");
    html.lines = {QStringLiteral("You may close this window.")};
    return pageResponse(html, call.trace);
}

Response SignIn::proceed(OpenPage page, Call &call)
{
    const Principal *person = m_state.principal(page.person);
    if (!person)
        return errorPage(StsError(50034, {page.person, call.tenantWord}), call.trace, 200);
    const QString tenant = call.tenant ? call.tenant->id : person->tenant;
    const Principal *user = personIn(m_state, *person, tenant);
    if (!user)
        return errorPage(StsError(50020, {person->userPrincipalName, QStringLiteral("https://sts.windows.net/%1/").arg(person->tenant),
                                          call.tenant ? call.tenant->displayName : tenant, page.ask.client}), call.trace, 200);
    if (auto refusal = pageHurdle(*user, tenant, page.ask.client))
        return errorPage(*refusal, call.trace, 200);
    const PageButton cancel{"cancel", QStringLiteral("1"), QStringLiteral("Cancel"), {}, true};
    if (!page.secondFactor && wantsSecondFactor(*user, tenant, page.ask.client, *claimsParameter(page.ask.claims)))
        return asked(std::move(page), call, QStringLiteral("approve the second factor"),
                     {QStringLiteral("%1 needs a second factor here. In Azure, a telephone would ring now.").arg(user->userPrincipalName)},
                     {{"factor", QStringLiteral("approve"), QStringLiteral("Approve")}, {"factor", QStringLiteral("deny"), QStringLiteral("Deny")}, cancel});
    if (!page.consented && (wantsConsent(*user, tenant, page.ask.client) || page.ask.prompt == QLatin1String("consent")))
        return asked(std::move(page), call, QStringLiteral("permissions requested"),
                     {QStringLiteral("The application %1 would like to: %2").arg(page.ask.client, page.ask.scope)},
                     {{"consent", QStringLiteral("accept"), QStringLiteral("Accept")}, cancel});
    return complete(page, *user, call);
}

// --- the answer ---------------------------------------------------------------------------------------------------------

Response SignIn::complete(const OpenPage &page, const Principal &user, Call &call)
{
    const Principal &home = atHome(m_state, user);
    if (page.consented)
        m_grants.consent(page.ask.client, home.objectId);
    const Grant grant{home.objectId, user.tenant, page.ask.client, page.ask.scope, QUuid::createUuid().toString(QUuid::WithoutBraces), page.secondFactor,
                      call.trace.now};
    if (!page.ask.device.isEmpty())
        return deviceDecided(page, &grant, call);
    QList<QPair<QString, QString>> fields{{QStringLiteral("code"), m_grants.issue(CodeGrant{grant, page.ask, {}, false}, call.trace.now)},
                                          {QStringLiteral("client_info"), clientInfo(home)},
                                          {QStringLiteral("session_state"), grant.session}};
    return answered(page.ask, std::move(fields), call);
}

Response SignIn::refused(const AuthorizeAsk &ask, const StsError &error, Call &call)
{
    if (!ask.device.isEmpty())
        return deviceDecided(OpenPage{ask, {}, false, false, {}}, nullptr, call);
    const QLatin1String word(error.kind().error);
    QList<QPair<QString, QString>> fields{
        {QStringLiteral("error"), word == QLatin1String("invalid_grant") ? QStringLiteral("interaction_required") : QString(word)},
        {QStringLiteral("error_description"), stsDescription(error, call.trace)},
        {QStringLiteral("error_uri"), origin(call) + QStringLiteral("/error?code=%1").arg(error.number)}};
    if (error.number == 65004)
        fields.append({QStringLiteral("error_subcode"), QStringLiteral("cancel")});
    return answered(ask, std::move(fields), call);
}

static QByteArray formEncoded(const QList<QPair<QString, QString>> &fields)
{
    QByteArrayList parts;
    for (const auto &[name, value] : fields)
        parts.append(name.toUtf8() + '=' + value.toUtf8().toPercentEncoding(" ").replace(' ', '+'));
    return parts.join('&');
}

Response SignIn::answered(const AuthorizeAsk &ask, QList<QPair<QString, QString>> fields, Call &call) const
{
    if (!ask.state.isEmpty())
        fields.append({QStringLiteral("state"), ask.state});
    if (ask.responseMode == QLatin1String("form_post"))
        return postingPage(ask.redirectUri, fields, call.trace);
    // An address without a path gets its slash back in the query mode (Microsoft: redirect URI restrictions).
    const QUrl redirect(ask.redirectUri);
    const QString slash = redirect.path().isEmpty() ? QStringLiteral("/") : QString();
    Headers headers = call.trace.headers();
    headers.append({"location", (ask.redirectUri + slash).toUtf8() + (redirect.hasQuery() ? '&' : '?') + formEncoded(fields)});
    return Response::empty(302, headers);
}

} // namespace causeway::sandbox
