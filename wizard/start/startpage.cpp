// SPDX-License-Identifier: Apache-2.0
#include "wizard/start/startpage.h"

#include "session/azuresession.h"
#include "text/plain.h"
#include "text/steptext.h"
#include "ui/choicecard.h"
#include "wizard/run/runcontrol.h"

#include <QDateTime>
#include <QLocale>

namespace causeway::wizard {

StartPage::StartPage(QWidget *parent) : PageFace(parent)
{
    const auto card = [this](const QString &icon, const QString &name, const QString &title, const QString &sentence, auto signal) {
        auto *button = new ui::ChoiceCard(icon, title, sentence, this);
        button->setObjectName(name);
        addBlock(button);
        connect(button, &QAbstractButton::clicked, this, signal);
        return button;
    };
    card(QStringLiteral("endpoint"), QStringLiteral("setUp"), tr("&Set up a private road"),
         tr("Create a server with public access, give it a private endpoint and its DNS, let Data Factory in through a managed private endpoint, build the linked service, and test the connection."),
         &StartPage::setUpChosen);
    card(QStringLiteral("approve"), QStringLiteral("reviewApprovals"), tr("&Review approvals"),
         tr("See who asks for a private connection to your servers, and approve, reject or remove."), &StartPage::approvalsChosen);
    card(QStringLiteral("open"), QStringLiteral("openSetup"), tr("&Open a setup"),
         tr("Go on with a saved setup, or reproduce a customer's. A setup holds no passwords."), &StartPage::openChosen);
    m_resume = card(QStringLiteral("run"), QStringLiteral("resumeRun"), tr("Resume the &last run"), {}, &StartPage::resumeChosen);
    m_settings = card(QStringLiteral("network"), QStringLiteral("settings"), tr("Sign-in and &network"),
                      tr("Choose the cloud and the client id, set up a proxy, and see what stands between this computer and Azure."), &StartPage::settingsChosen);
    m_sandbox = card(QStringLiteral("start"), QStringLiteral("trySandbox"), tr("&Try it without Azure"),
                     tr("Opens another window on the sandbox: the same pages, the same calls, a real PostgreSQL, and nothing reaches Azure."), &StartPage::sandboxChosen);
    for (QWidget *late : {m_resume, m_settings, m_sandbox}) // whether there is anything to it is known with the parts
        late->hide();
    addStretch();
}

void StartPage::furnish(const Parts &parts)
{
    m_parts.emplace(parts);
    m_settings->setVisible(parts.settings);
    m_sandbox->setVisible(parts.settings);
    connect(&parts.run, &RunControl::lastRunChanged, this, &StartPage::showLastRun);
    connect(&parts.run, &RunControl::runChanged, this, &StartPage::showLastRun);
    connect(&parts.session, &AzureSession::accountChanged, this, &StartPage::entered); // somebody else's runs are not offered
    entered();
}

void StartPage::entered()
{
    if (m_parts)
        m_parts->run.lookForLastRun(m_parts->session.account().user);
}

void StartPage::showLastRun()
{
    const RecordedRun *run = m_parts->run.resumable();
    m_resume->setVisible(run);
    if (!run)
        return;
    const auto since = run->summary.started.time_since_epoch().count();
    const QString when = QLocale().toString(QDateTime::fromMSecsSinceEpoch(since), QLocale::ShortFormat);
    const QString how = run->summary.outcome ? outcomeName(*run->summary.outcome) : tr("stopped in the middle");
    m_resume->setSentence(tr("“%1”, begun %2: %3. What was made is found again, nothing is created twice.").arg(plainText(run->summary.name, 80), when, how));
}

QString StartPage::title() const
{
    return tr("What would you like to do?");
}

QString StartPage::subtitle() const
{
    return tr("A private road between Azure Data Factory and an Azure Database for PostgreSQL flexible server.");
}

} // namespace causeway::wizard
