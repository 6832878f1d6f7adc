// SPDX-License-Identifier: Apache-2.0
// The window as app/main puts it together: users of the sandbox take turns.
#include "main/windowparts.h"
#include "tests/support/windowdriver.h"
#include "ui/banner.h"
#include "ui/choicecard.h"
#include "ui/theme.h"

#include <QFile>
#include <QTemporaryDir>

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

namespace {

std::unique_ptr<WindowParts> partsOn(const QString &world)
{
    WindowOptions options;
    options.world = world;
    options.speed = 200; // an authorization code lives ten minutes: 3 s
    Result<std::unique_ptr<WindowParts>> parts = WindowParts::make(options);
    if (!parts)
        qFatal("no window: %s", qPrintable(describe(parts.error())));
    return *std::move(parts);
}

QString messageOf(const wizard::WizardWindow &window)
{
    return window.findChild<ui::Banner *>(QStringLiteral("message"))->text();
}

} // namespace

class TestWindowParts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_state.path())); // worlds of a file are kept
        ui::applyTheme(*qApp, ui::makeTheme(ui::ThemeChoice::Light, *qApp));
    }

    // Another user: what was loaded goes, and what may be done changes.
    void anotherUserHasOtherRights()
    {
        const auto parts = partsOn(contosoWorld);
        const wizard::Parts behind = parts->parts();
        wizard::WizardWindow window(behind);
        window.resize(1280, 800);
        window.show();
        press(window, "setUp");
        QTRY_VERIFY2(behind.session.subscriptions().isReady(), qPrintable(describe(behind.session.subscriptions().error())));
        QCOMPARE(behind.session.subscriptions().items().size(), 4);
        QTRY_VERIFY(behind.session.groups().isReady());
        QTRY_VERIFY(behind.session.servers().isReady());
        QCOMPARE(behind.session.servers().items().size(), 2);
        type(window, "name", QStringLiteral("mine"));
        writeNew(window, "resourceGroup.name", QStringLiteral("rg-mine"));
        choose(window, "resourceGroup.location", QStringLiteral("westeurope"));

        const auto be = [&](const QString &user) {
            auto *picker = child<ui::Picker>(window, "user");
            QVERIFY(picker->holds(user));
            picker->setValue(user);
            Q_EMIT picker->edited();
        };
        be(QStringLiteral("netadmin@contoso.example"));
        QTRY_COMPARE(behind.session.account().user, QStringLiteral("netadmin@contoso.example"));
        QVERIFY2(behind.session.servers().items().isEmpty(), "the owner's servers are still shown");
        QTRY_COMPARE(behind.session.subscriptions().items().size(), 1);
        QVERIFY2(!window.goNext(), "the owner's subscription is not seen by this user");
        QVERIFY2(reason(window).contains(QLatin1String("ddf126ed-14ed-4626-815c-ea983735cfd5")), qPrintable(reason(window)));
        choose(window, "subscription", QStringLiteral("8ad63d68-3088-430c-8f20-6e9d0084e405"));
        QCOMPARE(behind.session.subscriptionName(), QStringLiteral("Contoso Connectivity"));
        QVERIFY2(!reason(window).contains(QLatin1String("ddf126ed")), qPrintable(reason(window)));
        QVERIFY(window.findChild<QLabel *>(QStringLiteral("accountInUse"))->text().contains(QLatin1String("netadmin")));
        QCOMPARE(child<QLineEdit>(window, "name")->text(), QStringLiteral("mine")); // what was typed stays
        QTRY_VERIFY(behind.session.servers().state() == CatalogueBase::State::Failed); // no right to read servers
        QVERIFY(behind.session.servers().items().isEmpty());
        shoot(window, QStringLiteral("23-another-user"));
    }

    // A reader gets as far as the review, which says what is missing and who has it.
    void aReaderIsToldWhatIsMissing()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("reader.causeway.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"causeway": 1, "name": "mine", "cloud": "AzurePublic", "subscription": "Contoso Production", "resourceGroup": {"name": "rg-sales"},
            "server": {"name": "pg-readers", "create": {"location": "westeurope", "administratorLogin": "dba", "administratorPassword": {"secret": "generate"}}}})");
        file.close();
        const auto parts = partsOn(contosoWorld);
        const wizard::Parts behind = parts->parts();
        wizard::WizardWindow window(behind);
        window.resize(1280, 800);
        window.show();
        QVERIFY2(window.openSetup(path), qPrintable(messageOf(window)));
        QTRY_VERIFY(behind.session.subscriptions().isReady());
        window.goTo(PageId::Review);
        QTRY_COMPARE_WITH_TIMEOUT(int(behind.run.checkState()), int(RunControl::Check::Passed), 20000);
        window.goTo(PageId::Account);
        choose(window, "user", QStringLiteral("reader@contoso.example"));
        QTRY_COMPARE(behind.session.account().user, QStringLiteral("reader@contoso.example"));
        QTRY_VERIFY(behind.session.subscriptions().isReady());
        window.goTo(PageId::Review);
        QTRY_COMPARE_WITH_TIMEOUT(int(behind.run.checkState()), int(RunControl::Check::Failed), 20000);
        QString words;
        for (auto *card : window.page(PageId::Review)->findChildren<ui::ChoiceCard *>(QStringLiteral("finding")))
            words += card->sentence() + QLatin1Char('\n');
        QVERIFY2(words.contains(QLatin1String("Microsoft.DBforPostgreSQL/flexibleServers/write")), qPrintable(words));
    }

private:
    QTemporaryDir m_state;
};

QTEST_MAIN(TestWindowParts)
#include "tst_window_parts.moc"
