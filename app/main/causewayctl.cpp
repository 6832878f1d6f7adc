// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"
#include "cli/words.h"
#include "core/processsafety.h"
#include "main/sandboxcommands.h"
#include "main/stages.h"

#include <QCoreApplication>
#include <QTextStream>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <signal.h>

namespace {

//! A stream that is closed must not become the number of a file that we open.
void openStreams()
{
    for (int descriptor = 0; descriptor < 3; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) < 0)
            ::open("/dev/null", O_RDWR); // takes the lowest free number
    }
}

QCoro::Task<> runLine(causeway::Cli *cli, QStringList arguments)
{
    const int code = co_await cli->run(arguments);
    // Queued: a command that ends before the loop begins would otherwise end nothing.
    QMetaObject::invokeMethod(QCoreApplication::instance(), [code] { QCoreApplication::exit(code); }, Qt::QueuedConnection);
}

} // namespace

int main(int argc, char **argv)
{
    causeway::keepMemoryPrivate();
    if (argc == 2 && std::strcmp(argv[1], "--version") == 0)
        return std::puts("causewayctl " CAUSEWAY_VERSION) < 0 ? 1 : 0;
    openStreams();
    ::signal(SIGPIPE, SIG_IGN); // a closed pipe is an end, not a crash
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("causeway"));
    QTextStream out(stdout);
    QTextStream err(stderr);
    causeway::Console console(out, err, 0);
    causeway::Cli cli(console, &causeway::makeStage, causeway::sandboxCommands());
    const auto task = runLine(&cli, application.arguments().mid(1));
    return QCoreApplication::exec();
}
