#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How `plan` behaves: what it asks of its options, its exit codes, what its text says, and
that the script it prints does on a tree of files what was planned, and undoes it.

usage: plan.py P2PTOOL"""
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile

import cli

CAPTURE = cli.fixture("switch-acs/lspci.txt")
OPEN = cli.fixture("switch-acs-off/lspci.txt")
SHORT = cli.fixture("two-hosts/lspci-xxx.txt")
HOSTS = cli.fixture("two-hosts/lspci.txt")
PORTS = [f"0000:02:0{number}.0" for number in range(5)]  # of the first switch
ACS_CAP = 0x14c  # where these ports have it


def _plan(*words, capture=CAPTURE, code=0, columns="80"):
    made = cli.run("plan", "-F", capture, *words, env={"COLUMNS": columns})
    assert made.returncode == code, (words, made.returncode, made.stdout, made.stderr)
    return made


def _text(*words, **more):
    """In one line, so that line breaks do not matter."""
    return " ".join(_plan(*words, **more).stdout.split())


def _json(*words, **more):
    return json.loads(_plan("-j", *words, **more).stdout)


def _refused(*words, says, code=2, **more):
    """Usage: a line on standard error, and nothing else."""
    made = _plan(*words, code=code, **more)
    lines = made.stderr.splitlines()
    assert not made.stdout and len(lines) == 1, made
    assert lines[0].startswith("p2ptool: ") and says in lines[0], lines


def _kinds(*words, **more):
    return {refusal["kind"] for refusal in _json(*words, **more)["refusals"]}


def _rows(path=CAPTURE):
    """(function, offset, bytes) of each row of a dump, with its line."""
    where = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            head = re.match(r"([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ", line)
            where = head[1] if head else where
            row = re.match(r"([0-9a-f]+): ((?:[0-9a-f]{2} ?){16})$", line.rstrip())
            yield line, where, row and (int(row[1], 16), bytes.fromhex(row[2]))


def _changed(folder, changes):
    """The capture's bytes alone, where @changes gives a byte for (function, offset)."""
    path = os.path.join(folder, "changed.txt")
    with open(path, "w", encoding="utf-8") as out:
        for line, where, row in _rows():
            if row:
                values = [changes.get((where, row[0] + i), byte)
                          for i, byte in enumerate(row[1])]
                line = f"{row[0]:02x}: {bytes(values).hex(' ')}\n"
            elif line.startswith("\t"):
                continue
            out.write(line)
    return path


def _with_egress(folder):
    """The ports of the first switch have egress control, with a vector of 32 entries."""
    return _changed(folder, {(port, ACS_CAP + i): value for port in PORTS
                             for i, value in enumerate((0x7f, 0x20))})


def the_p2p_domain_is_named_once():
    said = _json("--domain", "gpu0,nvme0")
    assert said == _json("-d", "gpu0,nvme0") and said == _json("gpu0,nvme0")
    assert said["domain"] == {"selector": "gpu0,nvme0", "initiators": [],
                              "members": ["0000:03:00.0", "0000:04:00.0"]}
    _refused("-d", "gpu0", "nvme0", says="named twice (join both with a comma: --domain "
                                         "gpu0,nvme0)")
    _refused(says="needs a p2p domain")
    _refused("gpu0", "nvme0", says="one operand too many")
    _refused("gpux,nvme0", says="gpux")
    _refused("gpu0", says="is 1 function, and a pair takes two")


def options_of_another_mode_are_refused():
    for words, mode in ((["--scope", "turn", "--mode", "isolate"], "clear"),
                        (["--initiator", "gpu0"], "one-way"), (["--keep-cr"], "translated"),
                        (["--bits", "RR-"], "set"), (["--vector", "1"], "set")):
        _refused("gpu0,nvme0", *words, says=f"is of --mode {mode} alone")
    _refused("gpu0,nvme0", "--mode", "one-way", says="--initiator SELECTOR")
    _refused("gpu0,nvme0", "--mode", "set", says="--bits RR-,CR-")
    _refused("gpu0,nvme0", "--mode", "open", says="known are clear, one-way, ")
    _refused("gpu0,nvme0", "--mode", "set", "--bits", "RR", says="no ACS control with a sign")
    _refused("02:00.0", "--mode", "set", "--bits", "EC+", says="add --vector")
    _refused("02:00.0", "--mode", "set", "--vector", "x", says="no list of port numbers")
    _refused("gpu0,nvme0", "--mode", "one-way", "--initiator", "gpu0,nvme0",
             says="names every function")
    _refused("gpu0,nvme0", "--mode", "one-way", "--initiator", "nvme1",
             says="names no function")


def exit_code_tells_whether_there_is_something_to_write():
    for words, there in ((["--exit-code"], 1), ([], 0)):
        _plan("gpu0,nvme0", *words, code=there)
        _plan("gpu0,nvme0", *words, capture=OPEN, code=0)
    assert "Nothing to write: the registers are as asked." in _text("gpu0,nvme0", capture=OPEN)
    assert "that would be 2 registers." in _text("gpu0,nvme0")


def what_no_bit_can_grant_is_1_and_said():
    assert _kinds("gpu", code=1) == {"no-pair"}
    assert "2 of 2 meet at the root complex" in _text("gpu", code=1)
    assert _kinds("gpu,nvme", "--require-all", code=1) == {"root-complex"}
    assert not _kinds("gpu0,nvme0", "--require-all")
    assert _kinds("gpu0,nvme0", "--mode", "egress", code=1) == {"no-bit"}
    assert _kinds("gpu0,nvme0", "--mode", "translated", code=1) == {"no-ats"}
    assert _kinds("gpu0", "--mode", "isolate", code=1) == {"unreached"}


def what_was_not_read_is_3_and_never_written():
    made = _plan("nvme1,0000:44:00.0", "-j", capture=SHORT, code=3)
    said = json.loads(made.stdout)
    assert not said["ops"] and {"unread"} == {one["kind"] for one in said["refusals"]}
    assert made.stderr == "p2ptool: ACS of 3 ports: not in the capture (sudo lspci -Dvvvxxxx)\n"
    assert "--scope turn" in _text("nvme1,0000:44:00.0", capture=SHORT, code=3)
    assert "Nothing is planned." in _text("nvme1,0000:44:00.0", capture=SHORT, code=3)


def damage_refuses_only_what_it_touches():
    with open(CAPTURE, encoding="utf-8") as file:
        text = file.read()
    with tempfile.TemporaryDirectory() as folder:
        for function, code in (("0000:02:00.0", 4), ("0000:0e:00.0", 0)):
            path = os.path.join(folder, "damaged.txt")
            begin = text.index("\n10: ", text.index(f"\n{function} "))
            with open(path, "w", encoding="utf-8") as file:
                file.write(text[:begin] + "\n10: g" + text[begin + 6:])
            made = _plan("gpu0,nvme0", "-j", capture=path, code=code)
            said = json.loads(made.stdout)
            assert "could not be read" in made.stderr, made.stderr
            assert bool(said["ops"]) == (code == 0)
            assert {one["kind"] for one in said["refusals"]} == ({"damaged"} if code else set())


def what_is_cut_below_the_root_port_of_a_member_is_refused():
    with open(CAPTURE, encoding="utf-8") as file:
        text = file.read()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cut.txt")
        for last, code in (("0000:06:00.0", 4), ("0000:0f:00.0", 0)):
            begin = text.index("\n40: ", text.index(f"\n{last} "))
            with open(path, "w", encoding="utf-8") as file:
                file.write(text[:begin + 20])
            said = json.loads(_plan("gpu0,nvme0", "-j", capture=path, code=code).stdout)
            assert bool(said["ops"]) == (code == 0), last


def bystanders_and_what_is_lost_are_named():
    text = _text("gpu0,nvme0")
    assert "Becomes direct 2 pairs: gpu0 <-> nvme0" in text
    assert "Bystanders 16 pairs: 0000:06:00.0 0000:0a:00.0 nvme1-2 <- gpu0 nvme0" in text
    assert "no longer apart: 10 and 12, " in text
    assert "Groups 29 predicted before, 27 after; new: {0000:02:00.0 gpu0}" in text
    said = _json("gpu0,nvme0")
    assert [10, 12] in said["effects"]["live_groups_bridged"]
    assert {"from": "0000:03:00.0", "to": "0000:04:00.0"} in said["effects"]["made_direct"]
    assert "0000:0c:00.0" in said["bystanders"] and "0000:0f:00.0" not in said["bystanders"]
    assert "Empty slots 0000:0e:03.0: redirect stays on" in _text("gpu1,nvme4")
    assert "each other" in _text("gpu0,nvme0,nvme1")


def isolation_is_lost_between_groups_though_no_live_one_is_told():
    with tempfile.TemporaryDirectory() as folder:
        text = _text("gpu0,nvme0", capture=_changed(folder, {}))
        assert "Isolation lost 13 pairs of predicted groups" in text and "Live" not in text
    assert "Isolation lost" not in _text("gpu0,nvme0")
    assert "13 pairs of groups are no longer apart" in _text("gpu0,nvme0")


def pairs_at_the_root_complex_are_counted_with_the_kernels_word():
    text = _text("gpu,nvme", "--kernel", "6.8", "--cpu", "zen")
    assert "20 of 42 pairs meet at the root complex; no ACS bit changes that; kernel 6.8: " \
           "thru-host-bridge" in text
    said = _json("gpu,nvme", "--kernel", "6.8", "--cpu", "other")
    assert said["effects"]["at_root_complex"] == {"pairs": 20, "kernel": {"not-supported": 20}}


def each_mode_says_what_is_special_about_it():
    one_way = _text("gpu0,nvme0", "--mode", "one-way", "--initiator", "gpu")
    assert "completions may pass writes that are redirected" in one_way
    assert "P2PDMA sees a redirect" in one_way and "initiators: gpu0" in one_way
    assert "P2PDMA ignores DT" in _text("gpu0,nvme0", "--mode", "translated", code=1)
    assert "never maps these pairs" in _text("gpu0,nvme0", "--mode", "egress", code=1)
    assert "it undoes nothing" in _text("gpu0", "--mode", "isolate", code=1)
    text = _text("02:00.0", "--mode", "set", "--bits", "ReqRedir-,CR-,DT+")
    assert "RR-,CR-,DT+, which is config_acs:1xx00xx" in text
    assert _text("02:00.0", "--mode", "set", "--bits", "config_acs:1xx00xx") == text
    assert "Note" not in _text("02:00.0", "--mode", "set", "--bits", "RR-", "-q")


def where_the_order_matters_writes_are_told_apart_by_steps():
    with tempfile.TemporaryDirectory() as folder:
        path = _with_egress(folder)
        lines = _plan("gpu0,nvme0", "--mode", "egress", capture=path).stdout.splitlines()
        steps = [line.split()[0] for line in lines if " 0000:02:0" in line and "->" in line]
        assert steps == ["1", "1", "2", "2", "3", "3"], lines
        assert any("ports 2-6 on" in line and "ECAP_ACS+8.l=7c:7c" in line for line in lines)
        assert all(len(line) <= 80 for line in lines), lines
        ops = _json("gpu0,nvme0", "--mode", "egress", capture=path)["ops"]
        assert [op["register"] for op in ops] == ["egress-vector[0]"] * 2 + ["acs-control"] * 4
        assert [op["phase"] for op in ops] == ["close"] * 2 + ["completion"] * 2 + ["open"] * 2
    assert "step" not in _text("gpu0,nvme0")


def rows_alike_are_folded_unless_all_are_asked_for():
    words = ("gpu,nvme", "--scope", "switch")
    assert "10 more like 0000:02:00.0 (-v)" in _text(*words)
    text = _plan(*words, "-v", columns="120").stdout
    assert text.count("ECAP_ACS+6.w=0:c") == 11 and "more like" not in text
    assert "setpci -s 0000:0e:03.0 ECAP_ACS+6.w=0:c" in text


def _tree(folder):
    """A sysfs tree of the capture, as far as libpci looks at one."""
    devices = os.path.join(folder, "bus/pci/devices")
    config = {}
    for _, where, row in _rows():
        if row:
            config.setdefault(where, {})[row[0]] = row[1]
    for function, rows in config.items():
        os.makedirs(os.path.join(devices, function))
        data = b"".join(rows[offset] for offset in sorted(rows))
        files = {"config": data, "vendor": b"0x%02x%02x\n" % (data[1], data[0]),
                 "device": b"0x%02x%02x\n" % (data[3], data[2]), "irq": b"0\n",
                 "class": b"0x%02x%02x%02x\n" % (data[11], data[10], data[9]),
                 "resource": b"0x0 0x0 0x0\n" * 17}
        for name, content in files.items():
            with open(os.path.join(devices, function, name), "wb") as file:
                file.write(content)
    return devices


def _run_script(folder, script):
    """Under a setpci that knows only the tree."""
    real, fake = shutil.which("setpci"), os.path.join(folder, "bin/setpci")
    if not real:
        raise cli.Skip("setpci not installed (scripts/bootstrap test)")
    os.makedirs(os.path.dirname(fake), exist_ok=True)
    with open(fake, "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\nexec {real} -A linux-sysfs -O sysfs.path={folder}/bus/pci "
                   '"$@"\n')
    os.chmod(fake, 0o755)
    path = os.path.dirname(fake) + ":" + os.environ["PATH"]
    return subprocess.run(["sh"], input=script, capture_output=True, text=True, check=False,
                          env={**cli.environment(), "PATH": path})


def _bytes(devices):
    found = {}
    for name in os.listdir(devices):
        with open(os.path.join(devices, name, "config"), "rb") as file:
            found[name] = file.read()
    return found


def the_script_does_what_was_planned_and_its_comments_undo_it():
    with tempfile.TemporaryDirectory() as folder:
        devices = _tree(folder)
        before = _bytes(devices)
        script = _plan("gpu0,nvme0,nvme2", "-o", "setpci").stdout
        made = _run_script(folder, script)
        assert made.returncode == 0 and not made.stderr, made
        after = _bytes(devices)
        written = {name for name in before if before[name] != after[name]}
        assert written == {op["function"] for op in _json("gpu0,nvme0,nvme2")["ops"]}
        again = cli.run("plan", "--sysfs", folder, "gpu0,nvme0,nvme2", "--exit-code")
        assert again.returncode == 0 and "Nothing to write" in again.stdout, again
        undo = re.findall(r"^# (setpci .*)$", script.split("# To undo")[1], re.MULTILINE)
        made = _run_script(folder, "\n".join(undo))
        assert made.returncode == 0 and _bytes(devices) == before, made


def the_script_stops_before_the_first_write_where_something_moved():
    with tempfile.TemporaryDirectory() as folder:
        devices = _tree(folder)
        script = _plan("gpu0,nvme0", "-o", "setpci").stdout
        config = os.path.join(devices, "0000:02:01.0/config")
        for offset, value in ((ACS_CAP + 2, 0x15), (2, 0x0d)):
            with open(config, "r+b") as file:
                file.seek(offset)
                kept = file.read(1)
                file.seek(offset)
                file.write(bytes([value]))
            before = _bytes(devices)
            made = _run_script(folder, script)
            assert made.returncode == 1 and "0000:02:01.0: " in made.stderr, made
            assert _bytes(devices) == before
            with open(config, "r+b") as file:
                file.seek(offset)
                file.write(kept)


def scripts_pass_shellcheck_whatever_they_are_named_with():
    if not shutil.which("shellcheck"):
        raise cli.Skip("shellcheck not installed (scripts/bootstrap test)")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x\nreboot; $(reboot) '.txt")
        shutil.copy(_with_egress(folder), path)
        for words, code in ((["gpu0,nvme0"], 0), (["gpu0,nvme0", "--mode", "egress"], 0),
                            (["gpu"], 1), (["gpu0,nvme0", "--allow", "in-use"], 0)):
            script = _plan("-o", "setpci", *words, capture=path, code=code).stdout
            made = subprocess.run(["shellcheck", "-"], input=script, capture_output=True,
                                  text=True, check=False)
            assert made.returncode == 0, made.stdout
            lines = [line for line in script.splitlines() if "reboot" in line]
            assert lines and all(line.startswith("# ") for line in lines), lines


def a_file_that_ends_in_sh_is_a_script():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "open.sh")
        made = _plan("gpu0,nvme0", "-o", path)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert not made.stdout and text == _plan("gpu0,nvme0", "-o", "setpci").stdout
        made = cli.run("scan", "-F", CAPTURE, "-o", path)
        assert made.returncode == 2 and "scan does not print that format" in made.stderr


def a_script_of_nothing_or_of_a_refusal_writes_nothing():
    made = _plan("gpu0,nvme0", "-o", "setpci", capture=OPEN)
    assert "setpci -s" not in made.stdout and "# Nothing to write" in made.stdout
    made = _plan("gpu", "-o", "setpci", code=1)
    assert "setpci -s" not in made.stdout and made.stdout.endswith("exit 1\n")
    assert made.stderr.startswith("p2ptool: gpu: no pair meets inside a switch")


def _follow(command):
    words = shlex.split(command)
    assert words[0] == "p2ptool", command
    return cli.run(*words[1:])


def what_findings_and_explain_advise_is_a_plan_that_works():
    for name in ("switch-acs", "multifunction", "nvme-vfs", "two-hosts"):
        scan = json.loads(cli.run("scan", "-j", "-F", cli.fixture(f"{name}/lspci.txt")).stdout)
        fixes = [one["fix"] for one in scan["findings"] if one["id"] == "redirect"]
        assert fixes, name
        for fix in fixes:
            made = _follow(fix)
            assert made.returncode == 0 and "Becomes direct" in made.stdout, (fix, made)
    for pair, ways in (("gpu0 nvme0", 1), ("gpu0 nvme2", 2), ("gpu0 gpu1", 0)):
        text = cli.run("explain", *pair.split(), "-F", CAPTURE, "--cpu", "other").stdout
        commands = re.findall(r"(p2ptool plan .*)", text)
        assert len(commands) == ways and ("What that costs" in text) == (ways > 0), text
        for command in commands:
            ports = set(re.findall(r"0000:\S\S:\S\S\.\S",
                                   text.split(command)[1].split(" off at ")[1].split("\n")[0]))
            assert {op["function"] for op in json.loads(_follow(command + " -j").stdout)["ops"]} \
                == ports, command


def a_guard_that_refuses_is_7_and_shown_unless_it_is_allowed():
    root = ("--mode", "set", "--bits", "RR-", "0000:00:02.0")
    made = _plan(*root, code=7)
    assert "root-port REFUSES: 0000:00:02.0" in made.stdout, made.stdout
    assert made.stdout.endswith("Nothing was written. apply would refuse, and exit 7.\n")
    said = json.loads(_plan(*root, "-j", code=7).stdout)
    assert said["ops"] and [one["name"] for one in said["guards"]
                            if one["verdict"] == "refuse"] == ["root-port"]
    made = _plan(*root, "--allow=root-port")
    assert "root-port allowed: 0000:00:02.0" in made.stdout and "exit 7" not in made.stdout
    for word in ("all", "lockdown"):
        made = _plan(*root, f"--allow={word}", code=2)
        assert not made.stdout and word in made.stderr, made


def no_command_is_named_that_does_not_exist():
    known = {line.split("\t")[0] for line in cli.run("--complete", "").stdout.splitlines()}
    for words in (["gpu,nvme"], ["gpu0,nvme0", "-o", "setpci"], ["gpu0,nvme0", "-j"]):
        named = set(re.findall(r"(?<!/)p2ptool ([a-z]+)", _plan(*words).stdout))
        assert named <= known, named - known
    assert set(re.findall(r"p2ptool ([a-z]+)", _text("gpu0", "--mode", "isolate", code=1))) \
        <= known


if __name__ == "__main__":
    cli.main()
