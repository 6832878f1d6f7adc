// SPDX-License-Identifier: Apache-2.0
// What counts as a difference, what never does, and whose connection is whose.
#include "plan/connections.h"
#include "plan/preflight.h"
#include "planning.h"

using namespace causeway;
using namespace causeway::test;

namespace {

QJsonObject connectionNamed(const QString &name, const QString &endpoint, const QString &description, const QString &status = QStringLiteral("Pending"))
{
    const ResourceId server = ResourceId::resource(subscription, QStringLiteral("rg-sales"), type::server, QStringLiteral("pg-sales"));
    return {{QStringLiteral("id"), server.child(QStringLiteral("privateEndpointConnections"), name).toString()},
            {QStringLiteral("properties"), QJsonObject{{QStringLiteral("privateEndpoint"), QJsonObject{{QStringLiteral("id"), endpoint}}},
                                                       {QStringLiteral("privateLinkServiceConnectionState"), QJsonObject{{QStringLiteral("status"), status}, {QStringLiteral("description"), description}}}}}};
}

const QString foreign = QStringLiteral("/subscriptions/cccccccc-0000-0000-0000-000000000003/resourceGroups/vnet-rg/providers/Microsoft.Network/privateEndpoints/");

} // namespace

class TestChange : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void change_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("wanted");
        QTest::addColumn<QByteArray>("found");
        QTest::addColumn<QString>("differences");
        QTest::addColumn<bool>("fixed");
        const auto row = [](const char *name, StepKind kind, const char *wanted, const char *found, const char *differences = "", bool fixed = false) {
            QTest::newRow(name) << int(kind) << QByteArray(wanted) << QByteArray(found) << QString::fromLatin1(differences) << fixed;
        };
        row("equal", StepKind::Database, R"({"properties":{"a":1}})", R"({"properties":{"a":1,"more":2}})");
        row("display name of a location", StepKind::Server, R"({"location":"westeurope"})", R"({"location":"West Europe"})");
        row("another location", StepKind::Server, R"({"location":"westeurope"})", R"({"location":"North Europe"})", "location", true);
        row("casing of an id", StepKind::ZoneLink, R"({"properties":{"virtualNetwork":{"id":"/subscriptions/A/resourceGroups/b"}}})", R"({"properties":{"virtualNetwork":{"id":"/subscriptions/a/resourcegroups/B"}}})");
        row("casing of a member", StepKind::FactoryIdentity, R"({"identity":{"userAssignedIdentities":{"/Subscriptions/X":{}}}})", R"({"identity":{"userAssignedIdentities":{"/subscriptions/x":{"clientId":"1"}}}})");
        row("casing of a role matters", StepKind::LinkedService, R"({"properties":{"typeProperties":{"username":"Etl"}}})", R"({"properties":{"typeProperties":{"username":"etl"}}})", "properties.typeProperties.username");
        row("a number as text", StepKind::LinkedService, R"({"properties":{"typeProperties":{"port":5432}}})", R"({"properties":{"typeProperties":{"port":"5432"}}})");
        row("a masked secret", StepKind::LinkedService, R"({"properties":{"typeProperties":{"password":{"type":"SecureString","value":{"secret":"prompt","field":"f"}}}}})", R"({"properties":{"typeProperties":{"password":{"type":"SecureString","value":"**********"}}}})");
        row("a password is never read back", StepKind::Server, R"({"properties":{"administratorLoginPassword":{"secret":"generate","field":"f"},"createMode":"Create"}})", R"({"properties":{}})");
        row("what is known later", StepKind::LinkedService, R"({"properties":{"typeProperties":{"server":{"from":"server","value":"x"}}}})", R"({"properties":{"typeProperties":{"server":"pg"}}})");
        row("a left-out false", StepKind::ZoneLink, R"({"properties":{"registrationEnabled":false}})", R"({"properties":{}})");
        row("a left-out true", StepKind::ZoneLink, R"({"properties":{"registrationEnabled":true}})", R"({"properties":{}})", "properties.registrationEnabled");
        row("Premium SSD reads as nothing", StepKind::Server, R"({"properties":{"storage":{"type":"Premium_LRS"}}})", R"({"properties":{"storage":{"type":""}}})");
        row("another database", StepKind::LinkedService, R"({"properties":{"typeProperties":{"database":"sales"}}})", R"({"properties":{"typeProperties":{"database":"other"}}})", "properties.typeProperties.database");
        row("a newer version", StepKind::Server, R"({"properties":{"version":"17"}})", R"({"properties":{"version":"16"}})", "properties.version");
        row("an older version", StepKind::Server, R"({"properties":{"version":"15"}})", R"({"properties":{"version":"16"}})", "properties.version", true);
        row("the portal's name of a connection", StepKind::PrivateEndpoint, R"({"properties":{"privateLinkServiceConnections":[{"name":"a","properties":{"groupIds":["postgresqlServer"]}}]}})", R"({"properties":{"privateLinkServiceConnections":[{"name":"b","properties":{"groupIds":["postgresqlServer"]}}]}})");
        row("an endpoint to another server", StepKind::ManagedPrivateEndpoint, R"({"properties":{"privateLinkResourceId":"/subscriptions/a"}})", R"({"properties":{"privateLinkResourceId":"/subscriptions/b"}})", "properties.privateLinkResourceId", true);
        row("more identities than asked for", StepKind::FactoryIdentity, R"({"identity":{"type":"SystemAssigned"}})", R"({"identity":{"type":"SystemAssigned,UserAssigned"}})");
        row("authoring that has timed out", StepKind::InteractiveAuthoring, R"({"autoTerminationMinutes":60})", R"({"properties":{"typeProperties":{"interactiveQuery":{"status":"Disabled"}}}})");
        row("a parameter", StepKind::ServerParameter, R"({"properties":{"value":"on","source":"user-override"}})", R"({"properties":{"value":"off","source":"system-default"}})", "properties.value");
    }
    void change()
    {
        QFETCH(int, kind);
        QFETCH(QByteArray, wanted);
        QFETCH(QByteArray, found);
        QFETCH(QString, differences);
        QFETCH(bool, fixed);
        const QJsonObject there = json(found.constData());
        const Comparison comparison = causeway::change(StepKind(kind), json(wanted.constData()), &there);
        QStringList paths;
        for (const Difference &each : comparison.differences)
            paths << each.path;
        QCOMPARE(paths.join(QLatin1Char(' ')), differences);
        QCOMPARE(comparison.change, differences.isEmpty() ? Change::None : Change::Update);
        QCOMPARE(!comparison.immutable.isEmpty(), fixed);
        QCOMPARE(causeway::change(StepKind(kind), json(wanted.constData()), nullptr).change, Change::Create);
    }

    void connections_data()
    {
        QTest::addColumn<QJsonArray>("list");
        QTest::addColumn<QString>("expected");
        const QString asked = QStringLiteral("Requested by DataFactory:adf-Sales, Name:mpe");
        const QJsonObject ours = connectionNamed(QStringLiteral("adf-sales.mpe.1"), foreign + QStringLiteral("adf-sales.mpe"), asked);
        QTest::newRow("ours") << QJsonArray{ours} << QStringLiteral("adf-sales.mpe.1");
        QTest::newRow("casing") << QJsonArray{connectionNamed(QStringLiteral("ADF-sales.MPE.1"), foreign + QStringLiteral("ADF-sales.MPE"), asked.toUpper())} << QStringLiteral("ADF-sales.MPE.1");
        QTest::newRow("ours among strangers") << QJsonArray{connectionNamed(QStringLiteral("pe-x.2"), foreign + QStringLiteral("pe-x"), {}), ours} << QStringLiteral("adf-sales.mpe.1");
        QTest::newRow("decided already: the description is the approver's") << QJsonArray{connectionNamed(QStringLiteral("adf-sales.mpe.1"), foreign + QStringLiteral("adf-sales.mpe"), QStringLiteral("CHG-1"), QStringLiteral("Approved"))} << QStringLiteral("adf-sales.mpe.1");
        QTest::newRow("no id shown, name and description agree") << QJsonArray{connectionNamed(QStringLiteral("adf-sales.mpe.1"), {}, asked)} << QStringLiteral("adf-sales.mpe.1");
        QTest::newRow("the only pending one") << QJsonArray{connectionNamed(QStringLiteral("pe-x.2"), foreign + QStringLiteral("pe-x"), {})} << QString();
        QTest::newRow("a stranger's description") << QJsonArray{connectionNamed(QStringLiteral("pe-x.2"), foreign + QStringLiteral("pe-x"), asked)} << QString();
        QTest::newRow("a longer name") << QJsonArray{connectionNamed(QStringLiteral("adf-sales.mpe2.1"), foreign + QStringLiteral("adf-sales.mpe2"), {})} << QString();
        QTest::newRow("a name that ends alike") << QJsonArray{connectionNamed(QStringLiteral("x.1"), foreign + QStringLiteral("evil-adf-sales.mpe"), {})} << QString();
        QTest::newRow("our name, another's request") << QJsonArray{connectionNamed(QStringLiteral("adf-sales.mpe.1"), foreign + QStringLiteral("adf-sales.mpe"), QStringLiteral("Requested by DataFactory:other, Name:mpe"))} << QString();
        QTest::newRow("two of one name") << QJsonArray{ours, connectionNamed(QStringLiteral("adf-sales.mpe.9"), foreign.toUpper().replace(QLatin1String("CCCCCCCC"), QLatin1String("DDDDDDDD")) + QStringLiteral("adf-sales.mpe"), asked)} << QString();
        QTest::newRow("none") << QJsonArray() << QString();
    }
    void connections()
    {
        QFETCH(QJsonArray, list);
        QFETCH(QString, expected);
        const auto found = connectionOfManagedEndpoint(list, QStringLiteral("adf-Sales"), QStringLiteral("mpe"));
        QCOMPARE(found ? found->name : QString(), expected);
    }

    // A managed private endpoint lives in a subscription of Microsoft's: one in ours that bears its name and words is a stranger's.
    void aLookAlikeInOurOwnSubscriptionsIsNobodys()
    {
        const QString asked = QStringLiteral("Requested by DataFactory:adf-sales, Name:mpe");
        const QString own = ResourceId::resource(subscription, QStringLiteral("rg"), type::privateEndpoint, QStringLiteral("adf-sales.mpe")).toString();
        const QJsonObject stranger = connectionNamed(QStringLiteral("adf-sales.mpe.2"), own, asked);
        const QJsonObject ours = connectionNamed(QStringLiteral("adf-sales.mpe.1"), foreign + QStringLiteral("adf-sales.mpe"), asked);
        QCOMPARE(claimsOfManagedEndpoint({stranger, ours}, QStringLiteral("adf-sales"), QStringLiteral("mpe")).size(), 2);
        const auto claims = claimsOfManagedEndpoint({stranger, ours}, QStringLiteral("adf-sales"), QStringLiteral("mpe"), {subscription.toUpper()});
        QCOMPARE(claims.size(), 1);
        QCOMPARE(claims.first().name, QStringLiteral("adf-sales.mpe.1"));
        QVERIFY(claimsOfManagedEndpoint({stranger}, QStringLiteral("adf-sales"), QStringLiteral("mpe"), {subscription}).isEmpty());
    }

    void aPrivateEndpointIsMatchedByItsWholeId()
    {
        const ResourceId mine = ResourceId::resource(subscription, QStringLiteral("rg-net"), type::privateEndpoint, QStringLiteral("pe-sales"));
        const QJsonObject stranger = connectionNamed(QStringLiteral("pe-sales.2"), foreign + QStringLiteral("pe-sales"), {});
        QVERIFY(!connectionOfEndpoint({stranger}, mine));
        const auto found = connectionOfEndpoint({stranger, connectionNamed(QStringLiteral("pe-sales.3"), mine.toString().toUpper(), {})}, mine);
        QVERIFY(found);
        QCOMPARE(found->name, QStringLiteral("pe-sales.3"));
    }

    void permissions()
    {
        const QJsonArray entries{json(R"({"actions":["*"],"notActions":["Microsoft.Authorization/*/Write"]})"), json(R"({"actions":["Microsoft.Network/*/read"],"notActions":[]})")};
        QVERIFY(permits(entries, QStringLiteral("Microsoft.DBforPostgreSQL/flexibleServers/write")));
        QVERIFY(!permits(entries, QStringLiteral("microsoft.authorization/locks/write")));
        QVERIFY(!permits({entries.at(1)}, QStringLiteral("Microsoft.Network/privateEndpoints/write")));
        QVERIFY(permits({entries.at(1)}, QStringLiteral("Microsoft.Network/virtualNetworks/subnets/read")));
        QVERIFY(!permits({}, QStringLiteral("x")));
    }

    void savedPlans()
    {
        const auto plan = makePlan(example(QStringLiteral("quickstart")), nothing(), somebody());
        QVERIFY(plan.ok());
        const auto again = Plan::fromJson(QJsonDocument::fromJson(QJsonDocument(plan->toJson()).toJson()).object());
        QVERIFY2(again.ok(), again ? "" : qUtf8Printable(describe(again.error())));
        QCOMPARE(again->steps, plan->steps);
        QCOMPARE(again->spec, plan->spec);
        QCOMPARE(again->identity, plan->identity);
        QCOMPARE(again->fingerprint, plan->fingerprint);
        QVERIFY(!QJsonDocument(plan->toJson()).toJson().contains("Str0ng"));
    }

    void refusedPlans()
    {
        const auto step = [](const char *id, const QStringList &needs) {
            PlannedStep one;
            one.id = QLatin1String(id);
            one.dependsOn = needs;
            return one;
        };
        Plan plan;
        plan.steps = {step("a", {}), step("b", {QStringLiteral("d")}), step("c", {QStringLiteral("b"), QStringLiteral("a")}), step("d", {QStringLiteral("c")})};
        QCOMPARE(ordered(plan).error().code, QStringLiteral("PlanCycle"));
        QVERIFY2(ordered(plan).error().message.contains(QStringLiteral("b → d → c → b")), qUtf8Printable(ordered(plan).error().message));
        plan.steps = {step("a", {}), step("a", {})};
        QCOMPARE(ordered(plan).error().code, QStringLiteral("DuplicateStep"));
        plan.steps = {step("a", {QStringLiteral("z")})};
        QCOMPARE(ordered(plan).error().code, QStringLiteral("DanglingDependency"));
        plan.steps = QList<PlannedStep>(100001, step("a", {}));
        QCOMPARE(ordered(plan).error().code, QStringLiteral("TooManySteps"));
        plan.steps.clear();
        for (int i = 0; i < 100000; ++i) // a chain as long as they come
            plan.steps.prepend(step(QByteArray::number(i).constData(), i ? QStringList{QString::number(i - 1)} : QStringList()));
        const auto chain = ordered(plan);
        QVERIFY(chain.ok());
        QCOMPARE(chain->steps.first().id, QStringLiteral("0"));
        QJsonObject changed = makePlan(example(QStringLiteral("quickstart")), nothing(), somebody())->toJson();
        QJsonArray steps = changed.value(QStringLiteral("steps")).toArray();
        QJsonObject first = steps.first().toObject();
        first.insert(QStringLiteral("change"), QStringLiteral("delete"));
        steps.replace(0, first);
        changed.insert(QStringLiteral("steps"), steps);
        QCOMPARE(Plan::fromJson(changed).error().code, QStringLiteral("PlanChanged"));
        QCOMPARE(Plan::fromJson({}).error().code, QStringLiteral("BadPlan"));
    }

    void preflight_data()
    {
        QTest::addColumn<std::function<void(SetupSpec &, Observed &)>>("prepare");
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("error");
        using Prepare = std::function<void(SetupSpec &, Observed &)>;
        const auto row = [](const char *name, const char *code, bool error, Prepare prepare) { QTest::newRow(name) << prepare << QString::fromLatin1(code) << error; };
        row("nothing wrong", "", false, [](SetupSpec &, Observed &) {});
        const auto lock = [](Observed &observed, const ResourceId &scope, const char *level) { observed.locks << ObservedLock{QStringLiteral("keep"), scope, QLatin1String(level), {}}; };
        row("locked network", "locked", true, [lock](SetupSpec &spec, Observed &observed) { lock(observed, spec.privateEndpoint->virtualNetwork, "ReadOnly"); });
        row("locked subnet", "locked", true, [lock](SetupSpec &spec, Observed &observed) { lock(observed, spec.privateEndpoint->virtualNetwork.child(QStringLiteral("subnets"), spec.privateEndpoint->subnet), "ReadOnly"); });
        row("locked group", "locked", true, [lock](SetupSpec &, Observed &observed) { lock(observed, ResourceId::resourceGroup(subscription, QStringLiteral("rg-sales")), "ReadOnly"); });
        row("locked subscription", "locked", true, [lock](SetupSpec &, Observed &observed) { lock(observed, ResourceId::subscription(subscription), "ReadOnly"); });
        row("network that cannot be deleted", "delete-locked", false, [lock](SetupSpec &spec, Observed &observed) { lock(observed, spec.privateEndpoint->virtualNetwork, "CanNotDelete"); });
        row("disabled subscription", "subscription-state", true, [](SetupSpec &, Observed &observed) { observed.subscriptions[0].state = QStringLiteral("Disabled"); });
        row("another tenant", "subscription-tenant", true, [](SetupSpec &, Observed &observed) { observed.subscriptions[0].tenant = QStringLiteral("other"); });
        row("unknown subscription", "subscription-unknown", true, [](SetupSpec &spec, Observed &) { spec.subscription = QStringLiteral("Nobody's"); });
        row("unregistered provider", "not-registered", false, [](SetupSpec &, Observed &observed) { observed.registrations.insert(subscription + QStringLiteral("/microsoft.datafactory"), QStringLiteral("NotRegistered")); });
        row("unregistered provider, no right to register", "not-permitted", true, [](SetupSpec &, Observed &observed) {
            observed.registrations.insert(subscription + QStringLiteral("/microsoft.datafactory"), QStringLiteral("NotRegistered"));
            observed.permissions.insert(ResourceId::subscription(subscription).key(), {json(R"({"actions":["*"],"notActions":["Microsoft.DataFactory/register/action"]})")});
        });
        row("unregistered provider, a stranger's subscription", "not-permitted", true, [](SetupSpec &, Observed &observed) {
            observed.registrations.insert(subscription + QStringLiteral("/microsoft.datafactory"), QStringLiteral("NotRegistered"));
            observed.foreignScopes.insert(ResourceId::subscription(subscription).key());
        });
        row("no right on the group", "not-permitted", true, [](SetupSpec &, Observed &observed) { observed.permissions.insert(ResourceId::subscription(subscription).key(), {json(R"({"actions":["*/read"],"notActions":[]})")}); });
        row("no right to approve", "approval-needs-dba", false, [](SetupSpec &spec, Observed &observed) {
            spec.privateEndpoint.reset();
            observed.permissions.insert(ResourceId::subscription(subscription).key(), {json(R"({"actions":["*"],"notActions":["Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action"]})")});
        });
        row("automatic without the right", "endpoint-needs-manual", true, [](SetupSpec &, Observed &observed) {
            observed.permissions.insert(ResourceId::subscription(subscription).key(), {json(R"({"actions":["*"],"notActions":["Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action"]})")});
        });
        row("missing network", "network-missing", true, [](SetupSpec &spec, Observed &observed) { observed.absent.insert(spec.privateEndpoint->virtualNetwork.key()); });
        const auto subnet = [](SetupSpec &spec, Observed &observed, const char *body) { observed.resources.insert(spec.privateEndpoint->virtualNetwork.child(QStringLiteral("subnets"), spec.privateEndpoint->subnet).key(), json(body)); };
        row("delegated subnet", "subnet-delegated", true, [subnet](SetupSpec &spec, Observed &observed) { subnet(spec, observed, R"({"properties":{"delegations":[{"properties":{"serviceName":"Microsoft.DBforPostgreSQL/flexibleServers"}}]}})"); });
        row("policies", "subnet-policies", false, [subnet](SetupSpec &spec, Observed &observed) { subnet(spec, observed, R"({"properties":{"privateEndpointNetworkPolicies":"Enabled"}})"); });
        row("full subnet", "subnet-full", true, [subnet](SetupSpec &spec, Observed &observed) {
            subnet(spec, observed, R"({"properties":{}})");
            observed.freeAddresses.insert(spec.privateEndpoint->virtualNetwork.child(QStringLiteral("subnets"), spec.privateEndpoint->subnet).key(), 0);
        });
        row("endpoint in another region", "endpoint-region", true, [](SetupSpec &spec, Observed &observed) { observed.resources.insert(spec.privateEndpoint->virtualNetwork.key(), json(R"({"location":"northeurope"})")); });
        row("server in another region", "server-region", false, [](SetupSpec &spec, Observed &observed) {
            observed.resources.insert(spec.privateEndpoint->virtualNetwork.key(), json(R"({"location":"northeurope"})"));
            spec.privateEndpoint->location = QStringLiteral("northeurope");
        });
        row("taken name", "name-taken", true, [](SetupSpec &, Observed &observed) { observed.names.insert(QStringLiteral("pg-sales"), ObservedName{false, QStringLiteral("AlreadyExists"), QStringLiteral("Specified server name is already used.")}); });
        row("closed region", "location-restricted", true, [](SetupSpec &, Observed &observed) { observed.capabilities.insert(QStringLiteral("westeurope"), json(R"({"supportedServerEditions":[]})")); });
        const char *offers = R"({"supportedServerEditions":[{"name":"GeneralPurpose","supportedServerSkus":[{"name":"Standard_D2ds_v5","supportedHaMode":["SameZone"]}]}],"supportedServerVersions":[{"name":"16"}]})";
        row("offered", "", false, [offers](SetupSpec &, Observed &observed) { observed.capabilities.insert(QStringLiteral("westeurope"), json(offers)); });
        row("version", "version-not-offered", true, [offers](SetupSpec &spec, Observed &observed) { observed.capabilities.insert(QStringLiteral("westeurope"), json(offers)); spec.server->create->version = QStringLiteral("18"); });
        row("size", "sku-not-offered", true, [offers](SetupSpec &spec, Observed &observed) { observed.capabilities.insert(QStringLiteral("westeurope"), json(offers)); spec.server->create->sku = QStringLiteral("Standard_E96ds_v5"); });
        row("standby", "high-availability-not-offered", true, [offers](SetupSpec &spec, Observed &observed) { observed.capabilities.insert(QStringLiteral("westeurope"), json(offers)); spec.server->create->highAvailability = HighAvailability::ZoneRedundant; });
        const auto server = [](Observed &observed, const char *body) { observed.resources.insert(ResourceId::resource(subscription, QStringLiteral("rg-sales"), type::server, QStringLiteral("pg-sales")).key(), json(body)); };
        row("injected server", "server-in-network", true, [server](SetupSpec &spec, Observed &observed) { spec.server->create.reset(); server(observed, R"({"properties":{"state":"Ready","network":{"delegatedSubnetResourceId":"/subscriptions/x"}}})"); });
        row("stopped server", "server-not-ready", true, [server](SetupSpec &spec, Observed &observed) { spec.server->create.reset(); server(observed, R"({"properties":{"state":"Stopped"}})"); });
        row("missing server", "server-missing", true, [](SetupSpec &spec, Observed &observed) { spec.server->create.reset(); observed.absent.insert(ResourceId::resource(subscription, QStringLiteral("rg-sales"), type::server, QStringLiteral("pg-sales")).key()); });
        row("rejected", "connection-rejected", true, [](SetupSpec &spec, Observed &observed) {
            const ResourceId factory = ResourceId::resource(subscription, QStringLiteral("rg-sales"), type::factory, spec.integration->name);
            observed.resources.insert(factory.child(QStringLiteral("managedVirtualNetworks"), QStringLiteral("default")).child(QStringLiteral("managedPrivateEndpoints"), spec.integration->managedPrivateEndpointName).key(), json(R"({"properties":{"connectionState":{"status":"Rejected"}}})"));
        });
    }
    void preflight()
    {
        QFETCH(std::function<void(SetupSpec &, Observed &)>, prepare);
        QFETCH(QString, code);
        QFETCH(bool, error);
        SetupSpec spec = example(QStringLiteral("quickstart"));
        Observed observed = nothing();
        prepare(spec, observed);
        const Issues issues = causeway::preflight(spec, observed, somebody());
        QStringList found;
        bool severe = false;
        for (const Issue &issue : issues) {
            found << issue.code;
            severe = severe || (issue.code == code && issue.severity == Severity::Error);
        }
        QVERIFY2(code.isEmpty() ? found.isEmpty() : found.contains(code), qUtf8Printable(found.join(QLatin1Char(' '))));
        QCOMPARE(severe, error);
    }
};

QTEST_GUILESS_MAIN(TestChange)
#include "tst_change.moc"
