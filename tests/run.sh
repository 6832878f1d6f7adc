#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the test packages, builds, and runs everything with CTest:  tests/run.sh [--preset NAME] [CTEST OPTION…]
set -eu
cd "$(dirname "$0")/.."
. packaging/packages.sh

preset=dev
if [ "${1:-}" = --preset ]; then preset=$2; shift 2; fi

# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES $RUN_PACKAGES $TEST_PACKAGES
cmake --preset "$preset" >&2
tests/provider/prepare.sh "build/$preset/provider"
cmake --build "build/$preset" >&2
exec ctest --preset "$preset" "$@"
