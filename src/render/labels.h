/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many functions in few words. */
#ifndef P2PTOOL_RENDER_LABELS_H
#define P2PTOOL_RENDER_LABELS_H

#include "render/say.h"

#define LABELS_SIZE 256

/** `gpu0-7 mlx5_0 nvme0-3`: labels in natural order, neighbours as ranges, cut after a
 * whole one with `and 12 more`. Returns @ret_text. */
char *labels_text(const struct p2p_machine *machine, const struct style *style,
		  const uint32_t *functions, uint32_t count, char ret_text[LABELS_SIZE]);

/** `0000:17:00.0 and 15 more` */
char *labels_addresses(const struct p2p_machine *machine, const uint32_t *functions,
		       uint32_t count, char ret_text[LABELS_SIZE]);

#endif
