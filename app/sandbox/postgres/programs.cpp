// SPDX-License-Identifier: Apache-2.0
#include "sandbox/postgres/programs.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <csignal>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace causeway::sandbox {

ServerAccount ServerAccount::choose()
{
    if (::geteuid() != 0)
        return {::geteuid(), ::getegid(), false};
    for (const char *name : {"postgres", "nobody"}) {
        if (const passwd *entry = ::getpwnam(name))
            return {entry->pw_uid, entry->pw_gid, true};
    }
    return {65534, 65534, true};
}

bool ServerAccount::reaches(const QString &folder) const
{
    if (!other)
        return true;
    for (QDir at(QDir::cleanPath(folder));; ) {
        struct stat found{};
        const bool there = ::stat(QFile::encodeName(at.path()).constData(), &found) == 0;
        const bool open = (found.st_mode & S_IXOTH) || (found.st_uid == uid && (found.st_mode & S_IXUSR));
        if (there && !open)
            return false;
        if (at.isRoot())
            return true;
        at.setPath(QFileInfo(at.path()).path());
    }
}

void ServerAccount::own(const QString &path) const
{
    if (other && ::lchown(QFile::encodeName(path).constData(), uid, gid) != 0)
        qWarning("cannot give a file to the server's account");
}

void ServerAccount::prepare(QProcess &process, const QString &folder) const
{
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("PATH"), QStringLiteral("/usr/bin:/bin"));
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(folder);
    process.setChildProcessModifier([account = *this] {
        // Runs between fork and exec: system calls only.
        if (account.other && (::setgroups(0, nullptr) != 0 || ::setgid(account.gid) != 0 || ::setuid(account.uid) != 0))
            ::_exit(126);
        ::umask(0077);
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT); // after setuid, which clears it; SIGQUIT is PostgreSQL's immediate shutdown
        ::setpgid(0, 0);                    // Ctrl-C is for us, who stop it in order
    });
}

std::optional<PostgresPrograms> PostgresPrograms::find()
{
    QStringList versions = QDir(QStringLiteral("/usr/lib/postgresql")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    std::sort(versions.begin(), versions.end(), [](const QString &a, const QString &b) { return a.toInt() > b.toInt(); });
    QStringList folders;
    for (const QString &version : versions)
        folders += QStringLiteral("/usr/lib/postgresql/%1/bin").arg(version);
    if (const QString found = QStandardPaths::findExecutable(QStringLiteral("initdb")); !found.isEmpty())
        folders += QFileInfo(QFileInfo(found).canonicalFilePath()).path();
    for (const QString &folder : folders) {
        const PostgresPrograms programs{folder};
        if (QFileInfo(programs.path(QStringLiteral("initdb"))).isExecutable() && QFileInfo(programs.path(QStringLiteral("postgres"))).isExecutable())
            return programs;
    }
    return std::nullopt;
}

QByteArray processStart(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (pid <= 0 || !file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray line = file.readAll();
    const QByteArrayList fields = line.mid(line.lastIndexOf(')') + 2).split(' '); // from the third field on
    return fields.value(0) == "Z" ? QByteArray() : fields.value(22 - 3);
}

qint64 postmasterOf(const QString &dataFolder)
{
    QFile file(dataFolder + QStringLiteral("/postmaster.pid"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const qint64 pid = file.readLine().trimmed().toLongLong();
    const QString home = QFile::symLinkTarget(QStringLiteral("/proc/%1/cwd").arg(pid));
    return pid > 1 && !home.isEmpty() && QFileInfo(home).canonicalFilePath() == QFileInfo(dataFolder).canonicalFilePath() ? pid : 0;
}

} // namespace causeway::sandbox
