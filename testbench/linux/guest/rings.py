#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rings.py SCENARIO DIRECTORY: plays a scenario of 'icesim rings' without namespaces on a mounted file system that encrypts.

Each process of it is one, with the ids of its user. After each step a line "RINGS {...}" tells what the kernel answered, what it says
of the step's key to the step's process, and who reads what, by opening the file or by the descriptor that he has open."""
import errno
import fcntl
import json
import os
import pathlib
import re
import struct
import sys
import time

SET_POLICY, ADD, REMOVE, REMOVE_ALL, GET_STATUS = 0x800C6613, 0xC0506617, 0xC0406618, 0xC0406619, 0xC080661A
IDENTIFIER = 2  # FSCRYPT_KEY_SPEC_TYPE_IDENTIFIER
STATES = {1: "absent", 2: "present", 3: "incompletely removed"}


def ioctl(directory, request, argument):
    """The argument as the kernel leaves it."""
    buffer = bytearray(argument)
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, request, buffer)
    finally:
        os.close(descriptor)
    return bytes(buffer)


def add_key(mount, number):
    """Adds the key with this number; its identifier."""
    raw = struct.pack("<8Q", *(number + 1 + each for each in range(8)))
    argument = struct.pack("<II32xII32x", IDENTIFIER, 0, len(raw), 0) + raw
    return ioctl(mount, ADD, argument)[8:24]


def remove_key(mount, identifier, all_users):
    flags = ioctl(mount, REMOVE_ALL if all_users else REMOVE, struct.pack("<II16s16xI20x", IDENTIFIER, 0, identifier, 0))
    return struct.unpack_from("<I", flags, 40)[0]


def key_status(mount, identifier):
    told = ioctl(mount, GET_STATUS, struct.pack("<II16s16x24x64x", IDENTIFIER, 0, identifier))
    status, flags, count = struct.unpack_from("<III", told, 64)
    return {"state": STATES[status], "added_by_self": flags & 1 == 1, "user_count": count}


class Files:
    """The scenario's files, which are found by their inodes: a locked directory shows other names."""

    def __init__(self, top, scenario):
        self.top, self.files, self.identifiers, self.inodes = top, scenario.get("files", {}), {}, {}
        users = scenario["users"]
        for number, key in enumerate(scenario.get("keys", [])):
            (top / key).mkdir()
            self.identifiers[key] = add_key(top, number + 1000 * len(users))
            policy = struct.pack("<BBBB4x16s", 2, 1, 4, 3, self.identifiers[key])
            ioctl(top / key, SET_POLICY, policy)
        for name, each in self.files.items():
            path = self.directory(name) / name
            path.write_text(name)
            owner = users[each["owner"]]
            os.chown(path, owner["uid"], each.get("group", owner.get("gid", owner["uid"])))
            path.chmod(int(each["mode"], 8))
            self.inodes[name] = path.stat().st_ino
        os.sync()
        for identifier in self.identifiers.values():
            remove_key(top, identifier, True)
            assert key_status(top, identifier)["state"] == "absent"

    def directory(self, name):
        return self.top / self.files[name]["key"] if "key" in self.files[name] else self.top

    def path(self, name):
        with os.scandir(self.directory(name)) as entries:
            return next(entry.path for entry in entries if entry.inode() == self.inodes[name])


class Process:
    """A process with a user's ids, which does what it is told through a pipe."""

    def __init__(self, files, user):
        self.files, self.descriptors = files, {}
        asked, self.ask = os.pipe()
        self.told, tell = os.pipe()
        self.number = os.fork()
        if self.number == 0:
            os.setgroups(user.get("groups", []))
            os.setresgid(*[user.get("gid", user["uid"])] * 3)
            os.setresuid(*[user["uid"]] * 3)
            with os.fdopen(asked) as lines:
                for line in lines:
                    os.write(tell, (json.dumps(self.do(**json.loads(line))) + "\n").encode())
            os._exit(0)
        self.answers = os.fdopen(self.told)

    def tell(self, **what):
        os.write(self.ask, (json.dumps(what) + "\n").encode())
        return json.loads(self.answers.readline())

    def kill(self):
        os.kill(self.number, 9)
        os.waitpid(self.number, 0)

    def do(self, verb, **what):
        try:
            return getattr(self, verb)(**what) or {"answer": "ok"}
        except OSError as error:
            return {"answer": errno.errorcode[error.errno]}

    def add(self, key):
        add_key(self.files.top, list(self.files.identifiers).index(key) + 1000 * users)

    def remove(self, key, all_users):
        flags = remove_key(self.files.top, self.files.identifiers[key], all_users)
        return {"answer": "ok", "other_users": flags & 2 == 2, "files_busy": flags & 1 == 1}

    def status(self, key):
        return key_status(self.files.top, self.files.identifiers[key])

    def use(self, name):
        descriptor = os.open(self.files.path(name), os.O_RDONLY)
        if name in self.descriptors:
            os.close(descriptor)
        else:
            self.descriptors[name] = descriptor

    def close(self, name):
        if name not in self.descriptors:
            raise OSError(errno.EBADF, "not open")
        os.close(self.descriptors.pop(name))

    def chmod(self, name, mode):
        os.chmod(self.files.path(name), mode)

    def reads(self, name):
        return {"reads": self.is_readable(name)}

    def is_readable(self, name):
        descriptor = self.descriptors.get(name)
        if descriptor is not None:
            return os.pread(descriptor, 100, 0).decode() == name
        try:
            descriptor = os.open(self.files.path(name), os.O_RDONLY)
        except OSError as error:
            assert error.errno in (errno.EACCES, errno.ENOKEY), error
            return False
        text = os.read(descriptor, 100).decode()
        os.close(descriptor)
        assert text == name
        return True


scenario = json.loads(re.sub(r"//[^\n]*", "", pathlib.Path(sys.argv[1]).read_text()))
users = len(scenario["users"])
quota = {"maxkeys": 200, "maxbytes": 20000, "root_maxkeys": 1000000, "root_maxbytes": 25000000, **scenario.get("quota", {})}
for limit, value in quota.items():
    pathlib.Path("/proc/sys/kernel/keys", limit).write_text(str(value))
top = pathlib.Path(sys.argv[2])
files = Files(top, scenario)
living = {name: Process(files, scenario["users"][each["user"]]) for name, each in scenario["processes"].items()}
for number, step in enumerate(scenario["steps"], 1):
    answer = {"answer": "ok"}
    by = living.get(step.get("by"))
    key = step.get("add") or step.get("remove")
    if key:
        more = {"all_users": step.get("all_users", False)} if "remove" in step else {}
        answer = by.tell(verb="add" if "add" in step else "remove", key=key, **more)
    elif "kill" in step:
        living.pop(step["kill"]).kill()
    else:
        verb = next(each for each in ("use", "close", "chmod") if each in step)
        key = files.files[step[verb]].get("key") if verb != "chmod" else None
        more = {"mode": int(step["mode"], 8)} if verb == "chmod" else {}
        answer = by.tell(verb=verb, name=step[verb], **more)
    if "remove" in step:
        time.sleep(0.1)  # the quota is given back behind a grace period of RCU
    if key:
        answer["key"] = by.tell(verb="status", key=key)
    reads = [[process, name] for process, each in living.items() for name in files.files if each.tell(verb="reads", name=name)["reads"]]
    print("RINGS", json.dumps({"scenario": pathlib.Path(sys.argv[1]).stem, "step": number, "answer": answer, "reads": reads}), flush=True)
for each in living.values():
    each.kill()
for identifier in files.identifiers.values():
    if key_status(top, identifier)["state"] != "absent":
        remove_key(top, identifier, True)
