# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of the corpus share: its index, and what p2ptool says of a capture."""
import csv
import json
import os
import subprocess

SKIPPED = 77
SECONDS = 60
READ = (0, 3, 4)  # done, verdicts unknown, some of it damaged
# In `missing` of a function whose bridge the capture lacks.
ORPHAN = {"what": "parent", "why": "no bridge is known to lead to its bus"}


class Refused(Exception):
    """The sentence is why there is no JSON."""


def is_absent(corpus):
    if not corpus:
        print("skipped: no real captures given (meson setup -Dcorpus=DIRECTORY)")
    return not corpus


def is_orphan(function):
    """Nothing is known to be above it, and that is said."""
    return function["parent"] is None and ORPHAN in function["missing"]


def index(corpus):
    with open(os.path.join(corpus, "INDEX.tsv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def ask(program, path, *words, text=None):
    """The JSON of a command about a file, or about @text as standard input."""
    command = [program, *(words or ("scan", "-n")), "-j", "-F", path]
    try:
        run = subprocess.run(command, check=False, capture_output=True, timeout=SECONDS,
                             input=text)
    except subprocess.TimeoutExpired as late:
        raise Refused(f"no answer in {SECONDS} s") from late
    if run.returncode not in READ:
        said = run.stderr.decode(errors="replace").strip()
        raise Refused(f"exit code {run.returncode}: {said}")
    try:
        return json.loads(run.stdout)
    except ValueError as error:
        raise Refused(f"no JSON: {error}") from error
