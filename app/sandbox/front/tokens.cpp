// SPDX-License-Identifier: Apache-2.0
#include "sandbox/front/tokens.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>
#include <QUuid>

namespace causeway::sandbox {

static constexpr auto urlSafe = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

TokenMint::TokenMint()
{
    quint32 words[8];
    QRandomGenerator::system()->fillRange(words);
    m_key = QByteArray(reinterpret_cast<const char *>(words), sizeof words);
}

QByteArray TokenMint::signature(const QByteArray &text) const
{
    return QMessageAuthenticationCode::hash(text, m_key, QCryptographicHash::Sha256).toBase64(urlSafe);
}

Secret TokenMint::issue(const Principal &principal, const QString &audience, const QString &issuer, TimePoint now,
                        std::chrono::seconds life, const QJsonObject &more) const
{
    const qint64 seconds = now.time_since_epoch().count() / 1000;
    const bool user = principal.kind == QLatin1String("User");
    QJsonObject claims{
        {QStringLiteral("aud"), audience}, {QStringLiteral("iss"), issuer},
        {QStringLiteral("iat"), seconds}, {QStringLiteral("nbf"), seconds}, {QStringLiteral("exp"), seconds + life.count()},
        {QStringLiteral("tid"), principal.tenant}, {QStringLiteral("oid"), principal.objectId},
        {QStringLiteral("sub"), principal.objectId}, {QStringLiteral("ver"), QStringLiteral("1.0")},
        {QStringLiteral("idtyp"), user ? QStringLiteral("user") : QStringLiteral("app")},
        {QStringLiteral("uti"), QUuid::createUuid().toString(QUuid::Id128)}};
    if (user) {
        claims.insert(QStringLiteral("upn"), principal.userPrincipalName);
        claims.insert(QStringLiteral("unique_name"), principal.userPrincipalName);
        claims.insert(QStringLiteral("name"), principal.displayName);
    } else {
        claims.insert(QStringLiteral("appid"), principal.clientId);
    }
    for (auto it = more.begin(); it != more.end(); ++it)
        claims.insert(it.key(), it.value());
    const QByteArray head = QByteArrayLiteral("{\"typ\":\"JWT\",\"alg\":\"HS256\"}");
    const QByteArray text = head.toBase64(urlSafe) + '.' + QJsonDocument(claims).toJson(QJsonDocument::Compact).toBase64(urlSafe);
    return Secret(text + '.' + signature(text));
}

std::optional<TokenMint::Known> TokenMint::read(const QByteArray &token) const
{
    const qsizetype dot = token.lastIndexOf('.');
    const QByteArray text = token.left(dot);
    if (dot < 0 || !Secret(signature(text)).equals(Secret(token.mid(dot + 1))))
        return std::nullopt;
    const QByteArray payload = QByteArray::fromBase64(text.mid(text.indexOf('.') + 1), urlSafe);
    const QJsonObject claims = QJsonDocument::fromJson(payload).object();
    Bearer bearer{Verdict::Good, claims.value(QLatin1String("oid")).toString(), claims.value(QLatin1String("idtyp")).toString() == QLatin1String("user"),
                  claims.value(QLatin1String("acrs")).toArray().contains(QStringLiteral("p1"))};
    return Known{std::move(bearer), claims.value(QLatin1String("aud")).toString().toUtf8(),
                 qint64(claims.value(QLatin1String("exp")).toDouble())};
}

static bool isArmAudience(QByteArray audience, const QByteArray &origin)
{
    static const QList<QByteArray> known{"https://management.azure.com", "https://management.core.windows.net",
                                         "https://management.chinacloudapi.cn", "https://management.usgovcloudapi.net"};
    while (audience.endsWith('/'))
        audience.chop(1);
    return known.contains(audience) || audience == origin;
}

TokenMint::Bearer TokenMint::check(const QByteArray &token, const QByteArray &origin, TimePoint now)
{
    auto found = m_seen.constFind(token);
    if (found == m_seen.constEnd()) {
        const auto known = read(token);
        if (!known)
            return {};
        if (m_seen.size() >= 1000)
            m_seen.clear();
        found = m_seen.insert(token, *known);
    }
    if (found->expires <= now.time_since_epoch().count() / 1000)
        return {Verdict::Expired, found->bearer.principal};
    Bearer bearer = found->bearer;
    if (!isArmAudience(found->audience, origin))
        bearer.verdict = Verdict::WrongAudience;
    return bearer;
}

} // namespace causeway::sandbox
