// SPDX-License-Identifier: Apache-2.0
// The window for Azure, on a sandbox that stands where Azure stands: the device code, a proxy that wants to know who one is, and an
// account with hundreds of subscriptions.
#include "tests/support/handclock.h"
#include "tests/support/proxyserver.h"
#include "tests/support/servedcloud.h"
#include "wizard/account/tenantrows.h"

#include <QAbstractItemView>
#include <QCheckBox>
#include <QClipboard>
#include <QCompleter>
#include <QGuiApplication>
#include <QJsonArray>
#include <QPushButton>
#include <ctime>

using namespace causeway;
using namespace test;
using namespace std::chrono_literals;
using wizard::PageId;
using Phase = wizard::SignInAttempt::Phase;

namespace {

//! A window that waits for a code to be typed, on a clock that stands.
struct Waiting {
    explicit Waiting(ServedCloud &cloud)
    {
        WindowOptions options = cloud.options();
        options.clock = clock;
        seen = std::make_unique<Seen>(options);
        press(*seen->window, "setUp");
        press(*seen->window, "signInCode");
    }
    [[nodiscard]] bool hasCode() const { return seen->signIn().attempt().phase == Phase::Code; }
    [[nodiscard]] QString code() const { return seen->window->findChild<QLabel *>(t("deviceCode"))->text(); }
    [[nodiscard]] QString page() const { return seen->signIn().attempt().code.verificationUri; }
    [[nodiscard]] QString words() const { return Seen::words(seen->named("signInDevice")); }
    //! The next question whether somebody has typed it.
    bool polled() const
    {
        clock->advance(5s);
        return !hasCode();
    }

    std::shared_ptr<HandClock> clock = std::make_shared<HandClock>();
    std::unique_ptr<Seen> seen;
};

//! A keychain that thinks until it is told to go on.
class SlowKeychain final : public SecretStore
{
public:
    explicit SlowKeychain(std::shared_ptr<SecretStore> store) : m_store(std::move(store)) {}
    void goOn() { m_gate.fire(true); }
    [[nodiscard]] int asked() const { return m_asked; }

    QCoro::Task<Result<Secret>> read(QString name, Context context) override
    {
        ++m_asked;
        const std::shared_ptr<SecretStore> store = m_store;
        OneShot<bool> gate = m_gate;
        co_await gate.wait();
        Result<Secret> found = co_await store->read(name, context);
        co_return found;
    }
    QCoro::Task<Result<>> write(QString name, Secret secret, Context context) override { return m_store->write(name, secret, context); }
    QCoro::Task<Result<>> remove(QString name, Context context) override { return m_store->remove(name, context); }

private:
    std::shared_ptr<SecretStore> m_store;
    OneShot<bool> m_gate;
    int m_asked = 0;
};

//! What this thread has worked so far: another program's load does not count.
std::chrono::milliseconds worked()
{
    timespec now = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::milliseconds(now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
}

} // namespace

class TestWindowAzure : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_home.enter(); }

    // --- device code ----------------------------------------------------------------------------------------------------

    void aCodeIsOfferedWhereItWasChosen()
    {
        ServedCloud cloud(contosoWorld);
        cloud.settings.deviceCode = false;
        cloud.store();
        const Seen without(cloud.options());
        press(*without.window, "setUp");
        QVERIFY(without.shows("signInBrowser") && !without.shows("signInCode"));
        cloud.settings.deviceCode = true;
        cloud.store();
        const Seen with(cloud.options());
        press(*with.window, "setUp");
        QVERIFY(with.shows("signInCode"));
    }

    void aCodeIsTypedElsewhere()
    {
        ServedCloud cloud(contosoWorld);
        Waiting waiting(cloud);
        QTRY_VERIFY_WITH_TIMEOUT(waiting.hasCode(), kPatience);
        QVERIFY2(QRegularExpression(t("^[A-Z0-9-]{8,}$")).match(waiting.code()).hasMatch(), qPrintable(waiting.code()));
        const QString words = waiting.words();
        QVERIFY2(words.contains(cloud.box->arm() + t("/common/oauth2/deviceauth")), qPrintable(words));
        QVERIFY2(words.contains(t("Whoever sends you a code wants to use your account.")), qPrintable(words)); // phishing
        QVERIFY2(words.contains(t("15:00")), qPrintable(words));
        QVERIFY(waiting.seen->page().readiness().busy);
        QVERIFY(!waiting.seen->named("signInBrowser")->isEnabled());
        shoot(*waiting.seen->window, t("50-device-code"));
        press(*waiting.seen->window, "copyDeviceCode");
        QCOMPARE(QGuiApplication::clipboard()->text(), waiting.code());
        waiting.clock->advance(75s); // asked in vain meanwhile
        QTRY_VERIFY2_WITH_TIMEOUT(waiting.words().contains(t("13:45")), qPrintable(waiting.words()), kPatience);
        QVERIFY(waiting.hasCode());

        const QString first = waiting.code();
        press(*waiting.seen->window, "newDeviceCode");
        QTRY_VERIFY_WITH_TIMEOUT(waiting.hasCode() && waiting.code() != first, kPatience);
        QVERIFY2(waiting.words().contains(t("15:00")), qPrintable(waiting.words()));

        QVERIFY(cloud.typeCode(waiting.code(), waiting.page()));
        QTRY_VERIFY(waiting.polled());
        QTRY_COMPARE_WITH_TIMEOUT(waiting.seen->session().account().user, t("owner@contoso.example"), kPatience);
        QVERIFY(!waiting.seen->shows("signInDevice") && !waiting.seen->shows("signInTrouble"));
        QTRY_VERIFY_WITH_TIMEOUT(waiting.seen->session().subscriptions().isReady(), kPatience);
        QVERIFY2(Seen::words(&waiting.seen->page()).contains(t("You stay signed in on this computer")), qPrintable(Seen::words(&waiting.seen->page())));
        shoot(*waiting.seen->window, t("51-signed-in-for-azure"));

        const Seen again(cloud.options()); // the next start needs nobody
        press(*again.window, "setUp");
        QTRY_COMPARE_WITH_TIMEOUT(again.session().account().user, t("owner@contoso.example"), kPatience);
    }

    void aCodeIsDeclined()
    {
        ServedCloud cloud(contosoWorld);
        Waiting waiting(cloud);
        QTRY_VERIFY_WITH_TIMEOUT(waiting.hasCode(), kPatience);
        const QString first = waiting.code();
        QVERIFY(cloud.typeCode(first, waiting.page(), true));
        QTRY_VERIFY(waiting.polled());
        QTRY_VERIFY_WITH_TIMEOUT(waiting.seen->shows("signInTrouble"), kPatience);
        const QString words = Seen::words(waiting.seen->named("signInTrouble"));
        QVERIFY2(words.contains(t("declined on the other device")), qPrintable(words));
        QVERIFY2(!words.contains(t("causewayctl")), qPrintable(words));
        QVERIFY(!waiting.seen->shows("signInDevice"));
        QCOMPARE(reason(*waiting.seen->window), t("Sign in first."));
        shoot(*waiting.seen->window, t("52-device-declined"));
        press(*waiting.seen->window, "signInRetry"); // in the same way
        QTRY_VERIFY_WITH_TIMEOUT(waiting.hasCode() && waiting.code() != first, kPatience);
        press(*waiting.seen->window, "deviceCancel");
        QVERIFY(!waiting.hasCode() && !waiting.seen->shows("signInDevice") && !waiting.seen->shows("signInTrouble"));
        QVERIFY(waiting.seen->named("signInCode")->isEnabled());
    }

    void aCodeEnds()
    {
        ServedCloud cloud(contosoWorld);
        Waiting waiting(cloud);
        QTRY_VERIFY_WITH_TIMEOUT(waiting.hasCode(), kPatience);
        QTRY_VERIFY((waiting.clock->advance(1min), !waiting.hasCode()));
        QTRY_VERIFY_WITH_TIMEOUT(waiting.seen->shows("signInTrouble"), kPatience);
        const QString words = Seen::words(waiting.seen->named("signInTrouble"));
        QVERIFY2(words.contains(t("The code has expired before anybody signed in with it.")) && words.contains(t("Ask for a new code.")), qPrintable(words));
        QVERIFY(waiting.seen->session().account().user.isEmpty());
        shoot(*waiting.seen->window, t("53-device-ended"));
        press(*waiting.seen->window, "signInRetry");
        QTRY_VERIFY_WITH_TIMEOUT(waiting.hasCode(), kPatience);
        QVERIFY(cloud.typeCode(waiting.code(), waiting.page()));
        QTRY_VERIFY(waiting.polled());
        QTRY_COMPARE_WITH_TIMEOUT(waiting.seen->session().account().user, t("owner@contoso.example"), kPatience);
    }

    void aWindowIsClosedWhileACodeWaits()
    {
        ServedCloud cloud(contosoWorld);
        Waiting waiting(cloud);
        QTRY_VERIFY_WITH_TIMEOUT(waiting.hasCode(), kPatience);
        waiting.seen.reset();
        waiting.clock->advance(1h);
        turnLoop();
    }

    // A file of sessions that its key does not open: said before anybody wonders who signed them out, and replaced by the next sign-in.
    void damagedSessionsAreSaid()
    {
        ServedCloud cloud(contosoWorld);
        const QString damaged = t("The stored sign-in was damaged and could not be read.");
        {
            const Seen seen(cloud.options());
            press(*seen.window, "setUp");
            press(*seen.window, "signInBrowser");
            QTRY_COMPARE_WITH_TIMEOUT(seen.session().account().user, t("owner@contoso.example"), kPatience);
            QTRY_VERIFY_WITH_TIMEOUT(!Seen::words(&seen.page()).contains(damaged), kPatience);
        }
        cloud.keychain = memoryStore(); // another key
        const Seen seen(cloud.options());
        press(*seen.window, "setUp");
        QTRY_VERIFY2_WITH_TIMEOUT(Seen::words(&seen.page()).contains(damaged), qPrintable(Seen::words(&seen.page())), kPatience);
        QVERIFY(seen.session().account().user.isEmpty());
        press(*seen.window, "signInBrowser");
        QTRY_COMPARE_WITH_TIMEOUT(seen.session().account().user, t("owner@contoso.example"), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(Seen::words(&seen.page()).contains(t("You stay signed in on this computer")), kPatience);
    }

    // --- a proxy that asks ----------------------------------------------------------------------------------------------

    void aProxysPassword_data()
    {
        QTest::addColumn<bool>("kept");
        QTest::newRow("in the keychain") << true;
        QTest::newRow("nowhere") << false;
    }
    void aProxysPassword()
    {
        QFETCH(bool, kept);
        QTcpServer behind; // hangs up: what counts is whom the proxy lets through
        QVERIFY(behind.listen(QHostAddress::LocalHost));
        QObject::connect(&behind, &QTcpServer::newConnection, &behind, [&behind] { behind.nextPendingConnection()->disconnectFromHost(); });
        ProxyServer proxy(behind.serverPort(), QByteArray("contoso:geheim"));
        const auto keychain = std::make_shared<SlowKeychain>(storeWith(kept ? "geheim" : nullptr));
        storeProxy(proxy.port());
        WindowOptions options;
        options.world.reset();
        options.keychain = keychain;
        const Seen seen(options);
        press(*seen.window, "setUp"); // the window does not wait for the keychain
        QTRY_COMPARE_WITH_TIMEOUT(keychain->asked(), 1, kPatience);
        QCOMPARE(proxy.asked(), 0); // and nothing is asked before it has answered
        keychain->goOn();
        QTRY_VERIFY_WITH_TIMEOUT(keychain->asked() > 1, kPatience); // now the sessions
        press(*seen.window, "signInCode");
        QTRY_VERIFY_WITH_TIMEOUT(seen.shows("signInTrouble"), kPatience);
        QCOMPARE(proxy.lastTarget(), QByteArray("login.microsoftonline.com:443"));
        QCOMPARE(proxy.opened() > 0, kept);
        const QString words = Seen::words(seen.named("signInTrouble"));
        QVERIFY2(words.contains(t("The proxy wants a user name and a password")) != kept, qPrintable(words));
        QVERIFY2(words.contains(t("Sign-in and network › User of the proxy")) != kept && !words.contains(t("causewayctl")), qPrintable(words));
        QCOMPARE(seen.shows("signInSettings"), !kept);
        if (!kept)
            shoot(*seen.window, t("54-proxy-asks"));
        QVERIFY(QFile::remove(signInSettingsFile()));
    }

    void aWindowIsClosedWhileTheKeychainThinks()
    {
        const auto keychain = std::make_shared<SlowKeychain>(storeWith("geheim"));
        storeProxy(9);
        WindowOptions options;
        options.world.reset();
        options.keychain = keychain;
        {
            const Seen seen(options);
            QTRY_COMPARE_WITH_TIMEOUT(keychain->asked(), 1, kPatience);
        }
        keychain->goOn();
        turnLoop();
        QCOMPARE(keychain->asked(), 1);
        QVERIFY(QFile::remove(signInSettingsFile()));
    }

    // --- many subscriptions ---------------------------------------------------------------------------------------------

    void hundredsOfSubscriptions()
    {
        ServedCloud cloud(crowdedWorld());
        std::chrono::milliseconds longest(0);
        std::chrono::milliseconds before = worked();
        QTimer ticks; // between two of them the window could not have answered
        QObject::connect(&ticks, &QTimer::timeout, &ticks, [&] {
            const std::chrono::milliseconds now = worked();
            longest = std::max(longest, now - before);
            before = now;
        });
        Seen seen(cloud.options());
        press(*seen.window, "setUp");
        before = worked();
        ticks.start(0);
        press(*seen.window, "signInBrowser");
        QTRY_COMPARE_WITH_TIMEOUT(seen.session().account().user, t("owner@contoso.example"), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(seen.session().subscriptions().isReady(), kPatience);
        QCOMPARE(seen.session().subscriptions().items().size(), 4 + kTenants * kEach);
        QCOMPARE(seen.session().tenants().items().size(), 1 + kTenants);
        QTRY_VERIFY_WITH_TIMEOUT(seen.session().groups().isReady(), kPatience);
        ticks.stop();
        QVERIFY2(longest < 1000ms, qPrintable(QStringLiteral("the window stood still for %1 ms").arg(longest.count())));

        auto *picker = child<ui::Picker>(*seen.window, "subscription");
        QCOMPARE(picker->count(), 4 + kTenants * kEach);
        // By a part of the name; the list tells those of one name apart.
        search(*picker, t("payroll 4-17"));
        QCOMPARE(picker->completer()->completionCount(), 1);
        QTest::keyClick(picker->lineEdit(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(seen.session().subscription(), idOf(4, 17), kPatience);
        QCOMPARE(picker->currentText(), t("Payroll 4-17"));
        QTRY_COMPARE_WITH_TIMEOUT(seen.session().tenantName(), t("Subsidiary 4"), kPatience);
        // By its id, or a part of it.
        search(*picker, idOf(2, 33));
        QCOMPARE(picker->completer()->completionCount(), 1);
        QTest::keyClick(picker->lineEdit(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(seen.session().subscription(), idOf(2, 33), kPatience);
        search(*picker, t("Subsidiary 3"));
        QCOMPARE(picker->completer()->completionCount(), kEach);
        shoot(*seen.window, t("55-many-subscriptions"));
        QTest::keyClick(picker->lineEdit(), Qt::Key_Escape);
        // What finds none, or several, changes nothing.
        for (const char *typed : {"no such thing", "Payroll"}) {
            search(*picker, t(typed));
            picker->completer()->popup()->hide();
            child<QLineEdit>(*seen.window, "name")->setFocus();
            QCOMPARE(seen.session().subscription(), idOf(2, 33));
            QTRY_COMPARE_WITH_TIMEOUT(picker->currentText(), t("Payroll 2-33"), kPatience);
        }

        // The ones that were used come first, the newest before.
        QTRY_VERIFY_WITH_TIMEOUT(seen.session().groups().isReady() || seen.session().groups().state() == CatalogueBase::State::Failed, kPatience);
        const Seen again(cloud.options());
        press(*again.window, "setUp");
        QTRY_VERIFY_WITH_TIMEOUT(again.session().subscriptions().isReady(), kPatience);
        auto *after = child<ui::Picker>(*again.window, "subscription");
        QTRY_COMPARE_WITH_TIMEOUT(after->count(), 4 + kTenants * kEach, kPatience);
        QCOMPARE(after->itemText(0), t("Payroll 2-33"));
        QCOMPARE(after->itemText(1), t("Payroll 4-17"));
        QCOMPARE(again.session().subscription(), idOf(2, 33));
    }

    void twinsAreToldApart()
    {
        ServedCloud cloud(crowdedWorld(t("Payroll")));
        Seen seen(cloud.options());
        press(*seen.window, "setUp");
        press(*seen.window, "signInBrowser");
        QTRY_VERIFY_WITH_TIMEOUT(seen.session().subscriptions().isReady(), kPatience);
        choose(*seen.window, "subscription", idOf(3, 5));
        QCOMPARE(seen.session().subscription(), idOf(3, 5));
        auto *picker = child<ui::Picker>(*seen.window, "subscription");
        picker->lineEdit()->setFocus();
        QTest::keyClick(picker->lineEdit(), Qt::Key_Return); // the same name is another's as well
        QCOMPARE(seen.session().subscription(), idOf(3, 5));
        search(*picker, idOf(1, 7));
        QTest::keyClick(picker->lineEdit(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(seen.session().subscription(), idOf(1, 7), kPatience);
    }

    // Whoever was used last is there again, here and on the command line; whoever signs out is not.
    void theAccountUsedLastComesBack()
    {
        ServedCloud cloud(contosoWorld, t("owner@contoso.example"));
        const auto current = [](const Seen &seen) { return seen.signIn().current() ? seen.signIn().current()->user : QString(); };
        {
            Seen seen(cloud.options());
            press(*seen.window, "setUp");
            for (const char *user : {"owner@contoso.example", "dba@contoso.example"}) {
                cloud.user = t(user);
                seen.signIn().start(wizard::SignInMethod::Browser);
                QTRY_COMPARE_WITH_TIMEOUT(current(seen), t(user), kPatience);
            }
        }
        {
            Seen seen(cloud.options());
            press(*seen.window, "setUp");
            QTRY_COMPARE_WITH_TIMEOUT(current(seen), t("dba@contoso.example"), kPatience);
            const QList<AccountChoice> all = seen.signIn().accounts();
            const auto other = std::find_if(all.begin(), all.end(), [](const AccountChoice &each) { return each.user == t("owner@contoso.example"); });
            QVERIFY(other != all.end());
            seen.signIn().use(*other);
        }
        {
            Seen seen(cloud.options());
            press(*seen.window, "setUp");
            QTRY_COMPARE_WITH_TIMEOUT(current(seen), t("owner@contoso.example"), kPatience);
            seen.signIn().signOut(*seen.signIn().current());
            QTRY_VERIFY_WITH_TIMEOUT(current(seen).isEmpty(), kPatience);
        }
        Seen seen(cloud.options());
        press(*seen.window, "setUp");
        QTRY_COMPARE_WITH_TIMEOUT(current(seen), t("dba@contoso.example"), kPatience); // the only one left
    }

private:
    static constexpr int kTenants = 5;
    static constexpr int kEach = 60;

    static QString idOf(int tenant, int number) { return QStringLiteral("50b5c000-0000-4000-8%1-%2").arg(tenant, 3, 10, QLatin1Char('0')).arg(number, 12, 10, QLatin1Char('0')); }

    static void search(ui::Picker &picker, const QString &text)
    {
        picker.lineEdit()->setFocus();
        picker.lineEdit()->selectAll();
        QTest::keyClicks(picker.lineEdit(), text);
    }

    static std::shared_ptr<SecretStore> storeWith(const char *proxyPassword)
    {
        std::shared_ptr<SecretStore> store = memoryStore();
        if (proxyPassword && !await(store->write(proxyPasswordName(), Secret(proxyPassword), Context())))
            qFatal("not kept");
        return store;
    }

    static void storeProxy(quint16 port)
    {
        SignInSettings settings; // of the public cloud: a name that only the proxy knows
        settings.clientId = t("ca05e3a1-0000-4000-8000-000000000009");
        settings.deviceCode = true;
        settings.proxy = SignInSettings::Proxy::Manual;
        settings.proxyHost = t("127.0.0.1");
        settings.proxyPort = port;
        settings.proxyUser = t("contoso");
        QVERIFY(saveSignInSettings(settings).ok());
    }

    //! Contoso has five subsidiaries with sixty subscriptions each, and its owner is a guest in all of them.
    QString crowdedWorld(const QString &sameName = {})
    {
        QFile file(contosoWorld);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("no world");
        QJsonObject world = QJsonDocument::fromJson(file.readAll()).object();
        QJsonArray tenants = world[t("tenants")].toArray(), users = world[t("users")].toArray(), subscriptions = world[t("subscriptions")].toArray();
        for (int tenant = 1; tenant <= kTenants; ++tenant) {
            const QString domain = QStringLiteral("subsidiary%1.example").arg(tenant);
            tenants.append(QJsonObject{{t("id"), QStringLiteral("7e4a4700-0000-4000-8000-%1").arg(tenant, 12, 10, QLatin1Char('0'))}, {t("displayName"), QStringLiteral("Subsidiary %1").arg(tenant)},
                                       {t("defaultDomain"), domain}, {t("countryCode"), t("NL")}});
            QJsonArray roles;
            for (int number = 1; number <= kEach; ++number) {
                const QString name = sameName.isEmpty() ? QStringLiteral("Payroll %1-%2").arg(tenant).arg(number) : sameName;
                subscriptions.append(QJsonObject{{t("id"), idOf(tenant, number)}, {t("displayName"), name}, {t("tenant"), domain}});
                roles.append(QJsonObject{{t("role"), t("Reader")}, {t("scope"), QStringLiteral("/subscriptions/") + idOf(tenant, number)}});
            }
            users.append(QJsonObject{{t("objectId"), QStringLiteral("90e57000-0000-4000-8000-%1").arg(tenant, 12, 10, QLatin1Char('0'))}, {t("userPrincipalName"), QStringLiteral("owner_contoso.example#EXT#@") + domain},
                                     {t("displayName"), t("Olga Owner")}, {t("tenant"), domain}, {t("home"), t("owner@contoso.example")}, {t("roles"), roles}});
        }
        world[t("tenants")] = tenants;
        world[t("users")] = users;
        world[t("subscriptions")] = subscriptions;
        const QString path = m_home.filePath(QStringLiteral("crowded-%1.json").arg(++m_worlds));
        QFile changed(path);
        if (!changed.open(QIODevice::WriteOnly))
            qFatal("no world written");
        changed.write(QJsonDocument(world).toJson());
        return path;
    }

    SignInHome m_home;
    int m_worlds = 0;
};

QTEST_MAIN(TestWindowAzure)
#include "tst_window_azure.moc"
