// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/coro.h"
#include "tests/support/signinwindow.h"
#include "ui/banner.h"

#include <QJsonArray>
#include <QMutex>
#include <QPushButton>
#include <QTableView>

//! Windows in worlds where Azure asks for a second factor, for tests.
namespace causeway::test {

//! What a sandbox answered, as it goes: its own thread tells.
class Answers
{
public:
    void of(sandbox::Sandbox &box)
    {
        box.onRequest([all = m_all](const QByteArray &method, const QByteArray &target, int status) {
            const QMutexLocker lock(&all->mutex);
            all->lines.append(method + ' ' + QByteArray::number(status) + ' ' + target);
        });
    }
    //! "PUT 401": how many answers begin so.
    [[nodiscard]] int count(const QByteArray &beginning) const
    {
        const QMutexLocker lock(&m_all->mutex);
        return int(std::count_if(m_all->lines.cbegin(), m_all->lines.cend(), [&](const QByteArray &line) { return line.startsWith(beginning); }));
    }

private:
    struct All {
        QMutex mutex;
        QByteArrayList lines;
    };
    std::shared_ptr<All> m_all = std::make_shared<All>();
};

//! Who did what in a world since it began.
inline QStringList writesIn(const sandbox::Sandbox &box)
{
    QStringList writes;
    for (const sandbox::LedgerEntry &entry : box.ledger())
        writes << entry.by + QLatin1Char(' ') + entry.effect;
    return writes;
}

inline QTableView *table(wizard::WizardWindow &window)
{
    return window.findChild<QTableView *>(t("connections"));
}

inline QString stateIn(wizard::WizardWindow &window, int row)
{
    return table(window)->model()->index(row, 0).data().toString();
}

//! The first that nobody has decided on; -1: none.
inline int pendingRow(wizard::WizardWindow &window)
{
    for (int row = 0; table(window) && row < table(window)->model()->rowCount(); ++row) {
        if (stateIn(window, row) == t("Pending"))
            return row;
    }
    return -1;
}

//! A window in a world where Azure asks for a second factor.
struct Guarded : Seen {
    explicit Guarded(const QString &world, const QString &user = {}) : Seen(world, user)
    {
        answers.of(box());
        before = writesIn(box());
        QObject::connect(&signIn(), &wizard::SignInController::needChanged, &signIn(), [this] { asked += signIn().need() ? 1 : 0; });
    }
    [[nodiscard]] sandbox::Sandbox &box() const { return *parts->box(); }
    [[nodiscard]] bool waits() const { return shows("stepUp"); }
    [[nodiscard]] QStringList written() const { return writesIn(box()).mid(before.size()); }
    [[nodiscard]] QString banner(const char *name) const { return window->findChild<ui::Banner *>(QLatin1String(name))->text(); }
    [[nodiscard]] RunReport report() const { return run().report().value_or(RunReport()); }

    //! The review of this setup has passed.
    void review(const QString &path)
    {
        QTRY_VERIFY(signIn().current());
        QVERIFY2(window->openSetup(path), qPrintable(banner("message")));
        QTRY_VERIFY(!session().account().user.isEmpty());
        window->goTo(wizard::PageId::Account);
        QTRY_VERIFY(session().groups().isReady());
        window->goTo(wizard::PageId::Review);
    }
    //! And its run has come to the first write, which waits.
    void applyUntilAsked(const QString &path)
    {
        review(path);
        QTRY_COMPARE_WITH_TIMEOUT(int(run().checkState()), int(wizard::RunControl::Check::Passed), 30000);
        QVERIFY2(window->goNext(), qPrintable(reason(*window)));
        QTRY_VERIFY_WITH_TIMEOUT(waits(), 30000);
        QCOMPARE(int(run().runState()), int(wizard::RunControl::Run::Running));
    }
    //! The queue of the subscription, with the first request selected.
    void queue()
    {
        QTRY_VERIFY(session().groups().isReady() || session().subscriptions().isReady());
        press(*window, "reviewApprovals");
        QTRY_VERIFY(!session().subscription().isEmpty());
        window->goTo(wizard::PageId::Approvals);
        QTRY_VERIFY(pendingRow(*window) >= 0);
        table(*window)->selectRow(pendingRow(*window));
    }

    Answers answers;
    QStringList before;
    int asked = 0;
};

//! Worlds and setups for them.
class GuardedHome : public SignInHome
{
public:
    //! Every write wants a second factor.
    QString writesAskForMore() { return worldWith({{t("mfaMethods"), QJsonArray{t("PUT"), t("PATCH"), t("DELETE")}}}); }
    //! A resource group.
    QString oneWrite(const QString &subscription)
    {
        return setup(R"({"causeway": 1, "name": "mine", "cloud": "AzurePublic", "subscription": ")" + subscription.toUtf8() + R"(", "resourceGroup": {"name": "rg-step-up", "location": "westeurope", "create": true}})");
    }
    //! And a factory in it.
    QString twoWrites()
    {
        return setup(R"({"causeway": 1, "name": "mine", "cloud": "AzurePublic", "subscription": "Contoso Production", "resourceGroup": {"name": "rg-step-up", "location": "westeurope", "create": true},
            "integration": {"name": "adf-step-up", "create": true, "location": "westeurope", "runtime": {"name": "VnetRuntime"}}})");
    }

private:
    QString setup(const QByteArray &text)
    {
        const QString path = filePath(QStringLiteral("setup-%1.causeway.json").arg(++m_setups));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            qFatal("no setup");
        return path;
    }
    int m_setups = 0;
};

} // namespace causeway::test
