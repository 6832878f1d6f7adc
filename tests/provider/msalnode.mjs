// SPDX-License-Identifier: Apache-2.0
// What MSAL for Node.js makes of a token cache. It believes that it talks to login.microsoftonline.com; the provider at ORIGIN answers.
//   node msalnode.mjs ORIGIN CLIENT read       a cache on stdin: the accounts, a silent token for each of them, and one that it refreshes
//   node msalnode.mjs ORIGIN CLIENT write      a refresh token on stdin: a cache of its own
// Prints JSON.
import { readFileSync } from 'node:fs';
import { PublicClientApplication } from '@azure/msal-node';

const [origin, clientId, what] = process.argv.slice(2);
const input = readFileSync(0, 'utf8').trim();
const login = 'https://login.microsoftonline.com';
const scopes = ['https://management.azure.com/.default'];
let posts = 0;

// The provider does not know Entra's two documents.
const discovery = {
  tenant_discovery_endpoint: `${login}/common/v2.0/.well-known/openid-configuration`,
  metadata: [{ preferred_network: 'login.microsoftonline.com', preferred_cache: 'login.windows.net', aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'] }],
};
const configuration = (tenant) => ({
  issuer: `${login}/${tenant}/v2.0`,
  authorization_endpoint: `${login}/${tenant}/oauth2/v2.0/authorize`,
  token_endpoint: `${login}/${tenant}/oauth2/v2.0/token`,
  jwks_uri: `${login}/${tenant}/discovery/v2.0/keys`,
  end_session_endpoint: `${login}/${tenant}/oauth2/v2.0/logout`,
});
const networkClient = {
  sendGetRequestAsync: async (url) => ({ status: 200, headers: {}, body: url.includes('/discovery/instance') ? discovery : configuration(new URL(url).pathname.split('/')[1]) }),
  sendPostRequestAsync: async (url, options) => {
    ++posts;
    const answer = await fetch(origin + new URL(url).pathname, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: options.body });
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.json() };
  },
};

const application = new PublicClientApplication({ auth: { clientId, authority: `${login}/organizations` }, system: { networkClient } });
const cache = application.getTokenCache();
const told = ({ accessToken, fromCache, tenantId }) => ({ accessToken, fromCache, tenantId });
const silently = (account, more) =>
  application.acquireTokenSilent({ account, scopes, authority: `${login}/${account.tenantId}`, ...more }).then(told, (error) => ({ error: `${error.errorCode}: ${error.errorMessage ?? error.message}` }));

const said = { accounts: [], silent: {} };
if (what === 'read') {
  cache.deserialize(input);
  const accounts = await cache.getAllAccounts();
  said.accounts = accounts.map(({ homeAccountId, username, tenantId, environment }) => ({ homeAccountId, username, tenantId, environment }));
  for (const account of accounts) said.silent[account.tenantId] = await silently(account);
  said.postsOfSilent = posts;
  if (accounts.length) said.refreshed = await silently(accounts.find(({ tenantId }) => tenantId === process.argv[5]) ?? accounts[0], { forceRefresh: true });
} else {
  said.refreshed = await application.acquireTokenByRefreshToken({ refreshToken: input, scopes, forceCache: true }).then(told, (error) => ({ error: String(error) }));
  said.accounts = (await cache.getAllAccounts()).map(({ homeAccountId, username, tenantId, environment }) => ({ homeAccountId, username, tenantId, environment }));
}
said.cache = cache.serialize();
console.log(JSON.stringify(said));
