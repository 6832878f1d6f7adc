#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every figure with its aim and its yardstick from the same run:  tests/bench/run.sh [--json]
# Installs what is missing, builds the release preset with the benches, and measures. --json: one object a line, command line only.
set -eu
cd "$(dirname "$0")/../.."
. packaging/packages.sh

# shellcheck disable=SC2086
install_missing $BUILD_PACKAGES $RUN_PACKAGES $BENCH_PACKAGES
cmake --preset release -DCAUSEWAY_BENCH=ON >&2
cmake --build build/release --target bench >&2
build/release/bench/bench_commandline build/release/bin/causewayctl build/release/bench/bench_bare resources/examples "$@"
build/release/bench/bench_signin "$@"
tests/provider/prepare.sh build/release/provider
build/release/bench/bench_codeflow "$@"
if [ $# = 0 ] && [ -x build/release/bench/bench_window ]; then
  exec tests/bench/window/window.sh build/release
fi
