// SPDX-License-Identifier: Apache-2.0
#include "domain/ipv4.h"

#include <QStringList>

namespace causeway {

//! A decimal number without sign, spaces and leading zeros, at most `most`.
static std::optional<quint32> plainNumber(const QString &text, quint32 most)
{
    const bool isPlain = !text.isEmpty() && text.size() <= 3 && (text.size() == 1 || text.at(0) != QLatin1Char('0'));
    for (const QChar c : text)
        if (c < QLatin1Char('0') || c > QLatin1Char('9'))
            return std::nullopt;
    return isPlain && text.toUInt() <= most ? std::optional<quint32>(text.toUInt()) : std::nullopt;
}

std::optional<quint32> ipv4Address(const QString &text)
{
    const QStringList parts = text.left(64).split(QLatin1Char('.'));
    if (parts.size() != 4)
        return std::nullopt;
    quint32 address = 0;
    for (const QString &part : parts) {
        const auto number = plainNumber(part, 255);
        if (!number)
            return std::nullopt;
        address = address << 8 | *number;
    }
    return address;
}

QString ipv4Text(quint32 address)
{
    return QStringLiteral("%1.%2.%3.%4").arg(address >> 24).arg(address >> 16 & 255).arg(address >> 8 & 255).arg(address & 255);
}

static quint32 hostMask(int bits)
{
    return bits == 0 ? ~quint32(0) : (quint32(1) << (32 - bits)) - 1;
}

quint32 Ipv4Network::first() const
{
    return address & ~hostMask(bits);
}

quint32 Ipv4Network::last() const
{
    return address | hostMask(bits);
}

std::optional<Ipv4Network> ipv4Network(const QString &cidr)
{
    const QStringList parts = cidr.left(64).split(QLatin1Char('/'));
    const auto address = ipv4Address(parts.first());
    const auto bits = parts.size() == 2 ? plainNumber(parts.last(), 32) : std::nullopt;
    return address && bits ? std::optional(Ipv4Network{*address, int(*bits)}) : std::nullopt;
}

} // namespace causeway
