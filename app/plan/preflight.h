// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/issue.h"
#include "plan/observed.h"
#include "plan/plan.h"

namespace causeway {

//! What is in the way, found before anything is created (azure-postgresql-and-network.md §13; article 002, prerequisites).
//! Field: the part of the setup that is stopped by it. Words: text/preflighttext.h. Codes and their arguments:
//!
//!   subscription-state         subscription name or GUID, state
//!   subscription-unknown       what the setup says
//!   subscription-tenant        subscription, its tenant, the account's tenant
//!   locked                     kind of resource ("virtual network"), its name, lock name, level, lock's scope
//!                              (who can lift it: Owner or User Access Administrator of that scope)
//!   delete-locked (warning)    the same, for CanNotDelete: creation works, undo and clean-up do not
//!   not-registered (warning when it may be registered by us, else error)  namespace, subscription
//!   not-permitted              action, scope, person who usually has it ("dba", "network-admin", "data-engineer")
//!   approval-needs-dba (warning)  action, scope
//!   endpoint-needs-manual      action, scope: automatic approval is asked for without the right on the server
//!   group-missing              resource group
//!   network-missing, subnet-missing, server-missing, factory-missing, runtime-missing   id or name
//!   subnet-full                subnet
//!   subnet-delegated           subnet, delegated to
//!   subnet-policies (warning)  subnet, policies
//!   server-injected            server: made with private access (VNet integration), it can have no private endpoint
//!   server-not-ready           server, state
//!   location-restricted        location
//!   location-unknown           location
//!   sku-unknown                SKU, location, some that are offered
//!   version-unknown            version, location, those that are offered
//!   high-availability-unknown  mode, SKU, location
//!   storage-unknown            GiB, SKU, sizes that are offered
//!   name-taken, name-invalid   server name, Azure's message
//!   zone-linked-elsewhere (warning)  zone id that is reused
//!   zone-name                  zone name, the right one (article 002's postgresql is a documented mistake)
//!   endpoint-region            endpoint location, network location
//!   endpoint-subscription      endpoint subscription, network subscription
//!   server-region (warning)    server location, network location
//!   server-subscription (warning)  server subscription, network subscription
//!   firewall-ignored (warning) server: rules have no effect while public access is disabled
//!   public-without-rules (warning)  server: only private traffic will work
//!   connection-rejected        server, connection: a rejected connection cannot become approved
//!   runtime-not-in-network     runtime: exists outside a managed virtual network
Issues preflight(const SetupSpec &spec, const Observed &observed, const RunIdentity &identity);

} // namespace causeway
