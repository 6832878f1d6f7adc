// SPDX-License-Identifier: Apache-2.0
// Preloaded into a Qt program: tells when its first window has been painted and the event loop has turned once, and ends
// it there. The same probe measures the product and its yardstick, and neither knows of it.
#include <QCoreApplication>
#include <QEvent>
#include <QTimer>
#include <QWidget>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

namespace {

qint64 monotonicNanoseconds()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return qint64(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

qint64 peakKiB()
{
    FILE *status = std::fopen("/proc/self/status", "r");
    char line[256];
    long long peak = 0;
    while (status && std::fgets(line, sizeof line, status) && std::sscanf(line, "VmHWM: %lld", &peak) != 1) {}
    if (status)
        std::fclose(status);
    return peak;
}

class FirstPaint final : public QObject
{
public:
    using QObject::QObject;

    bool eventFilter(QObject *object, QEvent *event) override
    {
        auto *widget = event->type() == QEvent::Paint ? qobject_cast<QWidget *>(object) : nullptr;
        if (widget && widget->isWindow() && !m_seen) {
            m_seen = true;
            QTimer::singleShot(0, [] {
                const qint64 spawned = std::atoll(std::getenv("PAINTPROBE_T0"));
                char line[64];
                const int length = std::snprintf(line, sizeof line, "%.2f %lld\n", double(monotonicNanoseconds() - spawned) / 1e6, static_cast<long long>(peakKiB()));
                const int out = ::open(std::getenv("PAINTPROBE_OUT"), O_WRONLY | O_APPEND);
                if (out < 0 || ::write(out, line, size_t(length)) != length)
                    std::_Exit(1);
                std::_Exit(0);
            });
        }
        return false;
    }

private:
    bool m_seen = false;
};

void watchFirstPaint()
{
    if (std::getenv("PAINTPROBE_T0"))
        QCoreApplication::instance()->installEventFilter(new FirstPaint(QCoreApplication::instance()));
}

} // namespace

Q_COREAPP_STARTUP_FUNCTION(watchFirstPaint)
