// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.h"
#include "core/context.h"
#include "core/result.h"

#include <QByteArray>
#include <QCoroTask>
#include <QMetaObject>
#include <QMutex>
#include <QObject>
#include <QStringList>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

class QProcess;

namespace causeway {

//! Fired once, from any thread, and awaited once. The only awaiter of the house beside the HTTP transport:
//! QCoro 0.8's own awaiters of Qt objects can resume inside the emitter or touch freed memory.
//! A coroutine resumes from the event loop of the thread that awaited, never inside fire().
template <class T>
class OneShot
{
public:
    OneShot() : m_state(std::make_shared<State>()) {}

    //! True for the first caller, whose value it is; everybody else is ignored.
    bool fire(T value) const
    {
        const QMutexLocker lock(&m_state->mutex);
        if (m_state->fired)
            return false;
        m_state->fired = true;
        m_state->value.emplace(std::move(value));
        if (m_state->handle)
            postResume(m_state);
        return true;
    }

    QCoro::Task<T> wait()
    {
        Awaiter awaiter(m_state);
        T value = co_await std::move(awaiter);
        co_return value;
    }

private:
    struct State {
        QMutex mutex;
        bool fired = false;
        std::optional<T> value;
        std::coroutine_handle<> handle;
        std::unique_ptr<QObject> receiver; // lives in the awaiting thread
    };

    static void postResume(std::shared_ptr<State> state)
    {
        QObject *receiver = state->receiver.get();
        QMetaObject::invokeMethod(receiver, [state = std::move(state)] {
            const auto handle = state->handle;
            state->receiver.release()->deleteLater(); // we are inside its event
            handle.resume();
        }, Qt::QueuedConnection);
    }

    class Awaiter
    {
    public:
        explicit Awaiter(std::shared_ptr<State> state) : m_state(std::move(state)) {}
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle)
        {
            const QMutexLocker lock(&m_state->mutex);
            m_state->receiver = std::make_unique<QObject>();
            m_state->handle = handle;
            if (m_state->fired)
                postResume(m_state);
        }
        T await_resume() { return std::move(*m_state->value); }

    private:
        std::shared_ptr<State> m_state;
    };

    std::shared_ptr<State> m_state;
};

QCoro::Task<bool> sleepOn(Clock *clock, Milliseconds time, Context context);

//! Sleeps on the clock. False at once when the context is cancelled, or when it is cancelled meanwhile.
//! A coroutine takes no references; whoever calls it may.
inline QCoro::Task<bool> sleepFor(Clock &clock, Milliseconds time, Context context)
{
    return sleepOn(&clock, time, std::move(context));
}

//! Waits for all; tasks are hot, so they have run in parallel since they were made.
template <class T>
QCoro::Task<std::vector<T>> whenAll(std::vector<QCoro::Task<T>> tasks)
{
    std::vector<T> values;
    values.reserve(tasks.size());
    for (auto &task : tasks) {
        T value = co_await task;
        values.push_back(std::move(value));
    }
    co_return values;
}

enum class SocketWait { Readable, Writable };
enum class SocketEvent { Ready, DeadlinePassed, Cancelled };
//! One turn of a foreign event loop (libpq): the descriptor becomes ready, `budget` (wall time) passes or the context is cancelled.
QCoro::Task<SocketEvent> socketEvent(qintptr descriptor, SocketWait wait, Milliseconds budget, Context context);

struct ProcessOutcome {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;
};
//! Before it starts: its folder, its environment, its account.
using PrepareProcess = std::function<void(QProcess &process)>;
//! Runs a program to its end; cancelling kills it. A program that cannot be started is an Internal error.
QCoro::Task<Result<ProcessOutcome>> runProcess(QString program, QStringList arguments, PrepareProcess prepare, Context context);
inline QCoro::Task<Result<ProcessOutcome>> runProcess(QString program, QStringList arguments, Context context)
{
    return runProcess(std::move(program), std::move(arguments), {}, std::move(context));
}

//! Posts `work` to the thread of `target` and resumes here with what it returned. `target` must outlive the work.
template <class T>
QCoro::Task<T> runIn(QObject *target, std::function<T()> work)
{
    OneShot<T> done;
    QMetaObject::invokeMethod(target, [done, work = std::move(work)] { done.fire(work()); }, Qt::QueuedConnection);
    T value = co_await done.wait();
    co_return value;
}

} // namespace causeway
