#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks the models one rule at a time and asks the tests whether they notice.

Each mutant of testbench/mutation/mutants/*.txt replaces one text, found exactly once in one file, by another. It is
applied to a copy of the sources in build/mutation/source, built there, and given to the test that docs/mutation.md says
killed it; if that passes or there is none, to the test programs, cheap ones first, until one fails. Results stay in
build/mutation/results.json; when every mutant has one, docs/mutation.md is written. Exit 0: all killed; 1: a mutant
survived; 2: a mutant does not apply or does not compile, or the tests fail without any mutant.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "build" / "mutation"
SOURCE = WORK / "source"
BUILD = WORK / "build"
RESULTS = WORK / "results.json"
DOCUMENT = ROOT / "docs" / "mutation.md"
LEFT_OUT = {"build", ".git", ".cache"}
# Which programs see a mutant, in this order; those that do not exist are left out.
MODEL_PROGRAMS = ["timing", "reference", "models", "theory", "golden"]
DRIVER_PROGRAMS = ["driver", "models", "timing", "theory", "golden"]
# These models have no part in the comparison with the twins.
WITHOUT_TWIN = ("models/base/agenda", "models/flash/", "models/host/host_cpu", "models/device/")


class Mutant:
    def __init__(self, title, area):
        self.title, self.area, self.file, self.old, self.new = title, area, "", [], []

    def key(self):
        return hashlib.sha256(repr((self.file, self.old, self.new)).encode()).hexdigest()[:16]

    def programs(self):
        if self.file.startswith("src/driver"):
            return DRIVER_PROGRAMS
        return [p for p in MODEL_PROGRAMS if p != "reference" or not self.file.startswith(WITHOUT_TWIN)]

    def apply(self, text):
        """The mutated text, or None when the mutant does not apply."""
        old, new = "\n".join(self.old), "\n".join(self.new)
        return text.replace(old, new) if old and old != new and text.count(old) == 1 else None


def read_mutants(paths=None):
    mutants = []
    for path in paths or sorted((ROOT / "testbench/mutation/mutants").glob("*.txt")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if line.startswith("mutant: "):
                mutants.append(Mutant(line[8:], path.stem))
            elif line.startswith("file: "):
                mutants[-1].file = line[6:]
            elif line.startswith("- "):
                mutants[-1].old.append(line[2:])
            elif line.startswith("+ ") or line == "+":
                mutants[-1].new.append(line[2:])
            elif line and not line.startswith("#"):
                sys.exit(f"{path}:{number}: not understood: {line}")
    return mutants


def files_of(directory):
    return {p.relative_to(directory) for p in directory.rglob("*")
            if p.is_file() and p.relative_to(directory).parts[0] not in LEFT_OUT}


def write_if_changed(path, content):
    """Never touches a file that is right, and never gives one an old time: both would mislead the build."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def copy_sources():
    wanted = files_of(ROOT)
    SOURCE.mkdir(parents=True, exist_ok=True)
    for stale in files_of(SOURCE) - wanted:
        (SOURCE / stale).unlink()
    for file in wanted:
        write_if_changed(SOURCE / file, (ROOT / file).read_bytes())
        shutil.copymode(ROOT / file, SOURCE / file)
    # Data beside the project, which some tests use when it is there.
    shared, link = ROOT.parent / "shared", WORK / "shared"
    if shared.is_dir() and not link.exists():
        link.symlink_to(shared.resolve())


def run(command, log, timeout=None):
    with open(log, "wb") as out:
        return subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, timeout=timeout, check=False).returncode


def configure():
    command = ["cmake", "-S", str(SOURCE), "-B", str(BUILD), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
               "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG", "-DICESIM_BENCH=OFF", "-DICESIM_WERROR=OFF",
               "-DICESIM_LTO=OFF", "-DICESIM_PRECOMPILED_HEADERS=OFF", "-DICESIM_PROCESS_PER_TEST=OFF"]
    if shutil.which("ccache"):
        command.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    if run(command, WORK / "configure.log") != 0:
        sys.exit(f"cmake failed: see {WORK / 'configure.log'}")


def existing(programs):
    targets = subprocess.run(["ninja", "-C", str(BUILD), "-t", "targets", "all"], capture_output=True, text=True,
                             check=True).stdout
    return [p for p in programs if re.search(rf"^{p}_test: phony", targets, re.M)]


def ninja(targets, jobs):
    return run(["ninja", "-C", str(BUILD), "-j", str(jobs), *targets], WORK / "build.log") == 0


def build(program, jobs):
    return ninja([f"{program}_test"], jobs)


def file_of(program, name):
    """The source file of a test such as Suite.Test or Values/Suite.Test/1."""
    suite, case = (part.split("/") for part in name.split("."))
    test = re.compile(rf"\(\s*{suite[-1]}\s*,\s*{case[0]}\b")
    files = sorted((SOURCE / "testbench" / program).glob("*_test.cpp"))
    return next((file.stem for file in files if test.search(file.read_text())), None)


def build_alone(program, file, jobs):
    """Builds no test of the program but those of one file, as `alone_test`."""
    commands = subprocess.run(["ninja", "-C", str(BUILD), "-t", "commands", f"{program}_test"], capture_output=True,
                              text=True, check=True).stdout
    link = commands.splitlines()[-1].removeprefix(": && ").split(" && ")[0].split()
    kept = [word for word in link if not word.endswith("_test.cpp.o") or word.endswith(f"/{file}.cpp.o")]
    kept[kept.index("-o") + 1] = "testbench/alone_test"
    targets = [word for word in kept if word.endswith((".cpp.o", ".a")) and not word.startswith("/")]
    return ninja(targets, jobs) and run(["sh", "-c", f"cd {BUILD} && {' '.join(kept)}"], WORK / "build.log") == 0


def first_failure(output, code):
    if code in (-signal.SIGKILL, -signal.SIGTERM):
        sys.exit("a test program was ended by somebody else")
    failed = re.findall(r"^\[  FAILED  \] (\S+?\.\S+)", output, re.M)
    if failed:
        return failed[0].rstrip(",")
    begun = re.findall(r"^\[ RUN      \] (\S+)", output, re.M)
    return (begun[-1] if begun else "start") + (" (no end)" if code is None else " (crash)")


def test(program, jobs, timeout, only="*"):
    """Runs a program in as many parts as there are jobs; returns None, or what failed first."""
    parts = []
    for part in range(jobs):
        environment = dict(os.environ, GTEST_TOTAL_SHARDS=str(jobs), GTEST_SHARD_INDEX=str(part),
                           GTEST_FAIL_FAST="1", RC_PARAMS="seed=1")
        log = open(WORK / f"{program}.{part}.log", "wb")
        parts.append((subprocess.Popen([str(BUILD / "testbench" / f"{program}_test"), f"--gtest_filter={only}"],
                                       stdout=log, stderr=subprocess.STDOUT, env=environment), log, part))
    failure, end = None, time.monotonic() + timeout
    while parts and failure is None:
        time.sleep(0.02)
        for process, log, part in list(parts):
            code = process.poll()
            if code is None and time.monotonic() < end:
                continue
            if code is not None:
                parts.remove((process, log, part))
                log.close()
            if code != 0:
                failure = first_failure(pathlib.Path(log.name).read_text(errors="replace"), code)
    for process, log, _ in parts:
        process.kill()
        process.wait()
        log.close()
    return failure


class Programs:
    """The test programs that exist, each run once without any mutant before the first mutant meets it."""

    def __init__(self, jobs):
        self.jobs, self.limits = jobs, {}
        self.present = existing(list(dict.fromkeys(MODEL_PROGRAMS + DRIVER_PROGRAMS)))

    def limit(self, program):
        """Seconds after which the program hangs."""
        if program not in self.limits:
            if not build(program, self.jobs):
                sys.exit(f"the sources do not build: see {WORK / 'build.log'}")
            start = time.monotonic()
            failure = test(program, self.jobs, 1200)
            if failure is not None:
                print(f"{program}_test fails without any mutant: {failure}", file=sys.stderr)
                sys.exit(2)
            taken = time.monotonic() - start
            print(f"    {program}_test passes in {taken:.1f} s without mutants", flush=True)
            self.limits[program] = 120 + 10 * taken  # the machine may be busier later
        return self.limits[program]

    def passes_alone(self, program, name):
        """Whether a test exists and passes by itself without mutants."""
        if (program, name) not in self.limits:
            start, file = time.monotonic(), file_of(program, name)
            passes = file is not None and build_alone(program, file, 1) and test("alone", 1, 1200, name) is None
            self.limits[program, name] = 120 + 10 * (time.monotonic() - start) if passes else None
        return self.limits[program, name] is not None


def try_killer(path, original, mutated, killer, programs):
    """Gives a mutant to the test that killed it before; returns what failed, if it did."""
    program, name = killer.removesuffix(" (crash)").removesuffix(" (no end)").split(": ")
    if program not in programs.present or not programs.passes_alone(program, name):
        return None
    path.write_text(mutated)
    try:
        if not build_alone(program, file_of(program, name), programs.jobs):
            return None
        failure = test("alone", 1, programs.limits[program, name], name)
        return failure and f"{program}: {failure}"
    finally:
        path.write_text(original)


def try_mutant(mutant, programs, killer):
    path = SOURCE / mutant.file
    original = path.read_text()
    mutated = mutant.apply(original)
    if mutated is None:
        return "does not apply"
    if killer:
        failure = try_killer(path, original, mutated, killer, programs)
        if failure is not None:
            return failure
    for program in [p for p in mutant.programs() if p in programs.present]:
        limit = programs.limit(program)
        path.write_text(mutated)
        try:
            if not build(program, programs.jobs):
                return "does not compile"
            failure = test(program, programs.jobs, limit)
            if failure is not None:
                return f"{program}: {failure}"
        finally:
            path.write_text(original)
    return "SURVIVED"


def code(lines):
    text = " ".join(line.strip() for line in lines).replace("|", "\\|")
    return f"`{text}`" if text else "nothing"


def known_killers():
    """What docs/mutation.md says, by the mutant's title."""
    rows = re.findall(r"^\| \d+ \| (.*?) \| .* \| (\w+: \S+\.\S+(?: \(.*\))?) \|$", DOCUMENT.read_text(), re.M)
    return dict(rows)


def write_document(mutants, results):
    killed = sum(results[m.key()] != "SURVIVED" for m in mutants)
    lines = ["# Mutants", "",
             "Each row is one rule of the models broken on purpose, and the first test that noticed. Written by",
             "`testbench/mutation/mutate.py`, which applies, builds and tests each (see its `--help`); the list is",
             "`testbench/mutation/mutants/*.txt`, and a test checks that all of it still applies.", "",
             f"**{killed} of {len(mutants)} killed.**"]
    area = None
    for number, m in enumerate(mutants, 1):
        if m.area != area:
            area = m.area
            lines += ["", f"## {area.replace('_', ' ')}", "", "| # | broken rule | change | killed by |", "|---|---|---|---|"]
        lines.append(f"| {number} | {m.title} | {m.file}: {code(m.old)} becomes {code(m.new)} | {results[m.key()]} |")
    DOCUMENT.write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print the mutants and end")
    parser.add_argument("--only", metavar="N", action="append", default=[],
                        help="a mutant's number or an area (a file of the list); may be given again")
    parser.add_argument("--more", action="store_true", help="leave out mutants that have a result")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="compilers and tests at a time")
    arguments = parser.parse_args()

    mutants = read_mutants()
    results = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    chosen = []
    for number, mutant in enumerate(mutants, 1):
        if arguments.only and str(number) not in arguments.only and mutant.area not in arguments.only:
            continue
        if arguments.more and not results.get(mutant.key(), "does not run yet").startswith("does not"):
            continue
        chosen.append((number, mutant))
    if arguments.list:
        for number, mutant in chosen:
            print(f"{number:3} {mutant.area}: {mutant.title}: {results.get(mutant.key(), 'not run')}")
        return 0
    WORK.mkdir(parents=True, exist_ok=True)
    copy_sources()
    configure()
    programs = Programs(arguments.jobs)
    killers = known_killers()
    for number, mutant in chosen:
        start = time.monotonic()
        result = try_mutant(mutant, programs, killers.get(mutant.title))
        results[mutant.key()] = result
        RESULTS.write_text(json.dumps(results, indent=1))
        print(f"{number:3} {result} ({mutant.area}: {mutant.title}; {time.monotonic() - start:.0f} s)", flush=True)
    if all(m.key() in results for m in mutants):
        write_document(mutants, results)
    outcomes = {results[m.key()] for _, m in chosen}
    if any(o.startswith("does not") for o in outcomes):
        return 2
    return 1 if "SURVIVED" in outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
