// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "azure/arm/armclient.h"
#include "azure/auth/staticcredential.h"
#include "azure/http/pipeline.h"
#include "azure/http/qnamtransport.h"
#include "domain/setupdocument.h"
#include "domain/types.h"
#include "engine/engine.h"
#include "plan/planner.h"
#include "sandbox/host/sandbox.h"
#include "sandbox/worldfile.h"
#include "tests/support/coro.h"

#include <QFile>
#include <QJsonDocument>
#include <QTest>
#include <iostream>

namespace causeway::test {

inline QByteArray fileOf(const QString &path)
{
    QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/") + path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qUtf8Printable(path));
    return file.readAll();
}

inline SetupSpec example(const QString &name)
{
    const ParsedSetup parsed = parseSetup(fileOf(QStringLiteral("resources/examples/%1.json").arg(name)));
    if (!parsed.spec)
        qFatal("%s is no setup", qUtf8Printable(name));
    return *parsed.spec;
}

//! Answers each question with one password, or not at all; counts them.
class FixedSecrets final : public SecretSource
{
public:
    QCoro::Task<Result<Secret>> secret(SecretReference, QString field, Context) override
    {
        asked << field;
        if (refusal)
            co_return *refusal;
        co_return Secret(QByteArrayLiteral("Str0ng-Enough-For-This!"));
    }
    QStringList asked;
    std::optional<Error> refusal;
};

//! Writes down what happened, as "server started".
class EventLog final : public RunListener
{
public:
    void runStarted(const QString &id, const Plan &) override { runId = id; }
    void stepHappened(const StepEvent &event) override
    {
        static const char *words[]{"planned", "started", "progress", "waiting", "succeeded", "failed", "cancelled", "skipped"};
        const QString line = event.step + QLatin1Char(' ') + QLatin1String(words[int(event.kind)]);
        lines << line;
        if (event.kind != StepEvent::Kind::Planned && event.kind != StepEvent::Kind::Progress)
            main << line;
        times << event.at;
        if (onEvent)
            onEvent(event);
    }
    //! At each event a line with the time since the first, for a person who looks for where the time went.
    void print() const
    {
        for (int i = 0; i < lines.size(); ++i)
            qInfo("%8.1f  %s", double((times[i] - times[0]).count()) / 1000, qUtf8Printable(lines[i]));
    }
    QString runId;
    QStringList lines;
    QStringList main; //!< without planned and progress
    QList<TimePoint> times;
    std::function<void(const StepEvent &)> onEvent;
};

//! A sandbox on a virtual clock, with a client of our own in front of it.
class Stage
{
public:
    explicit Stage(const QJsonObject &settings = {}, const QString &worldFile = QStringLiteral("resources/worlds/default.json"), sandbox::Sandbox::Postgres postgres = sandbox::Sandbox::Postgres::Off)
        : m_sandbox(options(settings, worldFile, postgres))
    {
        const Result<> started = m_sandbox.start();
        if (!started)
            qFatal("no sandbox: %s", qUtf8Printable(describe(started.error())));
        signIn(QString());
    }

    //! As that user of the world from now on.
    void signIn(const QString &user)
    {
        m_engine.reset();
        m_credential = m_sandbox.credential(user);
        Planes::Entry entry{*Origin::parse(m_sandbox.arm()), QStringLiteral("https://management.azure.com/.default")};
        Planes planes(entry);
        m_arm.reset();
        m_pipeline.reset();
        m_transport = std::make_unique<QnamTransport>(planes, clock);
        m_pipeline = std::make_unique<HttpPipeline>(*m_transport, clock, planes, m_credential.get());
        m_arm = std::make_unique<ArmClient>(*m_pipeline, clock);
        engineOn(m_journal);
        m_sandbox.visit([this](sandbox::World &world) {
            identity.subscription = world.state().subscriptions.first().id;
            identity.tenant = world.state().subscriptions.first().tenant;
        });
    }
    void engineOn(Journal *journal, SecretStore *store = nullptr)
    {
        m_journal = journal;
        m_engine = std::make_unique<Engine>(Apis{*m_arm}, clock, secrets, journal, store);
    }

    Engine &engine() { return *m_engine; }
    sandbox::Sandbox &sandbox() { return m_sandbox; }

    Observed observe(const SetupSpec &spec)
    {
        auto observed = await(m_engine->observe(spec, identity, Context()), 60);
        if (!observed)
            qFatal("observe: %s", qUtf8Printable(describe(observed.error())));
        return *observed;
    }
    Plan plan(const SetupSpec &spec)
    {
        auto plan = makePlan(spec, observe(spec), identity);
        if (!plan)
            qFatal("plan: %s", qUtf8Printable(describe(plan.error())));
        return *plan;
    }
    RunReport apply(const SetupSpec &spec, EventLog *log = nullptr, RunOptions options = {}, Context context = {})
    {
        return run(plan(spec), log, options, context);
    }
    RunReport run(const Plan &plan, EventLog *log = nullptr, RunOptions options = {}, Context context = {})
    {
        auto report = await(m_engine->run(plan, options, log, context), 120);
        if (!report)
            qFatal("run: %s", qUtf8Printable(describe(report.error())));
        return *report;
    }
    RunReport resume(EventLog *log = nullptr, RunOptions options = {}, Context context = {})
    {
        auto report = await(m_engine->resume(QString(), options, log, context), 120);
        if (!report)
            qFatal("resume: %s", qUtf8Printable(describe(report.error())));
        return *report;
    }
    //! Somebody approves the connection whose name begins so, outside of any run.
    bool approve(const QString &server, const QString &beginning)
    {
        const QString path = server + QStringLiteral("/privateEndpointConnections");
        const auto list = await(m_arm->list(path, version::postgresql, Context()));
        if (!list)
            return false;
        for (const QJsonValue &each : *list) {
            if (!each.toObject().value(QStringLiteral("name")).toString().startsWith(beginning))
                continue;
            ArmRequest request;
            request.method = "PUT";
            request.path = each.toObject().value(QStringLiteral("id")).toString();
            request.apiVersion = version::postgresql;
            request.body = QJsonDocument::fromJson(R"({"properties":{"privateLinkServiceConnectionState":{"status":"Approved","description":"CHG-2041"}}})").object();
            const auto done = await(m_arm->sendAndWait(request, Context()), 60);
            return done.ok();
        }
        return false;
    }
    bool makeZone(const QString &id)
    {
        const QString group = id.section(QStringLiteral("/providers/"), 0, 0);
        QJsonObject place;
        place.insert(QStringLiteral("location"), QStringLiteral("westeurope"));
        QJsonObject global;
        global.insert(QStringLiteral("location"), QStringLiteral("global"));
        return put(group, version::resources, place) && put(id, version::privateDns, global);
    }
    bool put(const QString &path, const QString &apiVersion, const QJsonObject &body)
    {
        ArmRequest request;
        request.method = "PUT";
        request.path = path;
        request.apiVersion = apiVersion;
        request.body = QJsonValue(body);
        return await(m_arm->sendAndWait(request, Context()), 60).ok();
    }
    //! "created …/flexibleServers/pg-sales", once each and in order of names, whatever happened how often.
    QMap<QString, int> effects() const
    {
        QMap<QString, int> counts;
        for (const sandbox::LedgerEntry &entry : m_sandbox.ledger())
            ++counts[entry.effect + QLatin1Char(' ') + entry.resource.section(QStringLiteral("/providers/"), -1).toLower()];
        return counts;
    }
    QStringList createdTwice() const
    {
        QStringList twice;
        const QMap<QString, int> counts = effects();
        for (auto each = counts.cbegin(); each != counts.cend(); ++each) {
            if (each.key().startsWith(QLatin1String("created")) && each.value() > 1)
                twice << each.key();
        }
        return twice;
    }

    VirtualClock clock;
    FixedSecrets secrets;
    RunIdentity identity;

private:
    sandbox::Sandbox::Options options(const QJsonObject &settings, const QString &worldFile, sandbox::Sandbox::Postgres postgres)
    {
        QJsonObject world = QJsonDocument::fromJson(fileOf(worldFile)).object();
        QJsonObject all = world.value(QStringLiteral("settings")).toObject();
        for (auto each = settings.begin(); each != settings.end(); ++each) {
            if (each.key() == QLatin1String("seed"))
                world.insert(each.key(), each.value());
            else
                all.insert(each.key(), each.value());
        }
        world.insert(QStringLiteral("settings"), all);
        QString error;
        const auto state = sandbox::stateFromWorld(world, &error);
        if (!state)
            qFatal("world: %s", qUtf8Printable(error));
        sandbox::Sandbox::Options chosen;
        chosen.world = *state;
        chosen.clock = &clock;
        chosen.postgres = postgres;
        return chosen;
    }

    sandbox::Sandbox m_sandbox;
    std::unique_ptr<TokenCredential> m_credential;
    std::unique_ptr<QnamTransport> m_transport;
    std::unique_ptr<HttpPipeline> m_pipeline;
    std::unique_ptr<ArmClient> m_arm;
    Journal *m_journal = nullptr;
    std::unique_ptr<Engine> m_engine;
};

} // namespace causeway::test
