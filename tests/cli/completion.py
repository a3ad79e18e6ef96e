#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the shells complete: bash is asked through its own completion function, all are
checked for their syntax.

usage: completion.py P2PTOOL COMPLETIONS"""
import os
import shlex
import shutil
import subprocess
import sys

import cli

CAPTURE = cli.fixture("switch-acs/lspci.txt")
ASK = """
source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_p2ptool
printf '%s\\n' "${COMPREPLY[@]}"
"""


def _shell(name):
    if not shutil.which(name):
        raise cli.Skip(f"{name} not installed (scripts/bootstrap test)")
    return name


def _bash(*words, cwd=None):
    """What bash would offer for the last word."""
    script = os.path.abspath(os.path.join(sys.argv[2], "p2ptool.bash"))
    made = subprocess.run([_shell("bash"), "--norc", "-c", ASK, "bash", script,
                           cli.program(), *words], capture_output=True, text=True,
                          env=cli.environment(), cwd=cwd, check=False)
    assert made.returncode == 0 and not made.stderr, made.stderr
    return made.stdout.split()


def commands_come_first():
    assert _bash("") == ["scan", "pairs", "explain", "groups", "plan", "apply",
                         "restore", "status", "diff", "capture"]
    assert _bash("pa") == ["pairs"] and _bash("pl") == ["plan"]
    assert _bash("--v") == ["--version"]
    assert not _bash("nothing", "")


def options_come_from_the_tables():
    offered = _bash("scan", "--")
    assert "--all" in offered and "--kernel" in offered and "--matrix" not in offered
    assert "--matrix" in _bash("pairs", "--m")
    assert "-F" in _bash("scan", "-")


def values_come_from_the_tables():
    assert _bash("scan", "--color", "") == ["auto", "always", "never"]
    assert _bash("scan", "--color", "=", "n") == ["never"]
    assert _bash("scan", "--color", "=") == ["auto", "always", "never"]
    assert _bash("pairs", "-o", "nd") == ["ndjson"]
    assert "csv" not in _bash("scan", "-o", "")


def groups_are_completed_like_the_rest():
    assert {"--rule", "--cmdline", "--boot", "--firmware", "--expect-equal",
            "--all"} <= set(_bash("groups", "--"))
    assert _bash("groups", "--rule", "") == ["mainline", "strict"]
    assert _bash("groups", "--rule", "=", "s") == ["strict"]
    assert _bash("groups", "--cmdline", "") == []
    assert "gpu0" in _bash("groups", "-F", CAPTURE, "--rule", "strict", "gp")
    assert _bash("groups", "-o", "")[:2] == ["text", "json"]


def plans_are_completed_like_the_rest():
    assert {"--domain", "--mode", "--scope", "--initiator", "--keep-cr", "--bits", "--vector",
            "--require-all", "--allow", "--exit-code"} <= set(_bash("plan", "--"))
    assert _bash("plan", "--mode", "") == ["clear", "one-way", "translated", "egress",
                                           "isolate", "set"]
    assert _bash("plan", "--scope", "=", "t") == ["turn"]
    assert _bash("plan", "-o", "")[:3] == ["text", "json", "setpci"]
    for words in ([""], ["-d", ""], ["--domain", ""], ["--mode", "one-way", "--initiator", ""]):
        offered = _bash("plan", "-F", CAPTURE, *words)
        assert {"gpu", "nvme", "gpu0", "nvme4"} <= set(offered), words
    assert _bash("plan", "-F", CAPTURE, "--domain", "gpu0,nvme4") == ["gpu0,nvme4"]
    assert _bash("plan", "-F", CAPTURE, "--bits", "") == []


def what_writes_is_completed_like_the_rest():
    assert {"--domain", "--mode", "--allow", "--yes", "--dry-run", "--wait",
            "--state"} <= set(_bash("apply", "--"))
    assert {"gpu", "gpu0", "nvme4"} <= set(_bash("apply", "-F", CAPTURE, "--domain", ""))
    assert {"--yes", "--allow", "--wait", "--state"} <= set(_bash("restore", "--"))
    assert "--state" in _bash("status", "--") and "--yes" not in _bash("status", "--")
    for command in ("apply", "restore", "status"):
        assert _bash(command, "-o", "")[:2] == ["text", "json"]
    assert _bash("restore", "") == _bash("status", "") == []
    folder = os.path.dirname(CAPTURE)
    assert "truth" in _bash("status", "--state", "tr", cwd=folder)


def files_are_offered_where_files_may_stand():
    folder = os.path.dirname(CAPTURE)
    assert "lspci.txt" in _bash("scan", "-F", "ls", cwd=folder)
    assert "truth" in _bash("scan", "--sysfs", "tr", cwd=folder)
    assert "lspci.txt" not in _bash("scan", "--sysfs", "", cwd=folder)


def selectors_are_those_of_the_capture():
    offered = _bash("pairs", "-F", CAPTURE, "")
    assert {"gpu", "nvme", "all", "gpu0", "nvme4"} <= set(offered)
    assert "accel" not in offered and "rdma" not in offered
    assert _bash("explain", "-F", CAPTURE, "gpu0", "nvme4") == ["nvme4"]
    assert _bash("pairs", "-F", CAPTURE, "gpu0,^gpu") == ["gpu0,^gpu", "gpu0,^gpu0",
                                                          "gpu0,^gpu1"]


def what_cannot_be_read_offers_nothing_and_says_nothing():
    assert _bash("pairs", "-F", "/nonexistent", "g") == []


def each_shell_takes_its_file():
    for shell, name in (("bash", "p2ptool.bash"), ("zsh", "_p2ptool"),
                        ("fish", "p2ptool.fish")):
        made = subprocess.run([_shell(shell), "-n", os.path.join(sys.argv[2], name)],
                              capture_output=True, text=True, check=False)
        assert made.returncode == 0 and not made.stderr, made.stderr


def fish_offers_the_same():
    script = shlex.quote(os.path.join(sys.argv[2], "p2ptool.fish"))
    folder = shlex.quote(os.path.dirname(cli.program()))
    for line, wanted in (("pa", ["pairs"]), ("groups --ru", ["--rule"]),
                         ("groups --rule ", ["mainline", "strict"])):
        asked = f"set PATH {folder} $PATH; source {script}; complete -C 'p2ptool {line}'"
        made = subprocess.run([_shell("fish"), "--no-config", "-c", asked], text=True,
                              capture_output=True, env=cli.environment(), check=False)
        offered = [word.split("\t")[0] for word in made.stdout.splitlines()]
        assert offered == wanted, made


def zsh_offers_the_same():
    """_describe needs a terminal; what it would be given is what counts."""
    script = os.path.abspath(os.path.join(sys.argv[2], "_p2ptool"))
    asked = ("_describe() { print -l -- \"${(@P)3}\"; }; _files() { print FILES; }; "
             "words=(\"$@\") CURRENT=$#; source " + shlex.quote(script))
    made = subprocess.run([_shell("zsh"), "-f", "-c", asked, "zsh", cli.program(),
                           "groups", "--rule", ""], text=True, capture_output=True,
                          env=cli.environment(), check=False)
    assert [line.split(":")[0] for line in made.stdout.splitlines()] == \
        ["mainline", "strict"], made


if __name__ == "__main__":
    cli.main()
