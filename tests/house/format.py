#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every C file is as clang-format, with .clang-format, would write it."""
import shutil
import subprocess
import sys

import house


def main(root):
    wrong = house.Complaints()
    names = house.c_files(root, "src/", "include/", "tests/")
    if not shutil.which("clang-format"):
        house.skip("clang-format not installed (scripts/bootstrap test)")
    for name in names:
        made = subprocess.run(["clang-format", "--dry-run", "-Werror", f"{root}/{name}"],
                              capture_output=True, text=True, check=False)
        if made.returncode:
            first = made.stderr.strip().splitlines()[:3]
            wrong.add(name, "is not formatted (clang-format -i makes it so)\n"
                      + "\n".join(first))
    return wrong.done(len(names))


sys.exit(main(sys.argv[1]))
