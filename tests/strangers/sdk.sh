#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Azure SDKs for JavaScript, unchanged, through the whole private road on a sandbox with TLS; prints a table.
#   tests/strangers/sdk.sh [CAUSEWAYCTL]
# SDK_PACKAGES=DIR reuses a folder that holds node_modules. Ends with 77 (skipped) where Node.js 18 or npm's registry is missing.
set -u
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-$here/../../build/dev/bin/causewayctl}
skip() { echo "skipped: $*"; exit 77; }
[ -x "$program" ] || { echo "there is no program at $program"; exit 1; }
command -v node >/dev/null || skip "Node.js is not installed"
command -v npm >/dev/null || skip "npm is not installed"
[ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ] || skip "Node.js $(node --version) is older than 18"
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server"; rm -rf "$work"' EXIT INT TERM
packages=${SDK_PACKAGES:-$work}
if [ ! -d "$packages/node_modules/@azure/identity" ]; then
  (cd "$packages" && npm init -y && npm install --no-audit --no-fund @azure/identity@4 @azure/arm-resources@7 @azure/arm-resources-subscriptions@2 @azure/arm-postgresql-flexible@9 \
    @azure/arm-network@36 @azure/arm-privatedns@3 @azure/arm-datafactory@12 @azure/arm-msi@2 @azure/arm-locks@2 @azure/arm-authorization@9) >"$work/npm.log" 2>&1 ||
    skip "npm could not install the SDKs: $(tail -1 "$work/npm.log")"
fi
# The default world, and an application that signs in with a secret.
object=0a4dbc0e-6f2e-4a52-9f6c-8a8a2c6b7d11 client=3b6f1f0a-57d4-4f2b-8f07-1f9c4c1e2a22 secret=not-a-secret-anywhere-else
node -e '
const world = JSON.parse(require("fs").readFileSync(process.argv[1]));
const [object, client, secret] = process.argv.slice(2), id = world.subscriptions[0].id;
world.users.push({ objectId: object, clientId: client, kind: "ServicePrincipal", displayName: "sdk", userPrincipalName: "sdk", tenant: world.subscriptions[0].tenant, secret, roles: [{ role: "Owner", scope: "/subscriptions/" + id }] });
console.log(JSON.stringify(world));' "$here/../../resources/worlds/default.json" $object $client $secret >"$work/world.json"
"$program" sandbox serve --tls --time-scale 100 --world "$work/world.json" >"$work/ready" 2>"$work/server.log" &
server=$!
for _ in $(seq 100); do kill -0 "$server" 2>/dev/null || break; [ -s "$work/ready" ] && break; sleep 0.1; done
[ -s "$work/ready" ] || { echo "no ready line"; cat "$work/server.log"; exit 1; }
field() { node -p "JSON.parse(require('fs').readFileSync('$work/ready'))['$1']"; }
tenant=$(node -p "JSON.parse(require('fs').readFileSync('$work/world.json')).tenants[0].id")
cd "$packages" || exit 1
env ARM="$(field arm)" SUBSCRIPTION="$(field subscription)" TENANT="$tenant" CLIENT_ID=$client CLIENT_SECRET=$secret CLIENT_OBJECT=$object \
  NODE_EXTRA_CA_CERTS="$(field ca)" AZURE_TELEMETRY_DISABLED=1 node "$here/sdk.mjs"
