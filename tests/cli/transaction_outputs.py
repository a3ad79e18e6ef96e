# SPDX-License-Identifier: GPL-2.0-or-later
"""What apply, restore and status print as JSON on a sysfs tree that can be written to: of
what holds, drifted, is gone, was damaged or was ended half-way."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "apply"))
import tree  # noqa: E402  pylint: disable=wrong-import-position

PORT, OTHER = "0000:02:00.0", "0000:02:01.0"  # above gpu0 and nvme0
PAIR = ("--domain", "gpu0,nvme0")
MODES = (PAIR, ("--scope", "turn", "--domain", "gpu,nvme"),
         ("--mode", "one-way", "--initiator", "nvme0", *PAIR),
         ("--mode", "set", "--bits", "RR-,DT+", "--domain", PORT))


def _said(name, code, done):
    assert done.returncode == code, (name, code, done.returncode, done.stderr)
    return name, json.loads(done.stdout)


def _applied(made, words=PAIR):
    return _said("apply", 0, made.apply(*words, "-j"))


def _status(made, code):
    return _said("status", code, made.run("status", "-j"))


def _restored(made, code, *words):
    return _said("restore", code, made.run("restore", "--yes", "-j", *words))


def _of_nothing():
    with tree.Tree() as made:
        yield _status(made, 0)
        yield _restored(made, 0)
        _applied(made)
        yield _applied(made)


def _of_modes():
    for words in MODES:
        with tree.Tree() as made:
            yield _applied(made, words)
            yield _status(made, 0)
            yield _restored(made, 0)
            yield _status(made, 0)


def _of_several():
    with tree.Tree() as made:
        for words in (PAIR, ("--domain", "gpu1,nvme4")):
            yield _applied(made, words)
        yield _restored(made, 0)


def _of_drift():
    with tree.Tree() as made:
        _applied(made)
        for value in (0x1d, 0x15, 0x19):
            made.set_control(PORT, value)
            yield _status(made, 1)
        made.set_control(PORT, 0x15)
        yield _restored(made, 7)
        yield _restored(made, 0, "--allow=changed")


def _of_other_devices():
    with tree.Tree() as made:
        _applied(made)
        config = bytearray(made.config(PORT))
        config[2:4] = b"\x34\x12"
        made.put(PORT, bytes(config))
        made.write(PORT, "device", "0x1234\n")
        made.remove(OTHER)
        yield _status(made, 1)
        yield _restored(made, 7)


def _of_damage():
    with tree.Tree() as made:
        _applied(made)
        _applied(made, ("--domain", "gpu1,nvme4"))
        path = os.path.join(made.journal, "1")
        os.truncate(path, os.path.getsize(path) // 2)
        yield _status(made, 4)
        yield _restored(made, 4)


def of_all():
    """(command, record) of each."""
    for outputs in (_of_nothing, _of_modes, _of_several, _of_drift, _of_other_devices,
                    _of_damage):
        yield from outputs()


def refused(made):
    """The plan of a machine that a guard speaks for."""
    made.bind("0000:04:00.0", "vfio-pci")
    return _said("plan", 7, made.run("plan", *PAIR, "-j"))


def of_refusals():
    with tree.Tree() as made:
        yield refused(made)
    with tree.Tree() as made:
        yield _said("plan", 0, made.run("plan", *PAIR, f"--allow={tree.UNTOLD}", "-j"))
