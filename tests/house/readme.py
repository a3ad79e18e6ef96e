#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What README.md shows is what p2ptool prints. In: the root of the tree, p2ptool. A line
`$ scripts/run ARGUMENTS` begins a sample, `...` stands for any lines left out."""
import os
import re
import shlex
import subprocess
import sys

import house

BLOCK = re.compile(r"^```\n(\$ scripts/run .*?)^```$", re.MULTILINE | re.DOTALL)


def samples(readme):
    """Yields each command and the lines it is said to print."""
    for block in BLOCK.findall(readme):
        for sample in re.split(r"^\$ scripts/run ", block, flags=re.MULTILINE)[1:]:
            lines = sample.splitlines()
            yield lines[0], lines[1:]


def pattern(lines):
    parts = [r"(?:.*\n)*?" if line == "..." else re.escape(line.rstrip()) + r"[ ]*\n"
             for line in lines]
    return "".join(parts)


def main(root, program):
    wrong = house.Complaints()
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    environment.pop("COLUMNS", None)
    shown = list(samples(house.text(root, "README.md")))
    for command, lines in shown:
        made = subprocess.run([os.path.abspath(program), *shlex.split(command)], cwd=root, text=True,
                              capture_output=True, check=False, env=environment)
        if not re.fullmatch(pattern(lines), made.stdout):
            wrong.add("README.md", f"p2ptool {command} prints otherwise:\n{made.stdout}"
                      + made.stderr)
    return wrong.done(len(shown))


sys.exit(main(*sys.argv[1:]))
