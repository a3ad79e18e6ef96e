#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The same machine in every container gives the same report; containers that are cut, too
large, hostile or of several machines end as they should.

usage: containers.py P2PTOOL"""
import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import tarfile
import tempfile

import cli
from container import (READ, SYSTEM, Archive, add_tree, bug_report, dump, functions,
                       rdma_topo, scan, text)


def _scan(content, *words):
    content = content.encode() if isinstance(content, str) else content
    return scan("-", *words, content=content)


def _refused(content, sentence, *words):
    content = content.encode() if isinstance(content, str) else content
    made = cli.run("scan", "-F", "-", "-j", *words, text=False, input=content)
    assert made.returncode == 4 and not made.stdout, made.returncode
    assert sentence in made.stderr.decode(), made.stderr


def _known(report):
    """What a report says of functions and islands, without why it does not know the rest."""
    bare = [{key: value for key, value in function.items() if key != "missing"}
            for function in report["functions"]]
    return bare, report["islands"], [group["functions"] for group in report["groups"]]


def _assert_same(one, other, *apart):
    (ours, islands, groups), (theirs, *rest) = _known(one), _known(other)
    assert [islands, groups] == rest, (islands, groups, rest)
    assert [f["address"] for f in ours] == [f["address"] for f in theirs]
    for a, b in zip(ours, theirs):
        wrong = {key: (a[key], b[key]) for key in a
                 if key not in apart and a[key] != b[key]}
        assert not wrong, (a["address"], wrong)


def _rows(other=0):
    """The fixture's bytes without its text; @other makes devices of another maker of it."""
    made = []
    for address, config in functions().items():
        config = config[:2] + bytes([config[2] ^ other]) + config[3:]
        made.append(f"{address} Unassigned class [ff00]")
        for at in range(0, len(config), 16):
            made.append(f"{at:02x}: {config[at:at + 16].hex(' ')}")
        made.append("")
    return "\n".join(made) + "\n"


TREE_TELLS = ("names", "numa", "group", "driver", "slot", "p2pmem", "path")


def an_archive_of_any_packing_is_read_as_the_text_in_it():
    plain = _scan(text())[1]
    for packer in ("", "gz", "xz", "bz2"):
        archive = Archive(packer).file("node/lspci.txt", text()).bytes()
        code, report, said = _scan(archive, "-v")
        assert report["functions"] == plain["functions"], packer
        assert "recognised as tar: lspci -vvxxxx" in said, said
        assert "node/lspci.txt: read as lspci -vvxxxx, 33 functions" in said, said
        assert code == _scan(text())[0]


def headers_of_every_age_are_known():
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        archive = Archive("", form).file("lspci.txt", text()).bytes()
        assert len(_scan(archive)[1]["functions"]) == 33
    old = bytearray(Archive("", tarfile.USTAR_FORMAT).file("lspci.txt", text()).bytes())
    old[257:265] = bytes(8)
    old[148:156] = b" " * 8
    old[148:156] = b"%06o\0 " % sum(old[:512])
    assert len(_scan(bytes(old))[1]["functions"]) == 33


def a_tree_in_an_archive_is_a_tree():
    code, report, said = _scan(add_tree(Archive("gz"), "host/").bytes(), "-v")
    _assert_same(_scan(_rows())[1], report, *TREE_TELLS)
    assert "recognised as tar: sysfs" in said and "host/sys: read as sysfs" in said, said
    with tempfile.TemporaryDirectory() as folder:
        archive = add_tree(Archive("")).file("proc/cpuinfo", SYSTEM["proc/cpuinfo"])
        archive = archive.file("proc/cmdline", SYSTEM["proc/cmdline"]).bytes()
        report = _scan(archive)[1]
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder)
        made = cli.run("scan", "-F", folder, "-j")
        assert made.returncode == code, made.stderr
        assert json.loads(made.stdout)["functions"] == report["functions"]
        assert report["host"]["cpu"] == json.loads(made.stdout)["host"]["cpu"] == "zen"
        sysfs = json.loads(cli.run("scan", "--sysfs", folder, "-j").stdout)
        _assert_same(sysfs, report, "readable")
        for words in (("-F", folder, "--as", "sysfs"), ("-F", folder + "/sys")):
            again = json.loads(cli.run("scan", "-j", *words).stdout)
            assert again["functions"] == sysfs["functions"], words


def a_tree_of_64_bytes_is_a_tree_without_registers():
    _, report, _ = _scan(add_tree(Archive("bz2"), "", most=64).bytes())
    full = {f["address"]: f for f in _scan(text())[1]["functions"]}
    for function in report["functions"]:
        assert function["parent"] == full[function["address"]]["parent"]
        assert function["readable"] == 64
        assert not isinstance(function["acs"], dict), function["acs"]


def zeros_that_a_packer_put_there_are_not_registers():
    archive = Archive("")
    for address, config in functions().items():
        archive.file(f"sys/bus/pci/devices/{address}/config",
                     config[:64] + bytes(len(config) - 64))
    for function in _scan(archive.bytes())[1]["functions"]:
        assert not isinstance(function["acs"], dict), function


def a_dump_of_rdma_topo_is_a_machine():
    _, report, said = _scan(dump(rdma_topo()), "-v")
    assert "recognised as rdma_topo dump" in said, said
    _assert_same(_scan(_rows())[1], report, *TREE_TELLS)
    packed = _scan(Archive("xz").file("a/topo.json", dump(rdma_topo())).bytes())[1]
    _assert_same(report, packed)


def a_dump_of_rdma_topo_may_lack_anything_but_the_place():
    devices = rdma_topo()
    for device in devices[1:]:
        device.update({"vpd": None, "numa_node": None, "iommu_group": None,
                       "subsystems": None})
        del device["config"], device["modalias"]
    devices[0].update({"iommu_group": 7, "numa_node": 1, "config": None,
                       "subsystems": {"net": ["ens1"], "infiniband": ["mlx5_0"]}})
    code, report, _ = _scan(dump(devices))
    first = report["functions"][0]
    assert code == 3, code
    assert first["group"] == 7 and first["numa"] == 1, first
    assert "mlx5_0" in dump(first["names"]), first["names"]
    assert first["vendor"] == "8086" and first["readable"] == 0, first
    assert len(report["functions"]) == 33


def a_damaged_dump_of_rdma_topo_gives_what_can_be_read():
    whole = dump(rdma_topo())
    cut = whole[:whole.index('"modalias"', len(whole) // 2)]
    code, report, said = _scan(cut, "-v")
    assert code == 4 and 10 < len(report["functions"]) < 33
    assert "line" in said and "the object is cut" in said, said
    devices = rdma_topo()
    devices[3]["config"] = "!!!"
    devices[4]["realpath"] = "/etc/passwd"
    devices[5]["config"] = devices[5]["config"][:40]
    code, report, said = _scan(dump(devices), "-v")
    assert code == 4 and len(report["functions"]) == 32
    for line in (26, 42):
        assert f"line {line}: 0000:00:1f." in said, said
    assert "its config space is not base64 of zlib data" in said, said
    assert "does not end in the address of a function" in said, said
    deep = '[{"realpath": ' + "[" * 100000
    _refused(deep, "is no capture")


def a_bug_report_is_read_section_by_section():
    listing = text()
    half = listing.index("\n\n", len(listing) // 2) + 2
    report = bug_report(("*** /proc/cmdline", "*** ls: -r--r--r-- 1 root 0 /proc/cmdline\n"
                         "quiet iommu=pt\n"),
                        ("*** /proc/cpuinfo", "*** ls: x\nvendor_id\t: AuthenticAMD\n"
                         "cpu family\t: 25\n"),
                        ('/usr/bin/lspci -d "10de:*" -v -xxx', listing[:half]),
                        ("/usr/bin/lspci -t", "-[0000:00]-+-00.0\n           +-02.0\n"),
                        ("/usr/bin/lspci -nnDvvvxxxx", listing[half:]),
                        ("journalctl -b -0", "00:1f.0 nothing: of this\n\t00: ff\n"))
    packed = b"".join(gzip.compress(part.encode()) for part in (report[:900],
                                                                report[900:]))
    plain = _scan(text())[1]
    for content in (report, packed, Archive("gz").file("n/nv.log.gz", packed).bytes()):
        code, made, said = _scan(content, "-v")
        assert made["functions"] == plain["functions"]
        assert made["host"]["kernel"] == "6.5.0-14-generic", made["host"]
        assert made["host"]["name"] == "node7"
        assert "nvidia-bug-report: lspci -vvxxxx" in said, said
        assert code == _scan(text())[0], said


def damage_of_a_section_has_the_line_of_the_file():
    lines = text().splitlines()
    row = next(i for i, line in enumerate(lines) if line.startswith("10: "))
    lines[row] = lines[row][:20] + "zz" + lines[row][22:]
    report = bug_report(("/usr/bin/lspci -xxxx", "\n".join(lines) + "\n"))
    at = report.splitlines().index(lines[row]) + 1
    code, _, said = _scan(report)
    assert code == 4 and f"line {at}: " in said, (at, said)
    code, _, said = _scan(Archive("").file("a/b.txt", "\n".join(lines) + "\n").bytes())
    assert code == 4 and f"line {row + 1}: a/b.txt: 0000:" in said, said


def what_the_system_told_is_taken_from_beside_the_capture():
    archive = Archive("xz")
    for name, content in SYSTEM.items():
        archive.file(f"sosreport-node7/{name}", content)
    archive.file("sosreport-node7/sos_commands/pci/lspci_-nnvv",
                 "".join(line for line in text().splitlines(True) if line[3:4] != ":"
                         and line[2:3] != ":"))
    archive.file("sosreport-node7/sos_commands/pci/lspci_-tv", "-[0000:00]-+-00.0\n")
    add_tree(archive, "sosreport-node7/")
    _, report, said = _scan(archive.bytes(), "-v")
    assert report["host"]["kernel"] == "6.5.0-14-generic", report["host"]
    assert report["host"]["name"] == "node7"
    assert report["host"]["cpu"] == "zen", report["host"]
    assert "lspci_-nnvv: read as lspci -vv" in said and "sys: read as sysfs" in said, said
    _assert_same(_scan(text())[1], report, *TREE_TELLS, "readable")


def captures_of_one_machine_are_merged():
    archive = Archive("").file("a/lspci-xxxx", _rows()).file("a/lspci-vvv", text())
    _assert_same(_scan(text())[1], _scan(archive.bytes())[1])


def a_capture_of_our_own_is_one_wherever_it_stands():
    made = cli.run("capture", "-F", cli.fixture("switch-acs/lspci.txt"), "-o", "text")
    assert made.returncode == 0 and made.stdout.startswith("# p2ptool capture"), made
    plain = _scan(text())[1]
    for content in (made.stdout, Archive("gz").file("a/b", made.stdout).bytes(),
                    Archive("").file("a/b", made.stdout).file("a/c", text()).bytes()):
        _, report, said = _scan(content, "-v")
        assert report["functions"] == plain["functions"]
        assert report["islands"] == plain["islands"]
        assert "p2ptool capture" in said, said


def of_several_machines_the_first_is_read():
    archive = Archive("gz").file("one/lspci", text("two-hosts")) \
        .file("two/lspci", text("switch-acs")).bytes()
    code, report, said = _scan(archive)
    assert report["functions"] == _scan(text("two-hosts"))[1]["functions"]
    assert said.count("may hold several machines, nothing says that it is one: one/lspci "
                      "is read, two/lspci is not (unpack it and name one of them)") == 1, said
    assert code == _scan(text("two-hosts"))[0]
    beside = Archive("").file("b", _rows()).file("a", _rows(0x55)).bytes()
    code, report, said = _scan(beside, "-v")
    assert "holds several machines: b is read, a is not" in said, said
    assert "a: is of another machine, not read" in said, said
    _assert_same(_scan(_rows())[1], report)


def names_that_lead_elsewhere_are_not_used():
    for name in ("../lspci.txt", "a/../../lspci.txt", "a\nb/lspci.txt", "\x1b[2J",
                 "x" * 2000, "../sys/bus/pci/devices/0000:00:00.0/config"):
        archive = Archive("").file("good/lspci.txt", text())
        content = functions()["0000:00:00.0"] if name.endswith("config") else text()
        code, report, said = _scan(archive.file(name, content).bytes(), "-v")
        assert code == 4 and "is not used" in said, (name, said)
        assert "\x1b" not in said and len(report["functions"]) == 33
    absolute = Archive("").file("/tmp/lspci.txt", text()).bytes()
    assert len(_scan(absolute)[1]["functions"]) == 33
    irrelevant = Archive("").file("lspci.txt", text()).file("../x", "nothing").bytes()
    assert _scan(irrelevant)[0] == _scan(text())[0]


def links_are_data():
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as secret:
        secret.write(text())
        secret.flush()
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            archive = Archive("").other("lspci.txt", kind, secret.name)
            archive.other("sys/bus/pci/devices/0000:00:00.0/config", kind, secret.name)
            made = cli.run("scan", "-F", "-", text=False, input=archive.bytes())
            assert b"33" not in made.stdout, made.stdout
    archive = Archive("")
    for address in functions():
        archive.link(f"sys/bus/pci/devices/{address}", f"../devices/{address}")
    archive.link("sys/bus/pci/devices/0000:ff:00.0", "../../../../../../../etc")
    archive.link("sys/bus/pci/devices/0000:ff:01.0", "0000:ff:02.0")
    archive.link("sys/bus/pci/devices/0000:ff:02.0", "0000:ff:01.0")
    assert len(_scan(archive.bytes())[1]["functions"]) == 36
    hard = Archive("").file("d/config", functions()["0000:00:00.0"])
    hard.file("sys/devices/pci0000:00/x/config", functions()["0000:00:00.0"])
    hard.other("sys/bus/pci/devices/0000:00:00.0/config", tarfile.LNKTYPE,
               "sys/devices/pci0000:00/x/config")
    assert _scan(hard.bytes())[1]["functions"][0]["readable"] == 256


def what_is_no_file_is_passed_over():
    archive = Archive("")
    for kind in (tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE):
        archive.other("sys/bus/pci/devices/0000:00:00.0/config", kind)
        archive.other("lspci.txt", kind)
    archive.other("lspci.txt", tarfile.DIRTYPE)
    _refused(archive.bytes(), "is an archive without a capture")


def an_archive_in_an_archive_is_not_read():
    inner = Archive("gz").file("lspci.txt", text()).bytes()
    for content in (inner, gzip.decompress(inner)):
        _refused(Archive("").file("inner", content).bytes(),
                 "is an archive without a capture")
    once = Archive("").file("a/lspci.gz", gzip.compress(text().encode())).bytes()
    assert len(_scan(once)[1]["functions"]) == 33
    twice = gzip.compress(gzip.compress(text().encode()))
    _refused(Archive("").file("a/lspci.gz.gz", twice).bytes(),
             "is an archive without a capture")
    _refused(twice, "is compressed more than once")


def what_kept_the_capture_of_an_archive_from_being_read_is_told():
    whole = Archive("").file("notes", "nothing of use\n" * 1000).bytes()
    _refused(whole[:2000], "no capture in it could be read: ")


def a_cut_archive_gives_what_can_be_read():
    for pack, most in ((lambda plain: plain, 0), (gzip.compress, 0), (bz2.compress, 1),
                       (lzma.compress, 1)):
        whole = pack(Archive("").file("a/xxxx", _rows()).file("a/vvv", text()).bytes())
        for part in range(1, 12):
            cut = whole[:len(whole) * part // 12]
            made = cli.run("scan", "-F", "-", "-j", text=False, input=cut)
            assert made.returncode == 4, (part, made.returncode, made.stderr)
            assert made.stderr.startswith(b"p2ptool: "), made.stderr
        assert most or made.stdout, "nothing was read of the last cut"


def a_changed_byte_is_never_a_crash():
    whole = add_tree(Archive("").file("a/vvv", text()[:20000])).bytes()
    for step in range(24):
        at = len(whole) * step // 24
        changed = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1:]
        made = cli.run("scan", "-F", "-", "-j", text=False, input=changed)
        assert made.returncode in READ, (at, made.returncode, made.stderr)


def a_bomb_is_not_unpacked_into_memory():
    bomb = gzip.compress(bytes(64 << 20))
    archive = Archive("").file("a/lspci.txt", text())
    for number in range(20):
        archive.file(f"a/{number}.gz", bomb)
    code, report, _ = _scan(archive.bytes())
    assert code == _scan(text())[0] and len(report["functions"]) == 33


def a_kind_can_be_told():
    archive = Archive("").file("lspci.txt", text())
    add_tree(archive)
    whole = archive.bytes()
    assert "read as lspci" in _scan(whole, "-v", "--as", "tar")[2]
    said = _scan(whole, "-v", "--as", "sysfs")[2]
    assert "read as lspci" not in said and "read as sysfs" in said, said
    assert len(_scan(text(), "--as", "nvidia")[1]["functions"]) == 33
    _refused(text(), "is no tar archive", "--as", "tar")
    _refused(text(), "nothing in it could be read as rdma-topo", "--as", "rdma-topo")
    made = cli.run("scan", "-F", "-", "--as", "zip", input="")
    assert made.returncode == 2, made
    assert "known are auto, lspci, sysfs, tar, nvidia, rdma-topo, capture" in made.stderr
    with tempfile.TemporaryDirectory() as folder:
        made = cli.run("scan", "-F", folder, "--as", "lspci")
        assert made.returncode == 2 and "is a directory" in made.stderr, made.stderr
        made = cli.run("scan", "-F", folder, "--as", "sysfs")
        assert made.returncode == 2 and "bus/pci/devices" in made.stderr, made.stderr
    made = cli.run("scan", "--as", "lspci")
    assert made.returncode == 2 and "none is named" in made.stderr, made.stderr


def zstd_is_read_where_there_is_one_to_make_it():
    try:
        packed = subprocess.run(["zstd", "-q", "-c"], capture_output=True, check=True,
                                input=Archive("").file("a/b", text()).bytes()).stdout
    except FileNotFoundError as missing:
        raise cli.Skip("no zstd here") from missing
    assert len(_scan(packed)[1]["functions"]) == 33


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    cli.main()
