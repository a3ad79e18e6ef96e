#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The tree of each capture against `lspci -F FILE -t`, wherever lspci can read it.

usage: trees.py CORPUS P2PTOOL [NAME...]"""

import os
import re
import subprocess
import sys

import captures

TOKEN = re.compile(r"\[(?:(?P<domain>[0-9a-f]{4,8}):)?(?P<bus>[0-9a-f]{2})(?:-[0-9a-f]{2})?\]"
                   r"|(?<![0-9a-f])(?P<fn>[0-9a-f]{2}\.[0-7])(?![0-9a-f])")
READ = ("xxxx", "xxx", "sysfs")


def parents_by_lspci(text):
    """Address to the bridge it is drawn below, None on a bus of its own."""
    parents, open_buses = {}, []
    for line in text.splitlines():
        bridge = None
        for token in TOKEN.finditer(line):
            column = token.start()
            while open_buses and open_buses[-1][0] >= column:
                open_buses.pop()
            if token["bus"]:
                domain = token["domain"] or open_buses[-1][1]
                above = None if token["domain"] else bridge
                open_buses.append((column, domain, token["bus"], above))
                continue
            _, domain, bus, above = open_buses[-1]
            bridge = f"{domain}:{bus}:{token['fn']}"
            parents[bridge] = above
    return parents


def parents_by_p2ptool(program, path):
    functions = captures.ask(program, path)["functions"]
    return {f["address"]: f["parent"] or None for f in functions}, functions


def is_explained(address, ours, theirs, functions):
    """lspci hangs a VF on the bus of its own number, p2ptool beside its PF."""
    return functions[address]["kind"] == "vf" and ours != theirs


def compare(program, path):
    drawn = subprocess.run(["lspci", "-F", path, "-t"], capture_output=True, check=False,
                           text=True)
    if drawn.returncode:
        return None, []
    ours, functions = parents_by_p2ptool(program, path)
    theirs = parents_by_lspci(drawn.stdout)
    by_address = {f["address"]: f for f in functions}
    wrong = [f"{a}: below {ours.get(a, 'nothing: not there')}, lspci says {theirs[a]}"
             for a in theirs if ours.get(a, "") != theirs[a]
             and not (a in ours and is_explained(a, ours[a], theirs[a], by_address))]
    wrong += [f"{a}: not drawn by lspci" for a in ours if a not in theirs]
    return len(ours), wrong


def main():
    corpus, program, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    if captures.is_absent(corpus):
        return captures.SKIPPED
    passed = failed = refused = functions = 0
    rows = captures.index(corpus)
    for row in rows:
        if row["kind"] not in READ or (names and row["file"] not in names):
            continue
        count, wrong = compare(program, os.path.join(corpus, row["file"]))
        if count is None:
            refused += 1
            continue
        passed, failed = passed + (not wrong), failed + bool(wrong)
        functions += count
        for line in wrong:
            print(f"{row['file']}: {line}")
    print(f"{functions} functions; lspci cannot read {refused} files")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
