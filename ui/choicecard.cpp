// SPDX-License-Identifier: Apache-2.0
#include "ui/choicecard.h"

#include "ui/theme.h"

#include <QPainter>

namespace causeway::ui {

static constexpr int cardMargin = 18;
static constexpr int cardIcon = 28;
static constexpr int cardTextAt = cardMargin + cardIcon + 16;

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

QFont ChoiceCard::titleFont() const
{
    QFont bold = font();
    bold.setPixelSize(QFontInfo(bold).pixelSize() + 2);
    bold.setWeight(QFont::DemiBold);
    return bold;
}

int ChoiceCard::heightForWidth(int width) const
{
    const int room = width - cardTextAt - cardMargin;
    const QRect words = QFontMetrics(font()).boundingRect(QRect(0, 0, room, 1000), Qt::TextWordWrap, m_sentence);
    return 2 * cardMargin + QFontMetrics(titleFont()).height() + 4 + words.height();
}

QSize ChoiceCard::sizeHint() const
{
    return {480, heightForWidth(480)};
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
    QRect iconRect(cardMargin, cardMargin, cardIcon, cardIcon);
    QRect words = rect().adjusted(cardTextAt, cardMargin, -cardMargin, -cardMargin);
    if (rightToLeft) {
        iconRect.moveRight(width() - cardMargin);
        words = rect().adjusted(cardMargin, cardMargin, -cardTextAt, -cardMargin);
    }
    ui::icon(m_iconName, IconRole::Accent, this).paint(&painter, iconRect);
    const int leading = rightToLeft ? Qt::AlignRight : Qt::AlignLeft;
    painter.setFont(titleFont());
    painter.setPen(theme.text);
    painter.drawText(words, leading | Qt::AlignTop | Qt::TextShowMnemonic, text());
    painter.setFont(font());
    painter.setPen(theme.muted);
    painter.drawText(words.adjusted(0, QFontMetrics(titleFont()).height() + 4, 0, 0), leading | Qt::AlignTop | Qt::TextWordWrap, m_sentence);
}

} // namespace causeway::ui
