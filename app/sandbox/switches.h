// SPDX-License-Identifier: Apache-2.0
#pragma once

//! The switches of a world (State::setting): behaviour that the facts leave open, and durations. Each row has the name in
//! the world's "settings", what holds without it, and what it means. One table for all providers; rows are only added.

namespace causeway::sandbox {

struct Switch {
    const char *name;
    const char *otherwise; //!< as JSON
    const char *meaning;
};

inline constexpr Switch switches[] = {
    // --- Microsoft.DBforPostgreSQL ----------------------------------------------------------------------------------
    {"postgresqlCreateSeconds", "330", "time to create a server, ± 30 s by the seed"},
    {"postgresqlUpdateSeconds", "60", "PATCH of a server"},
    {"postgresqlUpgradeSeconds", "600", "major version upgrade"},
    {"postgresqlPowerSeconds", "60", "start, stop, restart"},
    {"postgresqlDeleteSeconds", "90", "time to drop a server"},
    {"postgresqlStandbySeconds", "180", "from Ready to a Healthy standby"},
    {"postgresqlChildSeconds", "15", "firewall rule, database, parameter, administrator"},
    {"postgresqlBackupSeconds", "120", "backup on demand"},
    {"postgresqlDecisionSeconds", "90", "approve, reject or remove a connection, ± 30 s by the seed"},
    {"postgresqlBusyAfterCreateSeconds", "8", "ServerIsBusy goes on after Ready; never more than 10"},
    {"connectionEchoSeconds", "5", "until the private endpoint shows what the owner decided"},
    {"connectionDiscoverySeconds", "180", "until a factory notices what the owner decided"},
    {"postgresqlVisibleWhileProvisioning", "true", "GET and lists show a server while it is created; false: 404 until done"},
    {"postgresqlBusyStatus", "409", "HTTP status of ServerIsBusy and ServerIsNotReady"},
    {"postgresqlNameTakenStatus", "409", "HTTP status of a PUT whose name is taken"},
    {"postgresqlNameTakenCode", "\"ServerNameAlreadyExists\"", "error code of a PUT whose name is taken"},
    {"postgresqlRestrictedStatus", "400", "HTTP status of LocationIsOfferRestricted"},
    {"postgresqlShowRequestMessage", "true", "a pending connection shows the request message as its description"},
    {"postgresqlPlainConnectionNames", "false", "dots in endpoint names become dashes, as the JavaScript SDK wants it"},
    {"postgresqlRejectAgain", "true", "Rejected to Rejected succeeds; false: fails like Rejected to Approved"},
    {"postgresqlMinProtocol", "\"TLSv1.2\"", "default of ssl_min_protocol_version"},
    {"postgresqlApprovalNeedsBoth", "true", "a decision needs connections/write and connectionsApproval/action"},
};

} // namespace causeway::sandbox
