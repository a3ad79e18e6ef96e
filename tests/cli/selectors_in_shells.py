#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every selector that the manual page shows passes sh, bash, zsh and fish without quotes,
and selects something. In: the manual page, the program that selects on the example
machine of the page."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SHELLS = {"sh": ["sh"], "bash": ["bash", "--norc", "--noprofile"], "zsh": ["zsh", "-f"],
          "fish": ["fish", "--no-config"]}
SKIP = 77
FEWEST = 50  # fewer: the page was not read


def documented(page):
    """The words of `.It Ic` lines, with the escapes of roff undone."""
    with open(page, encoding="utf-8") as file:
        lines = re.findall(r"^\.It Ic (.*)$", file.read(), re.MULTILINE)
    text = " ".join(lines).replace(r"\-", "-").replace(r"\(ha", "^").replace(r"\&", "")
    return text.split()


def run(shell, script):
    """The lines that the shell prints, in an empty directory: nothing there to expand."""
    with tempfile.TemporaryDirectory() as empty:
        made = subprocess.run([*SHELLS[shell], "-c", script], capture_output=True,
                              text=True, cwd=empty, check=False)
    return made.stdout.splitlines(), made.stderr.strip()


def check_shell(shell, selectors, program):
    """Complaints about one shell."""
    wrong = []
    printed, error = run(shell, "\n".join(f"printf '%s\\n' {s}" for s in selectors))
    if printed != selectors:
        changed = [s for s in selectors if s not in printed]
        wrong.append(f"{shell} changes {' '.join(changed)}: {error}")
    printed, error = run(shell, "\n".join(f"{program} {s}" for s in selectors))
    for selector in selectors:
        if not any(line.startswith(selector + ": ") for line in printed):
            wrong.append(f"{shell}: {selector} selects nothing")
    if error:
        wrong.append(f"{shell}: {error}")
    return wrong


def main(page, program):
    selectors, program = documented(page), shlex.quote(os.path.abspath(program))
    if len(selectors) < FEWEST:
        print(f"only {len(selectors)} selectors in {page}: are they still `.It Ic`?")
        return 1
    absent = [shell for shell in SHELLS if not shutil.which(shell)]
    wrong = []
    for shell in SHELLS:
        if shell not in absent:
            wrong += check_shell(shell, selectors, program)
    print("\n".join(wrong + [f"{len(selectors)} selectors, {len(wrong)} wrong"]))
    if wrong:
        return 1
    if absent:
        print(f"skipped: {' and '.join(absent)} not installed (scripts/bootstrap test)")
        return SKIP
    return 0


sys.exit(main(*sys.argv[1:]))
