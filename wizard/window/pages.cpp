// SPDX-License-Identifier: Apache-2.0
#include "session/azuresession.h"
#include "wizard/account/accountpage.h"
#include "wizard/apply/applypage.h"
#include "wizard/approvals/approvalspage.h"
#include "wizard/endpoint/endpointpage.h"
#include "wizard/finish/finishpage.h"
#include "wizard/integration/integrationpage.h"
#include "wizard/linkedservice/linkedservicepage.h"
#include "wizard/networking/networkingpage.h"
#include "wizard/review/reviewpage.h"
#include "wizard/run/runcontrol.h"
#include "wizard/server/serverpage.h"
#include "wizard/settings/checkspage.h"
#include "wizard/settings/settingspage.h"
#include "wizard/setupmodel.h"
#include "wizard/start/startpage.h"
#include "wizard/window/wizardwindow.h"

#include <QFileDialog>

namespace causeway::wizard {

static const char setupFilter[] = QT_TRANSLATE_NOOP("causeway::wizard::WizardWindow", "Causeway setups (*.causeway.json *.json)");

// Not exec(): a modal loop would block whoever drives the window from outside.
static void askForFile(WizardWindow *window, bool saving)
{
    auto *dialog = new QFileDialog(window, saving ? WizardWindow::tr("Save the setup") : WizardWindow::tr("Open a setup"), {}, WizardWindow::tr(setupFilter));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(saving ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(saving ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    dialog->setDefaultSuffix(QStringLiteral("causeway.json"));
    QObject::connect(dialog, &QFileDialog::fileSelected, window, [window, saving](const QString &path) {
        if (saving)
            window->saveSetup(path);
        else if (window->openSetup(path))
            window->goTo(PageId::Account);
    });
    dialog->open();
}

// With the setup in hand, or a new one.
static void beginSetUp(WizardWindow *window)
{
    const Parts *parts = window->furnish();
    if (!parts)
        return;
    if (parts->setup.spec() == SetupSpec())
        parts->setup.setSpec(newSetup());
    window->setPurpose(Purpose::SetUp);
    window->goTo(PageId::Account);
}

// The only page that is there before the parts: whatever is chosen on it makes them first.
static PageFace *makeStartPage(WizardWindow *window)
{
    auto *page = new StartPage;
    QObject::connect(page, &StartPage::setUpChosen, window, [window] { beginSetUp(window); });
    QObject::connect(page, &StartPage::approvalsChosen, window, [window] {
        if (!window->furnish())
            return;
        window->setPurpose(Purpose::ReviewApprovals);
        window->goTo(PageId::Account);
    });
    QObject::connect(page, &StartPage::openChosen, window, [window] {
        if (window->furnish())
            askForFile(window, false);
    });
    QObject::connect(page, &StartPage::settingsChosen, window, &WizardWindow::openSettings);
    QObject::connect(page, &StartPage::sandboxChosen, window, &WizardWindow::sandboxWanted);
    QObject::connect(page, &StartPage::resumeChosen, window, [window] {
        const Parts *parts = window->furnish();
        if (!parts || !parts->run.resumable())
            return;
        const RecordedRun last = *parts->run.resumable();
        window->take(last.plan.spec);
        auto *apply = static_cast<ApplyPage *>(window->page(PageId::Apply));
        window->goTo(PageId::Apply);
        apply->resume(last);
    });
    return page;
}

static Page *makeFurnishedPage(PageId id, const Parts &parts, WizardWindow *window)
{
    const bool alone = window->purpose() == Purpose::ReviewApprovals;
    switch (id) {
    case PageId::Start: return nullptr;
    case PageId::Account: {
        auto *page = new AccountPage(parts, !alone);
        QObject::connect(window, &WizardWindow::purposeChanged, page, [page](Purpose purpose) { page->setPartsChosen(purpose == Purpose::SetUp); });
        page->setPartsChosen(!alone);
        QObject::connect(page, &AccountPage::settingsWanted, window, &WizardWindow::openSettings);
        return page;
    }
    case PageId::Settings: return new SettingsPage(parts);
    case PageId::Checks: {
        auto *page = new ChecksPage(parts);
        QObject::connect(page, &ChecksPage::accountWanted, window, [window] { beginSetUp(window); });
        return page;
    }
    case PageId::Server: return new ServerPage(parts);
    case PageId::Networking: return new NetworkingPage(parts);
    case PageId::PrivateEndpoint: return new EndpointPage(parts);
    case PageId::Approvals: {
        auto *page = new ApprovalsPage(parts, alone);
        QObject::connect(window, &WizardWindow::purposeChanged, page, [page](Purpose purpose) { page->setAlone(purpose == Purpose::ReviewApprovals); });
        return page;
    }
    case PageId::Integration: return new IntegrationPage(parts);
    case PageId::LinkedService: return new LinkedServicePage(parts);
    case PageId::Review: {
        auto *page = new ReviewPage(parts);
        QObject::connect(page, &ReviewPage::saveChosen, window, [window] { askForFile(window, true); });
        return page;
    }
    case PageId::Apply: return new ApplyPage(parts);
    case PageId::Finish: {
        auto *page = new FinishPage(parts);
        QObject::connect(page, &FinishPage::saveChosen, window, [window] { askForFile(window, true); });
        QObject::connect(page, &FinishPage::startAgain, window, [window] { window->goTo(PageId::Start); });
        return page;
    }
    }
    return nullptr;
}

PageFace *makePage(PageId id, const std::optional<Parts> &parts, WizardWindow *window)
{
    if (id == PageId::Start)
        return makeStartPage(window);
    return parts ? makeFurnishedPage(id, *parts, window) : nullptr;
}

} // namespace causeway::wizard
