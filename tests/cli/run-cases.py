#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs tests/fixtures/MACHINE/cases/CASE/cmd in the machine's directory and compares with
what stands beside it: expect (standard output), expect.err, expect.code (0 without one).
A cmd is words, variables of the environment before them.

usage: run-cases.py P2PTOOL [--update]"""
import difflib
import os
import re
import shlex
import sys

import cli

VARIABLE = re.compile(r"^([A-Z_]+)=(.*)$")


def cases():
    for machine in sorted(os.listdir(cli.FIXTURES)):
        folder = os.path.join(cli.FIXTURES, machine, "cases")
        for case in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            yield os.path.join(folder, case)


def read(folder, name, default=""):
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return default


def write(folder, name, text, default=""):
    path = os.path.join(folder, name)
    if text != default:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    elif os.path.exists(path):
        os.remove(path)


def run(folder):
    """What the case makes: a text for each file that may stand beside its cmd."""
    words, env = shlex.split(read(folder, "cmd")), {}
    while VARIABLE.match(words[0]):
        name, value = VARIABLE.match(words.pop(0)).groups()
        env[name] = value
    made = cli.run(*words, env=env, cwd=os.path.dirname(os.path.dirname(folder)))
    return {"expect": made.stdout, "expect.err": made.stderr,
            "expect.code": f"{made.returncode}\n"}


DEFAULTS = {"expect": "", "expect.err": "", "expect.code": "0\n"}


def compare(folder, made):
    wrong = []
    for name, text in made.items():
        expected = read(folder, name, DEFAULTS[name])
        if text != expected:
            wrong += difflib.unified_diff(expected.splitlines(), text.splitlines(),
                                          f"{name} expected", f"{name} printed",
                                          lineterm="")
    return wrong


def main():
    update = "--update" in sys.argv[2:]
    failed, folders = 0, list(cases())
    for folder in folders:
        made = run(folder)
        if update:
            for name, text in made.items():
                write(folder, name, text, DEFAULTS[name])
            continue
        wrong = compare(folder, made)
        if wrong:
            failed += 1
            print(os.path.relpath(folder, cli.FIXTURES), *wrong, sep="\n  ")
    print(f"{len(folders)} cases, " + ("written" if update else f"{failed} wrong "
                                       "(ninja update-golden rewrites them)"))
    return 1 if failed or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
