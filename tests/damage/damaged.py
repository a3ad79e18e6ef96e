#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each capture below a directory, damaged in many ways: see damage.c.

usage: damaged.py DAMAGE TIMES DIRECTORY"""
import glob
import os
import subprocess
import sys

SKIPPED = 77
# A machine whose hardware says of functions below switches that they are root ports: where
# the bridge above one is lost, nothing tells that they are not.
LYING = {"ml-loongson-pci-log.txt"}


def captures(directory):
    """Those of a corpus lie in it, those of fixtures one level below."""
    found = glob.glob(os.path.join(glob.escape(directory), "*.txt"))
    found += glob.glob(os.path.join(glob.escape(directory), "*", "lspci*.txt"))
    found += glob.glob(os.path.join(glob.escape(directory), "*", "identities.txt"))
    return sorted(path for path in found if os.path.basename(path) not in LYING)


def main(damage, times, directory):
    if not directory:
        print("skipped: no real captures given (meson setup -Dcorpus=DIRECTORY)")
        return SKIPPED
    found = captures(directory)
    if not found:
        print(f"{directory}: no captures in it")
        return 1
    return subprocess.run([damage, times, *found], check=False).returncode


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
