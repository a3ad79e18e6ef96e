#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""apply, status and restore on a kernel's own sysfs: registers are those that plan named,
and no others; groups stay as the kernel made them, and status says so; what was unplugged
or reset in between is told, refused or mended.

usage: applied.py 6.1|6.12        (P2PTOOL names the program)"""
import os
import re
import sys
import tempfile

import cases
import lab
import written
from written import ended, same, unlike

PORT, MEMBER, OTHER = "0000:06:00.0", "0000:07:00.0", "0000:04:00.0"
DEFAULT = "the kernel's default, as after a reset or resume"
GONE = "the device is not there any more"


class Guest:
    """What the script left, read when it is asked for."""

    def __init__(self, directory):
        self.directory = directory
        self.boot = self.moment("boot")
        self.plan = self.answer("plan.json").json
        self.values = written.written(self.plan)

    def moment(self, name):
        return written.Moment(self.directory, name)

    def answer(self, name):
        return lab.Answer(self.directory, name)

    def controls(self, name):
        """Registers by setpci."""
        return {address: int(value, 16)
                for address, value in lab.rows(self.directory, f"{name}.controls")}

    def applied(self):
        """All bytes as they are to be while the plan is applied."""
        return written.expected(self.boot, self.values)


def refusal(guest):
    refused = guest.moment("refused")
    guards = {one["name"]: one["verdict"] for one in guest.plan["guards"]}
    return ended(guest.answer("plan.json"), 7) + \
        same("guards that refuse", [name for name in guards if guards[name] == "refuse"],
             ["guest"]) + \
        ended(guest.answer("refused"), 7, "--allow=guest", "nothing was written") + \
        unlike(refused.bytes, guest.boot.bytes)


def application(guest):
    applied, report = guest.moment("applied"), guest.answer("applied.json")
    lines = ended(report, 0) + unlike(applied.bytes, guest.applied())
    lines += same("registers by setpci", guest.controls("applied"), guest.values)
    lines += [f"  {address}: {guest.boot.control(address):#06x} was not changed"
              for address, value in guest.values.items()
              if guest.boot.control(address) == value]
    return lines + same("registers by its own account",
                        written.written(report.json), guest.values)


def groups_left(guest):
    """Live groups stay; which of them the registers no longer make, status tells."""
    applied = guest.moment("applied")
    lines = same("status", applied.status.code, 0)
    if applied.live != guest.boot.live:
        lines.append("  the kernel did otherwise: groups changed")
    if not {PORT, MEMBER, OTHER} <= applied.stale() or "stale groups" not in \
            applied.status.text:
        lines.append(f"  stale groups: {sorted(applied.stale())}: {applied.status.text}")
    return lines


def journal(guest):
    """For root alone, below a directory that all may look into; ports are held awake."""
    modes = {row[2]: row[:2] for row in
             (line.split(" ", 2) for line in
              lab.read(guest.directory, "journal").splitlines())}
    held = {row[0].split("/")[-3]: row[1] for row in
            (line.rsplit(":", 1) for line in
             lab.read(guest.directory, "power").splitlines())}
    return same("modes", modes, {"/run/p2ptool": ["755", "0"],
                                 "/run/p2ptool/journal": ["700", "0"],
                                 "/run/p2ptool/journal/1": ["600", "0"],
                                 "/run/p2ptool/journal/lock": ["600", "0"]}) + \
        same("power/control", {held[address] for address in guest.values}, {"on"})


def restoration(guest):
    restored = guest.moment("restored")
    return ended(guest.answer("restored"), 0, "3 of 3 registers") + \
        unlike(restored.bytes, guest.boot.bytes) + \
        same("registers by setpci", guest.controls("restored"), guest.controls("boot")) + \
        same("stale groups", restored.stale(), set()) + \
        ended(restored.status, 0, "nothing is applied")


def system_log(guest):
    """One line of each run that wrote, none of those that were refused."""
    text = lab.read(guest.directory, "syslog")
    lines = re.findall(r"p2ptool\[\d+\]: (\w+ \d+: .*)", text)
    begun = [line.split(":")[0] for line in lines]
    wrong = same("lines", begun, ["apply 1", "restore 1", "apply 2", "restore 2",
                                  "restore 2", "apply 3", "apply 4", "restore 4",
                                  "restore 3"])
    for word in ("login uid", "p2p domain 04:00.0,07:00.0", "3 registers",
                 "allowed: guest"):
        if lines and word not in lines[0]:
            wrong.append(f"  '{word}' is not in {lines[0]}")
    return wrong


def unplugged_before(guest):
    """The plan was made when the member was there."""
    less, after = guest.moment("less"), guest.moment("unplugged")
    return same("plan", guest.answer("planned.json").json["ops"], guest.plan["ops"]) + \
        ended(guest.answer("unplugged"), 2, "07:00.0: no function has that address") + \
        same("the member", MEMBER in less.bytes, False) + unlike(after.bytes, less.bytes)


def unplugged_after(guest):
    """A port that was written is gone, then found again as the kernel programs it."""
    gone, partly, rest = (guest.moment(name) for name in ("gone", "partly", "rest"))
    lines = ended(guest.answer("again"), 0) + ended(gone.status, 1, PORT, GONE)
    for moment in (gone, partly):
        why = {address: why for address, (_, _, why) in moment.drift().items()}
        lines += same("drift", why, {PORT: GONE})
    lines += ended(guest.answer("partly"), 7, f"{PORT}: is not there any more",
                   "2 of 3 registers")
    lines += ended(partly.status, 1, "1 drifted, 2 put back")
    lines += [f"  {address}: not put back" for address in set(guest.values) - {PORT}
              if partly.control(address) != guest.boot.control(address)]
    return lines + ended(guest.answer("rest"), 0) + \
        ended(rest.status, 0, "nothing is applied") + \
        [f"  {address}: not as after the boot" for address in guest.values
         if rest.control(address) != guest.boot.control(address)]


def reset(guest):
    """What a reset lost the kernel wrote again as at boot; another apply mends it."""
    after, mended, end = (guest.moment(name) for name in ("reset", "mended", "end"))
    default = f"{guest.boot.control(PORT):#06x}"
    lines = ended(guest.answer("before-reset"), 0)
    lines += same("drift", after.drift(),
                  {PORT: (f"{guest.values[PORT]:#06x}", default, DEFAULT)})
    lines += ended(after.status, 1, PORT, DEFAULT, "Mend: p2ptool apply")
    lines += ended(guest.answer("mended"), 0, "1 register") + ended(mended.status, 0)
    lines += same("drift", mended.drift(), {}) + ended(guest.answer("end"), 0)
    lines += [f"  {address}: not as plan said" for address, value in guest.values.items()
              if mended.control(address) != value]
    return lines + ended(end.status, 0, "nothing is applied") + \
        [f"  {address}: not as after the boot" for address in guest.values
         if end.control(address) != guest.boot.control(address)]


def judge(complaints, guest):
    how = lab.read(guest.directory, "reset-by").strip()
    for words, question in (("without --allow=guest", refusal), ("applied", application),
                            ("live groups", groups_left), ("the journal", journal),
                            ("restored", restoration),
                            ("unplugged between plan and apply", unplugged_before),
                            ("unplugged after apply", unplugged_after),
                            (f"reset by {how}", reset)):
        complaints.check(words, question(guest))
    if lab.read(guest.directory, "syslog").strip():
        complaints.check("the system log", system_log(guest))
    else:
        print("the system log: not looked at, this busybox has no syslogd")


def main(kernel):
    complaints = lab.Complaints()
    version = lab.kernel_version(cases.KERNELS[kernel])
    with tempfile.TemporaryDirectory() as work:
        lab.boot(cases.KERNELS[kernel], "switches", "intel_iommu=on", "applied", work,
                 os.path.join(lab.HERE, "moments"))
        lab.keep(work, f"applied-{kernel}")
        judge(complaints, Guest(work))
    print(f"kernel {version}")
    return complaints.done()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(sys.argv[1]))
