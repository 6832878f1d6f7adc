// SPDX-License-Identifier: Apache-2.0
#include "ui/copyfield.h"

#include "ui/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace causeway::ui {

CopyField::CopyField(QWidget *parent) : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_text = new QLineEdit(this);
    m_text->setReadOnly(true);
    m_copy = new QToolButton(this);
    m_copy->setIcon(icon(QStringLiteral("copy"), IconRole::Muted, this));
    m_copy->setToolTip(tr("Copy"));
    m_copy->setAccessibleName(tr("Copy"));
    m_copy->setFocusPolicy(Qt::StrongFocus);
    row->addWidget(m_text, 1);
    row->addWidget(m_copy);
    setFocusProxy(m_text);
    connect(m_copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->text()); });
}

void CopyField::setText(const QString &text)
{
    m_text->setText(text);
    m_text->setCursorPosition(0);
    m_copy->setEnabled(!text.isEmpty());
}

QString CopyField::text() const
{
    return m_text->text();
}

} // namespace causeway::ui
