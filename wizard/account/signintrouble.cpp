// SPDX-License-Identifier: Apache-2.0
#include "wizard/account/signintrouble.h"

#include "text/plain.h"
#include "ui/copyfield.h"
#include "ui/form.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace causeway::wizard {

SignInTrouble::SignInTrouble(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("signInTrouble"));
    setProperty("banner", QStringLiteral("error"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 14);
    column->setSpacing(6);
    m_title = ui::plainLabel({}, QStringLiteral("sectionTitle"), this);
    m_words = ui::plainLabel({}, {}, this);
    m_service = ui::plainLabel({}, QStringLiteral("muted"), this);
    column->addWidget(m_title);
    column->addWidget(m_words);
    column->addWidget(m_service);
    m_lines = new QVBoxLayout;
    m_lines->setSpacing(4);
    column->addLayout(m_lines);
    auto *buttons = new QHBoxLayout;
    m_retry = new QPushButton(this);
    m_retry->setObjectName(QStringLiteral("signInRetry"));
    m_settings = new QPushButton(tr("Open the settin&gs"), this);
    m_settings->setObjectName(QStringLiteral("signInSettings"));
    buttons->addWidget(m_retry);
    buttons->addWidget(m_settings);
    buttons->addStretch();
    column->addLayout(buttons);
    connect(m_retry, &QPushButton::clicked, this, &SignInTrouble::retryRequested);
    connect(m_settings, &QPushButton::clicked, this, &SignInTrouble::settingsWanted);
    hide();
}

void SignInTrouble::addCopy(const QString &label, const QString &text)
{
    if (text.isEmpty())
        return;
    QLabel *words = ui::plainLabel(label, {}, this);
    auto *field = new ui::CopyField(this);
    field->setText(text);
    words->setBuddy(field);
    m_lines->addWidget(words);
    m_lines->addWidget(field);
}

void SignInTrouble::show(const SignInText &text, const QString &who, const QString &retry, bool hasSettings)
{
    clear();
    m_title->setText(who.isEmpty() ? text.title : QStringLiteral("%1  ·  %2").arg(text.title, plainText(who, 80)));
    m_words->setText(text.advice.isEmpty() ? text.happened : text.happened + QLatin1Char('\n') + text.advice);
    const bool notTheirs = text.failure == SignInFailure::NotTheService || text.failure == SignInFailure::Clock; // nobody there was reached
    m_service->setText(text.service.isEmpty() ? QString() : (notTheirs ? tr("In detail: %1") : tr("The service says: %1")).arg(text.service));
    m_service->setVisible(!text.service.isEmpty());
    addCopy(tr("Send this link to an administrator:"), text.link);
    for (const QString &command : text.commands)
        addCopy(tr("In a terminal:"), command);
    addCopy(tr("For a support request:"), text.support);
    m_retry->setText(retry);
    m_retry->setVisible(!retry.isEmpty());
    const bool ours = text.failure == SignInFailure::Registration || text.failure == SignInFailure::NotTheService || text.failure == SignInFailure::WrongCloud;
    m_settings->setVisible(ours && hasSettings);
    setVisible(true);
}

void SignInTrouble::clear()
{
    while (QLayoutItem *item = m_lines->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    setVisible(false);
}

} // namespace causeway::wizard
