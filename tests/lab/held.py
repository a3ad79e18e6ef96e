#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A port that goes to sleep and wakes is programmed by the kernel as at boot: what setpci
wrote is lost with it. What apply wrote is not, since it holds the port awake; once somebody
lets it go to sleep, status says what became of it.

usage: held.py 6.1|6.12        (P2PTOOL names the program)"""
import os
import sys
import tempfile

import cases
import lab
from written import ended, same

CMDLINE = "intel_iommu=on pcie_port_pm=force"
DEFAULT, WRITTEN = "001d", "0011"
PORT = "0000:02:00.0"


def judge(complaints, directory):
    steps = {row[0]: tuple(row[1:]) for row in lab.rows(directory, "steps")}

    def check(what, names, wanted, lines=()):
        """@wanted: runtime status, power/control and register of each moment."""
        said = {name: steps[name] for name in names}
        complaints.check(what, same("the port", said, dict(zip(names, wanted))) +
                         list(lines))

    check("written by setpci", ("boot", "setpci", "setpci-asleep", "setpci-awake"),
          (("active", "auto", DEFAULT), ("active", "auto", WRITTEN),
           ("suspended", "auto", WRITTEN), ("active", "auto", DEFAULT)))
    check("written by apply", ("applied-asleep", "applied-awake"),
          (("active", "on", WRITTEN), ("active", "on", WRITTEN)),
          ended(lab.Answer(directory, "applied"), 0) +
          ended(lab.Answer(directory, "status.held"), 0, "all hold"))
    check("let go", ("let-go-asleep", "let-go-awake"),
          (("suspended", "auto", WRITTEN), ("active", "auto", DEFAULT)),
          ended(lab.Answer(directory, "status.let-go"), 1, PORT,
                "the kernel's default, as after a reset or resume"))
    check("restored", ("restored",), (("suspended", "auto", DEFAULT),),
          ended(lab.Answer(directory, "restored"), 0))


def main(kernel):
    complaints = lab.Complaints()
    version = lab.kernel_version(cases.KERNELS[kernel])
    with tempfile.TemporaryDirectory() as work:
        lab.boot(cases.KERNELS[kernel], "sleepers", CMDLINE, "held", work,
                 os.path.join(lab.HERE, "moments"))
        lab.keep(work, f"held-{kernel}")
        judge(complaints, work)
    print(f"kernel {version}")
    return complaints.done()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.rsplit("\n\n", maxsplit=1)[-1])
    sys.exit(main(sys.argv[1]))
