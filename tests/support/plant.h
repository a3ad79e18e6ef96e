/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that most tests of verdicts speak of:
 *
 *   host -+- port -- up -+- down[0] -- gpu
 *         |              +- down[1] -- nic
 *         |              `- down[2] -- inner up -+- inner[0] -- nvme
 *         |                                      `- inner[1] -- disk
 *         `- other -- far
 *
 * Every port has ACS with all bits of its capability but egress control, all off but UF. */
#ifndef P2PTOOL_TESTS_PLANT_H
#define P2PTOOL_TESTS_PLANT_H

#include "support/said.h"

struct plant {
	int host, bridge, port, up, down[3], inner_up, inner[2], other;
	int gpu, nic, nvme, disk, far;
};

struct plant plant_say(struct said *said);

#endif
