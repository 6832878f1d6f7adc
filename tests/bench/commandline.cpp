// SPDX-License-Identifier: Apache-2.0
// Figures of the command line, each with its aim and its yardstick from the same run:
//   bench_commandline CAUSEWAYCTL BARE EXAMPLES [--json]
#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
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

//! One figure of issue and README: what was measured, what is wanted, and what the same machine did with next to nothing.
struct Row {
    QString figure;
    double value = 0;
    QString unit;
    QString sign; //!< how value stands to the aim: "<=" or ">="
    double aim = 0;
    QString yardstick;
    bool valid = true; //!< the work behind it was done

    [[nodiscard]] bool good() const { return valid && (sign == QLatin1String("<=") ? value <= aim : value >= aim); }
};

void print(const Row &row, bool json)
{
    if (json) {
        const QJsonObject object{{QStringLiteral("figure"), row.figure}, {QStringLiteral("value"), row.value}, {QStringLiteral("unit"), row.unit}, {QStringLiteral("aim"), row.aim},
                                 {QStringLiteral("yardstick"), row.yardstick}, {QStringLiteral("good"), row.good()}};
        std::printf("%s\n", QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
    } else {
        const int digits = row.value >= 100 ? 0 : row.unit == QLatin1String("x") ? 3 : 2;
        std::printf("%-34s %10.*f %-5s %s %-8g %-6s %s\n", qPrintable(row.figure), digits, row.value, qPrintable(row.unit), qPrintable(row.sign), row.aim,
                    row.good() ? "ok" : row.valid ? "MISSED" : "FAILED", qPrintable(row.yardstick));
    }
    std::fflush(stdout);
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

Cost median(const QStringList &line, int rounds)
{
    std::vector<double> walls, cpus;
    Cost middle;
    middle.code = 0;
    for (int round = 0; round < rounds; ++round) {
        const Cost cost = measure(line);
        walls.push_back(cost.wall);
        cpus.push_back(cost.cpu);
        middle.code = std::max(middle.code, cost.code);
    }
    middle.wall = median(walls);
    middle.cpu = median(cpus);
    return middle;
}

QJsonObject readJson(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll().trimmed().split('\n').last()).object() : QJsonObject();
}

//! The shipped world with another seed, or with other settings.
QString worldWith(const QTemporaryDir &folder, const QJsonObject &settings, int seed = 1)
{
    const QString path = folder.filePath(QStringLiteral("world.json"));
    QFile shipped(QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/default.json"));
    QFile world(path);
    if (!shipped.open(QIODevice::ReadOnly) || !world.open(QIODevice::WriteOnly))
        return {};
    QJsonObject json = QJsonDocument::fromJson(shipped.readAll()).object();
    json.insert(QStringLiteral("settings"), settings);
    json.insert(QStringLiteral("seed"), seed);
    world.write(QJsonDocument(json).toJson());
    return path;
}

void started(const QString &ctl, const QString &bare, bool json)
{
    const double yardstick = median({bare}, 41).wall;
    const Cost version = median({ctl, QStringLiteral("--version")}, 41);
    print({QStringLiteral("causewayctl --version"), version.wall / yardstick, QStringLiteral("x"), QStringLiteral("<="), 4,
           QStringLiteral("%1 ms, a bare QCoreApplication %2 ms").arg(version.wall * 1e3, 0, 'f', 1).arg(yardstick * 1e3, 0, 'f', 1), version.code == 0}, json);
}

void applied(const QString &ctl, const QString &examples, bool json)
{
    const auto line = [&](const char *command) { return QStringList{ctl, QLatin1String(command), examples + QStringLiteral("/quickstart.json"), QStringLiteral("--sandbox=fresh"), QStringLiteral("--yes"), QStringLiteral("--json")}; };
    const Cost plan = median(line("plan"), 7);
    const Cost apply = median(line("apply"), 7);
    print({QStringLiteral("apply quickstart, wall"), apply.wall, QStringLiteral("s"), QStringLiteral("<="), 3, QStringLiteral("plan alone %1 s").arg(plan.wall, 0, 'f', 2), apply.code == 0}, json);
    print({QStringLiteral("apply quickstart, CPU of its own"), apply.cpu, QStringLiteral("s"), QStringLiteral("<="), 0.5, QStringLiteral("plan alone %1 s; PostgreSQL is not in it").arg(plan.cpu, 0, 'f', 2), apply.code == 0}, json);
}

//! Virtual seconds that the service itself takes on the longest way, from its own books (state.json: operations and ledger) and
//! not from when the client did something: the server's creation, the managed endpoint until its connection is there, the
//! decision, and the three minutes until a factory notices (connectionDiscoverySeconds, facts of the data factory).
double criticalPath(const QJsonObject &state)
{
    const auto duration = [&](const QString &end) {
        for (const QJsonValue &each : state.value(QLatin1String("operations")).toArray()) {
            if (each[QLatin1String("resource")].toString().contains(end, Qt::CaseInsensitive) && each[QLatin1String("resource")].toString().section(end, 1).count(QLatin1Char('/')) == 0)
                return each[QLatin1String("ended")].toDouble() - each[QLatin1String("started")].toDouble();
        }
        return 0.0;
    };
    const auto created = [&](const QString &part) {
        for (const QJsonValue &each : state.value(QLatin1String("ledger")).toArray()) {
            if (each[QLatin1String("effect")] == QLatin1String("created") && each[QLatin1String("resource")].toString().contains(part, Qt::CaseInsensitive))
                return each[QLatin1String("at")].toDouble();
        }
        return 0.0;
    };
    const double server = duration(QStringLiteral("flexibleServers/pg-sales"));
    const double connection = created(QStringLiteral("privateEndpointConnections/adf-sales.mpe-pg-sales")) - created(QStringLiteral("managedprivateendpoints/mpe-pg-sales"));
    const double decision = duration(QStringLiteral("privateEndpointConnections/adf-sales.mpe-pg-sales"));
    return server > 0 && connection > 0 && decision > 0 ? (server + connection + decision) / 1000 + 180 : 0;
}

void makespan(const QString &ctl, const QString &examples, bool json)
{
    double worst = 0;
    bool valid = true;
    QStringList each;
    for (int seed = 1; seed <= 6; ++seed) {
        const QTemporaryDir folder;
        qputenv("XDG_STATE_HOME", QFile::encodeName(folder.path()));
        const QString world = worldWith(folder, {}, seed);
        const QString out = folder.filePath(QStringLiteral("out.json"));
        const Cost cost = measure({ctl, QStringLiteral("apply"), examples + QStringLiteral("/quickstart.json"), QStringLiteral("--sandbox=") + world, QStringLiteral("--yes"), QStringLiteral("--json")}, out);
        const QJsonObject report = readJson(out);
        const auto time = [&](const char *name) { return QDateTime::fromString(report.value(QLatin1String(name)).toString(), Qt::ISODateWithMs); };
        const double span = double(time("started").msecsTo(time("ended"))) / 1000;
        const QStringList kept = QDir(folder.path() + QStringLiteral("/causeway")).entryList({QStringLiteral("sandbox-*")}, QDir::Dirs);
        const double path = criticalPath(readJson(folder.path() + QStringLiteral("/causeway/") + kept.value(0) + QStringLiteral("/state.json")).value(QLatin1String("state")).toObject());
        valid = valid && cost.code == 0 && path > 0;
        if (path > 0 && span / path > worst)
            worst = span / path;
        each << QStringLiteral("%1/%2").arg(span, 0, 'f', 0).arg(path, 0, 'f', 0);
    }
    qunsetenv("XDG_STATE_HOME");
    print({QStringLiteral("makespan, worst of 6 seeds"), worst, QStringLiteral("x"), QStringLiteral("<="), 1.05, QStringLiteral("virtual s / critical path s of the ledger: ") + each.join(QLatin1Char(' ')), valid}, json);
}

//! Requests a second that wrk gets out of a server with 16 connections; 0: not all were answered well.
double load(const QString &url, const QString &token)
{
    QProcess wrk;
    wrk.start(QStringLiteral("wrk"), {QStringLiteral("-t1"), QStringLiteral("-c16"), QStringLiteral("-d5s"), QStringLiteral("-H"), QStringLiteral("Authorization: Bearer ") + token, url});
    wrk.waitForFinished();
    double rate = 0;
    for (const QByteArray &line : wrk.readAllStandardOutput().split('\n')) {
        if (line.contains("Non-2xx"))
            return 0;
        if (line.startsWith("Requests/sec:"))
            rate = line.mid(13).trimmed().toDouble();
    }
    return rate;
}

void served(const QString &ctl, const QString &bare, bool json)
{
    Row row{QStringLiteral("sandbox, GETs with 16 connections"), 0, QStringLiteral("/s"), QStringLiteral(">="), 10'000, QStringLiteral("wrk is not installed"), false};
    if (QStandardPaths::findExecutable(QStringLiteral("wrk")).isEmpty())
        return print(row, json);
    const QTemporaryDir folder;
    QProcess server, simple;
    simple.start(bare, {QStringLiteral("http")});
    server.start(ctl, {QStringLiteral("sandbox"), QStringLiteral("serve"), QStringLiteral("--postgres"), QStringLiteral("off"), QStringLiteral("--world"), worldWith(folder, {{QStringLiteral("throttling"), false}})});
    if (simple.waitForReadyRead(20'000) && server.waitForReadyRead(20'000)) {
        const double yardstick = load(QStringLiteral("http://127.0.0.1:") + QString::fromLatin1(simple.readLine().trimmed()), {});
        const QJsonObject ready = QJsonDocument::fromJson(server.readLine()).object();
        row.value = load(QStringLiteral("%1/subscriptions/%2/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub?api-version=2024-05-01")
                             .arg(ready.value(QLatin1String("arm")).toString(), ready.value(QLatin1String("subscription")).toString()),
                         ready.value(QLatin1String("token")).toString());
        row.valid = row.value > 0;
        row.yardstick = QStringLiteral("a bare QTcpServer %1 /s; wrk on the same %2 cores").arg(yardstick, 0, 'f', 0).arg(::sysconf(_SC_NPROCESSORS_ONLN));
    }
    print(row, json);
    for (QProcess *each : {&server, &simple}) {
        each->terminate();
        each->waitForFinished();
    }
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (argc < 4)
        return 2;
    const QString ctl = QString::fromLocal8Bit(argv[1]), bare = QString::fromLocal8Bit(argv[2]), examples = QString::fromLocal8Bit(argv[3]);
    const bool json = argc > 4 && qstrcmp(argv[4], "--json") == 0;
    if (!json)
        std::printf("%-34s %16s %-11s %-6s %s\n", "figure", "measured", "   aim", "", "yardstick of the same run");
    started(ctl, bare, json);
    applied(ctl, examples, json);
    makespan(ctl, examples, json);
    served(ctl, bare, json);
    return 0;
}
