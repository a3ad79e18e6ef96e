# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of the program share: running it in a plain environment, and reporting each
test function of a module as a line of TAP."""
import inspect
import os
import subprocess
import sys
import traceback

FIXTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                        "fixtures")
SECONDS = 60


class Skip(Exception):
    """Why a test cannot run here."""


def environment(**more):
    """No terminal, no colour wishes, no width: only what a test asks for."""
    plain = {name: value for name, value in os.environ.items()
             if name not in ("NO_COLOR", "COLUMNS", "LC_CTYPE", "LANG")}
    plain.update({"LC_ALL": "C.UTF-8", "TERM": "xterm"})
    plain.update(more)
    return plain


def fixture(name):
    return os.path.join(FIXTURES, name)


def program():
    return os.path.abspath(sys.argv[1])


def run(*words, env=None, text=True, **more):
    return subprocess.run([program(), *words], capture_output=True, text=text,
                          env=environment(**(env or {})), timeout=SECONDS, check=False,
                          **more)


def main(module="__main__"):
    """Runs every function of the module that is public and takes nothing."""
    tests = [(name, test) for name, test in vars(sys.modules[module]).items()
             if inspect.isfunction(test) and not name.startswith("_") and
             test.__module__ == module and not inspect.signature(test).parameters]
    failed = 0
    print(f"1..{len(tests)}")
    for number, (name, test) in enumerate(tests, 1):
        title = f"{number} - {name.replace('_', ' ')}"
        try:
            test()
            print("ok", title)
        except Skip as why:
            print("ok", title, "# SKIP", why)
        except (AssertionError, subprocess.TimeoutExpired, OSError, ValueError, KeyError,
                LookupError):
            failed += 1
            print("not ok", title)
            for line in traceback.format_exc().splitlines():
                print("#", line)
    sys.exit(1 if failed else 0)
