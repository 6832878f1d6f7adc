// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <optional>

namespace causeway {

//! A dotted quad as Azure takes it: four decimal numbers without leading zeros.
std::optional<quint32> ipv4Address(const QString &text);
QString ipv4Text(quint32 address);

struct Ipv4Network {
    quint32 address = 0;
    int bits = 0;
    //! Of the network, host bits cleared.
    [[nodiscard]] quint32 first() const;
    [[nodiscard]] quint32 last() const;
    [[nodiscard]] bool overlaps(const Ipv4Network &other) const { return first() <= other.last() && other.first() <= last(); }
    [[nodiscard]] bool contains(const Ipv4Network &other) const { return first() <= other.first() && other.last() <= last(); }
};

//! "10.0.0.0/24"; bits 0–32, host bits as they come.
std::optional<Ipv4Network> ipv4Network(const QString &cidr);

} // namespace causeway
