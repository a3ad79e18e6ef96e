#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Inputs of tests/fixtures/bad: each ends with the code and the sentence beside it, and
what could not be read leaves standard output empty.

usage: bad.py P2PTOOL"""
import os
import sys

import cli

COMMANDS = (["scan"], ["scan", "-j"], ["pairs"], ["pairs", "-o", "ndjson"])


def check(path, words):
    with open(path + ".expect", encoding="utf-8") as file:
        code, sentence = file.read().split("\n")[:2]
    made = cli.run(*words, "-F", path)
    lines = made.stderr.splitlines()
    if made.returncode != int(code):
        return f"exit {made.returncode}, not {code}: {made.stderr}"
    if not any(line.startswith("p2ptool: ") and sentence in line for line in lines):
        return f"does not say {sentence!r}: {made.stderr}"
    refused = os.path.basename(path).startswith("refused-")
    if refused and (made.stdout or len(lines) != 1):
        return f"prints {made.stdout[:200]!r} and {len(lines)} lines of error"
    if not refused and not made.stdout and words[0] == "scan":
        return "prints nothing of what could be read"
    return None


def main():
    folder = cli.fixture("bad")
    names = sorted(name[:-len(".expect")] for name in os.listdir(folder)
                   if name.endswith(".expect"))
    wrong = 0
    for name in names:
        for words in COMMANDS:
            complaint = check(os.path.join(folder, name), words)
            if complaint:
                wrong += 1
                print(f"{name}: {' '.join(words)}: {complaint}")
    print(f"{len(names)} inputs, {wrong} wrong")
    return 1 if wrong or not names else 0


if __name__ == "__main__":
    sys.exit(main())
