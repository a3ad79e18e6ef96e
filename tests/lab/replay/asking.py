# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures, replayed in one boot of a kernel, and what that kernel said of each."""
import os
import subprocess
import sys

import image

HERE = os.path.dirname(os.path.abspath(__file__))
ABSENT = 77


class Reply:
    """Of one capture: the addresses replayed, and the kernel's words about them."""

    def __init__(self, capture, functions, roots, left_out):
        self.capture = capture
        self.functions = {str(function) for function in functions}
        self.pf_of = {str(function): str(function.pf) for function in functions
                      if function.is_vf}
        self.left_out = {str(function) for function in left_out}
        self.is_complete = not left_out and not image.is_part(functions, roots) and any(
            function.has_extended for function in functions)
        self.groups, self.pairs = {}, None
        self.not_pfs = set()
        self.registers = self.live = None

    def missing(self):
        """What the kernel does not find, but for VFs of what is no PF to it."""
        return {address for address in self.functions - set(self.groups)
                if self.pf_of.get(address) not in self.not_pfs}

    def read(self, base):
        pfs = {row[0] for row in rows(f"{base}.pfs")}
        self.not_pfs = set(self.pf_of.values()) - pfs
        self.groups = {address: int(number) for address, number in rows(f"{base}.groups")}
        if os.path.exists(f"{base}.pairs"):
            self.pairs = {tuple(row[:2]): (int(row[2]), row[3], int(row[4]), row[5])
                          for row in rows(f"{base}.pairs")}
        if os.path.exists(f"{base}.lspci"):
            self.registers = f"{base}.lspci"
        if os.path.exists(f"{base}.live"):
            self.live = f"{base}.live"


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def run(*command, **more):
    """Returns how @command ends."""
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, **more).returncode


def give_up(code, out):
    """Ends this program, with what the guest said last."""
    for name, lines in (("stderr", 20), ("dmesg", 20)):
        path = os.path.join(out, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                sys.stdout.writelines(file.readlines()[-lines:])
    sys.exit(code)


def write_images(captures, directory):
    """NNNN.img per capture. Returns names and replies, and why others are not among it."""
    replies, unfit = {}, {}
    os.mkdir(directory)
    for number, capture in enumerate(captures):
        try:
            functions, roots, left_out = image.read_machine(capture)
        except image.Unfit as error:
            unfit[capture] = str(error)
            continue
        name = f"{number:04}"
        with open(os.path.join(directory, f"{name}.img"), "wb") as file:
            file.write(image.pack(functions, roots))
        replies[name] = Reply(capture, functions, roots, left_out)
    return replies, unfit


def boot(kernel, work, out, program):
    """Without ASPM, which looks for a root port above each switch: parts of machines, as
    captures may be, have none."""
    files = [("pcireplay.ko", ""), ("images", ":/lab/images"), ("settings", ":/lab/settings")]
    taken = [word for name, to in files for word in ("-f", os.path.join(work, name) + to)]
    code = run(os.path.join(HERE, "..", "boot"), "-k", kernel, "-m", "none", "-t", "900",
               "-a", "pcie_aspm=off", *taken, os.path.join(HERE, "in-guest"), out,
               env={**os.environ, "P2PTOOL": program})
    if code:
        give_up(code, out)


def ask(kernel, captures, work, program="", **settings):
    """@settings: request_acs, registers, live (in-guest). @work is a directory to fill.
    Returns the release, the replies and, capture by capture, why one is not replayed."""
    out = os.path.join(work, "out")
    replies, unfit = write_images(captures, os.path.join(work, "images"))
    code = run(os.path.join(HERE, "build-module"), kernel, os.path.join(work, "pcireplay.ko"))
    if code:
        sys.exit(code)
    with open(os.path.join(work, "settings"), "w", encoding="utf-8") as file:
        for name in ("request_acs", "registers", "live"):
            file.write(f"{name}={int(settings.get(name, False))}\n")
    boot(kernel, work, out, program)
    for name, reply in replies.items():
        reply.read(os.path.join(out, name))
    with open(os.path.join(out, "release"), encoding="utf-8") as file:
        return file.read().strip(), list(replies.values()), unfit
