// SPDX-License-Identifier: Apache-2.0
#pragma once

//! What others may ask of Microsoft.Network.

#include "sandbox/state.h"

#include <QString>
#include <optional>

namespace causeway::sandbox::network {

//! The IPv4 address that a name has for somebody inside a virtual network (its id): linked private zones first, each name of
//! a CNAME chain anew, then public DNS, where a server with a private endpoint is a CNAME to its privatelink name and any
//! other name of a server has a public address (facts §4.4). Nothing: NXDOMAIN. An empty id asks from the internet.
std::optional<QString> resolve(const State &state, const QString &virtualNetwork, const QString &name);

//! The public address of a server: of 203.0.113.0/24 (RFC 5737), by its name.
QString publicAddress(const Resource &server);

} // namespace causeway::sandbox::network
