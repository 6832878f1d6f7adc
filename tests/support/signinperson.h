// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/auth/keychainstore.h"
#include "sandbox/host/sandbox.h"
#include "sandbox/signin/headlessbrowser.h"
#include "sandbox/worldfile.h"
#include "tests/support/cliline.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <unistd.h>
#include <vector>

namespace causeway::test {

//! A sandbox that serves, and somebody with a keychain and a browser at its command line.
class PersonAtSandbox
{
public:
    PersonAtSandbox() : keychain(memoryStore())
    {
        QFile file(QStringLiteral(":/causeway/worlds/default.json"));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("no world");
        QString complaint;
        sandbox::Sandbox::Options options;
        options.world = *sandbox::stateFromWorld(QJsonDocument::fromJson(file.readAll()).object(), &complaint);
        options.postgres = sandbox::Sandbox::Postgres::Off;
        box = std::make_unique<sandbox::Sandbox>(std::move(options));
        if (!box->start().ok())
            qFatal("no sandbox");
        box->visit([this](sandbox::World &world) { user = world.state().principals.first().userPrincipalName; });
    }
    Q_DISABLE_COPY_MOVE(PersonAtSandbox)

    //! One line of the command line, against the sandbox.
    CliOutcome run(QStringList line, const QByteArray &input = {})
    {
        line << QStringLiteral("--sandbox=") + box->arm();
        return runHere(line, input);
    }
    CliOutcome runHere(const QStringList &line, const QByteArray &input = {})
    {
        CliOutcome outcome;
        int pipe[2] = {-1, -1};
        if (!input.isEmpty() && (::pipe(pipe) != 0 || ::write(pipe[1], input.constData(), size_t(input.size())) != input.size()))
            qFatal("no pipe");
        if (pipe[1] >= 0)
            ::close(pipe[1]);
        {
            QTextStream out(&outcome.out);
            QTextStream err(&outcome.err);
            Console console(out, err, pipe[0]);
            Cli cli(console, &makeStage, sandboxCommands());
            cli.catchInterrupts(false);
            SignInPerson person;
            person.keychain = keychain;
            person.there = there;
            person.azPatience = azPatience;
            person.openBrowser = [this](const QUrl &address) { return open(address); };
            cli.signInBy(person);
            QTimer eyes; // somebody who reads the terminal and types a device code elsewhere
            QObject::connect(&eyes, &QTimer::timeout, &eyes, [&] { typeCode(outcome.err); });
            eyes.start(20);
            outcome.code = await(cli.run(line), 60);
        }
        if (pipe[0] >= 0)
            ::close(pipe[0]);
        m_typed.clear();
        return outcome;
    }

    std::unique_ptr<sandbox::Sandbox> box;
    std::shared_ptr<SecretStore> keychain;
    QString user;
    sandbox::BrowserOptions browser;
    bool hasBrowser = true;
    bool there = false;
    Milliseconds azPatience = std::chrono::seconds(30);
    int opened = 0;
    int codes = 0;
    QUrl lastAddress;

private:
    bool open(const QUrl &address)
    {
        lastAddress = address;
        if (!hasBrowser)
            return false;
        ++opened;
        m_tabs.push_back(sandbox::signInAs(address, user, browser, Context()));
        return true;
    }
    void typeCode(const QString &text)
    {
        static const QRegularExpression words(QStringLiteral("Open (\\S+) in a browser, on any device, and type the code (\\S+)\\. "));
        const auto match = words.match(text);
        if (!match.hasMatch() || match.captured(2) == m_typed)
            return;
        m_typed = match.captured(2);
        ++codes;
        sandbox::BrowserOptions typing = browser;
        typing.userCode = m_typed;
        m_tabs.push_back(sandbox::signInAs(QUrl(match.captured(1)), user, typing, Context()));
    }
    std::vector<QCoro::Task<Result<sandbox::BrowserEnd>>> m_tabs;
    QString m_typed;
};

} // namespace causeway::test
