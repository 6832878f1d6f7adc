// SPDX-License-Identifier: Apache-2.0
#include "support/setupfile.h"

#include <QFile>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace causeway {

static const qint64 setupFileLimit = 16 * 1024 * 1024;

static Error setupFileError(const char *code, const QString &path, const QString &reason)
{
    return Error::invalid(QString::fromLatin1(code), QStringLiteral("%1: %2").arg(path, reason), path);
}

static Error setupFileSystemError(const QString &path)
{
    return setupFileError("FileUnreadable", path, QString::fromLocal8Bit(strerror(errno)));
}

//! Reads until the end, but never more than the limit: a file may grow, or tell a wrong size.
static Result<QByteArray> readSetupBytes(int descriptor, const QString &path)
{
    QByteArray bytes;
    char block[64 * 1024];
    for (;;) {
        const ssize_t count = read(descriptor, block, sizeof block);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return setupFileSystemError(path);
        if (count == 0)
            return bytes;
        bytes.append(block, count);
        if (bytes.size() > setupFileLimit)
            return setupFileError("FileTooLarge", path, QStringLiteral("larger than the 16 MiB limit"));
    }
}

Result<QByteArray> readSetupFile(const QString &path)
{
    // Not blocking, so that a FIFO without a writer is found out instead of waited for.
    const int descriptor = open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return setupFileSystemError(path);
    struct stat status = {};
    Result<QByteArray> bytes = setupFileError("FileNotRegular", path, QStringLiteral("not a regular file"));
    if (fstat(descriptor, &status) != 0)
        bytes = setupFileSystemError(path);
    else if (S_ISREG(status.st_mode) && status.st_size > setupFileLimit)
        bytes = setupFileError("FileTooLarge", path, QStringLiteral("larger than the 16 MiB limit"));
    else if (S_ISREG(status.st_mode))
        bytes = readSetupBytes(descriptor, path);
    close(descriptor);
    if (bytes && bytes->isEmpty())
        return setupFileError("FileEmpty", path, QStringLiteral("the file is empty"));
    return bytes;
}

} // namespace causeway
