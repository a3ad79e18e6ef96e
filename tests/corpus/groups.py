#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Groups of every capture: no abort, a reason for each difference, and where live groups
are told and what decides was read, the prediction is what the kernel made.

usage: groups.py CORPUS P2PTOOL [NAME...]"""
import os
import sys

import captures

BOOT = "intel_iommu=on pci=config_acs=0@pci:0:0"


class Tally:
    def __init__(self):
        self.captures, self.functions, self.told = 0, 0, 0
        self.causes, self.wrong = {}, 0

    def complain(self, name, words):
        self.wrong += 1
        print(f"{name}: {words}")


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
    try:
        captures.ask(program, path, "groups", "-n", "--rule", "strict", "--cmdline", BOOT)
        check_live(name, captures.ask(program, path, "groups", "-n"), tally)
    except captures.Refused as refusal:
        tally.complain(name, refusal)


def main():
    corpus, program, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    if captures.is_absent(corpus):
        return captures.SKIPPED
    tally = Tally()
    rows = [row["file"] for row in captures.index(corpus)]
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
