// SPDX-License-Identifier: Apache-2.0
#include "sandbox/world.h"

#include <QCryptographicHash>
#include <QUrl>
#include <algorithm>

// The absolute links that a world hands out: signed operation URLs and the next page.

namespace causeway::sandbox {

//! Repeatable noise that looks like what Azure appends: unpadded base64url.
static QByteArray signatureNoise(const QByteArray &from, qsizetype length)
{
    QByteArray noise;
    for (int block = 0; noise.size() < length; ++block) {
        noise += QCryptographicHash::hash(from + QByteArray::number(block), QCryptographicHash::Sha512)
                     .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    }
    return noise.left(length);
}

//! t, c, s, h for a path: about 3.5 KB with the path, as recorded (facts: azure-postgresql-and-network §1.2.6).
static QByteArray signedQuery(quint64 seed, const QByteArray &path, const QByteArray &version, const QByteArray &ticks)
{
    const QByteArray secret = "causeway-" + QByteArray::number(seed);
    const QByteArray subject = secret + path + '\n' + version + '\n' + ticks;
    return "api-version=" + version + "&t=" + ticks + "&c=MII" + signatureNoise(secret, 2557) + "&s=" + signatureNoise(subject, 684) +
           "&h=" + signatureNoise("h" + subject, 43);
}

QByteArray World::signedUrl(const Call &call, const QString &path, const QString &apiVersion)
{
    const QByteArray encoded = QUrl::toPercentEncoding(path, "/");
    if (!m_state.setting(QStringLiteral("signedUrls"), true).toBool(true))
        return call.request.origin + encoded + "?api-version=" + apiVersion.toLatin1();
    // 18 digits: 100 ns since year 1, as .NET counts.
    const QByteArray ticks = QByteArray::number(call.now.time_since_epoch().count() * 10000 + 621355968000000000LL);
    return call.request.origin + encoded + '?' + signedQuery(m_state.seed, encoded, apiVersion.toLatin1(), ticks);
}

bool World::signatureHolds(const Call &call) const
{
    if (!m_state.setting(QStringLiteral("signedUrls"), true).toBool(true))
        return true;
    const QByteArray ticks = call.request.queryValue(QStringLiteral("t")).toLatin1();
    return call.request.rawQuery == signedQuery(m_state.seed, call.request.rawPath, call.version.toLatin1(), ticks);
}

static QByteArray withoutSkipToken(const QByteArray &rawQuery)
{
    QByteArray kept;
    for (const QByteArray &part : rawQuery.split('&')) {
        const QByteArray name = QByteArray::fromPercentEncoding(part.left(part.indexOf('=') < 0 ? part.size() : part.indexOf('=')));
        if (!part.isEmpty() && name.compare("$skiptoken", Qt::CaseInsensitive) != 0)
            kept += part + '&';
    }
    return kept;
}

Response World::page(const Call &call, const QJsonArray &items)
{
    const int size = m_state.setting(QStringLiteral("pageSize"), 0).toInt();
    const QString token = call.request.queryValue(QStringLiteral("$skiptoken"));
    const bool emptyFirst = token.isEmpty() && m_state.setting(QStringLiteral("emptyPage"), false).toBool();
    const int begin = std::clamp(token.toInt(), 0, int(items.size()));
    const int count = emptyFirst ? 0 : size > 0 ? std::min(size, int(items.size()) - begin) : int(items.size()) - begin;
    QJsonArray slice;
    for (int at = begin; at < begin + count; ++at)
        slice.append(items.at(at));
    QJsonObject body{{QStringLiteral("value"), slice}};
    if (emptyFirst || begin + count < items.size()) {
        const QByteArray next = call.request.origin + call.request.rawPath + '?' + withoutSkipToken(call.request.rawQuery) +
                                "%24skiptoken=" + (emptyFirst ? QByteArray("00") : QByteArray::number(begin + count));
        body.insert(QStringLiteral("nextLink"), QString::fromLatin1(next));
    }
    return Response::json(200, body);
}

} // namespace causeway::sandbox
