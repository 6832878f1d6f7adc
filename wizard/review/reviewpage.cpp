// SPDX-License-Identifier: Apache-2.0
#include "wizard/review/reviewpage.h"

#include "domain/rules.h"
#include "session/azuresession.h"
#include "text/errortext.h"
#include "text/issuetext.h"
#include "ui/banner.h"
#include "ui/form.h"
#include "ui/steplist.h"
#include "ui/theme.h"
#include "wizard/review/planrows.h"
#include "wizard/run/runcontrol.h"
#include "wizard/setupmodel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

namespace causeway::wizard {

ReviewPage::ReviewPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    m_banner = new ui::Banner(this);
    m_banner->setObjectName(QStringLiteral("validation"));
    addBlock(m_banner);
    m_findings = addSection(tr("What is in the way"));
    m_findingText = ui::plainLabel({}, {}, this);
    m_findings->addWide(m_findingText);
    m_mend = new QPushButton(tr("Go &to the page that mends the first"), this);
    auto *mendRow = new QWidget(this);
    auto *mendLayout = new QHBoxLayout(mendRow);
    mendLayout->setContentsMargins(0, 0, 0, 0);
    mendLayout->addWidget(m_mend);
    mendLayout->addStretch(1);
    m_findings->addWide(mendRow);

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
    plan->addRow(tr("&REST calls of the selected step"), m_calls, {}, tr("Exactly as they will be sent; secrets and values known later are marked."));
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
    connect(m_mend, &QPushButton::clicked, this, [this] {
        const Issues &issues = m_invalid.isEmpty() ? m_parts.run.findings() : m_invalid;
        for (const Issue &issue : issues) {
            if (issue.severity == Severity::Error) {
                Q_EMIT jumpTo(pageOfField(issue.field));
                return;
            }
        }
    });
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
    return {state == RunControl::Check::Passed, false, state == RunControl::Check::Passed ? QString() : tr("Create becomes possible when the checks have passed.")};
}

bool ReviewPage::submit()
{
    m_parts.run.start();
    return true;
}

void ReviewPage::show()
{
    using Check = RunControl::Check;
    if (!m_invalid.isEmpty()) {
        m_banner->show(ui::Tone::Error, tr("The setup is not complete."));
    } else {
        switch (m_parts.run.checkState()) {
        case Check::Idle: m_banner->clear(); break;
        case Check::Observing: m_banner->show(ui::Tone::Info, tr("Looking at what is there …")); break;
        case Check::Validating: m_banner->show(ui::Tone::Info, tr("Azure validates the plan …")); break;
        case Check::Passed: m_banner->show(ui::Tone::Success, tr("Validation passed. Azure accepts this plan.")); break;
        case Check::Failed:
            m_banner->show(ui::Tone::Error, m_parts.run.checkError() ? errorLines(*m_parts.run.checkError()) : tr("Something is in the way; nothing was created."));
            break;
        }
    }
    showFindings();
    showPlan();
    Q_EMIT readinessChanged();
}

void ReviewPage::showFindings()
{
    QStringList lines;
    bool errors = false;
    for (const Issue &issue : m_invalid + (m_invalid.isEmpty() ? m_parts.run.findings() : Issues())) {
        const bool error = issue.severity == Severity::Error;
        errors = errors || error;
        const QString where = fieldName(issue.field);
        lines.append(QStringLiteral("%1  %2%3").arg(error ? QStringLiteral("✕") : QStringLiteral("!"), where.isEmpty() ? QString() : where + QStringLiteral(": "), issueText(issue)));
    }
    m_findingText->setText(lines.join(QStringLiteral("\n\n")));
    m_findings->setVisible(!lines.isEmpty());
    m_mend->setVisible(errors);
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
    m_steps->selectRow(0);
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
