// SPDX-License-Identifier: Apache-2.0
#include "wizard/start/startpage.h"

#include "ui/choicecard.h"

namespace causeway::wizard {

StartPage::StartPage(QWidget *parent) : PageFace(parent)
{
    const auto card = [this](const QString &icon, const QString &name, const QString &title, const QString &sentence, auto signal) {
        auto *button = new ui::ChoiceCard(icon, title, sentence, this);
        button->setObjectName(name);
        addBlock(button);
        connect(button, &QAbstractButton::clicked, this, signal);
    };
    card(QStringLiteral("endpoint"), QStringLiteral("setUp"), tr("&Set up a private road"),
         tr("Create a server with public access, give it a private endpoint and its DNS, let Data Factory in through a managed private endpoint, build the linked service, and test the connection."),
         &StartPage::setUpChosen);
    card(QStringLiteral("approve"), QStringLiteral("reviewApprovals"), tr("&Review approvals"),
         tr("See who asks for a private connection to your servers, and approve, reject or remove."), &StartPage::approvalsChosen);
    card(QStringLiteral("open"), QStringLiteral("openSetup"), tr("&Open a setup"),
         tr("Go on with a saved setup, or reproduce a customer's. A setup holds no passwords."), &StartPage::openChosen);
    card(QStringLiteral("run"), QStringLiteral("resumeRun"), tr("Resume the &last run"),
         tr("Go on where a run stopped: what was made is found again, nothing is created twice."), &StartPage::resumeChosen);
    addStretch();
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
