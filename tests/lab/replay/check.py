#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""p2ptool's verdicts and groups of captures against those of a kernel that has them as
machines: every pair on both kinds of CPU, and the whole partition.

usage: check.py [--request-acs] --kernel KERNEL --p2ptool PROGRAM CAPTURE...
  --request-acs   the kernel sets ACS as with an IOMMU on; p2ptool judges the registers
                  as they are then, and runs there as well, but for random machines
  --corpus DIR    every capture of INDEX.tsv that has bytes
  --random PROGRAM FIRST COUNT   machines of the test generator by their seeds"""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile

import asking

MAP = {"bus-addr": "BUS_ADDR", "thru-host-bridge": "THRU_HOST_BRIDGE",
       "not-supported": "NOT_SUPPORTED"}
ANSWERED = (0, 3, 4)  # done, verdicts unknown, some of the capture damaged
SHOWN = 10


class Difference:
    """Counts what is compared, and keeps the first sentences about what differs."""

    def __init__(self, may_be_unknown):
        self.may_be_unknown = may_be_unknown  # registers are missing in the capture
        self.pairs = self.groups = self.unknown = self.wrong = 0
        self.sentences = []

    def add(self, sentence):
        self.wrong += 1
        if self.wrong <= SHOWN:
            self.sentences.append(sentence)

    def said(self):
        return (f"{self.pairs} pairs, {self.groups} groups, {self.unknown} unknown, "
                f"{self.wrong} wrong")


def p2ptool(program, *words):
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode not in ANSWERED:
        sys.exit(f"{' '.join(words)}: exit code {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def our_pairs(text):
    """(completer, requester) to map and distance; the kernel's provider completes."""
    return {(row["to"], row["from"]): (row["map"], row["distance"])
            for row in csv.DictReader(text.splitlines())}


def compare_pair(pair, kernel, ours, difference):
    """@kernel: a distance, -1 if refused, its map type, and the length of the walk."""
    distance, kind, length = kernel
    difference.pairs += 1
    if pair not in ours:
        difference.add(f"{pair[1]} -> {pair[0]}: p2ptool has no such pair")
        return
    our_map, our_distance = ours[pair]
    if our_map not in MAP:
        difference.unknown += 1
        if difference.may_be_unknown:
            return
    if MAP.get(our_map) != kind or our_distance != str(length):
        difference.add(f"{pair[1]} -> {pair[0]}: kernel {kind} {length}, "
                       f"p2ptool {our_map} {our_distance}")
    if distance != (-1 if kind == "NOT_SUPPORTED" else length):
        difference.add(f"{pair[1]} -> {pair[0]}: the kernel contradicts itself: {kernel}")


def compare_pairs(reply, ours, cpu, difference):
    for pair, (distance, kind, zen_distance, zen_kind) in (reply.pairs or {}).items():
        kernel = ((zen_distance, zen_kind, zen_distance) if cpu == "zen" else
                  (distance, kind, zen_distance))
        compare_pair(pair, kernel, ours, difference)


def partition(groups):
    return {frozenset(group) for group in groups if group}


def kernel_partition(groups):
    members = {}
    for address, number in groups.items():
        members.setdefault(number, set()).add(address)
    return partition(members.values())


def compare_groups(reply, ours, difference):
    """Of p2ptool's groups, what the kernel found."""
    theirs = kernel_partition(reply.groups)
    ours = partition(set(group) & set(reply.groups) for group in ours)
    difference.groups += len(theirs)
    for group in sorted(theirs - ours, key=sorted):
        near = [sorted(one) for one in ours if one & group]
        difference.add(f"kernel's group {' '.join(sorted(group))}; p2ptool "
                       + " | ".join(" ".join(one) for one in sorted(near)))
    if theirs == ours:
        return
    for group in sorted(ours - theirs, key=sorted):
        if not any(group & one for one in theirs):
            difference.add(f"p2ptool's group {' '.join(sorted(group))} is none there")


def our_groups(program, capture, options, release):
    """A kernel that is not to set ACS leaves machines as their firmware has them."""
    as_found = [] if options.request_acs else ["--firmware"]
    said = p2ptool(program, "groups", "-F", capture, "-j", "--kernel", release, *as_found)
    return [group["functions"] for group in json.loads(said)["groups"]]


def compare(program, reply, release, options):
    """Everything about one machine."""
    difference = Difference(not reply.is_complete)
    capture = reply.registers or reply.capture
    for address in sorted(reply.missing()):
        difference.add(f"{address}: the kernel does not find it")
    for cpu in ("intel", "zen") if reply.pairs else ():
        said = p2ptool(program, "pairs", "all", "-F", capture, "-o", "csv",
                       "--kernel", release, "--cpu", cpu)
        compare_pairs(reply, our_pairs(said), cpu, difference)
    if reply.live and reply.pairs:
        with open(reply.live, encoding="utf-8") as file:
            compare_pairs(reply, our_pairs(file.read()), "intel", difference)
    compare_groups(reply, our_groups(program, capture, options, release), difference)
    return difference


def has_bytes(row):
    return row["kind"] in ("xxxx", "sysfs")


def of_corpus(directory):
    with open(os.path.join(directory, "INDEX.tsv"), encoding="utf-8") as index:
        return [os.path.join(directory, row["file"])
                for row in csv.DictReader(index, delimiter="\t") if has_bytes(row)]


def random_captures(program, first, count, directory):
    captures = []
    for seed in range(int(first), int(first) + int(count)):
        captures.append(os.path.join(directory, f"seed-{seed}"))
        with open(captures[-1], "wb") as file:
            subprocess.run([program, str(seed)], stdout=file, check=True)
    print(f"seeds {first} and {int(count) - 1} more")
    return captures


def read_options():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ", maxsplit=1)[1])
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--p2ptool", required=True)
    parser.add_argument("--request-acs", action="store_true")
    parser.add_argument("--corpus")
    parser.add_argument("--random", nargs=3)
    parser.add_argument("captures", nargs="*")
    return parser.parse_args()


def gather(options, work):
    captures = list(options.captures)
    if options.corpus is not None:
        if not options.corpus:
            print("skipped: no real captures given (meson setup -Dcorpus=DIRECTORY)")
            sys.exit(asking.ABSENT)
        captures += of_corpus(options.corpus)
    if options.random:
        captures += random_captures(*options.random, work)
    return captures


def report(replies, options, release):
    wrong = 0
    for reply in replies:
        difference = compare(options.p2ptool, reply, release, options)
        wrong += difference.wrong
        left_out = " ".join(sorted(reply.left_out))
        print(f"{reply.capture}: {len(reply.functions)} functions, {difference.said()}"
              + (f", left out {left_out}" if left_out else ""))
        for sentence in difference.sentences:
            print(f"  {sentence}")
    return wrong


def main():
    options = read_options()
    with tempfile.TemporaryDirectory() as work:
        captures = gather(options, work)
        release, replies, unfit = asking.ask(
            options.kernel, captures, work, options.p2ptool,
            request_acs=options.request_acs,
            live=options.request_acs and not options.random,
            registers=options.request_acs and options.random)
        wrong = report(replies, options, release)
    for capture, why in unfit.items():
        print(f"{capture}: not replayed: {why}")
    print(f"{release}: {len(replies)} machines, {wrong} wrong")
    return 1 if wrong or not replies else 0


if __name__ == "__main__":
    sys.exit(main())
