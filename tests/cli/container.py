# SPDX-License-Identifier: GPL-2.0-or-later
"""A fixture's machine in all that a capture may come in: tar archives, a sysfs tree,
rdma_topo's JSON, a bug report of NVIDIA's driver."""
import base64
import io
import json
import os
import re
import tarfile
import zlib

import cli

ADDRESS = re.compile(r"^([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ")
ROW = re.compile(r"^([0-9a-f]{2,3}):((?: [0-9a-f]{2}){16})$")
RULER = "_" * 44
SYSTEM = {"proc/cmdline": "root=/dev/sda1 intel_iommu=on\n",
          "proc/cpuinfo": "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\n",
          "sos_commands/kernel/uname_-a": "Linux node7 6.5.0-14-generic #14 SMP x86_64\n"}


READ = (0, 3, 4)  # done, verdicts unknown, some of it damaged


def scan(path, *words, content=None):
    """Exit code, report, and what was said, of a capture, or of bytes from a pipe (-)."""
    made = cli.run("scan", "-F", path, "-j", *words, text=False, input=content)
    assert made.returncode in READ, (made.returncode, made.stderr)
    return made.returncode, json.loads(made.stdout), made.stderr.decode()


def text(name="switch-acs"):
    with open(os.path.join(cli.fixture(name), "lspci.txt"), encoding="utf-8") as file:
        return file.read()


def functions(name="switch-acs"):
    """Address to config space, in the order of the capture."""
    found = {}
    for line in text(name).splitlines():
        device, row = ADDRESS.match(line), ROW.match(line)
        if device:
            config = found.setdefault(device.group(1), bytearray())
        elif row:
            config += bytes.fromhex(row.group(2))
    return {address: bytes(config) for address, config in found.items()}


def paths(name="switch-acs"):
    """Address to the directory below /sys/devices."""
    with open(os.path.join(cli.fixture(name), "truth", "paths.tsv"),
              encoding="utf-8") as file:
        return dict(line.rstrip("\n").split("\t") for line in file if line[0] != "#")


class Archive:
    """A tar archive that is put together member by member."""

    def __init__(self, packer="", form=tarfile.GNU_FORMAT):
        self.buffer = io.BytesIO()
        self.tar = tarfile.open(fileobj=self.buffer, mode=f"w:{packer}", format=form)

    def file(self, name, content):
        content = content.encode() if isinstance(content, str) else content
        member = tarfile.TarInfo(name)
        member.size = len(content)
        self.tar.addfile(member, io.BytesIO(content))
        return self

    def other(self, name, kind, target=""):
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, target
        self.tar.addfile(member)
        return self

    def link(self, name, target):
        return self.other(name, tarfile.SYMTYPE, target)

    def bytes(self):
        self.tar.close()
        return self.buffer.getvalue()


def add_tree(archive, top="", name="switch-acs", most=4096):
    """The sysfs tree of a machine, as `tar c /sys` makes it, config space cut at @most."""
    where = paths(name)
    for address, config in functions(name).items():
        place = f"{top}sys/devices/{where[address]}"
        archive.link(f"{top}sys/bus/pci/devices/{address}",
                     f"../../../devices/{where[address]}")
        archive.file(f"{place}/config", config[:most])
        archive.file(f"{place}/numa_node", "-1\n")
    return archive


def rdma_topo(name="switch-acs"):
    where = paths(name)
    return [{"realpath": f"/sys/devices/{where[address]}",
             "modalias": "pci:v0000{:02X}{:02X}d0000{:02X}{:02X}sv00000000sd00000000"
                         "bc{:02X}sc{:02X}i{:02X}".format(
                             config[1], config[0], config[3], config[2], config[11],
                             config[10], config[9]),
             "config": base64.b64encode(zlib.compress(config)).decode(),
             "iommu_group": None, "numa_node": -1, "subsystems": {}}
            for address, config in functions(name).items()]


def bug_report(*sections):
    """Each section: its heading and its text."""
    head = ("Start of NVIDIA bug report log file.  Please include this file, along\n"
            "with a detailed description of your problem\n\n"
            "Date: Wed Nov 25 17:00:00 UTC 2026\n"
            f"uname: {SYSTEM['sos_commands/kernel/uname_-a']}command line flags: \n")
    made = f"{RULER}\n\n{head}\n"
    for heading, content in sections:
        made += f"{RULER}\n\n{heading}\n\n{content}\n"
    return made


def dump(value):
    return json.dumps(value, indent=4)
