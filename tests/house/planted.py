#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The house tests themselves: each passes a small clean tree, and names the file once
what it forbids is planted there. In: this directory, nm, the C compiler's command."""
import os
import shutil
import subprocess
import sys
import tempfile

SPDX = "/* SPDX-License-Identifier: GPL-2.0-or-later */\n"
FLOW = "# SPDX-License-Identifier: GPL-2.0-or-later\nerr\nbdf\nregs\nio | render\ncli\n"
CLEAN = {
    "src/FLOW": FLOW,
    "include/p2ptool/err.h": SPDX + "#include <stdint.h>\nint p2p_err_set(int code);\n",
    "src/core/err.c": SPDX + "#include <p2ptool/err.h>\n\n"
                      "int p2p_err_set(int code)\n{\n\treturn code;\n}\n",
    "src/core/bdf_text.c": SPDX + "#include <p2ptool/err.h>\n",
    "src/io/ids.c": SPDX + "#include <pci/pci.h>\n#include \"core/regs.h\"\n",
    "src/core/regs.h": SPDX + "#define REG_A 0x00\n",
    "tests/house/regs.c": SPDX + "SAME(REG_A, 0);\n",
}
LONG = SPDX + "int f(void)\n{\n" + "\treturn 0;\n" * 60 + "}\n"

# The test, the file that is planted, what it holds, and a word of the complaint.
PLANTED = [
    ("flow.py", "src/core/err.c", SPDX + "#include \"core/regs.h\"\n", "earlier line"),
    ("flow.py", "src/io/ids.c", SPDX + "#include \"render/json.h\"\n", "not there"),
    ("flow.py", "src/core/odd.c", SPDX, "no stage"),
    ("flow.py", "src/render/tree.c", SPDX + "#include \"io/span.h\"\n", "earlier line"),
    ("foreign.py", "src/io/other.c", SPDX + "#include <pci/pci.h>\n", "pci/pci.h"),
    ("foreign.py", "src/core/bdf.c", SPDX + "#include <unistd.h>\n", "unistd.h"),
    ("foreign.py", "src/cli/main.c", SPDX + "#include <libudev.h>\n", "libudev.h"),
    ("foreign.py", "src/core/bdf.c", SPDX + "#define PCI_ACS 1\n", "PCI_ACS"),
    ("registers.py", "src/core/regs.h", SPDX + "#define REG_B 0x01\n", "REG_B"),
    ("spdx.py", "src/core/bdf.c", "int x;\n", "lacks"),
    ("spdx.py", "README.md", "# p2ptool\n", "lacks"),
    ("style.py", "src/core/bdf.c", LONG, "63 lines"),
    ("style.py", "src/core/bdf.c", SPDX + "\n" * 400, "401 lines"),
    ("style.py", "src/core/bdf.c", SPDX + "/* " + "x" * 90 + " */\n", "90 columns"),
    ("style.py", "src/core/bdf.c", SPDX + "// TO" "DO\n", "unfinished"),
    ("style.py", "src/core/bdf.c",
     SPDX + "int f(int a, int b, int c, int (*d)(int, int), int e,\n"
     "      int g)\n{\n\treturn a;\n}\n", "6 parameters"),
    ("headers.py", "include/p2ptool/bdf.h", SPDX + "uint8_t bus(void);\n", "alone"),
    ("headers.py", "include/p2ptool/bdf.h", SPDX + "struct bdf { int x; };\n", "alone"),
    ("shell.py", "scripts/run", "#!/bin/sh\necho $1\n", "SC2086"),
    ("shell.py", "completions/p2ptool.fish", "if true\n", "fish"),
    ("format.py", "src/core/bdf.c", SPDX + "int  x ;\n", "not formatted"),
    ("manual.py", "man/p2ptool.8", ".TH\n", "mandoc"),
]
PURE = "char *f(char *a, const char *b) { return __builtin_strcpy(a, b); }\n"
IMPURE = "extern char *getenv(const char *);\nchar *f(void) { return getenv(\"A\"); }\n"


def write(root, name, content):
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)


def run(here, script, *arguments):
    made = subprocess.run([sys.executable, os.path.join(here, script), *arguments],
                          capture_output=True, text=True, check=False)
    return made.returncode, made.stdout + made.stderr


def tree_test(here, compiler, plant):
    """Passes the clean tree; complains of the planted file by name. Returns complaints."""
    script, name, content, word = plant
    more = compiler if script == "headers.py" else []
    if script in ("shell.py", "manual.py"):
        clean = {"scripts/a": "#!/bin/sh\necho a\n", "completions/a.fish": "echo a\n",
                 "man/a.8": ".Dd January 1, 2023\n.Dt A 8\n.Os\n.Sh NAME\n.Nm a\n"
                            ".Nd letter\n"}
    else:
        clean = CLEAN
    with tempfile.TemporaryDirectory() as root:
        for path, text in clean.items():
            write(root, path, text)
        shutil.copy(os.path.join(here, "../../.clang-format"), root)
        code, said = run(here, script, root, *more)
        if code == 77:
            return [f"{script}: {said.strip()}"]
        if code:
            return [f"{script} does not pass a clean tree:\n{said}"]
        write(root, name, content)
        code, said = run(here, script, root, *more)
        if code != 1 or name not in said or word not in said:
            return [f"{script} lets {name} pass ({word}), exit code {code}:\n{said}"]
    return []


def purity_test(here, nm, compiler):
    """A library that copies a string passes; one that asks the environment does not."""
    wrong = []
    for source, expected in ((PURE, 0), (IMPURE, 1)):
        with tempfile.TemporaryDirectory() as root:
            write(root, "a.c", source)
            subprocess.run([*compiler, "-c", "-o", root + "/a.o", root + "/a.c"], check=True)
            subprocess.run(["ar", "rc", root + "/a.a", root + "/a.o"], check=True)
            code, said = run(here, "purity.py", nm, root + "/a.a")
            if code != expected:
                wrong.append(f"purity.py: exit code {code}, expected {expected}:\n{said}")
    return wrong


def main(here, nm, *compiler):
    compiler = list(compiler)
    wrong = [line for plant in PLANTED for line in tree_test(here, compiler, plant)]
    wrong += purity_test(here, nm, compiler)
    for line in wrong:
        print(line)
    print(f"{len(PLANTED) + 2} planted, {len(wrong)} wrong")
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
