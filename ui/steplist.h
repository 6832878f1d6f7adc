// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>
#include <QList>
#include <QString>
#include <QTableView>

namespace causeway::ui {

enum class StepMark { Planned, Running, Waiting, Done, Skipped, Failed, Cancelled, Nothing };

//! One line of a plan or a run, in words.
struct StepRow {
    QString id;
    StepMark mark = StepMark::Planned;
    QString title;   //!< "Create the server pg-sales"
    QString who;     //!< "DBA"
    QString state;   //!< "creating …", "2 min 10 s"
    QString detail;  //!< tool tip: what is waited for, error text
};

//! Rows by id; a change of one row is a change of one row. Columns: Step, Who, State.
class StepListModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    explicit StepListModel(QWidget *themed);

    void setRows(QList<StepRow> rows);
    //! Ignored when there is no such row.
    void update(const StepRow &row);
    [[nodiscard]] const StepRow *find(const QString &id) const;
    [[nodiscard]] int rowOf(const QString &id) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QWidget *m_themed;
    QList<StepRow> m_rows;
};

//! The table that shows it: no grid, fixed row height, whole rows.
class StepListView final : public QTableView
{
    Q_OBJECT
public:
    explicit StepListView(QWidget *parent = nullptr);
    [[nodiscard]] StepListModel *steps() const { return m_model; }

private:
    StepListModel *m_model;
};

} // namespace causeway::ui
