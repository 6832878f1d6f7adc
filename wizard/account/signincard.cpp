// SPDX-License-Identifier: Apache-2.0
#include "wizard/account/signincard.h"

#include "wizard/account/signincontroller.h"
#include "text/plain.h"
#include "text/signintext.h"
#include "ui/copyfield.h"
#include "ui/picker.h"
#include "wizard/account/signintrouble.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>
#include <chrono>

namespace causeway::wizard {

namespace {

QPushButton *signInButton(const QString &text, const char *name, QWidget *parent)
{
    auto *made = new QPushButton(text, parent);
    made->setObjectName(QLatin1String(name));
    return made;
}

QVBoxLayout *columnOf(QWidget *of)
{
    auto *made = new QVBoxLayout(of);
    made->setContentsMargins(0, 0, 0, 0);
    made->setSpacing(8);
    return made;
}

} // namespace

SignInCard::SignInCard(SignInController &signIn, QWidget *parent) : ui::FormSection(tr("Account"), {}, parent), m_signIn(signIn)
{
    if (signIn.isSandbox())
        setDescription(tr("The sandbox stands in for Azure. Its users have different rights: try the road as each of them."));
    buildAccount();
    auto *below = new QWidget(this); // one row: what is hidden takes no room
    m_below = columnOf(below);
    addWide(below);
    buildButtons();
    buildWaiting();
    buildCode();
    m_trouble = new SignInTrouble(this);
    m_below->addWidget(m_trouble);
    m_keeping = ui::plainLabel({}, QStringLiteral("muted"), this);
    m_keeping->setObjectName(QStringLiteral("keeping"));
    m_below->addWidget(m_keeping);
    m_clock.setInterval(1000);
    connect(&m_clock, &QTimer::timeout, this, &SignInCard::tick);
    connect(m_trouble, &SignInTrouble::retryRequested, this, [this] {
        const SignInAttempt attempt = m_signIn.attempt();
        const bool another = signInFailureOf(attempt.error) == SignInFailure::WrongAccount && !m_signIn.isSandbox(); // chosen in the browser
        m_signIn.start(attempt.method, attempt.tenant, another ? QString() : attempt.user, attempt.error.claims);
    });
    connect(m_trouble, &SignInTrouble::settingsWanted, this, &SignInCard::settingsWanted);
    connect(&m_signIn, &SignInController::accountsChanged, this, &SignInCard::refresh);
    connect(&m_signIn, &SignInController::currentChanged, this, &SignInCard::refresh);
    connect(&m_signIn, &SignInController::attemptChanged, this, &SignInCard::refresh);
    connect(&m_signIn, &SignInController::workChanged, this, &SignInCard::refresh);
    refresh();
}

void SignInCard::buildAccount()
{
    auto *who = new QWidget(this);
    auto *row = new QHBoxLayout(who);
    row->setContentsMargins(0, 0, 0, 0);
    m_account = new ui::Picker(false, who);
    m_account->setObjectName(QStringLiteral("user"));
    m_account->setMinimumContentsLength(12); // the button beside it needs room, too
    m_out = signInButton(tr("Sign &out"), "signOut", who);
    row->addWidget(m_account, 1);
    row->addWidget(m_out);
    who->setFocusProxy(m_account);
    addRow(tr("Signed in &as"), who);
    connect(m_account, &ui::Picker::edited, this, &SignInCard::chosen);
    connect(m_out, &QPushButton::clicked, this, [this] {
        if (m_signIn.current())
            m_signIn.signOut(*m_signIn.current());
    });
}

void SignInCard::buildButtons()
{
    m_buttons = new QWidget(this);
    auto *row = new QHBoxLayout(m_buttons);
    row->setContentsMargins(0, 0, 0, 0);
    m_browser = signInButton(tr("S&ign in with the browser"), "signInBrowser", m_buttons);
    m_code = signInButton(tr("With a device co&de"), "signInCode", m_buttons);
    m_cli = signInButton(tr("As in the A&zure CLI"), "signInCli", m_buttons);
    for (QPushButton *each : {m_browser, m_code, m_cli})
        row->addWidget(each);
    row->addStretch();
    m_below->addWidget(m_buttons);
    m_code->setVisible(m_signIn.settings().deviceCode);
    m_cli->setVisible(!m_signIn.isSandbox());
    m_browser->setToolTip(tr("Your organisation's own sign-in page, in the system's browser."));
    m_code->setToolTip(tr("For a browser on another device: you type a code there."));
    m_cli->setToolTip(tr("Needs no client id: Causeway asks the installed Azure CLI for its tokens."));
    connect(m_browser, &QPushButton::clicked, this, [this] {
        const bool needsId = m_signIn.book().clientId().isEmpty();
        const QString user = m_signIn.isSandbox() ? m_account->value() : QString(); // Azure's page lets one choose
        needsId ? settingsWanted() : m_signIn.start(SignInMethod::Browser, {}, user);
    });
    connect(m_code, &QPushButton::clicked, this, [this] { m_signIn.start(SignInMethod::DeviceCode); });
    connect(m_cli, &QPushButton::clicked, this, [this] { m_signIn.start(SignInMethod::AzureCli); });
}

void SignInCard::buildWaiting()
{
    m_waiting = new QWidget(this);
    m_waiting->setObjectName(QStringLiteral("signInWaiting"));
    auto *lines = columnOf(m_waiting);
    m_waitingText = ui::plainLabel({}, {}, m_waiting);
    m_link = new ui::CopyField(m_waiting);
    m_link->setObjectName(QStringLiteral("signInLink"));
    m_cancel = signInButton(tr("Cancel the sign-in"), "signInCancel", m_waiting);
    lines->addWidget(m_waitingText);
    lines->addWidget(m_link);
    lines->addWidget(m_cancel, 0, Qt::AlignLeading);
    m_below->addWidget(m_waiting);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_signIn.cancel(); });
}

void SignInCard::buildCode()
{
    m_device = new QWidget(this);
    m_device->setObjectName(QStringLiteral("signInDevice"));
    auto *lines = columnOf(m_device);
    m_deviceText = ui::plainLabel({}, {}, m_device);
    m_address = new ui::CopyField(m_device);
    m_digits = ui::plainLabel({}, QStringLiteral("pageTitle"), m_device);
    m_digits->setObjectName(QStringLiteral("deviceCode"));
    m_digits->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_digits->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_digits->setLayoutDirection(Qt::LeftToRight); // a code is read as it is written
    m_countdown = ui::plainLabel({}, QStringLiteral("muted"), m_device);
    auto *warning = ui::plainLabel(deviceCodeWarning(), QStringLiteral("issueWarning"), m_device);
    auto *buttons = new QHBoxLayout;
    m_copyCode = signInButton(tr("Copy the code"), "copyDeviceCode", m_device);
    auto *another = signInButton(tr("New code"), "newDeviceCode", m_device);
    auto *stop = signInButton(tr("Cancel the sign-in"), "deviceCancel", m_device);
    for (QPushButton *each : {m_copyCode, another, stop})
        buttons->addWidget(each);
    buttons->addStretch();
    for (QWidget *each : {static_cast<QWidget *>(m_deviceText), static_cast<QWidget *>(m_address), static_cast<QWidget *>(m_digits), static_cast<QWidget *>(m_countdown), static_cast<QWidget *>(warning)})
        lines->addWidget(each);
    lines->addLayout(buttons);
    m_below->addWidget(m_device);
    connect(m_copyCode, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_digits->text()); });
    connect(another, &QPushButton::clicked, this, [this] { m_signIn.start(SignInMethod::DeviceCode, m_signIn.attempt().tenant); });
    connect(stop, &QPushButton::clicked, this, [this] { m_signIn.cancel(); });
}

// What had the keyboard may go: it stays on this card then, at what comes next, not somewhere down the page.
void SignInCard::refresh()
{
    using Phase = SignInAttempt::Phase;
    const QPointer<QWidget> focus = window()->focusWidget();
    const bool here = m_below->parentWidget()->isAncestorOf(focus);
    showAccounts();
    showAttempt();
    showKeeping();
    const Phase phase = m_signIn.attempt().phase;
    const bool quick = m_signIn.isSandbox() && m_signIn.isBusy();
    if (here && !quick && !(focus && focus->isVisible() && focus->isEnabled()))
        (phase == Phase::Code ? m_copyCode : m_signIn.isBusy() ? m_cancel : m_browser)->setFocus();
}

void SignInCard::showAccounts()
{
    QList<ui::Choice> choices;
    for (const AccountChoice &account : m_signIn.accounts()) {
        const QString name = account.displayName.isEmpty() ? account.user : account.displayName;
        const QString detail = account.description.isEmpty() && name != account.user ? account.user : account.description;
        choices.append(ui::Choice{plainText(name, 80), account.user, plainText(detail, 120), true});
    }
    m_account->setChoices(choices);
    m_account->setValue(m_signIn.current() ? m_signIn.current()->user : QString());
    m_account->setPlaceholderText(tr("Nobody is signed in"));
    m_account->setEnabled(!choices.isEmpty() && !m_signIn.isHeld());
    showFirstWay();
    m_out->setVisible(m_signIn.current().has_value());
}

// While nobody is signed in, that is what to do here.
void SignInCard::showFirstWay()
{
    const bool first = !m_signIn.current();
    if (m_browser->property("primary").toBool() == first)
        return;
    m_browser->setProperty("primary", first);
    m_browser->style()->unpolish(m_browser);
    m_browser->style()->polish(m_browser);
}

void SignInCard::chosen()
{
    for (const AccountChoice &account : m_signIn.accounts()) {
        if (account.user == m_account->value())
            return m_signIn.use(account);
    }
}

void SignInCard::showAttempt()
{
    using Phase = SignInAttempt::Phase;
    const SignInAttempt attempt = m_signIn.attempt().forNeed ? SignInAttempt() : m_signIn.attempt(); // that one has the bar above
    const bool waits = attempt.phase == Phase::Browser || attempt.phase == Phase::Finishing;
    const bool quick = m_signIn.isSandbox() && attempt.phase != Phase::Failed; // a sandbox's own browser: nothing to look at
    m_waiting->setVisible(waits && !quick);
    m_device->setVisible(attempt.phase == Phase::Code);
    m_buttons->setEnabled((attempt.phase == Phase::None || attempt.phase == Phase::Failed) && !m_signIn.isHeld());
    m_out->setEnabled(m_buttons->isEnabled());
    m_link->setVisible(attempt.phase == Phase::Browser && !attempt.address.isEmpty());
    m_link->setText(attempt.address.toString(QUrl::FullyEncoded));
    m_waitingText->setText(attempt.phase == Phase::Finishing   ? tr("Signing in …")
                           : attempt.browserOpened             ? tr("Your browser shows the sign-in page. When it does not, open this link in it:")
                                                               : tr("No browser could be opened. Open this link in one on this computer:"));
    if (attempt.phase == Phase::Code) {
        m_deviceText->setText(tr("On any device, open this page and type the code:"));
        m_address->setText(attempt.code.verificationUri);
        m_digits->setText(attempt.code.userCode);
        m_clock.start();
        tick();
    } else {
        m_clock.stop();
    }
    if (attempt.phase != Phase::Failed)
        return m_trouble->clear();
    const SignInText text = signInText(attempt.error, m_signIn.placeOf(attempt.tenant));
    const bool hopeless = text.failure == SignInFailure::Blocked || text.failure == SignInFailure::Loop;
    m_trouble->show(text, attempt.user, hopeless ? QString() : tr("Try again"), !m_signIn.isSandbox());
}

void SignInCard::tick()
{
    using namespace std::chrono;
    const auto left = duration_cast<seconds>(m_signIn.attempt().code.expires - m_signIn.clock().now());
    const qint64 rest = std::max<qint64>(0, left.count());
    m_countdown->setText(rest > 0 ? tr("The code is good for %1:%2 more.").arg(rest / 60).arg(rest % 60, 2, 10, QLatin1Char('0')) : tr("The code has ended. Ask for a new one."));
}

void SignInCard::showKeeping()
{
    QString words;
    const bool kept = m_signIn.current() && m_signIn.current()->id != QLatin1String("azure-cli");
    const bool lost = !m_signIn.current() && m_signIn.book().vaultState() == Vault::State::Damaged; // why nobody is signed in any more
    if (!m_signIn.isSandbox() && (kept || lost)) {
        switch (m_signIn.book().vaultState()) {
        case Vault::State::Kept: words = tr("You stay signed in on this computer: the key is in its keychain."); break;
        case Vault::State::NoKeychain: words = tr("This computer has no keychain that answers, so the sign-in ends with this window. Nothing is written to disk."); break;
        case Vault::State::Locked: words = tr("The keychain is locked, so the sign-in ends with this window. Unlock it and sign in again to stay signed in."); break;
        case Vault::State::Silent: words = tr("The keychain does not answer, so the sign-in ends with this window. Is a question to unlock it open somewhere?"); break;
        case Vault::State::Damaged: words = tr("The stored sign-in was damaged and could not be read. Sign in again; the old one is replaced."); break;
        case Vault::State::Unwritable: words = tr("The stored sign-in cannot be written, so it ends with this window."); break;
        }
    }
    if (m_signIn.isHeld() && m_signIn.current())
        words = tr("A run is under way as %1. Until it has ended, nobody else can sign in or out.").arg(plainText(m_signIn.current()->user, 80));
    m_keeping->setText(words);
    m_keeping->setVisible(!words.isEmpty());
}

} // namespace causeway::wizard
