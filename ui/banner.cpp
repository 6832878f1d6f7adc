// SPDX-License-Identifier: Apache-2.0
#include "ui/banner.h"

#include "ui/form.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

namespace causeway::ui {

namespace {
struct ToneLook {
    const char *name;
    const char *badge;
    const char *icon;
    IconRole role;
};
} // namespace

static ToneLook lookOf(Tone tone)
{
    switch (tone) {
    case Tone::Neutral: return {"info", "neutral", "info", IconRole::Muted};
    case Tone::Info: return {"info", "info", "info", IconRole::Info};
    case Tone::Success: return {"success", "success", "check", IconRole::Success};
    case Tone::Warning: return {"warning", "warning", "warning", IconRole::Warning};
    case Tone::Error: return {"error", "danger", "error", IconRole::Danger};
    }
    return {"info", "neutral", "info", IconRole::Muted};
}

static void repolish(QWidget *widget)
{
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

Banner::Banner(QWidget *parent) : QFrame(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(14, 10, 14, 10);
    row->setSpacing(10);
    m_icon = new QLabel(this);
    m_icon->setFixedSize(20, 20);
    m_text = plainLabel({}, {}, this);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_action = new QPushButton(this);
    m_action->hide();
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    connect(m_action, &QPushButton::clicked, this, &Banner::actionRequested);
    hide();
}

void Banner::show(Tone tone, const QString &text, const QString &action)
{
    const ToneLook look = lookOf(tone);
    setProperty("banner", QString::fromLatin1(look.name));
    repolish(this);
    m_icon->setPixmap(icon(QString::fromLatin1(look.icon), look.role, this).pixmap(QSize(20, 20), devicePixelRatioF()));
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    setVisible(!text.isEmpty());
}

void Banner::clear()
{
    m_text->clear();
    hide();
}

QString Banner::text() const
{
    return m_text->text();
}

QLabel *makeBadge(Tone tone, const QString &text, QWidget *parent)
{
    auto *badge = new QLabel(parent);
    badge->setTextFormat(Qt::PlainText);
    setBadge(badge, tone, text);
    return badge;
}

void setBadge(QLabel *badge, Tone tone, const QString &text)
{
    badge->setText(text);
    badge->setProperty("badge", QString::fromLatin1(lookOf(tone).badge));
    repolish(badge);
}

} // namespace causeway::ui
