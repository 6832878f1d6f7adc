// SPDX-License-Identifier: Apache-2.0
#include "networkworld.h"

#include <QTest>

using namespace causeway::sandbox;
using test::NetworkWorld;

static QString t(const char *text)
{
    return QString::fromUtf8(text);
}

//! Private endpoints: their life, who decides on them, what stands in their way.
class TestNetworkEndpoints : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void automaticApproval()
    {
        NetworkWorld world;
        world.makeGround();
        const Response made = world.send("PUT", world.endpoint(), NetworkWorld::endpointText());
        QCOMPARE(made.status, 201);
        const QJsonObject first = world.json(made).value(t("properties")).toObject();
        QCOMPARE(first.value(t("provisioningState")).toString(), t("Updating"));
        const QJsonObject before = NetworkWorld::connectionIn(first, NetworkWorld::automatic).value(t("privateLinkServiceConnectionState")).toObject();
        QCOMPARE(before, (QJsonObject{{t("status"), t("Approved")}, {t("description"), t("Auto Approved")}, {t("actionsRequired"), t("None")}}));
        QVERIFY(first.value(t("customDnsConfigs")).toArray().isEmpty());
        const QString nic = first.value(t("networkInterfaces")).toArray().first().toObject().value(t("id")).toString();
        QVERIFY(nic.startsWith(world.net(t("networkInterfaces/pe-demo.nic."))));
        world.wait(49);
        QVERIFY(world.onlyConnection().isEmpty());
        QCOMPARE(world.properties(world.endpoint()).value(t("provisioningState")).toString(), t("Updating"));
        world.wait(1);
        const QJsonObject after = world.properties(world.endpoint());
        QCOMPARE(after.value(t("provisioningState")).toString(), t("Succeeded"));
        QCOMPARE(world.consumerState(NetworkWorld::automatic),
                 (QJsonObject{{t("status"), t("Approved")}, {t("description"), t("Auto-Approved")}, {t("actionsRequired"), t("")}}));
        const QJsonObject dns = after.value(t("customDnsConfigs")).toArray().first().toObject();
        QCOMPARE(dns.value(t("fqdn")).toString(), t("pgdemo01.postgres.database.azure.com"));
        QCOMPARE(dns.value(t("ipAddresses")).toArray().first().toString(), t("10.0.0.4"));
        QVERIFY(world.onlyConnection().startsWith(world.below(t("/privateEndpointConnections/pe-demo."))));
        const QJsonObject configuration = world.properties(nic).value(t("ipConfigurations")).toArray().first().toObject().value(t("properties")).toObject();
        QCOMPARE(configuration.value(t("privateIPAddress")).toString(), t("10.0.0.4"));
        QCOMPARE(configuration.value(t("privateLinkConnectionProperties")).toObject().value(t("fqdns")).toArray().first(), dns.value(t("fqdn")));
        QVERIFY(world.ledger(t("created")).contains(nic));
        QCOMPARE(world.properties(world.subnet()).value(t("privateEndpoints")).toArray().first().toObject().value(t("id")).toString(), world.endpoint());
        QCOMPARE(world.code(world.send("DELETE", nic)), t("NicInUseWithPrivateEndpoint"));
        QCOMPARE(world.send("PUT", nic).status, 405);
        QVERIFY(!after.contains(t("ipVersionType")));
        QVERIFY(world.json(world.call("GET", world.endpoint(), {}, world.latin(NetworkWorld::owner), t("2025-05-01"))).value(t("properties")).toObject().contains(t("ipVersionType")));
    }

    void manualRequestsAreDecidedByTheOwner_data()
    {
        QTest::addColumn<QString>("decision");
        QTest::addColumn<QString>("seen");
        QTest::addColumn<int>("names");
        QTest::newRow("approved") << t("Approved") << t("Approved") << 1;
        QTest::newRow("rejected") << t("Rejected") << t("Rejected") << 0;
        QTest::newRow("removed") << QString() << t("Disconnected") << 0;
    }

    void manualRequestsAreDecidedByTheOwner()
    {
        QFETCH(QString, decision);
        QFETCH(QString, seen);
        QFETCH(int, names);
        NetworkWorld world;
        world.makeGround();
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(NetworkWorld::manual), NetworkWorld::networkAdmin), t("Succeeded"));
        QCOMPARE(world.consumerState(NetworkWorld::manual),
                 (QJsonObject{{t("status"), t("Pending")}, {t("description"), t("Awaiting approval")}, {t("actionsRequired"), t("None")}}));
        QVERIFY(world.properties(world.endpoint()).value(t("privateLinkServiceConnections")).toArray().isEmpty());
        const QString connection = world.onlyConnection();
        const QString text = t("{'properties':{'privateLinkServiceConnectionState':{'status':'%1','description':'CHG-1'}}}").arg(decision);
        QCOMPARE(decision.isEmpty() ? world.finish("DELETE", connection) : world.finish("PUT", connection, text), t("Succeeded"));
        world.wait(10);
        QCOMPARE(world.consumerState(NetworkWorld::manual).value(t("status")).toString(), seen);
        if (!decision.isEmpty())
            QCOMPARE(world.consumerState(NetworkWorld::manual).value(t("description")).toString(), t("CHG-1"));
        QCOMPARE(world.properties(world.endpoint()).value(t("customDnsConfigs")).toArray().size(), names);
        QCOMPARE(world.properties(world.endpoint()).value(t("provisioningState")).toString(), t("Succeeded"));
    }

    void withoutTheRightAutomaticApprovalIsRefused()
    {
        NetworkWorld world;
        world.makeGround();
        const Response refused = world.send("PUT", world.endpoint(), NetworkWorld::endpointText(), NetworkWorld::networkAdmin);
        QCOMPARE(refused.status, 403);
        QCOMPARE(world.code(refused), t("LinkedAuthorizationFailed"));
        const QString message = world.json(refused).value(t("error")).toObject().value(t("message")).toString();
        QCOMPARE(message, t("The client 'net@contoso.example' with object id '%1' has permission to perform action 'Microsoft.Network/privateEndpoints/write' on "
                            "scope '%2'; however, it does not have permission to perform action 'PrivateEndpointConnectionsApproval/action' on the linked "
                            "scope(s) '%3' or the linked scope(s) are invalid.")
                              .arg(world.latin(NetworkWorld::networkAdmin), world.endpoint(), world.server()));
        world.state().roles[1].notActions.append(t("Microsoft.Network/virtualNetworks/subnets/join/action"));
        QCOMPARE(world.code(world.send("PUT", world.endpoint(), NetworkWorld::endpointText(NetworkWorld::manual), NetworkWorld::networkAdmin)), t("LinkedAuthorizationFailed"));
        QVERIFY(world.properties(world.endpoint()).isEmpty());
    }

    void endpointsAreRefused_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("code");
        const auto more = [](const char *text) { return NetworkWorld::endpointText(NetworkWorld::automatic, t(text)); };
        const auto ip = [&](const char *address) {
            return NetworkWorld::endpointText(NetworkWorld::automatic, t(",'ipConfigurations':[{'name':'a','properties':{'groupId':'postgresqlServer','memberName':'postgresqlServer',"
                                                           "'privateIPAddress':'%1'}}]").arg(t(address)));
        };
        QString other = NetworkWorld::endpointText();
        QTest::newRow("another region") << QString(other).replace(t("canadacentral"), t("closedcentral")) << t("InvalidResourceReference");
        QTest::newRow("no such subnet") << QString(other).replace(t("{subnet}"), t("{subnet}x")) << t("InvalidResourceReference");
        QTest::newRow("a network for a subnet") << QString(other).replace(t("{subnet}"), t("{network}")) << t("InvalidRequestFormat");
        QTest::newRow("no such server") << QString(other).replace(t("{server}"), t("{server}x")) << t("ResourceNotFound");
        QTest::newRow("wrong sub-resource") << QString(other).replace(t("postgresqlServer"), t("sqlServer")) << t("InvalidParameterValue");
        QTest::newRow("both arrays") << more(",'manualPrivateLinkServiceConnections':[{'name':'b','properties':{'privateLinkServiceId':'{server}','groupIds':['postgresqlServer']}}]")
                                     << t("InvalidRequestFormat");
        QTest::newRow("no connection") << t("{'location':'canadacentral','properties':{'subnet':{'id':'{subnet}'}}}") << t("InvalidRequestFormat");
        QTest::newRow("member of a newer version") << more(",'ipVersionType':'IPv4'") << t("InvalidRequestFormat");
        QTest::newRow("long message") << QString(other).replace(t("'groupIds'"), t("'requestMessage':'%1','groupIds'").arg(QString(141, QLatin1Char('x')))) << t("InvalidRequestFormat");
        QTest::newRow("outside the subnet") << ip("10.0.1.4") << t("PrivateIPAddressNotInSubnet");
        QTest::newRow("reserved") << ip("10.0.0.3") << t("PrivateIPAddressNotInSubnet");
        QTest::newRow("no address") << ip("10.0.0.256") << t("InvalidIPAddress");
    }

    void endpointsAreRefused()
    {
        QFETCH(QString, body);
        QFETCH(QString, code);
        NetworkWorld world;
        world.makeGround();
        const Response refused = world.send("PUT", world.endpoint(), body);
        QVERIFY2(refused.status == 400 || refused.status == 404, refused.body.constData());
        QCOMPARE(world.code(refused), code);
        QVERIFY(!world.ledger(t("created")).contains(world.endpoint()));
    }

    void theSubnetDecidesToo()
    {
        NetworkWorld world({{t("networkPoliciesForbidEndpoints"), true}});
        world.makeGround();
        const auto reshape = [&](const char *more) {
            return world.finish("PUT", world.subnet(), t("{'properties':{'addressPrefix':'10.0.0.0/29'%1}}").arg(t(more)));
        };
        QCOMPARE(reshape(",'privateEndpointNetworkPolicies':'Enabled'"), t("Succeeded"));
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("PrivateEndpointCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled"));
        QCOMPARE(reshape(",'delegations':[{'name':'d','properties':{'serviceName':'Microsoft.DBforPostgreSQL/flexibleServers'}}]"), t("Succeeded"));
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("PrivateEndpointCannotBeCreatedInDelegatedSubnet"));
        QCOMPARE(reshape(""), t("Succeeded"));
        for (const char *name : {"a", "b", "c"}) // a /29 has three addresses to give
            QCOMPARE(world.finish("PUT", world.net(t("privateEndpoints/pe-%1").arg(t(name))), NetworkWorld::endpointText()), t("Succeeded"));
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("SubnetIsFull"));
        const QString fixed = t(",'ipConfigurations':[{'name':'a','properties':{'groupId':'postgresqlServer','memberName':'postgresqlServer','privateIPAddress':'10.0.0.5'}}]");
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(NetworkWorld::automatic, fixed)), t("PrivateIPAddressIsAllocated"));
        QCOMPARE(reshape(",'privateEndpointNetworkPolicies':'Enabled'"), t("PrivateEndpointNetworkPoliciesCannotBeEnabledOnPrivateEndpointSubnet"));
    }

    void whatIsChosenOnceStays()
    {
        NetworkWorld world;
        world.makeGround();
        const QString chosen = t(",'customNetworkInterfaceName':'pe-nic','ipConfigurations':[{'name':'a','properties':{'groupId':'postgresqlServer',"
                                 "'memberName':'postgresqlServer','privateIPAddress':'10.0.0.10'}}]");
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(NetworkWorld::automatic, chosen)), t("Succeeded"));
        QCOMPARE(world.properties(world.endpoint()).value(t("customDnsConfigs")).toArray().first().toObject().value(t("ipAddresses")).toArray().first().toString(), t("10.0.0.10"));
        QVERIFY(world.ledger(t("created")).contains(world.net(t("networkInterfaces/pe-nic"))));
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("PropertyChangeNotAllowed"));
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(NetworkWorld::manual, chosen)), t("PropertyChangeNotAllowed"));
        const QJsonObject whole = world.read(world.endpoint()); // as the Azure CLI does
        const Response again = world.call("PUT", world.endpoint(), whole, world.latin(NetworkWorld::owner), t("2024-07-01"));
        QVERIFY2(again.status == 200, again.body.constData());
        QCOMPARE(world.ledger(t("created")).count(world.endpoint()), 1);
    }

    void locksStandInTheWay_data()
    {
        QTest::addColumn<QString>("scope");
        QTest::newRow("group") << NetworkWorld::group();
        QTest::newRow("network") << NetworkWorld::network();
        QTest::newRow("subnet") << NetworkWorld::subnet();
        QTest::newRow("server") << NetworkWorld::server();
    }

    void locksStandInTheWay()
    {
        QFETCH(QString, scope);
        NetworkWorld world;
        world.makeGround();
        world.lock(scope, "ReadOnly");
        const Response refused = world.send("PUT", world.endpoint(), NetworkWorld::endpointText());
        QCOMPARE(refused.status, 409);
        QCOMPARE(world.code(refused), t("ScopeLocked"));
        world.unlock(scope);
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
    }

    void aLockedServerKeepsItsConnection()
    {
        NetworkWorld world;
        world.makeGround();
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        world.lock(world.server(), "CanNotDelete");
        QCOMPARE(world.finish("DELETE", world.endpoint()), t("ScopeLocked"));
        QVERIFY2(world.lastMessage.contains(t("scope(s) are locked: '%1'. Please").arg(world.server()), Qt::CaseInsensitive), // the scope, not its lock
                 qPrintable(world.lastMessage));
        QVERIFY2(world.lastMessage.startsWith(t("Call to Microsoft.DBforPostgreSQL/flexibleServers failed. Error message: The scope '%1/privateEndpointConnectionProxies/pe-demo.").arg(world.server())),
                 qPrintable(world.lastMessage));
        QVERIFY(!world.onlyConnection().isEmpty());
        world.unlock(world.server());
        QCOMPARE(world.finish("DELETE", world.endpoint()), t("Succeeded"));
        QVERIFY(world.onlyConnection().isEmpty());
    }

    void deletingTakesEverythingAlong()
    {
        NetworkWorld world;
        world.makeGround();
        world.makeZone();
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        const QString nic = world.properties(world.endpoint()).value(t("networkInterfaces")).toArray().first().toObject().value(t("id")).toString();
        QCOMPARE(world.finish("PUT", world.endpoint() + t("/privateDnsZoneGroups/default"), NetworkWorld::groupText()), t("Succeeded"));
        QCOMPARE(world.finish("DELETE", world.endpoint()), t("Succeeded"));
        for (const QString &gone : {world.endpoint(), world.endpoint() + t("/privateDnsZoneGroups/default"), nic, world.zone() + t("/A/pgdemo01")}) {
            QCOMPARE(world.send("GET", gone).status, 404);
            QCOMPARE(world.ledger(t("deleted")).count(gone), 1);
        }
        QVERIFY(world.onlyConnection().isEmpty());
        QCOMPARE(world.send("DELETE", world.endpoint()).status, 204);
    }

    void anEndpointOutlivesItsServer()
    {
        NetworkWorld world;
        world.makeGround();
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        QCOMPARE(world.finish("DELETE", world.server()), t("Succeeded"));
        world.wait(10);
        QCOMPARE(world.consumerState(NetworkWorld::automatic).value(t("status")).toString(), t("Disconnected"));
        QCOMPARE(world.finish("DELETE", world.endpoint()), t("Succeeded"));
    }

    void aSavedWorldGoesOnInTheMiddle()
    {
        NetworkWorld world;
        world.makeGround();
        const Response made = world.send("PUT", world.endpoint(), NetworkWorld::endpointText());
        world.wait(20);
        std::optional<State> saved = State::fromJson(world.state().toJson());
        QVERIFY(saved);
        world.world = std::make_unique<World>(*std::move(saved));
        QCOMPARE(world.settle(made).value(t("status")).toString(), t("Succeeded"));
        QCOMPARE(world.ledger(t("created")).count(world.endpoint()), 1);
        QVERIFY(!world.onlyConnection().isEmpty());
    }

    void aServerThatIsGoneFailsTheEndpoint()
    {
        NetworkWorld world;
        world.makeGround();
        const Response made = world.send("PUT", world.endpoint(), NetworkWorld::endpointText());
        QCOMPARE(world.send("DELETE", world.server()).status, 202);
        const QJsonObject status = world.settle(made);
        QCOMPARE(status.value(t("status")).toString(), t("Failed"));
        QCOMPARE(world.properties(world.endpoint()).value(t("provisioningState")).toString(), t("Failed"));
        world.wait(200);
        QCOMPARE(world.finish("DELETE", world.endpoint()), t("Succeeded"));
        QCOMPARE(world.properties(world.network() + t("/subnets/snet-pe")).contains(t("privateEndpoints")), false);
    }
};

QTEST_GUILESS_MAIN(TestNetworkEndpoints)
#include "tst_networkendpoints.moc"
