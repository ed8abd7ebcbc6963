#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the table of clock gating in docs/validation.md: how long requests of a Pixel 6a waited for its clocks.

    testbench/tables/clock_gating.py build/release/icesim            writes the table
    testbench/tables/clock_gating.py --check build/release/icesim    exit 1 when the table is another
"""
import concurrent.futures
import csv
import gzip
import os
import subprocess
import sys

from document import ROOT, main

# They may not be passed on, so their rows stay as they are where the files are absent.
TRACES = [("genshin_impact_exec", "a game, fitted"), ("pubg_exec", "another game"), ("telegram_exec", "a messenger"),
          ("pubg_precond", "a game is installed")]
WORKER = "kworker/u17"
WINDOW = 0.01  # s in which the same request counts as issued again


def path_of(trace):
    return ROOT / "../shared/traces/device/pixel6a_ufs" / (trace + ".csv.gz")


def recorded(trace):
    """Delays in us of requests that the worker issued again."""
    first, delays = {}, []
    with gzip.open(path_of(trace), "rt") as lines:
        for row in csv.DictReader(lines):
            request, time = (row["rw_flag"], row["sector"], row["size"]), float(row["timestamp"])
            if row["proces"].startswith(WORKER) and request in first and time - first[request] < WINDOW:
                delays.append(1e6 * (time - first.pop(request)))
            else:
                first[request] = time
    return delays


def simulated(program, trace):
    """The same of requests that found the clocks off."""
    command = [program, "run", str(path_of(trace)), "--platform", "phone-pixel6a", "--set", "block_layer.plug_requests=1",
               "--requests", "-", "--quiet"]
    lines = subprocess.run(command, check=True, capture_output=True, cwd=ROOT, text=True).stdout.splitlines()
    waited = []
    for row in csv.DictReader(lines):
        if row["power_ps"] == "0":
            continue
        stages = [name for name in row if name.endswith("_ps")]
        before = stages[stages.index("cpu_ps"):stages.index("power_ps")]
        asked = int(row["arrived_ps"]) + sum(int(row[name]) for name in before)
        waited.append((asked, int(row["power_ps"])))
    delays, on = [], 0
    for asked, time in sorted(waited):  # who comes while the clocks come on is held back, and issued once
        if asked >= on:
            delays.append(time / 1e6)
            on = asked + time
    return delays


def percentile(values, percent):
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def row(program, trace, what):
    was, now = recorded(trace), simulated(program, trace)
    cells = [f"`{trace}`, {what}", f"{len(was):,}", f"{len(now):,}"]
    for percent in (10, 50, 90, 99):
        a, b = percentile(was, percent), percentile(now, percent)
        cells.append(f"{a:.0f}, {b:.0f} ({100 * (b / a - 1):+.1f} %)")
    return "| " + " | ".join(cells) + " |\n"


def table(program, before):
    absent = [str(path_of(trace)) for trace, _ in TRACES if not path_of(trace).exists()]
    if absent:
        print(f"{', '.join(absent)}: absent, the table is not compared")
        return before
    head = "\n| trace | recorded | simulated | p10 us | median us | p90 us | p99 us |\n| --- " + "| ---: " * 6 + "|\n"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return head + "".join(pool.map(lambda each: row(program, *each), TRACES)) + "\n"


sys.exit(main("clock gating", table, sys.argv[1:], __doc__))
