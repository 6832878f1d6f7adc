// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"

#include <QString>
#include <functional>
#include <optional>
#include <stop_token>

namespace causeway {

//! Passed last and by value to everything that takes time. Cancelling aborts what is in flight.
struct Context {
    std::stop_token stop;
    std::optional<TimePoint> deadline;             //!< on the Clock in use
    std::function<void(const QString &)> progress; //!< what is waited for, for people; may be empty

    [[nodiscard]] bool cancelled() const { return stop.stop_requested(); }
    void say(const QString &what) const
    {
        if (progress)
            progress(what);
    }
};

} // namespace causeway
