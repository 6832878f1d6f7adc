#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Drives `causewayctl rest` through Microsoft's client test server and prints a table.
#   tests/strangers/autorest.sh [CAUSEWAYCTL] [PATTERN of scenario names]
# Ends with 77 (skipped) where Node.js 18 or npm's registry is missing; with 1 when a scenario came out wrong.
set -u
here=$(cd "$(dirname "$0")" && pwd)
program=${1:-$here/../../build/dev/bin/causewayctl}
pattern=${2:-.}
skip() { echo "skipped: $*"; exit 77; }
[ -x "$program" ] || { echo "there is no program at $program"; exit 1; }
command -v node >/dev/null || skip "Node.js is not installed"
command -v npm >/dev/null || skip "npm is not installed"
[ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ] || skip "Node.js $(node --version) is older than 18"
work=$(mktemp -d)
server=
trap 'rm -rf "$work"; [ -n "$server" ] && kill "$server" 2>/dev/null' EXIT INT TERM
package=${CLIENT_TESTSERVER:-}
if [ -z "$package" ]; then
  (cd "$work" && npm init -y && npm install --no-audit --no-fund @microsoft.azure/autorest.testserver@3) >"$work/npm.log" 2>&1 ||
    skip "npm could not install @microsoft.azure/autorest.testserver: $(tail -1 "$work/npm.log")"
  package=$work/node_modules/@microsoft.azure/autorest.testserver
fi
port=$(node -e 's=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
node "$package/dist/cli/cli.js" run --port "$port" --coverageDirectory "$work/coverage" >"$work/server.log" 2>&1 &
server=$!
origin=http://127.0.0.1:$port
for _ in $(seq 100); do
  node -e "fetch('$origin/report').then(()=>process.exit(0),()=>process.exit(1))" && break
  sleep 0.2
done
passed=0 failed=0
while IFS='|' read -r section name method uri options code text; do
  case $section in '' | \#*) continue ;; esac
  echo "$name" | grep -q "$pattern" || continue
  start=$(date +%s)
  # shellcheck disable=SC2086 # options are words
  timeout 300 "$program" --endpoint "arm=$origin" --auth none rest --method "$method" --uri "$uri" --poll-interval 50 $options \
    >"$work/out" 2>"$work/err" </dev/null
  got=$?
  if [ "$code" = 0 ]; then stream=$work/out; else stream=$work/err; fi
  if [ "$got" = "$code" ] && { [ -z "$text" ] || grep -qF -- "$text" "$stream"; }; then
    verdict=pass passed=$((passed + 1))
  else
    verdict=FAIL failed=$((failed + 1))
  fi
  printf '%-4s  %-6s  %-50s exit %s  %ss\n' "$verdict" "$section" "$name" "$got" $(($(date +%s) - start))
  if [ "$verdict" = FAIL ]; then sed 's/^/        /' "$work/out" "$work/err" | head -5; fi
done <"$here/autorest.scenarios"
# The server's own opinion of what it saw.
node -e '
const fs = require("fs"), pattern = new RegExp(process.argv[3]);
const wanted = fs.readFileSync(process.argv[1], "utf8").split("\n").filter(l => l && l[0] != "#").map(l => l.split("|")[1]).filter(n => pattern.test(n));
Promise.all(["vanilla", "azure", "optional"].map(c => fetch(process.argv[2] + "/report/" + c).then(r => r.json()))).then(all => {
  const seen = Object.assign({}, ...all), missing = wanted.filter(n => !seen[n]);
  console.log(`the server counts ${wanted.length - missing.length} of ${wanted.length} as covered` + (missing.length ? "; not: " + missing.join(", ") : ""));
});' "$here/autorest.scenarios" "$origin" "$pattern"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
