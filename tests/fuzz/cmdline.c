/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whatever a boot loader hands over: the registers of that boot and its groups, or a
 * sentence. The first byte of the input says which kernel boots and over what. */
#include <errno.h>
#include <string.h>

#include "fuzz/target.h"
#include "support/build.h"

static struct build *said;

static struct build *say(void)
{
	struct build *b = build_new();
	int host = build_host(b, 0, 0);
	int root = build_port(b, host, P2P_TYPE_ROOT_PORT);
	int up = build_switch(b, root, 2);

	for (int port = up + 1; port <= up + 2; port++) {
		build_acs(b, port, 0x5f, 0x1d);
		build_endpoint(b, port, P2P_TYPE_ENDPOINT, BUILD_CLASS_NVME);
	}
	build_acs(b, root, 0x7f, 0);
	build_ids(b, root, 0x8086, 0x2030);
	return b;
}

/* What was parsed is part of what was said. */
static void parse(const char *text)
{
	struct p2p_cmdline cmdline = { 0 };
	struct p2p_err err = { "" };
	int result = p2p_cmdline_parse(text, &cmdline, &err);

	PROMISE(!result || (result == -EINVAL && err.text[0]));
	if (!result && cmdline.config_acs)
		PROMISE(strstr(text, "config_acs"));
	PROMISE(cmdline.override.n_ids <= P2P_OVERRIDE_IDS);
	if (!result)
		p2p_cmdline_done(&cmdline);
}

static void boot(const struct p2p_machine *machine, const char *text, bool firmware,
		 enum p2p_group_rule rule)
{
	struct p2p_group_options options = { rule, text, firmware };
	struct p2p_grouped *grouped = NULL;
	struct p2p_err err = { "" };
	int result = p2p_machine_group(machine, &options, &grouped, &err);

	PROMISE(!result || (result == -EINVAL && err.text[0]));
	for (uint32_t i = 0; grouped && i < grouped->boot->n_registers; i++)
		PROMISE(grouped->boot->registers[i].function <
			machine->snapshot->n_functions);
	p2p_grouped_free(grouped);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const char *const kernels[] = { "6.1", "6.11", "6.12.10", "6.16" };
	static struct p2p_machine *machines[4];
	unsigned chosen = length ? *bytes & 3 : 0;
	char *text = malloc(length + 1);

	if (!said)
		said = say();
	if (!machines[chosen])
		machines[chosen] = build_machine(said, kernels[chosen], "intel");
	PROMISE(text && machines[chosen]);
	memcpy(text, length ? bytes + 1 : bytes, length ? length - 1 : 0);
	text[length ? length - 1 : 0] = '\0';
	parse(text);
	boot(machines[chosen], text, length && *bytes & 4,
	     length && *bytes & 8 ? P2P_RULE_STRICT : P2P_RULE_MAINLINE);
	free(text);
	return 0;
}
