# SPDX-License-Identifier: GPL-2.0-or-later
"""The command lines that each machine is booted with, and the kernels that know them."""

OLD, NEW = "6.1", "6.12"
ALL = (OLD, NEW)
KERNELS = {OLD: "debian-6.1", NEW: "debian-6.12"}
# Here the registers are what the firmware left: all predictions start from this boot.
FIRMWARE = "intel_iommu=off"

SWITCHES = [
    (ALL, "intel_iommu=on"),
    ((OLD,), "intel_iommu=on iommu=pt"),
    (ALL, "intel_iommu=on pci=noats"),
    # By address, with and without the domain
    (ALL, "intel_iommu=on pci=disable_acs_redir=02:01.0;0000:00:02.0"),
    # By path
    (ALL, "intel_iommu=on iommu=pt "
          "pci=disable_acs_redir=00:02.0/00.0/02.0;0000:00:02.0/00.0/02.0/00.0/01.0,noats"),
    # By vendor and device; the word only counts where the kernel knows it
    (ALL, "intel_iommu=on pci=disable_acs_redir=pci:1b36:000c pci=config_acs=0@02:01.0"),
    # One port has all off, one keeps what it has not
    ((NEW,), "intel_iommu=on pci=config_acs=0000000@00:02.0"),
    ((NEW,), "intel_iommu=on pci=config_acs=xx0x0x1@02:01.0;10x1@00:02.0/00.0/02.0"),
    # More than the ports have; to all of them
    ((NEW,), "intel_iommu=on iommu=pt pci=config_acs=1111111@pci:1b36:000c"),
    # Both words, and one after the other for the same port
    ((NEW,), "intel_iommu=on pci=noats,disable_acs_redir=02:00.0;02:01.0 "
             "pci=config_acs=11xx@0000:02:00.0;x@06:01.0;0@09:00.0"),
    # Without an IOMMU the words count all the same
    ((NEW,), "intel_iommu=off pci=config_acs=1011101@pci:1b36:000c,"
             "disable_acs_redir=06:00.0"),
    # Flags that no kernel takes
    ((NEW,), "intel_iommu=on pci=config_acs=12@02:00.0;1@02:02.0"),
]

FUNCTIONS = [
    (ALL, "intel_iommu=on"),
    (ALL, "intel_iommu=on pci=noats,disable_acs_redir=00:02.0;00:03.1/00.0/00.1"),
    ((OLD,), "intel_iommu=on iommu=pt pci=disable_acs_redir=00:03.0;06:01.0;00:04.0"),
    ((NEW,), "intel_iommu=on iommu=pt pci=config_acs=0@00:03.0;x0xx@06:01.0;1100@00:02.1"),
    ((NEW,), "intel_iommu=on pci=config_acs=0000000@06:00.0;0000000@00:03.1/00.0/00.1"),
]

HOSTS = [
    (ALL, "intel_iommu=on"),
    (ALL, "intel_iommu=on pci=disable_acs_redir=40:00.0;00:02.0"),
    ((OLD,), "intel_iommu=on iommu=pt pci=disable_acs_redir=40:00.0/00.0/00.0"),
    ((NEW,), "intel_iommu=on iommu=pt pci=config_acs=xx10x1@40:00.0/00.0/00.0;0@40:01.0"),
]

MACHINES = {"switches": SWITCHES, "functions": FUNCTIONS, "hosts": HOSTS}


def cmdlines(machine, kernel):
    return [cmdline for kernels, cmdline in MACHINES[machine] if kernel in kernels]
