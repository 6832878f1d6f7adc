#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts the OpenID provider of the sign-in tests, and MSAL for Node.js, into a folder:  tests/provider/prepare.sh FOLDER
# Says why not, and ends with 0, where Node.js 20 or npm's registry is missing: the tests that need them are skipped.
set -u
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
without() { echo "The tests with a real OpenID provider are skipped: $*" >&2; exit 0; }
command -v node >/dev/null || without "Node.js is not installed"
command -v npm >/dev/null || without "npm is not installed"
[ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || without "Node.js $(node --version) is older than 20"
mkdir -p "$folder"
cmp -s "$here/package.json" "$folder/package.json" && [ -f "$folder/ready" ] && cp "$here"/*.mjs "$folder" && exit 0
rm -f "$folder/ready"
cp "$here/package.json" "$here"/*.mjs "$folder"
(cd "$folder" && npm install --no-package-lock --no-audit --no-fund --no-update-notifier >npm.log 2>&1) || without "npm could not install it: $(tail -1 "$folder/npm.log")"
touch "$folder/ready"
