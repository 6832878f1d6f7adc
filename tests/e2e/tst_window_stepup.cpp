// SPDX-License-Identifier: Apache-2.0
// Conditional access at the window: a call that Azure answers with a challenge waits for the person, is sent once more, and the page and
// the run stay.
#include "tests/support/guardedwindow.h"
#include "text/errortext.h"

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

class TestWindowStepup : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_home.enter(); }

    // One write is challenged, one sign-in answers it, it is sent once more; the writes after it ask nobody.
    void aRunIsNotLost()
    {
        Guarded seen(m_home.writesAskForMore());
        seen.applyUntilAsked(m_home.twoWrites());
        const QString run = seen.run().runId();
        QVERIFY(!run.isEmpty());
        QCOMPARE(int(seen.window->currentPage()), int(PageId::Apply));
        const QString words = Seen::words(seen.named("stepUp"));
        QVERIFY2(words.contains(t("owner@contoso.example")), qPrintable(words));
        shoot(*seen.window, t("33-step-up"));
        QCOMPARE(seen.answers.count("PUT"), seen.answers.count("PUT 401"));
        QCOMPARE(seen.answers.count("PUT 401"), 1);
        seen.window->goTo(PageId::Account); // the bar is above every page
        QVERIFY(seen.waits());
        seen.window->goTo(PageId::Apply);
        press(*seen.window, "stepUpGo");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 60000);
        QCOMPARE(int(seen.report().outcome), int(Outcome::Succeeded));
        QCOMPARE(seen.report().runId, run);
        QCOMPARE(seen.answers.count("PUT 401"), 1);
        QVERIFY(seen.answers.count("PUT 2") >= 2);
        QCOMPARE(seen.asked, 1);
        QVERIFY(!seen.waits());
        QCOMPARE(seen.signIn().book().accounts().size(), 1);
        for (const QString &write : seen.written())
            QVERIFY2(write.startsWith(t("owner@contoso.example")), qPrintable(write));
    }

    // A policy that also wants more for Azure's validation: asked at the review, where somebody sits, and not again in the run.
    void theReviewFindsOut()
    {
        Guarded seen(m_home.worldWith({{t("mfaMethods"), QJsonArray{t("POST"), t("PUT"), t("PATCH")}}}));
        seen.review(m_home.twoWrites());
        QTRY_VERIFY_WITH_TIMEOUT(seen.waits(), 30000);
        QCOMPARE(int(seen.window->currentPage()), int(PageId::Review));
        QCOMPARE(int(seen.run().runState()), int(RunControl::Run::Idle));
        press(*seen.window, "stepUpGo");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().checkState()), int(RunControl::Check::Passed), 30000);
        QCOMPARE(int(seen.window->currentPage()), int(PageId::Review));
        QCOMPARE(seen.answers.count("POST 401"), 1);
        QVERIFY2(seen.window->goNext(), qPrintable(reason(*seen.window)));
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 60000);
        QCOMPARE(int(seen.report().outcome), int(Outcome::Succeeded));
        QCOMPARE(seen.answers.count("PUT 401"), 0);
        QCOMPARE(seen.asked, 1);
    }

    void theReviewIsPutOff()
    {
        Guarded seen(m_home.worldWith({{t("mfaMethods"), QJsonArray{t("POST")}}}));
        seen.review(m_home.twoWrites());
        QTRY_VERIFY_WITH_TIMEOUT(seen.waits(), 30000);
        press(*seen.window, "stepUpStop");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().checkState()), int(RunControl::Check::Failed), 30000);
        const QString said = seen.banner("validation");
        QVERIFY2(said.contains(t("put off (Not now)")) && said.contains(t("Check again")) && said.contains(t("AADSTS50076")), qPrintable(said));
        QVERIFY2(!said.contains(t("Due to a configuration change")), qPrintable(said));
        seen.window->goTo(PageId::Review); // asks once more
        QTRY_VERIFY_WITH_TIMEOUT(seen.waits(), 30000);
        press(*seen.window, "stepUpGo");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().checkState()), int(RunControl::Check::Passed), 30000);
    }

    // A service that asks again, right after the sign-in: one replay, a failure in words, no loop.
    void aSecondChallengeEndsIt()
    {
        Guarded seen(t("fresh"));
        sandbox::Fault fault;
        fault.kind = sandbox::FaultKind::Status;
        fault.method = "PUT";
        fault.count = -1;
        fault.status = 401;
        fault.headers = {{"www-authenticate", "Bearer error=\"insufficient_claims\", claims=\"" + QByteArray(R"({"access_token":{"acrs":{"essential":true,"values":["p1"]}}})").toBase64() + '"'}};
        fault.body = R"({"error":{"code":"RequestDisallowedByPolicy","message":"Users must use MFA for this operation."}})";
        seen.box().addFault(fault);
        seen.applyUntilAsked(m_home.oneWrite(t("Sandbox")));
        press(*seen.window, "stepUpGo");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 30000);
        QCOMPARE(int(seen.report().outcome), int(Outcome::Failed));
        QCOMPARE(seen.answers.count("PUT"), 2);
        QCOMPARE(seen.asked, 1);
        QVERIFY(!seen.waits());
        const RunReport report = seen.report();
        const auto failed = std::find_if(report.steps.cbegin(), report.steps.cend(), [](const StepReport &each) { return each.error.has_value(); });
        QVERIFY(failed != report.steps.cend());
        const QString said = errorLines(*failed->error);
        QVERIFY2(said.contains(t("right after one")) && said.contains(t("Users must use MFA")), qPrintable(said));
        QVERIFY2(seen.banner("runState").contains(t("Users must use MFA")), qPrintable(seen.banner("runState")));
    }

    // Not now: in our words, nothing is written, and Resume asks once more and goes on.
    void notNow()
    {
        Guarded seen(m_home.writesAskForMore());
        seen.applyUntilAsked(m_home.twoWrites());
        const QString run = seen.run().runId();
        press(*seen.window, "stepUpStop");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 30000);
        QVERIFY(!seen.waits());
        QCOMPARE(int(seen.window->currentPage()), int(PageId::Apply));
        shoot(*seen.window, t("34-not-now"));
        const QString said = seen.banner("runState");
        QVERIFY2(said.contains(t("put off (Not now)")) && said.contains(t("Resume")) && said.contains(t("AADSTS50076")) && said.contains(t("correlation id")), qPrintable(said));
        QVERIFY2(!said.contains(t("Due to a configuration change")) && !said.contains(t("StepUpPutOff")), qPrintable(said));
        QCOMPARE(seen.written(), QStringList());
        QCOMPARE(seen.asked, 1);
        child<QPushButton>(*seen.window, "resumeRun")->click(); // the start page has one of that name, too
        QTRY_VERIFY_WITH_TIMEOUT(seen.waits(), 30000);
        press(*seen.window, "stepUpGo");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 60000);
        QCOMPARE(int(seen.report().outcome), int(Outcome::Succeeded));
        QCOMPARE(seen.report().runId, run);
        QCOMPARE(seen.asked, 2);
    }

    // "Not now" is meant for the whole run; whatever somebody presses is asked about again.
    void notNowHoldsForTheRun()
    {
        using Work = wizard::SignInController::Work;
        Guarded seen(m_home.writesAskForMore());
        seen.queue();
        seen.signIn().setWork(Work::Run);
        press(*seen.window, "approve");
        QTRY_VERIFY(seen.waits());
        press(*seen.window, "stepUpStop");
        QTRY_VERIFY(child<QPushButton>(*seen.window, "approve")->isEnabled());
        QCOMPARE(put(seen), t("StepUpPutOff")); // of the run
        QCOMPARE(seen.asked, 1);
        press(*seen.window, "approve");
        QTRY_VERIFY(seen.waits());
        QCOMPARE(seen.asked, 2);
        seen.signIn().setWork(Work::StoppingRun); // which asks nobody
        QTRY_VERIFY(!seen.waits());
        QCOMPARE(put(seen), t("Cancelled"));
        seen.signIn().setWork(Work::None);
        QCOMPARE(seen.asked, 2);
        QCOMPARE(seen.written(), QStringList());
    }

    void decisions_data()
    {
        QTest::addColumn<QByteArray>("button");
        QTest::addColumn<QString>("effect");
        QTest::newRow("approve") << QByteArray("approve") << t("Approved");
        QTest::newRow("reject") << QByteArray("reject") << t("Rejected");
    }
    // A decision on the approvals page waits, is carried out once, and the page stays.
    void decisions()
    {
        QFETCH(QByteArray, button);
        QFETCH(QString, effect);
        Guarded seen(m_home.writesAskForMore());
        seen.queue();
        const int row = pendingRow(*seen.window);
        type(*seen.window, "comment", t("CHG-1"));
        press(*seen.window, button.constData());
        QTRY_VERIFY(seen.waits());
        QVERIFY(!child<QPushButton>(*seen.window, button.constData())->isEnabled());
        press(*seen.window, "stepUpStop"); // first not, and then all the same
        QTRY_VERIFY(Seen::words(&seen.page()).contains(t("put off (Not now)")));
        QCOMPARE(stateIn(*seen.window, row), t("Pending"));
        QCOMPARE(child<QLineEdit>(*seen.window, "comment")->text(), t("CHG-1")); // what was typed stays
        press(*seen.window, button.constData());
        QTRY_VERIFY(seen.waits());
        press(*seen.window, "stepUpGo");
        QTRY_COMPARE_WITH_TIMEOUT(stateIn(*seen.window, row), effect, 30000);
        QCOMPARE(int(seen.window->currentPage()), int(PageId::Approvals));
        QCOMPARE(seen.answers.count("PUT 401"), 2);
        QCOMPARE(seen.answers.count("PUT 2"), 1);
        const int other = pendingRow(*seen.window);
        QVERIFY(other >= 0);
        table(*seen.window)->selectRow(other);
        press(*seen.window, button.constData()); // under the same sign-in
        QTRY_COMPARE_WITH_TIMEOUT(stateIn(*seen.window, other), effect, 30000);
        QCOMPARE(seen.asked, 2);
        QCOMPARE(seen.answers.count("PUT 401"), 2);
        QCOMPARE(seen.answers.count("PUT 2"), 2);
    }

private:
    //! A write that is no step's and no page's; its error.
    static QString put(const Guarded &seen)
    {
        ArmRequest request;
        request.method = "PUT";
        request.path = QStringLiteral("/subscriptions/%1/resourceGroups/rg-beside").arg(seen.session().subscription());
        request.apiVersion = t("2021-04-01");
        request.body = QJsonObject{{t("location"), t("westeurope")}};
        const Result<ArmResponse> answer = await(seen.session().client().send(request, Context()));
        return answer ? t("done") : answer.error().code;
    }

    GuardedHome m_home;
};

QTEST_MAIN(TestWindowStepup)
#include "tst_window_stepup.moc"
