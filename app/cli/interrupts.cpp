// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupts.h"

#include <QSocketNotifier>
#include <atomic>
#include <sys/eventfd.h>
#include <unistd.h>

namespace causeway {

static std::atomic<int> interruptDescriptor{-1}; // a signal handler can reach nothing else

static void interruptHandler(int)
{
    const quint64 one = 1;
    [[maybe_unused]] const auto written = ::write(interruptDescriptor.load(), &one, sizeof one);
}

Interrupts::Interrupts(std::function<void()> letGo) : m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), m_letGo(std::move(letGo))
{
    interruptDescriptor = m_descriptor;
    m_notifier = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this] { arrived(); });
    struct sigaction action{};
    action.sa_handler = interruptHandler;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, &m_interrupt);
    ::sigaction(SIGTERM, &action, &m_terminate);
}

Interrupts::~Interrupts()
{
    ::sigaction(SIGINT, &m_interrupt, nullptr);
    ::sigaction(SIGTERM, &m_terminate, nullptr);
    m_notifier.reset();
    ::close(m_descriptor);
}

void Interrupts::arrived()
{
    quint64 count = 0;
    if (::read(m_descriptor, &count, sizeof count) != sizeof count)
        return;
    if (m_stop.request_stop())
        --count;
    if (count > 0 && m_letGo)
        m_letGo();
}

} // namespace causeway
