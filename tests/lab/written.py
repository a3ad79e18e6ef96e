# SPDX-License-Identifier: GPL-2.0-or-later
"""What a guest's script left of its transactions: a moment is groups by sysfs, config space
by lspci, and what status said."""
import os
import re

import lab

ACS = 0x0D


def read_bytes(directory, name):
    """Address: config space, of what lspci -xxxx printed."""
    functions, last = {}, None
    for line in lab.read(directory, name).splitlines():
        row = re.match(r"([0-9a-f]+): ((?:[0-9a-f]{2} ?)+)$", line)
        if row:
            functions[last] += bytes.fromhex(row[2])
        elif line:
            last = line.split()[0]
            functions[last] = b""
    return functions


def control_at(config):
    """Where the ACS control register is, by a reader of its own."""
    at = 0x100
    while at and len(config) > at:
        head = int.from_bytes(config[at:at + 4], "little")
        if head & 0xffff == ACS:
            return at + 6
        at = head >> 20
    return None


class Moment:
    """What was found at one time."""

    def __init__(self, directory, name):
        self.live = lab.live_groups(directory, name + ".tsv")
        self.bytes = read_bytes(directory, name + ".bytes")
        if os.path.exists(os.path.join(directory, name + ".status")):
            self.status = lab.Answer(directory, name + ".status")
            self.report = lab.Answer(directory, name + ".status.json").json

    def control(self, address):
        config = self.bytes[address]
        at = control_at(config)
        return int.from_bytes(config[at:at + 2], "little")

    def stale(self):
        return {one["function"] for one in self.report["stale_groups"]}

    def drift(self):
        """Function: what it was left at, what it is now, and why."""
        return {one["function"]: (one["applied"], one["now"], one["why"])
                for one in self.report["drift"]}


def written(plan):
    """Function: what its register holds in the end, by the last write of a plan."""
    return {op["function"]: int(op["new"], 16) for op in plan["ops"]}


def expected(moment, values):
    """All bytes of a moment, with these ACS control registers."""
    functions = dict(moment.bytes)
    for address, value in values.items():
        config = bytearray(functions[address])
        at = control_at(config)
        config[at:at + 2] = value.to_bytes(2, "little")
        functions[address] = bytes(config)
    return functions


def unlike(bytes_now, wanted):
    """Where config space is not what it ought to be, as lines."""
    lines = [f"  {address}: is in one of both only"
             for address in sorted(set(bytes_now) ^ set(wanted))]
    for address in sorted(set(bytes_now) & set(wanted)):
        now, then = bytes_now[address], wanted[address]
        places = [f"{at:#05x} {then[at]:02x} -> {now[at]:02x}"
                  for at in range(min(len(now), len(then))) if now[at] != then[at]]
        if places or len(now) != len(then):
            lines.append(f"  {address}: {' '.join(places)} of {len(then)}, "
                         f"{len(now)} bytes")
    return lines


def ended(answer, code, *words):
    """The exit code and what was said, wherever its lines end, or what is wrong with them."""
    said = answer.text + answer.words
    whole = " ".join(said.split())
    lines = [f"  '{word}' is not said: {said}" for word in words
             if " ".join(word.split()) not in whole]
    if answer.code != code:
        lines.append(f"  exit code {answer.code}, not {code}: {said}")
    return lines


def same(what, ours, theirs):
    return [] if ours == theirs else [f"  {what}: {ours}, not {theirs}"]
