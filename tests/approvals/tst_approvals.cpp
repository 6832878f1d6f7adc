// SPDX-License-Identifier: Apache-2.0
#include "approvals/queue.h"

#include "tests/azure/fixture.h"
#include "tests/support/coro.h"

#include <QJsonDocument>
#include <QTest>

using namespace causeway;

namespace {

const QString serverId = QStringLiteral("/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg");

Connection connection(const char *name, const char *state, const char *description, const char *endpoint)
{
    const auto text = [](const char *utf8) { return QString::fromUtf8(utf8); };
    QJsonObject decided{{QStringLiteral("status"), text(state)}, {QStringLiteral("description"), text(description)}};
    QJsonObject properties{{QStringLiteral("privateEndpoint"), QJsonObject{{QStringLiteral("id"), text(endpoint)}}}, {QStringLiteral("privateLinkServiceConnectionState"), decided}};
    return connectionFromJson({{QStringLiteral("id"), serverId + QStringLiteral("/privateEndpointConnections/") + text(name)}, {QStringLiteral("name"), text(name)}, {QStringLiteral("properties"), properties}});
}

} // namespace

class TestApprovals : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void states()
    {
        QVERIFY(connection("a.1", "Pending", "", "").canApprove());
        QVERIFY(connection("a.1", "pending", "", "").canReject());
        QVERIFY(!connection("a.1", "Approved", "", "").canApprove());
        QVERIFY(connection("a.1", "Approved", "", "").canReject());
        QVERIFY(!connection("a.1", "Rejected", "", "").canApprove());
        const Connection odd = connection("a.1", "Quarantined", "", "");
        QCOMPARE(int(odd.state), int(ConnectionState::Other));
        QCOMPARE(odd.stateText, QStringLiteral("Quarantined"));
        QCOMPARE(odd.server.toString(), serverId);
    }

    void requesters_data()
    {
        QTest::addColumn<QString>("description");
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("factory");
        QTest::addColumn<QString>("name");
        const auto row = [](const char *title, const char *description, const char *endpoint, Requester::Kind kind, const char *factory, const char *name) {
            QTest::newRow(title) << QString::fromUtf8(description) << QString::fromUtf8(endpoint) << int(kind) << QString::fromUtf8(factory) << QString::fromUtf8(name);
        };
        using Kind = Requester::Kind;
        row("sentence", "Requested by DataFactory:Sales-ADF, Name:mpe-pg", "", Kind::ManagedEndpoint, "Sales-ADF", "mpe-pg");
        row("sentence in other case", "requested by datafactory:adf, name:x", "", Kind::ManagedEndpoint, "adf", "x");
        row("endpoint with a dot", "", "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/privateEndpoints/adf.mpe-pg", Kind::ManagedEndpoint, "adf", "mpe-pg");
        row("endpoint", "for the portal", "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/privateEndpoints/pe-1", Kind::PrivateEndpoint, "", "pe-1");
        row("nothing known", "", "", Kind::Unknown, "", "");
        row("half a sentence", "Requested by DataFactory:adf", "", Kind::Unknown, "", "");
    }

    void requesters()
    {
        QFETCH(QString, description);
        QFETCH(QString, endpoint);
        QFETCH(int, kind);
        QFETCH(QString, factory);
        QFETCH(QString, name);
        const Requester requester = requesterOf(connection("c.1", "Pending", description.toUtf8().constData(), endpoint.toUtf8().constData()));
        QCOMPARE(int(requester.kind), kind);
        QCOMPARE(requester.factory, factory);
        QCOMPARE(requester.name, name);
    }

    void rejectedIsNotAskedToBecomeApproved()
    {
        test::Scripted scripted;
        const auto outcome = test::await(decide(&scripted.client, connection("c.1", "Rejected", "", ""), Decision::Approve, {}, Context()));
        QVERIFY(!outcome);
        QCOMPARE(outcome.error().code, QStringLiteral("RejectedStays"));
        QCOMPARE(outcome.error().kind, ErrorKind::Conflict); // not bad input: exit 1
        QVERIFY(scripted.transport.requests().isEmpty());
    }

    void approvingSendsTheStateAndReadsItBack()
    {
        test::Scripted scripted;
        scripted.transport.answer(200, "{}");
        scripted.transport.answer(200, R"({"name":"c.1","properties":{"privateLinkServiceConnectionState":{"status":"Approved","description":"CHG-1"}}})");
        scripted.transport.answer(200, R"({"name":"c.1","properties":{"privateLinkServiceConnectionState":{"status":"Approved","description":"CHG-1"}}})");
        const auto outcome = test::await(decide(&scripted.client, connection("c.1", "Pending", "", ""), Decision::Approve, QStringLiteral("CHG-1"), Context()));
        QVERIFY(outcome.ok());
        QCOMPARE(int(outcome->state), int(ConnectionState::Approved));
        const HttpRequest put = scripted.transport.requests().first();
        QCOMPARE(put.method, QByteArray("PUT"));
        const QJsonObject state = QJsonDocument::fromJson(put.body).object()[QLatin1String("properties")].toObject()[QLatin1String("privateLinkServiceConnectionState")].toObject();
        QCOMPARE(state[QLatin1String("status")].toString(), QStringLiteral("Approved"));
        QCOMPARE(state[QLatin1String("description")].toString(), QStringLiteral("CHG-1"));
    }

    void oneServerThatMayNotBeReadHidesNoOther()
    {
        test::Scripted scripted;
        scripted.transport.answer(200, R"({"value":[{"id":")" + serverId.toUtf8() + R"(1"},{"id":")" + serverId.toUtf8() + R"(2"}]})");
        scripted.transport.answer(403, R"({"error":{"code":"AuthorizationFailed","message":"No."}})");
        scripted.transport.answer(200, R"({"value":[{"id":")" + serverId.toUtf8() + R"(2/privateEndpointConnections/c.1","name":"c.1","properties":{}}]})");
        const auto queue = test::await(collectApprovals(&scripted.client, {QStringLiteral("11111111-1111-1111-1111-111111111111")}, Context()));
        QVERIFY(queue.ok());
        QCOMPARE(queue->connections.size(), 1);
        QCOMPARE(queue->unread.size(), 1);
        QCOMPARE(queue->unread.first().error.code, QStringLiteral("AuthorizationFailed"));
    }
};

QTEST_GUILESS_MAIN(TestApprovals)
#include "tst_approvals.moc"
