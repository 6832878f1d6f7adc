// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/cli.h"
#include "main/sandboxcommands.h"
#include "main/stages.h"
#include "tests/support/coro.h"

#include <QJsonDocument>
#include <QTextStream>

namespace causeway::test {

struct CliOutcome {
    int code = -1;
    QString out;
    QString err;

    //! The last JSON document on stdout.
    [[nodiscard]] QJsonObject json() const
    {
        return QJsonDocument::fromJson(out.trimmed().section(QLatin1Char('\n'), -1).toUtf8()).object();
    }
    [[nodiscard]] QString all() const { return QStringLiteral("exit %1\n%2\n%3").arg(code).arg(out, err); }
};

//! One line of the command line, in process, with no terminal behind it.
inline CliOutcome runLine(const QStringList &arguments, StageFactory stages = &makeStage, int seconds = 60)
{
    CliOutcome outcome;
    {
        QTextStream out(&outcome.out);
        QTextStream err(&outcome.err);
        Console console(out, err);
        Cli cli(console, std::move(stages), sandboxCommands());
        cli.catchInterrupts(false);
        outcome.code = await(cli.run(arguments), seconds);
    }
    return outcome;
}

} // namespace causeway::test
