// SPDX-License-Identifier: Apache-2.0
// A call waits for a sign-in, and something happens: another account, signing out, other settings, a cancelled run, a closed window.
// The waiting ends in words, nothing hangs, and nothing is written for anybody else.
#include "main/desk.h"
#include "session/signinchecks.h"
#include "tests/support/guardedwindow.h"
#include "tests/support/servedcloud.h"
#include "wizard/settings/checkspage.h"
#include "wizard/settings/settingsdesk.h"

#include <QTcpServer>

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

class TestWindowStepupEnds : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_home.enter(); }

    void endedMeanwhile_data()
    {
        QTest::addColumn<QString>("how");
        QTest::addColumn<bool>("browser"); // is on its way
        for (const bool browser : {false, true}) {
            for (const char *how : {"another account", "another tenant", "signed out", "purged"})
                QTest::addRow("%s%s", how, browser ? ", with the browser open" : "") << t(how) << browser;
        }
    }
    // The account goes while a decision waits: it fails in words, nothing is sent as anybody else, and the window goes on.
    void endedMeanwhile()
    {
        QFETCH(QString, how);
        QFETCH(bool, browser);
        Guarded seen(m_home.writesAskForMore());
        seen.queue();
        press(*seen.window, "approve");
        QTRY_VERIFY(seen.waits());
        if (browser)
            press(*seen.window, "stepUpGo");
        const bool stays = how == t("another tenant");
        if (how == t("another account")) {
            seen.window->goTo(PageId::Account);
            choose(*seen.window, "user", t("dba@contoso.example"));
            QTRY_COMPARE(seen.session().account().user, t("dba@contoso.example"));
        } else if (stays) {
            seen.signIn().setTenant(t("b0f7ab08-bb4e-42d3-82fa-a6afa56ccfd6"));
        } else {
            seen.window->goTo(PageId::Account);
            how == t("purged") ? seen.signIn().purge() : press(*seen.window, "signOut");
            QTRY_VERIFY(seen.session().account().user.isEmpty());
        }
        QTRY_VERIFY(!seen.waits());
        QVERIFY(!seen.signIn().need());
        QTRY_COMPARE(seen.session().client().active(), 0); // nothing hangs
        QTRY_VERIFY(!seen.signIn().isBusy());
        if (stays) {
            const QString said = Seen::words(&seen.page());
            QVERIFY2(said.contains(t("Another account or tenant")), qPrintable(said));
        }
        QCOMPARE(seen.answers.count("PUT 401"), 1);
        QCOMPARE(seen.answers.count("PUT"), 1);
        QCOMPARE(seen.written(), QStringList());
        QCOMPARE(seen.asked, 1);
        if (how == t("another account")) { // whose own decisions are asked about, and are his
            seen.window->goTo(PageId::Approvals);
            QTRY_VERIFY(pendingRow(*seen.window) >= 0);
            table(*seen.window)->selectRow(pendingRow(*seen.window));
            press(*seen.window, "approve");
            QTRY_VERIFY(seen.waits());
            QVERIFY(Seen::words(seen.named("stepUp")).contains(t("dba@contoso.example")));
            press(*seen.window, "stepUpGo");
            QTRY_VERIFY_WITH_TIMEOUT(!seen.written().isEmpty(), 30000);
            for (const QString &write : seen.written())
                QVERIFY2(write.startsWith(t("dba@contoso.example")), qPrintable(write));
        }
    }

    // While a run is under way its account stays; cancelling the run ends what it waits for.
    void aRunKeepsItsAccount()
    {
        Guarded seen(m_home.writesAskForMore());
        seen.applyUntilAsked(m_home.twoWrites());
        seen.window->goTo(PageId::Account);
        QVERIFY(!seen.named("user")->isEnabled());
        QVERIFY(!seen.named("signOut")->isEnabled());
        QVERIFY2(Seen::words(&seen.page()).contains(t("A run is under way as owner@contoso.example")), qPrintable(Seen::words(&seen.page())));
        shoot(*seen.window, t("36-held"));
        for (const AccountChoice &account : seen.signIn().accounts())
            seen.signIn().use(account);
        seen.signIn().signOut(*seen.signIn().current());
        seen.signIn().start(wizard::SignInMethod::Browser, {}, t("dba@contoso.example"));
        const quint64 before = seen.signIn().generation();
        seen.signIn().setTenant(t("b0f7ab08-bb4e-42d3-82fa-a6afa56ccfd6")); // a subscription that somebody looks at meanwhile
        QCOMPARE(seen.signIn().generation(), before);
        seen.signIn().setTenant(seen.session().tenant());
        QVERIFY(!seen.signIn().isBusy() && seen.waits());
        seen.window->goTo(PageId::Apply);
        press(*seen.window, "cancelRun");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 30000);
        QVERIFY(!seen.waits());
        QCOMPARE(seen.session().account().user, t("owner@contoso.example"));
        QCOMPARE(seen.written(), QStringList());
        QCOMPARE(seen.answers.count("PUT"), 1);
        seen.window->goTo(PageId::Account);
        QVERIFY(seen.named("user")->isEnabled());
        QVERIFY(seen.named("signOut")->isEnabled());
    }

    // What one began another does not go on with.
    void anotherDoesNotResume()
    {
        Guarded seen(m_home.writesAskForMore());
        seen.applyUntilAsked(m_home.twoWrites());
        press(*seen.window, "stepUpStop");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 30000);
        seen.window->goTo(PageId::Account);
        choose(*seen.window, "user", t("dba@contoso.example"));
        QTRY_COMPARE(seen.session().account().user, t("dba@contoso.example"));
        QCOMPARE(int(seen.run().checkState()), int(RunControl::Check::Idle)); // nor starts what was checked for another
        seen.window->goTo(PageId::Apply);
        child<QPushButton>(*seen.window, "resumeRun")->click(); // the start page has one of that name, too
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.run().runState()), int(RunControl::Run::Ended), 30000);
        QVERIFY(seen.run().runError());
        QCOMPARE(seen.run().runError()->code, t("AnotherUser"));
        QCOMPARE(seen.written(), QStringList());
        QCOMPARE(seen.answers.count("PUT"), 1);
    }

    void closedMeanwhile_data()
    {
        QTest::addColumn<bool>("run");
        QTest::addColumn<bool>("browser");
        QTest::newRow("a run") << true << false;
        QTest::newRow("a run, with the browser open") << true << true;
        QTest::newRow("a decision") << false << false;
        QTest::newRow("a decision, with the browser open") << false << true;
    }
    // The window closes while a call waits: it ends, and so does everything behind it.
    void closedMeanwhile()
    {
        QFETCH(bool, run);
        QFETCH(bool, browser);
        {
            Guarded seen(m_home.writesAskForMore());
            if (run) {
                seen.applyUntilAsked(m_home.twoWrites());
            } else {
                seen.queue();
                press(*seen.window, "approve");
                QTRY_VERIFY(seen.waits());
            }
            if (browser)
                press(*seen.window, "stepUpGo");
            seen.window->close();
        }
        for (int turn = 0; turn < 50; ++turn) // nothing is left that would work on what is gone
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
    }

    // --- for Azure: here a sandbox as a cloud of one's own, and a browser of ours ------------------------------------------------

    // Other settings are saved while a call waits: it ends, the window is made anew, nothing is written.
    void settingsChangeMeanwhile()
    {
        ServedCloud cloud(m_home.writesAskForMore());
        Answers answers;
        answers.of(*cloud.box);
        Desk desk(cloud.options());
        wizard::WizardWindow &window = desk.open();
        const wizard::Parts *parts = window.furnish();
        QVERIFY(parts);
        window.show();
        press(window, "reviewApprovals");
        press(window, "signInBrowser");
        QTRY_COMPARE_WITH_TIMEOUT(parts->session.account().user, t("owner@contoso.example"), 30000);
        QTRY_VERIFY_WITH_TIMEOUT(!parts->session.subscription().isEmpty(), 30000);
        choose(window, "subscription", t("ddf126ed-14ed-4626-815c-ea983735cfd5"));
        window.goTo(PageId::Approvals);
        QTRY_VERIFY_WITH_TIMEOUT(pendingRow(window) >= 0, 30000);
        table(window)->selectRow(pendingRow(window));
        press(window, "approve");
        QTRY_VERIFY_WITH_TIMEOUT(parts->signIn->need().has_value(), 30000);
        const QStringList before = writesIn(*cloud.box);
        const QPointer<wizard::WizardWindow> old = &window;
        SignInSettings settings = parts->settings->settings();
        settings.deviceCode = false;
        parts->signIn->setWork(wizard::SignInController::Work::Run); // not beneath a run
        const Result<> refused = await(parts->settings->use(settings, Secret()));
        QCOMPARE(refused.error().code, t("RunUnderWay"));
        QVERIFY(loadSignInSettings().deviceCode && parts->signIn->need());
        parts->signIn->setWork(wizard::SignInController::Work::None);
        QVERIFY(await(parts->settings->use(settings, Secret())).ok());
        QTRY_VERIFY(!old);
        wizard::WizardWindow *anew = desk.window();
        QVERIFY(anew && anew->isVisible());
        QCOMPARE(int(anew->currentPage()), int(PageId::Checks));
        parts = anew->furnish();
        QVERIFY(parts && !parts->signIn->need());
        QVERIFY(!parts->signIn->settings().deviceCode);
        QCOMPARE(answers.count("PUT"), 1);
        QCOMPARE(writesIn(*cloud.box), before);
    }

    // The checks look while everything is made anew, again and again, at a host that does not answer.
    void renewedWhileTheChecksLook()
    {
        QTcpServer silent; // takes connections, and says nothing
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        SignInSettings settings;
        settings.cloud = t("custom");
        settings.customArm = settings.customAuthority = QStringLiteral("http://127.0.0.1:%1").arg(silent.serverPort());
        settings.clientId = t("ca05e3a1-0000-4000-8000-000000000009");
        QVERIFY(saveSignInSettings(settings).ok());
        WindowOptions options;
        options.world.reset();
        options.keychain = memoryStore();
        Desk desk(options);
        desk.open().openSettings();
        for (int turn = 0; turn < 6; ++turn) {
            wizard::WizardWindow *window = desk.window();
            QVERIFY(window);
            window->goTo(PageId::Checks);
            const auto *checks = static_cast<wizard::ChecksPage *>(window->page(PageId::Checks));
            QVERIFY(checks->isLooking());
            for (int wait = 0; wait < turn * 5; ++wait) // each time a little further on
                QCoreApplication::processEvents(QEventLoop::AllEvents, 1);
            const QPointer<wizard::WizardWindow> old = window;
            const wizard::Parts *parts = window->furnish();
            settings.deviceCode = turn % 2 == 0;
            QVERIFY(await(parts->settings->use(settings, Secret())).ok());
            QTRY_VERIFY(!old);
        }
        QVERIFY(QFile::remove(signInSettingsFile()));
    }

    // Whoever lets go of the sign-ins while the checks are at them.
    void checksKeepWhatTheyLookAt()
    {
        const ServedCloud cloud(m_home.writesAskForMore());
        SignIns::Means means;
        means.settings = cloud.settings;
        means.cloud = *cloud.settings.profile();
        means.wall = std::make_shared<SystemClock>();
        means.keychain = cloud.keychain;
        means.vaultFile = m_home.filePath(t("checked.cwv"));
        std::shared_ptr<SignIns> signIns = std::move(*SignIns::make(std::move(means)));
        const std::weak_ptr<SignIns> watched = signIns;
        SignInCheckMeans what;
        what.signIns = signIns;
        what.azProgram = t("/nonexistent/az");
        QStringList seen;
        auto checks = signInChecks(what, [&seen](const Check &check) { seen << check.id; }, Context());
        what.signIns.reset();
        signIns.reset();
        QVERIFY(!watched.expired());
        const Result<QList<Check>> all = await(std::move(checks));
        QVERIFY2(all.ok(), qPrintable(all ? QString() : describe(all.error())));
        QVERIFY2(seen.contains(t("directory")) && seen.contains(t("ways")), qPrintable(seen.join(QLatin1Char(' '))));
        QTRY_VERIFY(watched.expired());
    }

private:
    GuardedHome m_home;
};

QTEST_MAIN(TestWindowStepupEnds)
#include "tst_window_stepup_ends.moc"
