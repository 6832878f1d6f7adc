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
