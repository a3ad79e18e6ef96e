#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Bridges, upstream and downstream ports and functions with ACS of each capture are those
that INDEX.tsv counts.

usage: parts.py CORPUS COUNTED"""
import os
import subprocess
import sys

import captures

COLUMNS = ("functions", "bridges", "switches(upstream_ports)", "downstream_ports",
           "acs_functions")
# Where INDEX.tsv counts what its words do not say, and what it is instead.
OTHERWISE = {
    # the others do not answer: their header is 7f
    ("vvv/ml-hp-coffeelake-h-lspci-windows.txt", "bridges"): "6",
    # a CardBus bridge, which counts where text tells its buses
    ("sysfs/systemd-thinkpad-sys.txt", "bridges"): "7",
}


def main(corpus, counted):
    if captures.is_absent(corpus):
        return captures.SKIPPED
    rows = captures.index(corpus)
    paths = [os.path.join(corpus, row["file"]) for row in rows]
    lines = subprocess.run([counted, *paths], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    wrong = abs(len(rows) - len(lines))
    for row, line in zip(rows, lines):
        for column, is_there in zip(COLUMNS, line.split("\t")[1:]):
            is_wanted = OTHERWISE.get((row["file"], column), row[column])
            if is_there != is_wanted:
                wrong += 1
                print(f"{row['file']}: {column}: {is_there}, not {is_wanted}")
    print(f"{len(rows)} captures, {wrong} counts wrong")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
