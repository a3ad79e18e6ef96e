#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""apply and restore on machines that a kernel enumerated from captures: before, between and
after them the kernel's own verdict of every pair is p2ptool's, and the members of the p2p
domain, and of others what plan named, are direct to the kernel while it is applied.

usage: applied.py KERNEL P2PTOOL CAPTURE DOMAIN [CAPTURE DOMAIN]...
  DOMAIN: addresses of functions below one switch, joined with commas"""
import json
import os
import sys
import tempfile

import asking
import check

MOMENTS = ("before", "after", "restored")


class Look:
    """What was said of one machine at one moment."""

    def __init__(self, base):
        with open(f"{base}.ours", encoding="utf-8") as file:
            self.ours = check.our_pairs(file.read())
        self.explained = {(pair["to"], pair["from"]): pair["kernel"]
                          for pair in read_json(f"{base}.explain.json")["pairs"]}
        self.controls = dict(asking.rows(f"{base}.controls"))
        self.reply = asking.Reply("", [], [], [])
        self.reply.pairs = asking.read_pairs(f"{base}.pairs")

    def direct(self):
        """Pairs that the kernel maps by bus address."""
        return {pair for pair, answer in self.reply.pairs.items()
                if answer[1] == "BUS_ADDR"}


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def compare_look(look, difference):
    """Both commands that tell of the kernel, against it."""
    check.compare_pairs(look.reply, look.ours, "intel", difference)
    for pair, kernel in look.explained.items():
        theirs = look.reply.pairs[pair]
        if (check.MAP.get(kernel["map"]), kernel["distance"]) != (theirs[1], theirs[2]):
            difference.add(f"{pair[1]} -> {pair[0]}: explained as {kernel['map']} "
                           f"{kernel['distance']}, kernel {theirs[1]} {theirs[2]}")


def check_exits(base, difference):
    for name, code in (("plan.json", "7"), ("apply", "0"), ("restore", "0")):
        (said,), = asking.rows(f"{base}.{name}.rc")
        if said != code:
            with open(f"{base}.{name}.err", encoding="utf-8") as file:
                difference.add(f"{name}: exit code {said}, not {code}: {file.read()}")


def check_registers(before, after, restored, plan, difference):
    """setpci reads what plan named, and then again what was there."""
    wanted = dict(before.controls)
    wanted.update({op["function"]: op["new"].removeprefix("0x") for op in plan["ops"]})
    for address in sorted(set(wanted) | set(after.controls)):
        if wanted.get(address) != after.controls.get(address):
            difference.add(f"{address}: setpci reads {after.controls.get(address)}, "
                           f"planned was {wanted.get(address)}")
    if restored.controls != before.controls:
        difference.add(f"restored {restored.controls}, not {before.controls}")


def goal(plan, before):
    """The pairs of members that plan makes direct, (provider, client); both are functions
    that may be a client of P2PDMA."""
    return {(pair["to"], pair["from"]) for pair in plan["effects"]["made_direct"]} & \
        set(before.reply.pairs)


def unnamed(turned, plan, pf_of):
    """Of the pairs that became direct those that plan did not name. VFs have the routes of
    their PF, and plan names that."""
    named = {(pair["to"], pair["from"]) for pair in plan["effects"]["changed"]}
    for pair in sorted(turned):
        device = tuple(pf_of.get(address, address) for address in pair)
        if device[0] != device[1] and device not in named:
            yield pair


def check_verdicts(looks, plan, pf_of, difference):
    """The kernel changes its mind about what plan named, and back."""
    before, after, restored = looks
    wanted = goal(plan, before)
    turned = after.direct() - before.direct()
    members = plan["domain"]["members"]
    print(f"  {len(members)} members, {len(wanted)} pairs of them: direct to the kernel "
          f"{len(wanted & before.direct())} before, {len(wanted & after.direct())} after, "
          f"{len(wanted & restored.direct())} restored; {len(turned - wanted)} others")
    if not wanted or wanted & before.direct() or wanted - after.direct():
        difference.add(f"pairs of members: {sorted(wanted - turned)} did not become direct")
    for pair in unnamed(turned, plan, pf_of):
        difference.add(f"{pair[1]} -> {pair[0]}: became direct, and plan did not name it")
    if restored.reply.pairs != before.reply.pairs:
        difference.add("the kernel's verdicts are not those from before")


def check_machine(base, pf_of):
    """Everything about one machine. Returns what differs."""
    looks = [Look(f"{base}.{moment}") for moment in MOMENTS]
    plan = read_json(f"{base}.plan.json")
    difference = check.Difference(False)
    check_exits(base, difference)
    for look in looks:
        compare_look(look, difference)
    check_registers(*looks, plan, difference)
    check_verdicts(looks, plan, pf_of, difference)
    return difference


def main(kernel, program, *machines):
    captures, domains = machines[::2], machines[1::2]
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        replies, unfit = asking.prepare(kernel, captures, work,
                                  {"domains": f"'{' '.join(domains)}'"})
        if unfit:
            sys.exit(f"not replayed: {unfit}")
        out = asking.boot(kernel, work, "applied", program)
        for name, reply in replies.items():
            print(f"{reply.capture}:")
            difference = check_machine(os.path.join(out, name), reply.pf_of)
            print("\n".join([f"  {difference.said()}"] +
                            [f"  {sentence}" for sentence in difference.sentences]))
            wrong += difference.wrong
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 5 or not len(sys.argv) % 2:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
