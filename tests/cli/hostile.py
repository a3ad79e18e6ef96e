#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that lie or are cut: p2ptool ends by itself, with a result or a sentence.

usage: hostile.py P2PTOOL"""

import json
import re
import subprocess
import sys

SECONDS = 60
EXITS = (0, 3, 4)


class Function:
    """Config space of one function, written as lspci -xxxx writes it."""

    def __init__(self, address, size=4096, port=None):
        self.address, self.bytes = address, bytearray(size)
        self.set(0x00, 0x1b36, 2)
        self.set(0x02, 0x000c if port else 0x0010, 2)
        self.set(0x04, 0x00100006, 4)
        self.set(0x08, 0x06040000 if port else 0x01080200, 4)
        self.set(0x34, 0x40, 1)
        self.set(0x40, 0x00020010, 4)
        if port:
            kind, secondary, subordinate = port
            self.set(0x0e, 1, 1)
            self.set(0x19, secondary, 1)
            self.set(0x1a, subordinate, 1)
            self.set(0x42, 2 | kind << 4, 2)

    def set(self, offset, value, width):
        if offset + width <= len(self.bytes):
            self.bytes[offset:offset + width] = value.to_bytes(width, "little")
        return self

    def text(self):
        rows = [f"{self.address} Some: Function"]
        for at in range(0, len(self.bytes), 16):
            rows.append(f"{at:02x}: " + self.bytes[at:at + 16].hex(" "))
        return "\n".join(rows) + "\n\n"


def run(program, data, *arguments):
    result = subprocess.run([program, *arguments, "-F", "-"], input=data.encode(),
                            capture_output=True, timeout=SECONDS, check=False)
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def scan(program, data):
    code, out, err = run(program, data, "scan", "-j", "-n", "--all")
    assert code in EXITS, f"exit {code}: {err[:300]}"
    return code, {f["address"]: f for f in json.loads(out)["functions"]}


ROOT, UP, DOWN = 4, 5, 6


def capability_list_in_a_loop(program):
    f = Function("01:00.0").set(0x40, 0x4001, 2)
    assert scan(program, f.text())[1]["0000:01:00.0"]["pcie_type"] is False


def capability_that_names_itself(program):
    f = Function("01:00.0").set(0x100, 0x1000000d | 1 << 16, 4)
    assert scan(program, f.text())[1]["0000:01:00.0"]["acs"] is not None


def extended_list_in_a_loop(program):
    f = Function("01:00.0").set(0x100, 0x20010001, 4).set(0x200, 0x10010002, 4)
    assert scan(program, f.text())[1]["0000:01:00.0"]["acs"] is False


def acs_at_the_very_end(program):
    f = Function("01:00.0").set(0x100, 0xffc10001, 4).set(0xffc, 0x0001000d, 4)
    assert scan(program, f.text())[1]["0000:01:00.0"]["acs"] is not False


def all_ones(program):
    f = Function("01:00.0")
    f.bytes[:] = b"\xff" * 4096
    functions = scan(program, f.text())[1]
    assert functions["0000:01:00.0"]["acs"] is None


def sixty_four_bytes_among_full_ones(program):
    text = (Function("00:01.0", port=(ROOT, 1, 1)).text() +
            Function("01:00.0", size=64).text())
    code, functions = scan(program, text)
    assert functions["0000:01:00.0"]["acs"] is None
    assert functions["0000:01:00.0"]["readable"] == 64


def secondary_bus_zero(program):
    text = Function("00:01.0", port=(ROOT, 0, 0)).text() + Function("00:02.0").text()
    assert not scan(program, text)[1]["0000:00:02.0"]["parent"]


def two_bridges_claim_one_bus(program):
    text = (Function("00:01.0", port=(ROOT, 1, 1)).text() +
            Function("00:02.0", port=(ROOT, 1, 1)).text() + Function("01:00.0").text())
    assert scan(program, text)[1]["0000:01:00.0"]["parent"] == "0000:00:01.0"


def buses_in_a_loop(program):
    text = (Function("01:00.0", port=(UP, 2, 3)).text() +
            Function("02:00.0", port=(DOWN, 3, 3)).text() +
            Function("03:00.0", port=(UP, 1, 3)).text())
    assert len(scan(program, text)[1]) == 3


def a_bus_of_its_own(program):
    text = Function("01:00.0", port=(UP, 1, 1)).text() + Function("01:01.0").text()
    assert len(scan(program, text)[1]) == 2


def a_hundred_thousand_functions(program):
    text = "".join(f"{d:04x}:{b:02x}:{n >> 3:02x}.{n & 7} Some: Function\n"
                   "00: 36 1b 10 00 06 00 00 00 00 00 08 01 00 00 00 00\n"
                   for d in range(2) for b in range(196) for n in range(256))
    code, out, err = run(program, text, "scan", "-j", "-n")
    assert code in EXITS, f"exit {code}: {err[:300]}"
    assert out.count('"address"') >= 100000


def two_places_of_damage_in_each_of_many_functions(program):
    row = "86 80 00 00 00 00 00 00 00 00 00 06 00 00 00 00\n"
    text = "".join(f"{n >> 16:04x}:{n >> 8 & 255:02x}:{n >> 3 & 31:02x}.{n & 7} Bridge\n"
                   f"00: {row}20: {row}" for n in range(100000))
    code, _, err = run(program, text, "scan", "-n", "-q")
    assert code == 4 and "200000 places" in err, err[:300]


def control_characters_in_names(program):
    text = Function("01:00.0").text().replace("Some: Function", "\x1b[31mSome\x07: \x9bFn")
    for arguments in (("scan", "--all"), ("scan", "-j"), ("pairs", "all")):
        code, out, err = run(program, text, *arguments)
        assert code in EXITS and not set(out + err) & set("\x07\x1b\x9b"), arguments


def cut_at_every_byte(program):
    text = (Function("00:01.0", size=64, port=(ROOT, 1, 1)).text() +
            Function("01:00.0", size=64).text())
    for end in range(len(text)):
        code, out, err = run(program, text[:end], "scan", "-j", "-n")
        assert code in EXITS, f"cut at {end}: exit {code}: {err[:200]}"
        if code == 4:
            assert err, f"cut at {end}: exit 4 without a sentence"
        if out:
            json.loads(out)
        else:
            assert code == 4 and err, f"cut at {end}: nothing said"
        row = text[:end].rsplit("\n", 1)[-1]
        if re.match(r"[0-9a-f]{2}: ", row) and len(row) < len("00: ") + 47:
            assert code == 4, f"cut within a row at {end}: exit {code}"


TESTS = [capability_list_in_a_loop, capability_that_names_itself, extended_list_in_a_loop,
         acs_at_the_very_end, all_ones, sixty_four_bytes_among_full_ones,
         secondary_bus_zero, two_bridges_claim_one_bus, buses_in_a_loop, a_bus_of_its_own,
         a_hundred_thousand_functions, two_places_of_damage_in_each_of_many_functions,
         control_characters_in_names, cut_at_every_byte]


def main():
    failed = 0
    for test in TESTS:
        try:
            test(sys.argv[1])
        except (AssertionError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
            failed += 1
            print(f"{test.__name__}: {error!r}")
    print(f"{len(TESTS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
