// SPDX-License-Identifier: Apache-2.0
#include "main/desk.h"

#include <QGuiApplication>
#include <QProcess>
#include <QTimer>

namespace causeway {

Desk::Desk(WindowOptions options) : m_options(std::move(options))
{
    m_options.setup = std::make_shared<wizard::SetupModel>();
}

Desk::~Desk()
{
    m_window.reset(); // it works on the parts
    m_parts.reset();  // turns the event loop until all that they had under way has ended
}

Result<> Desk::lay()
{
    if (m_parts)
        return {};
    Result<std::unique_ptr<WindowParts>> made = WindowParts::make(m_options);
    if (!made)
        return made.error();
    m_parts = std::move(*std::move(made));
    m_parts->onRenewal([this](const Secret &unkept) {
        m_options.proxyPassword = unkept;
        QTimer::singleShot(0, this, &Desk::renew); // whoever asks for it works on the parts
    });
    return {};
}

wizard::WizardWindow &Desk::open()
{
    m_window = std::make_unique<wizard::WizardWindow>([this]() -> Result<wizard::Parts> {
        if (const Result<> laid = lay(); !laid)
            return laid.error();
        return m_parts->parts();
    });
    m_window->setSandboxNote(WindowParts::note(m_options));
    connect(m_window.get(), &wizard::WizardWindow::sandboxWanted, this, &Desk::openSandbox);
    return *m_window;
}

void Desk::renew()
{
    if (!m_window) // asked for twice, and about to come
        return;
    const QByteArray place = m_window->saveGeometry();
    QGuiApplication::setQuitOnLastWindowClosed(false); // it goes to make room
    m_window.reset();
    m_parts.reset();
    wizard::WizardWindow &window = open();
    window.restoreGeometry(place);
    if (window.furnish()) {
        if (!(m_options.setup->spec() == SetupSpec()))
            window.take(m_options.setup->spec());
        window.setPurpose(wizard::Purpose::Connect);
        window.goTo(wizard::PageId::Checks);
        if (!m_options.proxyPassword.isEmpty())
            window.say(QCoreApplication::translate("WindowParts", "The keychain did not take the proxy's password. It is used until this window closes."), true);
    }
    window.show();
    QGuiApplication::setQuitOnLastWindowClosed(true);
}

// A process of its own: nothing of Azure's is in it.
void Desk::openSandbox()
{
    if (!QProcess::startDetached(QCoreApplication::applicationFilePath(), {QStringLiteral("--sandbox")}))
        m_window->say(QCoreApplication::translate("WindowParts", "The sandbox's window could not be started. Try:  causeway --sandbox"), true);
}

} // namespace causeway
