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
static const QLatin1String rootsGround("/var/lib/causeway-sandbox"); // nobody else can write there, so names may be known

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
    markAsOurs(m_folder);
}

// A killed initdb leaves a child behind that writes for a moment more: what it adds while we remove goes at the next turn.
ServerGround::~ServerGround()
{
    for (int turn = 0; turn < 100 && !m_folder.isEmpty() && !QDir(m_folder).removeRecursively(); ++turn)
        ::usleep(20000);
}

void markAsOurs(const QString &folder)
{
    const QByteArray owner = QByteArray::number(::getpid()) + ' ' + processStart(::getpid()) + '\n';
    if (!writePrivately(folder + QStringLiteral("/owner"), owner))
        qWarning("cannot mark a temporary folder");
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
    const QStringList patterns{groundPrefix + QLatin1Char('*'), QStringLiteral("causeway-tls-*"), QStringLiteral("causeway-run-*")};
    const auto entries = base.entryInfoList(patterns, QDir::Dirs | QDir::NoSymLinks);
    for (const QFileInfo &entry : entries) {
        if (entry.ownerId() != ::geteuid() || ownerLives(entry.filePath()))
            continue;
        removed += eraseServersBelow(entry.filePath()) ? 1 : 0;
    }
    // Kept servers whose world was deleted by hand.
    const auto kept = QDir(rootsGround).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
    for (const QFileInfo &entry : kept) {
        QFile origin(entry.filePath() + QStringLiteral("/origin"));
        if (entry.ownerId() == ::geteuid() && origin.open(QIODevice::ReadOnly) && !QFile::exists(QFile::decodeName(origin.readAll())))
            removed += eraseServersBelow(entry.filePath()) ? 1 : 0;
    }
    return removed;
}

bool eraseServersBelow(const QString &folder)
{
    stopServersBelow(folder);
    return QDir(folder).removeRecursively();
}

QString rootsFolder(const QString &wanted)
{
    const QByteArray name = QCryptographicHash::hash(QFile::encodeName(QDir::cleanPath(wanted)), QCryptographicHash::Sha256).toHex().left(16);
    return rootsGround + QLatin1Char('/') + QString::fromLatin1(name);
}

QString reachableFolder(const QString &wanted, const ServerAccount &account)
{
    return account.reaches(wanted) ? wanted : rootsFolder(wanted);
}

void markOrigin(const QString &folder, const QString &origin)
{
    if (folder != origin && !writePrivately(folder + QStringLiteral("/origin"), QFile::encodeName(origin)))
        qWarning("cannot mark a folder of kept servers");
}

} // namespace causeway::sandbox
