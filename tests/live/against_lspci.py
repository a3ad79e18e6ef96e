#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""This machine as p2ptool sees it against `lspci -Dnvv` of the same moment, as root (if run
by root) and as an ordinary user.

usage: against_lspci.py P2PTOOL"""

import json
import os
import re
import shutil
import subprocess
import sys

SKIPPED = 77
HEADER = re.compile(r"^([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ([0-9a-f]{4}): "
                    r"([0-9a-f]{4}):([0-9a-f]{4})", re.M)
BUSES = re.compile(r"Bus: primary=([0-9a-f]{2}), secondary=([0-9a-f]{2}), "
                   r"subordinate=([0-9a-f]{2})")


def as_is(command):
    return command


def as_nobody(command):
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]


def lspci(prefix):
    text = subprocess.run(prefix(["lspci", "-Dnvv"]), capture_output=True, check=True,
                          text=True).stdout
    functions = {}
    for block in text.split("\n\n"):
        header = HEADER.match(block.strip())
        if header:
            buses = BUSES.search(block)
            functions[header[1]] = (header[2], header[3], header[4],
                                    buses[2] if buses else None)
    return functions


def p2ptool(prefix, program, *arguments):
    result = subprocess.run(prefix([program, *arguments]), capture_output=True, check=False,
                            text=True)
    return result.returncode, result.stdout, result.stderr


def compare(prefix, program, who):
    code, out, err = p2ptool(prefix, program, "scan", "--all", "-j")
    assert code in (0, 3), f"{who}: scan exits {code}: {err}"
    ours = {f["address"]: f for f in json.loads(out)["functions"]}
    theirs = lspci(prefix)
    assert set(ours) == set(theirs), f"{who}: {set(ours) ^ set(theirs)} only on one side"
    for address, (kind, vendor, device, secondary) in theirs.items():
        mine = ours[address]
        assert mine["vendor"] == vendor, f"{who}: {address}: vendor {mine['vendor']}"
        assert mine["device"] == device, f"{who}: {address}: device {mine['device']}"
        assert mine["class"][:4] == kind, f"{who}: {address}: class {mine['class']}"
        below = {a for a, f in ours.items() if f["parent"] == address}
        on_bus = {a for a in ours if secondary and a.split(":")[1] == secondary
                  and a.split(":")[0] == address.split(":")[0]}
        assert not secondary or on_bus <= below, f"{who}: {address}: below {below}"
    return ours


def unknown_is_said(ours, prefix, program):
    """What only root may read is null, and a verdict that needs it exits 3."""
    hidden = [a for a, f in ours.items() if f["readable"] == 64 and
              f["pcie_type"] is not False and
              os.path.getsize(f"/sys/bus/pci/devices/{a}/config") == 4096]
    for address in hidden:
        assert ours[address]["acs"] is None, f"{address}: ACS {ours[address]['acs']}"
        assert ours[address]["missing"], f"{address}: nothing said to be missing"
    code, out, err = p2ptool(prefix, program, "pairs", "all", "-o", "ndjson")
    records = [json.loads(line) for line in out.splitlines()]
    unknown = [r for r in records if r["certainty"] == "unknown"]
    assert (code == 3) == bool(unknown), f"exit {code} with {len(unknown)} unknown"
    if unknown:
        assert "sudo" in err or "CAP_SYS_ADMIN" in err, f"no way out in: {err}"
        assert len(err.strip().splitlines()) == 1, f"more than one line: {err}"
    return len(hidden)


def main():
    program = sys.argv[1]
    if not os.path.isdir("/sys/bus/pci/devices") or not os.listdir("/sys/bus/pci/devices"):
        print("skipped: this machine has no PCI functions")
        return SKIPPED
    ordinary = as_is
    if os.geteuid() == 0:
        ours = compare(as_is, program, "root")
        print(f"root: {len(ours)} functions agree")
        ordinary = as_nobody
        if not shutil.which("setpriv"):
            print("skipped: an ordinary user's view needs setpriv to take it")
            return SKIPPED
    ours = compare(ordinary, program, "ordinary user")
    hidden = unknown_is_said(ours, ordinary, program)
    print(f"ordinary user: {len(ours)} functions agree, {hidden} with registers out of "
          "reach")
    return 0


if __name__ == "__main__":
    sys.exit(main())
