#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A report that was unpacked is read as the archive it came in.

usage: folders.py P2PTOOL"""
import contextlib
import json
import os
import tarfile
import tempfile

import cli
from container import Archive, add_tree, text

CONFIG = "boot/config-6.5.0-14-generic"
FILES = {"sos_commands/pci/lspci_-nnvv": text(),
         "proc/cmdline": "root=/dev/sda1 intel_iommu=on\n",
         "proc/cpuinfo": "vendor_id\t: GenuineIntel\ncpu family\t: 6\n",
         "sos_commands/kernel/uname_-a": "Linux node7 6.5.0-14-generic #14 SMP x86_64\n",
         "var/log/messages": "no capture\n" * 1000}


def _write(folder, files):
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)


@contextlib.contextmanager
def _report(**more):
    with tempfile.TemporaryDirectory() as folder:
        _write(os.path.join(folder, "sosreport-node7"), {**FILES, **more})
        yield folder


def _scan(path, *words):
    made = cli.run("scan", "-j", "-F", path, *words)
    assert made.returncode in (0, 3, 4), made.stderr
    return json.loads(made.stdout), made


def a_folder_is_what_its_archive_is():
    archive = Archive()
    for name, content in FILES.items():
        archive.file(f"sosreport-node7/{name}", content)
    with _report() as folder, tempfile.NamedTemporaryFile(suffix=".tar") as file:
        file.write(archive.bytes())
        file.flush()
        unpacked, made = _scan(folder, "-v")
        packed, _ = _scan(file.name)
    assert "recognised as directory: lspci" in made.stderr, made.stderr
    assert unpacked["functions"] == packed["functions"]
    for told in ("name", "kernel", "cpu"):
        assert unpacked["host"][told] == packed["host"][told] is not None, told


def the_kernel_that_ran_has_its_configuration():
    yes, no = "CONFIG_PCI=y\nCONFIG_PCI_P2PDMA=y\n", "CONFIG_PCI=y\nCONFIG_X=y\n"
    for files, wanted in (({CONFIG: "#\n" + yes}, True), ({CONFIG: "#\n" + no}, False),
                          ({CONFIG: "#\n" + no[:-3]}, None), ({}, None),
                          ({"boot/config-6.6.1": "#\n" + yes}, None)):
        with _report(**files) as folder:
            assert _scan(folder)[0]["host"]["p2pdma"] is wanted, (files, wanted)


def what_leads_out_or_waits_is_passed_over():
    with _report() as folder:
        plain, _ = _scan(folder)
        os.mkfifo(os.path.join(folder, "pipe"))
        os.symlink("/", os.path.join(folder, "root"))
        os.symlink("..", os.path.join(folder, "loop"))
        os.symlink("/etc/hostname", os.path.join(folder, "sosreport-node7/lspci"))
        again, _ = _scan(folder)
    assert again["functions"] == plain["functions"]


def a_folder_without_a_capture_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        _write(folder, {"a/b": "text\n"})
        made = cli.run("scan", "-F", folder)
        assert made.returncode == 4, made.returncode
        assert "is a directory without a capture" in made.stderr, made.stderr


def a_tree_in_a_folder_is_one_as_in_an_archive():
    content = add_tree(Archive(), "node/").bytes()
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "tree.tar"), "wb") as file:
            file.write(content)
        with tarfile.open(os.path.join(folder, "tree.tar")) as tar:
            tar.extractall(os.path.join(folder, "out"))
        unpacked, _ = _scan(os.path.join(folder, "out"))
        packed, _ = _scan(os.path.join(folder, "tree.tar"))
    assert unpacked["functions"] == packed["functions"]


if __name__ == "__main__":
    cli.main()
