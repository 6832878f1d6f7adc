// SPDX-License-Identifier: Apache-2.0
#include "core/secret.h"

namespace causeway {

bool Secret::equals(const Secret &other) const
{
    if (m_utf8.size() != other.m_utf8.size())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < m_utf8.size(); ++i)
        difference |= static_cast<unsigned char>(m_utf8[i]) ^ static_cast<unsigned char>(other.m_utf8[i]);
    return difference == 0;
}

} // namespace causeway
