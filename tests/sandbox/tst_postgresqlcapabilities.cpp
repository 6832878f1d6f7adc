// SPDX-License-Identifier: Apache-2.0
#include "jsonbody.h"
#include "postgresqlworld.h"

#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;


static QJsonObject named(const QJsonValue &list, const char *name)
{
    for (const QJsonValue &each : list.toArray()) {
        if (each.toObject().value(text("name")).toString() == text(name))
            return each.toObject();
    }
    return {};
}

static QString locationPath(const char *location = "canadacentral")
{
    return PostgreSqlWorld::inSubscription(text("/locations/%1/capabilities").arg(text(location)));
}

class TestPostgreSqlCapabilities : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void skus_data();
    void skus();
    void storage();
    void versionsAndFeatures();
    void olderShape();
    void closedRegion();
    void serverOffersUpgrades();
    void usagesCount();
    void smallOnes();
    void versionsAreChecked();
};

void TestPostgreSqlCapabilities::skus_data()
{
    QTest::addColumn<QString>("edition");
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("sku");
    QTest::addColumn<int>("vCores");
    QTest::addColumn<int>("iops");
    QTest::addColumn<int>("memory");
    const auto row = [](const char *edition, int count, const char *sku, int vCores, int iops, int memory) {
        QTest::newRow(sku) << text(edition) << count << text(sku) << vCores << iops << memory;
    };
    row("Burstable", 8, "Standard_B1ms", 1, 640, 2048);
    row("Burstable", 8, "Standard_B2s", 2, 1280, 2048);
    row("Burstable", 8, "Standard_B20ms", 20, 4320, 4096);
    row("GeneralPurpose", 30, "Standard_D2s_v3", 2, 3200, 4096);
    row("GeneralPurpose", 30, "Standard_D2ds_v5", 2, 3750, 4096);
    row("GeneralPurpose", 30, "Standard_D96ads_v5", 96, 80000, 4096);
    row("MemoryOptimized", 34, "Standard_E64s_v3", 64, 76800, 6912);
    row("MemoryOptimized", 34, "Standard_E20ds_v4", 20, 32000, 8192);
    row("MemoryOptimized", 34, "Standard_E96bds_v5", 96, 160000, 7168);
}

void TestPostgreSqlCapabilities::skus()
{
    QFETCH(QString, edition);
    QFETCH(QString, sku);
    PostgreSqlWorld w;
    const QJsonArray value = w.get(locationPath()).value(text("value")).toArray();
    QCOMPARE(value.size(), 1);
    const QJsonObject found = named(value.first().toObject().value(text("supportedServerEditions")), edition.toLatin1().constData());
    const QJsonValue skus = found.value(text("supportedServerSkus"));
    QTEST(int(skus.toArray().size()), "count");
    const QJsonObject one = named(skus, sku.toLatin1().constData());
    QTEST(one.value(text("vCores")).toInt(), "vCores");
    QTEST(one.value(text("supportedIops")).toInt(), "iops");
    QTEST(one.value(text("supportedMemoryPerVcoreMb")).toInt(), "memory");
    QCOMPARE(one.value(text("supportedZones")).toArray(), (QJsonArray{text("1"), text("2"), text("3")}));
    QVERIFY(named(skus, found.value(text("defaultSkuName")).toString().toLatin1().constData()).size() > 0);
}

void TestPostgreSqlCapabilities::storage()
{
    PostgreSqlWorld w;
    const QJsonObject capability = w.get(locationPath()).value(text("value")).toArray().first().toObject();
    const QJsonObject edition = named(capability.value(text("supportedServerEditions")), "GeneralPurpose");
    QCOMPARE(edition.value(text("supportedStorageEditions")).toArray().size(), 3);
    const QJsonArray sizes = named(edition.value(text("supportedStorageEditions")), "ManagedDisk").value(text("supportedStorageMb")).toArray();
    QCOMPARE(sizes.size(), 12);
    const QJsonObject small = sizes.first().toObject();
    QCOMPARE(small.value(text("storageSizeMb")).toInt(), 32768);
    QCOMPARE(small.value(text("defaultIopsTier")).toString(), text("P4"));
    QCOMPARE(small.value(text("supportedIopsTiers")).toArray().size(), 8);
    QCOMPARE(sizes.last().toObject().value(text("supportedIops")).toInt(), 20000);
    QCOMPARE(named(capability.value(text("supportedServerEditions")), "Burstable").value(text("supportedStorageEditions")).toArray().size(), 2);
}

void TestPostgreSqlCapabilities::versionsAndFeatures()
{
    PostgreSqlWorld w;
    const QJsonObject capability = w.get(locationPath()).value(text("value")).toArray().first().toObject();
    QCOMPARE(capability.value(text("name")).toString(), text("FlexibleServerCapabilities"));
    QCOMPARE(capability.value(text("supportedServerVersions")).toArray().size(), 8);
    QCOMPARE(named(capability.value(text("supportedServerVersions")), "16").value(text("supportedVersionsToUpgrade")).toArray(),
             (QJsonArray{text("17"), text("18")}));
    QCOMPARE(named(capability.value(text("supportedFeatures")), "OfferRestricted").value(text("status")).toString(), text("Disabled"));
    QCOMPARE(capability.value(text("zoneRedundantHaSupported")).toString(), text("Enabled"));
}

//! What the deserializer of Debian's Azure CLI (2022-12-01) reads, member by member.
void TestPostgreSqlCapabilities::olderShape()
{
    PostgreSqlWorld w;
    const QJsonArray value = PostgreSqlWorld::json(w.call("GET", locationPath(), {}, text(PostgreSqlWorld::owner), text("2022-12-01"))).value(text("value")).toArray();
    QCOMPARE(value.size(), 3);
    const QJsonObject zone = value.first().toObject();
    QVERIFY(zone.value(text("supportedHAMode")).toArray().contains(text("ZoneRedundant")));
    QVERIFY(zone.value(text("geoBackupSupported")).isBool() && zone.value(text("zoneRedundantHaSupported")).isBool());
    QVERIFY(!zone.contains(text("supportedServerEditions")));
    const QJsonObject edition = named(zone.value(text("supportedFlexibleServerEditions")), "Burstable");
    const QJsonObject version = named(edition.value(text("supportedServerVersions")), "16");
    QCOMPARE(named(version.value(text("supportedVcores")), "Standard_B1ms").value(text("supportedMemoryPerVcoreMB")).toInt(), 2048);
    const QJsonArray sizes = edition.value(text("supportedStorageEditions")).toArray().first().toObject().value(text("supportedStorageMB")).toArray();
    QCOMPARE(sizes.first().toObject().value(text("storageSizeMB")).toInt(), 32768);
    QCOMPARE(sizes.first().toObject().value(text("supportedUpgradableTierList")).toArray().first().toObject().value(text("isBaseline")).toBool(), true);
}

void TestPostgreSqlCapabilities::closedRegion()
{
    PostgreSqlWorld w;
    const QJsonObject closed = w.get(locationPath("closedcentral")).value(text("value")).toArray().first().toObject();
    QCOMPARE(closed.value(text("supportedServerEditions")).toArray().size(), 0);
    QCOMPARE(closed.value(text("supportedServerVersions")).toArray().size(), 0);
    QCOMPARE(named(closed.value(text("supportedFeatures")), "OfferRestricted").value(text("status")).toString(), text("Enabled"));
    QCOMPARE(w.call("GET", locationPath("atlantis")).status, 400);
}

void TestPostgreSqlCapabilities::serverOffersUpgrades()
{
    PostgreSqlWorld w;
    w.ready();
    const QJsonObject own = w.get(PostgreSqlWorld::below(text("/capabilities"))).value(text("value")).toArray().first().toObject();
    QCOMPARE(own.value(text("supportedServerVersions")).toArray().size(), 2);
}

void TestPostgreSqlCapabilities::usagesCount()
{
    PostgreSqlWorld w;
    w.ready();
    const QJsonArray value = w.get(PostgreSqlWorld::inSubscription(text("/locations/canadacentral/resourceType/flexibleServers/usages"))).value(text("value")).toArray();
    QMap<QString, int> used;
    for (const QJsonValue &each : value) {
        QVERIFY(each.toObject().value(text("limit")).isDouble() && each.toObject().value(text("unit")).toString() == text("Count"));
        used.insert(each.toObject().value(text("name")).toObject().value(text("value")).toString(), each.toObject().value(text("currentValue")).toInt());
    }
    QCOMPARE(used.value(text("standardDSv3Family")), 2);
    QCOMPARE(used.value(text("cores")), 2);
    QCOMPARE(used.value(text("standardBSFamily"), -1), 0);
}

void TestPostgreSqlCapabilities::smallOnes()
{
    PostgreSqlWorld w;
    const Response suffix = w.call("POST", text("/providers/Microsoft.DBforPostgreSQL/getPrivateDnsZoneSuffix"));
    QCOMPARE(suffix.body, QByteArray("\"private.postgres.database.azure.com\""));
    const QJsonArray operations = w.get(text("/providers/Microsoft.DBforPostgreSQL/operations")).value(text("value")).toArray();
    QVERIFY(!named(operations, "Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action").isEmpty());
    const QString global = PostgreSqlWorld::inSubscription(text("/checkNameAvailability"));
    QCOMPARE(PostgreSqlWorld::code(w.call("POST", global, {{text("type"), text("x")}})), text("MissingRequiredParameter"));
    QCOMPARE(PostgreSqlWorld::code(w.call("POST", global, {{text("name"), 1}})), text("InvalidRequestContent"));
    for (const QJsonObject &body : {QJsonObject{{text("name"), text("a-name")}}, QJsonObject{{text("name"), text("a-name")}, {text("type"), 1}}})
        QCOMPARE(w.call("POST", global, body).status, 400);
    const Response usage = w.call("POST", PostgreSqlWorld::inSubscription(text("/locations/canadacentral/checkVirtualNetworkSubnetUsage")),
                                  {{text("virtualNetworkArmResourceId"), text("/subscriptions/x/vnet")}});
    QCOMPARE(PostgreSqlWorld::json(usage).value(text("delegatedSubnetsUsage")).toArray(), QJsonArray());
}

void TestPostgreSqlCapabilities::versionsAreChecked()
{
    PostgreSqlWorld w;
    for (const char *known : {"2022-12-01", "2024-08-01", "2025-08-01", "2023-06-01-preview"})
        QCOMPARE(w.call("GET", locationPath(), {}, text(PostgreSqlWorld::owner), text(known)).status, 200);
    QCOMPARE(PostgreSqlWorld::code(w.call("GET", locationPath(), {}, text(PostgreSqlWorld::owner), text("2019-01-01"))), text("NoRegisteredProviderFound"));
}

QTEST_GUILESS_MAIN(TestPostgreSqlCapabilities)
#include "tst_postgresqlcapabilities.moc"
