// SPDX-License-Identifier: Apache-2.0
#include "domain/resourceid.h"
#include "domain/types.h"

#include <QtTest>

using causeway::ResourceId;

static const QString sub = QStringLiteral("11111111-2222-3333-4444-555555555555");
static const QString root = QStringLiteral("/subscriptions/") + sub;
static const QString pg = root + QStringLiteral("/resourceGroups/rg-Data/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg1");

class TestResourceId : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void takesApart_data();
    void takesApart();
    void refuses_data();
    void refuses();
    void typeIsChecked();
    void builds();
    void comparesIgnoringCase();
    void isWithin();
};

void TestResourceId::takesApart_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("parent");
    const auto row = [](const char *tag, const QString &text, const char *type, const char *name, const char *group, const QString &parent) {
        QTest::newRow(tag) << text << QString::fromLatin1(type) << QString::fromLatin1(name) << QString::fromLatin1(group) << parent;
    };
    const QString rg = root + QStringLiteral("/resourceGroups/rg-Data");
    row("subscription", root, "Microsoft.Resources/subscriptions", "11111111-2222-3333-4444-555555555555", "", QString());
    row("group", rg, "Microsoft.Resources/resourceGroups", "rg-Data", "rg-Data", root);
    row("group, small letters", root + QStringLiteral("/resourcegroups/rg"), "Microsoft.Resources/resourceGroups", "rg", "rg", root);
    row("server", pg, "Microsoft.DBforPostgreSQL/flexibleServers", "pg1", "rg-Data", rg);
    row("child", pg + QStringLiteral("/databases/db"), "Microsoft.DBforPostgreSQL/flexibleServers/databases", "db", "rg-Data", pg);
    row("grandchild", rg + QStringLiteral("/providers/Microsoft.DataFactory/factories/f/managedVirtualNetworks/default/managedPrivateEndpoints/m"),
        "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints", "m", "rg-Data",
        rg + QStringLiteral("/providers/Microsoft.DataFactory/factories/f/managedVirtualNetworks/default"));
    row("below the subscription", root + QStringLiteral("/providers/Microsoft.Authorization/locks/l"), "Microsoft.Authorization/locks", "l", "", root);
    row("extension", pg + QStringLiteral("/providers/Microsoft.Authorization/locks/keep"), "Microsoft.Authorization/locks", "keep", "rg-Data", pg);
    row("named providers", root + QStringLiteral("/resourceGroups/providers/providers/A.B/c/providers"), "A.B/c", "providers", "providers",
        root + QStringLiteral("/resourceGroups/providers"));
    row("space in a name", rg + QStringLiteral("/providers/Microsoft.DataFactory/factories/f/linkedservices/my service"),
        "Microsoft.DataFactory/factories/linkedservices", "my service", "rg-Data", rg + QStringLiteral("/providers/Microsoft.DataFactory/factories/f"));
}

void TestResourceId::takesApart()
{
    QFETCH(QString, text);
    QFETCH(QString, type);
    QFETCH(QString, name);
    QFETCH(QString, group);
    QFETCH(QString, parent);
    const auto id = ResourceId::parse(text);
    QVERIFY2(id.ok(), id ? "" : qPrintable(id.error().message));
    QCOMPARE(id->toString(), text);
    QCOMPARE(id->type(), type);
    QCOMPARE(id->provider(), type.section(QLatin1Char('/'), 0, 0));
    QCOMPARE(id->name(), name);
    QCOMPARE(id->group(), group);
    QCOMPARE(id->subscriptionId(), sub);
    QCOMPARE(id->parent().toString(), parent);
}

// Rows B23, B24 and B25 of the bad inputs: what is wrong, where, and an example.
void TestResourceId::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *tag, const QString &text, const char *code, const char *says) {
        QTest::newRow(tag) << text << QString::fromLatin1(code) << QString::fromUtf8(says);
    };
    row("empty", QString(), "ResourceIdEmpty", "empty");
    row("no slash", QStringLiteral("subscriptions/x"), "ResourceIdStart", "starts with /subscriptions/");
    row("not a subscription", QStringLiteral("/tenants/") + sub, "ResourceIdStart", "not /tenants");
    row("only the word", QStringLiteral("/subscriptions"), "ResourceIdSegment", "subscription id is missing");
    row("no guid", QStringLiteral("/subscriptions/prod"), "SubscriptionIdNotGuid", "'prod'");
    row("braces", QStringLiteral("/subscriptions/{") + sub + QStringLiteral("}"), "SubscriptionIdNotGuid", "without braces");
    row("guid and newline", root + QStringLiteral("\n"), "ResourceIdCharacter", "U+000A");
    row("trailing slash", root + QStringLiteral("/"), "ResourceIdSegment", "Segment 3");
    row("double slash", root + QStringLiteral("//resourceGroups/rg"), "ResourceIdSegment", "Segment 3");
    row("blank group", root + QStringLiteral("/resourceGroups/ "), "ResourceIdSegment", "Segment 4");
    row("group without name", root + QStringLiteral("/resourceGroups"), "ResourceIdSegment", "name is missing");
    row("dots", root + QStringLiteral("/resourceGroups/../providers/A.B/c/d"), "ResourceIdSegment", "'..'");
    row("encoded slash", root + QStringLiteral("/resourceGroups/a%2fb"), "ResourceIdCharacter", "U+0025");
    row("query", root + QStringLiteral("/resourceGroups/a?api-version=1"), "ResourceIdCharacter", "U+003F");
    row("backslash", root + QStringLiteral("\\resourceGroups\\a"), "ResourceIdCharacter", "U+005C");
    row("bidi override", root + QStringLiteral("/resourceGroups/a\u202Eb"), "ResourceIdCharacter", "U+202E");
    row("zero width", root + QStringLiteral("/resourceGroups/a\u200Bb"), "ResourceIdCharacter", "U+200B");
    row("NUL", root + QStringLiteral("/resourceGroups/a") + QChar(0) + QStringLiteral("b"), "ResourceIdCharacter", "U+0000");
    row("half a surrogate", root + QStringLiteral("/resourceGroups/a") + QChar(0xD800), "ResourceIdCharacter", "U+D800");
    row("type without name", root + QStringLiteral("/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks"), "ResourceIdSegment", "missing after 'virtualNetworks'");
    row("child without name", pg + QStringLiteral("/databases"), "ResourceIdSegment", "missing after 'databases'");
    row("stray segment", root + QStringLiteral("/groups/rg"), "ResourceIdSegment", "'groups'");
    row("address in a cloud", QStringLiteral("https://management.chinacloudapi.cn") + pg, "ResourceIdIsAddress", "management.chinacloudapi.cn");
    row("portal address", QStringLiteral("https://portal.azure.com/#@contoso/resource") + pg, "ResourceIdIsAddress", "portal.azure.com");
    row("endless", root + QStringLiteral("/resourceGroups/") + QString(5000, QLatin1Char('a')), "ResourceIdTooLong", "2048");
}

void TestResourceId::refuses()
{
    QFETCH(QString, text);
    QFETCH(QString, code);
    QFETCH(QString, says);
    const auto id = ResourceId::parse(text);
    QVERIFY(!id.ok());
    QCOMPARE(id.error().kind, causeway::ErrorKind::InvalidInput);
    QCOMPARE(id.error().code, code);
    QVERIFY2(id.error().message.contains(says), qPrintable(id.error().message));
    QVERIFY(id.error().message.contains(QStringLiteral("Example: /subscriptions/")));
    QVERIFY(id.error().message.size() < 400 + text.left(100).size());
}

void TestResourceId::typeIsChecked()
{
    QVERIFY(ResourceId::parse(pg.toUpper(), causeway::type::server).ok());
    const auto wrong = ResourceId::parse(pg, causeway::type::virtualNetwork);
    QVERIFY(!wrong.ok());
    QCOMPARE(wrong.error().code, QStringLiteral("ResourceIdType"));
    QVERIFY(wrong.error().message.contains(QStringLiteral("expected …/Microsoft.Network/virtualNetworks/{name}")));
    QVERIFY(wrong.error().message.contains(QStringLiteral("/providers/Microsoft.Network/virtualNetworks/name")));
}

void TestResourceId::builds()
{
    QCOMPARE(ResourceId::resource(sub, QStringLiteral("rg-Data"), causeway::type::server, QStringLiteral("pg1")).toString(), pg);
    QCOMPARE(ResourceId::resource(sub, {}, QStringLiteral("A.B/c"), QStringLiteral("d")).toString(), root + QStringLiteral("/providers/A.B/c/d"));
    const auto db = ResourceId::parse(pg)->child(QStringLiteral("databases"), QStringLiteral("app"));
    QCOMPARE(db.type(), causeway::type::database);
    QCOMPARE(db.parent().toString(), pg);
    QVERIFY(ResourceId().isEmpty());
    QVERIFY(ResourceId().parent().isEmpty());
    QCOMPARE(ResourceId().type(), QString());
}

void TestResourceId::comparesIgnoringCase()
{
    const auto a = *ResourceId::parse(pg);
    const auto b = *ResourceId::parse(pg.toUpper());
    QVERIFY(a == b);
    QVERIFY(!(a < b) && !(b < a));
    QCOMPARE(a.key(), b.key());
}

void TestResourceId::isWithin()
{
    const auto server = *ResourceId::parse(pg);
    const auto twin = *ResourceId::parse(pg + QStringLiteral("2"));
    QVERIFY(server.isWithin(server));
    QVERIFY(server.child(QStringLiteral("databases"), QStringLiteral("d")).isWithin(*ResourceId::parse(pg.toLower())));
    QVERIFY(server.isWithin(ResourceId::subscription(sub)));
    QVERIFY(!twin.isWithin(server));
    QVERIFY(!server.isWithin(ResourceId()));
}

QTEST_GUILESS_MAIN(TestResourceId)
#include "tst_resourceid.moc"
