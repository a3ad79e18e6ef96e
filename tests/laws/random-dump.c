/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the random machine of a seed as `lspci -Dxxxx` does, to show it to other judges:
 * random-dump SEED */
#include <stdlib.h>

#include "laws/dump.h"

int main(int argc, char **argv)
{
	struct build *b;

	if (argc != 2) {
		fprintf(stderr, "usage: random-dump SEED\n");
		return 2;
	}
	b = build_random_machine((uint32_t)strtoul(argv[1], NULL, 0));
	p2p_snapshot_free(build_snapshot(b, 0));
	dump_write(b, stdout);
	build_free(b);
	return 0;
}
