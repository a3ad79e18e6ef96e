/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The decoding of facts that lives in files of its own. */
#ifndef P2PTOOL_CORE_FACTS_PARTS_H
#define P2PTOOL_CORE_FACTS_PARTS_H

#include <p2ptool/facts.h>

/* Memory windows of a bridge. */
void p2p_facts_windows(const struct p2p_cfg *cfg, struct p2p_facts *facts);

/* The egress vector and wide registers of facts->acs, whose regs are decoded. */
void p2p_facts_acs_parts(const struct p2p_cfg *cfg, uint8_t devfn,
			 struct p2p_facts *facts);

/* Puts another value into the control register, as if it had been read: where it is the
 * one that Linux's P2PDMA reads, there too; nothing where nobody knows which it is. */
static inline void p2p_facts_put_control(struct p2p_acs *acs, struct p2p_reg ctrl)
{
	if (acs->wide == P2P_UNKNOWN)
		ctrl = (struct p2p_reg){ 0 };
	acs->regs.ctrl = ctrl;
	if (acs->wide != P2P_YES)
		acs->generic_ctrl = ctrl;
}

/* What isolates the root ports of Intel's older chipsets. */
void p2p_facts_chipset(const struct p2p_cfg *cfg, uint8_t devfn, struct p2p_facts *facts);

/* Everything in extended config space. Needs facts->extended. */
void p2p_facts_extended(const struct p2p_cfg *cfg, uint8_t devfn,
			struct p2p_facts *facts);

#endif
