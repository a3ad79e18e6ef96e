/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where registers are (REG_) and what their bits mean, from the PCI and PCI Express base
 * specifications. Offsets of capability registers count from the capability. */
#ifndef P2PTOOL_CORE_REGS_H
#define P2PTOOL_CORE_REGS_H

/* Configuration header */
#define REG_VENDOR_ID     0x00
#define REG_DEVICE_ID     0x02
#define REG_COMMAND       0x04
#define REG_STATUS        0x06
#define REG_CLASS_REV     0x08
#define REG_HEADER_TYPE   0x0e
#define REG_BAR_0         0x10
#define REG_PRIMARY       0x18
#define REG_SECONDARY     0x19
#define REG_SUBORDINATE   0x1a
#define REG_MEM_BASE      0x20
#define REG_MEM_LIMIT     0x22
#define REG_PREF_BASE     0x24
#define REG_PREF_LIMIT    0x26
#define REG_PREF_BASE_UP  0x28
#define REG_PREF_LIMIT_UP 0x2c
#define REG_SUBSYS_VENDOR 0x2c
#define REG_SUBSYS_DEVICE 0x2e
#define REG_CAP_LIST      0x34
#define REG_EXT_CAP_LIST  0x100

#define COMMAND_MEMORY  0x0002
#define COMMAND_MASTER  0x0004
#define STATUS_CAP_LIST 0x0010
#define HEADER_LAYOUT   0x7f
#define HEADER_MULTI    0x80
#define BAR_IO          0x01
#define BAR_TYPE        0x06
#define BAR_TYPE_64     0x04
#define BAR_PREFETCH    0x08
#define WINDOW_64       0x01

#define CLASS_ISA 0x0601

/* Capability ids */
#define CAP_PM      0x01
#define CAP_PCIX    0x07
#define CAP_SUBSYS  0x0d
#define CAP_EXPRESS 0x10

#define EXT_CAP_AER    0x01
#define EXT_CAP_SERIAL 0x03
#define EXT_CAP_VENDOR 0x0b
#define EXT_CAP_ACS    0x0d
#define EXT_CAP_ARI    0x0e
#define EXT_CAP_ATS    0x0f
#define EXT_CAP_SRIOV  0x10
#define EXT_CAP_PRI    0x13
#define EXT_CAP_REBAR  0x15
#define EXT_CAP_PASID  0x1b
#define EXT_CAP_DPC    0x1d
#define EXT_CAP_DVSEC  0x23

/* Power management */
#define REG_PM_CTL   0x04
#define PM_CTL_STATE 0x0003

/* PCI Express capability */
#define REG_EXP_FLAGS   0x02
#define REG_EXP_DEVCAP  0x04
#define REG_EXP_DEVCTL  0x08
#define REG_EXP_LNKCAP  0x0c
#define REG_EXP_LNKSTA  0x12
#define REG_EXP_SLTCAP  0x14
#define REG_EXP_SLTSTA  0x1a
#define REG_EXP_DEVCAP2 0x24
#define REG_EXP_DEVCTL2 0x28

#define EXP_FLAGS_VERSION 0x000f
#define EXP_FLAGS_TYPE    0x00f0
#define EXP_FLAGS_SLOT    0x0100
#define DEVCAP_PAYLOAD    0x00000007
#define DEVCTL_RELAX      0x0010
#define DEVCTL_PAYLOAD    0x00e0
#define LNKCAP_SPEED      0x0000000f
#define LNKCAP_WIDTH      0x000003f0
#define LNKCAP_ACTIVE_REP 0x00100000
#define LNKCAP_PORT       0xff000000
#define LNKSTA_SPEED      0x000f
#define LNKSTA_WIDTH      0x03f0
#define LNKSTA_ACTIVE     0x2000
#define SLTCAP_HOTPLUG    0x00000040
#define SLTCAP_NUMBER     0xfff80000
#define SLTSTA_PRESENCE   0x0040
#define DEVCAP2_ARI       0x00000020
#define DEVCAP2_ATOMIC    0x00000040
#define DEVCAP2_TAG10_CPL 0x00010000
#define DEVCAP2_TAG10_REQ 0x00020000
#define DEVCTL2_ARI       0x0020
#define DEVCTL2_TAG10     0x1000

/* Access Control Services */
#define REG_ACS_CAP      0x04
#define REG_ACS_CTL      0x06
#define REG_ACS_EGRESS   0x08
#define REG_ACS_WIDE_CTL 0x08

#define ACS_SV       0x0001
#define ACS_TB       0x0002
#define ACS_RR       0x0004
#define ACS_CR       0x0008
#define ACS_UF       0x0010
#define ACS_EC       0x0020
#define ACS_DT       0x0040
#define ACS_ENHANCED 0x0080
#define ACS_IB       0x0080
#define ACS_DM       0x0300
#define ACS_UM       0x0c00
#define ACS_UR       0x1000
#define ACS_CLASSIC  0x007f
#define ACS_VECTOR   0xff00

/* ATS, PASID, PRI, ARI */
#define REG_ATS_CAP   0x04
#define REG_ATS_CTL   0x06
#define REG_PASID_CAP 0x04
#define REG_PASID_CTL 0x06
#define REG_PRI_CTL   0x04
#define REG_PRI_STA   0x06
#define REG_ARI_CAP   0x04
#define REG_ARI_CTL   0x06

#define ATS_CTL_ENABLE   0x8000
#define PASID_CTL_ENABLE 0x0001
#define PRI_CTL_ENABLE   0x0001
#define ARI_CTL_ACS      0x0002
#define ARI_CTL_GROUP    0x0070

/* SR-IOV */
#define REG_SRIOV_CTL    0x08
#define REG_SRIOV_TOTAL  0x0e
#define REG_SRIOV_NUM    0x10
#define REG_SRIOV_OFFSET 0x14
#define REG_SRIOV_STRIDE 0x16
#define REG_SRIOV_DEVICE 0x1a

#define SRIOV_CTL_ENABLE 0x0001
#define SRIOV_CTL_MEMORY 0x0008
#define SRIOV_CTL_TAG10  0x0020

/* Advanced Error Reporting: uncorrectable errors */
#define REG_AER_MASK     0x08
#define REG_AER_SEVERITY 0x0c

#define AER_ACS_VIOLATION 0x00200000

/* Downstream Port Containment */
#define REG_DPC_CTL 0x06
#define REG_DPC_STA 0x08

#define DPC_CTL_TRIGGER   0x0003
#define DPC_CTL_NONFATAL  0x0002
#define DPC_STA_TRIGGERED 0x0001

/* Resizable BAR: one pair of registers a BAR */
#define REG_REBAR_CAP 0x04
#define REG_REBAR_CTL 0x08

#define REBAR_CAP_SIZES 0xfffffff0u
#define REBAR_CTL_BAR   0x00000007
#define REBAR_CTL_COUNT 0x000000e0
#define REBAR_CTL_SIZE  0x00003f00

/* Designated vendor-specific: vendor, then its own id */
#define REG_DVSEC_VENDOR 0x04
#define REG_DVSEC_ID     0x08

#define DVSEC_VENDOR_CXL 0x1e98

/* Vendor-specific: the id is the vendor's own */
#define REG_VENDOR_HEADER 0x04

#define VENDOR_HEADER_ID 0x0000ffff
#define VENDOR_ID_TBT    0x1234 /* of Intel's Thunderbolt controllers */

/* Subsystem ids of bridges */
#define REG_SSVID_VENDOR 0x04
#define REG_SSVID_DEVICE 0x06

/* Intel's chipsets of the 5 to 9 series: the LPC bridge, always 1f.0, has the address of
 * the registers that keep its root ports apart */
#define REG_RCBA 0xf0

#define RCBA_ENABLE 0x00000001
#define DEVFN_LPC   0xf8

/* Intel's chipsets of the 100 and 200 series have their root ports at 1b to 1d */
#define DEVFN_CHIPSET_PORTS     0xd8
#define DEVFN_CHIPSET_PORTS_END 0xf0

#define VENDOR_INTEL 0x8086

#endif
