#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions that lspci names by the bridges on their way (-P, -PP) are those that it names
by their buses.

usage: paths.py P2PTOOL"""
import json
import os
import subprocess

import cli

NAMES = ("switch-acs", "switch-acs-off", "multifunction", "nvme-vfs", "two-hosts")


def _capture(name):
    return next(os.path.join(cli.fixture(name), file) for file in ("lspci.txt", "lspci-xxxx.txt")
                if os.path.exists(os.path.join(cli.fixture(name), file)))


def _listed(name, *words):
    return subprocess.run(["lspci", "-F", _capture(name), *words], capture_output=True,
                          text=True, check=True).stdout


def _functions(text):
    made = cli.run("scan", "-j", "-F", "-", input=text)
    assert made.returncode in (0, 3), (made.returncode, made.stderr)
    return json.loads(made.stdout)["functions"]


def _are_alike(*words):
    for name in NAMES:
        plain = _functions(_listed(name, *words))
        for path in ("-P", "-PP"):
            assert _functions(_listed(name, path, *words)) == plain, (name, path)
        assert "/" in _listed(name, "-P"), name


def bytes_tell_the_buses_of_paths():
    _are_alike("-xxxx")


def listings_tell_the_buses_of_paths():
    _are_alike("-vvv")


def text_and_bytes_together_tell_them_too():
    _are_alike("-Dvvvxxxx")


def paths_and_plain_addresses_may_be_mixed():
    plain = _listed("switch-acs", "-xxxx").split("\n\n")
    paths = _listed("switch-acs", "-P", "-xxxx").split("\n\n")
    mixed = [pair[number % 2] for number, pair in enumerate(zip(plain, paths))]
    assert _functions("\n\n".join(mixed)) == _functions("\n\n".join(plain))


def a_path_whose_bridge_is_not_told_is_damage():
    paths = _listed("switch-acs", "-P", "-xxxx").split("\n\n")
    made = cli.run("scan", "-j", "-F", "-", input="\n\n".join(
        part for part in paths if not part.startswith("00:02.0 ")))
    assert made.returncode == 4 and "a path whose bridges are not told" in made.stderr, made


if __name__ == "__main__":
    cli.main()
