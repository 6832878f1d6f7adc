# SPDX-License-Identifier: Apache-2.0
"""What MSAL Python makes of a token cache: msalpython.py PORT CLIENT TENANT read|write, the cache on stdin, JSON on stdout.

It believes that it talks to login.microsoftonline.com; a scripted authority on 127.0.0.1:PORT answers.
read: the accounts, and a silent token for PostgreSQL, which must be refreshed. write: a cache of its own, from the refresh token on stdin.
"""
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import msal

port, client, tenant, what = sys.argv[1:5]
SCOPES = ["https://ossrdbms-aad.database.windows.net/.default"]


class Response:
    def __init__(self, status, text, headers):
        self.status_code, self.text, self.headers = status, text, headers

    def raise_for_status(self):
        if self.status_code >= 400:
            raise RuntimeError(self.status_code)


class Rerouted:
    def send(self, url, body, headers):
        here = urllib.parse.urlsplit(url)._replace(scheme="http", netloc="127.0.0.1:" + port).geturl()
        try:
            answer = urllib.request.urlopen(urllib.request.Request(here, body, headers or {}), timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        return Response(answer.status, answer.read().decode(), dict(answer.headers))

    def get(self, url, params=None, headers=None, **_):
        return self.send(url + ("?" + urllib.parse.urlencode(params) if params else ""), None, headers)

    def post(self, url, params=None, data=None, headers=None, **_):
        return self.send(url, urllib.parse.urlencode(data or {}).encode(), headers)

    def close(self):
        pass


given = sys.stdin.read()
cache = msal.SerializableTokenCache()
if what == "read":
    cache.deserialize(given)
application = msal.PublicClientApplication(client, authority="https://login.microsoftonline.com/" + tenant, token_cache=cache, http_client=Rerouted())
if what == "read":
    accounts = application.get_accounts()
    result = application.acquire_token_silent_with_error(SCOPES, account=accounts[0]) if accounts else None
else:
    accounts = []
    result = application.acquire_token_by_refresh_token(given.strip(), ["https://management.azure.com/.default"])
print(json.dumps({"version": msal.__version__, "accounts": [{"username": a["username"], "home": a["home_account_id"]} for a in accounts], "result": result, "cache": cache.serialize()}))
