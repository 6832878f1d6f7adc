// SPDX-License-Identifier: Apache-2.0
// The main job in a real window on the sandbox, as a person would do it: typing, choosing, Next.
// With CAUSEWAY_SHOTS=FOLDER every page is also written there as a picture.
#include "tests/support/windowdriver.h"
#include "tests/support/windowworld.h"

#include "domain/setupdocument.h"
#include "ui/banner.h"
#include "ui/picker.h"
#include "ui/theme.h"
#include "wizard/linkedservice/linkedservicepage.h"

#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QTableView>
#include <QTemporaryDir>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTest>
#include <QTranslator>

using namespace causeway;
using wizard::PageId;
using namespace test; // a main file, no room

class TestWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_words.load(QStringLiteral(":/causeway/i18n/causeway_en.qm"))); // as the program does: it has the plurals
        QApplication::installTranslator(&m_words);
        ui::applyTheme(*qApp, ui::makeTheme(qEnvironmentVariable("CAUSEWAY_SHOT_THEME") == QLatin1String("dark") ? ui::ThemeChoice::Dark : ui::ThemeChoice::Light, *qApp));
        QCOMPARE(ui::missingAssets(), QString());
    }

    void fromNothingToConnectionSuccessful()
    {
        test::WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        shoot(window, QStringLiteral("01-start"));
        press(window, "setUp");
        QCOMPARE(window.currentPage(), PageId::Account);
        QTRY_VERIFY(!world.session->subscription().isEmpty());
        QTRY_VERIFY(world.session->groups().isReady());

        // Next says what is missing, and loses nothing.
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::Account);
        QVERIFY(!reason(window).isEmpty());
        type(window, "name", QStringLiteral("sales-etl"));
        writeNew(window, "resourceGroup.name", QStringLiteral("rg-sales"));
        choose(window, "resourceGroup.location", QStringLiteral("westeurope"));
        shoot(window, QStringLiteral("02-account"));
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::Server);

        type(window, "server.name", QStringLiteral("pg-sales-window"));
        choose(window, "server.create.location", QStringLiteral("westeurope"));
        choose(window, "server.create.sku", QStringLiteral("Standard_D2ds_v5"));
        type(window, "server.create.administratorLogin", QStringLiteral("salesdba"));
        type(window, "server.databases", QStringLiteral("sales"));
        QTRY_VERIFY2(window.findChildren<QLabel *>().size() > 0, "labels");
        shoot(window, QStringLiteral("03-server"));
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::Networking);
        shoot(window, QStringLiteral("04-networking"));
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::PrivateEndpoint);

        QTRY_VERIFY(world.session->virtualNetworks().isReady());
        type(window, "privateEndpoint.name", QStringLiteral("pe-sales"));
        const auto network = world.session->virtualNetworks().items().first();
        choose(window, "privateEndpoint.virtualNetwork", network.id.toString());
        choose(window, "privateEndpoint.subnet", network.subnets.first().name);
        shoot(window, QStringLiteral("05-endpoint"));
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::Approvals);
        shoot(window, QStringLiteral("06-approvals"));
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::Integration);
        QTRY_VERIFY(world.session->factories().isReady());
        writeNew(window, "integration.name", QStringLiteral("adf-sales-window"));
        shoot(window, QStringLiteral("07-integration"));
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::LinkedService);
        QTRY_VERIFY(child<ui::Picker>(window, "linkedService.database")->value() == QLatin1String("sales"));
        shoot(window, QStringLiteral("08-linkedservice"));
        auto *method = child<ui::Banner>(window, "verdict");
        if (auto *area = qobject_cast<QScrollArea *>(window.findChild<QStackedWidget *>()->currentWidget()))
            area->ensureWidgetVisible(method, 0, 320);
        shoot(window, QStringLiteral("08-verdict"));
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::Review);
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->checkState()), int(wizard::RunControl::Check::Passed), 20000);
        shoot(window, QStringLiteral("09-review"));
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::Apply);
        QTRY_VERIFY_WITH_TIMEOUT(world.run->events().size() > 30, 20000);
        shoot(window, QStringLiteral("10-apply"));
        QTRY_COMPARE_WITH_TIMEOUT(window.currentPage(), PageId::Finish, 60000);
        auto *verdict = window.page(PageId::Finish)->findChild<ui::Banner *>(QStringLiteral("verdict"));
        QVERIFY(verdict->text().contains(QLatin1String("Connection successful")));
        shoot(window, QStringLiteral("11-finish"));

        // Going back finds everything as it was left.
        window.goTo(PageId::Server);
        QCOMPARE(child<QLineEdit>(window, "server.name")->text(), QStringLiteral("pg-sales-window"));
    }

    // A page loads and stores; what nobody touches does not change.
    void pagesKeepWhatTheyLoad_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *name : {"quickstart.json", "password.json", "system-assigned.json", "network-admin-only.json", "data-engineer-only.json"})
            QTest::newRow(name) << example(name);
    }

    void pagesKeepWhatTheyLoad()
    {
        QFETCH(QString, file);
        test::WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.show();
        QVERIFY(window.openSetup(file));
        QTRY_VERIFY(world.session->subscriptions().isReady());
        const SetupSpec before = world.setup.spec();
        for (const PageId id : wizard::pagesOf(wizard::Purpose::SetUp, before)) {
            wizard::PageFace *page = window.page(id);
            page->load(before);
            SetupSpec after = before;
            page->store(after);
            after.subscription = before.subscription; // a name may have become its id
            QCOMPARE(firstDifference(toDocumentText(after), toDocumentText(before)), QString());
        }
    }

    void badFilesAreRefusedInWords_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("{\"causeway\": 1,");
        QTest::newRow("unknown key") << QByteArray("{\"causeway\": 1, \"name\": \"x\", \"sevrer\": {}}");
        QTest::newRow("twice") << QByteArray("{\"causeway\": 1, \"name\": \"x\", \"name\": \"y\"}");
    }

    void badFilesAreRefusedInWords()
    {
        QFETCH(QByteArray, content);
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("bad.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        test::WindowWorld world(defaultWorld);
        const SetupSpec before = world.setup.spec();
        QVERIFY(!world.window->openSetup(path));
        QVERIFY(world.setup.spec() == before);
        QVERIFY(!world.window->findChild<ui::Banner *>(QStringLiteral("message"))->text().isEmpty());
    }

    void aHugePasteIsBounded()
    {
        test::WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.show();
        press(window, "setUp");
        auto *name = child<QLineEdit>(window, "name");
        name->insert(QString(10 * 1024 * 1024, QLatin1Char('x')));
        QVERIFY(name->text().size() <= 2048);
    }

    // Every input has a buddy label or a name of its own, and no button cuts its text.
    void everyInputIsNamedAndNothingIsClipped()
    {
        test::WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        QStringList wrong;
        for (const PageId id : wizard::pagesOf(wizard::Purpose::SetUp, world.setup.spec())) {
            if (id == PageId::Apply)
                break;
            window.goTo(id);
            QCoreApplication::processEvents();
            for (QWidget *widget : window.findChildren<QWidget *>()) {
                if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus || widget->focusProxy() || qobject_cast<QAbstractScrollArea *>(widget->parentWidget()))
                    continue;
                if (QAbstractButton *button = qobject_cast<QAbstractButton *>(widget)) {
                    if (button->sizeHint().width() > button->width() && !button->text().isEmpty())
                        wrong.append(QStringLiteral("page %1: “%2” is cut").arg(int(id)).arg(button->text()));
                }
                QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(widget);
                if (!accessible || qobject_cast<QLineEdit *>(widget) == nullptr)
                    continue;
                if (qobject_cast<QComboBox *>(widget->parentWidget()) || qobject_cast<QAbstractSpinBox *>(widget->parentWidget()))
                    continue; // named by what it is the inside of
                const QWidget *labelled = qobject_cast<QWidget *>(widget->parentWidget())->focusProxy() == widget ? widget->parentWidget() : widget;
                const bool named = !QAccessible::queryAccessibleInterface(const_cast<QWidget *>(labelled))->relations(QAccessible::Label).isEmpty() || !accessible->text(QAccessible::Name).isEmpty();
                if (!named)
                    wrong.append(QStringLiteral("page %1: input %2 has no label").arg(int(id)).arg(widget->objectName()));
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    // The DBA's queue: strangers' requests are shown, approved, rejected, removed.
    void approvalsAreDecided()
    {
        test::WindowWorld world(contosoWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        press(window, "reviewApprovals");
        QTRY_VERIFY(!world.session->subscription().isEmpty());
        press(window, "next");
        QCOMPARE(window.currentPage(), PageId::Approvals);
        auto *table = child<QTableView>(window, "connections");
        QTRY_VERIFY(table->model()->rowCount() > 0);
        const auto rowOf = [table](const QString &state) {
            for (int row = 0; row < table->model()->rowCount(); ++row) {
                if (table->model()->index(row, 0).data().toString() == state)
                    return row;
            }
            return -1;
        };
        QTRY_VERIFY(rowOf(QStringLiteral("Pending")) >= 0);
        table->selectRow(rowOf(QStringLiteral("Pending")));
        const QString requester = table->model()->index(table->currentIndex().row(), 1).data().toString();
        type(window, "comment", QStringLiteral("CHG-77"));
        shoot(window, QStringLiteral("12-queue"));
        press(window, "reject");
        const auto stateOf = [table, requester] {
            for (int row = 0; row < table->model()->rowCount(); ++row) {
                if (table->model()->index(row, 1).data().toString() == requester)
                    return table->model()->index(row, 0).data().toString();
            }
            return QString();
        };
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(), QStringLiteral("Rejected"), 20000);
        auto *approve = window.findChild<QPushButton *>(QStringLiteral("approve"));
        QTRY_VERIFY(window.findChild<QPushButton *>(QStringLiteral("remove"))->isEnabled());
        QVERIFY2(!approve->isEnabled(), "a rejected connection cannot be approved");
    }

private:
    QTranslator m_words;
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
