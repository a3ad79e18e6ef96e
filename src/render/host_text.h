/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines above a report: which machine, by which rules, how much there is of it. */
#ifndef P2PTOOL_RENDER_HOST_TEXT_H
#define P2PTOOL_RENDER_HOST_TEXT_H

#include "render/out.h"
#include "render/say.h"

/** Host, kernel, IOMMU, P2PDMA, CPU: what is not known is said. */
void host_text(const struct scene *scene, const struct style *style, struct out *out);

/** `517 functions, 9 switches, 30 peers: 8 gpu 12 rdma` */
void host_counts(const struct p2p_machine *machine, const struct style *style,
		 struct out *out);

#endif
