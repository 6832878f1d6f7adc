// SPDX-License-Identifier: Apache-2.0
#pragma once

class QTableView;

namespace causeway::ui {

//! The looks and manners that all lists of the window share: rows, one at a time, Tab leads out again.
void dressTable(QTableView *table);
//! The whole row, also from right to left, where Qt's selectRow() finds no column to begin with.
void chooseRow(QTableView *table, int row);
//! As high as its rows need, between these two numbers of rows.
void fitHeight(QTableView *table, int fewest, int most);

} // namespace causeway::ui
