// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoroTask>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <optional>
#include <stdexcept>

namespace causeway::test {

template <class T>
QCoro::Task<> keep(QCoro::Task<T> *task, std::optional<T> *slot, QEventLoop *loop)
{
    T value = co_await *task;
    slot->emplace(std::move(value));
    loop->quit();
}

//! Runs a coroutine to its end on a loop of its own; the only nested loop of the house. Throws when it takes too long,
//! which fails the test: a coroutine that never resumes must not pass.
template <class T>
T await(QCoro::Task<T> task, int seconds = 20)
{
    std::optional<T> slot;
    QEventLoop loop;
    bool late = false;
    QTimer::singleShot(seconds * 1000, &loop, [&] {
        late = true;
        loop.quit();
    });
    auto keeper = keep<T>(&task, &slot, &loop);
    if (!slot)
        loop.exec();
    if (late || !slot)
        throw std::runtime_error("the awaited task did not finish in time");
    return std::move(*slot);
}

//! What is due now and needs no waiting: what happens "at once" has happened after it, however slow the machine.
inline void turnLoop()
{
    for (int turn = 0; turn < 20; ++turn)
        QCoreApplication::processEvents();
}

} // namespace causeway::test
