/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's rule, said once more: calc_map_type_and_dist() of Linux 6.1 and 6.12 as its
 * text reads, over plain registers. */
#ifndef P2PTOOL_TESTS_KERNEL_RULE_H
#define P2PTOOL_TESTS_KERNEL_RULE_H

#include "laws/bytes.h"

enum rule_map { RULE_BUS_ADDR, RULE_THRU_HOST_BRIDGE, RULE_NOT_SUPPORTED };

struct rule_answer {
	enum rule_map map;
	unsigned distance;
};

/* @zen: the CPU is AuthenticAMD of family 23 or later. */
struct rule_answer kernel_rule(const struct bytes *bytes, int provider, int client,
			       bool zen);

#endif
