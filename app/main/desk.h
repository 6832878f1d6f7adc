// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "main/windowparts.h"
#include "wizard/window/wizardwindow.h"

#include <memory>

namespace causeway {

//! The window and what stands behind it. The window comes first: everything behind it is made after its first paint. Other settings
//! (another cloud, client id, proxy) make both anew; the setup in hand stays, with what was typed for it, and so does the window's place.
class Desk final : public QObject
{
public:
    explicit Desk(WindowOptions options);
    ~Desk() override;

    //! Makes now what stands behind the window; else it is made when the window asks.
    Result<> lay();
    wizard::WizardWindow &open();
    //! The one there is now; null before open().
    [[nodiscard]] wizard::WizardWindow *window() const { return m_window.get(); }

private:
    void renew();
    void openSandbox();

    WindowOptions m_options;
    std::unique_ptr<WindowParts> m_parts;
    std::unique_ptr<wizard::WizardWindow> m_window;
};

} // namespace causeway
