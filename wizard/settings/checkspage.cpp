// SPDX-License-Identifier: Apache-2.0
#include "wizard/settings/checkspage.h"

#include "session/signinchecks.h"
#include "text/checktext.h"
#include "ui/banner.h"
#include "ui/copyfield.h"
#include "ui/form.h"
#include "wizard/account/signincontroller.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <memory>

namespace causeway::wizard {

static ui::Tone toneOf(Check::State state)
{
    switch (state) {
    case Check::State::Good: return ui::Tone::Success;
    case Check::State::Warning: return ui::Tone::Warning;
    case Check::State::Bad: return ui::Tone::Error;
    case Check::State::Skipped: break;
    }
    return ui::Tone::Neutral;
}

static QString stateWord(Check::State state)
{
    switch (state) {
    case Check::State::Good: return ChecksPage::tr("good");
    case Check::State::Warning: return ChecksPage::tr("note");
    case Check::State::Bad: return ChecksPage::tr("bad");
    case Check::State::Skipped: break;
    }
    return ChecksPage::tr("skipped");
}

ChecksPage::ChecksPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    m_banner = new ui::Banner(this);
    addBlock(m_banner);
    for (const Check::State state : {Check::State::Good, Check::State::Warning, Check::State::Bad, Check::State::Skipped}) { // the facts stand below each other
        const std::unique_ptr<QLabel> badge(ui::makeBadge(toneOf(state), stateWord(state), nullptr));
        m_badgeWidth = std::max(m_badgeWidth, badge->sizeHint().width() + 14);
    }
    m_network = addList(tr("Network"));
    m_signIn = addList(tr("Sign-in"));
    m_again = new QPushButton(tr("Check &again"), this);
    m_again->setObjectName(QStringLiteral("checkAgain"));
    auto *below = new QWidget(this); // as wide as its words
    auto *row = new QHBoxLayout(below);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_again);
    row->addStretch();
    addBlock(below);
    addStretch();
    connect(m_again, &QPushButton::clicked, this, &ChecksPage::entered);
}

QVBoxLayout *ChecksPage::addList(const QString &title)
{
    ui::FormSection *card = addSection(title);
    auto *rows = new QWidget(card);
    auto *list = new QVBoxLayout(rows);
    list->setContentsMargins(0, 0, 0, 0);
    list->setSpacing(6);
    card->addWide(rows);
    return list;
}

ChecksPage::~ChecksPage()
{
    m_stop.request_stop();
}

QString ChecksPage::title() const
{
    return tr("Checks");
}

QString ChecksPage::subtitle() const
{
    return tr("What stands between this computer and Azure. Nothing is changed, and nobody is asked for anything.");
}

QString ChecksPage::nextText() const
{
    return tr("To the a&ccount");
}

bool ChecksPage::submit()
{
    Q_EMIT accountWanted();
    return false;
}

void ChecksPage::entered()
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    clearRows();
    m_looking = true;
    m_again->setEnabled(false);
    m_banner->show(ui::Tone::Info, tr("Looking …"));
    Context context;
    context.stop = m_stop.get_token();
    look(context);
}

QCoro::Task<> ChecksPage::look(Context context)
{
    const QPointer<ChecksPage> alive(this);
    const std::shared_ptr<SignIns> signIns = m_parts.signIn->signIns(); // kept, its clock too: saved settings make everything anew
    const auto into = [alive, context](QVBoxLayout *list) {
        return [alive, context, list](const Check &check) {
            if (alive && !context.cancelled())
                alive->addRow(list, check);
        };
    };
    const CheckListener ofNetwork = into(m_network);
    const CheckListener ofSignIn = into(m_signIn);
    const NetworkMeans network = networkMeans(signIns->means().network, &signIns->wall());
    const QList<ProbedEndpoint> endpoints = endpointsOf(signIns->means().cloud, signIns->means().settings.tenant);
    const Result<QList<Check>> reached = co_await networkChecks(network, endpoints, ofNetwork, context);
    if (!alive || context.cancelled())
        co_return;
    SignInCheckMeans means;
    means.signIns = signIns;
    means.environment = QProcessEnvironment::systemEnvironment();
    const Result<QList<Check>> signedIn = co_await signInChecks(means, ofSignIn, context);
    if (!alive || context.cancelled())
        co_return;
    conclude(reached && signedIn && allWell(*reached) && allWell(*signedIn));
}

void ChecksPage::conclude(bool well)
{
    m_looking = false;
    m_again->setEnabled(true);
    m_banner->show(well ? ui::Tone::Success : ui::Tone::Warning, well ? tr("Nothing stands in the way.") : tr("Something stands in the way: it is marked below, with what to do."));
    Q_EMIT finished();
}

void ChecksPage::clearRows()
{
    for (QVBoxLayout *list : {m_network, m_signIn}) {
        while (QLayoutItem *item = list->takeAt(0)) {
            delete item->widget();
            delete item;
        }
    }
}

void ChecksPage::addRow(QVBoxLayout *list, const Check &check)
{
    const CheckText text = checkText(check, m_parts.signIn->placeOf(m_parts.signIn->settings().tenant));
    auto *row = new QWidget(list->parentWidget());
    row->setObjectName(QStringLiteral("check:") + check.id);
    auto *grid = new QGridLayout(row);
    grid->setContentsMargins(0, 2, 0, 2);
    grid->setColumnMinimumWidth(0, m_badgeWidth);
    grid->setColumnStretch(1, 1);
    grid->addWidget(ui::makeBadge(toneOf(check.state), stateWord(check.state), row), 0, 0, Qt::AlignTop | Qt::AlignLeading);
    grid->addWidget(ui::plainLabel(QStringLiteral("%1: %2").arg(text.title, text.fact), {}, row), 0, 1);
    if (!text.advice.isEmpty() && check.state != Check::State::Good)
        grid->addWidget(ui::plainLabel(text.advice, QStringLiteral("muted"), row), 1, 1);
    if (!text.support.isEmpty()) {
        auto *support = new ui::CopyField(row);
        support->setText(text.support);
        grid->addWidget(support, 2, 1);
    }
    list->addWidget(row);
}

} // namespace causeway::wizard
