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

const QString zoneText = t("{'location':'global'}");

Response conditional(NetworkWorld &world, const QByteArray &method, const QString &path, const QString &text, const QByteArray &header, const QByteArray &value)
{
    Request request = requestFromTarget(method, path.toUtf8() + "?api-version=2024-06-01");
    request.principal = world.latin(NetworkWorld::owner);
    request.origin = "https://127.0.0.1:1";
    request.headers = {{header, value}};
    if (method != "DELETE")
        request.body = QJsonDocument(NetworkWorld::body(text)).toJson();
    return std::get<Response>(world.world->handle(request, world.now));
}

} // namespace

class TestPrivateDns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aZoneIsMadeWithItsStartOfAuthority()
    {
        NetworkWorld world;
        const Response made = world.send("PUT", world.zone(), zoneText);
        QCOMPARE(made.status, 202);
        QVERIFY(headerValue(made.headers, "azure-asyncoperation").contains("/resourceGroups/rg-demo/providers/Microsoft.Network/privateDnsOperationStatuses/"));
        QVERIFY(headerValue(made.headers, "location").contains("/resourceGroups/rg-demo/providers/Microsoft.Network/privateDnsOperationResults/"));
        QCOMPARE(headerValue(made.headers, "retry-after"), QByteArray("60"));
        QCOMPARE(world.follow("GET", headerValue(made.headers, "location")).status, 202);
        QCOMPARE(world.settle(made), (QJsonObject{{t("status"), t("Succeeded")}}));
        QCOMPARE(world.json(world.follow("GET", headerValue(made.headers, "location"))).value(t("id")).toString(), world.zone());
        const QJsonObject zone = world.read(world.zone());
        QCOMPARE(zone.value(t("location")).toString(), t("global"));
        QCOMPARE(zone.value(t("etag")).toString().size(), 36);
        const QJsonObject properties = zone.value(t("properties")).toObject();
        QCOMPARE(properties.value(t("provisioningState")).toString(), t("Succeeded"));
        QCOMPARE(properties.value(t("numberOfRecordSets")).toInt(), 1);
        QCOMPARE(properties.value(t("maxNumberOfRecordSets")).toInt(), 25000);
        const QJsonObject authority = world.properties(world.zone() + t("/SOA/@"));
        QCOMPARE(authority.value(t("ttl")).toInt(), 3600);
        QCOMPARE(authority.value(t("soaRecord")).toObject().value(t("host")).toString(), t("azureprivatedns.net"));
    }

    void aFastServiceAnswersAtOnce()
    {
        NetworkWorld world({{t("privateDnsAnswer"), t("synchronous")}});
        world.makeNetwork();
        QCOMPARE(world.send("PUT", world.zone(), zoneText).status, 201);
        QCOMPARE(world.send("PUT", world.zone(), zoneText).status, 200);
        const QString link = world.zone() + t("/virtualNetworkLinks/link");
        QCOMPARE(world.send("PUT", link, NetworkWorld::linkText()).status, 201);
        QCOMPARE(world.properties(link).value(t("virtualNetworkLinkState")).toString(), t("Completed"));
        QCOMPARE(world.code(world.send("PUT", link + t("2"), NetworkWorld::linkText())), t("BadRequest"));
        QCOMPARE(world.send("DELETE", link).status, 200);
        QCOMPARE(world.send("DELETE", world.zone()).status, 200);
        QCOMPARE(world.send("DELETE", world.zone()).status, 204);
    }

    void zonesAreRefused_data()
    {
        QTest::addColumn<QString>("zone");
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("code");
        QTest::newRow("regional") << t("a.example") << t("{'location':'canadacentral'}") << t("LocationNotAvailableForResourceType");
        QTest::newRow("no location") << t("a.example") << t("{}") << t("LocationRequired");
        QTest::newRow("one label") << t("example") << zoneText << t("BadRequest");
        QTest::newRow("bad label") << t("a b.example") << zoneText << t("BadRequest");
        QTest::newRow("unknown member") << t("a.example") << t("{'location':'global','properties':{'numberOfCats':1}}") << t("BadRequest");
    }

    void zonesAreRefused()
    {
        QFETCH(QString, zone);
        QFETCH(QString, body);
        QFETCH(QString, code);
        NetworkWorld world;
        const Response refused = world.send("PUT", world.net(t("privateDnsZones/") + zone.replace(QLatin1Char(' '), t("%20"))), body);
        QCOMPARE(refused.status, 400);
        QCOMPARE(world.code(refused), code);
    }

    void conditionsHold()
    {
        NetworkWorld world;
        world.finish("PUT", world.zone(), zoneText);
        const QString record = world.zone() + t("/A/db");
        const QString text = t("{'properties':{'ttl':300,'aRecords':[{'ipv4Address':'10.0.0.4'}]}}");
        QCOMPARE(conditional(world, "PUT", world.zone(), zoneText, "If-None-Match", "*").status, 412);
        QCOMPARE(conditional(world, "PUT", record, text, "If-Match", "*").status, 412);
        QCOMPARE(conditional(world, "PUT", record, text, "If-None-Match", "*").status, 201);
        const Response again = conditional(world, "PUT", record, text, "If-None-Match", "*");
        QCOMPARE(again.status, 412);
        QCOMPARE(world.code(again), t("PreconditionFailed"));
        const QByteArray etag = world.read(record).value(t("etag")).toString().toUtf8();
        QCOMPARE(conditional(world, "PUT", record, text, "If-Match", etag).status, 200);
        QCOMPARE(conditional(world, "DELETE", record, {}, "If-Match", etag).status, 412);
        QCOMPARE(conditional(world, "DELETE", record, {}, "If-Match", "*").status, 200);
        QCOMPARE(world.send("DELETE", record).status, 204);
    }

    void recordSets_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("properties");
        QTest::addColumn<int>("status");
        QTest::newRow("A") << t("A/db") << t("'ttl':300,'aRecords':[{'ipv4Address':'10.0.0.4'}]") << 201;
        QTest::newRow("A apex") << t("A/@") << t("'ttl':300,'aRecords':[{'ipv4Address':'10.0.0.4'}]") << 201;
        QTest::newRow("A wildcard") << t("A/*") << t("'ttl':300,'aRecords':[{'ipv4Address':'10.0.0.4'}]") << 201;
        QTest::newRow("AAAA") << t("AAAA/db") << t("'ttl':300,'aaaaRecords':[{'ipv6Address':'fd00::4'}]") << 201;
        QTest::newRow("CNAME") << t("CNAME/db") << t("'ttl':300,'cnameRecord':{'cname':'x.example'}") << 201;
        QTest::newRow("MX") << t("MX/db") << t("'ttl':300,'mxRecords':[{'preference':1,'exchange':'m.example'}]") << 201;
        QTest::newRow("PTR") << t("PTR/4") << t("'ttl':300,'ptrRecords':[{'ptrdname':'m.example'}]") << 201;
        QTest::newRow("SRV") << t("SRV/_a._tcp") << t("'ttl':300,'srvRecords':[{'priority':1,'weight':1,'port':1,'target':'m.example'}]") << 201;
        QTest::newRow("TXT") << t("TXT/db") << t("'ttl':300,'txtRecords':[{'value':['a','b']}]") << 201;
        QTest::newRow("SOA is there") << t("SOA/@") << t("'ttl':3600,'soaRecord':{'email':'a.example','host':'b.example'}") << 200;
        QTest::newRow("SOA elsewhere") << t("SOA/db") << t("'ttl':3600,'soaRecord':{'email':'a.example'}") << 400;
        QTest::newRow("no TTL") << t("A/db") << t("'aRecords':[{'ipv4Address':'10.0.0.4'}]") << 400;
        QTest::newRow("bad address") << t("A/db") << t("'ttl':300,'aRecords':[{'ipv4Address':'10.0.0.400'}]") << 400;
        QTest::newRow("IPv4 as AAAA") << t("AAAA/db") << t("'ttl':300,'aaaaRecords':[{'ipv6Address':'10.0.0.4'}]") << 400;
        QTest::newRow("wrong holder") << t("A/db") << t("'ttl':300,'aaaaRecords':[]") << 400;
        QTest::newRow("alias at apex") << t("CNAME/@") << t("'ttl':300,'cnameRecord':{'cname':'x.example'}") << 400;
        QTest::newRow("alias beside A") << t("CNAME/taken") << t("'ttl':300,'cnameRecord':{'cname':'x.example'}") << 409;
    }

    void recordSets()
    {
        QFETCH(QString, path);
        QFETCH(QString, properties);
        QFETCH(int, status);
        NetworkWorld world;
        world.finish("PUT", world.zone(), zoneText);
        world.send("PUT", world.zone() + t("/A/taken"), t("{'properties':{'ttl':1,'aRecords':[]}}"));
        const Response answer = world.send("PUT", world.zone() + QLatin1Char('/') + path, t("{'properties':{%1}}").arg(properties));
        QVERIFY2(answer.status == status, answer.body.constData());
        if (status != 201)
            return;
        const QJsonObject body = world.json(answer);
        QCOMPARE(body.value(t("type")).toString(), t("Microsoft.Network/privateDnsZones/") + path.section(QLatin1Char('/'), 0, 0));
        QCOMPARE(body.value(t("id")).toString(), world.zone() + QLatin1Char('/') + path);
        QVERIFY(body.value(t("properties")).toObject().value(t("fqdn")).toString().endsWith(t("privatelink.postgres.database.azure.com.")));
        QCOMPARE(world.properties(world.zone()).value(t("numberOfRecordSets")).toInt(), 3);
        QCOMPARE(world.read(world.zone() + t("/ALL")).value(t("value")).toArray().size(), 3);
        const Response patched = world.send("PATCH", world.zone() + QLatin1Char('/') + path, t("{'properties':{'metadata':{'a':'b'}}}"));
        QCOMPARE(patched.status, 200);
        QCOMPARE(world.json(patched).value(t("properties")).toObject().value(t("ttl")).toInt(), 300);
        QCOMPARE(world.send("DELETE", world.zone() + QLatin1Char('/') + path).status, 200);
        QCOMPARE(world.send("GET", world.zone() + QLatin1Char('/') + path).status, 404);
    }

    void aNetworkSeesOneZoneOfAName()
    {
        NetworkWorld world;
        world.makeNetwork();
        world.makeZone();
        Resource other;
        other.id = world.group() + t("2");
        other.type = t("Microsoft.Resources/resourceGroups");
        other.name = t("rg-demo2");
        world.state().put(other);
        const QString twin = world.zone().replace(t("rg-demo"), t("rg-demo2"));
        QCOMPARE(world.finish("PUT", twin, zoneText), t("Succeeded"));
        const QString link = twin + t("/virtualNetworkLinks/second");
        QCOMPARE(world.send("PUT", link, NetworkWorld::linkText()).status, 202);
        QCOMPARE(world.finish("PUT", link, NetworkWorld::linkText()), t("BadRequest"));
        QCOMPARE(world.lastMessage, t("A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link virtual network with "
                                      "'privatelink.postgres.database.azure.com' and 'privatelink.postgres.database.azure.com' zones."));
        QCOMPARE(world.send("GET", link).status, 404);
        QCOMPARE(world.finish("DELETE", world.zone()), t("CannotDeleteResource"));
        QCOMPARE(world.finish("DELETE", world.zone() + t("/virtualNetworkLinks/link")), t("Succeeded"));
        QCOMPARE(world.finish("DELETE", world.zone()), t("Succeeded"));
        QCOMPARE(world.finish("PUT", link, NetworkWorld::linkText()), t("Succeeded"));
        QCOMPARE(world.properties(twin).value(t("numberOfVirtualNetworkLinks")).toInt(), 1);
    }

    void linksAreRefused()
    {
        NetworkWorld world;
        world.makeNetwork();
        const QString link = world.zone() + t("/virtualNetworkLinks/link");
        QCOMPARE(world.code(world.send("PUT", link, NetworkWorld::linkText())), t("ParentResourceNotFound"));
        world.finish("PUT", world.zone(), zoneText);
        QCOMPARE(world.code(world.send("PUT", link, NetworkWorld::linkText().replace(t("{network}"), t("{network}x")))), t("BadRequest"));
        QCOMPARE(world.code(world.send("PUT", link, NetworkWorld::linkText().replace(t("{network}"), t("{zone}")))), t("BadRequest"));
        world.lock(world.network(), "ReadOnly");
        QCOMPARE(world.code(world.send("PUT", link, NetworkWorld::linkText())), t("ScopeLocked"));
        world.unlock(world.network());
        world.state().roles[1].notActions.append(t("Microsoft.Network/virtualNetworks/join/action"));
        QCOMPARE(world.code(world.send("PUT", link, NetworkWorld::linkText(), NetworkWorld::networkAdmin)), t("LinkedAuthorizationFailed"));
        const QString policy = NetworkWorld::linkText().replace(t("'registrationEnabled'"), t("'resolutionPolicy':'NxDomainRedirect','registrationEnabled'"));
        const Response older = world.call("PUT", link, NetworkWorld::body(policy), world.latin(NetworkWorld::owner), t("2020-06-01"));
        QCOMPARE(older.status, 400);
        QCOMPARE(world.finish("PUT", link, policy), t("Succeeded"));
        QCOMPARE(world.properties(link).value(t("resolutionPolicy")).toString(), t("NxDomainRedirect"));
    }

    void namesResolveInTheNetwork()
    {
        NetworkWorld world;
        world.makeNetwork();
        const QString internal = world.net(t("privateDnsZones/corp.example"));
        world.finish("PUT", internal, zoneText);
        world.finish("PUT", internal + t("/virtualNetworkLinks/link"), NetworkWorld::linkText());
        world.send("PUT", internal + t("/A/db"), t("{'properties':{'ttl':1,'aRecords':[{'ipv4Address':'10.0.0.9'}]}}"));
        world.send("PUT", internal + t("/CNAME/alias"), t("{'properties':{'ttl':1,'cnameRecord':{'cname':'db.corp.example.'}}}"));
        world.send("PUT", internal + t("/CNAME/loop"), t("{'properties':{'ttl':1,'cnameRecord':{'cname':'loop.corp.example'}}}"));
        world.send("PUT", internal + t("/A/*.apps"), t("{'properties':{'ttl':1,'aRecords':[{'ipv4Address':'10.0.0.7'}]}}"));
        const auto inside = [&](const char *name) { return network::resolve(world.state(), world.network(), t(name)).value_or(t("NXDOMAIN")); };
        QCOMPARE(inside("DB.corp.example."), t("10.0.0.9"));
        QCOMPARE(inside("alias.corp.example"), t("10.0.0.9"));
        QCOMPARE(inside("x.apps.corp.example"), t("10.0.0.7"));
        QCOMPARE(inside("loop.corp.example"), t("NXDOMAIN"));
        QCOMPARE(inside("none.corp.example"), t("NXDOMAIN"));
        QCOMPARE(inside("example.com"), t("NXDOMAIN"));
        QVERIFY(!network::resolve(world.state(), {}, t("db.corp.example")));
    }
};

QTEST_GUILESS_MAIN(TestPrivateDns)
#include "tst_privatedns.moc"
