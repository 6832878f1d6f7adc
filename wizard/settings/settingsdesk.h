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
    //! Stores them; what talks to Azure is made anew. An empty password leaves the kept one.
    virtual QCoro::Task<Result<>> use(SignInSettings settings, Secret proxyPassword) = 0;
};

} // namespace causeway::wizard
