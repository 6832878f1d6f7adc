// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <signal.h>
#include <stop_token>

class QSocketNotifier;

namespace causeway {

//! Ctrl-C (and SIGTERM) as long as it lives: the first asks to stop, every later one calls `letGo`.
class Interrupts
{
public:
    explicit Interrupts(std::function<void()> letGo);
    ~Interrupts();
    Q_DISABLE_COPY_MOVE(Interrupts)

    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }

private:
    void arrived();
    int m_descriptor;
    std::stop_source m_stop;
    std::function<void()> m_letGo;
    std::unique_ptr<QSocketNotifier> m_notifier;
    struct sigaction m_interrupt{};
    struct sigaction m_terminate{};
};

} // namespace causeway
