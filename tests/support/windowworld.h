// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/armclient.h"
#include "azure/auth/cloud.h"
#include "azure/http/pipeline.h"
#include "azure/http/qnamtransport.h"
#include "core/clock.h"
#include "engine/engine.h"
#include "engine/journal.h"
#include "sandbox/host/sandbox.h"
#include "sandbox/host/serve.h"
#include "session/azuresession.h"
#include "wizard/run/runcontrol.h"
#include "wizard/run/setupsecrets.h"
#include "wizard/setupmodel.h"
#include "wizard/window/wizardwindow.h"

#include <QTemporaryDir>
#include <memory>

namespace causeway::test {

//! A window on a sandbox of its own, in virtual time: what app/main puts together, for tests.
struct WindowWorld {
    explicit WindowWorld(const QString &worldFile, const QString &user = {}, sandbox::Sandbox::Postgres postgres = sandbox::Sandbox::Postgres::Off)
    {
        sandbox::Sandbox::Options options;
        auto read = sandbox::readWorld(worldFile);
        if (!read)
            qFatal("%s: %s", qPrintable(worldFile), qPrintable(describe(read.error())));
        options.world = *std::move(read);
        options.clock = &clock;
        options.postgres = postgres;
        const sandbox::Principal first = options.world.principals.first();
        const QString subscription = options.world.subscriptions.first().id;
        live = std::make_unique<sandbox::Sandbox>(std::move(options));
        const Result<> started = live->start();
        if (!started)
            qFatal("the sandbox did not start: %s", qPrintable(describe(started.error())));
        credential = live->credential(user);
        const CloudProfile profile = cloudAt(QStringLiteral("sandbox"), live->arm());
        const Planes planes = *profile.planes();
        transport = std::make_unique<QnamTransport>(planes, clock);
        pipeline = std::make_unique<HttpPipeline>(*transport, clock, planes, credential.get());
        client = std::make_unique<ArmClient>(*pipeline, clock);
        Account account;
        account.user = user.isEmpty() ? first.userPrincipalName : user;
        account.tenant = first.tenant;
        account.sandbox = true;
        session = std::make_unique<AzureSession>(*client, clock, account);
        secrets = std::make_unique<wizard::SetupSecrets>(setup, nullptr);
        journal = std::move(*Journal::open(folder.filePath(QStringLiteral("journal.sqlite"))));
        engine = std::make_unique<Engine>(Apis{*client}, clock, *secrets, journal.get());
        RunIdentity identity;
        identity.tenant = account.tenant;
        identity.subscription = subscription;
        identity.user = account.user;
        run = std::make_unique<wizard::RunControl>(*engine, identity);
        window = std::make_unique<wizard::WizardWindow>(wizard::Parts{*session, setup, *run, clock, nullptr, nullptr, secrets.get()});
    }

    ~WindowWorld()
    {
        window.reset();
        run.reset();
        session.reset();
        while (client->active() > 0 || engine->active() > 0) // what was cancelled still ends
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        live->stop();
    }

    VirtualClock clock;
    std::unique_ptr<sandbox::Sandbox> live;
    std::unique_ptr<TokenCredential> credential;
    std::unique_ptr<QnamTransport> transport;
    std::unique_ptr<HttpPipeline> pipeline;
    std::unique_ptr<ArmClient> client;
    std::unique_ptr<AzureSession> session;
    wizard::SetupModel setup;
    std::unique_ptr<wizard::SetupSecrets> secrets;
    QTemporaryDir folder;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<Engine> engine;
    std::unique_ptr<wizard::RunControl> run;
    std::unique_ptr<wizard::WizardWindow> window;
};

} // namespace causeway::test
