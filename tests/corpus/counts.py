#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every capture of a corpus is read: as many functions as INDEX.tsv says, no abort.

usage: counts.py CORPUS P2PTOOL"""
import os
import sys

import captures


def complaint(p2ptool, path, wanted):
    """What is wrong with the answer, or None."""
    try:
        functions = captures.ask(p2ptool, path, "scan")["functions"]
    except captures.Refused as refusal:
        return str(refusal)
    addresses = {function["address"] for function in functions}
    if len(addresses) != len(functions):
        return "an address comes twice"
    if len(functions) != wanted:
        return f"{len(functions)} functions, not {wanted}"
    return None


def main(corpus, p2ptool):
    if captures.is_absent(corpus):
        return captures.SKIPPED
    rows = captures.index(corpus)
    wrong = 0
    for row in rows:
        words = complaint(p2ptool, os.path.join(corpus, row["file"]), int(row["functions"]))
        if words:
            wrong += 1
            print(f"{row['file']}: {words}")
    print(f"{len(rows)} captures, {wrong} wrong")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
