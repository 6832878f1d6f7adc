// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"
#include "plan/observed.h"
#include "plan/plan.h"

namespace causeway {

//! What is in the way, found before anything is created (azure-postgresql-and-network.md §13; article 002, prerequisites).
//! Field: the part of the setup that is stopped by it. Words: text/preflighttext.h. Codes and their arguments:
//!
//!   subscription-state         subscription's name, state
//!   subscription-unknown       what the setup says
//!   subscription-tenant        subscription's name, its tenant, the account's tenant
//!   locked                     resource's type ("virtual network"), its name, lock name, level, lock's scope
//!                              (Owner or User Access Administrator of that scope can lift it)
//!   delete-locked (warning)    the same, for CanNotDelete: creation works, undo and clean-up do not
//!   not-registered (warning)   namespace, subscription; with not-permitted when we may not register it either
//!   not-permitted              action, scope, who usually has it ("dba", "network-admin", "data-engineer")
//!   approval-needs-dba (warning)  action, server
//!   endpoint-needs-manual      action, server: automatic approval is asked for without the right on the server
//!   group-missing, network-missing, subnet-missing, server-missing, factory-missing   name
//!   subnet-full                subnet
//!   subnet-delegated           subnet, delegated to
//!   subnet-policies (warning)  subnet, policies
//!   server-in-network          server: made with private access (VNet integration), it can have no private endpoint
//!   server-not-ready           server, state
//!   location-restricted        location
//!   sku-not-offered            SKU, location, some that are offered
//!   version-not-offered        version, location, those that are offered
//!   high-availability-not-offered  mode, SKU, location
//!   name-taken, name-not-valid server name, Azure's message
//!   zone-reused (warning)      zone id: the network is linked to it already
//!   zone-not-asked             zone name, the one that the server asks for
//!   endpoint-region            endpoint's location, network's location
//!   server-region (warning)    server's location, network's location (article 002 asks for one region, Azure no longer does)
//!   connection-rejected        endpoint: a rejected connection cannot become approved
//!   runtime-not-in-network     runtime: exists outside a managed virtual network
//!   plan-conflict              message of the planner's refusal
Issues preflight(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity);

//! The part of the setup that a step of that kind is about, as a field of the document.
QString fieldOfStep(StepKind kind);

} // namespace causeway
