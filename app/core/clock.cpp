// SPDX-License-Identifier: Apache-2.0
#include "core/clock.h"

#include <QDateTime>
#include <QMutex>
#include <QTimer>
#include <algorithm>
#include <cmath>
#include <vector>

namespace causeway {

QString toText(TimePoint time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), Qt::UTC).toString(Qt::ISODateWithMs);
}

TimePoint wallNow()
{
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

static qint64 steadyNow()
{
    return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

SystemClock::SystemClock(double scale, TimePoint start)
    : m_scale(scale), m_start(start.time_since_epoch().count()), m_wallStart(steadyNow())
{}

SystemClock::~SystemClock() = default;

TimePoint SystemClock::now() const
{
    const double gone = double(steadyNow() - m_wallStart.load()) * m_scale.load();
    return TimePoint(Milliseconds(m_start.load() + qint64(gone)));
}

void SystemClock::setScale(double scale)
{
    m_start = now().time_since_epoch().count();
    m_wallStart = steadyNow();
    m_scale = scale;
}

Clock::TimerId SystemClock::callAfter(Milliseconds delay, std::function<void()> callback)
{
    const TimerId id = ++m_last;
    auto timer = std::make_unique<QTimer>();
    timer->setSingleShot(true);
    timer->setTimerType(Qt::PreciseTimer);
    QObject::connect(timer.get(), &QTimer::timeout, [this, id, callback = std::move(callback)] {
        const auto kept = callback; // the timer owns this closure and goes now
        const auto found = m_timers.find(id);
        if (found != m_timers.end()) {
            found->second.release()->deleteLater();
            m_timers.erase(found);
        }
        kept();
    });
    timer->start(std::max(Milliseconds(0), Milliseconds(qint64(std::ceil(double(delay.count()) / m_scale.load())))));
    m_timers.emplace(id, std::move(timer));
    return id;
}

void SystemClock::cancel(TimerId timer)
{
    m_timers.erase(timer);
}

// Holds may outlive the clock (a cancelled reply that a thread still carries), so they share this block.
struct VirtualClock::Holds {
    QMutex mutex;
    VirtualClock *clock = nullptr;
    int count = 0;
};

VirtualClock::VirtualClock(TimePoint start) : m_holds(std::make_shared<Holds>()), m_now(start.time_since_epoch().count())
{
    m_holds->clock = this;
}

VirtualClock::~VirtualClock()
{
    const QMutexLocker lock(&m_holds->mutex);
    m_holds->clock = nullptr;
}

Clock::Hold VirtualClock::hold()
{
    {
        const QMutexLocker lock(&m_holds->mutex);
        ++m_holds->count;
    }
    return Hold(std::shared_ptr<void>(nullptr, [holds = m_holds](void *) {
        const QMutexLocker lock(&holds->mutex);
        if (--holds->count == 0 && holds->clock)
            holds->clock->checkSoon();
    }));
}

Clock::TimerId VirtualClock::callAfter(Milliseconds delay, std::function<void()> callback)
{
    const TimerId id = ++m_last;
    const qint64 due = m_now.load() + std::max<qint64>(0, delay.count());
    m_timers.emplace(due, Timer{id, std::move(callback)});
    checkSoon();
    return id;
}

void VirtualClock::cancel(TimerId timer)
{
    const auto found = std::find_if(m_timers.begin(), m_timers.end(), [timer](const auto &entry) { return entry.second.id == timer; });
    if (found != m_timers.end())
        m_timers.erase(found);
}

// Posted, so that every resumption which is already queued runs before time moves.
void VirtualClock::checkSoon()
{
    if (!m_checkPosted.exchange(true))
        QMetaObject::invokeMethod(this, &VirtualClock::check, Qt::QueuedConnection);
}

void VirtualClock::check()
{
    m_checkPosted = false;
    {
        const QMutexLocker lock(&m_holds->mutex);
        if (m_holds->count > 0)
            return; // the last hold asks again
    }
    if (m_timers.empty())
        return;
    const qint64 due = m_timers.begin()->first;
    m_now = std::max(m_now.load(), due);
    std::vector<std::function<void()>> ready;
    for (auto end = m_timers.upper_bound(due); m_timers.begin() != end;) {
        ready.push_back(std::move(m_timers.begin()->second.callback));
        m_timers.erase(m_timers.begin());
    }
    const Hold running = hold();
    for (const auto &callback : ready)
        callback();
}

} // namespace causeway
