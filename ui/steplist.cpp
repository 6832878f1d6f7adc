// SPDX-License-Identifier: Apache-2.0
#include "ui/steplist.h"

#include "ui/table.h"
#include "ui/theme.h"

#include <QHeaderView>

namespace causeway::ui {

namespace {
struct MarkLook {
    const char *icon;
    IconRole role;
};
} // namespace

static MarkLook lookOf(StepMark mark)
{
    switch (mark) {
    case StepMark::Planned: return {"pending", IconRole::Muted};
    case StepMark::Running: return {"running", IconRole::Accent};
    case StepMark::Waiting: return {"clock", IconRole::Warning};
    case StepMark::Done: return {"check", IconRole::Success};
    case StepMark::Skipped: return {"skipped", IconRole::Muted};
    case StepMark::Failed: return {"error", IconRole::Danger};
    case StepMark::Cancelled: return {"stop", IconRole::Muted};
    case StepMark::Nothing: return {"check", IconRole::Muted};
    }
    return {"pending", IconRole::Muted};
}

StepListModel::StepListModel(QWidget *themed) : QAbstractTableModel(themed), m_themed(themed) {}

void StepListModel::setRows(QList<StepRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int StepListModel::rowOf(const QString &id) const
{
    for (int i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].id == id)
            return i;
    }
    return -1;
}

const StepRow *StepListModel::find(const QString &id) const
{
    const int row = rowOf(id);
    return row < 0 ? nullptr : &m_rows[row];
}

void StepListModel::update(const StepRow &row)
{
    const int at = rowOf(row.id);
    if (at < 0)
        return;
    m_rows[at] = row;
    Q_EMIT dataChanged(index(at, 0), index(at, columnCount() - 1));
}

int StepListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int StepListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 3;
}

QVariant StepListModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size())
        return {};
    const StepRow &row = m_rows[index.row()];
    if (role == Qt::DisplayRole)
        return index.column() == 0 ? row.title : index.column() == 1 ? row.who : row.state;
    if (role == Qt::ToolTipRole) // the state may be longer than its column
        return (row.detail.isEmpty() ? row.state : row.detail).toHtmlEscaped();
    if (role == Qt::DecorationRole && index.column() == 0) {
        const MarkLook look = lookOf(row.mark);
        return icon(QString::fromLatin1(look.icon), look.role, m_themed);
    }
    if (role == Qt::ForegroundRole && (row.mark == StepMark::Skipped || row.mark == StepMark::Nothing || index.column() > 0))
        return row.mark == StepMark::Failed ? themeOf(m_themed).danger : themeOf(m_themed).muted;
    if (role == Qt::AccessibleTextRole)
        return index.column() == 0 ? row.title + QStringLiteral(", ") + row.state : QVariant();
    return {};
}

QVariant StepListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    return section == 0 ? tr("Step") : section == 1 ? tr("Who") : tr("State");
}

StepListView::StepListView(QWidget *parent) : QTableView(parent), m_model(new StepListModel(this))
{
    setModel(m_model);
    dressTable(this);
    setEditTriggers(NoEditTriggers);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    horizontalHeader()->setSectionResizeMode(1, QHeaderView::Interactive);
    horizontalHeader()->setSectionResizeMode(2, QHeaderView::Interactive);
    horizontalHeader()->resizeSection(1, 150);
    horizontalHeader()->resizeSection(2, 310);
    setAccessibleName(tr("Steps"));
}

} // namespace causeway::ui
