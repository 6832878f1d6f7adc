// SPDX-License-Identifier: Apache-2.0
#include "wizard/account/stepupbar.h"

#include "wizard/account/signincontroller.h"
#include "text/plain.h"
#include "text/signintext.h"
#include "ui/copyfield.h"
#include "ui/form.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace causeway::wizard {

StepUpBar::StepUpBar(SignInController &signIn, QWidget *parent) : QFrame(parent), m_signIn(signIn)
{
    setObjectName(QStringLiteral("stepUp"));
    setProperty("banner", QStringLiteral("warning"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 10, 16, 12);
    column->setSpacing(6);
    m_title = ui::plainLabel({}, QStringLiteral("sectionTitle"), this);
    m_words = ui::plainLabel({}, {}, this);
    m_link = new ui::CopyField(this);
    m_support = new ui::CopyField(this);
    auto *buttons = new QHBoxLayout;
    m_go = new QPushButton(this);
    m_go->setObjectName(QStringLiteral("stepUpGo"));
    m_go->setProperty("primary", true);
    m_stop = new QPushButton(this);
    m_stop->setObjectName(QStringLiteral("stepUpStop"));
    buttons->addWidget(m_go);
    buttons->addWidget(m_stop);
    buttons->addStretch();
    column->addWidget(m_title);
    column->addWidget(m_words);
    column->addWidget(m_link);
    column->addWidget(m_support);
    column->addLayout(buttons);
    connect(m_go, &QPushButton::clicked, this, [this] { m_signIn.answerNeed(); });
    connect(m_stop, &QPushButton::clicked, this, [this] { m_signIn.isBusy() && m_signIn.attempt().forNeed ? m_signIn.cancel() : m_signIn.declineNeed(); });
    connect(&m_signIn, &SignInController::needChanged, this, &StepUpBar::refresh);
    connect(&m_signIn, &SignInController::attemptChanged, this, &StepUpBar::refresh);
    refresh();
}

void StepUpBar::refresh()
{
    using Phase = SignInAttempt::Phase;
    const auto &need = m_signIn.need();
    setVisible(need.has_value());
    if (!need)
        return;
    const SignInAttempt attempt = m_signIn.attempt().forNeed ? m_signIn.attempt() : SignInAttempt(); // another one is the account's card's
    const bool failed = attempt.phase == Phase::Failed;
    const SignInText text = signInText(failed ? attempt.error : need->why, m_signIn.placeOf(need->tenant));
    const bool busy = attempt.phase != Phase::None && !failed;
    m_title->setText(failed ? text.title : tr("Azure asks %1 to sign in again").arg(plainText(need->account.username, 80)));
    m_words->setText(attempt.phase == Phase::Browser && attempt.browserOpened ? tr("Your browser shows the sign-in page. When it does not, open this link in it:")
                     : attempt.phase == Phase::Browser                        ? tr("No browser could be opened. Open this link in one on this computer:")
                     : attempt.phase == Phase::Finishing                      ? tr("Signing in …")
                     : failed ? text.happened + QLatin1Char('\n') + text.advice
                              : text.happened + QLatin1Char('\n') + tr("What is under way waits for it and then goes on; nothing is lost."));
    const QString link = attempt.phase == Phase::Browser ? attempt.address.toString(QUrl::FullyEncoded) : failed ? text.link : QString();
    m_link->setVisible(!link.isEmpty());
    m_link->setText(link);
    m_support->setVisible(failed && !text.support.isEmpty());
    m_support->setText(text.support);
    m_go->setVisible(!busy);
    m_go->setText(failed ? tr("Try again") : tr("Sign in"));
    m_stop->setText(busy ? tr("Cancel the sign-in") : tr("Not now"));
}

} // namespace causeway::wizard
