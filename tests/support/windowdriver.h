// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/picker.h"
#include "wizard/run/runcontrol.h"
#include "wizard/window/wizardwindow.h"

#include <QAbstractButton>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

//! What a person does with the window: types, chooses, presses, reads the footer.
namespace causeway::test {

inline const QString defaultWorld = QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/default.json");
inline const QString contosoWorld = QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/worlds/contoso.json");

//! The first line in which two documents differ; empty when they are equal.
inline QString firstDifference(const QByteArray &actual, const QByteArray &expected)
{
    const QList<QByteArray> left = actual.split('\n');
    const QList<QByteArray> right = expected.split('\n');
    for (qsizetype i = 0; i < std::max(left.size(), right.size()); ++i) {
        if (left.value(i) != right.value(i))
            return QStringLiteral("line %1: “%2” instead of “%3”").arg(i + 1).arg(QString::fromUtf8(left.value(i)), QString::fromUtf8(right.value(i)));
    }
    return {};
}

inline QString example(const char *name)
{
    return QStringLiteral(CAUSEWAY_SOURCE_DIR "/resources/examples/") + QLatin1String(name);
}

inline void shoot(wizard::WizardWindow &window, const QString &name)
{
    const QString folder = qEnvironmentVariable("CAUSEWAY_SHOTS");
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QCoreApplication::processEvents();
    window.grab().save(QStringLiteral("%1/%2%3.png").arg(folder, qEnvironmentVariable("CAUSEWAY_SHOT_PREFIX"), name));
}

template <class Widget>
Widget *child(wizard::WizardWindow &window, const char *name)
{
    for (Widget *widget : window.page(window.currentPage())->template findChildren<Widget *>(QLatin1String(name))) {
        if (widget->isVisible())
            return widget;
    }
    return window.template findChild<Widget *>(QLatin1String(name));
}

inline void type(wizard::WizardWindow &window, const char *name, const QString &text)
{
    auto *edit = child<QLineEdit>(window, name);
    QVERIFY2(edit, name);
    edit->selectAll();
    QTest::keyClicks(edit, text);
}

inline void choose(wizard::WizardWindow &window, const char *name, const QString &value)
{
    auto *picker = child<ui::Picker>(window, name);
    QVERIFY2(picker, name);
    QTRY_VERIFY2(picker->holds(value), name);
    picker->setValue(value);
    Q_EMIT picker->edited();
}

inline void writeNew(wizard::WizardWindow &window, const char *name, const QString &text)
{
    auto *picker = child<ui::Picker>(window, name);
    QVERIFY2(picker, name);
    picker->lineEdit()->selectAll();
    QTest::keyClicks(picker->lineEdit(), text);
}

inline void press(wizard::WizardWindow &window, const char *name)
{
    auto *button = window.findChild<QAbstractButton *>(QLatin1String(name));
    QVERIFY2(button, name);
    QTRY_VERIFY2(button->isEnabled(), name);
    QTest::mouseClick(button, Qt::LeftButton);
}

inline QString reason(wizard::WizardWindow &window)
{
    return window.findChild<QLabel *>(QStringLiteral("reason"))->text();
}

//! Opens a setup and goes through its pages by Next until the review has passed.
inline void walkToReview(wizard::WizardWindow &window, wizard::RunControl &run)
{
    for (int page = 0; page < 12 && window.currentPage() != wizard::PageId::Review; ++page) {
        const wizard::PageFace *here = window.page(window.currentPage());
        if (here->hasNext())
            QTRY_VERIFY2_WITH_TIMEOUT(here->readiness().ready && !here->readiness().busy, qPrintable(here->title() + QStringLiteral(": ") + here->readiness().reason), 20000);
        if (here->hasNext())
            QVERIFY2(window.goNext(), qPrintable(here->title() + QStringLiteral(": ") + reason(window)));
        else
            window.goTo(wizard::PageId::Account);
    }
    QCOMPARE(int(window.currentPage()), int(wizard::PageId::Review));
    QTRY_COMPARE_WITH_TIMEOUT(int(run.checkState()), int(wizard::RunControl::Check::Passed), 20000);
}

} // namespace causeway::test
