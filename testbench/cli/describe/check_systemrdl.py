#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the part of SystemRDL 2.0 that icesim writes, with a grammar of its own, and compares it with the JSON of the same
table. Where systemrdl-compiler is installed, that must accept the text, too."""
import json
import re
import sys

TOKEN = re.compile(r'\s+|//[^\n]*|("(?:[^"\\]|\\.)*")|(0x[0-9a-f]+|[0-9]+)|([A-Za-z_][A-Za-z0-9_]*)|(\+=|[{}\[\]:;=@])')
WORDS = {"sw": {"r", "w", "rw"}, "hw": {"r", "w"}, "onwrite": {"woclr", "woset"}, "onread": {"rclr"}}


class Parser:
    def __init__(self, text):
        self.tokens, at = [], 0
        while at < len(text):
            match = TOKEN.match(text, at)
            assert match, f"no token at {text[at:at + 40]!r}"
            at = match.end()
            if match.group().strip() and not match.group().startswith("//"):
                self.tokens.append(match.group())
        self.at = 0

    def take(self, *expected):
        token = self.tokens[self.at]
        assert not expected or token in expected, f"{token!r} where {expected} may stand"
        self.at += 1
        return token

    def number(self):
        return int(self.take(), 0)

    def name(self):
        token = self.take()
        assert re.fullmatch(r"[A-Za-z_]\w*", token), f"{token!r} is no identifier"
        return token

    def body(self, kind, inner):
        """kind { property = value; ... component ... }: properties and components."""
        self.take(kind)
        self.take("{")
        properties, components = {}, []
        while self.tokens[self.at] != "}":
            if self.tokens[self.at] in inner:
                components.append(inner[self.tokens[self.at]]())
                continue
            if self.tokens[self.at] == "default":
                self.take()
            word = self.name()
            self.take("=")
            value = self.take()
            assert word not in WORDS or value in WORDS[word], f"{word} = {value}"
            assert word in WORDS or word in ("regwidth", "accesswidth") or value.startswith('"'), f"{word} = {value}"
            properties[word] = value
            self.take(";")
        self.take("}")
        return properties, components

    def field(self):
        properties, _ = self.body("field", {})
        name = self.name()
        self.take("[")
        high = self.number()
        self.take(":")
        low = self.number()
        self.take("]")
        self.take("=")
        reset = self.number()
        self.take(";")
        assert 31 >= high >= low >= 0 and reset < 1 << (high - low + 1), name
        return name, high, low, properties

    def placed(self, kind, inner):
        properties, components = self.body(kind, inner)
        name, count, stride = self.name(), 1, 0
        if self.tokens[self.at] == "[":
            self.take("[")
            count = self.number()
            self.take("]")
        self.take("@")
        offset = self.number()
        if self.tokens[self.at] == "+=":
            self.take()
            stride = self.number()
        self.take(";")
        return name, offset, count, stride, properties, components

    def reg(self):
        reg = self.placed("reg", {"field": self.field})
        bits = 0
        for name, high, low, _ in reg[5]:
            mask = (2 << high) - (1 << low)
            assert bits & mask == 0, f"{reg[0]}.{name} overlaps"
            bits |= mask
        assert reg[5], reg[0]
        return reg

    def regfile(self):
        return self.placed("regfile", {"reg": self.reg})

    def whole(self):
        _, components = self.body("addrmap", {"reg": self.reg, "regfile": self.regfile})
        return components


def no_overlaps(components):
    end = 0
    for name, offset, count, stride, _, inner in sorted(components, key=lambda each: each[1]):
        assert offset >= end, f"{name} at {offset:#x} overlaps"
        if inner and len(inner[0]) == 6:
            no_overlaps(inner)
            assert all(reg[1] + 4 <= stride for reg in inner), name
        end = offset + max(stride, 4) * count


parser = Parser(open(sys.argv[1]).read().replace("addrmap ufshci {", "addrmap {"))
components = parser.whole()
parser.take(";")
assert parser.at == len(parser.tokens), "something stands behind the end"
no_overlaps(components)

table = json.load(open(sys.argv[3]))["registers"]
fixed = {name: each for name, each in table.items() if re.fullmatch("[0-9a-f]+h", each["place"]) and name != "x-CRYPTOCAP"}
registers = {each[0]: each for each in components if len(each[5][0]) == 4}
assert set(registers) == set(fixed), set(registers) ^ set(fixed)
for name, each in fixed.items():
    assert registers[name][1] == int(each["place"][:-1], 16), name
for name, high, low, properties in registers["IS"][5]:
    place = table[f"IS.{name}"]["place"]
    assert place == (str(high) if high == low else f"{high}:{low}"), name
    assert properties["onwrite"] == "woclr", name

try:
    import systemrdl
except ImportError:
    sys.exit(0)
compiler = systemrdl.RDLCompiler()
compiler.compile_file(sys.argv[1])
compiler.elaborate()
