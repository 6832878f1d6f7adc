// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/signinsettings.h"
#include "core/secret.h"

#include <QCoroTask>

namespace causeway::wizard {

//! Where the settings of sign-in and network are kept and put to use.
class SettingsDesk
{
public:
    SettingsDesk() = default;
    virtual ~SettingsDesk() = default;
    Q_DISABLE_COPY_MOVE(SettingsDesk)

    [[nodiscard]] virtual SignInSettings settings() const = 0;
    //! Stores them; then the window and what talks to Azure are made anew, and the checks are shown. An empty password leaves the kept one.
    //! RunUnderWay (InvalidInput): not now. A password that no keychain takes is used until the window closes.
    virtual QCoro::Task<Result<>> use(SignInSettings settings, Secret proxyPassword) = 0;
};

} // namespace causeway::wizard
