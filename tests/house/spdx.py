#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every text file that can hold a comment says its licence in its first lines."""
import os
import sys

import house

LINE = "SPDX-License-Identifier: GPL-2.0-or-later"
NO_COMMENTS = (".json", ".ndjson", ".csv", ".tsv", ".txt", ".patch", ".expect", ".hex")
# Below tests/fixtures/ and other data of tests only these are ours to comment.
OURS_AMONG_DATA = (".md", ".sh", ".py", ".build", ".c", ".h")


def head(root, name):
    with open(os.path.join(root, name), "rb") as file:
        return file.read(1024)


def is_data(name, start):
    """Captures, and what is expected of them, are taken as they come."""
    return "/cases/" in name or name.startswith(("tests/fixtures/", "tests/corpus/",
                                                 "tests/fuzz/corpus/")) and not (
        name.endswith(OURS_AMONG_DATA) or start.startswith(b"#!"))


def can_hold_comment(name, start):
    return not (name == "LICENSE" or not start or b"\0" in start
                or name.endswith(NO_COMMENTS) or is_data(name, start))


def main(root):
    wrong = house.Complaints()
    looked_at = 0
    for name in house.files(root):
        start = head(root, name)
        if can_hold_comment(name, start):
            looked_at += 1
            lines = start.decode("utf-8", "replace").split("\n")
            if not any(LINE in line for line in lines[:3]):
                wrong.add(name, f"lacks the line `{LINE}` at its head")
    return wrong.done(looked_at)


sys.exit(main(sys.argv[1]))
