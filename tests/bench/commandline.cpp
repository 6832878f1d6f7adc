// SPDX-License-Identifier: Apache-2.0
// Figures of the command line, each with its yardstick from the same run:
//   bench_commandline CAUSEWAYCTL BARE EXAMPLES
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QDateTime>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

struct Cost {
    double wall = 0; //!< seconds
    double cpu = 0;  //!< of the process itself; its children (PostgreSQL) are not in it
    int code = -1;
};

double ownCpu(pid_t child)
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(child));
    if (!stat.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray text = stat.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' '); // from field 3 on
    return double(fields.value(11).toLongLong() + fields.value(12).toLongLong()) / double(::sysconf(_SC_CLK_TCK));
}

Cost measure(const QStringList &line, const QString &out = QStringLiteral("/dev/null"))
{
    std::vector<QByteArray> words;
    std::vector<char *> arguments;
    for (const QString &word : line)
        words.push_back(QFile::encodeName(word));
    for (QByteArray &word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    QElapsedTimer timer;
    timer.start();
    std::fflush(stdout); // or the child would say it again
    const pid_t child = ::fork();
    if (child == 0) {
        if (::freopen(QFile::encodeName(out).constData(), "w", stdout) && ::freopen("/dev/null", "w", stderr) && ::freopen("/dev/null", "r", stdin))
            ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    siginfo_t info{};
    ::waitid(P_PID, id_t(child), &info, WEXITED | WNOWAIT); // still readable below /proc
    Cost cost;
    cost.wall = double(timer.nsecsElapsed()) / 1e9;
    cost.cpu = ownCpu(child);
    ::waitpid(child, nullptr, 0);
    cost.code = info.si_status;
    return cost;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double medianWall(const QStringList &line, int rounds)
{
    std::vector<double> walls;
    for (int round = 0; round < rounds; ++round)
        walls.push_back(measure(line).wall);
    return median(walls);
}

double secondsBetween(const QJsonObject &step)
{
    const auto time = [&](const char *name) { return QDateTime::fromString(step.value(QLatin1String(name)).toString(), Qt::ISODateWithMs); };
    return double(time("started").msecsTo(time("ended"))) / 1000;
}

void applied(const QString &ctl, const QString &examples)
{
    QTemporaryDir folder;
    const QString out = folder.filePath(QStringLiteral("out.json"));
    std::vector<double> walls, cpus;
    bool good = true;
    for (int round = 0; round < 7; ++round) {
        const Cost cost = measure({ctl, QStringLiteral("apply"), examples + QStringLiteral("/quickstart.json"), QStringLiteral("--sandbox=fresh"), QStringLiteral("--yes"), QStringLiteral("--json")}, out);
        good = good && cost.code == 0;
        walls.push_back(cost.wall);
        cpus.push_back(cost.cpu);
    }
    std::printf("apply quickstart, wall           %6.2f s   (median of 7, worst %.2f; aim 3 s)%s\n", median(walls), *std::max_element(walls.begin(), walls.end()), good ? "" : "  FAILED");
    std::printf("apply quickstart, own CPU        %6.2f s   (median of 7; aim 0.5 s outside PostgreSQL)\n", median(cpus));
    QFile file(out);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QJsonObject report = QJsonDocument::fromJson(file.readAll().trimmed().split('\n').last()).object();
    const double makespan = secondsBetween(report);
    double longest = 0; // server, the factory's endpoint, its approval, the test: they can only follow each other
    for (const QJsonValue &each : report.value(QLatin1String("steps")).toArray()) {
        static const QStringList road{QStringLiteral("group"), QStringLiteral("server"), QStringLiteral("managed-endpoint"), QStringLiteral("approval"), QStringLiteral("test")};
        if (road.contains(each.toObject().value(QLatin1String("step")).toString()))
            longest += secondsBetween(each.toObject());
    }
    std::printf("apply quickstart, virtual time   %6.0f s   = %.3f x the longest way as it was run (%.0f s)\n", makespan, makespan / longest, longest);
}

//! wrk on one URL; what it counted.
void load(const QString &wrk, const char *what, const QString &url, const QJsonObject &ready)
{
    QProcess run;
    run.start(wrk, {QStringLiteral("-t2"), QStringLiteral("-c16"), QStringLiteral("-d5s"), QStringLiteral("-H"), QStringLiteral("Authorization: Bearer ") + ready.value(QLatin1String("token")).toString(), url});
    run.waitForFinished();
    const QByteArray text = run.readAllStandardOutput();
    for (const QByteArray &line : text.split('\n')) {
        if (line.contains("Requests/sec") || line.contains("Non-2xx"))
            std::printf("%-32s %s   (aim 10000; wrk on the same %ld cores)\n", what, line.trimmed().constData(), ::sysconf(_SC_NPROCESSORS_ONLN));
    }
}

void served(const QString &ctl)
{
    const QString wrk = QStandardPaths::findExecutable(QStringLiteral("wrk"));
    if (wrk.isEmpty()) {
        std::printf("sandbox GETs a second: wrk is not installed\n");
        return;
    }
    QTemporaryDir folder;
    QFile world(folder.filePath(QStringLiteral("world.json")));
    QFile shipped(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/default.json"));
    if (!shipped.open(QIODevice::ReadOnly) || !world.open(QIODevice::WriteOnly))
        return;
    QJsonObject json = QJsonDocument::fromJson(shipped.readAll()).object();
    json.insert(QStringLiteral("settings"), QJsonObject{{QStringLiteral("throttling"), false}});
    world.write(QJsonDocument(json).toJson());
    world.close();
    QProcess server;
    server.start(ctl, {QStringLiteral("sandbox"), QStringLiteral("serve"), QStringLiteral("--postgres"), QStringLiteral("off"), QStringLiteral("--world"), world.fileName()});
    if (!server.waitForReadyRead(20'000))
        return;
    const QJsonObject ready = QJsonDocument::fromJson(server.readLine()).object();
    const QString url = ready.value(QLatin1String("arm")).toString() + QStringLiteral("/subscriptions/") + ready.value(QLatin1String("subscription")).toString()
                        + QStringLiteral("/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub?api-version=2024-05-01");
    const QString arm = ready.value(QLatin1String("arm")).toString();
    load(wrk, "sandbox, 16 connections", url, ready);
    load(wrk, "its front alone, a fixed answer", arm + QStringLiteral("/metadata/endpoints?api-version=2022-09-01"), ready);
    ::kill(pid_t(server.processId()), SIGINT);
    server.waitForFinished();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (argc != 4)
        return 2;
    const QString ctl = QString::fromLocal8Bit(argv[1]), bare = QString::fromLocal8Bit(argv[2]), examples = QString::fromLocal8Bit(argv[3]);
    const double yardstick = medianWall({bare}, 41);
    const double version = medianWall({ctl, QStringLiteral("--version")}, 41);
    std::printf("causewayctl --version            %6.1f ms  = %.2f x a bare QCoreApplication (%.1f ms; aim 4 x)\n", version * 1e3, version / yardstick, yardstick * 1e3);
    applied(ctl, examples);
    served(ctl);
    return 0;
}
