#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every capture of a corpus is read: as many functions as INDEX.tsv says, no abort.

usage: counts.py CORPUS P2PTOOL"""
import csv
import json
import os
import subprocess
import sys

SECONDS = 60
SKIPPED = 77
READ = (0, 3, 4)  # done, verdicts unknown, some of it damaged


def complaint(p2ptool, path, wanted):
    """What is wrong with the answer, or None."""
    try:
        run = subprocess.run([p2ptool, "scan", "-F", path, "-j"], capture_output=True,
                             timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer in {SECONDS} s"
    if run.returncode not in READ:
        words = run.stderr.decode(errors="replace").strip()
        return f"exit code {run.returncode}: {words}"
    try:
        functions = json.loads(run.stdout)["functions"]
    except (ValueError, KeyError) as error:
        return f"no JSON with functions: {error}"
    addresses = {function["address"] for function in functions}
    if len(addresses) != len(functions):
        return "an address comes twice"
    if len(functions) != wanted:
        return f"{len(functions)} functions, not {wanted}"
    return None


def main(corpus, p2ptool):
    if not corpus:
        print("skipped: no real captures given (meson setup -Dcorpus=DIRECTORY)")
        return SKIPPED
    with open(os.path.join(corpus, "INDEX.tsv"), encoding="utf-8", newline="") as index:
        rows = list(csv.DictReader(index, delimiter="\t"))
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
