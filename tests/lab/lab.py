# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lab's tests share: booting a machine, reading what came back, complaining.

A test prints a line for each thing that is wrong. A missing package skips it, or fails it
where P2PTOOL_LAB=enabled; a machine that does not come up always fails it."""
import csv
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ABSENT, BROKEN = 77, 99


def give_up(code, words):
    print(words.strip())
    if code == ABSENT and os.environ.get("P2PTOOL_LAB") != "enabled":
        sys.exit(ABSENT)
    sys.exit(1)


def kernel_version(name):
    """Downloads the kernel if need be. Its source's version, as 6.1.192."""
    made = subprocess.run([os.path.join(HERE, "kernel"), "find", name], check=False,
                          capture_output=True, text=True)
    if made.returncode:
        give_up(made.returncode, made.stderr)
    with open(os.path.join(made.stdout.strip(), "version"), encoding="utf-8") as file:
        return file.read().split()[1]


def boot(kernel, machine, cmdline, script, into, *files):
    """Runs a script of this directory in a machine; what it left is in @into."""
    command = [os.path.join(HERE, "boot"), "-k", kernel, "-m", machine, "-a", cmdline]
    for file in files:
        command += ["-f", file]
    made = subprocess.run([*command, os.path.join(HERE, script), into], check=False,
                          capture_output=True, text=True)
    if made.returncode in (ABSENT, BROKEN):
        give_up(made.returncode, made.stderr)
    if made.returncode:
        give_up(BROKEN, f"{script}: exit code {made.returncode}\n" + read(into, "stderr"))


def read(directory, name):
    with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def rows(directory, name):
    return list(csv.reader(read(directory, name).splitlines(), delimiter="\t"))


class Answer:
    """What p2ptool printed in the guest: exit code, words, and the JSON in it, or None."""

    def __init__(self, directory, name):
        self.code = int(read(directory, name + ".rc"))
        self.text = read(directory, name)
        self.words = read(directory, name + ".err").strip()
        try:
            self.json = json.loads(self.text)
        except ValueError:
            self.json = None


def live_groups(directory, name="groups.tsv"):
    """The partition that sysfs shows: a set of groups, each a frozen set of addresses."""
    groups = {}
    for address, group in rows(directory, name):
        groups.setdefault(group, set()).add(address)
    return {frozenset(members) for members in groups.values()}


def said_groups(answer):
    return {frozenset(group["functions"]) for group in answer.json["groups"]}


def registers(directory, name="acs.tsv"):
    """Address: capability and control, by setpci."""
    return {address: (int(cap, 16), int(ctrl, 16))
            for address, cap, ctrl in rows(directory, name)}


def difference(live, said):
    """Two partitions, where they differ, as lines."""
    if live == said:
        return []
    return ["  the kernel: " + " ".join(sorted(group)) for group in
            sorted(live - said, key=sorted)] + \
           ["  p2ptool:    " + " ".join(sorted(group)) for group in
            sorted(said - live, key=sorted)]


class Complaints:
    """Collects what is wrong with each case; done() is the exit code of the test."""

    def __init__(self):
        self.wrong = self.looked_at = 0

    def check(self, where, lines):
        """@lines say what is wrong there: none if nothing is."""
        self.looked_at += 1
        if lines:
            self.wrong += 1
            print(f"{where}:")
            print("\n".join(lines), flush=True)

    def done(self):
        print(f"{self.looked_at} looked at, {self.wrong} wrong")
        return 1 if self.wrong or not self.looked_at else 0


def keep(directory, name):
    """P2PTOOL_LAB_KEEP names a directory where what came back is left to look at."""
    place = os.environ.get("P2PTOOL_LAB_KEEP")
    if place:
        shutil.copytree(directory, os.path.join(place, name), dirs_exist_ok=True)
