// SPDX-License-Identifier: Apache-2.0
#include "core/processlock.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace causeway;

class TestProcessLock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void oneAtATime()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("lock"));
        auto first = ProcessLock::tryTake(path);
        QVERIFY(first);
        QCOMPARE(ProcessLock::holder(path), qint64(::getpid()));
        QVERIFY(!ProcessLock::tryTake(path));
        first.reset();
        QVERIFY(!QFile::exists(path));
        QVERIFY(ProcessLock::tryTake(path));
        QVERIFY(!ProcessLock::tryTake(folder.filePath(QStringLiteral("nowhere/lock"))));
    }

    //! Whatever a killed process left, even a file that it had no time to write into.
    void freeAfterAKill()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("lock"));
        int said[2];
        QCOMPARE(::pipe(said), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto held = ProcessLock::tryTake(path);
            const char word = held ? 'y' : 'n';
            if (::write(said[1], &word, 1) == 1)
                ::pause();
            ::_exit(1);
        }
        char word = 0;
        QCOMPARE(::read(said[0], &word, 1), ssize_t(1));
        QCOMPARE(word, 'y');
        QVERIFY(!ProcessLock::tryTake(path));
        QCOMPARE(ProcessLock::holder(path), qint64(child));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        QVERIFY(QFile::exists(path));
        QVERIFY(QFile::resize(path, 0));
        QVERIFY(ProcessLock::tryTake(path));
        ::close(said[0]);
        ::close(said[1]);
    }
};

QTEST_GUILESS_MAIN(TestProcessLock)
#include "tst_processlock.moc"
