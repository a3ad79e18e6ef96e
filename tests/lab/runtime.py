#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A port's ACS register is cleared, what is below it removed and found again, the port
reset, and added again: at each moment p2ptool's groups are what the kernel would make now,
and where they are not the live ones it says so and names the register.

usage: runtime.py 6.1|6.12        (P2PTOOL names the program)"""
import os
import sys
import tempfile

import cases
import lab

BITS = {"SV": 0x01, "TB": 0x02, "RR": 0x04, "CR": 0x08, "UF": 0x10, "EC": 0x20, "DT": 0x40}
PORT, BELOW = "0000:06:00.0", "0000:07:00.0"


class Moment:
    """What one look left."""

    def __init__(self, directory, name):
        self.live = lab.live_groups(directory, name + ".tsv")
        self.register = int(lab.read(directory, name + ".register"), 16)
        self.answer = lab.Answer(directory, name + ".json")
        self.equal = lab.Answer(directory, name + ".equal")
        self.next = lab.Answer(directory, name + ".next")

    def alone(self):
        """Is the function below the port in a group of its own, and the port too?"""
        return {frozenset([PORT]), frozenset([BELOW])} <= self.live


def agree(moment):
    """Live and predicted groups are the same, and it says that."""
    lines = lab.difference(moment.live, lab.said_groups(moment.answer))
    if moment.equal.code or moment.answer.json["differences"]:
        lines.append(f"  exit code {moment.equal.code}, differences "
                     f"{moment.answer.json['differences']}")
    return lines


def differ(moment, predicted):
    """Predicted are those groups, not the live ones; it says so and names the port."""
    lines = lab.difference(predicted, lab.said_groups(moment.answer))
    if moment.equal.code != 1:
        lines.append(f"  --expect-equal: exit code {moment.equal.code}, not 1")
    named = str(moment.answer.json["differences"])
    if PORT not in named or BELOW not in named:
        lines.append(f"  differences does not name both functions: {named}")
    return lines


def told(words, truth):
    """The kernel itself did what this test builds on."""
    return [] if truth else [f"  the kernel did otherwise: {words}"]


def joined(groups):
    """A partition with the port and what is below it in one group"""
    ours = [group for group in groups if group & {PORT, BELOW}]
    return groups - set(ours) | {frozenset().union(*ours)}


def judge(complaints, directory):
    boot, cleared, together = (Moment(directory, name) for name in
                               ("boot", "cleared", "joined"))
    complaints.check("after the boot", agree(boot) + told("apart", boot.alone()))
    complaints.check("register cleared", differ(cleared, joined(boot.live)) +
                     told("groups stay", cleared.live == boot.live) +
                     changed(cleared))
    complaints.check("endpoint added again", agree(together) +
                     told("together", together.live == joined(boot.live)))
    if os.path.exists(os.path.join(directory, "reset.tsv")):
        reset, parted = Moment(directory, "reset"), Moment(directory, "parted")
        complaints.check("port reset", differ(reset, boot.live) +
                         told("register restored", reset.register == boot.register))
        complaints.check("endpoint added once more", agree(parted) +
                         told("apart", parted.live == boot.live))
    added = Moment(directory, "added")
    complaints.check("port added again", agree(added) +
                     told("register programmed", added.register == boot.register) +
                     told("apart", added.live == boot.live))


def is_changed(register):
    """Is there a bit that a boot leaves otherwise? What the firmware leaves is unknown."""
    old = int(register["old"], 16)
    return any(on is not None and on != bool(old & BITS[letter])
               for letter, on in register["bits"].items())


def changed(moment):
    """Why they differ is said, and which register the next boot would put back."""
    lines = [f"  {one['function']}: {one['why']}, not registers-changed"
             for one in moment.answer.json["differences"]
             if one["why"] != "registers-changed"]
    back = [one["function"] for one in moment.next.json["registers"] if is_changed(one)]
    return lines + ([] if back == [PORT] else [f"  a boot would change {back}"])


def main(kernel):
    complaints = lab.Complaints()
    version = lab.kernel_version(cases.KERNELS[kernel])
    with tempfile.TemporaryDirectory() as work:
        lab.boot(cases.KERNELS[kernel], "switches", "intel_iommu=on", "runtime", work)
        lab.keep(work, f"runtime-{kernel}")
        judge(complaints, work)
    print(f"kernel {version}")
    return complaints.done()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(sys.argv[1]))
