#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What lspci makes with OPTIONS of each capture below a directory that has all 4 KiB of
its functions says the same as the bytes: see agree.c. lspci -vvvnn does not print the
multi-function bit, egress vectors, the wide ACS registers of Intel's 100 and 200 series,
nor why a list of capabilities that is said to be there is empty; -vmmnn no register.

usage: agree.py AGREE MOST-OPEN DIRECTORY OPTIONS"""
import re
import subprocess
import sys
import tempfile

from damaged import SKIPPED, captures

WHOLE = re.compile(rb"^ff0: ", re.MULTILINE)


def listing(capture, options):
    """As lspci prints it; empty where lspci does not read it."""
    run = subprocess.run(["lspci", options, "-F", capture], capture_output=True, check=False)
    return b"" if run.returncode else run.stdout


def compare(agree, most, options, capture):
    with open(capture, "rb") as file:
        if not WHOLE.search(file.read()):
            return None
    text = listing(capture, options)
    if not text:
        return None
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        return not subprocess.run([agree, capture, file.name, most], check=False).returncode


def main(agree, most, directory, options):
    if not directory:
        print("skipped: no real captures given (meson setup -Dcorpus=DIRECTORY)")
        return SKIPPED
    answers = [compare(agree, most, options, capture) for capture in captures(directory)]
    agreed, failed = answers.count(True), answers.count(False)
    print(f"{agreed} agree, {failed} do not, {answers.count(None)} are not 4 KiB or not "
          "for lspci to read")
    return 1 if failed or not agreed else 0


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
