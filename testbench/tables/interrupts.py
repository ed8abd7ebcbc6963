#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the table of interrupts in docs/validation.md: fio on a Pixel 6 with the interrupt handled in three ways.

    testbench/tables/interrupts.py build/release/icesim            writes the table
    testbench/tables/interrupts.py --check build/release/icesim    exit 1 when the table is another
"""
import concurrent.futures
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

from document import ROOT, main

COUNT = 8000
WAYS = ["hard", "threaded", "limited"]
# Mean IOPS of the phone in each way.
JOBS = [("read", 1, (5489, 4227, 5315)), ("read", 8, (22530, 13326, 21869)),
        ("write", 1, (7170, 4608, 7015)), ("write", 8, (21539, 18553, 21135))]


def write_trace(path, operation, jobs):
    draw = random.Random(1)
    with open(path, "w") as out:
        out.write("time_us,operation,offset,length,process\n")
        for number in range(COUNT):
            out.write(f"{number},{operation},{draw.randrange(1 << 18) * 4096},4096,fio-{1000 + number % jobs}\n")


def time_per_request(program, trace, jobs, way):
    """Of one job, in us."""
    command = [program, "run", trace, "-o", "-", "--quiet", "--platform", "phone-pixel6", "--mode", "asap",
               "--queue-depth", str(jobs), "--set", f"block_layer.interrupt={way}"]
    results = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
    return results["statistics"]["simulated_time"]["value"] / 1e6 / COUNT * jobs


def table(program, _):
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        traces = {}
        for operation, jobs, _ in JOBS:
            traces[operation, jobs] = str(pathlib.Path(directory) / f"{operation}-{jobs}.csv")
            write_trace(traces[operation, jobs], operation, jobs)
        points = [(operation, jobs, way) for operation, jobs, _ in JOBS for way in WAYS]
        times = dict(zip(points, pool.map(lambda p: time_per_request(program, traces[p[:2]], p[1], p[2]), points)))
    text = "\n| fio | in the handler, us | in the thread, us | with the limit, us | IOPS of the thread to the handler's | of the limit |\n"
    text += "| --- " + "| ---: " * 5 + "|\n"
    for operation, jobs, iops in JOBS:
        cells = [f"{operation}, {jobs} job{'s' if jobs > 1 else ''}"]
        for way, of in zip(WAYS, iops):
            cells.append(f"{1e6 * jobs / of:.0f}, {times[operation, jobs, way]:.0f}")
        for way, of in zip(WAYS[1:], iops[1:]):
            recorded, simulated = of / iops[0], times[operation, jobs, "hard"] / times[operation, jobs, way]
            cells.append(f"{recorded:.3f}, {simulated:.3f} ({100 * (simulated / recorded - 1):+.1f} %)")
        text += "| " + " | ".join(cells) + " |\n"
    return text + "\n"


sys.exit(main("interrupts", table, sys.argv[1:], __doc__))
