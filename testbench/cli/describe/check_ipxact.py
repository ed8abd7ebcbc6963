#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at the component of IP-XACT that icesim writes: elements in the order of IEEE 1685-2014, numbers that are some,
fields that do not overlap, and the same registers as in the JSON of the same table."""
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

SPACE = "{http://www.accellera.org/XMLSchema/IPXACT/1685-2014}"
# Elements in the order of the schema; the ones with '?' may be left out, those with '*' repeat.
ORDER = {
    "component": "vendor library name version memoryMaps",
    "memoryMaps": "memoryMap*",
    "memoryMap": "name addressBlock* addressUnitBits",
    "addressBlock": "name baseAddress range width usage register* registerFile*",
    "registerFile": "name description dim addressOffset range register*",
    "register": "name description dim? addressOffset size access field*",
    "field": "name description bitOffset resets bitWidth access modifiedWriteValue? readAction?",
    "resets": "reset",
    "reset": "value",
}
NUMBERS = {"baseAddress", "range", "addressOffset", "value", "dim", "size", "width", "bitOffset", "bitWidth", "addressUnitBits"}
WORDS = {
    "access": {"read-only", "read-write", "write-only"},
    "modifiedWriteValue": {"oneToClear", "oneToSet"},
    "readAction": {"clear"},
    "usage": {"register"},
}


def number(text):
    match = re.fullmatch(r"'h([0-9a-f]+)|([0-9]+)", text)
    assert match, f"{text!r} is no number"
    return int(match[1], 16) if match[1] else int(match[2])


def check(element):
    name = element.tag.removeprefix(SPACE)
    assert element.tag == SPACE + name, element.tag
    if name in ORDER:
        children = "".join(each.tag.removeprefix(SPACE) + " " for each in element)
        pattern = "".join(f"({each.rstrip('?*')} ){each[-1] if each[-1] in '?*' else ''}" for each in ORDER[name].split())
        assert re.fullmatch(pattern, children), f"{name}: {children}"
    if name in NUMBERS:
        number(element.text)
    if name in WORDS:
        assert element.text in WORDS[name], f"{name}: {element.text}"
    if name == "name":
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", element.text), element.text
    for each in element:
        check(each)


def of(element, name):
    return element.find(SPACE + name).text


def check_fields(register):
    bits = 0
    for field in register.iter(SPACE + "field"):
        mask = ((1 << number(of(field, "bitWidth"))) - 1) << number(of(field, "bitOffset"))
        assert bits & mask == 0 and mask < 1 << 32, f"{of(register, 'name')}.{of(field, 'name')}"
        bits |= mask


root = ElementTree.parse(sys.argv[2]).getroot()
check(root)
block = root.find(f".//{SPACE}addressBlock")
for register in root.iter(SPACE + "register"):
    check_fields(register)
for each in block.iter(SPACE + "registerFile"):
    end = number(of(each, "addressOffset")) + number(of(each, "range")) * number(of(each, "dim"))
    assert end <= number(of(block, "range")), of(each, "name")
table = json.load(open(sys.argv[3]))["registers"]
fixed = {name: int(each["place"][:-1], 16) for name, each in table.items()
         if re.fullmatch("[0-9a-f]+h", each["place"]) and name != "x-CRYPTOCAP"}
written = {of(each, "name"): number(of(each, "addressOffset")) for each in block.findall(SPACE + "register")}
assert written == fixed, set(written.items()) ^ set(fixed.items())
