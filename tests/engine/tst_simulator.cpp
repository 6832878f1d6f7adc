// SPDX-License-Identifier: Apache-2.0
// Setups like quickstart, carried out against the World in process, in virtual time and by a seed: a bad wire, cancels,
// detaches, other processes that resume, approvers of all kinds, strangers on the same server. CAUSEWAY_SEEDS=N for more of
// them, CAUSEWAY_SEED=n for one that failed.
#include "badwire.h"
#include "mainjob.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>

using namespace causeway;
using namespace causeway::test;

namespace {

const QString subscriptionPath = QStringLiteral("/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8");
const QString owner = QStringLiteral("649b6090-69bd-4d7b-8961-6a1e5543fe30");
const QString approver = QStringLiteral("5c8f1f5e-94b6-4b34-9e55-0d3a4dd2a5c1");
const QString stranger = QStringLiteral("6a0d7a55-7d8c-4b0c-8a50-6d6fbb6d4a11");

//! The default world, slightly different by the seed, with two more owners.
sandbox::State worldBySeed(quint64 seed)
{
    QJsonObject world = QJsonDocument::fromJson(fileOf(QStringLiteral("resources/worlds/default.json"))).object();
    world.insert(QStringLiteral("seed"), int(seed % 100000));
    QJsonArray users = world.value(QStringLiteral("users")).toArray();
    for (const auto &[id, name] : {std::pair(approver, QStringLiteral("approver")), std::pair(stranger, QStringLiteral("stranger"))}) {
        QJsonObject user = users.first().toObject();
        user.insert(QStringLiteral("objectId"), id);
        user.insert(QStringLiteral("userPrincipalName"), name + QStringLiteral("@sandbox.example"));
        users.append(user);
    }
    world.insert(QStringLiteral("users"), users);
    QString error;
    const auto state = sandbox::stateFromWorld(world, &error);
    if (!state)
        qFatal("world: %s", qUtf8Printable(error));
    return *state;
}

//! Reads the journal as somebody who only has the file.
class JournalReader
{
public:
    explicit JournalReader(const QString &path) : m_name(QStringLiteral("reader ") + path)
    {
        QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
        db.setDatabaseName(path);
        if (!db.open())
            qFatal("%s", qUtf8Printable(db.lastError().text()));
    }
    ~JournalReader()
    {
        QSqlDatabase::database(m_name).close();
        QSqlDatabase::removeDatabase(m_name);
    }
    [[nodiscard]] bool hasIntent(const QByteArray &method, const QString &path) const
    {
        QSqlQuery query(QSqlDatabase::database(m_name));
        query.prepare(QStringLiteral("SELECT 1 FROM record WHERE kind = 'intent' AND lower(json_extract(content, '$.path')) = ? AND json_extract(content, '$.method') = ? LIMIT 1"));
        query.addBindValue(path.toLower());
        query.addBindValue(QString::fromLatin1(method));
        return query.exec() && query.next();
    }
    [[nodiscard]] QString everything() const
    {
        QSqlQuery query(QSqlDatabase::database(m_name));
        query.exec(QStringLiteral("SELECT content FROM record UNION ALL SELECT plan FROM run"));
        QString text;
        while (query.next())
            text += query.value(0).toString();
        return text;
    }

private:
    QString m_name;
};

//! One seed: what was drawn, what happened, and what of it must never be.
class Simulation final : public RunListener
{
public:
    explicit Simulation(quint64 seed)
        : m_seed(seed), m_random(seed * 0x9E3779B97F4A7C15ULL + 1), m_world(worldBySeed(seed)), m_wire(m_world, m_clock, seed * 31 + 7),
          m_folder(QFileInfo::exists(QStringLiteral("/dev/shm")) ? QStringLiteral("/dev/shm/causeway-sim-XXXXXX") : QStringLiteral("causeway-sim-XXXXXX"))
    {
        m_identity.subscription = m_world.state().subscriptions.first().id;
        m_identity.tenant = m_world.state().subscriptions.first().tenant;
        m_wire.principal = owner;
        m_wire.onWrite = [this](const HttpRequest &request) { seeWrite(request); };
        m_wire.onAnswer = [this](const HttpRequest &request, int status) { seeAnswer(request, status); };
        const Planes::Entry entry{*Origin::parse(QString::fromLatin1(BadWire::origin)), QString()};
        PipelineOptions options;
        options.random = [this] { return chance(); };
        m_pipeline = std::make_unique<HttpPipeline>(m_wire, m_clock, Planes(entry), nullptr, options);
        m_arm = std::make_unique<ArmClient>(*m_pipeline, m_clock);
        const QString path = m_folder.filePath(QStringLiteral("runs.sqlite"));
        auto journal = Journal::open(path);
        if (!journal)
            qFatal("%s", qUtf8Printable(describe(journal.error())));
        m_journal = std::move(*journal);
        m_reader = std::make_unique<JournalReader>(path);
        drawSetup();
        drawWeather();
    }

    //! Empty: all that must hold held.
    QStringList live()
    {
        const auto plan = planned();
        if (!plan)
            return m_broken;
        strangersCome();
        std::optional<RunReport> report;
        const int rounds = 1 + int(draw(5));
        for (int round = 0; round < rounds && m_broken.isEmpty(); ++round) {
            report = attempt(round == 0 ? &*plan : nullptr, true);
            if (report && report->outcome == Outcome::Succeeded)
                break;
        }
        // The weather clears, nobody cancels, whoever has to decide decides: now it must come to its end.
        m_wire.weather = Weather();
        for (int round = 0; round < 4 && m_broken.isEmpty() && !(report && report->outcome == Outcome::Succeeded); ++round) {
            if (round > 0)
                decide(m_rejects ? "Rejected" : "Approved");
            report = attempt(nullptr, false);
            if (m_rejects && report && report->outcome == Outcome::Failed)
                break;
        }
        check(*plan, report);
        return m_broken;
    }

    // --- RunListener: no step starts before what it depends on is done --------------------------
    void runStarted(const QString &, const Plan &plan) override
    {
        m_plan = plan;
        m_succeeded.clear();
    }
    void stepHappened(const StepEvent &event) override
    {
        if (m_talk && event.kind != StepEvent::Kind::Planned)
            qInfo("%9.1f  %s %d %s %s", seconds(), qUtf8Printable(event.step), int(event.kind), qUtf8Printable(event.text), event.error ? qUtf8Printable(describe(*event.error)) : "");
        if (event.kind == StepEvent::Kind::Succeeded)
            m_succeeded << event.step;
        if (event.kind != StepEvent::Kind::Started)
            return;
        for (const QString &need : m_plan.step(event.step)->dependsOn)
            expect(m_succeeded.contains(need), QStringLiteral("%1 started before %2 was done").arg(event.step, need));
    }

private:
    quint64 draw(quint64 below) { return m_random() % below; }
    double chance() { return std::uniform_real_distribution<double>(0, 1)(m_random); }
    [[nodiscard]] double seconds() const { return double((m_clock.now() - m_start).count()) / 1000; }
    void expect(bool holds, const QString &what)
    {
        if (!holds && !m_broken.contains(what))
            m_broken << what;
    }

    void drawSetup()
    {
        static const QString names[]{QStringLiteral("quickstart"), QStringLiteral("quickstart"), QStringLiteral("password"), QStringLiteral("system-assigned")};
        m_spec = example(names[draw(std::size(names))]);
        if (m_spec.privateEndpoint && draw(4) == 0)
            m_spec.privateEndpoint->approval = EndpointApproval::Manual;
        if (m_spec.server->name == QLatin1String("pg-sales") && draw(5) == 0)
            m_spec.server->create->highAvailability = HighAvailability::ZoneRedundant;
        m_spec.integration->approvalMode = draw(2) ? ApprovalMode::ApproveOwn : ApprovalMode::Wait;
        m_rejects = draw(12) == 0;
        m_options.parallel = 1 + int(draw(16));
    }

    void drawWeather()
    {
        const double bad = draw(5) == 0 ? 0 : 0.08 * chance();
        double *const all[]{&m_wire.weather.lostBefore, &m_wire.weather.lostAfter, &m_wire.weather.cutShort, &m_wire.weather.refused, &m_wire.weather.slow, &m_wire.weather.lostLink};
        for (double *each : all)
            *each = draw(2) ? bad : 0;
    }

    std::optional<Plan> planned()
    {
        newProcess();
        for (int attempts = 0; attempts < 6; ++attempts) {
            if (attempts == 5)
                m_wire.weather = Weather();
            const auto observed = await(m_engine->observe(m_spec, m_identity, Context()), 60);
            if (!observed)
                continue;
            const auto plan = makePlan(m_spec, *observed, m_identity);
            expect(plan.ok(), QStringLiteral("no plan: ") + (plan ? QString() : describe(plan.error())));
            return plan ? std::make_optional(*plan) : std::nullopt;
        }
        expect(false, QStringLiteral("a clear day, and nothing can be observed"));
        return std::nullopt;
    }

    void newProcess()
    {
        m_engine.reset();
        m_engine = std::make_unique<Engine>(Apis{*m_arm}, m_clock, m_secrets, m_journal.get());
    }

    //! One process: a run or a resume, to whatever end. Nullopt: it ended before its first step.
    std::optional<RunReport> attempt(const Plan *plan, bool disturbed)
    {
        if (draw(2))
            newProcess();
        auto stop = std::make_shared<std::stop_source>();
        Context context;
        context.stop = stop->get_token();
        RunOptions options = m_options;
        if (!disturbed || draw(2))
            options.wait = std::chrono::minutes(disturbed ? 1 + draw(40) : 60);
        if (!m_rejects && (draw(4) == 0 || (!disturbed && draw(2))))
            options.approval = ApprovalMode::ApproveOwn;
        m_dies.reset();
        m_cancelled = false;
        const auto cancel = [this, stop] {
            m_cancelled = true;
            stop->request_stop();
        };
        QList<Clock::TimerId> timers;
        const auto later = [&](Milliseconds time, const std::function<void()> &what) { timers << m_clock.callAfter(time, what); };
        if (disturbed && draw(3)) {
            const Milliseconds first(qint64(draw(1200'000)));
            later(first, cancel);
            if (draw(3))
                later(first + Milliseconds(qint64(draw(400'000))), [this] { m_engine->detach(); });
        }
        if (disturbed && draw(3) == 0) {
            m_dies = {m_wire.writes + int(draw(25)), [this, cancel] {
                cancel();
                m_engine->detach();
            }};
        }
        if (disturbed && draw(2))
            later(Milliseconds(qint64(draw(2400'000))), [this] { decide(m_rejects ? "Rejected" : "Approved"); });
        bool hung = false;
        later(std::chrono::hours(14), [&] {
            hung = true;
            cancel();
            m_engine->detach();
        });
        const QString newest;
        auto task = plan ? m_engine->run(*plan, options, this, context) : m_engine->resume(newest, options, this, context);
        const Result<RunReport> report = await(std::move(task), 120);
        for (const Clock::TimerId timer : timers)
            m_clock.cancel(timer);
        expect(!hung, QStringLiteral("fourteen hours, and no end"));
        if (m_talk)
            qInfo("%9.1f  == %s", seconds(), report ? qUtf8Printable(toText(report->outcome)) : qUtf8Printable(describe(report.error())));
        expect(report.ok(), QStringLiteral("a run did not begin: ") + (report ? QString() : describe(report.error())));
        if (!report)
            return std::nullopt;
        if (report->outcome == Outcome::Failed && !disturbed && !m_rejects) {
            for (const StepReport &step : report->steps) {
                if (step.error)
                    expect(false, QStringLiteral("in clear weather %1 failed: %2").arg(step.step, describe(*step.error)));
            }
        }
        if (report->outcome == Outcome::Succeeded)
            checkSuccess();
        return *report;
    }

    // --- other people ---------------------------------------------------------------------------
    sandbox::Response put(const QString &path, const QString &version, const QJsonObject &body, const QString &by)
    {
        const QByteArray target = (path + QStringLiteral("?api-version=") + version).toUtf8();
        return m_wire.answerOf("PUT", target, QJsonDocument(body).toJson(), by);
    }

    //! As one who reads the queue and knows which connection was asked for.
    void decide(const char *status)
    {
        bool again = false;
        for (const QString &id : ourConnections()) {
            const sandbox::Resource *connection = m_world.state().find(id);
            const QString now = stateOf(*connection);
            if (now == QLatin1String(status) || now == QLatin1String("Rejected"))
                continue;
            const QJsonObject decision{{QStringLiteral("status"), QLatin1String(status)}, {QStringLiteral("description"), QStringLiteral("as agreed")}};
            const auto answer = put(id, version::postgresql, {{QStringLiteral("properties"), QJsonObject{{QStringLiteral("privateLinkServiceConnectionState"), decision}}}}, approver);
            again = again || answer.status == 409;
        }
        if (again)
            m_clock.callAfter(std::chrono::seconds(20), [this, status] { decide(status); });
    }

    //! Strangers want to the same server, with the same names in other places.
    void strangersCome()
    {
        if (draw(3) == 0 || !m_spec.server || !m_spec.server->create)
            return;
        m_clock.callAfter(Milliseconds(qint64(draw(1500'000))), [this] {
            const QString server = serverId();
            if (!m_world.state().find(server) || serverState() != QLatin1String("Ready")) {
                m_clock.callAfter(std::chrono::seconds(45), [this] { strangersConnect(); });
                return;
            }
            strangersConnect();
        });
    }
    void strangersConnect()
    {
        const QString group = subscriptionPath + QStringLiteral("/resourceGroups/rg-stranger");
        const QJsonObject place{{QStringLiteral("location"), QStringLiteral("westeurope")}};
        put(group, version::resources, place, stranger);
        // A private endpoint of our endpoint's name, in another group.
        const QString subnet = subscriptionPath + QStringLiteral("/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/snet-endpoints");
        const QJsonObject link{{QStringLiteral("name"), QStringLiteral("x")}, {QStringLiteral("properties"), QJsonObject{{QStringLiteral("privateLinkServiceId"), serverId()}, {QStringLiteral("groupIds"), QJsonArray{QStringLiteral("postgresqlServer")}}}}};
        QJsonObject endpoint = place;
        endpoint.insert(QStringLiteral("properties"), QJsonObject{{QStringLiteral("subnet"), QJsonObject{{QStringLiteral("id"), subnet}}}, {QStringLiteral("manualPrivateLinkServiceConnections"), QJsonArray{link}}});
        put(group + QStringLiteral("/providers/Microsoft.Network/privateEndpoints/pe-sales"), version::network, endpoint, stranger);
        // A managed endpoint of our endpoint's name, in a factory whose name begins as ours.
        const QString factory = group + QStringLiteral("/providers/Microsoft.DataFactory/factories/adf-sales-other");
        put(factory, version::dataFactory, place, stranger);
        put(factory + QStringLiteral("/managedVirtualNetworks/default"), version::dataFactory, {{QStringLiteral("properties"), QJsonObject()}}, stranger);
        const QJsonObject target{{QStringLiteral("privateLinkResourceId"), serverId()}, {QStringLiteral("groupId"), QStringLiteral("postgresqlServer")}};
        put(factory + QStringLiteral("/managedVirtualNetworks/default/managedPrivateEndpoints/mpe-pg-sales"), version::dataFactory, {{QStringLiteral("properties"), target}}, stranger);
    }

    // --- what is seen on the wire ---------------------------------------------------------------
    void seeWrite(const HttpRequest &request)
    {
        const QString path = QString::fromUtf8(QByteArray::fromPercentEncoding(request.target.left(request.target.indexOf('?'))));
        const QByteArray key = request.method + ' ' + path.toUtf8();
        if (m_talk)
            qInfo("%9.1f    > %s", seconds(), key.constData());
        expect(m_reader->hasIntent(request.method, path), QStringLiteral("no intent before ") + QString::fromUtf8(key));
        // The pipeline may repeat what was refused; a write that was never sent before must not begin.
        expect(!m_cancelled || m_sent.contains(key), QStringLiteral("a new write after the cancel: ") + QString::fromUtf8(key));
        m_sent << key;
        const QString password = QJsonDocument::fromJson(request.body).object().value(QStringLiteral("properties")).toObject().value(QStringLiteral("administratorLoginPassword")).toString();
        if (!password.isEmpty())
            m_passwords << password;
        if (m_dies && m_wire.writes > m_dies->first)
            m_clock.callAfter(Milliseconds(qint64(draw(100))), std::exchange(m_dies, std::nullopt)->second);
    }
    void seeAnswer(const HttpRequest &request, int status)
    {
        // Whoever does things in their order, with correct bodies, is never told so.
        if (BadWire::isWrite(request))
            expect(status < 400 || status == 409 || status == 429, QStringLiteral("%1 to %2 %3").arg(status).arg(QString::fromLatin1(request.method), QString::fromUtf8(request.target.left(request.target.indexOf('?')))));
    }

    // --- the small model of what is ours --------------------------------------------------------
    [[nodiscard]] QString serverId() const { return subscriptionPath + QStringLiteral("/resourceGroups/%1/providers/Microsoft.DBforPostgreSQL/flexibleServers/%2").arg(m_spec.resourceGroup->name, m_spec.server->name); }
    [[nodiscard]] QString factoryId() const { return subscriptionPath + QStringLiteral("/resourceGroups/%1/providers/Microsoft.DataFactory/factories/%2").arg(m_spec.resourceGroup->name, m_spec.integration->name); }
    [[nodiscard]] QString serverState() const
    {
        const sandbox::Resource *server = m_world.state().find(serverId());
        return server ? server->body.value(QStringLiteral("properties")).toObject().value(QStringLiteral("state")).toString() : QString();
    }
    static QString stateOf(const sandbox::Resource &connection)
    {
        return connection.body.value(QStringLiteral("properties")).toObject().value(QStringLiteral("privateLinkServiceConnectionState")).toObject().value(QStringLiteral("status")).toString();
    }
    //! By the endpoint behind each, which only the two of the setup have.
    [[nodiscard]] QStringList ourConnections() const
    {
        QStringList ids;
        if (!m_spec.server)
            return ids;
        for (const sandbox::Resource *each : m_world.state().list(serverId(), QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections"))) {
            const QString endpoint = each->body.value(QStringLiteral("properties")).toObject().value(QStringLiteral("privateEndpoint")).toObject().value(QStringLiteral("id")).toString();
            const bool managed = endpoint.endsWith(QStringLiteral("/") + m_spec.integration->name + QStringLiteral(".") + m_spec.integration->managedPrivateEndpointName, Qt::CaseInsensitive);
            const bool own = endpoint.contains(QStringLiteral("/resourceGroups/rg-stranger/"), Qt::CaseInsensitive) ? false : m_spec.privateEndpoint && endpoint.endsWith(QStringLiteral("/privateEndpoints/") + m_spec.privateEndpoint->name, Qt::CaseInsensitive);
            if (managed || own)
                ids << each->id;
        }
        return ids;
    }

    void checkSuccess()
    {
        expect(!m_rejects || ourConnections().size() > 0, QStringLiteral("nothing to reject"));
        expect(serverState() == QLatin1String("Ready"), QStringLiteral("Succeeded, and the server is ") + serverState());
        const QStringList ours = ourConnections();
        expect(ours.size() == 1 + (m_spec.privateEndpoint ? 1 : 0), QStringLiteral("Succeeded, with %1 connections").arg(ours.size()));
        for (const QString &id : ours)
            expect(stateOf(*m_world.state().find(id)) == QLatin1String("Approved"), QStringLiteral("Succeeded, and not approved: ") + id);
        const sandbox::Resource *managed = m_world.state().find(factoryId() + QStringLiteral("/managedVirtualNetworks/default/managedPrivateEndpoints/") + m_spec.integration->managedPrivateEndpointName);
        expect(managed, QStringLiteral("Succeeded without a managed endpoint"));
        const QByteArray shown = m_wire.answerOf("GET", (managed ? managed->id : QString()).toUtf8() + "?api-version=" + version::dataFactory.toLatin1(), {}, owner).body;
        expect(shown.contains("\"Approved\""), QStringLiteral("Succeeded, and the factory knows nothing of it"));
        expect(m_world.state().find(factoryId() + QStringLiteral("/linkedservices/") + m_spec.linkedService->name), QStringLiteral("Succeeded without the linked service"));
        bool recorded = false;
        bool tested = false;
        for (const auto &[id, resource] : m_world.state().resources)
            recorded = recorded || (resource.type.compare(QLatin1String("Microsoft.Network/privateDnsZones/A"), Qt::CaseInsensitive) == 0 && id.contains(m_spec.server->name));
        for (const sandbox::LedgerEntry &entry : m_world.state().ledger)
            tested = tested || entry.effect == QLatin1String("tested");
        expect(tested, QStringLiteral("Succeeded without a test"));
        expect(recorded || !m_spec.privateEndpoint || m_spec.privateEndpoint->dnsMode != DnsMode::Zone, QStringLiteral("Succeeded without an A record"));
    }

    void check(const Plan &plan, const std::optional<RunReport> &last)
    {
        if (!m_rejects)
            expect(last && last->outcome == Outcome::Succeeded, QStringLiteral("in clear weather it ends as ") + (last ? toText(last->outcome) : QStringLiteral("nothing")));
        const QStringList ours = ourConnections();
        QMap<QString, int> created;
        for (const sandbox::LedgerEntry &entry : m_world.state().ledger) {
            const QString id = entry.resource.toLower();
            // Azure writes the records of a zone group anew with every PUT of it, also a repeated one.
            if (id.contains(QLatin1String("/privatednszones/")) && id.contains(QLatin1String("/a/")))
                continue;
            if (entry.effect == QLatin1String("created"))
                expect(++created[id] == 1, QStringLiteral("created twice: ") + id);
            if (!entry.by.startsWith(QLatin1String("owner")))
                continue;
            expect(!id.contains(QLatin1String("rg-stranger")) && !id.contains(QLatin1String("adf-sales-other")), QStringLiteral("a stranger's: %1 %2").arg(entry.effect, id));
            const bool takes = entry.effect == QLatin1String("deleted") || entry.effect == QLatin1String("removed") || entry.effect == QLatin1String("rejected");
            expect(!takes, QStringLiteral("%1 %2").arg(entry.effect, id));
            if (entry.effect == QLatin1String("approved"))
                expect(ours.contains(entry.resource, Qt::CaseInsensitive), QStringLiteral("approved, and not ours: ") + id);
        }
        const QString written = m_reader->everything();
        for (const QString &password : std::as_const(m_passwords))
            expect(!written.contains(password), QStringLiteral("a password in the journal"));
        Q_UNUSED(plan)
    }

    const quint64 m_seed;
    std::mt19937_64 m_random;
    VirtualClock m_clock;
    const TimePoint m_start = m_clock.now();
    sandbox::World m_world;
    BadWire m_wire;
    QTemporaryDir m_folder;
    FixedSecrets m_secrets;
    RunIdentity m_identity;
    std::unique_ptr<HttpPipeline> m_pipeline;
    std::unique_ptr<ArmClient> m_arm;
    std::unique_ptr<Journal> m_journal;
    std::unique_ptr<JournalReader> m_reader;
    std::unique_ptr<Engine> m_engine;

    SetupSpec m_spec;
    RunOptions m_options;
    bool m_rejects = false;
    bool m_cancelled = false;
    std::optional<std::pair<int, std::function<void()>>> m_dies; //!< with which write the process dies
    Plan m_plan;
    QSet<QString> m_succeeded;
    QSet<QByteArray> m_sent;
    QStringList m_passwords;
    QStringList m_broken;
    const bool m_talk = qEnvironmentVariableIsSet("CAUSEWAY_TEST_VERBOSE");
};

} // namespace

class TestSimulator : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    //! In portions, because QtTest gives each row five minutes.
    void seeds_data()
    {
        QTest::addColumn<quint64>("first");
        QTest::addColumn<quint64>("count");
        if (const quint64 only = qEnvironmentVariable("CAUSEWAY_SEED").toULongLong()) {
            QTest::newRow("one") << only << quint64(1);
            return;
        }
        const quint64 all = qEnvironmentVariable("CAUSEWAY_SEEDS", QStringLiteral("75")).toULongLong();
        for (quint64 first = 1; first <= all; first += 25)
            QTest::addRow("from %llu", first) << first << std::min<quint64>(25, all - first + 1);
    }
    void seeds()
    {
        QFETCH(quint64, first);
        QFETCH(quint64, count);
        QStringList failed;
        for (quint64 seed = first; seed < first + count; ++seed) {
            QStringList broken;
            try {
                Simulation simulation(seed);
                broken = simulation.live();
            } catch (const std::exception &late) {
                broken << QString::fromLatin1(late.what());
            }
            for (const QString &what : std::as_const(broken))
                qWarning("CAUSEWAY_SEED=%llu: %s", seed, qUtf8Printable(what));
            if (!broken.isEmpty())
                failed << QString::number(seed);
        }
        QVERIFY2(failed.isEmpty(), qUtf8Printable(QStringLiteral("%1 of %2 seeds: ").arg(failed.size()).arg(count) + failed.mid(0, 40).join(QLatin1Char(' '))));
    }
};

QTEST_GUILESS_MAIN(TestSimulator)
#include "tst_simulator.moc"
