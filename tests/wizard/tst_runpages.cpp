// SPDX-License-Identifier: Apache-2.0
// A run in the window: the approval on its page, cancel and resume, the test on a form that is not saved.
#include "azure/arm/datafactoryapi.h"
#include "tests/support/coro.h"
#include "tests/support/windowdriver.h"
#include "tests/support/windowworld.h"
#include "ui/banner.h"
#include "ui/theme.h"

#include <QPushButton>
#include <QTableView>

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
