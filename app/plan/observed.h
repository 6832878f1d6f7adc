// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/error.h"
#include "domain/resourceid.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QSet>
#include <QString>
#include <optional>

namespace causeway {

//! A management lock (azure-postgresql-and-network.md §5). It holds for its scope and everything below.
struct ObservedLock {
    QString name;
    ResourceId scope;
    QString level;   //!< CanNotDelete, ReadOnly
    QString notes;
};

struct ObservedSubscription {
    QString id;      //!< GUID
    QString name;
    QString state;   //!< Enabled, Warned, PastDue, Disabled, Deleted
    QString tenant;
};

struct ObservedZoneLink {
    ResourceId zone;
    ResourceId link;
    ResourceId virtualNetwork;
};

struct ObservedName {
    bool available = true;
    QString reason;  //!< AlreadyExists, Invalid
    QString message;
};

//! What ARM reports now about everything that a setup names. A value: whoever has one can plan without a network.
//! What is in none of the containers was not asked; that is never read as "not there".
struct Observed {
    QMap<QString, QJsonObject> resources;      //!< by ResourceId::key(), as GET (or a list) gave them
    QSet<QString> absent;                      //!< keys that were asked for and are not there
    QMap<QString, Error> unreadable;           //!< keys that were asked for and answered 403 or an error
    QList<ObservedSubscription> subscriptions;
    QList<ObservedLock> locks;
    QMap<QString, QJsonArray> permissions;     //!< scope key → entries {actions, notActions, …} of …/permissions
    QSet<QString> foreignScopes;               //!< keys of scopes where this account may not even read its permissions
    QMap<QString, QString> registrations;      //!< "{subscription}/{namespace}" in lower case → registrationState
    QMap<QString, QJsonObject> capabilities;   //!< location → Capability of PostgreSQL
    QMap<QString, Error> closedLocations;      //!< location → why PostgreSQL's capabilities cannot be read there
    QMap<QString, ObservedName> names;         //!< server name → answer of checkNameAvailability
    QMap<QString, int> freeAddresses;          //!< subnet key → addresses that are left
    QList<ObservedZoneLink> zoneLinks;         //!< of every readable zone with the private link zone's name
    QMap<QString, QJsonArray> connections;     //!< server key → its private endpoint connections
    QMap<QString, QString> privateLinkZones;   //!< server key → requiredZoneNames[0]
    QMap<QString, QJsonObject> runtimeStatus;  //!< integration runtime key → answer of getStatus

    [[nodiscard]] const QJsonObject *find(const ResourceId &id) const;
    [[nodiscard]] bool isAbsent(const ResourceId &id) const { return absent.contains(id.key()); }
    //! GUID of a subscription that is given by GUID or display name; empty when it is not known.
    [[nodiscard]] QString subscriptionId(const QString &guidOrName) const;
    //! Is the action allowed at the scope, by the nearest scope whose permissions were read? nullopt: not known.
    [[nodiscard]] std::optional<bool> allows(const ResourceId &scope, const QString &action) const;
    //! Locks that forbid writing (ReadOnly) at the scope, inherited ones included.
    [[nodiscard]] QList<ObservedLock> locksAgainstWriting(const ResourceId &scope) const;
    [[nodiscard]] QString registration(const QString &subscription, const QString &provider) const;
};

//! One entry list of …/permissions against one action: some entry allows it and does not take it back
//! (azure-postgresql-and-network.md §6.4).
bool permits(const QJsonArray &entries, const QString &action);
//! "West Europe" and "westeurope" are one.
QString normalLocation(const QString &location);

} // namespace causeway
