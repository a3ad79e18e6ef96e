/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's groups, said once more: pci_device_group() of Linux 6.12, not as a walk of
 * one function after the other but as a relation and its classes. */
#ifndef P2PTOOL_TESTS_GROUP_RULE_H
#define P2PTOOL_TESTS_GROUP_RULE_H

#include "laws/bytes.h"

/* What is not in the bytes. */
struct group_rule_said {
	bool at_least_7_0; /* the kernel */
	bool requested;    /* it asked for ACS */
	bool ivrs;
};

/* By handle, a number that is the same for functions of one group. Free with free(). */
int *group_rule(const struct bytes *bytes, const struct group_rule_said *said);

/* Gives some functions the ids of devices that the kernel knows: those of which the rule
 * has the rows. */
void group_rule_name(struct build *b, uint32_t seed);

#endif
