// SPDX-License-Identifier: Apache-2.0
#include "ui/table.h"

#include <QHeaderView>
#include <QTableView>
#include <algorithm>

namespace causeway::ui {

void dressTable(QTableView *table)
{
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setAlternatingRowColors(true);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    table->setIconSize(QSize(18, 18));
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(32);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    table->horizontalHeader()->setStyleSheet(QStringLiteral("QHeaderView::section { padding-left: 4px; padding-right: 4px; }")); // where the cells' words begin
}

void chooseRow(QTableView *table, int row)
{
    table->setCurrentIndex(table->model()->index(row, 0));
}

void fitHeight(QTableView *table, int fewest, int most)
{
    const int rows = std::clamp(table->model()->rowCount(), fewest, most);
    table->setFixedHeight(table->horizontalHeader()->sizeHint().height() + rows * table->verticalHeader()->defaultSectionSize() + 2 * table->frameWidth() + 2);
}

} // namespace causeway::ui
