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

#include <QGuiApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

namespace causeway::wizard {

FinishPage::FinishPage(const Parts &parts, QWidget *parent) : Page(parts, parent)
{
    m_verdict = new ui::Banner(this);
    m_verdict->setObjectName(QStringLiteral("verdict"));
    addBlock(m_verdict);
    auto *section = addSection(tr("What was made"));
    m_summary = ui::plainLabel({}, QStringLiteral("muted"), this);
    section->addWide(m_summary);
    m_made = new QPlainTextEdit(this);
    m_made->setProperty("role", QStringLiteral("code"));
    m_made->setReadOnly(true);
    m_made->setTabChangesFocus(true);
    m_made->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_made->setMinimumHeight(340);
    section->addRow(tr("&Resources"), m_made, {}, tr("Their ids lead to them in the Azure portal and in the Azure CLI."));
    auto *buttons = new QWidget(this);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto *copy = new QPushButton(ui::icon(QStringLiteral("copy"), ui::IconRole::Text, this), tr("&Copy the list"), buttons);
    auto *save = new QPushButton(ui::icon(QStringLiteral("save"), ui::IconRole::Text, this), tr("&Save the setup …"), buttons);
    auto *again = new QPushButton(ui::icon(QStringLiteral("start"), ui::IconRole::Text, this), tr("Start a&gain"), buttons);
    row->addWidget(copy);
    row->addWidget(save);
    row->addStretch(1);
    row->addWidget(again);
    section->addWide(buttons);
    addStretch();
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_made->toPlainText()); });
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
    QString sentence = report->verdict.isEmpty() ? outcomeSentence(report->outcome) : plainText(report->verdict, 1000);
    if (!good && !report->verdict.isEmpty())
        sentence = outcomeSentence(report->outcome) + QLatin1Char('\n') + sentence;
    m_verdict->show(good ? ui::Tone::Success : ui::Tone::Error, sentence);
    QStringList lines;
    for (const MadeResource &made : report->made)
        lines.append(made.id.toString());
    m_made->setPlainText(lines.isEmpty() ? tr("Nothing: everything was as the setup wants it.") : lines.join(QLatin1Char('\n')));
    m_summary->setText(tr("%n resource(s) in %1.", nullptr, int(report->made.size())).arg(elapsedText(report->ended - report->started)));
}

} // namespace causeway::wizard
