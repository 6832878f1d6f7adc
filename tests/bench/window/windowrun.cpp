// SPDX-License-Identifier: Apache-2.0
// A whole applied run in the window, with the real composition (sandbox on its threads, PostgreSQL where it is installed)
// and a heartbeat of a millisecond in the window's event loop. The yardstick is the same heartbeat in the same process
// before anything is shown. bench_window SETUP
#include "main/windowparts.h"
#include "ui/theme.h"
#include "wizard/window/wizardwindow.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <vector>

using namespace causeway;

namespace {

//! How much later than asked the event loop came back.
class Heartbeat
{
public:
    Heartbeat()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
            m_late.push_back(double(m_since.nsecsElapsed()) / 1e6 - 1.0);
            m_since.start();
        });
        m_since.start();
        m_timer.start();
    }
    void print(const char *name)
    {
        if (m_late.empty())
            return;
        std::sort(m_late.begin(), m_late.end());
        const auto quantile = [this](double part) { return m_late[std::min(m_late.size() - 1, size_t(part * double(m_late.size())))]; };
        std::printf("event loop %s: longest stall %.1f ms, p99.9 %.1f ms, median %.2f ms of %zu beats\n", name, m_late.back(), quantile(0.999), quantile(0.5), m_late.size());
        m_late.clear();
        m_since.start();
    }

private:
    QTimer m_timer;
    QElapsedTimer m_since;
    std::vector<double> m_late;
};

double peakMiB()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.mid(6).trimmed().split(' ').first().toDouble() / 1024;
    }
    return 0;
}

void turnFor(int milliseconds)
{
    QTimer::singleShot(milliseconds, qApp, &QCoreApplication::quit);
    QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("causeway"));
    {
        Heartbeat idle;
        turnFor(2000);
        idle.print("idle (yardstick)");
    }
    const double bare = peakMiB();
    ui::applyTheme(application, ui::makeTheme(ui::ThemeChoice::Light, application));
    WindowOptions options;
    options.world = QStringLiteral("fresh");
    auto made = WindowParts::make(options);
    if (!made)
        return 1;
    int result = 1;
    {
        wizard::WizardWindow window((*made)->parts());
        window.show();
        Heartbeat beat;
        if (!window.openSetup(QString::fromLocal8Bit(argv[argc - 1])))
            return 2;
        // A patient person: presses Next whenever it can be pressed, and ends on the last page.
        QTimer person;
        person.setInterval(200);
        QObject::connect(&person, &QTimer::timeout, &window, [&window, &beat, applying = false]() mutable {
            if (window.currentPage() == wizard::PageId::Apply && !applying) {
                applying = true;
                beat.print("while the pages are made and filled");
            }
            if (window.currentPage() == wizard::PageId::Start)
                window.goTo(wizard::PageId::Account);
            else if (window.currentPage() == wizard::PageId::Finish)
                QCoreApplication::quit();
            else if (window.currentPage() != wizard::PageId::Apply)
                window.goNext();
        });
        person.start();
        QTimer::singleShot(120000, &application, &QCoreApplication::quit);
        QApplication::exec();
        result = window.currentPage() == wizard::PageId::Finish ? 0 : 3;
        beat.print("while the plan is applied");
        std::printf("memory: peak %.0f MiB with sandbox and journal in the process, PostgreSQL not counted; bare application %.0f MiB\n", peakMiB(), bare);
    }
    std::fflush(stdout);
    return result;
}
