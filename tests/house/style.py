#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""No function over 60 lines or with more than 5 parameters (outputs named ret_ and the err
at the end come on top), no file over 400 lines, no line over 90 columns, nothing left to
do."""
import re
import sys

import house

LONGEST_FUNCTION, LONGEST_FILE, WIDEST, MOST_PARAMETERS = 60, 400, 90, 5
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b|not " r"implemented|^#if 0")
FUNCTION = re.compile(r"^(?!typedef|struct \w+ \{|enum|union|#|/| \*)(\w[^;{}=]*?\([^;{}]*\))"
                      r"[^;{}()]*\n\{\n(.*?)^\}$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def blank(match):
    """Comments are blanked line by line, so that line numbers stay."""
    return re.sub(r"[^\n]", " ", match.group(0))


def parameters(signature):
    """How many inputs: what stands between the commas of the outermost parentheses."""
    depth, found = 0, [""]
    for letter in signature[signature.index("("):]:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 1:
            found.append("")
        else:
            found[-1] += letter
    return sum(not re.search(r"\bret_\w+|\*err\)?$", one.strip()) for one in found)


def check_functions(name, content, wrong):
    for match in FUNCTION.finditer(COMMENT.sub(blank, content)):
        line = content.count("\n", 0, match.start()) + 1
        lines = match.group(0).count("\n") + 1
        if lines > LONGEST_FUNCTION:
            wrong.add(f"{name}:{line}", f"a function of {lines} lines "
                      f"(at most {LONGEST_FUNCTION}: name its parts)")
        if parameters(match.group(1)) > MOST_PARAMETERS:
            wrong.add(f"{name}:{line}", f"a function of {parameters(match.group(1))} "
                      f"parameters (at most {MOST_PARAMETERS})")


def check_lines(name, content, wrong):
    lines = content.splitlines()
    if len(lines) > LONGEST_FILE:
        wrong.add(name, f"{len(lines)} lines (at most {LONGEST_FILE}: is there a second "
                  "noun in it?)")
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > WIDEST:
            wrong.add(f"{name}:{number}", f"wider than {WIDEST} columns")


def main(root):
    wrong = house.Complaints()
    sources = house.c_files(root)
    for name in sources:
        content = house.text(root, name)
        check_functions(name, content, wrong)
        check_lines(name, content, wrong)
    for name in house.files(root, "src/", "include/", "tests/", "man/", "data/", "scripts/",
                            "completions/", ".ci/"):
        if name.startswith("tests/fixtures/"):
            continue
        for number, line in enumerate(house.text(root, name).splitlines(), 1):
            if UNFINISHED.search(line):
                wrong.add(f"{name}:{number}", "unfinished: " + line.strip())
    return wrong.done(len(sources))


sys.exit(main(sys.argv[1]))
