// SPDX-License-Identifier: Apache-2.0
#include "sandbox/providers/networkaddress.h"

#include <QHostAddress>
#include <QStringList>

namespace causeway::sandbox::network {

//! Decimal, no sign, no leading zero, at most `limit`.
static std::optional<quint32> plainNumber(const QString &text, quint32 limit)
{
    bool ok = false;
    const quint32 value = text.toUInt(&ok);
    return ok && value <= limit && QString::number(value) == text ? std::optional(value) : std::nullopt;
}

std::optional<quint32> addressFromText(const QString &text)
{
    const QStringList parts = text.split(QLatin1Char('.'));
    if (parts.size() != 4)
        return std::nullopt;
    quint32 address = 0;
    for (const QString &part : parts) {
        const std::optional<quint32> byte = plainNumber(part, 255);
        if (!byte)
            return std::nullopt;
        address = address << 8 | *byte;
    }
    return address;
}

QString addressText(quint32 address)
{
    return QHostAddress(address).toString();
}

std::optional<Prefix> prefixFromText(const QString &text)
{
    const qsizetype slash = text.indexOf(QLatin1Char('/'));
    if (slash < 0)
        return std::nullopt;
    const std::optional<quint32> address = addressFromText(text.left(slash));
    const std::optional<quint32> length = plainNumber(text.mid(slash + 1), 32);
    return address && length ? std::optional(Prefix{*address, int(*length)}) : std::nullopt;
}

QString prefixText(const Prefix &prefix)
{
    return addressText(prefix.address) + QLatin1Char('/') + QString::number(prefix.length);
}

bool isIpv6(const QString &text)
{
    const auto [address, length] = QHostAddress::parseSubnet(text);
    return text.contains(QLatin1Char(':')) && length >= 0 && address.protocol() == QAbstractSocket::IPv6Protocol;
}

std::optional<quint32> freeAddress(const Prefix &prefix, const QSet<quint32> &taken)
{
    for (quint64 one = quint64(prefix.first()) + 4; one < prefix.last(); ++one) {
        if (!taken.contains(quint32(one)))
            return quint32(one);
    }
    return std::nullopt;
}

} // namespace causeway::sandbox::network
