// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSet>
#include <QString>
#include <optional>

namespace causeway::sandbox::network {

//! A block of IPv4 addresses in CIDR notation, host bits as written.
struct Prefix {
    quint32 address = 0;
    int length = 32;

    [[nodiscard]] quint32 mask() const { return length == 0 ? 0 : ~quint32(0) << (32 - length); }
    [[nodiscard]] quint32 first() const { return address & mask(); }
    [[nodiscard]] quint32 last() const { return first() | ~mask(); }
    [[nodiscard]] quint64 size() const { return quint64(1) << (32 - length); }
    [[nodiscard]] bool aligned() const { return first() == address; }
    [[nodiscard]] bool contains(quint32 one) const { return one >= first() && one <= last(); }
    [[nodiscard]] bool contains(const Prefix &other) const { return contains(other.first()) && contains(other.last()); }
    [[nodiscard]] bool overlaps(const Prefix &other) const { return first() <= other.last() && other.first() <= last(); }
    //! Azure keeps the first four and the last address of every subnet for itself.
    [[nodiscard]] bool reserved(quint32 one) const { return one < first() + 4 || one == last(); }
};

std::optional<quint32> addressFromText(const QString &text); //!< four decimal parts, no leading zeros
QString addressText(quint32 address);
std::optional<Prefix> prefixFromText(const QString &text);
QString prefixText(const Prefix &prefix);
//! IPv6 parts of dual-stack networks are kept, not looked into.
bool isIpv6(const QString &text);
//! The lowest address that is neither reserved nor taken.
std::optional<quint32> freeAddress(const Prefix &prefix, const QSet<quint32> &taken);

} // namespace causeway::sandbox::network
