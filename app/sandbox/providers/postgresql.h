// SPDX-License-Identifier: Apache-2.0
#pragma once

//! What the other providers may ask of Microsoft.DBforPostgreSQL: the server's side of Private Link, which ARM calls
//! through the internal privateEndpointConnectionProxies, and the token by which a principal signs in to PostgreSQL.

#include "sandbox/provider.h"
#include "sandbox/state.h"
#include "sandbox/world.h"

#include <QString>
#include <optional>

namespace causeway::sandbox {

//! A private endpoint asks a server for a connection.
struct ConnectionRequest {
    QString server;            //!< id of the flexible server
    QString privateEndpointId; //!< shown as properties.privateEndpoint.id
    QString endpointName;      //!< the connection is called <endpointName>.<guid>
    QString description;       //!< request message; shown for a pending connection
    bool autoApproved = false; //!< the caller has checked privateEndpointConnectionsApproval/action
    QString tenant;            //!< of the requester; kept hidden
    QString managedBy;         //!< id of the managed private endpoint (Data Factory), else empty; kept hidden
    QString by;                //!< object id of the caller, for the ledger
};

//! The answer of Private Link when this server cannot have a private endpoint; nothing when it can.
//! 404 ResourceNotFound, 400 PrivateEndpointFeatureNotSupportedOnServer (VNet-injected), 409 ServerIsBusy (not Ready),
//! 409 ScopeLocked (a ReadOnly lock on the server or above).
//! Texts of the latter three are wrapped: "Call to Microsoft.DBforPostgreSQL/flexibleServers failed. Error message: …".
std::optional<Response> canConnect(World &world, const QString &server);

//! Adds the connection, Approved ("Auto-Approved") or Pending, and returns its id. Call canConnect() first.
QString addConnection(World &world, const ConnectionRequest &request, TimePoint now);

//! The wrapped ScopeLocked error of a lock against deleting below the server; nothing when the connection may go.
//! Network answers with it asynchronously: {"code","message"}.
std::optional<QJsonObject> whyNotDisconnect(const World &world, const QString &connection);

//! The consumer takes its endpoint away: the connection vanishes from the server; nobody is told. False: was not there.
bool removeConnection(World &world, const QString &connection, TimePoint now, const QString &by = {});

//! The connection of a server that belongs to this private endpoint; nullptr when there is none.
const Resource *connectionOf(const State &state, const QString &server, const QString &privateEndpointId);

// What consumers hear. When the owner decided on or removed a connection, this provider schedules a Transition
//   kind "connectionDecided", arguments {"status": "Approved|Rejected|Disconnected", "description", "connection": id}
// - provider "Microsoft.Network", target = privateEndpointId, after setting connectionEchoSeconds (a few seconds), or,
// - with managedBy, provider "Microsoft.DataFactory", target = managedBy, after connectionDiscoverySeconds (180).

//! The current Entra token of a principal, as PostgreSQL's password: "entra:" + object id + part made from the seed.
QString entraToken(const State &state, const QString &objectId);

//! The server that answers to this host name (fullyQualifiedDomainName, or its name below the Private Link zone).
const Resource *serverOfHost(const State &state, const QString &host);

//! Value of a server parameter now in force ("on", "TLSv1.2"); empty when there is no such parameter.
QString parameterOf(const Resource &server, const QString &name);

//! What PostgreSQL would say to these words without TLS in the picture, for verdicts that are computed: an SQLSTATE, empty
//! when it lets them in. 28P01 wrong password or role, 3D000 no such database. `secret`: a password or entraToken().
QString computedSignIn(const State &state, const Resource &server, const QString &database, const QString &user,
                       const QString &secret);

//! For a world that begins: emits startServer for every server that runs and that no host has started yet (those of a world
//! file), then createDatabase and addEntraRole for what it holds, and gives it its default databases. A server that a host
//! started is left to that host's kept files.
void adoptServers(State &state, TimePoint now);
//! The same for resources that a world in use took in; databases and administrators of a server that runs reach it, too.
void adoptAdded(State &state, const QStringList &ids, TimePoint now);

//! privatelink.postgres.database.azure.com, the requiredZoneNames of every server.
QString privateLinkZone();

} // namespace causeway::sandbox
