#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Work of more than a second shows a sign of life on a terminal, and takes it away.

usage: progress.py P2PTOOL CAPTURE"""

import os
import pty
import subprocess
import sys

SLOWLY = '(cat "$2"; sleep 1.5) | "$1" scan -F - -j >/dev/null'


def run(program, capture, stderr):
    return subprocess.run(["sh", "-c", SLOWLY, "sh", program, capture], stderr=stderr,
                          stdin=subprocess.DEVNULL, check=False).returncode


def main():
    ours, theirs = pty.openpty()
    assert run(*sys.argv[1:], theirs) == 0
    seen = os.read(ours, 4096).decode()
    assert "at work for" in seen and " 1 s" in seen, repr(seen)
    assert seen.endswith("\r\x1b[K"), repr(seen)
    reading, writing = os.pipe()
    assert run(*sys.argv[1:], writing) == 0
    os.close(writing)
    assert os.read(reading, 4096) == b"", "words where there is no terminal"
    print("2 passed, 0 failed")


if __name__ == "__main__":
    main()
