// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.h"
#include "cli/stage.h"

#include <functional>
#include <memory>
#include <vector>

namespace CLI {
class App;
}

namespace causeway {

class Journal;
struct RecordedRun;

//! What every command takes, and what it works with.
struct Work {
    Console &console;
    StageOptions where;
    bool yes = false;
    const StageFactory &stages;
    Context context;                        //!< stops at the first Ctrl-C
    //! Called at the second Ctrl-C; set by whoever has something to let go of.
    std::function<void()> &letGo;

    QCoro::Task<Result<std::unique_ptr<Stage>>> stage(std::optional<SetupSpec> setup = {}) const;
    //! A stage where nobody has signed in yet, with the parts for it. Empty words: the settings'.
    QCoro::Task<Result<std::unique_ptr<Stage>>> signInStage(QString tenant = {}, QString clientId = {}) const;
    //! The system's, touched when it is first used.
    [[nodiscard]] std::shared_ptr<SecretStore> keychain() const;
    //! The journal of a stage, opened; what had to be closed to others is said.
    [[nodiscard]] Result<std::unique_ptr<Journal>> journal(const Stage &stage) const;
    //! The journal of that place, where there is one already: local, without signing in.
    QCoro::Task<Result<std::unique_ptr<Journal>>> journalThere() const;
    //! One run of it; an empty id: the newest. InvalidInput when there is none, or several.
    QCoro::Task<Result<RecordedRun>> recorded(QString id) const;
};

//! One command of the line: its words, and what it does. One object is used for one line.
class Command
{
public:
    Command() = default;
    virtual ~Command() = default;
    Q_DISABLE_COPY_MOVE(Command)

    //! Adds its words below `app` and returns the part that means this command.
    virtual CLI::App *declare(CLI::App &app) = 0;
    //! Returns the exit code. Members that declare() bound have their values.
    virtual QCoro::Task<int> run(Work work) = 0;
    //! False where Ctrl-C is the command's own business.
    [[nodiscard]] virtual bool catchesInterrupts() const { return true; }
};

using Commands = std::vector<std::unique_ptr<Command>>;

//! "runs" of "runs list": found, or made with its description.
CLI::App *commandGroup(CLI::App &app, const char *name, const char *description);

//! Those of this room; app/main adds the ones that need a sandbox.
Commands documentCommands(); //!< init, schema, check
Commands runCommands();      //!< plan, apply, resume
Commands journalCommands();  //!< runs list, runs show
Commands approvalCommands(); //!< approvals list, approve, reject, remove
Commands askingCommands();   //!< test, rest
Commands signInCommands();   //!< sign-in, sign-out, accounts, accounts use
Commands secretCommands();   //!< secret set, list, remove
Commands doctorCommands();   //!< doctor network, doctor signin

} // namespace causeway
