// SPDX-License-Identifier: Apache-2.0
// What the house rules forbid (CONTRIBUTING.md), found by reading the sources.
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

class TestForbidden : public QObject
{
    Q_OBJECT
private:
    static QStringList sources()
    {
        QStringList files;
        for (const QString &top : {QStringLiteral("app"), QStringLiteral("ui"), QStringLiteral("wizard")}) {
            QDirIterator it(QStringLiteral(CAUSEWAY_SOURCE_DIR "/") + top, {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
            while (it.hasNext())
                files.append(it.next());
        }
        return files;
    }

    static QString codeOf(const QString &path)
    {
        QFile file(path);
        QString text = file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
        static const QRegularExpression comment(QStringLiteral("//[^\n]*"));
        return text.remove(comment);
    }

private Q_SLOTS:
    void rules_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QStringList>("exceptions");
        const QStringList nowhere;
        QTest::newRow("nested event loop") << QStringLiteral("\\bQEventLoop\\b") << QStringList{QStringLiteral("QEventLoop::WaitForMoreEvents")}; // main drains at its end
        QTest::newRow("modal exec") << QStringLiteral("(->|\\.)exec\\(\\)") << QStringList{QStringLiteral("app/main/"), QStringLiteral("app/cli/"), QStringLiteral("query.exec"), QStringLiteral("app/engine/journal")};
        QTest::newRow("waitFor") << QStringLiteral("QCoro::waitFor") << nowhere;
        QTest::newRow("registerField") << QStringLiteral("registerField") << nowhere;
        QTest::newRow("singleton") << QStringLiteral("\\binstance\\(\\)") << QStringList{QStringLiteral("QCoreApplication::instance"), QStringLiteral("QAbstractEventDispatcher::instance"), QStringLiteral("app/main/")};
        QTest::newRow("plain text keyring") /* X11 */ << QStringLiteral("setInsecureFallback") << QStringList{QStringLiteral("setInsecureFallback(false)")};
        QTest::newRow("ignored TLS errors") << QStringLiteral("ignoreSslErrors|VerifyNone\\b")
                                         << QStringList{QStringLiteral("app/sandbox/"), QStringLiteral("sender->ignoreSslErrors(errors);")}; // a thumbprint that is known; an answer about revocation that was not stapled
        QTest::newRow("a manager of its own") << QStringLiteral("QNetworkAccessManager\\b")
                                               << QStringList{QStringLiteral("app/azure/http/qnamtransport"), QStringLiteral("app/azure/auth/transportaccess"), QStringLiteral("app/sandbox/signin/headlessbrowser")}; // which sends through the former
        // X8: guessable state, every interface, no form_post (CVE-2024-36048).
        QTest::newRow("stock loopback listener") << QStringLiteral("QOAuthHttpServerReplyHandler|generateRandomString") << nowhere;
        QTest::newRow("a flow of its own") << QStringLiteral("QOAuth2AuthorizationCodeFlow\\b") << QStringList{QStringLiteral("app/azure/auth/entraflow")};
        QTest::newRow("weak random numbers") << QStringLiteral("std::(mt19937|rand)\\b|\\bqrand\\(") << nowhere;
        QTest::newRow("awaited Qt signal") << QStringLiteral("\\bqCoro\\(") << nowhere;
        QTest::newRow("rich text from anywhere") << QStringLiteral("Qt::(RichText|AutoText|MarkdownText)") << nowhere;
        QTest::newRow("std::getenv or system time") << QStringLiteral("QDateTime::currentDateTime|QTime::currentTime") << nowhere;
        // QCoro 0.8 moves out of every lvalue that is co_returned: the member would be empty the next time.
        QTest::newRow("co_returned member") << QStringLiteral("co_return \\*?m_\\w+;") << nowhere;
        QTest::newRow("names without meaning") << QStringLiteral("\\b(class|struct) \\w*(Helper|Util|Manager)\\b") << QStringList{QStringLiteral("class QNetworkAccessManager;")};
        QTest::newRow("marks of unfinished work") << QStringLiteral("\\b(TODO|FIXME|XXX)\\b") << nowhere;
    }

    void rules()
    {
        QFETCH(QString, pattern);
        QFETCH(QStringList, exceptions);
        const QRegularExpression forbidden(pattern);
        QStringList found;
        const QStringList files = sources();
        QVERIFY(files.size() > 100);
        for (const QString &file : files) {
            const QString code = codeOf(file);
            auto matches = forbidden.globalMatch(code);
            while (matches.hasNext()) {
                const auto match = matches.next();
                const auto begin = code.lastIndexOf(QLatin1Char('\n'), match.capturedStart()) + 1;
                const QString line = code.mid(begin, code.indexOf(QLatin1Char('\n'), begin) - begin);
                const bool excepted = std::any_of(exceptions.begin(), exceptions.end(), [&](const QString &exception) { return file.contains(exception) || line.contains(exception); });
                if (!excepted)
                    found.append(file.section(QStringLiteral(CAUSEWAY_SOURCE_DIR "/"), 1) + QStringLiteral(": ") + line.trimmed());
            }
        }
        QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
    }

    void authorizationIsAttachedInOnePlace()
    {
        static const QRegularExpression attach(QStringLiteral("\"Authorization\""), QRegularExpression::CaseInsensitiveOption);
        QStringList files;
        for (const QString &file : sources()) {
            const bool client = !file.contains(QLatin1String("/app/sandbox/"));
            if (client && attach.match(codeOf(file)).hasMatch())
                files.append(file.section(QLatin1Char('/'), -1));
        }
        QCOMPARE(files, QStringList{QStringLiteral("authorizationpolicy.cpp")});
    }

    // X5: no manager of ours follows a redirect by itself.
    void everyManagerRedirectsByHand()
    {
        for (const char *file : {"azure/http/qnamtransport.cpp", "azure/auth/transportaccess.cpp", "sandbox/signin/headlessbrowser.cpp"}) {
            const QString code = codeOf(QStringLiteral(CAUSEWAY_SOURCE_DIR "/app/") + QLatin1String(file));
            QVERIFY2(code.contains(QLatin1String("QNetworkRequest::ManualRedirectPolicy)")), file);
            QVERIFY2(!code.contains(QRegularExpression(QStringLiteral("(NoLessSafe|SameOrigin|UserVerified)RedirectPolicy"))), file);
        }
    }

    void everyFileNamesItsLicence()
    {
        for (const QString &file : sources()) {
            QFile source(file);
            QVERIFY(source.open(QIODevice::ReadOnly));
            QVERIFY2(source.readLine().contains("SPDX-License-Identifier: Apache-2.0"), qPrintable(file));
        }
    }
};

QTEST_GUILESS_MAIN(TestForbidden)
#include "tst_forbidden.moc"
