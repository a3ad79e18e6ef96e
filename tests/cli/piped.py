#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives from a pipe are read as they come: in little memory, the same as from a file,
and what came of one that is cut.

usage: piped.py P2PTOOL"""
import io
import json
import os
import subprocess
import tarfile
import threading

import cli
from container import Archive, scan, text

MEMBER, MEMBERS = 1 << 20, 256
MEMORY_KB = 100 << 10


def _feed(pipe, write):
    """In a thread: the reader may leave before the end."""
    def run():
        try:
            write(pipe)
            pipe.close()
        except BrokenPipeError:
            pass
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def _scan_pipe(write):
    """Exit code, standard output and the most memory in KiB."""
    with subprocess.Popen([cli.program(), "scan", "-F", "-", "-j"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=cli.environment()) as child:
        thread = _feed(child.stdin, write)
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        thread.join()
    return child.returncode, out.decode(), usage.ru_maxrss


def _functions(out):
    return json.loads(out)["functions"]


def _write_large(pipe):
    """Ballast on both sides of a capture, never in memory as a whole."""
    with tarfile.open(fileobj=pipe, mode="w|") as tar:
        for number in range(MEMBERS):
            member = tarfile.TarInfo(f"report/var/log/ballast{number}")
            member.size = MEMBER
            tar.addfile(member, io.BytesIO(os.urandom(MEMBER)))
            if number == MEMBERS // 2:
                member = tarfile.TarInfo("report/sos_commands/pci/lspci_-nnvv")
                member.size = len(text())
                tar.addfile(member, io.BytesIO(text().encode()))


def what_is_of_no_use_takes_no_memory():
    with open(cli.program(), "rb") as file:
        if b"__asan_init" in file.read():
            raise cli.Skip("sanitizers keep what was freed")
    code, out, memory = _scan_pipe(_write_large)
    assert code in (0, 3), code
    assert len(_functions(out)) == 33
    assert memory < MEMORY_KB, f"{memory} KiB for {MEMBERS} MiB of archive"


def a_pipe_and_a_file_say_the_same():
    packers = ["", "gz", "xz", "bz2"]
    for packer in packers:
        content = Archive(packer).file("sos_commands/pci/lspci_-nnvv", text()).bytes()
        plain = scan("-", content=text().encode())
        piped = scan("-", content=content)
        assert piped[0] == plain[0], (packer, piped[0])
        assert piped[1]["functions"] == plain[1]["functions"], packer


def an_archive_that_ends_in_the_middle_gives_what_came():
    content = Archive().file("a/lspci.txt", text()).file("b/more", "x" * 300000).bytes()
    code, report, _ = scan("-", content=content[:len(text()) + 200000])
    assert code == 4, code
    assert len(report["functions"]) == 33


def a_pipe_that_dribbles_is_read_to_its_end():
    def write(pipe):
        content = Archive("gz").file("lspci.txt", text()).bytes()
        for at in range(0, len(content), 777):
            pipe.write(content[at:at + 777])
            pipe.flush()
    code, out, _ = _scan_pipe(write)
    assert code in (0, 3), code
    assert len(_functions(out)) == 33


def packed_text_with_a_wrong_checksum_is_damaged():
    content = bytearray(Archive("gz").file("lspci.txt", text()).bytes())
    content[-6] ^= 1
    assert scan("-", content=bytes(content))[0] == 4


if __name__ == "__main__":
    cli.main()
