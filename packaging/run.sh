#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a fresh clone to the wizard on the embedded sandbox:  packaging/run.sh [--cli] [SETUP]
# Installs what is missing, builds, and opens the window. Without a display, or with --cli, it does the same job on the
# command line and ends with the connection test's verdict.
set -eu
cd "$(dirname "$0")/.."
. packaging/packages.sh

cli=no
if [ "${1:-}" = --cli ]; then cli=yes; shift; fi

# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES $RUN_PACKAGES
if [ ! -f build/release/build.ninja ]; then
  say "Configuring …"
  cmake --preset release >build-release.log 2>&1 || { cat build-release.log >&2; exit 1; }
  rm -f build-release.log
fi
say "Building (the first time takes a few minutes) …"
cmake --build build/release -- --quiet >&2

if [ $cli = no ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  say "There is no display: doing the same job on the command line."
  cli=yes
fi
if [ $cli = yes ]; then
  exec build/release/bin/causewayctl apply "${1:-resources/examples/quickstart.json}" --sandbox=fresh --yes
fi
exec build/release/bin/causeway --sandbox "$@"
