#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the table of key paths in docs/validation.md: what each path costs with few and with many keyslots.

    testbench/tables/key_paths.py build/release/icesim            writes the table
    testbench/tables/key_paths.py --check build/release/icesim    exit 1 when the table is another
"""
import concurrent.futures
import json
import os
import subprocess
import sys

from document import ROOT, main

TRACES = ["k61-f2fs-key-per-file", "k612-f2fs-key-per-policy", "pixel6a_ufs"]
FILES = {name: ["traces/" + name + ".icetrace"] for name in TRACES}
# A Pixel 6a with an app in use. It may not be passed on, so its part stays as it is where the file is absent.
FILES["pixel6a_ufs"] = ["../shared/traces/device/pixel6a_ufs/pubg_exec.csv.gz", "--keys", "per-file-synthetic",
                        "--set", "replay.limit=10000"]
KEYSLOTS = [1, 4, 16, 32, 256]
PATHS = [
    ("none", ["crypto.path=none"]),
    ("registers", []),
    ("firmware, 5 us", ["crypto.path=firmware", "crypto.call.time=5us"]),
    ("firmware, 50 us", ["crypto.path=firmware"]),
    ("firmware, 200 us", ["crypto.path=firmware", "crypto.call.time=200us"]),
    ("hwkm-v1", ["crypto.path=hwkm-v1"]),
    ("hwkm-v2, 100 us", ["crypto.path=hwkm-v2", "crypto.call.time=100us"]),
    ("drained, 1 us", ["crypto.path=drained"]),
    ("drained, 20 ms", ["crypto.path=drained", "crypto.drain_poll=20ms"]),
    ("pfk, 50 us", ["crypto.path=pfk"]),
    ("prdt", ["crypto.path=prdt"]),
]
WITHOUT_KEYSLOTS = ["none", "prdt"]


def run(program, trace, settings, keyslots):
    command = [program, "run", *FILES[trace], "-o", "-", "--set", "payload=verify"]
    if keyslots:
        command += ["--set", f"keyslots.num_keyslots={keyslots}"]
    for setting in settings:
        command += ["--set", setting]
    results = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
    return {path: entry["value"] for path, entry in results["statistics"].items()}


def us(picoseconds):
    return f"{(picoseconds + 5000) // 10000 / 100:.2f}"


def mj(picojoules):
    return f"{(picojoules + 5 * 10**6) // 10**7 / 100:.2f}"


def row(name, keyslots, v):
    programs, hits = v["keyslots.programs"], v["keyslots.hits"]
    gets, latency = programs + hits, sum(value for path, value in v.items() if path.startswith("stages."))
    misses = f"{100 * programs / gets:.1f} %" if gets else "-"
    assert v["payload.mismatches"] == 0 and v["driver.failed"] == 0
    cells = [name, "-" if name in WITHOUT_KEYSLOTS else keyslots, misses, v["keyslots.waits"],
             f"{100 * v['keys.cost.all'] / latency:.1f} %",
             us(v["latency.all.mean"]), us(v["latency.all.p99"]), us(v["latency.all.p999"]),
             mj(v["energy.all.low"]) + " to " + mj(v["energy.all.high"]),
             mj(v["energy.keys.low"]) + " to " + mj(v["energy.keys.high"])]
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


def table(program, before):
    """The text of the table, which was `before`."""
    present = [trace for trace in TRACES if (ROOT / FILES[trace][0]).exists()]
    points = [(trace, name, settings, keyslots) for trace in present for name, settings in PATHS
              for keyslots in ([0] if name in WITHOUT_KEYSLOTS else KEYSLOTS)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        values = list(pool.map(lambda p: run(program, p[0], p[2], p[3]), points))
    text = ""
    for trace in TRACES:
        if trace not in present:
            print(f"{FILES[trace][0]} is absent: its part of the table is not compared")
            text += before[before.index(f"\n{trace}:"):].rstrip("\n") + "\n"
            continue
        text += f"\n{trace}:\n\n| path | keyslots | misses | waits | key cost | mean us | p99 us | p99.9 us | energy mJ | for keys |\n"
        text += "| --- " + "| ---: " * 9 + "|\n"
        text += "".join(row(p[1], p[3], v) for p, v in zip(points, values) if p[0] == trace)
    return text + "\n"


sys.exit(main("key paths", table, sys.argv[1:], __doc__))
