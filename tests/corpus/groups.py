#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Groups of every capture: no abort, a reason for each difference, and where live groups
are told and what decides was read, the prediction is what the kernel made.

usage: groups.py CORPUS P2PTOOL [NAME...]"""
import csv
import json
import os
import subprocess
import sys

SKIPPED = 77
SECONDS = 60
READ = (0, 3, 4)
BOOT = "intel_iommu=on pci=config_acs=0@pci:0:0"


class Tally:
    def __init__(self):
        self.captures, self.functions, self.told = 0, 0, 0
        self.causes, self.wrong = {}, 0

    def complain(self, name, words):
        self.wrong += 1
        print(f"{name}: {words}")


def grouped(program, path, *words):
    """The JSON of groups, or a sentence."""
    try:
        run = subprocess.run([program, "groups", "-jn", *words, "-F", path], check=False,
                             capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"no answer in {SECONDS} s"
    if run.returncode not in READ:
        return f"exit code {run.returncode}: {run.stderr.decode(errors='replace').strip()}"
    try:
        return json.loads(run.stdout)
    except ValueError as error:
        return f"no JSON: {error}"


def check_live(name, said, tally):
    """Live groups: told in this capture if any group is one, or any function differs."""
    live = [group for group in said["groups"] if group["live"] is not None]
    if not live and not said["differences"]:
        return
    tally.told += 1
    by_id = {group["id"]: group for group in said["groups"]}
    for entry in said["differences"]:
        why = entry["why"]
        tally.causes[why] = tally.causes.get(why, 0) + 1
        if why == "unexplained":
            tally.complain(name, f"{entry['function']}: live {entry['live']}, predicted "
                           f"{entry['predicted']}, unexplained")
        elif by_id[entry["predicted"]]["certainty"] != "unknown":
            tally.complain(name, f"{entry['function']}: what was read gives another group "
                           f"than the live one: {why}")
    if not said["differences"]:
        tally.captures += 1
    tally.functions += sum(len(group["functions"]) for group in live
                           if group["certainty"] != "unknown")


def check(program, path, name, tally):
    said = grouped(program, path, "--rule", "strict", "--cmdline", BOOT)
    if isinstance(said, str):
        tally.complain(name, f"strict, after a boot: {said}")
    said = grouped(program, path)
    if isinstance(said, str):
        tally.complain(name, said)
    else:
        check_live(name, said, tally)


def main():
    corpus, program, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    if not corpus:
        print("skipped: no real captures given (meson setup -Dcorpus=DIRECTORY)")
        return SKIPPED
    tally = Tally()
    with open(os.path.join(corpus, "INDEX.tsv"), encoding="utf-8", newline="") as index:
        rows = [row["file"] for row in csv.DictReader(index, delimiter="\t")]
    rows = [name for name in rows if not names or name in names]
    for name in rows:
        check(program, os.path.join(corpus, name), name, tally)
    print(f"{len(rows)} captures, {tally.told} tell live groups: {tally.captures} equal in "
          f"all, {tally.functions} functions of known groups equal")
    for cause, count in sorted(tally.causes.items()):
        print(f"  {count} functions differ: {cause}")
    print(f"{tally.wrong} wrong")
    return 1 if tally.wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
