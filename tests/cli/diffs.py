#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What diff says of captures that are not whole.

usage: diffs.py P2PTOOL"""
import json
import os
import tempfile

import cli

CAPTURE = cli.fixture("switch-acs/lspci.txt")


def _text():
    with open(CAPTURE, encoding="utf-8") as file:
        return file.read()


def _changes(text, code, *, reverse=False):
    """Of the capture and @text: what changed, and what was said."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "other.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        names = (path, CAPTURE) if reverse else (CAPTURE, path)
        made = cli.run("diff", "-j", *names)
        assert made.returncode == code, (made.returncode, made.stderr)
        return json.loads(made.stdout)["changes"], made.stderr


def functions_behind_a_cut_neither_went_nor_came():
    text = _text()
    cut = text[:text.index("\n40: ", text.index("\n0000:07:00.0 ")) + 20]
    for reverse in (False, True):
        changes, said = _changes(cut, 4, reverse=reverse)
        assert not [one for one in changes if one["kind"] in ("went", "came")], changes
        assert "functions stand behind where the other capture ends: not compared" in said


def functions_before_the_damage_are_missed():
    text = _text()
    begin = text.index("\n0000:03:00.0 ") + 1
    less = text[:begin] + text[text.index("\n0000:04:00.0 ") + 1:]
    cut = less[:less.index("\n40: ", less.index("\n0000:07:00.0 ")) + 20]
    changes, _ = _changes(cut, 1)
    assert [one["function"] for one in changes if one["kind"] == "went"] == ["0000:03:00.0"]


def a_capture_that_is_whole_misses_what_went():
    text = _text()
    less = text[:text.index("\n0000:11:00.0 ") + 1]
    changes, said = _changes(less, 1)
    assert [one["function"] for one in changes if one["kind"] == "went"] == ["0000:11:00.0"]
    assert "not compared" not in said, said


if __name__ == "__main__":
    cli.main()
