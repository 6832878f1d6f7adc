# SPDX-License-Identifier: Apache-2.0
# What MSAL Python does with the sandbox's authority; see msal.sh.
import base64, html, json, os, re, ssl, sys, threading, urllib.parse, urllib.request
import msal
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives import hashes

work = sys.argv[1]
ready = json.load(open(work + '/ready'))
origin, ca = ready['authority'], ready['ca']
os.environ['REQUESTS_CA_BUNDLE'] = ca  # what the environment says would win over verify=
CLIENT, DEPLOYER = 'c0ffee00-0000-4000-8000-000000000001', 'afa540dc-89e2-435e-8d54-8b67e3b2f01a'
CONTOSO, FABRIKAM = '525ce356-c43c-4eed-860e-112f387e6af6', 'b0f7ab08-bb4e-42d3-82fa-a6afa56ccfd6'
ARM, PG = ['https://management.azure.com/.default'], ['https://ossrdbms-aad.database.windows.net/.default']
failed = 0


def check(name, good, shown=''):
    global failed
    print(('ok    ' if good else 'FAIL  ') + name + ('' if good else ': ' + str(shown)[:400]))
    failed |= not good


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca)), NoRedirect)


def fetch(url, fields=None):
    body = urllib.parse.urlencode(fields).encode() if fields is not None else None
    headers = {'Origin': origin} if body is not None else {}
    try:
        answer = opener.open(urllib.request.Request(url, body, headers))
        return answer.status, answer.read().decode(), None
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers.get('location')


def press(page, **button):
    action = html.unescape(re.search(r'action="([^"]+)"', page).group(1))
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    return fetch(urllib.parse.urljoin(origin, action), {**fields, **button})


def browse(url, user, approve=False):
    """A person at the pages; returns the parameters of the answer."""
    _, page, _ = fetch(url)
    _, page, location = press(page, other=user)
    if approve:
        _, page, location = press(page, factor='approve')
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))


def claims_of(token):
    part = token.split('.')[1]
    return json.loads(base64.urlsafe_b64decode(part + '=' * (-len(part) % 4)))


def public(tenant='organizations', cache=None):
    return msal.PublicClientApplication(CLIENT, authority=origin + '/' + tenant, instance_discovery=False, verify=ca, token_cache=cache)


cache = msal.TokenCache()
app = public(cache=cache)
flow = app.initiate_auth_code_flow(ARM, redirect_uri='http://localhost:4242', login_hint='dba@contoso.example')
token = app.acquire_token_by_auth_code_flow(flow, browse(flow['auth_uri'], 'dba@contoso.example'))
check('code flow', 'access_token' in token, token)
check('id_token', token.get('id_token_claims', {}).get('preferred_username') == 'dba@contoso.example', token.get('id_token_claims'))

head, body, signature = token['id_token'].split('.')
jwk = json.loads(fetch(origin + '/organizations/discovery/v2.0/keys')[1])['keys'][0]
number = lambda name: int.from_bytes(base64.urlsafe_b64decode(jwk[name] + '=='), 'big')
rsa.RSAPublicNumbers(number('e'), number('n')).public_key().verify(
    base64.urlsafe_b64decode(signature + '=='), (head + '.' + body).encode(), padding.PKCS1v15(), hashes.SHA256())
check('id_token signature', True)

account = app.get_accounts()[0]
check('account', account['username'] == 'dba@contoso.example' and account['home_account_id'].endswith('.' + CONTOSO), account)
silent = app.acquire_token_silent(ARM, account)
check('silent from the cache', silent and silent['access_token'] == token['access_token'], silent)
check('silent, refreshed', app.acquire_token_silent(ARM, account, force_refresh=True)['access_token'] != token['access_token'])
pg = app.acquire_token_silent(PG, account)
check('another resource', pg and claims_of(pg['access_token'])['aud'] == PG[0][:-9], pg)
there = public(FABRIKAM, cache)
guest = there.acquire_token_silent(ARM, there.get_accounts()[0])
check('another tenant, as a guest', guest and claims_of(guest['access_token'])['tid'] == FABRIKAM, guest)

challenge = '{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}'
refused = app.acquire_token_silent_with_error(ARM, account, claims_challenge=challenge)
check('challenge, silently', refused and refused.get('error') == 'interaction_required' and 50076 in refused['error_codes'], refused)
flow = app.initiate_auth_code_flow(ARM, redirect_uri='http://localhost:4242', claims_challenge=challenge)
proven = app.acquire_token_by_auth_code_flow(flow, browse(flow['auth_uri'], 'dba@contoso.example', approve=True))
check('challenge, approved', claims_of(proven['access_token']).get('acrs') == ['p1'], proven)

flow = app.initiate_auth_code_flow(ARM, redirect_uri='http://localhost:4242')
_, page, _ = fetch(flow['auth_uri'])
_, _, location = press(page, cancel='1')
cancelled = app.acquire_token_by_auth_code_flow(flow, dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query)))
check('cancelled', cancelled.get('error') == 'access_denied', cancelled)

device = app.initiate_device_flow(scopes=ARM)
check('device code', 'user_code' in device, device)
def enter():
    _, page, _ = press(fetch(device['verification_uri'])[1], otc=device['user_code'])
    press(page, other='reader@contoso.example')
threading.Timer(1, enter).start()
signed = app.acquire_token_by_device_flow(device)
check('device flow', claims_of(signed['access_token'])['upn'] == 'reader@contoso.example' if 'access_token' in signed else False, signed)


def confidential(credential):
    return msal.ConfidentialClientApplication(DEPLOYER, client_credential=credential, authority=origin + '/' + CONTOSO, instance_discovery=False, verify=ca)


secret = confidential('sandbox-only-client-secret').acquire_token_for_client(ARM)
check('secret', 'access_token' in secret, secret)
wrong = confidential('wrong').acquire_token_for_client(ARM)
check('wrong secret', wrong.get('error') == 'invalid_client' and 7000215 in wrong['error_codes'], wrong)
pem = open(work + '/cert.pem').read()
thumbprint = x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA1()).hex()
certificate = confidential({'private_key': open(work + '/key.pem').read(), 'thumbprint': thumbprint}).acquire_token_for_client(ARM)
check('certificate', 'access_token' in certificate, certificate)

try:
    public('nowhere.example').acquire_token_silent(ARM, account)
    check('unknown tenant', False, 'no error')
except ValueError as error:
    check('unknown tenant', 'authority configuration' in str(error), error)
sys.exit(failed)
