// SPDX-License-Identifier: Apache-2.0
#include "sandbox/postgres/ground.h"

#include "sandbox/tls/certificates.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QDirIterator>
#include <QFile>
#include <csignal>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace causeway::sandbox {

static const QLatin1String groundPrefix("causeway-pg-");

// TMPDIR may lie in a folder that the server's account cannot enter.
static QString temporaryBase(const ServerAccount &account)
{
    const QString own = QDir::tempPath();
    return account.reaches(own) && own.size() < 60 ? own : QStringLiteral("/tmp");
}

ServerGround::ServerGround(const ServerAccount &account)
{
    QByteArray pattern = QFile::encodeName(temporaryBase(account) + QLatin1Char('/') + groundPrefix) + "XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr)
        return;
    m_folder = QFile::decodeName(pattern);
    if (account.other)
        ::chmod(pattern.constData(), 0711); // the account passes through; each server's folder is its own
    const QByteArray owner = QByteArray::number(::getpid()) + ' ' + processStart(::getpid()) + '\n';
    if (!writePrivately(m_folder + QStringLiteral("/owner"), owner))
        qWarning("cannot mark the folder of the servers");
}

ServerGround::~ServerGround()
{
    if (!m_folder.isEmpty())
        QDir(m_folder).removeRecursively();
}

static bool ownerLives(const QString &folder)
{
    QFile file(folder + QStringLiteral("/owner"));
    if (!file.open(QIODevice::ReadOnly))
        return ::time(nullptr) - QFileInfo(folder).lastModified().toSecsSinceEpoch() < 60; // being made right now
    const QByteArrayList words = file.readAll().trimmed().split(' ');
    const QByteArray start = processStart(words.value(0).toLongLong());
    return !start.isEmpty() && start == words.value(1);
}

static void stopServersBelow(const QString &folder)
{
    QList<QString> running;
    QDirIterator files(folder, {QStringLiteral("postmaster.pid")}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString data = QFileInfo(files.next()).path();
        if (const qint64 pid = postmasterOf(data)) {
            ::kill(pid_t(pid), SIGQUIT);
            running += data;
        }
    }
    QElapsedTimer since;
    since.start();
    while (!running.isEmpty() && since.elapsed() < 3000) {
        ::usleep(10000);
        running.removeIf([](const QString &data) { return postmasterOf(data) == 0; });
    }
    for (const QString &data : running) {
        if (const qint64 pid = postmasterOf(data))
            ::kill(pid_t(pid), SIGKILL);
    }
}

int removeLeftOvers(const ServerAccount &account)
{
    int removed = 0;
    const QDir base(temporaryBase(account));
    const auto entries = base.entryInfoList({groundPrefix + QLatin1Char('*')}, QDir::Dirs | QDir::NoSymLinks);
    for (const QFileInfo &entry : entries) {
        if (entry.ownerId() != ::geteuid() || ownerLives(entry.filePath()))
            continue;
        stopServersBelow(entry.filePath());
        removed += QDir(entry.filePath()).removeRecursively() ? 1 : 0;
    }
    return removed;
}

QString reachableFolder(const QString &wanted, const ServerAccount &account)
{
    if (account.reaches(wanted))
        return wanted;
    const QByteArray name = QCryptographicHash::hash(QFile::encodeName(QDir::cleanPath(wanted)), QCryptographicHash::Sha256).toHex().left(16);
    return QStringLiteral("/var/lib/causeway-sandbox/") + QString::fromLatin1(name);
}

} // namespace causeway::sandbox
