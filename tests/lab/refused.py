#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""apply where something keeps it from writing: each has a sentence of its own, and no byte
of config space changes, in a kernel that is locked down and in one that is not.

usage: refused.py 6.1|6.12        (P2PTOOL names the program)"""
import os
import shutil
import sys
import tempfile

import cases
import lab
from written import ended, read_bytes, same, unlike

# What the script tried: the exit code, and the words that are of this case alone.
ALWAYS = {
    "nowhere": (5, "/run/p2ptool: cannot be made, the directory above it is not there"),
    "incapable": (3, "root of a container, not of the host"),
    "journal-read-only": (5, "/run/p2ptool/journal/lock: is on a file system that is "
                             "read-only here (without a journal nothing is written)"),
    "run-read-only": (5, "/run/p2ptool: is on a file system that is read-only here "
                         "(without a journal nothing is written)"),
    "sys-read-only": (5, "/sys: is mounted read-only here"),
}
FREE = {
    "run-full": (5, "no room is left (make room: without a journal nothing is written): "
                    "nothing was written"),
}
LOCKED = {
    "locked-or-free": (7, "nothing was written: lockdown: the kernel is locked down "
                          "(integrity)"),
    # Nobody mounted what tells of lockdown: the kernel's own refusal is the evidence.
    "untold": (5, "the kernel forbids writes to config space: it is locked down"),
}


def untouched(directory, name):
    """What is not written stays, and nothing is left awake."""
    return unlike(read_bytes(directory, name + ".bytes"),
                  read_bytes(directory, "nowhere.bytes")) + \
        same("power/control", lab.read(directory, name + ".power"),
             lab.read(directory, "nowhere.power"))


def written_and_restored(directory, name, restore):
    """Where nothing keeps it from writing it does: the refusals are not for nothing."""
    changed = unlike(read_bytes(directory, name + ".bytes"),
                     read_bytes(directory, "nowhere.bytes"))
    return ended(lab.Answer(directory, name), 0) + \
        same("functions written", len(changed), 3) + \
        ended(lab.Answer(directory, restore), 0)


def judge(complaints, directory, lockdown):
    complaints.check(f"{lockdown}: mode", same(
        "lockdown", lab.read(directory, "mode").strip(), f"[{lockdown}]"))
    cases_here = {**ALWAYS, **(FREE if lockdown == "none" else LOCKED)}
    for name, (code, words) in cases_here.items():
        complaints.check(f"{lockdown}: {name}",
                         ended(lab.Answer(directory, name), code, words) +
                         untouched(directory, name))
    if lockdown == "none":
        for name, restore in (("locked-or-free", "restore"), ("untold", "restore-untold")):
            complaints.check(f"none: {name}",
                             written_and_restored(directory, name, restore))
    complaints.check(f"{lockdown}: a user", ended(
        lab.Answer(directory, "ordinary"), 3, "/run/p2ptool: is for root alone"))
    complaints.check(f"{lockdown}: restore, read-only", ended(
        lab.Answer(directory, "restore-read-only"), 5, "/sys: is mounted read-only here") +
        same("made in /run", lab.read(directory, "made"), ""))


def main(kernel):
    complaints = lab.Complaints()
    version = lab.kernel_version(cases.KERNELS[kernel])
    setpriv = shutil.which("setpriv")
    if not setpriv:
        lab.give_up(lab.ABSENT, "setpriv is not installed (package util-linux)")
    for lockdown in ("none", "integrity"):
        with tempfile.TemporaryDirectory() as work:
            lab.boot(cases.KERNELS[kernel], "switches",
                     "intel_iommu=on" + f" lockdown={lockdown}" * (lockdown != "none"),
                     "refused", work, os.path.join(lab.HERE, "moments"), setpriv)
            lab.keep(work, f"refused-{kernel}-{lockdown}")
            judge(complaints, work, lockdown)
    print(f"kernel {version}")
    return complaints.done()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(sys.argv[1]))
