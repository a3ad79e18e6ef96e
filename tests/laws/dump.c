/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device line, rows of 16 bytes as far as they are readable, an empty line. */
#include "laws/dump.h"

static void write_function(struct build *b, int function, FILE *out)
{
	char address[P2P_BDF_SIZE];

	fprintf(out, "%s Class %04x: Device %04x:%04x\n",
		p2p_bdf_format(build_bdf(b, function), address),
		build_read(b, function, 0x0a, 2), build_read(b, function, 0x00, 2),
		build_read(b, function, 0x02, 2));
	for (unsigned at = 0; at < build_place(b, function).readable; at++) {
		if (at % 16 == 0)
			fprintf(out, "%s%02x:", at ? "\n" : "", at);
		fprintf(out, " %02x", build_read(b, function, at, 1));
	}
	fprintf(out, "\n\n");
}

void dump_write(struct build *b, FILE *out)
{
	for (int i = 0; i < build_count(b); i++)
		if (!build_place(b, i).host && !build_place(b, i).hidden)
			write_function(b, i, out);
}
