#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the table of devices in docs/validation.md: what platforms reach of the data sheets that they are fitted to.

    testbench/tables/devices.py build/release/icesim            writes the table
    testbench/tables/devices.py --check build/release/icesim    exit 1 when the table is another
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from document import ROOT, main

# Part, platform with what it says anew, and of the data sheet: sequential read and write in MB/s, random in IOPS.
PARTS = [
    ("Samsung 512 GB UFS 2.1", "phone-ufs21", [], (860, 255, 42_000, 40_000)),
    ("Samsung 1 TB UFS 2.1", "phone-ufs21", ["clocks.nand=260MHz", "device.command_occupancy=17200ns",
                                             "device.write_occupancy=2800ns"], (1000, 260, 58_000, 50_000)),
    ("Samsung 512 GB UFS 3.0", "phone-ufs30", [], (2100, 410, 63_000, 68_000)),
    ("Samsung 512 GB UFS 3.1", "phone-ufs31", [], (2100, 1200, 100_000, 70_000)),
    ("Samsung UFS 4.0", "phone-ufs40", [], (4200, 2800, None, None)),
    ("Micron UFS 4.0", "phone-ufs40", ["flash.program_time=92us"], (4300, 4000, None, None)),
    ("UFS 5.0, announced", "phone-ufs50", [], (10_800, 9500, None, None)),
]
WORKLOADS = [
    ("sequential read, MB/s", ["--pattern", "sequential", "--length", "512KiB", "--requests", "4096", "--range", "2GiB",
                               "--read-percent", "100"]),
    ("sequential write, MB/s", ["--pattern", "sequential", "--length", "512KiB", "--requests", "4096", "--range", "2GiB",
                                "--read-percent", "0"]),
    ("random read, IOPS", ["--requests", "40000", "--read-percent", "100"]),
    ("random write, IOPS", ["--requests", "40000", "--read-percent", "0"]),
]


def rate(program, trace, platform, settings, sequential):
    command = [program, "run", trace, "-o", "-", "--quiet", "--platform", platform, "--mode", "asap", "--queue-depth", "32"]
    for setting in settings:
        command += ["--set", setting]
    results = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
    picoseconds, requests = results["statistics"]["simulated_time"]["value"], results["trace"]["requests"]
    return requests * (512 * 1024 * 10**6 if sequential else 10**12) / picoseconds


def cell(sheet, reached):
    if sheet is None:
        return f"-, {reached:,.0f}"
    return f"{sheet:,}, {reached:,.0f} ({100 * (reached / sheet - 1):+.1f} %)"


def table(program, _):
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        traces = [str(pathlib.Path(directory) / f"{number}.icetrace") for number in range(len(WORKLOADS))]
        for trace, (_, options) in zip(traces, WORKLOADS):
            subprocess.run([program, "generate", trace, "--keys", "4", "--quiet", *options], check=True, capture_output=True)
        points = [(part, number) for part in PARTS for number in range(len(WORKLOADS))]
        rates = list(pool.map(lambda p: rate(program, traces[p[1]], p[0][1], p[0][2], p[1] < 2), points))
    text = "\n| part | platform | " + " | ".join(name for name, _ in WORKLOADS) + " |\n| --- | --- " + "| ---: " * len(WORKLOADS) + "|\n"
    for number, (name, platform, settings, sheet) in enumerate(PARTS):
        reached = rates[number * len(WORKLOADS):][:len(WORKLOADS)]
        what = f"`{platform}`" + "".join(f", `{setting}`" for setting in settings)
        text += f"| {name} | {what} | " + " | ".join(cell(*each) for each in zip(sheet, reached)) + " |\n"
    return text + "\n"


sys.exit(main("devices", table, sys.argv[1:], __doc__))
