#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# MSAL Python, unchanged, and MSAL Node where MSAL_PACKAGES=DIR holds its node_modules, sign in to the sandbox: code flow,
# silent, another tenant, another resource, step-up, device code, secret and certificate. Usage: msal.sh COMMAND…, where COMMAND starts a sandbox of the contoso world with TLS:
#   tests/strangers/msal.sh build/dev/bin/causewayctl sandbox serve --tls --world resources/worlds/contoso.json
set -u
python=/usr/bin/python3
$python -c 'import msal, cryptography' 2>/dev/null || { echo "skipped: python3-msal is not installed"; exit 77; }
command -v openssl >/dev/null || { echo "skipped: openssl is not installed"; exit 77; }
work=$(mktemp -d)
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
# A certificate for the world's service principal: the world file gets it, MSAL gets the key.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" -days 2 -subj /CN=sp-deploy 2>/dev/null
arguments=("$@")
for at in "${!arguments[@]}"; do
  [ "${arguments[$at]}" = --world ] || continue
  $python - "${arguments[$((at + 1))]}" "$work" <<'PYTHON'
import json, sys
world = json.load(open(sys.argv[1]))
for user in world['users']:
    if user['userPrincipalName'] == 'sp-deploy':
        user['certificates'] = [open(sys.argv[2] + '/cert.pem').read()]
json.dump(world, open(sys.argv[2] + '/world.json', 'w'))
PYTHON
  arguments[$((at + 1))]=$work/world.json
done
"${arguments[@]}" >"$work/ready" 2>"$work/server.log" &
server=$!
for _ in $(seq 100); do [ -s "$work/ready" ] && break; sleep 0.1; done
[ -s "$work/ready" ] || { echo "no ready line"; cat "$work/server.log"; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
failed=0
http_proxy='' https_proxy='' no_proxy='*' $python "$here/msal_check.py" "$work" || failed=1
if [ -n "${MSAL_PACKAGES:-}" ]; then
  ca=$($python -c "import json; print(json.load(open('$work/ready'))['ca'])")
  (cd "$MSAL_PACKAGES" && NODE_EXTRA_CA_CERTS=$ca node "$here/msal_check.mjs" "$work") || failed=1
fi
exit $failed
