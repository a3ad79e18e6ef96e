#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One machine, one kernel, booted with each of its command lines. In each boot p2ptool's
groups are the kernel's and its scan is what lspci and setpci read; and in the first, where
the registers are the firmware's, it predicts the registers and groups of all the others.

usage: boots.py MACHINE 6.1|6.12        (P2PTOOL names the program)"""
import os
import sys
import tempfile

import cases
import lab
import views


def groups_against_sysfs(directory):
    """The default answer, and the one that scripts ask for."""
    answer = lab.Answer(directory, "groups.json")
    if answer.code or not answer.json:
        return [f"  groups: exit code {answer.code}: {answer.words}"]
    if answer.json["schema"] != "p2ptool.groups/1":
        return [f"  groups: schema {answer.json['schema']}"]
    lines = lab.difference(lab.live_groups(directory), lab.said_groups(answer))
    equal = lab.Answer(directory, "expect-equal")
    if equal.code:
        lines.append(f"  groups --expect-equal: exit code {equal.code}: {equal.text}"
                     f"{equal.words}")
    return lines


def prediction(firmware, number):
    """The answer, and what is wrong with it as an answer."""
    answer = lab.Answer(firmware, f"predicted-{number}.json")
    if answer.code or not answer.json:
        return answer, [f"  exit code {answer.code}: {answer.words}"]
    return answer, []


def predicted_registers(firmware, number, booted):
    answer, lines = prediction(firmware, number)
    if lines:
        return lines
    ours = {one["function"]: (int(one["old"], 16), int(one["new"], 16))
            for one in answer.json["registers"] if one["register"] == "acs-control"}
    before, after = lab.registers(firmware), lab.registers(booted)
    theirs = {address: (before[address][1], ctrl) for address, (_, ctrl) in after.items()}
    return [f"  {address}: {tell(ours.get(address))}, the kernel: "
            f"{tell(theirs.get(address))}" for address in sorted(set(ours) | set(theirs))
            if ours.get(address) != theirs.get(address)]


def tell(pair):
    return f"{pair[0]:#06x} to {pair[1]:#06x}" if pair else "no ACS"


def predicted_groups(firmware, number, booted):
    live = lab.live_groups(booted)
    answer, lines = prediction(firmware, number)
    if lines or not live:
        return []
    return lab.difference(live, lab.said_groups(answer))


def judge(complaints, cmdline, directory):
    """What is wrong with one boot taken by itself"""
    complaints.check(f"{cmdline}: scan and lspci", views.scan_against_lspci(directory))
    complaints.check(f"{cmdline}: scan and setpci", views.scan_against_setpci(directory))
    complaints.check(f"{cmdline}: scan and sysfs", views.scan_against_sysfs(directory))
    if "intel_iommu=off" not in cmdline:
        complaints.check(f"{cmdline}: groups and sysfs", groups_against_sysfs(directory))


def main(machine, kernel):
    complaints = lab.Complaints()
    version = lab.kernel_version(cases.KERNELS[kernel])
    cmdlines = cases.cmdlines(machine, kernel)
    with tempfile.TemporaryDirectory() as work:
        ask = os.path.join(work, "ask")
        with open(ask, "w", encoding="utf-8") as file:
            file.writelines(f"{version}\t{cmdline}\n" for cmdline in cmdlines)
        firmware = os.path.join(work, "firmware")
        lab.boot(cases.KERNELS[kernel], machine, cases.FIRMWARE, "collect", firmware, ask)
        lab.keep(firmware, f"{machine}-{kernel}-firmware")
        judge(complaints, cases.FIRMWARE, firmware)
        for number, cmdline in enumerate(cmdlines):
            booted = os.path.join(work, str(number))
            lab.boot(cases.KERNELS[kernel], machine, cmdline, "collect", booted)
            lab.keep(booted, f"{machine}-{kernel}-{number}")
            judge(complaints, cmdline, booted)
            complaints.check(f"{cmdline}: registers predicted from the firmware's",
                             predicted_registers(firmware, number, booted))
            complaints.check(f"{cmdline}: groups predicted from the firmware's",
                             predicted_groups(firmware, number, booted))
    print(f"{machine}, kernel {version}: {len(cmdlines) + 1} boots")
    return complaints.done()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(*sys.argv[1:]))
