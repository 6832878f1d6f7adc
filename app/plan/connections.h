// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/resourceid.h"

#include <QJsonArray>
#include <QJsonObject>
#include <optional>

namespace causeway {

//! One private endpoint connection as the server reports it.
struct ServerConnection {
    ResourceId id;
    QString name;
    QString status;       //!< Pending, Approved, Rejected, or a word that we do not know
    QString description;
    QString endpoint;     //!< id of the private endpoint, perhaps in a subscription that we may not read
};

QList<ServerConnection> connectionsFrom(const QJsonArray &list);

//! The connection of exactly this private endpoint; never a look-alike, never "the only pending one".
std::optional<ServerConnection> connectionOfEndpoint(const QJsonArray &list, const ResourceId &endpoint);

//! The connection that a factory's managed private endpoint asked for, as long as it is unambiguous: the private endpoint
//! is called {factory}.{endpoint} (azure-data-factory.md §9), and a description in Data Factory's own form must not name another
//! one. A description alone proves nothing: any requester can write it. Several candidates are none.
//! Endpoints in the subscriptions `notIn` are none either: a managed private endpoint lives in a subscription of Microsoft's.
QList<ServerConnection> claimsOfManagedEndpoint(const QJsonArray &list, const QString &factory, const QString &endpoint, const QStringList &notIn = {});
std::optional<ServerConnection> connectionOfManagedEndpoint(const QJsonArray &list, const QString &factory, const QString &endpoint);

//! The consumer's view: connection state of a private endpoint's GET, of a managed private endpoint's. Empty: not there.
QString endpointState(const QJsonObject *endpoint);
QString managedEndpointState(const QJsonObject *endpoint);

} // namespace causeway
