// SPDX-License-Identifier: Apache-2.0
// The main job against the sandbox, over real HTTP and in virtual time.
#include "mainjob.h"

#include "plan/preflight.h"

#include <QTemporaryDir>
#include <atomic>

using namespace causeway;
using namespace causeway::test;

namespace {

QStringList preflightErrors(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity)
{
    QStringList codes;
    for (const Issue &issue : preflight(spec, observed, identity)) {
        if (issue.severity == Severity::Error)
            codes << issue.code + QLatin1Char(' ') + issue.arguments.join(QLatin1Char(' '));
    }
    return codes;
}

void expectSuccess(const RunReport &report)
{
    for (const StepReport &step : report.steps) {
        if (step.error)
            qInfo("%s: %s", qUtf8Printable(step.step), qUtf8Printable(describe(*step.error)));
    }
    QCOMPARE(report.outcome, Outcome::Succeeded);
    QCOMPARE(report.verdict, QStringLiteral("Connection successful"));
}

std::unique_ptr<Journal> journalAt(const QTemporaryDir &folder)
{
    auto journal = Journal::open(folder.filePath(QStringLiteral("runs.sqlite")));
    if (!journal)
        qFatal("%s", qUtf8Printable(describe(journal.error())));
    return std::move(*journal);
}

//! Cuts a run at its n-th event: no write and no wait goes on, as when the process dies, but for what a coroutine does to end.
class Cut
{
public:
    Cut(Engine &engine, EventLog &log, int at)
    {
        log.onEvent = [this, &engine, at](const StepEvent &event) {
            if (event.kind == StepEvent::Kind::Planned || ++m_seen != at)
                return;
            m_stop.request_stop();
            engine.detach();
        };
    }
    [[nodiscard]] Context context() const
    {
        Context context;
        context.stop = m_stop.get_token();
        return context;
    }

private:
    int m_seen = 0;
    std::stop_source m_stop;
};

} // namespace

class TestMainJob : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void quickstart()
    {
        Stage stage;
        EventLog log;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        const Plan plan = stage.plan(spec);
        QVERIFY(plan.hasChanges());
        QCOMPARE(preflightErrors(spec, stage.observe(spec), stage.identity), QStringList());
        const auto validated = await(stage.engine().validateRemotely(plan, Context()));
        QVERIFY2(validated.ok(), validated ? "" : qUtf8Printable(describe(validated.error())));
        const RunReport report = stage.run(plan, &log);
        if (report.outcome != Outcome::Succeeded || qEnvironmentVariableIsSet("CAUSEWAY_TEST_VERBOSE"))
            log.print();
        for (const StepReport &step : report.steps) {
            if (step.error)
                qInfo("%s: %s", qUtf8Printable(step.step), qUtf8Printable(describe(*step.error)));
        }
        QCOMPARE(report.outcome, Outcome::Succeeded);
        QCOMPARE(report.verdict, QStringLiteral("Connection successful"));
        QCOMPARE(report.exitCode(), 0);
        QCOMPARE(stage.createdTwice(), QStringList());
        QVERIFY(report.made.size() >= 14);
        if (qEnvironmentVariableIsSet("CAUSEWAY_TEST_VERBOSE")) {
            for (const sandbox::LedgerEntry &entry : stage.sandbox().ledger())
                qInfo("%8.1f  %s %s", double((entry.at - report.started).count()) / 1000, qUtf8Printable(entry.effect), qUtf8Printable(entry.resource.section(QLatin1Char('/'), -2)));
        }
        qInfo("makespan %.1f s, estimated critical path %.1f s", double((report.ended - report.started).count()) / 1000, double(plan.criticalTime().count()) / 1000);

        // A second run finds everything as it should be.
        const Plan again = stage.plan(spec);
        QStringList changes;
        for (const PlannedStep &step : again.steps) {
            if (step.change != Change::None && step.kind != StepKind::ConnectionTest)
                changes << step.id;
        }
        QCOMPARE(changes, QStringList());
        QVERIFY(!again.hasChanges());
        const QMap<QString, int> before = stage.effects();
        const RunReport second = stage.run(again);
        QCOMPARE(second.outcome, Outcome::Succeeded);
        QCOMPARE(second.verdict, QStringLiteral("Connection successful"));
        QMap<QString, int> after = stage.effects();
        for (auto each = after.begin(); each != after.end(); ++each) {
            if (!each.key().startsWith(QLatin1String("tested"))) // a test leaves nothing behind
                QCOMPARE(each.value(), before.value(each.key()));
        }
    }

    //! The run takes hardly longer than its critical path, as the ledger shows it: the server, the managed endpoint's
    //! connection, the decision, and the three minutes until the factory notices.
    void makespan_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 8; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }
    void makespan()
    {
        QFETCH(int, seed);
        QJsonObject settings;
        settings.insert(QStringLiteral("seed"), seed);
        Stage stage(settings);
        EventLog log;
        const RunReport report = stage.apply(example(QStringLiteral("quickstart")), &log);
        expectSuccess(report);
        const auto at = [&](const char *effect, const char *resource) {
            for (const sandbox::LedgerEntry &entry : stage.sandbox().ledger()) {
                if (entry.effect == QLatin1String(effect) && entry.resource.contains(QLatin1String(resource), Qt::CaseInsensitive))
                    return entry.at;
            }
            return TimePoint();
        };
        const Milliseconds server = at("created", "flexibleServers/pg-sales") - report.started;
        const Milliseconds connection = at("created", "privateEndpointConnections/adf-sales.mpe-pg-sales") - at("created", "managedprivateendpoints/mpe-pg-sales");
        const Milliseconds decision = at("approved", "privateEndpointConnections/adf-sales.mpe-pg-sales") - *report.step(QStringLiteral("approval"))->started;
        const Milliseconds path = server + connection + decision + Milliseconds(std::chrono::seconds(180));
        const double ratio = double((report.ended - report.started).count()) / double(path.count());
        qInfo("seed %d: makespan %.1f s, critical path %.1f s, ratio %.3f", seed, double((report.ended - report.started).count()) / 1000, double(path.count()) / 1000, ratio);
        QVERIFY(ratio <= 1.05);
    }

    //! The same with a real PostgreSQL: what the test reports are the real connection's version, TLS version and cipher.
    void quickstartOnARealServer()
    {
        Stage stage({}, QStringLiteral("resources/worlds/default.json"), sandbox::Sandbox::Postgres::Auto);
        const RunReport report = stage.apply(example(QStringLiteral("quickstart")));
        expectSuccess(report);
        if (qEnvironmentVariableIsSet("CAUSEWAY_TEST_VERBOSE"))
            qInfo("%s", QJsonDocument(report.test).toJson().constData());
    }

    //! A reader may do nothing: every failure is a missing right, and the exit code says so.
    void withoutAnyRight()
    {
        Stage stage({}, QStringLiteral("resources/worlds/contoso.json"));
        stage.signIn(QStringLiteral("reader@contoso.example"));
        SetupSpec spec = example(QStringLiteral("network-admin-only"));
        const Plan plan = stage.plan(spec);
        QStringList missing;
        for (const Issue &issue : preflight(spec, stage.observe(spec), stage.identity)) {
            if (issue.code == QLatin1String("not-permitted"))
                missing << issue.arguments.value(0);
        }
        QVERIFY(missing.contains(QStringLiteral("Microsoft.Network/privateEndpoints/write")));
        QVERIFY(missing.contains(QStringLiteral("Microsoft.Network/virtualNetworks/subnets/join/action")));
        const int before = int(stage.sandbox().ledger().size());
        const RunReport report = stage.run(plan);
        QCOMPARE(report.outcome, Outcome::Failed);
        QCOMPARE(report.exitCode(), 3);
        QCOMPARE(int(stage.sandbox().ledger().size()), before);
    }

    //! Somebody makes the group between plan and run, and elsewhere: it stays as it is, and is no success of ours.
    void aStrangersResourceIsNotTouched()
    {
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        const Plan plan = stage.plan(spec);
        QJsonObject body;
        body.insert(QStringLiteral("location"), QStringLiteral("northeurope"));
        QVERIFY(stage.put(plan.step(QStringLiteral("group"))->target.toString(), version::resources, body));
        const RunReport report = stage.run(plan);
        QCOMPARE(report.outcome, Outcome::Failed);
        QCOMPARE(report.step(QStringLiteral("group"))->error->code, QStringLiteral("ExistsDifferently"));
        QCOMPARE(report.step(QStringLiteral("server"))->outcome, Outcome::Skipped);
        // What does not stand in that group goes on.
        QCOMPARE(report.step(QStringLiteral("zone"))->outcome, Outcome::Succeeded);
    }

    void examples_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("password") << QStringLiteral("password");
        QTest::newRow("system-assigned") << QStringLiteral("system-assigned");
    }
    void examples()
    {
        QFETCH(QString, name);
        Stage stage;
        const SetupSpec spec = example(name);
        expectSuccess(stage.apply(spec));
        QCOMPARE(stage.createdTwice(), QStringList());
        QVERIFY(!stage.plan(spec).hasChanges());
    }

    void variants_data()
    {
        QTest::addColumn<std::function<void(SetupSpec &)>>("change");
        using Prepare = std::function<void(SetupSpec &)>;
        const auto row = [](const char *name, Prepare prepare) { QTest::newRow(name) << prepare; };
        row("manual approval, by us", [](SetupSpec &spec) { spec.privateEndpoint->approval = EndpointApproval::Manual; });
        row("user-assigned identity", [](SetupSpec &spec) {
            spec.linkedService->authentication.type = AuthenticationType::UserAssignedManagedIdentity;
            spec.linkedService->authentication.identity = *ResourceId::parse(QStringLiteral("/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg-sales/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-sales"));
        });
        row("no public access", [](SetupSpec &spec) {
            spec.server->publicNetworkAccess = false;
            spec.server->firewall.clear();
        });
        row("a standby", [](SetupSpec &spec) { spec.server->create->highAvailability = HighAvailability::ZoneRedundant; });
        row("no secure transport", [](SetupSpec &spec) {
            spec.server->requireSecureTransport = false;
            spec.linkedService->encryption = EncryptionMethod::Disable;
            spec.linkedService->encryptionReason = QStringLiteral("lab");
        });
        row("no DNS", [](SetupSpec &spec) { spec.privateEndpoint->dnsMode = DnsMode::None; });
        row("one at a time", [](SetupSpec &spec) { spec.name = QStringLiteral("one at a time"); });
    }
    void variants()
    {
        QFETCH(std::function<void(SetupSpec &)>, change);
        Stage stage;
        SetupSpec spec = example(QStringLiteral("quickstart"));
        change(spec);
        RunOptions options;
        options.parallel = spec.name == QLatin1String("one at a time") ? 1 : 8;
        expectSuccess(stage.apply(spec, nullptr, options));
        QCOMPARE(stage.createdTwice(), QStringList());
        const Plan again = stage.plan(spec);
        for (const PlannedStep &step : again.steps)
            QVERIFY2(step.change == Change::None || step.kind == StepKind::ConnectionTest, qUtf8Printable(step.id));
    }

    void resumesAfterACutAtEachStepBoundary_data()
    {
        QTest::addColumn<int>("event");
        for (int event = 1; event <= 60; event += 3)
            QTest::addRow("event %d", event) << event;
    }
    void resumesAfterACutAtEachStepBoundary()
    {
        QFETCH(int, event);
        QTemporaryDir folder;
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        EventLog log;
        Cut cut(stage.engine(), log, event);
        const RunReport first = stage.apply(spec, &log, RunOptions(), cut.context());
        QVERIFY(first.outcome == Outcome::Cancelled || first.outcome == Outcome::Succeeded);
        stage.engineOn(journal.get()); // another process
        EventLog again;
        const RunReport second = stage.resume(&again);
        expectSuccess(second);
        QCOMPARE(second.runId, first.runId);
        QCOMPARE(stage.createdTwice(), QStringList());
        QVERIFY(!stage.plan(spec).hasChanges());
    }

    //! What has succeeded is reported, and what somebody else began is left alone.
    void resumeOfWhatIsOverOrForeign()
    {
        QTemporaryDir folder;
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("password"));
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        stage.identity.user = QStringLiteral("ann@x.example");
        EventLog log;
        Cut cut(stage.engine(), log, 6);
        QCOMPARE(stage.apply(spec, &log, RunOptions(), cut.context()).outcome, Outcome::Cancelled);
        stage.engineOn(journal.get());
        const auto records = [&journal] { return await(journal->run(QString()))->records.size(); };
        const auto before = records();
        RunOptions foreign;
        foreign.resumedBy = stage.identity;
        foreign.resumedBy->user = QStringLiteral("bob@x.example");
        EventLog quiet;
        const auto refused = await(stage.engine().resume(QString(), foreign, &quiet, {}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("AnotherUser"));
        QCOMPARE(quiet.lines, QStringList());
        QCOMPARE(records(), before);
        RunOptions own;
        own.resumedBy = stage.identity;
        const RunReport ended = stage.resume(nullptr, own);
        expectSuccess(ended);
        QVERIFY(!ended.wasOver);

        const auto all = records();
        const QMap<QString, int> effects = stage.effects();
        const RunReport over = stage.resume(&quiet);
        expectSuccess(over);
        QVERIFY(over.wasOver);
        QCOMPARE(over.made.size(), ended.made.size());
        QCOMPARE(quiet.lines, QStringList());
        QCOMPARE(records(), all);
        QCOMPARE(stage.effects(), effects);
    }

    //! The same twice more, but each second process dies too.
    void resumesAfterSeveralCuts()
    {
        QTemporaryDir folder;
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("password"));
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        EventLog log;
        Cut cut(stage.engine(), log, 6);
        QCOMPARE(stage.apply(spec, &log, RunOptions(), cut.context()).outcome, Outcome::Cancelled);
        for (const int at : {1, 3, 9}) {
            stage.engineOn(journal.get());
            EventLog more;
            Cut next(stage.engine(), more, at);
            QVERIFY(stage.resume(&more, RunOptions(), next.context()).outcome != Outcome::Failed);
        }
        stage.engineOn(journal.get());
        expectSuccess(stage.resume());
        QCOMPARE(stage.createdTwice(), QStringList());
    }

    //! The process dies while the answer to its n-th write is on the way: the world has seen it, the journal has not.
    void resumesAfterALostAnswer_data()
    {
        QTest::addColumn<int>("write");
        for (int write = 1; write <= 22; ++write)
            QTest::addRow("write %d", write) << write;
    }
    void resumesAfterALostAnswer()
    {
        QFETCH(int, write);
        QTemporaryDir folder;
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        const Plan plan = stage.plan(spec);
        std::stop_source stop;
        Context context;
        context.stop = stop.get_token();
        QObject here;
        std::atomic<int> writes = 0;
        Engine *engine = &stage.engine();
        stage.sandbox().onRequest([&](const QByteArray &method, const QByteArray &, int) {
            if (method == "GET" || ++writes != write)
                return;
            QMetaObject::invokeMethod(&here, [&stop, engine] {
                stop.request_stop();
                engine->detach();
            }, Qt::QueuedConnection);
        });
        const RunReport first = stage.run(plan, nullptr, RunOptions(), context);
        QVERIFY2(first.outcome != Outcome::Failed, "a cut is no failure");
        stage.sandbox().onRequest({});
        stage.engineOn(journal.get());
        expectSuccess(stage.resume());
        QCOMPARE(stage.createdTwice(), QStringList());
        QVERIFY(!stage.plan(spec).hasChanges());
    }

    void faults_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<int>("status");
        const int drop = int(sandbox::FaultKind::Drop), status = int(sandbox::FaultKind::Status), truncate = int(sandbox::FaultKind::Truncate);
        QTest::newRow("the server's answer is lost") << drop << QByteArray("PUT") << QByteArray("flexibleServers/pg-sales?") << 0;
        QTest::newRow("the endpoint's answer is lost") << drop << QByteArray("PUT") << QByteArray("privateEndpoints/pe-sales?") << 0;
        QTest::newRow("the managed endpoint's answer is cut") << truncate << QByteArray("PUT") << QByteArray("managedPrivateEndpoints/") << 0;
        QTest::newRow("the approval's answer is lost") << drop << QByteArray("PUT") << QByteArray("privateEndpointConnections/") << 0;
        QTest::newRow("504 for the linked service") << status << QByteArray("PUT") << QByteArray("linkedservices/") << 504;
        QTest::newRow("503 for the zone") << status << QByteArray("PUT") << QByteArray("privateDnsZones/") << 503;
        QTest::newRow("429 for the database") << status << QByteArray("PUT") << QByteArray("databases/sales") << 429;
        QTest::newRow("500 while polling") << status << QByteArray("GET") << QByteArray("azureAsyncOperation") << 500;
        QTest::newRow("400 for the test") << status << QByteArray("POST") << QByteArray("testConnectivity") << 400;
    }
    void faults()
    {
        QFETCH(int, kind);
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, path);
        QFETCH(int, status);
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        const Plan plan = stage.plan(spec);
        sandbox::Fault fault;
        fault.kind = sandbox::FaultKind(kind);
        fault.method = method;
        fault.path = path;
        fault.status = status;
        fault.body = R"({"error":{"code":"Injected","message":"Told to."}})";
        stage.sandbox().addFault(fault);
        expectSuccess(stage.run(plan));
        QCOMPARE(stage.createdTwice(), QStringList());
    }

    void networkAdminAsksTheDba()
    {
        QTemporaryDir folder;
        Stage stage({}, QStringLiteral("resources/worlds/contoso.json"));
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        stage.signIn(QStringLiteral("netadmin@contoso.example"));
        const SetupSpec spec = example(QStringLiteral("network-admin-only"));
        const RunReport first = stage.apply(spec);
        for (const StepReport &step : first.steps) {
            if (step.error && step.outcome != Outcome::Waiting)
                qInfo("%s: %s", qUtf8Printable(step.step), qUtf8Printable(describe(*step.error)));
        }
        QCOMPARE(first.outcome, Outcome::Waiting);
        QCOMPARE(first.exitCode(), 20);
        const StepReport *waiting = first.step(QStringLiteral("endpoint-approval"));
        QVERIFY(waiting);
        QCOMPARE(waiting->waitingFor, Actor::Dba);
        QVERIFY(waiting->arguments.value(1).endsWith(QLatin1String("flexibleServers/pg-sales")));
        QVERIFY(waiting->arguments.value(2).contains(QLatin1String("privateEndpointConnectionsApproval/action")));
        // Whoever may decide decides; then the same run goes on.
        const QString server = spec.server->id.toString();
        stage.signIn(QStringLiteral("approver@contoso.example"));
        QVERIFY(stage.approve(server, QStringLiteral("pe-sales.")));
        stage.signIn(QStringLiteral("netadmin@contoso.example"));
        QCOMPARE(stage.resume().outcome, Outcome::Succeeded);
        QVERIFY(!stage.plan(spec).hasChanges());
    }

    void dataEngineerAlone()
    {
        Stage stage({}, QStringLiteral("resources/worlds/contoso.json"));
        stage.signIn(QStringLiteral("engineer@contoso.example"));
        const SetupSpec spec = example(QStringLiteral("data-engineer-only"));
        const RunReport report = stage.apply(spec);
        for (const StepReport &step : report.steps) {
            if (step.error)
                qInfo("%s: %s", qUtf8Printable(step.step), qUtf8Printable(describe(*step.error)));
        }
        QCOMPARE(report.outcome, Outcome::Succeeded);
    }

    void lockedNetworkIsFoundBefore()
    {
        Stage stage({}, QStringLiteral("resources/worlds/contoso.json"));
        SetupSpec spec = example(QStringLiteral("network-admin-only"));
        spec.privateEndpoint->virtualNetwork = *ResourceId::parse(QString(spec.privateEndpoint->virtualNetwork.toString()).replace(QLatin1String("vnet-hub"), QLatin1String("vnet-locked")));
        bool named = false;
        for (const Issue &issue : preflight(spec, stage.observe(spec), stage.identity))
            named = named || (issue.code == QLatin1String("locked") && issue.arguments.value(1) == QLatin1String("vnet-locked") && issue.arguments.value(2) == QLatin1String("no-changes") && issue.arguments.value(3) == QLatin1String("ReadOnly"));
        QVERIFY(named);
    }

    void savedPlanIsRefusedWhenTheWorldMoved()
    {
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        const Plan saved = *Plan::fromJson(stage.plan(spec).toJson());
        SetupSpec part = spec;
        part.server.reset();
        part.privateEndpoint.reset();
        part.linkedService.reset();
        part.integration->managedPrivateEndpointName.clear();
        QCOMPARE(stage.apply(part).outcome, Outcome::Succeeded);
        RunOptions careful;
        careful.refuseWhenMoved = true;
        const auto refused = await(stage.engine().run(saved, careful, nullptr, Context()));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("WorldMoved"));
        QVERIFY(refused.error().message.contains(QLatin1String("factory")));
    }

    void aPolicyRegistersTheAddress()
    {
        SetupSpec spec = example(QStringLiteral("quickstart"));
        spec.privateEndpoint->dnsMode = DnsMode::Zone;
        Stage first; // tells the zone's id
        const Plan plan = first.plan(spec);
        QJsonObject settings;
        settings.insert(QStringLiteral("networkPolicyZone"), plan.step(QStringLiteral("zone"))->target.toString());
        Stage stage(settings);
        spec.privateEndpoint->dnsMode = DnsMode::Policy;
        QVERIFY(stage.makeZone(plan.step(QStringLiteral("zone"))->target.toString()));
        expectSuccess(stage.apply(spec));
        QVERIFY(!stage.plan(spec).hasChanges());
    }

    //! Another process cannot know the password that the first one generated: it sets a new one where it is still needed.
    void aLostPasswordIsReplaced_data()
    {
        QTest::addColumn<QString>("until");
        QTest::addColumn<bool>("replaced");
        QTest::newRow("while the server is made") << QStringLiteral("server started") << true;
        QTest::newRow("when all that sends it is done") << QStringLiteral("test started") << false;
    }
    void aLostPasswordIsReplaced()
    {
        QFETCH(QString, until);
        QFETCH(bool, replaced);
        QTemporaryDir folder;
        Stage stage;
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        EventLog log;
        std::stop_source stop;
        log.onEvent = [&](const StepEvent &event) {
            const bool now = event.step == until.section(QLatin1Char(' '), 0, 0) && event.kind == StepEvent::Kind::Started;
            if (!now)
                return;
            stage.clock.callAfter(std::chrono::minutes(2), [&] {
                stop.request_stop();
                stage.engine().detach();
            });
            if (until.startsWith(QLatin1String("test"))) {
                stop.request_stop();
                stage.engine().detach();
            }
        };
        Context context;
        context.stop = stop.get_token();
        QCOMPARE(stage.apply(spec, &log, RunOptions(), context).outcome, Outcome::Cancelled);
        stage.engineOn(journal.get());
        EventLog again;
        bool renewed = false;
        again.onEvent = [&](const StepEvent &event) { renewed = renewed || event.text == QLatin1String("new-secret"); };
        expectSuccess(stage.resume(&again));
        QCOMPARE(renewed, replaced);
    }

    void waitsForTheDba()
    {
        QTemporaryDir folder;
        Stage stage;
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        SetupSpec spec = example(QStringLiteral("quickstart"));
        spec.integration->approvalMode = ApprovalMode::Wait;
        const RunReport first = stage.apply(spec);
        QCOMPARE(first.outcome, Outcome::Waiting);
        QCOMPARE(first.exitCode(), 20);
        QCOMPARE(first.step(QStringLiteral("approval"))->waitingFor, Actor::Dba);
        // Everything that needs no approval is done.
        for (const StepReport &step : first.steps) {
            const bool behind = step.step == QLatin1String("approval") || step.step == QLatin1String("test");
            QVERIFY2(behind || step.outcome == Outcome::Succeeded, qUtf8Printable(step.step));
        }
        QCOMPARE(first.step(QStringLiteral("test"))->outcome, Outcome::Skipped);
        RunOptions own;
        own.approval = ApprovalMode::ApproveOwn;
        expectSuccess(stage.resume(nullptr, own));
        QCOMPARE(stage.createdTwice(), QStringList());
    }

    //! A second run of the same person may approve what the first one made; without its journal nobody knows whose it is.
    void anotherRunApprovesWhatWeMade_data()
    {
        QTest::addColumn<bool>("sameJournal");
        QTest::newRow("ours by the journal") << true;
        QTest::newRow("perhaps somebody else's") << false;
    }
    void anotherRunApprovesWhatWeMade()
    {
        QFETCH(bool, sameJournal);
        QTemporaryDir folder;
        Stage stage;
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        SetupSpec spec = example(QStringLiteral("quickstart"));
        spec.integration->approvalMode = ApprovalMode::Wait;
        QCOMPARE(stage.apply(spec).outcome, Outcome::Waiting);
        if (!sameJournal)
            stage.engineOn(nullptr);
        RunOptions own;
        own.approval = ApprovalMode::ApproveOwn;
        const RunReport second = stage.apply(spec, nullptr, own);
        QCOMPARE(second.outcome, sameJournal ? Outcome::Succeeded : Outcome::Waiting);
        QCOMPARE(stage.createdTwice(), QStringList());
    }

    //! A factory that saw Approved says so for ever; that the server has removed the connection is told at once.
    void aConnectionThatIsGoneIsExplained()
    {
        Stage stage;
        const SetupSpec spec = example(QStringLiteral("quickstart"));
        expectSuccess(stage.apply(spec));
        stage.sandbox().visit([](sandbox::World &world) {
            const auto connections = world.state().list(QString(), QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections"));
            for (const sandbox::Resource *each : connections) {
                if (each->name.startsWith(QLatin1String("adf-sales."))) {
                    const QString id = each->id;
                    world.state().remove(id);
                    break;
                }
            }
        });
        const RunReport report = stage.apply(spec);
        QCOMPARE(report.outcome, Outcome::Failed);
        QCOMPARE(report.step(QStringLiteral("approval"))->error->code, QStringLiteral("ConnectionGone"));
        QVERIFY(report.ended - report.started < std::chrono::minutes(1));
    }

    //! The window keeps one engine: what was let go ends, and the same engine resumes it.
    void theSameEngineResumesWhatItLetGo()
    {
        QTemporaryDir folder;
        Stage stage;
        auto journal = journalAt(folder);
        stage.engineOn(journal.get());
        EventLog log;
        Cut cut(stage.engine(), log, 12);
        QCOMPARE(stage.apply(example(QStringLiteral("quickstart")), &log, RunOptions(), cut.context()).outcome, Outcome::Cancelled);
        EventLog more;
        Cut again(stage.engine(), more, 7);
        QCOMPARE(stage.resume(&more, RunOptions(), again.context()).outcome, Outcome::Cancelled);
        expectSuccess(stage.resume());
        QCOMPARE(stage.createdTwice(), QStringList());
    }

    void cancelStartsNoNewWrite()
    {
        Stage stage;
        std::stop_source stop;
        EventLog log;
        log.onEvent = [&stop](const StepEvent &event) {
            if (event.step == QLatin1String("server") && event.kind == StepEvent::Kind::Started)
                stop.request_stop();
        };
        Context context;
        context.stop = stop.get_token();
        const RunReport report = stage.apply(example(QStringLiteral("quickstart")), &log, RunOptions(), context);
        QCOMPARE(report.outcome, Outcome::Cancelled);
        QCOMPARE(report.exitCode(), 130);
        QVERIFY(!log.main.contains(QStringLiteral("managed-endpoint started")));
    }
};

QTEST_GUILESS_MAIN(TestMainJob)
#include "tst_mainjob.moc"
