// SPDX-License-Identifier: Apache-2.0
#include "networkworld.h"
#include "sandbox/providers/network.h"

#include <QTest>

using namespace causeway::sandbox;
using test::NetworkWorld;

namespace {

QString t(const char *text)
{
    return QString::fromUtf8(text);
}

QJsonObject connectionIn(const QJsonObject &properties, const char *array)
{
    return properties.value(QLatin1String(array)).toArray().at(0).toObject().value(t("properties")).toObject();
}

QJsonObject consumerState(NetworkWorld &world, const char *array)
{
    return connectionIn(world.properties(world.endpoint()), array).value(t("privateLinkServiceConnectionState")).toObject();
}

QString onlyConnection(NetworkWorld &world)
{
    const QJsonArray all = world.get(world.below(t("/privateEndpointConnections"))).value(t("value")).toArray();
    return all.size() == 1 ? all.first().toObject().value(t("id")).toString() : QString();
}

constexpr auto automatic = "privateLinkServiceConnections";
constexpr auto manual = "manualPrivateLinkServiceConnections";

} // namespace

class TestNetwork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putOfANetworkAnswersLikeTheRecording()
    {
        NetworkWorld world;
        const Response made = world.send("PUT", world.network(), NetworkWorld::networkText());
        QCOMPARE(made.status, 201);
        const QJsonObject body = world.json(made);
        QCOMPARE(body.value(t("id")).toString(), world.network());
        QCOMPARE(body.value(t("type")).toString(), t("Microsoft.Network/virtualNetworks"));
        QVERIFY(body.value(t("etag")).toString().startsWith(t("W/\"")));
        const QJsonObject properties = body.value(t("properties")).toObject();
        QCOMPARE(properties.value(t("provisioningState")).toString(), t("Updating"));
        QVERIFY(properties.contains(t("resourceGuid")) && properties.contains(t("virtualNetworkPeerings")));
        QCOMPARE(properties.value(t("subnets")).toArray().size(), 1);
        QVERIFY(headerValue(made.headers, "azure-asyncoperation").contains("/providers/Microsoft.Network/locations/canadacentral/operations/"));
        QCOMPARE(headerValue(made.headers, "azure-asyncnotification"), QByteArray("Enabled"));
        QCOMPARE(headerValue(made.headers, "retry-after"), QByteArray("10"));
        QVERIFY(headerValue(made.headers, "location").isEmpty());
        const QJsonObject status = world.settle(made);
        QCOMPARE(status, (QJsonObject{{t("status"), t("Succeeded")}}));
        const QJsonObject subnet = world.read(world.subnet());
        QCOMPARE(subnet.value(t("properties")).toObject().value(t("provisioningState")).toString(), t("Succeeded"));
        QCOMPARE(subnet.value(t("properties")).toObject().value(t("privateEndpointNetworkPolicies")).toString(), t("Disabled"));
        QVERIFY(body.value(t("etag")) != world.read(world.network()).value(t("etag")));
        QCOMPARE(world.send("PUT", world.network(), NetworkWorld::networkText()).status, 200);
        QCOMPARE(world.ledger(t("created")), (QStringList{world.network(), world.subnet()}));
    }

    void networksAreRefused_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("code");
        const auto space = [](const char *prefixes, const char *subnets) {
            return t("{'location':'canadacentral','properties':{'addressSpace':{'addressPrefixes':[%1]},'subnets':[%2]}}").arg(t(prefixes), t(subnets));
        };
        QTest::newRow("no location") << t("{'properties':{'addressSpace':{'addressPrefixes':['10.0.0.0/16']}}}") << t("LocationRequired");
        QTest::newRow("unknown location") << t("{'location':'mars','properties':{'addressSpace':{'addressPrefixes':['10.0.0.0/16']}}}")
                                          << t("LocationNotAvailableForResourceType");
        QTest::newRow("not CIDR") << space("'10.0.0.0'", "") << t("InvalidAddressPrefixFormat");
        QTest::newRow("host bits") << space("'10.0.0.1/16'", "") << t("InvalidCIDRNotation");
        QTest::newRow("overlap in space") << space("'10.0.0.0/16','10.0.128.0/17'", "") << t("NetcfgInvalidVirtualNetworkSite");
        QTest::newRow("outside") << space("'10.0.0.0/16'", "{'name':'a','properties':{'addressPrefix':'10.1.0.0/24'}}") << t("NetcfgInvalidSubnet");
        QTest::newRow("too small") << space("'10.0.0.0/16'", "{'name':'a','properties':{'addressPrefix':'10.0.0.0/30'}}") << t("NetcfgInvalidSubnet");
        QTest::newRow("overlap") << space("'10.0.0.0/16'", "{'name':'a','properties':{'addressPrefix':'10.0.0.0/24'}},"
                                                           "{'name':'b','properties':{'addressPrefix':'10.0.0.128/25'}}")
                                 << t("NetcfgSubnetRangesOverlap");
        QTest::newRow("subnet name") << space("'10.0.0.0/16'", "{'name':'-a','properties':{'addressPrefix':'10.0.0.0/24'}}") << t("InvalidResourceName");
        QTest::newRow("unknown member") << space("'10.0.0.0/16'", "{'name':'a','properties':{'addressPrefx':'10.0.0.0/24'}}") << t("InvalidRequestFormat");
        QTest::newRow("wrong JSON type") << t("{'location':'canadacentral','properties':{'addressSpace':'10.0.0.0/16'}}") << t("InvalidRequestFormat");
        QTest::newRow("policies") << space("'10.0.0.0/16'", "{'name':'a','properties':{'addressPrefix':'10.0.0.0/24','privateEndpointNetworkPolicies':'Maybe'}}")
                                  << t("InvalidRequestFormat");
    }

    void networksAreRefused()
    {
        QFETCH(QString, body);
        QFETCH(QString, code);
        NetworkWorld world;
        const Response refused = world.send("PUT", world.network(), body);
        QCOMPARE(refused.status, 400);
        QCOMPARE(world.code(refused), code);
        QVERIFY(world.ledger(t("created")).isEmpty());
    }

    void subnetsReplaceStayAndGo()
    {
        NetworkWorld world;
        world.makeNetwork();
        const QString other = world.network() + t("/subnets/other");
        QCOMPARE(world.finish("PUT", other, t("{'properties':{'addressPrefix':'10.0.0.0/25'}}")), t("NetcfgSubnetRangesOverlap"));
        QCOMPARE(world.send("PUT", other, t("{'properties':{'addressPrefix':'10.0.1.0/24'}}")).status, 201);
        QCOMPARE(world.finish("PUT", world.network(), NetworkWorld::networkText()), t("AnotherOperationInProgress"));
        world.wait(10);
        QCOMPARE(world.read(world.network() + t("/subnets")).value(t("value")).toArray().size(), 2);
        // Without the member they stay, with it they are what it says (facts §3.1).
        QCOMPARE(world.finish("PUT", world.network(), t("{'location':'canadacentral','properties':{'addressSpace':{'addressPrefixes':['10.0.0.0/16']}}}")), t("Succeeded"));
        QCOMPARE(world.read(world.network() + t("/subnets")).value(t("value")).toArray().size(), 2);
        QCOMPARE(world.finish("PUT", world.network(), NetworkWorld::networkText()), t("Succeeded"));
        QCOMPARE(world.send("GET", other).status, 404);
        QCOMPARE(world.code(world.send("GET", other)), t("NotFound"));
        QCOMPARE(world.code(world.send("PUT", world.net(t("virtualNetworks/none/subnets/a")), t("{'properties':{'addressPrefix':'10.0.0.0/24'}}"))), t("ParentResourceNotFound"));
        const Response gone = world.send("DELETE", world.subnet());
        QCOMPARE(gone.status, 202);
        const QByteArray location = headerValue(gone.headers, "location");
        QCOMPARE(world.follow("GET", location).status, 202);
        world.wait(10);
        QCOMPARE(world.follow("GET", location).status, 204);
        QCOMPARE(world.send("DELETE", world.subnet()).status, 204);
        QCOMPARE(world.finish("DELETE", world.network()), t("Succeeded"));
        QCOMPARE(world.code(world.send("GET", world.network())), t("ResourceNotFound"));
    }

    void addressesAreCounted()
    {
        NetworkWorld world;
        world.makeGround();
        const auto check = [&](const char *address) {
            Request request = requestFromTarget("GET", (world.network() + t("/checkIPAddressAvailability?api-version=2024-07-01&ipAddress=%1").arg(t(address))).toUtf8());
            request.principal = world.latin(NetworkWorld::owner);
            return world.json(std::get<Response>(world.world->handle(request, world.now)));
        };
        QCOMPARE(check("10.0.0.4").value(t("available")).toBool(), true);
        QCOMPARE(check("10.0.0.3").value(t("available")).toBool(), false);
        QCOMPARE(check("10.0.0.3").value(t("isPlatformReserved")).toBool(), true);
        QCOMPARE(check("10.9.0.4").value(t("available")).toBool(), false);
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        QCOMPARE(check("10.0.0.4").value(t("available")).toBool(), false);
        QCOMPARE(check("10.0.0.4").value(t("availableIPAddresses")).toArray().first().toString(), t("10.0.0.5"));
        const QJsonObject usage = world.read(world.network() + t("/usages")).value(t("value")).toArray().first().toObject();
        QCOMPARE(usage.value(t("currentValue")).toInt(), 1);
        QCOMPARE(usage.value(t("limit")).toInt(), 251);
        QCOMPARE(world.finish("DELETE", world.subnet()), t("InUseSubnetCannotBeDeleted"));
        QCOMPARE(world.finish("DELETE", world.network()), t("InUseSubnetCannotBeDeleted"));
        QCOMPARE(world.finish("PUT", world.subnet(), t("{'properties':{'addressPrefix':'10.0.7.0/24'}}")), t("InUsePrefixCannotBeDeleted"));
        QCOMPARE(world.finish("PUT", world.network(), t("{'location':'canadacentral','properties':{'addressSpace':{'addressPrefixes':['10.0.0.0/16']},'subnets':[]}}")),
                 t("InUseSubnetCannotBeDeleted"));
    }

    void automaticApproval()
    {
        NetworkWorld world;
        world.makeGround();
        const Response made = world.send("PUT", world.endpoint(), NetworkWorld::endpointText());
        QCOMPARE(made.status, 201);
        const QJsonObject first = world.json(made).value(t("properties")).toObject();
        QCOMPARE(first.value(t("provisioningState")).toString(), t("Updating"));
        const QJsonObject before = connectionIn(first, automatic).value(t("privateLinkServiceConnectionState")).toObject();
        QCOMPARE(before, (QJsonObject{{t("status"), t("Approved")}, {t("description"), t("Auto Approved")}, {t("actionsRequired"), t("None")}}));
        QVERIFY(first.value(t("customDnsConfigs")).toArray().isEmpty());
        const QString nic = first.value(t("networkInterfaces")).toArray().first().toObject().value(t("id")).toString();
        QVERIFY(nic.startsWith(world.net(t("networkInterfaces/pe-demo.nic."))));
        world.wait(49);
        QVERIFY(onlyConnection(world).isEmpty());
        QCOMPARE(world.properties(world.endpoint()).value(t("provisioningState")).toString(), t("Updating"));
        world.wait(1);
        const QJsonObject after = world.properties(world.endpoint());
        QCOMPARE(after.value(t("provisioningState")).toString(), t("Succeeded"));
        QCOMPARE(consumerState(world, automatic),
                 (QJsonObject{{t("status"), t("Approved")}, {t("description"), t("Auto-Approved")}, {t("actionsRequired"), t("")}}));
        const QJsonObject dns = after.value(t("customDnsConfigs")).toArray().first().toObject();
        QCOMPARE(dns.value(t("fqdn")).toString(), t("pgdemo01.postgres.database.azure.com"));
        QCOMPARE(dns.value(t("ipAddresses")).toArray().first().toString(), t("10.0.0.4"));
        QVERIFY(onlyConnection(world).startsWith(world.below(t("/privateEndpointConnections/pe-demo."))));
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
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(manual), NetworkWorld::networkAdmin), t("Succeeded"));
        QCOMPARE(consumerState(world, manual),
                 (QJsonObject{{t("status"), t("Pending")}, {t("description"), t("Awaiting approval")}, {t("actionsRequired"), t("None")}}));
        QVERIFY(world.properties(world.endpoint()).value(t("privateLinkServiceConnections")).toArray().isEmpty());
        const QString connection = onlyConnection(world);
        const QString text = t("{'properties':{'privateLinkServiceConnectionState':{'status':'%1','description':'CHG-1'}}}").arg(decision);
        QCOMPARE(decision.isEmpty() ? world.finish("DELETE", connection) : world.finish("PUT", connection, text), t("Succeeded"));
        world.wait(10);
        QCOMPARE(consumerState(world, manual).value(t("status")).toString(), seen);
        if (!decision.isEmpty())
            QCOMPARE(consumerState(world, manual).value(t("description")).toString(), t("CHG-1"));
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
        QCOMPARE(world.code(world.send("PUT", world.endpoint(), NetworkWorld::endpointText(manual), NetworkWorld::networkAdmin)), t("LinkedAuthorizationFailed"));
        QVERIFY(world.properties(world.endpoint()).isEmpty());
    }

    void endpointsAreRefused_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("code");
        const auto more = [](const char *text) { return NetworkWorld::endpointText(automatic, t(text)); };
        const auto ip = [&](const char *address) {
            return NetworkWorld::endpointText(automatic, t(",'ipConfigurations':[{'name':'a','properties':{'groupId':'postgresqlServer','memberName':'postgresqlServer',"
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
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(automatic, fixed)), t("PrivateIPAddressIsAllocated"));
        QCOMPARE(reshape(",'privateEndpointNetworkPolicies':'Enabled'"), t("PrivateEndpointNetworkPoliciesCannotBeEnabledOnPrivateEndpointSubnet"));
    }

    void whatIsChosenOnceStays()
    {
        NetworkWorld world;
        world.makeGround();
        const QString chosen = t(",'customNetworkInterfaceName':'pe-nic','ipConfigurations':[{'name':'a','properties':{'groupId':'postgresqlServer',"
                                 "'memberName':'postgresqlServer','privateIPAddress':'10.0.0.10'}}]");
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(automatic, chosen)), t("Succeeded"));
        QCOMPARE(world.properties(world.endpoint()).value(t("customDnsConfigs")).toArray().first().toObject().value(t("ipAddresses")).toArray().first().toString(), t("10.0.0.10"));
        QVERIFY(world.ledger(t("created")).contains(world.net(t("networkInterfaces/pe-nic"))));
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("PropertyChangeNotAllowed"));
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(manual, chosen)), t("PropertyChangeNotAllowed"));
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
        QVERIFY(!onlyConnection(world).isEmpty());
        world.unlock(world.server());
        QCOMPARE(world.finish("DELETE", world.endpoint()), t("Succeeded"));
        QVERIFY(onlyConnection(world).isEmpty());
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
        QVERIFY(onlyConnection(world).isEmpty());
        QCOMPARE(world.send("DELETE", world.endpoint()).status, 204);
    }

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
        const QJsonObject set = connectionIn(world.properties(group), "privateDnsZoneConfigs").value(t("recordSets")).toArray().first().toObject();
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
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText(manual)), t("Succeeded"));
        QCOMPARE(world.finish("PUT", world.endpoint() + t("/privateDnsZoneGroups/default"), NetworkWorld::groupText()), t("Succeeded"));
        QCOMPARE(world.send("GET", world.zone() + t("/A/pgdemo01")).status, 404);
        QCOMPARE(world.finish("PUT", onlyConnection(world), t("{'properties':{'privateLinkServiceConnectionState':{'status':'Approved'}}}")), t("Succeeded"));
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
        QVERIFY(connectionIn(world.properties(group), "privateDnsZoneConfigs").value(t("recordSets")).toArray().isEmpty());
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

    void aGroupTakesItsNetworkAlong()
    {
        NetworkWorld world;
        world.makeGround();
        world.makeZone();
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        QCOMPARE(world.finish("PUT", world.endpoint() + t("/privateDnsZoneGroups/default"), NetworkWorld::groupText()), t("Succeeded"));
        QStringList there;
        for (const Resource *one : world.state().below(world.group()))
            there.append(one->id);
        world.world->removeTree(world.group(), world.now, {});
        QVERIFY(world.state().below(world.group()).isEmpty());
        for (const QString &one : std::as_const(there)) { // each once, whoever took it away
            if (one.contains(t("/Microsoft.Network/")))
                QCOMPARE(world.ledger(t("deleted")).count(one), 1);
        }
    }

    void anEndpointOutlivesItsServer()
    {
        NetworkWorld world;
        world.makeGround();
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        QCOMPARE(world.finish("DELETE", world.server()), t("Succeeded"));
        world.wait(10);
        QCOMPARE(consumerState(world, automatic).value(t("status")).toString(), t("Disconnected"));
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
        QVERIFY(!onlyConnection(world).isEmpty());
    }

    //! Every operation that the specification of 2024-07-01 has for these types.
    void everyOperationIsThere_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QList<int>>("statuses");
        const QString group = NetworkWorld::endpoint() + t("/privateDnsZoneGroups/default");
        const QString policies = t("{'serviceName':'Microsoft.DBforPostgreSQL/flexibleServers'}");
        const struct { const char *method; QString path; QString body; QList<int> statuses; } rows[] = {
            {"GET", NetworkWorld::network(), {}, {200}},
            {"PUT", NetworkWorld::network(), NetworkWorld::networkText(), {200, 201}},
            {"GET", NetworkWorld::subnet(), {}, {200}},
            {"PUT", NetworkWorld::subnet(), t("{'properties':{'addressPrefix':'10.0.0.0/24'}}"), {200, 201}},
            {"GET", NetworkWorld::subnet() + t("/resourceNavigationLinks"), {}, {200}},
            {"GET", NetworkWorld::subnet() + t("/serviceAssociationLinks"), {}, {200}},
            {"POST", NetworkWorld::subnet() + t("/prepareNetworkPolicies"), policies, {200, 202}},
            {"POST", NetworkWorld::subnet() + t("/unprepareNetworkPolicies"), policies, {200, 202}},
            {"POST", NetworkWorld::network() + t("/ddosProtectionStatus"), {}, {200, 202}},
            {"GET", NetworkWorld::network() + t("/usages"), {}, {200}},
            {"GET", NetworkWorld::endpoint(), {}, {200}},
            {"PUT", NetworkWorld::endpoint(), NetworkWorld::endpointText(), {200, 201}},
            {"GET", NetworkWorld::endpoint() + t("/privateDnsZoneGroups"), {}, {200}},
            {"PUT", group, NetworkWorld::groupText(), {200, 201}},
            {"GET", group, {}, {200}},
            {"DELETE", group, {}, {200, 202, 204}},
            {"DELETE", NetworkWorld::endpoint(), {}, {200, 202, 204}},
            {"DELETE", NetworkWorld::net(t("virtualNetworks/none")), {}, {204}},
        };
        for (const auto &row : rows)
            QTest::addRow("%s %s", row.method, qPrintable(row.path.mid(NetworkWorld::group().size()))) << QByteArray(row.method) << row.path << row.body << row.statuses;
    }

    void everyOperationIsThere()
    {
        QFETCH(QByteArray, method);
        QFETCH(QString, path);
        QFETCH(QString, body);
        QFETCH(QList<int>, statuses);
        NetworkWorld world;
        world.makeGround();
        world.makeZone();
        world.finish("PUT", world.endpoint(), NetworkWorld::endpointText());
        world.finish("PUT", world.endpoint() + t("/privateDnsZoneGroups/default"), NetworkWorld::groupText());
        const Response answer = world.send(method, path, body.isEmpty() ? t("{}") : body);
        QVERIFY2(statuses.contains(answer.status), answer.body.constData());
        if (method == "PUT")
            QVERIFY(!headerValue(answer.headers, "azure-asyncoperation").isEmpty());
        if (answer.status == 202) {
            QVERIFY(!headerValue(answer.headers, "location").isEmpty());
            QCOMPARE(world.settle(answer).value(t("status")).toString(), t("Succeeded"));
        }
    }

    void everythingIsListed()
    {
        NetworkWorld world;
        world.makeGround();
        QCOMPARE(world.finish("PUT", world.endpoint(), NetworkWorld::endpointText()), t("Succeeded"));
        const QString subscription = t("/subscriptions/%1/providers/Microsoft.Network/").arg(world.latin(NetworkWorld::subscription));
        for (const char *type : {"virtualNetworks", "privateEndpoints", "networkInterfaces"}) {
            QCOMPARE(world.read(world.net(t(type))).value(t("value")).toArray().size(), 1);
            QCOMPARE(world.read(subscription + t(type)).value(t("value")).toArray().size(), 1);
        }
        const QJsonArray types = world.read(subscription + t("locations/canadacentral/availablePrivateEndpointTypes")).value(t("value")).toArray();
        QCOMPARE(types.first().toObject().value(t("resourceName")).toString(), t("Microsoft.DBforPostgreSQL/flexibleServers"));
        const Response tagged = world.send("PATCH", world.network(), t("{'tags':{'a':'b'}}"));
        QCOMPARE(tagged.status, 200);
        QCOMPARE(world.read(world.network()).value(t("tags")).toObject().value(t("a")).toString(), t("b"));
        const Response status = world.send("POST", world.network() + t("/ddosProtectionStatus"));
        QCOMPARE(status.status, 202);
        world.wait(10);
        QCOMPARE(world.json(world.follow("GET", headerValue(status.headers, "location"))), (QJsonObject{{t("value"), QJsonArray()}}));
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

QTEST_GUILESS_MAIN(TestNetwork)
#include "tst_network.moc"
