// SPDX-License-Identifier: Apache-2.0
#include "wizard/flow/flow.h"
#include "wizard/setupmodel.h"

#include <QTest>

using namespace causeway;
using namespace causeway::wizard;

class TestFlow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyPartHasItsPageInOrder()
    {
        const QList<PageId> all = {PageId::Start,     PageId::Account,     PageId::Server,        PageId::Networking, PageId::PrivateEndpoint, PageId::Approvals,
                                   PageId::Integration, PageId::LinkedService, PageId::Review, PageId::Apply,      PageId::Finish};
        QCOMPARE(pagesOf(Purpose::SetUp, newSetup()), all);
    }

    void partsThatAreLeftOutHaveNoPage()
    {
        SetupSpec spec = newSetup();
        spec.integration.reset();
        spec.linkedService.reset();
        spec.server->create.reset();
        const QList<PageId> pages = pagesOf(Purpose::SetUp, spec);
        QVERIFY(!pages.contains(PageId::Networking)); // an existing server keeps its own
        QVERIFY(!pages.contains(PageId::Integration));
        QVERIFY(!pages.contains(PageId::LinkedService));
        QVERIFY(pages.contains(PageId::Approvals));
    }

    // A data engineer's setup names a host that may not be read: there is nothing to say about the server.
    void withoutAServerThereIsNothingToApprove()
    {
        SetupSpec spec = newSetup();
        spec.server.reset();
        spec.privateEndpoint.reset();
        const QList<PageId> pages = pagesOf(Purpose::SetUp, spec);
        QVERIFY(!pages.contains(PageId::Server) && !pages.contains(PageId::Networking) && !pages.contains(PageId::Approvals));
        QVERIFY(pages.contains(PageId::LinkedService));
    }

    void reviewingApprovalsIsShort()
    {
        QCOMPARE(pagesOf(Purpose::ReviewApprovals, newSetup()), (QList<PageId>{PageId::Start, PageId::Account, PageId::Approvals}));
        QVERIFY(!nextPage(PageId::Approvals, Purpose::ReviewApprovals, newSetup()));
    }

    void backIsTheReverseOfNext()
    {
        const SetupSpec spec = newSetup();
        const QList<PageId> pages = pagesOf(Purpose::SetUp, spec);
        for (const PageId page : pages) {
            if (const auto next = nextPage(page, Purpose::SetUp, spec))
                QCOMPARE(previousPage(*next, Purpose::SetUp, spec), std::optional<PageId>(page));
        }
        QVERIFY(!previousPage(PageId::Start, Purpose::SetUp, spec));
        QVERIFY(!nextPage(PageId::Finish, Purpose::SetUp, spec));
    }

    void fieldsLeadToTheirPages_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<int>("page");
        QTest::newRow("name") << QStringLiteral("name") << int(PageId::Account);
        QTest::newRow("group") << QStringLiteral("resourceGroup.location") << int(PageId::Account);
        QTest::newRow("server") << QStringLiteral("server.create.sku") << int(PageId::Server);
        QTest::newRow("rule") << QStringLiteral("server.firewall[1].from") << int(PageId::Networking);
        QTest::newRow("TLS") << QStringLiteral("server.requireSecureTransport") << int(PageId::Networking);
        QTest::newRow("subnet") << QStringLiteral("privateEndpoint.subnet") << int(PageId::PrivateEndpoint);
        QTest::newRow("runtime") << QStringLiteral("integration.runtime.name") << int(PageId::Integration);
        QTest::newRow("reason") << QStringLiteral("linkedService.encryptionReason") << int(PageId::LinkedService);
    }

    void fieldsLeadToTheirPages()
    {
        QFETCH(QString, field);
        QFETCH(int, page);
        QCOMPARE(int(pageOfField(field)), page);
    }
};

QTEST_GUILESS_MAIN(TestFlow)
#include "tst_flow.moc"
