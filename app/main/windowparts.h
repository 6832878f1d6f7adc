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
#include <future>
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

//! Everything that stands behind the window, in the order in which it is made; gone in reverse.
class WindowParts final : public wizard::SetupAdopter
{
public:
    //! What takes time and needs no window: the sandbox and the journal. Laid when the parts are made, on the thread that
    //! makes them: a thread without Qt's event dispatcher starts no timers (measured: it also was no faster).
    class Ground
    {
    public:
        explicit Ground(const WindowOptions &options);

    private:
        friend class WindowParts;
        Result<> lay(const WindowOptions &options);
        std::unique_ptr<QTemporaryDir> m_thrownAway;
        std::unique_ptr<SystemClock> m_clock;
        EmbeddedSandbox m_embedded;
        std::unique_ptr<Journal> m_journal;
        std::future<Result<>> m_laid;
    };
    static Result<std::unique_ptr<WindowParts>> make(std::unique_ptr<Ground> ground);
    ~WindowParts() override;

    [[nodiscard]] wizard::Parts parts();
    //! What stands at the foot of the window on every page.
    [[nodiscard]] QString note() const;
    QStringList adopt(SetupSpec &spec) override;

private:
    explicit WindowParts(std::unique_ptr<Ground> ground);
    Result<> build();
    [[nodiscard]] sandbox::Sandbox *box() const { return m_ground->m_embedded.sandbox.get(); }

    std::unique_ptr<Ground> m_ground;
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
