// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/keychainstore.h"
#include "sandbox/host/sandbox.h"
#include "sandbox/host/serve.h"
#include "sandbox/signin/headlessbrowser.h"
#include "tests/support/coro.h"
#include "tests/support/signinwindow.h"

#include <vector>

namespace causeway::test {

//! A sandbox that stands where Azure stands: the stored settings name it as a cloud of one's own, and the window for Azure works on it.
//! The system's browser is one that needs no screen.
class ServedCloud
{
public:
    explicit ServedCloud(const QString &worldFile, QString person = {}) : user(std::move(person))
    {
        sandbox::Sandbox::Options options;
        auto world = sandbox::readWorld(worldFile);
        if (!world)
            qFatal("%s: %s", qPrintable(worldFile), qPrintable(describe(world.error())));
        options.world = *std::move(world);
        options.postgres = sandbox::Sandbox::Postgres::Off;
        if (user.isEmpty())
            user = options.world.principals.first().userPrincipalName;
        box = std::make_unique<sandbox::Sandbox>(std::move(options));
        if (const Result<> started = box->start(); !started)
            qFatal("the sandbox did not start: %s", qPrintable(describe(started.error())));
        settings.cloud = QStringLiteral("custom");
        settings.customArm = settings.customAuthority = box->arm();
        settings.clientId = QStringLiteral("ca05e3a1-0000-4000-8000-000000000009");
        settings.deviceCode = true;
        settings.proxy = SignInSettings::Proxy::None;
        store();
    }
    ~ServedCloud() { QFile::remove(signInSettingsFile()); }
    Q_DISABLE_COPY_MOVE(ServedCloud)

    void store() const
    {
        if (const Result<> saved = saveSignInSettings(settings); !saved)
            qFatal("no settings: %s", qPrintable(describe(saved.error())));
    }
    //! For a window that keeps what it is told in `keychain`.
    [[nodiscard]] WindowOptions options()
    {
        WindowOptions options;
        options.world.reset();
        options.keychain = keychain;
        options.openBrowser = [this](const QUrl &address) {
            m_tabs.push_back(sandbox::signInAs(address, user, sandbox::BrowserOptions(), Context()));
            return true;
        };
        return options;
    }
    //! Somebody types the code on another device, and agrees or declines.
    bool typeCode(const QString &code, const QString &page, bool declines = false)
    {
        sandbox::BrowserOptions typing;
        typing.userCode = code;
        typing.cancel = declines;
        return bool(await(sandbox::signInAs(QUrl(page), user, typing, Context())));
    }

    std::unique_ptr<sandbox::Sandbox> box;
    std::shared_ptr<SecretStore> keychain = memoryStore();
    SignInSettings settings;
    QString user;

private:
    std::vector<QCoro::Task<Result<sandbox::BrowserEnd>>> m_tabs;
};

} // namespace causeway::test
