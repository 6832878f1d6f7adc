// SPDX-License-Identifier: Apache-2.0
#include "worldtest.h"

#include "sandbox/odatafilter.h"

#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

class TestResources : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tenantsAndSubscriptions();
    void otherTenant();
    void guests();
    void locations();
    void registration();
    void unregisteredRefusesWrites();
    void groups();
    void groupRefusals_data();
    void groupRefusals();
    void groupFilters();
    void groupDeletion();
    void groupDeletionHonoursLocks();
    void resourceLists();
    void filters_data();
    void filters();
    void identities();
    void validate();
    void validateRefusals_data();
    void validateRefusals();
    void aWholeRoadValidates();
    void nestedDeployments_data();
    void nestedDeployments();
    void wrongTypesAndPlacesOfAGroup();
    void whatIf();
};

static const QString groupVersion = QStringLiteral("2024-11-01");
static const QJsonObject westeurope{{QStringLiteral("location"), QStringLiteral("westeurope")}};
static const QString groupOne = QStringLiteral("/subscriptions/{s}/resourceGroups/rg-one");
static const QString identity = QStringLiteral("/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-one");

static QString text(const QJsonObject &object, const char *name)
{
    return object.value(QLatin1String(name)).toString();
}

void TestResources::tenantsAndSubscriptions()
{
    Caller caller(worldState(QStringLiteral("contoso")));
    const QJsonArray tenants = valueOf(caller.call("GET", QStringLiteral("/tenants"), QStringLiteral("2022-12-01")));
    QCOMPARE(tenants.size(), 1);
    QCOMPARE(text(tenants.first().toObject(), "defaultDomain"), QStringLiteral("contoso.example"));
    QCOMPARE(text(tenants.first().toObject(), "tenantCategory"), QStringLiteral("Home"));
    const QJsonArray subscriptions = valueOf(caller.call("GET", QStringLiteral("/subscriptions"), QStringLiteral("2019-11-01")));
    QCOMPARE(subscriptions.size(), 4); // Fabrikam's is another tenant's
    for (const char *member : {"id", "subscriptionId", "tenantId", "displayName", "state", "managedByTenants"})
        QVERIFY2(subscriptions.first().toObject().contains(QLatin1String(member)), member);
    QCOMPARE(text(bodyOf(caller.call("GET", QStringLiteral("/subscriptions/{s}"), QStringLiteral("2022-12-01"))), "displayName"),
             QStringLiteral("Contoso Production"));
}

void TestResources::otherTenant()
{
    Caller caller(worldState(QStringLiteral("contoso")));
    caller.subscription = caller.world.state().subscriptions.constLast().id;
    const Response refused = caller.call("GET", QStringLiteral("/subscriptions/{s}/resourceGroups"), groupVersion);
    QCOMPARE(refused.status, 401);
    QCOMPARE(codeOf(refused), QStringLiteral("InvalidAuthenticationTokenTenant"));
    caller.principal = caller.world.state().principals.constLast().objectId;
    QCOMPARE(caller.call("GET", QStringLiteral("/subscriptions/{s}/resourceGroups"), groupVersion).status, 200);
}

//! A guest has an object of her own in the tenant that invited her: subscriptions are those of the token's tenant, tenants are
//! those of the person.
void TestResources::guests()
{
    Caller caller(worldState(QStringLiteral("contoso")));
    const State &state = caller.world.state();
    const auto names = [&](const QString &who, const QString &path, const char *member) {
        QStringList found;
        for (const Principal &one : state.principals) {
            if (one.userPrincipalName == who)
                caller.principal = one.objectId;
        }
        for (const QJsonValue &one : valueOf(caller.call("GET", path, QStringLiteral("2022-12-01"))))
            found.append(text(one.toObject(), member));
        return found;
    };
    const QString subscriptions = QStringLiteral("/subscriptions"), tenants = QStringLiteral("/tenants");
    const QString home = QStringLiteral("dba@contoso.example"), guest = QStringLiteral("dba_contoso.example#EXT#@fabrikam.example");
    QCOMPARE(names(home, subscriptions, "displayName"), QStringList{QStringLiteral("Contoso Production")});
    QCOMPARE(names(guest, subscriptions, "displayName"), QStringList{QStringLiteral("Fabrikam Analytics")});
    for (const QString &who : {home, guest}) {
        QCOMPARE(names(who, tenants, "displayName"), (QStringList{QStringLiteral("Contoso"), QStringLiteral("Fabrikam")}));
        QCOMPARE(names(who, tenants, "tenantCategory"), (QStringList{QStringLiteral("Home"), QStringLiteral("ProjectedBy")}));
    }
    QCOMPARE(names(QStringLiteral("reader@contoso.example"), tenants, "displayName"), QStringList{QStringLiteral("Contoso")});
}

void TestResources::locations()
{
    Caller caller(worldState(QStringLiteral("default")));
    const QJsonArray all = valueOf(caller.call("GET", QStringLiteral("/subscriptions/{s}/locations"), QStringLiteral("2022-12-01")));
    QCOMPARE(all.size(), caller.world.state().locations.size());
    for (const QJsonValue &one : all) {
        QCOMPARE(one.toObject().value(QLatin1String("metadata")).toObject().value(QLatin1String("regionType")).toString(), QStringLiteral("Physical"));
        QVERIFY(!text(one.toObject(), "displayName").isEmpty());
    }
}

void TestResources::registration()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.world.state().subscriptions[0].registrations.remove(QStringLiteral("Microsoft.Network"));
    const QString provider = QStringLiteral("/subscriptions/{s}/providers/microsoft.network");
    const auto state = [&] { return text(bodyOf(caller.call("GET", provider, QStringLiteral("2021-04-01"))), "registrationState"); };
    QCOMPARE(state(), QStringLiteral("NotRegistered"));
    const Response started = caller.call("POST", provider + QStringLiteral("/register"), QStringLiteral("2022-09-01"));
    QCOMPARE(started.status, 200);
    QCOMPARE(text(bodyOf(started), "registrationState"), QStringLiteral("Registering"));
    QCOMPARE(text(bodyOf(started), "namespace"), QStringLiteral("Microsoft.Network"));
    caller.pass(10);
    QCOMPARE(state(), QStringLiteral("Registering"));
    caller.pass(25);
    QCOMPARE(state(), QStringLiteral("Registered"));
    QCOMPARE(text(bodyOf(caller.call("POST", provider + QStringLiteral("/unregister"), QStringLiteral("2022-09-01"))), "registrationState"),
             QStringLiteral("Unregistering"));
    caller.pass(35);
    QCOMPARE(state(), QStringLiteral("NotRegistered"));
    const QJsonArray types = bodyOf(caller.call("GET", provider, QStringLiteral("2021-04-01"))).value(QLatin1String("resourceTypes")).toArray();
    QStringList names;
    for (const QJsonValue &one : types)
        names.append(text(one.toObject(), "resourceType"));
    QVERIFY2(names.contains(QLatin1String("virtualNetworks")) && names.contains(QLatin1String("privateDnsZones")), qPrintable(names.join(QLatin1Char(' '))));
    caller.principal = caller.world.state().principals.at(1).objectId;
    QCOMPARE(codeOf(caller.call("POST", provider + QStringLiteral("/register"), QStringLiteral("2022-09-01"))), QStringLiteral("AuthorizationFailed"));
    QCOMPARE(codeOf(caller.call("GET", QStringLiteral("/subscriptions/{s}/providers/Microsoft.None"), QStringLiteral("2022-09-01"))),
             QStringLiteral("InvalidResourceNamespace"));
}

void TestResources::unregisteredRefusesWrites()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.world.state().subscriptions[0].registrations.insert(QStringLiteral("Microsoft.ManagedIdentity"), QStringLiteral("Registering"));
    const QString path = QStringLiteral("/subscriptions/{s}/resourceGroups/rg-network") + identity;
    const Response refused = caller.call("PUT", path, QStringLiteral("2024-11-30"), westeurope);
    QCOMPARE(refused.status, 409);
    const QJsonObject detail = errorOf(refused).value(QLatin1String("details")).toArray().first().toObject();
    QCOMPARE(text(detail, "target"), QStringLiteral("Microsoft.ManagedIdentity"));
    QCOMPARE(caller.call("GET", path, QStringLiteral("2024-11-30")).status, 404);
}

void TestResources::groups()
{
    Caller caller(worldState(QStringLiteral("default")));
    QCOMPARE(caller.call("HEAD", groupOne, groupVersion).status, 404);
    const Response created = caller.call("PUT", groupOne, groupVersion, {{QStringLiteral("location"), QStringLiteral("West Europe")}});
    QCOMPARE(created.status, 201);
    QCOMPARE(text(bodyOf(created), "location"), QStringLiteral("westeurope"));
    QCOMPARE(text(bodyOf(created), "type"), QStringLiteral("Microsoft.Resources/resourceGroups"));
    QCOMPARE(caller.call("HEAD", groupOne.toLower().replace(QLatin1String("rg-one"), QLatin1String("RG-ONE")), groupVersion).status, 204);
    QCOMPARE(caller.call("PUT", groupOne, groupVersion, westeurope).status, 200);
    const Response moved = caller.call("PUT", groupOne, groupVersion, {{QStringLiteral("location"), QStringLiteral("eastus")}});
    QCOMPARE(moved.status, 409);
    QCOMPARE(codeOf(moved), QStringLiteral("InvalidResourceGroupLocation"));
    const QJsonObject tags{{QStringLiteral("tags"), QJsonObject{{QStringLiteral("a"), QStringLiteral("b")}}}};
    QCOMPARE(bodyOf(caller.call("PATCH", groupOne, groupVersion, tags)).value(QLatin1String("tags")), tags.value(QLatin1String("tags")));
    QCOMPARE(text(bodyOf(caller.call("GET", groupOne, groupVersion)), "location"), QStringLiteral("westeurope"));
    QCOMPARE(caller.world.state().ledger.size(), 3);
    QCOMPARE(caller.world.state().ledger.first().by, QStringLiteral("owner@sandbox.example"));
}

void TestResources::groupRefusals_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("location");
    QTest::addColumn<QString>("code");
    QTest::newRow("dot at the end") << QStringLiteral("rg.") << QStringLiteral("westeurope") << QStringLiteral("InvalidResourceGroup");
    QTest::newRow("length") << QString(91, QLatin1Char('a')) << QStringLiteral("westeurope") << QStringLiteral("InvalidResourceGroup");
    QTest::newRow("character") << QStringLiteral("rg*") << QStringLiteral("westeurope") << QStringLiteral("InvalidResourceGroup");
    QTest::newRow("no location") << QStringLiteral("rg") << QString() << QStringLiteral("LocationRequired");
    QTest::newRow("location") << QStringLiteral("rg") << QStringLiteral("atlantis") << QStringLiteral("LocationNotAvailableForResourceGroup");
}

void TestResources::groupRefusals()
{
    QFETCH(QString, name);
    QFETCH(QString, location);
    QFETCH(QString, code);
    Caller caller(worldState(QStringLiteral("default")));
    const Response refused =
        caller.call("PUT", QStringLiteral("/subscriptions/{s}/resourceGroups/") + name, groupVersion, {{QStringLiteral("location"), location}});
    QCOMPARE(refused.status, 400);
    QCOMPARE(codeOf(refused), code);
    QCOMPARE(caller.call("PUT", QStringLiteral("/subscriptions/{s}/resourceGroups/Grüße_(1)-b"), groupVersion, westeurope).status, 201);
}

void TestResources::groupFilters()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.call(
        "PUT", groupOne, groupVersion,
        {{QStringLiteral("location"), QStringLiteral("westeurope")}, {QStringLiteral("tags"), QJsonObject{{QStringLiteral("env"), QStringLiteral("dev")}}}});
    const auto count = [&](const char *query) {
        return valueOf(caller.call("GET", QStringLiteral("/subscriptions/{s}/resourceGroups?") + QLatin1String(query), groupVersion)).size();
    };
    QCOMPARE(count(""), 2);
    QCOMPARE(count("$filter=tagName%20eq%20'env'"), 1);
    QCOMPARE(count("$filter=tagName%20eq%20'env'%20and%20tagValue%20eq%20'dev'"), 1);
    QCOMPARE(count("$filter=tagName%20eq%20'env'%20and%20tagValue%20eq%20'prod'"), 0);
    QCOMPARE(count("$top=1"), 1);
    QCOMPARE(codeOf(caller.call("GET", QStringLiteral("/subscriptions/{s}/resourceGroups?$filter=nonsense"), groupVersion)),
             QStringLiteral("InvalidFilterInQueryString"));
}

void TestResources::groupDeletion()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.call("PUT", groupOne, groupVersion, westeurope);
    caller.call("PUT", groupOne + identity, QStringLiteral("2024-11-30"), westeurope);
    const qsizetype people = caller.world.state().principals.size();
    const Response started = caller.call("DELETE", groupOne, groupVersion);
    QCOMPARE(started.status, 202);
    QCOMPARE(text(bodyOf(caller.call("GET", groupOne, groupVersion)).value(QLatin1String("properties")).toObject(), "provisioningState"),
             QStringLiteral("Deleting"));
    QCOMPARE(codeOf(caller.call("PUT", groupOne, groupVersion, westeurope)), QStringLiteral("ResourceGroupBeingDeleted"));
    QCOMPARE(codeOf(caller.call("PUT", groupOne + identity, QStringLiteral("2024-11-30"), westeurope)), QStringLiteral("ResourceGroupBeingDeleted"));
    caller.pass(61);
    QCOMPARE(caller.call("GET", groupOne, groupVersion).status, 404);
    QVERIFY(caller.world.state().below(QStringLiteral("/subscriptions/%1/resourceGroups/rg-one").arg(caller.subscription)).isEmpty());
    QCOMPARE(caller.world.state().principals.size(), people - 1);
    QCOMPARE(caller.call("DELETE", groupOne, groupVersion).status, 404);
    QStringList gone;
    for (const LedgerEntry &entry : std::as_const(caller.world.state().ledger)) {
        if (entry.effect == QLatin1String("deleted"))
            gone.append(entry.resource.section(QLatin1Char('/'), -1));
    }
    QCOMPARE(gone, QStringList({QStringLiteral("id-one"), QStringLiteral("rg-one")}));
}

void TestResources::groupDeletionHonoursLocks()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.call("PUT", groupOne, groupVersion, westeurope);
    caller.call("PUT", groupOne + identity, QStringLiteral("2024-11-30"), westeurope);
    const QString lock = groupOne + identity + QStringLiteral("/providers/Microsoft.Authorization/locks/keep");
    const QJsonObject keep{{QStringLiteral("properties"), QJsonObject{{QStringLiteral("level"), QStringLiteral("CanNotDelete")}}}};
    caller.call("PUT", lock, QStringLiteral("2020-05-01"), keep);
    const Response refused = caller.call("DELETE", groupOne, groupVersion);
    QCOMPARE(refused.status, 409);
    QVERIFY2(messageOf(refused).contains(QLatin1String("userAssignedIdentities/id-one'")), qPrintable(messageOf(refused)));
    caller.call("DELETE", lock, QStringLiteral("2020-05-01"));
    QCOMPARE(caller.call("DELETE", groupOne, groupVersion).status, 202);
    caller.call("PUT", lock, QStringLiteral("2020-05-01"), keep); // locked while it runs: the end finds it
    caller.pass(61);
    QCOMPARE(caller.call("GET", groupOne, groupVersion).status, 200);
}

void TestResources::resourceLists()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.call("PUT", groupOne, groupVersion, westeurope);
    caller.call(
        "PUT", groupOne + identity, QStringLiteral("2024-11-30"),
        {{QStringLiteral("location"), QStringLiteral("westeurope")}, {QStringLiteral("tags"), QJsonObject{{QStringLiteral("a"), QStringLiteral("b")}}}});
    const auto names = [&](const QString &path) {
        QStringList list;
        for (const QJsonValue &one : valueOf(caller.call("GET", path, QStringLiteral("2021-04-01"))))
            list.append(text(one.toObject(), "name"));
        return list.join(QLatin1Char(' '));
    };
    const QString all = QStringLiteral("/subscriptions/{s}/resources");
    QCOMPARE(names(all), QStringLiteral("vnet-hub id-one")); // no groups, no subnets
    QCOMPARE(names(all + QStringLiteral("?$filter=resourceGroup%20eq%20'RG-ONE'")), QStringLiteral("id-one"));
    QCOMPARE(names(all + QStringLiteral("?$filter=resourceType%20eq%20'microsoft.network/virtualnetworks'")), QStringLiteral("vnet-hub"));
    QCOMPARE(names(all + QStringLiteral("?$filter=tagName%20eq%20'a'%20and%20tagValue%20eq%20'b'")), QStringLiteral("id-one"));
    QCOMPARE(names(groupOne + QStringLiteral("/resources")), QStringLiteral("id-one"));
    const QJsonObject item =
        valueOf(caller.call("GET", groupOne + QStringLiteral("/resources?$expand=createdTime,provisioningState"), QStringLiteral("2021-04-01")))
            .first()
            .toObject();
    QVERIFY(!text(item, "createdTime").isEmpty() && !item.contains(QLatin1String("properties")));
    QCOMPARE(text(item, "provisioningState"), QStringLiteral("Succeeded"));
}

void TestResources::filters_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("accepted"); // -1: malformed
    QTest::newRow("empty") << QString() << 1;
    QTest::newRow("equal") << QStringLiteral("name eq 'X'") << 1;
    QTest::newRow("quote") << QStringLiteral("odd eq 'it''s'") << 1;
    QTest::newRow("unequal") << QStringLiteral("name ne 'x'") << 0;
    QTest::newRow("and") << QStringLiteral("name eq 'x' and odd eq 'no'") << 0;
    QTest::newRow("or") << QStringLiteral("name eq 'y' or odd eq 'it''s'") << 1;
    QTest::newRow("open") << QStringLiteral("name eq 'x") << -1;
    QTest::newRow("hanging") << QStringLiteral("name eq 'x' and ") << -1;
    QTest::newRow("function") << QStringLiteral("substringof('a',name)") << -1;
}

void TestResources::filters()
{
    QFETCH(QString, filter);
    QFETCH(int, accepted);
    const auto parsed = ODataFilter::parse(filter);
    QCOMPARE(parsed.has_value(), accepted >= 0);
    if (parsed)
        QCOMPARE(parsed->accepts([](const QString &name) { return name == QLatin1String("name") ? QStringLiteral("x") : QStringLiteral("it's"); }),
                 accepted == 1);
}

void TestResources::identities()
{
    Caller caller(worldState(QStringLiteral("default")));
    caller.call("PUT", groupOne, groupVersion, westeurope);
    const QString one = groupOne + identity;
    for (const char *version : {"2022-01-31-preview", "2023-01-31", "2024-11-30"})
        QCOMPARE(caller.call("GET", one, QLatin1String(version)).status, 404);
    const Response created = caller.call("PUT", one, QStringLiteral("2024-11-30"), westeurope);
    QCOMPARE(created.status, 201);
    const QJsonObject properties = bodyOf(created).value(QLatin1String("properties")).toObject();
    const Principal *principal = caller.world.state().principal(text(properties, "principalId"));
    QVERIFY(principal);
    QCOMPARE(principal->clientId, text(properties, "clientId"));
    QCOMPARE(principal->tenant, text(properties, "tenantId"));
    QCOMPARE(bodyOf(caller.call("PUT", one, QStringLiteral("2024-11-30"), westeurope)).value(QLatin1String("properties")).toObject(), properties);
    QCOMPARE(codeOf(caller.call("PUT", one, QStringLiteral("2024-11-30"), {{QStringLiteral("location"), QStringLiteral("eastus")}})),
             QStringLiteral("InvalidResourceLocation"));
    QCOMPARE(valueOf(caller.call("GET", groupOne + QStringLiteral("/providers/Microsoft.ManagedIdentity/userAssignedIdentities"), QStringLiteral("2024-11-30")))
                 .size(),
             1);
    QCOMPARE(caller.call("DELETE", one, QStringLiteral("2024-11-30")).status, 200);
    QCOMPARE(caller.call("DELETE", one, QStringLiteral("2024-11-30")).status, 204);
    QVERIFY(!caller.world.state().principal(text(properties, "principalId")));
}

static QJsonObject deployment(const QByteArray &resources, const QByteArray &parameters = "{}", const QByteArray &values = "{}")
{
    return QJsonDocument::fromJson("{\"properties\":{\"mode\":\"Incremental\",\"template\":{\"$schema\":\"x\",\"contentVersion\":\"1.0.0.0\",\"parameters\":" +
                                   parameters + ",\"variables\":{\"prefix\":\"id\"},\"resources\":" + resources + "},\"parameters\":" + values + "}}")
        .object();
}
static const QByteArray identityTemplate =
    "[{\"type\":\"Microsoft.ManagedIdentity/"
    "userAssignedIdentities\",\"apiVersion\":\"2024-11-30\",\"name\":\"[concat(variables('prefix'),'-',parameters('n'))]\","
    "\"location\":\"[resourceGroup().location]\"}]";
static const char serverRest[] = R"("location":"westeurope","sku":{"name":"Standard_D2ds_v5","tier":"GeneralPurpose"},"properties":{"version":"16",
    "administratorLogin":"sales","administratorLoginPassword":"Str0ng-Enough!","storage":{"storageSizeGB":128}})";
static const QString deploymentPath = QStringLiteral("/subscriptions/{s}/resourceGroups/rg-network/providers/Microsoft.Resources/deployments/check/");

void TestResources::validate()
{
    Caller caller(worldState(QStringLiteral("default")));
    const QJsonObject body = deployment(identityTemplate, "{\"n\":{\"type\":\"string\"}}", "{\"n\":{\"value\":\"one\"}}");
    const Response response = caller.call("POST", deploymentPath + QStringLiteral("validate"), QStringLiteral("2021-04-01"), body);
    QCOMPARE(response.status, 200);
    const QJsonObject properties = bodyOf(response).value(QLatin1String("properties")).toObject();
    QCOMPARE(text(properties, "provisioningState"), QStringLiteral("Succeeded"));
    QCOMPARE(text(properties.value(QLatin1String("validatedResources")).toArray().first().toObject(), "id"),
             QStringLiteral("/subscriptions/%1/resourceGroups/rg-network%2").arg(caller.subscription, identity));
    QCOMPARE(caller.world.state().ledger.size(), 0); // nothing was made
}

void TestResources::validateRefusals_data()
{
    QTest::addColumn<QJsonObject>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("detail");
    const auto resource = [](const char *type, const char *version, const char *name, const char *location) {
        return deployment(QStringLiteral("[{\"type\":\"%1\",\"apiVersion\":\"%2\",\"name\":\"%3\",\"location\":\"%4\"}]")
                              .arg(QLatin1String(type), QLatin1String(version), QLatin1String(name), QLatin1String(location))
                              .toUtf8());
    };
    const char *type = "Microsoft.ManagedIdentity/userAssignedIdentities";
    const QString invalid = QStringLiteral("InvalidTemplateDeployment"), broken = QStringLiteral("InvalidTemplate");
    QTest::newRow("no mode") << QJsonObject{{QStringLiteral("properties"), QJsonObject{}}} << QStringLiteral("InvalidRequestContent") << QString();
    QTest::newRow("no template") << QJsonObject{{QStringLiteral("properties"), QJsonObject{{QStringLiteral("mode"), QStringLiteral("Incremental")}}}} << broken
                                 << QString();
    QTest::newRow("parameter") << deployment(identityTemplate, "{\"n\":{\"type\":\"string\"}}") << broken << QString();
    QTest::newRow("foreign parameter") << deployment("[]", "{}", "{\"x\":{\"value\":1}}") << broken << QString();
    QTest::newRow("segments") << resource(type, "2024-11-30", "a/b", "westeurope") << broken << QString();
    QTest::newRow("namespace") << resource("Microsoft.None/x", "2024-11-30", "a", "westeurope") << invalid << QStringLiteral("InvalidResourceNamespace");
    QTest::newRow("type") << resource("Microsoft.ManagedIdentity/x", "2024-11-30", "a", "westeurope") << invalid << QStringLiteral("InvalidResourceType");
    QTest::newRow("version") << resource(type, "2001-01-01", "a", "westeurope") << invalid << QStringLiteral("NoRegisteredProviderFound");
    QTest::newRow("location") << resource(type, "2024-11-30", "a", "atlantis") << invalid << QStringLiteral("LocationNotAvailableForResourceType");
    QTest::newRow("policy") << resource(type, "2024-11-30", "a", "eastus") << invalid << QStringLiteral("RequestDisallowedByPolicy");
    // What the providers' own PUT would refuse.
    const auto with = [](const char *kind, const char *version, const QString &name, const char *rest) {
        return deployment(QStringLiteral("[{\"type\":\"%1\",\"apiVersion\":\"%2\",\"name\":\"%3\",%4}]")
                              .arg(QLatin1String(kind), QLatin1String(version), name, QLatin1String(rest)).toUtf8());
    };
    const char *server = "Microsoft.DBforPostgreSQL/flexibleServers", *factory = "Microsoft.DataFactory/factories", *zone = "Microsoft.Network/privateDnsZones";
    const char *network = "Microsoft.Network/virtualNetworks", *endpoint = "Microsoft.Network/privateEndpoints";
    const QString value = QStringLiteral("InvalidParameterValue"), place = QStringLiteral("LocationNotAvailableForResourceType");
    QTest::newRow("identity name") << resource(type, "2024-11-30", "-", "westeurope") << invalid << QStringLiteral("InvalidResourceName");
    QTest::newRow("server name") << with(server, "2024-08-01", QStringLiteral("Bad_Name"), serverRest) << invalid << value;
    QTest::newRow("server without properties") << resource(server, "2024-08-01", "good-name", "westeurope") << invalid << QStringLiteral("MissingRequiredParameter");
    QTest::newRow("server location") << resource(server, "2024-08-01", "good-name", "atlantis") << invalid << place;
    QTest::newRow("server size") << with(server, "2024-08-01", QStringLiteral("good-name"), R"("location":"westeurope","sku":{"name":"Standard_Huge","tier":"GeneralPurpose"},
        "properties":{"version":"16","administratorLogin":"sales","administratorLoginPassword":"Str0ng-Enough!"})") << invalid << QStringLiteral("ParameterOutOfRange");
    QTest::newRow("factory name") << with(factory, "2018-06-01", QStringLiteral("a_b"), R"("location":"westeurope")") << invalid << QString();
    QTest::newRow("network without prefix") << with(network, "2024-05-01", QStringLiteral("v"), R"("location":"westeurope","properties":{})") << invalid << QString();
    QTest::newRow("zone location") << with(zone, "2024-06-01", QStringLiteral("a.example"), R"("location":"westeurope")") << invalid << place;
    QTest::newRow("endpoint name") << with(endpoint, "2024-05-01", QString(90, QLatin1Char('e')), R"("location":"westeurope","properties":{})") << invalid
                                   << QString();
}

static QJsonObject noIdentitiesInTheUs()
{
    return QJsonObject{{QStringLiteral("scope"), QStringLiteral("/")},
            {QStringLiteral("effect"), QStringLiteral("deny")},
            {QStringLiteral("type"), QStringLiteral("Microsoft.ManagedIdentity/userAssignedIdentities")},
            {QStringLiteral("field"), QStringLiteral("location")},
            {QStringLiteral("equals"), QStringLiteral("eastus")},
            {QStringLiteral("name"), QStringLiteral("No US")}};
}

void TestResources::validateRefusals()
{
    QFETCH(QJsonObject, body);
    QFETCH(QString, code);
    QFETCH(QString, detail);
    Caller caller(worldState(QStringLiteral("default")));
    caller.world.state().policies.append(noIdentitiesInTheUs());
    const Response response = caller.call("POST", deploymentPath + QStringLiteral("validate"), QStringLiteral("2021-04-01"), body);
    QCOMPARE(response.status, 400);
    QCOMPARE(codeOf(response), code);
    if (!detail.isEmpty())
        QCOMPARE(text(errorOf(response).value(QLatin1String("details")).toArray().first().toObject(), "code"), detail);
    if (code == QLatin1String("InvalidTemplateDeployment")) {
        const QJsonArray details = errorOf(response).value(QLatin1String("details")).toArray();
        QCOMPARE(details.size(), 1);
        QVERIFY(!text(details.first().toObject(), "target").isEmpty());
        QVERIFY(!text(details.first().toObject(), "message").isEmpty());
    }
    QCOMPARE(caller.world.state().ledger.size(), 0);
}

//! A template that makes what its later parts need is no mistake, and neither is what only the run will know.
void TestResources::aWholeRoadValidates()
{
    Caller caller(worldState(QStringLiteral("default")));
    const QByteArray road = R"([
        {"type":"Microsoft.DBforPostgreSQL/flexibleServers/databases","apiVersion":"2024-08-01","name":"road-server/sales","properties":{}},
        {"type":"Microsoft.DBforPostgreSQL/flexibleServers","apiVersion":"2024-08-01","name":"road-server",)" + QByteArray(serverRest) + R"(},
        {"type":"Microsoft.Network/virtualNetworks","apiVersion":"2024-05-01","name":"road-net","location":"westeurope",
         "properties":{"addressSpace":{"addressPrefixes":["10.9.0.0/16"]},"subnets":[{"name":"one","properties":{"addressPrefix":"10.9.0.0/24"}}]}},
        {"type":"Microsoft.Network/privateDnsZones","apiVersion":"2024-06-01","name":"privatelink.postgres.database.azure.com","location":"global"},
        {"type":"Microsoft.Network/privateDnsZones/virtualNetworkLinks","apiVersion":"2024-06-01","name":"privatelink.postgres.database.azure.com/link",
         "location":"global","properties":{"registrationEnabled":false,"virtualNetwork":{"id":"[resourceId('Microsoft.Network/virtualNetworks','road-net')]"}}},
        {"type":"Microsoft.Network/privateEndpoints","apiVersion":"2024-05-01","name":"road-pe","location":"westeurope","properties":{
         "subnet":{"id":"[resourceId('Microsoft.Network/virtualNetworks/subnets','road-net','one')]"},
         "privateLinkServiceConnections":[{"name":"c","properties":{"groupIds":["postgresqlServer"],
          "privateLinkServiceId":"[resourceId('Microsoft.DBforPostgreSQL/flexibleServers','road-server')]"}}]}},
        {"type":"Microsoft.DataFactory/factories","apiVersion":"2018-06-01","name":"road-factory","location":"westeurope","identity":{"type":"SystemAssigned"}},
        {"type":"Microsoft.DataFactory/factories/managedVirtualNetworks","apiVersion":"2018-06-01","name":"road-factory/default","properties":{}},
        {"type":"Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints","apiVersion":"2018-06-01","name":"road-factory/default/m",
         "properties":{"groupId":"postgresqlServer","privateLinkResourceId":"[resourceId('Microsoft.DBforPostgreSQL/flexibleServers','road-server')]"}},
        {"type":"Microsoft.DBforPostgreSQL/flexibleServers","apiVersion":"2024-08-01","name":"other-server","location":"westeurope",
         "sku":"[reference('known-later')]"}])";
    const Response response = caller.call("POST", deploymentPath + QStringLiteral("validate"), QStringLiteral("2021-04-01"), deployment(road));
    QVERIFY2(response.status == 200, response.body.constData());
    QCOMPARE(bodyOf(response).value(QLatin1String("properties")).toObject().value(QLatin1String("validatedResources")).toArray().size(), 10);
    QCOMPARE(caller.world.state().ledger.size(), 0);
    QVERIFY(caller.world.takeEffects().isEmpty());
}

//! Azure expands nested deployments before it validates: what is wrong inside is told before anything is made.
void TestResources::nestedDeployments_data()
{
    QTest::addColumn<QByteArray>("resources");
    QTest::addColumn<QString>("code");    // of the refusal; empty: none
    QTest::addColumn<QString>("detail");  // its first detail, or the resources that were validated
    const QByteArray group = R"({"type":"Microsoft.Resources/resourceGroups","apiVersion":"2021-04-01","name":"rg-new","location":"westeurope"})";
    const auto identityIn = [](const char *location) {
        return QByteArray(R"({"type":"Microsoft.ManagedIdentity/userAssignedIdentities","apiVersion":"2024-11-30","name":"[concat(variables('prefix'),'-',parameters('n'))]","location":")")
            + location + "\"}";
    };
    const auto nested = [](const QByteArray &scope, const QByteArray &resources, const QByteArray &more = R"("resourceGroup":"rg-new")", const QByteArray &value = "\"one\"") {
        return R"({"type":"Microsoft.Resources/deployments","apiVersion":"2021-04-01","name":"inside",)" + more
            + R"(,"properties":{"mode":"Incremental","expressionEvaluationOptions":{"scope":")" + scope + R"("},"parameters":{"n":{"value":)" + value
            + R"(}},"template":{"$schema":"x","contentVersion":"1.0.0.0","parameters":{"n":{"type":"string"}},"variables":{"prefix":"inner"},"resources":[)" + resources + "]}}}";
    };
    const QString invalid = QStringLiteral("InvalidTemplateDeployment"), broken = QStringLiteral("InvalidTemplate"), policy = QStringLiteral("RequestDisallowedByPolicy");
    const QString none, made = QStringLiteral("rg-new inner-one"), byOuter = QStringLiteral("rg-new id-outer");
    QTest::newRow("inner") << QByteArray(group + ',' + nested("inner", identityIn("westeurope"))) << none << made;
    QTest::newRow("the group comes later") << QByteArray(nested("inner", identityIn("westeurope")) + ',' + group) << none << made;
    QTest::newRow("outer") << QByteArray(group + ',' + nested("outer", identityIn("westeurope"))) << none << byOuter;
    QTest::newRow("place of the new group") << QByteArray(group + ',' + nested("inner", identityIn("[resourceGroup().location]"))) << none << made;
    QTest::newRow("two levels") << QByteArray(group + ',' + nested("inner", nested("inner", identityIn("westeurope"), R"("comments":"")"))) << none << made;
    QTest::newRow("known when it runs") << QByteArray(group + ',' + nested("inner", identityIn("eastus"), R"("resourceGroup":"rg-new")", "\"[reference('x').n]\"")) << none << QStringLiteral("rg-new");
    QTest::newRow("switched off") << QByteArray(group + ',' + nested("inner", identityIn("eastus"), R"("condition":false,"resourceGroup":"rg-new")")) << none << QStringLiteral("rg-new");
    QTest::newRow("policy, inner") << QByteArray(group + ',' + nested("inner", identityIn("eastus"))) << invalid << policy;
    QTest::newRow("policy, outer") << QByteArray(group + ',' + nested("outer", identityIn("eastus"))) << invalid << policy;
    QTest::newRow("policy, two levels") << QByteArray(group + ',' + nested("inner", nested("inner", identityIn("eastus"), R"("comments":"")"))) << invalid << policy;
    QTest::newRow("no such group") << nested("inner", identityIn("westeurope")) << invalid << QStringLiteral("ResourceGroupNotFound");
    QTest::newRow("a provider's own rule") << QByteArray(group + ',' + nested("inner", R"({"type":"Microsoft.DBforPostgreSQL/flexibleServers","apiVersion":"2024-08-01","name":"Bad_Name",)" + QByteArray(serverRest) + '}'))
                                           << invalid << QStringLiteral("InvalidParameterValue");
    QTest::newRow("segments") << QByteArray(group + ',' + nested("inner", R"({"type":"Microsoft.Network/virtualNetworks","apiVersion":"2024-05-01","name":"a/b"})")) << broken << QString();
}

void TestResources::nestedDeployments()
{
    QFETCH(QByteArray, resources);
    QFETCH(QString, code);
    QFETCH(QString, detail);
    Caller caller(worldState(QStringLiteral("default")));
    caller.world.state().policies.append(noIdentitiesInTheUs());
    QJsonObject body = deployment('[' + resources + ']', R"({"n":{"type":"string"}})", R"({"n":{"value":"outer"}})");
    body.insert(QStringLiteral("location"), QStringLiteral("westeurope"));
    const QString path = QStringLiteral("/subscriptions/{s}/providers/Microsoft.Resources/deployments/check/");
    const Response response = caller.call("POST", path + QStringLiteral("validate"), QStringLiteral("2021-04-01"), body);
    QVERIFY2(response.status == (code.isEmpty() ? 200 : 400), response.body.constData());
    if (code.isEmpty()) {
        QStringList names;
        for (const QJsonValue &one : bodyOf(response).value(QLatin1String("properties")).toObject().value(QLatin1String("validatedResources")).toArray()) {
            names << one[QLatin1String("id")].toString().section(QLatin1Char('/'), -1);
            QVERIFY(one[QLatin1String("id")].toString().contains(QLatin1String("/resourceGroups/rg-new")));
        }
        QCOMPARE(names.join(QLatin1Char(' ')), detail);
    } else {
        QCOMPARE(codeOf(response), code);
        const QJsonObject first = errorOf(response).value(QLatin1String("details")).toArray().first().toObject();
        QCOMPARE(text(first, "code"), detail);
    }
    QCOMPARE(caller.world.state().ledger.size(), 0); // nothing was made
}

void TestResources::wrongTypesAndPlacesOfAGroup()
{
    Caller caller(worldState(QStringLiteral("default")));
    const QString path = QStringLiteral("/subscriptions/{s}/resourceGroups/rg-new"), version = QStringLiteral("2021-04-01");
    for (const char *wrong : {R"({"location":5})", R"({"location":"westeurope","tags":[]})", R"({"location":"westeurope","tags":{"a":1}})",
                              R"({"location":"westeurope","managedBy":true})"}) {
        const Response response = caller.call("PUT", path, version, QJsonDocument::fromJson(wrong).object());
        QCOMPARE(response.status, 400);
        QCOMPARE(codeOf(response), QStringLiteral("InvalidRequestContent"));
    }
    const Response nowhere = caller.call("PUT", path, version, {{QStringLiteral("location"), QStringLiteral("atlantis")}});
    QCOMPARE(codeOf(nowhere), QStringLiteral("LocationNotAvailableForResourceGroup"));
    QVERIFY(text(errorOf(nowhere), "message").startsWith(
        QStringLiteral("The provided location 'atlantis' is not available for resource group. List of available regions is '")));
}

void TestResources::whatIf()
{
    Caller caller(worldState(QStringLiteral("default")));
    const QJsonObject body = deployment(identityTemplate, "{\"n\":{\"type\":\"string\",\"defaultValue\":\"one\"}}");
    const auto change = [&] {
        const Response started = caller.call("POST", deploymentPath + QStringLiteral("whatIf"), QStringLiteral("2021-04-01"), body);
        if (started.status != 202)
            return QString::number(started.status);
        const QByteArray url = headerValue(started.headers, "location");
        const int early = caller.follow(url).status;
        caller.pass(6);
        const QJsonArray changes = bodyOf(caller.follow(url)).value(QLatin1String("properties")).toObject().value(QLatin1String("changes")).toArray();
        return QString::number(early) + QLatin1Char(' ') + text(changes.first().toObject(), "changeType");
    };
    QCOMPARE(change(), QStringLiteral("202 Create"));
    caller.call("PUT", QStringLiteral("/subscriptions/{s}/resourceGroups/rg-network") + identity, QStringLiteral("2024-11-30"), westeurope);
    QCOMPARE(change(), QStringLiteral("202 NoChange"));
}

QTEST_GUILESS_MAIN(TestResources)
#include "tst_resources.moc"
