#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each sysfs tree of a corpus gives the same report as a directory and in an archive, and
nothing that contradicts what lspci made of it.

usage: copies.py CORPUS P2PTOOL"""
import glob
import os
import sys
import tarfile
import tempfile

import captures

# What the live reader fetches is less than what an archive holds.
APART = ("readable", "missing")


def scan(p2ptool, path):
    report = captures.ask(p2ptool, path)
    return {f["address"]: f for f in report["functions"]}, report["islands"]


def copy(tree, to):
    """The corpus keeps links as files that hold their target."""
    for folder, _, names in os.walk(tree):
        place = os.path.join(to, os.path.relpath(folder, tree))
        os.makedirs(place, exist_ok=True)
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            if content.startswith(b"../") and b"\n" not in content:
                os.symlink(content.decode(), os.path.join(place, name))
            else:
                with open(os.path.join(place, name), "wb") as file:
                    file.write(content)


def differences(ours, theirs, weak):
    if sorted(ours) != sorted(theirs):
        yield "not the same functions"
        return
    for address, function in ours.items():
        for key, value in function.items():
            other = theirs[address][key]
            if key in APART or value == other or (weak and None in (value, other)):
                continue
            yield f"{address}: {key}: {value!r}, {other!r}"


def check(p2ptool, tree, folder):
    copied = os.path.join(folder, "tree")
    packed = os.path.join(folder, "packed")
    copy(tree, copied)
    with tarfile.open(packed, "w:gz") as tar:
        tar.add(copied, "machine")
    as_folder, islands = scan(p2ptool, copied)
    as_archive, islands_packed = scan(p2ptool, packed)
    printed, _ = scan(p2ptool, tree[:-len(".tree")] + ".txt")
    wrong = list(differences(as_folder, as_archive, False))
    wrong += ["not the same islands"] if islands != islands_packed else []
    told = ("numa", "names", "driver", "slot", "group", "parent", "path", "label", "peer",
            "island", "kind")
    trimmed = [{a: {k: v for k, v in f.items() if k not in told} for a, f in one.items()}
               for one in (as_archive, printed)]
    return len(as_folder), wrong + list(differences(*trimmed, True))


def main(corpus, p2ptool):
    if captures.is_absent(corpus):
        return captures.SKIPPED
    failed = functions = 0
    trees = sorted(glob.glob(os.path.join(corpus, "sysfs", "*.tree")))
    for tree in trees:
        with tempfile.TemporaryDirectory() as folder:
            count, wrong = check(p2ptool, tree, folder)
        functions += count
        failed += bool(wrong)
        for line in wrong[:20]:
            print(f"{os.path.basename(tree)}: {line}")
    print(f"{len(trees)} trees, {functions} functions, {failed} wrong")
    return 1 if failed or not trees else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
