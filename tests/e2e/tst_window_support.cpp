// SPDX-License-Identifier: Apache-2.0
// Support opens a customer's setup in a window whose sandbox runs already: their server gets a real PostgreSQL, and the
// connection test ends on the same rung with the same words as on the command line.
#include "support/growworld.h"
#include "tests/support/cliline.h"
#include "tests/support/customer.h"
#include "tests/support/signinwindow.h"
#include "ui/banner.h"

#include <QFile>
#include <QTemporaryDir>

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

namespace {

const QString typed = QStringLiteral("prompt");

QJsonObject withDatabase(const char *name)
{
    return with(customer(typed), QStringLiteral("linkedService"), {{QStringLiteral("database"), QLatin1String(name)}});
}

//! A setup as somebody sent it: a file.
struct SentSetup {
    explicit SentSetup(const QJsonObject &document) : path(folder.filePath(QStringLiteral("customer.causeway.json")))
    {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(document).toJson()) < 0)
            qFatal("%s was not written", qPrintable(path));
    }
    QTemporaryDir folder;
    QString path;
};

//! The verdict of the command line, in a world of its own.
QString toldByTheCommandLine(const QJsonObject &document)
{
    const SentSetup sent(document);
    const CliOutcome outcome = runLine({QStringLiteral("apply"), sent.path, QStringLiteral("--sandbox=fresh"), QStringLiteral("--yes"), QStringLiteral("--json")});
    return outcome.json()[QLatin1String("verdict")].toString();
}

//! A window as app/main puts it together; its sandbox runs before anything is opened.
struct SupportDesk : Seen {
    SupportDesk() : Seen(QStringLiteral("fresh")) {}
    [[nodiscard]] QString message() const { return window->findChild<ui::Banner *>(QStringLiteral("message"))->text(); }

    //! Opens it, goes through its pages and runs it to its end.
    void runThrough(const QJsonObject &document)
    {
        const SentSetup sent(document);
        QVERIFY2(window->openSetup(sent.path), qPrintable(message()));
        window->goTo(PageId::Account);
        QVERIFY2(message().contains(markedGuid(theirSubscription)), qPrintable(message()));
        shoot(*window, QStringLiteral("20-customer"));
        walkToReview(*window, run());
        QVERIFY2(window->goNext(), qPrintable(reason(*window)));
        QTRY_COMPARE_WITH_TIMEOUT(int(run().runState()), int(RunControl::Run::Ended), 60000);
        QVERIFY(run().report());
    }
};

} // namespace

class TestWindowSupport : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_state.path()));
        ui::applyTheme(*qApp, ui::makeTheme(ui::ThemeChoice::Light, *qApp));
    }

    void rungs_data()
    {
        QTest::addColumn<QJsonObject>("document");
        QTest::addColumn<Outcome>("outcome");
        QTest::addColumn<QString>("words");
        const QJsonObject plain{{QStringLiteral("encryption"), QStringLiteral("Disable")}, {QStringLiteral("encryptionReason"), QStringLiteral("as it was")}};
        const QJsonObject listed{{QStringLiteral("databases"), QJsonArray{QStringLiteral("orders")}}};
        const QJsonObject identity{{QStringLiteral("authentication"), QJsonObject{{QStringLiteral("type"), QStringLiteral("SystemAssignedManagedIdentity")}}}};
        const QJsonObject entra{{QStringLiteral("authentication"), QJsonObject{{QStringLiteral("password"), true}, {QStringLiteral("entra"), true}}}};
        QTest::newRow("all is well") << customer(typed) << Outcome::Succeeded << QStringLiteral("Connection successful");
        QTest::newRow("by identity") << with(with(customer(typed), QStringLiteral("linkedService"), identity), QStringLiteral("server"), entra) << Outcome::Succeeded << QStringLiteral("Connection successful");
        const QJsonObject principal{{QStringLiteral("authentication"), QJsonDocument::fromJson(R"({"type": "ServicePrincipal", "username": "orders-app", "tenant": "9d8c7b6a-5f4e-4d3c-8b2a-190f8e7d6c5b",
            "servicePrincipalId": "4a5b6c7d-8e9f-4a1b-9c2d-3e4f5a6b7c8d", "servicePrincipalObjectId": "1f0b2c9e-7a44-4d0e-9f57-30a1f3c7d2b8", "key": {"secret": "prompt"}})").object()}};
        QTest::newRow("by service principal") << with(with(customer(typed), QStringLiteral("linkedService"), principal), QStringLiteral("server"), entra) << Outcome::Succeeded << QStringLiteral("Connection successful");
        QTest::newRow("no encryption against require_secure_transport") << with(customer(typed), QStringLiteral("linkedService"), plain) << Outcome::Failed << QStringLiteral("28000: no pg_hba.conf entry for host \"127.0.0.1\"");
        QTest::newRow("another database than the listed ones") << with(withDatabase("oders"), QStringLiteral("server"), listed) << Outcome::Failed << QStringLiteral("3D000: database \"oders\" does not exist");
        QTest::newRow("another port") << with(customer(typed), QStringLiteral("linkedService"), {{QStringLiteral("port"), 6432}}) << Outcome::Failed << QStringLiteral("6432");
    }

    void rungs()
    {
        QFETCH(QJsonObject, document);
        QFETCH(Outcome, outcome);
        QFETCH(QString, words);
        const QString told = toldByTheCommandLine(document);
        QVERIFY2(told.contains(words), qPrintable(told));
        SupportDesk desk;
        desk.runThrough(document);
        if (QTest::currentTestFailed())
            return;
        const RunReport &report = *desk.run().report();
        QCOMPARE(report.outcome, outcome);
        QCOMPARE(report.verdict, told); // the real server's version, TLS and cipher among the words
        shoot(*desk.window, QStringLiteral("21-run-ended"));
        QTRY_VERIFY(desk.window->currentPage() == PageId::Finish || desk.window->goNext()); // by itself when all is well
        QCOMPARE(int(desk.window->currentPage()), int(PageId::Finish));
        const QString shown = desk.window->page(PageId::Finish)->findChild<ui::Banner *>(QStringLiteral("verdict"))->text();
        QVERIFY2(shown.contains(told), qPrintable(shown));
        shoot(*desk.window, QStringLiteral("22-finish"));
    }

    // The next setup of the same customer takes another database for granted, on a server that runs by now.
    void theNextSetupOfTheSameCustomer()
    {
        const QString told = toldByTheCommandLine(customer(typed));
        SupportDesk desk;
        for (const char *database : {"orders", "returns"}) {
            desk.runThrough(withDatabase(database));
            if (QTest::currentTestFailed())
                return;
            QCOMPARE(desk.run().report()->verdict, told);
        }
    }

private:
    QTemporaryDir m_state;
};

QTEST_MAIN(TestWindowSupport)
#include "tst_window_support.moc"
