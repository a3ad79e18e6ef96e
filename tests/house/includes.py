# SPDX-License-Identifier: GPL-2.0-or-later
"""The #include lines of a C file."""
import os
import re

import house

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)


def of(root, name):
    """Yields line, the header as written, and its path in the tree (None: foreign)."""
    content = house.text(root, name)
    for match in INCLUDE.finditer(content):
        line = content.count("\n", 0, match.start()) + 1
        foreign, quoted = match.groups()
        if foreign:
            ours = "include/" + foreign if foreign.startswith("p2ptool/") else None
        else:
            ours = resolve(root, os.path.dirname(name), quoted)
        yield line, foreign or quoted, ours


def resolve(root, directory, header):
    """Quoted headers are looked up beside the file, then in src/."""
    for base in (directory, "src"):
        path = os.path.normpath(os.path.join(base, header))
        if os.path.exists(os.path.join(root, path)):
            return path
    return os.path.normpath(os.path.join("src", header))
