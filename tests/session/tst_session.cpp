// SPDX-License-Identifier: Apache-2.0
#include "session/azuresession.h"

#include "tests/azure/fixture.h"
#include "tests/support/coro.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

using namespace causeway;

namespace {

const QString first = QStringLiteral("11111111-1111-1111-1111-111111111111");
const QString second = QStringLiteral("22222222-2222-2222-2222-222222222222");

Account dba()
{
    return {QStringLiteral("dba@contoso.example"), {}, false, {}};
}

QByteArray page(const QList<QJsonObject> &items)
{
    QJsonArray array;
    for (const QJsonObject &item : items)
        array.append(item);
    return QJsonDocument(QJsonObject{{QStringLiteral("value"), array}}).toJson();
}

QJsonObject subscription(const QString &id, const QString &name)
{
    return {{QStringLiteral("subscriptionId"), id}, {QStringLiteral("displayName"), name}, {QStringLiteral("state"), QStringLiteral("Enabled")}};
}

QJsonObject tenantItem(const QString &id)
{
    return {{QStringLiteral("tenantId"), id}, {QStringLiteral("displayName"), QStringLiteral("Tenant ") + id}};
}

//! The tenants come before their subscriptions.
QByteArray oneTenant()
{
    return page({tenantItem(QStringLiteral("home"))});
}

QJsonObject server(const QString &name, const QJsonObject &network)
{
    const QString id = QStringLiteral("/subscriptions/%1/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/%2").arg(first, name);
    return {{QStringLiteral("id"), id}, {QStringLiteral("location"), QStringLiteral("West Europe")}, {QStringLiteral("properties"), QJsonObject{{QStringLiteral("network"), network}, {QStringLiteral("state"), QStringLiteral("Ready")}}}};
}

} // namespace

class TestSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void subscriptionsByNameOrId()
    {
        test::Scripted scripted;
        scripted.transport.answer(200, oneTenant());
        scripted.transport.answer(200, page({subscription(first, QStringLiteral("Sales")), subscription(second, QStringLiteral("Research"))}));
        AzureSession session(scripted.client, scripted.clock, dba());
        session.setSubscription(QStringLiteral("research")); // before the list is there
        session.subscriptions();
        QTRY_VERIFY(session.subscriptions().isReady());
        QCOMPARE(session.subscription(), second);
        QCOMPARE(session.subscriptionName(), QStringLiteral("Research"));
    }

    void aListIsAskedForOnce()
    {
        test::Scripted scripted;
        scripted.transport.answer(200, oneTenant());
        scripted.transport.answer(200, page({}));
        AzureSession session(scripted.client, scripted.clock, dba());
        session.subscriptions();
        session.tenants();
        QTRY_VERIFY(session.subscriptions().isReady());
        session.subscriptions();
        QCOMPARE(session.tenants().items().size(), 1);
        QCOMPARE(scripted.transport.requests().size(), 2);
    }

    void aFailedListSaysWhyAndCanBeAskedAgain()
    {
        test::Scripted scripted;
        scripted.transport.answer(403, R"({"error":{"code":"AuthorizationFailed","message":"No."}})");
        scripted.transport.answer(200, oneTenant());
        scripted.transport.answer(200, page({subscription(first, QStringLiteral("Sales"))}));
        AzureSession session(scripted.client, scripted.clock, dba());
        session.subscriptions();
        QTRY_COMPARE(int(session.subscriptions().state()), int(CatalogueBase::State::Failed));
        QCOMPARE(session.subscriptions().error().code, QStringLiteral("AuthorizationFailed"));
        session.subscriptions().clear();
        QTRY_VERIFY(session.subscriptions().isReady());
    }

    void everyTenantIsAskedWithItsOwnToken()
    {
        test::Scripted scripted;
        scripted.transport.answer(200, page({tenantItem(QStringLiteral("home")), tenantItem(QStringLiteral("guest")), tenantItem(QStringLiteral("strict"))}));
        scripted.transport.setHandler([](const HttpRequest &request) -> Result<HttpResponse> {
            HttpResponse answer;
            answer.status = request.tenant == QLatin1String("strict") ? 401 : 200;
            if (request.tenant == QLatin1String("home"))
                answer.body = page({subscription(first, QStringLiteral("Sales"))});
            else if (request.tenant == QLatin1String("guest")) // delegated ones show up twice
                answer.body = page({subscription(first, QStringLiteral("Sales again")), subscription(second, QStringLiteral("Research"))});
            return answer;
        });
        AzureSession session(scripted.client, scripted.clock, dba());
        session.subscriptions();
        QTRY_VERIFY(session.subscriptions().isReady());
        const QList<SubscriptionEntry> entries = session.subscriptions().items();
        QCOMPARE(entries.size(), 2);
        QCOMPARE(entries.at(0).name, QStringLiteral("Sales"));
        QCOMPARE(entries.at(0).tenant, QStringLiteral("home"));
        QCOMPARE(entries.at(1).tenant, QStringLiteral("guest"));
        const QList<TenantEntry> tenants = session.tenants().items();
        QCOMPARE(tenants.size(), 3);
        QVERIFY(!tenants.at(0).refusal && !tenants.at(1).refusal);
        QVERIFY(tenants.at(2).refusal && tenants.at(2).refusal->kind == ErrorKind::Unauthorized);
    }

    void anAccountThatEveryTenantRefusesIsAnError()
    {
        test::Scripted scripted;
        scripted.transport.answer(200, page({tenantItem(QStringLiteral("a")), tenantItem(QStringLiteral("b"))}));
        scripted.transport.answer(401, "{}").answer(401, "{}");
        AzureSession session(scripted.client, scripted.clock, dba());
        session.subscriptions();
        QTRY_COMPARE(int(session.subscriptions().state()), int(CatalogueBase::State::Failed));
        QCOMPARE(session.subscriptions().error().kind, ErrorKind::Unauthorized);
    }

    void anotherSubscriptionClearsWhatBelongedToTheFormer()
    {
        test::Scripted scripted;
        scripted.transport.answer(200, page({server(QStringLiteral("pg-a"), {}), server(QStringLiteral("pg-b"), {{QStringLiteral("delegatedSubnetResourceId"), QStringLiteral("/subscriptions/x")}})}));
        AzureSession session(scripted.client, scripted.clock, dba());
        session.setSubscription(first);
        session.servers();
        QTRY_VERIFY(session.servers().isReady());
        QCOMPARE(session.servers().items().size(), 2);
        QCOMPARE(session.servers().items().first().location, QStringLiteral("westeurope"));
        QVERIFY(!session.servers().items().first().vnetInjected);
        QVERIFY(session.servers().items().last().vnetInjected);
        scripted.transport.answer(200, page({}));
        session.setSubscription(second);
        QVERIFY(session.servers().items().isEmpty());
        QTRY_VERIFY(session.servers().isReady());
        QVERIFY(scripted.transport.requests().last().target.contains(second.toLatin1()));
    }

    void nothingIsAskedWhileNobodyIsSignedIn()
    {
        test::Scripted scripted;
        scripted.transport.answer(200, oneTenant());
        scripted.transport.answer(200, page({}));
        AzureSession session(scripted.client, scripted.clock, Account());
        QCOMPARE(int(session.subscriptions().state()), int(CatalogueBase::State::Empty));
        QVERIFY(scripted.transport.requests().isEmpty());
        session.setAccount(dba());
        session.subscriptions();
        QTRY_VERIFY(session.subscriptions().isReady());
    }

    void theLatestLoadWins()
    {
        test::Scripted scripted;
        scripted.transport.hang();
        scripted.transport.answer(200, oneTenant());
        scripted.transport.answer(200, page({subscription(first, QStringLiteral("Sales"))}));
        AzureSession session(scripted.client, scripted.clock, dba());
        session.subscriptions();
        session.subscriptions().clear();
        session.subscriptions();
        QTRY_VERIFY(session.subscriptions().isReady());
        QCOMPARE(session.subscriptions().items().size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
