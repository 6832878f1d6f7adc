// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/armclient.h"
#include "azure/auth/cloud.h"
#include "azure/http/pipeline.h"
#include "azure/http/qnamtransport.h"
#include "cli/terminalsignin.h"
#include "domain/setupspec.h"
#include "plan/plan.h"
#include "support/growworld.h"

#include <QJsonObject>
#include <functional>
#include <memory>
#include <optional>

namespace causeway {

class Journal;

//! What a person said about the world in which a command acts (design.md §5).
struct StageOptions {
    std::optional<QString> sandbox; //!< nullopt: Azure; "kept", "fresh", a URL, else a world file
    QString user;                   //!< --as
    QString armEndpoint;            //!< of --endpoint arm=URL
    QString auth;                   //!< --auth; empty: what is usual there
    QString account;                //!< --account; empty: the only one that is signed in
    QString tenant;                 //!< to sign in to; empty: the setting's
    QString clientId;               //!< instead of the setting's
    bool signInOnly = false;        //!< nobody signs in yet; Stage::Parts::signIns is there for it
    SignInPerson person;
    std::optional<SetupSpec> setup; //!< what the world must hold: a sandbox grows it when it does not
    bool journalOnly = false;       //!< only its journal is read: nobody signs in, no world is started
};

//! The world in which a command acts: a clock, a client that is signed in, a folder for journals. The command line knows
//! no sandbox; app/main chooses the parts. All pointers handed out live as long as the stage.
class Stage
{
public:
    struct Parts {
        std::shared_ptr<void> world;     //!< kept until everything else is gone: the embedded sandbox
        std::shared_ptr<Clock> clock;
        CloudProfile cloud;
        std::shared_ptr<SignIns> signIns; //!< where this world's people sign in; null where nobody does
        std::shared_ptr<SignInAsker> asker; //!< for step-up during a run; may be null
        std::unique_ptr<TokenCredential> credential; //!< null: no Authorization is sent
        QString caFile;                  //!< PEM, trusted beside the system's
        ProxyChoice proxy;
        QString user;                    //!< as the account shows itself; may be empty
        QString tenant;                  //!< GUID; may be empty: then the subscription's
        QString stateFolder;             //!< of the journal; made when it is needed
        bool sandbox = false;
        bool kept = true;                //!< a later command finds what this one did
        std::optional<GrownWorld> grown; //!< what was made for a setup that was new to this world
        std::function<QJsonArray()> ledger; //!< may be empty
    };

    //! Error: an endpoint that is no origin.
    static Result<std::unique_ptr<Stage>> make(Parts parts);
    ~Stage();
    Q_DISABLE_COPY_MOVE(Stage)

    [[nodiscard]] Clock &clock() const { return *m_parts.clock; }
    [[nodiscard]] ArmClient &arm() const { return *m_arm; }
    [[nodiscard]] HttpTransport &transport() const { return *m_transport; }
    [[nodiscard]] const Planes &planes() const { return m_planes; }
    //! Null: no Authorization is sent.
    [[nodiscard]] TokenCredential *credential() const;
    [[nodiscard]] const Parts &parts() const { return m_parts; }
    [[nodiscard]] QString journalFile() const; //!< empty: nothing is kept there
    [[nodiscard]] Result<std::unique_ptr<Journal>> journal() const; //!< makes the file where there is none
    //! The setup as this world knows it: with marked ids where it was grown.
    [[nodiscard]] SetupSpec known(const SetupSpec &spec) const;
    //! Who acts on which subscription (GUID or display name; empty: the first), looked for in the token's own tenant, then in all that the
    //! account reaches: from then on calls that name no tenant go with a token of that one. InvalidInput names the ones that there are.
    QCoro::Task<Result<RunIdentity>> identity(QString subscription, Cloud cloud, Context context);

private:
    class Acting;
    Stage(Parts parts, Planes planes);
    Parts m_parts;
    Planes m_planes;
    std::unique_ptr<Acting> m_acting; //!< null: nobody signed in
    std::unique_ptr<QnamTransport> m_transport;
    std::unique_ptr<HttpPipeline> m_pipeline;
    std::unique_ptr<ArmClient> m_arm;
};

using StageFactory = std::function<QCoro::Task<Result<std::unique_ptr<Stage>>>(StageOptions options, Context context)>;

} // namespace causeway
