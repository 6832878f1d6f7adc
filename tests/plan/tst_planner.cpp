// SPDX-License-Identifier: Apache-2.0
#include "planning.h"

using namespace causeway;
using namespace causeway::test;

namespace {

Plan planned(const SetupSpec &spec, const Observed &observed)
{
    const auto plan = makePlan(spec, observed, somebody());
    if (!plan)
        qFatal("%s", qUtf8Printable(describe(plan.error())));
    return *plan;
}

SetupSpec quick() { return example(QStringLiteral("quickstart")); }

SetupSpec userAssigned()
{
    SetupSpec spec = quick();
    AuthenticationSpec &authentication = spec.linkedService->authentication;
    authentication.type = AuthenticationType::UserAssignedManagedIdentity;
    authentication.identity = ResourceId::resource(subscription, QStringLiteral("rg-sales"), type::identity, QStringLiteral("id-sales"));
    return spec;
}

} // namespace

class TestPlanner : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anotherIdentityMayNotGoOn_data()
    {
        QTest::addColumn<RunIdentity>("here");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("kind");
        const RunIdentity same{Cloud::AzurePublic, QStringLiteral("T1"), QStringLiteral("s1"), QStringLiteral("Ann@x.example")};
        const auto with = [&same](const std::function<void(RunIdentity &)> &change) {
            RunIdentity other = same;
            change(other);
            return other;
        };
        QTest::newRow("the same, written otherwise") << with([](RunIdentity &i) { i.tenant = QStringLiteral("t1"); i.user = QStringLiteral("ann@X.example"); }) << QString() << -1;
        QTest::newRow("nobody known") << with([](RunIdentity &i) { i.user.clear(); }) << QString() << -1;
        QTest::newRow("cloud") << with([](RunIdentity &i) { i.cloud = Cloud::AzureChina; }) << QStringLiteral("AnotherAccount") << int(ErrorKind::InvalidInput);
        QTest::newRow("tenant") << with([](RunIdentity &i) { i.tenant = QStringLiteral("t2"); }) << QStringLiteral("AnotherAccount") << int(ErrorKind::InvalidInput);
        QTest::newRow("subscription") << with([](RunIdentity &i) { i.subscription = QStringLiteral("s2"); }) << QStringLiteral("AnotherAccount") << int(ErrorKind::InvalidInput);
        QTest::newRow("user") << with([](RunIdentity &i) { i.user = QStringLiteral("bob@x.example"); }) << QStringLiteral("AnotherUser") << int(ErrorKind::Forbidden);
    }

    void anotherIdentityMayNotGoOn() // X21
    {
        QFETCH(RunIdentity, here);
        QFETCH(QString, code);
        QFETCH(int, kind);
        const auto another = anotherIdentity({Cloud::AzurePublic, QStringLiteral("t1"), QStringLiteral("s1"), QStringLiteral("ann@x.example")}, here);
        QCOMPARE(another ? another->code : QString(), code);
        QCOMPARE(another ? int(another->kind) : -1, kind);
    }

    void fromNothing()
    {
        const Plan plan = planned(quick(), nothing());
        QCOMPARE(summary(plan), words("group create, factory create, managed-network create, runtime create, authoring create, server create, firewall-office create, "
                                      "firewall-branch create, database-sales create, parameter-require_secure_transport update, administrator create, zone create, "
                                      "zone-link create, endpoint create, zone-group create, managed-endpoint create, approval create, linked-service create, test create"));
        QVERIFY(plan.hasChanges());
        QCOMPARE(plan.criticalPath(), words("group, server, managed-endpoint, approval, test"));
        QCOMPARE(plan.step(QStringLiteral("approval"))->actor, Actor::Dba);
        QCOMPARE(plan.step(QStringLiteral("endpoint"))->actor, Actor::NetworkAdmin);
        QCOMPARE(plan.step(QStringLiteral("linked-service"))->actor, Actor::DataEngineer);
        // The Data Factory branch does not wait for the server.
        for (const char *id : {"factory", "managed-network", "runtime", "authoring"})
            QVERIFY(!plan.step(QLatin1String(id))->dependsOn.contains(QStringLiteral("server")));
        // Everything that writes to the server has one key.
        for (const char *id : {"firewall-office", "database-sales", "administrator", "approval", "managed-endpoint", "endpoint"})
            QCOMPARE(plan.step(QLatin1String(id))->serialKey, plan.step(QStringLiteral("server"))->serialKey);
    }

    void bodiesHoldNoSecretAndSayWhatIsKnownLater()
    {
        const Plan plan = planned(quick(), nothing());
        const QJsonObject server = plan.step(QStringLiteral("server"))->calls.first().body.toObject();
        const QJsonObject inner = server.value(QStringLiteral("properties")).toObject();
        QCOMPARE(inner.value(QStringLiteral("administratorLoginPassword")).toObject(), json(R"({"secret":"generate","field":"server.create.administratorPassword"})"));
        QCOMPARE(inner.value(QStringLiteral("authConfig")).toObject().value(QStringLiteral("activeDirectoryAuth")).toString(), QStringLiteral("Enabled"));
        QCOMPARE(server.value(QStringLiteral("sku")).toObject(), json(R"({"name":"Standard_D2ds_v5","tier":"GeneralPurpose"})"));
        const QJsonObject service = plan.step(QStringLiteral("linked-service"))->calls.first().body.toObject().value(QStringLiteral("properties")).toObject();
        QCOMPARE(service.value(QStringLiteral("typeProperties")).toObject().value(QStringLiteral("server")).toObject(), json(R"({"from":"server","value":"properties.fullyQualifiedDomainName"})"));
        QCOMPARE(service.value(QStringLiteral("connectVia")).toObject().value(QStringLiteral("referenceName")).toString(), QStringLiteral("VnetRuntime"));
        QVERIFY(plan.step(QStringLiteral("administrator"))->calls.first().path.endsWith(QLatin1String("/administrators/{factory:identity.principalId}")));
    }

    void theSamePasswordIsOneSecret()
    {
        const Plan plan = planned(example(QStringLiteral("password")), nothing());
        const QJsonObject password = plan.step(QStringLiteral("linked-service"))->calls.first().body.toObject().value(QStringLiteral("properties")).toObject()
                                         .value(QStringLiteral("typeProperties")).toObject().value(QStringLiteral("password")).toObject();
        QCOMPARE(password.value(QStringLiteral("type")).toString(), QStringLiteral("SecureString"));
        QVERIFY(password.value(QStringLiteral("value")).toObject().contains(QStringLiteral("secret")));
    }

    void everythingThereIsNoChange_data()
    {
        QTest::addColumn<QString>("name");
        for (const char *name : {"quickstart", "password", "system-assigned"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void everythingThereIsNoChange()
    {
        QFETCH(QString, name);
        const SetupSpec spec = example(name);
        Observed observed = nothing();
        carryOut(planned(spec, observed), observed);
        const Plan again = planned(spec, observed);
        for (const PlannedStep &step : again.steps) {
            if (step.kind != StepKind::ConnectionTest)
                QVERIFY2(step.change == Change::None, qUtf8Printable(step.id + QLatin1Char(' ') + toText(step.change) + (step.differences.isEmpty() ? QString() : QLatin1Char(' ') + step.differences.first().path)));
        }
        QVERIFY(!again.hasChanges());
        QCOMPARE(planned(spec, observed).fingerprint, again.fingerprint);
    }

    //! Whatever one resource is missing, only it (and what only its making allows) is planned again.
    void eachPartAlone()
    {
        const SetupSpec spec = quick();
        Observed whole = nothing();
        const Plan first = planned(spec, whole);
        carryOut(first, whole);
        for (const char *id : {"group", "firewall-office", "database-sales", "zone", "zone-link", "endpoint", "zone-group", "managed-network", "runtime", "linked-service"}) {
            Observed observed = whole;
            const QString key = first.step(QLatin1String(id))->target.key();
            observed.resources.remove(key);
            observed.absent.insert(key);
            for (const PlannedStep &step : planned(spec, observed).steps) {
                const bool itself = step.id == QLatin1String(id);
                const bool follows = step.kind == StepKind::ConnectionTest || (step.kind == StepKind::InteractiveAuthoring && QLatin1String(id) == QLatin1String("runtime"));
                QVERIFY2(follows || (step.change == Change::None) != itself, qUtf8Printable(QLatin1String(id) + QStringLiteral(": ") + step.id));
            }
        }
    }

    void differencesBecomeUpdates()
    {
        const SetupSpec spec = quick();
        Observed observed = nothing();
        carryOut(planned(spec, observed), observed);
        SetupSpec wanted = spec;
        wanted.server->publicNetworkAccess = false;
        wanted.server->firewall[0].to = QStringLiteral("203.0.113.99");
        wanted.server->create->storageGiB = 256;
        wanted.linkedService->database = QStringLiteral("other");
        const Plan plan = planned(wanted, observed);
        QCOMPARE(plan.step(QStringLiteral("public-access"))->calls.first().body.toObject(), json(R"({"properties":{"network":{"publicNetworkAccess":"Disabled"}}})"));
        QCOMPARE(plan.step(QStringLiteral("public-access"))->calls.first().method, QByteArray("PATCH"));
        QCOMPARE(plan.step(QStringLiteral("firewall-office"))->change, Change::Update);
        QCOMPARE(plan.step(QStringLiteral("server"))->calls.first().body.toObject(), json(R"({"properties":{"storage":{"storageSizeGB":256}}})"));
        QCOMPARE(plan.step(QStringLiteral("linked-service"))->differences.first().path, QStringLiteral("properties.typeProperties.database"));
    }

    void whatCannotChangeIsAConflict()
    {
        const SetupSpec spec = quick();
        Observed observed = nothing();
        carryOut(planned(spec, observed), observed);
        SetupSpec wanted = spec;
        wanted.server->create->administratorLogin = QStringLiteral("somebodyelse");
        const auto refused = makePlan(wanted, observed, somebody());
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Conflict);
        QVERIFY(refused.error().message.contains(QLatin1String("administratorLogin")));
    }

    void networkAdminAlone()
    {
        SetupSpec spec = example(QStringLiteral("network-admin-only"));
        Observed observed;
        observed.subscriptions << ObservedSubscription{spec.privateEndpoint->virtualNetwork.subscriptionId(), QStringLiteral("Contoso Connectivity"), QStringLiteral("Enabled"), {}};
        const Plan plan = planned(spec, observed);
        QCOMPARE(summary(plan), words("zone create, zone-link create, endpoint create, zone-group create, endpoint-approval wait"));
        const QJsonObject inner = plan.step(QStringLiteral("endpoint"))->calls.first().body.toObject().value(QStringLiteral("properties")).toObject();
        QVERIFY(inner.contains(QStringLiteral("manualPrivateLinkServiceConnections")));
        QVERIFY(!inner.contains(QStringLiteral("privateLinkServiceConnections")));
        // Of the endpoint this plan makes: nothing of it can be approved twice or for somebody else.
        QVERIFY(plan.step(QStringLiteral("endpoint-approval"))->calls.isEmpty());
    }

    void dataEngineerAlone()
    {
        SetupSpec spec = example(QStringLiteral("data-engineer-only"));
        Observed observed;
        observed.subscriptions << ObservedSubscription{subscription, QStringLiteral("Contoso Data"), QStringLiteral("Enabled"), {}};
        QCOMPARE(summary(planned(spec, observed)), words("factory create, managed-network create, runtime create, linked-service create"));
    }

    void userAssignedIdentity()
    {
        Observed observed = nothing();
        const SetupSpec spec = userAssigned();
        observed.absent.insert(spec.linkedService->authentication.identity.key());
        const Plan plan = planned(spec, observed);
        QCOMPARE(plan.step(QStringLiteral("identity"))->change, Change::Create);
        QVERIFY(plan.step(QStringLiteral("factory-identity"))->dependsOn.contains(QStringLiteral("identity")));
        QVERIFY(plan.step(QStringLiteral("credential"))->dependsOn.contains(QStringLiteral("factory-identity")));
        QVERIFY(plan.step(QStringLiteral("administrator"))->calls.first().path.endsWith(QLatin1String("{identity:properties.principalId}")));
        const QJsonObject identity = plan.step(QStringLiteral("factory-identity"))->calls.first().body.toObject().value(QStringLiteral("identity")).toObject();
        QCOMPARE(identity.value(QStringLiteral("type")).toString(), QStringLiteral("SystemAssigned,UserAssigned"));
    }

    void servicePrincipal()
    {
        const QString objectId = QStringLiteral("1f0b2c9e-7a44-4d0e-9f57-30a1f3c7d2b8"), tenant = QStringLiteral("ef761696-47ca-49aa-8ce8-93fb75212ebd");
        SetupSpec spec = quick();
        AuthenticationSpec &authentication = spec.linkedService->authentication;
        authentication = AuthenticationSpec();
        authentication.type = AuthenticationType::ServicePrincipal;
        authentication.username = QStringLiteral("etl-app");
        authentication.tenant = tenant;
        authentication.servicePrincipalId = QStringLiteral("649b6090-69bd-4d7b-8961-6a1e5543fe30");
        authentication.key = SecretReference{SecretReference::Kind::Environment, QStringLiteral("KEY"), {}};
        const auto warned = [](const Plan &plan) {
            return std::any_of(plan.warnings.begin(), plan.warnings.end(), [](const Issue &each) { return each.code == QLatin1String("administrator-not-named"); });
        };
        const Plan unnamed = planned(spec, nothing());
        QVERIFY(!unnamed.step(QStringLiteral("administrator")));
        QVERIFY(warned(unnamed));

        authentication.servicePrincipalObjectId = objectId;
        Observed observed = nothing();
        const Plan plan = planned(spec, observed);
        QVERIFY(!warned(plan));
        const PlannedStep *step = plan.step(QStringLiteral("administrator"));
        QVERIFY(step);
        QCOMPARE(step->change, Change::Create);
        QCOMPARE(step->dependsOn, QStringList{QStringLiteral("server")}); // it waits for no factory
        QVERIFY(plan.step(QStringLiteral("test"))->dependsOn.contains(QStringLiteral("administrator")));
        const RestCall &call = step->calls.first();
        QCOMPARE(call.method, QByteArray("PUT"));
        QVERIFY2(call.path.endsWith(QStringLiteral("/flexibleServers/pg-sales/administrators/") + objectId), qPrintable(call.path));
        QCOMPARE(call.body.toObject().value(QStringLiteral("properties")).toObject(),
                 (QJsonObject{{QStringLiteral("principalType"), QStringLiteral("ServicePrincipal")}, {QStringLiteral("principalName"), QStringLiteral("etl-app")}, {QStringLiteral("tenantId"), tenant}}));

        carryOut(plan, observed);
        QCOMPARE(planned(spec, observed).step(QStringLiteral("administrator"))->change, Change::None);
        authentication.servicePrincipalObjectId.clear(); // somebody has added it: nothing to say
        QVERIFY(!warned(planned(spec, observed)));
        authentication.username = QStringLiteral("another-app");
        QVERIFY(warned(planned(spec, observed)));
    }

    void approvalWaitsWhereThePlanDidNotMakeTheEndpoint()
    {
        const SetupSpec spec = quick();
        Observed observed = nothing();
        carryOut(planned(spec, observed), observed);
        for (auto each = observed.resources.begin(); each != observed.resources.end(); ++each) {
            if (!each.key().endsWith(QLatin1String("/mpe-pg-sales")))
                continue;
            QJsonObject inner = each->value(QStringLiteral("properties")).toObject();
            inner.insert(QStringLiteral("connectionState"), json(R"({"status":"Pending"})"));
            each->insert(QStringLiteral("properties"), inner);
        }
        observed.connections.begin().value() = QJsonArray();
        QCOMPARE(planned(spec, observed).step(QStringLiteral("approval"))->change, Change::Wait);
    }

    void aLinkedZoneIsReused()
    {
        const SetupSpec spec = quick();
        Observed observed = nothing();
        const ResourceId zone = ResourceId::resource(subscription, QStringLiteral("rg-dns"), type::privateDnsZone, QStringLiteral("privatelink.postgres.database.azure.com"));
        const ResourceId link = zone.child(QStringLiteral("virtualNetworkLinks"), QStringLiteral("hub"));
        observed.resources.insert(zone.key(), QJsonObject{{QStringLiteral("id"), zone.toString()}, {QStringLiteral("location"), QStringLiteral("global")}});
        observed.resources.insert(link.key(), QJsonObject{{QStringLiteral("id"), link.toString()}, {QStringLiteral("location"), QStringLiteral("global")}, {QStringLiteral("properties"), QJsonObject{{QStringLiteral("virtualNetwork"), QJsonObject{{QStringLiteral("id"), spec.privateEndpoint->virtualNetwork.toString()}}}}}});
        observed.zoneLinks << ObservedZoneLink{zone, link, spec.privateEndpoint->virtualNetwork};
        const Plan plan = planned(spec, observed);
        QCOMPARE(plan.step(QStringLiteral("zone"))->change, Change::None);
        QCOMPARE(plan.step(QStringLiteral("zone-link"))->target, link);
        QCOMPARE(plan.step(QStringLiteral("zone-link"))->change, Change::None);
    }

    void unregisteredProvidersComeFirst()
    {
        Observed observed = nothing();
        observed.registrations.insert(subscription + QStringLiteral("/microsoft.dbforpostgresql"), QStringLiteral("NotRegistered"));
        observed.registrations.insert(subscription + QStringLiteral("/microsoft.network"), QStringLiteral("Registered"));
        const Plan plan = planned(quick(), observed);
        QVERIFY(plan.step(QStringLiteral("register-postgresql")));
        QVERIFY(!plan.step(QStringLiteral("register-network")));
        QVERIFY(plan.step(QStringLiteral("server"))->dependsOn.contains(QStringLiteral("register-postgresql")));
    }

    void subscriptionThatNobodyKnows()
    {
        SetupSpec spec = quick();
        spec.subscription = QStringLiteral("Nobody's");
        const auto refused = makePlan(spec, nothing(), somebody());
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, QStringLiteral("SubscriptionUnknown"));
    }
};

QTEST_GUILESS_MAIN(TestPlanner)
#include "tst_planner.moc"
