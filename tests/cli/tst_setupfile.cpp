// SPDX-License-Identifier: Apache-2.0
#include "support/setupfile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <sys/stat.h>
#include <unistd.h>

using namespace causeway;

class TestSetupFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void aSetupIsRead()
    {
        const QString path = write(QStringLiteral("good.json"), "{}");
        QCOMPARE(*readSetupFile(path), QByteArray("{}"));
    }

    void badFilesSayWhyAndWhere_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("reason");
        const QString fifo = m_folder.filePath(QStringLiteral("fifo"));
        QCOMPARE(mkfifo(qPrintable(fifo), 0600), 0);
        const QString huge = write(QStringLiteral("huge.json"), "{");
        QVERIFY(QFile::resize(huge, qint64(5) * 1024 * 1024 * 1024)); // sparse
        QTest::newRow("empty") << write(QStringLiteral("empty.json"), {}) << QStringLiteral("FileEmpty") << QStringLiteral("is empty");
        QTest::newRow("folder") << m_folder.path() << QStringLiteral("FileNotRegular") << QStringLiteral("not a regular file");
        QTest::newRow("device") << QStringLiteral("/dev/zero") << QStringLiteral("FileNotRegular") << QStringLiteral("not a regular file");
        QTest::newRow("fifo") << fifo << QStringLiteral("FileNotRegular") << QStringLiteral("not a regular file");
        QTest::newRow("5 GB") << huge << QStringLiteral("FileTooLarge") << QStringLiteral("16 MiB");
        QTest::newRow("missing") << m_folder.filePath(QStringLiteral("gone.json")) << QStringLiteral("FileUnreadable") << QStringLiteral("No such file");
    }
    void badFilesSayWhyAndWhere()
    {
        QFETCH(QString, path);
        QFETCH(QString, code);
        QFETCH(QString, reason);
        const auto bytes = readSetupFile(path);
        QVERIFY(!bytes);
        QCOMPARE(bytes.error().code, code);
        QVERIFY2(bytes.error().message.contains(reason), qPrintable(bytes.error().message));
        QVERIFY(bytes.error().message.startsWith(path));
        QCOMPARE(bytes.error().kind, ErrorKind::InvalidInput);
    }

    void anUnreadableFileSaysPermission()
    {
        if (geteuid() == 0)
            QSKIP("root may read everything");
        const QString path = write(QStringLiteral("secret.json"), "{}");
        QVERIFY(QFile::setPermissions(path, {}));
        const auto bytes = readSetupFile(path);
        QVERIFY(!bytes);
        QVERIFY(bytes.error().message.contains(QStringLiteral("Permission denied")));
    }

    void sixteenMebibytesAreTheLimit()
    {
        const QString path = write(QStringLiteral("limit.json"), QByteArray(16 * 1024 * 1024, ' '));
        QCOMPARE(readSetupFile(path)->size(), 16 * 1024 * 1024);
        QVERIFY(QFile::resize(path, 16 * 1024 * 1024 + 1));
        QVERIFY(!readSetupFile(path));
    }

private:
    QString write(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestSetupFile)
#include "tst_setupfile.moc"
