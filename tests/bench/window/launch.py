#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Starts two programs in turn, many times, until their first paint: launch.py RUNS PROBE YARDSTICK -- PROGRAM ARG…

Prints minimum and median of both, and their quotient. The clock is CLOCK_MONOTONIC from just before the spawn."""
import os
import statistics
import subprocess
import sys
import tempfile
import time


def once(command, probe):
    with tempfile.NamedTemporaryFile() as out:
        environment = dict(os.environ, LD_PRELOAD=probe, PAINTPROBE_OUT=out.name, PAINTPROBE_T0=str(time.clock_gettime_ns(time.CLOCK_MONOTONIC)))
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=30, check=True)
        milliseconds, peak = open(out.name, encoding="ascii").read().split()
        return float(milliseconds), int(peak)


def main():
    runs, probe, yardstick = int(sys.argv[1]), sys.argv[2], [sys.argv[3]]
    program = sys.argv[sys.argv.index("--") + 1:]
    seen = {"yardstick": [], "program": []}
    for turn in range(runs + 2):  # the first two warm the page cache
        for name, command in (("yardstick", yardstick), ("program", program)):
            result = once(command, probe)
            if turn >= 2:
                seen[name].append(result)
    line = {}
    for name, results in seen.items():
        times = [each[0] for each in results]
        line[name] = (min(times), statistics.median(times), max(each[1] for each in results) / 1024)
    own, other = line["program"], line["yardstick"]
    print(f"first paint: {own[0]:.1f}/{own[1]:.1f} ms (min/median of {runs}), bare QWizard {other[0]:.1f}/{other[1]:.1f} ms, "
          f"{own[0] / other[0]:.2f}x/{own[1] / other[1]:.2f}x; memory then {own[2]:.0f} MiB, bare {other[2]:.0f} MiB")


main()
