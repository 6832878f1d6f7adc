// SPDX-License-Identifier: Apache-2.0
#include "networkworld.h"
#include "sandbox/providers/network.h"

#include <QTest>

using namespace causeway::sandbox;
using test::NetworkWorld;

static QString t(const char *text)
{
    return QString::fromUtf8(text);
}

//! Zone groups, and the records that they write.
class TestNetworkZoneGroups : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void zoneGroupsWriteTheRecord()
    {
        NetworkWorld world;
        world.makeGround();
        world.makeZone();
        const QString group = world.endpoint() + t("/privateDnsZoneGroups/default");
        QCOMPARE(world.code(world.send("PUT", group, NetworkWorld::groupText())), t("ParentResourceNotFound"));
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        QCOMPARE(world.properties(world.zone()).value(t("numberOfRecordSets")).toInt(), 1);
        QCOMPARE(network::resolve(world.state(), world.network(), t("pgdemo01.postgres.database.azure.com")), std::optional<QString>());
        QCOMPARE(world.send("PUT", group, NetworkWorld::groupText()).status, 201);
        world.wait(15);
        const QJsonObject record = world.properties(world.zone() + t("/A/pgdemo01"));
        QCOMPARE(record.value(t("ttl")).toInt(), 10);
        QCOMPARE(record.value(t("aRecords")).toArray().first().toObject().value(t("ipv4Address")).toString(), t("10.0.0.4"));
        QCOMPARE(record.value(t("metadata")).toObject().value(t("creator")).toString(),
                 t("created by private endpoint pe-demo with resource guid %1").arg(world.properties(world.endpoint()).value(t("resourceGuid")).toString()));
        QCOMPARE(world.properties(world.zone()).value(t("numberOfRecordSets")).toInt(), 2);
        const QJsonObject set = NetworkWorld::connectionIn(world.properties(group), "privateDnsZoneConfigs").value(t("recordSets")).toArray().first().toObject();
        QCOMPARE(set.value(t("fqdn")).toString(), t("pgdemo01.privatelink.postgres.database.azure.com"));
        QVERIFY(world.properties(world.endpoint()).value(t("customDnsConfigs")).toArray().isEmpty());
        QCOMPARE(world.ledger(t("created")).count(world.zone() + t("/A/pgdemo01")), 1);
        QCOMPARE(network::resolve(world.state(), world.network(), t("pgdemo01.postgres.database.azure.com")), std::optional(t("10.0.0.4")));
        QVERIFY(network::resolve(world.state(), {}, t("pgdemo01.postgres.database.azure.com"))->startsWith(t("203.0.113.")));
        QCOMPARE(world.code(world.send("PUT", world.endpoint() + t("/privateDnsZoneGroups/second"), NetworkWorld::groupText())),
                 t("PrivateEndpointCannotHaveMultiplePrivateDnsZoneGroups"));
        QCOMPARE(world.finish("DELETE", group), t("Succeeded"));
        QCOMPARE(world.properties(world.zone()).value(t("numberOfRecordSets")).toInt(), 1);
    }

    void aPendingEndpointGetsItsRecordAtApproval()
    {
        NetworkWorld world;
        world.makeGround();
        world.makeZone();
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(NetworkWorld::manual)), t("Succeeded"));
        QCOMPARE(world.finish("PUT", world.endpoint() + t("/privateDnsZoneGroups/default"), NetworkWorld::groupText()), t("Succeeded"));
        QCOMPARE(world.send("GET", world.zone() + t("/A/pgdemo01")).status, 404);
        QCOMPARE(world.finish("PUT", world.onlyConnection(), t("{'properties':{'privateLinkServiceConnectionState':{'status':'Approved'}}}")), t("Succeeded"));
        world.wait(10);
        QCOMPARE(world.send("GET", world.zone() + t("/A/pgdemo01")).status, 200);
    }

    void zonesOfAnotherNameAreSilent()
    {
        NetworkWorld world;
        world.makeGround();
        const QString wrong = world.net(t("privateDnsZones/privatelink.postgresql.database.azure.com")); // the article's slip (facts §15)
        QCOMPARE(world.finish("PUT", wrong, t("{'location':'global'}")), t("Succeeded"));
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        const QString group = world.endpoint() + t("/privateDnsZoneGroups/default");
        QCOMPARE(world.finish("PUT", group, NetworkWorld::groupText(wrong)), t("Succeeded"));
        QVERIFY(NetworkWorld::connectionIn(world.properties(group), "privateDnsZoneConfigs").value(t("recordSets")).toArray().isEmpty());
        QCOMPARE(world.properties(wrong).value(t("numberOfRecordSets")).toInt(), 1);
        world.makeZone();
        QCOMPARE(world.finish("PUT", group, NetworkWorld::groupText()), t("PropertyChangeNotAllowed"));
        QCOMPARE(world.code(world.send("PUT", group, NetworkWorld::groupText(t("{zone} {zone} {zone} {zone} {zone} {zone}")))), t("PrivateDnsZoneGroupHasTooManyZones"));
        QCOMPARE(world.code(world.send("PUT", group, NetworkWorld::groupText(t("{zone}x")))), t("InvalidResourceReference"));
    }

    void somebodysPolicyWritesTheRecord()
    {
        NetworkWorld world({{t("networkPolicyZone"), NetworkWorld::zone()}});
        world.makeGround();
        world.makeZone();
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        QCOMPARE(world.send("GET", world.zone() + t("/A/pgdemo01")).status, 404);
        world.wait(300);
        QCOMPARE(world.send("GET", world.endpoint() + t("/privateDnsZoneGroups/deployedByPolicy")).status, 200);
        QCOMPARE(world.send("GET", world.zone() + t("/A/pgdemo01")).status, 200);
        QCOMPARE(world.finish("DELETE", world.endpoint()), t("Succeeded"));
        QCOMPARE(world.send("GET", world.zone() + t("/A/pgdemo01")).status, 404);
    }

    void aLockOnTheZoneLeavesAStaleRecord()
    {
        NetworkWorld world;
        world.makeGround();
        world.makeZone();
        const QString group = world.endpoint() + t("/privateDnsZoneGroups/default");
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        world.lock(world.zone(), "ReadOnly");
        QCOMPARE(world.finish("PUT", group, NetworkWorld::groupText()), t("ScopeLocked"));
        world.unlock(world.zone());
        QCOMPARE(world.finish("PUT", group, NetworkWorld::groupText()), t("Succeeded"));
        world.lock(world.zone(), "CanNotDelete");
        QCOMPARE(world.finish("DELETE", world.endpoint()), t("Succeeded"));
        QCOMPARE(world.send("GET", world.zone() + t("/A/pgdemo01")).status, 200);
    }
};

QTEST_GUILESS_MAIN(TestNetworkZoneGroups)
#include "tst_networkzonegroups.moc"
