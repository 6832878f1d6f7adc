// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/tokenendpoint.h"
#include "azure/http/memorytransport.h"
#include "tests/support/authorityscript.h"
#include "tests/support/coro.h"

// What a token endpoint answers when all is well, and the parts of it that tests change.
namespace causeway::test {

inline const QString tenantId = QStringLiteral("525ce356-c43c-4eed-860e-112f387e6af6");
inline const QString ownClient = QStringLiteral("c0ffee00-0000-4000-8000-000000000001");
inline const QString armScope = QStringLiteral("https://management.azure.com/.default");
inline const TimePoint noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);

inline qint64 seconds(TimePoint time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

inline CloudProfile publicCloud()
{
    return clouds().first();
}

inline TokenExpectation expected(const QByteArray &nonce = "n-1")
{
    return {*Authority::make(publicCloud(), tenantId), publicCloud(), ownClient, withOpenIdScopes(armScope), nonce};
}

inline QJsonObject identity(const QJsonObject &changes = {})
{
    QJsonObject claims{{QStringLiteral("iss"), QStringLiteral("https://login.microsoftonline.com/%1/v2.0").arg(tenantId)}, {QStringLiteral("aud"), ownClient},
                       {QStringLiteral("tid"), tenantId}, {QStringLiteral("nonce"), QStringLiteral("n-1")}, {QStringLiteral("nbf"), seconds(noon) - 300},
                       {QStringLiteral("exp"), seconds(noon) + 3600}};
    for (auto it = changes.begin(); it != changes.end(); ++it)
        claims.insert(it.key(), it.value());
    return claims;
}

inline QJsonObject goodBody(const QJsonObject &changes = {}, const QJsonObject &claims = identity())
{
    QJsonObject body{{QStringLiteral("token_type"), QStringLiteral("Bearer")}, {QStringLiteral("scope"), armScope}, {QStringLiteral("expires_in"), 4000},
                     {QStringLiteral("access_token"), QStringLiteral("AT")}, {QStringLiteral("refresh_token"), QStringLiteral("RT")},
                     {QStringLiteral("id_token"), QString::fromLatin1(ScriptedAuthority::jwt(claims))}};
    for (auto it = changes.begin(); it != changes.end(); ++it) {
        if (it.value().isNull())
            body.remove(it.key());
        else
            body.insert(it.key(), it.value());
    }
    return body;
}

inline HttpResponse answer(const QJsonObject &body, int status = 200, const HttpHeaders &headers = {})
{
    return {status, headers, QJsonDocument(body).toJson(QJsonDocument::Compact)};
}

inline HttpHeaders dated(TimePoint time)
{
    const QDateTime date = QDateTime::fromSecsSinceEpoch(seconds(time), Qt::UTC);
    return {{"Date", QLocale::c().toString(date, QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'")).toLatin1()}};
}

struct Endpoint {
    VirtualClock clock{noon};
    MemoryTransport transport{clock};
    TokenEndpoint endpoint{transport, clock, publicCloud()};
    Authority authority = *Authority::make(publicCloud(), tenantId);
    Result<TokenAnswer> refresh(const QByteArray &claims = {})
    {
        return await(endpoint.refresh(authority, ownClient, Secret("R+T/%2B="), armScope, claims, Context()));
    }
    Result<TokenAnswer> redeem()
    {
        const FormFields fields{{"grant_type", QStringLiteral("authorization_code")}, {"code", QStringLiteral("c")}};
        return await(endpoint.token(expected(), fields, Context()));
    }
    QString sent(const char *field)
    {
        ReceivedRequest request;
        request.body = transport.requests().last().body;
        return request.form(field);
    }
};

} // namespace causeway::test
