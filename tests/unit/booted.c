/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Says, boots, looks at registers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/booted.h"

int booted_setup(void **state)
{
	struct booted *m = calloc(1, sizeof(*m));
	int host;

	assert_non_null(m);
	said_setup((void **)&m->said);
	m->b = m->said->b;
	m->said->kernel = "6.12.117";
	m->from_firmware = true;
	host = build_host(m->b, 0, 0);
	build_skip(m->b, host, 1);
	m->port = build_port(m->b, host, P2P_TYPE_ROOT_PORT);
	m->other = build_port(m->b, host, P2P_TYPE_ROOT_PORT);
	m->end = build_endpoint(m->b, m->port, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	build_acs(m->b, m->port, OFFERED, 0);
	build_acs(m->b, m->other, OFFERED, 0);
	*state = m;
	return 0;
}

int booted_teardown(void **state)
{
	struct booted *m = *state;

	p2p_boot_free(m->boot);
	said_teardown((void **)&m->said);
	free(m);
	return 0;
}

const struct p2p_boot *booted_make(struct booted *m, const char *cmdline)
{
	const struct p2p_machine *machine = said_machine(m->said);
	const struct p2p_boot_options options = { cmdline, m->from_firmware };
	struct p2p_err err = { "" };

	p2p_boot_free(m->boot);
	m->boot = NULL;
	if (p2p_boot_new(machine->snapshot, machine->facts, machine->topo,
			 &machine->rules, &options, &m->boot, &err))
		fail_msg("%s", err.text);
	return m->boot;
}

struct p2p_reg booted_after(struct booted *m, int function, const char *cmdline)
{
	const struct p2p_boot *boot = booted_make(m, cmdline);
	uint32_t index = said_index(m->said, function);

	for (uint32_t i = 0; i < boot->n_registers; i++)
		if (boot->registers[i].function == index) {
			struct p2p_reg after = boot->registers[i].after;
			struct p2p_reg kept = boot->facts[index].acs.regs.ctrl;

			assert_int_equal(kept.value, after.value);
			assert_int_equal(kept.known, after.known);
			return after;
		}
	fail_msg("no register of handle %d", function);
	return (struct p2p_reg){ 0, 0 };
}

void booted_assert(struct booted *m, int function, const char *cmdline, uint32_t value)
{
	struct p2p_reg after = booted_after(m, function, cmdline);

	if (after.value != value || after.known != 0xffff)
		fail_msg("%s: 0x%04x of known 0x%04x, not 0x%04x", cmdline, after.value,
			 after.known, value);
}
