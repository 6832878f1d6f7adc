// SPDX-License-Identifier: Apache-2.0
#include "wizard/review/reviewpage.h"

#include "domain/rules.h"
#include "session/azuresession.h"
#include "text/errortext.h"
#include "text/issuetext.h"
#include "ui/banner.h"
#include "ui/choicecard.h"
#include "ui/form.h"
#include "ui/steplist.h"
#include "ui/table.h"
#include "ui/theme.h"
#include "wizard/review/findings.h"
#include "wizard/review/planrows.h"
#include "wizard/run/runcontrol.h"
#include "wizard/review/secretquestions.h"
#include "wizard/setupmodel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace causeway::wizard {

ReviewPage::ReviewPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    m_banner = new ui::Banner(this);
    m_banner->setObjectName(QStringLiteral("validation"));
    addBlock(m_banner);
    m_findings = addSection(tr("What is in the way"), tr("Each leads to the page and the field that it is about."));
    auto *list = new QWidget(this);
    m_findingList = new QVBoxLayout(list);
    m_findingList->setContentsMargins(0, 0, 0, 0);
    m_findingList->setSpacing(6);
    m_findings->addWide(list);
    m_secrets = new SecretQuestions(m_parts.setup, this);
    addBlock(m_secrets);

    auto *plan = addSection(tr("Plan"));
    m_summary = ui::plainLabel({}, QStringLiteral("muted"), this);
    plan->addWide(m_summary);
    m_steps = new ui::StepListView(this);
    m_steps->setMinimumHeight(300);
    plan->addWide(m_steps);
    m_calls = new QPlainTextEdit(this);
    m_calls->setProperty("role", QStringLiteral("code"));
    m_calls->setReadOnly(true);
    m_calls->setTabChangesFocus(true);
    m_calls->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_calls->setMinimumHeight(170);
    plan->addBelow(tr("&REST calls of the selected step"), m_calls, tr("Exactly as they will be sent; secrets and values known later are marked."));
    auto *buttons = new QWidget(this);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto *again = new QPushButton(ui::icon(QStringLiteral("refresh"), ui::IconRole::Text, this), tr("Check a&gain"), buttons);
    auto *save = new QPushButton(ui::icon(QStringLiteral("save"), ui::IconRole::Text, this), tr("&Save the setup …"), buttons);
    row->addWidget(again);
    row->addWidget(save);
    row->addStretch(1);
    plan->addWide(buttons);
    addStretch();
    connect(again, &QPushButton::clicked, this, &ReviewPage::entered);
    connect(save, &QPushButton::clicked, this, &ReviewPage::saveChosen);
    connect(m_secrets, &SecretQuestions::edited, this, &ReviewPage::readinessChanged);
    connect(m_steps->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ReviewPage::showCalls);
    connect(&m_parts.run, &RunControl::checkChanged, this, &ReviewPage::show);
}

QString ReviewPage::title() const
{
    return tr("Review");
}

QString ReviewPage::subtitle() const
{
    return tr("What will happen, in which order, and by whom. Nothing has been written yet.");
}

QString ReviewPage::nextText() const
{
    return tr("&Create");
}

// The account, tenant and subscription in use now are pinned into the plan.
RunIdentity ReviewPage::identityOf(const SetupSpec &spec) const
{
    AzureSession &session = m_parts.session;
    RunIdentity identity{spec.cloud, session.account().tenant, session.subscription(), session.account().user};
    for (const SubscriptionEntry &entry : session.subscriptions().items()) {
        if (entry.id.compare(session.subscription(), Qt::CaseInsensitive) == 0)
            identity.tenant = entry.tenant;
    }
    return identity;
}

void ReviewPage::entered()
{
    m_invalid.clear();
    const SetupSpec &spec = m_parts.setup.spec();
    for (const Issue &issue : validate(spec)) {
        if (issue.severity == Severity::Error)
            m_invalid.append(issue);
    }
    m_secrets->ask({});
    m_parts.run.setIdentity(identityOf(spec));
    if (m_invalid.isEmpty())
        m_parts.run.check(spec);
    else
        m_parts.run.cancelCheck();
    show();
}

Readiness ReviewPage::readiness() const
{
    const auto state = m_parts.run.checkState();
    const bool busy = state == RunControl::Check::Observing || state == RunControl::Check::Validating;
    if (!m_invalid.isEmpty())
        return {false, false, tr("The setup is not complete yet.")};
    if (busy)
        return {false, true, tr("Looking at what is there …")};
    if (state != RunControl::Check::Passed)
        return {false, false, tr("Create becomes possible when the checks have passed.")};
    const QString open = m_secrets->open();
    return {open.isEmpty(), false, open.isEmpty() ? QString() : tr("Still to be typed: %1.").arg(fieldName(open))};
}

void ReviewPage::showAllIssues()
{
    if (!m_secrets->open().isEmpty())
        m_secrets->focusOpen();
    else if (auto *first = m_findings->findChild<ui::ChoiceCard *>())
        first->setFocus(Qt::OtherFocusReason);
}

bool ReviewPage::submit()
{
    m_parts.run.start();
    return true;
}

void ReviewPage::show()
{
    showBanner();
    showFindings();
    if (const auto &plan = m_parts.run.plan(); plan && m_invalid.isEmpty() && m_secrets->isHidden())
        m_secrets->ask(promptedSecrets(*plan));
    showPlan();
    Q_EMIT readinessChanged();
}

void ReviewPage::showBanner()
{
    using Check = RunControl::Check;
    if (!m_invalid.isEmpty()) {
        m_banner->show(ui::Tone::Error, tr("The setup is not complete."));
        return;
    }
    const auto &error = m_parts.run.checkError();
    switch (m_parts.run.checkState()) {
    case Check::Idle: m_banner->clear(); break;
    case Check::Observing: m_banner->show(ui::Tone::Info, tr("Looking at what is there …")); break;
    case Check::Validating: m_banner->show(ui::Tone::Info, tr("Azure validates the plan …")); break;
    case Check::Passed: m_banner->show(ui::Tone::Success, tr("Validation passed. Azure accepts this plan.")); break;
    case Check::Failed:
        if (error && !findings().isEmpty()) // its reasons stand below, one by one
            m_banner->show(ui::Tone::Error, QStringList({tr("Azure does not accept this plan; nothing was created."), errorText(*error).ids}).join(QLatin1Char('\n')).trimmed());
        else
            m_banner->show(ui::Tone::Error, error ? errorLines(*error) : tr("Something is in the way; nothing was created."));
        break;
    }
}

// The setup's own mistakes first; with them nobody is asked. Then preflight's findings, or Azure's reasons.
QList<Finding> ReviewPage::findings() const
{
    if (!m_invalid.isEmpty())
        return findingsOf(m_invalid);
    QList<Finding> found = findingsOf(m_parts.run.findings());
    const auto &error = m_parts.run.checkError();
    const auto &plan = m_parts.run.plan();
    const bool refused = error && plan && error->kind != ErrorKind::Cancelled && error->kind != ErrorKind::Network && error->kind != ErrorKind::Unauthorized;
    if (refused && (!error->details.isEmpty() || !findingsOf(*error, *plan).value(0).field.isEmpty()))
        found = findingsOf(*error, *plan) + found;
    return found;
}

void ReviewPage::showFindings()
{
    const QList<Finding> found = findings();
    m_findings->setVisible(!found.isEmpty());
    if (found == m_shown)
        return; // the same: whoever stands on one stays there
    m_shown = found;
    while (QLayoutItem *item = m_findingList->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const Finding &finding : found) {
        const bool error = finding.severity == Severity::Error;
        const QString where = finding.field.isEmpty() ? tr("The plan") : fieldName(finding.field);
        auto *card = new ui::ChoiceCard(error ? QStringLiteral("error") : QStringLiteral("warning"), QString(where).replace(QLatin1Char('&'), QLatin1String("&&")), finding.text, m_findings);
        card->setCompact(error ? ui::IconRole::Danger : ui::IconRole::Warning);
        card->setObjectName(QStringLiteral("finding"));
        card->setEnabled(!finding.field.isEmpty());
        connect(card, &QAbstractButton::clicked, this, [this, finding] { Q_EMIT mend(finding); });
        m_findingList->addWidget(card);
    }
}

void ReviewPage::showPlan()
{
    const auto &plan = m_parts.run.plan();
    QList<ui::StepRow> rows;
    if (plan && m_invalid.isEmpty()) {
        for (const PlannedStep &step : plan->steps)
            rows.append(plannedRow(step, *plan));
    }
    if (m_steps->steps()->rowCount() == rows.size() && !rows.isEmpty() && m_steps->steps()->find(rows.first().id))
        return; // the same plan, now validated: keep what is selected
    m_steps->steps()->setRows(rows);
    if (rows.isEmpty()) {
        m_summary->setText(tr("The plan appears here."));
        m_calls->clear();
        return;
    }
    const int writes = int(std::count_if(plan->steps.begin(), plan->steps.end(), [](const PlannedStep &step) { return step.change == Change::Create || step.change == Change::Update; }));
    m_summary->setText(plan->hasChanges() ? tr("%n change(s); the longest way takes %1.", nullptr, writes).arg(durationText(plan->criticalTime()))
                                          : tr("No changes: everything is as the setup wants it. Only the connection is tested."));
    ui::chooseRow(m_steps, 0);
}

void ReviewPage::showCalls()
{
    const QModelIndexList rows = m_steps->selectionModel()->selectedRows();
    const auto &plan = m_parts.run.plan();
    if (rows.isEmpty() || !plan || rows.first().row() >= plan->steps.size())
        return;
    m_calls->setPlainText(callsText(plan->steps[rows.first().row()]));
}

} // namespace causeway::wizard
