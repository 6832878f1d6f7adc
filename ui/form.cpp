// SPDX-License-Identifier: Apache-2.0
#include "ui/form.h"

#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QStyle>
#include <QVBoxLayout>

namespace causeway::ui {

// QLabel aligns by the direction of its words, not of the window: English words in an Arabic window would stand far away.
static void beginAtLeadingEdge(QLabel *label)
{
    if (QGuiApplication::layoutDirection() == Qt::RightToLeft)
        label->setAlignment(Qt::AlignRight | Qt::AlignAbsolute | Qt::AlignVCenter);
}

QLabel *plainLabel(const QString &text, const QString &role, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setMinimumWidth(1); // a word that has no end must not widen the page
    beginAtLeadingEdge(label);
    if (!role.isEmpty())
        label->setProperty("role", role);
    return label;
}

FormSection::FormSection(const QString &title, const QString &description, QWidget *parent) : QFrame(parent)
{
    setProperty("card", true);
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(20, 16, 20, 18);
    m_column->setSpacing(6);
    if (!title.isEmpty())
        m_column->addWidget(plainLabel(title, QStringLiteral("sectionTitle"), this));
    m_description = plainLabel(description, QStringLiteral("muted"), this);
    m_description->setVisible(!description.isEmpty());
    m_column->addWidget(m_description);
    m_grid = new QGridLayout;
    m_grid->setHorizontalSpacing(18);
    m_grid->setVerticalSpacing(2);
    m_grid->setColumnMinimumWidth(0, 190);
    m_grid->setColumnStretch(1, 1);
    m_column->addSpacing(4);
    m_column->addLayout(m_grid);
}

void FormSection::addRow(const QString &label, QWidget *input, const QString &field, const QString &hint)
{
    Row row;
    row.input = input;
    row.field = field;
    row.index = m_next;
    row.label = new QLabel(label, this);
    row.label->setBuddy(input);
    row.label->setWordWrap(true);
    row.label->setMinimumHeight(34);
    beginAtLeadingEdge(row.label);
    row.hint = plainLabel(hint, QStringLiteral("muted"), this);
    row.hint->setVisible(!hint.isEmpty());
    row.issue = plainLabel({}, QStringLiteral("issue"), this);
    row.issue->hide();
    if (!field.isEmpty())
        input->setObjectName(field);
    if (auto *edit = qobject_cast<QLineEdit *>(input))
        edit->setTextMargins(2, 0, 2, 0); // where the words of a list begin
    m_grid->addWidget(row.label, m_next, 0, Qt::AlignTop);
    m_grid->addWidget(input, m_next, 1);
    m_grid->addWidget(row.hint, m_next + 1, 1);
    m_grid->addWidget(row.issue, m_next + 2, 1);
    m_grid->setRowMinimumHeight(m_next + 3, 6);
    m_next += 4;
    m_rows.append(row);
}

void FormSection::addBelow(const QString &label, QWidget *input, const QString &hint)
{
    auto *words = new QLabel(label, this);
    words->setBuddy(input);
    words->setWordWrap(true);
    beginAtLeadingEdge(words);
    m_grid->addWidget(words, m_next, 0, 1, 2);
    m_grid->addWidget(input, m_next + 1, 0, 1, 2);
    m_next += 2;
    if (!hint.isEmpty())
        m_grid->addWidget(plainLabel(hint, QStringLiteral("muted"), this), m_next++, 0, 1, 2);
    m_grid->setRowMinimumHeight(m_next++, 6);
}

void FormSection::addWide(QWidget *widget, const QString &field)
{
    m_grid->addWidget(widget, m_next, 0, 1, 2);
    if (!field.isEmpty()) {
        Row row;
        row.input = widget;
        row.field = field;
        row.index = m_next;
        row.hint = plainLabel({}, QStringLiteral("muted"), this);
        row.hint->hide();
        row.issue = plainLabel({}, QStringLiteral("issue"), this);
        row.issue->hide();
        m_grid->addWidget(row.hint, m_next + 1, 0, 1, 2);
        m_grid->addWidget(row.issue, m_next + 2, 0, 1, 2);
        m_rows.append(row);
    }
    m_grid->setRowMinimumHeight(m_next + 3, 6);
    m_next += 4;
}

FormSection::Row *FormSection::rowOf(QWidget *input)
{
    for (Row &row : m_rows) {
        if (row.input == input)
            return &row;
    }
    return nullptr;
}

void FormSection::setRowVisible(QWidget *input, bool visible)
{
    Row *row = rowOf(input);
    if (!row)
        return;
    if (row->label)
        row->label->setVisible(visible);
    input->setVisible(visible);
    row->hint->setVisible(visible && !row->hint->text().isEmpty());
    row->issue->setVisible(visible && !row->issue->text().isEmpty());
    m_grid->setRowMinimumHeight(row->index + 3, visible ? 6 : 0);
}

void FormSection::setDescription(const QString &description)
{
    m_description->setText(description);
    m_description->setVisible(!description.isEmpty());
}

void FormSection::setHint(QWidget *input, const QString &hint)
{
    if (Row *row = rowOf(input)) {
        row->hint->setText(hint);
        row->hint->setVisible(!hint.isEmpty() && !input->isHidden());
    }
}

void FormSection::setRowLabel(QWidget *input, const QString &label)
{
    if (Row *row = rowOf(input); row && row->label)
        row->label->setText(label);
}

void FormSection::clearIssues()
{
    for (Row &row : m_rows) {
        row.issue->clear();
        row.issue->hide();
    }
}

// `inner` is `outer`, or a member or element of it: "server.firewall[1].from" of "server.firewall".
static bool isPartOf(const QString &inner, const QString &outer)
{
    return inner.startsWith(outer) && (inner.size() == outer.size() || inner[outer.size()] == QLatin1Char('.') || inner[outer.size()] == QLatin1Char('['));
}

const FormSection::Row *FormSection::rowOf(const QString &field, bool below) const
{
    const Row *nearest = nullptr;
    for (const Row &row : m_rows) {
        if (row.field.isEmpty() || field.isEmpty() || row.input->isHidden())
            continue;
        const bool fits = below ? isPartOf(row.field, field) : isPartOf(field, row.field);
        if (fits && (!nearest || (!below && row.field.size() > nearest->field.size())))
            nearest = &row;
    }
    return nearest;
}

QWidget *FormSection::inputOf(const QString &field, bool below) const
{
    const Row *row = rowOf(field, below);
    return row ? row->input : nullptr;
}

bool FormSection::showIssue(const QString &field, const QString &text, bool warning, bool below)
{
    const Row *row = rowOf(field, below);
    if (!row)
        return false;
    row->issue->setText(row->issue->text().isEmpty() ? text : row->issue->text() + QLatin1Char('\n') + text);
    row->issue->setProperty("role", warning ? QStringLiteral("issueWarning") : QStringLiteral("issue"));
    row->issue->style()->unpolish(row->issue);
    row->issue->style()->polish(row->issue);
    row->issue->show();
    return true;
}

} // namespace causeway::ui
