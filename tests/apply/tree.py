# SPDX-License-Identifier: GPL-2.0-or-later
"""A fixture's machine as a sysfs tree that can be written to, with a journal beside it."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import cli  # noqa: E402  pylint: disable=wrong-import-position
import container  # noqa: E402  pylint: disable=wrong-import-position

# Whoever starts tests by nohup has hangups ignored, which p2ptool then does too.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

ACS = 0x0D
PORT, OTHER = "0000:02:00.0", "0000:02:01.0"  # above gpu0 and nvme0
PAIR = ("--domain", "gpu0,nvme0")
# What a copy of a tree tells nothing about.
UNTOLD = ("vfio,groups,apu,svm,in-use,boot-disk,mps,errata,containment,external,"
          "root-port,guest,container")


class Tree:
    """Functions by address, all or some, each with config space and power/control."""

    def __init__(self, name="switch-acs", some=None):
        self.top = tempfile.mkdtemp(prefix="p2ptool-apply-")
        self.sysfs = os.path.join(self.top, "sys")
        self.state = os.path.join(self.top, "state")
        self.journal = os.path.join(self.state, "journal")
        self.original = {address: config for address, config
                         in container.functions(name).items() if not some or address in some}
        self.places = container.paths(name)
        os.makedirs(os.path.join(self.sysfs, "bus/pci/devices"))
        for address, config in self.original.items():
            self.add(address, config)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.top)

    def place(self, address, *more):
        return os.path.join(self.sysfs, "devices", self.places[address], *more)

    def add(self, address, config):
        os.makedirs(self.place(address, "power"), exist_ok=True)
        os.symlink(f"../../../devices/{self.places[address]}", self._link(address))
        self.put(address, config)
        for name, text in (("numa_node", "-1\n"), ("irq", "0\n"), ("resource", ""),
                           ("vendor", f"0x{_number(config, 0):04x}\n"),
                           ("device", f"0x{_number(config, 2):04x}\n"),
                           ("class", f"0x{_number(config, 9, 3):06x}\n"),
                           ("power/control", "auto\n")):
            self.write(address, name, text)

    def bind(self, address, driver):
        home = os.path.join(self.sysfs, "bus/pci/drivers", driver)
        os.makedirs(home, exist_ok=True)
        os.symlink(os.path.relpath(home, self.place(address)), self.place(address, "driver"))

    def remove(self, address):
        os.unlink(self._link(address))
        shutil.rmtree(self.place(address))

    def _link(self, address):
        return os.path.join(self.sysfs, "bus/pci/devices", address)

    def write(self, address, name, text):
        with open(self.place(address, name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, address, name):
        with open(self.place(address, name), encoding="utf-8") as file:
            return file.read()

    def put(self, address, config):
        with open(self.place(address, "config"), "wb") as file:
            file.write(config)

    def config(self, address):
        with open(self.place(address, "config"), "rb") as file:
            return file.read()

    def configs(self):
        return {address: self.config(address) for address in self.original
                if os.path.exists(self.place(address, "config"))}

    def reset(self):
        """All as it was at first, nothing noted anywhere."""
        for address, config in self.original.items():
            self.put(address, config)
            self.write(address, "power/control", "auto\n")
        shutil.rmtree(self.state, ignore_errors=True)

    def control(self, address):
        """The ACS control register, by a reader of its own."""
        config = self.config(address)
        return _number(config, _extended(config, ACS) + 6)

    def original_control(self, address):
        config = self.original[address]
        return _number(config, _extended(config, ACS) + 6)

    def set_control(self, address, value):
        config = bytearray(self.config(address))
        at = _extended(config, ACS) + 6
        config[at:at + 2] = value.to_bytes(2, "little")
        self.put(address, bytes(config))

    def words(self, *words):
        """Of a command on this tree."""
        more = () if words[0] in ("plan", "scan", "explain", "pairs") else (
            "--state", self.state)
        return [words[0], "--sysfs", self.sysfs, *more, *words[1:]]

    def run(self, *words, **more):
        return cli.run(*self.words(*words), **more)

    def apply(self, *words, **more):
        return self.run("apply", "--yes", f"--allow={UNTOLD}", *words, **more)

    def report(self, *words, code=0):
        """The JSON of a command that ends with @code."""
        done = self.run(*words, "-j")
        assert done.returncode == code, (words, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def applied(self, *words):
        done = self.apply(*(words or PAIR))
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
        return done

    def setpci(self, *words):
        made = subprocess.run(["setpci", "-A", "linux-sysfs", "-O",
                               f"sysfs.path={self.sysfs}/bus/pci", *words],
                              capture_output=True, text=True, check=True)
        return made.stdout.split()

    def lspci(self, *words):
        return subprocess.run(["lspci", "-A", "linux-sysfs", "-O",
                               f"sysfs.path={self.sysfs}/bus/pci", *words],
                              capture_output=True, text=True, check=True).stdout


def _number(config, at, width=2):
    return int.from_bytes(config[at:at + width], "little")


def _extended(config, wanted):
    """Where an extended capability is."""
    at = 0x100
    while at:
        head = _number(config, at, 4)
        if head & 0xffff == wanted:
            return at
        at = head >> 20
    raise LookupError(f"no extended capability {wanted:#x}")
