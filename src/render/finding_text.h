/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finding as a sentence, and what to do about it. */
#ifndef P2PTOOL_RENDER_FINDING_TEXT_H
#define P2PTOOL_RENDER_FINDING_TEXT_H

#include "render/say.h"

#define FINDING_TEXT_SIZE 1536

/** What was found, as one or two sentences. */
char *finding_text(const struct scene *scene, const struct p2p_finding *finding,
		   char ret_text[FINDING_TEXT_SIZE]);

/** A command that shows more of it and writes nothing. */
char *finding_command(const struct scene *scene, const struct p2p_finding *finding,
		      char ret_text[FINDING_TEXT_SIZE]);

/** What to do then; "" when the command says it all. */
const char *finding_advice(const struct p2p_finding *finding);

#endif
