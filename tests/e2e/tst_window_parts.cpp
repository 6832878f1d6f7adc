// SPDX-License-Identifier: Apache-2.0
// The window as app/main puts it together: a customer's setup grows its world, and users of the sandbox take turns.
#include "main/windowparts.h"
#include "support/growworld.h"
#include "tests/support/cliline.h"
#include "tests/support/windowdriver.h"
#include "ui/banner.h"
#include "ui/choicecard.h"
#include "ui/theme.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

namespace {

std::unique_ptr<WindowParts> partsOn(const QString &world)
{
    WindowOptions options;
    options.world = world;
    options.speed = 1000; // an authorization code lives ten minutes: 0.6 s
    Result<std::unique_ptr<WindowParts>> parts = WindowParts::make(options);
    if (!parts)
        qFatal("no window: %s", qPrintable(describe(parts.error())));
    return *std::move(parts);
}

//! Which of this machine's addresses the client came from is not part of the story.
QString withoutClient(QString verdict)
{
    static const QRegularExpression host(QStringLiteral("host \"[^\"]*\""));
    return verdict.replace(host, QStringLiteral("host \"…\""));
}

QString messageOf(const wizard::WizardWindow &window)
{
    return window.findChild<ui::Banner *>(QStringLiteral("message"))->text();
}

//! Somebody else's road whose linked service does not encrypt, against a server that insists on it.
const char customersSetup[] = R"({
  "causeway": 1, "name": "customer-orders", "cloud": "AzurePublic", "subscription": "7c1f0a64-2b3d-4f5e-8a9b-0c1d2e3f4a5b",
  "resourceGroup": {"name": "rg-orders"},
  "server": {"id": "/subscriptions/7c1f0a64-2b3d-4f5e-8a9b-0c1d2e3f4a5b/resourceGroups/rg-orders/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-customer-orders",
             "authentication": {"password": true}},
  "integration": {"name": "adf-customer-orders", "runtime": {"name": "VnetRuntime"}, "managedPrivateEndpoint": {"name": "mpe-orders"}, "approval": {"mode": "approve-own"}},
  "linkedService": {"name": "PgOrders", "database": "orders", "encryption": "Disable", "encryptionReason": "as it was",
                    "authentication": {"type": "BasicAuth", "username": "ordersapp", "password": {"secret": "prompt"}}},
  "test": {"connection": true}})";

} // namespace

class TestWindowParts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_state.path())); // worlds of a file are kept
        ui::applyTheme(*qApp, ui::makeTheme(ui::ThemeChoice::Light, *qApp));
    }

    // Support opens a customer's setup: the same rung fails with the same words as on the command line, and nobody is
    // asked for the customer's password.
    void aCustomersRungFailsAlike()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("customer.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(customersSetup);
        file.close();
        const CliOutcome outcome = runLine({QStringLiteral("apply"), path, QStringLiteral("--sandbox=fresh"), QStringLiteral("--yes"), QStringLiteral("--json")});
        QVERIFY2(outcome.code == 1, qPrintable(outcome.all()));
        const QString told = outcome.json()[QLatin1String("verdict")].toString();
        QVERIFY2(told.contains(QLatin1String("no pg_hba.conf entry")), qPrintable(outcome.all()));

        const auto parts = partsOn(QStringLiteral("fresh"));
        const wizard::Parts behind = parts->parts();
        wizard::WizardWindow window(behind);
        window.resize(1280, 800);
        window.show();
        QVERIFY2(window.openSetup(path), qPrintable(messageOf(window)));
        window.goTo(PageId::Account);
        const QString marked = markedGuid(QStringLiteral("7c1f0a64-2b3d-4f5e-8a9b-0c1d2e3f4a5b"));
        QVERIFY2(messageOf(window).contains(marked), qPrintable(messageOf(window)));
        shoot(window, QStringLiteral("20-customer"));
        walkToReview(window, behind.run);
        QVERIFY2(window.goNext(), qPrintable(reason(window)));
        QTRY_COMPARE_WITH_TIMEOUT(int(behind.run.runState()), int(RunControl::Run::Ended), 60000);
        QVERIFY(behind.run.report());
        QCOMPARE(int(behind.run.report()->outcome), int(Outcome::Failed));
        QCOMPARE(withoutClient(behind.run.report()->verdict), withoutClient(told));
        shoot(window, QStringLiteral("21-run-failed"));
        QVERIFY(window.goNext());
        QCOMPARE(int(window.currentPage()), int(PageId::Finish));
        const QString verdict = window.page(PageId::Finish)->findChild<ui::Banner *>(QStringLiteral("verdict"))->text();
        QVERIFY2(verdict.contains(behind.run.report()->verdict), qPrintable(verdict));
        shoot(window, QStringLiteral("22-finish-failed"));
    }

    // Another user: what was loaded goes, and what may be done changes.
    void anotherUserHasOtherRights()
    {
        const auto parts = partsOn(contosoWorld);
        const wizard::Parts behind = parts->parts();
        wizard::WizardWindow window(behind);
        window.resize(1280, 800);
        window.show();
        press(window, "setUp");
        QTRY_VERIFY2(behind.session.subscriptions().isReady(), qPrintable(describe(behind.session.subscriptions().error())));
        QCOMPARE(behind.session.subscriptions().items().size(), 4);
        QTRY_VERIFY(behind.session.groups().isReady());
        QTRY_VERIFY(behind.session.servers().isReady());
        QCOMPARE(behind.session.servers().items().size(), 2);
        type(window, "name", QStringLiteral("mine"));
        writeNew(window, "resourceGroup.name", QStringLiteral("rg-mine"));
        choose(window, "resourceGroup.location", QStringLiteral("westeurope"));

        const auto be = [&](const QString &user) {
            auto *picker = child<ui::Picker>(window, "user");
            QVERIFY(picker->holds(user));
            picker->setValue(user);
            Q_EMIT picker->edited();
        };
        be(QStringLiteral("netadmin@contoso.example"));
        QTRY_COMPARE(behind.session.account().user, QStringLiteral("netadmin@contoso.example"));
        QVERIFY2(behind.session.servers().items().isEmpty(), "the owner's servers are still shown");
        QTRY_COMPARE(behind.session.subscriptions().items().size(), 1);
        QVERIFY2(!window.goNext(), "the owner's subscription is not seen by this user");
        QVERIFY2(reason(window).contains(QLatin1String("ddf126ed-14ed-4626-815c-ea983735cfd5")), qPrintable(reason(window)));
        choose(window, "subscription", QStringLiteral("8ad63d68-3088-430c-8f20-6e9d0084e405"));
        QCOMPARE(behind.session.subscriptionName(), QStringLiteral("Contoso Connectivity"));
        QVERIFY2(!reason(window).contains(QLatin1String("ddf126ed")), qPrintable(reason(window)));
        QVERIFY(window.findChild<QLabel *>(QStringLiteral("accountInUse"))->text().contains(QLatin1String("netadmin")));
        QCOMPARE(child<QLineEdit>(window, "name")->text(), QStringLiteral("mine")); // what was typed stays
        QTRY_VERIFY(behind.session.servers().state() == CatalogueBase::State::Failed); // no right to read servers
        QVERIFY(behind.session.servers().items().isEmpty());
        shoot(window, QStringLiteral("23-another-user"));
    }

    // A reader gets as far as the review, which says what is missing and who has it.
    void aReaderIsToldWhatIsMissing()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("reader.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"causeway": 1, "name": "mine", "cloud": "AzurePublic", "subscription": "Contoso Production", "resourceGroup": {"name": "rg-sales"},
            "server": {"name": "pg-readers", "create": {"location": "westeurope", "administratorLogin": "dba", "administratorPassword": {"secret": "generate"}}}})");
        file.close();
        const auto parts = partsOn(contosoWorld);
        const wizard::Parts behind = parts->parts();
        wizard::WizardWindow window(behind);
        window.resize(1280, 800);
        window.show();
        QVERIFY2(window.openSetup(path), qPrintable(messageOf(window)));
        QTRY_VERIFY(behind.session.subscriptions().isReady());
        window.goTo(PageId::Review);
        QTRY_COMPARE_WITH_TIMEOUT(int(behind.run.checkState()), int(RunControl::Check::Passed), 20000);
        window.goTo(PageId::Account);
        choose(window, "user", QStringLiteral("reader@contoso.example"));
        QTRY_COMPARE(behind.session.account().user, QStringLiteral("reader@contoso.example"));
        QTRY_VERIFY(behind.session.subscriptions().isReady());
        window.goTo(PageId::Review);
        QTRY_COMPARE_WITH_TIMEOUT(int(behind.run.checkState()), int(RunControl::Check::Failed), 20000);
        QString words;
        for (auto *card : window.page(PageId::Review)->findChildren<ui::ChoiceCard *>(QStringLiteral("finding")))
            words += card->sentence() + QLatin1Char('\n');
        QVERIFY2(words.contains(QLatin1String("Microsoft.DBforPostgreSQL/flexibleServers/write")), qPrintable(words));
    }

private:
    QTemporaryDir m_state;
};

QTEST_MAIN(TestWindowParts)
#include "tst_window_parts.moc"
