// SPDX-License-Identifier: Apache-2.0
#include "wizard/approvals/connectionmodel.h"

#include "text/plain.h"
#include "ui/theme.h"
#include "wizard/approvals/approvalscontroller.h"

#include <QWidget>

namespace causeway::wizard {

static constexpr int longestText = 200;

ConnectionModel::ConnectionModel(const ApprovalsController &controller, QWidget *themed)
    : QAbstractTableModel(themed), m_controller(controller), m_themed(themed)
{}

void ConnectionModel::setConnections(QList<Connection> connections)
{
    beginResetModel();
    m_connections = std::move(connections);
    endResetModel();
}

const Connection *ConnectionModel::at(int row) const
{
    return row >= 0 && row < m_connections.size() ? &m_connections[row] : nullptr;
}

int ConnectionModel::rowOf(const ResourceId &connection) const
{
    for (int row = 0; row < m_connections.size(); ++row) {
        if (m_connections[row].id == connection)
            return row;
    }
    return -1;
}

int ConnectionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_connections.size());
}

int ConnectionModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 4;
}

QString ConnectionModel::requesterText(const Connection &connection)
{
    const Requester requester = requesterOf(connection);
    switch (requester.kind) {
    case Requester::Kind::ManagedEndpoint:
        return tr("Data Factory %1, endpoint %2").arg(plainText(requester.factory, 80), plainText(requester.name, 80));
    case Requester::Kind::PrivateEndpoint:
        return tr("Private endpoint %1").arg(plainText(requester.name, 80));
    case Requester::Kind::Unknown:
        break;
    }
    return plainText(connection.name, 80);
}

QString ConnectionModel::stateText(const Connection &connection)
{
    switch (connection.state) {
    case ConnectionState::Pending: return tr("Pending");
    case ConnectionState::Approved: return tr("Approved");
    case ConnectionState::Rejected: return tr("Rejected");
    case ConnectionState::Disconnected: return tr("Disconnected");
    case ConnectionState::Other: break;
    }
    return plainText(connection.stateText, 40);
}

namespace {
struct StateLook {
    const char *icon;
    ui::IconRole role;
};
StateLook stateLook(ConnectionState state)
{
    switch (state) {
    case ConnectionState::Pending: return {"clock", ui::IconRole::Warning};
    case ConnectionState::Approved: return {"check", ui::IconRole::Success};
    case ConnectionState::Rejected: return {"error", ui::IconRole::Danger};
    case ConnectionState::Disconnected: return {"cross", ui::IconRole::Muted};
    case ConnectionState::Other: break;
    }
    return {"info", ui::IconRole::Muted};
}
} // namespace

QVariant ConnectionModel::data(const QModelIndex &index, int role) const
{
    const Connection *connection = at(index.row());
    if (!connection)
        return {};
    if (role == Qt::DecorationRole && index.column() == 0) {
        const StateLook look = stateLook(connection->state);
        return ui::icon(QString::fromLatin1(look.icon), look.role, m_themed);
    }
    if (role == Qt::ToolTipRole)
        return plainText(connection->endpoint.isEmpty() ? connection->name : connection->endpoint, 400).toHtmlEscaped();
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case 0: return m_controller.isDeciding(connection->id) ? tr("%1, changing …").arg(stateText(*connection)) : stateText(*connection);
    case 1: return requesterText(*connection);
    case 2: return plainText(connection->description, longestText);
    case 3: return connection->server.name();
    }
    return {};
}

QVariant ConnectionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (section) {
    case 0: return tr("State");
    case 1: return tr("Requested by");
    case 2: return tr("Text");
    case 3: return tr("Server");
    }
    return {};
}

} // namespace causeway::wizard
