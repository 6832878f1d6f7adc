// SPDX-License-Identifier: Apache-2.0
// What MSAL Node does with the sandbox's authority; see msal.sh.
import fs from 'node:fs';
import { createRequire } from 'node:module';
const { PublicClientApplication, ConfidentialClientApplication, CryptoProvider } = createRequire(process.cwd() + '/')('@azure/msal-node');

const work = process.argv[2], { authority: origin } = JSON.parse(fs.readFileSync(work + '/ready'));
const client = 'c0ffee00-0000-4000-8000-000000000001', deployer = 'afa540dc-89e2-435e-8d54-8b67e3b2f01a';
const contoso = '525ce356-c43c-4eed-860e-112f387e6af6', fabrikam = 'b0f7ab08-bb4e-42d3-82fa-a6afa56ccfd6';
const scopes = ['https://management.azure.com/.default'], redirectUri = 'http://localhost:4242';
let failed = 0;
const check = (name, good, shown) => { console.log((good ? 'ok    ' : 'FAIL  ') + name + (good ? '' : ': ' + JSON.stringify(shown)?.slice(0, 400))); if (!good) failed = 1; };
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const knownAuthorities = [new URL(origin).host];

async function press(page, button) {
  const fields = new URLSearchParams(button);
  for (const [, name, value] of page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)) fields.append(name, value);
  const action = /action="([^"]+)"/.exec(page)[1];
  return fetch(new URL(action, origin), { method: 'POST', body: fields, redirect: 'manual', headers: { origin } });
}
async function browse(url, user) {
  const answer = await press(await (await fetch(url)).text(), { other: user });
  return new URL(answer.headers.get('location')).searchParams;
}

const app = new PublicClientApplication({ auth: { clientId: client, authority: origin + '/organizations', knownAuthorities } });
const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
const url = await app.getAuthCodeUrl({ scopes, redirectUri, codeChallenge: challenge, codeChallengeMethod: 'S256', state: 'x', prompt: 'select_account' });
const code = (await browse(url, 'dba@contoso.example')).get('code');
const token = await app.acquireTokenByCode({ scopes, redirectUri, code, codeVerifier: verifier });
check('code flow', token.account?.username === 'dba@contoso.example' && token.tenantId === contoso, token);
const again = await app.acquireTokenSilent({ scopes, account: token.account, forceRefresh: true });
check('silent, refreshed', again.accessToken !== token.accessToken, again);
const guest = await app.acquireTokenSilent({ scopes, account: token.account, authority: origin + '/' + fabrikam, forceRefresh: true });
check('another tenant, as a guest', claimsOf(guest.accessToken).tid === fabrikam, guest);
const claims = '{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}';
const refused = await app.acquireTokenSilent({ scopes, account: token.account, claims, forceRefresh: true }).catch((error) => error);
check('challenge, silently', refused.name === 'InteractionRequiredAuthError', refused);
const device = await app.acquireTokenByDeviceCode({ scopes, deviceCodeCallback: async ({ userCode, verificationUri }) => {
  const page = await (await press(await (await fetch(verificationUri)).text(), { otc: userCode })).text();
  await press(page, { other: 'reader@contoso.example' });
} });
check('device flow', device.account?.username === 'reader@contoso.example', device);
const confidential = (auth) => new ConfidentialClientApplication({ auth: { clientId: deployer, authority: origin + '/' + contoso, knownAuthorities, ...auth } });
const secret = await confidential({ clientSecret: 'sandbox-only-client-secret' }).acquireTokenByClientCredential({ scopes });
check('secret', claimsOf(secret.accessToken).idtyp === 'app', secret);
const { X509Certificate } = await import('node:crypto');
const x509 = new X509Certificate(fs.readFileSync(work + '/cert.pem'));
const clientCertificate = { thumbprintSha256: x509.fingerprint256.replaceAll(':', ''), privateKey: fs.readFileSync(work + '/key.pem', 'utf8') };
const certificate = await confidential({ clientCertificate }).acquireTokenByClientCredential({ scopes });
check('certificate (PS256)', claimsOf(certificate.accessToken).idtyp === 'app', certificate);
process.exit(failed);
