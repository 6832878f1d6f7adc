// SPDX-License-Identifier: Apache-2.0
// Conditional access at the window: a call that Azure answers with a challenge waits for the person, is sent once more, and the page and
// the run stay. Whatever happens meanwhile ends it in words, and nothing is written for anybody else.
#include "azure/auth/keychainstore.h"
#include "main/desk.h"
#include "sandbox/host/serve.h"
#include "sandbox/signin/headlessbrowser.h"
#include "session/signinchecks.h"
#include "tests/support/coro.h"
#include "tests/support/signinwindow.h"
#include "text/errortext.h"
#include "ui/banner.h"
#include "wizard/settings/checkspage.h"
#include "wizard/settings/settingsdesk.h"

#include <QDesktopServices>
#include <QJsonArray>
#include <QMutex>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTcpServer>
#include <QTcpSocket>

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

namespace {

//! What a sandbox answered, as it goes: its own thread tells.
class Answers
{
public:
    void of(sandbox::Sandbox &box)
    {
        box.onRequest([all = m_all](const QByteArray &method, const QByteArray &target, int status) {
            const QMutexLocker lock(&all->mutex);
            all->lines.append(method + ' ' + QByteArray::number(status) + ' ' + target);
        });
    }
    //! "PUT 401": how many answers begin so.
    [[nodiscard]] int count(const QByteArray &beginning) const
    {
        const QMutexLocker lock(&m_all->mutex);
        return int(std::count_if(m_all->lines.cbegin(), m_all->lines.cend(), [&](const QByteArray &line) { return line.startsWith(beginning); }));
    }

private:
    struct All {
        QMutex mutex;
        QByteArrayList lines;
    };
    std::shared_ptr<All> m_all = std::make_shared<All>();
};

//! Who did what in a world since it began.
QStringList writesIn(const sandbox::Sandbox &box)
{
    QStringList writes;
    for (const sandbox::LedgerEntry &entry : box.ledger())
        writes << entry.by + QLatin1Char(' ') + entry.effect;
    return writes;
}

QTableView *table(wizard::WizardWindow &window)
{
    return window.findChild<QTableView *>(t("connections"));
}

QString stateIn(wizard::WizardWindow &window, int row)
{
    return table(window)->model()->index(row, 0).data().toString();
}

//! The first that nobody has decided on; -1: none.
int pendingRow(wizard::WizardWindow &window)
{
    for (int row = 0; table(window) && row < table(window)->model()->rowCount(); ++row) {
        if (stateIn(window, row) == t("Pending"))
            return row;
    }
    return -1;
}

//! A window in a world where Azure asks for a second factor.
struct Guarded : Seen {
    explicit Guarded(const QString &world, const QString &user = {}) : Seen(world, user)
    {
        answers.of(box());
        before = writesIn(box());
        QObject::connect(&signIn(), &wizard::SignInController::needChanged, &signIn(), [this] { asked += signIn().need() ? 1 : 0; });
    }
    [[nodiscard]] sandbox::Sandbox &box() const { return *parts->box(); }
    [[nodiscard]] bool waits() const { return shows("stepUp"); }
    [[nodiscard]] QStringList written() const { return writesIn(box()).mid(before.size()); }
    [[nodiscard]] QString banner(const char *name) const { return window->findChild<ui::Banner *>(QLatin1String(name))->text(); }
    [[nodiscard]] RunReport report() const { return run().report().value_or(RunReport()); }

    //! The review of this setup has passed.
    void review(const QString &path)
    {
        QTRY_VERIFY(signIn().current());
        QVERIFY2(window->openSetup(path), qPrintable(banner("message")));
        QTRY_VERIFY(!session().account().user.isEmpty());
        window->goTo(PageId::Account);
        QTRY_VERIFY(session().groups().isReady());
        window->goTo(PageId::Review);
    }
    //! And its run has come to the first write, which waits.
    void applyUntilAsked(const QString &path)
    {
        review(path);
        QTRY_COMPARE_WITH_TIMEOUT(int(run().checkState()), int(RunControl::Check::Passed), 30000);
        QVERIFY2(window->goNext(), qPrintable(reason(*window)));
        QTRY_VERIFY_WITH_TIMEOUT(waits(), 30000);
        QCOMPARE(int(run().runState()), int(RunControl::Run::Running));
    }
    //! The queue of the subscription, with the first request selected.
    void queue()
    {
        QTRY_VERIFY(session().groups().isReady() || session().subscriptions().isReady());
        press(*window, "reviewApprovals");
        QTRY_VERIFY(!session().subscription().isEmpty());
        window->goTo(PageId::Approvals);
        QTRY_VERIFY(pendingRow(*window) >= 0);
        table(*window)->selectRow(pendingRow(*window));
    }

    Answers answers;
    QStringList before;
    int asked = 0;
};

} // namespace

class TestWindowStepup : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_home.enter(); }

    // One write is challenged, one sign-in answers it, it is sent once more; the writes after it ask nobody.
    void aRunIsNotLost()
    {
        Guarded seen(writesAskForMore());
        seen.applyUntilAsked(twoWrites());
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
        seen.review(twoWrites());
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
        seen.review(twoWrites());
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
        seen.applyUntilAsked(oneWrite(t("Sandbox")));
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
        Guarded seen(writesAskForMore());
        seen.applyUntilAsked(twoWrites());
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
        Guarded seen(writesAskForMore());
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
        Guarded seen(writesAskForMore());
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
        Guarded seen(writesAskForMore());
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
        Guarded seen(writesAskForMore());
        seen.applyUntilAsked(twoWrites());
        seen.window->goTo(PageId::Account);
        QVERIFY(!seen.named("user")->isEnabled());
        QVERIFY(!seen.named("signOut")->isEnabled());
        QVERIFY2(Seen::words(&seen.page()).contains(t("A run is under way as owner@contoso.example")), qPrintable(Seen::words(&seen.page())));
        shoot(*seen.window, t("36-held"));
        for (const AccountChoice &account : seen.signIn().accounts())
            seen.signIn().use(account);
        seen.signIn().signOut(*seen.signIn().current());
        seen.signIn().start(wizard::SignInMethod::Browser, {}, t("dba@contoso.example"));
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
        Guarded seen(writesAskForMore());
        seen.applyUntilAsked(twoWrites());
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
            Guarded seen(writesAskForMore());
            if (run) {
                seen.applyUntilAsked(twoWrites());
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
        Cloud cloud(*this);
        Desk desk(forAzure());
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
        const QStringList before = writesIn(cloud.box);
        const QPointer<wizard::WizardWindow> old = &window;
        SignInSettings settings = parts->settings->settings();
        settings.deviceCode = true;
        QVERIFY(await(parts->settings->use(settings, Secret())).ok());
        QTRY_VERIFY(!old);
        wizard::WizardWindow *anew = windowNow();
        QVERIFY(anew && anew->isVisible());
        QCOMPARE(int(anew->currentPage()), int(PageId::Checks));
        parts = anew->furnish();
        QVERIFY(parts && !parts->signIn->need());
        QVERIFY(parts->signIn->settings().deviceCode);
        QCOMPARE(cloud.answers.count("PUT"), 1);
        QCOMPARE(writesIn(cloud.box), before);
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
        Desk desk(forAzure());
        desk.open().openSettings();
        for (int turn = 0; turn < 6; ++turn) {
            wizard::WizardWindow *window = windowNow();
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
        Cloud cloud(*this);
        SignIns::Means means;
        means.settings = loadSignInSettings();
        means.cloud = *means.settings.profile();
        means.wall = std::make_shared<SystemClock>();
        means.keychain = memoryStore();
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
        QVERIFY(QFile::remove(signInSettingsFile()));
    }

private:
    //! A sandbox that stands for a cloud of one's own, and the system's browser.
    struct Cloud {
        explicit Cloud(TestWindowStepup &test) : box(optionsOf(test.writesAskForMore()))
        {
            if (!box.start().ok())
                qFatal("no sandbox");
            answers.of(box);
            SignInSettings settings;
            settings.cloud = t("custom");
            settings.customArm = settings.customAuthority = box.arm();
            settings.clientId = t("ca05e3a1-0000-4000-8000-000000000009");
            if (!saveSignInSettings(settings).ok())
                qFatal("no settings");
            QDesktopServices::setUrlHandler(t("http"), &test, "browse");
        }
        ~Cloud()
        {
            QDesktopServices::unsetUrlHandler(t("http"));
            box.stop();
        }
        static sandbox::Sandbox::Options optionsOf(const QString &world)
        {
            sandbox::Sandbox::Options options;
            auto read = sandbox::readWorld(world);
            if (!read)
                qFatal("no world");
            options.world = *std::move(read);
            options.postgres = sandbox::Sandbox::Postgres::Off;
            return options;
        }
        sandbox::Sandbox box;
        Answers answers;
    };

public Q_SLOTS:
    void browse(const QUrl &address)
    {
        const QString user = t("owner@contoso.example");
        m_tabs.push_back(sandbox::signInAs(address, user, sandbox::BrowserOptions(), Context()));
    }

private:
    static WindowOptions forAzure()
    {
        WindowOptions options;
        options.world.reset();
        return options;
    }
    static wizard::WizardWindow *windowNow()
    {
        for (QWidget *each : QApplication::topLevelWidgets()) {
            if (auto *window = qobject_cast<wizard::WizardWindow *>(each))
                return window;
        }
        return nullptr;
    }
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
    QString writesAskForMore() { return m_home.worldWith({{t("mfaMethods"), QJsonArray{t("PUT"), t("PATCH"), t("DELETE")}}}); }
    QString setup(const QByteArray &text)
    {
        const QString path = m_home.filePath(QStringLiteral("setup-%1.causeway.json").arg(++m_setups));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            qFatal("no setup");
        return path;
    }
    //! A resource group.
    QString oneWrite(const QString &subscription)
    {
        return setup(R"({"causeway": 1, "name": "mine", "cloud": "AzurePublic", "subscription": ")" + subscription.toUtf8() + R"(", "resourceGroup": {"name": "rg-step-up", "location": "westeurope", "create": true}})");
    }
    //! And a factory in it.
    QString twoWrites()
    {
        return setup(R"({"causeway": 1, "name": "mine", "cloud": "AzurePublic", "subscription": "Contoso Production", "resourceGroup": {"name": "rg-step-up", "location": "westeurope", "create": true},
            "integration": {"name": "adf-step-up", "create": true, "location": "westeurope", "runtime": {"name": "VnetRuntime"}}})");
    }

    SignInHome m_home;
    int m_setups = 0;
    std::vector<QCoro::Task<Result<sandbox::BrowserEnd>>> m_tabs;
};

QTEST_MAIN(TestWindowStepup)
#include "tst_window_stepup.moc"
