/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known after reading is what was said: through raw bytes, and through text that
 * the real reader of captures reads. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <p2ptool/source.h>

#include "laws/dump.h"
#include "laws/law.h"

static void compare_function(struct law_count *count, struct build *b, int i,
			     const struct p2p_snapshot *snapshot)
{
	uint32_t function = build_index(b, i, snapshot);
	unsigned readable = build_place(b, i).readable;
	struct p2p_cfg cfg;

	if (function == P2P_NONE) {
		law_broken(count, "function %d is not there", i);
		return;
	}
	cfg = p2p_snapshot_cfg(snapshot, function);
	for (unsigned at = 0; at < P2P_CFG_SIZE; at += 4) {
		struct p2p_reg reg = p2p_cfg_read(&cfg, at, 4);
		bool known = reg.known == (at < readable ? UINT32_MAX : 0);

		count->cases++;
		if (!known || reg.value != (at < readable ? build_read(b, i, at, 4) : 0))
			law_broken(count, "function %d at %03x reads %08x, known %08x", i,
				   at, reg.value, reg.known);
	}
}

static void compare(struct law_count *count, struct build *b,
		    struct p2p_snapshot *snapshot)
{
	uint32_t n = 0;

	for (int i = 0; i < build_count(b); i++) {
		if (build_place(b, i).host)
			continue;
		n++;
		compare_function(count, b, i, snapshot);
	}
	if (snapshot->n_functions != n || snapshot->n_damage_seen)
		law_broken(count, "%u functions of %u, damaged %llu times",
			   snapshot->n_functions, n,
			   (unsigned long long)snapshot->n_damage_seen);
	p2p_snapshot_free(snapshot);
}

static void raw_bytes_are_read_as_said(struct law_count *count, struct build *b)
{
	compare(count, b, build_snapshot(b, count->seed));
}

static void text_is_read_as_said(struct law_count *count, struct build *b)
{
	int fd = memfd_create("dump", 0);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	struct p2p_snapshot *snapshot = NULL;
	struct p2p_err err = { "" };
	char name[64];

	assert(out);
	p2p_snapshot_free(build_snapshot(b, 0));
	dump_write(b, out);
	fflush(out);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	if (p2p_source_file(name, &snapshot, &err))
		law_broken(count, "not read: %s", err.text);
	else
		compare(count, b, snapshot);
	fclose(out);
}

int main(int argc, char **argv)
{
	static const struct law laws[] = {
		{ "raw bytes are read as said", 150, raw_bytes_are_read_as_said },
		{ "text is read as said", 100, text_is_read_as_said },
	};

	return law_run(laws, 2, argc, argv);
}
