// SPDX-License-Identifier: Apache-2.0
#include "worldtest.h"

#include <QRegularExpression>
#include <QTest>

using namespace causeway;
using namespace causeway::sandbox;
using namespace causeway::sandbox::test;

//! What Azure's own clients check in every answer, without our client: they were measured against an ARM endpoint, and each
//! rule here is one that made one of them stop or wait.
class TestStrangers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyListedVersion_data();
    void everyListedVersion();
    void versionsOfClients_data();
    void versionsOfClients();
    void spelling_data();
    void spelling();
    void operations_data();
    void operations();
    void refusals_data();
    void refusals();
    void groupHead();
    void olderCapabilities();
    void templatesAreJsonc();
    void connectionNames();
    void pagesAreAbsolute();

private:
    State m_prepared;
};

static const QString groupPath = QStringLiteral("/subscriptions/{s}/resourceGroups/rg-Strange");
static const QString spaces = groupPath + QStringLiteral("/providers/");
static const QString serverPath = spaces + QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/pg-stranger");
static const QString vnetPath = spaces + QStringLiteral("Microsoft.Network/virtualNetworks/vnet-Strange");
static const QString endpointPath = spaces + QStringLiteral("Microsoft.Network/privateEndpoints/pe-Strange");
static const QString zonePath = spaces + QStringLiteral("Microsoft.Network/privateDnsZones/privatelink.postgres.database.azure.com");
static const QString factoryPath = spaces + QStringLiteral("Microsoft.DataFactory/factories/adf-stranger");
static const QString lockPath = groupPath + QStringLiteral("/providers/Microsoft.Authorization/locks/keep");

static QJsonObject jsonOf(QString text, const Caller &caller)
{
    text.replace(QLatin1Char('\''), QLatin1Char('"'));
    for (const auto &[mark, path] : {std::pair("{server}", serverPath), std::pair("{vnet}", vnetPath), std::pair("{zone}", zonePath)})
        text.replace(QLatin1String(mark), path);
    text.replace(QLatin1String("{s}"), caller.subscription);
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

//! The road, in the order in which it is built.
struct Thing {
    const QString &parent;
    const char *below;   //!< path after the parent
    const char *version;
    const char *body;
};
static const Thing things[] = {
    {groupPath, "", "2021-04-01", "{'location':'westeurope'}"},
    {vnetPath, "", "2024-05-01", "{'location':'westeurope','properties':{'addressSpace':{'addressPrefixes':['10.3.0.0/16']}}}"},
    {vnetPath, "/subnets/snet-Pe", "2024-05-01", "{'properties':{'addressPrefix':'10.3.1.0/24'}}"},
    {serverPath, "", "2024-08-01",
     "{'location':'westeurope','sku':{'name':'Standard_D2ds_v5','tier':'GeneralPurpose'},'properties':{'version':'16','administratorLogin':'dba1',"
     "'administratorLoginPassword':'Str0ng-Enough!','storage':{'storageSizeGB':128}}}"},
    {serverPath, "/firewallRules/office", "2024-08-01", "{'properties':{'startIpAddress':'203.0.113.1','endIpAddress':'203.0.113.2'}}"},
    {serverPath, "/databases/sales", "2024-08-01", "{}"},
    {serverPath, "/configurations/wal_level", "2024-08-01", "{'properties':{'value':'logical','source':'user-override'}}"},
    {endpointPath, "", "2024-05-01",
     "{'location':'westeurope','properties':{'subnet':{'id':'{vnet}/subnets/snet-Pe'},'privateLinkServiceConnections':[{'name':'c',"
     "'properties':{'privateLinkServiceId':'{server}','groupIds':['postgresqlServer']}}]}}"},
    {zonePath, "", "2024-06-01", "{'location':'global'}"},
    {zonePath, "/virtualNetworkLinks/link", "2024-06-01", "{'location':'global','properties':{'virtualNetwork':{'id':'{vnet}'},'registrationEnabled':false}}"},
    {zonePath, "/A/somebody", "2024-06-01", "{'properties':{'ttl':10,'aRecords':[{'ipv4Address':'10.3.1.9'}]}}"},
    {endpointPath, "/privateDnsZoneGroups/default", "2024-05-01", "{'properties':{'privateDnsZoneConfigs':[{'name':'p','properties':{'privateDnsZoneId':'{zone}'}}]}}"},
    {spaces, "Microsoft.ManagedIdentity/userAssignedIdentities/id-Strange", "2024-11-30", "{'location':'westeurope'}"},
    {factoryPath, "", "2018-06-01", "{'location':'westeurope','identity':{'type':'SystemAssigned'}}"},
    {factoryPath, "/managedVirtualNetworks/default", "2018-06-01", "{'properties':{}}"},
    {factoryPath, "/integrationRuntimes/VnetRuntime", "2018-06-01",
     "{'properties':{'type':'Managed','managedVirtualNetwork':{'type':'ManagedVirtualNetworkReference','referenceName':'default'},'typeProperties':{'computeProperties':{'location':'AutoResolve'}}}}"},
    {factoryPath, "/managedVirtualNetworks/default/managedPrivateEndpoints/mpe", "2018-06-01", "{'properties':{'privateLinkResourceId':'{server}','groupId':'postgresqlServer'}}"},
    {factoryPath, "/linkedservices/PgSales", "2018-06-01", "{'properties':{'type':'AzurePostgreSql','version':'2.0','typeProperties':{'server':'x','database':'d','sslMode':2}}}"},
    {lockPath, "", "2020-05-01", "{'properties':{'level':'CanNotDelete'}}"},
};

static QString pathOf(const Thing &thing)
{
    return thing.parent + QLatin1String(thing.below);
}

//! Every answer, whatever was asked: what the clients' cores look at before they look at the body.
static QString complaintAbout(const Response &answer)
{
    const QByteArray retryAfter = headerValue(answer.headers, "retry-after");
    if (!retryAfter.isEmpty() && retryAfter.toInt() < 1)
        return QStringLiteral("Retry-After is %1, which Python's core takes for none and waits 30 s").arg(QString::fromLatin1(retryAfter));
    bool follows = false;
    for (const char *name : {"azure-asyncoperation", "location"}) {
        const QByteArray link = headerValue(answer.headers, name);
        follows |= !link.isEmpty();
        if (!link.isEmpty() && !link.startsWith("https://127.0.0.1:9/subscriptions/"))
            return QStringLiteral("%1 is not absolute on the caller's origin: %2").arg(QLatin1String(name), QString::fromLatin1(link));
    }
    if (answer.status == 202 && !follows)
        return QStringLiteral("202 without a URL to follow");
    if (!answer.body.isEmpty() && !answer.type.startsWith("application/json"))
        return QStringLiteral("a body of type %1").arg(QString::fromLatin1(answer.type));
    if (answer.status == 204 && !answer.body.isEmpty())
        return QStringLiteral("204 with a body");
    if (answer.status >= 400 && (codeOf(answer).isEmpty() || messageOf(answer).isEmpty()))
        return QStringLiteral("an error without code and message: %1").arg(QString::fromUtf8(answer.body));
    const QString next = bodyOf(answer).value(QLatin1String("nextLink")).toString(QStringLiteral("https://127.0.0.1:9/"));
    if (!next.startsWith(QLatin1String("https://127.0.0.1:9/")))
        return QStringLiteral("nextLink is not absolute: %1").arg(next);
    return {};
}

//! Follows one operation to its end; a complaint, or nothing when it succeeded.
static QString followed(Caller &caller, Response answer)
{
    const QByteArray status = headerValue(answer.headers, "azure-asyncoperation");
    const QByteArray url = status.isEmpty() ? headerValue(answer.headers, "location") : status;
    for (int poll = 0; !url.isEmpty() && poll < 2000; ++poll) {
        caller.pass(2);
        answer = caller.follow(url);
        if (const QString complaint = complaintAbout(answer); !complaint.isEmpty())
            return complaint;
        const QString word = bodyOf(answer).value(QLatin1String("status")).toString();
        if (!status.isEmpty() && word.isEmpty())
            return QStringLiteral("a status document without status: ") + QString::fromUtf8(answer.body);
        if (!status.isEmpty() ? word == QLatin1String("Succeeded") : answer.status != 202)
            return {};
        if (word == QLatin1String("Failed"))
            return QString::fromUtf8(answer.body);
    }
    return url.isEmpty() ? QString() : QStringLiteral("no end");
}

static QString built(Caller &caller, const Thing &thing)
{
    const Response answer = caller.call("PUT", pathOf(thing), QLatin1String(thing.version), jsonOf(QLatin1String(thing.body), caller));
    if (const QString complaint = complaintAbout(answer); !complaint.isEmpty())
        return complaint;
    if (answer.status >= 300)
        return QString::fromUtf8(answer.body);
    const QString complaint = followed(caller, answer);
    caller.pass(20); // ServerIsBusy goes on after the operation
    return complaint;
}

static State freshState()
{
    State state = worldState(QStringLiteral("default"));
    state.settings.insert(QStringLiteral("throttling"), false);
    return state;
}

void TestStrangers::initTestCase()
{
    Caller caller(freshState());
    for (const Thing &thing : things)
        QCOMPARE(QStringLiteral("%1: %2").arg(pathOf(thing), built(caller, thing)), pathOf(thing) + QStringLiteral(": "));
    m_prepared = caller.world.state();
}

static Provider *providerOf(World &world, const QString &type)
{
    for (Provider *provider : world.allProviders()) {
        const QString rest = type.section(QLatin1Char('/'), 1);
        if (type.section(QLatin1Char('/'), 0, 0).compare(provider->name(), Qt::CaseInsensitive) == 0 && !provider->apiVersions(rest).isEmpty())
            return provider;
    }
    return nullptr;
}

// "id equals the request path, type and name match", at every version that GET …/providers lists for the type.
void TestStrangers::everyListedVersion_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("version");
    Caller caller(m_prepared);
    for (const Thing &thing : things) {
        const QString path = pathOf(thing);
        const QString shown = bodyOf(caller.call("GET", path, QLatin1String(thing.version))).value(QLatin1String("type")).toString();
        const Provider *provider = providerOf(caller.world, shown);
        QVERIFY2(provider, qPrintable(path + QStringLiteral(" is ") + shown));
        const QStringList versions = provider->apiVersions(shown.section(QLatin1Char('/'), 1));
        for (const QString &version : versions)
            QTest::newRow(qPrintable(shown + QLatin1Char(' ') + version)) << path << version;
    }
}

void TestStrangers::everyListedVersion()
{
    QFETCH(QString, path);
    QFETCH(QString, version);
    Caller caller(m_prepared);
    const Response answer = caller.call("GET", path, version);
    QCOMPARE(complaintAbout(answer), QString());
    QCOMPARE(answer.status, 200);
    const QJsonObject body = bodyOf(answer);
    path.replace(QLatin1String("{s}"), caller.subscription);
    // Data Factory writes its own type words in lower case; names keep their spelling everywhere.
    const bool lower = path.contains(QLatin1String("/factories/"));
    QCOMPARE(body.value(QLatin1String("id")).toString().compare(path, lower ? Qt::CaseInsensitive : Qt::CaseSensitive), 0);
    QCOMPARE(body.value(QLatin1String("name")).toString(), path.section(QLatin1Char('/'), -1));
    QVERIFY(!answer.body.contains("Str0ng"));
}

// The versions that the Azure CLI and the SDKs have compiled in.
void TestStrangers::versionsOfClients_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("versions");
    const QString all = QStringLiteral("/subscriptions/{s}");
    const std::pair<QString, const char *> rows[] = {
        {serverPath, "2022-12-01 2024-08-01 2025-08-01"},
        {serverPath + QStringLiteral("/privateEndpointConnections"), "2024-08-01 2025-08-01"},
        {vnetPath, "2022-01-01 2024-05-01 2025-05-01"},
        {endpointPath, "2022-01-01 2024-05-01 2025-05-01"},
        {zonePath, "2020-06-01 2024-06-01"},
        {spaces + QStringLiteral("Microsoft.ManagedIdentity/userAssignedIdentities"), "2022-01-31-preview 2024-11-30"},
        {factoryPath, "2018-06-01"},
        {groupPath, "2021-04-01 2025-04-01"},
        {all + QStringLiteral("/resources"), "2021-04-01 2025-04-01"},
        {all + QStringLiteral("/providers/Microsoft.DBforPostgreSQL"), "2021-04-01 2025-04-01"},
        {QStringLiteral("/subscriptions"), "2019-11-01 2022-12-01"},
        {QStringLiteral("/tenants"), "2019-11-01 2022-12-01"},
        {all, "2019-11-01 2022-12-01"},
        {all + QStringLiteral("/locations"), "2019-11-01 2022-12-01"},
        {groupPath + QStringLiteral("/providers/Microsoft.Authorization/permissions"), "2022-04-01"},
        {groupPath + QStringLiteral("/providers/Microsoft.Authorization/locks"), "2020-05-01"},
    };
    for (const auto &[path, versions] : rows)
        QTest::newRow(qPrintable(path)) << path << QString::fromLatin1(versions);
}

void TestStrangers::versionsOfClients()
{
    QFETCH(QString, path);
    QFETCH(QString, versions);
    Caller caller(m_prepared);
    for (const QString &version : versions.split(QLatin1Char(' '))) {
        const Response answer = caller.call("GET", path, version);
        QVERIFY2(answer.status == 200, (version.toUtf8() + ": " + answer.body).constData());
        QCOMPARE(complaintAbout(answer), QString());
    }
}

// A name in another spelling is the same resource, shown with the spelling it was made with.
void TestStrangers::spelling_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::newRow("as made") << QString() << QString();
    QTest::newRow("resourcegroups") << QStringLiteral("resourceGroups") << QStringLiteral("resourcegroups");
    QTest::newRow("RESOURCEGROUPS") << QStringLiteral("resourceGroups/rg-Strange") << QStringLiteral("RESOURCEGROUPS/RG-STRANGE");
    QTest::newRow("namespace") << QStringLiteral("Microsoft.Network/virtualNetworks") << QStringLiteral("microsoft.network/VIRTUALNETWORKS");
    QTest::newRow("name") << QStringLiteral("vnet-Strange") << QStringLiteral("VNET-strange");
    QTest::newRow("two slashes, as SDKs send a scope") << QStringLiteral("/subscriptions/") << QStringLiteral("//subscriptions/");
    QTest::newRow("encoded scope, as other SDKs send it") << QStringLiteral("/subscriptions/{s}/resourceGroups/rg-Strange/") << QStringLiteral("/%2Fsubscriptions%2F{s}%2FresourceGroups%2Frg-Strange/");
    QTest::newRow("slash at the end") << QStringLiteral("vnet-Strange") << QStringLiteral("vnet-Strange/");
    QTest::newRow("encoded letters") << QStringLiteral("vnet") << QStringLiteral("%76net");
}

void TestStrangers::spelling()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    Caller caller(m_prepared);
    QString path = vnetPath;
    if (!from.isEmpty())
        path.replace(from, to);
    const Response answer = caller.call("GET", path, QStringLiteral("2024-05-01"));
    QCOMPARE(answer.status, 200);
    QCOMPARE(bodyOf(answer).value(QLatin1String("id")).toString(), QString(vnetPath).replace(QLatin1String("{s}"), caller.subscription));
    const Response lock = caller.call("GET", QString(lockPath).replace(from.startsWith(QLatin1Char('/')) ? from : QStringLiteral("\n"), to), QStringLiteral("2020-05-01"));
    QCOMPARE(lock.status, 200);
}

// Whatever the time scale: Retry-After stays a whole second, links absolute, and the documented codes.
void TestStrangers::operations_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("version");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QList<int>>("statuses");
    QTest::addColumn<double>("scale");
    struct Row {
        const char *method;
        QString path;
        const char *version, *body;
        QList<int> statuses; //!< declared by the operation
    };
    const Row rows[] = {
        {"PATCH", serverPath, "2024-08-01", "{'tags':{'a':'b'}}", {200, 202}},
        {"POST", serverPath + QStringLiteral("/restart"), "2024-08-01", "", {200, 202}},
        {"PUT", serverPath + QStringLiteral("/databases/other"), "2024-08-01", "{}", {200, 201, 202}},
        {"DELETE", serverPath + QStringLiteral("/firewallRules/office"), "2024-08-01", "", {202, 204}},
        {"DELETE", endpointPath + QStringLiteral("/privateDnsZoneGroups/default"), "2024-05-01", "", {200, 202, 204}},
        {"DELETE", endpointPath, "2024-05-01", "", {200, 202, 204}},
        {"DELETE", zonePath + QStringLiteral("/virtualNetworkLinks/link"), "2024-06-01", "", {200, 202, 204}},
        {"PUT", vnetPath + QStringLiteral("/subnets/second"), "2024-05-01", "{'properties':{'addressPrefix':'10.3.2.0/24'}}", {200, 201}},
        {"DELETE", factoryPath + QStringLiteral("/linkedservices/PgSales"), "2018-06-01", "", {200, 204}},
        {"DELETE", factoryPath + QStringLiteral("/managedVirtualNetworks/default/managedPrivateEndpoints/mpe"), "2018-06-01", "", {200, 204}},
        {"DELETE", factoryPath, "2018-06-01", "", {200, 204}},
        {"DELETE", serverPath, "2024-08-01", "", {202, 204}},
        {"DELETE", groupPath, "2021-04-01", "", {200, 202}},
    };
    for (const double scale : {1.0, 100.0, 100000.0}) {
        for (const Row &row : rows)
            QTest::newRow(qPrintable(QStringLiteral("%1 %2 x%3").arg(QLatin1String(row.method), row.path).arg(scale)))
                << QByteArray(row.method) << row.path << QString::fromLatin1(row.version) << QString::fromLatin1(row.body) << row.statuses << scale;
    }
}

void TestStrangers::operations()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QString, version);
    QFETCH(QString, body);
    QFETCH(QList<int>, statuses);
    QFETCH(double, scale);
    State state = m_prepared;
    state.timeScale = scale;
    Caller caller(std::move(state));
    caller.now = caller.world.state().now;
    QVERIFY(caller.call("DELETE", lockPath, QStringLiteral("2020-05-01")).status < 300);
    const Response answer = caller.call(method, path, version, jsonOf(body, caller));
    QVERIFY2(statuses.contains(answer.status), (QByteArray::number(answer.status) + ' ' + answer.body).constData());
    QCOMPARE(complaintAbout(answer), QString());
    QCOMPARE(followed(caller, answer), QString());
}

void TestStrangers::refusals_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("version");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *method, const QString &path, const char *version, int status, const char *code) {
        QTest::newRow(name) << QByteArray(method) << path << QString::fromLatin1(version) << status << QString::fromLatin1(code);
    };
    row("no server", "GET", serverPath + QStringLiteral("x"), "2024-08-01", 404, "ResourceNotFound");
    row("no group", "GET", QStringLiteral("/subscriptions/{s}/resourceGroups/nobody"), "2021-04-01", 404, "ResourceGroupNotFound");
    row("no subscription", "GET", QStringLiteral("/subscriptions/00000000-0000-0000-0000-0000000000ff/resourcegroups"), "2021-04-01", 404, "SubscriptionNotFound");
    row("a word for a subscription", "GET", QStringLiteral("/subscriptions/mine/resourcegroups"), "2021-04-01", 400, "InvalidSubscriptionId");
    row("no such version", "GET", serverPath, "2019-01-01", 400, "NoRegisteredProviderFound");
    row("no such type", "GET", spaces + QStringLiteral("Microsoft.Network/roads/a"), "2024-05-01", 404, "InvalidResourceType");
    row("no such namespace", "GET", spaces + QStringLiteral("Contoso.Roads/roads/a"), "2024-05-01", 404, "InvalidResourceNamespace");
    row("no version", "GET", serverPath, "", 400, "MissingApiVersionParameter");
    row("locked", "DELETE", serverPath, "2024-08-01", 409, "ScopeLocked");
    row("no such operation", "GET", QStringLiteral("/"), "2021-04-01", 404, "MissingSubscription");
}

void TestStrangers::refusals()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QString, version);
    QFETCH(int, status);
    QFETCH(QString, code);
    Caller caller(m_prepared);
    const Response answer = caller.call(method, path, version);
    QCOMPARE(complaintAbout(answer), QString());
    QCOMPARE(codeOf(answer), code);
    QCOMPARE(answer.status, status);
}

void TestStrangers::groupHead()
{
    Caller caller(m_prepared);
    const auto head = [&](const char *path) { return caller.call("HEAD", QString::fromLatin1(path), QStringLiteral("2021-04-01")).status; };
    QCOMPARE(head("/subscriptions/{s}/resourcegroups/rg-strange"), 204);
    QCOMPARE(head("/subscriptions/{s}/resourcegroups/rg-nobody"), 404);
}

// azure-cli 2.45 stops in its deserializer when it is given the new shape.
void TestStrangers::olderCapabilities()
{
    Caller caller(m_prepared);
    const QString path = QStringLiteral("/subscriptions/{s}/providers/Microsoft.DBforPostgreSQL/locations/westeurope/capabilities");
    const QJsonObject older = valueOf(caller.call("GET", path, QStringLiteral("2022-12-01"))).at(0).toObject();
    QVERIFY(older.value(QLatin1String("supportedFlexibleServerEditions")).isArray());
    QVERIFY(older.value(QLatin1String("zoneRedundantHaSupported")).isBool());
    QVERIFY(!older.contains(QLatin1String("supportedServerEditions")));
    const QJsonObject newer = valueOf(caller.call("GET", path, QStringLiteral("2024-08-01"))).at(0).toObject();
    QVERIFY(newer.value(QLatin1String("supportedServerEditions")).isArray());
    QVERIFY(newer.value(QLatin1String("zoneRedundantHaSupported")).isString());
    QVERIFY(!newer.contains(QLatin1String("supportedFlexibleServerEditions")));
}

// The Azure CLI splices a template file into its request as it was written.
void TestStrangers::templatesAreJsonc()
{
    Caller caller(m_prepared);
    Request request = caller.request("POST", QString(groupPath + QStringLiteral("/providers/Microsoft.Resources/deployments/d/validate?api-version=2021-04-01")).replace(QLatin1String("{s}"), caller.subscription));
    request.body = R"({"properties": {"mode": "Incremental", "parameters": {}, template: { // by hand
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0", /* two
        lines */ "resources": [{"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2024-11-30", "name": "id-a", "location": "westeurope"}]}}})";
    const Response answer = caller.send(request);
    QCOMPARE(complaintAbout(answer), QString());
    QVERIFY2(answer.status == 200 && bodyOf(answer).value(QLatin1String("error")).isUndefined(), answer.body.constData());
}

// The SDK for JavaScript takes one dot in the name of a connection; the documented name of a factory's has two.
void TestStrangers::connectionNames()
{
    static const QRegularExpression one(QStringLiteral("^[a-zA-Z][a-zA-Z0-9-]*\\.[a-fA-F0-9-]+$"));
    for (const bool plain : {false, true}) {
        State state = freshState();
        state.settings.insert(QStringLiteral("postgresqlPlainConnectionNames"), plain);
        Caller caller(std::move(state));
        for (const Thing &thing : things)
            QCOMPARE(built(caller, thing), QString());
        caller.pass(600);
        const QJsonArray list = valueOf(caller.call("GET", serverPath + QStringLiteral("/privateEndpointConnections"), QStringLiteral("2024-08-01")));
        QCOMPARE(list.size(), 2);
        int fitting = 0;
        for (const QJsonValue &connection : list)
            fitting += one.match(connection.toObject().value(QLatin1String("name")).toString()).hasMatch();
        QCOMPARE(fitting, plain ? 2 : 1);
    }
}

void TestStrangers::pagesAreAbsolute()
{
    State state = m_prepared;
    state.settings.insert(QStringLiteral("pageSize"), 2);
    Caller caller(std::move(state));
    Response answer = caller.call("GET", serverPath + QStringLiteral("/configurations"), QStringLiteral("2024-08-01"));
    qsizetype items = 0, pages = 0;
    QSet<QString> names;
    for (;; ++pages) {
        QCOMPARE(complaintAbout(answer), QString());
        items += valueOf(answer).size();
        for (const QJsonValue &one : valueOf(answer))
            names.insert(one.toObject().value(QLatin1String("name")).toString());
        const QString next = bodyOf(answer).value(QLatin1String("nextLink")).toString();
        if (next.isEmpty())
            break;
        answer = caller.follow(next.toLatin1());
        QCOMPARE(answer.status, 200);
    }
    QVERIFY(pages > 5);
    QCOMPARE(names.size(), items);
}

QTEST_GUILESS_MAIN(TestStrangers)
#include "tst_strangers.moc"
