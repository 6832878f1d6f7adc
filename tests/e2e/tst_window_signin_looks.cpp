// SPDX-License-Identifier: Apache-2.0
// Every state of signing in, of the settings and of the checks, in every language and direction: nothing is cut, in 1280×800 and in
// the smallest window. Pictures as in tst_looks.
#include "tests/support/handclock.h"
#include "tests/support/looks.h"
#include "tests/support/servedcloud.h"
#include "wizard/settings/checkspage.h"

#include <QCompleter>
#include <QJsonArray>
#include <QAbstractItemView>
#include <QPushButton>

using namespace causeway;
using namespace test;
using namespace std::chrono_literals;
using wizard::PageId;
using Phase = wizard::SignInAttempt::Phase;

namespace {

Error refused(const char *code, const char *message, ErrorKind kind = ErrorKind::Unauthorized)
{
    Error error;
    error.kind = kind;
    error.code = QLatin1String(code);
    error.message = QLatin1String(message);
    if (kind == ErrorKind::Unauthorized) {
        error.correlationId = t("aaaa0000-bb11-2222-33cc-444444dddddd");
        error.requestId = t("0000aaaa-11bb-cccc-dd22-eeeeee333333");
        error.timestamp = t("2026-11-20 07:27:31Z");
    }
    return error;
}

} // namespace

class TestWindowSigninLooks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_home.enter(); }
    void cleanup() { m_looker.quiet(); }

    void account_data() { Looker::languages(); }
    void account()
    {
        QFETCH(QString, language);
        m_looker.speak(language);
        ServedCloud cloud(m_home.worldWith({{t("signInMfaTenants"), QJsonArray{t("fabrikam.example")}}}), t("dba@contoso.example"));
        const QString clientId = std::exchange(cloud.settings.clientId, QString());
        cloud.store();
        {
            Seen seen(cloud.options());
            press(*seen.window, "setUp");
            look(seen, "account-no-client-id");
        }
        cloud.settings.clientId = clientId;
        cloud.store();
        WindowOptions options = cloud.options();
        const auto clock = std::make_shared<HandClock>();
        options.clock = clock;
        const auto browser = options.openBrowser;
        bool opens = false;
        options.openBrowser = [&](const QUrl &address) { return opens && browser(address); };
        Seen seen(options);
        press(*seen.window, "setUp");
        press(*seen.window, "signInBrowser");
        QTRY_VERIFY_WITH_TIMEOUT(seen.shows("signInLink"), kPatience);
        look(seen, "account-no-browser");
        press(*seen.window, "signInCancel");
        press(*seen.window, "signInCode");
        QTRY_COMPARE_WITH_TIMEOUT(int(seen.signIn().attempt().phase), int(Phase::Code), kPatience);
        look(seen, "account-code");
        press(*seen.window, "deviceCancel");
        for (const Error &error : {refused("AADSTS90094", "AADSTS90094: The grant requires administrator permission for the scope that the application asks for."), refused("AADSTS53000", "AADSTS53000: Device is not compliant."),
                                   refused("AADSTS700016", "AADSTS700016: Application was not found in the directory."), refused("TlsUntrusted", "login.microsoftonline.com: issued by \"Contoso TLS Inspection CA\"", ErrorKind::Network)}) {
            seen.signIn().start(wizard::SignInMethod::Browser, {}, t("dba@contoso.example"));
            seen.signIn().browserEnded(error);
            QVERIFY(seen.shows("signInTrouble"));
            look(seen, "account-" + error.code.toLatin1());
        }
        opens = true;
        press(*seen.window, "signInBrowser");
        QTRY_COMPARE_WITH_TIMEOUT(seen.session().account().user, t("dba@contoso.example"), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(seen.shows("tenantRows"), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(seen.session().groups().isReady() && seen.session().locations().isReady(), kPatience);
        look(seen, "account-signed-in");
        auto *picker = child<ui::Picker>(*seen.window, "subscription");
        picker->lineEdit()->selectAll();
        QTest::keyClicks(picker->lineEdit(), t("contoso"));
        if (!qEnvironmentVariableIsEmpty("CAUSEWAY_SHOTS"))
            picker->completer()->popup()->grab().save(QStringLiteral("%1/%2-subscriptions-found.png").arg(qEnvironmentVariable("CAUSEWAY_SHOTS"), language));
        m_looker.verifyNothingCut();
    }

    void stepUp_data() { Looker::languages(); }
    void stepUp()
    {
        QFETCH(QString, language);
        m_looker.speak(language);
        ServedCloud cloud(contosoWorld);
        WindowOptions options = cloud.options();
        bool opens = true;
        const auto browser = options.openBrowser;
        options.openBrowser = [&](const QUrl &address) { return opens && browser(address); };
        Seen seen(options);
        press(*seen.window, "setUp");
        press(*seen.window, "signInBrowser");
        QTRY_VERIFY_WITH_TIMEOUT(seen.session().subscriptions().isReady(), kPatience);
        SignInNeed need;
        need.account = seen.signIn().book().accounts().first();
        need.tenant = need.account.homeTenant;
        need.why = refused("AADSTS50076", "AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication.");
        const auto waiting = seen.signIn().ask(need, Context());
        QVERIFY(seen.shows("stepUp"));
        look(seen, "step-up");
        opens = false;
        press(*seen.window, "stepUpGo");
        QTRY_VERIFY_WITH_TIMEOUT(seen.signIn().attempt().phase == Phase::Browser && !seen.signIn().attempt().address.isEmpty(), kPatience);
        look(seen, "step-up-no-browser");
        seen.signIn().browserEnded(refused("AADSTS53003", "AADSTS53003: Access has been blocked by Conditional Access policies."));
        look(seen, "step-up-failed");
        press(*seen.window, "stepUpStop");
        QVERIFY(!seen.shows("stepUp"));
        m_looker.verifyNothingCut();
    }

    void settings_data() { Looker::languages(); }
    void settings()
    {
        QFETCH(QString, language);
        m_looker.speak(language);
        Seen seen(std::nullopt);
        seen.window->openSettings();
        look(seen, "settings");
        press(*seen.window, "showRecipe");
        look(seen, "settings-recipe");
        press(*seen.window, "showRecipe");
        choose(*seen.window, "cloud", t("custom"));
        choose(*seen.window, "proxy", t("manual"));
        type(*seen.window, "clientId", t("04b07795-8ddb-461a-bbee-02f9e1bf7b46"));
        look(seen, "settings-wrong");
        m_looker.verifyNothingCut();
    }

    void checks_data() { Looker::languages(); }
    void checks()
    {
        QFETCH(QString, language);
        m_looker.speak(language);
        ServedCloud cloud(contosoWorld);
        Seen seen(cloud.options());
        seen.window->openSettings();
        seen.window->goTo(PageId::Checks);
        auto &checks = static_cast<wizard::ChecksPage &>(seen.page());
        QTRY_VERIFY_WITH_TIMEOUT(!checks.isLooking(), kPatience);
        look(seen, "checks");
        cloud.settings.clientId.clear();
        cloud.settings.customArm = cloud.settings.customAuthority = t("http://127.0.0.1:9");
        cloud.store();
        Seen bad(cloud.options());
        bad.window->openSettings();
        bad.window->goTo(PageId::Checks);
        QTRY_VERIFY_WITH_TIMEOUT(!static_cast<wizard::ChecksPage &>(bad.page()).isLooking(), kPatience);
        look(bad, "checks-bad");
        m_looker.verifyNothingCut();
    }

private:
    //! Also in the smallest window that holds every page (wizardwindow.cpp).
    void look(const Seen &seen, const QByteArray &name)
    {
        m_looker.look(*seen.window, QString::fromLatin1(name));
        seen.window->resize(860, 640);
        m_looker.look(*seen.window, QString::fromLatin1("small-" + name));
        seen.window->resize(1280, 800);
    }

    SignInHome m_home;
    Looker m_looker;
};

QTEST_MAIN(TestWindowSigninLooks)
#include "tst_window_signin_looks.moc"
