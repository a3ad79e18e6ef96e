#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Listings of other kinds that came with captures: the tree that somebody's lspci drew of
the whole machine contradicts p2ptool's nowhere, the list of devices has the same ids and
no name that p2ptool has not, and a tree in one file with the capture changes nothing. A
capture that was filtered lacks bridges: what hangs on one has no known parent here, and
on no account another one.

usage: drawn.py CORPUS P2PTOOL"""
import glob
import json
import os
import re
import subprocess
import sys

import captures
from trees import parents_by_lspci

LISTED = re.compile(r"^([0-9a-f:]*[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) .*?\[([0-9a-f]{4})\]: "
                    r"(.*?) ?\[([0-9a-f]{4}):([0-9a-f]{4})\]")
NAMELESS = re.compile(r"(^| )Device$")


def text_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def scan(program, text):
    said = captures.ask(program, "-", "scan", text=text.encode())
    return {f["address"]: f for f in said["functions"]}


def capture_of(corpus, path):
    name = os.path.basename(path).split(".")[0]
    found = glob.glob(os.path.join(corpus, "*", name + ".txt"))
    return found[0] if found else None


def full(address):
    return address if address.count(":") == 2 else "0000:" + address


def compare_tree(functions, drawn):
    """What contradicts, and how much was compared."""
    parents, wrong, compared = parents_by_lspci(drawn), [], 0
    for address, function in functions.items():
        if address not in parents:
            wrong.append(f"{address}: not drawn")
            continue
        ours, theirs = function["parent"], parents[address] or False
        if function["kind"] == "vf" and ours != theirs:
            continue  # lspci hangs a VF on the bus of its own number
        compared += 1
        is_orphan = theirs and theirs not in functions
        if ours != (None if is_orphan else theirs):
            wrong.append(f"{address}: below {ours}, drawn below {theirs}")
        if is_orphan and captures.ORPHAN not in function["missing"]:
            wrong.append(f"{address}: does not say that {theirs} is missing")
    return wrong, compared


def compare_list(functions, text):
    listed = [LISTED.match(line) for line in text.splitlines()]
    told = {full(m[1]): m.groups()[1:] for m in listed if m}
    wrong = []
    for address, function in functions.items():
        if address not in told:
            wrong.append(f"{address}: not listed")
            continue
        ours = (function["class"], function["vendor"], function["device"])
        code, name, vendor, device = told[address]
        if (code, vendor, device) != ours:
            wrong.append(f"{address}: {ours}, listed as {told[address]}")
        if not (function["device_name"] or NAMELESS.search(name)):
            wrong.append(f"{address}: has no name, listed as {name}")
    return wrong, len(functions.keys() & told.keys())


def written(functions):
    return json.dumps(functions, sort_keys=True)


def compare(program, capture, other):
    text, more = text_of(capture), text_of(other)
    functions = scan(program, text)
    if "lspci-nn.txt" in other:
        return compare_list(functions, more)
    wrong, compared = compare_tree(functions, more)
    for mixed in (more + text, text + "\n" + more):
        if written(scan(program, mixed)) != written(functions):
            wrong.append("the tree in one file with it changes what is read")
    return wrong, compared


def refuse(program, other):
    run = subprocess.run([program, "scan", "-F", other], capture_output=True, text=True,
                         check=False)
    if run.returncode == 4 and "only draws a tree" in run.stderr:
        return [], 1
    return [f"a tree alone: exit {run.returncode}, {run.stderr}"], 1


def main(corpus, program):
    if captures.is_absent(corpus):
        return captures.SKIPPED
    failed = total = 0
    for other in sorted(glob.glob(os.path.join(corpus, "extra", "*.txt"))):
        capture = capture_of(corpus, other)
        wrong, compared = compare(program, capture, other) if capture else \
            refuse(program, other)
        total += compared
        failed += bool(wrong)
        print(f"{os.path.basename(other)}: {compared} compared, {len(wrong)} wrong")
        for line in wrong[:20]:
            print(f"  {line}")
    print(f"{total} compared, {failed} files wrong")
    return 1 if failed or not total else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
