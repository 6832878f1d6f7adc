// SPDX-License-Identifier: Apache-2.0
#include "wizard/finish/finishpage.h"

#include "azure/auth/cloud.h"
#include "plan/targets.h"
#include "session/azuresession.h"
#include "text/errortext.h"
#include "text/plain.h"
#include "text/steptext.h"
#include "ui/banner.h"
#include "ui/copyfield.h"
#include "ui/form.h"
#include "ui/table.h"
#include "ui/theme.h"
#include "wizard/review/planrows.h"
#include "wizard/run/runcontrol.h"
#include "wizard/setupmodel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>

namespace causeway::wizard {

FinishPage::FinishPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    m_verdict = new ui::Banner(this);
    m_verdict->setObjectName(QStringLiteral("verdict"));
    addBlock(m_verdict);
    buildPlaces();
    buildMade();
    auto *buttons = new QWidget(this);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto *save = new QPushButton(ui::icon(QStringLiteral("save"), ui::IconRole::Text, this), tr("&Save the setup …"), buttons);
    auto *again = new QPushButton(ui::icon(QStringLiteral("start"), ui::IconRole::Text, this), tr("Start a&gain"), buttons);
    row->addWidget(save);
    row->addStretch(1);
    row->addWidget(again);
    addBlock(buttons);
    addStretch();
    connect(save, &QPushButton::clicked, this, &FinishPage::saveChosen);
    connect(again, &QPushButton::clicked, this, &FinishPage::startAgain);
    connect(&m_parts.setup, &SetupModel::savedChanged, this, &FinishPage::showSetupPath);
}

void FinishPage::buildPlaces()
{
    m_places = addSection(tr("Where to find it"));
    m_host = new ui::CopyField(this);
    m_service = new ui::CopyField(this);
    m_setupPath = new ui::CopyField(this);
    m_runId = new ui::CopyField(this);
    m_command = new ui::CopyField(this);
    m_places->addRow(tr("Server &host name"), m_host);
    m_places->addRow(tr("&Linked service"), m_service);
    m_places->addRow(tr("Saved set&up"), m_setupPath);
    m_places->addRow(tr("&Run"), m_runId);
    m_places->addRow(tr("Its st&ory"), m_command, {}, tr("Every step with its time, on the command line."));
    m_host->setObjectName(QStringLiteral("hostName"));
    m_service->setObjectName(QStringLiteral("linkedServiceName"));
    m_setupPath->setObjectName(QStringLiteral("setupPath"));
    m_runId->setObjectName(QStringLiteral("runId"));
    m_command->setObjectName(QStringLiteral("runCommand"));
}

void FinishPage::buildMade()
{
    m_madeSection = addSection(tr("What was made"));
    m_summary = ui::plainLabel({}, QStringLiteral("muted"), this);
    m_madeSection->addWide(m_summary);
    m_table = new QTableWidget(0, 3, this);
    m_table->setObjectName(QStringLiteral("made"));
    m_table->setHorizontalHeaderLabels({tr("What"), tr("Name"), tr("Resource group")});
    m_table->setAccessibleName(tr("Resources that were made"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    ui::dressTable(m_table);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_madeSection->addWide(m_table);
    m_id = new ui::CopyField(this);
    m_id->setObjectName(QStringLiteral("resourceId"));
    m_madeSection->addRow(tr("Resource &id"), m_id);
    m_portal = new ui::CopyField(this);
    m_portal->setObjectName(QStringLiteral("portalLink"));
    m_madeSection->addRow(tr("In the Azure &portal"), m_portal);
    m_sandboxOnly = ui::plainLabel(tr("It is only in the sandbox; the Azure portal does not know it."), QStringLiteral("muted"), this);
    m_sandboxOnly->setObjectName(QStringLiteral("sandboxOnly"));
    m_madeSection->addRow(tr("In the Azure portal"), m_sandboxOnly);
    m_copyAll = new QPushButton(ui::icon(QStringLiteral("copy"), ui::IconRole::Text, this), tr("&Copy all ids"), this);
    auto *buttons = new QWidget(this);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_copyAll);
    row->addStretch(1);
    m_madeSection->addWide(buttons);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &FinishPage::showSelected);
    connect(m_copyAll, &QPushButton::clicked, this, [this] {
        QStringList ids;
        for (const MadeResource &made : std::as_const(m_made))
            ids.append(made.id.toString());
        QGuiApplication::clipboard()->setText(ids.join(QLatin1Char('\n')));
    });
}

QString FinishPage::title() const
{
    return tr("Finish");
}

QString FinishPage::subtitle() const
{
    return tr("The road, and the proof that it carries.");
}

void FinishPage::entered()
{
    const bool ran = m_parts.run.report().has_value();
    m_madeSection->setVisible(ran);
    m_places->setVisible(ran);
    showVerdict();
    if (!ran)
        return;
    showPlaces();
    showMade();
}

void FinishPage::showVerdict()
{
    const auto &report = m_parts.run.report();
    if (!report) {
        m_verdict->show(ui::Tone::Error, m_parts.run.runError() ? errorLines(*m_parts.run.runError()) : tr("Nothing has run yet."));
        return;
    }
    const bool good = report->outcome == Outcome::Succeeded;
    QString sentence = report->verdict.isEmpty() ? outcomeSentence(report->outcome)
                       : good                    ? tr("Connection successful")
                                                 : plainText(report->verdict, 1000);
    if (!good && !report->verdict.isEmpty())
        sentence = outcomeSentence(report->outcome) + QLatin1Char('\n') + sentence;
    m_verdict->show(outcomeTone(report->outcome), sentence);
}

void FinishPage::showMade()
{
    const RunReport &report = *m_parts.run.report();
    const auto &plan = m_parts.run.runningPlan();
    m_made = report.made;
    m_table->setRowCount(0);
    for (const MadeResource &made : std::as_const(m_made)) {
        const PlannedStep *step = plan ? plan->step(made.step) : nullptr;
        const int row = m_table->rowCount();
        m_table->insertRow(row);
        m_table->setItem(row, 0, new QTableWidgetItem(step ? stepKindName(step->kind) : made.id.type()));
        m_table->setItem(row, 1, new QTableWidgetItem(made.id.name()));
        m_table->setItem(row, 2, new QTableWidgetItem(made.id.group()));
        m_table->item(row, 1)->setToolTip(made.id.toString().toHtmlEscaped());
    }
    const bool any = !m_made.isEmpty();
    m_summary->setText(any ? tr("%n resource(s) in %1.", nullptr, int(m_made.size())).arg(elapsedText(report.ended - report.started))
                           : tr("Nothing: everything was as the setup wants it."));
    m_table->setVisible(any);
    m_copyAll->setVisible(any);
    m_madeSection->setRowVisible(m_id, any);
    m_madeSection->setRowVisible(m_portal, any && !m_parts.session.account().sandbox);
    m_madeSection->setRowVisible(m_sandboxOnly, any && m_parts.session.account().sandbox);
    ui::fitHeight(m_table, 3, 9);
    if (any)
        ui::chooseRow(m_table, 0);
}

// The portal takes a resource's id behind the tenant: https://portal.azure.com/#@<tenant>/resource/subscriptions/…
void FinishPage::showSelected()
{
    const auto &plan = m_parts.run.runningPlan();
    const int row = m_table->currentRow();
    if (row < 0 || row >= m_made.size() || !plan)
        return;
    const QString id = m_made[row].id.toString();
    m_id->setText(id);
    m_portal->setText(QStringLiteral("%1/#@%2/resource%3").arg(profileOf(plan->spec.cloud).portal, plan->identity.tenant, id));
}

bool FinishPage::isThere(const RunReport &report, StepKind kind) const
{
    const auto &plan = m_parts.run.runningPlan();
    if (!plan)
        return false;
    for (const PlannedStep &planned : plan->steps) {
        const StepReport *step = planned.kind == kind ? report.step(planned.id) : nullptr;
        if (step)
            return step->outcome == Outcome::Succeeded;
    }
    return kind == StepKind::Server; // one that the setup only names
}

void FinishPage::showPlaces()
{
    const RunReport &report = *m_parts.run.report();
    const auto &plan = m_parts.run.runningPlan();
    const SetupSpec spec = plan ? plan->spec : m_parts.setup.spec();
    QString host;
    if (spec.linkedService && spec.linkedService->account == AccountSelection::Manual) {
        host = spec.linkedService->host;
    } else if (spec.server && isThere(report, StepKind::Server)) {
        host = (spec.server->id.isEmpty() ? spec.server->name : spec.server->id.name()) + serverSuffix(spec.cloud);
    }
    m_host->setText(host);
    m_places->setRowVisible(m_host, !host.isEmpty());
    const bool service = spec.linkedService && isThere(report, StepKind::LinkedService);
    m_service->setText(service ? spec.linkedService->name : QString());
    m_places->setRowVisible(m_service, service);
    if (service && spec.integration)
        m_places->setHint(m_service, tr("In Data Factory Studio, open the factory %1: it stands under Manage, Linked services. To read the database, make a dataset of the type Azure Database for PostgreSQL under Author and choose this linked service.")
                                         .arg(plainText(spec.integration->name, 80)));
    const QString where = m_parts.session.account().sandbox ? QStringLiteral(" --sandbox") : QString();
    m_runId->setText(report.runId);
    m_command->setText(QStringLiteral("causewayctl runs show %1%2").arg(report.runId, where));
    showSetupPath();
}

void FinishPage::showSetupPath()
{
    const SetupModel &setup = m_parts.setup;
    const bool saved = !setup.path().isEmpty();
    m_setupPath->setText(setup.path());
    m_places->setHint(m_setupPath, !saved               ? tr("Not saved yet; “Save the setup” below keeps it in a file, without passwords.")
                                   : setup.isModified() ? tr("Changed since it was saved.")
                                                        : tr("It holds no passwords."));
}

} // namespace causeway::wizard
