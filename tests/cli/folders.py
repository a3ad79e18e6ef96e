#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Directories with captures are read as archives of them are; of captures that may be of
several machines one is read; kernels' configurations tell of P2PDMA.

usage: folders.py P2PTOOL"""
import gzip
import io
import os
import tarfile
import tempfile

import cli
from container import SYSTEM, Archive, add_tree, scan, text

CONFIG = "# Linux\nCONFIG_PCI=y\n{}CONFIG_X=y\n# end of Kernel hacking\n"
WITH, WITHOUT = CONFIG.format("CONFIG_PCI_P2PDMA=y\n"), CONFIG.format("")
UNAME = SYSTEM["sos_commands/kernel/uname_-a"]
RELEASE = "6.5.0-14-generic"


def _both(archive, *words, below=""):
    """The same as an archive and as a directory; what the directory gave."""
    content = archive.bytes()
    code, packed, _ = scan("-", *words, content=content)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            tar.extractall(folder)
        made = scan(os.path.join(folder, below), *words)
    assert made[0] == code, (made, code)
    for key in ("functions", "islands", "groups"):
        assert made[1][key] == packed[key], key
    for key in ("name", "kernel", "cpu", "p2pdma"):
        assert made[1]["host"].get(key) == packed["host"].get(key), key
    return made


def _listing():
    return "".join(line for line in text().splitlines(True)
                   if line[3:4] != ":" and line[2:3] != ":")


def _sosreport(top="sosreport-node7-2026-11-25-abcdefg/"):
    """What sos 4 writes of a machine, as far as it is of use, and some that is not."""
    archive = Archive()
    for name, content in SYSTEM.items():
        archive.file(top + name, content)
    archive.link(f"{top}uname", "sos_commands/kernel/uname_-a")
    archive.link(f"{top}lspci", "sos_commands/pci/lspci_-nnvv")
    archive.file(f"{top}boot/config-{RELEASE}", WITH)
    archive.file(f"{top}sos_commands/host/hostname", "node7\n")
    archive.file(f"{top}sos_commands/pci/lspci_-tv", "-[0000:00]-+-00.0\n")
    archive.file(f"{top}sos_commands/pci/lspci_-nnvv", _listing())
    return archive.file(f"{top}proc/ioports", "0000-ffff : PCI Bus 0000:00\n")


def _sysinfo(top="sysinfo-snapshot-v3.7.6-node7-20261125-170000/"):
    """What linux-sysinfo-snapshot 3.7 writes: a page of small texts, lspci beside it."""
    devices = text().split("\n\n")
    each = "\n----------------------------------------\n\n".join(
        f"lspci -s {one.split()[0][5:]} -xxxvvv\n{one}" for one in devices if one.strip())
    page = "<html><body><pre><h2>/proc/cmdline</h2><p>quiet pci=realloc&lt;1</p>" \
           "<h2>/proc/cpuinfo</h2><p>processor&nbsp;&nbsp;&nbsp;&nbsp;: 0<br/>vendor_id" \
           "&nbsp;&nbsp;&nbsp;&nbsp;: AuthenticAMD<br/>cpu family&nbsp;&nbsp;: 25<br/></p>"
    return Archive("gz").file(f"{top}node7-20261125-170000.html", page) \
        .file(f"{top}performance_tuning_analyze.html", "<h2>/proc/cmdline</h2><p>no</p>") \
        .file(f"{top}commands_txt_output/uname", UNAME.rstrip()) \
        .file(f"{top}config-{RELEASE}", WITHOUT.rstrip()) \
        .file(f"{top}pcie_files/full_lspci", each) \
        .file(f"{top}pcie_files/lspci", "00:00.0 Host bridge: X\n") \
        .file(f"{top}pcie_files/lspci_xxxvvv", each) \
        .file(f"{top}pcie_files/lspci_tv", "-[0000:00]-+-00.0\n")


def an_unpacked_sosreport_is_one():
    for below in ("", "sosreport-node7-2026-11-25-abcdefg"):
        _, report, said = _both(_sosreport(), "-v", below=below)
        assert len(report["functions"]) == 33
        assert report["host"]["name"] == "node7", report["host"]
        assert report["host"]["kernel"] == RELEASE, report["host"]
        assert report["host"]["p2pdma"] is True, report["host"]
        assert "recognised as directory: lspci -vv" in said, said
        assert "sos_commands/pci/lspci_-nnvv: read as lspci -vv" in said, said


def a_report_of_linux_sysinfo_snapshot_is_one():
    code, report, said = _both(_sysinfo(), "-v")
    with open(cli.fixture("switch-acs/lspci.txt"), "rb") as file:
        plain = scan("-", content=file.read())[1]
    assert code == 0, said
    assert [f["acs"] for f in report["functions"]] == \
        [f["acs"] for f in plain["functions"]]
    host = report["host"]
    assert (host["name"], host["kernel"], host["cpu"]) == ("node7", RELEASE, "zen"), host
    kept = cli.run("capture", "-F", "-", "-o", "text", text=False,
                   input=_sysinfo().bytes()).stdout
    assert b"system.cmdline quiet pci=realloc<1\n" in kept, kept[:400]
    assert host["p2pdma"] is False, host
    assert "several machines" not in said, said


def a_tree_deep_in_a_directory_is_found():
    archive = add_tree(Archive(), "copies/of/node7/")
    archive.file("copies/of/node7/proc/cmdline", "quiet\n")
    _, report, said = _both(archive, "-v")
    assert len(report["functions"]) == 33
    assert "copies/of/node7/sys: read as sysfs, 33 functions" in said, said


def a_configuration_tells_of_p2pdma():
    def told(*files):
        archive = Archive().file("x/lspci.txt", text())
        for name, content in files:
            archive.file("x/" + name, content)
        return _both(archive)[1]["host"]["p2pdma"]
    assert told() is None
    assert told((f"boot/config-{RELEASE}", WITH)) is True
    assert told((f"boot/config-{RELEASE}", WITHOUT)) is False
    assert told(("proc/config.gz", gzip.compress(WITH.encode()))) is True
    two = ((f"boot/config-{RELEASE}", WITH), ("boot/config-6.1.0", WITHOUT))
    assert told(*two) is None
    assert told(*two, ("uname", UNAME)) is True
    assert told(two[1], ("uname", UNAME)) is None
    assert told(*two, ("proc/config.gz", gzip.compress(WITHOUT.encode()))) is False
    for cut in ("nothing of a kernel\n", WITHOUT[:WITHOUT.index("=y\n#")]):
        assert told((f"boot/config-{RELEASE}", cut)) is None


def a_configuration_that_is_cut_denies_nothing():
    packed = gzip.compress(WITHOUT.encode() + os.urandom(5000))
    archive = Archive().file("lspci.txt", text())
    archive.file("proc/config.gz", packed[:len(packed) // 2])
    code, report, _ = _both(archive)
    assert code == 4 and report["host"]["p2pdma"] is None, report["host"]


def machines_of_one_model_are_not_made_one():
    for names in (("node1.txt", "node2.txt"), ("a/lspci.txt", "b/lspci.txt"),
                  ("all/a/lspci.txt", "all/b/lspci.txt")):
        halves = Archive().file(names[0], _listing()).file(names[1], text())
        _, report, said = _both(halves, "-v")
        assert f"{names[0]} is read, {names[1]} is not (name one of them)" in said, said
        assert f"{names[1]}: may be of another machine, not read" in said, said
        alone = _both(Archive().file(names[0], _listing()))[1]
        assert report["functions"] == alone["functions"], names


def facts_of_another_machine_are_not_taken():
    def told(*names, uname):
        archive = Archive()
        for name in names:
            archive.file(name, _listing())
        return _both(archive.file(uname, UNAME))[1]["host"]["kernel"]
    assert told("all/a/lspci.txt", "all/b/lspci.txt", uname="all/b/uname") is None
    assert told("node1.txt", "node2.txt", uname="uname") is None
    assert told("all/a/lspci.txt", "all/b/lspci.txt", uname="all/a/uname") == RELEASE
    assert told("all/a/lspci.txt", uname="all/b/uname") == RELEASE


def serial_numbers_make_captures_one_wherever_they_stand():
    archive = Archive().file("a/node1.txt", text()).file("b/node2.txt", text())
    assert "several" not in _both(archive)[2]


def what_says_to_be_of_one_machine_is_made_one():
    listing = _listing()
    names = (("a/lspci-vv", "a/lspci-xxxx"), ("node1-vv.txt", "node1-xxxx.txt"),
             ("x/sos_commands/pci/lspci_-nnvv", "x/root/saved.txt"))
    for first, second in names:
        _, report, said = _both(Archive().file(first, listing).file(second, text()), "-v")
        assert "several machines" not in said, said
        assert {f["readable"] for f in report["functions"]} == {256, 4096}, (first, second)


def names_of_hosts_tell_machines_apart():
    def capture(host):
        archive = Archive().file("lspci", _listing()).file("etc/hostname", host)
        return cli.run("capture", "-F", "-", "-o", "text", text=False,
                       input=archive.bytes()).stdout
    one = Archive().file("p", capture("node1")).file("q", capture("node1"))
    assert "several" not in _both(one)[2]
    two = Archive().file("p", capture("node1")).file("q", capture("node2"))
    assert "holds several machines: p is read, q is not" in _both(two)[2]
    none = Archive().file("p", capture("localhost")).file("q", capture("localhost"))
    assert "may hold several machines" in _both(none)[2]


def a_directory_without_a_capture_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        os.mkfifo(os.path.join(folder, "fifo"))
        os.symlink(".", os.path.join(folder, "loop"))
        os.symlink(cli.fixture("switch-acs/lspci.txt"), os.path.join(folder, "lspci"))
        os.symlink("/", os.path.join(folder, "root"))
        made = cli.run("scan", "-F", folder)
        assert made.returncode == 4 and not made.stdout, made
        assert "is a directory without a capture" in made.stderr, made.stderr
        made = cli.run("scan", "-F", folder, "--as", "lspci")
        assert made.returncode == 2 and "is not read as lspci" in made.stderr, made.stderr
    for folder in ("/proc", "/sys/devices"):
        made = cli.run("scan", "-F", folder)
        assert made.returncode == 2, made
        assert f"{folder}: is the kernel's own" in made.stderr, made.stderr


if __name__ == "__main__":
    cli.main()
