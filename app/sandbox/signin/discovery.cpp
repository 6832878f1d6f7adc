// SPDX-License-Identifier: Apache-2.0
#include "sandbox/signin/signin.h"

#include <QUrl>

// Discovery: what strangers read before they send anything (facts: clouds, endpoints, discovery).

namespace causeway::sandbox {

Response SignIn::openIdConfiguration(const Call &call) const
{
    static const auto texts = [](std::initializer_list<const char *> words) {
        QJsonArray array;
        for (const char *word : words)
            array.append(QLatin1String(word));
        return array;
    };
    const QString root = origin(call) + QLatin1Char('/') + call.tenantWord;
    const bool adfs = call.tenantWord.compare(QLatin1String("adfs"), Qt::CaseInsensitive) == 0;
    // For "organizations" the issuer holds the literal {tenantid}: a client puts the tenant of the id_token there.
    const QString issuer = origin(call) + QLatin1Char('/') + (call.tenant ? call.tenant->id : QStringLiteral("{tenantid}"));
    const QString oauth = root + (call.version2 ? QStringLiteral("/oauth2/v2.0") : QStringLiteral("/oauth2"));
    return Response::json(200, {
        {QStringLiteral("issuer"), adfs ? root : issuer + (call.version2 ? QStringLiteral("/v2.0") : QStringLiteral("/"))},
        {QStringLiteral("authorization_endpoint"), oauth + QStringLiteral("/authorize")},
        {QStringLiteral("token_endpoint"), oauth + QStringLiteral("/token")},
        {QStringLiteral("device_authorization_endpoint"), oauth + QStringLiteral("/devicecode")},
        {QStringLiteral("end_session_endpoint"), oauth + QStringLiteral("/logout")},
        {QStringLiteral("jwks_uri"), root + (call.version2 ? QStringLiteral("/discovery/v2.0/keys") : QStringLiteral("/discovery/keys"))},
        {QStringLiteral("response_types_supported"), texts({"code"})},
        {QStringLiteral("response_modes_supported"), texts({"query", "form_post"})},
        {QStringLiteral("subject_types_supported"), texts({"pairwise"})},
        {QStringLiteral("scopes_supported"), texts({"openid", "profile", "email", "offline_access"})},
        {QStringLiteral("grant_types_supported"), texts({"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code",
                                                         "client_credentials", "password"})},
        {QStringLiteral("code_challenge_methods_supported"), texts({"S256"})},
        {QStringLiteral("token_endpoint_auth_methods_supported"), texts({"client_secret_post", "client_secret_basic", "private_key_jwt"})},
        {QStringLiteral("id_token_signing_alg_values_supported"), texts({"RS256"})},
        {QStringLiteral("claims_supported"), texts({"sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver", "oid"})},
        {QStringLiteral("tenant_region_scope"), call.tenant ? QJsonValue(QStringLiteral("EU")) : QJsonValue()},
        {QStringLiteral("cloud_instance_name"), origin(call).section(QStringLiteral("://"), 1)}});
}

Response SignIn::instances(const Call &call) const
{
    const QString host = origin(call).section(QStringLiteral("://"), 1);
    const QString asked = call.request.queryValue(QStringLiteral("authorization_endpoint"));
    if (!asked.isEmpty() && QUrl(asked).authority() != host)
        return stsResponse(StsError(50049), call.trace, call.request.origin);
    const QJsonObject metadata{{QStringLiteral("preferred_network"), host}, {QStringLiteral("preferred_cache"), host},
                               {QStringLiteral("aliases"), QJsonArray{host}}};
    const QString word = QUrl(asked).path().section(QLatin1Char('/'), 1, 1);
    return Response::json(200, {
        {QStringLiteral("tenant_discovery_endpoint"), QStringLiteral("%1/%2/v2.0/.well-known/openid-configuration").arg(origin(call), word.isEmpty() ? QStringLiteral("common") : word)},
        {QStringLiteral("api-version"), QStringLiteral("1.1")}, {QStringLiteral("metadata"), QJsonArray{metadata}}});
}

} // namespace causeway::sandbox
