#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The window's figures, each beside its yardstick: window.sh BUILD_FOLDER, after cmake --build BUILD_FOLDER --target bench_window.
# Offscreen, and under Xvfb where it is installed.
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
examples="$here/../../../resources/examples"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"; [ -z "${server:-}" ] || kill "$server"' EXIT
export XDG_RUNTIME_DIR="$scratch" XDG_STATE_HOME="$scratch/state" LC_ALL=C.UTF-8
runs=${CAUSEWAY_BENCH_RUNS:-15}

measure() {
    echo "== $QT_QPA_PLATFORM"
    python3 "$here/launch.py" "$runs" "$build/bench/libbench_paintprobe.so" "$build/bench/bench_barewizard" -- "$build/bin/causeway" --sandbox=fresh
    "$build/bench/bench_window" "$examples/quickstart.json" 2>"$scratch/errors" || { cat "$scratch/errors" >&2; exit 1; }
}

QT_QPA_PLATFORM=offscreen
export QT_QPA_PLATFORM
measure
if command -v Xvfb >/dev/null; then
    mkfifo "$scratch/display"
    Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$scratch/display" 2>/dev/null &
    server=$!
    read -r number <"$scratch/display"
    DISPLAY=":$number"
    QT_QPA_PLATFORM=xcb
    export DISPLAY QT_QPA_PLATFORM
    measure
fi
