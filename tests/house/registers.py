#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every name of core/regs.h is held against the kernel's in tests/house/regs.c."""
import re
import sys

import house

NAME = re.compile(r"^#define\s+(\w+)[ \t]+\S", re.MULTILINE)
HELD = re.compile(r"^(?:SAME|HOLDS)\((\w+),", re.MULTILINE)


def main(root):
    wrong = house.Complaints()
    names = NAME.findall(house.text(root, "src/core/regs.h"))
    held = set(HELD.findall(house.text(root, "tests/house/regs.c")))
    for name in names:
        if name not in held:
            wrong.add("src/core/regs.h", f"{name} is not compared in tests/house/regs.c")
    return wrong.done(len(names))


sys.exit(main(sys.argv[1]))
