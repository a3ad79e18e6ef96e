/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the form key=value: finds the key's row and asks every function. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/select_key.h"

static const struct select_key *const keys[] = {
	&p2p_select_key_role,   &p2p_select_key_class,  &p2p_select_key_driver,
	&p2p_select_key_numa,   &p2p_select_key_group,  &p2p_select_key_domain,
	&p2p_select_key_slot,   &p2p_select_key_serial, &p2p_select_key_under,
	&p2p_select_key_switch, &p2p_select_key_path,
};
#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

int p2p_select_refuse_value(const struct select_wanted *wanted, const char *form,
			    struct p2p_err *err)
{
	return p2p_err_set(err, -EINVAL, "%.*s: that is not %s", SELECT_SHOWN,
			   wanted->part, form);
}

static const struct select_key *find_key(const char *part, size_t length)
{
	for (unsigned k = 0; k < N_KEYS; k++)
		if (strlen(keys[k]->name) == length &&
		    !strncmp(part, keys[k]->name, length))
			return keys[k];
	return NULL;
}

static int refuse_key(const char *part, struct p2p_err *err)
{
	char list[P2P_ERR_SIZE];
	int length = 0;

	for (unsigned k = 0; k < N_KEYS; k++)
		length += snprintf(list + length, sizeof(list) - (size_t)length,
				   "%s%s=", k ? " " : "", keys[k]->name);
	return p2p_err_set(err, -EINVAL, "%.*s: no such key (there are %.300s)",
			   SELECT_SHOWN, part, list);
}

static int refuse_empty(const struct select_key *key, const struct select_wanted *wanted,
			struct p2p_err *err)
{
	struct select_near near = p2p_select_near(wanted->text);
	uint32_t n = key->say ? wanted->machine->snapshot->n_functions : 0;
	char text[SELECT_PART_MAX], nearest[P2P_ERR_SIZE], prefix[NEAR_SIZE];

	if (key->any_near)
		near.limit = NEAR_SIZE;
	for (uint32_t i = 0; i < n; i++)
		p2p_select_offer(&near, key->say(wanted, i, text));
	snprintf(prefix, sizeof(prefix), "%s=", key->name);
	return p2p_err_set(err, -ENOENT, "%.*s: no function %s%.300s", SELECT_SHOWN,
			   wanted->part, key->noun,
			   p2p_select_nearest(&near, prefix, nearest));
}

int p2p_select_key(const struct p2p_machine *machine, const char *part, const char *value,
		   struct select_set *set, struct p2p_err *err)
{
	const struct select_key *key = find_key(part, (size_t)(value - part) - 1);
	struct select_wanted wanted = { .machine = machine, .part = part, .text = value };
	bool found = false;
	int result;

	if (!key)
		return refuse_key(part, err);
	if (!*value)
		return p2p_err_set(err, -EINVAL, "%s: the value is missing", part);
	result = key->read ? key->read(&wanted, err) : 0;
	if (result)
		return result;
	for (uint32_t i = 0; i < machine->snapshot->n_functions; i++) {
		if (!key->bridges && !machine->roles[i].endpoint)
			continue;
		if (!key->has(&wanted, i))
			continue;
		select_add(set, i);
		found = true;
	}
	return found ? 0 : refuse_empty(key, &wanted, err);
}
