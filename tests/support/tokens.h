// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/tokenanswer.h"

#include <QJsonDocument>

//! Answers of a token endpoint, for tests of what becomes of them.
namespace causeway::test {

inline const QString kClient = QStringLiteral("00001111-aaaa-2222-bbbb-3333cccc4444");
inline const QString kUser = QStringLiteral("aaaaaaaa-1111-2222-3333-444444444444");
inline const QString kHomeTenant = QStringLiteral("bbbbbbbb-1111-2222-3333-444444444444");
inline const QString kGuestTenant = QStringLiteral("cccccccc-1111-2222-3333-444444444444");
inline const QString kHomeId = kUser + QLatin1Char('.') + kHomeTenant;

inline QByteArray unpadded(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

inline QString clientInfo(const QString &uid, const QString &utid)
{
    return QString::fromLatin1(unpadded(QJsonDocument(QJsonObject{{QStringLiteral("uid"), uid}, {QStringLiteral("utid"), utid}}).toJson(QJsonDocument::Compact)));
}

//! Of a public client: "AT-1" for ARM and an hour, "RT-1", an unsigned id token.
inline TokenAnswer tokenAnswer(TimePoint now, const QString &tenant = kHomeTenant)
{
    TokenAnswer answer;
    answer.access.token = Secret("AT-1");
    answer.access.expires = now + std::chrono::hours(1);
    answer.extendedExpires = answer.access.expires;
    answer.refreshToken = Secret("RT-1");
    answer.idClaims = {{QStringLiteral("iss"), QStringLiteral("https://login.microsoftonline.com/%1/v2.0").arg(tenant)}, {QStringLiteral("aud"), kClient}, {QStringLiteral("sub"), QStringLiteral("subject")},
                       {QStringLiteral("oid"), kUser}, {QStringLiteral("tid"), tenant}, {QStringLiteral("preferred_username"), QStringLiteral("ada@contoso.example")},
                       {QStringLiteral("name"), QStringLiteral("Ada")}};
    answer.idToken = Secret(unpadded(R"({"alg":"none"})") + '.' + unpadded(QJsonDocument(answer.idClaims).toJson(QJsonDocument::Compact)) + '.');
    answer.clientInfo = clientInfo(kUser, kHomeTenant);
    answer.scope = QStringLiteral("https://management.azure.com/.default");
    answer.tokenType = QStringLiteral("Bearer");
    return answer;
}

} // namespace causeway::test
