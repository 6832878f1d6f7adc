// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/secret.h"
#include "domain/setupspec.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QStringList>

namespace causeway {

//! A world file (app/sandbox/worldfile.h) that holds what a setup takes for granted, under ids of ours. What a setup asks
//! for is not in it, and neither is what no setup can tell: locks, policies, rights, other people's databases.
struct GrownWorld {
    struct Mapping {
        QString what;   //!< "subscription", "tenant", "application", "service principal"
        QString theirs; //!< as the setup names it
        QString marked; //!< a GUID of this sandbox
    };
    QJsonObject world;
    QList<Mapping> mapping;
    QString owner;      //!< the user who may everything; "dba@…", "netadmin@…" and "engineer@…" are there too
    Secret standIn;     //!< what the grown servers and applications take as their password: the customer's stayed with the customer

    [[nodiscard]] QStringList lines() const; //!< for people
    [[nodiscard]] QJsonArray mappingJson() const;
};

//! `base`: a world whose locations are taken over.
GrownWorld growWorld(const SetupSpec &spec, const QJsonObject &base);

//! The setup with our ids in place of theirs; names stay.
SetupSpec mapped(const SetupSpec &spec, const GrownWorld &grown);

//! Every subscription that a setup names or implies, GUIDs and display names, in the order of the document.
QStringList subscriptionsIn(const SetupSpec &spec);

//! GUIDs that growWorld() makes begin alike, so that a live profile can refuse them: they are nobody's at Azure.
QString markedGuid(const QString &theirs);
bool isMarked(const QString &guid);
//! What a grown world takes as password, for a run that is resumed.
Secret grownPassword();

} // namespace causeway
