#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the array job of docs/sweeps.md, as it stands there, on a Slurm of one node that only this host can reach.

One task is killed and submitted again; the merged shards must be byte for byte what one process writes. Needs the packages
slurmctld, slurmd, slurm-client and munge, and root; their services need not run.

Exit 0: as it should be; 1: it is not; 77: skipped, with a line that says what is missing.
"""
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
ICESIM = pathlib.Path(os.environ.get("ICESIM", TOP / "build/release/icesim")).resolve()
SKIPPED = 77
SHARDS = 8
KILLED = 3

CONFIG = """ClusterName=icesim
SlurmctldHost={host}(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket={root}/munge/socket
CryptoType=crypto/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort={control}
SlurmdPort={daemon}
SlurmUser=root
SlurmdUser=root
StateSaveLocation={root}/state
SlurmdSpoolDir={root}/spool
SlurmctldPidFile={root}/slurmctld.pid
SlurmdPidFile={root}/slurmd.pid
SlurmctldLogFile={root}/slurmctld.log
SlurmdLogFile={root}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=10000,batch_sched_delay=0,sched_interval=1
KillWait=5
MpiDefault=none
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=500 State=UNKNOWN
PartitionName=sweep Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def fail(what):
    print(f"FAILED: {what}")
    sys.exit(1)


def missing():
    """What this host lacks; empty when there is all."""
    programs = [name for name in ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo") if not shutil.which(name)]
    if programs:
        return f"{', '.join(programs)} not found; apt-get install slurmctld slurmd slurm-client munge"
    if os.geteuid() != 0:
        return "only root may start Slurm's daemons"
    return ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(holds, what, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            fail(f"after {seconds} s there is still not: {what}")
        time.sleep(0.2)


class Cluster:
    """One node, on the loopback device, with a key of its own; its daemons end with it."""

    def __init__(self, root):
        self.root = root
        for name in ("munge", "state", "spool"):
            (root / name).mkdir(mode=0o700)
        host = socket.gethostname().split(".")[0]
        self.config = root / "slurm.conf"
        self.config.write_text(CONFIG.format(host=host, root=root, control=free_port(), daemon=free_port()))
        os.environ["SLURM_CONF"] = str(self.config)

    def __enter__(self):
        munge = self.root / "munge"
        key = munge / "key"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o400)
        subprocess.run(["munged", "--force", f"--key-file={key}", f"--socket={munge}/socket", f"--pid-file={self.root}/munged.pid",
                        f"--log-file={munge}/log", f"--seed-file={munge}/seed"], check=True)
        for daemon in ("slurmctld", "slurmd"):
            subprocess.run([daemon, "-f", self.config], check=True)
        wait_until(lambda: "idle" in said(["sinfo", "--noheader", "--format=%t"]), "a node that is idle", 60)
        return self

    def __exit__(self, *_):
        for daemon in ("slurmd", "slurmctld", "munged"):
            try:
                os.kill(int((self.root / f"{daemon}.pid").read_text()), signal.SIGTERM)
            except (OSError, ValueError):
                pass
        time.sleep(1)


def said(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout


def script():
    """The job of docs/sweeps.md, and what one process would be told instead."""
    text = (TOP / "docs/sweeps.md").read_text()
    found = re.search(r"```sh\n(#!/bin/sh\n#SBATCH --array=0-7\n.*?)```", text, re.DOTALL)
    if not found:
        fail("docs/sweeps.md has a job with an array of eight")
    job = found.group(1)
    command = re.search(r"icesim sweep .*?--output \S+", job, re.DOTALL).group(0)
    words = " ".join(command.replace("\\\n", " ").split())
    return job, re.sub(r" --(shard|store|jobs|output) \S+", "", words)


def icesim(*words):
    return subprocess.run([ICESIM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)


def run(work):
    job, whole = script()
    os.chdir(work)
    os.environ["PATH"] = f"{ICESIM.parent}:{os.environ['PATH']}"
    pathlib.Path("sweep.sh").write_text(job)
    icesim("generate", "trace.icetrace", "--requests", "40000", "--interval", "100us", "--keys", "100")
    subprocess.run(f"{whole} --output whole.json > whole.txt", shell=True, check=True)

    number = said(["sbatch", "--parsable", "sweep.sh"]).strip()
    task = f"{number}_{KILLED}"
    wait_until(lambda: "RUNNING" in said(["squeue", "--noheader", "--jobs", task, "--format=%T"]), f"task {KILLED} running")
    subprocess.run(["scancel", task], check=True)
    wait_until(lambda: not said(["squeue", "--noheader", "--jobs", number]).strip(), "the end of the array", 240)
    shards = [f"shard-{index}.json" for index in range(SHARDS)]
    there = [name for name in shards if pathlib.Path(name).exists()]
    if there != [name for name in shards if name != f"shard-{KILLED}.json"]:
        fail(f"all shards but the killed one, not {there}")
    refused = icesim("merge", *there)
    if refused.returncode != 2 or f"they are of {KILLED + 1}/{SHARDS}" not in refused.stderr:
        fail(f"merge names the missing shard, not '{refused.stderr.strip()}'")

    subprocess.run(["sbatch", "--wait", f"--array={KILLED}", "sweep.sh"], stdout=subprocess.DEVNULL, check=True)
    merged = icesim("merge", *shards, "-o", "merged.json")
    if merged.returncode != 0:
        fail(merged.stderr.strip())
    if pathlib.Path("merged.json").read_bytes() != pathlib.Path("whole.json").read_bytes():
        fail("the merged shards are what one process writes")
    print(f"{SHARDS} tasks, one of them killed and submitted again: the same bytes as one process")


def main():
    if lack := missing():
        print(f"skipped: {lack}")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="icesim-slurm-") as directory:
        root = pathlib.Path(directory)
        work = root / "work"
        work.mkdir()
        with Cluster(root):
            run(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
