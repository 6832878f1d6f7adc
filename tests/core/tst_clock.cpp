// SPDX-License-Identifier: Apache-2.0
#include "core/waiting.h"
#include "tests/support/coro.h"

#include <QTest>
#include <QThread>

using namespace causeway;
using namespace std::chrono_literals;

namespace {

QCoro::Task<TimePoint> sleepTwice(Clock *clock, Milliseconds first, Milliseconds second)
{
    Context context;
    co_await sleepOn(clock, first, context);
    co_await sleepOn(clock, second, context);
    co_return clock->now();
}

QCoro::Task<bool> sleepOnce(Clock *clock, Milliseconds time, Context context)
{
    const bool ranOut = co_await sleepOn(clock, time, context);
    co_return ranOut;
}

} // namespace

class TestClock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void virtualTimeJumpsWhenEverybodyWaits()
    {
        const TimePoint start(1000000ms);
        VirtualClock clock(start);
        auto slow = sleepTwice(&clock, 5min, 1h);
        auto quick = sleepTwice(&clock, 10s, 10s);
        QCOMPARE((test::await(std::move(quick)) - start).count(), Milliseconds(20s).count());
        QCOMPARE((test::await(std::move(slow)) - start).count(), Milliseconds(65min).count());
    }

    void aHoldStopsVirtualTime()
    {
        VirtualClock clock(TimePoint(0ms));
        auto hold = std::make_unique<Clock::Hold>(clock.hold());
        bool fired = false;
        clock.callAfter(1min, [&] { fired = true; });
        for (int i = 0; i < 50; ++i)
            QCoreApplication::processEvents();
        QVERIFY(!fired);
        QCOMPARE(clock.now().time_since_epoch().count(), 0);
        // Released on another thread, as a finished effect does.
        std::unique_ptr<QThread> thread(QThread::create([moved = std::move(hold)]() mutable { moved.reset(); }));
        thread->start();
        QTRY_VERIFY(fired);
        thread->wait();
        QCOMPARE(clock.now().time_since_epoch().count(), 60000);
    }

    void cancellingWakesASleeperAtOnce()
    {
        SystemClock clock;
        std::stop_source stop;
        Context context;
        context.stop = stop.get_token();
        auto sleeper = sleepOnce(&clock, 1h, context);
        std::unique_ptr<QThread> thread(QThread::create([&] { stop.request_stop(); }));
        thread->start();
        QCOMPARE(test::await(std::move(sleeper), 5), false);
        thread->wait();
        QCOMPARE(test::await(sleepOnce(&clock, 1h, context), 5), false);
    }

    void aFasterClockRunsFaster()
    {
        SystemClock clock(1000.0, TimePoint(0ms));
        Context context;
        QVERIFY(test::await(sleepOnce(&clock, 20s, context), 5)); // 20 ms on the wall
        QVERIFY(clock.now() >= TimePoint(20s));
    }
};

QTEST_GUILESS_MAIN(TestClock)
#include "tst_clock.moc"
