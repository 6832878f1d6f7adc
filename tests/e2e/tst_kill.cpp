// SPDX-License-Identifier: Apache-2.0
// kill -9 between any two journal records, and at random moments: resumed, the run ends in the same world, each resource created once.
// CAUSEWAY_KILLS=N for more or fewer of the latter.
#include "tests/support/cliline.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <climits>
#include <dlfcn.h>
#include <future>
#include <iostream>
#include <iterator>
#include <numeric>
#include <signal.h>
#include <unistd.h>

using namespace causeway;

namespace {

const QString quickstart = QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/quickstart.json");
const QString kept = QStringLiteral("--sandbox");
const QStringList applyLine{QStringLiteral("apply"), quickstart, kept, QStringLiteral("--yes")};
constexpr int childTime = 120'000;
#ifdef __SANITIZE_ADDRESS__
constexpr int usualKills = 10; // each process takes some times as long
#else
constexpr int usualKills = 20; // .ci/run: 50
#endif

//! Those of the library that Qt's driver uses; its headers are not needed for two functions.
using CommitHook = int (*)(void *);
using SetCommitHook = void *(*)(void *, CommitHook, void *);
using AutoExtension = int (*)(void (*)());
SetCommitHook setCommitHook = nullptr;
std::atomic<int> commitsToLive = 0;

int countCommit(void *)
{
    if (--commitsToLive == 0)
        ::kill(::getpid(), SIGKILL); // all that came before is on the disk, and this one is not
    return 0;
}

int watchConnection(void *connection, char **, const void *)
{
    setCommitHook(connection, countCommit, nullptr);
    return 0;
}

//! Every connection that is opened from now on counts its commits; this process dies just before the n-th.
bool dieBefore(int commit)
{
    void *library = ::dlopen("libsqlite3.so.0", RTLD_NOW);
    setCommitHook = library ? reinterpret_cast<SetCommitHook>(::dlsym(library, "sqlite3_commit_hook")) : nullptr;
    const auto extend = library ? reinterpret_cast<AutoExtension>(::dlsym(library, "sqlite3_auto_extension")) : nullptr;
    commitsToLive = commit;
    return setCommitHook && extend && extend(reinterpret_cast<void (*)()>(watchConnection)) == 0;
}

//! This program as another process, in a state folder of its own: "--line N WORDS…" is causewayctl that dies before its N-th commit, 0: never.
class Child
{
public:
    Child(const QString &folder, int commit, const QStringList &line)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_STATE_HOME"), folder);
        m_process.setProcessEnvironment(environment);
        m_process.start(QCoreApplication::applicationFilePath(), QStringList{QStringLiteral("--line"), QString::number(commit)} + line);
    }
    //! True when it ended by itself.
    bool endsWithin(int milliseconds) { return m_process.waitForFinished(milliseconds) && m_process.exitStatus() == QProcess::NormalExit; }
    //! True when it was still there to be killed.
    bool kill()
    {
        m_process.kill();
        m_process.waitForFinished(childTime);
        return m_process.exitStatus() == QProcess::CrashExit;
    }
    [[nodiscard]] int code() const { return m_process.exitCode(); }
    QString out() { return m_out += QString::fromUtf8(m_process.readAllStandardOutput()); }
    QString err() { return m_err += QString::fromUtf8(m_process.readAllStandardError()); }
    QString all() { return QStringLiteral("exit %1\n%2\n%3").arg(code()).arg(out(), err()); }

private:
    QProcess m_process;
    QString m_out;
    QString m_err;
};

//! Every resource of a kept world, and how often it was created.
QMap<QString, int> createdIn(const QString &folder)
{
    QMap<QString, int> created;
    QFile file(folder + QStringLiteral("/causeway/sandbox/state.json"));
    if (!file.open(QIODevice::ReadOnly))
        return created;
    const auto state = sandbox::State::fromJson(QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("state")).toObject());
    for (const sandbox::LedgerEntry &each : state ? state->ledger : QList<sandbox::LedgerEntry>()) {
        if (each.effect == QLatin1String("created"))
            ++created[sandbox::key(each.resource)];
    }
    return created;
}

//! How a process ends: at a moment in milliseconds, or before a commit; both 0: by itself.
struct Death {
    int moment = 0;
    int commit = 0;
};

struct Round {
    QString complaint; //!< empty: all is well
    bool died = false;
    bool begun = false; //!< there was a run to resume
    int takes = 0; //!< the first process, in milliseconds
    QStringList world;
};

Round roundOf(Death death)
{
    Round round;
    const QTemporaryDir folder;
    QElapsedTimer timer;
    timer.start();
    const auto complain = [&round](const QString &what) { return round.complaint = what, round; };
    Child first(folder.path(), death.commit, applyLine);
    round.died = !first.endsWithin(death.moment > 0 ? death.moment : childTime) && first.kill();
    round.takes = int(timer.elapsed());
    if (!round.died && first.code() != 0)
        return complain(first.all());
    Child listed(folder.path(), 0, {QStringLiteral("runs"), QStringLiteral("list"), kept, QStringLiteral("--json")});
    listed.endsWithin(childTime);
    round.begun = !QJsonDocument::fromJson(listed.out().toUtf8()).object()[QLatin1String("runs")].toArray().isEmpty();
    Child second(folder.path(), 0, round.begun ? QStringList{QStringLiteral("resume"), kept} : applyLine);
    if (!second.endsWithin(childTime) || second.code() != 0 || !second.out().contains(QLatin1String("Connection successful")))
        return complain(QStringLiteral("resumed: ") + second.all());
    const auto made = QRegularExpression(QStringLiteral("(\\d+) resources made")).match(second.err());
    if (made.hasMatch() && made.captured(1).toInt() > 17) // each once, however often it was looked at
        return complain(second.all());
    const QMap<QString, int> created = createdIn(folder.path());
    for (auto each = created.begin(); each != created.end(); ++each) {
        if (each.value() != 1)
            round.complaint += QStringLiteral("%1 was created %2 times\n").arg(each.key()).arg(each.value());
        // The role of an identity and such have names that nobody chose.
        round.world << QString(each.key()).remove(QRegularExpression(QStringLiteral("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"))).remove(QRegularExpression(QStringLiteral("\\.nic\\..*$")));
    }
    Child again(folder.path(), 0, applyLine);
    if (!again.endsWithin(childTime) || again.code() != 0 || !again.err().contains(QLatin1String("No changes")))
        round.complaint += QStringLiteral("a second apply: ") + again.all();
    return round;
}

int workers()
{
    return qEnvironmentVariableIntValue("CAUSEWAY_KILL_WORKERS") > 0 ? qEnvironmentVariableIntValue("CAUSEWAY_KILL_WORKERS") : 3;
}

//! Rounds side by side: most of one is waiting for processes to start and disks to answer.
QList<Round> rounds(const QList<Death> &deaths)
{
    QList<Round> all(deaths.size());
    Round *out = all.data();
    std::atomic<int> next = 0;
    std::vector<std::future<void>> threads;
    for (int worker = 0; worker < workers(); ++worker) {
        threads.push_back(std::async(std::launch::async, [&] {
            for (int at = next++; at < int(deaths.size()); at = next++)
                out[at] = roundOf(deaths[at]);
        }));
    }
    threads.clear(); // waits
    return all;
}

} // namespace

class TestKill : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    //! Runs that nobody kills: how long one takes, how many records it leaves, and the world that all others have to end in.
    void initTestCase()
    {
        const QList<Round> whole = rounds(QList<Death>(workers())); // side by side, as the others will be
        for (const Round &each : whole) {
            QVERIFY2(each.complaint.isEmpty() && !each.died && each.begun, qPrintable(each.complaint));
            QCOMPARE(each.world, whole.first().world);
        }
        m_world = whole.first().world;
        QVERIFY(m_world.size() >= 14);
        m_takes = shortest(whole, INT_MAX);
        const QTemporaryDir folder;
        Child child(folder.path(), 0, applyLine);
        QVERIFY2(child.endsWithin(childTime) && child.code() == 0, qPrintable(child.all()));
        Child shown(folder.path(), 0, {QStringLiteral("runs"), QStringLiteral("list"), kept, QStringLiteral("--json")});
        QVERIFY(shown.endsWithin(childTime));
        m_records = QJsonDocument::fromJson(shown.out().toUtf8()).object()[QLatin1String("runs")][0][QLatin1String("records")].toInt();
        QVERIFY2(m_records > 30, qPrintable(shown.all()));
        qInfo("a run takes %d ms and leaves %d records", m_takes, m_records);
    }

    //! Opening the journal takes a few commits, beginning the run is one, each record is one.
    void betweenAnyTwoRecords()
    {
        QList<Death> deaths;
        for (int commit = 1; commit <= m_records + 6; ++commit)
            deaths << Death{0, commit};
        const int died = int(killedOf(judge(deaths)).size());
        QVERIFY2(died >= m_records + 1 && died < deaths.size(), qPrintable(QStringLiteral("%1 of %2 died").arg(died).arg(deaths.size()))); // every boundary, and then none was left
    }

    //! As many as are wanted were really killed: where a process was done before its moment came, that is a shorter run than was known, and one more moment is drawn.
    void atRandomMoments()
    {
        const int wanted = qEnvironmentVariableIntValue("CAUSEWAY_KILLS") > 0 ? qEnvironmentVariableIntValue("CAUSEWAY_KILLS") : usualKills;
        QRandomGenerator random(20261120);
        QList<Round> killed;
        for (int tries = 0; killed.size() < wanted && tries < 5; ++tries) {
            QList<Death> deaths;
            while (deaths.size() + killed.size() < wanted)
                deaths << Death{int(random.bounded(10, std::max(50, m_takes))), 0};
            const QList<Round> all = judge(deaths);
            killed += killedOf(all);
            m_takes = shortest(all, m_takes);
        }
        QCOMPARE(int(killed.size()), wanted);
        const auto resumed = std::count_if(killed.cbegin(), killed.cend(), [](const Round &each) { return each.begun; });
        qInfo("%d of them in the course of the run, the others before it", int(resumed));
        QVERIFY(resumed * 3 >= wanted); // or the moments are not spread over what matters
    }

private:
    //! All of them, each held to the one world.
    QList<Round> judge(const QList<Death> &deaths)
    {
        QElapsedTimer timer;
        timer.start();
        QList<Round> all = rounds(deaths);
        for (qsizetype at = 0; at < all.size(); ++at) {
            const QString which = QStringLiteral("killed at %1 ms, commit %2: ").arg(deaths[at].moment).arg(deaths[at].commit);
            if (!all[at].complaint.isEmpty())
                QTest::qFail(qPrintable(which + all[at].complaint), __FILE__, __LINE__);
            else if (all[at].world != m_world)
                QTest::qFail(qPrintable(which + QStringLiteral("another world: ") + all[at].world.join(QLatin1Char(' '))), __FILE__, __LINE__);
        }
        qInfo("%d rounds, %d died, %.1f s", int(all.size()), int(killedOf(all).size()), double(timer.elapsed()) / 1000);
        return all;
    }

    static QList<Round> killedOf(const QList<Round> &all)
    {
        QList<Round> killed;
        std::copy_if(all.cbegin(), all.cend(), std::back_inserter(killed), [](const Round &each) { return each.died; });
        return killed;
    }

    //! How long the quickest took that ended by itself.
    static int shortest(const QList<Round> &all, int known)
    {
        return std::accumulate(all.cbegin(), all.cend(), known, [](int least, const Round &each) { return each.died ? least : std::min(least, each.takes); });
    }

    int m_takes = 0;
    int m_records = 0;
    QStringList m_world;
};

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    if (words.value(1) == QLatin1String("--line")) {
        if (const int commit = words.value(2).toInt(); commit > 0 && !dieBefore(commit))
            return 99;
        const test::CliOutcome outcome = test::runLine(words.mid(3), &makeStage, 100);
        std::cout << outcome.out.toStdString();
        std::cerr << outcome.err.toStdString();
        return outcome.code;
    }
    TestKill kill;
    return QTest::qExec(&kill, argc, argv);
}
#include "tst_kill.moc"
