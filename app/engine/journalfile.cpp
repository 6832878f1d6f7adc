// SPDX-License-Identifier: Apache-2.0
// The journal's place on the disk (reliability-security-performance.md §D3, X22). Once the folder is ours alone, nobody else can
// put another file there between these looks and SQLite's own opening.
#include "engine/journalfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace causeway {
namespace {

Error refusedPlace(const QString &message, const QString &path)
{
    return Error::invalid(QStringLiteral("JournalPlaceRefused"), message, path);
}

Error placeNotMade(const QString &path, int error)
{
    return Error::internal(QStringLiteral("JournalFailed"), QStringLiteral("The journal of runs cannot be used: %1: %2.").arg(path, QString::fromLocal8Bit(::strerror(error))));
}

//! nullopt: nothing is there. The mode of what is there and ours.
Result<std::optional<mode_t>> modeOfOurs(const QString &path, mode_t kind)
{
    struct stat there{};
    if (::lstat(QFile::encodeName(path).constData(), &there) != 0)
        return errno == ENOENT ? Result<std::optional<mode_t>>(std::nullopt) : placeNotMade(path, errno);
    if (S_ISLNK(there.st_mode))
        return refusedPlace(QStringLiteral("%1 is a symbolic link, and the journal of runs is kept only where it is said to be. Remove the link, or name another folder with XDG_STATE_HOME.").arg(path), path);
    if ((there.st_mode & S_IFMT) != kind)
        return refusedPlace(QStringLiteral("%1 is not a %2; the journal of runs needs one of its own there.").arg(path, kind == S_IFDIR ? QStringLiteral("folder") : QStringLiteral("regular file")), path);
    if (there.st_uid != ::geteuid())
        return refusedPlace(QStringLiteral("%1 belongs to another user (number %2), who could change what a run goes on with. Give it back to yourself, or name another folder with XDG_STATE_HOME.").arg(path).arg(there.st_uid), path);
    return std::optional<mode_t>(there.st_mode & 07777);
}

QString octal(mode_t mode) { return QStringLiteral("%1").arg(uint(mode), 4, 8, QLatin1Char('0')); }

//! True when others were let in before.
Result<bool> closedToOthers(const QString &path, mode_t mode, mode_t wanted)
{
    if (!(mode & 077))
        return false;
    if (::chmod(QFile::encodeName(path).constData(), wanted) != 0)
        return placeNotMade(path, errno);
    return true;
}

} // namespace

Result<QStringList> claimJournalFile(const QString &path)
{
    const QFileInfo file(path);
    const QString folder = file.absolutePath();
    QStringList mended;
    const auto note = [&mended](const QString &place, mode_t was, mode_t is) {
        mended << QStringLiteral("%1 was open to other users of this machine (mode %2); it is closed to them now (%3).").arg(place, octal(was), octal(is));
    };
    const auto folderMode = modeOfOurs(folder, S_IFDIR);
    if (!folderMode)
        return folderMode.error();
    if (!*folderMode && (!QDir().mkpath(QFileInfo(folder).absolutePath()) || ::mkdir(QFile::encodeName(folder).constData(), 0700) != 0))
        return placeNotMade(folder, errno);
    const auto closed = closedToOthers(folder, folderMode->value_or(0700), 0700);
    if (!closed)
        return closed.error();
    const auto fileMode = modeOfOurs(path, S_IFREG);
    if (!fileMode)
        return fileMode.error();
    if (!*fileMode) { // SQLite's write-ahead log takes over the mode
        const int made = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (made < 0 && errno != EEXIST) // another process of ours was faster
            return placeNotMade(path, errno);
        if (made >= 0)
            ::close(made);
    } else if (*closed) {
        note(folder, **folderMode, 0700); // a folder that had no journal yet was never closed
    }
    for (const QString &each : {path, path + QStringLiteral("-wal"), path + QStringLiteral("-shm")}) {
        const auto mode = modeOfOurs(each, S_IFREG);
        if (!mode)
            return mode.error();
        const auto wasOpen = closedToOthers(each, mode->value_or(0600), 0600);
        if (!wasOpen)
            return wasOpen.error();
        if (*wasOpen)
            note(each, **mode, 0600);
    }
    return mended;
}

} // namespace causeway
