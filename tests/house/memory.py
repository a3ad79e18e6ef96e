#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""p2ptool neither leaks nor reads what it must not: each command over each fixture, under
valgrind. In: the root of the tree, p2ptool, yes if it was built with sanitizers (they do
not run under valgrind, and find the same)."""
import glob
import os
import shutil
import subprocess
import sys

import house

VALGRIND = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect,possible"]
COMMANDS = [["scan"], ["scan", "-j"], ["pairs", "all"], ["pairs", "all", "-o", "ndjson"],
            ["plan", "all"], ["plan", "all", "-j"], ["plan", "all", "-o", "setpci"]]


def main(root, program, sanitized):
    wrong = house.Complaints()
    if sanitized == "yes":
        house.skip("built with sanitizers, which do not run under valgrind")
    if not shutil.which("valgrind"):
        house.skip("valgrind not installed (scripts/bootstrap test)")
    captures = sorted(glob.glob(os.path.join(root, "tests/fixtures/*/lspci.txt")))
    runs = [[*command, "-F", capture] for capture in captures for command in COMMANDS]
    for run in runs:
        made = subprocess.run([*VALGRIND, program, *run], capture_output=True, text=True,
                              errors="replace", check=False)
        if made.returncode not in range(0, 5) or "==" in made.stderr:
            wrong.add(" ".join(run), f"exit code {made.returncode}\n{made.stderr}")
    return wrong.done(len(runs))


sys.exit(main(*sys.argv[1:]))
