#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots Linux on the simulated controller and judges what came out. Each is a test of ctest with the label linux.

  test.py probe --kernel K           the driver finds everything and has nothing to complain about
  test.py fscrypt --kernel K --fs F --keyslots N   what the engine wrote, software reads, and the other way round
  test.py crash --kernel K --fs F    after a power-off in the middle of writes, synced files are there for the next guest
  test.py repeat --kernel K          two runs give equal logs, results and disk images
  test.py fault --fault F --fs F     the kernel recovers from what goes wrong once (icesim serve --fault), and nothing is lost
  test.py power --fault F --fs F     what was synced before a power loss is there for the next guest
  test.py queues [--fault F]         the driver uses the controller's queues in place of the doorbell
  test.py booster                    the driver switches the device's WriteBooster buffer on
  test.py rings --kernel K --fs F    the kernel's ring of keys answers as model B of 'icesim rings' does
  test.py phone --kernel K           with a phone's capabilities it gates clocks, scales them and suspends at each level

Exit 0: as it should be; 1: it is not; 77: the kernel has not been built (testbench/linux/build-kernel.sh).
"""
import argparse
import bisect
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MISSING = 77


class Run:
    """A finished run of a guest's script; ends the test when the guest did not pass."""

    def __init__(self, options, out, script, *serve, record=(), driver="ufshcd-pci"):
        command = [HERE / "run.sh", "--kernel", options.kernel, "--out", out, "--fs", options.fs,
                   "--keyslots", str(options.keyslots), "--driver", driver, *record, script, *serve]
        for each in options.settings:
            command += ["--set", each]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
        if done.returncode == MISSING:
            print(f"skipped: Linux {options.kernel} has not been built; testbench/linux/build-kernel.sh {options.kernel}")
        if done.returncode:
            sys.exit(done.returncode if done.returncode == MISSING else 1)
        self.out = out
        results = json.loads((out / "results.json").read_text())
        self.statistics = {path: each["value"] for path, each in results["statistics"].items()}
        self.stages = sum(stage["total_ps"] for stage in results["stages"])
        self.log = (out / "guest.log").read_text()
        # what the kernel draws of a panic may be anything
        self.console = (out / "console.txt").read_text(errors="replace")

    def expect(self, what, holds):
        if not holds:
            print(f"FAILED: {what}")
            sys.exit(1)

    def expect_sound(self):
        """What holds of every run without injected faults."""
        s = self.statistics
        for path in ("driver.requests_failed", "keyslots_hw.violations", "keyslots_hw.hazards", "controller.dropped_upius",
                     "device.rejects"):
            self.expect(f"{path} is 0, not {s[path]}", s[path] == 0)
        count = s["latency.all.count"]
        self.expect("the stages of all requests add up to their latencies",
                    0 <= self.stages - s["latency.all.mean"] * count < max(count, 1))
        self.expect("every encrypted request found a key", s["keyslots.hits"] + s["keyslots.first_uses"]
                    == s["driver.requests_encrypted"])


def probe(options, out):
    run = Run(options, out, "probe")
    run.expect_sound()
    s = run.statistics
    run.expect(f"{options.keyslots} keyslots are cleared, not {s['keyslots.evictions']}",
               s["keyslots.evictions"] == options.keyslots)
    # the steps of the initialisation, in order
    at = 0
    for step in ("R CAP", "R CCAP", "W CRYPTOCFG[0].16", "W HCE 00000003", "W UICCMD 00000016", "W UTRLRSR 00000001",
                 "upiu 0000001f", "upiu 1600001f", "UCMDARG1 15710000", "upiu 0140d0", "upiu 0140c4", "upiu 0140b0"):
        at = run.log.find(step, at)
        run.expect(f"'{step}' comes in its place", at >= 0)


def fscrypt(options, out):
    run = Run(options, out, "fscrypt", record=("--record", out / "guest.icetrace"))
    run.expect_sound()
    s = run.statistics
    run.expect("the engine took part", s["driver.requests_encrypted"] > 100)
    run.expect("the controller was suspended in between", s["keyslots_hw.wipes"] >= 2)
    # 12 files with a key each and 2 policies with one; after the suspend all are used again, and for the last check
    run.expect("keys are written again after they were lost", s["keyslots.programs"] >= 2 * 14)
    # the same requests, in our own driver's hands, which are not to merge what Linux did not; where Linux found pages side
    # by side, a request may have more than 128; keys die as Linux's did
    again = out / "again.json"
    icesim = os.environ.get("ICESIM", str(HERE.parents[1] / "build/release/icesim"))
    subprocess.run([icesim, "run", str(out / "guest.icetrace"), "--set", "flash.capacity=256MiB",
                    "--set", f"keyslots.num_keyslots={options.keyslots}", "--set", "block_layer.plug_requests=1",
                    "--set", "block_layer.segment=8KiB", "--set", "keys.life=trace", "-o", str(again)], check=True)
    replayed = {path: each["value"] for path, each in json.loads(again.read_text())["statistics"].items()}
    for path in ("driver.requests_completed", "driver.bytes_read", "driver.bytes_written"):
        run.expect(f"{path} is the same when our driver does it", replayed[path] == s[path])
    same, recorded = replayed["keyslots.as_recorded"], replayed["keyslots.recorded"]
    run.expect(f"each request has the keyslot that Linux found for it, not {same} of {recorded}",
               same == recorded == s["driver.requests_encrypted"])
    run.expect("no key is evicted later than Linux did", replayed["keyslots.forgotten_late"] == 0)
    info = json.loads(subprocess.run([icesim, "trace", "info", str(out / "guest.icetrace"), "--json"],
                                     stdout=subprocess.PIPE, check=True).stdout)
    run.expect("the trace has the keyslot of every encrypted request",
               info["keyslots"]["requests"] == s["driver.requests_encrypted"] == info["references"])
    events = info["key_events"]
    run.expect("the trace tells of keys that are born, are evicted and are born again",
               events["births"] > info["keys"] and events["evictions"] > 0)
    enables = [int(value, 16) & 1 for value in re.findall(r"^\d+ W HCE (\w+)$", run.log, re.MULTILINE)]
    enables = enables[enables.index(1):]
    ends = [after - before for before, after in zip(enables, enables[1:])]
    run.expect(f"the trace tells of the {ends.count(-1)} suspends and {ends.count(1)} resumes, not {events}",
               (events["suspends"], events["resumes"]) == (ends.count(-1), ends.count(1)) and ends.count(1) >= 1)
    run.expect("no keyslot is one that is not there", 0 < info["keyslots"]["used"] <= options.keyslots)
    subprocess.run([icesim, "slots", str(out / "guest.icetrace"), "--set", "flash.capacity=256MiB"], check=True,
                   stdout=subprocess.DEVNULL)
    print(f"first uses of a key in its keyslot: {s['keyslots.first_uses']}, our driver: {replayed['keyslots.programs']}")
    run.expect("keyslots are cleared when their files are gone", options.keyslots == 1 or s["keyslots.evictions"] > 0)


def repeat(options, out):
    runs = []
    for name in ("first", "second"):
        directory = out / name
        directory.mkdir()
        runs.append(Run(options, directory, "fscrypt"))
    for file in ("guest.log", "results.json", "disk.img"):
        # the command names the files of its run
        first, second = (b"\n".join(line for line in (run.out / file).read_bytes().split(b"\n")
                                    if not line.startswith(b'  "command": ')) for run in runs)
        runs[0].expect(f"{file} is the same in both runs", first == second)


def crash(options, out):
    """The guest goes without a word, in the middle of its writes; the next one finds what was synced."""
    run = Run(options, out, "crash")
    written = run.statistics["driver.bytes_written"]
    run.expect("there was something under way", written > 1 << 20)
    run = Run(options, out, "recover")  # on the same disk.img
    run.expect_sound()
    run.expect("what was synced came through the engine", run.statistics["driver.requests_encrypted"] > 0)


# What the kernel must say of a fault (the lines that fault.sh puts on the console), and whether the controller must be reset.
SAID = {
    "lost-answer": ("not pending in the device", False),
    "invalid-key": ("OCS error from controller = 9", False),
    "crypto-error": ("OCS error from controller = a", False),
    "engine-failure": ("fatal_err[0] = 0x40000", True),
    "link-loss": ("fatal_err[0] = 0x80 ", True),
    "uic-error": ("dl_err[0] = 0x80002000", True),
    "device-reset": ("not pending in the device", False),
}


def fault(options, out):
    run = Run(options, out, "fault", "--fault", options.fault)
    s = run.statistics
    run.expect(f"{options.fault} happened", s["faults.happened"] == 1)
    for path in ("keyslots_hw.violations", "keyslots_hw.hazards"):
        run.expect(f"{path} is 0, not {s[path]}", s[path] == 0)
    what, reset = SAID[options.fault.split("@")[0]]
    said = [line for line in run.console.splitlines() if line.startswith("| ")]
    run.expect(f"the kernel says '{what}'", any(what in line for line in said))
    if reset:
        at = run.log.find("W HCE 00000000")
        run.expect("the controller is reset, and the link started again", 0 < at < run.log.rfind("W UICCMD 00000016"))
        run.expect("keys are written while the controller is disabled",
                   at < run.log.rfind(" key\n", 0, run.log.rfind("W HCE 00000003")))
    if "not pending" in what:
        at = run.log.find("W UTMRLDBR")
        run.expect("the driver asks by task management, and clears the command", 0 < at < run.log.find("W UTRLCLR"))


def power(options, out):
    run = Run(options, out, "power", "--fault", options.fault)
    run.expect(f"{options.fault} happened", run.statistics["faults.happened"] == 1)
    run.expect("the write cache held something", run.statistics["faults.lost_blocks"] > 0)
    synced = set(re.findall(r"SYNCED (\S+)", run.console))
    run.expect("files had been synced", len(synced) > 5)
    run = Run(options, out, "survive")  # on the same disk.img
    run.expect_sound()
    lost = synced - set(re.findall(r"FOUND (\S+)", run.console))
    run.expect(f"what was synced is there, {sorted(lost)} too", not lost)


def booster(options, out):
    # Of the driver's variants on PCI, Intel's of this number uses WriteBooster and the engine.
    run = Run(options, out, "booster", "--pci-id", "8086:7e47", "--set", "flash.booster.capacity=16MiB")
    run.expect("requests were followed", run.statistics["driver.requests_completed"] > 100)
    run.expect_sound()


def phone(options, out):
    run = Run(options, out, "phone", "--set", "flash.booster.capacity=16MiB", driver="ufs_phone")
    run.expect_sound()
    run.expect("the engine took part", run.statistics["driver.requests_encrypted"] > 100)
    commands = re.findall(r"^(\d+) W UICCMD 000000(17|18)$", run.log, re.MULTILINE)
    run.expect(f"the link went into hibern8 and came out of it often, not {len(commands)} times", len(commands) > 40)
    # behind it there were 150 ms without a request, and later on 5 ms
    issued = [int(at) for at in re.findall(r"^(\d+) W UTRLDBR", run.log, re.MULTILINE)]
    waits = []
    for at, command in commands:
        if command == "17":
            waits.append(int(at) - issued[bisect.bisect(issued, int(at)) - 1])
    run.expect("clocks go off 150 ms behind the last request", any(150e9 < wait < 170e9 for wait in waits))
    run.expect("and 5 ms behind it when they are told to", any(5e9 < wait < 25e9 for wait in waits))
    for level in range(6):
        run.expect(f"the host is suspended at level {level}", f"STATE {level} suspended" in run.console)
    gears = re.findall(r"W UCMDARG1 15680000\n\d+ W UCMDARG2 00000000\n\d+ W UCMDARG3 0000000(\d)", run.log)
    if options.kernel != "6.1":
        run.expect(f"the gear falls to 1 and rises again: {gears}", "1" in gears and gears[-1] != "1")


def queues(options, out):
    faults = ["--fault", options.fault] if options.fault else []
    run = Run(options, out, "queues", "--pci-id", "1b36:0013", "--set", "controller.mcq=2", "--set",
              "controller.version=1024", *faults)
    s = run.statistics
    run.expect("one queue is for requests and one for polling",
               "nr_queues=2, io_queues=1, read_queue=0, poll_queues=1, queue_depth=32" in run.console)
    at = run.log.find("W CONFIG 00000001")
    run.expect("the doorbell is not rung any more", 0 < at and "W UTRLDBR" not in run.log[at:])
    run.expect("requests were followed", s["driver.requests_completed"] > 100)
    run.expect("the engine had no part in it", s["driver.requests_encrypted"] == 0)
    said = [line for line in run.console.splitlines() if line.startswith("| ")]
    if not faults:
        run.expect_sound()
        run.expect(f"the kernel has nothing to complain about: {said}", not said)
        return
    run.expect("the fault happened", s["faults.happened"] == 1)
    run.expect("the kernel aborts the command", "Device abort task" in run.console)
    # SQRTC and SQRTS of queue 0: stopped, cleaned up, with success
    clean_up = run.log.find("W 1d008 00000003")
    run.expect("its queue is stopped, and it is cleaned up", 0 < run.log.find("W 1d00c") < clean_up)
    run.expect("that succeeds", run.log.find("R 1d010 00000003", clean_up) > 0)
    run.expect("the command alone failed", s["driver.requests_failed"] == 1)


def rings(options, out):
    run = Run(options, out, "rings")
    run.expect_sound()
    icesim = os.environ.get("ICESIM", str(HERE.parents[1] / "build/release/icesim"))
    told = [json.loads(line.split(" ", 1)[1]) for line in run.console.splitlines() if line.startswith("RINGS {")]
    for name in ("two-users", "sessions", "quota"):
        scenario = HERE.parents[1] / "examples/rings" / f"{name}.json"
        played = json.loads(subprocess.run([icesim, "rings", scenario, "-o", "-"], stdout=subprocess.PIPE, check=True).stdout)
        linux = [each for each in told if each["scenario"] == name]
        run.expect(f"the guest tells of all steps of {name}", [each["step"] for each in linux] == [each["step"] for each in played["steps"]])
        for step, asked in zip(played["steps"], linux):
            # flags that are not set are left out of our answers
            answer = {each: value for each, value in asked["answer"].items() if value is not False}
            run.expect(f"step {step['step']} of {name}, {step['text']}: Linux says {answer}, model B {step['models']['B']}",
                       answer == step["models"]["B"])
            reads = [[each["process"], each["file"]] for each in step["reads"] if "B" in each["models"]]
            run.expect(f"after step {step['step']} of {name} those who read are {asked['reads']}, with model B {reads}", asked["reads"] == reads)
        print(f"{name}: Linux answers {len(linux)} steps as model B does")


def main():
    tests = {"probe": probe, "fscrypt": fscrypt, "repeat": repeat, "crash": crash, "fault": fault, "power": power,
             "queues": queues, "rings": rings, "booster": booster, "phone": phone}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("test", choices=tests)
    parser.add_argument("--kernel", default="6.12")
    parser.add_argument("--fs", default="ext4", choices=["ext4", "f2fs"])
    parser.add_argument("--keyslots", type=int, default=32)
    parser.add_argument("--fault", default="")
    parser.add_argument("--set", action="append", default=[], dest="settings", help="a parameter of icesim serve")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="icesim-linux-test-") as out:
        tests[options.test](options, pathlib.Path(out))


if __name__ == "__main__":
    main()
