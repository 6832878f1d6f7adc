// SPDX-License-Identifier: Apache-2.0
// Signing in, as somebody at the window meets it: on the sandbox through its own authority, with a browser that needs no screen; and
// in a window for Azure that has not been set up yet.
#include "tests/support/signinwindow.h"
#include "wizard/account/signincard.h"
#include "wizard/account/tenantrows.h"
#include "wizard/settings/checkspage.h"

#include <QCheckBox>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QPushButton>
#include <QSignalSpy>
#include <QTcpServer>

using namespace causeway;
using namespace test;
using wizard::PageId;
using Phase = wizard::SignInAttempt::Phase;

class TestWindowSignin : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_home.enter(); }

    void theFirstUserIsSignedInAtTheStart()
    {
        Seen seen(t("fresh"));
        press(*seen.window, "setUp");
        QTRY_COMPARE(seen.session().account().user, t("owner@sandbox.example"));
        QTRY_VERIFY(seen.page().readiness().reason != wizard::Readiness().reason || seen.session().groups().isReady());
        QTRY_VERIFY(seen.session().subscriptions().isReady());
        QVERIFY(seen.signIn().current() && !seen.signIn().current()->id.isEmpty()); // with tokens, not only by name
        QCOMPARE(child<ui::Picker>(*seen.window, "user")->value(), t("owner@sandbox.example"));
        QTRY_COMPARE(seen.session().subscriptionName(), t("Sandbox"));
        QVERIFY(!seen.shows("stepUp"));
        QVERIFY(!seen.shows("signInTrouble"));
        QVERIFY(!seen.shows("signInWaiting"));
        shoot(*seen.window, t("30-signed-in"));
    }

    // The page says that somebody is signing in, and Next waits for it.
    void theOtherUserComesByASignIn()
    {
        Seen seen(contosoWorld);
        press(*seen.window, "setUp");
        QTRY_VERIFY(seen.session().servers().isReady() || seen.session().groups().isReady());
        QSignalSpy attempts(&seen.signIn(), &wizard::SignInController::attemptChanged);
        choose(*seen.window, "user", t("dba@contoso.example"));
        QVERIFY(seen.signIn().isBusy());
        QVERIFY(seen.page().readiness().busy);
        QCOMPARE(reason(*seen.window), t("Signing in …"));
        QVERIFY(!seen.named("signInBrowser")->isEnabled());
        QSignalSpy others(&seen.session(), &AzureSession::accountChanged);
        bool cleared = false; // told to the pages before anything of the new user's can be there
        QObject::connect(&seen.session(), &AzureSession::accountChanged, &others, [&] { cleared = seen.session().groups().items().isEmpty() && seen.session().servers().items().isEmpty(); });
        QTRY_COMPARE(seen.session().account().user, t("dba@contoso.example"));
        QVERIFY(attempts.size() >= 2);
        QCOMPARE(others.size(), 1);
        QVERIFY(cleared);
        QTRY_COMPARE(seen.signIn().book().accounts().size(), 2);
        // Back without a browser: that session is still there.
        attempts.clear();
        choose(*seen.window, "user", t("owner@contoso.example"));
        QCOMPARE(seen.session().account().user, t("owner@contoso.example"));
        QCOMPARE(attempts.size(), 0);
        QTRY_VERIFY(seen.session().subscriptions().isReady());
    }

    void aCancelledSignInLeavesWhatWas()
    {
        Seen seen(contosoWorld);
        press(*seen.window, "setUp");
        QTRY_COMPARE(seen.session().account().user, t("owner@contoso.example"));
        choose(*seen.window, "user", t("dba@contoso.example"));
        seen.signIn().cancel();
        QVERIFY(!seen.signIn().isBusy());
        QCOMPARE(child<ui::Picker>(*seen.window, "user")->value(), t("owner@contoso.example"));
        QVERIFY(!seen.shows("signInTrouble"));
        QTRY_VERIFY(seen.session().subscriptions().isReady());
        QCOMPARE(seen.session().account().user, t("owner@contoso.example")); // the browser's answer came too late
    }

    void failuresOnTheCard_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<QString>("title");
        QTest::addColumn<bool>("again");
        QTest::newRow("policy") << 53003 << t("The organisation blocks this sign-in") << false;
        QTest::newRow("disabled") << 50057 << t("The account could not sign in") << true;
        QTest::newRow("not assigned") << 50105 << t("This account does not belong there") << true;
        QTest::newRow("administrator") << 90094 << t("Permission is needed first") << true;
        QTest::newRow("locked") << 50053 << t("The account could not sign in") << true;
    }
    void failuresOnTheCard()
    {
        QFETCH(int, number);
        QFETCH(QString, title);
        QFETCH(bool, again);
        Seen seen(m_home.worldWith({{t("signInRefuse"), QJsonObject{{t("dba@contoso.example"), number}}}}));
        press(*seen.window, "setUp");
        QTRY_VERIFY(seen.session().subscriptions().isReady());
        choose(*seen.window, "user", t("dba@contoso.example"));
        QTRY_VERIFY(seen.shows("signInTrouble"));
        const QString words = Seen::words(seen.named("signInTrouble"));
        QVERIFY2(words.contains(title), qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("AADSTS%1 · ").arg(number)), qPrintable(words)); // the line for support
        QVERIFY2(words.contains(t("correlation id ")) && words.contains(t("For a support request")), qPrintable(words));
        QCOMPARE(seen.shows("signInRetry"), again);
        QVERIFY(!seen.shows("signInSettings")); // a sandbox has none
        QCOMPARE(seen.session().account().user, t("owner@contoso.example")); // who was there stays
        QCOMPARE(child<ui::Picker>(*seen.window, "user")->value(), t("owner@contoso.example"));
        QVERIFY(seen.named("signInBrowser")->isEnabled());
        if (number == 90094)
            QVERIFY2(words.contains(t("/adminconsent?client_id=")), qPrintable(words));
        shoot(*seen.window, QStringLiteral("31-failure-%1").arg(number));
        if (again) { // for the same user, and refused again
            QSignalSpy attempts(&seen.signIn(), &wizard::SignInController::attemptChanged);
            press(*seen.window, "signInRetry");
            QCOMPARE(seen.signIn().attempt().user, t("dba@contoso.example"));
            QTRY_COMPARE(int(seen.signIn().attempt().phase), int(Phase::Failed));
        }
        choose(*seen.window, "user", t("netadmin@contoso.example")); // somebody else can
        QTRY_COMPARE(seen.session().account().user, t("netadmin@contoso.example"));
        QVERIFY(!seen.shows("signInTrouble"));
    }

    // Consent that the person gives in the browser is no failure.
    void consentIsGiven()
    {
        Seen seen(m_home.worldWith({{t("signInRefuse"), QJsonObject{{t("dba@contoso.example"), 65001}}}}));
        press(*seen.window, "setUp");
        QTRY_VERIFY(seen.session().subscriptions().isReady());
        choose(*seen.window, "user", t("dba@contoso.example"));
        QTRY_COMPARE(seen.session().account().user, t("dba@contoso.example"));
    }

    // A tenant that wants a second factor is a row of its own; its button brings the tenant's subscriptions.
    void aTenantThatNeedsMore()
    {
        Seen seen(m_home.worldWith({{t("signInMfaTenants"), QJsonArray{t("fabrikam.example")}}}), t("dba@contoso.example"));
        press(*seen.window, "setUp");
        QTRY_VERIFY(seen.session().subscriptions().isReady());
        const QString button = QStringLiteral("signInTo:b0f7ab08-bb4e-42d3-82fa-a6afa56ccfd6");
        QTRY_VERIFY(seen.shows(qPrintable(button)));
        QVERIFY2(Seen::words(seen.named("tenantRows")).contains(t("Fabrikam")), qPrintable(Seen::words(seen.named("tenantRows"))));
        QVERIFY(!seen.shows("stepUp")); // looking around asks nobody
        const auto before = seen.session().subscriptions().items().size();
        shoot(*seen.window, t("32-tenant-row"));
        press(*seen.window, qPrintable(button));
        QTRY_VERIFY(seen.session().subscriptions().isReady() && seen.session().subscriptions().items().size() > before);
        QTRY_VERIFY(!seen.shows("tenantRows"));
        QCOMPARE(seen.session().account().user, t("dba@contoso.example"));
        choose(*seen.window, "subscription", t("580eaf9a-a089-4ef2-862b-98a3646230f5"));
        QTRY_COMPARE(seen.session().tenantName(), t("Fabrikam"));
        QTRY_VERIFY(seen.session().groups().isReady() || seen.session().groups().state() == CatalogueBase::State::Failed);
        QVERIFY2(seen.session().groups().isReady(), qPrintable(describe(seen.session().groups().error()))); // with a token of that tenant
    }

    void signingOut()
    {
        Seen seen(contosoWorld);
        press(*seen.window, "setUp");
        QTRY_VERIFY(seen.session().groups().isReady());
        press(*seen.window, "signOut");
        QTRY_VERIFY(seen.session().account().user.isEmpty());
        QVERIFY(seen.session().groups().items().isEmpty());
        QVERIFY(seen.signIn().book().accounts().isEmpty());
        QCOMPARE(reason(*seen.window), t("Sign in first."));
        QCOMPARE(seen.window->findChild<QLabel *>(t("accountInUse"))->text(), t("Not signed in"));
        QVERIFY(!seen.shows("signOut"));
        QVERIFY(!seen.window->goNext());
        shoot(*seen.window, t("35-signed-out"));
        press(*seen.window, "signInBrowser"); // the page of a sandbox knows who is meant
        QTRY_COMPARE(seen.session().account().user, t("owner@contoso.example"));
        QTRY_VERIFY(seen.session().groups().isReady());
    }

    // --- for Azure ------------------------------------------------------------------------------------------------------

    void withoutAClientIdTheSettingsOpen()
    {
        Seen seen(std::nullopt);
        press(*seen.window, "setUp");
        QCOMPARE(int(seen.window->currentPage()), int(PageId::Account));
        QCOMPARE(reason(*seen.window), t("Sign in first."));
        QVERIFY(seen.shows("signInCli"));
        QVERIFY(!seen.shows("signInCode")); // off unless chosen
        QVERIFY(!seen.shows("signOut"));
        shoot(*seen.window, t("40-live-account"));
        press(*seen.window, "signInBrowser");
        QCOMPARE(int(seen.window->currentPage()), int(PageId::Settings));
        shoot(*seen.window, t("41-settings"));
        press(*seen.window, "showRecipe");
        QVERIFY(seen.shows("recipe"));
        QVERIFY(Seen::words(seen.named("recipe")).contains(t("az ad app create")));
        shoot(*seen.window, t("42-settings-recipe"));
    }

    void settingsAreRefusedAtTheirField_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("said");
        const QString junk = m_home.filePath(t("no-certificate.pem"));
        QFile file(junk);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("this is no certificate\n");
        QTest::newRow("client id") << QByteArray("clientId") << t("causeway") << t("32 hexadecimal digits");
        QTest::newRow("Microsoft's client id") << QByteArray("clientId") << t("04b07795-8ddb-461a-bbee-02f9e1bf7b46") << t("Azure CLI");
        QTest::newRow("tenant") << QByteArray("tenant") << t("my tenant!") << QString();
        QTest::newRow("no such file") << QByteArray("caFile") << m_home.filePath(t("nowhere.pem")) << QString();
        QTest::newRow("no certificate") << QByteArray("caFile") << junk << QString();
    }
    void settingsAreRefusedAtTheirField()
    {
        QFETCH(QByteArray, field);
        QFETCH(QString, text);
        QFETCH(QString, said);
        Seen seen(std::nullopt);
        seen.window->openSettings();
        auto *input = seen.named(field.constData());
        QVERIFY(input);
        auto *edit = qobject_cast<QLineEdit *>(input) ? static_cast<QLineEdit *>(input) : input->findChild<QLineEdit *>();
        edit->selectAll();
        QTest::keyClicks(edit, text);
        QVERIFY(!seen.page().readiness().ready);
        QString issue;
        for (const QLabel *label : seen.page().findChildren<QLabel *>()) {
            if (label->isVisible() && label->property("role") == t("issue"))
                issue += label->text();
        }
        QVERIFY2(!issue.isEmpty() && issue.contains(said), qPrintable(issue));
        QVERIFY(reason(*seen.window).contains(issue.left(40)) || !reason(*seen.window).isEmpty());
        QVERIFY(!seen.window->goNext());
        QCOMPARE(int(seen.window->currentPage()), int(PageId::Settings));
        QVERIFY(!QFile::exists(signInSettingsFile()));
        shoot(*seen.window, QStringLiteral("43-settings-") + QString::fromLatin1(field));
    }

    // Kept, and everything is made anew with it.
    void savedSettingsAreUsed()
    {
        Seen seen(std::nullopt);
        bool renewed = false;
        seen.parts->onRenewal([&renewed](const Secret &) { renewed = true; });
        seen.window->openSettings();
        type(*seen.window, "clientId", t("CA05E3A1-0000-4000-8000-000000000009"));
        seen.page().findChild<QCheckBox *>()->click(); // device code
        choose(*seen.window, "proxy", t("manual"));
        QVERIFY(seen.shows("proxyHost"));
        choose(*seen.window, "proxy", t("none"));
        QVERIFY(!seen.shows("proxyHost"));
        QVERIFY(seen.page().readiness().ready);
        press(*seen.window, "next");
        QTRY_VERIFY(renewed);
        QVERIFY(QFile::exists(signInSettingsFile()));
        const Seen anew(std::nullopt);
        QCOMPARE(anew.signIn().book().clientId().toLower(), t("ca05e3a1-0000-4000-8000-000000000009"));
        QVERIFY(anew.signIn().settings().deviceCode);
        QCOMPARE(int(anew.signIn().settings().proxy), int(SignInSettings::Proxy::None));
        press(*anew.window, "setUp");
        QVERIFY(anew.shows("signInCode"));
        QVERIFY(QFile::remove(signInSettingsFile()));
    }

    // With a client id: the link is there to be copied when no browser opens, and Cancel ends it.
    void waitingForTheBrowser()
    {
        SignInSettings settings;
        settings.clientId = t("ca05e3a1-0000-4000-8000-000000000009");
        settings.deviceCode = true;
        QVERIFY(saveSignInSettings(settings).ok());
        qputenv("PATH", "/nonexistent"); // no browser, and no Azure CLI
        Seen seen(std::nullopt);
        press(*seen.window, "setUp");
        press(*seen.window, "signInBrowser");
        QTRY_VERIFY(seen.shows("signInLink"));
        const QString link = seen.window->findChild<ui::CopyField *>(t("signInLink"))->text();
        QVERIFY2(link.startsWith(t("https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?")), qPrintable(link));
        QVERIFY(link.contains(t("code_challenge_method=S256")));
        QVERIFY(seen.page().readiness().busy);
        const QWidget *focus = seen.window->focusWidget(); // not somewhere down the page
        QCOMPARE(focus ? focus->objectName() : t("nothing"), t("signInCancel"));
        shoot(*seen.window, t("44-waiting"));
        press(*seen.window, "signInCancel");
        QVERIFY(!seen.shows("signInWaiting"));
        QVERIFY(!seen.shows("signInTrouble"));
        QVERIFY(!seen.signIn().isBusy());
        press(*seen.window, "signInCli");
        QTRY_VERIFY(seen.shows("signInTrouble"));
        const QString words = Seen::words(seen.named("signInTrouble"));
        QVERIFY2(words.contains(t("Azure CLI")), qPrintable(words));
        shoot(*seen.window, t("45-no-cli"));
        QVERIFY(QFile::remove(signInSettingsFile()));
    }

    void checksSayWhatToDo()
    {
        SignInSettings settings; // endpoints that answer nothing
        QTcpServer nobody;
        QVERIFY(nobody.listen(QHostAddress::LocalHost));
        const QString closed = QStringLiteral("http://127.0.0.1:%1").arg(nobody.serverPort());
        nobody.close();
        settings.cloud = t("custom");
        settings.customArm = closed;
        settings.customAuthority = closed;
        QVERIFY(saveSignInSettings(settings).ok());
        Seen seen(std::nullopt);
        seen.window->openSettings();
        seen.window->goTo(PageId::Checks);
        auto &checks = static_cast<wizard::ChecksPage &>(seen.page());
        shoot(*seen.window, t("46-checks-looking"));
        QTRY_VERIFY_WITH_TIMEOUT(!checks.isLooking(), 60000);
        const QString words = Seen::words(&checks);
        QVERIFY2(words.contains(t("Something stands in the way")), qPrintable(words));
        QVERIFY2(words.contains(t("No connection could be made")) || words.contains(t("bad")), qPrintable(words));
        QVERIFY(seen.named("checkAgain")->isEnabled());
        QVERIFY(QFile::remove(signInSettingsFile()));
        shoot(*seen.window, t("47-checks"));
        press(*seen.window, "checkAgain"); // and left while it looks
        QVERIFY(checks.isLooking());
    }

private:
    SignInHome m_home;
};

QTEST_MAIN(TestWindowSignin)
#include "tst_window_signin.moc"
