#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each file includes only stages on earlier lines of src/FLOW, and its own."""
import os
import sys

import house
import includes

DIRECTORIES = ("io", "render", "cli")


def read_order(root, wrong):
    """Maps each stage's name to (line, the stage's first name)."""
    order = {}
    for number, line in enumerate(house.text(root, "src/FLOW").splitlines(), 1):
        for stage in line.split("#")[0].split("|"):
            for name in stage.split():
                if name in order:
                    wrong.add(f"src/FLOW:{number}", f"stage {name} stands there twice")
                order[name] = (number, stage.split()[0])
    return order


def stage_of(path, order):
    """The stage that a file belongs to, or None."""
    parts = path.split("/")
    if parts[0] == "src" and parts[1] in DIRECTORIES:
        return order.get(parts[1])
    base = os.path.splitext(parts[-1])[0]
    while base and base not in order:
        base = base.rpartition("_")[0]
    return order.get(base)


def check_file(root, name, order, wrong):
    own = stage_of(name, order)
    if own is None:
        wrong.add(name, "belongs to no stage (add the stage to src/FLOW, in its place)")
        return
    for line, header, ours in includes.of(root, name):
        if ours is None:
            continue
        other = stage_of(ours, order)
        if not os.path.exists(os.path.join(root, ours)):
            wrong.add(f"{name}:{line}", f"includes {header}, which is not there")
        if other is None:
            wrong.add(f"{name}:{line}", f"includes {header}, which belongs to no stage")
        elif other != own and other[0] >= own[0]:
            wrong.add(f"{name}:{line}", f"includes {header}: in src/FLOW {other[1]} does "
                      f"not stand on an earlier line than {own[1]}")


def check_sum(root, order, wrong):
    """p2ptool.h includes every public header, in the order of the flow."""
    sum_of_all = "include/p2ptool/p2ptool.h"
    if not os.path.exists(os.path.join(root, sum_of_all)):
        return
    included = [ours for _, _, ours in includes.of(root, sum_of_all) if ours]
    for header in house.files(root, "include/p2ptool/", suffixes=(".h",)):
        if header not in included and header != sum_of_all:
            wrong.add(sum_of_all, f"does not include {header}")
    known = [ours for ours in included if stage_of(ours, order)]
    if known != sorted(known, key=lambda ours: stage_of(ours, order)[0]):
        wrong.add(sum_of_all, "does not include in the order of src/FLOW")


def main(root):
    wrong = house.Complaints()
    order = read_order(root, wrong)
    names = house.c_files(root)
    for name in names:
        check_file(root, name, order, wrong)
    check_sum(root, order, wrong)
    return wrong.done(len(names))


sys.exit(main(sys.argv[1]))
