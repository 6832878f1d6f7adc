// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/http/http.h"
#include "azure/http/origin.h"

#include <map>

namespace causeway {

//! The one table that says where each plane lives and which token it wants (design.md §7.8). A request names a plane and a
//! path, so that no link and no typing error can carry a bearer to another host.
class Planes
{
public:
    struct Entry {
        Origin origin;
        QString scope; //!< as Entra words it; empty: the plane takes no token
    };

    Planes() = default;
    explicit Planes(Entry arm) { m_entries.insert_or_assign(Plane::Arm, std::move(arm)); }
    void set(Plane plane, Entry entry) { m_entries.insert_or_assign(plane, std::move(entry)); }
    [[nodiscard]] Entry at(Plane plane) const
    {
        const auto found = m_entries.find(plane);
        return found == m_entries.end() ? Entry() : found->second;
    }

private:
    std::map<Plane, Entry> m_entries;
};

} // namespace causeway
