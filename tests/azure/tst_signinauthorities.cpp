// SPDX-License-Identifier: Apache-2.0
// Tenants, issuers and metadata: whom we believe to be the sign-in service (sign-in facts §2).
#include "tests/azure/tokenbodies.h"

#include <QtTest>

using namespace causeway;
using namespace causeway::test;

class TestSignInAuthorities : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tenants_data();
    void tenants();
    void issuers_data();
    void issuers();
    void metadata_data();
    void metadata();
    void whoseHost();
};

void TestSignInAuthorities::tenants_data()
{
    QTest::addColumn<QString>("tenant");
    QTest::addColumn<QString>("becomes"); // empty: refused
    const auto row = [](const char *tenant, const char *becomes) { QTest::newRow(tenant) << QString::fromUtf8(tenant) << QString::fromLatin1(becomes); };
    row("", "organizations");
    row("Organizations", "organizations");
    row("common", "common");
    row("525CE356-C43C-4EED-860E-112F387E6AF6", "525ce356-c43c-4eed-860e-112f387e6af6");
    row("Contoso.onmicrosoft.com", "contoso.onmicrosoft.com");
    row("consumers", "");
    row("../evil", "");
    row("a/b", "");
    row("contoso.com?x", "");
    row("-a.com", "");
    row("contoso", "");
    row("contoso.com\n", "contoso.com");
    row("cöntoso.com", "");
}

void TestSignInAuthorities::tenants()
{
    QFETCH(QString, tenant);
    QFETCH(QString, becomes);
    const auto made = Authority::make(publicCloud(), tenant);
    QCOMPARE(made.ok(), !becomes.isEmpty());
    if (made) {
        QCOMPARE(made->tenant, becomes);
        QCOMPARE(made->url("token"), QStringLiteral("https://login.microsoftonline.com/%1/oauth2/v2.0/token").arg(becomes));
        QCOMPARE(made->isGeneral(), becomes == QStringLiteral("common") || becomes == QStringLiteral("organizations"));
    } else {
        QCOMPARE(made.error().code, QStringLiteral("TenantNotUnderstood"));
    }
    QVERIFY(!Authority::make(cloudAt(QStringLiteral("x"), QStringLiteral("https://a"), QStringLiteral("http://login.example"))).ok());
}

void TestSignInAuthorities::issuers_data()
{
    QTest::addColumn<QString>("authority");
    QTest::addColumn<QString>("issuer");
    QTest::addColumn<QString>("tokenTenant");
    QTest::addColumn<bool>("accepted");
    const QString id = tenantId;
    const QString general = QStringLiteral("organizations");
    const auto row = [](const char *name, const QString &authority, const QString &issuer, const QString &tokenTenant, bool accepted) {
        QTest::newRow(name) << authority << issuer << tokenTenant << accepted;
    };
    row("own", id, QStringLiteral("https://login.microsoftonline.com/%1/v2.0").arg(id), id, true);
    row("alias", id, QStringLiteral("https://sts.windows.net/%1/").arg(id), id, true);
    row("general", general, QStringLiteral("https://login.microsoftonline.com/%1/v2.0").arg(id), id, true);
    row("template", general, QStringLiteral("https://login.microsoftonline.com/{tenantid}/v2.0"), id, true);
    row("template without tenant", general, QStringLiteral("https://login.microsoftonline.com/{tenantid}/v2.0"), QString(), false);
    row("no tid", id, QStringLiteral("https://login.microsoftonline.com/%1/v2.0").arg(id), QString(), false);
    row("http", id, QStringLiteral("http://login.microsoftonline.com/%1/v2.0").arg(id), id, false);
    row("port", id, QStringLiteral("https://login.microsoftonline.com:8443/%1/v2.0").arg(id), id, false);
    row("user", id, QStringLiteral("https://login.microsoftonline.com@evil.example/%1/v2.0").arg(id), id, false);
    row("suffix", id, QStringLiteral("https://login.microsoftonline.com.evil.example/%1/v2.0").arg(id), id, false);
    row("backslash", id, QStringLiteral("https://evil.example\\@login.microsoftonline.com/%1/v2.0").arg(id), id, false);
    row("word in the place of the tenant", id, QStringLiteral("https://login.microsoftonline.com/common/v2.0"), id, false);
    row("empty", id, QString(), id, false);
}

void TestSignInAuthorities::issuers()
{
    QFETCH(QString, authority);
    QFETCH(QString, issuer);
    QFETCH(QString, tokenTenant);
    QTEST(Authority::make(publicCloud(), authority)->acceptsIssuer(issuer, tokenTenant, publicCloud()), "accepted");
    const CloudProfile own = cloudAt(QStringLiteral("custom"), QStringLiteral("https://arm.local"), QStringLiteral("http://127.0.0.1:81"));
    QVERIFY(Authority::make(own)->acceptsIssuer(QStringLiteral("http://127.0.0.1:81"), QString(), own));
    QVERIFY(!Authority::make(own)->acceptsIssuer(QStringLiteral("http://127.0.0.1:82"), QString(), own));
    QVERIFY(!Authority::make(own)->acceptsIssuer(QStringLiteral("https://sts.windows.net/%1/").arg(tenantId), tenantId, own));
}

void TestSignInAuthorities::metadata_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code"); // empty: good
    const QByteArray good = R"({"issuer":"https://login.microsoftonline.com/525ce356-c43c-4eed-860e-112f387e6af6/v2.0","authorization_endpoint":"https://login.microsoftonline.com/x/oauth2/v2.0/authorize","token_endpoint":"https://login.microsoftonline.com/x/oauth2/v2.0/token"})";
    const auto with = [&good](const char *from, const char *to) { return QByteArray(good).replace(from, to); };
    QTest::newRow("good") << 200 << good << QString();
    QTest::newRow("no such directory") << 400 << QByteArray(R"({"error":"invalid_tenant"})") << QStringLiteral("TenantUnknown");
    QTest::newRow("404") << 404 << QByteArray() << QStringLiteral("TenantUnknown");
    QTest::newRow("captive portal") << 200 << QByteArray("<html>") << QStringLiteral("MetadataNotUnderstood");
    QTest::newRow("cut") << 200 << good.left(60) << QStringLiteral("MetadataNotUnderstood");
    QTest::newRow("array") << 200 << QByteArray("[]") << QStringLiteral("MetadataNotUnderstood");
    QTest::newRow("proxy") << 407 << QByteArray() << QStringLiteral("MetadataNotUnderstood");
    QTest::newRow("503") << 503 << QByteArray() << QStringLiteral("SignInUnavailable");
    QTest::newRow("foreign token endpoint") << 200 << with("https://login.microsoftonline.com/x/oauth2/v2.0/token", "https://evil.example/token") << QStringLiteral("MetadataForeign");
    QTest::newRow("plain token endpoint") << 200 << with("https://login.microsoftonline.com/x/oauth2/v2.0/token", "http://login.microsoftonline.com/token") << QStringLiteral("MetadataForeign");
    QTest::newRow("no token endpoint") << 200 << with("token_endpoint", "other") << QStringLiteral("MetadataForeign");
    QTest::newRow("foreign issuer") << 200 << with("\"issuer\":\"https://login.microsoftonline.com", "\"issuer\":\"https://evil.example") << QStringLiteral("MetadataForeign");
    QTest::newRow("foreign device endpoint") << 200 << with("{\"issuer", R"({"device_authorization_endpoint":"https://evil.example/x","issuer)") << QStringLiteral("MetadataForeign");
    QTest::newRow("numbers for names") << 200 << with("\"https://login.microsoftonline.com/x/oauth2/v2.0/token\"", "7") << QStringLiteral("MetadataForeign");
}

void TestSignInAuthorities::metadata()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    Endpoint world;
    world.transport.answer(status, body);
    const auto read = test::await(readMetadata(&world.transport, *Authority::make(publicCloud(), QStringLiteral("contoso.com")), publicCloud(), Context()));
    QCOMPARE(world.transport.requests().first().target, QByteArray("/contoso.com/v2.0/.well-known/openid-configuration"));
    QCOMPARE(read.ok() ? QString() : read.error().code, code);
    if (read)
        QCOMPARE(read->tenantId, tenantId);
}

void TestSignInAuthorities::whoseHost()
{
    Endpoint world;
    world.transport.answer(400, R"({"error":"invalid_instance"})").answer(200, R"({"tenant_discovery_endpoint":"https://login.sovcloud-identity.fr/x"})").answer(200, "<html>");
    const CloudProfile cloud = cloudAt(QStringLiteral("custom"), QStringLiteral("https://arm.example"), QStringLiteral("https://login.example"));
    const Authority authority = *Authority::make(cloud);
    QCOMPARE(test::await(askWhoseHost(&world.transport, authority, Context())).error().code, QStringLiteral("NotAMicrosoftHost"));
    QVERIFY(test::await(askWhoseHost(&world.transport, authority, Context())).ok());
    QCOMPARE(test::await(askWhoseHost(&world.transport, authority, Context())).error().code, QStringLiteral("MetadataNotUnderstood"));
    QVERIFY(world.transport.requests().first().target.contains("authorization_endpoint=https%3A%2F%2Flogin.example%2Forganizations%2Foauth2%2Fv2.0%2Fauthorize"));
}

QTEST_GUILESS_MAIN(TestSignInAuthorities)
#include "tst_signinauthorities.moc"
