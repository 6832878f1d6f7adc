// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/armclient.h"
#include "azure/http/pipeline.h"
#include "azure/http/qnamtransport.h"
#include "core/clock.h"
#include "engine/engine.h"
#include "main/stages.h"
#include "session/azuresession.h"
#include "session/recents.h"
#include "wizard/account/signincontroller.h"
#include "wizard/page.h"
#include "wizard/run/runcontrol.h"
#include "wizard/run/setupsecrets.h"
#include "wizard/settings/settingsdesk.h"
#include "wizard/setupmodel.h"

#include <QTemporaryDir>
#include <functional>
#include <memory>
#include <optional>

namespace causeway {

struct WindowOptions {
    std::optional<QString> world = QStringLiteral("kept"); //!< "kept", "fresh", or a world file; nullopt: Azure
    QString user;                                          //!< --as
    double speed = 100.0;                                  //!< of the sandbox's clock against the wall
    Secret proxyPassword;                                  //!< of the proxy in the settings; empty: looked for in the keychain
    std::shared_ptr<wizard::SetupModel> setup;             //!< in hand, with what was typed for it; null: a new one
    std::shared_ptr<SecretStore> keychain;                 //!< null: this computer's
    std::shared_ptr<Clock> clock;                          //!< in Azure; null: the wall's
    std::function<bool(const QUrl &)> openBrowser;         //!< in Azure; null: the system's
};

//! Everything that stands behind the window, in the order in which it is made; gone in reverse. The window is painted
//! before any of this: nothing here may be needed to show the start page, and what only some people need (a keychain, a
//! sign-in) is made when it is first asked for.
class WindowParts final : public wizard::SetupAdopter, public wizard::SettingsDesk
{
public:
    //! Started. InvalidInput: a world file that is none, a user who is not there. Others: SandboxInUse, no place to write.
    static Result<std::unique_ptr<WindowParts>> make(const WindowOptions &options);
    ~WindowParts() override;

    [[nodiscard]] wizard::Parts parts();
    //! Null: Azure.
    [[nodiscard]] sandbox::Sandbox *box() const { return m_embedded.sandbox.get(); }
    //! What stands at the foot of the window on every page.
    [[nodiscard]] static QString note(const WindowOptions &options);
    [[nodiscard]] std::optional<Error> objection(const SetupSpec &spec) const override;
    QStringList adopt(SetupSpec &spec) override;
    [[nodiscard]] SignInSettings settings() const override;
    QCoro::Task<Result<>> use(SignInSettings settings, Secret proxyPassword) override;
    //! Called when other settings were stored: everything has to be made anew. `unkept`: a password that the keychain did not take.
    using Renew = std::function<void(const Secret &unkept)>;
    void onRenewal(Renew renew) { m_renew = std::move(renew); }

private:
    WindowParts() = default;
    Result<> lay(const WindowOptions &options);
    Result<> layLive(const WindowOptions &options);
    Result<SignIns::Means> means();
    QCoro::Task<> restore(SignInSettings settings);
    QCoro::Task<Result<CloudProfile>> askedCloud(SignInSettings settings, Secret proxyPassword, Context context);
    [[nodiscard]] std::optional<Error> runObjection() const;
    Result<> build(const WindowOptions &options);
    void follow(const std::optional<AccountChoice> &account);
    void runMoved();
    QCoro::Task<> openSandboxBrowser(QUrl address);
    QList<AccountChoice> sandboxUsers() const;

    std::unique_ptr<QTemporaryDir> m_thrownAway;
    std::shared_ptr<Clock> m_clock;
    EmbeddedSandbox m_embedded;
    std::shared_ptr<SecretStore> m_keychain;
    std::unique_ptr<Journal> m_journal;
    std::shared_ptr<SignIns> m_signIns;
    std::unique_ptr<wizard::SignInController> m_signIn;
    std::unique_ptr<QnamTransport> m_transport;
    std::unique_ptr<HttpPipeline> m_pipeline;
    std::unique_ptr<ArmClient> m_client;
    std::unique_ptr<AzureSession> m_session;
    std::unique_ptr<Recents> m_recents;
    std::shared_ptr<wizard::SetupModel> m_setup;
    std::unique_ptr<wizard::SetupSecrets> m_secrets;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<wizard::RunControl> m_run;
    Renew m_renew;
    Secret m_proxyPassword;
    QString m_folder; //!< of this world, or of what is kept about Azure
    std::stop_source m_gone;
};

} // namespace causeway
