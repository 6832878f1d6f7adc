// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "approvals/connection.h"

#include <QAbstractTableModel>
#include <QList>

namespace causeway::wizard {

class ApprovalsController;

//! Columns: State, Requested by, Text, Server. Texts are strangers' and shown plain and bounded.
class ConnectionModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    ConnectionModel(const ApprovalsController &controller, QWidget *themed);

    void setConnections(QList<Connection> connections);
    [[nodiscard]] const Connection *at(int row) const;
    [[nodiscard]] int rowOf(const ResourceId &connection) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    //! "Data Factory adf-sales, managed private endpoint mpe-pg"
    static QString requesterText(const Connection &connection);
    static QString stateText(const Connection &connection);

private:
    const ApprovalsController &m_controller;
    QWidget *m_themed;
    QList<Connection> m_connections;
};

} // namespace causeway::wizard
