/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of key=value: one row a key, which reads the value, asks each function, and
 * says a function's own value for the sentence when nothing matches. */
#ifndef P2PTOOL_CORE_SELECT_KEY_H
#define P2PTOOL_CORE_SELECT_KEY_H

#include "core/select_parts.h"

/* What is looked for. @part is the whole part, for sentences; @text its value. */
struct select_wanted {
	const struct p2p_machine *machine;
	const char *part, *text;
	uint64_t number, mask;
	uint32_t function;
};

struct select_key {
	const char *name;
	const char *noun; /* "no function has that ..." */
	bool bridges;     /* says what a function is, not where: ports are meant, too */
	bool any_near;    /* values are numbers: any other one is worth naming */
	/* 0, or -EINVAL or -ENOENT with the sentence. */
	int (*read)(struct select_wanted *wanted, struct p2p_err *err);
	bool (*has)(const struct select_wanted *wanted, uint32_t function);
	/* The function's value, "" for none; NULL where there is nothing to say. */
	const char *(*say)(const struct select_wanted *wanted, uint32_t function,
			   char text[SELECT_PART_MAX]);
};

extern const struct select_key p2p_select_key_role, p2p_select_key_class,
	p2p_select_key_driver, p2p_select_key_numa, p2p_select_key_group,
	p2p_select_key_domain, p2p_select_key_serial;
extern const struct select_key p2p_select_key_slot, p2p_select_key_under,
	p2p_select_key_switch, p2p_select_key_path;

/* -EINVAL: the value of @wanted is not @form. */
int p2p_select_refuse_value(const struct select_wanted *wanted, const char *form,
			    struct p2p_err *err);

#endif
