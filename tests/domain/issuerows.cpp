// SPDX-License-Identifier: Apache-2.0
// The rows of tst_issues, in a file of their own: moc does not understand raw strings.
#include "tests/domain/issuerows.h"

namespace causeway::test {

static QByteArray repeated(char character, int count)
{
    return QByteArray(count, character);
}

QList<IssueRow> goodRows()
{
    QList<IssueRow> rows;
    const auto good = [&](const char *name, const QByteArray &edits) { rows << IssueRow{name, edits}; };
    good("as it is", "{}");
    good("dashes in a database", R"({"server.databases":["sales-2026"],"linkedService.database":"sales-2026"})");
    good("postgres as the database", R"({"linkedService.database":"postgres"})");
    good("server of 3", R"({"server.name":"abc"})");
    good("server of 63", "{\"server.name\":\"" + repeated('a', 63) + "\"}");
    good("login of 63", "{\"server.create.administratorLogin\":\"" + repeated('a', 63) + "\"}");
    good("group with umlaut", R"({"resourceGroup.name":"rg-Größe_(1).x"})");
    good("subscription id", R"({"subscription":"b1e34741-9f85-48e5-8d4b-4907cb3e42b8"})");
    good("subscription id in capitals", R"({"subscription":"B1E34741-9F85-48E5-8D4B-4907CB3E42B8"})");
    good("retention 7", R"({"server.create.backupRetentionDays":7})");
    good("retention 35", R"({"server.create.backupRetentionDays":35})");
    good("storage 4095", R"({"server.create.storageGiB":4095})");
    good("zone redundant", R"({"server.create.highAvailability":"ZoneRedundant"})");
    good("burstable alone", R"({"server.create.sku":"Standard_B1ms"})");
    good("message of 140", "{\"privateEndpoint.requestMessage\":\"" + repeated('m', 140) + "\"}");
    good("zone id", R"({"privateEndpoint.dns.zone":"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.postgres.database.azure.com"})");
    good("policy", R"({"privateEndpoint.dns.mode":"policy"})");
    good("minutes 120", R"({"integration.runtime.interactiveAuthoringMinutes":120})");
    good("connectVia left out", R"({"linkedService.connectVia":null})");
    good("Verify CA", R"({"linkedService.encryption":"VerifyCa"})");
    good("Require", R"({"linkedService.encryption":"Require"})");
    good("no integration and no linked service", R"({"integration":null,"linkedService":null})");
    good("basic with the administrator's generated password",
         R"({"linkedService.authentication":{"type":"BasicAuth","username":"salesdba","password":{"secret":"generate"}}})");
    good("basic with a prompt", R"({"linkedService.authentication":{"type":"BasicAuth","username":"etl","password":{"secret":"prompt"}}})");
    good("service principal with a key",
         R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"ef761696-47ca-49aa-8ce8-93fb75212ebd","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","key":{"secret":"env:SP_KEY"}}})");
    good("service principal with its object id",
         R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"ef761696-47ca-49aa-8ce8-93fb75212ebd","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","servicePrincipalObjectId":"1f0b2c9e-7a44-4d0e-9f57-30a1f3c7d2b8","key":{"secret":"env:SP_KEY"}}})");
    good("service principal with a certificate",
         R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"ef761696-47ca-49aa-8ce8-93fb75212ebd","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","credentialType":"ServicePrincipalCert","certificate":{"secret":"keychain:pfx"}}})");
    good("user-assigned by credential", R"({"linkedService.authentication":{"type":"UserAssignedManagedIdentity","credential":"etl_identity"}})");
    good("user-assigned by identity",
         R"({"linkedService.authentication":{"type":"UserAssignedManagedIdentity","identity":"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/etl"}})");
    good("factory in its own place", R"({"integration.resourceGroup":"rg-adf","integration.location":"northeurope"})");
    good("host with Require by address", R"({"linkedService.account":"manual","linkedService.host":"10.0.0.4","linkedService.encryption":"Require"})");
    return rows;
}

QList<IssueRow> wrongFormRows()
{
    QList<IssueRow> rows;
    const auto bad = [&](const char *name, const QByteArray &edits, const char *field, const char *code) { rows << IssueRow{name, edits, field, code}; };
    bad("no format", R"({"causeway":null})", "", "missing-key");
    bad("format 0", R"({"causeway":0})", "causeway", "format-unknown");
    bad("format -1", R"({"causeway":-1})", "causeway", "format-unknown");
    bad("format 2", R"({"causeway":2,"anything":{"else":true}})", "causeway", "format-newer");
    bad("format as text", R"({"causeway":"1"})", "causeway", "wrong-type");
    bad("unknown key", R"({"sevrer":{}})", "sevrer", "unknown-key");
    bad("unknown key deep", R"({"server.create.skuu":"x"})", "server.create.skuu", "unknown-key");
    bad("unknown key in a list", R"({"server.firewall[0].form":"x"})", "server.firewall[0].form", "unknown-key");
    bad("injected", R"({"server.delegatedSubnetResourceId":"/x"})", "server.delegatedSubnetResourceId", "server-injected");
    bad("string port", R"({"linkedService.port":"5432"})", "linkedService.port", "wrong-type");
    bad("port with decimals", R"({"linkedService.port":5432.5})", "linkedService.port", "wrong-type");
    bad("huge port", R"({"linkedService.port":99999999999})", "linkedService.port", "number-range");
    bad("numeric encryption", R"({"linkedService.encryption":7})", "linkedService.encryption", "wrong-type");
    bad("small encryption", R"({"linkedService.encryption":"prefer"})", "linkedService.encryption", "unknown-word");
    bad("1.0's word in 2.0", R"({"linkedService.encryption":"SSL"})", "linkedService.encryption", "unknown-word");
    bad("2.0's word in 1.0", R"({"linkedService.version":"1.0"})", "linkedService.encryption", "unknown-word");
    bad("cloud", R"({"cloud":"Azure"})", "cloud", "unknown-word");
    bad("dns mode", R"({"privateEndpoint.dns.mode":"zones"})", "privateEndpoint.dns.mode", "unknown-word");
    bad("public access", R"({"server.publicNetworkAccess":"on"})", "server.publicNetworkAccess", "unknown-word");
    bad("server is a text", R"({"server":"pg"})", "server", "wrong-type");
    bad("databases is an object", R"({"server.databases":{}})", "server.databases", "wrong-type");
    bad("a database is a number", R"({"server.databases":["a",5]})", "server.databases[1]", "wrong-type");
    bad("a rule is a text", R"({"server.firewall":["1.2.3.4"]})", "server.firewall[0]", "wrong-type");
    bad("a rule without end", R"({"server.firewall[0].to":null})", "server.firewall[0]", "missing-key");
    bad("no endpoint name", R"({"privateEndpoint.name":null})", "privateEndpoint", "missing-key");
    bad("no authentication", R"({"linkedService.authentication":null})", "linkedService", "missing-key");
    bad("plain password", R"({"server.create.administratorPassword":"Hunter2Hunter2"})", "server.create.administratorPassword", "secret-plain");
    bad("password as reference", R"({"server.create.administratorPassword":{"secret":"Hunter2Hunter2"}})", "server.create.administratorPassword", "secret-form");
    bad("reference with more", R"({"server.create.administratorPassword":{"secret":"prompt","value":"Hunter2Hunter2"}})", "server.create.administratorPassword", "secret-form");
    bad("bad variable", R"({"server.create.administratorPassword":{"secret":"env:A B"}})", "server.create.administratorPassword", "secret-form");
    bad("vault without name", R"({"server.create.administratorPassword":{"secret":"keyvault:Akv"}})", "server.create.administratorPassword", "secret-form");
    bad("id of another type", R"({"server":{"id":"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.Sql/servers/a"}})", "server.id", "resource-id");
    bad("id with ..", R"({"privateEndpoint.virtualNetwork":"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/../providers/Microsoft.Network/virtualNetworks/v"})", "privateEndpoint.virtualNetwork", "resource-id");
    bad("id with double slash", "{\"privateEndpoint.virtualNetwork\":\"/subscriptions//resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v\"}", "privateEndpoint.virtualNetwork", "resource-id");
    bad("hidden character", R"({"server.name":"pg\u202esales"})", "server.name", "character-not-allowed");
    bad("nul", R"({"server.name":"pg\u0000sales"})", "server.name", "character-not-allowed");
    return rows;
}

QList<IssueRow> wrongRuleRows()
{
    QList<IssueRow> rows;
    const auto bad = [&](const char *name, const QByteArray &edits, const char *field, const char *code) { rows << IssueRow{name, edits, field, code}; };
    const auto warn = [&](const char *name, const QByteArray &edits, const char *field, const char *code) { rows << IssueRow{name, edits, field, code, false}; };
    // The whole
    bad("empty", R"({"resourceGroup":null,"server":null,"privateEndpoint":null,"integration":null,"linkedService":null})", "", "setup-empty");
    bad("no subscription", R"({"subscription":null})", "subscription", "value-required");
    bad("braces", R"({"subscription":"{b1e34741-9f85-48e5-8d4b-4907cb3e42b8}"})", "subscription", "subscription-form");
    bad("digit lost", R"({"subscription":"b1e34741-9f85-48e5-8d4b-4907cb3e42b"})", "subscription", "subscription-form");
    bad("endpoint's subscription", R"({"privateEndpoint.subscription":"b1e34741-9f85-48e5-8d4b-4907cb3e42b"})", "privateEndpoint.subscription", "subscription-form");
    bad("spaces", R"({"server.name":"pg-sales "})", "server.name", "text-spaces");
    bad("10 MB", "{\"linkedService.encryptionReason\":\"" + repeated('x', 500000) + "\"}", "linkedService.encryptionReason", "text-too-long");
    bad("group point", R"({"resourceGroup.name":"rg."})", "resourceGroup.name", "resource-group-characters");
    bad("group slash", R"({"resourceGroup.name":"rg/x"})", "resourceGroup.name", "resource-group-characters");
    bad("group long", "{\"resourceGroup.name\":\"" + repeated('g', 91) + "\"}", "resourceGroup.name", "resource-group-length");
    bad("group nowhere", R"({"resourceGroup.location":null})", "resourceGroup.location", "value-required");
    bad("display name", R"({"resourceGroup.location":"West Europe"})", "resourceGroup.location", "location-form");
    bad("no group", R"({"resourceGroup":null})", "server", "resource-group-missing");
    // Server
    for (const char *name : {"PgSales", "-pg-sales", "pg-sales-", "pg_sales", "pg.sales", "pg-säles", "pg-😀", "xn--größe"})
        bad(name, QByteArray("{\"server.name\":\"") + name + "\"}", "server.name", "server-name-characters");
    bad("2 characters", R"({"server.name":"pg"})", "server.name", "server-name-length");
    bad("64 characters", "{\"server.name\":\"" + repeated('a', 64) + "\"}", "server.name", "server-name-length");
    bad("no name", R"({"server.name":null})", "server.name", "value-required");
    for (const char *login : {"azure_superuser", "azure_pg_admin", "admin", "administrator", "root", "guest", "public", "pg_me", "ADMIN", "Pg_x"})
        bad(login, QByteArray("{\"server.create.administratorLogin\":\"") + login + "\"}", "server.create.administratorLogin", "login-reserved");
    bad("login dash", R"({"server.create.administratorLogin":"sales-dba"})", "server.create.administratorLogin", "login-characters");
    bad("login underscore", R"({"server.create.administratorLogin":"sales_dba"})", "server.create.administratorLogin", "login-characters");
    bad("login long", "{\"server.create.administratorLogin\":\"" + repeated('a', 64) + "\"}", "server.create.administratorLogin", "login-length");
    bad("login missing", R"({"server.create.administratorLogin":null})", "server.create.administratorLogin", "value-required");
    bad("password missing", R"({"server.create.administratorPassword":null})", "server.create.administratorPassword", "value-required");
    bad("password in a vault", R"({"server.create.administratorPassword":{"secret":"keyvault:Akv/pg"}})", "server.create.administratorPassword", "secret-keyvault");
    warn("login unused", R"({"server.authentication.password":false})", "server.create.administratorLogin", "login-unused");
    bad("nobody", R"({"server.authentication":{"password":false,"entra":false}})", "server.authentication", "authentication-none");
    bad("version 10", R"({"server.create.version":"10"})", "server.create.version", "version-unknown");
    bad("version 16.1", R"({"server.create.version":"16.1"})", "server.create.version", "version-unknown");
    bad("version 016", R"({"server.create.version":"016"})", "server.create.version", "version-unknown");
    warn("version 13", R"({"server.create.version":"13"})", "server.create.version", "version-old");
    bad("sku", R"({"server.create.sku":"D2ds_v5"})", "server.create.sku", "sku-form");
    bad("burstable standby", R"({"server.create.sku":"Standard_B2s","server.create.highAvailability":"SameZone"})", "server.create.highAvailability", "high-availability-burstable");
    for (const char *size : {"31", "33", "0", "-32", "100", "32768"})
        bad(size, QByteArray("{\"server.create.storageGiB\":") + size + "}", "server.create.storageGiB", "storage-size");
    bad("retention 6", R"({"server.create.backupRetentionDays":6})", "server.create.backupRetentionDays", "backup-retention");
    bad("retention 36", R"({"server.create.backupRetentionDays":36})", "server.create.backupRetentionDays", "backup-retention");
    bad("id and create", R"({"server.id":"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-sales"})", "server.id", "server-id-or-create");
    bad("id and another name", R"({"server.create":null,"server.name":"pg-x","server.id":"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-sales"})", "server.name", "server-id-name");
    bad("server nowhere", R"({"server.create.location":null})", "server.create.location", "value-required");
    // Firewall and databases
    bad("rule name", R"({"server.firewall[0].name":"of fice"})", "server.firewall[0].name", "firewall-name-characters");
    bad("rule name long", "{\"server.firewall[0].name\":\"" + repeated('f', 129) + "\"}", "server.firewall[0].name", "firewall-name-length");
    bad("rule twice", R"({"server.firewall[1].name":"OFFICE"})", "server.firewall[1].name", "firewall-twice");
    for (const char *address : {"1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4/32", "::1", "a.b.c.d", "1.2.3.4."})
        bad(address, QByteArray("{\"server.firewall[0].from\":\"") + address + "\"}", "server.firewall[0].from", "firewall-address");
    bad("backwards", R"({"server.firewall[0].to":"203.0.113.9"})", "server.firewall[0].to", "firewall-order");
    warn("all of Azure", R"({"server.firewall[0].from":"0.0.0.0","server.firewall[0].to":"0.0.0.0"})", "server.firewall[0]", "firewall-all-azure");
    warn("all the world", R"({"server.firewall[0].from":"0.0.0.0","server.firewall[0].to":"255.255.255.255"})", "server.firewall[0]", "firewall-open");
    warn("rules for nothing", R"({"server.publicNetworkAccess":"Disabled"})", "server.firewall", "firewall-without-public-access");
    warn("no rules", R"({"server.firewall":[]})", "server.publicNetworkAccess", "public-access-without-firewall");
    bad("database quote", R"({"server.databases[0]":"sa\"les"})", "server.databases[0]", "database-name-characters");
    bad("database digit", R"({"server.databases[0]":"1sales"})", "server.databases[0]", "database-name-characters");
    bad("database long", "{\"server.databases[0]\":\"" + repeated('d', 64) + "\"}", "server.databases[0]", "database-name-length");
    bad("database there", R"({"server.databases[0]":"postgres"})", "server.databases[0]", "database-reserved");
    bad("database twice", R"({"server.databases":["sales","sales"]})", "server.databases[1]", "database-twice");
    // Network
    bad("endpoint alone", R"({"server":null,"integration":null,"linkedService":null})", "privateEndpoint", "endpoint-without-server");
    bad("endpoint name", R"({"privateEndpoint.name":"pe-"})", "privateEndpoint.name", "endpoint-name-characters");
    bad("endpoint name short", R"({"privateEndpoint.name":"p"})", "privateEndpoint.name", "endpoint-name-length");
    bad("endpoint nowhere", R"({"privateEndpoint.location":null})", "privateEndpoint.location", "value-required");
    bad("sub-resource", R"({"privateEndpoint.subresource":"sites"})", "privateEndpoint.subresource", "subresource");
    bad("no network", R"({"privateEndpoint.virtualNetwork":null})", "privateEndpoint.virtualNetwork", "value-required");
    bad("subnet", R"({"privateEndpoint.subnet":"snet pe"})", "privateEndpoint.subnet", "subnet-name-characters");
    bad("subnet long", "{\"privateEndpoint.subnet\":\"" + repeated('s', 81) + "\"}", "privateEndpoint.subnet", "subnet-name-length");
    bad("message of 141", "{\"privateEndpoint.requestMessage\":\"" + repeated('m', 141) + "\"}", "privateEndpoint.requestMessage", "request-message-length");
    bad("article 002's zone", R"({"privateEndpoint.dns.zone":"privatelink.postgresql.database.azure.com"})", "privateEndpoint.dns.zone", "dns-zone-article");
    bad("article 002's zone by id", R"({"privateEndpoint.dns.zone":"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.postgresql.database.azure.com"})", "privateEndpoint.dns.zone", "dns-zone-article");
    bad("zone of another cloud", R"({"cloud":"AzureChina","privateEndpoint.dns.zone":"/subscriptions/b1e34741-9f85-48e5-8d4b-4907cb3e42b8/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.postgres.database.azure.com"})", "privateEndpoint.dns.zone", "dns-zone-name");
    bad("zone by name", R"({"privateEndpoint.dns.zone":"privatelink.postgres.database.azure.com"})", "privateEndpoint.dns.zone", "dns-zone-form");
    warn("zone without use", R"({"privateEndpoint.dns":{"mode":"none","zone":"x"}})", "privateEndpoint.dns.zone", "dns-zone-unused");
    bad("network elsewhere", R"({"subscription":"649b6090-69bd-4d7b-8961-6a1e5543fe30"})", "privateEndpoint.virtualNetwork", "endpoint-network-subscription");
    warn("server elsewhere", R"({"server":{"id":"/subscriptions/649b6090-69bd-4d7b-8961-6a1e5543fe30/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-sales","authentication":{"entra":true}}})", "privateEndpoint.virtualNetwork", "network-server-subscription");
    warn("two regions", R"({"privateEndpoint.location":"northeurope"})", "privateEndpoint.location", "endpoint-server-region");
    // Integration
    for (const char *name : {"adf_sales", "-adf", "adf-", "adf--x", "adf.sales", "adf sales"})
        bad(name, QByteArray("{\"integration.name\":\"") + name + "\"}", "integration.name", "factory-name-characters");
    bad("factory short", R"({"integration.name":"ad"})", "integration.name", "factory-name-length");
    bad("runtime", R"({"integration.runtime.name":"Vnet_Runtime","linkedService.connectVia":null})", "integration.runtime.name", "runtime-name-characters");
    bad("runtime short", R"({"integration.runtime.name":"IR","linkedService.connectVia":null})", "integration.runtime.name", "runtime-name-length");
    bad("minutes", R"({"integration.runtime.interactiveAuthoringMinutes":45})", "integration.runtime.interactiveAuthoringMinutes", "authoring-minutes");
    bad("managed endpoint", R"({"integration.managedPrivateEndpoint.name":"mpe.x"})", "integration.managedPrivateEndpoint.name", "factory-child-characters");
    bad("managed endpoint long", "{\"integration.managedPrivateEndpoint.name\":\"" + repeated('m', 128) + "\"}", "integration.managedPrivateEndpoint.name", "factory-child-length");
    bad("no runtime", R"({"integration.runtime":null})", "integration.managedPrivateEndpoint", "managed-endpoint-without-runtime");
    bad("no server", R"({"server":null,"privateEndpoint":null,"linkedService":null})", "integration.managedPrivateEndpoint", "managed-endpoint-without-server");
    // Linked service
    for (const char *name : {"1Pg", "Pg-Sales", "Pg.Sales", "Pg<x", "Pg>x", "Pg*x", "Pg#x", "Pg%x", "Pg&x", "Pg:x", "Pg\\\\x", "Pg+x", "Pg?x", "Pg/x"})
        bad(name, QByteArray("{\"linkedService.name\":\"") + name + "\"}", "linkedService.name", "linked-service-name-characters");
    bad("name with a space behind", R"({"linkedService.name":"Pg "})", "linkedService.name", "text-spaces");
    bad("name long", "{\"linkedService.name\":\"" + repeated('L', 261) + "\"}", "linkedService.name", "linked-service-name-length");
    bad("version 3", R"({"linkedService.version":"3.0"})", "linkedService.version", "linked-service-version");
    warn("version 1", R"({"linkedService.version":"1.0","linkedService.encryption":"SSL","linkedService.authentication":{"type":"BasicAuth","username":"etl","password":{"secret":"prompt"}}})", "linkedService.version", "linked-service-old");
    warn("no factory", R"({"integration":null})", "linkedService", "linked-service-without-integration");
    bad("nothing to connect to", R"({"server":null,"privateEndpoint":null})", "linkedService.account", "linked-service-without-server");
    warn("host unused", R"({"linkedService.host":"pg.example"})", "linkedService.host", "host-unused");
    bad("host missing", R"({"linkedService.account":"manual"})", "linkedService.host", "value-required");
    for (const char *host : {"10.0.0.4", "::1", "[fe80::1]"})
        bad(host, QByteArray(R"({"linkedService.account":"manual","linkedService.host":")") + host + "\"}", "linkedService.host", "host-address");
    for (const char *host : {"https://pg.example", "pg.example:5432", "pg", "pg..example", "pg example", "-pg.example"})
        bad(host, QByteArray(R"({"linkedService.account":"manual","linkedService.host":")") + host + "\"}", "linkedService.host", "host-form");
    warn("private zone's name", R"({"linkedService.account":"manual","linkedService.host":"pg.privatelink.postgres.database.azure.com"})", "linkedService.host", "host-privatelink");
    bad("port 0", R"({"linkedService.port":0})", "linkedService.port", "port-range");
    bad("port 65536", R"({"linkedService.port":65536})", "linkedService.port", "port-range");
    warn("another database", R"({"linkedService.database":"orders"})", "linkedService.database", "database-not-made");
    bad("database missing", R"({"linkedService.database":null})", "linkedService.database", "value-required");
    bad("database separator", R"({"linkedService.database":"a;b"})", "linkedService.database", "database-name-characters");
    bad("another runtime", R"({"linkedService.connectVia":"Other"})", "linkedService.connectVia", "connect-via-differs");
    warn("no runtime at all", R"({"integration.runtime":null,"integration.managedPrivateEndpoint":null,"linkedService.connectVia":null})", "linkedService.connectVia", "connect-via-missing");
    // Encryption against require_secure_transport
    for (const char *word : {"Disable", "Allow", "Prefer"})
        bad(word, QByteArray(R"({"linkedService.encryption":")") + word + "\"}", "linkedService.encryptionReason", "encryption-reason");
    bad("1.0 without encryption", R"({"linkedService.version":"1.0","linkedService.encryption":"NoEncryption","linkedService.authentication":{"type":"BasicAuth","username":"etl","password":{"secret":"prompt"}}})", "linkedService.encryptionReason", "encryption-reason");
    bad("refused", R"({"linkedService.encryption":"Disable","linkedService.encryptionReason":"x"})", "linkedService.encryption", "encryption-refused");
    bad("refused by default", R"({"linkedService.encryption":"Disable","linkedService.encryptionReason":"x","server.requireSecureTransport":null})", "linkedService.encryption", "encryption-refused");
    warn("refused perhaps", R"({"linkedService.encryption":"Disable","linkedService.encryptionReason":"x","linkedService.account":"manual","linkedService.host":"pg.example","server":null,"privateEndpoint":null,"integration.managedPrivateEndpoint":null})", "linkedService.encryption", "encryption-refused");
    warn("clear text", R"({"linkedService.encryption":"Disable","linkedService.encryptionReason":"x","server.requireSecureTransport":false})", "linkedService.encryption", "encryption-clear-text");
    warn("fall back", R"({"linkedService.encryption":"Prefer","linkedService.encryptionReason":"x","server.requireSecureTransport":false})", "linkedService.encryption", "encryption-fall-back");
    warn("unchecked", R"({"linkedService.trustServerCertificate":true})", "linkedService.trustServerCertificate", "encryption-unchecked");
    // Authentication
    bad("basic without user", R"({"linkedService.authentication":{"type":"BasicAuth","password":{"secret":"prompt"}}})", "linkedService.authentication.username", "authentication-key-missing");
    bad("principal without tenant", R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","key":{"secret":"prompt"}}})", "linkedService.authentication.tenant", "authentication-key-missing");
    bad("principal without key", R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"649b6090-69bd-4d7b-8961-6a1e5543fe30","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30"}})", "linkedService.authentication.key", "authentication-key-missing");
    bad("principal with both", R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"649b6090-69bd-4d7b-8961-6a1e5543fe30","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","key":{"secret":"prompt"},"certificate":{"secret":"prompt"}}})", "linkedService.authentication.certificate", "authentication-key-and-certificate");
    bad("tenant by name", R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"contoso","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","key":{"secret":"prompt"}}})", "linkedService.authentication.tenant", "guid-form");
    bad("object id by name", R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"649b6090-69bd-4d7b-8961-6a1e5543fe30","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","servicePrincipalObjectId":"sp","key":{"secret":"prompt"}}})", "linkedService.authentication.servicePrincipalObjectId", "guid-form");
    bad("the application's id as object id", R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"ef761696-47ca-49aa-8ce8-93fb75212ebd","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","servicePrincipalObjectId":"649B6090-69bd-4d7b-8961-6a1e5543fe30","key":{"secret":"prompt"}}})", "linkedService.authentication.servicePrincipalObjectId", "authentication-object-id");
    bad("object id of an identity", R"({"linkedService.authentication.servicePrincipalObjectId":"1f0b2c9e-7a44-4d0e-9f57-30a1f3c7d2b8"})", "linkedService.authentication.servicePrincipalObjectId", "authentication-key-foreign");
    bad("cloud of the principal", R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"649b6090-69bd-4d7b-8961-6a1e5543fe30","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","key":{"secret":"prompt"},"cloudType":"Mars"}})", "linkedService.authentication.cloudType", "unknown-word");
    bad("generated key", R"({"linkedService.authentication":{"type":"ServicePrincipal","username":"sp","tenant":"649b6090-69bd-4d7b-8961-6a1e5543fe30","servicePrincipalId":"649b6090-69bd-4d7b-8961-6a1e5543fe30","key":{"secret":"generate"}}})", "linkedService.authentication.key", "secret-generate");
    bad("generated password of another", R"({"linkedService.authentication":{"type":"BasicAuth","username":"etl","password":{"secret":"generate"}}})", "linkedService.authentication.password", "secret-generate");
    bad("password for an identity", R"({"linkedService.authentication.password":{"secret":"prompt"}})", "linkedService.authentication.password", "authentication-key-foreign");
    bad("no credential", R"({"linkedService.authentication":{"type":"UserAssignedManagedIdentity"}})", "linkedService.authentication.credential", "authentication-key-missing");
    bad("identity in 1.0", R"({"linkedService.version":"1.0","linkedService.encryption":"SSL"})", "linkedService.authentication.type", "authentication-version");
    bad("no Entra", R"({"server.authentication.entra":false})", "linkedService.authentication.type", "authentication-needs-entra");
    bad("no passwords", R"({"server.authentication.password":false,"linkedService.authentication":{"type":"BasicAuth","username":"etl","password":{"secret":"prompt"}}})", "linkedService.authentication.type", "authentication-needs-password");
    return rows;
}

} // namespace causeway::test
