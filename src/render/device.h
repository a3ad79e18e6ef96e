/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a device is called, as short as people call it. */
#ifndef P2PTOOL_RENDER_DEVICE_H
#define P2PTOOL_RENDER_DEVICE_H

#include "render/say.h"

#define DEVICE_TEXT_SIZE 256

/** `NVIDIA H100 SXM5 80GB`; its ids without names. Cleaned. */
char *device_text(const struct scene *scene, uint32_t function, const struct style *style,
		  char ret_text[DEVICE_TEXT_SIZE]);

/** `8086:09a2 Intel Ice Lake ...`: the function that stands for a host bridge. */
char *device_root(const struct scene *scene, uint32_t function, const struct style *style,
		  char ret_text[DEVICE_TEXT_SIZE]);

#endif
