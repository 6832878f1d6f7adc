// SPDX-License-Identifier: Apache-2.0
#include "core/waiting.h"
#include "tests/support/coro.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace causeway;

class TestProcess : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void runsToItsEnd()
    {
        const auto outcome = test::await(runProcess(shell, {dashC, QStringLiteral("echo out; echo err >&2; exit 3")}, Context()));
        QVERIFY(outcome.ok());
        QCOMPARE(outcome->exitCode, 3);
        QCOMPARE(outcome->out, QByteArray("out\n"));
        QCOMPARE(outcome->err, QByteArray("err\n"));
    }

    void isPrepared()
    {
        const QTemporaryDir folder;
        const PrepareProcess prepare = [&folder](QProcess &process) {
            process.setWorkingDirectory(folder.path());
            QProcessEnvironment environment;
            environment.insert(QStringLiteral("WORD"), QStringLiteral("said"));
            process.setProcessEnvironment(environment);
        };
        const auto outcome = test::await(runProcess(shell, {dashC, QStringLiteral("pwd -P; echo $WORD $HOME")}, prepare, Context()));
        QVERIFY(outcome.ok());
        QCOMPARE(outcome->out, QFileInfo(folder.path()).canonicalFilePath().toUtf8() + "\nsaid\n");
    }

    void aSignalIsNoExitCode()
    {
        QCOMPARE(test::await(runProcess(shell, {dashC, QStringLiteral("kill -9 $$")}, Context()))->exitCode, -1);
    }

    void whatIsNotThereIsAnError()
    {
        const auto outcome = test::await(runProcess(QStringLiteral("/nowhere/program"), {}, Context()));
        QVERIFY(!outcome.ok());
        QCOMPARE(outcome.error().kind, ErrorKind::Internal);
    }

    void cancellingKills()
    {
        std::stop_source source;
        Context context;
        context.stop = source.get_token();
        QTimer::singleShot(50, qApp, [&source] { source.request_stop(); });
        QElapsedTimer watch;
        watch.start();
        const auto outcome = test::await(runProcess(QStringLiteral("sleep"), {QStringLiteral("30")}, context));
        QVERIFY(!outcome.ok());
        QCOMPARE(outcome.error().kind, ErrorKind::Cancelled);
        QVERIFY(watch.elapsed() < 5000);
        QCOMPARE(test::await(runProcess(shell, {}, context)).error().kind, ErrorKind::Cancelled); // and nothing starts after it
    }

private:
    const QString shell = QStringLiteral("/bin/sh");
    const QString dashC = QStringLiteral("-c");
};

QTEST_GUILESS_MAIN(TestProcess)
#include "tst_process.moc"
