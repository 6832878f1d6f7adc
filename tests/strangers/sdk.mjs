// SPDX-License-Identifier: Apache-2.0
// The Azure SDKs for JavaScript, unchanged, walk the whole private road on a sandbox and print a table. Started by sdk.sh, with
// ARM, SUBSCRIPTION, TENANT, TOKEN of the ready line and NODE_EXTRA_CA_CERTS; the packages are where it runs.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'x.js'));
const { ClientSecretCredential, ManagedIdentityCredential } = require('@azure/identity');
const { ResourceManagementClient } = require('@azure/arm-resources');
const { SubscriptionClient } = require('@azure/arm-resources-subscriptions');
const { PostgreSQLManagementFlexibleServerClient } = require('@azure/arm-postgresql-flexible');
const { NetworkManagementClient } = require('@azure/arm-network');
const { PrivateDnsManagementClient } = require('@azure/arm-privatedns');
const { DataFactoryManagementClient } = require('@azure/arm-datafactory');
const { ManagedServiceIdentityClient } = require('@azure/arm-msi');
const { ManagementLockClient } = require('@azure/arm-locks');
const { AuthorizationManagementClient } = require('@azure/arm-authorization');

const { ARM, SUBSCRIPTION, TENANT } = process.env;
const options = { endpoint: ARM, $host: ARM, credentialScopes: ['https://management.azure.com/.default'], retryOptions: { maxRetries: 0 } };
const group = 'rg-sdk', server = 'pg-sdk-stranger', factory = 'adf-sdk-stranger', zone = 'privatelink.postgres.database.azure.com';
const base = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers`;
const serverId = `${base}/Microsoft.DBforPostgreSQL/flexibleServers/${server}`;
const factoryId = `${base}/Microsoft.DataFactory/factories/${factory}`;
const vnetId = `${base}/Microsoft.Network/virtualNetworks/vnet-sdk`, subnetId = `${vnetId}/subnets/snet-pe`;

const rows = [];
let broken = 0;
async function step(name, work) {
  const begin = Date.now();
  let verdict = 'ok', said = '';
  try { said = (await work()) ?? ''; }
  catch (error) {
    verdict = 'FAIL'; broken++;
    said = `${error.statusCode ?? ''} ${error.code ?? error.name}: ${error.message}`.replace(/\s+/g, ' ').slice(0, 500);
  }
  rows.push(verdict);
  console.log(`${verdict.padEnd(4)}  ${name.padEnd(34)} ${String((Date.now() - begin) / 1000).padStart(6)} s  ${String(said).slice(0, verdict === 'ok' ? 70 : 500)}`);
}
function check(condition, text) { if (!condition) throw new Error(text); }
function same(found, wanted, what) { check(JSON.stringify(found) === JSON.stringify(wanted), `${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`); }
async function all(pages) { const list = []; for await (const one of pages) list.push(one); return list; }
async function refused(code, status, work) {
  try { await work(); } catch (error) {
    check(error.statusCode === status && error.code === code, `${error.statusCode} ${error.code} instead of ${status} ${code}`);
    return `${status} ${code}`;
  }
  throw new Error(`no ${code}`);
}
async function until(what, look) {
  for (let tries = 0; tries < 120; tries++) {
    if (await look()) return;
    await new Promise(done => setTimeout(done, 250));
  }
  throw new Error(`${what} did not come`);
}

const credential = new ClientSecretCredential(TENANT, process.env.CLIENT_ID, process.env.CLIENT_SECRET, { authorityHost: ARM, disableInstanceDiscovery: true });
const scope = 'https://management.azure.com/.default';
async function raw(method, path, body) { // what no SDK has
  const { token } = await credential.getToken(scope);
  const answer = await fetch(ARM + path, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined };
}

await step('sign in: client secret', async () => { check((await credential.getToken(scope)).token, 'no token'); });
await step('sign in: managed identity (VM)', async () => {
  process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = ARM;
  check((await new ManagedIdentityCredential().getToken(scope)).token, 'no token');
  delete process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST;
});
await step('sign in: managed identity (app)', async () => {
  Object.assign(process.env, { IDENTITY_ENDPOINT: `${ARM}/MSI/token`, IDENTITY_HEADER: 'x' });
  check((await new ManagedIdentityCredential().getToken(scope)).token, 'no token');
});

const subscriptions = new SubscriptionClient(credential, options);
const resources = new ResourceManagementClient(credential, SUBSCRIPTION, options);
const postgres = new PostgreSQLManagementFlexibleServerClient(credential, SUBSCRIPTION, options);
const network = new NetworkManagementClient(credential, SUBSCRIPTION, options);
const dns = new PrivateDnsManagementClient(credential, SUBSCRIPTION, options);
const factories = new DataFactoryManagementClient(credential, SUBSCRIPTION, options);
const identities = new ManagedServiceIdentityClient(credential, SUBSCRIPTION, options);
const locks = new ManagementLockClient(credential, SUBSCRIPTION, options);
const rights = new AuthorizationManagementClient(credential, SUBSCRIPTION, options);

await step('subscriptions', async () => { check((await all(subscriptions.subscriptions.list())).some(s => s.subscriptionId === SUBSCRIPTION), 'not listed'); });
await step('subscription', async () => same((await subscriptions.subscriptions.get(SUBSCRIPTION)).state, 'Enabled', 'state'));
await step('tenants', async () => { check((await all(subscriptions.tenants.list())).some(t => t.tenantId === TENANT), 'not listed'); });
await step('locations', async () => { check((await all(subscriptions.subscriptions.listLocations(SUBSCRIPTION))).some(l => l.name === 'westeurope'), 'not listed'); });
await step('providers', async () => same((await resources.providers.get('Microsoft.DBforPostgreSQL')).registrationState, 'Registered', 'state'));
await step('group: not there', async () => { same((await resources.resourceGroups.checkExistence(group)).body, false, 'exists'); });
await step('group: create', async () => same((await resources.resourceGroups.createOrUpdate(group, { location: 'westeurope', tags: { by: 'sdk' } })).properties.provisioningState, 'Succeeded', 'state'));
await step('group: there', async () => { same((await resources.resourceGroups.checkExistence(group)).body, true, 'exists'); });

await step('virtual network', async () => same((await network.virtualNetworks.beginCreateOrUpdateAndWait(group, 'vnet-sdk',
  { location: 'westeurope', addressSpace: { addressPrefixes: ['10.8.0.0/16'] } })).id, vnetId, 'id'));
await step('subnet', async () => same((await network.subnets.beginCreateOrUpdateAndWait(group, 'vnet-sdk', 'snet-pe', { addressPrefix: '10.8.1.0/24' })).id, subnetId, 'id'));
await step('virtual network shows subnet', async () => same((await network.virtualNetworks.get(group, 'vnet-sdk')).subnets.map(s => s.name), ['snet-pe'], 'subnets'));

await step('name check', async () => same((await postgres.nameAvailability.checkGlobally({ name: server, type: 'Microsoft.DBforPostgreSQL/flexibleServers' })).nameAvailable, true, 'available'));
await step('capabilities', async () => {
  const [first] = await all(postgres.capabilitiesByLocation.list('westeurope'));
  check(first.supportedServerEditions.length && first.supportedServerVersions.length, 'no editions');
});
await step('server', async () => {
  const made = await postgres.servers.beginCreateOrUpdateAndWait(group, server, {
    location: 'westeurope', version: '16', sku: { name: 'Standard_D2ds_v5', tier: 'GeneralPurpose' }, storage: { storageSizeGB: 128 },
    administratorLogin: 'sdkdba', administratorLoginPassword: 'Str0ng-Enough!', authConfig: { passwordAuth: 'Enabled', activeDirectoryAuth: 'Enabled', tenantId: TENANT },
    network: { publicNetworkAccess: 'Enabled' } });
  same([made.id, made.state, made.administratorLoginPassword], [serverId, 'Ready', undefined], 'server');
  return made.fullyQualifiedDomainName;
});
await step('server: list, masked', async () => { const [one] = await all(postgres.servers.listByResourceGroup(group)); check(!JSON.stringify(one).includes('Str0ng'), 'the password came back'); });
const settled = work => async () => { // ServerIsBusy goes on for some seconds after a creation
  for (let tries = 0; ; tries++) {
    try { return await work(); } catch (error) {
      if (error.code !== 'ServerIsBusy' || tries > 40) throw error;
      await new Promise(done => setTimeout(done, 250));
    }
  }
};
await step('firewall rule', settled(async () => same((await postgres.firewallRules.beginCreateOrUpdateAndWait(group, server, 'office', { startIpAddress: '203.0.113.10', endIpAddress: '203.0.113.20' })).endIpAddress, '203.0.113.20', 'end')));
await step('firewall rules', async () => same((await all(postgres.firewallRules.listByServer(group, server))).map(r => r.name), ['office'], 'rules'));
await step('database', settled(async () => same((await postgres.databases.beginCreateAndWait(group, server, 'sales', { charset: 'UTF8', collation: 'en_US.utf8' })).name, 'sales', 'name')));
await step('configuration', settled(async () => same((await postgres.configurations.beginUpdateAndWait(group, server, 'ssl_min_protocol_version', { value: 'TLSv1.3', source: 'user-override' })).value, 'TLSv1.3', 'value')));
await step('administrator', settled(async () => same((await postgres.administratorsMicrosoftEntra.beginCreateOrUpdateAndWait(group, server, process.env.CLIENT_OBJECT,
  { principalName: 'sdk', principalType: 'ServicePrincipal', tenantId: TENANT })).principalType, 'ServicePrincipal', 'type')));
await step('private link resources', async () => same((await all(postgres.privateLinkResources.listByServer(group, server))).map(r => r.requiredZoneNames), [[zone]], 'zones'));

await step('private endpoint (manual)', settled(async () => {
  const made = await network.privateEndpoints.beginCreateOrUpdateAndWait(group, 'pe-sdk', { location: 'westeurope', subnet: { id: subnetId },
    manualPrivateLinkServiceConnections: [{ name: 'pe-sdk', privateLinkServiceId: serverId, groupIds: ['postgresqlServer'], requestMessage: 'please' }] });
  same(made.manualPrivateLinkServiceConnections[0].privateLinkServiceConnectionState.status, 'Pending', 'status');
}));
let connection;
await step('connection listed', async () => {
  [connection] = await all(postgres.privateEndpointConnections.listByServer(group, server));
  same(connection.privateLinkServiceConnectionState.status, 'Pending', 'status');
  return connection.name;
});
await step('connection: approve', settled(async () => same((await postgres.privateEndpointConnections.beginUpdateAndWait(group, server, connection.name,
  { privateLinkServiceConnectionState: { status: 'Approved', description: 'CHG-1' } })).privateLinkServiceConnectionState.status, 'Approved', 'status')));
await step('endpoint sees the approval', () => until('Approved', async () => (await network.privateEndpoints.get(group, 'pe-sdk')).manualPrivateLinkServiceConnections[0].privateLinkServiceConnectionState.status === 'Approved'));
await step('network interface', async () => {
  const endpoint = await network.privateEndpoints.get(group, 'pe-sdk');
  const nic = await network.networkInterfaces.get(group, endpoint.networkInterfaces[0].id.split('/').pop());
  check(nic.ipConfigurations[0].privateIPAddress.startsWith('10.8.1.'), nic.ipConfigurations[0].privateIPAddress);
  return nic.ipConfigurations[0].privateIPAddress;
});
await step('DNS zone', async () => same((await dns.privateZones.beginCreateOrUpdateAndWait(group, zone, { location: 'global' })).provisioningState, 'Succeeded', 'state'));
await step('DNS link', async () => same((await dns.virtualNetworkLinks.beginCreateOrUpdateAndWait(group, zone, 'link', { location: 'global', virtualNetwork: { id: vnetId }, registrationEnabled: false })).provisioningState, 'Succeeded', 'state'));
await step('DNS zone group', async () => same((await network.privateDnsZoneGroups.beginCreateOrUpdateAndWait(group, 'pe-sdk', 'default',
  { privateDnsZoneConfigs: [{ name: 'postgres', privateDnsZoneId: `${base}/Microsoft.Network/privateDnsZones/${zone}` }] })).provisioningState, 'Succeeded', 'state'));
await step('DNS record', async () => {
  const records = await all(dns.recordSets.listByType(group, zone, 'A'));
  same(records.map(r => r.name), [server], 'records');
  const one = await dns.recordSets.get(group, zone, 'A', server);
  check(one.aRecords[0].ipv4Address.startsWith('10.8.1.'), 'address');
  return one.aRecords[0].ipv4Address;
});

await step('identity', async () => { check((await identities.userAssignedIdentities.createOrUpdate(group, 'id-sdk', { location: 'westeurope' })).principalId, 'no principal'); });
await step('factory', async () => { const made = await factories.factories.createOrUpdate(group, factory, { location: 'westeurope', identity: { type: 'SystemAssigned' } }); same(made.provisioningState, 'Succeeded', 'state'); check(made.identity.principalId, 'no identity'); });
await step('managed virtual network', async () => same((await factories.managedVirtualNetworks.createOrUpdate(group, factory, 'default', { properties: {} })).name, 'default', 'name'));
await step('integration runtime', async () => same((await factories.integrationRuntimes.createOrUpdate(group, factory, 'VnetRuntime', { properties: { type: 'Managed',
  typeProperties: { computeProperties: { location: 'West Europe' } }, managedVirtualNetwork: { type: 'ManagedVirtualNetworkReference', referenceName: 'default' } } })).properties.type, 'Managed', 'type'));
await step('runtime status', async () => (await factories.integrationRuntimes.getStatus(group, factory, 'VnetRuntime')).properties.state);
await step('managed private endpoint', settled(async () => {
  await factories.managedPrivateEndpoints.createOrUpdate(group, factory, 'default', 'mpe-sdk', { properties: { privateLinkResourceId: serverId, groupId: 'postgresqlServer' } });
}));
await step('its connection comes', () => until('connection', async () => {
  connection = (await all(postgres.privateEndpointConnections.listByServer(group, server))).find(c => c.privateLinkServiceConnectionState.status === 'Pending');
  return connection;
}));
await step('its connection: approve (raw PUT)', async () => { // the SDK refuses a name with two dots
  const path = `${connection.id}?api-version=2024-08-01`;
  let answer;
  await until('an idle server', async () => (answer = await raw('PUT', path, { properties: { privateLinkServiceConnectionState: { status: 'Approved', description: 'CHG-2' } } })).status !== 409);
  check([200, 201, 202].includes(answer.status), `${answer.status} ${JSON.stringify(answer.body)}`);
  await until('Approved', async () => (await raw('GET', path)).body.properties.privateLinkServiceConnectionState.status === 'Approved');
});
await step('factory sees the approval', () => until('Approved', async () => (await factories.managedPrivateEndpoints.get(group, factory, 'default', 'mpe-sdk')).properties.connectionState.status === 'Approved'));

const fqdn = `${server}.postgres.database.azure.com`;
const typeProperties = { server: fqdn, port: 5432, database: 'sales', sslMode: 2, authenticationType: 'Basic', username: 'sdkdba', password: { type: 'SecureString', value: 'Str0ng-Enough!' } };
const linkedService = { properties: { type: 'AzurePostgreSql', version: '2.0', connectVia: { type: 'IntegrationRuntimeReference', referenceName: 'VnetRuntime' }, typeProperties } };
await step('linked service', async () => { await factories.linkedServices.createOrUpdate(group, factory, 'PgSales', linkedService); });
await step('linked service: 2.0 survives', async () => {
  const { properties } = (await raw('GET', `${factoryId}/linkedservices/PgSales?api-version=2018-06-01`)).body;
  same([properties.version, properties.typeProperties.server, properties.typeProperties.sslMode, properties.typeProperties.authenticationType], ['2.0', fqdn, 2, 'Basic'], 'properties');
  check(!JSON.stringify(properties).includes('Str0ng'), 'the password came back');
  const sdk = await factories.linkedServices.get(group, factory, 'PgSales');
  same([sdk.properties.type, sdk.properties.version], ['AzurePostgreSql', '2.0'], 'through the SDK');
});
await step('interactive authoring', async () => {
  const answer = await raw('POST', `${factoryId}/integrationRuntimes/VnetRuntime/enableInteractiveQuery?api-version=2018-06-01`, { autoTerminationMinutes: 60 });
  check([200, 202].includes(answer.status), `${answer.status} ${JSON.stringify(answer.body)}`);
  await until('Enabled', async () => (await raw('POST', `${factoryId}/integrationRuntimes/VnetRuntime/getStatus?api-version=2018-06-01`)).body.properties.typeProperties?.interactiveQuery?.status === 'Enabled');
});
await step('test connection', async () => {
  const answer = await raw('POST', `${factoryId}/testConnectivity?api-version=2018-06-01`, { linkedService: { name: 'PgSales', ...linkedService } });
  same([answer.status, answer.body.succeeded], [200, true], JSON.stringify(answer.body));
  return JSON.stringify(answer.body).slice(0, 70);
});
await step('runtime keys (self-hosted)', async () => {
  await factories.integrationRuntimes.createOrUpdate(group, factory, 'SelfHosted', { properties: { type: 'SelfHosted' } });
  const keys = await factories.integrationRuntimes.listAuthKeys(group, factory, 'SelfHosted');
  check(keys.authKey1 && keys.authKey2, 'no keys');
});
await step('linked service: Key Vault', async () => same((await factories.linkedServices.createOrUpdate(group, factory, 'Vault', { properties: { type: 'AzureKeyVault', baseUrl: 'https://kv-sdk.vault.azure.net/' } })).properties.type, 'AzureKeyVault', 'type'));
await step('lists of the factory', async () => {
  same((await all(factories.linkedServices.listByFactory(group, factory))).map(l => l.name).sort(), ['PgSales', 'Vault'], 'linked services');
  same((await all(factories.managedPrivateEndpoints.listByFactory(group, factory, 'default'))).map(l => l.name), ['mpe-sdk'], 'endpoints');
});

await step('lock: create', async () => same((await locks.managementLocks.createOrUpdateAtResourceGroupLevel(group, 'keep', { level: 'CanNotDelete' })).level, 'CanNotDelete', 'level'));
await step('lock: by scope (//subscriptions)', async () => same((await locks.managementLocks.getByScope(`/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}`, 'keep')).name, 'keep', 'name'));
await step('lock: refuses a delete', () => refused('ScopeLocked', 409, () => postgres.servers.beginDeleteAndWait(group, server)));
await step('lock: delete', () => locks.managementLocks.deleteAtResourceGroupLevel(group, 'keep').then(() => ''));
await step('permissions', async () => { check((await all(rights.permissions.listForResourceGroup(group))).some(p => p.actions.includes('*')), 'none'); });
await step('resources of the group', async () => {
  const types = (await all(resources.resources.listByResourceGroup(group))).map(r => r.type.toLowerCase());
  for (const wanted of ['microsoft.dbforpostgresql/flexibleservers', 'microsoft.network/privateendpoints', 'microsoft.network/privatednszones', 'microsoft.datafactory/factories']) check(types.includes(wanted), `${wanted} is not in ${types}`);
});
await step('resource by id', async () => same((await resources.resources.getById(serverId, '2024-08-01')).name, server, 'name'));
await step('error: not there', () => refused('ResourceNotFound', 404, () => postgres.servers.get(group, 'pg-nobody')));
await step('error: no such group', () => refused('ResourceGroupNotFound', 404, () => factories.factories.get('rg-nobody', factory)));

await step('delete: linked services', async () => { for (const name of ['PgSales', 'Vault']) await factories.linkedServices.delete(group, factory, name); });
await step('delete: managed private endpoint', async () => { await factories.managedPrivateEndpoints.delete(group, factory, 'default', 'mpe-sdk'); });
await step('delete: factory', async () => { await factories.factories.delete(group, factory); });
await step('delete: zone group, link, zone', async () => {
  await network.privateDnsZoneGroups.beginDeleteAndWait(group, 'pe-sdk', 'default');
  await dns.virtualNetworkLinks.beginDeleteAndWait(group, zone, 'link');
  await dns.privateZones.beginDeleteAndWait(group, zone);
});
await step('delete: private endpoint', settled(() => network.privateEndpoints.beginDeleteAndWait(group, 'pe-sdk').then(() => '')));
await step('delete: firewall rule, database', settled(async () => {
  await postgres.firewallRules.beginDeleteAndWait(group, server, 'office');
  await postgres.databases.beginDeleteAndWait(group, server, 'sales');
}));
await step('delete: server', settled(() => postgres.servers.beginDeleteAndWait(group, server).then(() => '')));
await step('delete: virtual network', async () => { await network.subnets.beginDeleteAndWait(group, 'vnet-sdk', 'snet-pe'); await network.virtualNetworks.beginDeleteAndWait(group, 'vnet-sdk'); });
await step('delete: identity', async () => { await identities.userAssignedIdentities.delete(group, 'id-sdk'); });
await step('delete: group', async () => { await resources.resourceGroups.beginDeleteAndWait(group); same((await resources.resourceGroups.checkExistence(group)).body, false, 'exists'); });

console.log(`${rows.length - broken} of ${rows.length} passed`);
process.exit(broken ? 1 : 0);
