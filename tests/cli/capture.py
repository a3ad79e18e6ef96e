#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures: what is written is judged as the machine itself, lspci reads it too, files are
whole or not there, and what is redacted is gone.

usage: capture.py P2PTOOL CORPUS"""
import glob
import gzip
import io
import json
import lzma
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time

import cli
import container

FIXTURES = sorted(glob.glob(cli.fixture("*/lspci.txt")))
ASKED = (["scan", "-j"], ["scan", "-n", "-j"], ["groups", "-j"],
         ["pairs", "all", "-o", "ndjson"])
WIDEST = 253  # of a line, its end left out: more is an error to lspci -F


def _capture(directory, *words):
    path = os.path.join(directory, "capture.txt")
    made = cli.run("capture", "-o", path, *words)
    assert made.returncode in (0, 4), f"{words}: {made.returncode}: {made.stderr}"
    return path


def _same(words, one, other, names=()):
    """The same JSON of two sources but for the name of the source."""
    answers = []
    for source in (one, other):
        made = cli.run(*words, *source)
        text = made.stdout
        for name in names:
            text = text.replace(json.dumps(name), '"source"')
            text = text.replace(f" -F {name}", "").replace(f" --sysfs {name}", "")
        answers.append((made.returncode, text))
    assert answers[0][0] == answers[1][0], f"{words}: exit {[a[0] for a in answers]}"
    for a, b in zip(answers[0][1].splitlines(), answers[1][1].splitlines()):
        assert a == b, f"{words}:\n{a[:600]}\n{b[:600]}"
    assert answers[0][1] == answers[1][1], words


def _round_trip(file, asked):
    with tempfile.TemporaryDirectory() as directory:
        path = _capture(directory, "-F", file)
        for words in asked:
            _same(words, ["-F", file], ["-F", path], [file, path])
        first = open(path, "rb").read()
        assert cli.run("capture", "-F", path, text=False).stdout == first, file
    return first


def _lspci(path):
    if not shutil.which("lspci"):
        raise cli.Skip("lspci is not installed (scripts/bootstrap test)")
    made = subprocess.run(["lspci", "-F", path, "-D", "-n", "-vvv"], capture_output=True,
                          text=True, check=False)
    complaints = [line for line in made.stderr.splitlines() if "libkmod" not in line]
    assert made.returncode == 0 and not complaints, f"{path}: {complaints}"
    return made.stdout


def captures_of_captures_are_judged_the_same():
    for file in FIXTURES:
        _round_trip(file, ASKED)
        with tempfile.TemporaryDirectory() as directory:
            path = _capture(directory, "-F", file)
            pair = json.loads(cli.run("pairs", "-j", "-F", file).stdout)["pairs"][-1]
            _same(["explain", "-j", pair["from"], pair["to"]], ["-F", file],
                  ["-F", path], [file, path])


def every_capture_of_the_corpus_goes_round():
    corpus = sys.argv[2]
    if not corpus:
        raise cli.Skip("no corpus (-Dcorpus=DIR)")
    files = sorted(path for kind in ("xxx", "xxxx", "vvv")
                   for path in glob.glob(os.path.join(corpus, kind, "*"))
                   if os.path.getsize(path) < 150000)
    for file in files:
        text = _round_trip(file, ASKED[1:3])
        assert max(len(line) for line in text.splitlines()) <= WIDEST, file
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "capture.txt")
            with open(path, "wb") as out:
                out.write(text)
            _lspci(path)
    print(f"# {len(files)} captures")


def copies_of_sysfs_go_round():
    trees = glob.glob(os.path.join(sys.argv[2], "sysfs", "*.tree")) if sys.argv[2] else []
    if not trees:
        raise cli.Skip("no corpus with trees (-Dcorpus=DIR)")
    for tree in trees:
        with tempfile.TemporaryDirectory() as directory:
            path = _capture(directory, "--sysfs", tree)
            for words in ASKED:
                _same(words, ["--sysfs", tree], ["-F", path], [tree, path])


def lspci_reads_captures():
    for file in FIXTURES:
        with tempfile.TemporaryDirectory() as directory:
            path = _capture(directory, "-F", file)
            assert _lspci(path) == _lspci(file), file


def _here():
    if not os.path.isdir("/sys/bus/pci/devices") or not os.listdir("/sys/bus/pci/devices"):
        raise cli.Skip("this machine has no PCI functions")


def this_machine_is_captured_as_it_is():
    _here()
    for words in ([], ["--full"], ["--minimal"], ["--minimal", "--wake"]):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "capture.txt")
            made = cli.run("capture", "-o", path, *words)
            assert made.returncode == (0 if os.geteuid() == 0 else 3), made.stderr
            _lspci(path)
            if os.geteuid():
                continue
            for asked in ASKED:
                _same(asked, [], ["-F", path], ["live", path])


def _as_nobody(*words, directory="/"):
    if os.geteuid() or not shutil.which("setpriv"):
        raise cli.Skip("needs root and setpriv to become another user")
    with tempfile.TemporaryDirectory() as shared:
        os.chmod(shared, 0o755)
        copy = shutil.copy(cli.program(), shared)
        return subprocess.run(["setpriv", "--reuid=65534", "--regid=65534",
                               "--clear-groups", copy, *words], capture_output=True,
                              text=True, cwd=directory, env=cli.environment(), check=False)


def an_ordinary_user_captures_what_it_may_and_says_so():
    _here()
    made = _as_nobody("capture")
    lines = made.stderr.splitlines()
    assert made.returncode == 3 and len(lines) == 1, f"{made.returncode}: {made.stderr}"
    assert "CAP_SYS_ADMIN" in lines[0] and "as root" in lines[0], lines[0]
    assert "# denied yes" in made.stdout and made.stdout.endswith("\n")
    assert not _as_nobody("capture", "-q").stderr


def what_root_captured_an_ordinary_user_analyses():
    _here()
    made = cli.run("capture")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(made.stdout)
        file.flush()
        os.chmod(file.name, 0o644)
        for words in ASKED:
            mine = cli.run(*words, "-F", file.name)
            theirs = _as_nobody(*words, "-F", file.name)
            assert theirs.stdout == mine.stdout and theirs.returncode == mine.returncode


def the_suffix_compresses():
    plain = cli.run("capture", "-F", FIXTURES[0]).stdout
    with tempfile.TemporaryDirectory() as directory:
        for suffix, unpack in (("gz", gzip.decompress), ("xz", lzma.decompress)):
            path = os.path.join(directory, "node042." + suffix)
            made = cli.run("capture", "-F", FIXTURES[0], "-o", path)
            assert made.returncode == 0 and not made.stderr, made.stderr
            with open(path, "rb") as file:
                packed = file.read()
            assert unpack(packed).decode() == plain, suffix
            assert len(packed) * 4 < len(plain), suffix
            _same(["scan", "-j"], ["-F", FIXTURES[0]], ["-F", path], [FIXTURES[0], path])
        assert os.listdir(directory) == ["node042.gz", "node042.xz"] or \
            len(os.listdir(directory)) == 2


def _bytes(sysfs, *words):
    """Address and offset to the bytes of a capture."""
    made = cli.run("capture", "--sysfs", sysfs, *words)
    assert made.returncode in (0, 3), made.stderr
    found, address = {}, ""
    for line in made.stdout.splitlines():
        address = line.split()[0] if re.match(r"[0-9a-f]{4}:", line) else address
        row = re.match(r"([0-9a-f]{2,3}):((?: [0-9a-f]{2})+)$", line)
        for at, byte in enumerate(row[2].split() if row else ()):
            found[address, int(row[1], 16) + at] = byte
    return found


def minimal_captures_have_what_is_used_and_little_else():
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(container.add_tree(container.Archive()).bytes())
                          ) as tar:
            tar.extractall(folder)
        sysfs = os.path.join(folder, "sys")
        full, less = _bytes(sysfs, "--full"), _bytes(sysfs, "--minimal")
        assert len(full) == sum(len(one) for one in container.functions().values())
        assert 0 < len(less) < len(full) / 16, len(less)
        assert all(full[place] == byte for place, byte in less.items())
        scans = [json.loads(cli.run("scan", "-j", "-F", "-", input=cli.run(
            "capture", "--sysfs", sysfs, word).stdout).stdout)["functions"]
                 for word in ("--full", "--minimal")]
        assert [f["acs"] for f in scans[0]] == [f["acs"] for f in scans[1]]
    made = cli.run("capture", "--minimal", "-F", FIXTURES[0])
    assert made.returncode == 2 and "of a capture all is kept" in made.stderr, made.stderr


def words_without_suffix_are_no_files():
    made = cli.run("capture", "-F", FIXTURES[0], "-o", "node042")
    assert made.returncode == 2 and "-o ./node042" in made.stderr, made.stderr
    made = cli.run("capture", "--full", "--minimal")
    assert made.returncode == 2 and "leave one out" in made.stderr, made.stderr
    made = cli.run("capture", "gpu0")
    assert made.returncode == 2, made.stderr


def a_full_disk_and_a_closed_pipe_are_told_apart():
    if os.path.exists("/dev/full"):
        with open("/dev/full", "w", encoding="utf-8") as full:
            made = subprocess.run([cli.program(), "capture", "-F", FIXTURES[0]],
                                  stdout=full, stderr=subprocess.PIPE, text=True,
                                  env=cli.environment(), check=False)
        assert made.returncode == 5 and "make room" in made.stderr, made.stderr
    reader, writer = os.pipe()
    os.close(reader)
    made = subprocess.run([cli.program(), "capture", "-F", FIXTURES[0]], stdout=writer,
                          stderr=subprocess.PIPE, text=True, env=cli.environment(),
                          check=False)
    os.close(writer)
    assert made.returncode == 0 and not made.stderr, made.stderr


def a_file_too_large_leaves_nothing_behind():
    for suffix in ("txt", "gz"):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "capture." + suffix)
            made = subprocess.run(["bash", "-c", 'ulimit -f 1; exec "$0" "$@"',
                                   cli.program(), "capture", "-F", FIXTURES[0], "-o", path],
                                  capture_output=True, text=True, env=cli.environment(),
                                  check=False)
            assert made.returncode == 5 and "make room" in made.stderr, \
                f"{made.returncode}: {made.stderr}"
            assert not os.listdir(directory)


def a_place_that_may_not_be_written_is_named():
    made = cli.run("capture", "-F", FIXTURES[0], "-o", "/nonexistent/capture.txt")
    assert made.returncode == 5 and "/nonexistent/capture.txt" in made.stderr


def killed_in_the_middle_it_leaves_the_old_file():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "capture.xz")
        cli.run("capture", "-F", FIXTURES[0], "-o", path)
        before = open(path, "rb").read()
        for delay in (0.0, 0.005, 0.02, 0.05):
            running = subprocess.Popen([cli.program(), "capture", "-F", FIXTURES[-1], "-o",
                                        path], env=cli.environment())
            time.sleep(delay)
            running.send_signal(signal.SIGKILL)
            running.wait()
            text = lzma.decompress(open(path, "rb").read())
            assert open(path, "rb").read() == before or b"\n# end " in text
            before = open(path, "rb").read()


def damage_stays_damage():
    with open(FIXTURES[0], encoding="utf-8") as whole:
        text = whole.read().replace("\n20: ", "\n20: q", 1)
    with tempfile.TemporaryDirectory() as directory:
        file = os.path.join(directory, "damaged.txt")
        with open(file, "w", encoding="utf-8") as out:
            out.write(text)
        made = cli.run("capture", "-F", file)
        assert made.returncode == 4 and "could not be read" in made.stderr
        _round_trip(file, ASKED)


def a_capture_that_is_cut_is_damaged():
    whole = cli.run("capture", "-F", FIXTURES[0]).stdout
    for length in (30, len(whole) // 3, len(whole) // 2, len(whole) - 1):
        made = cli.run("scan", "-F", "-", input=whole[:length])
        assert made.returncode == 4, f"{length}: {made.returncode} {made.stderr}"
    made = cli.run("scan", "-F", "-", input=whole.replace("capture 1", "capture 2", 1))
    assert made.returncode == 4 and "version" in made.stderr, made.stderr


def mail_and_terminals_do_no_harm():
    whole = cli.run("capture", "-F", FIXTURES[0]).stdout
    wanted = cli.run("scan", "-j", "-F", "-", input=whole).stdout
    for text in (whole.replace("\n", "\r\n"), "\ufeff" + whole,
                 "$ sudo p2ptool capture\n" + whole):
        made = cli.run("scan", "-j", "-F", "-", input=text)
        assert made.stdout == wanted and made.returncode in (0, 3), made.stderr


def _told():
    return cli.run("capture", "-F", FIXTURES[0]).stdout.replace(
        "\n\n", "\n# system.host node042\n# system.cmdline root=UUID=12345678-abcd "
        "intel_iommu=on quiet dyndbg=\"file x +p\" pci=noats\n\n", 1)


def redacted_captures_tell_no_machine_from_another():
    text = _told()
    device = re.search(r"^(\S+) 0200: .*\n", text, re.M)
    text = text.replace(device[0], device[0] + "# name net/enx0242ac110002\n"
                        "# name infiniband/rocex0242ac110002\n# name net/eth0\n", 1)
    made = cli.run("capture", "--redact", "-F", "-", input=text)
    assert made.returncode == 0, made.stderr
    for secret in ("node042", "0242ac110002", "12345678", "file x"):
        assert secret in text and secret not in made.stdout, secret
    for kept in ("intel_iommu=on", "pci=noats", "quiet", "name net/enxredacted1",
                 "name infiniband/rocexredacted1", "name net/eth0"):
        assert kept in made.stdout, kept
    again = cli.run("capture", "--redact", "-F", "-", input=made.stdout)
    assert again.stdout == made.stdout


def serial_numbers_are_redacted():
    found = 0
    for file in FIXTURES:
        with open(file, encoding="utf-8") as capture:
            before = json.loads(cli.run("scan", "-j", "--all", "-F", file).stdout)
            made = cli.run("capture", "--redact", "-F", capture.name)
        after = json.loads(cli.run("scan", "-j", "--all", "-F", "-",
                                   input=made.stdout).stdout)
        for one, other in zip(before["functions"], after["functions"]):
            found += bool(one["serial"])
            assert not other["serial"], other["address"]
            assert one["acs"] == other["acs"] and one["link"] == other["link"]
    if not found:
        raise cli.Skip("no fixture has a serial number")


def the_recipe_of_the_manual_is_read():
    """What the manual's shell lines print, with lspci reading a fixture."""
    with open(cli.fixture("../../man/p2ptool-capture.8"), encoding="utf-8") as page:
        recipe = re.search(r"^\.Bd -literal.*?\n(.*?)^\.Ed", page.read(), re.M | re.S)
    assert recipe, "the manual has no recipe"
    lines = recipe[1].replace("\\e", "\\").replace("lspci -Dvvvxxxx",
                                                   f"lspci -F {FIXTURES[0]} -Dvvvxxxx")
    made = subprocess.run(["sh", "-c", lines], capture_output=True, text=True, check=False)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(made.stdout)
        file.flush()
        scan = cli.run("scan", "-j", "-F", file.name)
    host = json.loads(scan.stdout)["host"]
    assert host["kernel"] == os.uname().release, host
    assert host["name"] == os.uname().nodename, host
    written = cli.run("capture", "-F", "-", input=made.stdout).stdout
    with open("/proc/cmdline", encoding="utf-8") as file:
        first = file.read().split()[0]
    assert f"# system.cmdline {first}" in written.replace("%25", "%")
    assert "# system.cpu-vendor " in written or "vendor_id" not in open("/proc/cpuinfo",
                                                                    encoding="utf-8").read()


if __name__ == "__main__":
    cli.main()
