// SPDX-License-Identifier: Apache-2.0
// Conditional access at the window: a call that Azure answers with a challenge waits for the person, and the page and the run stay.
#include "tests/support/signinwindow.h"
#include "ui/banner.h"

#include <QJsonArray>

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

class TestWindowStepup : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_home.enter(); }

    void stepUpAnswered_data()
    {
        QTest::addColumn<bool>("answer");
        QTest::newRow("signs in") << true;
        QTest::newRow("not now") << false;
    }
    // A write that Azure answers with a challenge waits for the person; what was under way goes on, or says why it does not.
    void stepUpAnswered()
    {
        QFETCH(bool, answer);
        Seen seen(m_home.worldWith({{t("mfaMethods"), QJsonArray{t("PUT"), t("PATCH")}}}));
        QFile file(m_home.filePath(t("mine.causeway.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"causeway": 1, "name": "mine", "cloud": "AzurePublic", "subscription": "Contoso Production", "resourceGroup": {"name": "rg-step-up", "location": "westeurope", "create": true}})");
        file.close();
        QTRY_VERIFY(seen.signIn().current());
        QVERIFY2(seen.window->openSetup(file.fileName()), qPrintable(seen.window->findChild<ui::Banner *>(t("message"))->text()));
        QTRY_VERIFY(seen.session().subscriptions().isReady() || !seen.session().account().user.isEmpty());
        seen.window->goTo(PageId::Account);
        QTRY_VERIFY(seen.session().groups().isReady());
        seen.window->goTo(PageId::Review);
        // Validation asks first (POST and PUT of a what-if): the review finds out before the long run starts.
        QTRY_VERIFY_WITH_TIMEOUT(seen.shows("stepUp") || seen.run().checkState() == RunControl::Check::Passed || seen.run().checkState() == RunControl::Check::Failed, 20000);
        if (!seen.shows("stepUp")) {
            QVERIFY2(seen.run().checkState() == RunControl::Check::Passed, "the review failed without the bar");
            QVERIFY2(seen.window->goNext(), qPrintable(reason(*seen.window)));
            QTRY_VERIFY_WITH_TIMEOUT(seen.shows("stepUp"), 20000);
        }
        const PageId where = seen.window->currentPage();
        const QString words = Seen::words(seen.named("stepUp"));
        QVERIFY2(words.contains(t("owner@contoso.example")), qPrintable(words));
        shoot(*seen.window, QStringLiteral("33-step-up-%1").arg(answer));
        const bool reviewing = where == PageId::Review;
        if (!answer) {
            press(*seen.window, "stepUpStop");
            QTRY_VERIFY(!seen.shows("stepUp"));
            QCOMPARE(int(seen.window->currentPage()), int(where));
            if (reviewing)
                QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().checkState()), int(RunControl::Check::Failed), 20000);
            else
                QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 20000);
            shoot(*seen.window, t("34-not-now"));
            const QString page = Seen::words(&seen.page());
            QVERIFY2(page.contains(t("AADSTS50076")) && page.contains(t("resume")), qPrintable(page));
            return;
        }
        press(*seen.window, "stepUpGo");
        QTRY_VERIFY(!seen.shows("stepUp"));
        QCOMPARE(int(seen.window->currentPage()), int(where));
        if (reviewing) {
            QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().checkState()), int(RunControl::Check::Passed), 20000);
            QVERIFY2(seen.window->goNext(), qPrintable(reason(*seen.window)));
        }
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 30000);
        QVERIFY2(seen.run().report() && seen.run().report()->outcome == Outcome::Succeeded, qPrintable(seen.run().report() ? seen.run().report()->verdict : t("no report")));
        QCOMPARE(seen.signIn().book().accounts().size(), 1);
        QVERIFY(!seen.shows("stepUp"));
    }

private:
    SignInHome m_home;
};

QTEST_MAIN(TestWindowStepup)
#include "tst_window_stepup.moc"
