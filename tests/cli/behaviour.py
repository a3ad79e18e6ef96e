#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How the program behaves: usage, exit codes, files, pipes, colour, privilege.

usage: behaviour.py P2PTOOL"""
import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time

import cli

COMMANDS = ("scan", "pairs", "explain", "groups", "plan", "apply", "restore", "status",
            "diff", "capture")
CAPTURE = cli.fixture("switch-acs/lspci.txt")
ESCAPE = "\x1b["


def _refused(*words, code=2, says="", **more):
    made = cli.run(*words, **more)
    assert made.returncode == code, f"{words}: exit {made.returncode}: {made.stderr}"
    assert made.stdout == "", f"{words}: prints {made.stdout[:200]!r}"
    lines = made.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("p2ptool: "), made.stderr
    assert says in lines[0], f"{says!r} not in {lines[0]!r}"
    return lines[0]


def no_arguments_print_the_commands():
    made = cli.run()
    assert made.returncode == 0 and not made.stderr
    for word in (*COMMANDS, "sudo p2ptool scan", "sudo p2ptool plan --domain gpu,rdma",
                 "ssh root@node lspci -Dvvvxxxx | p2ptool scan -F -"):
        assert word in made.stdout, word
    assert cli.run("--help").stdout == made.stdout


def version_is_one_line():
    made = cli.run("--version")
    assert made.returncode == 0 and made.stdout.startswith("p2ptool ")
    assert made.stdout.count("\n") == 1


def every_command_has_help():
    for command in COMMANDS:
        for flag in ("--help", "-h"):
            made = cli.run(command, flag)
            assert made.returncode == 0 and "usage: p2ptool " + command in made.stdout


def unknown_words_are_refused_with_the_way_out():
    _refused("scna", says="commands are scan, pairs, explain, groups")
    _refused("persist", says=f"this version does not have it (it has {', '.join(COMMANDS)})")
    _refused("-F", CAPTURE, says="options come after the command")
    _refused("scan", "--jsn", says="--help lists them")
    _refused("scan", "-Z", says="--help lists them")
    _refused("scan", "--all=yes", says="takes no value")
    _refused("scan", "--matrix", says="unknown option")
    _refused("scan", "-F", says="value is missing")
    _refused("scan", "--file=", says="value is empty")
    _refused("scan", "--color", "pink", says="known are auto, always, never")
    _refused("scan", "gpu", says="one operand too many")
    _refused("explain", "gpu0", says="needs 2 operands")
    _refused("scan", "-F", CAPTURE, "--sysfs", "/sys", says="only one machine")
    _refused("scan", "-o", "csv", says="it prints text, json")
    _refused("pairs", "-o", "pairs.xml", says="it prints text, json, ndjson, csv")


def options_may_be_written_in_every_usual_way():
    wanted = cli.run("scan", "--json", "--file", CAPTURE, "--numeric").stdout
    assert wanted
    for words in (["-jnF", CAPTURE], ["-njF" + CAPTURE], ["--file=" + CAPTURE, "-j", "-n"],
                  ["-n", "-o", "json", "-F", CAPTURE], ["-n", "-ojson", "-F", CAPTURE, "--"]):
        assert cli.run("scan", *words).stdout == wanted, words


def the_same_input_gives_the_same_bytes():
    for words in (["scan"], ["scan", "-j"], ["pairs", "-o", "ndjson"]):
        first = cli.run(*words, "-F", CAPTURE, text=False).stdout
        assert first and first == cli.run(*words, "-F", CAPTURE, text=False).stdout


def input_that_is_not_there_is_refused():
    _refused("scan", "-F", "/nonexistent/file",
             says="No such file or directory (name a capture, or - for standard input)")
    _refused("scan", "-F", "/etc", "--as", "sysfs", says="bus/pci/devices")
    _refused("scan", "-F", os.path.dirname(os.path.abspath(__file__)), code=4,
             says="is a directory without a capture")
    _refused("scan", "--sysfs", "/nonexistent", says="/nonexistent")
    _refused("scan", "-F", "-", input="", code=4, says="empty")
    _refused("scan", "-F", "bell\x07\x1b[31m.txt", says="bell??[31m.txt")


def standard_input_is_a_capture_too():
    with open(CAPTURE, encoding="utf-8") as file:
        made = cli.run("scan", "-n", "-F", "-", stdin=file)
    assert made.returncode == 0 and "island A" in made.stdout


def selectors_that_match_nothing_are_refused():
    _refused("pairs", "-F", CAPTURE, "gpux", says="gpu0")
    _refused("pairs", "-F", CAPTURE, "gpu,,nvme", says="gpu,,nvme: a term is empty")
    _refused("pairs", "-F", CAPTURE, "p2pmem", says="only a running machine tells")
    _refused("pairs", "-F", CAPTURE, "0000", says="pci-domain=0000")
    _refused("pairs", "-F", CAPTURE, "@training")
    _refused("explain", "-F", CAPTURE, "gpu", "nvme0", says="gpu0-1 (name one)")


def kernels_and_cpus_that_are_not_known_are_refused():
    _refused("scan", "-F", CAPTURE, "--kernel", "3.10")
    _refused("scan", "-F", CAPTURE, "--kernel", "six")
    _refused("scan", "-F", CAPTURE, "--cpu", "fast")


def the_kernel_and_the_cpu_can_be_chosen():
    words = ["explain", "-j", "-F", CAPTURE, "--kernel", "6.8.0-45-generic", "--cpu"]
    zen = json.loads(cli.run(*words, "AuthenticAMD:25", "gpu0", "nvme0").stdout)
    other = json.loads(cli.run(*words, "other", "gpu0", "nvme0").stdout)
    assert zen["pairs"][0]["kernel"]["version"] == "6.8"
    assert zen["pairs"][0]["kernel"]["map"] == "thru-host-bridge"
    assert other["pairs"][0]["kernel"]["map"] == "not-supported"


def an_unknown_verdict_ends_with_three_and_one_line():
    made = cli.run("pairs", "-F", CAPTURE)
    lines = made.stderr.splitlines()
    assert made.returncode == 3 and len(lines) == 1, made.stderr
    assert "the kernel's answer is unknown for" in lines[0] and "--cpu" in lines[0]
    assert cli.run("pairs", "-F", CAPTURE, "--cpu", "zen").returncode == 0
    assert cli.run("pairs", "-q", "-F", CAPTURE).stderr == ""


def every_format_of_pairs_ends_with_the_same_code():
    for capture in ("switch-acs/lspci.txt", "two-hosts/lspci-xxx.txt", "nvme-vfs/lspci.txt"):
        for words in ([], ["all"], ["nvme"]):
            codes = {cli.run("pairs", *words, "-o", form, "-F",
                             cli.fixture(capture)).returncode
                     for form in ("text", "json", "ndjson", "csv")}
            assert len(codes) == 1, (capture, words, codes)


def a_function_with_itself_counts_nowhere():
    alone = cli.run("pairs", "gpu0", "-F", cli.fixture("two-hosts/lspci-xxx.txt"))
    assert alone.returncode == 0 and not alone.stderr, alone


def suggested_commands_run_as_they_stand():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "it's $HOME.txt")
        shutil.copy(CAPTURE, path)
        said = cli.run("scan", "-n", "--kernel", "6.8", "--cpu", "zen", "-F", path).stdout
        lines = [line.strip() for line in said.splitlines() if " plan " in line]
        assert lines and "--kernel 6.8 --cpu zen" in lines[0], said
        command = lines[0].replace("p2ptool", cli.program(), 1)
        made = subprocess.run(["sh", "-c", command], capture_output=True, text=True,
                              env=cli.environment(), check=False)
        assert made.returncode == 0 and "Kernel 6.8" in made.stdout, made
    with open(CAPTURE, encoding="utf-8") as file:
        assert "plan -F - --domain gpu,nvme" in cli.run("scan", "-n", "-F", "-", stdin=file).stdout


def the_kernels_answer_is_told_apart_from_silence():
    for words in (["--matrix"], []):
        open_ = cli.run("pairs", *words, "-F", CAPTURE, env={"COLUMNS": "80"}).stdout
        taken = cli.run("pairs", *words, "-F", CAPTURE, "--cpu", "zen", "--kernel", "6.8",
                        env={"COLUMNS": "80"}).stdout
        assert "~" in open_ and "takes all pairs" not in open_
        assert "~" not in taken and "P2PDMA of kernel 6.8 takes all pairs" in taken


def damage_goes_before_unknown_and_is_listed_on_demand():
    damaged = cli.fixture("bad/damaged-lost-row.txt")
    made = cli.run("scan", "-F", damaged)
    assert made.returncode == 4 and made.stdout and "(-v lists them)" in made.stderr
    made = cli.run("scan", "-v", "-F", damaged)
    assert made.returncode == 4 and "recognised as" in made.stderr.splitlines()[0]
    assert "line " in made.stderr.splitlines()[1], made.stderr
    assert json.loads(cli.run("scan", "-j", "-F", damaged).stdout)["damage"]["count"]


def colour_comes_only_when_it_is_wanted():
    assert ESCAPE not in cli.run("scan", "-F", CAPTURE).stdout
    assert ESCAPE in cli.run("scan", "-F", CAPTURE, "--color=always").stdout
    assert ESCAPE in cli.run("scan", "-F", CAPTURE, "--color", "always",
                             env={"NO_COLOR": "1"}).stdout
    assert ESCAPE not in cli.run("scan", "-jF", CAPTURE, "--color=always").stdout


def _on_terminal(*words, **env):
    """Standard output of a run on a terminal of 80 columns."""
    master, slave = os.openpty()
    subprocess.run(["stty", "cols", "80"], stdin=slave, check=True)
    child = subprocess.Popen([cli.program(), *words], stdin=slave, stdout=slave,
                             stderr=subprocess.DEVNULL, env=cli.environment(**env))
    os.close(slave)
    text = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    child.wait()
    os.close(master)
    return text.decode()


def a_terminal_gets_colour_and_its_own_width():
    text = _on_terminal("scan", "-F", CAPTURE)
    assert ESCAPE in text
    plain = _on_terminal("scan", "-F", CAPTURE, NO_COLOR="1")
    assert ESCAPE not in plain
    assert ESCAPE not in _on_terminal("scan", "-F", CAPTURE, TERM="dumb")
    tree = plain.split("Islands")[0].splitlines()
    assert max(map(len, tree)) <= 80, max(tree, key=len)


def colour_changes_nothing_but_colour():
    import re
    plain = cli.run("explain", "-F", CAPTURE, "gpu0", "nvme0").stdout
    coloured = cli.run("explain", "-F", CAPTURE, "gpu0", "nvme0", "--color=always").stdout
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def other_locales_get_ascii():
    text = cli.run("scan", "-F", CAPTURE, env={"LC_ALL": "C"}).stdout
    assert text.isascii() and "`-" in text
    assert not cli.run("scan", "-F", CAPTURE).stdout.isascii()


def a_closed_pipe_is_no_error():
    for words in (["pairs", "all", "-o", "ndjson"], ["scan", "-j"], ["--help"]):
        capture = ["-F", CAPTURE] if words[0] != "--help" else []
        reader, writer = os.pipe()
        os.close(reader)
        made = subprocess.run([cli.program(), *words, *capture], stdout=writer,
                              stderr=subprocess.PIPE, env=cli.environment(), check=False)
        os.close(writer)
        assert made.returncode == 0 and made.stderr == b"", (words, made)


def a_full_device_is_a_failed_write():
    for words in (["scan", "-F", CAPTURE], ["pairs", "-jF", CAPTURE], ["--help"]):
        with open("/dev/full", "w", encoding="utf-8") as full:
            made = subprocess.run([cli.program(), *words], stdout=full,
                                  stderr=subprocess.PIPE, env=cli.environment(),
                                  check=False, text=True)
        assert made.returncode == 5 and "No space left" in made.stderr, (words, made)


def a_file_appears_whole_with_usual_rights():
    with tempfile.TemporaryDirectory() as folder:
        for name, words in (("a.json", []), ("b", ["-j"]), ("c.txt", [])):
            path = os.path.join(folder, name)
            made = cli.run("scan", "-F", CAPTURE, "-o", path, *words, umask=0o027)
            assert made.returncode == 0 and made.stdout == "", made
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
            wanted = cli.run("scan", "-F", CAPTURE, *(["-j"] if name != "c.txt" else []))
            with open(path, encoding="utf-8") as file:
                assert file.read() == wanted.stdout
        assert sorted(os.listdir(folder)) == ["a.json", "b", "c.txt"]


def a_file_is_replaced_only_by_a_whole_one():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "old.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write("old")
        _refused("scan", "-F", "/nonexistent", "-o", path)
        with open(path, encoding="utf-8") as file:
            assert file.read() == "old"
        limited = "ulimit -f 1; exec \"$@\""
        made = subprocess.run(["sh", "-c", limited, "sh", cli.program(), "scan", "-F",
                               CAPTURE, "-o", path], capture_output=True, text=True,
                              env=cli.environment(), check=False)
        assert made.returncode == 5 and "File too large" in made.stderr, made
        with open(path, encoding="utf-8") as file:
            assert file.read() == "old"
        assert os.listdir(folder) == ["old.json"]


def _heed_signals():
    """Jobs in the background of a script ignore some, and what they start as well."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def a_signal_leaves_no_half_written_file():
    row = "00: 86 80 10 00 06 00 00 00 00 00 08 01 00 00 00 00\n"
    text = "".join(f"{bus:02x}:{n >> 3:02x}.{n & 7} X: Y\n{row}"
                   for bus in range(16) for n in range(256))
    with tempfile.TemporaryDirectory() as folder:
        capture, path = os.path.join(folder, "capture"), os.path.join(folder, "a.json")
        with open(capture, "w", encoding="utf-8") as file:
            file.write(text)
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
            child = subprocess.Popen([cli.program(), "pairs", "all", "-nF", capture, "-o",
                                      path], stderr=subprocess.PIPE,
                                     env=cli.environment(), preexec_fn=_heed_signals)
            while len(os.listdir(folder)) == 1 and child.poll() is None:
                time.sleep(0.001)
            child.send_signal(number)
            child.communicate(timeout=cli.SECONDS)
            assert child.returncode == -number, (number, child.returncode)
            assert os.listdir(folder) == ["capture"], os.listdir(folder)


def only_plain_files_are_replaced():
    with tempfile.TemporaryDirectory() as folder:
        link = os.path.join(folder, "link.json")
        os.symlink(os.path.join(folder, "target"), link)
        _refused("scan", "-F", CAPTURE, "-o", link, says="symbolic link")
        _refused("scan", "-F", CAPTURE, "-o", "/dev/null", says="no plain file")
        _refused("scan", "-F", CAPTURE, "-o", folder + "/", says="no plain file")
        _refused("scan", "-F", CAPTURE, "-o", folder + "/none/a.json", code=5,
                 says=folder + "/none/a.json: No such file")
        assert os.listdir(folder) == ["link.json"]


def a_capture_that_shrinks_is_damaged_input():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "capture")
        row = "00: " + " ".join(["36"] * 16) + "\n"
        with open(path, "w", encoding="utf-8") as file:
            file.write("00:00.0 Some: Function\n" + row * 400000)
        child = subprocess.Popen([cli.program(), "scan", "-F", path],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=cli.environment(), text=True)
        os.truncate(path, 0)
        out, error = child.communicate(timeout=cli.SECONDS)
        assert child.returncode == 4, (child.returncode, error)
        assert error.startswith("p2ptool: ") and error.count("\n") == 1, error
        assert out == "" or "function" in out


def _live():
    made = cli.run("scan", "-j")
    if "no PCI" in made.stderr or made.returncode == 2:
        raise cli.Skip(made.stderr.strip())
    return json.loads(made.stdout)


def this_machine_can_be_read():
    assert _live()["host"]["source"] == "live"


def _as_nobody(*words):
    if os.geteuid() or not shutil.which("setpriv"):
        raise cli.Skip("needs root and setpriv to become another user")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        copy = shutil.copy(cli.program(), os.path.join(folder, "p2ptool"))
        os.chmod(copy, 0o755)
        return subprocess.run(["setpriv", "--reuid=65534", "--regid=65534",
                               "--clear-groups", copy, *words], capture_output=True,
                              text=True, env=cli.environment(), check=False, cwd="/")


def without_privilege_unknown_is_said_as_unknown():
    privileged = {f["address"]: f for f in _live()["functions"]}
    made = _as_nobody("scan", "-j")
    assert made.returncode in (0, 3), made
    functions = json.loads(made.stdout)["functions"]
    assert [f["address"] for f in functions] == list(privileged)
    for function in functions:
        for key in ("acs", "ats", "pcie_type", "serial"):
            assert function[key] is None or privileged[function["address"]][key] is False, \
                (function["address"], key, function[key])
        for key in ("driver", "names", "numa", "group", "parent"):
            assert function[key] == privileged[function["address"]][key], key
        if function["kind"] is None:
            assert function["readable"] <= 64
        if function["acs"] is None:
            why = [m["why"] for m in function["missing"] if m["what"] == "acs"]
            assert why in (["needs CAP_SYS_ADMIN"],
                           ["root of a container, not of the host"]), why


def without_privilege_the_way_out_is_named():
    made = _as_nobody("pairs", "all", "-o", "ndjson")
    if made.returncode == 2:
        raise cli.Skip("this machine has nothing but bridges")
    records = [json.loads(line) for line in made.stdout.splitlines()]
    records = [record for record in records if record["from"] != record["to"]]
    unknown = sum(record["certainty"] == "unknown" for record in records)
    routes = sum(record["route"] == "unknown" for record in records)
    assert made.returncode == (3 if unknown else 0), made.stderr
    if unknown:
        assert f"{unknown} of {len(records)} " in made.stderr
        assert ("routes are known" in made.stderr) == (not routes)


if __name__ == "__main__":
    cli.main()
