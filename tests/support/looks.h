// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/windowdriver.h"

#include <QScrollArea>
#include <QScrollBar>
#include <QTranslator>

//! Looking at windows in every language and direction: what is cut, and pictures for a person.
namespace causeway::test {

inline QString placeOf(const QWidget *widget, const QString &text)
{
    return QStringLiteral("%1 “%2” (%3×%4)").arg(widget->objectName(), text.left(60)).arg(widget->width()).arg(widget->height());
}

//! What of this window cannot be read as a whole: words without room, buttons that are cut, widgets beyond the edge.
inline QStringList cutIn(wizard::WizardWindow &window)
{
    QStringList cut;
    for (QWidget *widget : window.findChildren<QWidget *>()) {
        if (!widget->isVisible())
            continue;
        if (const auto *label = qobject_cast<QLabel *>(widget); label && !label->text().isEmpty()) {
            const bool wraps = label->wordWrap();
            const bool low = wraps && label->heightForWidth(label->width()) > label->height() + 1;
            const bool narrow = !wraps && label->sizeHint().width() > label->width() + 1;
            if (low || narrow)
                cut.append(QStringLiteral("label ") + placeOf(label, label->text()));
        }
        if (const auto *button = qobject_cast<QAbstractButton *>(widget); button && !button->text().isEmpty()) {
            const bool low = button->hasHeightForWidth() && button->heightForWidth(button->width()) > button->height() + 1;
            if (low || (!button->hasHeightForWidth() && button->sizeHint().width() > button->width() + 1))
                cut.append(QStringLiteral("button ") + placeOf(button, button->text()));
        }
        if (const auto *area = qobject_cast<QScrollArea *>(widget); area && area->widget() && area->widget()->minimumSizeHint().width() > area->viewport()->width())
            cut.append(QStringLiteral("page wider than its room: ") + QString::number(area->widget()->minimumSizeHint().width()));
    }
    return cut;
}

//! The eyes of a test: a language, what they found cut, and pictures where CAUSEWAY_SHOTS says.
class Looker
{
public:
    static void languages()
    {
        QTest::addColumn<QString>("language");
        for (const char *language : {"en", "de", "ar"})
            QTest::newRow(language) << QString::fromLatin1(language);
    }
    //! Arabic has no words of ours: it is English from right to left.
    void speak(const QString &language)
    {
        m_language = language;
        const QString words = language == QLatin1String("de") ? language : QStringLiteral("en");
        QVERIFY(m_words.load(QStringLiteral(":/causeway/i18n/causeway_%1.qm").arg(words)));
        QApplication::installTranslator(&m_words);
        QApplication::setLayoutDirection(QLocale(language).textDirection());
    }
    void quiet()
    {
        m_cut.clear();
        QApplication::removeTranslator(&m_words);
        QApplication::setLayoutDirection(Qt::LeftToRight);
    }
    void look(wizard::WizardWindow &window, const QString &name)
    {
        for (int i = 0; i < 3; ++i)
            QCoreApplication::processEvents();
        for (const QString &each : cutIn(window))
            m_cut.append(name + QStringLiteral(": ") + each);
        shoot(window, m_language + QLatin1Char('-') + name);
        auto *area = qobject_cast<QScrollArea *>(window.page(window.currentPage())->parentWidget()->parentWidget());
        QScrollBar *bar = area ? area->verticalScrollBar() : nullptr;
        if (!bar || bar->maximum() == 0 || qEnvironmentVariableIsEmpty("CAUSEWAY_SHOTS"))
            return;
        bar->setValue(bar->maximum());
        shoot(window, m_language + QLatin1Char('-') + name + QStringLiteral("-below"));
        bar->setValue(0);
    }
    void verifyNothingCut()
    {
        m_cut.removeDuplicates();
        QVERIFY2(m_cut.isEmpty(), qPrintable(m_cut.join(QLatin1Char('\n'))));
    }

private:
    QTranslator m_words;
    QString m_language;
    QStringList m_cut;
};

} // namespace causeway::test
