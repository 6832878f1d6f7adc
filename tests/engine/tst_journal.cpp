// SPDX-License-Identifier: Apache-2.0
#include "engine/journal.h"
#include "tests/support/coro.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <sys/stat.h>
#include <unistd.h>

using namespace causeway;

namespace {

Plan smallPlan(const QString &name)
{
    Plan plan;
    plan.spec.name = name;
    ResourceGroupSpec group;
    group.name = QStringLiteral("rg-sales");
    group.location = QStringLiteral("westeurope");
    group.create = true;
    plan.spec.resourceGroup = group;
    PlannedStep step;
    step.id = QStringLiteral("group");
    step.kind = StepKind::ResourceGroup;
    step.target = ResourceId::resourceGroup(QStringLiteral("b1e34741-9f85-48e5-8d4b-4907cb3e42b8"), QStringLiteral("rg-sales"));
    plan.steps = {step};
    return *ordered(plan);
}

TimePoint at(int second) { return TimePoint(std::chrono::seconds(1800000000 + second)); }

JournalRecord record(JournalRecord::Kind kind, const QString &step, const QJsonObject &content = {})
{
    return {kind, step, at(5), content};
}

std::unique_ptr<Journal> opened(const QString &path)
{
    auto journal = Journal::open(path);
    if (!journal)
        qFatal("%s", qUtf8Printable(describe(journal.error())));
    return std::move(*journal);
}

} // namespace

class TestJournal : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    [[nodiscard]] QString path() const { return m_folder->filePath(QStringLiteral("state/runs.sqlite")); }

    void keepsWhatWasSaid()
    {
        {
            auto journal = opened(path());
            QVERIFY(test::await(journal->begin(QStringLiteral("20260101-a"), smallPlan(QStringLiteral("sales")), at(0))).ok());
            QVERIFY(test::await(journal->append(QStringLiteral("20260101-a"), record(JournalRecord::Kind::Intent, QStringLiteral("group"), {{QStringLiteral("there"), false}}))).ok());
            QVERIFY(test::await(journal->append(QStringLiteral("20260101-a"), record(JournalRecord::Kind::RunOutcome, QString(), {{QStringLiteral("outcome"), QStringLiteral("waiting")}}))).ok());
            QVERIFY(test::await(journal->begin(QStringLiteral("20260102-b"), smallPlan(QStringLiteral("other")), at(60))).ok());
        }
        auto journal = opened(path());
        const auto runs = test::await(journal->runs());
        QVERIFY(runs.ok());
        QCOMPARE(runs->size(), 2);
        QCOMPARE(runs->at(0).name, QStringLiteral("other")); // newest first
        QCOMPARE(runs->at(0).outcome, std::nullopt);
        QCOMPARE(runs->at(1).outcome, Outcome::Waiting);
        QCOMPARE(runs->at(1).ended, at(5));
        const auto run = test::await(journal->run(QStringLiteral("20260101")));
        QVERIFY(run.ok());
        QCOMPARE(run->plan.fingerprint, smallPlan(QStringLiteral("sales")).fingerprint);
        QCOMPARE(run->plan.steps.first().id, QStringLiteral("group"));
        QCOMPARE(run->records.size(), 2);
        QCOMPARE(run->records.first().step, QStringLiteral("group"));
        QCOMPARE(test::await(journal->run(QString()))->summary.id, QStringLiteral("20260102-b"));
        QCOMPARE(test::await(journal->run(QStringLiteral("2026"))).error().code, QStringLiteral("SeveralRuns"));
        QCOMPARE(test::await(journal->run(QStringLiteral("x"))).error().kind, ErrorKind::NotFound);
    }

    void aResumedRunHasNoOutcomeYet()
    {
        auto journal = opened(path());
        QVERIFY(test::await(journal->begin(QStringLiteral("a"), smallPlan(QStringLiteral("sales")), at(0))).ok());
        QVERIFY(test::await(journal->append(QStringLiteral("a"), record(JournalRecord::Kind::RunOutcome, QString(), {{QStringLiteral("outcome"), QStringLiteral("failed")}}))).ok());
        QVERIFY(test::await(journal->append(QStringLiteral("a"), record(JournalRecord::Kind::Resumed, QString()))).ok());
        QCOMPARE(test::await(journal->runs())->first().outcome, std::nullopt);
    }

    void onlyItsOwnerMayRead()
    {
        auto journal = opened(path());
        QVERIFY(test::await(journal->begin(QStringLiteral("a"), smallPlan(QStringLiteral("sales")), at(0))).ok());
        constexpr QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        int looked = 0;
        for (const QFileInfo &file : QFileInfo(path()).dir().entryInfoList({QStringLiteral("runs.sqlite*")}, QDir::Files)) {
            QVERIFY2(!(file.permissions() & others), qUtf8Printable(file.fileName()));
            ++looked;
        }
        QVERIFY(looked >= 2); // the write-ahead log too
        QVERIFY(!(QFileInfo(QFileInfo(path()).absolutePath()).permissions() & (others | QFile::ExeOther)));
    }

    void aFileThatOthersMayReadIsClosedToThem()
    {
        QVERIFY(QDir().mkpath(QFileInfo(path()).absolutePath()));
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther));
        auto journal = opened(path());
        QVERIFY(!(QFileInfo(path()).permissions() & (QFile::ReadGroup | QFile::ReadOther)));
    }

    void aPlaceThatOthersCouldEnterIsClosed()
    {
        QVERIFY(opened(path())->mended().isEmpty());
        const QString folder = QFileInfo(path()).absolutePath();
        ::chmod(QFile::encodeName(path()).constData(), 0644);
        ::chmod(QFile::encodeName(folder).constData(), 0755);
        const QStringList mended = opened(path())->mended();
        QCOMPARE(mended.size(), 2);
        QVERIFY2(mended.first().startsWith(folder) && mended.first().contains(QLatin1String("0755")) && mended.first().contains(QLatin1String("0700")), qUtf8Printable(mended.first()));
        QVERIFY2(mended.last().startsWith(path()) && mended.last().contains(QLatin1String("0644")), qUtf8Printable(mended.last()));
        QVERIFY(opened(path())->mended().isEmpty());
    }

    void refusedPlaces_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("says");
        QTest::newRow("linked folder") << QStringLiteral("folder link") << QStringLiteral("symbolic link");
        QTest::newRow("linked file") << QStringLiteral("file link") << QStringLiteral("symbolic link");
        QTest::newRow("linked log") << QStringLiteral("log link") << QStringLiteral("symbolic link");
        QTest::newRow("a folder in its place") << QStringLiteral("folder") << QStringLiteral("not a regular file");
        QTest::newRow("another's folder") << QStringLiteral("folder owner") << QStringLiteral("another user");
        QTest::newRow("another's file") << QStringLiteral("file owner") << QStringLiteral("another user");
    }

    //! X22: whoever has a hand in the folder or the file could change what a run goes on with.
    void refusedPlaces()
    {
        QFETCH(QString, what);
        QFETCH(QString, says);
        const QString folder = QFileInfo(path()).absolutePath();
        const QString elsewhere = m_folder->filePath(QStringLiteral("elsewhere"));
        opened(elsewhere + QStringLiteral("/runs.sqlite")).reset();
        if (what == QLatin1String("folder link")) {
            QVERIFY(QFile::link(elsewhere, folder));
        } else {
            opened(path()).reset();
            const QString place = what.contains(QLatin1String("folder owner")) ? folder : what.startsWith(QLatin1String("log")) ? path() + QStringLiteral("-wal") : path();
            if (what.endsWith(QLatin1String("owner"))) {
                if (::chown(QFile::encodeName(place).constData(), 65534, gid_t(-1)) != 0)
                    QSKIP("only root can give a file away");
            } else {
                QVERIFY(!QFile::exists(place) || QFile::remove(place));
                QVERIFY(what.endsWith(QLatin1String("link")) ? QFile::link(elsewhere + QStringLiteral("/runs.sqlite"), place) : QDir().mkpath(place));
            }
        }
        const auto journal = Journal::open(path());
        QVERIFY(!journal);
        QCOMPARE(journal.error().code, QStringLiteral("JournalPlaceRefused"));
        QVERIFY2(journal.error().message.contains(says), qUtf8Printable(journal.error().message));
    }

    void alteredRows_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("where");
        QTest::newRow("resource id") << QStringLiteral("UPDATE run SET plan = replace(plan, 'rg-sales', 'rg-other')") << QStringLiteral("The plan");
        QTest::newRow("who runs it") << QStringLiteral("UPDATE run SET plan = replace(plan, '\"tenant\":\"\"', '\"tenant\":\"x\"')") << QStringLiteral("The plan");
        QTest::newRow("hash of an intent") << QStringLiteral("UPDATE record SET content = replace(content, 'abc', 'abd') WHERE kind = 'intent'") << QStringLiteral("Record 1 (intent group)");
        QTest::newRow("host of a poll link") << QStringLiteral("UPDATE record SET content = replace(content, '/op', '//evil.example/op') WHERE kind = 'operation'") << QStringLiteral("Record 2 (operation group)");
        QTest::newRow("step") << QStringLiteral("UPDATE record SET step = 'server' WHERE kind = 'operation'") << QStringLiteral("Record 2 (operation server)");
        QTest::newRow("order") << QStringLiteral("UPDATE record SET number = 100 + number WHERE kind = 'intent'") << QStringLiteral("Record 1 (operation group)");
        QTest::newRow("one taken out") << QStringLiteral("DELETE FROM record WHERE kind = 'operation'") << QStringLiteral("Record 2 (step-outcome group)");
    }

    //! X22: a run is gone on with only as it was recorded.
    void alteredRows()
    {
        QFETCH(QString, sql);
        QFETCH(QString, where);
        const QString run = QStringLiteral("20260101-a");
        const ResourceId group = smallPlan(QString()).steps.first().target;
        {
            auto journal = opened(path());
            QVERIFY(test::await(journal->begin(run, smallPlan(QStringLiteral("sales")), at(0))).ok());
            const QJsonObject intent{{QStringLiteral("method"), QStringLiteral("PUT")}, {QStringLiteral("path"), group.toString()}, {QStringLiteral("there"), false}, {QStringLiteral("body"), QStringLiteral("abc")}};
            QVERIFY(test::await(journal->append(run, record(JournalRecord::Kind::Intent, QStringLiteral("group"), intent))).ok());
            QVERIFY(test::await(journal->append(run, record(JournalRecord::Kind::Operation, QStringLiteral("group"), {{QStringLiteral("poll"), QStringLiteral("/op")}}))).ok());
            QVERIFY(test::await(journal->append(run, record(JournalRecord::Kind::StepOutcome, QStringLiteral("group")))).ok());
            QVERIFY(test::await(journal->run(run)).ok());
            QVERIFY(test::await(journal->making(group))->has_value());
        }
        {
            QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("hand"));
            db.setDatabaseName(path());
            QVERIFY(db.open());
            QSqlQuery query(db);
            QVERIFY(query.exec(sql));
            QVERIFY(query.numRowsAffected() == 1);
            query.clear();
            db.close();
        }
        QSqlDatabase::removeDatabase(QStringLiteral("hand"));
        auto journal = opened(path());
        const auto refused = test::await(journal->run(run));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("JournalAltered"));
        QVERIFY2(refused.error().message.startsWith(where), qUtf8Printable(refused.error().message));
        QCOMPARE(test::await(journal->making(group)).error().code, QStringLiteral("JournalAltered"));
        QVERIFY(test::await(journal->runs()).ok()); // that there was one may be seen
    }

    //! Another connection sees each record as soon as append() has returned: it is committed, not only queued.
    void appendedMeansCommitted()
    {
        auto journal = opened(path());
        QVERIFY(test::await(journal->begin(QStringLiteral("a"), smallPlan(QStringLiteral("sales")), at(0))).ok());
        QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("reader"));
        db.setDatabaseName(path());
        QVERIFY(db.open());
        for (int i = 1; i <= 5; ++i) {
            QVERIFY(test::await(journal->append(QStringLiteral("a"), record(JournalRecord::Kind::Intent, QStringLiteral("group")))).ok());
            QSqlQuery query(db);
            QVERIFY(query.exec(QStringLiteral("SELECT COUNT(*) FROM record")) && query.next());
            QCOMPARE(query.value(0).toInt(), i);
        }
        QSqlQuery query(db);
        QVERIFY(query.exec(QStringLiteral("PRAGMA journal_mode")) && query.next());
        QCOMPARE(query.value(0).toString(), QStringLiteral("wal"));
        query.clear();
        db.close();
        db = QSqlDatabase();
        QSqlDatabase::removeDatabase(QStringLiteral("reader"));
    }

    void twoRunsNeverWorkOnOneResource()
    {
        auto one = opened(path());
        auto other = opened(path());
        const ResourceId server = *ResourceId::parse(QStringLiteral("/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-sales"));
        const ResourceId sameServer = *ResourceId::parse(server.toString().toUpper().replace(QLatin1String("/SUBSCRIPTIONS/"), QLatin1String("/subscriptions/")).replace(QLatin1String("/RESOURCEGROUPS/"), QLatin1String("/resourceGroups/")).replace(QLatin1String("/PROVIDERS/"), QLatin1String("/providers/")));
        auto held = one->lock({server});
        QVERIFY(held.ok());
        const auto refused = other->lock({sameServer});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("RunGoesOn"));
        held->reset();
        QVERIFY(other->lock({server}).ok());
    }

    void aFileThatIsNoJournalIsRefused()
    {
        QVERIFY(QDir().mkpath(QFileInfo(path()).absolutePath()));
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is not a database, and it is long enough to be noticed as such by anybody who reads it");
        file.close();
        const auto journal = Journal::open(path());
        QVERIFY(!journal);
        QCOMPARE(journal.error().code, QStringLiteral("JournalFailed"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
