// SPDX-License-Identifier: Apache-2.0
// A window that is closed while anything is under way: nothing may be touched that is gone, and nothing waited for that cannot come.
// What it proves it proves with the sanitizers (preset asan), and everywhere that the close comes to its end.
#include "tests/support/coro.h"
#include "tests/support/signinwindow.h"

#include <QTimer>

using namespace causeway;
using namespace test;
using wizard::PageId;
using wizard::RunControl;

namespace {

//! What the person had begun.
enum class Doing { SigningIn, AnotherUser, AnotherTenant, Checking, Reviewing, Applying };

void begin(Doing doing, Seen &seen)
{
    if (doing == Doing::Reviewing || doing == Doing::Applying) {
        QVERIFY(seen.window->openSetup(example("quickstart.json")));
        walkToReview(*seen.window, seen.run());
        if (doing == Doing::Applying)
            QVERIFY2(seen.window->goNext(), qPrintable(reason(*seen.window)));
        else
            seen.run().check(seen.parts->parts().setup.spec()); // once more
        return;
    }
    press(*seen.window, "setUp");
    if (doing == Doing::SigningIn)
        return;
    if (doing == Doing::Checking) {
        seen.window->setPurpose(wizard::Purpose::Connect);
        seen.window->goTo(PageId::Checks);
        return;
    }
    QTRY_VERIFY(seen.session().subscriptions().isReady());
    if (doing == Doing::AnotherUser)
        choose(*seen.window, "user", t("dba@contoso.example"));
    else
        choose(*seen.window, "subscription", seen.session().subscriptions().items().last().id);
}

} // namespace

class TestWindowClosing : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_home.enter(); }

    void closedAtAnyMoment_data()
    {
        QTest::addColumn<Doing>("doing");
        QTest::addColumn<QString>("world");
        const QList<std::tuple<const char *, Doing, QString>> rows{
            {"signing in", Doing::SigningIn, contosoWorld},     {"another user", Doing::AnotherUser, contosoWorld},
            {"another tenant", Doing::AnotherTenant, contosoWorld}, {"checking", Doing::Checking, contosoWorld},
            {"reviewing", Doing::Reviewing, defaultWorld},      {"applying", Doing::Applying, defaultWorld},
        };
        for (const auto &[name, doing, world] : rows)
            QTest::newRow(name) << doing << world;
    }
    // Later each time, counted in what the event loop did.
    void closedAtAnyMoment()
    {
        QFETCH(Doing, doing);
        QFETCH(QString, world);
        for (const int turns : {0, 1, 2, 5, 12, 30, 75}) {
            Seen seen(world);
            begin(doing, seen);
            if (QTest::currentTestFailed())
                return;
            for (int turn = 0; turn < turns; ++turn) {
                QTimer::singleShot(5, this, [] {}); // a world in which nothing is left to happen must not hold it up
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
            }
            seen.window.reset();
            seen.parts.reset();
            turnLoop(); // what came too late
        }
    }

private:
    SignInHome m_home;
};

QTEST_MAIN(TestWindowClosing)
#include "tst_window_closing.moc"
