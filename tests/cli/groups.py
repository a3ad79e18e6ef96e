#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How `groups` behaves: what it shows, what a boot makes of it, what it asserts, and what
it says when it cannot know.

usage: groups.py P2PTOOL"""
import json
import os
import re
import tempfile

import cli

CAPTURE = cli.fixture("switch-acs/lspci.txt")
WRITTEN = cli.fixture("switch-acs-off/lspci.txt")
SHORT = cli.fixture("two-hosts/lspci-xxx.txt")


def _groups(*words, capture=CAPTURE, code=0, columns=80, says=None):
    made = cli.run("groups", "-F", capture, *words, env={"COLUMNS": str(columns)})
    assert made.returncode == code, (words, made.returncode, made.stderr)
    lines = [line for line in made.stderr.splitlines()
             if not ("-v" in words and ": recognised as " in line)]
    assert len(lines) == (1 if says else 0), (words, made.stderr)
    assert not says or (says in lines[0] and lines[0].startswith("p2ptool: ")), lines
    return made.stdout


def _json(*words, **more):
    return json.loads(_groups("-j", *words, **more))


def _prose(text):
    """Without its line breaks."""
    return " ".join(text.split())


def _shortened(folder, keeps):
    """The capture with only those rows and lines that @keeps takes."""
    path = os.path.join(folder, "capture.txt")
    with open(CAPTURE, encoding="utf-8") as file, open(path, "w", encoding="utf-8") as out:
        out.writelines(line for line in file if keeps(line))
    return path


def _is_header_row(line):
    row = re.match(r"([0-9a-f]+): ", line)
    return not line.startswith("\t") and (not row or int(row[1], 16) < 64)


def shared_groups_are_shown_and_the_rest_counted():
    text = _groups()
    assert "group 10  live = predicted, 2 functions" in text
    assert "no ACS capability  <- ties" in text and "unbind" in text
    assert "predicted 1" not in text and "group 12" not in text
    assert re.search(r"Alone in a group: .*gpu0-1", text)
    assert "the live ones are the same" in _prose(text)
    for word in ("Pass through", "ACS control after"):
        assert word not in text, word


def all_shows_groups_of_one_as_well():
    text = _groups("--all")
    assert len(re.findall(r"^group \d+  live", text, re.MULTILINE)) == 29
    assert "Alone in a group" not in text


def a_selector_shows_its_groups_and_what_to_unbind():
    text = _groups("gpu0,nvme3")
    assert re.findall(r"^group \d+  .*", text, re.MULTILINE) == [
        "group 11  live = predicted, 2 functions", "group 12  live = predicted, 1 function"]
    assert "Pass through: unbind nvme3; 0000:02:06.0 stays with its driver" in _prose(text)
    assert "Pass through: unbind gpu0" in text
    said = _json("nvme3")
    assert [group["unbind"] for group in said["groups"]] == [["0000:0c:00.0"]]
    assert said["groups"][0]["viable"] is False


def a_selector_that_matches_nothing_is_refused():
    for words in (["gpux"], ["driver=none"], ["0000"]):
        made = cli.run("groups", "-F", CAPTURE, *words)
        assert made.returncode == 2 and not made.stdout and words[0] in made.stderr, made
    assert cli.run("groups", "-F", CAPTURE, "gpu0", "gpu1").returncode == 2


def narrow_terminals_break_sentences_not_addresses():
    for columns in (50, 80):
        text = _groups("gpu0,nvme3", "--rule", "strict", columns=columns)
        for line in text.splitlines():
            is_whole = "0000:" in line or line.strip().startswith(("p2ptool ", CAPTURE))
            if not is_whole:
                assert len(line) <= columns, (columns, line)
        assert len(set(re.findall(r"^  (0000:\S+)", text, re.MULTILINE))) >= 18


def colour_changes_nothing_but_colour():
    plain = _groups()
    coloured = _groups("--color=always")
    assert "\x1b[" in coloured and re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    made = cli.run("groups", "-F", CAPTURE, env={"NO_COLOR": "1", "COLUMNS": "80"})
    assert made.stdout == plain and "\x1b[" not in plain
    assert cli.run("groups", "-F", CAPTURE, env={"LC_ALL": "C"}).stdout.isascii()


def quiet_leaves_findings_and_causes_out():
    text = _groups("-q", capture=WRITTEN)
    assert "predicted 1" in text and "Findings" not in text and "differ\n" in text
    assert "Live groups that differ" not in text
    assert "Live groups that differ" in _groups(capture=WRITTEN)


def written_registers_are_the_cause_of_what_differs():
    said = _json(capture=WRITTEN)
    assert said["equal"] is False
    assert {entry["why"] for entry in said["differences"]} == {"registers-changed"}
    assert "registers-changed 0000:00:02.0 and 28 more" in _groups(capture=WRITTEN)


def the_strict_rule_puts_together_what_a_hole_joins():
    mainline, strict = _json(), _json("--rule", "strict")
    def together(said):
        return any({"0000:03:00.0", "0000:0b:00.0"} <= set(group["functions"])
                   for group in said["groups"])
    assert not together(mainline) and together(strict)
    assert {entry["why"] for entry in strict["differences"]} == {"rule"}
    assert mainline["rule"] == "mainline" and strict["rule"] == "strict"
    made = cli.run("groups", "--rule", "loose", "-F", CAPTURE)
    assert made.returncode == 2 and "known are mainline, strict" in made.stderr


def an_empty_command_line_is_one():
    for words in (["--cmdline", ""], ["--cmdline="]):
        assert _json(*words)["cmdline"] == "", words
    assert "ACS control after the boot" in _groups("--cmdline", "")
    made = cli.run("groups", "--cmdline")
    assert made.returncode == 2 and "value is missing" in made.stderr
    made = cli.run("groups", "-F", CAPTURE, "--cmdline", "x" * 5000)
    assert made.returncode == 2 and "4096" in made.stderr and not made.stdout


def a_parameter_changes_registers_and_groups():
    words = ("--kernel", "6.8", "--cmdline", "pci=disable_acs_redir=02:00.0")
    said = _json(*words)
    changed = [r for r in said["registers"] if r["old"] != r["new"]]
    assert [(r["function"], r["old"], r["new"]) for r in changed] == \
        [("0000:02:00.0", "0x001d", "0x0011")]
    assert changed[0]["bits"]["RR"] is False and changed[0]["bits"]["SV"] is True
    assert not said["remarks"]
    assert any(group["functions"] == ["0000:02:00.0", "0000:03:00.0"] and
               group["why"][0]["rule"] == "acs-off" for group in said["groups"])
    assert "0x001d -> 0x0011" in _groups(*words)


def from_6_11_on_silent_bits_are_the_firmwares():
    words = ("--kernel", "6.12.117", "--cmdline", "pci=disable_acs_redir=02:00.0")
    said = _json(*words)
    port = [r for r in said["registers"] if r["function"] == "0000:02:00.0"][0]
    assert port["new"] is None and port["bits"]["SV"] is None
    assert port["bits"]["RR"] is False and "firmware" in said["boot_assumed"]
    assert "0x001d -> 0x00??" in _groups(*words)
    said = _json(*words, "--firmware")
    port = [r for r in said["registers"] if r["function"] == "0000:02:00.0"][0]
    assert port["new"] == "0x0011" and "firmware" not in said["boot_assumed"]


def what_hangs_on_the_firmware_is_unknown():
    words = ("--kernel", "6.12.117", "--cmdline", "pci=config_acs=xx1xx@02:00.0")
    said = _json(*words, code=3, says="hangs on what the firmware leaves there")
    group = [g for g in said["groups"] if "0000:02:00.0" in g["functions"]][0]
    assert group["certainty"] == "unknown" and group["missing"]


def what_a_boot_ignores_is_said():
    for kernel, parameter, word, sentence in (
            ("6.8", "config_acs=0@02:00.0", "too-old", "known from kernel 6.11 on"),
            ("6.12", "config_acs=junk@02:00.0", "bad-flags", "flags must be 0, 1 or x"),
            ("6.12", "config_acs=02:00.0", "no-flags", "no FLAGS@"),
            ("6.12", "config_acs=0@junk", "bad-device", "neither an address"),
            ("6.12", "config_acs=0@7f:00.0", "no-device", "has no effect"),
            ("6.11", "config_acs=00000@02:00.0", "bug", "set other bits")):
        words = ("--firmware", "--kernel", kernel, "--cmdline", "pci=" + parameter)
        assert word in _json(*words)["remarks"], (word, parameter)
        assert sentence in _prose(_groups(*words)), (word, parameter)
    for line, word in (("pcie_acs_override=downstream", "override"),
                       ("iommu=off", "no-iommu")):
        assert _json("--firmware", "--cmdline", line)["remarks"] == [word]


def the_last_word_of_a_command_line_counts():
    words = ("--kernel", "6.8", "--cmdline",
             'a="pci=noats b" pci=disable_acs_redir=02:00.0 pci=disable_acs_redir=02:01.0')
    changed = [r["function"] for r in _json(*words)["registers"] if r["old"] != r["new"]]
    assert changed == ["0000:02:01.0"]


def a_capture_has_no_command_line_of_its_own():
    assert _groups("--boot", code=3, says="own command line is not told") == ""
    both = cli.run("groups", "-F", CAPTURE, "--boot", "--cmdline", "")
    assert both.returncode == 2 and "only one" in both.stderr, both


def expect_equal_asserts():
    assert _groups("--expect-equal") == _groups()
    text = _groups("--expect-equal", capture=WRITTEN, code=1,
                   says="29 functions are in other live groups")
    assert text == _groups(capture=WRITTEN)
    _json("--expect-equal", "--rule", "strict", code=1, says="than predicted")
    with tempfile.TemporaryDirectory() as folder:
        path = _shortened(folder, lambda line: "IOMMU group" not in line)
        assert _json(capture=path)["equal"] is None
        _groups("--expect-equal", capture=path, code=3, says="no live group is told")


def what_an_ordinary_user_reads_leaves_groups_unknown():
    with tempfile.TemporaryDirectory() as folder:
        path = _shortened(folder, _is_header_row)
        text = _groups(capture=path, code=3, says="ACS of 18 ports: not in the capture")
        assert "at most 20 functions" in text and "?? not in the capture" in text
        assert "no ACS capability" not in text
        said = json.loads(cli.run("groups", "-jqF", path).stdout)
        assert said["equal"] is None and not said["differences"]
        assert all(group["viable"] is None for group in said["groups"])
        assert cli.run("groups", "-qF", path).returncode == 3


def only_what_was_asked_for_counts_as_unknown():
    with tempfile.TemporaryDirectory() as folder:
        path = _shortened(folder, _is_header_row)
        _groups("0000:00:00.0", capture=path)
        _groups("gpu1", capture=path, code=3, says="ACS of 6 ports")


def damage_goes_before_unknown():
    made = cli.run("groups", "-F", cli.fixture("bad/damaged-digit.txt"))
    assert made.returncode == 4 and "predicted" in made.stdout


def what_a_capture_brings_along_is_cleaned():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "capture.txt")
        with open(CAPTURE, encoding="utf-8") as file, \
                open(path, "w", encoding="utf-8") as out:
            out.write(file.read().replace("driver in use: nvme",
                                          "driver in use: nv\x1b[31m\u202eme"))
        for words in ([], ["-j"], ["nvme0", "-v"],
                      ["--cmdline", "pci=\x1b[31m\u202e", "-j"]):
            text = _groups(*words, capture=path)
            assert "\x1b" not in text and "\u202e" not in text and "\\u001b" not in text
        assert "nv?" in _groups(capture=path)


def the_same_input_gives_the_same_bytes():
    for words in ([], ["-j"], ["-v", "--cmdline", ""]):
        assert _groups(*words) == _groups(*words)
    with open(CAPTURE, encoding="utf-8") as file:
        made = cli.run("groups", "-j", "-F", "-", stdin=file)
    assert made.stdout == _groups("-j")


def this_machine_has_groups_too():
    made = cli.run("groups", "-j")
    if made.returncode == 2:
        raise cli.Skip(made.stderr.strip())
    assert made.returncode in (0, 3) and json.loads(made.stdout)["groups"]
    made = cli.run("groups", "--boot", "-jq")
    assert made.returncode in (0, 3) and json.loads(made.stdout)["cmdline"] is not None


if __name__ == "__main__":
    cli.main()
