// SPDX-License-Identifier: Apache-2.0
// The window is there before its parts: what it shows then, when it asks for them, and what happens when they cannot be made.
#include "tests/support/windowdriver.h"
#include "tests/support/windowworld.h"
#include "ui/banner.h"
#include "ui/choicecard.h"

#include <QLabel>
#include <QTest>

using namespace causeway;

class TestFurnish : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_world = std::make_unique<test::WindowWorld>(test::defaultWorld); }
    void cleanupTestCase() { m_world.reset(); }

    void asksAfterTheFirstPaint()
    {
        int asked = 0;
        wizard::WizardWindow window([&] { ++asked; return Result<wizard::Parts>(parts()); });
        auto *account = window.findChild<QLabel *>(QStringLiteral("accountInUse"));
        QCOMPARE(asked, 0);
        QVERIFY(account->isHidden());
        QVERIFY(card(window, "setUp")->isEnabled());
        window.show();
        QTRY_COMPARE(asked, 1);
        QVERIFY(!account->text().isEmpty());
        QVERIFY(window.furnish());
        QCOMPARE(asked, 1);
    }

    void aChoiceMayBeQuicker()
    {
        int asked = 0;
        wizard::WizardWindow window([&] { ++asked; return Result<wizard::Parts>(parts()); });
        card(window, "setUp")->click();
        QCOMPARE(asked, 1);
        QCOMPARE(int(window.currentPage()), int(wizard::PageId::Account));
    }

    void saysWhatFailedAndTriesAgain()
    {
        bool broken = true;
        wizard::WizardWindow window([&]() -> Result<wizard::Parts> {
            if (broken)
                return Error::invalid(QStringLiteral("SandboxInUse"), QStringLiteral("Another process keeps this world."));
            return parts();
        });
        window.show();
        auto *message = window.findChild<ui::Banner *>(QStringLiteral("message"));
        QTRY_VERIFY(message->text().contains(QLatin1String("Another process keeps this world.")));
        for (const char *choice : {"setUp", "reviewApprovals"}) {
            card(window, choice)->click();
            QCOMPARE(int(window.currentPage()), int(wizard::PageId::Start));
        }
        QVERIFY(!window.openSetup(QStringLiteral("nowhere.json")));
        QVERIFY(window.goNext() == false);
        broken = false;
        Q_EMIT message->actionRequested();
        QVERIFY(message->text().isEmpty());
        card(window, "reviewApprovals")->click();
        QCOMPARE(int(window.currentPage()), int(wizard::PageId::Account));
    }

private:
    wizard::Parts parts() { return wizard::Parts{*m_world->session, m_world->setup, *m_world->run, m_world->clock}; }
    static ui::ChoiceCard *card(wizard::WizardWindow &window, const char *name) { return window.findChild<ui::ChoiceCard *>(QLatin1String(name)); }
    std::unique_ptr<test::WindowWorld> m_world;
};

QTEST_MAIN(TestFurnish)
#include "tst_furnish.moc"
