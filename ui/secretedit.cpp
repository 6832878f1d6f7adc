// SPDX-License-Identifier: Apache-2.0
#include "ui/secretedit.h"

#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>

namespace causeway::ui {

// Entra's and PostgreSQL's secrets are shorter; a pasted certificate has a field of its own.
static constexpr int longestSecret = 4096;

SecretEdit::SecretEdit(QWidget *parent) : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_edit = new QLineEdit(this);
    m_edit->setEchoMode(QLineEdit::Password);
    m_edit->setMaxLength(longestSecret);
    m_eye = new QToolButton(this);
    m_eye->setCheckable(true);
    m_eye->setIcon(icon(QStringLiteral("eye"), IconRole::Muted, this));
    m_eye->setToolTip(tr("Show what is typed"));
    m_eye->setAccessibleName(tr("Show what is typed"));
    row->addWidget(m_edit, 1);
    row->addWidget(m_eye);
    setFocusProxy(m_edit);
    connect(m_eye, &QToolButton::toggled, this, [this](bool shown) { m_edit->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password); });
    connect(m_edit, &QLineEdit::textEdited, this, &SecretEdit::edited);
}

Secret SecretEdit::secret() const
{
    return Secret(m_edit->text().toUtf8());
}

void SecretEdit::setSecret(const Secret &secret)
{
    m_edit->setText(QString::fromUtf8(secret.reveal()));
}

void SecretEdit::setPlaceholderText(const QString &text)
{
    m_edit->setPlaceholderText(text);
}

bool SecretEdit::isEmpty() const
{
    return m_edit->text().isEmpty();
}

} // namespace causeway::ui
