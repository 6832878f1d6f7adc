// SPDX-License-Identifier: Apache-2.0
// Other settings make the window and all behind it anew: what somebody has in hand stays, and nothing of what was is left behind.
#include "main/desk.h"
#include "tests/support/proxyserver.h"
#include "tests/support/servedcloud.h"
#include "ui/banner.h"
#include "ui/secretedit.h"
#include "wizard/setupmodel.h"

#include <QApplication>
#include <QPointer>
#include <QSpinBox>
#include <QTranslator>

using namespace causeway;
using namespace test;
using wizard::PageId;

namespace {

//! A keychain that is not there.
class NoKeychain final : public SecretStore
{
public:
    QCoro::Task<Result<Secret>> read(QString, Context) override { co_return absent(); }
    QCoro::Task<Result<>> write(QString, Secret, Context) override { co_return absent(); }
    QCoro::Task<Result<>> remove(QString, Context) override { co_return absent(); }

private:
    static Error absent() { return Error::internal(QStringLiteral("KeychainAbsent"), QStringLiteral("No keychain.")); }
};

//! A language of its own.
class OneWord final : public QTranslator
{
public:
    [[nodiscard]] QString translate(const char *, const char *source, const char *, int) const override { return qstrcmp(source, "Checks") == 0 ? t("Prüfungen") : QString(); }
    [[nodiscard]] bool isEmpty() const override { return false; }
};

//! The window that is there now.
struct AtDesk {
    explicit AtDesk(const WindowOptions &options) : desk(options)
    {
        wizard::WizardWindow &window = desk.open();
        window.resize(1280, 800);
        window.show();
        window.furnish();
    }
    [[nodiscard]] wizard::WizardWindow &window() const { return *desk.window(); }
    [[nodiscard]] const wizard::Parts &parts() const { return *window().furnish(); }
    [[nodiscard]] bool shows(const char *name) const
    {
        const auto all = window().findChildren<QWidget *>(QLatin1String(name));
        return std::any_of(all.begin(), all.end(), [](const QWidget *each) { return each->isVisible(); });
    }
    //! Another local port, saved; until the window is another one.
    void saveOther(int port)
    {
        window().openSettings();
        auto *box = child<QSpinBox>(window(), "redirectPort");
        QVERIFY(box);
        box->setValue(port);
        const QPointer<wizard::WizardWindow> before(desk.window());
        press(window(), "next");
        QTRY_VERIFY_WITH_TIMEOUT(!before && desk.window(), kPatience);
        QCOMPARE(int(window().currentPage()), int(PageId::Checks));
    }
    Desk desk;
};

int openFiles()
{
    return int(QDir(t("/proc/self/fd")).entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System).size());
}

} // namespace

class TestDesk : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_home.enter(); }

    void whatIsInHandStays()
    {
        ServedCloud cloud(contosoWorld);
        AtDesk at(cloud.options());
        QFile file(m_home.filePath(t("mine.causeway.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"causeway": 1, "name": "mine", "subscription": "Contoso Production", "resourceGroup": {"name": "rg-mine", "location": "westeurope", "create": true}})");
        file.close();
        QVERIFY2(at.window().openSetup(file.fileName()), qPrintable(at.window().findChild<ui::Banner *>(t("message"))->text()));
        at.window().goTo(PageId::Account);
        press(at.window(), "signInBrowser");
        QTRY_COMPARE_WITH_TIMEOUT(at.parts().session.account().user, t("owner@contoso.example"), kPatience);
        type(at.window(), "name", t("changed"));
        at.parts().setup.setSecret(t("server.administrator.password"), Secret("typed"));
        QVERIFY(at.parts().setup.isModified());
        at.window().setGeometry(40, 30, 1100, 700);
        OneWord language;
        QVERIFY(QApplication::installTranslator(&language));
        QApplication::setLayoutDirection(Qt::RightToLeft);
        at.saveOther(45123);
        QCOMPARE(at.parts().signIn->settings().redirectPort, quint16(45123));
        QCOMPARE(at.window().page(PageId::Checks)->title(), t("Prüfungen"));
        QCOMPARE(at.window().layoutDirection(), Qt::RightToLeft);
        QApplication::setLayoutDirection(Qt::LeftToRight);
        QApplication::removeTranslator(&language);
        QCOMPARE(at.window().size(), QSize(1100, 700));
        QVERIFY(at.window().isVisible());
        const wizard::SetupModel &setup = at.parts().setup;
        QCOMPARE(setup.spec().name, t("changed"));
        QCOMPARE(setup.path(), file.fileName());
        QVERIFY(setup.isModified());
        QCOMPARE(setup.secret(t("server.administrator.password")).reveal(), QByteArray("typed"));
        press(at.window(), "next"); // to the account
        QCOMPARE(int(at.window().currentPage()), int(PageId::Account));
        QCOMPARE(child<QLineEdit>(at.window(), "name")->text(), t("changed"));
        QTRY_COMPARE_WITH_TIMEOUT(at.parts().session.account().user, t("owner@contoso.example"), kPatience); // from the keychain
        QTRY_VERIFY_WITH_TIMEOUT(at.parts().session.subscriptions().isReady(), kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(at.parts().session.subscriptionName(), t("Contoso Production"), kPatience);
    }

    // Another cloud: nobody is signed in there, and its host is asked.
    void anotherCloudIsAsked()
    {
        ServedCloud cloud(contosoWorld);
        AtDesk at(cloud.options());
        press(at.window(), "setUp");
        press(at.window(), "signInBrowser");
        QTRY_COMPARE_WITH_TIMEOUT(at.parts().session.account().user, t("owner@contoso.example"), kPatience);
        const ServedCloud other(defaultWorld);
        cloud.store(); // of the first
        at.window().openSettings();
        type(at.window(), "customArm", other.box->arm());
        type(at.window(), "customAuthority", QString());
        auto *authority = child<QLineEdit>(at.window(), "customAuthority");
        authority->selectAll();
        QTest::keyClick(authority, Qt::Key_Delete);
        const QPointer<wizard::WizardWindow> before(at.desk.window());
        press(at.window(), "next");
        QTRY_VERIFY_WITH_TIMEOUT(!before && at.desk.window(), kPatience);
        QCOMPARE(at.parts().signIn->cloud().armOrigin, other.box->arm());
        QCOMPARE(at.parts().signIn->settings().customAuthority, other.box->arm()); // as it says itself
        press(at.window(), "next");
        QCOMPARE(reason(at.window()), t("Sign in first."));
    }

    // Each time something is under way: subscriptions that never come, probes of the checks, a browser that is waited for.
    void twentyTimesInARow()
    {
        ServedCloud cloud(contosoWorld);
        AtDesk at(cloud.options());
        press(at.window(), "setUp");
        press(at.window(), "signInBrowser");
        QTRY_VERIFY_WITH_TIMEOUT(at.parts().session.subscriptions().isReady(), kPatience);
        sandbox::Fault stall;
        stall.kind = sandbox::FaultKind::Stall;
        stall.path = "/subscriptions?";
        stall.count = -1;
        cloud.box->addFault(stall);
        QList<QPointer<QObject>> gone;
        int files = 0;
        qsizetype widgets = 0;
        for (int turn = 0; turn < 20; ++turn) {
            gone << &at.window() << &at.parts().session << at.parts().signIn << &at.parts().run;
            at.saveOther(45000 + turn);
            if (QTest::currentTestFailed())
                return;
            if (turn % 2 == 0) {
                press(at.window(), "next");
                QTRY_COMPARE_WITH_TIMEOUT(int(at.parts().session.subscriptions().state()), int(CatalogueBase::State::Loading), kPatience);
            }
            if (turn % 4 == 2) {
                press(at.window(), "signInBrowser");
                QVERIFY(at.parts().signIn->isBusy());
            }
            for (const QPointer<QObject> &each : gone)
                QVERIFY(!each);
            if (turn == 4) { // all that is made once has been made
                files = openFiles();
                widgets = QApplication::allWidgets().size();
            }
        }
        QCOMPARE(QApplication::topLevelWidgets().count(&at.window()), 1);
        QTRY_VERIFY2_WITH_TIMEOUT(openFiles() <= files + 12, qPrintable(QStringLiteral("%1 open files, before %2").arg(openFiles()).arg(files)), kPatience); // its service closes them, too
        QVERIFY2(QApplication::allWidgets().size() <= widgets + 200, qPrintable(QStringLiteral("%1 widgets, before %2").arg(QApplication::allWidgets().size()).arg(widgets)));
    }

    // A second save while the first is under way is none.
    void savedTwice()
    {
        ServedCloud cloud(contosoWorld);
        AtDesk at(cloud.options());
        at.window().openSettings();
        child<QSpinBox>(at.window(), "redirectPort")->setValue(45200);
        const QPointer<wizard::WizardWindow> before(at.desk.window());
        at.window().goNext();
        at.window().goNext();
        QTRY_VERIFY_WITH_TIMEOUT(!before && at.desk.window(), kPatience);
        const QPointer<wizard::WizardWindow> anew(at.desk.window());
        turnLoop();
        QVERIFY(anew);
    }

    // What no keychain takes is used all the same, until the window closes.
    void aProxysPasswordThatNobodyKeeps()
    {
        ServedCloud cloud(contosoWorld);
        ProxyServer proxy(9, QByteArray("contoso:geheim"));
        cloud.settings = SignInSettings(); // the public cloud: a name that only the proxy knows
        cloud.settings.clientId = t("ca05e3a1-0000-4000-8000-000000000009");
        cloud.settings.deviceCode = true;
        cloud.store();
        cloud.keychain = std::make_shared<NoKeychain>();
        AtDesk at(cloud.options());
        at.window().openSettings();
        choose(at.window(), "proxy", t("manual"));
        type(at.window(), "proxyHost", t("127.0.0.1"));
        child<QSpinBox>(at.window(), "proxyPort")->setValue(proxy.port());
        type(at.window(), "proxyUser", t("contoso"));
        auto *password = child<ui::SecretEdit>(at.window(), "proxyPassword");
        QTest::keyClicks(password->findChild<QLineEdit *>(), t("geheim"));
        const QPointer<wizard::WizardWindow> before(at.desk.window());
        press(at.window(), "next");
        QTRY_VERIFY_WITH_TIMEOUT(!before && at.desk.window(), kPatience);
        const QString said = at.window().findChild<ui::Banner *>(t("message"))->text();
        QVERIFY2(said.contains(t("The keychain did not take the proxy's password.")), qPrintable(said));
        QTRY_VERIFY_WITH_TIMEOUT(proxy.opened() > 0, kPatience); // by the checks
        QCOMPARE(proxy.lastTarget().right(4), QByteArray(":443"));
        at.saveOther(45300); // and stays
        const int opened = proxy.opened();
        QTRY_VERIFY_WITH_TIMEOUT(proxy.opened() > opened, kPatience);
    }

private:
    SignInHome m_home;
};

QTEST_MAIN(TestDesk)
#include "tst_desk.moc"
