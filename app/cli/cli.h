// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.h"

#include <QStringList>

namespace causeway {

//! The command line: words in, an exit code out. Everything that it touches is handed in, so that tests run it in process.
class Cli
{
public:
    Cli(Console &console, StageFactory stages, Commands more = {});
    ~Cli();
    Q_DISABLE_COPY_MOVE(Cli)

    //! `arguments` without the program's name. Lives until the task is done; use one object for one line.
    QCoro::Task<int> run(QStringList arguments);
    //! Off for tests: Ctrl-C is the test runner's.
    void catchInterrupts(bool catches) { m_catches = catches; }
    //! For tests: a keychain and a browser of their own.
    void signInBy(SignInPerson person) { m_person = std::move(person); }

private:
    Console &m_console;
    StageFactory m_stages;
    Commands m_commands;
    bool m_catches = true;
    SignInPerson m_person;
};

} // namespace causeway
