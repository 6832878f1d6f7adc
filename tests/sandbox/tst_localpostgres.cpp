// SPDX-License-Identifier: Apache-2.0
#include "sandbox/postgres/ground.h"
#include "sandbox/postgres/localpostgres.h"
#include "sandbox/postgres/pgsession.h"
#include "sandbox/postgres/programs.h"
#include "tests/support/coro.h"

#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QProcess>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>
#include <unistd.h>

using namespace causeway::sandbox;

namespace {

constexpr auto fqdn = "pg-sales.postgres.database.azure.com";

// One server of LocalPostgres, asked synchronously: its answers come on its own thread.
class Asked
{
public:
    explicit Asked(LocalPostgres &postgres) : m_postgres(postgres) {}

    QJsonObject operator()(const QString &kind, const QJsonObject &arguments = {}, const QString &server = QStringLiteral("/servers/pg-sales"))
    {
        QSemaphore done;
        QJsonObject outcome;
        m_postgres.carryOut({++m_last, kind, server, arguments}, [&](quint64, const QJsonObject &answer) {
            outcome = answer;
            done.release();
        });
        if (!done.tryAcquire(1, 30000))
            qFatal("no outcome for %s", qUtf8Printable(kind));
        return outcome;
    }

private:
    LocalPostgres &m_postgres;
    quint64 m_last = 0;
};

QJsonObject object(std::initializer_list<QPair<QString, QJsonValue>> members)
{
    return QJsonObject(members);
}

QJsonObject serverArguments(bool requireTls)
{
    return {{QStringLiteral("name"), QStringLiteral("pg-sales")}, {QStringLiteral("version"), QStringLiteral("16")},
            {QStringLiteral("login"), QStringLiteral("salesdba")}, {QStringLiteral("password"), QStringLiteral("it's %1 \"pass\\word\"")},
            {QStringLiteral("requireSecureTransport"), requireTls}, {QStringLiteral("fqdn"), QLatin1String(fqdn)},
            {QStringLiteral("parameters"), QJsonObject{{QStringLiteral("wal_level"), QStringLiteral("logical")},
                                                       {QStringLiteral("max_connections"), QStringLiteral("61")},
                                                       {QStringLiteral("azure.extensions"), QStringLiteral("PGCRYPTO")}}}};
}

QJsonObject client(int sslMode)
{
    return {{QStringLiteral("fqdn"), QLatin1String(fqdn)}, {QStringLiteral("port"), 5432},
            {QStringLiteral("database"), QStringLiteral("sales")}, {QStringLiteral("username"), QStringLiteral("salesdba")},
            {QStringLiteral("password"), QStringLiteral("it's %1 \"pass\\word\"")}, {QStringLiteral("sslMode"), sslMode},
            {QStringLiteral("trustServerCertificate"), false}, {QStringLiteral("rootCertificate"), QStringLiteral("azure")}};
}

QJsonObject with(QJsonObject arguments, const char *name, const QJsonValue &value)
{
    arguments.insert(QLatin1String(name), value);
    return arguments;
}

QString word(const QJsonObject &outcome, const char *name)
{
    return outcome.value(QLatin1String(name)).toString();
}

bool ok(const QJsonObject &outcome)
{
    if (!outcome.value(QLatin1String("ok")).toBool())
        qInfo("%s", qUtf8Printable(word(outcome, "message")));
    return outcome.value(QLatin1String("ok")).toBool();
}

// Of this process: others may run beside it.
QStringList grounds()
{
    QStringList mine;
    for (const QString &folder : {QDir::tempPath(), QStringLiteral("/tmp")}) {
        for (const QFileInfo &entry : QDir(folder).entryInfoList({QStringLiteral("causeway-pg-*")}, QDir::Dirs)) {
            QFile owner(entry.filePath() + QStringLiteral("/owner"));
            if (owner.open(QIODevice::ReadOnly) && owner.readAll().startsWith(QByteArray::number(::getpid()) + ' '))
                mine += entry.filePath();
        }
    }
    mine.removeDuplicates();
    return mine;
}

} // namespace

class TestLocalPostgres : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (!LocalPostgres::installed())
            QSKIP("PostgreSQL's server programs are not installed");
        m_postgres = std::make_unique<LocalPostgres>(LocalPostgres::Options{});
        m_ask = std::make_unique<Asked>(*m_postgres);
        const QJsonObject started = (*m_ask)(QStringLiteral("startServer"), serverArguments(true));
        QVERIFY(ok(started));
        QVERIFY(started.value(QLatin1String("port")).toInt() > 1024);
        QVERIFY(word(started, "realVersion").toDouble() >= 13);
        QVERIFY(ok((*m_ask)(QStringLiteral("createDatabase"),
                            object({{QStringLiteral("name"), QStringLiteral("sales")}, {QStringLiteral("charset"), QStringLiteral("UTF8")},
                                    {QStringLiteral("collation"), QStringLiteral("no_SUCH.utf8")}}))));
    }

    void cleanupTestCase()
    {
        m_ask.reset();
        m_postgres.reset();
    }

    void handshakes_data()
    {
        QTest::addColumn<bool>("required");
        QTest::addColumn<int>("mode");
        QTest::addColumn<bool>("connects");
        QTest::addColumn<bool>("tls");
        QTest::addColumn<QString>("sqlstate");
        static const char *names[] = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};
        for (const bool required : {false, true}) {
            for (int mode = 0; mode < 6; ++mode) {
                // Allow speaks plainly first and turns to TLS when it is refused; Prefer the other way round.
                const bool connects = mode > 0 || !required;
                const bool tls = connects && (mode >= 2 || required);
                QTest::addRow("%s, require_secure_transport %s", names[mode], required ? "on" : "off")
                    << required << mode << connects << tls << (connects ? QString() : QStringLiteral("28000"));
            }
        }
    }

    void handshakes()
    {
        QFETCH(bool, required);
        QFETCH(int, mode);
        QFETCH(bool, connects);
        QFETCH(bool, tls);
        QFETCH(QString, sqlstate);
        QVERIFY(ok((*m_ask)(QStringLiteral("setParameter"),
                            object({{QStringLiteral("name"), QStringLiteral("require_secure_transport")},
                                    {QStringLiteral("value"), required ? QStringLiteral("on") : QStringLiteral("off")}}))));
        const QJsonObject outcome = (*m_ask)(QStringLiteral("connect"), client(mode));
        QCOMPARE(outcome.value(QLatin1String("ok")).toBool(), connects);
        QCOMPARE(outcome.value(QLatin1String("tls")).toBool(), tls);
        QCOMPARE(word(outcome, "sqlstate"), sqlstate);
        QCOMPARE(word(outcome, "tlsVersion").isEmpty(), !tls);
        QCOMPARE(word(outcome, "cipher").isEmpty(), !tls);
        if (connects)
            QVERIFY(word(outcome, "serverVersion").toDouble() >= 13);
        else
            QVERIFY2(word(outcome, "message").contains(QLatin1String("no pg_hba.conf entry")), qPrintable(word(outcome, "message")));
        QCOMPARE(outcome.value(QLatin1String("computed")).toBool(true), false);
    }

    void loopbackOnly()
    {
        const int port = (*m_ask)(QStringLiteral("startServer"), object({{QStringLiteral("fqdn"), QLatin1String(fqdn)}})).value(QLatin1String("port")).toInt();
        const QByteArray end = ':' + QByteArray::number(port, 16).toUpper().rightJustified(4, '0');
        QByteArrayList listening;
        for (const char *table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
            QFile file(QString::fromLatin1(table));
            QVERIFY(file.open(QIODevice::ReadOnly));
            for (const QByteArray &line : file.readAll().split('\n')) {
                const QByteArrayList words = line.simplified().split(' ');
                if (words.value(1).endsWith(end) && words.value(3) == "0A")
                    listening += words.value(1);
            }
        }
        QCOMPARE(listening, QByteArrayList{"0100007F" + end});
    }

    void failures_data()
    {
        QTest::addColumn<QJsonObject>("client");
        QTest::addColumn<QString>("sqlstate");
        QTest::addColumn<QString>("phase");
        QTest::addColumn<QString>("text");
        QTest::newRow("wrong password") << with(client(5), "password", QStringLiteral("wrong")) << "28P01" << "auth"
                                        << "password authentication failed for user \"salesdba\"";
        QTest::newRow("nobody") << with(client(5), "username", QStringLiteral("nobody")) << "28P01" << "auth" << "password authentication failed";
        QTest::newRow("missing database") << with(client(5), "database", QStringLiteral("nope")) << "3D000" << "auth"
                                          << "database \"nope\" does not exist";
        QTest::newRow("untrusted authority") << with(client(5), "rootCertificate", QStringLiteral("other")) << "" << "tls"
                                             << "certificate verify failed";
        QTest::newRow("untrusted authority, verify-ca") << with(client(4), "rootCertificate", QStringLiteral("other")) << "" << "tls"
                                                        << "certificate verify failed";
        QTest::newRow("another host name") << with(client(5), "fqdn", QStringLiteral("other.example")) << "" << "tls"
                                           << "does not match host name \"other.example\"";
        QTest::newRow("another port") << with(client(5), "port", 5433) << "" << "connect" << "port 5433 failed: Connection refused";
        QTest::newRow("the superuser") << with(client(5), "username", QStringLiteral("azuresu")) << "28000" << "auth" << "pg_hba.conf rejects";
    }

    void failures()
    {
        QFETCH(QJsonObject, client);
        QFETCH(QString, sqlstate);
        QFETCH(QString, phase);
        QFETCH(QString, text);
        const QJsonObject outcome = (*m_ask)(QStringLiteral("connect"), client);
        QCOMPARE(outcome.value(QLatin1String("ok")).toBool(), false);
        QVERIFY2(word(outcome, "message").contains(text), qPrintable(word(outcome, "message")));
        QCOMPARE(word(outcome, "sqlstate"), sqlstate);
        QCOMPARE(word(outcome, "phase"), phase);
    }

    void untrustedIsTakenWhereItIsNotLookedAt()
    {
        const QJsonObject blind = with(client(5), "rootCertificate", QStringLiteral("other"));
        const QJsonObject outcome = (*m_ask)(QStringLiteral("connect"), with(blind, "trustServerCertificate", true));
        QVERIFY(ok(outcome));
        QVERIFY(outcome.value(QLatin1String("tls")).toBool());
    }

    void roles()
    {
        const QString name = QStringLiteral("adf-sales \"quoted\"");
        const QJsonObject role = object({{QStringLiteral("name"), name}, {QStringLiteral("token"), QStringLiteral("eyJ.first.token")}});
        QJsonObject asRole = with(with(client(5), "username", name), "token", QStringLiteral("eyJ.first.token"));
        asRole.remove(QStringLiteral("password"));
        QVERIFY(ok((*m_ask)(QStringLiteral("addEntraRole"), role)));
        QVERIFY(ok((*m_ask)(QStringLiteral("connect"), asRole)));
        QVERIFY(ok((*m_ask)(QStringLiteral("addEntraRole"), with(role, "token", QStringLiteral("eyJ.second.token")))));
        QCOMPARE(word((*m_ask)(QStringLiteral("connect"), asRole), "sqlstate"), QStringLiteral("28P01"));
        QVERIFY(ok((*m_ask)(QStringLiteral("dropRole"), object({{QStringLiteral("name"), name}}))));
        QVERIFY(ok((*m_ask)(QStringLiteral("dropRole"), object({{QStringLiteral("name"), name}}))));
    }

    void parameters_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("taken");
        QTest::newRow("work_mem") << "work_mem" << "8192" << true;
        QTest::newRow("no such value") << "log_min_messages" << "loudest" << false;
        QTest::newRow("of another version") << "no_such_parameter" << "1" << true;
        QTest::newRow("Azure's own") << "azure.extensions" << "PGCRYPTO,POSTGIS" << true;
        QTest::newRow("hostile name") << "work_mem = 1; drop table x" << "1" << false;
    }

    void parameters()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        const QJsonObject outcome = (*m_ask)(QStringLiteral("setParameter"), object({{QStringLiteral("name"), name}, {QStringLiteral("value"), value}}));
        QTEST(outcome.value(QLatin1String("ok")).toBool(), "taken");
    }

    void aStaticParameterCountsFromTheNextStart()
    {
        const auto set = [this](const char *name, const char *value) {
            return (*m_ask)(QStringLiteral("setParameter"), object({{QStringLiteral("name"), QLatin1String(name)}, {QStringLiteral("value"), QLatin1String(value)}}));
        };
        QCOMPARE(shown("wal_level"), QStringLiteral("logical")); // a new server has them from the beginning
        QCOMPARE(shown("max_connections"), QStringLiteral("61"));
        const QJsonObject more = set("max_connections", "700");
        QVERIFY(ok(more));
        QVERIFY(!more.contains(QLatin1String("applied")));
        const QJsonObject less = set("shared_buffers", "262144"); // 2 GiB: more than a server is given here, and it says so
        QVERIFY(ok(less));
        QCOMPARE(word(less, "applied"), QStringLiteral("16384"));
        QVERIFY2(word(less, "message").contains(QLatin1String("262144")), qPrintable(word(less, "message")));
        QCOMPARE(shown("max_connections"), QStringLiteral("61"));
        QCOMPARE(shown("shared_buffers"), QStringLiteral("16MB"));
        QVERIFY(ok((*m_ask)(QStringLiteral("stopServer"))));
        const QJsonObject wanted{{QStringLiteral("shared_buffers"), QStringLiteral("262144")}};
        const QJsonObject started = (*m_ask)(QStringLiteral("startServer"), object({{QStringLiteral("fqdn"), QLatin1String(fqdn)}, {QStringLiteral("parameters"), wanted}}));
        QCOMPARE(word(started.value(QLatin1String("capped")).toObject(), "shared_buffers"), QStringLiteral("16384"));
        QCOMPARE(shown("max_connections"), QStringLiteral("700"));
        QCOMPARE(shown("shared_buffers"), QStringLiteral("128MB"));
    }

    void aPinnedProtocolIsReal()
    {
        const auto pin = [this](const QString &version) {
            return (*m_ask)(QStringLiteral("setParameter"), object({{QStringLiteral("name"), QStringLiteral("ssl_max_protocol_version")},
                                                                    {QStringLiteral("value"), version}}));
        };
        QVERIFY(ok(pin(QStringLiteral("TLSv1.2"))));
        QCOMPARE(word((*m_ask)(QStringLiteral("connect"), client(5)), "tlsVersion"), QStringLiteral("TLSv1.2"));
        QVERIFY(ok(pin(QString())));
        QCOMPARE(word((*m_ask)(QStringLiteral("connect"), client(5)), "tlsVersion"), QStringLiteral("TLSv1.3"));
    }

    void aStoppedServerRefuses()
    {
        QVERIFY(ok((*m_ask)(QStringLiteral("stopServer"))));
        const QJsonObject refused = (*m_ask)(QStringLiteral("connect"), client(5));
        QCOMPARE(refused.value(QLatin1String("ok")).toBool(), false);
        QVERIFY(word(refused, "message").contains(QLatin1String("Connection refused")));
        QVERIFY(ok((*m_ask)(QStringLiteral("startServer"), object({{QStringLiteral("fqdn"), QLatin1String(fqdn)}}))));
        QVERIFY(ok((*m_ask)(QStringLiteral("connect"), client(5)))); // files and password are still there
    }

    void databasesAreDroppedForGood()
    {
        const QJsonObject database = object({{QStringLiteral("name"), QStringLiteral("with-dash")}});
        QVERIFY(ok((*m_ask)(QStringLiteral("createDatabase"), database)));
        QVERIFY(ok((*m_ask)(QStringLiteral("createDatabase"), database))); // again is no failure
        QVERIFY(ok((*m_ask)(QStringLiteral("connect"), with(client(5), "database", QStringLiteral("with-dash")))));
        QVERIFY(ok((*m_ask)(QStringLiteral("dropDatabase"), database)));
        QCOMPARE(word((*m_ask)(QStringLiteral("connect"), with(client(5), "database", QStringLiteral("with-dash"))), "sqlstate"),
                 QStringLiteral("3D000"));
    }

    void anUnknownServerIsComputed()
    {
        const QJsonObject outcome = (*m_ask)(QStringLiteral("connect"), client(5), QStringLiteral("/servers/of-the-world-file"));
        QVERIFY(outcome.value(QLatin1String("computed")).toBool());
    }

    void switchedOffIsComputed()
    {
        LocalPostgres::Options off;
        off.enabled = false;
        LocalPostgres postgres(off);
        Asked ask(postgres);
        const QJsonObject outcome = ask(QStringLiteral("startServer"), serverArguments(true));
        QVERIFY(ok(outcome));
        QVERIFY(outcome.value(QLatin1String("computed")).toBool());
    }

    void nothingRemainsAfterStop()
    {
        const QStringList before = grounds();
        QStringList during;
        {
            LocalPostgres postgres({});
            Asked ask(postgres);
            QVERIFY(ok(ask(QStringLiteral("startServer"), serverArguments(false))));
            during = grounds();
            QElapsedTimer stopping;
            stopping.start();
            postgres.stop();
            QVERIFY2(stopping.elapsed() < 4000, "stop() takes too long");
        }
        QCOMPARE(during.size(), before.size() + 1);
        QCOMPARE(grounds(), before);
    }

    void stopDoesNotWaitForWhatIsStuck()
    {
        LocalPostgres postgres({});
        QVERIFY(ok(Asked(postgres)(QStringLiteral("startServer"), serverArguments(false))));
        bool answered = false;
        // A statement that would wait for ever is not among the effects; a start that is cut off half-way is.
        postgres.carryOut({99, QStringLiteral("startServer"), QStringLiteral("/servers/other"), serverArguments(false)},
                          [&answered](quint64, const QJsonObject &) { answered = true; });
        QElapsedTimer stopping;
        stopping.start();
        postgres.stop();
        QVERIFY(stopping.elapsed() < 4000);
        QVERIFY(!answered);
    }

    void aKeptServerIsFoundAgain()
    {
        QTemporaryDir kept;
        LocalPostgres::Options options;
        options.keptFolder = kept.path() + QStringLiteral("/postgres");
        {
            LocalPostgres postgres(options);
            Asked ask(postgres);
            QVERIFY(ok(ask(QStringLiteral("startServer"), serverArguments(true))));
            QVERIFY(ok(ask(QStringLiteral("createDatabase"), object({{QStringLiteral("name"), QStringLiteral("sales")}}))));
        }
        LocalPostgres postgres(options);
        Asked ask(postgres);
        QVERIFY(ok(ask(QStringLiteral("connect"), client(5)))); // no startServer this time
        QVERIFY(ok(ask(QStringLiteral("removeServer"))));
        QVERIFY(ask(QStringLiteral("connect"), client(5)).value(QLatin1String("computed")).toBool());
        QVERIFY(ok(ask(QStringLiteral("startServer"), serverArguments(true))));
        postgres.stop();
        LocalPostgres::eraseKept(options.keptFolder);
        QVERIFY(!QFile::exists(options.keptFolder));
        LocalPostgres later(options);
        QVERIFY(Asked(later)(QStringLiteral("connect"), client(5)).value(QLatin1String("computed")).toBool());
    }

    //! A process that is killed leaves its folder; the next one removes it, and only it.
    void leftOversAreRemoved()
    {
        const ServerAccount account = ServerAccount::choose();
        QString mine;
        {
            const ServerGround ground(account);
            mine = ground.folder();
            QVERIFY(QFile::exists(mine + QStringLiteral("/owner")));
            removeLeftOvers(account);
            QVERIFY(QFile::exists(mine)); // its owner lives
            QFile owner(mine + QStringLiteral("/owner"));
            QVERIFY(owner.open(QIODevice::WriteOnly | QIODevice::Truncate));
            owner.write(QByteArray::number(::getpid()) + " 1\n"); // the number is in use again, by a later process
            owner.close();
            removeLeftOvers(account);
            QVERIFY(!QFile::exists(mine));
        }
    }

    void scratchFoldersAreSwept()
    {
        QTemporaryDir run(QDir::tempPath() + QStringLiteral("/causeway-run-XXXXXX"));
        markAsOurs(run.path());
        removeLeftOvers(ServerAccount::choose());
        QVERIFY(QFile::exists(run.path()));
        QFile owner(run.filePath(QStringLiteral("owner")));
        QVERIFY(owner.open(QIODevice::WriteOnly | QIODevice::Truncate));
        owner.write(QByteArray::number(::getpid()) + " 1\n");
        owner.close();
        removeLeftOvers(ServerAccount::choose());
        QVERIFY(!QFile::exists(run.path()));
    }

    //! Root's home is closed to the server's account: the servers lie elsewhere, and go when their world is gone.
    void serversOfADeletedWorldGo()
    {
        const ServerAccount account = ServerAccount::choose();
        QTemporaryDir closed;
        const QString wanted = closed.path() + QStringLiteral("/postgres");
        const QString place = reachableFolder(wanted, account);
        if (place == wanted)
            QSKIP("this account keeps its servers where it wants them");
        QDir().mkpath(wanted);
        QDir().mkpath(place);
        markOrigin(place, wanted);
        removeLeftOvers(account);
        QVERIFY(QFile::exists(place));
        closed.remove();
        removeLeftOvers(account);
        QVERIFY(!QFile::exists(place));
    }

    void textsBecomeStates_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("state");
        QTest::newRow("too many") << "FATAL:  sorry, too many clients already" << "53300";
        QTest::newRow("starting") << "FATAL:  the database system is starting up" << "57P03";
        QTest::newRow("no server text") << "Connection refused" << "";
        QTest::newRow("a role of that name") << "FATAL:  role \"x\" does not exist" << "28000";
    }

    void textsBecomeStates()
    {
        QFETCH(QString, text);
        QTEST(sqlstateOfText(text), "state");
    }

private:
    //! What the server itself says, to a client of its own.
    QString shown(const char *parameter)
    {
        const int port = (*m_ask)(QStringLiteral("startServer"), object({{QStringLiteral("fqdn"), QLatin1String(fqdn)}})).value(QLatin1String("port")).toInt();
        const QJsonObject arguments = client(3);
        const PgParameters parameters{{"host", "127.0.0.1"}, {"port", QByteArray::number(port)}, {"dbname", "postgres"}, {"sslmode", "require"},
                                      {"user", word(arguments, "username").toUtf8()}, {"password", word(arguments, "password").toUtf8()}};
        return causeway::test::await(runSql(parameters, {QStringLiteral("SHOW ") + QLatin1String(parameter)}, causeway::Milliseconds(15000), {})).values.value(0);
    }

    std::unique_ptr<LocalPostgres> m_postgres;
    std::unique_ptr<Asked> m_ask;
};

QTEST_GUILESS_MAIN(TestLocalPostgres)
#include "tst_localpostgres.moc"
