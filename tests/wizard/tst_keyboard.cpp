// SPDX-License-Identifier: Apache-2.0
// The window by keyboard alone: where the focus begins, the way of Tab, Enter and Escape, the letters of Alt.
#include "tests/support/windowdriver.h"
#include "tests/support/windowworld.h"
#include "ui/theme.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QCheckBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSet>

using namespace causeway;
using namespace test;
using wizard::PageId;

namespace {

QString letterOf(const QString &text)
{
    const QKeySequence key = QKeySequence::mnemonic(text);
    return key.isEmpty() ? QString() : key.toString();
}

bool takesTab(const QWidget *widget)
{
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && !widget->focusProxy();
}

// Each letter of Alt stands for one thing among what is visible.
QString lettersTwice(const wizard::WizardWindow &window)
{
    QHash<QString, QString> letters;
    QStringList twice;
    for (const QWidget *widget : window.findChildren<QWidget *>()) {
        if (!widget->isVisible())
            continue;
        const auto *label = qobject_cast<const QLabel *>(widget);
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const QString text = label && label->buddy() ? label->text() : button ? button->text() : QString();
        const QString letter = letterOf(text);
        if (letter.isEmpty())
            continue;
        if (letters.contains(letter))
            twice.append(QStringLiteral("%1: “%2” and “%3”").arg(letter, letters[letter], text));
        letters.insert(letter, text);
    }
    return twice.join(QLatin1Char('\n'));
}

// A screen reader says something for it: a name of its own, its text, or the label that is its buddy.
bool isNamed(QWidget *widget)
{
    if (qobject_cast<QAbstractButton *>(widget) && !static_cast<QAbstractButton *>(widget)->text().isEmpty())
        return true;
    for (QWidget *each = widget; each && !each->inherits("causeway::wizard::Page"); each = each->parentWidget()) {
        if (each != widget && each->focusProxy() != widget && !qobject_cast<QComboBox *>(each) && !qobject_cast<QAbstractSpinBox *>(each))
            break;
        QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(each);
        if (accessible && (!accessible->text(QAccessible::Name).isEmpty() || !accessible->relations(QAccessible::Label).isEmpty()))
            return true;
    }
    return false;
}

QImage seen(wizard::WizardWindow &window, const QWidget *widget)
{
    const QRect around = QRect(widget->mapTo(&window, QPoint(0, 0)), widget->size()).adjusted(-4, -4, 4, 4);
    return window.grab(around & window.rect()).toImage();
}

// One letter for one thing; Tab goes down the page once and then to Next; what has the focus can be seen and is named.
void byKeyboard(wizard::WizardWindow &window)
{
    wizard::PageFace *shown = window.page(window.currentPage());
    QCOMPARE(lettersTwice(window), QString());
    QVERIFY(window.focusWidget());
    auto *next = window.findChild<QPushButton *>(QStringLiteral("next"));
    QVERIFY2(shown->isAncestorOf(window.focusWidget()) || window.focusWidget() == next, window.focusWidget()->metaObject()->className());
    QList<QWidget *> way;
    for (int i = 0; i < 80; ++i) {
        QWidget *focus = window.focusWidget();
        if (way.contains(focus))
            break;
        way.append(focus);
        QTest::keyClick(focus, Qt::Key_Tab);
    }
    int lowest = -1;
    QStringList wrong;
    for (QWidget *widget : way) {
        if (!shown->isAncestorOf(widget) || qobject_cast<QLabel *>(widget))
            continue;
        const QString which = widget->objectName() + QLatin1Char(' ') + QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->property("text").toString().left(40);
        const int y = widget->mapTo(shown, QPoint(0, 0)).y();
        if (y + 12 < lowest)
            wrong.append(QStringLiteral("%1 at %2 comes after something at %3").arg(which).arg(y).arg(lowest));
        lowest = std::max(lowest, y);
        if (!isNamed(widget))
            wrong.append(which + QStringLiteral(" has no name"));
        widget->setFocus(Qt::TabFocusReason);
        const QImage with = seen(window, widget);
        next->setFocus(Qt::TabFocusReason);
        if (next != widget && !next->hasFocus())
            window.setFocus();
        if (seen(window, widget) == with)
            wrong.append(which + QStringLiteral(" looks the same with the focus and without"));
    }
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    for (QWidget *widget : shown->findChildren<QWidget *>()) {
        const bool radio = qobject_cast<QRadioButton *>(widget); // the arrows reach the others of a group
        if (takesTab(widget) && !radio && !qobject_cast<QLabel *>(widget) && !widget->objectName().startsWith(QLatin1String("qt_")))
            QVERIFY2(way.contains(widget), qPrintable(QStringLiteral("Tab never reaches %1 %2").arg(widget->objectName(), QString::fromLatin1(widget->metaObject()->className()))));
    }
    if (next->isEnabled() && next->isVisible())
        QVERIFY(way.contains(next));
}

} // namespace

class TestKeyboard : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ui::applyTheme(*qApp, ui::makeTheme(ui::ThemeChoice::Light, *qApp)); }

    void pages_data()
    {
        QTest::addColumn<int>("page");
        for (const PageId id : {PageId::Account, PageId::Server, PageId::Networking, PageId::PrivateEndpoint, PageId::Approvals, PageId::Integration, PageId::LinkedService, PageId::Review})
            QTest::addRow("%d", int(id)) << int(id);
    }

    void pages()
    {
        QFETCH(int, page);
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 1400);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QVERIFY(window.openSetup(example("password.json")));
        window.goTo(PageId(page));
        QTRY_VERIFY(world.session->subscriptions().isReady());
        QCoreApplication::processEvents();
        wizard::PageFace *shown = window.page(PageId(page));
        if (PageId(page) == PageId::LinkedService) {
            auto *type = shown->findChild<ui::Picker *>(QStringLiteral("linkedService.authentication.type"));
            for (int row = 0; row < type->count(); ++row) {
                type->setCurrentIndex(row);
                Q_EMIT type->activated(row);
                QCOMPARE(lettersTwice(window), QString());
            }
        }
        byKeyboard(window);
    }

    // The pages around a run: where it begins, while it stands, where it ends.
    void startApplyAndFinish()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 1400);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        byKeyboard(window);
        QVERIFY(window.openSetup(example("quickstart.json")));
        walkToReview(window, *world.run);
        QVERIFY(window.goNext());
        QTRY_VERIFY_WITH_TIMEOUT(world.run->events().size() > 25, 20000);
        world.run->cancel();
        QTRY_COMPARE_WITH_TIMEOUT(int(world.run->runState()), int(wizard::RunControl::Run::Ended), 60000);
        window.goTo(PageId::Apply);
        byKeyboard(window);
        world.run->resume();
        QTRY_COMPARE_WITH_TIMEOUT(int(window.currentPage()), int(PageId::Finish), 60000);
        byKeyboard(window);
    }

    void enterIsNextAndEscapeLosesNothing()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto *first = window.focusWidget();
        QVERIFY(first);
        QCOMPARE(first->objectName(), QStringLiteral("setUp"));
        QTest::keyClick(first, Qt::Key_Return); // a button: pressed
        QCOMPARE(int(window.currentPage()), int(PageId::Account));
        QTRY_VERIFY(world.session->groups().isReady());
        auto *name = child<QLineEdit>(window, "name");
        type(window, "name", QStringLiteral("by-hand"));
        QTest::keyClick(name, Qt::Key_Escape);
        QVERIFY(window.isVisible());
        QCOMPARE(name->text(), QStringLiteral("by-hand"));
        QTest::keyClick(name, Qt::Key_Return); // not complete: stays, and says why
        QCOMPARE(int(window.currentPage()), int(PageId::Account));
        QVERIFY(!reason(window).isEmpty());
        writeNew(window, "resourceGroup.name", QStringLiteral("rg-hand"));
        choose(window, "resourceGroup.location", QStringLiteral("westeurope"));
        QTest::keyClick(name, Qt::Key_Return);
        QCOMPARE(int(window.currentPage()), int(PageId::Server));
    }

    // Names as long as they can be typed neither widen a page nor leave it.
    void longNamesDoNotWidenThePage()
    {
        WindowWorld world(defaultWorld);
        wizard::WizardWindow &window = *world.window;
        window.resize(1280, 800);
        window.show();
        QVERIFY(window.openSetup(example("quickstart.json")));
        const QString endless(2000, QLatin1Char('w'));
        SetupSpec spec = world.setup.spec();
        spec.name = endless;
        spec.server->name = endless;
        spec.privateEndpoint->name = endless;
        spec.integration->name = endless;
        spec.integration->managedPrivateEndpointName = endless;
        spec.linkedService->name = endless;
        world.setup.setSpec(spec);
        for (const PageId id : wizard::pagesOf(wizard::Purpose::SetUp, spec)) {
            if (id == PageId::Apply)
                break;
            window.goTo(id);
            window.page(id)->showAllIssues();
            QCoreApplication::processEvents();
            const int room = window.page(id)->parentWidget()->width();
            QVERIFY2(window.page(id)->width() <= room, qPrintable(QStringLiteral("page %1 is %2 wide, there are %3").arg(int(id)).arg(window.page(id)->width()).arg(room)));
            QVERIFY(window.width() == 1280);
        }
    }
};

QTEST_MAIN(TestKeyboard)
#include "tst_keyboard.moc"
