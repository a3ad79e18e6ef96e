#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Manual pages name each option that --help names and none that it does not; their examples
run as they stand there, those that write on a sysfs tree that is made for it.

usage: manuals.py P2PTOOL MANUALS"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import cli

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "apply"))
import tree  # noqa: E402  pylint: disable=wrong-import-position

OPTION = re.compile(r"^  (?:-(.),)? +--([a-z-]+)", re.MULTILINE)
CAPTURE = cli.fixture("switch-acs/lspci.txt")
WRITING = ("apply", "restore", "status")


def _page(name):
    with open(os.path.join(sys.argv[2], name), encoding="utf-8") as file:
        return file.read()


def _commands():
    offered = cli.run("--complete", "").stdout.splitlines()
    return [line.split("\t")[0] for line in offered]


def _options(command):
    """(letter or "", long name) of each option that --help lists."""
    found = OPTION.findall(cli.run(command, "--help").stdout)
    assert len(found) > 10, "is --help still a table?"
    return found


def _named(page):
    """Letters and long names that a page names behind Fl."""
    names = set()
    for words in re.findall(r"\bFl ((?:-?[\w-]+)(?: \| -[\w-]+)*)", page):
        for word in words.split(" | "):
            names.update([word[1:]] if word.startswith("-") else word)
    return names


def each_command_has_a_page_that_names_its_options():
    for command in _commands():
        named = _named(_page(f"p2ptool-{command}.8"))
        for letter, name in _options(command):
            assert name in named or letter in named, f"{command}: --{name}"


def the_main_page_tells_all_that_commands_share():
    shared = set.intersection(*(set(_options(command)) for command in _commands()))
    page = _page("p2ptool.8")
    named = _named(page)
    for letter, name in shared:
        assert name in named, f"--{name}"
        assert not letter or letter in named, f"-{letter}"
    for command in _commands():
        assert f".It Ic {command}" in page, command


def no_page_names_an_option_that_is_not_there():
    known = {"version", "x"}  # p2ptool's own, and lspci's
    for command in _commands():
        known |= {word for option in _options(command) for word in option if word}
    for name in ["p2ptool.8", *(f"p2ptool-{command}.8" for command in _commands())]:
        extra = _named(_page(name)) - known
        assert not extra, f"{name}: {extra}"


def exit_codes_and_routes_stand_in_the_main_page():
    page = _page("p2ptool.8")
    for code in "01234567":
        assert f".It {code}\n" in page, code
    for route in ("self", "same-device", "switch", "redirected", "root-complex",
                  "cross-root", "blocked", "undefined", "unknown"):
        assert f".It {route} Ta" in page, route


def _examples():
    page = _page("p2ptool-json.5")
    blocks = re.findall(r"\.Bd -literal -offset indent\n(.*?)\n\.Ed", page, re.DOTALL)
    assert len(blocks) >= 5, "are the examples still literal blocks?"
    return {name: [block for block in blocks
                   if (block.split()[1] in WRITING) == (name == "writing")]
            for name in ("reading", "writing")}


def _pipe(words):
    made = subprocess.run(["bash", "-o", "pipefail", "-c", words], capture_output=True,
                          text=True, env=cli.environment(), check=False)
    return made.returncode, made.stdout.splitlines(), made.stderr


def the_examples_of_json_run_and_print_something():
    if not shutil.which("jq"):
        raise cli.Skip("jq not installed (scripts/bootstrap test)")
    capture = shlex.quote(CAPTURE)
    for block in _examples()["reading"]:
        words = block.replace("p2ptool ", shlex.quote(cli.program()) + " ", 1)
        words = re.sub(r" \|\n", f" -F {capture} --cpu other |\n", words, count=1)
        if '"acs"' in block:
            words = words.replace("switch-acs/lspci.txt", "two-hosts/lspci-xxx.txt")
        code, lines, said = _pipe(words)
        assert code in (0, 3) and lines, (words, said)
        assert not any("null" in line for line in lines), (words, lines)


def the_examples_of_json_that_write_run_one_after_the_other():
    if not shutil.which("jq"):
        raise cli.Skip("jq not installed (scripts/bootstrap test)")
    blocks = _examples()["writing"]
    assert [block.split()[1] for block in blocks] == ["apply", "status", "restore"]
    with tree.Tree() as made:
        for block in blocks:
            more = ["--sysfs", made.sysfs, "--state", made.state]
            more += [f"--allow={tree.UNTOLD}"] if " apply " in block else []
            words = block.replace("p2ptool ", shlex.quote(cli.program()) + " ", 1)
            words = words.replace(" |\n", f" {shlex.join(more)} |\n", 1)
            code, lines, said = _pipe(words)
            assert code == (1 if " status " in block else 0) and lines, (words, said)
            assert not any("null" in line for line in lines), (words, lines)
            made.set_control("0000:02:00.0", 0x1d)


def the_examples_of_apply_and_restore_run_one_after_the_other():
    with tree.Tree() as made:
        for bits in ("RR-", "CR-", "RR+"):  # the third transaction is there to be restored
            assert not made.apply("--mode", "set", "--bits", bits, "0000:02:02.0").returncode
        for page in ("p2ptool-restore.8", "p2ptool-apply.8"):
            lines = re.findall(r"^\.Dl sudo p2ptool (.*)$", _page(page), re.MULTILINE)
            assert len(lines) > 2, "are the examples still lines?"
            for line in sorted(lines, key=lambda line: "restore 3" not in line):
                words = shlex.split(line)
                more = ["--yes"] if words[0] in ("apply", "restore") else []
                more += [f"--allow={tree.UNTOLD}"] if words[0] == "apply" else []
                done = made.run(*words, *more)
                assert done.returncode == 0 and done.stdout, (line, done)
        assert made.configs() == made.original


def the_examples_of_groups_run():
    capture = shlex.quote(CAPTURE)
    lines = re.findall(r"^\.Dl (?:sudo )?p2ptool (.*)$", _page("p2ptool-groups.8"),
                       re.MULTILINE)
    assert len(lines) > 4, "are the examples still lines?"
    for line in lines:
        words = line.replace("dump.txt", capture)
        words = shlex.quote(cli.program()) + " " + words
        made = subprocess.run(["sh", "-c", words if "-F" in line else
                               words.replace(" groups ", f" groups -F {capture} ")],
                              capture_output=True, text=True, env=cli.environment(),
                              check=False)
        assert made.returncode == 0 and made.stdout and not made.stderr, (line, made)


def the_examples_of_plan_run():
    """On a capture whose names are other ones."""
    lines = re.findall(r"^\.Dl (?:sudo )?p2ptool (.*)$", _page("p2ptool-plan.8"),
                       re.MULTILINE)
    assert len(lines) > 4, "are the examples still lines?"
    for line in lines:
        words = [word for word in shlex.split(line) if word not in ("-F", "dump.txt")]
        made = cli.run(*words, "-F", CAPTURE)
        assert made.returncode == 0 and made.stdout and not made.stderr, (line, made)


def _enums(value):
    if isinstance(value, dict):
        for key, member in value.items():
            yield from member if key == "enum" else _enums(member)
    elif isinstance(value, list):
        for member in value:
            yield from _enums(member)


def the_words_of_plan_stand_in_its_page():
    """Each word that its schema lets stand in JSON, but those of verdicts."""
    page = _page("p2ptool-plan.8")
    schemas = os.path.join(os.path.dirname(os.path.abspath(sys.argv[2])), "data")
    with open(os.path.join(schemas, "p2ptool.plan.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    verdicts = set(schema["$defs"]["assumed"]["items"]["enum"]) | {
        "write", "read", "translated-write", "translated-read", "bus-addr",
        "thru-host-bridge", "not-supported", "unknown", "certain", "assumed"}
    words = {word for word in _enums(schema) if isinstance(word, str) and word.islower()}
    assert len(words - verdicts) > 45
    for word in words - verdicts:
        assert re.search(rf"^\.(It|Cm|It Cm|It Sy) (.*, )?{word}( ,|$)", page,
                         re.MULTILINE), word


def each_guard_stands_in_the_page_of_apply():
    page = _page("p2ptool-apply.8").split(".Sh GUARDS")[1].split(".Sh FILES")[0]
    named = re.findall(r"^\.It Cm ([a-z-]+)$", page, re.MULTILINE)
    with open(os.path.join(os.path.dirname(os.path.abspath(sys.argv[2])), "data",
                           "p2ptool.apply.schema.json"), encoding="utf-8") as file:
        known = json.load(file)["$defs"]["guards"]["items"]["properties"]["name"]["enum"]
    assert named == known and len(known) == 14, named


def why_registers_drift_stands_in_the_page_of_status():
    page = _page("p2ptool-status.8")
    with open(os.path.join(os.path.dirname(os.path.abspath(sys.argv[2])), "data",
                           "p2ptool.status.schema.json"), encoding="utf-8") as file:
        drift = json.load(file)["properties"]["drift"]["items"]["properties"]
    for sentence in drift["why"]["enum"]:
        assert re.search(rf"^\.It (.* , )?{re.escape(sentence)}( , .*)?$", page,
                         re.MULTILINE), sentence


def the_words_of_groups_stand_in_their_page():
    """Each word that a schema lets stand in JSON."""
    page = _page("p2ptool-groups.8")
    schemas = os.path.join(os.path.dirname(os.path.abspath(sys.argv[2])), "data")
    verdicts = {"cpu", "device", "strict", "snapshot"}  # no group rests on these

    def enums(value):
        if isinstance(value, dict):
            for key, member in value.items():
                yield from member if key == "enum" else enums(member)
    for name in ("group", "groups"):
        with open(os.path.join(schemas, f"p2ptool.{name}.schema.json"),
                  encoding="utf-8") as file:
            words = set(enums(json.load(file))) - verdicts
        for word in words:
            if word.islower() and word not in ("certain", "assumed", "unknown"):
                assert re.search(rf"^\.(It|Cm) (.*, )?{word}( ,|$)", page, re.MULTILINE), word


def every_member_of_json_is_named():
    page = _page("p2ptool-json.5")
    scan = json.loads(cli.run("scan", "-j", "-F", CAPTURE).stdout)
    pair = cli.run("pairs", "-o", "ndjson", "-F", CAPTURE).stdout.splitlines()[0]
    explained = json.loads(cli.run("explain", "-j", "-F", CAPTURE, "gpu0", "nvme0").stdout)
    words = set(re.findall(r"[a-z_0-9-]+", page))
    groups = json.loads(cli.run("groups", "-j", "-F", CAPTURE, "--rule", "strict", "--cmdline",
                                "pci=disable_acs_redir=02:00.0").stdout)
    tied = [group for group in groups["groups"] if group["why"]][0]
    plan = json.loads(cli.run("plan", "-j", "-F", CAPTURE, "gpu0,nvme0").stdout)
    refused = json.loads(cli.run("plan", "-j", "-F", CAPTURE, "gpu").stdout)
    effects = plan["effects"]
    with tree.Tree() as made:
        applied = json.loads(made.apply("-j", "gpu0,nvme0").stdout)
        made.set_control("0000:02:00.0", 0x1d)
        status = json.loads(made.run("status", "-j").stdout)
        restored = json.loads(made.run("restore", "-j", "--yes").stdout)
    for value in (applied, applied["ops"][0], applied["guards"][0], restored,
                  restored["ops"][0], status, status["transactions"][0], status["drift"][0],
                  plan["guards"][0], plan, plan["domain"], plan["ops"][0], effects, effects["changed"][0],
                  effects["at_root_complex"], effects["groups_predicted"],
                  refused["refusals"][0], groups, tied, tied["why"][0], groups["differences"][0],
                  groups["registers"][0], scan, scan["host"], scan["rules"], scan["functions"][1],
                  scan["islands"][0], scan["findings"][0], scan["damage"],
                  json.loads(pair), explained, explained["path"][0]):
        missing = set(value) - words
        assert not missing, missing


if __name__ == "__main__":
    cli.main()
