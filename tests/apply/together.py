#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two hundred applies at once on one tree: one at a time, none lost.

usage: together.py P2PTOOL"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402  pylint: disable=wrong-import-position
from tree import cli  # noqa: E402  pylint: disable=wrong-import-position

RUNS = 200
SETS = ("RR-", "RR+", "CR-", "CR+", "DT+", "DT-")


def start(made, turn):
    words = made.words("apply", "--yes", f"--allow={tree.UNTOLD}", "--wait", "600", "-j",
                       "--mode", "set", "--bits", SETS[turn // 2 % len(SETS)], "--domain",
                       "0000:02:00.0,0000:02:02.0" if turn % 2 else "0000:02:01.0")
    return subprocess.Popen([cli.program(), *words], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=cli.environment())


def main():
    with tree.Tree() as made:
        ended = [(run, *run.communicate()) for run in
                 [start(made, turn) for turn in range(RUNS)]]
        for run, _, said in ended:
            assert run.returncode == 0, (run.returncode, said)
        reports = [json.loads(text) for _, text, _ in ended]
        numbers = sorted(one["transaction"] for one in reports if one["changed"])
        assert numbers == list(range(1, len(numbers) + 1)), numbers
        told = json.loads(made.run("status", "-j").stdout)
        assert len(told["transactions"]) == len(numbers), told["transactions"]
        assert made.run("restore", "--yes").returncode == 0
        assert made.configs() == made.original
        print(RUNS, "applies at once,", len(numbers), "of which had something to write")


if __name__ == "__main__":
    main()
