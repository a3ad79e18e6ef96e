#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mandoc finds nothing to warn about in any manual page."""
import re
import shutil
import subprocess
import sys

import house


def main(root):
    wrong = house.Complaints()
    pages = [name for name in house.files(root, "man/") if re.search(r"\.[1-9]$", name)]
    if not shutil.which("mandoc"):
        house.skip("mandoc not installed (scripts/bootstrap test)")
    for name in pages:
        made = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", f"{root}/{name}"],
                              capture_output=True, text=True, check=False)
        if made.returncode or made.stdout or made.stderr:
            wrong.add(name, made.stdout + made.stderr)
    return wrong.done(len(pages))


sys.exit(main(sys.argv[1]))
