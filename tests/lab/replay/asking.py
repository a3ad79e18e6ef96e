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
            self.pairs = read_pairs(f"{base}.pairs")
        if os.path.exists(f"{base}.sizes"):
            write_as_lspci(base)
        if os.path.exists(f"{base}.lspci"):
            self.registers = f"{base}.lspci"
        if os.path.exists(f"{base}.live"):
            self.live = f"{base}.live"


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def write_as_lspci(base):
    """BASE.config holds config space after config space, as long as BASE.sizes says."""
    with open(f"{base}.sizes", encoding="utf-8") as file:
        sizes = [line.split() for line in file]
    with open(f"{base}.config", "rb") as file, \
            open(f"{base}.lspci", "w", encoding="utf-8") as text:
        for size, path in sizes:
            config = file.read(int(size))
            text.write(f"{path.split('/')[-2]} Class {config[11]:02x}{config[10]:02x}\n")
            for at in range(0, len(config), 16):
                text.write(f"{at:02x}: {config[at:at + 16].hex(' ')}\n")
            text.write("\n")


def read_pairs(path):
    """(provider, client) to distance and map type, then both on Zen."""
    return {tuple(row[:2]): (int(row[2]), row[3], int(row[4]), row[5])
            for row in rows(path)}


def run(*command, **more):
    """Returns how @command ends."""
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, **more)
    return done.returncode


def give_up(code, out):
    """Ends this program, with what the guest said last."""
    for name, lines in (("stderr", 20), ("dmesg", 20)):
        path = os.path.join(out, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                sys.stdout.writelines(file.readlines()[-lines:])
    sys.exit(code)


def write_images(captures, directory):
    """NNNN.img per capture. Returns names and replies, and why others are not there."""
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


def absent(code):
    """Something to build or boot with is not installed: a skip, unless it has to be."""
    return ABSENT if code == ABSENT and os.environ.get("P2PTOOL_LAB") != "enabled" else 1


def boot(kernel, work, script, program):
    """Without ASPM, which looks for a root port above each switch: parts of machines, as
    captures may be, have none. Returns where the guest's files are."""
    out = os.path.join(work, "out")
    files = [("pcireplay.ko", ""), ("images", ":/lab/images"),
             ("settings", ":/lab/settings")]
    taken = [word for name, to in files for word in ("-f", os.path.join(work, name) + to)]
    code = run(os.path.join(HERE, "..", "boot"), "-k", kernel, "-m", "none", "-t", "1800",
               "-a", "pcie_aspm=off", *taken, os.path.join(HERE, script), out,
               env={**os.environ, "P2PTOOL": program})
    if code:
        give_up(absent(code), out)
    return out


def prepare(kernel, captures, work, settings):
    """The module, the images and the settings, in @work."""
    replies, unfit = write_images(captures, os.path.join(work, "images"))
    code = run(os.path.join(HERE, "build-module"), kernel,
               os.path.join(work, "pcireplay.ko"))
    if code:
        sys.exit(absent(code))
    with open(os.path.join(work, "settings"), "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in settings.items())
    return replies, unfit


def ask(kernel, captures, work, program="", **settings):
    """@settings: request_acs, registers, live (in-guest). @work is a directory to fill.
    Returns the release, the replies and, capture by capture, why one is not replayed."""
    switches = {name: int(bool(value)) for name, value in settings.items()}
    replies, unfit = prepare(kernel, captures, work, switches)
    out = boot(kernel, work, "in-guest", program)
    for name, reply in replies.items():
        reply.read(os.path.join(out, name))
    with open(os.path.join(out, "release"), encoding="utf-8") as file:
        return file.read().strip(), list(replies.values()), unfit
