#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kills apply and restore on entry of each of their system calls in turn. Whatever the
moment, status tells the truth and restore brings every register back.

usage: killed.py P2PTOOL"""
import collections
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402  pylint: disable=wrong-import-position

CALL = re.compile(r"^(?:\d+ +)?([a-z_0-9]+)\(")
APPLY = ("apply", "--yes", f"--allow={tree.UNTOLD}", "--domain", "gpu0,nvme0")
RESTORE = ("restore", "--yes")


def trace(made, words, *options):
    """LeakSanitizer cannot run where somebody traces already."""
    leaks = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
    return subprocess.run(["strace", "-f", *options, tree.cli.program(), *made.words(*words)],
                          capture_output=True, text=True, check=False,
                          timeout=tree.cli.SECONDS, env=tree.cli.environment(**leaks))


def calls(made, words):
    """How often each system call is made, execve left out, which starts the program."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as log:
        done = trace(made, words, "-o", log.name)
        assert done.returncode == 0, done.stderr
        names = [found[1] for line in log if (found := CALL.match(line))]
    return collections.Counter(name for name in names if name != "execve")


def moments(made, words, before):
    """Each system call by name and count, the tree @before it each time."""
    before()
    counted = calls(made, words)
    for name, count in sorted(counted.items()):
        for turn in range(1, count + 1):
            before()
            yield name, turn


def check(made, moment):
    """What status says of a run that was killed, and that it can be taken back."""
    told = made.run("status", "-j")
    assert told.returncode in (0, 1), (moment, told.returncode, told.stderr)
    report = json.loads(told.stdout)
    changed = made.configs() != made.original
    known = [op for one in report["transactions"] for op in one["ops"]]
    assert not changed or known, (moment, "registers are changed, status knows of none")
    if report["unfinished"]:
        assert "restore" in made.run("status").stdout, moment
    taken = made.run("restore", "--yes")
    assert taken.returncode == 0, (moment, taken.returncode, taken.stderr)
    for address, config in made.configs().items():
        assert config == made.original[address], (moment, address, "is not as it was")
        assert made.read(address, "power/control") == "auto\n", (moment, address, "power")
    after = made.run("status", "-j")
    assert after.returncode == 0, (moment, after.stderr)
    assert not json.loads(after.stdout)["unfinished"], moment


def kill_each(made, words, before):
    tried = 0
    for name, turn in moments(made, words, before):
        done = trace(made, words, "-o", "/dev/null", "-e",
                     f"inject={name}:signal=KILL:when={turn}")
        if done.returncode != -signal.SIGKILL:
            # Of calls that depend on the moment (timers) there was one less.
            assert done.returncode == 0, (name, turn, done.returncode, done.stderr)
        check(made, (words[0], name, turn))
        tried += 1
    return tried


def apply_first(made):
    made.reset()
    done = made.run(*APPLY)
    assert done.returncode == 0, done.stderr


def main():
    with tree.Tree() as made:
        print(kill_each(made, APPLY, made.reset), "moments of apply, all taken back")
        print(kill_each(made, RESTORE, lambda: apply_first(made)),
              "moments of restore, all taken back")


if __name__ == "__main__":
    main()
