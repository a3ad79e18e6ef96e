/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan in, a transaction out: functions by what they are, registers each once, writes
 * in their order. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/apply_parts.h"

#define REGISTERS_EACH (P2P_EGRESS_WORDS + 1)

struct filling {
	const struct p2p_machine *machine;
	const struct p2p_plan *plan;
	struct p2p_apply *apply;
	uint32_t *functions; /* by function of the machine: that of the transaction */
	uint32_t *registers; /* by function of the transaction, then by word */
};

static char *path_of(const struct p2p_machine *machine, uint32_t function)
{
	char path[APPLY_PATH_SIZE];

	p2p_topo_path(machine->topo, machine->snapshot, function, path, sizeof(path));
	return strdup(path);
}

static uint32_t add_function(struct filling *filling, uint32_t function)
{
	const struct p2p_facts *facts = &filling->machine->facts[function];
	struct p2p_apply *apply = filling->apply;

	apply->functions[apply->n_functions] = (struct p2p_apply_function){
		.bdf = filling->machine->snapshot->functions[function].bdf,
		.path = path_of(filling->machine, function),
		.vendor = facts->vendor,
		.device = facts->device,
		.has_serial = facts->has_serial,
		.serial = facts->has_serial == P2P_YES ? facts->serial : 0,
	};
	return apply->n_functions++;
}

static uint32_t known_of(const struct filling *filling, const struct p2p_plan_op *op)
{
	const struct p2p_acs *acs = &filling->machine->facts[op->function].acs;

	return op->word == P2P_PLAN_CONTROL ? acs->regs.ctrl.known :
					      acs->egress[op->word].known;
}

static uint32_t add_register(struct filling *filling, const struct p2p_plan_op *op,
			     uint32_t function)
{
	struct p2p_apply *apply = filling->apply;

	apply->registers[apply->n_registers] = (struct p2p_apply_register){
		.function = function,
		.word = op->word,
		.offset = op->offset,
		.width = op->width,
		.known = known_of(filling, op),
		.original = op->old,
	};
	return apply->n_registers++;
}

static int add_op(struct filling *filling, const struct p2p_plan_op *op)
{
	struct p2p_apply *apply = filling->apply;
	uint32_t *function = &filling->functions[op->function], *reg;

	if (*function == P2P_NONE)
		*function = add_function(filling, op->function);
	if (!apply->functions[*function].path)
		return -ENOMEM;
	reg = &filling->registers[*function * REGISTERS_EACH + (uint32_t)(op->word + 1)];
	if (*reg == P2P_NONE)
		*reg = add_register(filling, op, *function);
	apply->registers[*reg].mask |= op->mask;
	apply->registers[*reg].applied = op->new;
	apply->ops[apply->n_ops++] = (struct p2p_apply_op){
		.reg = *reg,
		.phase = op->phase,
		.mask = op->mask,
		.old = op->old,
		.new = op->new,
		.why = op->why,
	};
	return 0;
}

static uint32_t *new_map(size_t n)
{
	uint32_t *map = calloc(n + 1, sizeof(*map));

	for (size_t i = 0; map && i < n; i++)
		map[i] = P2P_NONE;
	return map;
}

static int fill(struct filling *filling)
{
	uint32_t n = filling->plan->n_ops;
	struct p2p_apply *apply = filling->apply;
	int result = 0;

	filling->functions = new_map(filling->machine->snapshot->n_functions);
	filling->registers = new_map((size_t)n * REGISTERS_EACH);
	apply->functions = calloc(n + 1u, sizeof(*apply->functions));
	apply->registers = calloc(n + 1u, sizeof(*apply->registers));
	apply->ops = calloc(n + 1u, sizeof(*apply->ops));
	if (!filling->functions || !filling->registers || !apply->functions ||
	    !apply->registers || !apply->ops)
		return -ENOMEM;
	for (uint32_t i = 0; i < n && !result; i++)
		result = add_op(filling, &filling->plan->ops[i]);
	return result;
}

int p2p_apply_new(const struct p2p_machine *machine, const struct p2p_plan *plan,
		  struct p2p_apply **ret_apply, struct p2p_err *err)
{
	struct filling filling = { .machine = machine, .plan = plan };
	int result;

	if (plan->n_refusals)
		return p2p_err_set(err, -EINVAL,
				   "a plan that was refused cannot be "
				   "carried out (plan again)");
	filling.apply = calloc(1, sizeof(*filling.apply));
	result = filling.apply ? fill(&filling) : -ENOMEM;
	free(filling.functions);
	free(filling.registers);
	if (result) {
		p2p_apply_free(filling.apply);
		return p2p_err_set(err, result, "no memory for %u writes", plan->n_ops);
	}
	filling.apply->failed = P2P_NONE;
	*ret_apply = filling.apply;
	return 0;
}

void p2p_apply_free(struct p2p_apply *apply)
{
	if (!apply)
		return;
	for (uint32_t i = 0; i < apply->n_functions; i++)
		free(apply->functions[i].path);
	free(apply->functions);
	free(apply->registers);
	free(apply->ops);
	free(apply);
}

bool p2p_apply_is_open(const struct p2p_apply *apply)
{
	return apply->state != P2P_APPLY_UNDONE;
}

/* While writing, the first op without a result is the one that a crash may have come
 * before or behind. While undoing, that is every op that is not yet back. */
static enum p2p_tri was_written(const struct p2p_apply *apply, uint32_t op, bool is_next)
{
	switch (apply->ops[op].result) {
	case P2P_RESULT_NONE:
		return apply->state == P2P_APPLY_WRITING && is_next ? P2P_UNKNOWN :
								      P2P_NO;
	case P2P_RESULT_WRITTEN:
		return apply->state == P2P_APPLY_UNDOING ||
				       apply->state == P2P_APPLY_FAILED ?
			       P2P_UNKNOWN :
			       P2P_YES;
	case P2P_RESULT_UNCHANGED:
	case P2P_RESULT_ROLLED_BACK:
		return P2P_NO;
	case P2P_RESULT_FAILED:
		break;
	}
	return apply->state == P2P_APPLY_UNDONE ? P2P_NO : P2P_UNKNOWN;
}

enum p2p_tri p2p_apply_was_written(const struct p2p_apply *apply, uint32_t reg)
{
	enum p2p_tri written = P2P_NO;
	bool is_next = true;

	for (uint32_t i = 0; i < apply->n_ops; i++) {
		enum p2p_tri this = was_written(apply, i, is_next);

		is_next &= apply->ops[i].result != P2P_RESULT_NONE;
		if (apply->ops[i].reg != reg)
			continue;
		if (this == P2P_YES)
			return P2P_YES;
		written = this == P2P_UNKNOWN ? this : written;
	}
	return written;
}

static bool is_covered(const struct p2p_apply *apply, uint32_t reg,
		       const struct p2p_apply *later)
{
	const struct p2p_apply_register *at = &apply->registers[reg];

	for (uint32_t i = 0; i < later->n_registers; i++) {
		const struct p2p_apply_register *on = &later->registers[i];

		if (at->offset == on->offset && (at->mask & on->mask) &&
		    !strcmp(apply->functions[at->function].path,
			    later->functions[on->function].path) &&
		    p2p_apply_was_written(later, i) != P2P_NO)
			return true;
	}
	return false;
}

uint32_t p2p_apply_covered(const struct p2p_apply *apply, const struct p2p_apply *later)
{
	for (uint32_t i = 0; i < apply->n_registers; i++)
		if (p2p_apply_was_written(apply, i) != P2P_NO &&
		    is_covered(apply, i, later))
			return i;
	return P2P_NONE;
}
