// SPDX-License-Identifier: Apache-2.0
#include "core/processsafety.h"

#include <QFile>
#include <QtTest>
#include <csignal>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

class TestProcessSafety : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void leavesNoDump();
    void isTheFirstLineOfBothPrograms();
};

//! In a child: 0 when the kernel no longer shows its memory, else what is wrong. It ends by a signal that dumps.
static void crash()
{
    causeway::keepMemoryPrivate();
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    if (::prctl(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L) != 0 || limit.rlim_cur != 0)
        ::_exit(1);
    limit.rlim_cur = limit.rlim_max; // what would be dumped without the limit
    ::setrlimit(RLIMIT_CORE, &limit);
    ::signal(SIGABRT, SIG_DFL);
    ::abort();
}

void TestProcessSafety::leavesNoDump()
{
    const pid_t child = ::fork();
    if (child == 0)
        crash();
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY2(WIFSIGNALED(status), "it was still to be looked at");
    QCOMPARE(WTERMSIG(status), SIGABRT);
    QVERIFY(!WCOREDUMP(status));
}

void TestProcessSafety::isTheFirstLineOfBothPrograms()
{
    for (const char *program : {"causeway", "causewayctl"}) {
        QFile file(QStringLiteral(CAUSEWAY_SOURCE_DIR "/app/main/%1.cpp").arg(QLatin1String(program)));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray source = file.readAll();
        const QList<QByteArray> lines = source.mid(source.indexOf("int main(")).split('\n');
        QVERIFY2(lines.value(2).contains("keepMemoryPrivate();") || lines.value(3).contains("keepMemoryPrivate();"), program);
    }
}

QTEST_GUILESS_MAIN(TestProcessSafety)
#include "tst_processsafety.moc"
