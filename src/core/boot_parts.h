/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a boot: which device an entry means (boot_match.c), what one function gets
 * (boot_program.c). */
#ifndef P2PTOOL_CORE_BOOT_PARTS_H
#define P2PTOOL_CORE_BOOT_PARTS_H

#include <p2ptool/boot.h>

struct booting {
	const struct p2p_snapshot *snapshot;
	const struct p2p_facts *facts;
	const struct p2p_topo *topo;
	const struct p2p_rules *rules;
	const struct p2p_cmdline *cmdline; /* of the boot that is predicted */
	bool from_firmware;
	bool own_words; /* the machine's own command line sets ACS somewhere */
	bool has_bug;   /* kernels 6.11 to 6.14 before the fix */
	struct p2p_boot *boot;
	bool redir_matched, config_matched; /* some function was meant */
};

/** Whether the entry at @text means @function: 1, 0, or -EINVAL when it does not parse.
 * @ret_end is behind the entry (pci_dev_str_match). */
int p2p_boot_match(const struct booting *booting, uint32_t function, const char *text,
		   const char **ret_end);

/** The ACS controls that the kernel turns on by itself where it asks for ACS. */
uint32_t p2p_boot_default(const struct booting *booting, uint32_t function);

/** ACS control of a function that has it, as the boot programs it. */
struct p2p_reg p2p_boot_program(struct booting *booting, uint32_t function);

#endif
