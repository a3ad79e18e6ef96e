# SPDX-License-Identifier: GPL-2.0-or-later
"""What the house tests share: the files of a tree, and the way to complain.

A test is called with the root of a source tree, prints a line for each thing that is
wrong (file, line, what, and what to do), and exits 1 if there was one."""
import os
import subprocess
import sys

SKIP = 77


class Complaints:
    """Collects what is wrong; done() is the exit code."""

    def __init__(self):
        self.lines = []

    def add(self, where, what):
        self.lines.append(f"{where}: {what}")

    def done(self, looked_at):
        for line in self.lines:
            print(line)
        if not looked_at:
            print("nothing was looked at: the test is not wired to the tree")
            return 1
        print(f"{looked_at} looked at, {len(self.lines)} wrong")
        return 1 if self.lines else 0


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIP)


def listed_by_git(root):
    """Tracked files and new ones that are not ignored; None outside a git checkout."""
    if not os.path.exists(os.path.join(root, ".git")):
        return None
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", "--cached",
         "--others", "--exclude-standard"], capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name]


def walked(root):
    """All files of an unpacked tree, build directories left out."""
    found = []
    for at, directories, names in os.walk(root):
        directories[:] = [name for name in directories if name != "__pycache__"
                          and not os.path.exists(os.path.join(at, name, "build.ninja"))]
        found += [os.path.relpath(os.path.join(at, name), root) for name in names]
    return found


def files(root, *prefixes, suffixes=("",)):
    """Paths below @root, sorted, that begin and end with one of these."""
    names = listed_by_git(root)
    if names is None:
        names = walked(root)
    return sorted({name for name in names if name.startswith(prefixes or ("",))
                   and name.endswith(tuple(suffixes))
                   and os.path.isfile(os.path.join(root, name))})


def c_files(root, *prefixes):
    return files(root, *(prefixes or ("src/", "include/")), suffixes=(".c", ".h"))


def text(root, name):
    with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
        return file.read()
