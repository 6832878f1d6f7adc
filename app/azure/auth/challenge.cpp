// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/challenge.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <cstring>

namespace causeway {

namespace {

constexpr qsizetype kLongestHeader = 64 * 1024;

//! Reads a header from left to right.
class ChallengeReader
{
public:
    explicit ChallengeReader(QByteArray text) : m_text(std::move(text)) {}

    QList<Challenge> read()
    {
        QList<Challenge> challenges;
        for (skip(" \t,"); m_at < m_text.size(); skip(" \t,")) {
            const QByteArray word = token().toLower();
            skip(" \t");
            if (word.isEmpty()) {
                ++m_at; // a stray character
            } else if (peek() == '=' && !challenges.isEmpty()) {
                ++m_at;
                skip(" \t=");
                const QByteArray text = value();
                if (!challenges.last().parameters.contains(word))
                    challenges.last().parameters.insert(word, text);
            } else {
                challenges.append(Challenge{word, {}});
            }
        }
        return challenges;
    }

private:
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text.at(m_at) : '\0'; }
    void skip(const char *these)
    {
        while (m_at < m_text.size() && qstrchr(these, m_text.at(m_at)))
            ++m_at;
    }
    static const char *qstrchr(const char *text, char wanted) { return wanted ? std::strchr(text, wanted) : nullptr; }

    QByteArray token()
    {
        const qsizetype start = m_at;
        while (m_at < m_text.size() && !qstrchr(" \t,=\"", m_text.at(m_at)))
            ++m_at;
        return m_text.mid(start, m_at - start);
    }

    QByteArray value()
    {
        if (peek() != '"')
            return token();
        QByteArray text;
        for (++m_at; m_at < m_text.size() && m_text.at(m_at) != '"'; ++m_at) {
            if (m_text.at(m_at) == '\\' && m_at + 1 < m_text.size())
                ++m_at;
            text += m_text.at(m_at);
        }
        ++m_at;
        return text;
    }

    QByteArray m_text;
    qsizetype m_at = 0;
};

QByteArray decodedClaims(QByteArray base64)
{
    base64.replace('-', '+').replace('_', '/');
    while (base64.endsWith('='))
        base64.chop(1);
    const auto decoded = QByteArray::fromBase64Encoding(base64, QByteArray::AbortOnBase64DecodingErrors | QByteArray::OmitTrailingEquals);
    if (!decoded || !QJsonDocument::fromJson(decoded.decoded).isObject())
        return {};
    return decoded.decoded;
}

} // namespace

QList<Challenge> parseChallenges(const QByteArray &header)
{
    return header.size() > kLongestHeader ? QList<Challenge>() : ChallengeReader(header).read();
}

QByteArray claimsChallengeOf(const HttpHeaders &headers)
{
    for (const auto &[name, value] : headers) {
        if (name.compare("WWW-Authenticate", Qt::CaseInsensitive) != 0)
            continue;
        for (const Challenge &challenge : parseChallenges(value)) {
            if (challenge.scheme != "bearer" || challenge.parameters.value("error").toLower() != "insufficient_claims")
                continue;
            if (const QByteArray claims = decodedClaims(challenge.parameters.value("claims")); !claims.isEmpty())
                return claims;
        }
    }
    return {};
}

QByteArray claimsParameter(const QByteArray &challenge)
{
    QJsonObject claims = QJsonDocument::fromJson(challenge).object();
    QJsonObject accessToken = claims.value(QLatin1String("access_token")).toObject();
    accessToken.insert(QStringLiteral("xms_cc"), QJsonObject{{QStringLiteral("values"), QJsonArray{QStringLiteral("CP1")}}});
    claims.insert(QStringLiteral("access_token"), accessToken);
    return QJsonDocument(claims).toJson(QJsonDocument::Compact);
}

} // namespace causeway
