#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Of captures that hold listings and all bytes, ACS control as the listing alone tells it
is what the bytes alone tell, for every function.

usage: registers.py CORPUS P2PTOOL"""
import glob
import os
import re
import sys

import captures

ROW = re.compile(rb"^\s*[0-9a-f]{2,3}: [0-9a-f]{2} ")
DEVICE = re.compile(rb"^([0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] ")
TOLD = re.compile(rb"\sACSCtl:")


def controls(p2ptool, lines):
    """By address: what is known of ACS."""
    try:
        said = captures.ask(p2ptool, "-", "scan", "-n", "-q", text=b"".join(lines))
    except captures.Refused:
        return {}
    functions = said["functions"]
    return {f["address"]: f["acs"] for f in functions if f["acs"] is not None}


def differences(text, rows):
    """Bits that differ, and functions that one has alone."""
    for address in sorted(text.keys() & rows.keys()):
        if not text[address] or not rows[address]:
            if text[address] or rows[address]:
                yield f"{address}: ACS only in {'rows' if rows[address] else 'text'}"
            continue
        if text[address]["cap"] is None:  # Intel's wide registers: lspci prints others
            continue
        for bit, read in rows[address]["bits"].items():
            told = text[address]["bits"].get(bit)
            if told != read:
                yield f"{address}: {bit} is {told} in text, {read} in rows"


def main(corpus, p2ptool):
    if captures.is_absent(corpus):
        return captures.SKIPPED
    compared = functions = wrong = 0
    for path in sorted(glob.glob(os.path.join(corpus, "xxxx", "*.txt"))):
        with open(path, "rb") as file:
            lines = file.readlines()
        if not any(TOLD.search(line) for line in lines):
            continue
        text = controls(p2ptool, [line for line in lines if not ROW.match(line)])
        rows = controls(p2ptool, [line for line in lines
                                  if ROW.match(line) or DEVICE.match(line)])
        compared, functions = compared + 1, functions + sum(map(bool, rows.values()))
        for line in differences(text, rows):
            wrong += 1
            print(f"{os.path.basename(path)}: {line}")
    print(f"{compared} captures, {functions} functions with ACS, {wrong} wrong")
    return 1 if wrong or not functions else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
