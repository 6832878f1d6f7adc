// SPDX-License-Identifier: Apache-2.0
// What single pages owe the person: lists that fill late, hints for known mistakes, refusals before anything is sent.
#include "tests/support/windowdriver.h"
#include "tests/support/windowworld.h"
#include "domain/setupdocument.h"
#include "ui/choicegroup.h"
#include "ui/secretedit.h"
#include "ui/theme.h"

#include <QFile>
#include <QRadioButton>

using namespace causeway;
using namespace test;
using wizard::PageId;

class TestPages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ui::applyTheme(*qApp, ui::makeTheme(ui::ThemeChoice::Light, *qApp)); }

    // The regions come after the page is shown; each page that asks for one hears of it.
    void regionsArriveLate_data()
    {
        QTest::addColumn<int>("page");
        QTest::addColumn<QByteArray>("field");
        QTest::newRow("account") << int(PageId::Account) << QByteArray("resourceGroup.location");
        QTest::newRow("server") << int(PageId::Server) << QByteArray("server.create.location");
        QTest::newRow("endpoint") << int(PageId::PrivateEndpoint) << QByteArray("privateEndpoint.location");
        QTest::newRow("integration") << int(PageId::Integration) << QByteArray("integration.location");
    }

    void regionsArriveLate()
    {
        QFETCH(int, page);
        QFETCH(QByteArray, field);
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        QTRY_VERIFY(world.session->subscriptions().isReady());
        QVERIFY(!world.session->locations().isReady());
        window.goTo(PageId(page));
        auto *picker = child<ui::Picker>(window, field.constData());
        const auto shown = [picker] {
            const ui::Choice *choice = picker->choice(QStringLiteral("westeurope"));
            return choice ? choice->text : QString();
        };
        QTRY_COMPARE(shown(), QStringLiteral("West Europe"));
    }

    // Article 002 names a zone that Azure never looks at; typing it gets a hint of its own, not "wrong name".
    void theArticlesZoneHasItsOwnHint()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        window.goTo(PageId::PrivateEndpoint);
        auto *dns = child<ui::ChoiceGroup>(window, "dns");
        for (QRadioButton *button : dns->findChildren<QRadioButton *>()) {
            if (button->text().contains(QLatin1String("zone")) && button->text().contains(QLatin1String("with this")))
                QTest::mouseClick(button, Qt::LeftButton, {}, QPoint(8, button->height() / 2));
        }
        writeNew(window, "privateEndpoint.dns.zone", QStringLiteral("privatelink.postgresql.database.azure.com"));
        QVERIFY(!window.goNext());
        QCOMPARE(int(window.currentPage()), int(PageId::PrivateEndpoint));
        const QString said = issueAt(window, "privateEndpoint.dns.zone");
        QVERIFY2(said.contains(QLatin1String("Microsoft's article names it by mistake")), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String("privatelink.postgres.database.azure.com")), qPrintable(said));
        shoot(window, QStringLiteral("24-wrong-zone"));
    }

    // A pasted id of a server with private access: explained and refused on the page, before anything is planned.
    void aServerWithPrivateAccessIsRefused()
    {
        WindowWorld world(contosoWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        press(window, "setUp");
        QTRY_VERIFY(world.session->groups().isReady());
        choose(window, "subscription", QStringLiteral("8ad63d68-3088-430c-8f20-6e9d0084e405")); // the server stands in another one
        type(window, "name", QStringLiteral("legacy"));
        QTRY_VERIFY(world.session->groups().isReady());
        choose(window, "resourceGroup.name", QStringLiteral("rg-network"));
        QVERIFY2(window.goNext(), qPrintable(reason(window)));
        auto *which = child<ui::ChoiceGroup>(window, "which");
        QTest::mouseClick(which->findChildren<QRadioButton *>().last(), Qt::LeftButton, {}, QPoint(8, 8));
        auto *server = child<ui::Picker>(window, "server.id");
        QTRY_VERIFY(world.session->servers().isReady());
        server->lineEdit()->selectAll();
        server->lineEdit()->insert(QStringLiteral("/subscriptions/ddf126ed-14ed-4626-815c-ea983735cfd5/resourceGroups/rg-legacy/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-legacy"));
        QTRY_VERIFY2(reason(window).contains(QLatin1String("pg-legacy")), qPrintable(reason(window)));
        QVERIFY(!window.goNext());
        QCOMPARE(int(window.currentPage()), int(PageId::Server));
        const QString said = issueAt(window, "server.id");
        QVERIFY2(said.contains(QLatin1String("private access")), qPrintable(said));
        shoot(window, QStringLiteral("25-private-access"));
    }

    // What is saved holds no secret and loses nothing; opened again, it is the same setup.
    void savedAndOpenedAgain()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("kept.causeway.json"));
        SetupSpec before;
        {
            WindowWorld world(defaultWorld);
            wizard::WizardWindow &window = *world.window;
            window.show();
            QVERIFY(window.openSetup(example("password.json")));
            window.goTo(PageId::Server);
            QTRY_VERIFY(world.session->locations().isReady());
            for (QRadioButton *button : window.page(PageId::Server)->findChildren<QRadioButton *>()) {
                if (button->text().contains(QLatin1String("Type a password")) || button->text().contains(QLatin1String("&Type")))
                    QTest::mouseClick(button, Qt::LeftButton, {}, QPoint(8, button->height() / 2));
            }
            typeSecret(window, "server.create.administratorPassword");
            window.goTo(PageId::LinkedService);
            typeSecret(window, "linkedService.authentication.password");
            QVERIFY(window.saveSetup(path));
            before = world.setup.spec();
        }
        QCOMPARE(int(before.server->create->administratorPassword.kind), int(SecretReference::Kind::Prompt));
        QCOMPARE(int(before.linkedService->authentication.password.kind), int(SecretReference::Kind::Prompt));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray written = file.readAll();
        QVERIFY2(!written.contains("Str0ng"), written.constData());

        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.show();
        QVERIFY(window.openSetup(path));
        QTRY_VERIFY(world.session->subscriptions().isReady());
        for (const PageId id : wizard::pagesOf(wizard::Purpose::SetUp, world.setup.spec())) {
            if (id == PageId::Apply)
                break;
            window.goTo(id);
        }
        SetupSpec after = world.setup.spec();
        after.subscription = before.subscription; // a name may have become its id
        QCOMPARE(firstDifference(toDocumentText(after), toDocumentText(before)), QString());
        QVERIFY(world.setup.secret(QStringLiteral("server.create.administratorPassword")).isEmpty());
        // Another setup opened in the same window does not inherit what was typed for this one.
        window.goTo(PageId::LinkedService);
        typeSecret(window, "linkedService.authentication.password");
        QVERIFY(window.openSetup(example("quickstart.json")));
        QVERIFY(world.setup.secret(QStringLiteral("linkedService.authentication.password")).isEmpty());
    }

    // A setup that is opened while pages of another one are there is taken as it is, wherever it differs.
    void anotherSetupReplacesTheFirst()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        for (const PageId id : wizard::pagesOf(wizard::Purpose::SetUp, world.setup.spec())) {
            if (id == PageId::Apply)
                break;
            window.goTo(id);
        }
        window.goTo(PageId::Start);
        QVERIFY(window.openSetup(example("password.json")));
        SetupSpec other = world.setup.spec();
        other.linkedService->port = 6432;
        window.take(other);
        QCOMPARE(firstDifference(toDocumentText(world.setup.spec()), toDocumentText(other)), QString());
    }

private:
    static QString issueAt(wizard::WizardWindow &window, const char *field)
    {
        const QWidget *input = child<QWidget>(window, field);
        QString said;
        for (const QLabel *label : input->parentWidget()->findChildren<QLabel *>()) {
            if (label->isVisible() && label->property("role").toString().startsWith(QLatin1String("issue")))
                said += label->text();
        }
        return said;
    }

    static void typeSecret(wizard::WizardWindow &window, const char *field)
    {
        auto *edit = child<ui::SecretEdit>(window, field)->findChild<QLineEdit *>();
        edit->selectAll();
        QTest::keyClicks(edit, QStringLiteral("Str0ng-enough!"));
    }
};

QTEST_MAIN(TestPages)
#include "tst_pages.moc"
