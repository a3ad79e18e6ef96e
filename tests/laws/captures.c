/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A capture that is written and read again is the same snapshot: random machines of which
 * a system tells random things, in texts made to break lines. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/source_capture.h"
#include "laws/law.h"
#include "render/capture_text.h"

#define WIDEST 254 /* what lspci -F takes of a line, its end included */

struct text {
	char *bytes;
	size_t length;
};

static int keep_bytes(void *to, const char *bytes, size_t length)
{
	struct text *text = to;

	text->bytes = realloc(text->bytes, text->length + length + 1);
	assert(text->bytes);
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
	return 0;
}

static struct text write_text(const struct p2p_snapshot *snapshot)
{
	static struct out out;
	struct text text = { NULL, 0 };

	out_init(&out, keep_bytes, &text);
	capture_text(snapshot, &out);
	assert(!out_flush(&out));
	return text;
}

static p2p_string random_string(struct p2p_snapshot *snapshot, uint32_t *state)
{
	static const char *const pieces[] = {
		"\n",   "\r\n",  "# end 0\n", "0000:00:00.0 0600: 8086:1234\n",
		"%",    "%41",   "%00",       "  ",
		"\xff", "\x1b[", "enp1s0",    "00: 86 80\n",
		" ",    "# ",    "+ ",        "\xe2\x80\xae",
	};
	char text[4096] = "";
	uint32_t n = build_random(state, 4) ? build_random(state, 6) :
					      build_random(state, 200);

	for (uint32_t i = 0; i < n; i++)
		strcat(text, pieces[build_random(state, 16)]);
	return p2p_snapshot_keep(snapshot, text, strlen(text));
}

static int32_t random_number(uint32_t *state)
{
	static const int32_t numbers[] = { P2P_NOT_TOLD, -1, 0, 1, 0xffff, INT32_MAX };

	return numbers[build_random(state, 6)];
}

static enum p2p_tri random_tri(uint32_t *state)
{
	return (enum p2p_tri)build_random(state, 3);
}

static struct p2p_bdf random_bdf(uint32_t *state)
{
	return (struct p2p_bdf){ build_random(state, 0x20000),
				 (uint8_t)build_random(state, 256),
				 (uint8_t)build_random(state, 256) };
}

static void tell_function(struct p2p_snapshot *snapshot, struct p2p_function *function,
			  uint32_t *state)
{
	int32_t *const numbers[] = { &function->vendor,     &function->device,
				     &function->class_code, &function->numa,
				     &function->group,      &function->config_size };
	p2p_string *const strings[] = { &function->driver, &function->slot,
					&function->group_type, &function->vendor_name,
					&function->device_name };

	for (unsigned i = 0; i < 6; i++) {
		*numbers[i] = random_number(state);
		function->bar_size[i] = (uint64_t)build_random(state, 3) << 40;
	}
	for (unsigned i = 0; i < 5; i++)
		*strings[i] = random_string(snapshot, state);
	function->above = (enum p2p_above)build_random(state, 3);
	if (function->above == P2P_ABOVE_FUNCTION)
		function->parent = random_bdf(state);
	function->is_vf = random_tri(state);
	if (function->is_vf == P2P_YES)
		function->physfn = random_bdf(state);
	function->is_behind_vmd = random_tri(state);
	if (function->is_behind_vmd == P2P_YES)
		function->vmd = random_bdf(state);
	function->removable = random_tri(state);
	function->power = (enum p2p_power)build_random(state, 6);
	function->denied = random_tri(state);
	function->p2pmem = (struct p2p_p2pmem){ random_tri(state), build_random(state, 2),
						build_random(state, 99),
						random_tri(state) };
	function->link = (struct p2p_link){ build_random(state, 640), 16, 0, 32 };
}

static void tell_system(struct p2p_snapshot *snapshot, uint32_t *state)
{
	struct p2p_system *system = &snapshot->system;

	system->kind = p2p_snapshot_keep(snapshot, "live", 4);
	system->host = random_string(snapshot, state);
	system->kernel = random_string(snapshot, state);
	system->cmdline = random_string(snapshot, state);
	system->has_cmdline = P2P_YES;
	system->iommu_name = random_string(snapshot, state);
	system->cpu_vendor = random_string(snapshot, state);
	system->boot_id = random_string(snapshot, state);
	system->cpu_family = random_number(state);
	system->time = 1 + (int64_t)build_random(state, 4000000000u) * 60;
	system->iommu = (enum p2p_iommu)build_random(state, 5);
	system->p2pdma = random_tri(state);
	system->told = random_tri(state);
	system->privileged = random_tri(state);
	system->container = random_tri(state);
	system->extended = random_tri(state);
	for (uint32_t i = build_random(state, 3); i > 0; i--)
		p2p_snapshot_add_damage(snapshot, i, "%s", "a\nplace # end");
}

static bool is_same_text(const struct p2p_snapshot *a, p2p_string x,
			 const struct p2p_snapshot *b, p2p_string y)
{
	return !strcmp(p2p_snapshot_string(a, x), p2p_snapshot_string(b, y));
}

static bool is_same_place(struct p2p_bdf x, struct p2p_bdf y)
{
	return p2p_bdf_key(x) == p2p_bdf_key(y);
}

#define SAME(field)   (x->field == y->field)
#define STRING(field) is_same_text(a, x->field, b, y->field)

static bool is_same_system(const struct p2p_snapshot *a, const struct p2p_snapshot *b)
{
	const struct p2p_system *x = &a->system, *y = &b->system;

	return STRING(host) && STRING(kernel) && STRING(cmdline) && SAME(has_cmdline) &&
	       STRING(iommu_name) && STRING(cpu_vendor) && STRING(boot_id) &&
	       SAME(cpu_family) && SAME(time) && SAME(iommu) && SAME(p2pdma) &&
	       SAME(told) && SAME(privileged) && SAME(container) && SAME(extended) &&
	       a->n_damage_seen == b->n_damage_seen;
}

static bool is_same_told(const struct p2p_snapshot *a, const struct p2p_snapshot *b,
			 uint32_t i)
{
	const struct p2p_function *x = &a->functions[i], *y = &b->functions[i];

	return is_same_place(x->bdf, y->bdf) && SAME(vendor) && SAME(device) &&
	       SAME(class_code) && SAME(numa) && SAME(group) && SAME(config_size) &&
	       STRING(group_type) && STRING(driver) && STRING(slot) &&
	       STRING(vendor_name) && STRING(device_name) && SAME(above) &&
	       is_same_place(x->parent, y->parent) && SAME(is_vf) &&
	       is_same_place(x->physfn, y->physfn) && SAME(is_behind_vmd) &&
	       is_same_place(x->vmd, y->vmd) && SAME(removable) && SAME(power) &&
	       SAME(denied) && SAME(p2pmem.present) && SAME(p2pmem.size) &&
	       SAME(p2pmem.available) && SAME(p2pmem.published) && SAME(link.speed) &&
	       SAME(link.width) && SAME(link.max_speed) && SAME(link.max_width) &&
	       !memcmp(x->bar_size, y->bar_size, sizeof(x->bar_size)) && SAME(n_names);
}

static bool is_same_space(const struct p2p_snapshot *a, const struct p2p_snapshot *b,
			  uint32_t i)
{
	struct p2p_cfg x = p2p_snapshot_cfg(a, i), y = p2p_snapshot_cfg(b, i);

	for (unsigned at = 0; at < P2P_CFG_SIZE; at += 4) {
		struct p2p_reg one = p2p_cfg_read(&x, at, 4);
		struct p2p_reg other = p2p_cfg_read(&y, at, 4);

		if (one.known != other.known || one.value != other.value)
			return false;
	}
	return true;
}

static void compare(struct law_count *count, const struct p2p_snapshot *a,
		    const struct p2p_snapshot *b)
{
	if (a->n_functions != b->n_functions || !is_same_system(a, b)) {
		law_broken(count, "%u functions, %u came back, or what was told differs",
			   a->n_functions, b->n_functions);
		return;
	}
	for (uint32_t i = 0; i < a->n_functions; i++) {
		count->cases++;
		if (!is_same_told(a, b, i))
			law_broken(count, "what is told of function %u differs", i);
		if (!is_same_space(a, b, i))
			law_broken(count, "config space of function %u differs", i);
	}
}

static void check_lines(struct law_count *count, const struct text *text)
{
	size_t length = 0;

	for (const char *line = text->bytes; *line; line += length + 1) {
		length = strcspn(line, "\n");
		if (length + 1 > WIDEST || line[length] != '\n')
			law_broken(count, "a line of %zu characters: %.60s", length,
				   line);
		for (size_t i = 0; i < length; i++)
			if (line[i] < ' ' || line[i] > '~')
				law_broken(count, "a character %02x in a line", line[i]);
	}
}

static struct p2p_snapshot *read_text(struct law_count *count, struct text *text)
{
	struct p2p_snapshot *snapshot = p2p_snapshot_new();
	struct p2p_err err = { "" };

	assert(snapshot);
	snapshot->text = text->bytes;
	snapshot->text_length = text->length;
	if (!p2p_capture_is(text->bytes, text->length) ||
	    p2p_capture_read(snapshot, &err) || p2p_snapshot_seal(snapshot, &err))
		law_broken(count, "is not read: %s", err.text);
	return snapshot;
}

/* Bits of registers, as listings tell them, in place of some bytes. */
static struct p2p_snapshot *say(struct build *b, uint32_t seed)
{
	struct p2p_snapshot *snapshot;
	uint32_t state = seed * 2654435761u | 1;

	for (int i = 0; i < build_count(b); i++)
		if (!build_place(b, i).host && !build_random(&state, 3))
			build_hole(b, i, build_random(&state, 300),
				   1 + build_random(&state, 40));
	snapshot = build_snapshot(b, seed);
	for (uint32_t i = 0; i < snapshot->n_functions; i++)
		tell_function(snapshot, &snapshot->functions[i], &state);
	tell_system(snapshot, &state);
	p2p_snapshot_begin(snapshot, (struct p2p_bdf){ 0x1ffff, 1, 2 });
	p2p_snapshot_add_bits(snapshot, build_random(&state, 4000), 4,
			      (struct p2p_reg){ 0x0001, 0x00010001 });
	p2p_snapshot_add_name(snapshot, "net", "eth\n0");
	p2p_snapshot_seal(snapshot, NULL);
	return snapshot;
}

static void what_is_written_is_read(struct law_count *count, struct build *b)
{
	struct p2p_snapshot *said = say(b, count->seed), *read;
	struct text text = write_text(said), again;

	check_lines(count, &text);
	read = read_text(count, &text);
	compare(count, said, read);
	again = write_text(read);
	if (again.length != text.length || memcmp(again.bytes, text.bytes, text.length))
		law_broken(count, "the second text has %zu characters, the first %zu",
			   again.length, text.length);
	p2p_snapshot_free(read);
	p2p_snapshot_free(said);
	free(text.bytes);
	free(again.bytes);
}

/* Cut or changed anywhere, it is read to its end. */
static void damage_is_survived(struct law_count *count, struct build *b)
{
	struct p2p_snapshot *said = say(b, count->seed);
	struct text text = write_text(said);
	uint32_t state = count->seed | 1;

	for (unsigned i = 0; i < 10; i++) {
		struct text part = text;
		struct p2p_snapshot *read;

		part.length = 20 + build_random(&state, (uint32_t)text.length - 20);
		text.bytes[20 + build_random(&state, (uint32_t)text.length - 20)] =
			(char)build_random(&state, 256);
		read = read_text(count, &part);
		count->cases++;
		if (!read->n_damage_seen && part.length + 1 < text.length)
			law_broken(count, "cut at %zu of %zu unnoticed", part.length,
				   text.length);
		p2p_snapshot_free(read);
	}
	p2p_snapshot_free(said);
	free(text.bytes);
}

static const struct law laws[] = {
	{ "what is written is read", 300, what_is_written_is_read },
	{ "damage is survived", 100, damage_is_survived },
};

int main(int argc, char **argv)
{
	return law_run(laws, sizeof(laws) / sizeof(laws[0]), argc, argv);
}
