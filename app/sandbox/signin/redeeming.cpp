// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/assertion.h"
#include "sandbox/signin/signin.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QUuid>

// The token endpoint (RFC 6749 §4 and §6, RFC 7523, RFC 7636 §4.6; facts: requests, lifetimes, non-interactive credentials).

namespace causeway::sandbox {

static constexpr auto tokenBase64 = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

Response SignIn::token(Call &call)
{
    const Body body = redeem(call);
    if (body)
        return Response::json(200, *body, call.trace.headers());
    const bool device = call.form.value("grant_type").endsWith(QLatin1String("device_code"));
    Response response = stsResponse(body.error(), call.trace, call.request.origin);
    if (device && flag("signInDeviceErrorsAs200"))
        response.status = 200;
    return response;
}

SignIn::Body SignIn::redeem(Call &call)
{
    struct GrantType {
        const char *word;
        Body (SignIn::*redeem)(Call &, const Client &);
    };
    static constexpr GrantType types[] = {{"authorization_code", &SignIn::redeemCode},
                                          {"refresh_token", &SignIn::refresh},
                                          {"urn:ietf:params:oauth:grant-type:device_code", &SignIn::redeemDevice},
                                          {"device_code", &SignIn::redeemDevice},
                                          {"client_credentials", &SignIn::clientCredentials}};
    if (call.request.method != "POST")
        return stsFailure(900561, {QString::fromLatin1(call.request.method)});
    const QString type = call.form.value("grant_type");
    if (type.isEmpty())
        return stsFailure(900144, {QStringLiteral("grant_type")});
    if (!call.form.repeated().isEmpty() || !claimsParameter(call.form.value("claims")))
        return stsFailure(9002313);
    if (type == QLatin1String("password"))
        return password(call);
    const auto found = std::find_if(std::begin(types), std::end(types), [&](const GrantType &one) { return type == QLatin1String(one.word); });
    if (found == std::end(types))
        return stsFailure(70003, {type});
    const auto client = authenticatedClient(call);
    return client ? (this->*found->redeem)(call, *client) : tl::unexpected<StsError>(client.error());
}

// --- who asks -----------------------------------------------------------------------------------------------------------

StsResult<SignIn::Client> SignIn::authenticatedClient(Call &call)
{
    Client client{call.form.value("client_id").toLower()};
    QString secret = call.form.value("client_secret");
    bool presented = call.form.has("client_secret");
    if (const QByteArray basic = call.request.header("authorization"); basic.startsWith("Basic ")) { // RFC 6749 §2.3.1
        const QByteArray pair = QByteArray::fromBase64(basic.mid(6));
        client.id = QString::fromUtf8(QByteArray::fromPercentEncoding(pair.left(pair.indexOf(':')))).toLower();
        secret = QString::fromUtf8(QByteArray::fromPercentEncoding(pair.mid(pair.indexOf(':') + 1)));
        presented = true;
    }
    if (client.id.isEmpty())
        return stsFailure(900144, {QStringLiteral("client_id")});
    const Principal *named = principalNamed(m_state, client.id);
    if (named && named->kind == QLatin1String("ServicePrincipal")) {
        client.application = named;
        if (auto refusal = refuseSecret(call, *named, secret))
            return tl::unexpected<StsError>(*refusal);
        return client;
    }
    const bool application = call.form.value("grant_type") == QLatin1String("client_credentials");
    if (application || !knownClient(client.id))
        return stsFailure(700016, {client.id, call.tenant ? call.tenant->displayName : call.tenantWord});
    const bool tolerated = secret.isEmpty() && flag("signInEmptySecret");
    if (call.form.has("client_assertion") || (presented && !tolerated))
        return stsFailure(700025);
    return client;
}

std::optional<StsError> SignIn::refuseSecret(Call &call, const Principal &application, const QString &secret)
{
    if (call.form.has("client_assertion")) {
        if (call.form.value("client_assertion_type") != QLatin1String("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))
            return StsError(900144, {QStringLiteral("client_assertion_type")});
        AssertionPlace place{{}, call.trace.now};
        for (const QString &tenant : {call.tenantWord, call.tenant ? call.tenant->id : application.tenant}) {
            const QString root = origin(call) + QLatin1Char('/') + tenant;
            place.audiences += {root + QStringLiteral("/oauth2/v2.0/token"), root + QStringLiteral("/oauth2/token"), root + QStringLiteral("/v2.0"), root + QLatin1Char('/')};
        }
        return refuseAssertion(call.form.value("client_assertion"), application, place, m_grants);
    }
    if (secret.isEmpty())
        return StsError(7000218);
    const bool right = !application.secret.isEmpty() && Secret(secret.toUtf8()).equals(Secret(application.secret.toUtf8()));
    return right ? std::nullopt : std::optional<StsError>(StsError(7000215, {application.clientId}));
}

// --- what for -----------------------------------------------------------------------------------------------------------

//! `otherwise`: what the grant was for, when this request does not say. The first version's requests name a resource.
StsResult<WantedScopes> SignIn::scopesFor(const Call &call, const QString &otherwise) const
{
    QString scope = call.form.value("scope");
    if (const QString resource = call.form.value("resource"); !call.version2 && !resource.isEmpty())
        scope = resource + QStringLiteral("/.default openid profile offline_access");
    auto wanted = wantedScopes(scope.isEmpty() ? otherwise : scope, call.request.origin, call.tenantWord, false);
    if (wanted && wanted->resource.isEmpty() && wanted->permissions.isEmpty() && !wanted->openId)
        return scope.isEmpty() ? stsFailure(28003) : stsFailure(28002, {scope});
    return wanted;
}

std::chrono::seconds SignIn::tokenLife(const QJsonObject &claims) const
{
    if (const int fixed = m_state.setting(QStringLiteral("signInTokenSeconds")).toInt(); fixed > 0)
        return std::chrono::seconds(fixed);
    const QJsonArray capabilities = claims.value(QLatin1String("access_token")).toObject().value(QLatin1String("xms_cc")).toObject().value(QLatin1String("values")).toArray();
    const bool long_ = std::any_of(capabilities.begin(), capabilities.end(), [](const QJsonValue &one) { return one.toString().compare(QLatin1String("cp1"), Qt::CaseInsensitive) == 0; });
    auto *chance = QRandomGenerator::system();
    return long_ ? std::chrono::seconds(chance->bounded(24 * 3600, 28 * 3600)) : std::chrono::seconds(chance->bounded(60 * 60, 90 * 60));
}

// --- the grants ---------------------------------------------------------------------------------------------------------

SignIn::Body SignIn::redeemCode(Call &call, const Client &client)
{
    const QString text = call.form.value("code"), redirect = call.form.value("redirect_uri");
    if (text.isEmpty())
        return stsFailure(900144, {QStringLiteral("code")});
    CodeGrant *code = m_grants.code(text);
    const QJsonObject asGrant{{QStringLiteral("error"), QStringLiteral("invalid_grant")}};
    if (!code)
        return stsFailure(9002313, {}, asGrant);
    if (code->spent)
        return stsFailure(54005);
    if (code->issued + Grants::codeLife < call.trace.now)
        return stsFailure(70008);
    if (code->grant.client != client.id)
        return stsFailure(70000, {QStringLiteral("code")});
    if (call.tenant && call.tenant->id != code->grant.tenant)
        return stsFailure(700005);
    if (redirect != code->ask.redirectUri) // byte by byte
        return stsFailure(500112, {redirect, code->ask.redirectUri});
    const QByteArray hash = QCryptographicHash::hash(call.form.value("code_verifier").toUtf8(), QCryptographicHash::Sha256).toBase64(tokenBase64);
    if (!code->ask.challenge.isEmpty() && hash != code->ask.challenge.toLatin1())
        return stsFailure(501481);
    const auto scopes = scopesFor(call, code->grant.scope);
    if (!scopes)
        return tl::unexpected<StsError>(scopes.error());
    code->spent = true;
    const Principal *home = m_state.principal(code->grant.person);
    const Principal *user = home ? personIn(m_state, *home, code->grant.tenant) : nullptr;
    if (!user)
        return stsFailure(50034, {code->grant.person, code->grant.tenant});
    return issue(call, code->grant, *user, *scopes, code->ask.nonce);
}

//! Any tenant that knows the user, any resource: a refresh token is bound to user and client alone.
SignIn::Body SignIn::refresh(Call &call, const Client &client)
{
    const QString text = call.form.value("refresh_token");
    if (text.isEmpty())
        return stsFailure(900144, {QStringLiteral("refresh_token")});
    auto known = m_grants.read(text, call.trace.now);
    if (!known)
        return tl::unexpected<StsError>(known.error());
    if (known->grant.client != client.id)
        return stsFailure(70000, {QStringLiteral("refresh_token")}, {{QStringLiteral("suberror"), QStringLiteral("client_mismatch")}});
    const auto scopes = scopesFor(call, known->grant.scope);
    if (!scopes)
        return tl::unexpected<StsError>(scopes.error());
    const Principal *home = m_state.principal(known->grant.person);
    if (!home)
        return stsFailure(50034, {known->grant.person, call.tenantWord});
    Grant grant = known->grant;
    grant.tenant = call.tenant ? call.tenant->id : home->tenant;
    const Principal *user = personIn(m_state, *home, grant.tenant);
    if (!user)
        return stsFailure(50020, {home->userPrincipalName, QStringLiteral("https://sts.windows.net/%1/").arg(home->tenant),
                                  call.tenant ? call.tenant->displayName : grant.tenant, client.id});
    const QString resource = scopes->audience ? QLatin1String(scopes->audience->applicationId) : scopes->resource;
    if (auto hurdle = silentHurdle(*user, grant.tenant, grant, resource, *claimsParameter(call.form.value("claims"))))
        return tl::unexpected<StsError>(*hurdle);
    if (flag("signInStrictRefresh") && !m_grants.spend(*known))
        return stsFailure(50173, {toText(known->issued), toText(call.trace.now)});
    return issue(call, grant, *user, *scopes, {});
}

SignIn::Body SignIn::clientCredentials(Call &call, const Client &client)
{
    const bool concrete = call.tenant || call.tenantWord.compare(QLatin1String("adfs"), Qt::CaseInsensitive) == 0;
    const auto scopes = scopesFor(call, {});
    if (!scopes)
        return tl::unexpected<StsError>(scopes.error());
    if (scopes->permissions != QStringList{QStringLiteral(".default")})
        return stsFailure(1002012, {call.form.value("scope")});
    if (!concrete && !flag("signInApplicationsAnywhere"))
        return stsFailure(50059);
    if (call.tenant && call.tenant->id != client.application->tenant)
        return stsFailure(700016, {client.id, call.tenant->displayName});
    return issue(call, Grant{client.application->objectId, client.application->tenant, client.id, {}, {}, false, call.trace.now}, *client.application, *scopes, {});
}

SignIn::Body SignIn::password(Call &call)
{
    const QString name = call.form.value("username");
    const Principal *user = principalNamed(m_state, name);
    if (!user || user->kind != QLatin1String("User"))
        return stsFailure(50034, {name, call.tenantWord});
    if (user->secret.isEmpty() || !Secret(call.form.value("password").toUtf8()).equals(Secret(user->secret.toUtf8())))
        return stsFailure(50126);
    const auto scopes = scopesFor(call, {});
    if (!scopes)
        return tl::unexpected<StsError>(scopes.error());
    const Grant grant{user->objectId, call.tenant ? call.tenant->id : user->tenant, call.form.value("client_id").toLower(), call.form.value("scope"),
                      QUuid::createUuid().toString(QUuid::WithoutBraces), false, call.trace.now};
    const Principal *there = personIn(m_state, *user, grant.tenant);
    if (!there)
        return stsFailure(50034, {name, call.tenantWord});
    if (auto hurdle = silentHurdle(*there, grant.tenant, grant, scopes->resource, *claimsParameter(call.form.value("claims"))))
        return tl::unexpected<StsError>(*hurdle);
    return issue(call, grant, *there, *scopes, {});
}

// --- the tokens ---------------------------------------------------------------------------------------------------------

static QJsonObject identityClaims(const Principal &user, const Grant &grant, const QString &origin, const QString &nonce, TimePoint now)
{
    const qint64 seconds = now.time_since_epoch().count() / 1000;
    QJsonObject claims{{QStringLiteral("ver"), QStringLiteral("2.0")}, {QStringLiteral("iss"), QStringLiteral("%1/%2/v2.0").arg(origin, user.tenant)},
                       {QStringLiteral("aud"), grant.client}, {QStringLiteral("iat"), seconds}, {QStringLiteral("nbf"), seconds}, {QStringLiteral("exp"), seconds + 3600},
                       {QStringLiteral("sub"), user.objectId}, {QStringLiteral("oid"), user.objectId}, {QStringLiteral("tid"), user.tenant},
                       {QStringLiteral("sid"), grant.session}, {QStringLiteral("name"), user.displayName}, {QStringLiteral("preferred_username"), user.userPrincipalName}};
    if (!nonce.isEmpty())
        claims.insert(QStringLiteral("nonce"), nonce);
    return claims;
}

SignIn::Body SignIn::issue(Call &call, const Grant &grant, const Principal &user, const WantedScopes &scopes, const QString &nonce)
{
    const bool person = user.kind == QLatin1String("User");
    const Principal &home = atHome(m_state, user);
    const QJsonObject claims = *claimsParameter(call.form.value("claims"));
    const auto life = tokenLife(claims);
    QJsonObject more{{QStringLiteral("appid"), grant.client}};
    if (person) {
        more.insert(QStringLiteral("scp"), QStringLiteral("user_impersonation"));
        more.insert(QStringLiteral("sid"), grant.session);
        more.insert(QStringLiteral("amr"), grant.secondFactor ? QJsonArray{QStringLiteral("pwd"), QStringLiteral("mfa")} : QJsonArray{QStringLiteral("pwd")});
        if (grant.secondFactor)
            more.insert(QStringLiteral("acrs"), QJsonArray{QStringLiteral("p1")});
    }
    // Without a resource the token is for the user's own profile.
    const QString audience = scopes.resource.isEmpty() ? QStringLiteral("https://graph.microsoft.com") : scopes.resource;
    const Secret access = m_mint.issue(user, audience, QStringLiteral("%1/%2/").arg(origin(call), user.tenant), call.trace.now, life, more);
    QJsonObject body{{QStringLiteral("token_type"), QStringLiteral("Bearer")}, {QStringLiteral("expires_in"), qint64(life.count())},
                     {QStringLiteral("ext_expires_in"), qint64(life.count())}, {QStringLiteral("access_token"), QString::fromLatin1(access.reveal())}};
    if (life >= std::chrono::hours(2))
        body.insert(QStringLiteral("refresh_in"), qint64(life.count() / 2));
    if (!call.version2) { // its numbers are texts
        const qint64 seconds = call.trace.now.time_since_epoch().count() / 1000;
        for (const char *name : {"expires_in", "ext_expires_in"})
            body.insert(QLatin1String(name), QString::number(life.count()));
        body.insert(QStringLiteral("resource"), call.form.value("resource"));
        body.insert(QStringLiteral("not_before"), QString::number(seconds));
        body.insert(QStringLiteral("expires_on"), QString::number(seconds + life.count()));
    }
    if (!person)
        return body;
    body.insert(QStringLiteral("scope"), scopes.granted());
    if (scopes.offline || call.form.value("grant_type") == QLatin1String("refresh_token"))
        body.insert(QStringLiteral("refresh_token"), m_grants.refreshToken(grant, call.trace.now));
    if (scopes.openId)
        body.insert(QStringLiteral("id_token"), QString::fromLatin1(m_key.sign(identityClaims(user, grant, origin(call), nonce, call.trace.now))));
    if (call.form.value("client_info") == QLatin1String("1"))
        body.insert(QStringLiteral("client_info"), clientInfo(home));
    return body;
}

} // namespace causeway::sandbox
