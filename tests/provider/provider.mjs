// SPDX-License-Identifier: Apache-2.0
// A real OpenID provider (npm oidc-provider) on loopback, set up as a desktop application meets Entra ID: a public native
// client, PKCE required, loopback redirects with any port, rotating refresh tokens with reuse detection, device flow, form_post.
// Entra's paths lead to its endpoints. Prints "READY <origin>"; one JSON line on stdout for each token request.
//   node provider.mjs
import http from 'node:http';
import { Provider } from 'oidc-provider';

const clientId = '6f1ec0de-0000-4000-8000-000000000001';
const tenant = '3338040d-6c67-4c5b-b112-36a304b66dad';
const server = http.createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: clientId,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    redirect_uris: ['http://localhost'],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  }],
  scopes: ['openid', 'offline_access', 'https://management.azure.com/.default'],
  claims: { openid: ['sub', 'oid', 'tid'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false,
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, name: 'Ada Guest', preferred_username: `${id}@contoso.example`, oid: '00000000-0000-0000-66f3-3332eca7ea81', tid: tenant }),
  }),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  ttl: { AccessToken: 3600, DeviceCode: 60, AuthorizationCode: 60, RefreshToken: 86400, Session: 3600, Grant: 86400, Interaction: 600, IdToken: 3600 },
  // No claimsParameter: its check refuses what names neither userinfo nor id_token, and Entra's challenges name access_token alone.
  features: { devInteractions: { enabled: true }, deviceFlow: { enabled: true } },
  cookies: { keys: ['of-this-test'] },
});

const routes = [
  [/^\/[^/]+\/oauth2\/v2\.0\/authorize/, '/auth'],
  [/^\/[^/]+\/oauth2\/v2\.0\/token/, '/token'],
  [/^\/[^/]+\/oauth2\/v2\.0\/devicecode/, '/device/auth'],
];
const answer = provider.callback();
server.on('request', (request, response) => {
  for (const [pattern, path] of routes) request.url = request.url.replace(pattern, path);
  answer(request, response);
});
for (const event of ['grant.success', 'grant.error', 'grant.revoked', 'authorization.error']) {
  provider.on(event, (ctx, error) => console.log(JSON.stringify({ event, grant: ctx?.oidc?.params?.grant_type, error: error?.error, detail: error?.error_detail ?? error?.error_description })));
}
console.log('READY', issuer);
