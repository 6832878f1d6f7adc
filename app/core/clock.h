// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QString>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>

class QTimer;

namespace causeway {

using Milliseconds = std::chrono::milliseconds;
//! UTC, to the millisecond.
using TimePoint = std::chrono::sys_time<Milliseconds>;

//! RFC 3339 in UTC with milliseconds: 2026-11-20T07:27:31.208Z
QString toText(TimePoint time);
TimePoint wallNow();

//! The one source of time. Nobody else asks the system for it, so that a run can be simulated.
//!
//! A Clock belongs to one thread: callAfter() and cancel() are called there and callbacks run there,
//! from the event loop. now() and hold() may be called from any thread.
class Clock
{
public:
    using TimerId = quint64;

    //! While one lives, virtual time stands still: a request or an effect is in flight. Real clocks ignore it.
    class Hold
    {
    public:
        Hold() = default;
        explicit Hold(std::shared_ptr<void> token) : m_token(std::move(token)) {}

    private:
        std::shared_ptr<void> m_token;
    };

    Clock() = default;
    virtual ~Clock() = default;
    Q_DISABLE_COPY_MOVE(Clock)

    [[nodiscard]] virtual TimePoint now() const = 0;
    virtual TimerId callAfter(Milliseconds delay, std::function<void()> callback) = 0;
    virtual void cancel(TimerId timer) = 0;
    [[nodiscard]] virtual Hold hold() { return Hold(); }
};

//! Wall time, or wall time that runs faster: with scale 100 a minute of the clock is 0.6 s on the wall.
class SystemClock final : public Clock
{
public:
    explicit SystemClock(double scale = 1.0, TimePoint start = wallNow());
    ~SystemClock() override;

    [[nodiscard]] TimePoint now() const override;
    TimerId callAfter(Milliseconds delay, std::function<void()> callback) override;
    void cancel(TimerId timer) override;
    [[nodiscard]] double scale() const { return m_scale.load(); }
    //! Keeps now() continuous; timers that already run keep their wall time.
    void setScale(double scale);

private:
    std::atomic<double> m_scale;
    std::atomic<qint64> m_start;     // clock time at m_wallStart, ms
    std::atomic<qint64> m_wallStart; // steady ms
    TimerId m_last = 0;
    std::map<TimerId, std::unique_ptr<QTimer>> m_timers;
};

//! Time that advances only when nothing is in flight and everybody waits: then it jumps to the next timer.
class VirtualClock final : public QObject, public Clock
{
    Q_OBJECT
public:
    explicit VirtualClock(TimePoint start = wallNow());
    ~VirtualClock() override;

    [[nodiscard]] TimePoint now() const override { return TimePoint(Milliseconds(m_now.load())); }
    TimerId callAfter(Milliseconds delay, std::function<void()> callback) override;
    void cancel(TimerId timer) override;
    [[nodiscard]] Hold hold() override;

private:
    struct Timer {
        TimerId id;
        std::function<void()> callback;
    };
    void checkSoon();
    void check();

    struct Holds;
    std::shared_ptr<Holds> m_holds;
    std::atomic<qint64> m_now;
    std::atomic<bool> m_checkPosted = false;
    TimerId m_last = 0;
    std::multimap<qint64, Timer> m_timers;
};

} // namespace causeway
