/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pci.ids turned round takes longer than to read a small capture. Who reads thousands
 * makes it once: linked with --wrap, each reader is handed the same. */
#include "io/ids.h"

struct p2p_ids *__real_p2p_ids_new(void);
struct p2p_ids *__wrap_p2p_ids_new(void);
void __wrap_p2p_ids_free(struct p2p_ids *ids);

struct p2p_ids *__wrap_p2p_ids_new(void)
{
	static struct p2p_ids *ids;

	if (!ids)
		ids = __real_p2p_ids_new();
	return ids;
}

void __wrap_p2p_ids_free(struct p2p_ids *ids)
{
	(void)ids;
}
