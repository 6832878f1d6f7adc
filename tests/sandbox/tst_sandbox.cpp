// SPDX-License-Identifier: Apache-2.0
#include "core/waiting.h"
#include "sandbox/host/serve.h"
#include "sandbox/postgres/ground.h"
#include "sandbox/postgres/localpostgres.h"
#include "sandbox/worldfile.h"
#include "tests/support/coro.h"

#include <QBuffer>
#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace causeway;
using namespace causeway::sandbox;

namespace {

State defaultWorld()
{
    QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/default.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no default world");
    QString error;
    const auto state = stateFromWorld(QJsonDocument::fromJson(file.readAll()).object(), &error);
    if (!state)
        qFatal("%s", qUtf8Printable(error));
    return *state;
}

struct Got {
    int status = 0;
    QByteArray head;
    QJsonObject body;
};

// Waits in the event loop, so that a sandbox on this thread can answer.
Got ask(const Sandbox &sandbox, const QByteArray &method, const QByteArray &target, const QByteArray &token = {}, const QByteArray &body = {})
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), quint16(sandbox.arm().section(QLatin1Char(':'), 2).toUInt()));
    QByteArray message = method + ' ' + target + " HTTP/1.1\r\nConnection: close\r\nHost: " + sandbox.arm().section(QStringLiteral("//"), 1).toUtf8() + "\r\n";
    if (!token.isEmpty())
        message += "Authorization: Bearer " + token + "\r\n";
    message += "Content-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    (void)QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::ConnectedState; });
    socket.write(message);
    (void)QTest::qWaitFor([&] { return socket.state() == QAbstractSocket::UnconnectedState; }, 20000);
    const QByteArray all = socket.readAll();
    const qsizetype end = all.indexOf("\r\n\r\n");
    return {all.mid(9, 3).toInt(), all.left(end), QJsonDocument::fromJson(all.mid(end + 4)).object()};
}

QByteArray subscriptionPath(const Sandbox &sandbox)
{
    QByteArray path;
    sandbox.visit([&path](World &world) { path = "/subscriptions/" + world.state().subscriptions.first().id.toUtf8(); });
    return path;
}

QByteArray groupPath(const Sandbox &sandbox)
{
    return subscriptionPath(sandbox) + "/resourceGroups/rg-sales?api-version=2021-04-01";
}

QByteArray serverPath(const Sandbox &sandbox)
{
    return subscriptionPath(sandbox) + "/resourceGroups/rg-sales/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-sales?api-version=2024-08-01";
}

const QByteArray group = R"({"location":"westeurope"})";
const QByteArray server = R"({"location":"westeurope","sku":{"name":"Standard_D2ds_v5","tier":"GeneralPurpose"},"properties":{"version":"16",
    "administratorLogin":"salesdba","administratorLoginPassword":"Str0ng-Enough!","storage":{"storageSizeGB":128},"createMode":"Create",
    "network":{"publicNetworkAccess":"Enabled"}}})";

Sandbox::Options options(Sandbox::Postgres postgres = Sandbox::Postgres::Off)
{
    Sandbox::Options chosen;
    chosen.world = defaultWorld();
    chosen.postgres = postgres;
    return chosen;
}

QStringList clearTextFiles(const QString &folder)
{
    QStringList found;
    QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains("Str0ng-Enough!"))
            found += file.fileName();
    }
    return found;
}

QStringList effectsOn(const Sandbox &sandbox, const QString &end)
{
    QStringList effects;
    for (const LedgerEntry &entry : sandbox.ledger()) {
        if (entry.resource.endsWith(end, Qt::CaseInsensitive))
            effects += entry.effect;
    }
    return effects;
}

} // namespace

class TestSandbox : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void answersOnItsThreadOrOurs_data()
    {
        QTest::addColumn<bool>("ownThread");
        QTest::newRow("its own") << true;
        QTest::newRow("ours") << false;
    }

    void answersOnItsThreadOrOurs()
    {
        QFETCH(bool, ownThread);
        Sandbox::Options chosen = options();
        chosen.ownThread = ownThread;
        Sandbox sandbox(std::move(chosen));
        QVERIFY(sandbox.start().ok());
        QVERIFY(sandbox.arm().startsWith(QLatin1String("http://127.0.0.1:")));
        const QByteArray token = sandbox.tokenFor(QString()).reveal();
        QCOMPARE(ask(sandbox, "GET", "/subscriptions?api-version=2022-12-01").status, 401);
        const Got list = ask(sandbox, "GET", "/subscriptions?api-version=2022-12-01", token);
        QCOMPARE(list.status, 200);
        QVERIFY(!list.body.value(QLatin1String("value")).toArray().isEmpty());
        QVERIFY(sandbox.tokenFor(QStringLiteral("nobody@nowhere.example")).isEmpty());
        QVERIFY(!sandbox.credential(QStringLiteral("nobody@nowhere.example")));
    }

    void theLedgerIsOpen()
    {
        Sandbox sandbox(options());
        QVERIFY(sandbox.start().ok());
        QVERIFY(QList<int>({200, 201}).contains(ask(sandbox, "PUT", groupPath(sandbox), sandbox.tokenFor(QString()).reveal(), group).status));
        const Got ledger = ask(sandbox, "GET", "/sandbox/ledger");
        QCOMPARE(ledger.status, 200);
        const QJsonArray effects = ledger.body.value(QLatin1String("effects")).toArray();
        QCOMPARE(effects.size(), 1);
        const QJsonObject first = effects.first().toObject();
        QVERIFY(first.value(QLatin1String("id")).toString().endsWith(QLatin1String("/resourceGroups/rg-sales")));
        QCOMPARE(first.value(QLatin1String("effect")).toString(), QStringLiteral("created"));
        QVERIFY(first.value(QLatin1String("by")).toString().contains(QLatin1Char('@')));
    }

    void credentials()
    {
        VirtualClock clock;
        Sandbox::Options chosen = options();
        chosen.clock = &clock;
        Sandbox sandbox(std::move(chosen));
        QVERIFY(sandbox.start().ok());
        const auto credential = sandbox.credential();
        QVERIFY(credential);
        const auto access = test::await(credential->token(QStringLiteral("https://management.azure.com/.default"), Context()));
        QVERIFY(access.ok());
        QVERIFY(access->expires > clock.now());
        QCOMPARE(ask(sandbox, "GET", "/subscriptions?api-version=2022-12-01", access->token.reveal()).status, 200);
        std::stop_source stop;
        stop.request_stop();
        const Context cancelled{stop.get_token(), {}, {}};
        QVERIFY(!test::await(credential->token(QStringLiteral("x"), cancelled)).ok());
    }

    //! Virtual time stands still while a cluster is being made, then jumps: Ready is never shown before the server runs.
    void virtualTimeWaitsForEffects()
    {
        if (!LocalPostgres::installed())
            QSKIP("PostgreSQL's server programs are not installed");
        VirtualClock clock;
        Sandbox::Options chosen = options(Sandbox::Postgres::Auto);
        chosen.clock = &clock;
        Sandbox sandbox(std::move(chosen));
        QVERIFY(sandbox.start().ok());
        const QByteArray token = sandbox.tokenFor(QString()).reveal();
        ask(sandbox, "PUT", groupPath(sandbox), token, group);
        const TimePoint before = clock.now();
        const Got created = ask(sandbox, "PUT", serverPath(sandbox), token, server);
        QVERIFY2(created.status == 201 || created.status == 202, QJsonDocument(created.body).toJson().constData());
        QElapsedTimer wall;
        wall.start();
        QVERIFY(test::await(sleepFor(clock, std::chrono::minutes(10), Context()))); // ten minutes in the time of one real start
        QVERIFY(wall.elapsed() < 10000);
        QCOMPARE(clock.now() - before >= std::chrono::minutes(10), true);
        const Got ready = ask(sandbox, "GET", serverPath(sandbox), token);
        QCOMPARE(ready.status, 200);
        QCOMPARE(ready.body.value(QLatin1String("properties")).toObject().value(QLatin1String("state")).toString(), QStringLiteral("Ready"));
        QVERIFY(ready.head.contains("\r\ndate: "));
    }

    void faultsAndRequestLog()
    {
        Sandbox sandbox(options());
        QVERIFY(sandbox.start().ok());
        QStringList log;
        sandbox.onRequest([&log](const QByteArray &method, const QByteArray &target, int status) {
            log += QString::fromUtf8(method + ' ' + target + ' ' + QByteArray::number(status));
        });
        Fault fault;
        fault.kind = FaultKind::Status;
        fault.status = 503;
        sandbox.addFault(fault);
        const QByteArray token = sandbox.tokenFor(QString()).reveal();
        QCOMPARE(ask(sandbox, "GET", "/subscriptions?api-version=2022-12-01", token).status, 503);
        QCOMPARE(ask(sandbox, "GET", "/subscriptions?api-version=2022-12-01", token).status, 200);
        sandbox.stop();
        QCOMPARE(log, QStringList({QStringLiteral("GET /subscriptions?api-version=2022-12-01 503"),
                                   QStringLiteral("GET /subscriptions?api-version=2022-12-01 200")}));
    }

    void aKeptWorldGoesOn()
    {
        QTemporaryDir folder;
        Sandbox::Options kept = options();
        kept.stateFolder = folder.path() + QStringLiteral("/world");
        VirtualClock clock(wallNow() + std::chrono::hours(1)); // this world's time ran ahead
        Sandbox::Options first = kept;
        first.clock = &clock;
        {
            Sandbox sandbox(std::move(first));
            QVERIFY(sandbox.start().ok());
            ask(sandbox, "PUT", groupPath(sandbox), sandbox.tokenFor(QString()).reveal(), group);
            const QFileInfo file(kept.stateFolder + QStringLiteral("/state.json"));
            QCOMPARE(int(file.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther)), 0);
            QVERIFY(file.exists()); // before stop(): what was answered is kept

            Sandbox second(kept);
            const auto refused = second.start();
            QVERIFY(!refused.ok());
            QCOMPARE(refused.error().code, QStringLiteral("SandboxInUse"));
        }
        QVERIFY(Sandbox::savedTime(kept.stateFolder).value() >= wallNow() + std::chrono::minutes(59));
        Sandbox sandbox(kept);
        QVERIFY(sandbox.start().ok());
        QCOMPARE(ask(sandbox, "GET", groupPath(sandbox), sandbox.tokenFor(QString()).reveal()).status, 200);
        QCOMPARE(effectsOn(sandbox, QStringLiteral("/rg-sales")), QStringList{QStringLiteral("created")});
        TimePoint now{};
        sandbox.visit([&now](World &world) { now = world.state().now; });
        QVERIFY(now >= wallNow() + std::chrono::minutes(59)); // time never goes back
        QCOMPARE(Sandbox::reset(kept.stateFolder).error().code, QStringLiteral("SandboxInUse"));
        sandbox.stop();
        QVERIFY(Sandbox::reset(kept.stateFolder).ok());
        QVERIFY(!Sandbox::savedTime(kept.stateFolder));
    }

    void aBrokenWorldIsSaid()
    {
        QTemporaryDir folder;
        Sandbox::Options kept = options();
        kept.stateFolder = folder.path();
        QFile file(folder.filePath(QStringLiteral("state.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"state\":");
        file.close();
        Sandbox sandbox(std::move(kept));
        const auto started = sandbox.start();
        QVERIFY(!started.ok());
        QCOMPARE(started.error().code, QStringLiteral("WorldNotRead"));
    }

    //! Of everything below a kept world, PostgreSQL's own files included, none holds a secret in clear text.
    void aKeptWorldHidesItsSecrets()
    {
        QTemporaryDir folder;
        Sandbox::Options kept = options(Sandbox::Postgres::Auto);
        kept.stateFolder = folder.path() + QStringLiteral("/world");
        kept.timeScale = 10000;
        const QByteArray factory = "/resourceGroups/rg-sales/providers/Microsoft.DataFactory/factories/adf-canary";
        const QByteArray version = "?api-version=2018-06-01";
        const QByteArray linked = R"({"properties":{"type":"AzurePostgreSql","typeProperties":{"server":"h","username":"u","database":"d",
            "password":{"type":"SecureString","value":"Str0ng-Enough!"}}}})";
        const QByteArray old = R"({"properties":{"type":"AzurePostgreSql","typeProperties":{"connectionString":"host=h;uid=u;database=d;password=Str0ng-Enough!"}}})";
        {
            Sandbox sandbox(kept);
            QVERIFY(sandbox.start().ok());
            const QByteArray token = sandbox.tokenFor(QString()).reveal(), root = subscriptionPath(sandbox) + factory;
            ask(sandbox, "PUT", groupPath(sandbox), token, group);
            const Got made = ask(sandbox, "PUT", serverPath(sandbox), token, server);
            QCOMPARE(made.status, 202);
            QCOMPARE(made.head.toLower().count("\ncache-control:"), 1);
            QCOMPARE(ask(sandbox, "PUT", root + version, token, group).status, 200);
            QCOMPARE(ask(sandbox, "PUT", root + "/linkedServices/new" + version, token, linked).status, 200);
            QCOMPARE(ask(sandbox, "PUT", root + "/linkedServices/old" + version, token, old).status, 200);
            QVERIFY(clearTextFiles(kept.stateFolder).isEmpty()); // while the effect is in flight, too
            QTRY_COMPARE_WITH_TIMEOUT(ask(sandbox, "GET", serverPath(sandbox), token).body.value(QLatin1String("properties")).toObject()
                                          .value(QLatin1String("state")).toString(), QStringLiteral("Ready"), 20000);
        }
        QCOMPARE(clearTextFiles(kept.stateFolder), QStringList());
        QCOMPARE(clearTextFiles(reachableFolder(kept.stateFolder + QStringLiteral("/postgres"), ServerAccount::choose())), QStringList());
        Sandbox sandbox(kept);
        QVERIFY(sandbox.start().ok());
        QString password;
        sandbox.visit([&password](World &world) {
            for (const auto &[id, one] : world.state().resources) {
                if (one.name == QLatin1String("pg-sales"))
                    password = one.hidden.value(QLatin1String("password")).toString();
            }
        });
        QCOMPARE(password, QStringLiteral("Str0ng-Enough!"));
        sandbox.stop();
        QVERIFY(Sandbox::reset(kept.stateFolder).ok());
        QVERIFY(!QFile::exists(kept.stateFolder + QStringLiteral("/world.key")));
    }

    //! Killed between the effect and its outcome: the next process carries the effect out again.
    void effectsInFlightAreNotLost()
    {
        if (!LocalPostgres::installed())
            QSKIP("PostgreSQL's server programs are not installed");
        QTemporaryDir folder;
        Sandbox::Options kept = options(Sandbox::Postgres::Auto);
        kept.stateFolder = folder.path() + QStringLiteral("/world");
        kept.timeScale = 10000;
        QByteArray saved;
        {
            Sandbox sandbox(kept);
            QVERIFY(sandbox.start().ok());
            const QByteArray token = sandbox.tokenFor(QString()).reveal();
            ask(sandbox, "PUT", groupPath(sandbox), token, group);
            ask(sandbox, "PUT", serverPath(sandbox), token, server);
            QFile file(kept.stateFolder + QStringLiteral("/state.json"));
            QVERIFY(file.open(QIODevice::ReadOnly));
            saved = file.readAll();
        }
        // What a kill at that moment would have left.
        QVERIFY(!QJsonDocument::fromJson(saved).object().value(QLatin1String("inFlight")).toArray().isEmpty());
        QFile file(kept.stateFolder + QStringLiteral("/state.json"));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(saved);
        file.close();
        Sandbox sandbox(kept);
        QVERIFY(sandbox.start().ok());
        const QByteArray token = sandbox.tokenFor(QString()).reveal();
        QTRY_COMPARE_WITH_TIMEOUT(ask(sandbox, "GET", serverPath(sandbox), token).body.value(QLatin1String("properties")).toObject()
                                      .value(QLatin1String("state")).toString(), QStringLiteral("Ready"), 20000);
        QCOMPARE(effectsOn(sandbox, QStringLiteral("/pg-sales")).count(QStringLiteral("created")), 1);
    }

    void tlsHasItsAuthorityInAFile()
    {
        Sandbox::Options chosen = options();
        chosen.tls = true;
        Sandbox sandbox(std::move(chosen));
        QVERIFY(sandbox.start().ok());
        QVERIFY(sandbox.arm().startsWith(QLatin1String("https://127.0.0.1:")));
        QVERIFY(QFileInfo(sandbox.caFile()).isAbsolute() && QFile::exists(sandbox.caFile()));
        const QString file = sandbox.caFile();
        sandbox.stop();
        QVERIFY(!QFile::exists(file));
    }

    void servesUntilItIsToldToStop()
    {
        QTemporaryDir folder;
        QFile faults(folder.filePath(QStringLiteral("faults.json")));
        QVERIFY(faults.open(QIODevice::WriteOnly));
        faults.write(R"([{"kind":"status","status":503,"count":1}])");
        faults.close();
        ServeOptions chosen;
        chosen.world = defaultWorld();
        chosen.tls = true;
        chosen.postgres = Sandbox::Postgres::Off;
        chosen.faultsFile = faults.fileName();
        QBuffer out;
        QVERIFY(out.open(QIODevice::WriteOnly));
        std::stop_source stop;
        const auto serving = serve(std::move(chosen), &out, Context{stop.get_token(), {}, {}});
        QVERIFY(!serving.isReady());
        QVERIFY(out.data().endsWith('\n') && out.data().count('\n') == 1);
        const QJsonObject line = QJsonDocument::fromJson(out.data()).object();
        const QStringList keys{QStringLiteral("arm"), QStringLiteral("authority"), QStringLiteral("ca"), QStringLiteral("ledger"),
                               QStringLiteral("ready"), QStringLiteral("subscription"), QStringLiteral("token")};
        QCOMPARE(line.keys(), keys);
        const QString file = line.value(QLatin1String("ca")).toString();
        QVERIFY(QFileInfo(file).isAbsolute() && QFile::exists(file));
        QCOMPARE(line.value(QLatin1String("ledger")).toString(), line.value(QLatin1String("arm")).toString() + QStringLiteral("/sandbox/ledger"));
        stop.request_stop();
        QTRY_VERIFY(serving.isReady());
        QVERIFY(!QFile::exists(file));
    }

    void badFilesAreNotServed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("not JSON") << QByteArray("{\"causewayWorld\": 1,");
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("unknown member") << QByteArray("{\"causewayWorld\": 1, \"planets\": []}");
    }

    void badFilesAreNotServed()
    {
        QFETCH(QByteArray, text);
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("world.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        const auto world = readWorld(file.fileName());
        QVERIFY(!world.ok());
        QCOMPARE(world.error().code, QStringLiteral("WorldNotRead"));
        QVERIFY(world.error().message.contains(file.fileName()));
    }

    void aTakenPortIsSaid()
    {
        Sandbox first(options());
        QVERIFY(first.start().ok());
        Sandbox::Options chosen = options();
        chosen.port = quint16(first.arm().section(QLatin1Char(':'), 2).toUInt());
        Sandbox second(std::move(chosen));
        const auto refused = second.start();
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, QStringLiteral("PortNotFree"));
    }
};

QTEST_GUILESS_MAIN(TestSandbox)
#include "tst_sandbox.moc"
