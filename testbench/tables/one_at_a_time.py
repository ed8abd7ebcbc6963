#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the table of single requests in docs/validation.md: how long they take, against a phone's samples.

    testbench/tables/one_at_a_time.py build/release/icesim            writes the table
    testbench/tables/one_at_a_time.py --check build/release/icesim    exit 1 when the table is another
"""
import concurrent.futures
import csv
import io
import os
import pathlib
import random
import subprocess
import sys
import tempfile

from document import ROOT, main

PLATFORMS = ["phone-ufs31", "phone-ufs40"]
COUNT = 1000
RANGE = 1 << 20  # blocks of 4 KiB

# What is done, its rows of a table of requests, which of them is looked at, and the samples of the phone in us.
REQUESTS = [
    ("read of 4 KiB", [("R", 4096)], 0, (69, 160)),
    ("write of 12 KiB, into the device's cache", [("W", 12288)], 0, None),
    ("write of 12 KiB with FUA", [("WFS", 12288)], 0, (180, 328)),
    ("SYNCHRONIZE CACHE behind 12 KiB", [("W", 12288), ("flush", 0)], 1, (126, 389)),
    ("SYNCHRONIZE CACHE behind 1 MiB", [("W", 1 << 20), ("flush", 0)], 1, None),
]
# From `send_req` to `complete_rsp` of Linux's ufshcd_command: what lies between the doorbell and the handler's look.
STAGES = ["descriptors", "fetch", "command", "device", "flash", "transfer", "crypto", "memory", "response", "interrupt"]


def write_trace(path, rows):
    draw = random.Random(1)
    with open(path, "w") as out:
        out.write("time_us,operation,offset,length,key\n")
        for number in range(COUNT):
            for operation, length in rows:
                offset = draw.randrange(RANGE) * 4096 if length else 0
                out.write(f"{number},{operation},{offset},{length},{1 if length else 0}\n")


def latencies(program, trace, platform, rows, which):
    command = [program, "run", trace, "--quiet", "--requests", "-", "--mode", "asap", "--queue-depth", "1", "--platform", platform]
    text = subprocess.run(command, check=True, capture_output=True, cwd=ROOT, text=True).stdout
    requests = [row for row in csv.DictReader(io.StringIO(text)) if int(row["id"]) % len(rows) == (which + 1) % len(rows)]
    return sorted(sum(int(row[stage + "_ps"]) for stage in STAGES) / 1e6 for row in requests)


def table(program, _):
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        traces = [str(pathlib.Path(directory) / f"{number}.csv") for number in range(len(REQUESTS))]
        for trace, (_, rows, _, _) in zip(traces, REQUESTS):
            write_trace(trace, rows)
        points = [(trace, platform, each) for trace, each in zip(traces, REQUESTS) for platform in PLATFORMS]
        reached = list(pool.map(lambda p: latencies(program, p[0], p[1], p[2][1], p[2][2]), points))
    text = "\n| alone | a phone, us | " + " | ".join(f"`{platform}`, us" for platform in PLATFORMS) + " |\n"
    text += "| --- | ---: " + "| ---: " * len(PLATFORMS) + "|\n"
    for number, (name, _, _, samples) in enumerate(REQUESTS):
        cells = [f"{samples[0]} to {samples[1]}" if samples else "-"]
        for each in reached[number * len(PLATFORMS):][:len(PLATFORMS)]:
            middle = each[len(each) // 2]
            side = "" if not samples or samples[0] <= middle <= samples[1] else ", outside"
            cells.append(f"{middle:.1f}{side}")
        text += f"| {name} | " + " | ".join(cells) + " |\n"
    return text + "\n"


sys.exit(main("one at a time", table, sys.argv[1:], __doc__))
