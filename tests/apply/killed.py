#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kills apply and restore on entry of each of their system calls in turn. Whatever the
moment, status tells the truth and restore brings every register back.

usage: killed.py P2PTOOL [EVERY]      every so many-th system call, 1 if not said"""
import collections
import json
import multiprocessing
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
# The ways to both members, and nothing else: every function costs calls.
PATHS = ("0000:00:02.0", "0000:01:00.0", "0000:02:00.0", "0000:02:01.0", "0000:03:00.0",
         "0000:04:00.0")


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


def moments(made, words):
    """Each system call, by its name and how often it was made before."""
    return [(name, turn) for name, count in sorted(calls(made, words).items())
            for turn in range(1, count + 1)]


def check_reasons(made, drift, moment):
    """Of what was ended half-way just the registers that are changed are told, and why."""
    changed = {address for address, config in made.configs().items()
               if config != made.original[address]}
    assert {one["function"] for one in drift} == changed, (moment, drift, changed)
    for one in drift:
        assert one["why"].endswith("and not put back yet"), (moment, one)


def check(made, moment):
    """What status says of a run that was killed, and that it can be taken back."""
    told = made.run("status", "-j")
    assert told.returncode in (0, 1), (moment, told.returncode, told.stderr)
    report = json.loads(told.stdout)
    known = [op for one in report["transactions"] for op in one["ops"]]
    assert known or made.configs() == made.original, (moment, "status knows of no change")
    states = {one["state"] for one in report["transactions"]}
    assert report["unfinished"] == bool(states - {"applied"}), (moment, states)
    if report["unfinished"]:
        check_reasons(made, report["drift"], moment)
    taken = made.run("restore", "--yes")
    assert taken.returncode == 0, (moment, taken.returncode, taken.stderr)
    for address, config in made.configs().items():
        assert config == made.original[address], (moment, address, "is not as it was")
        assert made.read(address, "power/control") == "auto\n", (moment, address, "power")
    after = json.loads(made.run("status", "-j").stdout)
    assert not after["transactions"] and not after["unfinished"], (moment, after)


def kill(made, words, name, turn):
    done = trace(made, words, "-o", "/dev/null", "-e",
                 f"inject={name}:signal=KILL:when={turn}")
    # Of calls that depend on the moment (timers) there may be one less.
    assert done.returncode in (0, -signal.SIGKILL), (name, turn, done.returncode,
                                                     done.stderr)
    check(made, (words[0], name, turn))
    return done.returncode != 0


def apply_first(made):
    made.reset()
    done = made.run(*APPLY)
    assert done.returncode == 0, done.stderr


def kill_share(share):
    """Every so many-th moment of a command, on a tree of its own."""
    words, first, step = share
    before = tree.Tree.reset if words == APPLY else apply_first
    tried = 0
    with tree.Tree(some=PATHS) as made:
        before(made)
        for name, turn in moments(made, words)[first::step]:
            before(made)
            tried += kill(made, words, name, turn)
    return tried


def main():
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    shares = os.cpu_count() or 1
    which = "" if every == 1 else f" (one in {every})"
    with multiprocessing.Pool(shares) as pool:
        for words in (APPLY, RESTORE):
            tried = pool.map(kill_share, [(words, first * every, shares * every)
                                          for first in range(shares)])
            print(f"killed {words[0]} at {sum(tried)} system calls{which}, all taken back")


if __name__ == "__main__":
    main()
