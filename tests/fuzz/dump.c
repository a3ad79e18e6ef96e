/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader of rows and listings alone. The text is a buffer of just its length: no byte
 * behind it may be looked at, which a mapped file would hide. */
#include <string.h>

#include "core/regs.h"
#include "fuzz/target.h"
#include "io/source_hex.h"

static void release(void *text, size_t length)
{
	(void)length;
	free(text);
}

#define STEPS 480 /* as many as the kernel takes: a list may be a loop */

/* Every byte, and both lists. */
static uint32_t look_at(const struct p2p_snapshot *snapshot, uint32_t function)
{
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, function);
	uint32_t sum = 0, header;
	unsigned offset = 0, steps = 0;

	for (unsigned at = 0; at < P2P_CFG_SIZE; at += 4)
		sum += p2p_cfg_read(&cfg, at, 4).value;
	sum += p2p_cfg_capability(&cfg, CAP_EXPRESS, &offset);
	offset = 0;
	while (steps++ < STEPS && p2p_cfg_ext_next(&cfg, &offset, &header) == P2P_YES)
		PROMISE(offset >= REG_EXT_CAP_LIST && offset < P2P_CFG_SIZE);
	return sum;
}

static void look_at_all(const struct p2p_snapshot *snapshot)
{
	static volatile uint32_t sum;

	for (uint32_t i = 0; i < snapshot->n_functions; i++) {
		PROMISE(p2p_snapshot_find(snapshot, snapshot->functions[i].bdf) == i);
		if (i < 64)
			sum = sum + look_at(snapshot, i);
	}
	for (uint32_t i = 0; i < snapshot->n_damage; i++)
		PROMISE(*p2p_snapshot_string(snapshot, snapshot->damage[i].text));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct p2p_snapshot *snapshot = p2p_snapshot_new();
	struct p2p_hex_found found = { 0 };
	struct p2p_err err = { "" };
	char *text = malloc(length);

	PROMISE(snapshot && (text || !length));
	if (length)
		memcpy(text, bytes, length);
	snapshot->text = text;
	snapshot->text_length = length;
	snapshot->release = release;
	PROMISE(!p2p_hex_read(snapshot, &found, &err));
	PROMISE(!p2p_snapshot_seal(snapshot, &err));
	p2p_hex_tell_sizes(snapshot, &found);
	look_at_all(snapshot);
	p2p_snapshot_free(snapshot);
	return 0;
}
