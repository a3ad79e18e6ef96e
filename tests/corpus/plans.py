#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every mode is planned for each capture, all its functions and its peers, without a crash
and within seconds.

usage: plans.py CORPUS PLANNED"""
import os
import subprocess
import sys
import time

import captures

SECONDS = 60  # of one capture, with sanitizers on a busy machine


def plan(planned, path):
    """Plans, writes, refusals and what was broken, and what is wrong with it."""
    begin = time.monotonic()
    try:
        run = subprocess.run([planned, path], capture_output=True, text=True, check=False,
                             timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return [0, 0, 0], f"takes more than {SECONDS} s"
    fields = run.stdout.split("\t")
    if run.returncode or run.stderr:
        return [0, 0, 0], f"{run.returncode}: {run.stdout.strip()} {run.stderr[:2000]}"
    if time.monotonic() - begin > SECONDS / 6:
        print(f"{path}: {time.monotonic() - begin:.1f} s")
    return [int(field) for field in fields[2:5]] or [0, 0, 0], None


def main(corpus, planned):
    if captures.is_absent(corpus):
        return captures.SKIPPED
    paths = [row["file"] for row in captures.index(corpus)]
    sums, wrong = [0, 0, 0], 0
    for path in paths:
        counts, trouble = plan(planned, os.path.join(corpus, path))
        sums = [a + b for a, b in zip(sums, counts)]
        if trouble:
            wrong += 1
            print(f"{path}: {trouble}")
    print(f"{len(paths)} captures, {sums[0]} plans, {sums[1]} writes, {sums[2]} refusals, "
          f"{wrong} captures wrong")
    return 1 if wrong or not all(sums) else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
