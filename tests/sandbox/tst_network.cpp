// SPDX-License-Identifier: Apache-2.0
#include "networkworld.h"

#include <QTest>

using namespace causeway::sandbox;
using test::NetworkWorld;

static QString t(const char *text)
{
    return QString::fromUtf8(text);
}

//! Virtual networks, subnets, and what is asked of all network types.
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
};

QTEST_GUILESS_MAIN(TestNetwork)
#include "tst_network.moc"
