// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/armclient.h"
#include "azure/http/pipeline.h"
#include "azure/http/qnamtransport.h"
#include "core/clock.h"
#include "engine/engine.h"
#include "main/stages.h"
#include "session/accounts.h"
#include "session/azuresession.h"
#include "wizard/page.h"
#include "wizard/run/runcontrol.h"
#include "wizard/run/setupsecrets.h"
#include "wizard/setupmodel.h"

#include <QTemporaryDir>
#include <memory>

namespace causeway {

struct WindowOptions {
    QString world = QStringLiteral("kept"); //!< "kept", "fresh", or a world file
    QString user;                           //!< --as
    double speed = 100.0;                   //!< of the sandbox's clock against the wall
};

//! The users of the sandbox, one of whom is signed in.
class SandboxAccounts final : public Accounts, public TokenCredential
{
public:
    SandboxAccounts(sandbox::Sandbox &box, Clock &clock, const QString &user);

    [[nodiscard]] QList<AccountChoice> choices() const override;
    void use(const QString &user) override;
    //! Called after another user was chosen.
    void onChange(std::function<void(const AccountChoice &)> changed) { m_changed = std::move(changed); }
    [[nodiscard]] AccountChoice current() const;
    //! Handed out as expired at once, so that no one keeps the token of the former user.
    QCoro::Task<Result<AccessToken>> token(TokenRequest wanted, Context context) override;

private:
    sandbox::Sandbox &m_box;
    Clock &m_clock;
    QString m_user;
    std::unique_ptr<TokenCredential> m_credential;
    std::function<void(const AccountChoice &)> m_changed;
};

//! Everything that stands behind the window, in the order in which it is made; gone in reverse. The window is painted
//! before any of this: nothing here may be needed to show the start page, and what only some people need (a keychain, a
//! sign-in) is made when it is first asked for.
class WindowParts final : public wizard::SetupAdopter
{
public:
    //! Started. InvalidInput: a world file that is none, a user who is not there. Others: SandboxInUse, no place to write.
    static Result<std::unique_ptr<WindowParts>> make(const WindowOptions &options);
    ~WindowParts() override;

    [[nodiscard]] wizard::Parts parts();
    //! What stands at the foot of the window on every page.
    [[nodiscard]] static QString note(const WindowOptions &options);
    QStringList adopt(SetupSpec &spec) override;

private:
    WindowParts() = default;
    Result<> lay(const WindowOptions &options);
    Result<> build();
    [[nodiscard]] sandbox::Sandbox *box() const { return m_embedded.sandbox.get(); }

    std::unique_ptr<QTemporaryDir> m_thrownAway;
    std::unique_ptr<SystemClock> m_clock;
    EmbeddedSandbox m_embedded;
    std::unique_ptr<Journal> m_journal;
    std::unique_ptr<SandboxAccounts> m_accounts;
    std::unique_ptr<QnamTransport> m_transport;
    std::unique_ptr<HttpPipeline> m_pipeline;
    std::unique_ptr<ArmClient> m_client;
    std::unique_ptr<AzureSession> m_session;
    wizard::SetupModel m_setup;
    std::unique_ptr<wizard::SetupSecrets> m_secrets;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<wizard::RunControl> m_run;
};

} // namespace causeway
