// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/msalcache.h"
#include "tests/support/tokens.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QtTest>

using namespace causeway;
using namespace causeway::test;
using namespace std::chrono_literals;

static const QString arm = QStringLiteral("https://management.azure.com/.default");
static const QString database = QStringLiteral("https://ossrdbms-aad.database.windows.net/.default");

static QJsonObject sectionOf(const MsalCache &cache, const char *name)
{
    return QJsonDocument::fromJson(cache.toJson()).object().value(QLatin1String(name)).toObject();
}

static MsalCache parsed(const QJsonObject &json)
{
    return MsalCache::fromJson(QJsonDocument(json).toJson()).valueOr(MsalCache());
}

class TestMsalCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTheUnifiedSchema();
    void findsByRealmAlways();
    void tokenLives_data();
    void tokenLives();
    void matchesScopes_data();
    void matchesScopes();
    void replacesRefreshTokensWhateverTheirKey();
    void takesWhatMsalNodeAdded();
    void keepsOneAccessTokenPerResource();
    void keepsWhatItDoesNotKnow();
    void refusesDamage_data();
    void refusesDamage();
    void survivesOddEntries();
    void namesAccounts();
    void knowsGeneralAuthoritiesByTheirTenant();
    void removesEverythingOfOne();
    void writesEachCloudsName_data();
    void writesEachCloudsName();

private:
    const CloudProfile m_cloud = clouds().first();
    const TimePoint m_now{1'800'000'000s};
};

void TestMsalCache::writesTheUnifiedSchema()
{
    MsalCache cache;
    TokenAnswer answer = tokenAnswer(m_now);
    answer.scope = QStringLiteral("profile https://management.azure.com/user_impersonation openid https://management.azure.com/.default");
    answer.access.refreshOn = m_now + 30min;
    QCOMPARE(cache.add(answer, m_cloud, kClient, kHomeTenant, m_now), kHomeId);

    const QString target = QStringLiteral("https://management.azure.com/.default https://management.azure.com/user_impersonation openid profile"); // sorted
    const QString key = QStringLiteral("%1-login.windows.net-accesstoken-%2-%3-%4").arg(kHomeId, kClient, kHomeTenant, target);
    const QJsonObject access = sectionOf(cache, "AccessToken").value(key).toObject();
    const QJsonObject expected{{QStringLiteral("credential_type"), QStringLiteral("AccessToken")}, {QStringLiteral("secret"), QStringLiteral("AT-1")},
                               {QStringLiteral("home_account_id"), kHomeId}, {QStringLiteral("environment"), QStringLiteral("login.windows.net")},
                               {QStringLiteral("client_id"), kClient}, {QStringLiteral("realm"), kHomeTenant}, {QStringLiteral("target"), target},
                               {QStringLiteral("token_type"), QStringLiteral("Bearer")}, {QStringLiteral("cached_at"), QStringLiteral("1800000000")},
                               {QStringLiteral("expires_on"), QStringLiteral("1800003600")}, {QStringLiteral("extended_expires_on"), QStringLiteral("1800003600")},
                               {QStringLiteral("refresh_on"), QStringLiteral("1800001800")}};
    QCOMPARE(access, expected);

    const QJsonObject refresh = sectionOf(cache, "RefreshToken").value(QStringLiteral("%1-login.windows.net-refreshtoken-%2--").arg(kHomeId, kClient)).toObject();
    QCOMPARE(refresh.value(QLatin1String("secret")).toString(), QStringLiteral("RT-1"));
    QVERIFY(!refresh.contains(QLatin1String("realm")));
    const QJsonObject identity = sectionOf(cache, "IdToken").value(QStringLiteral("%1-login.windows.net-idtoken-%2-%3-").arg(kHomeId, kClient, kHomeTenant)).toObject();
    QCOMPARE(identity.value(QLatin1String("realm")).toString(), kHomeTenant);
    const QJsonObject account = sectionOf(cache, "Account").value(QStringLiteral("%1-login.windows.net-%2").arg(kHomeId, kHomeTenant)).toObject();
    QCOMPARE(account.value(QLatin1String("authority_type")).toString(), QStringLiteral("MSSTS"));
    QCOMPARE(account.value(QLatin1String("local_account_id")).toString(), kUser);
    QCOMPARE(account.value(QLatin1String("username")).toString(), QStringLiteral("ada@contoso.example"));
    QVERIFY(sectionOf(cache, "AppMetadata").contains(QStringLiteral("appmetadata-login.windows.net-%1").arg(kClient)));
    for (const char *section : {"AccessToken", "RefreshToken", "IdToken", "Account", "AppMetadata"}) {
        for (const QJsonValue &entry : sectionOf(cache, section)) {
            for (const QJsonValue &value : entry.toObject())
                QVERIFY2(value.isString(), section); // times, too
        }
    }
}

void TestMsalCache::findsByRealmAlways()
{
    MsalCache cache;
    cache.add(tokenAnswer(m_now), m_cloud, kClient, kHomeTenant, m_now);
    QVERIFY(cache.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, arm, m_now));
    QVERIFY(!cache.accessToken(kHomeId, m_cloud, kClient, kGuestTenant, arm, m_now));
    TokenAnswer guest = tokenAnswer(m_now, kGuestTenant);
    guest.access.token = Secret("AT-GUEST");
    QCOMPARE(cache.add(guest, m_cloud, kClient, kGuestTenant, m_now), kHomeId);
    QCOMPARE(cache.accessToken(kHomeId, m_cloud, kClient, kGuestTenant, arm, m_now)->token.reveal(), QByteArray("AT-GUEST"));
    QCOMPARE(cache.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, arm, m_now)->token.reveal(), QByteArray("AT-1"));
    QVERIFY(!cache.accessToken(kHomeId, m_cloud, QStringLiteral("another-client"), kHomeTenant, arm, m_now));
    QVERIFY(!cache.accessToken(QStringLiteral("u.t"), m_cloud, kClient, kHomeTenant, arm, m_now));
    QVERIFY(!cache.accessToken(kHomeId, clouds().at(1), kClient, kHomeTenant, arm, m_now));
    QVERIFY(cache.refreshToken(kHomeId, clouds().at(1), kClient).isEmpty());
}

void TestMsalCache::tokenLives_data()
{
    QTest::addColumn<int>("later"); // seconds after it was stored; it lives for an hour
    QTest::addColumn<bool>("there");
    QTest::addColumn<bool>("thereToItsEnd");
    QTest::newRow("fresh") << 0 << true << true;
    QTest::newRow("more than five minutes left") << 3299 << true << true;
    QTest::newRow("five minutes left") << 3300 << false << true;
    QTest::newRow("a second left") << 3599 << false << true;
    QTest::newRow("over") << 3600 << false << false;
    QTest::newRow("stored in the future") << -1 << false << false;
}

void TestMsalCache::tokenLives()
{
    QFETCH(int, later);
    MsalCache cache;
    cache.add(tokenAnswer(m_now), m_cloud, kClient, kHomeTenant, m_now);
    const TimePoint then = m_now + std::chrono::seconds(later);
    QTEST(cache.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, arm, then).has_value(), "there");
    QTEST(cache.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, arm, then, 0ms).has_value(), "thereToItsEnd");
}

void TestMsalCache::matchesScopes_data()
{
    QTest::addColumn<QString>("granted");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char *name, const char *granted, const char *asked, bool fits) { QTest::newRow(name) << QString::fromLatin1(granted) << QString::fromLatin1(asked) << fits; };
    row("the same", "https://r/.default", "https://r/.default", true);
    row("another order and case", "openid HTTPS://R/a https://r/b", "https://r/b https://r/A", true);
    row("one is missing", "https://r/a", "https://r/a https://r/b", false);
    row(".default is whatever was granted there", "https://r/user_impersonation", "https://r/.default", true);
    row(".default of another resource", "https://r.example/user_impersonation", "https://r/.default", false);
    row("as the Azure CLI words it", "https://r//user_impersonation", "https://r//.default", true);
    row("two slashes are another audience", "https://r/user_impersonation", "https://r//.default", false);
    row("one scope is not all", "https://r/a", "https://r/user_impersonation", false);
    row("OpenID's do not count", "https://r/a", "https://r/a openid offline_access profile", true);
}

void TestMsalCache::matchesScopes()
{
    QFETCH(QString, granted);
    QFETCH(QString, asked);
    MsalCache cache;
    TokenAnswer answer = tokenAnswer(m_now);
    answer.scope = granted;
    cache.add(answer, m_cloud, kClient, kHomeTenant, m_now);
    QTEST(cache.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, asked, m_now).has_value(), "fits");
    cache.dropAccessTokens(kHomeId, kHomeTenant, asked);
    QCOMPARE(sectionOf(cache, "AccessToken").isEmpty(), cache.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, granted, m_now) == std::nullopt);
    QTEST(sectionOf(cache, "AccessToken").isEmpty(), "fits");
}

void TestMsalCache::replacesRefreshTokensWhateverTheirKey()
{
    const QJsonObject theirs{{QStringLiteral("credential_type"), QStringLiteral("RefreshToken")}, {QStringLiteral("secret"), QStringLiteral("RT-OLD")},
                             {QStringLiteral("home_account_id"), kHomeId}, {QStringLiteral("environment"), QStringLiteral("login.microsoftonline.com")},
                             {QStringLiteral("client_id"), kClient}, {QStringLiteral("theirs"), QStringLiteral("kept")}};
    MsalCache cache = parsed({{QStringLiteral("RefreshToken"), QJsonObject{{QStringLiteral("a-key-of-theirs---"), theirs}}}});
    QCOMPARE(cache.refreshToken(kHomeId, m_cloud, kClient).reveal(), QByteArray("RT-OLD"));
    cache.add(tokenAnswer(m_now), m_cloud, kClient, kHomeTenant, m_now);
    QCOMPARE(cache.refreshToken(kHomeId, m_cloud, kClient).reveal(), QByteArray("RT-1"));
    QVERIFY(!cache.toJson().contains("RT-OLD"));
    QCOMPARE(sectionOf(cache, "RefreshToken").size(), 1);
    QCOMPARE(sectionOf(cache, "RefreshToken").begin().value().toObject().value(QLatin1String("theirs")).toString(), QStringLiteral("kept"));
    // An answer without one leaves what there is.
    TokenAnswer without = tokenAnswer(m_now);
    without.refreshToken = {};
    cache.add(without, m_cloud, kClient, kHomeTenant, m_now);
    QCOMPARE(cache.refreshToken(kHomeId, m_cloud, kClient).reveal(), QByteArray("RT-1"));
    cache.dropRefreshToken(kHomeId, kClient);
    QVERIFY(cache.refreshToken(kHomeId, m_cloud, kClient).isEmpty());
    QCOMPARE(cache.accounts(m_cloud, kClient).size(), 1); // it is still known who was here
}

void TestMsalCache::takesWhatMsalNodeAdded()
{
    MsalCache ours;
    ours.add(tokenAnswer(m_now), m_cloud, kClient, kHomeTenant, m_now);
    QVERIFY(ours.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, arm, m_now - 500ms)); // it rounds up
    QVERIFY(!ours.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, arm, m_now - 501ms));
    // A refresh token under its own key, without a time, and ours still there.
    QJsonObject json = QJsonDocument::fromJson(ours.toJson()).object(), tokens = sectionOf(ours, "RefreshToken");
    const QString key = tokens.keys().first();
    QJsonObject theirs = tokens.value(key).toObject();
    theirs.remove(QStringLiteral("last_modification_time"));
    theirs.insert(QStringLiteral("secret"), QStringLiteral("RT-NODE"));
    for (const QString &dashes : {QStringLiteral("-"), QStringLiteral("!")}) { // sorted after ours, and before it
        QJsonObject both = tokens;
        both.insert(dashes == QLatin1String("-") ? key + dashes : dashes + key, theirs);
        json.insert(QStringLiteral("RefreshToken"), both);
        MsalCache cache = parsed(json);
        QCOMPARE(cache.refreshToken(kHomeId, m_cloud, kClient).reveal(), QByteArray("RT-NODE"));
        cache.add(tokenAnswer(m_now), m_cloud, kClient, kHomeTenant, m_now);
        QCOMPARE(cache.refreshToken(kHomeId, m_cloud, kClient).reveal(), QByteArray("RT-1"));
        QCOMPARE(sectionOf(cache, "RefreshToken").size(), 1);
    }
}

void TestMsalCache::keepsOneAccessTokenPerResource()
{
    MsalCache cache;
    TokenAnswer answer = tokenAnswer(m_now);
    answer.access.refreshOn = m_now + 1min;
    cache.add(answer, m_cloud, kClient, kHomeTenant, m_now);
    TokenAnswer more = tokenAnswer(m_now + 1min);
    more.access.token = Secret("AT-2");
    more.scope = QStringLiteral("https://management.azure.com/.default https://management.azure.com/user_impersonation");
    cache.add(more, m_cloud, kClient, kHomeTenant, m_now + 1min);
    TokenAnswer other = tokenAnswer(m_now);
    other.scope = database;
    cache.add(other, m_cloud, kClient, kHomeTenant, m_now);
    QCOMPARE(sectionOf(cache, "AccessToken").size(), 2);
    const auto token = cache.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, arm, m_now + 2min);
    QCOMPARE(token->token.reveal(), QByteArray("AT-2"));
    QVERIFY(!token->refreshOn); // the older one's
    QVERIFY(cache.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, database, m_now + 2min));
}

void TestMsalCache::keepsWhatItDoesNotKnow()
{
    const QJsonObject account{{QStringLiteral("home_account_id"), kHomeId}, {QStringLiteral("environment"), QStringLiteral("login.windows.net")}, {QStringLiteral("realm"), kHomeTenant},
                              {QStringLiteral("username"), QStringLiteral("old@contoso.example")}, {QStringLiteral("account_source"), QStringLiteral("device_code")}};
    const QJsonObject future{{QStringLiteral("x"), QJsonArray{1, QStringLiteral("two")}}};
    MsalCache cache = parsed({{QStringLiteral("Account"), QJsonObject{{QStringLiteral("odd key"), account}}}, {QStringLiteral("Future"), future}, {QStringLiteral("version"), 3}});
    cache.add(tokenAnswer(m_now), m_cloud, kClient, kHomeTenant, m_now);
    const QJsonObject json = QJsonDocument::fromJson(cache.toJson()).object();
    QCOMPARE(json.value(QLatin1String("Future")).toObject(), future);
    QCOMPARE(json.value(QLatin1String("version")).toInt(), 3);
    const QJsonObject merged = sectionOf(cache, "Account").begin().value().toObject();
    QCOMPARE(merged.value(QLatin1String("account_source")).toString(), QStringLiteral("device_code"));
    QCOMPARE(merged.value(QLatin1String("username")).toString(), QStringLiteral("ada@contoso.example"));
}

void TestMsalCache::refusesDamage_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("no JSON") << QByteArray("\x01\x02");
    QTest::newRow("cut short") << QByteArray(R"({"AccessToken":{"k":{"secret":"x")");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("a section that is a list") << QByteArray(R"({"RefreshToken":[1]})");
    QTest::newRow("a section that is text") << QByteArray(R"({"Account":"x"})");
    QTest::newRow("deep") << QByteArray(100'000, '[');
}

void TestMsalCache::refusesDamage()
{
    QFETCH(QByteArray, json);
    const auto cache = MsalCache::fromJson(json);
    QVERIFY(!cache);
    QCOMPARE(cache.error().kind, ErrorKind::Protocol);
    QCOMPARE(cache.error().code, QStringLiteral("CacheDamaged"));
    QVERIFY(MsalCache::fromJson({}));
}

void TestMsalCache::survivesOddEntries()
{
    const QByteArray odd = R"({"AccessToken":{"a":null,"b":7,"c":[],"d":{},"e":{"home_account_id":5,"expires_on":"99999999999999999999999999"},
        "f":{"home_account_id":"%1","environment":"login.windows.net","client_id":"%2","realm":"%3","target":"https://management.azure.com/.default","secret":"AT-NUMBERS",
             "cached_at":1799999000,"expires_on":253402300800000,"refresh_on":-5}},
        "RefreshToken":{"x":{"secret":[]}},"Account":{"y":{"environment":"login.windows.net"},"z":false}})";
    auto cache = MsalCache::fromJson(QString::fromUtf8(odd).arg(kHomeId, kClient, kHomeTenant).toUtf8());
    QVERIFY(cache);
    QVERIFY(cache->accounts(m_cloud).isEmpty());
    const auto token = cache->accessToken(kHomeId, m_cloud, kClient, kHomeTenant, arm, m_now);
    QVERIFY(token); // times as numbers
    QVERIFY(token->expires > m_now);
    cache->add(tokenAnswer(m_now), m_cloud, kClient, kHomeTenant, m_now);
    cache->remove(kHomeId);
    QCOMPARE(sectionOf(*cache, "AccessToken").keys(), QStringList({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("d"), QStringLiteral("e")}));
}

void TestMsalCache::namesAccounts()
{
    MsalCache cache;
    TokenAnswer guest = tokenAnswer(m_now, kGuestTenant);
    guest.idClaims.insert(QStringLiteral("preferred_username"), QStringLiteral("ada_contoso#EXT#@fabrikam.example"));
    cache.add(guest, m_cloud, kClient, kGuestTenant, m_now);
    cache.add(tokenAnswer(m_now), m_cloud, kClient, kHomeTenant, m_now);
    const QList<StoredAccount> accounts = cache.accounts(m_cloud, kClient);
    QCOMPARE(accounts.size(), 1);
    QCOMPARE(accounts.first().username, QStringLiteral("ada@contoso.example")); // her name at home
    QCOMPARE(accounts.first().homeTenant, kHomeTenant);
    QCOMPARE(accounts.first().realms, QStringList({kHomeTenant, kGuestTenant}));
    QVERIFY(cache.accounts(m_cloud, QStringLiteral("another-client")).isEmpty());
    QVERIFY(cache.accounts(clouds().at(2)).isEmpty());
    // A service without client_info does not name a home tenant: it is the first, also when there are others.
    MsalCache plain;
    for (const QString &tenant : {kGuestTenant, kHomeTenant}) {
        TokenAnswer answer = tokenAnswer(m_now, tenant);
        answer.clientInfo.clear();
        QCOMPARE(plain.add(answer, m_cloud, kClient, tenant, m_now), QStringLiteral("subject"));
    }
    QCOMPARE(plain.accounts(m_cloud).first().homeTenant, kHomeTenant);
    // No user name is "", which other libraries insist on.
    TokenAnswer nameless = tokenAnswer(m_now);
    nameless.idClaims.remove(QStringLiteral("preferred_username"));
    MsalCache other;
    other.add(nameless, m_cloud, kClient, kHomeTenant, m_now);
    QCOMPARE(sectionOf(other, "Account").begin().value().toObject().value(QLatin1String("username")), QJsonValue(QString()));
}

void TestMsalCache::knowsGeneralAuthoritiesByTheirTenant()
{
    for (const QString &asked : {QStringLiteral("organizations"), QStringLiteral("common"), QStringLiteral("contoso.example")}) {
        MsalCache cache;
        cache.add(tokenAnswer(m_now), m_cloud, kClient, asked, m_now);
        QVERIFY2(cache.accessToken(kHomeId, m_cloud, kClient, kHomeTenant, arm, m_now), qPrintable(asked));
    }
    // Services without client_info know people by subject; a refresh keeps the account that it was for.
    TokenAnswer plain = tokenAnswer(m_now);
    plain.clientInfo.clear();
    MsalCache cache;
    QCOMPARE(cache.add(plain, m_cloud, kClient, kHomeTenant, m_now), QStringLiteral("subject"));
    QCOMPARE(cache.add(plain, m_cloud, kClient, kHomeTenant, m_now, kHomeId), kHomeId);
}

void TestMsalCache::removesEverythingOfOne()
{
    MsalCache cache;
    cache.add(tokenAnswer(m_now), m_cloud, kClient, kHomeTenant, m_now);
    TokenAnswer bob = tokenAnswer(m_now);
    bob.clientInfo = clientInfo(QStringLiteral("b0b00000-0000-4000-8000-000000000001"), kHomeTenant);
    bob.refreshToken = Secret("RT-BOB");
    const QString other = cache.add(bob, m_cloud, kClient, kHomeTenant, m_now);
    QVERIFY(other != kHomeId);
    cache.remove(kHomeId);
    QVERIFY(!cache.toJson().contains(kHomeId.toUtf8()));
    QVERIFY(!cache.toJson().contains("RT-1"));
    QCOMPARE(cache.refreshToken(other, m_cloud, kClient).reveal(), QByteArray("RT-BOB"));
}

void TestMsalCache::writesEachCloudsName_data()
{
    QTest::addColumn<CloudProfile>("cloud");
    QTest::addColumn<QString>("environment");
    QTest::newRow("public") << clouds().at(0) << QStringLiteral("login.windows.net");
    QTest::newRow("US government") << clouds().at(1) << QStringLiteral("login.microsoftonline.us");
    QTest::newRow("China") << clouds().at(2) << QStringLiteral("login.partner.microsoftonline.cn");
    QTest::newRow("a loopback authority") << cloudAt(QStringLiteral("sandbox"), QStringLiteral("http://127.0.0.1:1"), QStringLiteral("http://127.0.0.1:4321")) << QStringLiteral("127.0.0.1:4321");
}

void TestMsalCache::writesEachCloudsName()
{
    QFETCH(CloudProfile, cloud);
    MsalCache cache;
    cache.add(tokenAnswer(m_now), cloud, kClient, kHomeTenant, m_now);
    QTEST(sectionOf(cache, "RefreshToken").begin().value().toObject().value(QLatin1String("environment")).toString(), "environment");
    QVERIFY(cache.accessToken(kHomeId, cloud, kClient, kHomeTenant, arm, m_now));
}

QTEST_GUILESS_MAIN(TestMsalCache)
#include "tst_msalcache.moc"
