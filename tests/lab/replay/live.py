#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""p2ptool on a machine that the kernel enumerated from a capture: its registers are those
that lspci and setpci read, and an ACS control that setpci writes changes its verdict and
the kernel's alike.

usage: live.py KERNEL P2PTOOL CAPTURE PORT PORT
  The two ports stand on the way between peers; without their ACS the way is direct."""
import json
import os
import sys
import tempfile

import asking
import check

REGISTERS = ("vendor", "device", "class", "kind", "pcie_type", "parent", "pf", "vfs",
             "link", "acs", "ats", "pasid", "readable")


class Look:
    """What was said at one moment."""

    def __init__(self, program, out, when):
        def of(name):
            return os.path.join(out, f"{name}.{when}")

        def text(name):
            with open(of(name), encoding="utf-8") as file:
                return file.read()

        self.scan = by_address(text("scan"))
        self.captured = by_address(check.p2ptool(program, "scan", "-j",
                                                  "-F", of("lspci")))
        self.controls = dict(asking.rows(of("controls")))
        self.ours = check.our_pairs(text("p2ptool"))
        self.reply = asking.Reply("", [], [], [])
        self.reply.pairs = asking.read_pairs(of("pairs"))


def by_address(text):
    return {function["address"]: {name: function.get(name) for name in REGISTERS}
            for function in json.loads(text)["functions"]}


def compare_controls(look, difference):
    """setpci finds the register without p2ptool's decoder."""
    ours = {address: function["acs"]["ctrl"].removeprefix("0x")
            for address, function in look.scan.items() if function["acs"]}
    for address in sorted(set(ours) | set(look.controls)):
        if ours.get(address) != look.controls.get(address):
            difference.add(f"{address}: ACS control {ours.get(address)}, "
                           f"setpci says {look.controls.get(address)}")


def compare_registers(look, difference):
    for address in sorted(set(look.scan) | set(look.captured)):
        live, file = look.scan.get(address), look.captured.get(address)
        if live != file:
            difference.add(f"{address}: live {live}, from lspci {file}")


def compare_look(look):
    difference = check.Difference(False)
    compare_registers(look, difference)
    compare_controls(look, difference)
    check.compare_pairs(look.reply, look.ours, "intel", difference)
    return difference


def check_change(before, after, ports, difference):
    """That the write did what it is for."""
    for port in ports:
        if (before.controls.get(port), after.controls.get(port)) != ("001d", "0000"):
            difference.add(f"{port}: its ACS control did not go from 001d to 0000")
    turned = [pair for pair, answer in after.reply.pairs.items()
              if answer[1] == "BUS_ADDR" != before.reply.pairs[pair][1]]
    print(f"direct now, to the kernel: {len(turned)} pairs")
    if not turned:
        difference.add("the kernel's verdict did not change")


def main(kernel, program, capture, *ports):
    settings = {"first": ports[0], "second": ports[1]}
    with tempfile.TemporaryDirectory() as work:
        asking.prepare(kernel, [capture], work, settings)
        out = asking.boot(kernel, work, "live", program)
        looks = [Look(program, out, when) for when in ("before", "after")]
    differences = [compare_look(look) for look in looks]
    check_change(*looks, ports, differences[1])
    for when, look, difference in zip(("before", "after"), looks, differences):
        print(f"{when}: {len(look.scan)} functions, {difference.said()}")
        for sentence in difference.sentences:
            print(f"  {sentence}")
    return 1 if any(difference.wrong for difference in differences) else 0


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
