// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/resourceid.h"

#include <QJsonObject>
#include <QString>

namespace causeway {

enum class ConnectionState { Pending, Approved, Rejected, Disconnected, Other };
//! Wire word; unknown words are Other and stand in Connection::stateText.
ConnectionState connectionState(const QString &text);

//! A private endpoint connection as the server shows it (azure-postgresql-and-network.md §2.10).
struct Connection {
    ResourceId id;
    QString name;
    ResourceId server;
    ConnectionState state = ConnectionState::Other;
    QString stateText;
    QString description;         //!< the request's or the decider's text; from strangers
    QString actionsRequired;
    QString endpoint;            //!< id of the private endpoint, perhaps in a subscription that nobody here may open
    QString provisioningState;
    friend bool operator==(const Connection &, const Connection &) = default;

    [[nodiscard]] bool canApprove() const { return state == ConnectionState::Pending; }
    [[nodiscard]] bool canReject() const { return state == ConnectionState::Pending || state == ConnectionState::Approved; }
};

Connection connectionFromJson(const QJsonObject &json);

//! Where a connection comes from, as far as it says so itself: never a proof, a hint for the one who decides.
struct Requester {
    enum class Kind { ManagedEndpoint, PrivateEndpoint, Unknown };
    Kind kind = Kind::Unknown;
    QString factory;             //!< ManagedEndpoint: the factory's name
    QString name;                //!< of the (managed) private endpoint
    QString subscription;        //!< GUID of the endpoint's subscription
};
//! azure-data-factory.md §9: "Requested by DataFactory:{factory}, Name:{endpoint}", or an endpoint named {factory}.{endpoint}.
Requester requesterOf(const Connection &connection);

} // namespace causeway
