#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each foreign header stands only where it may; core sees nothing that could do I/O."""
import re
import sys

import house
import includes

# Foreign header: the files that may include it.
MAY = [
    (r"pci/.*", r"src/io/(source_live|ids)\.c"),
    (r"libudev\.h", r"src/io/names_udev\.c"),
    (r"(cjson/)?cJSON\.h", r"src/render/json(_\w+)?\.[ch]|src/io/source_rdma\.c"),
    (r"libsmartcols(/.*)?\.h", r"src/render/(table|tree)\.c"),
    (r"zlib\.h", r"src/io/(host|gzip)\.c"),
    (r"syslog\.h", r"src/io/trail\.c"),
    (r"archive(_entry)?\.h", r"src/io/(unpack(_tar)?\.[ch]|pack\.c)"),
]
# The C library's headers without I/O: all that core and the public headers may include.
PURE = {"assert.h", "ctype.h", "errno.h", "inttypes.h", "limits.h", "stdalign.h", "stdarg.h",
        "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h"}
# ... and those that the rest may include as well.
SYSTEM = {"dirent.h", "fcntl.h", "fnmatch.h", "getopt.h", "glob.h", "langinfo.h",
          "linux/capability.h", "linux/magic.h", "linux/nsfs.h", "locale.h", "math.h",
          "poll.h", "pthread.h", "pwd.h", "setjmp.h", "signal.h", "strings.h", "sys/capability.h",
          "sys/ioctl.h", "sys/mman.h", "sys/prctl.h", "sys/resource.h", "sys/stat.h",
          "sys/statfs.h", "sys/statvfs.h", "sys/syscall.h", "sys/sysmacros.h", "sys/time.h",
          "sys/types.h", "sys/uio.h", "sys/utsname.h", "sys/vfs.h", "sys/wait.h", "termios.h",
          "time.h", "unistd.h", "wchar.h", "wctype.h"}
OUR_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(PCI_\w+)", re.MULTILINE)
OUR_ENUM = re.compile(r"^\s*(PCI_\w+)\s*(=|,)", re.MULTILINE)


def may_include(name, header):
    for foreign, places in MAY:
        if re.fullmatch(foreign, header):
            return re.fullmatch(places, name) is not None
    if name.startswith(("src/core/", "include/")):
        return header in PURE
    return header in PURE or header in SYSTEM


def main(root):
    wrong = house.Complaints()
    names = house.c_files(root)
    for name in names:
        for line, header, ours in includes.of(root, name):
            if ours is None and not may_include(name, header):
                wrong.add(f"{name}:{line}", f"<{header}> may not stand here "
                          "(tests/house/foreign.py says where each header may)")
        for pattern in (OUR_DEFINE, OUR_ENUM):
            for match in pattern.finditer(house.text(root, name)):
                wrong.add(name, f"defines {match.group(1)}: PCI_ names are libpci's and "
                          "the kernel's, ours are REG_ and the bits of core/regs.h")
    return wrong.done(len(names))


sys.exit(main(sys.argv[1]))
