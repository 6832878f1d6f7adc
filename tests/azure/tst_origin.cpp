// SPDX-License-Identifier: Apache-2.0
#include "azure/auth/cloud.h"
#include "azure/http/origin.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QtTest>

using namespace causeway;

class TestOrigin : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void links_data();
    void links();
    void relative_data();
    void relative();
    void endpoints_data();
    void endpoints();
    void cloudsAreWhole();
    void onePlaceOnly_data();
    void onePlaceOnly();
};

// X4: where may a bearer go? What a service, a proxy or a bundle may send as a link, and what becomes of it.
void TestOrigin::links_data()
{
    QTest::addColumn<QByteArray>("link");
    QTest::addColumn<QByteArray>("target"); // empty: refused
    const auto row = [](const char *name, const QByteArray &link, const char *target) { QTest::newRow(name) << link << QByteArray(target); };
    row("plain", "https://management.azure.com/a?b=c", "/a?b=c");
    row("upper case", "HTTPS://Management.AZURE.com/a", "/a");
    row("written port", "https://management.azure.com:443/a", "/a");
    row("empty port", "https://management.azure.com:/a", "/a");
    row("trailing dot", "https://management.azure.com./a", "/a");
    row("no path", "https://management.azure.com", "/");
    row("query without path", "https://management.azure.com?a=b", "/?a=b");
    row("fragment dropped", "https://management.azure.com/a?b#c", "/a?b");
    row("signature kept", "https://management.azure.com/a?t=1&c=MII%2B%3D&s=x_-~&h=", "/a?t=1&c=MII%2B%3D&s=x_-~&h=");
    row("path that looks like a host", "https://management.azure.com//evil.com/a", "//evil.com/a");
    row("absolute path", "/a/b?c=/../d", "/a/b?c=/../d");
    row("same host, scheme left out", "//management.azure.com/a", "/a");
    row("space and quotes encoded", "https://management.azure.com/a?$filter=name eq \"x\"", "/a?$filter=name%20eq%20%22x%22");
    row("stray percent encoded", "/a?b=100%", "/a?b=100%25");
    row("umlaut encoded", "/a?b=\xc3\xbc", "/a?b=%C3%BC");
    row("http instead", "http://management.azure.com/a", "");
    row("other port", "https://management.azure.com:8443/a", "");
    row("http's port", "https://management.azure.com:80/a", "");
    row("other host", "https://evil.com/a", "");
    row("scheme left out", "//evil.com/next", "");
    row("three slashes", "///evil.com/next", "");
    row("user information", "https://management.azure.com@evil.com/a", "");
    row("user information, right host", "https://me:pw@management.azure.com/a", "");
    row("backslash before @", "https://evil.com\\@management.azure.com/", "");
    row("backslashes as slashes", "\\\\evil.com\\a", "");
    row("slash, backslash", "/\\evil.com", "");
    row("suffix", "https://management.azure.com.evil.com/a", "");
    row("prefix", "https://evilmanagement.azure.com/a", "");
    row("encoded dot in the host", "https://management%2eazure.com/a", "");
    row("NUL in the host", QByteArray("https://management.azure.com\0.evil.com/", 39), "");
    row("encoded NUL", "https://management.azure.com%00.evil.com/", "");
    row("tab in the host", "https://management.azure\t.com/a", "");
    row("newline", "https://management.azure.com/a\r\nX: y", "");
    row("ideographic full stop", "https://management\xe3\x80\x82" "azure\xe3\x80\x82" "com/a", "");
    row("Cyrillic letter", "https://m\xd0\xb0nagement.azure.com/a", "");
    row("ACE of the Cyrillic letter", "https://xn--mngement-3yh.azure.com/a", "");
    row("hexadecimal address", "https://0x7f000001/a", "");
    row("decimal address", "https://2130706433/a", "");
    row("IPv6", "https://[::1]/a", "");
    row("IPv6 left open", "https://[::1/a", "");
    row("javascript", "javascript:alert(1)", "");
    row("file", "file:///etc/passwd", "");
    row("one slash", "https:/management.azure.com/a", "");
    row("no slash", "https:management.azure.com/a", "");
    row("two schemes", "https://https://management.azure.com/a", "");
    row("port out of range", "https://management.azure.com:99999/a", "");
    row("port with letters", "https://management.azure.com:443x/a", "");
    row("empty host", "https:///a", "");
    row("two dots", "https://management..azure.com/a", "");
    row("empty", "", "");
    row("endless", "/" + QByteArray(20'000, 'a'), "");
}

void TestOrigin::links()
{
    QFETCH(QByteArray, link);
    QFETCH(QByteArray, target);
    const auto result = Origin::parse(QStringLiteral("https://management.azure.com"))->target(link, "/base/x");
    QCOMPARE(result.ok(), !target.isEmpty());
    if (result)
        QCOMPARE(*result, target);
    else
        QCOMPARE(result.error().kind, ErrorKind::Protocol);
}

void TestOrigin::relative_data()
{
    QTest::addColumn<QByteArray>("base");
    QTest::addColumn<QByteArray>("link");
    QTest::addColumn<QByteArray>("target");
    const auto row = [](const char *base, const char *link, const char *target) { QTest::newRow(link) << QByteArray(base) << QByteArray(link) << QByteArray(target); };
    row("/a/list", "list/page/2", "/a/list/page/2");
    row("/a/list?x=1", "next?page=2", "/a/next?page=2");
    row("/a/b/c", "../d", "/a/d");
    row("/a/b/c", "../../../../d", "/d");
    row("/a/b/c", "./d/.", "/a/b/d/");
    row("/a/b?x=1", "?y=2", "/a/b?y=2");
    row("/a/b?x=/c/d", "e", "/a/e");
}

void TestOrigin::relative()
{
    QFETCH(QByteArray, base);
    QFETCH(QByteArray, link);
    QFETCH(QByteArray, target);
    QCOMPARE(*Origin::parse(QStringLiteral("https://management.azure.com"))->target(link, base), target);
}

void TestOrigin::endpoints_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("origin"); // empty: refused
    const auto row = [](const char *text, const char *origin) { QTest::newRow(text) << QString::fromUtf8(text) << QByteArray(origin); };
    row("https://management.azure.com", "https://management.azure.com");
    row("https://management.azure.com/", "https://management.azure.com");
    row("HTTPS://Management.Azure.Com:443", "https://management.azure.com");
    row("https://arm.local:8443", "https://arm.local:8443");
    row("http://127.0.0.1:8080", "http://127.0.0.1:8080");
    row("http://localhost", "http://localhost");
    row("http://[::1]:99", "http://[::1]:99");
    row("http://127.1.2.3:1", "http://127.1.2.3:1");
    row("http://management.azure.com", "");
    row("http://192.168.0.1", "");
    row("http://0x7f000001", "");
    row("http://2130706433", "");
    row("http://127.0.0.1.evil.com", "");
    row("http://localhost.evil.com", "");
    row("https://management.azure.com/path", "");
    row("https://management.azure.com?x", "");
    row("https://me@management.azure.com", "");
    row("management.azure.com", "");
    row("ftp://management.azure.com", "");
    row("", "");
}

void TestOrigin::endpoints()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, origin);
    const auto result = Origin::parse(text);
    QCOMPARE(result.ok(), !origin.isEmpty());
    if (result)
        QCOMPARE(result->toByteArray(), origin);
    else
        QVERIFY(result.error().message.contains(QStringLiteral("Example: https://management.azure.com")));
}

void TestOrigin::cloudsAreWhole()
{
    QCOMPARE(clouds().size(), 3);
    for (const CloudProfile &cloud : clouds()) {
        QVERIFY(cloud.planes().ok());
        QCOMPARE(cloud.planes()->at(Plane::Arm).scope, cloud.armOrigin + QStringLiteral("/.default"));
        QCOMPARE(cloud.privateLinkZone, QStringLiteral("privatelink.") + cloud.postgresqlSuffix);
        QCOMPARE(cloudOfHost(QUrl(cloud.portal).host()), cloud.name);
        QCOMPARE(cloudNamed(cloud.name.toLower())->armOrigin, cloud.armOrigin);
        QVERIFY(!cloud.loginAliases.isEmpty() && cloud.isLoginHost(cloud.cacheEnvironment.toUpper()));
        for (const QString &alias : cloud.loginAliases)
            QCOMPARE(cloudOfHost(alias), cloud.name);
        for (const QString &address : {cloud.authority, cloud.graph, cloud.portal, cloud.databaseResource, cloud.synapseResource})
            QVERIFY2(Origin::parse(address).ok(), qPrintable(address));
        QVERIFY(cloud.legacyAudience.endsWith(QLatin1Char('/')));
    }
    const CloudProfile own = cloudAt(QStringLiteral("custom"), QStringLiteral("https://arm.local"), QStringLiteral("http://127.0.0.1:81"));
    QCOMPARE(own.cacheEnvironment, QStringLiteral("127.0.0.1:81"));
    QVERIFY(!own.isLoginHost(QStringLiteral("login.windows.net")));
    QCOMPARE(profileOf(Cloud::AzurePublic).name, QStringLiteral("AzureCloud"));
    QCOMPARE(profileOf(Cloud::AzureChina).name, QStringLiteral("AzureChinaCloud"));
    QCOMPARE(profileOf(Cloud::AzureUsGovernment).name, QStringLiteral("AzureUSGovernment"));
    const auto unknown = cloudNamed(QStringLiteral("AzureMoon"));
    QVERIFY(unknown.error().message.contains(QStringLiteral("AzureChinaCloud")));
    QVERIFY(cloudAt(QStringLiteral("sandbox"), QStringLiteral("http://127.0.0.1:1")).planes().ok());
    QVERIFY(!cloudAt(QStringLiteral("other"), QStringLiteral("http://example.com")).planes().ok());
    QCOMPARE(cloudOfHost(QStringLiteral("example.com")), QString());
}

// X5: what leads a bearer out of the house, or brings QNAM's habits in, is written in one file each. The sandbox is Azure's side.
void TestOrigin::onePlaceOnly_data()
{
    QTest::addColumn<QByteArray>("word");
    QTest::addColumn<QString>("file");
    QTest::newRow("bearer") << QByteArray("\"Bearer \"") << QStringLiteral("azure/http/authorizationpolicy.cpp");
    QTest::newRow("manager") << QByteArray(R"(QNetworkAccessManager(>\(|\s+\w+\s*[;({]))") << QStringLiteral("azure/http/qnamtransport.cpp");
    QTest::newRow("reply") << QByteArray("&QNetworkReply::finished") << QStringLiteral("azure/http/qnamtransport.cpp");
}

void TestOrigin::onePlaceOnly()
{
    QFETCH(QByteArray, word);
    QFETCH(QString, file);
    const QRegularExpression pattern(QString::fromUtf8(word));
    const QDir app(QStringLiteral(CAUSEWAY_SOURCE_DIR "/app"));
    QStringList found;
    QDirIterator files(app.path(), {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile source(files.next());
        QVERIFY(source.open(QIODevice::ReadOnly));
        const QString path = app.relativeFilePath(source.fileName());
        if (!path.startsWith(QStringLiteral("sandbox/")) && QString::fromUtf8(source.readAll()).contains(pattern))
            found.append(path);
    }
    QCOMPARE(found, QStringList{file});
}

QTEST_GUILESS_MAIN(TestOrigin)
#include "tst_origin.moc"
