// SPDX-License-Identifier: Apache-2.0
#include "core/processlock.h"

#include <QFile>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace causeway {

ProcessLock::ProcessLock(QByteArray path, int file) : m_path(std::move(path)), m_file(file) {}

ProcessLock::~ProcessLock()
{
    ::unlink(m_path.constData()); // while it is ours; whoever waits for this file sees that it is no longer the one of that name
    ::close(m_file);
}

std::unique_ptr<ProcessLock> ProcessLock::tryTake(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    for (int attempt = 0; attempt < 100; ++attempt) {
        const int file = ::open(name.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file < 0)
            return nullptr;
        struct stat ours{};
        struct stat named{};
        const bool locked = ::flock(file, LOCK_EX | LOCK_NB) == 0;
        const bool there = ::fstat(file, &ours) == 0 && ::stat(name.constData(), &named) == 0 && ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
        if (locked && there) {
            const QByteArray pid = QByteArray::number(::getpid()) + '\n';
            if (::ftruncate(file, 0) != 0 || ::write(file, pid.constData(), size_t(pid.size())) != pid.size())
                qWarning("a lock file does not say whose it is");
            return std::unique_ptr<ProcessLock>(new ProcessLock(name, file));
        }
        ::close(file);
        if (!locked && there)
            return nullptr;
        // Its holder let go between our open and our look: the next open makes a new one.
    }
    return nullptr;
}

qint64 ProcessLock::holder(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readLine(32).trimmed().toLongLong() : 0;
}

} // namespace causeway
