/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a running machine tells of who uses its devices, for the guards of a plan: out of
 * /proc, /sys, /etc and /run. */
#ifndef P2PTOOL_EVIDENCE_H
#define P2PTOOL_EVIDENCE_H

#include <p2ptool/err.h>
#include <p2ptool/guard.h>
#include <p2ptool/machine.h>

struct p2p_evidence_options {
	const char *root; /* a directory with proc, sys, etc, run of that machine; NULL:
			   * this machine, if @machine is it */
};

/** Reads what there is. What cannot be read is no error, it stays unknown; for a machine
 * that was read from a capture, without @options->root, all does. @options may be NULL.
 * The caller frees with p2p_guard_evidence_free(). Errors: -ENOMEM, or what opening
 * @options->root gave. */
P2P_PUBLIC int p2p_evidence_read(const struct p2p_machine *machine,
				 const struct p2p_evidence_options *options,
				 struct p2p_guard_evidence **ret_evidence,
				 struct p2p_err *err);

#endif
