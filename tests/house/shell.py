#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""shellcheck over every sh and bash script; zsh and fish parse what is theirs."""
import re
import shutil
import subprocess
import sys

import house

SHEBANG = re.compile(r"#!\s*\S*?(?:env\s+)?(sh|dash|bash|zsh|fish)\b")
DIRECTIVE = re.compile(r"^# shellcheck shell=(\w+)", re.MULTILINE)
CHECKERS = {"sh": ["shellcheck"], "dash": ["shellcheck"], "bash": ["shellcheck"],
            "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"]}


def shell_of(root, name):
    """The shell that a file is written for, or None."""
    if name.endswith(".fish"):
        return "fish"
    if name.startswith("completions/"):
        base = name.rpartition("/")[2]
        if base.startswith("_") or "zsh" in name:
            return "zsh"
        if "bash" in name:
            return "bash"
    with open(f"{root}/{name}", "rb") as file:
        start = file.read(400).decode("utf-8", "replace")
    found = SHEBANG.match(start) or DIRECTIVE.search(start)
    return found.group(1) if found else None


def main(root):
    wrong = house.Complaints()
    scripts = {name: shell_of(root, name) for name in house.files(root)}
    scripts = {name: shell for name, shell in scripts.items() if shell in CHECKERS}
    absent = {CHECKERS[shell][0] for shell in scripts.values()
              if not shutil.which(CHECKERS[shell][0])}
    if absent:
        house.skip(f"{' and '.join(sorted(absent))} not installed (scripts/bootstrap test)")
    for name, shell in scripts.items():
        made = subprocess.run([*CHECKERS[shell], f"{root}/{name}"], capture_output=True,
                              text=True, check=False)
        if made.returncode:
            wrong.add(name, made.stdout + made.stderr)
    return wrong.done(len(scripts))


sys.exit(main(sys.argv[1]))
