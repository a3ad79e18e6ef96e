/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Registers that root captured earlier in this boot, for those who may not read them. The
 * file is believed only if nobody but root can have written it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <p2ptool/source.h>

#include "core/regs.h"
#include "io/owned.h"
#include "io/source_capture.h"

#define SIZE_MOST ((size_t)256 << 20)

static void release(void *text, size_t length)
{
	(void)length;
	free(text);
}

static int load_text(const char *path, struct p2p_snapshot *saved)
{
	size_t size = 0;
	char *text;
	int result = p2p_owned_read(AT_FDCWD, path, 0, SIZE_MOST, &text, &size);

	if (result)
		return result;
	saved->text = text;
	saved->text_length = size;
	saved->release = release;
	return 0;
}

static int load(const char *path, struct p2p_snapshot *saved)
{
	int result = load_text(path, saved);

	if (result)
		return result;
	if (!p2p_capture_is(saved->text, saved->text_length))
		return -EBADMSG;
	result = p2p_capture_read(saved, NULL);
	if (!result)
		result = p2p_snapshot_seal(saved, NULL);
	return !result && saved->n_damage_seen ? -EBADMSG : result;
}

static bool is_same_function(const struct p2p_snapshot *live,
			     const struct p2p_snapshot *saved, uint32_t i)
{
	struct p2p_cfg now = p2p_snapshot_cfg(live, i);
	struct p2p_cfg then = p2p_snapshot_cfg(saved, i);
	struct p2p_reg a = p2p_cfg_read(&now, REG_VENDOR_ID, 4);
	struct p2p_reg b = p2p_cfg_read(&then, REG_VENDOR_ID, 4);

	return p2p_bdf_key(live->functions[i].bdf) ==
		       p2p_bdf_key(saved->functions[i].bdf) &&
	       !((a.value ^ b.value) & a.known & b.known);
}

static bool is_same_boot(const struct p2p_snapshot *live,
			 const struct p2p_snapshot *saved)
{
	const char *boot = p2p_snapshot_string(live, live->system.boot_id);

	if (!*boot || !saved->system.time || saved->system.time > live->system.time ||
	    strcmp(boot, p2p_snapshot_string(saved, saved->system.boot_id)) != 0 ||
	    live->n_functions != saved->n_functions)
		return false;
	for (uint32_t i = 0; i < live->n_functions; i++)
		if (!is_same_function(live, saved, i))
			return false;
	return true;
}

/* Whole bytes; what @live read itself wins when it is sealed. */
static int add_bytes(struct p2p_snapshot *live, const struct p2p_snapshot *saved,
		     uint32_t i)
{
	struct p2p_cfg cfg = p2p_snapshot_cfg(saved, i);
	int result = 0;

	for (unsigned at = 0; at < P2P_CFG_SIZE && !result; at++) {
		uint8_t bytes[P2P_CFG_SIZE];
		unsigned n = 0;

		for (; at + n < P2P_CFG_SIZE; n++) {
			struct p2p_reg byte = p2p_cfg_read(&cfg, at + n, 1);

			if (byte.known != UINT8_MAX)
				break;
			bytes[n] = (uint8_t)byte.value;
		}
		if (n)
			result = p2p_snapshot_add_bytes(live, at, bytes, n);
		at += n;
	}
	return result;
}

static int add(struct p2p_snapshot *live, const struct p2p_snapshot *saved,
	       struct p2p_err *err)
{
	uint32_t n = live->n_functions;
	int result = 0;

	for (uint32_t i = 0; i < n && !result; i++) {
		struct p2p_function *more;

		if (live->functions[i].denied != P2P_YES)
			continue;
		more = p2p_snapshot_begin(live, live->functions[i].bdf);
		if (!more)
			result = -ENOMEM;
		else
			result = add_bytes(live, saved, i);
		if (!result)
			live->functions[live->n_functions - 1].denied = P2P_NO;
	}
	live->system.as_of = saved->system.time;
	return result ? result : p2p_snapshot_seal(live, err);
}

int p2p_source_saved(const char *path, struct p2p_snapshot *live, struct p2p_err *err)
{
	struct p2p_snapshot *saved = p2p_snapshot_new();
	int result = saved ? load(path, saved) : -ENOMEM;

	if (!result && !is_same_boot(live, saved))
		result = -ESTALE;
	if (result)
		p2p_err_set(err, result, "%s: is not used: %s", path, strerror(-result));
	else
		result = add(live, saved, err);
	p2p_snapshot_free(saved);
	return result;
}
