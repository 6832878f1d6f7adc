// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "approvals/connection.h"
#include "core/context.h"
#include "core/result.h"

#include <QCoroTask>
#include <QList>

namespace causeway {

class ArmClient;

enum class Decision { Approve, Reject, Remove };

//! A server that could not be asked, beside those that could.
struct UnreadServer {
    ResourceId server;
    Error error;
};

struct ApprovalQueue {
    QList<Connection> connections;
    QList<UnreadServer> unread;
};

//! Every connection of one server.
QCoro::Task<Result<QList<Connection>>> connectionsOf(ArmClient *client, ResourceId server, Context context);

//! Every connection of every server of the subscriptions (GUIDs). One server that may not be read does not hide the others.
QCoro::Task<Result<ApprovalQueue>> collectApprovals(ArmClient *client, QStringList subscriptions, Context context);

//! Carries out a decision and waits until the server shows it. `comment` becomes the connection's description.
//! Refused before anything is sent (Conflict): approving what was rejected (it cannot become approved: azure-postgresql-and-network.md §7).
QCoro::Task<Result<Connection>> decide(ArmClient *client, Connection connection, Decision decision, QString comment, Context context);

} // namespace causeway
