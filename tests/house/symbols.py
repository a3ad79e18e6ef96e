#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The library exports what the public headers declare P2P_PUBLIC, no more and no less.
In: the root of the tree, nm, the shared library."""
import re
import subprocess
import sys

import house

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARED = re.compile(r"^P2P_PUBLIC\b([^;{]*?)\b(\w+)\s*\(", re.MULTILINE)
# What the linker and the sanitizers add of their own.
TOOLCHAIN = re.compile(r"_init|_fini|_end|_edata|__bss_start|__(asan|ubsan|odr)_\w+")


def declared(root):
    names = {}
    for header in house.files(root, "include/p2ptool/", suffixes=(".h",)):
        for match in DECLARED.finditer(COMMENT.sub("", house.text(root, header))):
            names[match.group(2)] = header
    return names


def exported(nm, library):
    listing = subprocess.run([nm, "-D", "--defined-only", "--format=posix", library],
                             capture_output=True, text=True, check=True).stdout
    names = {line.split()[0].split("@")[0] for line in listing.splitlines() if line.strip()}
    return {name for name in names if not TOOLCHAIN.fullmatch(name)}


def main(root, nm, library):
    wrong = house.Complaints()
    promised, there = declared(root), exported(nm, library)
    for name in sorted(set(promised) - there):
        wrong.add(promised[name], f"declares {name}, which the library does not export")
    for name in sorted(there - set(promised)):
        wrong.add(name, "is exported, but no public header declares it P2P_PUBLIC")
    for name in sorted(there):
        if not name.startswith("p2p_"):
            wrong.add(name, "is exported without the prefix p2p_")
    return wrong.done(len(promised))


sys.exit(main(*sys.argv[1:]))
