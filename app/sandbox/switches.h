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
    // --- every provider ---------------------------------------------------------------------------------------------
    {"throttling", "true", "token buckets and their counters; false: no limit, no header"},
    {"throttling.reads.capacity", "250", "bucket of a principal in a subscription; the global one is 15 times as large"},
    {"throttling.reads.refill", "25", "tokens a second"},
    {"throttling.writes.capacity", "200", "PUT, PATCH, POST"},
    {"throttling.writes.refill", "10", "tokens a second"},
    {"throttling.deletes.capacity", "200", "DELETE"},
    {"throttling.deletes.refill", "10", "tokens a second"},
    {"signedUrls", "true", "operation URLs carry t, c, s, h and are refused without them"},
    {"mfaMethods", "[]", "HTTP methods that ARM answers with a claims challenge while the user's token proves no second factor: [\"PUT\", \"DELETE\", …]"},
    {"pageSize", "0", "items of a list answer; 0: all"},
    {"emptyPage", "false", "lists begin with an empty page that has a nextLink"},
    // --- signing in -------------------------------------------------------------------------------------------------
    {"signInClients", "[]", "application ids of public clients that are registered; none: every GUID"},
    {"signInRedirectUris", "[\"http://localhost\"]", "redirect addresses of every public client; the port of localhost does not count"},
    {"signInNeedsPkce", "true", "a public client must send code_challenge with S256; false: as Entra, which recommends it"},
    {"signInApplicationsAnywhere", "false", "applications get tokens at /organizations and /common, too, for their own tenant"},
    {"signInEmptySecret", "false", "an empty client_secret of a public client is tolerated"},
    {"signInRefuse", "{}", "{user, tenant, application id or \"*\": AADSTS number} of those who are refused, see stserror.cpp; 65001 until consent was given"},
    {"signInRevokedBefore", "{}", "{user: time} before which refresh tokens were given that are good no more (AADSTS50173)"},
    {"signInMfaTenants", "[]", "tenants that give no token without a second factor (AADSTS50076)"},
    {"signInMfaUnregistered", "[]", "users who have not set up their second factor yet (AADSTS50079)"},
    {"signInStrictRefresh", "false", "a used refresh token ends its session; Entra goes on accepting it"},
    {"signInTokenSeconds", "0", "life of access tokens; 0: 60 to 90 minutes by chance, 24 to 28 hours for a client that says CP1"},
    {"signInDeviceErrorsAs200", "false", "the device endpoint answers its errors with HTTP 200"},
    {"signInDeviceSlowDown", "false", "polling faster than the interval is answered slow_down"},
    // --- Microsoft.Resources ----------------------------------------------------------------------------------------
    {"registrationSeconds", "30", "from Registering to Registered, and back"},
    {"groupDeleteSeconds", "60", "time to delete a resource group"},
    {"whatIfSeconds", "5", "time of a what-if"},
    // Also in "locations", per region: "postgresql" (offered, restricted, none) and "postgresqlZones" (0 to 3, else 3).
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
    {"postgresqlTakenNames", "[]", "server names that strangers hold"},
    {"postgresqlCoreQuota", "100", "limit that usages show for every family"},
    {"postgresqlEntraOffCode", "\"InvalidParameterValue\"", "error code of an administrator on a server without Entra authentication"},
    {"postgresqlApprovalNeedsBoth", "true", "a decision needs connections/write and connectionsApproval/action"},
    // --- Microsoft.Network ------------------------------------------------------------------------------------------
    {"networkVirtualNetworkSeconds", "10", "virtual network: PUT, DELETE"},
    {"networkSubnetSeconds", "10", "subnet: PUT, DELETE"},
    {"networkPrivateEndpointSeconds", "50", "time to create a private endpoint"},
    {"networkPrivateEndpointDeleteSeconds", "20", "time to delete a private endpoint"},
    {"networkUpdateSeconds", "10", "PUT of a private endpoint that exists"},
    {"networkZoneGroupSeconds", "15", "private DNS zone group: PUT, DELETE"},
    {"networkEndpointRetrySeconds", "10", "a private endpoint tries a busy server again"},
    {"networkEndpointRetries", "30", "so often, then it fails with RetryableError"},
    {"networkBusyStatus", "409", "HTTP status of AnotherOperationInProgress: 409 or 429"},
    {"networkAbsentSubnets", "\"keep\"", "PUT of a virtual network without subnets: keep those that are there, or remove them"},
    {"networkPoliciesForbidEndpoints", "false", "older behaviour: private endpoints only where network policies are Disabled"},
    {"networkDelegatedSubnetCode", "\"PrivateEndpointCannotBeCreatedInDelegatedSubnet\"", "error code of an endpoint in a delegated subnet"},
    {"networkTargetMustBeRegistered", "false", "Microsoft.DBforPostgreSQL must be registered where the endpoint is"},
    {"networkDnsConfigsWithZoneGroup", "\"empty\"", "customDnsConfigs of an endpoint with a zone group: empty or keep"},
    {"networkZoneGroupMayChange", "false", "a PUT may change the zones of a zone group"},
    {"networkPolicyZone", "\"\"", "id of the zone into which somebody's Azure Policy puts every new endpoint"},
    {"networkPolicySeconds", "300", "until that policy has done it"},
    {"privateDnsAnswer", "\"asynchronous\"", "zones and links answer 202, or \"synchronous\": 200 and 201"},
    {"privateDnsZoneSeconds", "30", "private DNS zone: PUT, DELETE"},
    {"privateDnsLinkSeconds", "30", "virtual network link: PUT, PATCH, DELETE"},
    {"privateDnsLinkedZoneCode", "\"CannotDeleteResource\"", "error code of the DELETE of a zone that has links"},
    // --- Microsoft.DataFactory --------------------------------------------------------------------------------------
    {"managedEndpointSeconds", "75", "managed private endpoint: Provisioning to Succeeded"},
    {"managedEndpointRetrySeconds", "30", "a managed private endpoint tries a busy server again"},
    {"managedEndpointPatienceSeconds", "1800", "a managed private endpoint gives up on a busy server"},
    {"managedEndpointDeleteSeconds", "45", "a deleted managed private endpoint stays readable"},
    {"missingManagedEndpointStatus", "400", "GET of a managed private endpoint that is not there: 400 or 404"},
    {"runtimeStartingSeconds", "5", "integration runtime: Initial to Starting"},
    {"runtimeOnlineSeconds", "40", "integration runtime: PUT to Online"},
    {"authoringEnableSeconds", "150", "interactive authoring: Enabling to Enabled"},
    {"authoringDisableSeconds", "10", "interactive authoring: Disabling to Disabled"},
    {"authoringRetryAfter", "15", "Retry-After of enable and disable, in seconds"},
    {"authoringPollStatus", "200", "HTTP status of operationresults while it runs: 200 or 202"},
    {"authoringIdleFloorSeconds", "20", "a fast world does not switch interactive authoring off sooner"},
    {"interactiveQueryInRuntime", "false", "GET of a runtime shows interactiveQuery; else getStatus alone does"},
    {"factoryPutWithoutIdentity", "\"error\"", "PUT without identity on a factory that has one: error or keep"},
    {"factoryMaskedTestByName", "false", "testConnectivity puts secrets back by the service's name, not only by encryptedCredential"},
    {"managedNetworkPublicOutbound", "false", "without an endpoint, a runtime in the managed network goes to the public address; else: time-out"},
    {"publicRuntimeAddress", "\"20.42.68.10\"", "address from which the public runtime comes"},
    {"requireValidatesCertificate", "false", "sslMode Require validates the certificate unless trustServerCertificate is set"},
    {"connectorRootCertificate", "\"azure\"", "roots that the connector trusts: azure or other"},
    {"keyVaultSecrets", "{}", "{vault address: {secret name: value}} that key vault references find"},
};

} // namespace causeway::sandbox
