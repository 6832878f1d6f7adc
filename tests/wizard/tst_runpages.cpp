// SPDX-License-Identifier: Apache-2.0
// A run in the window: the approval on its page, cancel and resume, the test on a form that is not saved.
#include "azure/arm/datafactoryapi.h"
#include "domain/setupdocument.h"
#include "tests/support/coro.h"
#include "tests/support/windowdriver.h"
#include "tests/support/windowworld.h"
#include "ui/banner.h"
#include "ui/choicecard.h"
#include "ui/copyfield.h"
#include "ui/form.h"
#include "ui/secretedit.h"
#include "ui/theme.h"

#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QLocale>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QToolButton>

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

namespace {

QString verdict(wizard::WizardWindow &window)
{
    return window.page(PageId::Finish)->findChild<ui::Banner *>(QStringLiteral("verdict"))->text();
}

ui::Banner *testResult(wizard::WizardWindow &window)
{
    return window.page(PageId::LinkedService)->findChild<ui::Banner *>(QStringLiteral("testResult"));
}

// Everything is created once, whatever happened in between.
QStringList createdTwice(const sandbox::Sandbox &box)
{
    QStringList seen;
    QStringList twice;
    for (const sandbox::LedgerEntry &entry : box.ledger()) {
        if (entry.effect != QLatin1String("created"))
            continue;
        if (seen.contains(entry.resource, Qt::CaseInsensitive))
            twice.append(entry.resource);
        seen.append(entry.resource);
    }
    return twice;
}

void encrypt(wizard::WizardWindow &window, EncryptionMethod method)
{
    auto *picker = window.page(PageId::LinkedService)->findChild<ui::Picker *>(QStringLiteral("linkedService.encryption"));
    picker->setValue(toText(method));
    Q_EMIT picker->edited();
}

} // namespace

// What went wrong in a run, for the test's output.
static QString story(const RunReport &report)
{
    QStringList lines;
    for (const StepReport &step : report.steps) {
        if (step.outcome != Outcome::Succeeded)
            lines << step.step + QStringLiteral(": ") + (step.error ? describe(*step.error) : step.text);
    }
    return lines.join(QLatin1Char('\n'));
}

class TestRunPages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ui::applyTheme(*qApp, ui::makeTheme(ui::ThemeChoice::Light, *qApp)); }

    // The run comes to its approval, the window leads there, the decision lets it go on.
    void theApprovalIsDecidedOnItsPage()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        SetupSpec spec = world.setup.spec();
        spec.integration->approvalMode = ApprovalMode::Wait;
        world.setup.setSpec(spec);
        window.page(PageId::Integration)->load(spec);
        walkToReview(window, *world.run);
        QVERIFY(window.goNext());
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Approvals), 60000);
        auto *table = child<QTableView>(window, "connections");
        auto *approve = window.findChild<QPushButton *>(QStringLiteral("approve"));
        QTRY_VERIFY(approve->isEnabled());
        const QString requester = table->model()->index(table->currentIndex().row(), 1).data().toString();
        QVERIFY2(requester.contains(spec.integration->managedPrivateEndpointName), qPrintable(requester));
        auto *next = window.findChild<QPushButton *>(QStringLiteral("next"));
        QVERIFY2(next->text().remove(QLatin1Char('&')).contains(QLatin1String("Back to the run")), qPrintable(next->text()));
        shoot(window, QStringLiteral("13-approve-in-run"));
        press(window, "approve");
        QTRY_VERIFY_WITH_TIMEOUT(!world.run->isWaitingForPerson(), 60000);
        press(window, "next");
        QVERIFY(window.currentPage() == PageId::Apply || window.currentPage() == PageId::Finish);
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->runState()), int(RunControl::Run::Ended), 60000);
        QVERIFY2(world.run->report() && world.run->report()->outcome == Outcome::Succeeded, qPrintable(world.run->report() ? story(*world.run->report()) : QStringLiteral("no report")));
        QTRY_COMPARE(int(window.currentPage()), int(PageId::Finish));
        QVERIFY2(verdict(window).contains(QLatin1String("Connection successful")), qPrintable(verdict(window)));
    }

    void cancelAndResume()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        walkToReview(window, *world.run);
        QVERIFY(window.goNext());
        auto *cancel = window.page(PageId::Apply)->findChild<QPushButton *>(QStringLiteral("cancelRun"));
        QTRY_VERIFY_WITH_TIMEOUT(world.run->events().size() > 25, 20000);
        cancel->click();
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->runState()), int(RunControl::Run::Ended), 60000);
        QVERIFY(world.run->report());
        QCOMPARE(int(world.run->report()->outcome), int(Outcome::Cancelled));
        QCOMPARE(int(window.currentPage()), int(PageId::Apply));
        shoot(window, QStringLiteral("14-cancelled"));
        auto *resume = window.page(PageId::Apply)->findChild<QPushButton *>(QStringLiteral("resumeRun"));
        QVERIFY(resume->isVisible());
        resume->click();
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Finish), 60000);
        QVERIFY2(verdict(window).contains(QLatin1String("Connection successful")), qPrintable(verdict(window)));
        QCOMPARE(createdTwice(*world.live), QStringList());
    }

    // The start page offers a run only when there is one to go on with, of the one who is signed in; it says which.
    void theLastRunIsOffered()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        auto *resume = window.page(PageId::Start)->findChild<ui::ChoiceCard *>(QStringLiteral("resumeRun"));
        const auto look = [&] {
            QSignalSpy looked(world.run.get(), &RunControl::lastRunChanged);
            window.goTo(PageId::Start);
            QVERIFY(looked.count() > 0 || looked.wait());
        };
        look();
        QVERIFY2(!resume->isVisible(), "nothing has ever run");
        QVERIFY(window.openSetup(example("quickstart.json")));
        walkToReview(window, *world.run);
        QVERIFY(window.goNext());
        QTRY_VERIFY_WITH_TIMEOUT(world.run->events().size() > 25, 20000);
        world.run->cancel();
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->runState()), int(RunControl::Run::Ended), 60000);

        look();
        QVERIFY(resume->isVisible());
        QVERIFY2(resume->sentence().contains(world.setup.spec().name), qPrintable(resume->sentence()));
        QVERIFY2(resume->sentence().contains(QLatin1String("cancelled")), qPrintable(resume->sentence()));
        const auto begun = QDateTime::fromMSecsSinceEpoch(world.run->report()->started.time_since_epoch().count());
        QVERIFY2(resume->sentence().contains(QLocale().toString(begun, QLocale::ShortFormat)), qPrintable(resume->sentence()));
        shoot(window, QStringLiteral("26-start-resume"));

        // Somebody else is signed in: not theirs.
        const Account own = world.session->account();
        Account other = own;
        other.user = QStringLiteral("somebody@else.example");
        world.session->setAccount(other);
        QTRY_VERIFY(!resume->isVisible());
        world.session->setAccount(own);
        QTRY_VERIFY(resume->isVisible());

        // Nothing is left of the setup in this window; the run brings it along.
        const QString name = world.setup.spec().name;
        window.take(SetupSpec());
        window.goTo(PageId::Start);
        QTest::mouseClick(resume, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Finish), 60000);
        QVERIFY2(verdict(window).contains(QLatin1String("Connection successful")), qPrintable(verdict(window)));
        QCOMPARE(world.setup.spec().name, name);
        QCOMPARE(createdTwice(*world.live), QStringList());
        look();
        QVERIFY2(!resume->isVisible(), "it has succeeded");
    }

    // A resumed run that needs a typed password asks for it before it goes on.
    void aResumedRunAsksForItsSecrets()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("password.json")));
        SetupSpec spec = world.setup.spec();
        spec.server->create->administratorPassword = SecretReference{SecretReference::Kind::Prompt, {}, {}};
        spec.linkedService->authentication.password = SecretReference{SecretReference::Kind::Prompt, {}, {}};
        window.take(spec);
        const QStringList fields = {QStringLiteral("server.create.administratorPassword"), QStringLiteral("linkedService.authentication.password")};
        for (const QString &field : fields)
            world.setup.setSecret(field, Secret(QByteArrayLiteral("Str0ng-enough!")));
        walkToReview(window, *world.run);
        QVERIFY(window.goNext());
        QTRY_VERIFY_WITH_TIMEOUT(world.run->events().size() > 18, 20000);
        world.run->cancel();
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->runState()), int(RunControl::Run::Ended), 60000);
        world.setup.forgetSecrets(); // as after a new start
        QSignalSpy looked(world.run.get(), &RunControl::lastRunChanged);
        window.goTo(PageId::Start);
        QTRY_VERIFY(looked.count() > 0);
        QTest::mouseClick(window.page(PageId::Start)->findChild<ui::ChoiceCard *>(QStringLiteral("resumeRun")), Qt::LeftButton);
        QCOMPARE(int(window.currentPage()), int(PageId::Apply));
        auto *section = window.page(PageId::Apply)->findChild<ui::FormSection *>(QStringLiteral("secrets"));
        QVERIFY(section->isVisible());
        QVERIFY(world.run->runState() != RunControl::Run::Running);
        shoot(window, QStringLiteral("27-resume-asks"));
        for (const QString &field : fields) {
            auto *edit = section->findChild<ui::SecretEdit *>(field);
            if (edit->isVisible())
                QTest::keyClicks(edit->findChild<QLineEdit *>(), QStringLiteral("Str0ng-enough!"));
        }
        window.page(PageId::Apply)->findChild<QPushButton *>(QStringLiteral("resumeRun"))->click();
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Finish), 60000);
        QVERIFY2(verdict(window).contains(QLatin1String("Connection successful")), qPrintable(verdict(window)));
    }

    // The last page tells where everything is, and gives it to take along.
    void theFinishPageTellsWhereToFindIt()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        walkToReview(window, *world.run);
        QVERIFY(window.goNext());
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Finish), 60000);
        wizard::PageFace *page = window.page(PageId::Finish);
        const auto field = [page](const char *name) { return page->findChild<ui::CopyField *>(QLatin1String(name)); };
        const SetupSpec spec = world.setup.spec();
        QCOMPARE(field("hostName")->text(), spec.server->name + QStringLiteral(".postgres.database.azure.com"));
        QCOMPARE(field("linkedServiceName")->text(), spec.linkedService->name);
        QCOMPARE(field("setupPath")->text(), example("quickstart.json"));
        const QString id = world.run->report()->runId;
        QCOMPARE(field("runId")->text(), id);
        QCOMPARE(field("runCommand")->text(), QStringLiteral("causewayctl runs show %1 --sandbox").arg(id));
        auto *table = page->findChild<QTableWidget *>(QStringLiteral("made"));
        QCOMPARE(table->rowCount(), int(world.run->report()->made.size()));
        table->selectRow(1);
        const ResourceId made = world.run->report()->made[1].id;
        QCOMPARE(table->item(1, 1)->text(), made.name());
        QCOMPARE(table->item(1, 2)->text(), made.group());
        QCOMPARE(field("resourceId")->text(), made.toString());
        QVERIFY(page->findChild<QLabel *>(QStringLiteral("sandboxOnly"))->isVisible());
        QVERIFY(!field("portalLink")->isVisible());
        for (auto *button : field("resourceId")->findChildren<QToolButton *>())
            button->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), made.toString());

        // The same run at Azure: the portal knows it.
        Account account = world.session->account();
        account.sandbox = false;
        world.session->setAccount(account);
        window.goTo(PageId::Review);
        window.goTo(PageId::Finish);
        QVERIFY(field("portalLink")->isVisible());
        QVERIFY(!page->findChild<QLabel *>(QStringLiteral("sandboxOnly"))->isVisible());
        table->selectRow(1);
        QCOMPARE(field("portalLink")->text(), QStringLiteral("https://portal.azure.com/#@%1/resource%2").arg(world.run->runningPlan()->identity.tenant, made.toString()));
        QCOMPARE(field("runCommand")->text(), QStringLiteral("causewayctl runs show %1").arg(id));
    }

    // "Test connection" before anything is saved takes the password from where the setup says, and keeps it nowhere.
    void theUnsavedFormTakesItsSecretFromTheEnvironment()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("password.json")));
        SetupSpec spec = world.setup.spec();
        const SecretReference reference{SecretReference::Kind::Environment, QStringLiteral("CAUSEWAY_TEST_PASSWORD"), {}};
        spec.server->create->administratorPassword = reference;
        spec.linkedService->authentication.password = reference;
        window.take(spec);
        qputenv("CAUSEWAY_TEST_PASSWORD", "Str0ng-enough!");
        walkToReview(window, *world.run);
        QVERIFY(window.goNext());
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Finish), 60000);
        window.goTo(PageId::LinkedService);
        auto *test = window.page(PageId::LinkedService)->findChild<QPushButton *>(QStringLiteral("testConnection"));
        QTRY_VERIFY_WITH_TIMEOUT(test->isEnabled(), 20000);
        const QByteArray before = toDocumentText(world.setup.spec());
        test->click();
        answerTo(window);
        QVERIFY2(testResult(window)->text().contains(QLatin1String("Connection successful")), qPrintable(testResult(window)->text()));
        QCOMPARE(toDocumentText(world.setup.spec()), before);
        QVERIFY(world.setup.secret(QStringLiteral("linkedService.authentication.password")).isEmpty());

        qunsetenv("CAUSEWAY_TEST_PASSWORD");
        test->click();
        answerTo(window);
        QVERIFY2(testResult(window)->text().contains(QLatin1String("CAUSEWAY_TEST_PASSWORD")), qPrintable(testResult(window)->text()));
        shoot(window, QStringLiteral("28-secret-missing"));

        // What is left to the person: the page asks at its field, and takes what is typed there.
        spec = world.setup.spec();
        spec.linkedService->authentication.password = SecretReference{SecretReference::Kind::Prompt, {}, {}};
        world.setup.setSpec(spec);
        window.page(PageId::LinkedService)->load(spec);
        test->click();
        answerTo(window);
        QVERIFY2(!testResult(window)->text().contains(QLatin1String("successful")), qPrintable(testResult(window)->text()));
        auto *password = window.page(PageId::LinkedService)->findChild<ui::SecretEdit *>(QStringLiteral("linkedService.authentication.password"));
        QCOMPARE(window.focusWidget(), password->findChild<QLineEdit *>());
        QTest::keyClicks(password->findChild<QLineEdit *>(), QStringLiteral("Str0ng-enough!"));
        test->click();
        answerTo(window);
        QVERIFY2(testResult(window)->text().contains(QLatin1String("Connection successful")), qPrintable(testResult(window)->text()));
    }

    // Where factory, runtime and server are there already, the form is tested before it is saved.
    void theFormIsTestedUnsaved()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        window.goTo(PageId::LinkedService);
        auto *test = window.page(PageId::LinkedService)->findChild<QPushButton *>(QStringLiteral("testConnection"));
        QVERIFY2(!test->isEnabled(), "there is no factory yet");
        walkToReview(window, *world.run);
        QVERIFY(window.goNext());
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Finish), 60000);
        const qsizetype effects = world.live->ledger().size();

        window.goTo(PageId::LinkedService);
        QTRY_VERIFY_WITH_TIMEOUT(test->isEnabled(), 20000);
        encrypt(window, EncryptionMethod::Disable);
        QVERIFY(window.page(PageId::LinkedService)->findChild<ui::Banner *>(QStringLiteral("verdict"))->isVisible());
        test->click();
        answerTo(window);
        QVERIFY2(!testResult(window)->text().contains(QLatin1String("Connection successful")), qPrintable(testResult(window)->text()));
        QVERIFY2(testResult(window)->text().contains(QLatin1String("no pg_hba.conf entry")), qPrintable(testResult(window)->text()));
        shoot(window, QStringLiteral("15-test-failed"));
        encrypt(window, EncryptionMethod::VerifyFull);
        QVERIFY2(testResult(window)->text().isEmpty(), "an answer about another form would mislead");
        test->click();
        answerTo(window);
        QVERIFY2(testResult(window)->text().contains(QLatin1String("Connection successful")), qPrintable(testResult(window)->text()));

        // Nothing but tests happened: the form was not saved.
        for (const sandbox::LedgerEntry &entry : world.live->ledger().mid(effects))
            QVERIFY2(entry.effect != QLatin1String("created") && entry.effect != QLatin1String("updated"), qPrintable(entry.effect + QLatin1Char(' ') + entry.resource));
    }

    // Interactive authoring switches itself off; the form says so and offers to switch it on.
    void interactiveAuthoringIsOff()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        walkToReview(window, *world.run);
        QVERIFY(window.goNext());
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Finish), 60000);
        QTRY_VERIFY(world.session->factories().isReady());
        const auto factory = world.session->factories().items().value(0).id;
        DataFactoryApi api(*world.client);
        const auto off = await(api.disableInteractiveAuthoring(factory.child(QStringLiteral("integrationRuntimes"), world.setup.spec().integration->runtimeName), Context()));
        QVERIFY(off);
        window.goTo(PageId::LinkedService);
        auto *test = window.page(PageId::LinkedService)->findChild<QPushButton *>(QStringLiteral("testConnection"));
        QTRY_VERIFY_WITH_TIMEOUT(test->isEnabled(), 20000);
        test->click();
        answerTo(window);
        QVERIFY2(testResult(window)->text().contains(QLatin1String("Interactive authoring is off")), qPrintable(testResult(window)->text()));
        shoot(window, QStringLiteral("16-authoring-off"));
        testResult(window)->findChild<QPushButton *>()->click();
        QTRY_VERIFY2_WITH_TIMEOUT(testResult(window)->text().contains(QLatin1String("Connection successful")), qPrintable(testResult(window)->text()), 30000);
    }

private:
    void answerTo(wizard::WizardWindow &window)
    {
        QTRY_VERIFY_WITH_TIMEOUT(!testResult(window)->text().isEmpty() && !testResult(window)->text().contains(QLatin1String("trying")), 30000);
    }
};

QTEST_MAIN(TestRunPages)
#include "tst_runpages.moc"
