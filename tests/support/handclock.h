// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"

#include <map>

namespace causeway::test {

//! A clock that a test moves on by hand: what waits, waits until then, however slow the machine is.
class HandClock final : public Clock
{
public:
    [[nodiscard]] TimePoint now() const override { return m_now; }
    TimerId callAfter(Milliseconds delay, std::function<void()> callback) override
    {
        m_timers.emplace(m_now + delay, Timer{++m_last, std::move(callback)});
        return m_last;
    }
    void cancel(TimerId timer) override
    {
        std::erase_if(m_timers, [timer](const auto &each) { return each.second.id == timer; });
    }

    //! Calls what is due on the way, in order.
    void advance(Milliseconds by)
    {
        const TimePoint end = m_now + by;
        while (!m_timers.empty() && m_timers.begin()->first <= end) {
            m_now = std::max(m_now, m_timers.begin()->first);
            const auto callback = std::move(m_timers.extract(m_timers.begin()).mapped().callback);
            callback();
        }
        m_now = end;
    }

private:
    struct Timer {
        TimerId id;
        std::function<void()> callback;
    };
    TimePoint m_now = wallNow();
    TimerId m_last = 0;
    std::multimap<TimePoint, Timer> m_timers;
};

} // namespace causeway::test
