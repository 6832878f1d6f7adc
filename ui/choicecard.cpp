// SPDX-License-Identifier: Apache-2.0
#include "ui/choicecard.h"

#include <QEvent>
#include <QPainter>

namespace causeway::ui {

ChoiceCard::ChoiceCard(const QString &iconName, const QString &title, const QString &sentence, QWidget *parent)
    : QAbstractButton(parent), m_iconName(iconName), m_sentence(sentence)
{
    setText(title);
    setAccessibleDescription(sentence);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ChoiceCard::setSentence(const QString &sentence)
{
    m_sentence = sentence;
    m_wordsHeights.clear();
    setAccessibleDescription(sentence);
    updateGeometry();
    update();
}

void ChoiceCard::setCompact(IconRole role)
{
    m_role = role;
    m_margin = 10;
    m_iconSize = 20;
    updateGeometry();
}

int ChoiceCard::textAt() const
{
    return m_margin + m_iconSize + (m_margin > 10 ? 16 : 10);
}

QFont ChoiceCard::titleFont() const
{
    QFont bold = font();
    bold.setPixelSize(QFontInfo(bold).pixelSize() + (m_margin > 10 ? 2 : 0));
    bold.setWeight(QFont::DemiBold);
    return bold;
}

int ChoiceCard::heightForWidth(int width) const
{
    const int room = width - textAt() - m_margin;
    return 2 * m_margin + QFontMetrics(titleFont()).height() + 4 + wordsHeight(room);
}

int ChoiceCard::wordsHeight(int room) const
{
    static constexpr int mostKept = 8; // a window that is being resized asks for every width once
    if (const auto known = m_wordsHeights.constFind(room); known != m_wordsHeights.constEnd())
        return *known;
    if (m_wordsHeights.size() >= mostKept)
        m_wordsHeights.clear();
    const QRect words = QFontMetrics(font()).boundingRect(QRect(0, 0, room, 1000), Qt::TextWordWrap, m_sentence);
    return *m_wordsHeights.insert(room, words.height());
}

void ChoiceCard::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        m_wordsHeights.clear();
    QAbstractButton::changeEvent(event);
}

QSize ChoiceCard::sizeHint() const
{
    return {480, 2 * m_margin + QFontMetrics(titleFont()).height() + 4 + QFontMetrics(font()).height()}; // heightForWidth() knows better
}

void ChoiceCard::enterEvent(QEnterEvent *)
{
    update();
}

void ChoiceCard::leaveEvent(QEvent *)
{
    update();
}

void ChoiceCard::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(this);
    const bool rightToLeft = layoutDirection() == Qt::RightToLeft;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lit = underMouse() || hasFocus();
    painter.setPen(QPen(lit ? theme.accent : theme.border, hasFocus() ? 2 : 1));
    painter.setBrush(isDown() ? theme.accentSoft : lit ? theme.raised : theme.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    QRect iconRect(m_margin, m_margin, m_iconSize, m_iconSize);
    QRect words = rect().adjusted(textAt(), m_margin, -m_margin, -m_margin);
    if (rightToLeft) {
        iconRect.moveRight(width() - m_margin);
        words = rect().adjusted(m_margin, m_margin, -textAt(), -m_margin);
    }
    ui::icon(m_iconName, m_role, this).paint(&painter, iconRect);
    // Absolute, and each text in its own direction: English words in an Arabic window keep their full stop at the end.
    const int leading = (rightToLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignAbsolute;
    painter.setLayoutDirection(Qt::LayoutDirectionAuto);
    painter.setFont(titleFont());
    painter.setPen(theme.text);
    painter.drawText(words, leading | Qt::AlignTop | Qt::TextShowMnemonic, text());
    painter.setFont(font());
    painter.setPen(theme.muted);
    painter.drawText(words.adjusted(0, QFontMetrics(titleFont()).height() + 4, 0, 0), leading | Qt::AlignTop | Qt::TextWordWrap, m_sentence);
}

} // namespace causeway::ui
