// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/stage.h"
#include "sandbox/host/sandbox.h"

#include <memory>

namespace causeway {

//! An embedded sandbox for one setup: the world that it lives in, and who signs in. The window and the command line share it.
struct EmbeddedSandbox {
    std::unique_ptr<sandbox::Sandbox> sandbox;
    std::optional<GrownWorld> grown;
    QString user;        //!< user principal name of the one who signs in
    QString tenant;
    QString stateFolder; //!< empty: thrown away
};

struct EmbeddedOptions {
    QString world;                  //!< "kept", "fresh" or a world file
    QString user;                   //!< empty: the world's first
    std::optional<SetupSpec> setup; //!< grown when its subscription is not there
    Clock *clock = nullptr;
};
//! Where such a world is kept; empty for "fresh".
QString sandboxFolder(const QString &world);
//! The state folder of everything that is not a sandbox's.
QString stateFolder();
//! Started. InvalidInput: a world file that is none, a user who is not there.
Result<EmbeddedSandbox> embedSandbox(EmbeddedOptions options);

//! What a window needs when a setup is opened in it: the setup's world, grown into the running one when it is not there.
Result<std::optional<GrownWorld>> growInto(const sandbox::Sandbox &box, const SetupSpec &spec);

//! Ids of sandboxes are nobody's at Azure: whoever brings them along meant --sandbox. Nothing when there are none.
std::optional<Error> sandboxIdsIn(const SetupSpec &spec);

//! Chooses between Azure, another endpoint and the sandboxes.
QCoro::Task<Result<std::unique_ptr<Stage>>> makeStage(StageOptions options, Context context);

} // namespace causeway
