#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""apply and restore ask at a terminal: yes is yes, anything else and any signal is no.

usage: terminal.py P2PTOOL"""
import os
import pty
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402  pylint: disable=wrong-import-position
from tree import cli  # noqa: E402  pylint: disable=wrong-import-position

APPLY = ("apply", f"--allow={tree.UNTOLD}", "--domain", "gpu0,nvme0")
QUESTION = b"[y/N] "


def _read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


def _ask(made, words, answer):
    """Answers the question with bytes, or with a signal. Exit code, and all that was said."""
    child, terminal = pty.fork()
    if not child:
        os.execve(cli.program(), [cli.program(), *made.words(*words)], cli.environment())
    said, is_answered = b"", False
    signal.alarm(cli.SECONDS)
    while part := _read(terminal):
        said += part
        if not is_answered and QUESTION in said:
            is_answered = True
            if isinstance(answer, bytes):
                os.write(terminal, answer)
            else:
                os.kill(child, answer)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    signal.alarm(0)
    os.close(terminal)
    assert is_answered, said
    return code, said.decode()


def yes_writes():
    with tree.Tree() as made:
        assert _ask(made, APPLY, b"y\n")[0] == 0
        assert made.configs() != made.original
        assert _ask(made, ("restore",), b"YES\n")[0] == 0
        assert made.configs() == made.original


def anything_else_is_no():
    with tree.Tree() as made:
        for answer in (b"n\n", b"\n", b"\x04", b" y\n", b"yess\n", b"y" * 40 + b"\n"):
            code, said = _ask(made, APPLY, answer)
            assert code == 7 and "declined: nothing was written" in said, (answer, said)
        assert made.configs() == made.original and os.listdir(made.journal) == ["lock"]


def a_signal_at_the_question_ends_it():
    with tree.Tree() as made:
        for answer in (b"\x03", signal.SIGTERM, signal.SIGHUP):
            code, said = _ask(made, APPLY, answer)
            assert code == 5 and "stopped: nothing was written" in said, (answer, said)
        assert made.configs() == made.original and os.listdir(made.journal) == ["lock"]
        assert made.apply(*APPLY[2:]).returncode == 0
        before = made.configs()
        assert _ask(made, ("restore",), b"\x03")[0] == 5
        assert made.configs() == before


def a_hangup_that_is_ignored_is_no_reason_to_stop():
    with tree.Tree() as made:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        child, terminal = pty.fork()
        if not child:
            os.execve(cli.program(), [cli.program(), *made.words(*APPLY)],
                      cli.environment())
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        said = b""
        while QUESTION not in said:
            said += _read(terminal)
        os.kill(child, signal.SIGHUP)
        time.sleep(0.2)
        os.write(terminal, b"y\n")
        while _read(terminal):
            pass
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert made.configs() != made.original


if __name__ == "__main__":
    cli.main()
