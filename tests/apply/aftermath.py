#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What status and restore say of registers, devices and journals that are not as apply left
them.

usage: aftermath.py P2PTOOL"""
import json
import os
import re
import shlex
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402  pylint: disable=wrong-import-position
from tree import OTHER, PAIR, PORT, cli  # noqa: E402  pylint: disable=wrong-import-position


def drift_is_told_and_not_overwritten():
    with tree.Tree() as made:
        made.applied()
        made.set_control(PORT, 0x1d)
        report = made.report("status", code=1)
        assert [one["function"] for one in report["drift"]] == [PORT], report["drift"]
        assert report["drift"][0]["applied"] == "0x0011"
        assert report["drift"][0]["now"] == "0x001d"
        made.set_control(OTHER, 0x15)
        done = made.run("restore", "--yes")
        assert done.returncode != 0 and OTHER in done.stderr + done.stdout, done
        assert made.control(OTHER) == 0x15
        done = made.run("restore", "--yes", "--allow=changed")
        assert done.returncode == 0, done.stderr
        assert made.configs() == made.original


def another_device_in_the_place_is_never_written():
    with tree.Tree() as made:
        made.applied()
        other = bytearray(made.config(PORT))
        other[2:4] = b"\x34\x12"
        made.put(PORT, bytes(other))
        made.write(PORT, "device", "0x1234\n")
        for words in ((), ("--allow=changed",)):
            done = made.run("restore", "--yes", *words)
            assert done.returncode != 0 and PORT in done.stderr + done.stdout, done
            assert made.config(PORT) == bytes(other)
        assert made.control(OTHER) == 0x1d


def what_was_not_read_has_its_own_remedy():
    with tree.Tree() as made:
        made.write(PORT, "power_state", "D3cold\n")
        done = made.apply(*PAIR)
        assert done.returncode == 3 and "with --wake" in done.stderr, done
        made.write(PORT, "power_state", "D0\n")
        made.put(PORT, b"\xff" * 4096)
        done = made.apply(*PAIR)
        assert done.returncode == 3 and "once it answers again" in done.stderr, done
        made.put(PORT, made.original[PORT])
        assert made.configs() == made.original


def a_device_that_is_gone_is_told():
    with tree.Tree() as made:
        made.applied()
        made.remove(OTHER)
        report = made.report("status", code=1)
        assert OTHER in json.dumps(report["drift"])
        done = made.run("restore", "--yes")
        assert done.returncode == 7 and f"{OTHER}: is not there any more" in done.stderr, done
        assert "--allow" not in done.stderr, done
        assert made.control(PORT) == 0x1d


def what_a_later_apply_wrote_is_no_drift():
    with tree.Tree() as made:
        made.applied()
        made.applied("--mode", "set", "--bits", "RR+", "--domain", PORT)
        assert made.control(PORT) == 0x15
        assert made.report("status")["drift"] == []
        made.set_control(PORT, 0x1d)  # CR is the first one's, RR as the second one left it
        drift = made.report("status", code=1)["drift"]
        assert [(one["transaction"], one["now"]) for one in drift] == [(1, "0x001d")], drift


def what_restore_put_back_has_not_drifted():
    with tree.Tree() as made:
        made.applied()
        made.set_control(OTHER, 0x15)
        assert made.run("restore", "--yes").returncode == 7
        drift = made.report("status", code=1)["drift"]
        assert [one["function"] for one in drift] == [OTHER], drift
        assert "1 drifted, 1 put back" in made.run("status").stdout


def a_register_that_cannot_be_read_is_unknown():
    with tree.Tree() as made:
        made.applied()
        made.put(PORT, made.config(PORT)[:64])
        drift = made.report("status", code=3)["drift"]
        assert [(one["function"], one["now"]) for one in drift] == [(PORT, None)], drift
        assert "1 holds, 1 unknown" in made.run("status").stdout
        made.set_control(OTHER, 0x1d)
        assert made.run("status").returncode == 1


def what_is_printed_as_a_way_out_can_be_run():
    with tree.Tree() as made:
        undo = re.search(r"Undo: p2ptool (.*)", made.applied().stdout)[1]
        made.set_control(PORT, 0x1d)
        mend = re.search(r"Mend: p2ptool (.*)", made.run("status").stdout)[1]
        done = cli.run(*shlex.split(mend), "--yes", f"--allow={tree.UNTOLD}")
        assert done.returncode == 0 and made.control(PORT) == 0x11, done
        assert made.run("restore", "2", "--yes").returncode == 0
        assert cli.run(*shlex.split(undo), "--yes").returncode == 0
        assert made.configs() == made.original


def what_was_asked_besides_the_mode_is_mended_too():
    for asked in (("--mode", "one-way", "--initiator", "nvme0", *PAIR),
                  ("--mode", "set", "--bits", "RR-,DT+", "--domain", PORT),
                  ("--scope", "turn", *PAIR)):
        with tree.Tree() as made:
            made.applied(*asked)
            applied = made.configs()
            made.set_control(PORT, made.original_control(PORT))
            told = made.report("status", code=1)["transactions"][0]
            assert asked[:2] == ("--mode", told["mode"]) or told["mode"] == "clear", told
            assert shlex.join(asked[:-2][-2:]) in told["options"], told
            mend = re.search(r"Mend: p2ptool (.*)", made.run("status").stdout)[1]
            done = cli.run(*shlex.split(mend), "--yes", f"--allow={tree.UNTOLD}")
            assert done.returncode == 0, (mend, done)
            assert made.configs() == applied, mend


def what_was_put_back_of_a_transaction_has_not_drifted():
    with tree.Tree() as made:
        made.applied()
        other = made.config(OTHER)
        made.put(OTHER, b"\xff" * len(other))
        done = made.run("restore", "--yes")
        assert done.returncode == 7, done
        assert f"{OTHER}: is not there any more, or reads all-ones" in done.stderr, done
        assert [one["function"] for one in made.report("status", code=1)["drift"]] == [OTHER]
        assert "1 drifted, 1 put back" in made.run("status").stdout
        made.put(OTHER, other)
        assert made.run("restore", "--yes").returncode == 0
        assert made.configs() == made.original


def the_journal_is_for_root_alone():
    with tree.Tree() as made:
        made.applied()
        assert os.stat(made.journal).st_mode & 0o777 == 0o700
        for name in os.listdir(made.journal):
            assert os.stat(os.path.join(made.journal, name)).st_mode & 0o077 == 0, name


def a_journal_that_is_a_link_or_open_to_others_is_refused():
    with tree.Tree() as made:
        os.makedirs(made.journal)
        os.chmod(made.journal, 0o777)
        done = made.apply(*PAIR)
        assert done.returncode and made.configs() == made.original, done
        os.rmdir(made.journal)
        os.symlink(made.top, made.journal)
        done = made.apply(*PAIR)
        assert done.returncode and made.configs() == made.original, done


def a_damaged_journal_is_told_by_number_and_line():
    with tree.Tree() as made:
        made.applied()
        name, = [name for name in os.listdir(made.journal) if name != "lock"]
        path = os.path.join(made.journal, name)
        with open(path, "r+b") as file:
            file.truncate(os.path.getsize(path) // 2)
        done = made.run("status")
        assert done.returncode == 4 and "line" in done.stderr, done
        assert "not known" in done.stdout and "nothing is applied" not in done.stdout, done
        assert made.run("restore", "--yes").returncode == 4
        assert made.control(PORT) == 0x11


def _foreign(made):
    """What stands in the journal's place of number 2, by a name of its own."""
    path = os.path.join(made.journal, "2")
    yield "a FIFO", lambda: os.mkfifo(path)
    yield "a directory", lambda: os.mkdir(path)
    yield "a link", lambda: os.symlink("1", path)
    yield "an empty file", lambda: open(path, "wb").close()
    yield "a huge one", lambda: (open(path, "wb").close(), os.truncate(path, 1 << 40))
    yield "one of zeros", lambda: (open(path, "wb").close(), os.truncate(path, 1 << 20))
    yield "another's", lambda: (shutil.copy(os.path.join(made.journal, "1"), path),
                                os.chmod(path, 0o666))
    yield "a second 1", lambda: shutil.copy(os.path.join(made.journal, "1"), path)


def what_is_no_journal_keeps_none_from_being_taken_back():
    with tree.Tree() as made:
        for what, put in _foreign(made):
            made.reset()
            made.applied()
            put()
            done = made.run("status")
            assert done.returncode == 4 and "all hold" in done.stdout, (what, done)
            assert done.stderr.count("\n") == 1 and "journal/2: " in done.stderr, (what, done)
            assert "line 0" not in done.stderr and os.strerror(1) not in done.stderr, done
            done = made.run("restore", "--yes")
            assert done.returncode == 4 and "journal/2: " in done.stderr, (what, done)
            assert made.configs() == made.original, what
            made.applied()


if __name__ == "__main__":
    cli.main()
