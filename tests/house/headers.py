#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each public header compiles alone, and twice, as strict C11.
In: the root of the tree, then the compiler's command."""
import os
import subprocess
import sys

import house

FLAGS = ["-std=c11", "-pedantic", "-Werror", "-Wall", "-Wextra", "-Wmissing-prototypes",
         "-Wstrict-prototypes", "-fsyntax-only", "-x", "c"]


def main(root, *compiler):
    wrong = house.Complaints()
    headers = house.files(root, "include/p2ptool/", suffixes=(".h",))
    for header in headers:
        line = "#include <" + header[len("include/"):] + ">\n"
        made = subprocess.run(
            [*compiler, *FLAGS, "-I", os.path.join(root, "include"), "-"],
            input=line + line + "extern int alone;\n", capture_output=True, text=True,
            check=False)
        if made.returncode:
            wrong.add(header, "does not compile alone:\n" + made.stderr)
    return wrong.done(len(headers))


sys.exit(main(*sys.argv[1:]))
