/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was told of VFIO and the driver in, whether VFIO has a function out. */
#include <string.h>

#include <p2ptool/vfio.h>

bool p2p_vfio_is_driver(const char *driver)
{
	return strstr(driver, "vfio") != NULL;
}

enum p2p_tri p2p_vfio_has(const struct p2p_snapshot *snapshot, uint32_t function)
{
	const struct p2p_function *f = &snapshot->functions[function];

	if (f->vfio != P2P_UNKNOWN)
		return f->vfio;
	if (!f->driver)
		return P2P_UNKNOWN;
	return p2p_tri_of(p2p_vfio_is_driver(p2p_snapshot_string(snapshot, f->driver)));
}
