/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests of selectors share. */
#ifndef P2PTOOL_TESTS_SELECTING_H
#define P2PTOOL_TESTS_SELECTING_H

#include <p2ptool/select.h>

#include "support/table.h"

/* Writes the addresses of a selection, those of PCI domain 0000 without it, separated by
 * spaces. */
void selecting_write(const struct p2p_machine *machine,
		     const struct p2p_selection *selection, char *text, size_t size);

/* @selector selects exactly these. */
void selecting_expect(const struct p2p_machine *machine, const char *selector,
		      const char *addresses);

/* @selector is refused with this code and sentence, and leaves its output alone. */
void selecting_refuse(const struct p2p_machine *machine, const char *selector, int code,
		      const char *sentence);

#endif
