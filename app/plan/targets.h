// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "plan/observed.h"
#include "plan/plan.h"

namespace causeway {

//! Where the parts of a setup live: every id that a spec names or implies. Empty ids: not part of this setup.
struct Targets {
    QString subscription;          //!< GUID
    QString endpointSubscription;  //!< GUID
    ResourceId group;
    ResourceId server;             //!< made, looked up or given by id
    ResourceId endpointGroup;
    ResourceId endpoint;
    ResourceId virtualNetwork;
    ResourceId subnet;
    ResourceId zone;               //!< an existing one that can be used, else the one to make
    ResourceId zoneLink;           //!< likewise
    ResourceId zoneGroup;
    ResourceId factoryGroup;
    ResourceId factory;
    ResourceId managedNetwork;
    ResourceId runtime;
    ResourceId managedEndpoint;
    ResourceId credential;
    ResourceId identity;           //!< user-assigned
    ResourceId linkedService;
    QString zoneName;              //!< privatelink.postgres.database.azure.com, or what the server says
};

//! `observed` may be empty: then names of subscriptions cannot be resolved (an error when one is used) and "auto" means
//! a new zone in the endpoint's group.
Result<Targets> targetsOf(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity);

QString serverSuffix(Cloud cloud); //!< ".postgres.database.azure.com"

} // namespace causeway
