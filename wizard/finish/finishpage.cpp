// SPDX-License-Identifier: Apache-2.0
#include "wizard/finish/finishpage.h"

#include "text/errortext.h"
#include "text/plain.h"
#include "text/steptext.h"
#include "ui/banner.h"
#include "ui/form.h"
#include "ui/theme.h"
#include "wizard/review/planrows.h"
#include "wizard/run/runcontrol.h"

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
    auto *section = addSection(tr("What was made"));
    m_summary = ui::plainLabel({}, QStringLiteral("muted"), this);
    section->addWide(m_summary);
    m_made = new QTableWidget(0, 3, this);
    m_made->setHorizontalHeaderLabels({tr("What"), tr("Name"), tr("Resource group")});
    m_made->setAccessibleName(tr("Resources that were made"));
    m_made->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_made->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_made->setShowGrid(false);
    m_made->setAlternatingRowColors(true);
    m_made->setTabKeyNavigation(false);
    m_made->verticalHeader()->hide();
    m_made->horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    m_made->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_made->setMinimumHeight(340);
    section->addWide(m_made);
    auto *buttons = new QWidget(this);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto *copy = new QPushButton(ui::icon(QStringLiteral("copy"), ui::IconRole::Text, this), tr("&Copy their ids"), buttons);
    auto *save = new QPushButton(ui::icon(QStringLiteral("save"), ui::IconRole::Text, this), tr("&Save the setup …"), buttons);
    auto *again = new QPushButton(ui::icon(QStringLiteral("start"), ui::IconRole::Text, this), tr("Start a&gain"), buttons);
    row->addWidget(copy);
    row->addWidget(save);
    row->addStretch(1);
    row->addWidget(again);
    section->addWide(buttons);
    addStretch();
    copy->setToolTip(tr("Their ids lead to them in the Azure portal and in the Azure CLI."));
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_ids.join(QLatin1Char('\n'))); });
    connect(save, &QPushButton::clicked, this, &FinishPage::saveChosen);
    connect(again, &QPushButton::clicked, this, &FinishPage::startAgain);
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
    m_verdict->show(good ? ui::Tone::Success : ui::Tone::Error, sentence);
    m_ids.clear();
    m_made->setRowCount(0);
    for (const MadeResource &made : report->made) {
        const PlannedStep *step = m_parts.run.runningPlan() ? m_parts.run.runningPlan()->step(made.step) : nullptr;
        const int row = m_made->rowCount();
        m_made->insertRow(row);
        m_made->setItem(row, 0, new QTableWidgetItem(step ? stepKindName(step->kind) : made.id.type()));
        m_made->setItem(row, 1, new QTableWidgetItem(made.id.name()));
        m_made->setItem(row, 2, new QTableWidgetItem(made.id.group()));
        m_made->item(row, 1)->setToolTip(made.id.toString().toHtmlEscaped());
        m_ids.append(made.id.toString());
    }
    if (m_ids.isEmpty()) {
        m_summary->setText(tr("Nothing: everything was as the setup wants it."));
        return;
    }
    m_summary->setText(tr("%n resource(s) in %1.", nullptr, int(report->made.size())).arg(elapsedText(report->ended - report->started)));
}

} // namespace causeway::wizard
