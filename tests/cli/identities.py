#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists that lspci makes of a fixture in its machine-readable forms: the same functions with
the same ids as the bytes have, and nothing that is certain.

usage: identities.py P2PTOOL"""
import glob
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile

import cli

FORMS = ("-Dvmmnn", "-Dvmmn", "-Dmmnn", "-Dmmn", "-vmmnnk", "-mmnn", "-mnn", "-vmnn")
KEYS = ("vendor", "device", "class")
CAPTURES = sorted(glob.glob(cli.fixture("*/lspci.txt")))


def _list(form, capture):
    if not shutil.which("lspci"):
        raise cli.Skip("there is no lspci that could make lists")
    made = subprocess.run(["lspci", form, "-F", capture], capture_output=True, text=True,
                          check=True, timeout=60)
    return made.stdout


def _scan(text, *words, code=3):
    made = cli.run("scan", "-j", "-n", "-F", "-", *words, input=text)
    assert made.returncode == code, f"exit {made.returncode}: {made.stderr}"
    return json.loads(made.stdout), made.stderr


def _ids(report):
    return {f["address"]: tuple(f[key] for key in KEYS) for f in report["functions"]}


def _listed_ids(report):
    """Those that lspci sees too: a VF's registers have none, we say its PF's."""
    ids = _ids(report)
    for function in report["functions"]:
        if function["kind"] == "vf":
            ids[function["address"]] = (None, None, function["class"])
    return ids


def _text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def ids_and_classes_are_those_of_the_bytes():
    assert CAPTURES
    for capture in CAPTURES:
        made = cli.run("scan", "-j", "-n", "-F", capture)
        expected = _listed_ids(json.loads(made.stdout))
        assert expected
        for form in FORMS:
            listed, _ = _scan(_list(form, capture))
            assert _ids(listed) == expected, (capture, form)


def names_alone_give_the_ids_that_are_certain():
    for capture in CAPTURES:
        made = cli.run("scan", "-j", "-n", "-F", capture)
        expected = _listed_ids(json.loads(made.stdout))
        listed = _ids(_scan(_list("-Dvmm", capture))[0])
        assert listed.keys() == expected.keys()
        known = 0
        for address, ids in listed.items():
            for ours, theirs in zip(ids, expected[address]):
                assert ours is None or ours == theirs, (capture, address, ids)
                known += ours is not None
        assert known > len(listed)


def of_a_list_no_pair_or_group_with_a_peer_is_certain():
    for capture in CAPTURES:
        text = _list("-Dvmmnn", capture)
        made = cli.run("pairs", "-j", "-F", "-", input=text)
        pairs = json.loads(made.stdout)["pairs"]
        assert made.returncode == 3 and pairs
        assert {pair["certainty"] for pair in pairs} == {"unknown"}, capture
        report, said = _scan(text)
        peers = {f["address"] for f in report["functions"] if f["peer"]}
        for group in report["groups"]:
            assert group["certainty"] == "unknown" or not peers & set(group["functions"])
        assert said.count("\n") == 1 and "only lists devices" in said, said


def a_list_beside_a_dump_changes_nothing_that_it_does_not_add():
    for capture in CAPTURES:
        whole, dump = _text(capture), _list("-Dvmmnn", capture)
        alone = json.loads(cli.run("scan", "-j", "-F", "-", input=whole).stdout)
        for text in (dump + whole, whole + "\n" + dump):
            made = cli.run("scan", "-j", "-F", "-", input=text)
            assert json.loads(made.stdout)["functions"] == alone["functions"], capture
            assert json.loads(made.stdout)["damage"]["count"] == 0


def a_list_in_an_archive_is_found_by_what_it_says():
    text = _text(cli.fixture("two-hosts/identities.txt")).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report")
        with tarfile.open(path, "w:gz") as tar:
            member = tarfile.TarInfo("node/sos_commands/pci/list")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
        made = cli.run("scan", "-v", "-F", path)
    assert made.returncode == 3, made.stderr
    assert "recognised as tar: lspci -vmm" in made.stderr, made.stderr
    assert "18 functions, switches unknown, 5 peers" in made.stdout, made.stdout


if __name__ == "__main__":
    cli.main()
