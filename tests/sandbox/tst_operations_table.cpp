// SPDX-License-Identifier: Apache-2.0
#include "typecheck.h"
#include "worldtest.h"

#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

//! Walks every documented operation of the types that the sandbox serves (tests/data/operations.json) against a prepared
//! world: it is there, answers one of the documented codes, long-running ones are polled to their end, and bodies have the
//! id that was asked for and the members of the type files.
class TestOperationsTable : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void typeCheckNotices();
    void operation_data();
    void operation();
    void leftOut_data();
    void leftOut();

private:
    enum class Target { Existing, Fresh };
    QString filled(QString path, Target target, bool deleting) const;
    void checkResource(Caller &caller, const QString &path, const QString &version, const Response &response);

    State m_prepared;
    QHash<QString, QString> m_names; // placeholder → what is there
};

static QString text(const char *ascii)
{
    return QString::fromLatin1(ascii);
}

//! Operations of these types that belong to other parts of Azure than the product touches; each must be refused, not half done.
struct LeftOut {
    const char *ending;
    const char *reason;
};
static constexpr LeftOut leftOutRows[] = {
    {"/resourceGroups/{resourceGroupName}/exportTemplate", "templates are not exported"},
    {"/moveResources", "nothing is moved"},
    {"/validateMoveResources", "nothing is moved"},
    {"/deployments/{deploymentName}/cancel", "deployments are only checked; running them is a later piece of work"},
    {"/deployments/{deploymentName}", "as above"},
    {"/deployments/{deploymentName}/exportTemplate", "as above"},
    {"/deployments", "as above"},
    {"/deployments/{deploymentName}/operations", "as above"},
    {"/deployments/{deploymentName}/operations/{operationId}", "as above"},
    {"/providerPermissions", "permissions of Azure's own applications"},
    {"/managementGroups/{groupId}/providers/{providerName}/register", "there are no management groups"},
    {"/checkZonePeers", "availability zones across subscriptions"},
    {"/checkResourceName", "names of Azure itself"},
};

static bool isLeftOut(const QString &path)
{
    return std::any_of(std::begin(leftOutRows), std::end(leftOutRows), [&](const LeftOut &one) { return path.endsWith(QLatin1String(one.ending)); });
}

struct Body {
    const char *method; // of the request; "*": any
    const char *ending; // of the path's pattern
    const char *json;   // with ' for "
};
static constexpr Body bodies[] = {
    {"PUT", "/flexibleServers/{flexibleServerName}",
     "{'location':'westeurope','sku':{'name':'Standard_D2ds_v5','tier':'GeneralPurpose'},'properties':{'createMode':'Create','version':'16','"
     "administratorLogin':'salesdba',"
     "'administratorLoginPassword':'Sandbox-0nly!','authConfig':{'activeDirectoryAuth':'Enabled','passwordAuth':'Enabled','tenantId':'{tenant}'},'storage':{'"
     "storageSizeGB':128},"
     "'network':{'publicNetworkAccess':'Enabled'},'backup':{'backupRetentionDays':7},'highAvailability':{'mode':'Disabled'}}}"},
    {"PUT", "/firewallRules/{firewallRuleName}", "{'properties':{'startIpAddress':'203.0.113.1','endIpAddress':'203.0.113.9'}}"},
    {"PUT", "/databases/{databaseName}", "{'properties':{'charset':'UTF8','collation':'en_US.utf8'}}"},
    {"*", "/configurations/{configurationName}", "{'properties':{'value':'off','source':'user-override'}}"},
    {"PUT", "/administrators/{objectId}", "{'properties':{'principalType':'User','principalName':'owner@sandbox.example','tenantId':'{tenant}'}}"},
    {"PUT", "/privateEndpointConnections/{privateEndpointConnectionName}",
     "{'properties':{'privateLinkServiceConnectionState':{'status':'Approved','description':'yes'}}}"},
    {"POST", "/checkNameAvailability", "{'name':'pg-other','type':'Microsoft.DBforPostgreSQL/flexibleServers'}"},
    {"POST", "/checkVirtualNetworkSubnetUsage", "{'virtualNetworkArmResourceId':'{group}/providers/Microsoft.Network/virtualNetworks/vnet-one'}"},
    {"PUT", "/privateEndpoints/{privateEndpointName}",
     "{'location':'westeurope','properties':{'subnet':{'id':'{group}/providers/Microsoft.Network/virtualNetworks/vnet-one/subnets/"
     "snet-one'},'privateLinkServiceConnections':[{'name':'c',"
     "'properties':{'privateLinkServiceId':'{group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-one','groupIds':['postgresqlServer']}}]}}"},
    {"PUT", "/privateDnsZoneGroups/{privateDnsZoneGroupName}",
     "{'properties':{'privateDnsZoneConfigs':[{'name':'pg','properties':{'privateDnsZoneId':'{group}/providers/Microsoft.Network/privateDnsZones/"
     "privatelink.postgres.database.azure.com'}}]}}"},
    {"PUT", "/virtualNetworks/{virtualNetworkName}", "{'location':'westeurope','properties':{'addressSpace':{'addressPrefixes':['10.1.0.0/16']}}}"},
    {"PUT", "/subnets/{subnetName}", "{'properties':{'addressPrefix':'10.1.1.0/24'}}"},
    {"POST", "/prepareNetworkPolicies", "{'serviceName':'Microsoft.Sql/managedInstances'}"},
    {"POST", "/unprepareNetworkPolicies", "{'serviceName':'Microsoft.Sql/managedInstances'}"},
    {"PUT", "/privateDnsZones/{privateDnsZoneName}", "{'location':'global'}"},
    {"PUT", "/virtualNetworkLinks/{virtualNetworkLinkName}",
     "{'location':'global','properties':{'virtualNetwork':{'id':'{group}/providers/Microsoft.Network/virtualNetworks/vnet-one'},'registrationEnabled':false}}"},
    {"*", "/{recordType}/{relativeRecordSetName}", "{'properties':{'ttl':60,'aRecords':[{'ipv4Address':'10.1.1.99'}]}}"},
    {"PUT", "/locks/{lockName}", "{'properties':{'level':'CanNotDelete','notes':'n'}}"},
    {"PUT", "/resourceGroups/{resourceGroupName}", "{'location':'westeurope'}"},
    {"POST", "/validate", "{'properties':{'mode':'Incremental','template':{'$schema':'s','contentVersion':'1.0.0.0','resources':[]}}}"},
    {"POST", "/whatIf", "{'properties':{'mode':'Incremental','template':{'$schema':'s','contentVersion':'1.0.0.0','resources':[]}}}"},
    {"PUT", "/factories/{factoryName}", "{'location':'westeurope','identity':{'type':'SystemAssigned'}}"},
    {"PUT", "/managedVirtualNetworks/{managedVirtualNetworkName}", "{'properties':{}}"},
    {"PUT", "/managedPrivateEndpoints/{managedPrivateEndpointName}",
     "{'properties':{'privateLinkResourceId':'{group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-one','groupId':'postgresqlServer'}}"},
    {"PUT", "/credentials/{credentialName}",
     "{'properties':{'type':'ManagedIdentity','typeProperties':{'resourceId':'{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-one'}}}"},
    {"PUT", "/integrationRuntimes/{integrationRuntimeName}",
     "{'properties':{'type':'Managed','managedVirtualNetwork':{'type':'ManagedVirtualNetworkReference','referenceName':'default'},"
     "'typeProperties':{'computeProperties':{'location':'AutoResolve'}}}}"},
    {"POST", "/enableInteractiveQuery", "{'autoTerminationMinutes':10}"},
    {"PUT", "/linkedservices/{linkedServiceName}",
     "{'properties':{'type':'AzurePostgreSql','version':'2.0','typeProperties':{'server':'pg-one.postgres.database.azure.com','port':5432,'database':'sales','"
     "username':'salesdba',"
     "'sslMode':2,'authenticationType':'Basic','password':{'type':'SecureString','value':'Sandbox-0nly!'}}}}"},
    {"PUT", "/userAssignedIdentities/{identityName}", "{'location':'westeurope'}"},
    {"PATCH", "/factories/{factoryName}", "{'tags':{'a':'b'}}"},
    {"PATCH", "}", "{'tags':{'a':'b'}}"},
};

static QJsonObject bodyFor(const QByteArray &method, const QString &pattern, const Caller &caller)
{
    for (const Body &one : bodies) {
        if ((method != one.method && one.method[0] != '*') || !pattern.endsWith(QLatin1String(one.ending)) || method == "GET" || method == "DELETE")
            continue;
        QString json = text(one.json).replace(QLatin1Char('\''), QLatin1Char('"'));
        json.replace(QLatin1String("{tenant}"), caller.world.state().tenants.first().id);
        json.replace(QLatin1String("{group}"), QStringLiteral("/subscriptions/%1/resourceGroups/rg-one").arg(caller.subscription));
        return QJsonDocument::fromJson(json.toUtf8()).object();
    }
    return {};
}

static QString versionFor(const QString &path)
{
    static const QList<std::pair<QString, QString>> versions{
        {text("/Microsoft.DBforPostgreSQL/"), text("2025-08-01")}, {text("/privateDnsZones/"), text("2024-06-01")},
        {text("/Microsoft.Authorization/"), text("2020-05-01")},   {text("/Microsoft.Network/"), text("2024-07-01")},
        {text("/Microsoft.DataFactory/"), text("2018-06-01")},     {text("/Microsoft.ManagedIdentity/"), text("2024-11-30")}};
    for (const auto &[part, version] : versions) {
        if ((path + QLatin1Char('/')).contains(part))
            return version;
    }
    return text("2024-11-01");
}

//! Polls to the end as a client does; the last answer.
static Response polled(Caller &caller, const Response &first)
{
    QByteArray url = headerValue(first.headers, "azure-asyncoperation");
    const bool byStatus = !url.isEmpty();
    if (!byStatus)
        url = headerValue(first.headers, "location");
    Response last = first;
    for (int poll = 0; !url.isEmpty() && poll < 60; ++poll) {
        caller.pass(30);
        last = caller.follow(url);
        const QString status = bodyOf(last).value(QLatin1String("status")).toString();
        const bool over = byStatus ? status == QLatin1String("Succeeded") || status == QLatin1String("Failed") : last.status != 202;
        if (over || last.status >= 400)
            break;
    }
    return last;
}

static void make(Caller &caller, const QString &pattern, const QString &path)
{
    const Response response = caller.call("PUT", path, versionFor(path), bodyFor("PUT", pattern, caller));
    const Response end = response.status < 300 ? polled(caller, response) : response;
    if (end.status >= 300 || bodyOf(end).contains(QLatin1String("error")))
        qFatal("cannot make %s: %s", qPrintable(path), end.body.constData());
}

void TestOperationsTable::initTestCase()
{
    Caller caller(worldState(text("default")));
    const QString group = text("/subscriptions/{s}/resourceGroups/rg-one"), net = group + text("/providers/Microsoft.Network/");
    const QString server = group + text("/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-one");
    const QString factory = group + text("/providers/Microsoft.DataFactory/factories/adf-one");
    const QString zone = net + text("privateDnsZones/privatelink.postgres.database.azure.com");
    make(caller, text("/resourceGroups/{resourceGroupName}"), group);
    make(caller, text("/resourceGroups/{resourceGroupName}"), text("/subscriptions/{s}/resourceGroups/rg-free"));
    make(caller, text("/flexibleServers/{flexibleServerName}"), server);
    caller.pass(60);
    make(caller, text("/firewallRules/{firewallRuleName}"), server + text("/firewallRules/office"));
    make(caller, text("/databases/{databaseName}"), server + text("/databases/sales"));
    make(caller, text("/administrators/{objectId}"), server + text("/administrators/") + caller.principal);
    make(caller, text("/backups/{backupName}"), server + text("/backups/one"));
    make(caller, text("/virtualNetworks/{virtualNetworkName}"), net + text("virtualNetworks/vnet-one"));
    make(caller, text("/virtualNetworks/{virtualNetworkName}"), net + text("virtualNetworks/vnet-free"));
    make(caller, text("/subnets/{subnetName}"), net + text("virtualNetworks/vnet-one/subnets/snet-one"));
    make(caller, text("/subnets/{subnetName}"), net + text("virtualNetworks/vnet-free/subnets/snet-free"));
    make(caller, text("/privateDnsZones/{privateDnsZoneName}"), zone);
    make(caller, text("/privateDnsZones/{privateDnsZoneName}"), net + text("privateDnsZones/free.example"));
    make(caller, text("/virtualNetworkLinks/{virtualNetworkLinkName}"), zone + text("/virtualNetworkLinks/link-one"));
    make(caller, text("/{recordType}/{relativeRecordSetName}"), zone + text("/A/one"));
    make(caller, text("/privateEndpoints/{privateEndpointName}"), net + text("privateEndpoints/pe-one"));
    make(caller, text("/privateDnsZoneGroups/{privateDnsZoneGroupName}"), net + text("privateEndpoints/pe-one/privateDnsZoneGroups/default"));
    make(caller, text("/userAssignedIdentities/{identityName}"), group + text("/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-one"));
    make(caller, text("/locks/{lockName}"), text("/subscriptions/{s}/resourceGroups/rg-network/providers/Microsoft.Authorization/locks/keep"));
    const QJsonObject harmless{{text("properties"), QJsonObject{{text("level"), text("NotSpecified")}}}};
    QCOMPARE(caller.call("PUT", text("/subscriptions/{s}/providers/Microsoft.Authorization/locks/keep"), text("2020-05-01"), harmless).status, 201);
    make(caller, text("/factories/{factoryName}"), factory);
    make(caller, text("/managedVirtualNetworks/{managedVirtualNetworkName}"), factory + text("/managedVirtualNetworks/default"));
    make(caller, text("/managedPrivateEndpoints/{managedPrivateEndpointName}"),
         factory + text("/managedVirtualNetworks/default/managedPrivateEndpoints/mpe-one"));
    make(caller, text("/integrationRuntimes/{integrationRuntimeName}"), factory + text("/integrationRuntimes/ir-one"));
    make(caller, text("/credentials/{credentialName}"), factory + text("/credentials/cred-one"));
    make(caller, text("/linkedservices/{linkedServiceName}"), factory + text("/linkedservices/ls-one"));
    caller.pass(3600);
    m_prepared = caller.world.state();
    const auto firstName = [&](const QString &scope, const char *type) {
        const auto found = m_prepared.list(QString(scope).replace(QLatin1String("{s}"), caller.subscription), text(type));
        return found.isEmpty() ? QString() : found.first()->name;
    };
    m_names = {{text("subscriptionId"), caller.subscription},
               {text("resourceGroupName"), text("rg-one")},
               {text("flexibleServerName"), text("pg-one")},
               {text("firewallRuleName"), text("office")},
               {text("databaseName"), text("sales")},
               {text("configurationName"), text("require_secure_transport")},
               {text("objectId"), caller.principal},
               {text("backupName"), text("one")},
               {text("privateLinkResourceName"), text("postgresqlServer")},
               {text("privateEndpointConnectionName"), firstName(server, "Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnections")},
               {text("locationName"), text("westeurope")},
               {text("privateEndpointName"), text("pe-one")},
               {text("privateDnsZoneGroupName"), text("default")},
               {text("virtualNetworkName"), text("vnet-one")},
               {text("subnetName"), text("snet-one")},
               {text("networkInterfaceName"), firstName(group, "Microsoft.Network/networkInterfaces")},
               {text("privateDnsZoneName"), text("privatelink.postgres.database.azure.com")},
               {text("recordType"), text("A")},
               {text("relativeRecordSetName"), text("one")},
               {text("virtualNetworkLinkName"), text("link-one")},
               {text("lockName"), text("keep")},
               {text("scope"), text("subscriptions/") + caller.subscription + text("/resourceGroups/rg-network")},
               {text("providerName"), text("Microsoft.Network")},
               {text("deploymentName"), text("one")},
               {text("factoryName"), text("adf-one")},
               {text("managedVirtualNetworkName"), text("default")},
               {text("managedPrivateEndpointName"), text("mpe-one")},
               {text("credentialName"), text("cred-one")},
               {text("integrationRuntimeName"), text("ir-one")},
               {text("linkedServiceName"), text("ls-one")},
               {text("identityName"), text("id-one")},
               {text("groupId"), text("mg")},
               {text("operationId"), text("op")}};
    QVERIFY(!m_names.value(text("privateEndpointConnectionName")).isEmpty() && !m_names.value(text("networkInterfaceName")).isEmpty());
}

//! What is in use cannot go: those deletions have a target of their own. Fresh: the last name is one that is not there.
QString TestOperationsTable::filled(QString path, Target target, bool deleting) const
{
    if (path.endsWith(QLatin1String("/locks/{lockName}")) || path.contains(QLatin1String("/Microsoft.Authorization/locks")))
        path.replace(QLatin1String("/resourceGroups/{resourceGroupName}"), QLatin1String("/resourceGroups/rg-network"));
    if (target == Target::Fresh) {
        const qsizetype last = path.lastIndexOf(QLatin1Char('{'));
        const QString name = path.mid(last + 1, path.size() - last - 2);
        const bool guid = name == QLatin1String("objectId"), dotted = name == QLatin1String("privateDnsZoneName");
        path = path.left(last) + (guid ? text("99999999-9999-4999-8999-999999999999") : dotted ? text("fresh.example") : text("Fresh-1"));
        if (name == QLatin1String("flexibleServerName"))
            path.replace(QLatin1String("Fresh-1"), QLatin1String("fresh-1"));
        if (name == QLatin1String("virtualNetworkLinkName"))
            path.replace(QLatin1String("{privateDnsZoneName}"), QLatin1String("free.example")); // one link for a network and a name
        if (path.contains(QLatin1String("/Microsoft.DataFactory/")) && name != QLatin1String("factoryName"))
            path.replace(QLatin1String("Fresh-1"), QLatin1String("Fresh1"));
    }
    if (deleting && target == Target::Existing) {
        if (path.endsWith(QLatin1String("/{subnetName}")))
            path.replace(QLatin1String("{virtualNetworkName}/subnets/{subnetName}"), QLatin1String("vnet-free/subnets/snet-free"));
        if (path.endsWith(QLatin1String("/{virtualNetworkName}")))
            path.replace(QLatin1String("{virtualNetworkName}"), QLatin1String("vnet-free"));
        if (path.endsWith(QLatin1String("/{privateDnsZoneName}")))
            path.replace(QLatin1String("{privateDnsZoneName}"), QLatin1String("free.example"));
        if (path.endsWith(QLatin1String("/{resourceGroupName}")))
            path.replace(QLatin1String("{resourceGroupName}"), QLatin1String("rg-free"));
    }
    for (auto it = m_names.begin(); it != m_names.end(); ++it)
        path.replace(QLatin1Char('{') + it.key() + QLatin1Char('}'), it.value());
    return path;
}

static QJsonArray typeFile(const char *name)
{
    QFile file(QStringLiteral(CAUSEWAY_TEST_DATA "/types/") + QLatin1String(name));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).array() : QJsonArray();
}

void TestOperationsTable::checkResource(Caller &caller, const QString &path, const QString &version, const Response &response)
{
    Q_UNUSED(caller)
    static const QList<TypeCheck> files{TypeCheck(typeFile("dbforpostgresql.2025-08-01.json")), TypeCheck(typeFile("privatedns.2024-06-01.json")),
                                        TypeCheck(typeFile("locks.2020-05-01.json"))};
    const QJsonObject body = bodyOf(response);
    const QString id = body.value(QLatin1String("id")).toString(), type = body.value(QLatin1String("type")).toString();
    QVERIFY2(id.compare(path, Qt::CaseInsensitive) == 0, qPrintable(id + text(" is not ") + path));
    QVERIFY2(body.value(QLatin1String("name")).toString().compare(path.section(QLatin1Char('/'), -1), Qt::CaseInsensitive) == 0, response.body.constData());
    QVERIFY2(!type.isEmpty() || path.contains(QLatin1String("/subscriptions/")), response.body.constData());
    const QString versioned = type + QLatin1Char('@') + version;
    for (const TypeCheck &file : files)
        QCOMPARE(file.knows(versioned) ? file.complaint(versioned, body) : QString(), QString());
}

void TestOperationsTable::typeCheckNotices()
{
    const TypeCheck locks(typeFile("locks.2020-05-01.json"));
    const QString type = text("Microsoft.Authorization/locks@2020-05-01");
    QVERIFY(locks.knows(type));
    QJsonObject body{{text("id"), text("x")},
                     {text("name"), text("keep")},
                     {text("type"), text("Microsoft.Authorization/locks")},
                     {text("properties"), QJsonObject{{text("level"), text("ReadOnly")}}}};
    QCOMPARE(locks.complaint(type, body), QString());
    body.insert(text("color"), 1);
    QVERIFY(locks.complaint(type, body).contains(QLatin1String("/color is not documented")));
    body.remove(text("color"));
    body.insert(text("properties"), QJsonObject{{text("level"), 1}});
    QVERIFY(!locks.complaint(type, body).isEmpty());
    body.insert(text("properties"), QJsonObject{});
    QVERIFY(locks.complaint(type, body).contains(QLatin1String("/level is missing")));
    const TypeCheck servers(typeFile("dbforpostgresql.2025-08-01.json"));
    const QJsonObject secret{
        {text("name"), text("pg")}, {text("location"), text("x")}, {text("properties"), QJsonObject{{text("administratorLoginPassword"), text("x")}}}};
    QVERIFY(servers.complaint(text("Microsoft.DBforPostgreSQL/flexibleServers@2025-08-01"), secret).contains(QLatin1String("write-only")));
}

//! Names that the service gives, and things of which there is one: nothing fresh can be PUT.
static bool hasFresh(const QByteArray &method, const QString &path)
{
    static const QStringList given{text("{privateEndpointConnectionName}"), text("{configurationName}"), text("{privateDnsZoneGroupName}"),
                                   text("{managedVirtualNetworkName}")};
    const bool oneForTheServer = method == "PUT" && path.endsWith(QLatin1String("{managedPrivateEndpointName}"));
    const QString last = path.section(QLatin1Char('/'), -1);
    const bool absentGroup = method == "DELETE" && last == QLatin1String("{resourceGroupName}"); // that one is 404
    if (!last.startsWith(QLatin1Char('{')) || absentGroup || oneForTheServer)
        return false;
    return method == "DELETE" || (method == "PUT" && !given.contains(last));
}

void TestOperationsTable::operation_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("version");
    QTest::addColumn<QJsonArray>("codes");
    QTest::addColumn<bool>("longRunning");
    QTest::addColumn<bool>("fresh");
    int rows = 0;
    for (const QJsonValue &one : jsonFile(QStringLiteral(CAUSEWAY_TEST_DATA "/operations.json")).value(QLatin1String("operations")).toArray()) {
        const QJsonArray row = one.toArray();
        const QByteArray method = row.at(2).toString().toLatin1();
        const QString pattern = row.at(3).toString();
        if (isLeftOut(pattern))
            continue;
        for (const bool fresh : {false, true}) {
            const bool onlyOnce = method == "PUT" && pattern.endsWith(QLatin1String("{backupName}")); // a backup cannot be replaced
            if (fresh ? !hasFresh(method, pattern) : onlyOnce)
                continue;
            QTest::addRow("%d %s %s %s%s", ++rows, qPrintable(row.at(0).toString()), method.constData(), qPrintable(pattern.section(QLatin1Char('/'), -2)),
                          fresh ? " fresh" : "")
                << method << pattern << row.at(1).toString() << row.at(4).toArray() << (row.at(5).toInt() == 1) << fresh;
        }
    }
    QVERIFY(rows > 150);
}

void TestOperationsTable::operation()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, pattern);
    QFETCH(QString, version);
    QFETCH(QJsonArray, codes);
    QFETCH(bool, longRunning);
    QFETCH(bool, fresh);
    Caller caller{State(m_prepared)};
    caller.now = m_prepared.now;
    const QString path = filled(pattern, fresh ? Target::Fresh : Target::Existing, method == "DELETE");
    QVERIFY2(!path.contains(QLatin1Char('{')), qPrintable(path));
    if (pattern.endsWith(QLatin1String("/start"))) // only what is stopped can be started
        polled(caller,
               caller.call("POST", filled(QString(pattern).replace(QLatin1String("/start"), QLatin1String("/stop")), Target::Existing, false), version));
    const QString asked = pattern.endsWith(QLatin1String("/checkIPAddressAvailability")) ? path + text("?ipAddress=10.1.1.77") : path;
    QJsonObject body = bodyFor(method, pattern, caller);
    if (fresh && pattern.endsWith(QLatin1String("{subnetName}")))
        body = {{text("properties"), QJsonObject{{text("addressPrefix"), text("10.1.2.0/24")}}}};
    const Response response = caller.call(method, asked, version, body);
    QVERIFY2(codes.contains(response.status), qPrintable(QStringLiteral("%1 %2").arg(response.status).arg(QString::fromUtf8(response.body.left(600)))));
    QCOMPARE(response.body.isEmpty(), method == "HEAD" || response.status == 204 || (method == "DELETE" && response.status < 300 && response.body.isEmpty()) ||
                                          (response.status == 202 && response.body.isEmpty()));
    const bool hasLink = !headerValue(response.headers, "azure-asyncoperation").isEmpty() || !headerValue(response.headers, "location").isEmpty();
    QVERIFY2(hasLink || response.status != 202, "202 without a link to poll");
    QVERIFY2(!hasLink || longRunning, "a link to poll where nothing runs long");
    QVERIFY(!hasLink || headerValue(response.headers, "retry-after").toInt() >= 1);
    if (hasLink) {
        const Response end = polled(caller, response);
        QVERIFY2(end.status < 300 && end.status != 202 && !bodyOf(end).contains(QLatin1String("error")), end.body.constData());
    }
    if (method == "DELETE")
        caller.pass(300); // a managed private endpoint answers 200 and stays readable for a while
    const Response after = caller.call("GET", path, version);
    const bool managedEndpoint = pattern.endsWith(QLatin1String("{managedPrivateEndpointName}")); // 400: Terraform's source
    if (method == "DELETE")
        QCOMPARE(after.status, managedEndpoint ? 400 : 404);
    if (method == "PUT" || (method == "PATCH" && after.status == 200)) {
        QCOMPARE(after.status, 200);
        checkResource(caller, path, version, after);
        QVERIFY2(!after.body.contains("Sandbox-0nly!"), "a secret comes back");
    }
    if (method == "GET" && bodyOf(response).value(QLatin1String("value")).isArray()) {
        for (const QJsonValue &item : valueOf(response)) {
            const QString id = item.toObject().value(QLatin1String("id")).toString();
            if (id.contains(QLatin1String("/providers/Microsoft.DBforPostgreSQL/flexibleServers/")))
                checkResource(caller, id, version, Response::json(200, item.toObject()));
        }
    } else if (method == "GET" && bodyOf(response).contains(QLatin1String("type")) && bodyOf(response).contains(QLatin1String("id"))) {
        checkResource(caller, path, version, response);
    }
}

void TestOperationsTable::leftOut_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("version");
    int rows = 0;
    for (const QJsonValue &one : jsonFile(QStringLiteral(CAUSEWAY_TEST_DATA "/operations.json")).value(QLatin1String("operations")).toArray()) {
        const QJsonArray row = one.toArray();
        if (isLeftOut(row.at(3).toString()))
            QTest::addRow("%d %s %s", ++rows, qPrintable(row.at(2).toString()), qPrintable(row.at(3).toString().section(QLatin1Char('/'), -2)))
                << row.at(2).toString().toLatin1() << row.at(3).toString() << row.at(1).toString();
    }
}

//! Nobody half does what is left out, and the list holds nothing that is there by now.
void TestOperationsTable::leftOut()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, pattern);
    QFETCH(QString, version);
    Caller caller{State(m_prepared)};
    caller.now = m_prepared.now;
    const Response response = caller.call(method, filled(pattern, Target::Existing, false), version);
    QVERIFY2(response.status == 404 || response.status == 405, response.body.constData());
}

QTEST_GUILESS_MAIN(TestOperationsTable)
#include "tst_operations_table.moc"
