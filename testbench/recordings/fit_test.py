#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits a device to recordings that are not part of the repository (../shared/traces/recorded), and expects the numbers
that docs/fit.md states. Skipped, with exit code 77, where they are absent. fit_test.py --table ICESIM prints the table."""
import json
import os
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RECORDED = os.path.join(SOURCE, "..", "shared", "traces", "recorded")

# QEMU's device does one thing at a time, and keeps nothing back: one die, without a write cache. The machine below it lets it
# wait now and then, for a time of one or the other length.
SERIAL = ["-s", "device.write_cache=false", "-s", "flash.channels=1", "-s", "flash.dies_per_channel=1", "-s", "flash.planes=16",
          "-s", "device.hesitation.spread=two-point", "-s", "device.hesitation.longest=3ms"]
MOVED = ["flash.program_time", "flash.read_time", "clocks.nand", "device.control_firmware_latency", "device.write_firmware_latency",
         "device.read_firmware_latency", "device.response_latency", "device.hesitation.time", "device.hesitation.longest",
         "device.hesitation.tail_ppm"]
# Recording, its kernel, most loss, and least share of the requests whose class has its median within 10 % and 25 %.
RECORDINGS = [
    ("k61_ufs_sdb_f2fs_perfile", "6.1", 0.39, 0.45, 0.60),
    ("k61_ufs_fio_qd", "6.1", 0.52, 0.40, 0.45),
    ("k612_ufs_mcq_f2fs_ivino64", "6.12", 0.30, 0.55, 0.75),
    ("k612_ufs_upiu_mqdeadline", "6.12", 0.24, 0.45, 0.80),
]


def fit(icesim, name):
    trace = os.path.join(RECORDED, name, "ftrace.txt.zst")
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "fit.json")
        command = [icesim, "fit", trace, "--budget", "600", "--match", "medians", "--json", out, "-q"] + SERIAL
        for path in MOVED:
            command += ["--vary", path]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with open(out, encoding="utf-8") as file:
            return json.load(file)


def share_within(found, limit):
    median = found["quantiles"].index(500)
    near = sum(c["count"] for c in found["classes"] if abs(c["fitted_ps"][median] / c["recorded_ps"][median] - 1) <= limit)
    return near / sum(c["count"] for c in found["classes"])


def main():
    icesim = sys.argv[-1]
    if not os.path.isdir(RECORDED):
        print("skipped: there are no recordings in " + os.path.normpath(RECORDED))
        return 77
    failed = False
    if "--table" in sys.argv:
        print("| recording | kernel | classes | loss before | fitted | on the other half | requests with the median of their class within 10 % | within 25 % |")
        print("|---|---|---|---|---|---|---|---|")
    for name, kernel, most_loss, least_10, least_25 in RECORDINGS:
        found = fit(icesim, name)
        loss = {key: value / 1e9 for key, value in found["loss_ppb"].items()}
        ten, quarter = share_within(found, 0.10), share_within(found, 0.25)
        if "--table" in sys.argv:
            print(f"| `{name}` | {kernel} | {len(found['classes'])} | {loss['before']:.2f} | {loss['fitted']:.2f} | {loss['tested_fitted']:.2f} | {ten:.0%} | {quarter:.0%} |")
            continue
        print(f"{name}: loss {loss['before']:.3f} -> {loss['fitted']:.3f}, on the other half {loss['tested_fitted']:.3f}; median within 10 %: {ten:.1%}, 25 %: {quarter:.1%}")
        if loss["fitted"] > most_loss or ten < least_10 or quarter < least_25 or loss["tested_fitted"] > 1.5 * loss["fitted"]:
            print(f"FAILED: expected a loss of {most_loss} at most, {least_10:.0%} and {least_25:.0%} of the requests")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
