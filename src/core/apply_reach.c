/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a transaction reaches the machine by: registers read and written, with a sentence
 * where that fails, devices recognised, held awake, and the journal told. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/apply_parts.h"
#include "core/regs.h"

#define CAPABILITY_ID 0xffffu

static const char *name_of(const struct p2p_apply_register *reg, char ret_name[32])
{
	if (reg->word == P2P_PLAN_CONTROL)
		return "ACS control";
	snprintf(ret_name, 32, "egress vector word %d", reg->word);
	return ret_name;
}

int p2p_apply_say(const struct p2p_apply *apply, uint32_t reg, int code,
		  struct apply_said said, struct p2p_err *err)
{
	const struct p2p_apply_register *at = &apply->registers[reg];
	int digits = at->width / 4;
	char address[P2P_BDF_SIZE], name[32];

	p2p_bdf_format(apply->functions[at->function].bdf, address);
	return p2p_err_set(err, code, "%s: %s %s 0x%0*x%s 0x%0*x", address,
			   name_of(at, name), said.verb, digits, said.value, said.than,
			   digits, said.other);
}

int p2p_apply_tell(const struct p2p_apply *apply, uint32_t reg, int code,
		   struct p2p_err *err, const char *what)
{
	char address[P2P_BDF_SIZE];

	return p2p_err_set(
		err, code, "%s: %s",
		p2p_bdf_format(apply->functions[apply->registers[reg].function].bdf,
			       address),
		what);
}

static uint32_t all_ones(uint8_t width)
{
	return width == 32 ? UINT32_MAX : (1u << width) - 1;
}

/* Where the ACS capability of a register is. */
static uint16_t capability_of(const struct p2p_apply_register *reg)
{
	if (reg->word != P2P_PLAN_CONTROL)
		return (uint16_t)(reg->offset - REG_ACS_EGRESS - 4 * reg->word);
	return (uint16_t)(reg->offset -
			  (reg->width == 32 ? REG_ACS_WIDE_CTL : REG_ACS_CTL));
}

/* A capability's header is never all-ones, of a VF neither. */
static int read_header(const struct carrying *carrying, uint32_t reg,
		       uint32_t *ret_header, struct p2p_err *err)
{
	const struct p2p_apply_register *at = &carrying->apply->registers[reg];
	int result = carrying->calls->read(carrying->calls->data, at->function,
					   capability_of(at), 32, ret_header, err);

	if (!result && *ret_header == UINT32_MAX)
		return p2p_apply_tell(
			carrying->apply, reg, -ENODEV, err,
			"reads all-ones: the device is gone, or its power is off");
	return result;
}

int p2p_apply_read(const struct carrying *carrying, uint32_t reg, uint32_t *ret_value,
		   struct p2p_err *err)
{
	const struct p2p_apply_register *at = &carrying->apply->registers[reg];
	uint32_t value = 0, header;
	int result = carrying->calls->read(carrying->calls->data, at->function,
					   at->offset, at->width, &value, err);

	if (!result && value == all_ones(at->width))
		result = read_header(carrying, reg, &header, err);
	if (!result)
		*ret_value = value;
	return result;
}

int p2p_apply_write(const struct carrying *carrying, uint32_t reg, uint32_t value,
		    struct p2p_err *err)
{
	const struct p2p_apply_register *at = &carrying->apply->registers[reg];

	return carrying->calls->write(carrying->calls->data, at->function, at->offset,
				      at->width, value, err);
}

int p2p_apply_recognise(const struct carrying *carrying, uint32_t reg,
			struct p2p_err *err)
{
	const struct p2p_apply_register *at = &carrying->apply->registers[reg];
	const struct p2p_apply_function *function =
		&carrying->apply->functions[at->function];
	uint32_t header = 0, ids = 0;
	int result = read_header(carrying, reg, &header, err);

	if (!result && (header & CAPABILITY_ID) != EXT_CAP_ACS)
		return p2p_apply_tell(
			carrying->apply, reg, -EXDEV, err,
			"its ACS capability is not where it was: it is another "
			"device");
	if (!result)
		result = carrying->calls->read(carrying->calls->data, at->function,
					       REG_VENDOR_ID, 32, &ids, err);
	/* VFs read all-ones here */
	if (result || ids == UINT32_MAX || function->vendor < 0 || function->device < 0 ||
	    ids == ((uint32_t)function->device << 16 | (uint32_t)function->vendor))
		return result;
	return p2p_apply_tell(carrying->apply, reg, -EXDEV, err,
			      "another device is there than the one that was meant");
}

int p2p_apply_note(struct carrying *carrying, struct p2p_err *err)
{
	int result = 0;

	if (carrying->calls->note)
		result = carrying->calls->note(carrying->calls->data, carrying->apply,
					       carrying->noting ? NULL : err);
	if (!carrying->is_restore && !carrying->is_final)
		return result;
	carrying->noting = carrying->noting ? carrying->noting : result;
	return 0;
}

static bool has_left(const struct p2p_apply *apply, uint32_t function)
{
	for (uint32_t i = 0; i < apply->n_registers; i++)
		if (apply->registers[i].function == function &&
		    apply->registers[i].is_left)
			return true;
	return false;
}

int p2p_apply_hold(struct carrying *carrying, bool is_held, struct p2p_err *err)
{
	struct p2p_apply *apply = carrying->apply;
	int first = 0;

	for (uint32_t i = 0; carrying->calls->hold && i < apply->n_functions; i++) {
		int result;

		if (apply->functions[i].power != P2P_CONTROL_AUTO ||
		    apply->functions[i].is_refused || (!is_held && has_left(apply, i)))
			continue;
		result = carrying->calls->hold(carrying->calls->data, i, is_held,
					       first ? NULL : err);
		if (result && is_held)
			return result;
		first = first ? first : result;
	}
	return first;
}

int p2p_apply_begin(struct carrying *carrying)
{
	const struct p2p_apply *apply = carrying->apply;

	carrying->start = calloc(apply->n_registers + 1u, sizeof(*carrying->start));
	carrying->before = calloc(apply->n_ops + 1u, sizeof(*carrying->before));
	carrying->steps = calloc(apply->n_ops + 1u, sizeof(*carrying->steps));
	if (carrying->start && carrying->before && carrying->steps)
		return 0;
	return p2p_err_set(carrying->err, -ENOMEM, "no memory for %u writes",
			   apply->n_ops);
}

void p2p_apply_end(struct carrying *carrying)
{
	free(carrying->start);
	free(carrying->before);
	free(carrying->steps);
}
