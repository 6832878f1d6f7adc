// SPDX-License-Identifier: Apache-2.0
#include "core/waiting.h"

#include <QProcess>
#include <QSocketNotifier>
#include <QTimer>

namespace causeway {

namespace {
// What a sleeper is woken with. The hold spans the gap between the timer and the resumption, in which
// virtual time must not move on.
struct Wake {
    bool ranOut = false;
    Clock::Hold hold;
};
} // namespace

QCoro::Task<bool> sleepOn(Clock *clock, Milliseconds time, Context context)
{
    if (context.cancelled())
        co_return false;
    OneShot<Wake> shot;
    const auto timer = clock->callAfter(time, [shot, clock] { shot.fire(Wake{true, clock->hold()}); });
    Wake wake;
    {
        const std::stop_callback onStop(context.stop, [shot, clock] { shot.fire(Wake{false, clock->hold()}); });
        wake = co_await shot.wait();
    }
    if (!wake.ranOut)
        clock->cancel(timer);
    co_return wake.ranOut && !context.cancelled();
}

QCoro::Task<SocketEvent> socketEvent(qintptr descriptor, SocketWait wait, Milliseconds budget, Context context)
{
    if (context.cancelled())
        co_return SocketEvent::Cancelled;
    OneShot<SocketEvent> shot;
    QSocketNotifier notifier(descriptor, wait == SocketWait::Writable ? QSocketNotifier::Write : QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &notifier, [shot, &notifier] {
        notifier.setEnabled(false);
        shot.fire(SocketEvent::Ready);
    });
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, &timer, [shot] { shot.fire(SocketEvent::DeadlinePassed); });
    timer.start(std::max(budget, Milliseconds(0)));
    const std::stop_callback onStop(context.stop, [shot] { shot.fire(SocketEvent::Cancelled); });
    const SocketEvent event = co_await shot.wait();
    co_return context.cancelled() ? SocketEvent::Cancelled : event;
}

QCoro::Task<Result<ProcessOutcome>> runProcess(QString program, QStringList arguments, PrepareProcess prepare, Context context)
{
    if (context.cancelled())
        co_return Error::cancelled();
    enum class End { Finished, NotStarted, Cancelled };
    OneShot<End> shot;
    QProcess process;
    if (prepare)
        prepare(process);
    QObject::connect(&process, &QProcess::finished, &process, [shot](int, QProcess::ExitStatus) { shot.fire(End::Finished); });
    QObject::connect(&process, &QProcess::errorOccurred, &process, [shot](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            shot.fire(End::NotStarted);
    });
    process.start(program, arguments, QIODevice::ReadOnly);
    const std::stop_callback onStop(context.stop, [shot] { shot.fire(End::Cancelled); });
    const End end = co_await shot.wait();
    if (end == End::NotStarted)
        co_return Error::internal(QStringLiteral("ProcessNotStarted"), program + QStringLiteral(": ") + process.errorString());
    if (end == End::Cancelled) {
        process.kill();
        process.waitForFinished(2000);
        co_return Error::cancelled();
    }
    ProcessOutcome outcome;
    outcome.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    outcome.out = process.readAllStandardOutput();
    outcome.err = process.readAllStandardError();
    co_return outcome;
}

} // namespace causeway
