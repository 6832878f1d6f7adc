// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/state.h"

namespace causeway::sandbox {

// Who is who in the tenants of a world. A person has one object in the home tenant and another in each tenant that
// invited her: tokens name the object of the tenant that they are for (facts: accounts, tenants, guests).

//! By object id, application id or user principal name.
const Principal *principalNamed(const State &state, const QString &word);
//! By GUID or domain; not "organizations".
const Tenant *tenantNamed(const State &state, const QString &word);
//! organizations, common, and what AD FS calls itself.
bool isAnyTenant(const QString &word);
//! The object of the same person in a tenant; null when she is not known there.
const Principal *personIn(const State &state, const Principal &person, const QString &tenant);
//! The object at home, of a guest or a member.
const Principal &atHome(const State &state, const Principal &person);
//! The client_info of an answer: {"uid", "utid"}, by which clients know the account again in every tenant.
QString clientInfo(const Principal &home);
//! Those that a person is in, the home tenant first.
QList<const Tenant *> tenantsOf(const State &state, const Principal &person);

} // namespace causeway::sandbox
