// SPDX-License-Identifier: Apache-2.0
#include "wizard/window/wizardwindow.h"

#include "domain/setupdocument.h"
#include "session/azuresession.h"
#include "support/growworld.h"
#include "support/setupfile.h"
#include "text/errortext.h"
#include "text/issuetext.h"
#include "text/plain.h"
#include "ui/banner.h"
#include "ui/form.h"
#include "ui/theme.h"
#include "wizard/run/runcontrol.h"
#include "wizard/account/stepupbar.h"
#include "wizard/setupmodel.h"
#include "wizard/window/navigation.h"

#include <QAbstractItemView>
#include <QCloseEvent>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <utility>

namespace causeway::wizard {

WizardWindow::WizardWindow(const Parts &parts, QWidget *parent) : WizardWindow([parts] { return Result<Parts>(parts); }, parent)
{
    furnish();
}

WizardWindow::WizardWindow(Provider provider, QWidget *parent) : QMainWindow(parent), m_provider(std::move(provider))
{
    setWindowTitle(QStringLiteral("Causeway"));
    auto *centre = new QWidget(this);
    auto *row = new QHBoxLayout(centre);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_navigation = new Navigation(centre);
    row->addWidget(m_navigation);
    auto *column = new QVBoxLayout;
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    row->addLayout(column, 1);
    buildHeader(column);
    m_message = new ui::Banner(centre);
    m_message->setObjectName(QStringLiteral("message"));
    m_above = new QVBoxLayout;
    m_above->setContentsMargins(32, 0, 32, 0);
    m_above->addWidget(m_message);
    column->addLayout(m_above);
    m_stack = new QStackedWidget(centre);
    column->addWidget(m_stack, 1);
    buildFooter(column);
    setCentralWidget(centre);

    // 860 by 640 hold every page at scale 1; a smaller screen scrolls.
    const QSize wanted(1180, 760);
    const QSize room = screen() ? screen()->availableSize() : wanted;
    resize(wanted.boundedTo(room));

    connect(m_navigation, &Navigation::pageChosen, this, [this](PageId page) {
        if (page != m_current && m_visited.contains(page))
            goTo(page);
        else
            refresh(); // the list has moved its own selection
    });
    connect(m_message, &ui::Banner::actionRequested, this, &WizardWindow::furnish);
    showPage(PageId::Start);
}

const Parts *WizardWindow::furnish()
{
    if (m_parts)
        return &*m_parts;
    Result<Parts> provided = m_provider();
    if (!provided) {
        m_message->show(ui::Tone::Error, errorLines(provided.error()), Page::tr("Try again"));
        return nullptr;
    }
    m_parts.emplace(*provided);
    m_provider = {};
    m_message->clear();
    connect(&m_parts->session, &AzureSession::subscriptionChanged, this, &WizardWindow::refresh);
    connect(&m_parts->session.subscriptions(), &CatalogueBase::changed, this, &WizardWindow::refresh);
    connect(&m_parts->session.tenants(), &CatalogueBase::changed, this, &WizardWindow::refreshIdentity);
    connect(&m_parts->session, &AzureSession::accountChanged, this, [this] {
        m_parts->session.tenants(); // for the names in the header
        refreshIdentity();
        refreshFooter();
    });
    connect(&m_parts->setup, &SetupModel::savedChanged, this, &WizardWindow::refreshTitle);
    if (m_parts->signIn)
        m_above->addWidget(new StepUpBar(*m_parts->signIn, this));
    for (PageFace *page : std::as_const(m_pages))
        page->furnish(*m_parts);
    refresh();
    return &*m_parts;
}

// The parts cost as much as the window itself; they are made when the start page stands on the screen.
void WizardWindow::paintEvent(QPaintEvent *event)
{
    QMainWindow::paintEvent(event);
    if (std::exchange(m_painted, true))
        return;
    QTimer::singleShot(0, this, [this] { // a timer, not an event: what was painted goes to the screen first
        setWindowIcon(ui::brandIcon());
        furnish();
    });
}

const SetupSpec &WizardWindow::spec() const
{
    static const SetupSpec nothing;
    return m_parts ? m_parts->setup.spec() : nothing;
}

void WizardWindow::buildHeader(QVBoxLayout *column)
{
    auto *header = new QFrame(this);
    header->setObjectName(QStringLiteral("pageHeader"));
    auto *row = new QHBoxLayout(header);
    row->setContentsMargins(32, 14, 24, 14);
    row->setSpacing(16);
    auto *titles = new QVBoxLayout;
    titles->setSpacing(2);
    m_title = ui::plainLabel({}, QStringLiteral("pageTitle"), header);
    m_title->setWordWrap(false);
    m_subtitle = ui::plainLabel({}, QStringLiteral("muted"), header);
    titles->addWidget(m_title);
    titles->addWidget(m_subtitle);
    row->addLayout(titles, 1);
    auto *identity = new QVBoxLayout;
    identity->setSpacing(2);
    m_account = ui::plainLabel({}, QStringLiteral("account"), header);
    m_account->setObjectName(QStringLiteral("accountInUse"));
    m_place = ui::plainLabel({}, QStringLiteral("muted"), header);
    m_place->setObjectName(QStringLiteral("placeInUse"));
    for (QLabel *label : {m_account, m_place}) {
        label->setWordWrap(false);
        label->setAlignment((isRightToLeft() ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignAbsolute | Qt::AlignVCenter); // a name's script does not decide
        label->hide(); // nobody is known yet
        identity->addWidget(label);
    }
    row->addLayout(identity);
    column->addWidget(header);
}

void WizardWindow::buildFooter(QVBoxLayout *column)
{
    auto *footer = new QFrame(this);
    footer->setObjectName(QStringLiteral("pageFooter"));
    auto *row = new QHBoxLayout(footer);
    row->setContentsMargins(32, 12, 24, 12);
    row->setSpacing(10);
    m_reason = ui::plainLabel({}, QStringLiteral("muted"), footer);
    m_reason->setObjectName(QStringLiteral("reason"));
    row->addWidget(m_reason, 1);
    m_back = new QPushButton(tr("&Back"), footer);
    m_back->setObjectName(QStringLiteral("back"));
    m_next = new QPushButton(tr("&Next"), footer);
    m_next->setObjectName(QStringLiteral("next"));
    m_next->setProperty("primary", true);
    m_next->setDefault(true);
    row->addWidget(m_back);
    row->addWidget(m_next);
    column->addWidget(footer);
    connect(m_back, &QPushButton::clicked, this, &WizardWindow::goBack);
    connect(m_next, &QPushButton::clicked, this, &WizardWindow::goNext);
}

PageFace *WizardWindow::page(PageId id)
{
    if (PageFace *made = m_pages.value(id))
        return made;
    PageFace *made = makePage(id, m_parts, this);
    if (!made)
        return nullptr;
    auto *area = new QScrollArea(m_stack);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    // What it will be: a page that is laid out at another width first, or at none at all, breaks every sentence anew.
    const QSize room(width() - m_navigation->minimumWidth(), height());
    for (QWidget *each : std::initializer_list<QWidget *>{area, area->viewport(), made})
        each->resize(room);
    area->setWidget(made);
    m_stack->addWidget(area);
    m_pages.insert(id, made);
    m_areas.insert(id, area);
    connect(made, &PageFace::readinessChanged, this, &WizardWindow::refreshFooter);
    connect(made, &PageFace::advance, this, [this, id] {
        if (m_current == id)
            moveOn();
    });
    connect(made, &PageFace::jumpTo, this, [this](PageId wanted) {
        if (pagesOf(m_purpose, spec()).contains(wanted))
            goTo(wanted);
    });
    connect(made, &PageFace::mend, this, &WizardWindow::mend);
    return made;
}

void WizardWindow::setPurpose(Purpose purpose)
{
    m_purpose = purpose;
    Q_EMIT purposeChanged(purpose);
    refresh();
}

void WizardWindow::storeCurrent()
{
    if (!m_parts)
        return; // the start page stores nothing
    SetupSpec stored = spec();
    m_pages[m_current]->store(stored);
    m_parts->setup.setSpec(std::move(stored));
}

void WizardWindow::goTo(PageId id)
{
    storeCurrent();
    showPage(id);
}

bool WizardWindow::goNext()
{
    if (!furnish())
        return false;
    PageFace *here = m_pages[m_current];
    storeCurrent();
    const Readiness readiness = here->readiness();
    if (readiness.busy)
        return false;
    if (!readiness.ready) {
        here->showAllIssues();
        refreshFooter();
        return false;
    }
    if (!here->submit())
        return false;
    return moveOn();
}

bool WizardWindow::moveOn()
{
    storeCurrent();
    const auto next = nextPage(m_current, m_purpose, spec());
    if (next)
        showPage(*next);
    return next.has_value();
}

// The page of a field may be left out: an existing server has no networking page, its own is the nearest.
void WizardWindow::mend(const Finding &finding)
{
    const QList<PageId> pages = pagesOf(m_purpose, spec());
    PageId wanted = pageOfField(finding.field);
    if (!pages.contains(wanted))
        wanted = finding.field.startsWith(QLatin1String("server")) && pages.contains(PageId::Server) ? PageId::Server : PageId::Account;
    goTo(wanted);
    m_pages[wanted]->showFinding(finding);
}

void WizardWindow::goBack()
{
    storeCurrent();
    if (const auto before = previousPage(m_current, m_purpose, spec()))
        showPage(*before);
}

void WizardWindow::showPage(PageId id)
{
    PageFace *shown = page(id);
    if (!shown)
        return;
    shown->load(spec());
    m_current = id;
    m_visited.insert(id);
    if (id == PageId::Account && !m_mapped.isEmpty())
        say(m_mapped, false);
    else
        m_message->clear();
    m_stack->setCurrentWidget(m_areas[id]);
    // Pages are made late, so they would come last in the tab order: list, page, Back, Next.
    setTabOrder(m_navigation, shown);
    setTabOrder(shown, m_back);
    setTabOrder(m_back, m_next);
    refresh();
    shown->entered();
    QWidget *first = shown->firstInput();
    (first ? first : m_next)->setFocus(Qt::OtherFocusReason);
}

void WizardWindow::refresh()
{
    m_navigation->setPages(pagesOf(m_purpose, spec()), m_current, m_visited);
    const PageFace *shown = m_pages.value(m_current);
    m_title->setText(shown->title());
    m_subtitle->setText(shown->subtitle());
    m_subtitle->setVisible(!m_subtitle->text().isEmpty());
    refreshIdentity();
    refreshTitle();
    refreshFooter();
}

// Account, tenant and subscription stand on every page: who does this, and where.
void WizardWindow::refreshIdentity()
{
    static constexpr int longest = 40; // of a name; the tool tip has the whole
    if (!m_parts)
        return;
    const AzureSession &session = m_parts->session;
    const QString subscription = session.subscriptionName();
    const bool signedIn = !session.account().user.isEmpty();
    m_account->setText(signedIn ? plainText(session.account().user, longest) : tr("Not signed in"));
    QString place = tr("Tenant %1").arg(plainText(session.tenantName(), longest));
    if (!subscription.isEmpty())
        place += QStringLiteral("  ·  ") + tr("Subscription %1").arg(plainText(subscription, longest));
    m_place->setText(place);
    const QString whole = tr("Account %1\nTenant %2 (%3)\nSubscription %4 (%5)")
                              .arg(plainText(session.account().user), plainText(session.tenantName()), session.tenant(), plainText(subscription), plainText(session.subscription()));
    m_account->show();
    m_place->setVisible(signedIn);
    for (QLabel *label : {m_account, m_place}) {
        label->setToolTip(QStringLiteral("<p style='white-space:pre'>%1</p>").arg(whole.toHtmlEscaped()));
    }
}

void WizardWindow::refreshTitle()
{
    const QString path = m_parts ? m_parts->setup.path() : QString();
    setWindowTitle(QStringLiteral("%1[*] – Causeway").arg(path.isEmpty() ? spec().name : QFileInfo(path).fileName()));
    setWindowModified(m_parts && m_parts->setup.isModified());
}

void WizardWindow::refreshFooter()
{
    const PageFace *shown = m_pages.value(m_current);
    const Readiness readiness = shown->readiness();
    m_reason->setText(readiness.reason);
    m_back->setVisible(shown->hasBack() && m_current != PageId::Start);
    m_next->setVisible(shown->hasNext());
    m_next->setEnabled(!readiness.busy);
    m_next->setText(shown->nextText().isEmpty() ? tr("&Next") : shown->nextText());
}

void WizardWindow::openSettings()
{
    const Parts *parts = furnish();
    if (!parts || !parts->settings)
        return;
    setPurpose(Purpose::Connect);
    goTo(PageId::Settings);
}

void WizardWindow::setSandboxNote(const QString &note)
{
    m_navigation->setNote(note);
}

void WizardWindow::say(const QString &text, bool error)
{
    m_message->show(error ? ui::Tone::Error : ui::Tone::Info, text);
}

bool WizardWindow::openSetup(const QString &path)
{
    if (!furnish())
        return false;
    const Result<QByteArray> bytes = readSetupFile(path);
    if (!bytes) {
        say(errorLines(bytes.error()), true);
        return false;
    }
    ParsedSetup parsed = parseSetup(*bytes);
    if (!parsed.spec) {
        const Issue issue = parsed.issues.value(0);
        say(tr("%1, line %2, column %3: %4").arg(QFileInfo(path).fileName()).arg(issue.line).arg(issue.column).arg(issueText(issue)), true);
        return false;
    }
    SetupSpec opened = *parsed.spec;
    if (const auto objection = m_parts->adopter ? m_parts->adopter->objection(opened) : std::nullopt) {
        say(errorLines(*objection), true);
        return false;
    }
    const QStringList mapped = m_parts->adopter ? m_parts->adopter->adopt(opened) : QStringList();
    m_mapped = mapped.isEmpty() ? QString() : tr("This setup is a stranger's. The sandbox has grown a matching world; these ids stand for theirs:") + QLatin1Char('\n') + mapped.join(QLatin1Char('\n'));
    take(opened);
    m_parts->setup.setSaved(path);
    return true;
}

void WizardWindow::take(const SetupSpec &taken)
{
    if (!(taken == m_parts->setup.spec())) {
        m_parts->setup.forgetSecrets(); // they were typed for another setup
        m_parts->run.forgetEnded();
    }
    const QStringList subscriptions = subscriptionsIn(taken);
    const bool grown = std::any_of(subscriptions.begin(), subscriptions.end(), isMarked);
    m_parts->setup.setStandIn(grown ? grownPassword() : Secret());
    m_parts->setup.setSpec(taken);
    m_parts->session.setSubscription(taken.subscription);
    m_visited.clear();
    setPurpose(Purpose::SetUp);
    for (const PageId id : pagesOf(m_purpose, taken)) {
        if (id == PageId::Apply)
            break;
        m_visited.insert(id); // everything that is filled in can be looked at in any order
    }
    for (PageFace *made : std::as_const(m_pages))
        made->load(taken);
    refresh();
}

bool WizardWindow::saveSetup(const QString &path)
{
    if (!furnish())
        return false;
    storeCurrent();
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(toDocumentText(spec())) < 0 || !file.commit()) {
        say(tr("The setup could not be saved to %1: %2").arg(path, file.errorString()), true);
        return false;
    }
    m_parts->setup.setSaved(path);
    say(tr("Saved to %1. It holds no passwords.").arg(path), false);
    return true;
}

// Enter presses the button that has the focus, and is Next in an input. Lists and texts keep it for themselves.
void WizardWindow::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    QWidget *focus = focusWidget();
    if (!enter || event->modifiers() & ~Qt::KeypadModifier || qobject_cast<QAbstractItemView *>(focus) || qobject_cast<QPlainTextEdit *>(focus)) {
        QMainWindow::keyPressEvent(event);
        return;
    }
    auto *button = qobject_cast<QAbstractButton *>(focus);
    if (button && !button->isCheckable())
        button->click();
    else if (m_next->isVisible() && m_next->isEnabled())
        m_next->click();
}

// Closing in the middle of a run lets go of it: the journal knows what is in flight, and resume goes on.
void WizardWindow::closeEvent(QCloseEvent *event)
{
    if (m_parts)
        m_parts->run.detach();
    event->accept();
}

} // namespace causeway::wizard
