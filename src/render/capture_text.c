/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that lspci -F reads (device lines, rows of bytes) and lines that it passes over
 * (`# KEY VALUE`), function by function. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/regs.h"
#include "core/snapshot_lines.h"
#include "render/capture_text.h"

#define ROW_BYTES  16
#define WORD_BYTES 4
#define NO_ID      0xffff

/* Config space of one function, byte by byte. */
struct image {
	uint8_t value[P2P_CFG_SIZE];
	uint8_t known[P2P_CFG_SIZE]; /* bits */
};

/* Where a line may be broken: in no escape, and not beside a blank that might get
 * lost. */
static size_t find_break(const char *text, size_t length, size_t room)
{
	size_t at = room;

	if (length <= room)
		return length;
	while (at > room / 2 && (text[at] == ' ' || text[at - 1] == ' '))
		at--;
	for (unsigned i = 1; i <= 2; i++)
		if (text[at - i] == '%')
			return at - i;
	return at;
}

static void put_escaped(struct out *out, const char *key, const char *text, size_t length)
{
	size_t room = LINES_WIDTH - strlen(key) - strlen("# + ");

	out_format(out, "# %s ", key);
	for (;;) {
		size_t n = find_break(text, length, room);

		out_bytes(out, text, n);
		out_text(out, "\n");
		text += n;
		length -= n;
		if (!length)
			return;
		out_format(out, "# %s+ ", key);
	}
}

static void put_line(struct out *out, const char *key, const char *value)
{
	size_t length = strlen(value);
	char few[3 * 256], *many = NULL, *text = few;

	if (length > sizeof(few) / 3)
		text = many = malloc(3 * length);
	if (text)
		put_escaped(out, key, text,
			    (size_t)(p2p_lines_escape(value, length, text) - text));
	else
		out_fail(out, -ENOMEM);
	free(many);
}

static void put_rows(const struct p2p_snapshot *snapshot, const void *object,
		     const struct lines_row *rows, const char *before, struct out *out)
{
	char room[LINES_ROOM], key[64];

	for (; rows->key; rows++) {
		const char *text = p2p_lines_text(snapshot, object, rows, room);

		if (!text)
			continue;
		snprintf(key, sizeof(key), "%s%s", before, rows->key);
		put_line(out, key, text);
	}
}

static void put_names(const struct p2p_snapshot *snapshot,
		      const struct p2p_function *function, struct out *out)
{
	for (uint32_t i = 0; i < function->n_names; i++) {
		const struct p2p_name *name = &snapshot->names[function->first_name + i];
		char *text;

		if (asprintf(&text, "%s/%s",
			     p2p_snapshot_string(snapshot, name->subsystem),
			     p2p_snapshot_string(snapshot, name->name)) < 0) {
			out_fail(out, -ENOMEM);
			return;
		}
		put_line(out, LINES_NAME, text);
		free(text);
	}
}

static void fill_image(const struct p2p_cfg *cfg, struct image *image)
{
	memset(image, 0, sizeof(*image));
	for (uint32_t i = 0; i < cfg->n_extents; i++) {
		unsigned start = cfg->extents[i].start;

		for (unsigned at = start; at < start + cfg->extents[i].length; at++) {
			struct p2p_reg byte = p2p_cfg_read(cfg, at, 1);

			image->value[at] = (uint8_t)byte.value;
			image->known[at] = (uint8_t)byte.known;
		}
	}
}

/* Bytes from @start to @end of one row, all known. */
static void put_run(const struct image *image, unsigned start, unsigned end,
		    struct out *out)
{
	static const char figures[] = "0123456789abcdef";
	char line[8 + 3 * ROW_BYTES], *to = line;

	to += snprintf(line, 8, "%02x:", start);
	for (; start < end; start++) {
		*to++ = ' ';
		*to++ = figures[image->value[start] >> 4];
		*to++ = figures[image->value[start] & 0xf];
	}
	*to++ = '\n';
	out_bytes(out, line, (size_t)(to - line));
}

static void put_bytes(const struct image *image, struct out *out)
{
	for (unsigned row = 0; row < P2P_CFG_SIZE; row += ROW_BYTES) {
		unsigned at = row, start;

		while (at < row + ROW_BYTES) {
			for (start = at;
			     at < row + ROW_BYTES && image->known[at] == UINT8_MAX;)
				at++;
			if (at > start)
				put_run(image, start, at, out);
			at++;
		}
	}
}

static bool is_partial(const struct image *image, unsigned at)
{
	return image->known[at] && image->known[at] != UINT8_MAX;
}

/* Bytes of which some bits are known: together as far as one aligned word goes. */
static void put_bits(const struct image *image, struct out *out)
{
	for (unsigned at = 0; at < P2P_CFG_SIZE; at++) {
		uint32_t value = 0, mask = 0;
		unsigned width = 0;

		while (is_partial(image, at + width)) {
			unsigned shift = 8 * width;

			value |= (uint32_t)image->value[at + width] << shift;
			mask |= (uint32_t)image->known[at + width] << shift;
			width++;
			if ((at + width) % WORD_BYTES == 0)
				break;
		}
		if (!width)
			continue;
		out_format(out, "# %s %03x %u %x %x\n", LINES_BITS, at, width, value,
			   mask);
		at += width - 1;
	}
}

static unsigned id_of(const struct p2p_cfg *cfg, unsigned offset, int32_t told)
{
	struct p2p_reg reg = p2p_cfg_read(cfg, offset, 2);

	if (told != P2P_NOT_TOLD)
		return (unsigned)told & NO_ID;
	return reg.known == NO_ID ? reg.value : NO_ID;
}

static void put_device(const struct p2p_snapshot *snapshot, uint32_t index,
		       struct out *out)
{
	const struct p2p_function *function = &snapshot->functions[index];
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, index);
	struct p2p_reg revision = p2p_cfg_read(&cfg, REG_CLASS_REV, 1);
	int32_t class_code = function->class_code;
	char address[P2P_BDF_SIZE];

	if (class_code != P2P_NOT_TOLD)
		class_code >>= 8;
	out_format(out, "%s %04x: %04x:%04x", p2p_bdf_format(function->bdf, address),
		   id_of(&cfg, REG_CLASS_REV + 2, class_code),
		   id_of(&cfg, REG_VENDOR_ID, function->vendor),
		   id_of(&cfg, REG_VENDOR_ID + 2, function->device));
	if (revision.value)
		out_format(out, " (rev %02x)", revision.value);
	out_text(out, "\n");
}

static void put_function(const struct p2p_snapshot *snapshot, uint32_t index,
			 struct out *out)
{
	const struct p2p_function *function = &snapshot->functions[index];
	struct p2p_cfg cfg = p2p_snapshot_cfg(snapshot, index);
	struct image image;

	fill_image(&cfg, &image);
	put_device(snapshot, index, out);
	put_rows(snapshot, function, p2p_lines_function, "", out);
	put_names(snapshot, function, out);
	put_bytes(&image, out);
	put_bits(&image, out);
	out_text(out, "\n");
}

static void put_damage(const struct p2p_snapshot *snapshot, struct out *out)
{
	for (uint32_t i = 0; i < snapshot->n_damage; i++) {
		const struct p2p_damage *damage = &snapshot->damage[i];
		char *text;

		if (asprintf(&text, "%llu %s", (unsigned long long)damage->line,
			     p2p_snapshot_string(snapshot, damage->text)) < 0) {
			out_fail(out, -ENOMEM);
			return;
		}
		put_line(out, LINES_DAMAGE, text);
		free(text);
	}
	if (snapshot->n_damage_seen)
		out_format(out, "# %s %llu\n", LINES_SEEN,
			   (unsigned long long)snapshot->n_damage_seen);
}

void capture_text(const struct p2p_snapshot *snapshot, struct out *out)
{
	out_format(out, LINES_FIRST "%u\n", LINES_VERSION);
	put_rows(snapshot, &snapshot->system, p2p_lines_system, LINES_SYSTEM, out);
	out_text(out, "\n");
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		put_function(snapshot, i, out);
	put_damage(snapshot, out);
	out_format(out, "# %s %u\n", LINES_END, snapshot->n_functions);
}
