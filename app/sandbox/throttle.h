// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/state.h"

namespace causeway::sandbox {

//! ARM's token buckets, one for each principal and subscription (or tenant) and kind of call, and one over all
//! principals that is fifteen times as large (request-limits-and-throttling). Switches: see switches.h.
class Throttle
{
public:
    //! Takes a token; nothing when there is none, with the seconds until there is one in `retryAfter`.
    //! Otherwise the counters as headers.
    std::optional<Headers> take(const Request &request, const State &state, TimePoint now, int *retryAfter);

private:
    struct Bucket {
        double used = 0;
        TimePoint at{};
        void refill(double perSecond, TimePoint now);
    };
    QHash<QString, Bucket> m_buckets;
};

} // namespace causeway::sandbox
