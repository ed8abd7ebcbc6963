#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks the engine in ways that writing and reading through it cannot show, and asks the kernel's software AES-XTS.

Each mutant of mutants.txt is applied to a copy of the sources in build/linux-mutation, built there, and
given to test.py fscrypt. Exit 0: the oracle noticed all; 1: one survived; 2: one does not apply or compile.
"""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "mutation"))
import mutate  # noqa: E402


def try_mutant(mutant):
    path = mutate.SOURCE / mutant.file
    original = path.read_text()
    mutated = mutant.apply(original)
    if mutated is None:
        return 2, "does not apply"
    path.write_text(mutated)
    try:
        if mutate.run(["ninja", "-C", str(mutate.BUILD), "icesim"], mutate.WORK / "build.log") != 0:
            return 2, "does not compile"
        done = subprocess.run([HERE / "test.py", "fscrypt", "--keyslots", "4"], capture_output=True, text=True, check=False,
                              env=dict(os.environ, ICESIM=str(mutate.BUILD / "icesim")))
        verdict = [line for line in done.stdout.splitlines() if line.startswith("VERDICT failed")]
        if done.returncode == 77:
            sys.exit(77)
        return (0, verdict[0]) if done.returncode == 1 and verdict else (1, "SURVIVED")
    finally:
        path.write_text(original)


def main():
    mutate.WORK = mutate.ROOT / "build" / "linux-mutation"
    mutate.SOURCE, mutate.BUILD = mutate.WORK / "source", mutate.WORK / "build"
    mutate.WORK.mkdir(parents=True, exist_ok=True)
    mutate.copy_sources()
    mutate.configure()
    worst = 0
    for mutant in mutate.read_mutants([HERE / "mutants.txt"]):
        code, why = try_mutant(mutant)
        print(f"{mutant.title}: {why}", flush=True)
        worst = max(worst, code)
    sys.exit(worst)


if __name__ == "__main__":
    main()
